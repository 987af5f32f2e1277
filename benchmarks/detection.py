"""Prints how many faces are found: by their height, turned, cut by the border; false boxes; and the CPU time.

    python benchmarks/detection.py PORTRAITS PHOTOGRAPHS [--each 24] [--megapixels 2 12 33]

PORTRAITS is a folder of pictures with one face each, in sub-folders or not; PHOTOGRAPHS one of pictures without people,
or with few: portraits are scaled and set into them at known places, three to a picture. What is found elsewhere in the
photographs as they are is printed as boxes a picture: look at them before calling them false. Nothing is tuned here.
"""

from __future__ import annotations

import argparse
import io
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from imgpolicy.domain.geometry import Box
from imgpolicy.engines import SeenFace
from imgpolicy.engines.yunet_sface import YuNetSFace
from imgpolicy.picture import load

HEIGHTS = (12, 16, 20, 24, 32, 48, 72)
TURNS = (0, 45, 90, 180, 270, 315)
CUTS = (0.0, 0.25, 0.4, 0.5)


@dataclass(frozen=True)
class Portrait:
    """A picture of one person, their face and its vector."""

    image: Image.Image
    seen: SeenFace


@dataclass(frozen=True)
class Looked:
    """What was found in a picture, and the CPU seconds beyond decoding it."""

    faces: tuple[SeenFace, ...]
    seconds: float


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("portraits", type=Path)
    arguments.add_argument("photographs", type=Path)
    arguments.add_argument("--each", type=int, default=24, help="faces a line of the tables")
    arguments.add_argument("--megapixels", type=int, nargs="*", default=[2, 12, 33])
    given = arguments.parse_args()
    engine = YuNetSFace()
    portraits = opened_portraits(engine, given.portraits, given.each)
    photographs = pictures(given.photographs)
    for megapixels in given.megapixels:
        by_height(engine, portraits, photographs, megapixels)
        beside_a_large_one(engine, portraits, photographs, megapixels)
    by_turn(engine, portraits)
    turned_beside_an_upright_one(engine, portraits, photographs)
    by_cut(engine, portraits)
    as_they_are(engine, photographs)


def by_height(engine: YuNetSFace, portraits: Sequence[Portrait], photographs: Sequence[Path], megapixels: int) -> None:
    size = (round((megapixels * 4e6 / 3) ** 0.5), round((megapixels * 3e6 / 4) ** 0.5))
    print(f"\n{megapixels} MP ({size[0]} x {size[1]})   found of alone   found of three   CPU ms alone / three")
    for height in HEIGHTS:
        alone = [scene(engine, [p], photographs[at % len(photographs)], size, height) for at, p in enumerate(portraits)]
        groups = [portraits[at : at + 3] for at in range(0, len(portraits) - 2, 3)]
        three = [scene(engine, g, photographs[at % len(photographs)], size, height) for at, g in enumerate(groups)]
        found = f"{share(alone)}            {share(three)}"
        print(f"  {height:3d} px              {found}            {cost(alone)} / {cost(three)}")


