"""The arrays by which people, works and logos are searched, in memory and in a file beside the register."""
