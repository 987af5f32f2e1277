"""Logos as parts of a picture: artwork read and learnt, and looked for in pictures.

How it works, and how well: docs/decisions/0014-logos.md. Whose artwork was seen is a match: `imgpolicy.match.logos`.
"""
