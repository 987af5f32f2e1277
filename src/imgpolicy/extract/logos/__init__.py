"""Logos as parts of a picture: artwork read and learnt, and the picture as the search looks at it.

The search itself is a match: `imgpolicy.match.logos`. How it works, and how well: docs/decisions/0014-logos.md.
"""
