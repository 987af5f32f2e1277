"""Faces that a reviewer dismissed in this very picture, found again in its resized and re-encoded copies.

A place counts as the same one only when the picture as a whole, where the face is in it, and how the place itself
looks all agree. Two pictures before one backdrop agree in the first two; the people in them do not in the third
(docs/decisions/0012-deciding-face-by-face.md, benchmarks/dismissals.py). A mirrored, turned or cropped copy is
another picture: a reviewer looks again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from imgpolicy.domain.dismissal import Dismissal, Place
from imgpolicy.domain.geometry import Box, Corners, overlap
from imgpolicy.errors import RegisterError
from imgpolicy.extract.pdq import Pdq, pdq
from imgpolicy.facts import Face, Faces, Facts, Fingerprint, Unknown
from imgpolicy.match.works import MIN_QUALITY, PHASH_CERTAIN
from imgpolicy.picture import Picture

SAME_PICTURE = 30
"""Bits between the PDQ of a picture and of its copy, both as they stand: at most 20 were measured of copies."""

SAME_PLACE = 40
"""Bits between the PDQ of a face and of the same place in a copy. Of other people's faces the nearest was at 80; of
copies with faces of 39 pixels and more the farthest was at 38."""

_OVERLAP = 0.5
_ASPECT = 0.02


def dismissed_faces(picture: Picture, facts: Facts, dismissals: Sequence[Dismissal]) -> Mapping[int, Dismissal]:
    """The faces of the picture that a dismissal is about, by their place in the order, each with the newest."""
    faces = facts.get(Faces)
    if isinstance(faces, Unknown):
        return {}
    found: dict[int, Dismissal] = {}
    for dismissal in dismissals:
        if dismissal.ending is None and _same_picture(picture, facts, dismissal.place):
            index = _same_face(picture, faces.faces, dismissal.place)
            if index is not None:
                found[index] = dismissal
    return found


def place_of(picture: Picture, facts: Facts, face: Face) -> Place:
    """The place of a found face, to be known again.

    RegisterError when the picture's fingerprint is not known, or the face is on a page where the first has no room.
    """
    if face.box.right > picture.width or face.box.bottom > picture.height:
        raise RegisterError(
            f"{picture.name}: the face is beyond the size of the first page, where no dismissal can be kept;"
            " save its page as a picture of its own"
        )
    fingerprint = facts.get(Fingerprint)
    if isinstance(fingerprint, Unknown):
        raise RegisterError(f"{picture.name}: its fingerprint is not known ({fingerprint.reason})")
    shares = _shares(face.box, picture)
    look = _look(picture, shares)
    return Place(
        picture=picture.sha256,
        phash=f"{fingerprint.phash:016x}",
        pdq=f"{fingerprint.pdq[0]:064x}",
        quality=fingerprint.quality,
        width=picture.width,
        height=picture.height,
        box=shares,
        look=f"{look.hashes[0]:064x}",
        clarity=look.quality,
        frame=face.frame,
    )


def _same_picture(picture: Picture, facts: Facts, place: Place) -> bool:
    """Whether this is the picture that the place is in, or a copy of it as a whole and as it stands."""
    if picture.sha256 == place.picture:
        return True
    fingerprint = facts.get(Fingerprint)
    if isinstance(fingerprint, Unknown) or min(fingerprint.quality, place.quality) < MIN_QUALITY:
        return False
    stretched = (picture.width * place.height) / (picture.height * place.width)
    return (
        abs(stretched - 1) <= _ASPECT
        and (fingerprint.pdq[0] ^ int(place.pdq, 16)).bit_count() <= SAME_PICTURE
        and (fingerprint.phash ^ int(place.phash, 16)).bit_count() <= PHASH_CERTAIN
    )


def _same_face(picture: Picture, faces: Sequence[Face], place: Place) -> int | None:
    """Which face is at the place and looks as it did; None when none does."""
    here = [(index, face) for index, face in enumerate(faces) if face.frame == place.frame]
    overlaps = [(overlap(_shares(face.box, picture), place.box), index) for index, face in here]
    shared, index = max(overlaps, default=(0.0, 0))
    if shared < _OVERLAP:
        return None
    return index if picture.sha256 == place.picture or _looks_the_same(picture, place) else None


def _looks_the_same(picture: Picture, place: Place) -> bool:
    """Whether the place looks in this copy as it did; pixels are at hand of the first frame alone."""
    if place.frame or place.clarity < MIN_QUALITY:
        return False
    return (_look(picture, place.box).hashes[0] ^ int(place.look, 16)).bit_count() <= SAME_PLACE


def _look(picture: Picture, shares: Corners) -> Pdq:
    height, width = picture.pixels.shape[:2]
    left, top, right, bottom = (round(share * side) for share, side in zip(shares, (width, height) * 2, strict=True))
    return pdq(picture.pixels[top : max(bottom, top + 1), left : max(right, left + 1)])


def _shares(box: Box, picture: Picture) -> Corners:
    return (
        box.left / picture.width,
        box.top / picture.height,
        box.right / picture.width,
        box.bottom / picture.height,
    )
