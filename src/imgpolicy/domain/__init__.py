"""The nouns of the product and the decisions that can be made from them alone: no SQL, no pixels, no clock but today's.

A noun is a frozen dataclass, and a decision is a function of nouns. What a person or a licensor said, what an editor
declares, what a check found, and whether the one covers the other: all of it is here, and none of it knows where it is
kept or how it is shown.
"""
