"""What the bounds for a dismissed face rest on: how its place looks in copies, and with other people at the same place.

    python benchmarks/dismissals.py FACES PHOTOGRAPHS [--each N]

FACES holds a folder for each person with pictures of them, PHOTOGRAPHS different photographs, of which every half gives
N, or all. Heads are put at one place of a photograph: the same head in copies of the picture, and other people's heads
in pictures that share all else. Faces are found in each of these as a check finds them. One half of the photographs and
people is what the bounds of `imgpolicy.match.dismissed` are set by, the other reports what they do. Distances are in
bits of PDQ. "Older" are dismissals that were kept before faces had spots: the box as it was found, and its PDQ.
"""

from __future__ import annotations

import argparse
import io
import random
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from imgpolicy.domain.dismissal import Dismissal, Place
from imgpolicy.domain.geometry import Box, overlap
from imgpolicy.domain.terms import DismissedAs
from imgpolicy.engines.yunet_sface import YuNetSFace
from imgpolicy.extract import Extractor, extract_facts
from imgpolicy.extract.faces import FaceExtractor
from imgpolicy.extract.fingerprint import FingerprintExtractor
from imgpolicy.extract.pdq import pdq
from imgpolicy.facts import Face, Faces, Facts, Fingerprint
from imgpolicy.match.dismissed import ABOUT_THERE, SAME_PICTURE, dismissed_faces, place_of
from imgpolicy.match.works import PHASH_CERTAIN
from imgpolicy.picture import Picture, load

PAGE = (1600, 1067)
CORNER = (600, 300)
SIDES = (90, 200, 400)
OTHERS = 6
COPIES: dict[str, tuple[int, float]] = {
    "quality 90": (90, 1),
    "quality 30": (30, 1),
    "half": (85, 0.5),
    "half, quality 30": (30, 0.5),
    "a quarter": (85, 0.25),
    "double": (85, 2),
}
"""Quality of the JPEG and scale of each copy."""

FACE = (0.2, 0.2, 0.8, 0.85)
"""Where the face is in a head, as shares of it."""


@dataclass(frozen=True)
class Head:
    """Somebody's head, cut out."""

    person: str
    image: Image.Image


@dataclass(frozen=True)
class Seen:
    """A picture with a head in it: its facts, and the face of the head; None when it was not found."""

    picture: Picture
    facts: Facts
    face: Face | None


@dataclass(frozen=True)
class Distance:
    """What parts a picture from one in which a face was dismissed."""

    whole: int
    phash: int
    place: int | None
    dismissed: bool

    @property
    def one_picture(self) -> bool:
        """True when both would be held to be one picture as a whole."""
        return self.whole <= SAME_PICTURE and self.phash <= PHASH_CERTAIN


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("faces", type=Path)
    arguments.add_argument("photographs", type=Path)
    arguments.add_argument("--each", type=int, help="photographs of each half; all without it")
    given = arguments.parse_args()
    engine = YuNetSFace()
    heads = list(cut_out(engine, given.faces))
    photographs = sorted(given.photographs.rglob("*.jpg"))
    people = sorted({head.person for head in heads})
    for name, half in (("bounds are set by", 0), ("reported", 1)):
        chosen = [head for head in heads if people.index(head.person) % 2 == half]
        backdrops = photographs[half::2][: given.each]
        print(f"{name}: {len(backdrops)} photographs, {len(chosen)} heads of {len(people[half::2])} people")
        report(engine, backdrops, chosen)


def cut_out(engine: YuNetSFace, folder: Path) -> Iterator[Head]:
    """The largest head of each picture."""
    for file in sorted(folder.glob("*/*.jpg")):
        picture = load(file.read_bytes(), file.name)
        faces = engine.find(picture)
        if faces:
            box = max(faces, key=lambda face: face.height).box
            wide, high = (box.right - box.left) // 3, (box.bottom - box.top) // 3
            around = (box.left - wide, box.top - high, box.right + wide, box.bottom + high)
            yield Head(file.parent.name, Image.fromarray(picture.pixels).crop(around))


