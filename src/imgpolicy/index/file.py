"""The arrays that works are recognised by, beside the register in one file, so that opening reads no rows for them.

The file holds nothing that the register does not hold, and may be deleted at any time. It is mapped into memory, and
trusted only with the tag that this register's key makes over all of it: what was cut off, altered, or is another
register's is made anew. Its state names an entry of the log by its hash: a register that was restored to an earlier
time, or went another way since, does not have that entry.
"""

from __future__ import annotations

import contextlib
import hmac
import mmap
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from imgpolicy.errors import RegisterError
from imgpolicy.files import permissions, write_whole
from imgpolicy.index.copies import CopyIndex
from imgpolicy.index.features import VERSION
from imgpolicy.index.fingerprints import FingerprintIndex, Hashes
from imgpolicy.phrase import phrase, reason_of

_FORMAT = 1
"""Another one whenever the file changes, or a migration changes what is known of works without an entry in the log."""

_ENDING = "-works-index"
_TEMPORARY = re.compile(re.escape(_ENDING) + r"-[0-9a-f]{16}")
_TAG, _NONCE, _LENGTH = 16, 12, 4
_HEAD = _TAG + _NONCE + _LENGTH
_ALIGNED = 64

_KindT = TypeVar("_KindT", np.bool_, np.uint8, np.uint16, np.int32, np.int64, np.uint64, np.float32, np.bytes_)


class Tagger(Protocol):
    """Whoever holds the register's key: makes a tag that nobody makes for other data without it."""

    def tag(self, nonce: bytes, data: bytes | memoryview) -> bytes:
        """The tag of this data under this nonce."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksState:
    """Up to where works were read: the last entry of the log on works and its hash, and the last picture's number."""

    entry: int
    hash: str
    picture: int


class _Array(msgspec.Struct, frozen=True, array_like=True):
    """Where an array stands in the file; its type and shape as numpy writes them."""

    kind: str
    shape: tuple[int, ...]
    offset: int


class _Bytes(NamedTuple):
    """An array on its way into the file: its type and shape, and its bytes."""

    kind: str
    shape: tuple[int, ...]
    data: NDArray[np.uint8]


class _Header(msgspec.Struct, frozen=True):
    format: int
    features: str
    state: WorksState
    pictures: int
    outdated: int
    whole_only: int
    arrays: dict[str, _Array]


def index_path(register: Path) -> Path:
    """Where the arrays of the register in this file are kept."""
    return register.with_name(register.name + _ENDING)


class IndexFile:
    """The file beside the SQLite register in `register`, under tags that `tagger` makes with the register's key."""

    def __init__(self, register: Path, tagger: Tagger) -> None:
        self._register = register
        self._path = index_path(register)
        self._tagger = tagger

    def read(self) -> tuple[WorksState, FingerprintIndex] | None:
        """The arrays in memory that is mapped, and the state that they are of; None on any doubt.

        Whether the register is still at that state, or past it, is for the caller to see.
        """
        data = self._sound()
        if data is None:
            return None
        end = _HEAD + int.from_bytes(data[_TAG + _NONCE : _HEAD], "little")
        try:
            header = msgspec.json.decode(data[_HEAD:end], type=_Header)
        except msgspec.DecodeError:  # by another version of the program
            return None
        if (header.format, header.features) != (_FORMAT, VERSION):
            return None
        return header.state, _index(header, data[_aligned(end) :])

    def _sound(self) -> memoryview | None:
        """The whole file, mapped, when there is one with this register's tag."""
        if not self._path.is_file():
            return None
        try:
            with self._path.open("rb") as file:
                data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except (OSError, ValueError):  # an empty file cannot be mapped
            return None
        if len(data) < _HEAD:
            return None
        tag, nonce = bytes(data[:_TAG]), bytes(data[_TAG : _TAG + _NONCE])
        return data if hmac.compare_digest(tag, self._tagger.tag(nonce, data[_TAG + _NONCE :])) else None

    def write(self, state: WorksState, index: FingerprintIndex) -> None:
        """Keep these arrays in place of all older ones; where they cannot be written there are none then."""
        with contextlib.suppress(OSError):
            self._clear()
            # By its path: a process that opens SQLite's file and closes it loses SQLite's locks on it.
            mode = permissions(self._register)
            write_whole(self._path, self._packed(state, index), mode=mode, prefix=f"{self._path.name}-")

    def discard(self) -> None:
        """Remove the arrays where that can be done, because they are not needed."""
        if self._path.is_symlink() or self._path.exists():
            with contextlib.suppress(OSError):
                self._clear()

    def remove(self) -> None:
        """Leave nothing of the arrays in the folder, and of what a process that died or writes now has of them.

        RegisterError when a file cannot be removed.
        """
        try:
            self._clear()
        except OSError as error:
            raise RegisterError(
                phrase(
                    "{path}: cannot be removed ({reason}), and holds what works are recognised by",
                    path=str(self._path),
                    reason=reason_of(error),
                )
            ) from error

    def _clear(self) -> None:
        for file in self._register.parent.iterdir():
            rest = file.name.removeprefix(self._register.name)
            ours = rest == _ENDING or (rest != file.name and _TEMPORARY.fullmatch(rest))
            if ours and (file.is_symlink() or not file.is_dir()):
                file.unlink(missing_ok=True)

    def _packed(self, state: WorksState, index: FingerprintIndex) -> bytearray:
        """The file: tag, nonce, the header's length and the header, then the arrays, each at a multiple of 64."""
        arrays = _arrays_of(index)
        places: dict[str, _Array] = {}
        size = 0
        for name, (kind, shape, data) in arrays.items():
            places[name] = _Array(kind, shape, size)
            size = _aligned(size + len(data))
        header = msgspec.json.encode(
            _Header(
                format=_FORMAT,
                features=VERSION,
                state=state,
                pictures=index.pictures,
                outdated=index.outdated,
                whole_only=index.whole_only,
                arrays=places,
            )
        )
        start = _aligned(_HEAD + len(header))
        packed = bytearray(start + size)
        body = np.frombuffer(packed, np.uint8)
        for name, (_, _, data) in arrays.items():
            first = start + places[name].offset
            body[first : first + len(data)] = data
        nonce = secrets.token_bytes(_NONCE)
        packed[_TAG : _HEAD + len(header)] = nonce + len(header).to_bytes(_LENGTH, "little") + header
        packed[:_TAG] = self._tagger.tag(nonce, memoryview(packed)[_TAG + _NONCE :])
        return packed


