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
from imgpolicy.facts import Face, Faces, Facts, Fingerprint, PictureInfo, Unknown
from imgpolicy.match.works import MIN_QUALITY, PHASH_CERTAIN
from imgpolicy.phrase import phrase

SAME_PICTURE = 30
"""Bits between the PDQ of a picture and of its copy, both as they stand: at most 20 were measured of copies."""

ABOUT_THERE = 0.8
"""The overlap from which one place is held against another: next to each other on the grid they share 0.7."""

SAME_PLACE = 50
"""Bits between the PDQ of a place about a face and of the same place in a copy. Of other people's faces the nearest was
at 90; of copies with faces of 156 pixels and more the farthest was at 20."""

_OVERLAP = 0.5
_ASPECT = 0.02


def dismissed_faces(facts: Facts, dismissals: Sequence[Dismissal]) -> Mapping[int, Dismissal]:
    """The faces of the picture that a dismissal is about, by their place in the order, each with the newest."""
    faces = facts.get(Faces)
    if isinstance(faces, Unknown):
        return {}
    by_place: dict[int, Dismissal] = {}
    for dismissal in dismissals:
        if dismissal.ending is None and _same_picture(facts, dismissal.place):
            index = _same_face(facts.picture, faces.faces, dismissal.place)
            if index is not None:
                by_place[index] = dismissal
    return by_place


def place_of(facts: Facts, face: Face) -> Place:
    """The place of a found face, to be known again: on the first frame the nearest of its spots.

    RegisterError when the picture's fingerprint or the face's spots are not known, or the face is on a page where the
    first has no room.
    """
    picture, fingerprint = facts.picture, facts.get(Fingerprint)
    width, height = _size(picture)
    if face.box.right > width or face.box.bottom > height:
        raise RegisterError(
            phrase(
                "{picture}: the face is beyond the size of the first page, where no dismissal can be kept;"
                " save its page as a picture of its own",
                picture=picture.name,
            )
        )
    if isinstance(fingerprint, Unknown):
        raise RegisterError(
            phrase(
                "{picture}: its fingerprint is not known ({reason})", picture=picture.name, reason=fingerprint.reason
            )
        )
    if not face.spots:
        raise RegisterError(phrase("{picture}: how the face's place looks is not known", picture=picture.name))
    spot = face.spots[0]
    return Place(
        picture=fingerprint.sha256,
        phash=f"{fingerprint.phash:016x}",
        pdq=f"{fingerprint.pdq[0]:064x}",
        quality=fingerprint.quality,
        width=width,
        height=height,
        box=_shares(face.box, picture) if face.frame else spot.box,
        look=f"{spot.look:064x}",
        clarity=spot.clarity,
        frame=face.frame,
    )


def _same_picture(facts: Facts, place: Place) -> bool:
    """Whether this is the picture that the place is in, or a copy of it as a whole and as it stands."""
    if facts.picture.sha256 == place.picture:
        return True
    fingerprint = facts.get(Fingerprint)
    if isinstance(fingerprint, Unknown) or min(fingerprint.quality, place.quality) < MIN_QUALITY:
        return False
    width, height = _size(facts.picture)
    stretched = (width * place.height) / (height * place.width)
    return (
        abs(stretched - 1) <= _ASPECT
        and (fingerprint.pdq[0] ^ int(place.pdq, 16)).bit_count() <= SAME_PICTURE
        and (fingerprint.phash ^ int(place.phash, 16)).bit_count() <= PHASH_CERTAIN
    )


def _same_face(picture: PictureInfo, faces: Sequence[Face], place: Place) -> int | None:
    """Which face is at the place and looks as it did; None when none does."""
    here = [(index, face) for index, face in enumerate(faces) if face.frame == place.frame]
    overlaps = [(overlap(_shares(face.box, picture), place.box), index) for index, face in here]
    shared, index = max(overlaps, default=(0.0, 0))
    if shared < _OVERLAP:
        return None
    return index if picture.sha256 == place.picture or _looks_the_same(faces[index], place) else None


def _looks_the_same(face: Face, place: Place) -> bool:
    """Whether one of the face's spots is about where the place was and looks as it did; asked of first frames alone."""
    if place.frame or place.clarity < MIN_QUALITY:
        return False
    near = (spot for spot in face.spots if overlap(spot.box, place.box) >= ABOUT_THERE)
    return any((spot.look ^ int(place.look, 16)).bit_count() <= SAME_PLACE for spot in near)


def _shares(box: Box, picture: PictureInfo) -> Corners:
    width, height = _size(picture)
    return box.left / width, box.top / height, box.right / width, box.bottom / height


def _size(picture: PictureInfo) -> tuple[int, int]:
    """Width and height; one by one where the picture could not be read."""
    return picture.width or 1, picture.height or 1
