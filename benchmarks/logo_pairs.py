"""Makes examples for the verifier of logos: pairs of a place in a picture and a look at artwork.

    python benchmarks/logo_pairs.py LOGOS PHOTOGRAPHS PAIRS [--scenes N] [--scans N] [--seed N]

LOGOS and PHOTOGRAPHS are folders of artwork (SVG or PNG) and of photographs; what the result is measured on must not be
among them: docs/decisions/0014-logos.md names those that the shipped one was made of. PAIRS is the folder for parts,
which are named after the seed: several runs with other seeds make more. The second of three steps, after
`fit_photographs.py` and before `fit_logos.py`.

The same: artwork in a scene, as it is or in one colour, at its place, moved and scaled as a search misplaces it, beside
the look that it was shown in. Another: the same place beside the looks of others, mostly such that look alike, and the
places that a scan proposes in photographs with logos, with others, with text, and with none.

The same folders and the same seed give the same pairs, on one machine with one thread.
"""

from __future__ import annotations

import argparse
import itertools
import math
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
from logo_scenes import MODES, QUALITIES, Pixels, Scene, as_jpeg, bent, photograph, photographs, with_logo, with_text

from imgpolicy.errors import PictureError
from imgpolicy.extract.logos.artwork import Artwork, read_artwork
from imgpolicy.extract.logos.canonical import SHAPES, SIDE, Quad, Shape, patch, premultiplied, shape_for
from imgpolicy.extract.logos.hog import Floats, cells, to_lab
from imgpolicy.extract.logos.looks import Look, looks
from imgpolicy.extract.logos.scan import Candidate, candidates, shared
from imgpolicy.extract.logos.template import WAYS, Template, learn
from imgpolicy.extract.logos.variants import painted, variants

GROUNDS = 300
"""Photographs that one run uses, chosen by its seed."""
REGISTERED = 32
"""Logos that are searched in one photograph."""
USED = (*MODES, "turned far", "faint")
"""Ways to put a logo into a scene; in one colour it may be in any of them."""

_FARTHEST = 0.6  # in units of SIDE: a corner farther away is another place
_ALIKE = 12
_A_PART = 4_000  # pairs in a file
_A_REGISTER = 16  # photographs that the same logos are searched in
_LIKELIEST, _LESS_LIKELY = 24, 8  # places of a scan
_WHITE, _BLACK = (255, 255, 255), (15, 15, 15)


@dataclass(frozen=True, eq=False)
class Logo:
    """Artwork to fit with; two of one brand are never taken for different."""

    brand: str
    artwork: Artwork = field(repr=False)


@dataclass(frozen=True, eq=False)
class Pair:
    """A place beside a look, of one shape; where they are the same, how far the corners are off."""

    shape: Shape
    place: Pixels = field(repr=False)
    look: Look = field(repr=False)
    offsets: Floats | None


