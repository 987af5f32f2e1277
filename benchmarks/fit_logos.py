"""Makes the numbers that the search for logos ships with: how photographs look, and the verifier's network.

    python benchmarks/fit_logos.py LOGOS PHOTOGRAPHS [--pairs N] [--scans N] [--epochs N] [--seed N]

LOGOS and PHOTOGRAPHS are folders of artwork (SVG or PNG) and of photographs; what the result is measured on must not be
among them. Needs torch besides the package, and about half an hour of CPU. Three steps:

1. The mean and the covariance of the gradients of photographs: `extract/logos/photographs.npz`.
2. Pairs of a place in a picture and a look. The same: artwork in a scene, at its place, moved and scaled as a search
   misplaces it. Another: the same place beside the artwork of others, mostly such that look alike, and the places that
   a scan proposes in photographs with and without logos.
3. The network that tells them apart and says where the corners are: `match/logos/verifier.npz`.

The same folders and the same seed give the same numbers, on one machine with one thread.
"""

from __future__ import annotations

import argparse
import io
import itertools
import math
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
import torch
from logo_scenes import MODES, QUALITIES, Pixels, Scene, as_jpeg, bent, photograph, photographs, with_logo
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

import imgpolicy
from imgpolicy.errors import PictureError
from imgpolicy.extract.logos.artwork import Artwork, Rgba, read_artwork
from imgpolicy.extract.logos.canonical import SIDE, Quad, Shape, patch, premultiplied, reference, shape_for
from imgpolicy.extract.logos.hog import BINS, Cells, Floats, cells, to_lab
from imgpolicy.extract.logos.template import Template, learn
from imgpolicy.match.logos.scan import Candidate, candidates, overlap
from imgpolicy.match.logos.verifier import STRIDES, side_by_side

PACKAGE = Path(imgpolicy.__file__).parent
LAGS = 16
"""Cells between two whose covariance is kept: a template has 15 at most."""

_CHANNELS = (7, 24, 48, 48, 80, 80)
_SIDES = (5, 3, 3, 3, 3)
_BATCH = 64
_RATE = 2e-3
_FARTHEST = 0.6  # in units of SIDE: a corner farther away is another place
_ALIKE = 12


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
    look: Rgba = field(repr=False)
    offsets: Floats | None


def main() -> None:
    parser = argparse.ArgumentParser(description="Fits what the search for logos ships with.")
    parser.add_argument("logos", type=Path)
    parser.add_argument("photographs", type=Path)
    parser.add_argument("--pairs", type=int, default=9000, help="scenes to make pairs from")
    parser.add_argument("--scans", type=int, default=240, help="photographs to scan for what is mistaken")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    chance = random.Random(options.seed)
    paths = photographs([options.photographs])
    save(PACKAGE / "extract" / "logos" / "photographs.npz", statistics_of(paths))
    logos = read_logos(options.logos)
    chance.shuffle(paths)
    grounds = [photograph(path, chance) for path in paths[:300]]
    pairs = [*made_pairs(logos, grounds, options.pairs, chance), *scanned_pairs(logos, grounds, options.scans, chance)]
    print(f"{len(pairs)} pairs, {sum(pair.offsets is not None for pair in pairs)} of them the same", flush=True)
    save(
        PACKAGE / "match" / "logos" / "verifier.npz", fitted(pairs, options.epochs, np.random.default_rng(options.seed))
    )


def save(path: Path, arrays: dict[str, NDArray[np.float16 | np.float32]]) -> None:
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    path.write_bytes(file.getvalue())
    print(f"{path}: {len(file.getvalue()):,} bytes", flush=True)


def statistics_of(paths: Sequence[Path]) -> dict[str, NDArray[np.float16 | np.float32]]:
    """Mean and covariance of the cells of photographs at four sizes, those at which logos are searched."""
    seen = [_cells_of(path, side) for path, side in zip(paths, itertools.cycle((384, 512, 640, 300)), strict=False)]
    mean = np.concatenate([each.reshape(-1, BINS) for each in seen]).mean(0)
    sums = np.zeros((2 * LAGS + 1, 2 * LAGS + 1, BINS, BINS))
    counts = np.zeros(sums.shape[:2])
    for each in seen:
        size = (each.shape[0] + 2 * LAGS + 1, each.shape[1] + 2 * LAGS + 1)
        waves = np.fft.rfft2(each - mean, size, axes=(0, 1))
        for own in range(BINS):
            shared = np.fft.irfft2(np.conj(waves[:, :, own : own + 1]) * waves, size, axes=(0, 1))
            sums[:, :, own] += _middle(shared)
        ones = np.fft.rfft2(np.ones(each.shape[:2]), size)
        counts += _middle(np.fft.irfft2(np.abs(ones) ** 2, size)[:, :, None])[:, :, 0]
    return {"mean": mean.astype(np.float32), "covariance": (sums / counts[:, :, None, None]).astype(np.float16)}


