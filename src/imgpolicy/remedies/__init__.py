"""Ways out that are carried out on a file: stripped, covered, cropped, each with its proof."""