def report(engine: YuNetSFace, photographs: Sequence[Path], heads: Sequence[Head]) -> None:
    """Print, for each size of the head, the distances of copies and of other people."""
    draw = random.Random(1)
    look = Looking(engine)
    for side in SIDES:
        copies: dict[str, list[Distance]] = {name: [] for name in COPIES}
        older: dict[str, list[Distance]] = {name: [] for name in COPIES}
        others: list[Distance] = []
        for file in photographs:
            with Image.open(file) as opened:
                page = opened.convert("RGB").resize(PAGE)
            head = draw.choice(heads)
            strangers = [other for other in heads if other.person != head.person]
            before = look.at(put(page, head, side), (92, 1), side)
            if before.face is None:
                continue
            place = place_of(before.facts, before.face)
            for name, copy in COPIES.items():
                after = look.at(put(page, head, side), copy, side)
                copies[name].append(distance(place, after))
                older[name].append(distance(as_before(before, place), after))
            chosen = draw.sample(strangers, min(OTHERS, len(strangers)))
            for other in chosen:
                after = look.at(put(page, other, side), (92, 1), side)
                others += [distance(place, after), distance(as_before(before, place), after)]
        say(side, copies, older, others)


def say(
    side: int, copies: dict[str, list[Distance]], older: dict[str, list[Distance]], others: Sequence[Distance]
) -> None:
    face = round((FACE[3] - FACE[1]) * side * 1.2)
    for name, found in copies.items():
        places = [one.place for one in found if one.place is not None]
        held, before = (sum(one.dismissed for one in some) / len(some) for some in (found, older[name]))
        print(
            f"  face {face:3} px, {name:16}: median {statistics.median(places):3.0f}, farthest {max(places):3},"
            f" elsewhere {len(found) - len(places):2}, whole at most {max(one.whole for one in found):3};"
            f" dismissed {held:.0%}, older {before:.0%}"
        )
    nearest = min(one.place for one in others if one.place is not None)
    print(
        f"  face {face:3} px, other people    : nearest {nearest:3} of {len(others)};"
        f" one picture as a whole {sum(one.one_picture for one in others) / len(others):.0%},"
        f" dismissed {sum(one.dismissed for one in others)}"
    )


def put(page: Image.Image, head: Head, side: int) -> Image.Image:
    """The page with the head at the place."""
    made = page.copy()
    made.paste(head.image.resize((side, round(side * 1.2))), CORNER)
    return made


class Looking:
    """Looks at pictures as a check does."""

    def __init__(self, engine: YuNetSFace) -> None:
        self._extractors: tuple[Extractor, ...] = (FaceExtractor(engine, compare=False), FingerprintExtractor())

    def at(self, image: Image.Image, copy: tuple[int, float], side: int) -> Seen:
        """What is seen of the picture once it is saved in this quality and scale."""
        quality, scale = copy
        width, height = (round(length * scale) for length in image.size)
        buffer = io.BytesIO()
        image.resize((width, height)).save(buffer, "JPEG", quality=quality)
        picture = load(buffer.getvalue(), "copy")
        facts = extract_facts(picture, self._extractors)
        faces = facts.get(Faces)
        assert isinstance(faces, Faces)
        left, right = ((CORNER[0] + share * side) / PAGE[0] * width for share in FACE[::2])
        top, bottom = ((CORNER[1] + share * side * 1.2) / PAGE[1] * height for share in FACE[1::2])
        truth = Box(round(left), round(top), round(right), round(bottom))
        near = [face for face in faces.faces if overlap(face.box, truth) > 0.3]
        return Seen(picture, facts, max(near, key=lambda face: overlap(face.box, truth), default=None))


def as_before(seen: Seen, place: Place) -> Place:
    """The place as it was kept before faces had spots."""
    assert seen.face is not None
    rows, columns = seen.picture.pixels.shape[:2]
    left, top, right, bottom = box = seen.face.spots[-1].box
    inside = seen.picture.pixels[
        round(top * rows) : round(bottom * rows), round(left * columns) : round(right * columns)
    ]
    found = pdq(inside)
    return replace(place, box=box, look=f"{found.hashes[0]:064x}", clarity=found.quality)


def distance(place: Place, seen: Seen) -> Distance:
    """How far the picture is from the one that the place is in; `place` is None where no spot is about there."""
    fingerprint, faces = seen.facts.get(Fingerprint), seen.facts.get(Faces)
    assert isinstance(fingerprint, Fingerprint)
    assert isinstance(faces, Faces)
    spots = seen.face.spots if seen.face else ()
    near = [spot.look for spot in spots if overlap(spot.box, place.box) >= ABOUT_THERE]
    said = Dismissal(what=DismissedAs.ARTWORK, place=place, by="nobody", reason="a benchmark")
    return Distance(
        whole=(fingerprint.pdq[0] ^ int(place.pdq, 16)).bit_count(),
        phash=(fingerprint.phash ^ int(place.phash, 16)).bit_count(),
        place=min(((look ^ int(place.look, 16)).bit_count() for look in near), default=None),
        dismissed=any(faces.faces[at] is seen.face for at in dismissed_faces(seen.facts, [said])),
    )


if __name__ == "__main__":
    main()
