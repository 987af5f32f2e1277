"""Facts as bytes and back."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from imgpolicy import Checker, Posting, Report
from imgpolicy.domain.geometry import Box, Point
from imgpolicy.domain.posting import Origin, Role
from imgpolicy.domain.trace import Kind, Statement, Trace
from imgpolicy.errors import FactsError
from imgpolicy.facts import (
    Code,
    Codes,
    Embeddings,
    Face,
    Faces,
    Fact,
    Facts,
    Fingerprint,
    FoundBy,
    Keypoints,
    Logos,
    LogoSighting,
    Manifest,
    Metadata,
    PictureInfo,
    Pose,
    Provenance,
    Spot,
    Text,
    Texts,
    Unknown,
)
from imgpolicy.language import LanguageCode, language
from imgpolicy.phrase import Phrase, phrase
from imgpolicy.picture import Picture, load
from imgpolicy.register.vault import Vault, new_key
from imgpolicy.wire.facts import PICTURE, FactKey, Sealer, decode_fact, decode_facts, encode_fact, encode_facts

POSTING = Posting(channel="facebook", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN, on=dt.date(2026, 5, 4))
SHA256 = "ab" * 32
BY = FoundBy(extractor="somebody", version="1", options="so")
KEY = FactKey.of(SHA256, Faces, BY)
NAMES = ("portrait.jpg", "two_people.jpg", "meadow.jpg", "with_location.jpg", "poster.jpg", "logo.png", "archive.jpg")


def vault() -> Vault:
    master = new_key()
    return Vault(master, Vault.wrap_new(master))


SEALER: Sealer = vault()


def kept(fact: Fact | None = None) -> bytes:
    return encode_fact(fact or Faces(engine="e", faces=()), BY, SHA256, SEALER)


def key_of(fact: Fact) -> FactKey:
    return FactKey.of(SHA256, type(fact), BY)


# Any fact

TEXTS = st.text(max_size=20)
FLOATS = st.floats(allow_nan=False, width=64)
BOXES = st.builds(Box, *[st.integers(-(2**40), 2**40)] * 4)
FRAMES = st.integers(0, 10_000)
HASHES = st.integers(0, 2**256 - 1)
PHRASES = st.builds(
    lambda inner, count, share, text: phrase("{a}: {b} of {c} ({d})", a=inner, b=count, c=share, d=text),
    st.sampled_from([phrase("faces"), phrase("{n} pages", n=3)]),
    st.integers(-(2**60), 2**60),
    FLOATS,
    TEXTS,
)
UNKNOWNS = st.lists(
    st.builds(Unknown, what=PHRASES | TEXTS, reason=PHRASES | TEXTS, lifts=st.booleans()), max_size=2
).map(tuple)
SPOTS = st.lists(
    st.builds(Spot, box=st.tuples(FLOATS, FLOATS, FLOATS, FLOATS), look=HASHES, clarity=st.integers(0, 100)), max_size=2
).map(tuple)
POINTS = st.builds(Point, FLOATS, FLOATS)
FACES = st.builds(
    Face,
    box=BOXES,
    height=FLOATS,
    certainty=FLOATS,
    landmarks=st.tuples(*[POINTS] * 5),
    sharpness=FLOATS,
    pose=st.builds(Pose, yaw=FLOATS, pitch=FLOATS, roll=FLOATS),
    frame=FRAMES,
    also=st.frozensets(FRAMES, max_size=3),
    spots=SPOTS,
)
PLAIN_FACTS: st.SearchStrategy[Fact] = st.one_of(
    st.builds(Faces, engine=TEXTS, faces=st.lists(FACES, max_size=3).map(tuple), unknowns=UNKNOWNS),
    st.builds(
        Metadata,
        traces=st.lists(
            st.builds(
                Trace,
                path=TEXTS,
                kind=st.sampled_from(Kind),
                offset=st.integers(0, 2**40),
                value=st.just(""),
            ),
            max_size=3,
        ).map(tuple),
        rights=st.lists(st.builds(Statement, what=TEXTS, path=TEXTS, value=TEXTS), max_size=2).map(tuple),
        decoded=st.just({}),
        unknowns=UNKNOWNS,
    ),
    st.builds(
        Provenance,
        present=st.booleans(),
        manifests=st.lists(
            st.builds(
                Manifest,
                active=st.booleans(),
                generator=TEXTS,
                actions=st.lists(TEXTS, max_size=2).map(tuple),
                source_types=st.lists(TEXTS, max_size=2).map(tuple),
                state=st.none() | TEXTS,
            ),
            max_size=2,
        ).map(tuple),
        unknowns=UNKNOWNS,
    ),
    st.builds(
        Logos,
        sightings=st.lists(st.builds(LogoSighting, artwork=TEXTS, box=BOXES, evidence=FLOATS), max_size=2).map(tuple),
        unknowns=UNKNOWNS,
    ),
)
PRINTS = st.builds(
    Fingerprint,
    sha256=TEXTS,
    phash=st.integers(0, 2**64 - 1),
    pdq=st.lists(HASHES, max_size=8).map(tuple),
    quality=st.integers(0, 100),
    frame=FRAMES,
    unknowns=UNKNOWNS,
)
FINGERPRINTS = st.builds(replace, PRINTS, further=st.lists(PRINTS, max_size=2).map(tuple))


def keypoints(count: int, seed: int, *further: Keypoints) -> Keypoints:
    random = np.random.default_rng(seed)
    return Keypoints(
        width=100,
        height=80,
        frame=seed % 7,
        further=further,
        places=random.normal(size=(count, 2)).astype(np.float32),
        sizes=random.normal(size=count).astype(np.float32),
        angles=random.normal(size=count).astype(np.float32),
        descriptors=random.integers(0, 256, (count, 16)).astype(np.uint8),
        words=random.integers(0, 2048, (count, 3)).astype(np.uint16),
        mirrored=random.integers(0, 2, count).astype(np.bool_),
    )


@given(PLAIN_FACTS | FINGERPRINTS)
def test_a_fact_comes_back_as_it_was(fact: Fact) -> None:
    assert decode_fact(kept(fact), key_of(fact), SEALER) == fact


@given(st.integers(0, 20), st.integers(0, 100))
@settings(max_examples=25)
def test_arrays_come_back_to_the_bit_and_can_be_written_to(count: int, seed: int) -> None:
    fact = keypoints(count, seed, keypoints(3, seed + 1))
    back = decode_fact(kept(fact), key_of(fact), SEALER)
    assert isinstance(back, Keypoints)
    for one, other in ((fact, back), (fact.further[0], back.further[0])):
        for name in ("places", "sizes", "angles", "descriptors", "words", "mirrored"):
            mine, theirs = getattr(one, name), getattr(other, name)
            np.testing.assert_array_equal(mine, theirs)
            assert (mine.dtype, theirs.flags.writeable) == (theirs.dtype, True)
        assert (one.width, one.height, one.frame) == (other.width, other.height, other.frame)


def test_phrases_can_still_be_said_in_another_language() -> None:
    small = phrase("faces under {pixels} pixels", pixels=12)
    fact = Faces(engine="e", faces=(), unknowns=(Unknown(what=small, reason="as it is"),))
    (unknown,) = decode_fact(kept(fact), key_of(fact), SEALER).unknowns
    assert isinstance(unknown.what, Phrase)
    danish = language(LanguageCode.DANISH)
    assert danish.say(unknown.what) == danish.say(small) != small
    assert not isinstance(unknown.reason, Phrase)


# What is not kept


def test_what_texts_and_codes_say_is_not_kept_and_unknown_after() -> None:
    texts = Texts(texts=(Text(box=Box(1, 2, 3, 4), value="strictly secret", confidence=0.5),))
    codes = Codes(codes=(Code(box=Box(1, 2, 3, 4), kind="qr", value="https://secret.example"),))
    for fact in (texts, codes):
        data = kept(fact)
        back = decode_fact(data, key_of(fact), SEALER)
        assert b"secret" not in data
        assert [unknown.lifts for unknown in back.unknowns] == [True]
        assert decode_fact(kept(back), key_of(back), SEALER) == back
    assert decode_fact(kept(Texts()), key_of(Texts()), SEALER) == Texts()


def test_the_names_that_a_file_gives_its_metadata_cannot_be_read_and_values_are_not_kept() -> None:
    trace = Trace(path="xmp/anna:Hansen", kind=Kind.IDENTITY, offset=7, value="Anna Hansen")
    fact = Metadata(traces=(trace,), decoded={"Artist": "Anna Hansen"})
    data = kept(fact)
    assert b"Hansen" not in data
    back = decode_fact(data, key_of(fact), SEALER)
    assert back == Metadata(traces=(replace(trace, value=""),), with_values=False)
    assert decode_fact(kept(back), key_of(back), SEALER) == back


def test_facts_that_one_extractor_found_in_one_look_are_kept_side_by_side() -> None:
    texts, codes = Texts(), Codes(codes=(Code(box=Box(1, 2, 3, 4), kind="qr", value=""),))
    facts = Facts({Texts: texts, Codes: codes}, PictureInfo(name="a", sha256=SHA256), sources={Texts: BY, Codes: BY})
    back = decode_facts(encode_facts(facts, SEALER), "a", SEALER)
    assert back.get(Texts) == texts
    assert not isinstance(back.get(Codes), Unknown)


def test_the_fingerprint_of_another_file_is_not_kept_of_this_one_and_not_read() -> None:
    fingerprint = Fingerprint(sha256="cd" * 32, phash=1, pdq=(0,) * 8, quality=100)
    with pytest.raises(FactsError, match="another picture"):
        Facts({Fingerprint: fingerprint}, PictureInfo(name="a", sha256=SHA256))
    data = {key_of(fingerprint): kept(fingerprint)}
    picture = encode_facts(Facts({}, PictureInfo(name="a", sha256=SHA256)), SEALER)
    with pytest.raises(FactsError, match="another picture"):
        decode_facts(picture | data, "a", SEALER)


def test_vectors_and_what_a_plug_in_brings_are_not_kept() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Weather(Fact):
        sunny: bool = True

    @dataclass(frozen=True, kw_only=True)
    class MoreTexts(Texts):
        mood: str = ""

    vectors = Embeddings(engine="e", vectors=np.ones((1, 4), np.float32))
    for fact, why in ((vectors, "sensitive"), (Weather(), "plug-in"), (MoreTexts(), "plug-in")):
        with pytest.raises(FactsError, match=f"{type(fact).__name__} is not kept.*{why}"):
            encode_fact(fact, BY, SHA256, SEALER)
    with pytest.raises(FactsError, match="sensitive"):
        encode_fact(Logos(), replace(BY, sensitive=True), SHA256, SEALER)
    known: Mapping[type[Fact], Fact] = {Embeddings: vectors, Weather: Weather(), Logos: Logos()}
    facts = Facts(known, PictureInfo(name="a", sha256=SHA256), sources=dict.fromkeys(known, BY))
    assert {key.kind for key in encode_facts(facts, SEALER)} == {PICTURE, "logos"}
    with pytest.raises(FactsError, match="could not be read"):
        encode_facts(Facts({}), SEALER)


def test_what_could_not_be_looked_at_is_looked_at_again() -> None:
    blind = Unknown(what="faces", reason="the model is missing")
    facts = Facts({Faces: blind}, PictureInfo(name="a", sha256=SHA256), sources={Faces: BY})
    assert [key.kind for key in encode_facts(facts, SEALER)] == [PICTURE]


# Pictures


@pytest.fixture(scope="module")
def checker(demo: Path) -> Iterator[Checker]:
    with Checker.from_file(demo / "imgpolicy.toml") as opened:
        yield opened


def opened(folder: Path, name: str) -> Picture:
    return load((folder / "pictures" / name).read_bytes(), name)


def said(report: Report) -> Report:
    return replace(report, made_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))


@pytest.mark.parametrize("name", NAMES)
def test_facts_that_were_kept_are_judged_as_they_were_but_for_the_vectors_and_what_texts_say(
    checker: Checker, demo: Path, name: str
) -> None:
    facts = checker.look(opened(demo, name))
    back = decode_facts(encode_facts(facts, SEALER), name, SEALER)
    texts, unsaid = facts.get(Texts), back.get(Texts)
    assert isinstance(texts, Texts)
    assert isinstance(unsaid, Texts)
    assert any(one.what == "text" and one.lifts for one in unsaid.unknowns) == bool(texts.texts)
    silent = replace(facts, known={**facts.known, Texts: unsaid}).without(Embeddings)
    assert said(checker.judge(back, POSTING)) == said(checker.judge(silent, POSTING))
    assert (back.picture, back.elsewhere) == (facts.picture, facts.elsewhere)


def shown(vectors: NDArray[np.float32]) -> list[bytes]:
    return [row.astype(kind).tobytes()[:24] for row in vectors for kind in ("<f4", ">f4", "<f8")]


@pytest.mark.slow
def test_no_value_no_name_and_no_vector_is_in_the_bytes(checker: Checker, demo: Path) -> None:
    told = 0
    for name in NAMES:
        facts = checker.look(replace(opened(demo, name), name="anna-hansen.jpg"))
        content = b"".join(encode_facts(facts, SEALER).values())
        metadata, embeddings = facts.get(Metadata), facts.get(Embeddings)
        assert isinstance(metadata, Metadata)
        assert isinstance(embeddings, Embeddings)
        values = [
            *(trace.value for trace in metadata.traces),
            *(one.value for one in metadata.rights),
            *metadata.decoded.values(),
        ]
        for value in (*(one for one in values if len(one) > 4), "anna", "hansen"):
            assert value.encode() not in content, value
        assert not any(part in content for part in shown(embeddings.vectors))
        told += len(values)
    assert told > 5


# Hostile bytes


def test_bytes_cut_off_anywhere_are_one_clear_error() -> None:
    data = kept(Faces(engine="e", faces=()))
    for length in range(len(data)):
        with pytest.raises(FactsError, match="damaged"):
            decode_fact(data[:length], KEY, SEALER)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_byte_changed_anywhere_is_never_another_fact(at: int, by: int) -> None:
    data = bytearray(kept())
    data[at % len(data)] ^= by
    with pytest.raises(FactsError, match="damaged"):
        decode_fact(bytes(data), KEY, SEALER)


@given(st.binary(max_size=200))
def test_any_bytes_are_no_fact(data: bytes) -> None:
    with pytest.raises(FactsError, match="damaged"):
        decode_fact(data, KEY, SEALER)


@pytest.mark.parametrize(
    "other",
    [
        replace(KEY, sha256="cd" * 32),
        replace(KEY, kind="logos"),
        replace(KEY, kind=PICTURE),
        replace(KEY, version="2"),
        replace(KEY, options=""),
        replace(KEY, extractor="somebody else"),
    ],
)
def test_a_fact_is_not_taken_for_one_of_another_key(other: FactKey) -> None:
    with pytest.raises(FactsError):
        decode_fact(kept(), other, SEALER)


def test_a_fact_of_another_vault_or_release_is_none() -> None:
    with pytest.raises(FactsError):
        decode_fact(kept(), KEY, vault())
    schema, *rest = msgspec.msgpack.decode(kept())
    with pytest.raises(FactsError):
        decode_fact(msgspec.msgpack.encode([schema + 1, *rest]), KEY, SEALER)


class Open:
    """A sealer that hides and proves nothing: whoever has the key may write what they like, and still crash nothing."""

    def seal(self, place: str, data: bytes) -> bytes:
        del place
        return data

    def unseal(self, place: str, sealed: bytes) -> bytes:
        del place
        return sealed


@given(st.data())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_sealed_it_is_a_fact_or_an_error(data: st.DataObject) -> None:
    sealer = Open()
    fact = keypoints(2, 3)
    whole = msgspec.msgpack.decode(encode_fact(fact, BY, SHA256, sealer))
    parts = msgspec.msgpack.decode(whole[1])
    number = data.draw(st.integers(0, len(parts) - 1))
    parts[number] = data.draw(
        st.one_of(st.none(), st.integers(-5, 5), st.binary(max_size=9), st.text(max_size=5), st.just([])),
    )
    plain = msgspec.msgpack.encode(parts)
    broken = msgspec.msgpack.encode([whole[0], plain, hashlib.sha256(plain).digest()])
    with contextlib.suppress(FactsError):
        decode_fact(broken, key_of(fact), sealer)


def test_facts_of_two_pictures_or_two_of_a_kind_are_not_those_of_one() -> None:
    info = PictureInfo(name="a", sha256=SHA256)
    facts = Facts({Logos: Logos()}, info, sources={Logos: BY})
    mine, logos = encode_facts(facts, SEALER), key_of(Logos())
    others = encode_facts(replace(facts, picture=replace(info, sha256="cd" * 32)), SEALER)
    again = encode_facts(replace(facts, sources={Logos: replace(BY, version="2")}), SEALER)
    for wrong in ({}, mine | others, mine | again, {logos: mine[logos]}):
        with pytest.raises(FactsError):
            decode_facts(wrong, "a", SEALER)
