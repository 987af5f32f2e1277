"""What the site keeps, as it came about."""
