"""The eight PDQ hashes of a picture in few bytes: one whole, and the bits in which others differ from what follows.

Turning and mirroring a picture swap axes and signs of its coefficients. A hash has a bit for each of 16 x 16 that is
above their median: that of a picture mirrored at a diagonal follows to the bit, and one with other signs but for the
few coefficients between the two medians (extract/pdq.py).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imgpolicy.facts import PDQ_APART

Bits = NDArray[np.bool_]

_BYTES = 32
_WAVES = 16
_RAW, _TURNED = b"\0", b"\1"

_AT = np.arange(_WAVES * _WAVES).reshape(_WAVES, _WAVES)
_DIAGONAL = _AT.T.ravel()
_DOWN = (_AT // _WAVES % 2 == 0).ravel()
_ACROSS = (_AT % 2 == 0).ravel()
_SIGNS = np.stack([_DOWN ^ _ACROSS, _DOWN, _ACROSS])
"""Which bits the picture turned by 180 degrees, upside down, and mirrored has the other way round."""

_OF = (0, 3, 1, 2, 2, 3, 0, 1)
"""Of which of those that stand apart each of the eight is, as it stands or mirrored at the diagonal."""

_MIRRORED = (1, 3, 6, 7)


def packed(hashes: tuple[int, ...]) -> bytes:
    """The hashes, of 256 bits each, in few bytes where they are those of one picture in its eight forms."""
    whole = b"".join(one.to_bytes(_BYTES, "little") for one in hashes)
    if len(hashes) != len(_OF):
        return _RAW + whole
    bits = _bits(whole)
    first, others = bits[0], bits[list(PDQ_APART[1:])]
    differing = [np.flatnonzero(row).astype(np.uint8) for row in others ^ first ^ _SIGNS]
    few = _TURNED + whole[:_BYTES] + b"".join(bytes([min(len(at), 255)]) + at.tobytes() for at in differing)
    follows = len(few) < len(whole) and np.array_equal(_eight(bits[list(PDQ_APART)]), bits)
    return few if follows else _RAW + whole


def unpacked(data: bytes) -> tuple[int, ...]:
    """What `packed` was given; ValueError for anything that it did not give."""
    way, rest = data[:1], data[1:]
    if way == _RAW and len(rest) % _BYTES == 0:
        return _numbers(rest)
    if way != _TURNED or len(rest) < _BYTES:
        raise ValueError("these are no hashes")
    own = np.empty((len(PDQ_APART), _WAVES * _WAVES), np.bool_)
    own[0] = _bits(rest[:_BYTES])[0]
    own[1:] = own[0] ^ _SIGNS
    at = _BYTES
    for row in own[1:]:
        count = int.from_bytes(rest[at : at + 1], "big")
        row[np.frombuffer(rest[at + 1 : at + 1 + count], np.uint8)] ^= True
        at += 1 + count
    if at != len(rest):
        raise ValueError("hashes of another length")
    return _numbers(np.packbits(_eight(own), axis=1, bitorder="little").tobytes())


def _eight(own: Bits) -> Bits:
    bits: Bits = own[list(_OF)]
    for number in _MIRRORED:
        bits[number] = bits[number][_DIAGONAL]
    return bits


def _bits(whole: bytes) -> Bits:
    """A row a hash, from its lowest bit, which is the first coefficient, to its highest."""
    return np.unpackbits(np.frombuffer(whole, np.uint8).reshape(-1, _BYTES), axis=1, bitorder="little").astype(np.bool_)


def _numbers(whole: bytes) -> tuple[int, ...]:
    return tuple(int.from_bytes(whole[at : at + _BYTES], "little") for at in range(0, len(whole), _BYTES))
