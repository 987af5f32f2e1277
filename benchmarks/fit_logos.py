"""Fits the network that tells a logo from what looks like it, and says where its corners are.

    python benchmarks/fit_logos.py PAIRS [--steps N] [--seed N] [--start MODEL] [--made MODEL]

PAIRS is the folder that `logo_pairs.py` filled: the last of three steps, after `fit_photographs.py` and that. Writes an
ONNX file, and says its SHA-256, which `extract/logos/verifier.py` states. Needs torch and onnx besides the package,
about 30 kB of memory a pair, and an hour of CPU; with --start, an ONNX file of its own is fitted further.

The mean of the numbers over the last thousand steps or so ships, and is written after every 500: the rate does not
depend on how many steps are to come, so that fewer steps give what was written then.

Each time a pair is used it looks otherwise: both sides are mirrored, their channels changed, or inverted alike, and the
place is moved a little and gets other light and noise.

The same pairs and the same seed give the same numbers, on one machine with one thread. What the shipped one was fitted
on: docs/decisions/0014-logos.md.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import math
import statistics
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import onnx
import torch
from fit_photographs import PACKAGE
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from torch import nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from imgpolicy.extract.logos.artwork import Rgba
from imgpolicy.extract.logos.canonical import SHAPES, SIDE
from imgpolicy.extract.logos.hog import Floats
from imgpolicy.extract.logos.looks import side_by_side
from imgpolicy.extract.logos.verifier import ANSWER, MODEL, PAIR, PARTS, POOLED

_CHANNELS = (7, 24, 48, 48, 80, 80)
_SIDES = (5, 3, 3, 3, 3)
_STRIDES = (2, 2, 1, 2, 1)
_HIDDEN = 96
_BATCH = 64
_RATE = 2e-3
_WARMING = 100
_HALVING = 1500
_WRITTEN = 500
_KEPT = 0.998
_MOVED = 3  # pixels to either side
_SETTLING = 8  # batches by which the norms of a network that is fitted further are set

Numbers = Mapping[str, Floats]
"""The numbers of a network by their names in its file: kernels as (out, in, rows, columns), norms folded into them."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Places beside looks, of one shape, and how far the corners are off: no numbers where they are not the same."""

    places: NDArray[np.uint8] = field(repr=False)
    looks: Rgba = field(repr=False)
    painted: NDArray[np.bool_] = field(repr=False)
    offsets: Floats = field(repr=False)

    def some(self, numbers: NDArray[np.int64]) -> Pairs:
        return Pairs(self.places[numbers], self.looks[numbers], self.painted[numbers], self.offsets[numbers])


def main() -> None:
    parser = argparse.ArgumentParser(description="Fits the verifier of logos.")
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--steps", type=int, default=16_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=Path, help="a network of this script to fit further")
    parser.add_argument("--made", type=Path, default=PACKAGE / "engines" / "models" / f"{MODEL.name}.onnx")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    groups = stored(options.pairs)
    count = sum(len(group.offsets) for group in groups)
    same = sum(int(np.isfinite(group.offsets[:, 0]).sum()) for group in groups)
    print(f"{count:,} pairs, {same:,} of them the same", flush=True)
    network = Network()
    if options.start is not None:
        take_up(network, stored_numbers(options.start), groups)
    for numbers in fitted(network, groups, options.steps, options.seed):
        data = as_onnx(numbers)
        options.made.write_bytes(data)
        print(f"{options.made.name}: {len(data):,} bytes, SHA-256 {hashlib.sha256(data).hexdigest()}", flush=True)


def stored(folder: Path) -> list[Pairs]:
    """The pairs in the files of a folder, by shape."""
    parts = [np.load(path) for path in sorted(folder.glob("*.npz"))]
    groups = []
    for index in range(len(SHAPES)):
        own = [part for part in parts if f"place{index}" in part.files]
        if own:
            names = (f"{kind}{index}" for kind in ("place", "look", "painted", "offsets"))
            groups.append(Pairs(*(np.concatenate([part[name] for part in own]) for name in names)))
    return groups


