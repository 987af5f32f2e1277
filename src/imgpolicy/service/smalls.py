"""What is shown of a picture on the desk, in one file: the picture, small, and nearer each face that nobody knows."""

from __future__ import annotations

import msgspec

from imgpolicy.domain.terms import FaceStatus
from imgpolicy.errors import RegisterError
from imgpolicy.phrase import phrase
from imgpolicy.picture import Picture
from imgpolicy.render.preview import face_jpeg, unmasked_jpeg, unreadable
from imgpolicy.report import Report

STRANGERS = frozenset(
    {
        FaceStatus.UNKNOWN,
        FaceStatus.AMBIGUOUS,
        FaceStatus.TOO_POOR,
        FaceStatus.DOUBTFUL,
        FaceStatus.UNCONFIRMED,
        FaceStatus.COUNTED,
    }
)
"""What became of a face of which somebody may say whose it is; nobody is asked of what is none, or is exempt."""

MOST_FACES = 100
"""Faces of one picture that are shown nearer."""

_JPEG = b"\xff\xd8"


class Small(msgspec.Struct, frozen=True, array_like=True):
    """A small picture, and of each stranger in its first frame what is shown of them, by number in the report.

    Both are JPEGs. A later field has a default: what was written before has none.
    """

    picture: bytes
    faces: dict[int, bytes] = {}


def small_of(picture: Picture, report: Report) -> bytes:
    """The file: everybody is in it, and text and codes that findings are about are hidden."""
    hidden = unreadable(report)
    strangers = [
        (number, face.box)
        for number, face in enumerate(report.faces, start=1)
        if face.person is None and face.status in STRANGERS and face.frame == 0
    ]
    faces = {number: face_jpeg(picture, box, hidden) for number, box in strangers[:MOST_FACES]}
    return msgspec.msgpack.encode(Small(unmasked_jpeg(picture, report), faces))


def opened(data: bytes) -> Small:
    """What a file shows; earlier versions wrote the small picture alone. RegisterError for any other."""
    if data.startswith(_JPEG):
        return Small(data)
    try:
        return msgspec.msgpack.decode(data, type=Small)
    except msgspec.MsgspecError as error:
        raise RegisterError(phrase("the desk is damaged: a small picture cannot be read")) from error
