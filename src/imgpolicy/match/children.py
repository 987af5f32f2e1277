"""What a likeness is worth of somebody who is, or may be, a child. Pure.

Of pairs of different children below 4 years 19 % are as alike as one adult is to themself, of 4 to 12 years 0.5 %
(UTKFace, 1,139 faces, yunet-sface/1; adults 0.014 %).
"""

from __future__ import annotations

from imgpolicy.domain.person import Person
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.terms import Doubt
from imgpolicy.engines.calibration import Calibration

TOO_YOUNG = 4
"""Years below which no likeness says anything."""


def may_be_child(person: Person, posting: Posting) -> bool:
    """True for a minor on the day of posting, and for somebody of whom nothing says that they are of age."""
    return person.minor(posting.day) or not person.age_known


def doubt_about(person: Person, score: float, posting: Posting, calibration: Calibration) -> Doubt | None:
    """Why a likeness of this cosine does not say that a face is this person's; None where it does.

    Of somebody of age it does. A child of 4 or more must be named by the editor, and be as alike as the engine's
    `child` asks; of a younger one, and of somebody of unknown age, it never does.
    """
    if not may_be_child(person, posting):
        return None
    if not person.age_known:
        return Doubt.AGE_UNKNOWN
    if person.younger_than(TOO_YOUNG, posting.day):
        return Doubt.TOO_YOUNG
    if person.id not in posting.people:
        return Doubt.NOT_NAMED
    return None if calibration.child is not None and score >= calibration.child else Doubt.UNLIKE


def vouched_by(person: Person, doubt: Doubt, posting: Posting) -> str | None:
    """The name of whoever says so in place of a likeness that says nothing: the editor who names the person.

    None where nobody does, and where the likeness speaks against it.
    """
    if doubt not in {Doubt.TOO_YOUNG, Doubt.AGE_UNKNOWN} or person.id not in posting.people:
        return None
    return posting.actor
