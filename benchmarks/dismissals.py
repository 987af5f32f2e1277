"""What the bounds for a dismissed face rest on: how a place looks in copies, and with other people at the same place.

    python benchmarks/dismissals.py FACES PHOTOGRAPHS

FACES holds a folder for each person with pictures of her, PHOTOGRAPHS different photographs. Heads are put at one place
of a photograph: the same head in copies of the picture, and other people's heads in pictures that share all else. One
half of the photographs and people is what the bounds of `imgpolicy.match.dismissed` are set by, the other reports what
they do. Distances are in bits of PDQ.
"""

from __future__ import annotations

import argparse
import io
import random
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from imgpolicy.engines.yunet_sface import YuNetSFace
from imgpolicy.extract.fingerprint import FingerprintExtractor
from imgpolicy.extract.pdq import pdq
from imgpolicy.match.dismissed import SAME_PICTURE, SAME_PLACE
from imgpolicy.match.works import PHASH_CERTAIN
from imgpolicy.picture import load

PAGE = (1600, 1067)
CORNER = (600, 300)
SIDES = (90, 200, 400)
OTHERS = 12
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
class Look:
    """A picture and the place in it: PDQ and pHash of the whole, PDQ of the place."""

    whole: int
    phash: int
    place: int


@dataclass(frozen=True)
class Distance:
    """Bits between two looks."""

    whole: int
    phash: int
    place: int

    @property
    def one_picture(self) -> bool:
        """True when both would be held to be one picture as a whole."""
        return self.whole <= SAME_PICTURE and self.phash <= PHASH_CERTAIN

    @property
    def one_face(self) -> bool:
        """True when a dismissal would hold."""
        return self.one_picture and self.place <= SAME_PLACE


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("faces", type=Path)
    arguments.add_argument("photographs", type=Path)
    given = arguments.parse_args()
    heads = list(cut_out(given.faces))
    photographs = sorted(given.photographs.rglob("*.jpg"))
    people = sorted({head.person for head in heads})
    halves = (("bounds are set by", 0), ("reported", 1))
    for name, half in halves:
        chosen = [head for head in heads if people.index(head.person) % 2 == half]
        print(f"{name}: {len(photographs[half::2])} photographs, {len(chosen)} heads of {len(people[half::2])} people")
        report(photographs[half::2], chosen)


def cut_out(folder: Path) -> Iterator[Head]:
    """The largest head of each picture."""
    engine = YuNetSFace()
    for file in sorted(folder.glob("*/*.jpg")):
        picture = load(file.read_bytes(), file.name)
        faces = engine.find(picture)
        if faces:
            box = max(faces, key=lambda face: face.height).box
            wide, high = (box.right - box.left) // 3, (box.bottom - box.top) // 3
            around = (box.left - wide, box.top - high, box.right + wide, box.bottom + high)
            yield Head(file.parent.name, Image.fromarray(picture.pixels).crop(around))


def report(photographs: Sequence[Path], heads: Sequence[Head]) -> None:
    """Print, for each size of the head, the distances of copies and of other people."""
    draw = random.Random(1)
    for side in SIDES:
        copies: dict[str, list[Distance]] = {name: [] for name in COPIES}
        others: list[Distance] = []
        for file in photographs:
            with Image.open(file) as opened:
                page = opened.convert("RGB").resize(PAGE)
            head = draw.choice(heads)
            strangers = [other for other in heads if other.person != head.person]
            before = look(put(page, head, side), 92, 1, side)
            for name, (quality, scale) in COPIES.items():
                copies[name].append(distance(before, look(put(page, head, side), quality, scale, side)))
            chosen = draw.sample(strangers, min(OTHERS, len(strangers)))
            others += [distance(before, look(put(page, other, side), 92, 1, side)) for other in chosen]
        say(side, copies, others)


def say(side: int, copies: dict[str, list[Distance]], others: Sequence[Distance]) -> None:
    face = round((FACE[3] - FACE[1]) * side * 1.2)
    for name, found in copies.items():
        places = [one.place for one in found]
        held = sum(one.one_face for one in found) / len(found)
        print(
            f"  face {face:3} px, {name:16}: median {statistics.median(places):3.0f}, farthest {max(places):3},"
            f" whole at most {max(one.whole for one in found):3}; dismissed {held:.0%}"
        )
    print(
        f"  face {face:3} px, other people    : nearest {min(one.place for one in others):3} of {len(others)};"
        f" one picture as a whole {sum(one.one_picture for one in others) / len(others):.0%},"
        f" dismissed {sum(one.one_face for one in others)}"
    )


def put(page: Image.Image, head: Head, side: int) -> Image.Image:
    """The page with the head at the place."""
    made = page.copy()
    made.paste(head.image.resize((side, round(side * 1.2))), CORNER)
    return made


def look(image: Image.Image, quality: int, scale: float, side: int) -> Look:
    """How the picture and the place look once it is saved so."""
    width, height = (round(length * scale) for length in image.size)
    buffer = io.BytesIO()
    image.resize((width, height)).save(buffer, "JPEG", quality=quality)
    picture = load(buffer.getvalue(), "copy")
    whole = FingerprintExtractor().extract(picture)
    rows, columns = picture.pixels.shape[:2]
    left, right = ((CORNER[0] + share * side) / PAGE[0] * columns for share in FACE[::2])
    top, bottom = ((CORNER[1] + share * side * 1.2) / PAGE[1] * rows for share in FACE[1::2])
    place = pdq(picture.pixels[round(top) : round(bottom), round(left) : round(right)])
    return Look(whole.pdq[0], whole.phash, place.hashes[0])


def distance(one: Look, other: Look) -> Distance:
    return Distance(
        (one.whole ^ other.whole).bit_count(),
        (one.phash ^ other.phash).bit_count(),
        (one.place ^ other.place).bit_count(),
    )


if __name__ == "__main__":
    main()
