"""What is dear to make and always comes out the same, made once a test process instead of in every test.

The tree of commands, the list of what is installed, loaded networks, and what was seen in a picture that had been
looked at before. The tests of looking itself (`tests/engines`, `tests/extract`) and the profile `thorough` share
nothing.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.metadata import entry_points
from threading import Lock
from typing import Generic, ParamSpec, TypeVar

import numpy as np
import pytest
import typer.main
from numpy.typing import NDArray

from imgpolicy import plugins
from imgpolicy.cli import main as cli
from imgpolicy.cli.commands import GROUPS, SINGLE
from imgpolicy.engines import search, two_nets, yunet_sface
from imgpolicy.engines.arcface import ArcFace, InputForm
from imgpolicy.engines.detectors import Detectors
from imgpolicy.engines.search import Found
from imgpolicy.engines.text import ppocr
from imgpolicy.engines.text import search as search_text
from imgpolicy.engines.text.nets import TextNets
from imgpolicy.extract import keypoints
from imgpolicy.extract.keypoints import keypoints as real_keypoints
from imgpolicy.extract.logos import extractor
from imgpolicy.extract.logos import search as search_logos
from imgpolicy.extract.logos.template import Template
from imgpolicy.picture import Picture, Pixels

_COMMANDS = frozenset(command.name for command in (*SINGLE, *GROUPS))

_MOST_BYTES = 8_000_000
"""Pixels of a larger picture are not kept."""

P = ParamSpec("P")
Made = TypeVar("Made")


class Once(Generic[P, Made]):
    """A function that is asked once for each key that its arguments have; those without a key are always asked anew."""

    def __init__(self, real: Callable[P, Made], key: Callable[P, Hashable | None]) -> None:
        self._real = real
        self._key = key
        self._known: dict[Hashable, Made] = {}

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Made:
        """What the function gives, or gave."""
        key = self._key(*args, **kwargs)
        if key is None:
            return self._real(*args, **kwargs)
        if key not in self._known:
            self._known[key] = self._real(*args, **kwargs)
        return self._known[key]


class TakesTurns:
    """A recogniser that several engines have, for one thread at a time."""

    def __init__(self, network: ArcFace) -> None:
        self._network = network
        self._lock = Lock()

    def values(self, pixels: Pixels, row: NDArray[np.float64], aligned: Pixels) -> NDArray[np.float32]:
        """The network's numbers."""
        with self._lock:
            return self._network.values(pixels, row, aligned)


def _recogniser(weights: bytes, form: InputForm, dimensions: int | None = None) -> TakesTurns:
    return TakesTurns(ArcFace(weights, form, dimensions))


def _found(detectors: Detectors, picture: Picture) -> Found:
    found = search.find(detectors, picture)
    found.rows.setflags(write=False)
    return found


def _lines(nets: TextNets, picture: Picture) -> search_text.Found:
    found = search_text.find(nets, picture)
    for line in found.lines:
        line.corners.setflags(write=False)
    return found


def _by_pixels(pixels: NDArray[np.uint8]) -> tuple[tuple[int, ...], bytes] | None:
    if pixels.nbytes > _MOST_BYTES:
        return None
    return pixels.shape, hashlib.blake2b(pixels.tobytes()).digest()


def _by_picture(networks: Detectors | TextNets, picture: Picture) -> Hashable | None:
    del networks  # all have the same weights
    # At full scale it reads the file again.
    return (seen := _by_pixels(picture.pixels)) and (seen, picture.sha256, picture.frame)


def _by_size(pixels: Pixels, width: int, height: int) -> Hashable | None:
    return (seen := _by_pixels(pixels)) and (seen, width, height)


def _by_templates(pixels: NDArray[np.uint8], templates: Sequence[Template]) -> Hashable | None:
    return (seen := _by_pixels(pixels)) and (seen, pickle.dumps(templates))


@contextmanager
def shared() -> Iterator[None]:
    """All of it shared, inside the block."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(cli, "app_for", Once(cli.app_for, lambda words: frozenset(words) & _COMMANDS))
        patched.setattr(typer.main, "get_command", Once(typer.main.get_command, lambda typer_instance: typer_instance))
        patched.setattr(plugins, "entry_points", cache(entry_points))
        patched.setattr(two_nets, "find", Once(_found, _by_picture))
        patched.setattr(yunet_sface, "ArcFace", Once(_recogniser, lambda *args: args))
        patched.setattr(ppocr, "find", Once(_lines, _by_picture))
        patched.setattr(keypoints, "keypoints", Once(real_keypoints, _by_size))
        patched.setattr(extractor, "sightings", Once(search_logos.sightings, _by_templates))
        yield


@contextmanager
def looking_anew() -> Iterator[None]:
    """Nothing of what is seen in pictures is shared, inside the block."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(two_nets, "find", search.find)
        patched.setattr(yunet_sface, "ArcFace", ArcFace)
        patched.setattr(ppocr, "find", search_text.find)
        patched.setattr(keypoints, "keypoints", real_keypoints)
        patched.setattr(extractor, "sightings", search_logos.sightings)
        yield