def _cells_of(path: Path, side: int) -> Cells:
    pixels = photograph(path, random.Random(0))
    ratio = side / max(pixels.shape[:2])
    small = cv2.resize(pixels, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA)
    return cells(to_lab(np.asarray(small, np.uint8)))


def _middle(shared: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.roll(shared, (LAGS, LAGS), (0, 1))[: 2 * LAGS + 1, : 2 * LAGS + 1]


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
        self._groups = sorted(groups.items())
        self._alike: dict[int, list[int]] = {}
        self._views = np.stack([_view(logo.artwork) for logo in logos])

    def one(self) -> int:
        """The number of a logo."""
        weights = [self._SHARES[index % len(self._SHARES)] for index in range(len(self._groups))]
        return self._chance.choice(self._chance.choices(self._groups, weights)[0][1])

    def other(self, number: int) -> int | None:
        """The number of another brand's logo, mostly of one that looks alike; None when chance gives the same brand."""
        if number not in self._alike:
            scores = self._views @ self._views[number]
            scores[scores > 0.93] = -1  # the same mark under another name
            self._alike[number] = [int(n) for n in np.argpartition(-scores, _ALIKE)[:_ALIKE]]
        alike = self._chance.random() < 0.65
        found = self._chance.choice(self._alike[number]) if alike else self._chance.randrange(len(self._logos))
        names = self._logos[found].brand, self._logos[number].brand
        return None if names[0].startswith(names[1]) or names[1].startswith(names[0]) else found


def _view(artwork: Artwork) -> Floats:
    """The mark's gradients at 32 x 32 pixels, of unit length."""
    small = np.asarray(cv2.resize(premultiplied(artwork.pixels), (32, 32), interpolation=cv2.INTER_AREA), np.float32)
    seen = small[:, :, :3] + (1 - small[:, :, 3:] / 255) * (255 if artwork.luminance < 150 else 0)
    padded = np.pad(np.clip(seen, 0, 255).astype(np.uint8), ((4, 4), (4, 4), (0, 0)), mode="edge")
    values = cells(to_lab(padded)).ravel()
    values -= values.mean()
    return np.asarray(values / (np.linalg.norm(values) + 1e-6), np.float32)


def recoloured(artwork: Artwork, chance: random.Random) -> Artwork:
    """Artwork of one colour in white, black or any other colour, now and then as it is; other artwork as it is."""
    if not artwork.one_colour or chance.random() < 0.2:
        return artwork
    any_colour = tuple(chance.randint(0, 255) for _ in range(3))
    colour = chance.choices(((255, 255, 255), (15, 15, 15), any_colour), (0.3, 0.25, 0.45))[0]
    pixels = artwork.pixels.copy()
    pixels[:, :, :3] = colour
    return replace(artwork, pixels=pixels)


def made_pairs(logos: Sequence[Logo], grounds: Sequence[Pixels], count: int, chance: random.Random) -> Iterator[Pair]:
    """From each scene two pairs that are the same, and up to two that are not."""
    choice = Choice(logos, chance)
    for _ in range(count):
        number = choice.one()
        artwork = recoloured(logos[number].artwork, chance)
        scene = _close_up(artwork, grounds, chance)
        if scene is None:
            continue
        for quad in (misplaced(scene.quad, artwork.aspect, chance), nearly(scene.quad, chance)):
            yield from _pair(scene.pixels, quad, artwork, scene.quad)
        for _ in range(2):
            other = choice.other(number)
            if other is not None:
                wrong = recoloured(logos[other].artwork, chance)
                yield from _pair(scene.pixels, misplaced(scene.quad, wrong.aspect, chance), wrong, None)


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
    mode = chance.choice((*MODES, "bare", "opacity"))
    scene = with_logo(piece, artwork, mode, width / size[0], chance, middle=True)
    if scene is None:
        return None
    if chance.random() < 0.1:
        scene = bent(scene, chance)
    return replace(scene, pixels=as_jpeg(scene.pixels, chance.choice((50, *QUALITIES))))


def misplaced(quad: Quad, aspect: float, chance: random.Random) -> Quad:
    """An upright box where a scan would put one, of this aspect ratio."""
    area = float(np.linalg.norm(quad[1] - quad[0]) * np.linalg.norm(quad[3] - quad[0]))
    width = math.sqrt(area * aspect) * math.exp(chance.gauss(0, 0.07))
    height = width / aspect
    x, y = quad.mean(0) + [chance.gauss(0, 0.05) * math.sqrt(width * height) for _ in range(2)]
    left, top, right, bottom = x - width / 2, y - height / 2, x + width / 2, y + height / 2
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)


