"""The fingerprints of all works as arrays, so that a million of them can be held in memory and searched."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from imgpolicy.register.features import VERSION, Features

Words = NDArray[np.uint64]


class PrintRow(NamedTuple):
    """One fingerprint without its features; hashes in hex."""

    work: str
    sha256: str | None
    phash: str | None
    pdq: str | None
    quality: int


class FeaturesRow(NamedTuple):
    """The features of one fingerprint."""

    work: str
    version: str
    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hashes:
    """Hashes of one kind, a column each: `words` (words of 64 bits, n), the first the highest.

    `works` (n,) has the number of the work that each is of, `qualities` (n,) PDQ's quality of its picture.
    """

    words: Words = field(repr=False)
    works: NDArray[np.int32] = field(repr=False)
    qualities: NDArray[np.uint8] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prints:
    """The fingerprints of all works. `works` has the works' ids, and everything else the numbers of these.

    `features` are those that can be compared, `pictured` the works that they are of; `outdated` counts those of
    another version, and `whole_only` the pictures that have none.
    """

    works: Sequence[str]
    sha256: Hashes
    pdq: Hashes
    phash: Hashes
    features: tuple[Features, ...]
    pictured: tuple[int, ...]
    outdated: int
    whole_only: int


_BATCH = 20_000


def prints_from(
    rows: Iterable[PrintRow], features: Iterable[FeaturesRow], logos: Collection[str] = frozenset()
) -> Prints:
    """The rows as arrays; they come in any order. Hashes that are not hex of their length raise ValueError.

    `logos` are the ids of those that are found in parts in another way, and need no features.
    """
    numbers: dict[str, int] = {}
    columns = (
        _Column(256, lambda row: row.sha256),
        _Column(256, lambda row: row.pdq),
        _Column(64, lambda row: row.phash),
    )
    count = 0
    for row in rows:
        count += row.work not in logos
        number = numbers.setdefault(row.work, len(numbers))
        for column in columns:
            column.take(row, number)
    found = list(features)
    current = [row for row in found if row.version == VERSION]
    sha256, pdq, phash = (column.hashes() for column in columns)
    return Prints(
        works=tuple(numbers),
        sha256=sha256,
        pdq=pdq,
        phash=phash,
        features=tuple(Features(version=r.version, width=r.width, height=r.height, data=r.data) for r in current),
        pictured=tuple(numbers[row.work] for row in current),
        outdated=len(found) - len(current),
        whole_only=count - len(found),
    )


class _Column:
    """Hashes of one kind as they are read: hex is turned into words a batch at a time, to hold little text."""

    def __init__(self, bits: int, of: Callable[[PrintRow], str | None]) -> None:
        self._digits = bits // 4
        self._of = of
        self._text: list[str] = []
        self._parts: list[Words] = []
        self._works: list[int] = []
        self._qualities = bytearray()

    def take(self, row: PrintRow, number: int) -> None:
        text = self._of(row)
        if text is None:
            return
        if len(text) != self._digits:
            raise ValueError("a hash has another length than its kind")
        self._text.append(text)
        self._works.append(number)
        self._qualities.append(min(100, max(0, row.quality)))
        if len(self._text) >= _BATCH:
            self._turn()

    def hashes(self) -> Hashes:
        self._turn()
        return Hashes(
            words=np.ascontiguousarray(np.concatenate(self._parts).T),
            works=np.array(self._works, np.int32),
            qualities=np.frombuffer(bytes(self._qualities), np.uint8),
        )

    def _turn(self) -> None:
        words = np.frombuffer(bytes.fromhex("".join(self._text)), ">u8").astype(np.uint64)
        self._parts.append(words.reshape(-1, self._digits // 16))
        self._text.clear()