def _aligned(size: int) -> int:
    return -(-size // _ALIGNED) * _ALIGNED


def _arrays_of(index: FingerprintIndex) -> dict[str, _Bytes]:
    copies = index.copies
    return {
        "works": _bytes(index.works),
        "pictured": _bytes(index.pictured),
        **_arrays_of_hashes("sha256", index.sha256),
        **_arrays_of_hashes("pdq", index.pdq),
        **_arrays_of_hashes("phash", index.phash),
        "shapes": _bytes(copies.shapes),
        "firsts": _bytes(copies.firsts),
        "owners": _bytes(copies.owners),
        "places": _bytes(copies.places),
        "sizes": _bytes(copies.sizes),
        "angles": _bytes(copies.angles),
        "mirrored": _bytes(copies.mirrored),
        "left": _bytes(copies.left),
        "right": _bytes(copies.right),
        "rows": _bytes(copies.rows),
        "starts": _bytes(copies.starts),
    }


def _arrays_of_hashes(name: str, hashes: Hashes) -> dict[str, _Bytes]:
    return {
        f"{name}.words": _bytes(hashes.words),
        f"{name}.works": _bytes(hashes.works),
        f"{name}.qualities": _bytes(hashes.qualities),
    }


def _bytes(array: NDArray[_KindT]) -> _Bytes:
    return _Bytes(array.dtype.str, array.shape, np.ascontiguousarray(array).reshape(-1).view(np.uint8))


def _index(header: _Header, body: memoryview) -> FingerprintIndex:
    arrays = _Arrays(header.arrays, body)
    return FingerprintIndex(
        works=arrays.get("works", np.bytes_),
        sha256=_hashes(arrays, "sha256"),
        pdq=_hashes(arrays, "pdq"),
        phash=_hashes(arrays, "phash"),
        copies=CopyIndex(
            shapes=arrays.get("shapes", np.float32),
            firsts=arrays.get("firsts", np.int64),
            owners=arrays.get("owners", np.int32),
            places=arrays.get("places", np.uint16),
            sizes=arrays.get("sizes", np.uint8),
            angles=arrays.get("angles", np.uint8),
            mirrored=arrays.get("mirrored", np.bool_),
            left=arrays.get("left", np.uint64),
            right=arrays.get("right", np.uint64),
            rows=arrays.get("rows", np.int32),
            starts=arrays.get("starts", np.int64),
        ),
        pictured=arrays.get("pictured", np.int32),
        pictures=header.pictures,
        outdated=header.outdated,
        whole_only=header.whole_only,
    )


def _hashes(arrays: _Arrays, name: str) -> Hashes:
    return Hashes(
        words=arrays.get(f"{name}.words", np.uint64),
        works=arrays.get(f"{name}.works", np.int32),
        qualities=arrays.get(f"{name}.qualities", np.uint8),
    )


@dataclass(frozen=True, slots=True)
class _Arrays:
    """The arrays of a file, which stand in its `body`."""

    places: Mapping[str, _Array]
    body: memoryview

    def get(self, name: str, kind: type[_KindT]) -> NDArray[_KindT]:
        place = self.places[name]
        return np.asarray(np.ndarray(place.shape, np.dtype(place.kind), self.body, place.offset), kind)