class Network(nn.Module):  # type: ignore[misc]  # torch is no part of the test environment
    """What `imgpolicy.extract.logos.verifier` runs, while it is fitted."""

    def __init__(self) -> None:
        super().__init__()
        steps = list(zip(_CHANNELS, _CHANNELS[1:], _SIDES, _STRIDES, strict=False))
        self.kernels = nn.ModuleList(
            nn.Conv2d(inner, outer, side, stride, side // 2, bias=False) for inner, outer, side, stride in steps
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(outer) for _, outer, _, _ in steps)
        self.first = nn.Linear(_CHANNELS[-1] * (POOLED * POOLED + 2), _HIDDEN)
        self.last = nn.Linear(_HIDDEN, 9)
        self.drop = nn.Dropout(0.15)

    def forward(self, seen: torch.Tensor) -> torch.Tensor:
        for kernel, norm in zip(self.kernels, self.norms, strict=True):
            seen = functional.relu(norm(kernel(seen)))
        grid = functional.adaptive_avg_pool2d(seen, POOLED).flatten(1)
        flat = torch.cat([grid, seen.amax((2, 3)), seen.amin((2, 3))], 1)
        found: torch.Tensor = self.last(self.drop(functional.relu(self.first(flat))))
        return found

    def numbers(self) -> Numbers:
        """The numbers as they ship: the norms folded into the kernels."""
        made: dict[str, Floats] = {}
        for number, (kernel, norm) in enumerate(zip(self.kernels, self.norms, strict=True)):
            assert isinstance(kernel, nn.Conv2d)
            assert isinstance(norm, nn.BatchNorm2d)
            assert norm.running_mean is not None
            assert norm.running_var is not None
            gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            made[f"kernel{number}"] = (kernel.weight * gain[:, None, None, None]).detach().numpy()
            made[f"bias{number}"] = (norm.bias - norm.running_mean * gain).detach().numpy()
        for number, layer in enumerate((self.first, self.last)):
            made[f"dense{number}"] = layer.weight.detach().numpy()
            made[f"dense_bias{number}"] = layer.bias.detach().numpy()
        return made


def take_up(network: Network, numbers: Numbers, groups: Sequence[Pairs]) -> None:
    """Gives the network these numbers: its norms are set so that on some of the pairs it answers as they do."""
    given = {name: torch.from_numpy(np.array(value)) for name, value in numbers.items()}
    batches = _batches(groups, np.random.default_rng(0))
    seen = [_beside(batch) for batch in itertools.islice(batches, _SETTLING)]
    with torch.no_grad():
        for number, (kernel, norm) in enumerate(zip(network.kernels, network.norms, strict=True)):
            kernel.weight.copy_(given[f"kernel{number}"])
            bare = [kernel(each) for each in seen]
            values = torch.cat([each.transpose(0, 1).flatten(1) for each in bare], 1)
            norm.running_mean.copy_(values.mean(1))
            norm.running_var.copy_(values.var(1))
            norm.weight.copy_(torch.sqrt(norm.running_var + norm.eps))
            norm.bias.copy_(norm.running_mean + given[f"bias{number}"])
            seen = [functional.relu(each + given[f"bias{number}"][:, None, None]) for each in bare]
        for number, layer in enumerate((network.first, network.last)):
            layer.weight.copy_(given[f"dense{number}"])
            layer.bias.copy_(given[f"dense_bias{number}"])


def stored_numbers(path: Path) -> Numbers:
    """The numbers in a file that this script wrote."""
    return {each.name: numpy_helper.to_array(each) for each in onnx.load(path).graph.initializer}


def as_onnx(numbers: Numbers) -> bytes:
    """The network as a file."""
    nodes, seen = [], PAIR
    for number, (side, stride) in enumerate(zip(_SIDES, _STRIDES, strict=True)):
        given = [seen, f"kernel{number}", f"bias{number}"]
        nodes.append(helper.make_node("Conv", given, [f"c{number}"], strides=[stride] * 2, pads=[side // 2] * 4))
        nodes.append(helper.make_node("Relu", [f"c{number}"], [f"r{number}"]))
        seen = f"r{number}"
    nodes += [
        helper.make_node("Reshape", [seen, "places"], ["lines"]),
        helper.make_node("MatMul", ["lines", PARTS], ["means"]),
        helper.make_node("Flatten", ["means"], ["grid"]),
        helper.make_node("GlobalMaxPool", [seen], ["highest"]),
        helper.make_node("Neg", [seen], ["under"]),
        helper.make_node("GlobalMaxPool", ["under"], ["deepest"]),
        helper.make_node("Neg", ["deepest"], ["lowest"]),
        helper.make_node("Flatten", ["highest"], ["most"]),
        helper.make_node("Flatten", ["lowest"], ["least"]),
        helper.make_node("Concat", ["grid", "most", "least"], ["flat"], axis=1),
        helper.make_node("Gemm", ["flat", "dense0", "dense_bias0"], ["d0"], transB=1),
        helper.make_node("Relu", ["d0"], ["r"]),
        helper.make_node("Gemm", ["r", "dense1", "dense_bias1"], [ANSWER], transB=1),
    ]
    stored = [numpy_helper.from_array(np.ascontiguousarray(value), name) for name, value in numbers.items()]
    stored.append(numpy_helper.from_array(np.array([0, _CHANNELS[-1], -1], np.int64), "places"))
    real = onnx.TensorProto.FLOAT
    asked = [
        helper.make_tensor_value_info(PAIR, real, ["n", _CHANNELS[0], "h", "w"]),
        helper.make_tensor_value_info(PARTS, real, ["k", POOLED * POOLED]),
    ]
    answers = [helper.make_tensor_value_info(ANSWER, real, ["n", 9])]
    graph = helper.make_graph(nodes, "logos", asked, answers, stored)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def fitted(network: Network, groups: Sequence[Pairs], steps: int, seed: int) -> Iterator[Numbers]:
    """The network's numbers after every 500 steps, each the mean over what it was lately."""
    chance = np.random.default_rng(seed)
    network = network.to(memory_format=torch.channels_last)
    mean = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(_KEPT), use_buffers=True)
    rule = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=1e-3)
    losses: deque[float] = deque(maxlen=_WRITTEN)
    for step, batch in enumerate(itertools.islice(_batches(groups, chance), steps), start=1):
        for group in rule.param_groups:
            group["lr"] = _RATE * min(1, step / _WARMING) / math.sqrt(1 + step / _HALVING)
        loss = _loss(network, batch, chance)
        rule.zero_grad()
        loss.backward()
        rule.step()
        mean.update_parameters(network)
        losses.append(loss.item())
        if step % _WRITTEN == 0:
            print(f"step {step} of {steps}: loss {statistics.fmean(losses):.4f}", flush=True)
            yield mean.module.numbers()


def _batches(groups: Sequence[Pairs], chance: np.random.Generator) -> Iterator[Pairs]:
    """Batches of one shape each, without end; each pair once in a round, in another order each time."""
    while True:
        made = [
            (group, order[start : start + _BATCH])
            for group in groups
            for order in (chance.permutation(len(group.offsets)),)
            for start in range(0, len(order) - 7, _BATCH)  # the norms need some to average over
        ]
        for number in chance.permutation(len(made)):
            group, chosen = made[number]
            yield group.some(chosen)


def _loss(network: Network, batch: Pairs, chance: np.random.Generator) -> torch.Tensor:
    same = np.isfinite(batch.offsets[:, 0])
    batch = replace(batch, offsets=np.nan_to_num(batch.offsets))
    batch = _moved(_alike(batch, chance), chance)
    seen = _beside(replace(batch, places=_disturbed(batch.places, chance)))
    with torch.autocast("cpu", torch.bfloat16):
        found = network(seen.to(memory_format=torch.channels_last))
    found, truth = found.float(), torch.from_numpy(same.astype(np.float32))
    away = functional.smooth_l1_loss(found[:, 1:], torch.from_numpy(batch.offsets), beta=0.03, reduction="none").mean(1)
    told = functional.binary_cross_entropy_with_logits(found[:, 0], truth)
    return told + 3 * (away * truth).sum() / truth.sum().clamp(min=1)


def _beside(batch: Pairs) -> torch.Tensor:
    return torch.from_numpy(side_by_side(batch.places, batch.looks, batch.painted))


def _alike(batch: Pairs, chance: np.random.Generator) -> Pairs:
    """Both sides mirrored, turned upside down, their channels changed, or inverted alike: half of the batch each, a
    fifth for what is rarer.
    """
    places, looks, corners = batch.places.copy(), batch.looks.copy(), batch.offsets.reshape(-1, 4, 2).copy()
    across, down, other, inverse = (chance.random((4, len(places), 1)) < [[[0.4]], [[0.12]], [[0.5]], [[0.2]]])[..., 0]
    places[across], looks[across] = places[across, :, ::-1], looks[across, :, ::-1]
    corners[across] = corners[across][:, [1, 0, 3, 2]] * np.array([-1, 1], np.float32)
    places[down], looks[down] = places[down, ::-1], looks[down, ::-1]
    corners[down] = corners[down][:, [3, 2, 1, 0]] * np.array([1, -1], np.float32)
    order = chance.permutation(3)
    places[other], looks[other] = places[other][..., order], looks[other][..., [*order, 3]]
    places[inverse] = 255 - places[inverse]
    looks[inverse, ..., :3] = looks[inverse, ..., 3:] - looks[inverse, ..., :3]
    return Pairs(places, looks, batch.painted, corners.reshape(-1, 8))


def _moved(batch: Pairs, chance: np.random.Generator) -> Pairs:
    """The places, all by the same few pixels."""
    down, across = (int(n) for n in chance.integers(-_MOVED, _MOVED + 1, 2))
    rows, columns = batch.places.shape[1:3]
    edge = (_MOVED, _MOVED)
    padded = np.pad(batch.places, ((0, 0), edge, edge, (0, 0)), mode="edge")
    places = padded[:, _MOVED - down : _MOVED - down + rows, _MOVED - across : _MOVED - across + columns]
    shift = np.tile(np.array([across / SIDE, down / SIDE], np.float32), 4)
    return replace(batch, places=places, offsets=np.asarray(batch.offsets + shift, np.float32))


def _disturbed(places: NDArray[np.uint8], chance: np.random.Generator) -> NDArray[np.uint8]:
    """Other light, other white balance, noise."""
    size = (len(places), 1, 1, 1)
    light = 1 + 0.12 * chance.standard_normal(size, np.float32)
    seen = (places.astype(np.float32) - 128) * light + 128
    seen *= 1 + 0.05 * chance.standard_normal((len(places), 1, 1, 3), np.float32)
    seen += 8 * chance.standard_normal(size, np.float32)
    noise = 4 * np.abs(chance.standard_normal(size, np.float32))
    seen += noise * chance.standard_normal(places.shape, np.float32)
    return np.asarray(np.clip(seen, 0, 255), np.uint8)


if __name__ == "__main__":
    main()
