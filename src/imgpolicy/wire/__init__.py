"""What is written for others, or for a later day, as bytes: each form is explicit and has a version."""
