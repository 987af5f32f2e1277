"""A register's contents in files that other programs read and write: CSV tables and one JSON document.

What is imported goes through the same doors as what is typed, all of it in one transaction or none of it.
"""