@dataclass(frozen=True, eq=False)
class Given:
    """Artwork as a scene shows it, and the numbers of the looks of its logo that are the same as it."""

    artwork: Artwork = field(repr=False)
    same: tuple[int, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes pairs to fit the verifier of logos with.")
    parser.add_argument("logos", type=Path)
    parser.add_argument("photographs", type=Path)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--scenes", type=int, default=15_000, help="logos put into pieces of photographs")
    parser.add_argument("--scans", type=int, default=500, help="photographs to scan for what is mistaken")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    chance = random.Random(options.seed)
    paths = photographs([options.photographs])
    grounds = [photograph(path, chance) for path in chance.sample(paths, min(GROUNDS, len(paths)))]
    choice = Choice(read_logos(options.logos), chance)
    options.pairs.mkdir(parents=True, exist_ok=True)
    save(made_pairs(choice, grounds, options.scenes, chance), options.pairs, f"made-{options.seed}")
    save(scanned_pairs(choice, grounds, options.scans, chance), options.pairs, f"scanned-{options.seed}")


def save(pairs: Iterator[Pair], folder: Path, name: str) -> None:
    """Writes the pairs, by shape, as fit_logos.py reads them; the offsets of what is not the same are no numbers."""
    for number in itertools.count():
        part = list(itertools.islice(pairs, _A_PART))
        if not part:
            return
        arrays = {}
        for index, shape in enumerate(SHAPES):
            group = [pair for pair in part if pair.shape == shape]
            if group:
                arrays[f"place{index}"] = np.stack([pair.place for pair in group])
                arrays[f"look{index}"] = np.stack([pair.look.pixels for pair in group])
                arrays[f"painted{index}"] = np.array([pair.look.painted for pair in group])
                away = np.full(8, np.nan, np.float32)
                arrays[f"offsets{index}"] = np.stack([away if p.offsets is None else p.offsets for p in group])
        path = folder / f"{name}-{number:02}.npz"
        np.savez(path, allow_pickle=False, **arrays)
        same = sum(pair.offsets is not None for pair in part)
        print(f"{path.name}: {len(part):,} pairs, {same:,} of them the same", flush=True)


def read_logos(folder: Path) -> list[Logo]:
    """The artworks that can be registered; the brand is the first word of the file's name."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in {".svg", ".png"}:
            continue
        try:
            artwork = read_artwork(path.read_bytes(), path.name)
        except PictureError:
            continue
        if 0.25 < artwork.aspect < 7:
            found.append(Logo(path.stem.split("-")[0].lower(), artwork))
    return found


class Choice:
    """Logos by chance, wide ones more often than there are: they are what fails."""

    _SHARES = (0.04, 0.08, 0.42, 0.12, 0.15, 0.13, 0.06)

    def __init__(self, logos: Sequence[Logo], chance: random.Random) -> None:
        self._chance = chance
        self._logos = logos
        groups: dict[Shape, list[int]] = defaultdict(list)
        for number, logo in enumerate(logos):
            groups[shape_for(logo.artwork.aspect)].append(number)
        self._groups = [(group, self._SHARES[SHAPES.index(shape)]) for shape, group in sorted(groups.items())]
        self._alike: dict[int, list[int]] = {}
        self._looks: dict[int, tuple[Look, ...]] = {}
        self._views = np.stack([_view(logo.artwork) for logo in logos])

    def one(self) -> int:
        """The number of a logo."""
        group = self._chance.choices([g for g, _ in self._groups], [share for _, share in self._groups])[0]
        return self._chance.choice(group)

    def logo(self, number: int) -> Logo:
        return self._logos[number]

    def looks(self, number: int) -> tuple[Look, ...]:
        """The looks of a logo."""
        if number not in self._looks:
            artwork = self._logos[number].artwork
            self._looks[number] = looks(artwork, shape_for(artwork.aspect))
        return self._looks[number]

    def other(self, number: int) -> int | None:
        """The number of another brand's logo, mostly of one that looks alike; None when chance gives the same brand."""
        if number not in self._alike:
            scores = self._views @ self._views[number]
            scores[scores > 0.93] = -1  # the same mark under another name
            self._alike[number] = [int(n) for n in np.argpartition(-scores, _ALIKE)[:_ALIKE]]
        alike = self._chance.random() < 0.65
        found = self._chance.choice(self._alike[number]) if alike else self._chance.randrange(len(self._logos))
        return found if self._differ(found, number) else None

    def register(self, count: int) -> tuple[list[Logo], list[Logo]]:
        """As many different logos, about a third of them such that look like another of them; and as many strangers."""
        ours: list[int] = []
        while len(ours) < count:
            number = self.other(self._chance.choice(ours)) if ours and self._chance.random() < 0.35 else self.one()
            if number is not None and all(self._differ(number, known) for known in ours):
                ours.append(number)
        strangers: list[int] = []
        while len(strangers) < count:
            number = self.other(self._chance.choice(ours)) if self._chance.random() < 0.4 else self.one()
            if number is not None and all(self._differ(number, known) for known in ours):
                strangers.append(number)
        return [self._logos[n] for n in ours], [self._logos[n] for n in strangers]

    def _differ(self, one: int, other: int) -> bool:
        names = self._logos[one].brand, self._logos[other].brand
        related = names[0].startswith(names[1]) or names[1].startswith(names[0])
        return not related and float(self._views[one] @ self._views[other]) <= 0.93


def _view(artwork: Artwork) -> Floats:
    """The mark's gradients at 32 x 32 pixels, of unit length."""
    small = np.asarray(cv2.resize(premultiplied(artwork.pixels), (32, 32), interpolation=cv2.INTER_AREA), np.float32)
    seen = small[:, :, :3] + (1 - small[:, :, 3:] / 255) * (255 if artwork.luminance < 150 else 0)
    padded = np.pad(np.clip(seen, 0, 255).astype(np.uint8), ((4, 4), (4, 4), (0, 0)), mode="edge")
    values = cells(to_lab(padded)).ravel()
    values -= values.mean()
    return np.asarray(values / (np.linalg.norm(values) + 1e-6), np.float32)


def given(artwork: Artwork, chance: random.Random) -> Given:
    """The artwork as it is, or, four times in ten, in one colour, as its variants show it."""
    ways = variants(artwork)
    if ways and chance.random() < (0.75 if artwork.one_colour else 0.35):
        number = 1 if len(ways) == 2 and chance.random() < 0.2 else 0
        one = painted(artwork, ways[number], _colour(chance))
        return Given(one, (1 + number,))
    return Given(artwork, (0, 1) if ways and artwork.one_colour else (0,))


def _colour(chance: random.Random) -> tuple[int, int, int]:
    any_colour = (chance.randint(0, 255), chance.randint(0, 255), chance.randint(0, 255))
    return chance.choices((_WHITE, _BLACK, any_colour), (0.4, 0.25, 0.35))[0]


def made_pairs(choice: Choice, grounds: Sequence[Pixels], count: int, chance: random.Random) -> Iterator[Pair]:
    """From each scene two places beside what they show, and up to two beside what they do not."""
    for _ in range(count):
        number = choice.one()
        artwork = choice.logo(number).artwork
        shown = given(artwork, chance)
        scene = _close_up(shown.artwork, grounds, chance)
        if scene is None:
            continue
        ways = choice.looks(number)
        for quad in (misplaced(scene.quad, artwork.aspect, chance), nearly(scene.quad, chance)):
            yield from _pairs(scene.pixels, quad, [ways[chance.choice(shown.same)]], artwork.aspect, scene.quad)
        for _ in range(2):
            other = choice.other(number)
            if other is not None:
                aspect = choice.logo(other).artwork.aspect
                place = misplaced(scene.quad, aspect, chance)
                yield from _pairs(scene.pixels, place, [chance.choice(choice.looks(other))], aspect, None)


def _close_up(artwork: Artwork, grounds: Sequence[Pixels], chance: random.Random) -> Scene | None:
    """A piece of a photograph with the artwork in its middle, 44 to 300 pixels wide."""
    width = round(math.exp(chance.uniform(math.log(44), math.log(300))))
    height = round(width / artwork.aspect)
    if height > 420:
        width, height = round(420 * artwork.aspect), 420
    ground = chance.choice(grounds)
    size = (min(ground.shape[1], round(1.8 * width) + 16), min(ground.shape[0], round(2.2 * height) + 16))
    left, top = (chance.randint(0, whole - part) for whole, part in zip(ground.shape[1::-1], size, strict=True))
    piece = ground[top : top + size[1], left : left + size[0]]
    mode = chance.choice((*USED, "bare", "opacity"))
    scene = with_logo(piece, artwork, mode, width / size[0], chance, middle=True)
    if scene is None:
        return None
    if chance.random() < 0.1:
        scene = bent(scene, chance)
    return replace(scene, pixels=as_jpeg(scene.pixels, chance.choice((50, *QUALITIES))))


def misplaced(quad: Quad, aspect: float, chance: random.Random) -> Quad:
    """A box where a scan would put one, of this aspect ratio, turned as the nearest of its views mostly is."""
    along, across = quad[1] - quad[0], quad[3] - quad[0]
    area = float(np.linalg.norm(along) * np.linalg.norm(across))
    width = math.sqrt(area * aspect) * math.exp(chance.gauss(0, 0.07))
    height = width / aspect
    turned = math.degrees(math.atan2(along[1], along[0])) + chance.gauss(0, 4)
    angle = math.radians(min((way.degrees for way in WAYS), key=lambda degrees: abs(degrees - turned)))
    shift = [chance.gauss(0, 0.05) * math.sqrt(width * height) for _ in range(2)]
    right = np.array([math.cos(angle), math.sin(angle)]) * width / 2
    down = np.array([-math.sin(angle), math.cos(angle)]) * height / 2
    corners = quad.mean(0) + shift + [-right - down, right - down, right + down, down - right]
    return np.asarray(corners, np.float32)


def nearly(quad: Quad, chance: random.Random) -> Quad:
    """The quad with its corners a little off, as after a first look."""
    unit = math.sqrt(max(1.0, cv2.contourArea(quad)))
    shift = [[chance.gauss(0, 0.03) * unit, chance.gauss(0, 0.03) * unit] for _ in range(4)]
    return np.asarray(quad + np.array(shift), np.float32)


def _pairs(pixels: Pixels, quad: Quad, ways: Sequence[Look], aspect: float, truth: Quad | None) -> Iterator[Pair]:
    shape = shape_for(aspect)
    place = patch(pixels, quad, shape)
    if place is None:
        return
    offsets = None if truth is None else _offsets(quad, truth, shape)
    if offsets is None or float(np.abs(offsets).max()) < _FARTHEST:
        yield from (Pair(shape, place, way, offsets) for way in ways)


def _offsets(quad: Quad, truth: Quad, shape: Shape) -> Floats:
    warp = cv2.getPerspectiveTransform(quad.astype(np.float32), shape.corners())
    there = cv2.perspectiveTransform(truth[None].astype(np.float32), warp)[0]
    return np.asarray((there - shape.corners()).ravel() / SIDE, np.float32)


def scanned_pairs(choice: Choice, grounds: Sequence[Pixels], count: int, chance: random.Random) -> Iterator[Pair]:
    """The likeliest places of some logos at a time, in photographs with some of them, with others, and with none."""
    ours: list[Logo] = []
    strangers: list[Logo] = []
    templates: list[Template] = []
    for number in range(count):
        if number % _A_REGISTER == 0:
            ours, strangers = choice.register(REGISTERED)
            templates = [learn(logo.artwork) for logo in ours]
        pixels, truths = _crowded(ours, strangers, chance.choice(grounds), number, chance)
        places = candidates(pixels, templates)
        rest = places[_LIKELIEST:]
        for place in (*places[:_LIKELIEST], *chance.sample(rest, min(_LESS_LIKELY, len(rest)))):
            own = templates[place.template].looks
            truth = truths.get(place.template)
            yield from _proposed(pixels, place, own, ours[place.template].artwork.aspect, truth)


@dataclass(frozen=True, eq=False)
class _Truth:
    """Where a logo is in a scene, and the numbers of its looks that it is shown in."""

    quad: Quad
    same: tuple[int, ...]


def _crowded(
    ours: Sequence[Logo], strangers: Sequence[Logo], ground: Pixels, number: int, chance: random.Random
) -> tuple[Pixels, dict[int, _Truth]]:
    """A photograph, two times in three with three of ours and two strangers; where ours are that nothing covers. Now
    and then there is text in it.
    """
    pixels, truths = ground, dict[int, _Truth]()
    if chance.random() < 0.3:
        pixels = with_text(pixels, chance)
    if number % 3 != 2:
        numbers = [*chance.sample(range(len(ours)), 3), None, None]
        for one in numbers:
            shown = given((chance.choice(strangers) if one is None else ours[one]).artwork, chance)
            width = chance.choice((0.05, 0.08, 0.12, 0.2, 0.25))
            made = with_logo(pixels, shown.artwork, chance.choice(USED), width, chance)
            if made is None or any(shared(made.quad, truth.quad) > 0 for truth in truths.values()):
                continue
            pixels = made.pixels
            if one is not None:
                truths[one] = _Truth(made.quad, shown.same)
    return as_jpeg(pixels, chance.choice(QUALITIES)), truths


def _proposed(
    pixels: Pixels, place: Candidate, ways: Sequence[Look], aspect: float, truth: _Truth | None
) -> Iterator[Pair]:
    together = 0.0 if truth is None else shared(place.quad, truth.quad)
    if truth is not None and together > 0.4:
        yield from _pairs(pixels, place.quad, [ways[number] for number in truth.same], aspect, truth.quad)
    elif together < 0.1:
        yield from _pairs(pixels, place.quad, ways, aspect, None)


if __name__ == "__main__":
    main()
