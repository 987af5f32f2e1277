"""Prints what is left of somebody who may be shown when the face beside them is covered, by how near the faces are.

    python benchmarks/neighbours.py FOLDER [--pairs 60]

FOLDER has portraits, one subfolder a person. Two people are put side by side, one of them in front, with so much of a
face's width between the boxes that the detector gives; below 0 these overlap. The one in front is covered: as wide as
the head, and cut to the face where the other's box begins. Of the other is printed how much of the box is covered,
whether the face is still found, and whether it is still the same person (cosine to the uncovered face, from .5 on).
"""

from __future__ import annotations

import argparse
import io
import itertools
import random
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from imgpolicy.domain.geometry import Box, overlap, shared_area
from imgpolicy.engines import SeenFace
from imgpolicy.engines.yunet_sface import YuNetSFace
from imgpolicy.losses import hides
from imgpolicy.picture import load
from imgpolicy.remedies.redact import Region, Shape, redact

GAPS = (0.6, 0.4, 0.2, 0.1, 0.0, -0.1, -0.2, -0.3, -0.4)
SAME = 0.5
HEIGHT = 160
SIZE = (900, 600)


@dataclass(frozen=True, kw_only=True)
class Portrait:
    """Somebody's face at one height for all, on the picture that it is from."""

    image: Image.Image
    box: Box


@dataclass(frozen=True, kw_only=True)
class Left:
    """What one way of covering leaves of the other face, and whether the covered one is found."""

    covered: float
    found: bool
    same: bool
    seen: bool


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--pairs", type=int, default=60)
    given = arguments.parse_args()
    engine = YuNetSFace()
    people = [list(portraits(place, engine)) for place in sorted(given.folder.iterdir()) if place.is_dir()]
    pairs = list(itertools.permutations([one for one in people if one], 2))
    chosen = random.Random(1).choices(pairs, k=given.pairs)
    draw = random.Random(2)
    print("gap of widths   both found   cover     box covered  found  same  | hidden one found | stopped")
    for gap in GAPS:
        made = [scene(draw.choice(first), draw.choice(second), gap) for first, second in chosen]
        by_gap(gap, made, engine)


def portraits(place: Path, engine: YuNetSFace) -> Iterator[Portrait]:
    for path in sorted(place.glob("*.jpg"))[:8]:
        found = engine.find(load(path.read_bytes(), path.name))
        if len(found) == 1:
            image = Image.open(path).convert("RGB")
            scale = HEIGHT / (found[0].box.bottom - found[0].box.top)
            size = (round(image.width * scale), round(image.height * scale))
            box = Box(*(round(side * scale) for side in found[0].box))
            yield Portrait(image=image.resize(size, Image.Resampling.LANCZOS), box=box)


def scene(behind: Portrait, front: Portrait, gap: float) -> bytes:
    """Both on one picture, the second in front and to the right."""
    whole = behind.image.resize(SIZE).filter(ImageFilter.GaussianBlur(40))
    left = 260 - behind.box.left
    whole.paste(behind.image, (left, 220 - behind.box.top))
    width = front.box.right - front.box.left
    start = left + behind.box.right + round(gap * width)
    mask = Image.new("L", front.image.size)
    x, y = (front.box.left + front.box.right) / 2, (front.box.top + front.box.bottom) / 2
    across, down = width * 0.68, (front.box.bottom - front.box.top) * 0.8
    ImageDraw.Draw(mask).ellipse((x - across, y - down, x + across, y + down), fill=255)
    ImageDraw.Draw(mask).rectangle((x - across, y + down * 0.9, x + across, mask.height), fill=255)
    whole.paste(front.image, (start - front.box.left, 220 - front.box.top), mask.filter(ImageFilter.GaussianBlur(3)))
    file = io.BytesIO()
    whole.save(file, "JPEG", quality=92)
    return file.getvalue()


def by_gap(gap: float, made: Sequence[bytes], engine: YuNetSFace) -> None:
    seen = [(data, engine.faces(load(data, "scene"))) for data in made]
    pairs = [(data, faces[0], faces[1]) for data, faces in seen if len(faces) == 2]
    stopped = [hides([front.face.box], behind.face) for _, behind, front in pairs]
    rows = {
        "whole head": [left_of(one, engine, spares=()) for one in pairs],
        "cut": [left_of(one, engine, spares=(one[1].face.box,)) for one in pairs],
    }
    goes_on = [one for one, stops in zip(rows["cut"], stopped, strict=True) if not stops]
    for name, left in (*rows.items(), ("cut, and not stopped", goes_on)):
        if left:
            print(
                f"{gap:5.1f}   {len(pairs):3} of {len(made):3}   {name:22}"
                f"{statistics.median(one.covered for one in left):5.2f} most {max(one.covered for one in left):.2f}"
                f"  {share([one.found for one in left])}  {share([one.same for one in left])}"
                f"  | {share([one.seen for one in left])} | {share(stopped)}",
                flush=True,
            )


def left_of(pair: tuple[bytes, SeenFace, SeenFace], engine: YuNetSFace, *, spares: tuple[Box, ...]) -> Left:
    data, behind, front = pair
    region = Region(box=front.face.box, shape=Shape.HEAD, roll=front.face.pose.roll, spares=spares)
    written = redact(data, [region]).data
    again = engine.faces(load(written, "covered"))
    near = max(again, key=lambda one: overlap(one.face.box, behind.face.box), default=None)
    found = near is not None and overlap(near.face.box, behind.face.box) > 0.5  # usual for detection
    same = near is not None and found and float(near.vector @ behind.vector) >= SAME
    hidden = any(shared_area(one.face.box, front.face.box) > 0.3 * area(front.face.box) for one in again if one != near)
    return Left(covered=covered(data, written, behind.face.box), found=found, same=same, seen=hidden)


def covered(old: bytes, new: bytes, box: Box) -> float:
    """The share of the box whose pixels are the cover's."""
    before, after = (np.asarray(Image.open(io.BytesIO(one)).convert("L").crop(box), np.int16) for one in (old, new))
    grey = np.abs(after - 128) <= 6  # what JPEG makes of it
    return float((grey & (np.abs(before - after) > 6)).mean())


def area(box: Box) -> int:
    return (box.right - box.left) * (box.bottom - box.top)


def share(values: Sequence[bool]) -> str:
    return f"{sum(values) / max(1, len(values)):4.2f}"


if __name__ == "__main__":
    main()
