"""The ways out that several rules offer: remedies as data, made from the case alone."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from imgpolicy.domain.geometry import Box
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.verdict import Covered, Remedy, RemedyKind, Value
from imgpolicy.facts import Face
from imgpolicy.match import FaceMatch
from imgpolicy.phrase import Phrase, both, phrase
from imgpolicy.rules.base import Case

WORTH_CROPPING = 0.5
"""The share of the picture that must be left for a crop to be offered."""

REPLACE = Remedy(kind=RemedyKind.REPLACE, text=phrase("use another picture"))

_REDACTIONS = {
    Covered.FACE: phrase("make the face unrecognisable"),
    Covered.LOGO: phrase("cover the logo"),
    Covered.WORK: phrase("cover the work"),
    Covered.TEXT: phrase("cover the text"),
    Covered.CODE: phrase("cover the code"),
}


def on_frame(face: Face | None) -> dict[str, Value]:
    """What evidence says of the frame or page that the face is on, where that is not the first."""
    return {"frame": face.frame} if face is not None and face.frame else {}


def redact(case: Case, what: Covered, *, certain: bool = True) -> Remedy:
    """Covering what the finding's box shows, which `imgpolicy clean` does by itself where the place is certain.

    Where it is not, the cover may hide a work from the next check and not from people: somebody has to look.
    """
    command = case.clean_command() if certain else case.clean_command("--interactive")
    return Remedy(kind=RemedyKind.REDACT, text=_REDACTIONS[what], automatic=certain, command=command, covers=what)


def crop_away(case: Case, box: Box | None) -> tuple[Remedy, ...]:
    """Cutting off the side of the picture that the box is on; nothing where too little would be left."""
    width, height = case.picture.width, case.picture.height
    if box is None or width is None or height is None:
        return ()
    sides = (
        Box(0, 0, max(0, box.left), height),
        Box(min(width, box.right), 0, width, height),
        Box(0, 0, width, max(0, box.top)),
        Box(0, min(height, box.bottom), width, height),
    )
    left = max(sides, key=_area)
    if _area(left) < WORTH_CROPPING * width * height:
        return ()
    command = case.clean_command("--crop", ",".join(str(side) for side in left))
    return (Remedy(kind=RemedyKind.CROP, text=phrase("crop it away"), command=command, keeps=left),)


def reviewer(text: Phrase) -> Remedy:
    """Somebody's look."""
    return Remedy(kind=RemedyKind.REVIEWER, text=text)


ASK_SOMEBODY = reviewer(phrase("let somebody who knows the people look at the picture"))


def change_posting(text: Phrase) -> Remedy:
    """Posting it otherwise: elsewhere, in another role, or saying more."""
    return Remedy(kind=RemedyKind.CHANGE_POSTING, text=text)


def consent_letter(name: str, posting: Posting) -> Phrase:
    """A letter that asks `name` for a consent to the posting, ready to be sent; what is not stated is left to fill in.

    It says what a consent must be able to rest on: who asks, what for, where, that it is free, and that it can be taken
    back (GDPR articles 4(11), 7(3) and 13).
    """
    return phrase(
        "Dear {name},\n\n"
        "We would like to publish a picture in which you can be recognised, and ask for your consent.\n\n"
        "{what}\n\n"
        "It is up to you: to say no, or not to answer, has no consequences. {rights}\n\n"
        "If you agree, please send this back:\n"
        "I agree that the picture is published as said above, until: ____\n"
        "Date and name: ____\n",
        name=name,
        what=_what_is_asked(posting),
        rights=_RIGHTS,
    )


def letter_command(person: str, posting: Posting) -> str:
    """The command that writes the letter to somebody in the register."""
    stated = (("channel", posting.channel), ("purpose", posting.purpose), ("on", posting.day.isoformat()))
    words = (f"--{what} {shlex.quote(word)}" for what, word in stated if word)
    return " ".join(["imgpolicy consent letter", shlex.quote(person), *words])


def guardian_letter(guardians: Sequence[str], name: str, posting: Posting) -> Phrase:
    """The same letter to the guardians of `name`, who cannot give the consent alone."""
    return phrase(
        "Dear {guardian},\n\n"
        "We would like to publish a picture in which {name} can be recognised, and ask for your consent on behalf of"
        " {name}.\n\n"
        "{what}\n\n"
        "Please talk about it with {name} first. It is up to you both: to say no, or not to answer, has no"
        " consequences. {rights}\n\n"
        "If you agree, please send this back:\n"
        "I agree on behalf of {name} that the picture is published as said above, until: ____\n"
        "Date and name: ____\n",
        guardian=both(guardians) if guardians else "____",
        name=name,
        what=_what_is_asked(posting),
        rights=_RIGHTS,
    )


_RIGHTS = phrase(
    "You can take your consent back at any time, as easily as you gave it; then we take the picture down. What was done"
    " before stays lawful, and what was once on the internet may have been copied by others. You can see what we hold"
    " about you, have it corrected or erased, and complain to the data protection authority."
)


def _what_is_asked(posting: Posting) -> Phrase:
    return phrase(
        "Who publishes it: ____ (organisation, and whom to ask)\nWhere: {channel}\nFor what: {purpose}\nFrom: {day}",
        channel=posting.channel or "____",
        purpose=posting.purpose or "____",
        day=posting.day.isoformat(),
    )


def _area(box: Box) -> int:
    return (box.right - box.left) * (box.bottom - box.top)


def dismiss(case: Case, match: FaceMatch | None = None) -> Remedy:
    """The way out for a reviewer who sees that the face, or one of them, is of nobody."""
    number = "N" if match is None else next(n for n, one in enumerate(case.matches.faces, start=1) if one is match)
    command = f"imgpolicy face dismiss {case.file or 'PICTURE'} --face {number} --as artwork --by NAME --reason TEXT"
    text = phrase("if it is artwork, or not a face (--as not-a-face), say so")
    return Remedy(kind=RemedyKind.DISMISS, text=text, command=command)


def take_out(case: Case, match: FaceMatch) -> tuple[Remedy, ...]:
    """The ways out that leave the picture without the face."""
    return (redact(case, Covered.FACE), *(() if match.face.frames != {0} else crop_away(case, match.face.box)))
