"""How much of a hostile file is looked at before it is refused; every reader of containers keeps to these."""

MAX_BYTES = 100_000_000
"""Bytes of a file."""
MAX_PIXELS = 80_000_000
"""Pixels of one frame that are decoded at full scale."""
MAX_SCALED = 220_000_000
"""Pixels of a JPEG, whose decoder gives it at half its sides without holding the whole."""
MAX_DECODED = 300_000_000
"""Pixels that are decoded of all frames of one file, at full scale."""
MAX_MOVING = 30_000_000
"""Pixels of an animation's frame: to show one, Pillow holds up to twenty bytes for each of its pixels."""
MAX_PROVED = 250_000_000
"""Pixels that are decoded of all frames of a file, and of the one written from it, to compare them."""
MAX_SIDE = 65_535
"""Pixels along a side, as many as a JPEG can have: a line of millions costs more to look at than a picture."""
MAX_COEFFICIENTS = 480_000_000
"""Bytes of coefficients that are held of a JPEG in several scans: 80 megapixels of it in three full channels."""
MAX_SCANNED = 2_000_000_000
"""Pixels of a JPEG in several scans times its scans; a usual one has about ten."""
MAX_PARTS = 10_000
"""Segments, chunks, boxes, directory entries, data sets or properties, each in one file or block."""
MAX_ELEMENTS = 50_000
"""Elements of one XML document."""
MAX_DRAWN = 500_000
"""Elements of one SVG."""
MAX_DRAWINGS_IN_DRAWINGS = 4
"""SVGs in data URIs of SVGs, one in another."""
MAX_BLOCKS = 32
"""Blocks of metadata that are taken apart in one file; more are reported as unread."""
TOO_MANY_BLOCKS = f"there are more than {MAX_BLOCKS} blocks of metadata"
"""What is said of the blocks beyond."""
MAX_UNPACKED = 500_000_000
"""Bytes that the deflated picture data of one file may grow to while its end is looked for."""
MAX_OVERLAP = 4
"""How many times over the pieces of a file may claim its bytes: a few share some, a bomb claims all again and again."""
MAX_STRIPS = 200_000
"""Strips or tiles of all pages of a TIFF."""
MAX_DEPTH = 16
"""Boxes in boxes, directories in directories, pictures in pictures."""
MAX_XML_DEPTH = 64
"""Elements in elements: plain RDF alone takes three levels for one value."""
MAX_INFLATED = 8 * 1024 * 1024
"""Bytes that one compressed piece of metadata may grow to."""
MAX_VALUE = 200
"""Characters of a value that is shown."""
MAX_CREDIT = 2_000
"""Characters of a copyright or credit line that is kept."""
MAX_RIGHTS = 500
"""Statements of rights that are kept of one file; more are reported as unread."""
MAX_SHOWN = 200
"""Traces that one block may give; what it holds beyond is reported as one more."""
MAX_EMBEDDED = 64
"""Pictures and films that are looked for behind a picture."""
MAX_MISTAKEN = 4
"""Beginnings of a picture behind a picture that may turn out to be none."""
