"""Facts in few bytes: what follows from something else is left out, and everything comes back as it was."""

from __future__ import annotations

import contextlib

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgpolicy.domain.geometry import Box, Corners, Point
from imgpolicy.domain.surroundings import places_about
from imgpolicy.extract.pdq import pdq
from imgpolicy.facts import Face, Faces, Fact, Fingerprint, PictureInfo, Pose, Spot
from imgpolicy.wire.short import ShortFaces, ShortFingerprint, short_form
from imgpolicy.wire.turned import packed, unpacked

PICTURE = PictureInfo(name="p.jpg", sha256="ab" * 32, format="JPEG", width=900, height=600)
HASHES = st.integers(0, 2**256 - 1)
FLOATS = st.floats(allow_nan=False) | st.floats(allow_nan=False, width=32)
FACE = Box(300, 200, 390, 320)
LYING = Box(300, 200, 500, 290)


def written(fact: Fact, picture: PictureInfo = PICTURE) -> bytes:
    return msgspec.msgpack.encode(short_form(fact, picture))


def read(data: bytes, picture: PictureInfo = PICTURE) -> Fact:
    return msgspec.msgpack.decode(data, type=ShortFaces | ShortFingerprint).fact(picture)


def a_face(box: Box, places: tuple[Corners, ...], numbers: list[float] | None = None) -> Face:
    one, *sides = [1.0] * 17 if numbers is None else numbers
    first, second, third, fourth, fifth = (Point(*sides[at : at + 2]) for at in range(0, 10, 2))
    return Face(
        box=box,
        height=one,
        certainty=sides[10],
        landmarks=(first, second, third, fourth, fifth),
        sharpness=sides[11],
        pose=Pose(yaw=sides[12], pitch=sides[13], roll=sides[14]),
        evidence=sides[15],
        also=frozenset({3, 1}),
        spots=tuple(Spot(box=place, look=number**40, clarity=number) for number, place in enumerate(places)),
    )


def noise(seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    rough = np.random.default_rng(seed).integers(0, 256, (12, 17, 3), np.uint8)
    return np.kron(rough, np.ones((9, 8, 1), np.uint8))


@given(st.lists(HASHES, max_size=9).map(tuple))
def test_any_hashes_come_back(hashes: tuple[int, ...]) -> None:
    assert unpacked(packed(hashes)) == hashes


@given(st.integers(0, 10**6))
def test_the_hashes_of_a_picture_take_less_than_half(seed: int) -> None:
    hashes = pdq(noise(seed)).hashes
    assert unpacked(packed(hashes)) == hashes
    assert len(packed(hashes)) < 32 * 8 / 2


@given(st.integers(0, 10**6), st.integers(0, 255), st.integers(0, 7))
def test_hashes_that_are_nearly_those_of_a_picture_come_back(seed: int, bit: int, number: int) -> None:
    hashes = list(pdq(noise(seed)).hashes)
    hashes[number] ^= 1 << bit
    assert unpacked(packed(tuple(hashes))) == tuple(hashes)


@given(st.binary(max_size=300))
def test_other_bytes_are_no_hashes(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        assert packed(unpacked(data))


@given(st.lists(FLOATS, min_size=17, max_size=17), st.integers(0, 10), st.sampled_from([FACE, LYING]))
def test_a_face_comes_back_with_numbers_of_any_precision(numbers: list[float], moved: int, box: Box) -> None:
    own = places_about(box, 900, 600)
    places = tuple((left + moved / 100, top, right, bottom) for left, top, right, bottom in own)
    faces = Faces(engine="e", faces=(a_face(box, places, numbers),))
    assert read(written(faces)) == faces


@pytest.mark.parametrize("size", [(900, 600), (600, 900), (None, None), (0, 7)])
@pytest.mark.parametrize("box", [FACE, Box(0, 0, 0, 0), Box(5, 5, 2, 2), Box(-(2**40), -1, 2**40, 2**39)])
def test_places_that_do_not_follow_are_written(box: Box, size: tuple[int | None, int | None]) -> None:
    picture = PictureInfo(name="p", sha256="ab" * 32, format="JPEG", width=size[0], height=size[1])
    for places in ((), places_about(FACE, 900, 600), ((0.0, 0.0, 1.0, 1.0),)):
        faces = Faces(engine="e", faces=(a_face(box, places),))
        assert read(written(faces, picture), picture) == faces


def test_places_that_follow_take_nothing() -> None:
    follows = Faces(engine="e", faces=(a_face(FACE, places_about(FACE, 900, 600)),))
    beside = Faces(engine="e", faces=(a_face(FACE, places_about(FACE, 901, 600)),))
    assert len(written(beside)) - len(written(follows)) >= 9 * 4 * 8


def test_a_face_of_single_precision_takes_half_the_bytes_for_its_numbers() -> None:
    single, double = ([number] * 17 for number in (0.5, 0.1))
    of = [len(written(Faces(engine="e", faces=(a_face(FACE, (), one),)))) for one in (single, double)]
    assert of[1] - of[0] == 17 * 4


@given(HASHES, st.integers(0, 10**6), st.integers(0, 2**64 - 1))
def test_a_fingerprint_comes_back_with_its_pages(look: int, seed: int, phash: int) -> None:
    page = Fingerprint(sha256="ab" * 32, phash=phash, pdq=(look,), quality=3, frame=2)
    first = Fingerprint(sha256="ab" * 32, phash=phash, pdq=pdq(noise(seed)).hashes, quality=100, further=(page,))
    assert read(written(first)) == first


@given(st.data())
def test_altered_bytes_are_refused_or_are_another_fact(data: st.DataObject) -> None:
    faces = Faces(engine="e", faces=(a_face(FACE, places_about(FACE, 900, 600)),))
    stored = bytearray(written(faces))
    stored[data.draw(st.integers(0, len(stored) - 1))] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(ValueError, TypeError):
        assert isinstance(read(bytes(stored)), Faces)