def nearly(quad: Quad, chance: random.Random) -> Quad:
    """The quad with its corners a little off, as after a first look."""
    unit = math.sqrt(max(1.0, cv2.contourArea(quad)))
    shift = [[chance.gauss(0, 0.03) * unit, chance.gauss(0, 0.03) * unit] for _ in range(4)]
    return np.asarray(quad + np.array(shift), np.float32)


def _pair(pixels: Pixels, quad: Quad, artwork: Artwork, truth: Quad | None) -> Iterator[Pair]:
    shape = shape_for(artwork.aspect)
    place = patch(pixels, quad, shape)
    if place is None:
        return
    offsets = None if truth is None else _offsets(quad, truth, shape)
    if offsets is None or float(np.abs(offsets).max()) < _FARTHEST:
        yield Pair(shape, place, reference(artwork, shape), offsets)


def _offsets(quad: Quad, truth: Quad, shape: Shape) -> Floats:
    warp = cv2.getPerspectiveTransform(quad.astype(np.float32), shape.corners())
    there = cv2.perspectiveTransform(truth[None].astype(np.float32), warp)[0]
    return np.asarray((there - shape.corners()).ravel() / SIDE, np.float32)


def scanned_pairs(
    logos: Sequence[Logo], grounds: Sequence[Pixels], count: int, chance: random.Random
) -> Iterator[Pair]:
    """The likeliest places of 48 logos at a time, in photographs with some of them, with others, and with none."""
    choice = Choice(logos, chance)
    ours: list[Logo] = []
    templates: list[Template] = []
    for number in range(count):
        if number % 6 == 0:
            brands = {logos[n].brand: logos[n] for n in (choice.one() for _ in range(60))}
            ours = [replace(logo, artwork=recoloured(logo.artwork, chance)) for logo in list(brands.values())[:48]]
            templates = [learn(logo.artwork) for logo in ours]
        pixels, truths = _crowded(ours, [logos[choice.one()] for _ in range(2)], grounds, number, chance)
        places = candidates(pixels, templates)
        for place in (*places[:36], *chance.sample(places[36:], min(8, len(places[36:])))):
            yield from _proposed(pixels, place, ours[place.template].artwork, truths.get(place.template))


def _crowded(
    ours: Sequence[Logo], others: Sequence[Logo], grounds: Sequence[Pixels], number: int, chance: random.Random
) -> tuple[Pixels, dict[int, Quad]]:
    """A photograph, two times in three with three of ours and two others; where ours are that nothing covers."""
    pixels, truths = chance.choice(grounds), dict[int, Quad]()
    if number % 3 != 2:
        numbers: list[int | None] = [*chance.sample(range(len(ours)), 3), *(None for _ in others)]
        strangers = iter(others)
        for one in numbers:
            artwork = next(strangers).artwork if one is None else ours[one].artwork
            made = with_logo(
                pixels, artwork, chance.choice(MODES), chance.choice((0.05, 0.08, 0.12, 0.2, 0.25)), chance
            )
            if made is None or any(overlap(made.quad, quad) > 0 for quad in truths.values()):
                continue
            pixels = made.pixels
            if one is not None:
                truths[one] = made.quad
    return as_jpeg(pixels, chance.choice(QUALITIES)), truths


def _proposed(pixels: Pixels, place: Candidate, artwork: Artwork, truth: Quad | None) -> Iterator[Pair]:
    shared = 0.0 if truth is None else overlap(place.quad, truth)
    if shared > 0.4:
        yield from _pair(pixels, place.quad, artwork, truth)
    elif shared < 0.1:
        yield from _pair(pixels, place.quad, artwork, None)


