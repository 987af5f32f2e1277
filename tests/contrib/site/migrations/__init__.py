"""What the site has in its database."""
