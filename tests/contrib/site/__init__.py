"""A small site made with Django and Wagtail."""