class Network(nn.Module):  # type: ignore[misc]  # torch is no part of the test environment
    """What `imgpolicy.match.logos.verifier` runs, while it is fitted."""

    def __init__(self) -> None:
        super().__init__()
        steps = list(zip(_CHANNELS, _CHANNELS[1:], _SIDES, STRIDES, strict=False))
        self.kernels = nn.ModuleList(
            nn.Conv2d(inner, outer, side, stride, side // 2, bias=False) for inner, outer, side, stride in steps
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(outer) for _, outer, _, _ in steps)
        self.first = nn.Linear(_CHANNELS[-1] * 18, 96)
        self.last = nn.Linear(96, 9)
        self.drop = nn.Dropout(0.15)

    def forward(self, seen: torch.Tensor) -> torch.Tensor:
        for kernel, norm in zip(self.kernels, self.norms, strict=True):
            seen = functional.relu(norm(kernel(seen)))
        grid = functional.adaptive_avg_pool2d(seen, 4).flatten(1)
        flat = torch.cat([grid, seen.amax((2, 3)), seen.amin((2, 3))], 1)
        found: torch.Tensor = self.last(self.drop(functional.relu(self.first(flat))))
        return found

    def arrays(self) -> dict[str, NDArray[np.float16 | np.float32]]:
        """The numbers as they ship: the norms folded into the kernels."""
        made: dict[str, NDArray[np.float16 | np.float32]] = {}
        for number, (kernel, norm) in enumerate(zip(self.kernels, self.norms, strict=True)):
            assert isinstance(kernel, nn.Conv2d)
            assert isinstance(norm, nn.BatchNorm2d)
            assert norm.running_mean is not None
            assert norm.running_var is not None
            gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            folded = (kernel.weight * gain[:, None, None, None]).permute(2, 3, 1, 0)
            made[f"kernel{number}"] = folded.detach().numpy().astype(np.float16)
            made[f"bias{number}"] = (norm.bias - norm.running_mean * gain).detach().numpy().astype(np.float32)
        for number, layer in enumerate((self.first, self.last)):
            made[f"dense{number}"] = layer.weight.detach().numpy().T.astype(np.float16)
            made[f"dense_bias{number}"] = layer.bias.detach().numpy().astype(np.float32)
        return made


def fitted(
    pairs: Sequence[Pair], epochs: int, chance: np.random.Generator
) -> dict[str, NDArray[np.float16 | np.float32]]:
    network = Network()
    rule = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=1e-3)
    steps = epochs * sum(1 for _ in _batches(pairs, np.random.default_rng(0)))
    for step, batch in enumerate(itertools.chain.from_iterable(_batches(pairs, chance) for _ in range(epochs))):
        for group in rule.param_groups:
            group["lr"] = _RATE * min(1, (step + 1) / 60) * (0.5 * (1 + math.cos(math.pi * step / steps)) + 0.01)
        loss = _loss(network, batch, chance)
        rule.zero_grad()
        loss.backward()
        rule.step()
        if step % 100 == 0:
            print(f"step {step} of {steps}: loss {loss.item():.4f}", flush=True)
    network.eval()
    return network.arrays()


def _batches(pairs: Sequence[Pair], chance: np.random.Generator) -> Iterator[list[Pair]]:
    """All pairs once, those of one shape together."""
    groups: dict[Shape, list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[pair.shape].append(pair)
    made = []
    for _, group in sorted(groups.items()):
        order = chance.permutation(len(group))
        made += [[group[n] for n in order[start : start + _BATCH]] for start in range(0, len(group), _BATCH)]
    for number in chance.permutation(len(made)):
        if len(made[number]) > 7:  # the norms need some to average over
            yield made[number]


def _loss(network: Network, batch: Sequence[Pair], chance: np.random.Generator) -> torch.Tensor:
    places = _disturbed(np.stack([pair.place for pair in batch]), chance)
    seen = side_by_side(places, np.stack([pair.look for pair in batch]))
    found = network(torch.from_numpy(np.ascontiguousarray(seen.transpose(0, 3, 1, 2))))
    same = torch.tensor([pair.offsets is not None for pair in batch], dtype=torch.float32)
    wanted = np.stack([np.zeros(8, np.float32) if pair.offsets is None else pair.offsets for pair in batch])
    moved = functional.smooth_l1_loss(found[:, 1:], torch.from_numpy(wanted), beta=0.03, reduction="none").mean(1)
    told = functional.binary_cross_entropy_with_logits(found[:, 0], same)
    return told + 3 * (moved * same).sum() / same.sum().clamp(min=1)


def _disturbed(places: Pixels, chance: np.random.Generator) -> Pixels:
    """Other light, other white balance, noise."""
    size = (len(places), 1, 1, 1)
    seen = (places.astype(np.float32) - 128) * (1 + 0.12 * chance.normal(size=size)) + 128
    seen = seen * (1 + 0.05 * chance.normal(size=(len(places), 1, 1, 3))) + 8 * chance.normal(size=size)
    seen += np.abs(chance.normal(size=size)) * 4 * chance.normal(size=places.shape)
    return np.clip(seen, 0, 255).astype(np.uint8)


if __name__ == "__main__":
    main()
