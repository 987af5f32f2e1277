"""The fingerprints of all works as arrays, so that a million of them can be held in memory and searched."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from imgpolicy.domain.work import Features
from imgpolicy.index.copies import CopyIndex, copy_index, joined_copies
from imgpolicy.index.features import VERSION
from imgpolicy.index.rows import FeaturesRow, FingerprintRow

Words = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hashes:
    """Hashes of one kind, a column each: `words` (words of 64 bits, n), the first the highest.

    `works` (n,) has the number of the work that each is of, `qualities` (n,) PDQ's quality of its picture.
    """

    words: Words = field(repr=False)
    works: NDArray[np.int32] = field(repr=False)
    qualities: NDArray[np.uint8] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FingerprintIndex:
    """The fingerprints of many works. `works` (n,) has the works' ids in ASCII, and everything else their numbers.

    `copies` are the features that can be compared, `pictured` the works that they are of, a picture each; `pictures`
    counts all pictures, `outdated` those with features of another version, and `whole_only` those that have none.
    """

    works: NDArray[np.bytes_] = field(repr=False)
    sha256: Hashes
    pdq: Hashes
    phash: Hashes
    copies: CopyIndex = field(repr=False)
    pictured: NDArray[np.int32] = field(repr=False)
    pictures: int
    outdated: int
    whole_only: int

    def work(self, number: int) -> str:
        """The id of the work of this number."""
        return bytes(self.works[number]).decode()


_BATCH = 20_000


def fingerprint_index(
    rows: Iterable[FingerprintRow], features: Iterable[FeaturesRow], logos: Collection[str] = frozenset()
) -> FingerprintIndex:
    """The rows as arrays; they come in any order. Hashes that are not hex of their length raise ValueError.

    `logos` are the ids of those that are found in parts in another way, and need no features.
    """
    numbers: dict[str, int] = {}
    columns = (
        _Column(256, lambda row: row.sha256),
        _Column(256, lambda row: row.pdq),
        _Column(64, lambda row: row.phash),
    )
    pictures = of_logos = 0
    for row in rows:
        pictures += 1
        of_logos += row.work in logos
        number = numbers.setdefault(row.work, len(numbers))
        for column in columns:
            column.take(row, number)
    rows_of_features = list(features)
    current = [row for row in rows_of_features if row.version == VERSION]
    sha256, pdq, phash = (column.hashes() for column in columns)
    return FingerprintIndex(
        works=np.array([work.encode() for work in numbers], np.bytes_),
        sha256=sha256,
        pdq=pdq,
        phash=phash,
        copies=copy_index([Features(version=r.version, width=r.width, height=r.height, data=r.data) for r in current]),
        pictured=np.array([numbers[row.work] for row in current], np.int32),
        pictures=pictures,
        outdated=len(rows_of_features) - len(current),
        whole_only=pictures - of_logos - len(rows_of_features),
    )


def joined(first: FingerprintIndex, second: FingerprintIndex) -> FingerprintIndex:
    """The fingerprints of both, those of the first before those of the second, as `fingerprint_index` makes them."""
    before = len(first.works)
    return FingerprintIndex(
        works=np.concatenate([first.works, second.works]),
        sha256=_joined_hashes(first.sha256, second.sha256, before),
        pdq=_joined_hashes(first.pdq, second.pdq, before),
        phash=_joined_hashes(first.phash, second.phash, before),
        copies=joined_copies(first.copies, second.copies),
        pictured=np.concatenate([first.pictured, second.pictured + np.int32(before)]),
        pictures=first.pictures + second.pictures,
        outdated=first.outdated + second.outdated,
        whole_only=first.whole_only + second.whole_only,
    )


def _joined_hashes(first: Hashes, second: Hashes, before: int) -> Hashes:
    return Hashes(
        words=np.concatenate([first.words, second.words], axis=1),
        works=np.concatenate([first.works, second.works + np.int32(before)]),
        qualities=np.concatenate([first.qualities, second.qualities]),
    )


class _Column:
    """Hashes of one kind as they are read: hex is turned into words a batch at a time, to hold little text."""

    def __init__(self, bits: int, of: Callable[[FingerprintRow], str | None]) -> None:
        self._digits = bits // 4
        self._of = of
        self._text: list[str] = []
        self._parts: list[Words] = []
        self._works: list[int] = []
        self._qualities = bytearray()

    def take(self, row: FingerprintRow, number: int) -> None:
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