def beside_a_large_one(
    engine: YuNetSFace, portraits: Sequence[Portrait], photographs: Sequence[Path], megapixels: int
) -> None:
    """Each portrait small, in the right half of a photograph, beside the next one a third as high as the photograph."""
    size = (round((megapixels * 4e6 / 3) ** 0.5), round((megapixels * 3e6 / 4) ** 0.5))
    print(f"\n{megapixels} MP, beside a face of {size[1] // 3} px   found   CPU ms")
    for height in HEIGHTS:
        scenes = []
        for at, small in enumerate(portraits):
            large = portraits[(at + 1) % len(portraits)]
            people = ((large, size[1] // 3), (small, height))
            scenes.append(placed(engine, people, photographs[at % len(photographs)], size)[1:])
        found = [(int(hits[-1]), 1, seconds) for hits, seconds in scenes]
        print(f"  {height:3d} px              {share(found)}            {cost(found)}")


def scene(
    engine: YuNetSFace, people: Sequence[Portrait], photograph: Path, size: tuple[int, int], height: int
) -> tuple[int, int, float]:
    """How many of the people were found, of how many, and the CPU seconds."""
    _, hits, seconds = placed(engine, [(person, height) for person in people], photograph, size)
    return sum(hits), len(hits), seconds


def placed(
    engine: YuNetSFace, people: Sequence[tuple[Portrait, int]], photograph: Path, size: tuple[int, int]
) -> tuple[Looked, list[bool], float]:
    """What was found in a photograph with these portraits, their faces so high; of each whether; CPU seconds."""
    with Image.open(photograph) as image:
        page = image.convert("RGB").resize(size, Image.Resampling.BICUBIC)
    random = np.random.default_rng(people[-1][1] + len(people))
    truth = []
    for at, (person, height) in enumerate(people):
        scale = height / (person.seen.face.box.bottom - person.seen.face.box.top)
        width, tall = (max(8, round(side * scale)) for side in person.image.size)
        column = size[0] // len(people)
        left = at * column + int(random.integers(0, max(1, column - width)))
        top = int(random.integers(0, max(1, size[1] - tall)))
        page.paste(person.image.resize((width, tall), Image.Resampling.BOX), (left, top), soft((width, tall)))
        truth.append(Box(*(round(side * scale + (left, top)[i % 2]) for i, side in enumerate(person.seen.face.box))))
    looked = look(engine, page)
    return looked, [any(overlap(box, one.face.box) > 0.3 for one in looked.faces) for box in truth], looked.seconds


def by_turn(engine: YuNetSFace, portraits: Sequence[Portrait]) -> None:
    print("\nturned by    found    cosine with upright: median, lowest")
    for degrees in TURNS:
        likeness = []
        for person in portraits:
            turned = person.image.rotate(degrees, expand=True, resample=Image.Resampling.BICUBIC)
            faces = look(engine, turned).faces
            likeness.append(max((float(person.seen.vector @ face.vector) for face in faces), default=-1.0))
        found = [value for value in likeness if value > 0.3]
        line = f"{statistics.median(found):.3f}, {min(found):.3f}" if found else "-"
        print(f"  {degrees:3d}       {len(found):3d} of {len(likeness)}    {line}")


def turned_beside_an_upright_one(
    engine: YuNetSFace, portraits: Sequence[Portrait], photographs: Sequence[Path]
) -> None:
    """Each portrait with a face of 48 pixels, turned, beside the next one of 200, in photographs of 2 megapixels."""
    print("\n48 px beside an upright face of 200 px, 2 MP, turned by    found    CPU ms")
    for degrees in (0, 45, 90, 135, 180, 225, 270, 315):
        found, seconds = 0, []
        for at, small in enumerate(portraits):
            large = portraits[(at + 1) % len(portraits)]
            with Image.open(photographs[at % len(photographs)]) as image:
                page = image.convert("RGB").resize((1633, 1225), Image.Resampling.BICUBIC)
            for person, height, angle, left, top in ((large, 200, 0, 100, 300), (small, 48, degrees, 1100, 500)):
                scale = height / (person.seen.face.box.bottom - person.seen.face.box.top)
                wide, tall = person.image.size
                size = (max(8, round(wide * scale)), max(8, round(tall * scale)))
                turned = person.image.resize(size, Image.Resampling.BOX).rotate(angle, expand=True)
                mask = soft(size).rotate(angle, expand=True)
                page.paste(turned, (left, top), mask)
            looked = look(engine, page)
            found += any(one.face.box.left > 1000 and one.face.box.top > 450 for one in looked.faces)
            seconds.append(looked.seconds)
        print(f"  {degrees:3d}    {found:3d} of {len(portraits)}    {statistics.median(seconds) * 1000:4.0f}")


def by_cut(engine: YuNetSFace, portraits: Sequence[Portrait]) -> None:
    print("\ncut off at the left border, share of the face's width    found")
    for cut in CUTS:
        found = 0
        for person in portraits:
            box = person.seen.face.box
            left = round(box.left + cut * (box.right - box.left))
            faces = look(engine, person.image.crop((left, 0, *person.image.size))).faces
            boxes = [one.face.box for one in faces]
            found += any(one.left < 12 and overlap(moved(box, left), one) > 0.2 for one in boxes) or cut == 0
        print(f"  {cut:.2f}    {found} of {len(portraits)}")


def as_they_are(engine: YuNetSFace, photographs: Sequence[Path]) -> None:
    boxes, seconds = 0, []
    for photograph in photographs:
        with Image.open(photograph) as image:
            looked = look(engine, image.convert("RGB"))
        boxes += len(looked.faces)
        seconds.append(looked.seconds)
    median = statistics.median(seconds) * 1000
    print(f"\nphotographs as they are: {boxes} boxes in {len(photographs)}, {median:.0f} ms CPU")


def look(engine: YuNetSFace, image: Image.Image) -> Looked:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=92)
    picture = load(buffer.getvalue(), "scene.jpg")
    before = time.process_time()
    faces = engine.faces(picture)
    return Looked(faces=faces, seconds=time.process_time() - before)


def opened_portraits(engine: YuNetSFace, folder: Path, count: int) -> list[Portrait]:
    """So many portraits, evenly over the folder, each with its largest face."""
    paths = pictures(folder)
    found = []
    for path in paths[:: max(1, len(paths) // count)][:count]:
        with Image.open(path) as image:
            portrait = image.convert("RGB")
        faces = look(engine, portrait).faces
        if faces:
            found.append(Portrait(image=portrait, seen=max(faces, key=lambda one: one.face.height)))
    return found


def pictures(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in {".jpg", ".jpeg", ".png"})


def soft(size: tuple[int, int]) -> Image.Image:
    """A mask that lets the portrait fade into the photograph."""
    mask = Image.new("L", (100, 100))
    ImageDraw.Draw(mask).rectangle((10, 10, 90, 90), fill=255)
    return mask.filter(ImageFilter.GaussianBlur(4)).resize(size, Image.Resampling.BOX)


def moved(box: Box, left: int) -> Box:
    return Box(max(0, box.left - left), box.top, box.right - left, box.bottom)


def overlap(one: Box, other: Box) -> float:
    """The shared area as a part of the union."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    shared = max(width, 0) * max(height, 0)
    areas = sum((box.right - box.left) * (box.bottom - box.top) for box in (one, other))
    return shared / (areas - shared)


def share(scenes: Sequence[tuple[int, int, float]]) -> str:
    return f"{sum(found for found, _, _ in scenes):3d} of {sum(of for _, of, _ in scenes):3d}"


def cost(scenes: Sequence[tuple[int, int, float]]) -> str:
    return f"{statistics.median(seconds for _, _, seconds in scenes) * 1000:4.0f}"


if __name__ == "__main__":
    main()
