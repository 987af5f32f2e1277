"""The file formats, byte by byte: what every part of a file is, and the file written again without what it gives away.

A format is a module, or a package where it needs three files, and a row in `imgpolicy.formats`, which says what its
functions are. The blocks that all containers share (EXIF, XMP, IPTC, ICC, Photoshop resources) lie in `blocks`.
"""
