"""Pictures that show nobody and have the same reasons get the same answer, for whatever posting."""

from __future__ import annotations

import io
import random
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFont
from tests.test_keeping import POSTING, PRIVATE, Shelf

from imgpolicy import Checker, Posting
from imgpolicy.checker import accepted
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.trace import Statement
from imgpolicy.facts import (
    Codes,
    Fact,
    Facts,
    Fingerprint,
    Keypoints,
    Metadata,
    Provenance,
    Texts,
    Unknown,
)
from imgpolicy.keeping import reasons_of
from imgpolicy.match.kept import HeldWorks, KeptPicture
from imgpolicy.match.works import WorkHit
from imgpolicy.picture import load

POSTINGS = (POSTING, PRIVATE, replace(POSTING, channel="print", caption="Ring til 20 30 40 50"), Posting())


def saved(image: Image.Image, **how: object) -> bytes:
    data = io.BytesIO()
    image.save(data, "JPEG", quality=92, **how)
    return data.getvalue()


def located(image: Image.Image) -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x8298] = "Kamera", "Kim Larsen / Ritzau Scanpix"
    exif.get_ifd(0x8825).update({1: "N", 2: (55.0, 40.0, 0.0), 3: "E", 4: (12.0, 30.0, 0.0)})
    return saved(image, exif=exif)


def notice(meadow: Image.Image) -> bytes:
    """A page that nobody should post, with a code."""
    page = meadow.resize((1200, 800))
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, 800, 400), fill="white")
    for row, line in enumerate(("CPR 070761-4285", "Fortroligt", "Tlf. 20 30 40 50")):
        draw.text((40, 40 + 110 * row), line, "black", ImageFont.load_default(64))
    code = zxingcpp.create_barcode("https://zoom.us/j/123?pwd=abc", zxingcpp.BarcodeFormat.QRCode)
    page.paste(Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=6)).convert("RGB"), (830, 30))
    return saved(page)


@pytest.fixture(scope="module")
def found(demo: Path) -> dict[str, KeptPicture]:
    """What is kept of pictures that show nobody, by their names."""
    meadow = Image.open(demo / "pictures" / "meadow.jpg").convert("RGB")
    files = {file.name: file.read_bytes() for file in (demo / "pictures").iterdir() if file.suffix != ".json"}
    files |= {"located.jpg": located(meadow), "notice.jpg": notice(meadow)}
    with Checker.from_file(demo / "imgpolicy.toml") as checker:
        posting = accepted(checker.policy, checker.register, POSTING)
        seen = {name: checker.check_to_keep(load(file, name), posting)[1] for name, file in files.items()}
    kept = {name: replace(one, facts=one.facts.without(Keypoints)) for name, one in seen.items()}
    return {name: one for name, one in kept.items() if reasons(one) is not None}


SHELF = Shelf()


def reasons(picture: KeptPicture) -> bytes | None:
    return reasons_of(picture.facts, picture.matches, SHELF, SHELF.vault.digest)


def another(kept: KeptPicture, seed: int) -> KeptPicture:
    """Another picture in which the same was found: in another file, of another size, at other places."""
    draw, facts = random.Random(seed), kept.facts
    sha256 = secrets.token_hex(32)

    def place() -> Box:
        left, top = draw.randint(0, 500), draw.randint(0, 500)
        return Box(left, top, left + draw.randint(1, 500), top + draw.randint(1, 500))

    def told(fact: Fact | Unknown) -> Fact | Unknown:
        if isinstance(fact, Fingerprint):
            forms = tuple(draw.getrandbits(256) for _ in range(8))
            return replace(fact, sha256=sha256, phash=draw.getrandbits(64), pdq=forms, quality=draw.randint(1, 100))
        if isinstance(fact, Metadata):
            return replace(fact, traces=tuple(replace(one, offset=draw.randint(0, 9_999)) for one in fact.traces))
        if isinstance(fact, Texts):
            return replace(fact, texts=tuple(replace(one, box=place(), confidence=0.5) for one in fact.texts))
        if isinstance(fact, Codes):
            return replace(fact, codes=tuple(replace(one, box=place()) for one in fact.codes))
        return fact

    known = {kind: told(fact) for kind, fact in facts.known.items()}
    size = {"width": draw.randint(1, 9_000), "height": draw.randint(1, 9_000)}
    picture = replace(facts.picture, sha256=sha256, name=f"{seed}.jpg", **size)  # type: ignore[arg-type]
    return replace(kept, facts=replace(facts, known=known, picture=picture))


@pytest.mark.slow
def test_there_is_something_in_the_pictures(found: dict[str, KeptPicture]) -> None:
    assert {"located.jpg", "notice.jpg", "meadow.jpg"} <= found.keys()
    assert "portrait.jpg" not in found
    facts = found["notice.jpg"].facts
    assert all(isinstance(facts.known[kind], kind) for kind in (Texts, Codes))
    assert len({reasons(one) for one in found.values()}) == len(found)


@pytest.mark.slow
@pytest.mark.parametrize("posting", POSTINGS, ids=range(len(POSTINGS)))
def test_equal_reasons_are_judged_alike(found: dict[str, KeptPicture], demo: Path, posting: Posting) -> None:
    with Checker.from_file(demo / "imgpolicy.toml") as checker:
        complete = accepted(checker.policy, checker.register, posting)
        for kept in found.values():
            alike = [kept, *(another(kept, seed) for seed in range(20))]
            assert len({reasons(one) for one in alike}) == 1
            answers = checker.judge_again(
                [Shelf().again(one, checker.held_against(complete)) for one in alike], complete
            )
            said = {
                (
                    one.report.verdict,
                    tuple(sorted(finding.code for finding in one.report.findings)),
                    one.report.valid_until,
                    one.holds,
                )
                for one in answers
            }
            assert len(said) == 1


def _metadata(**changes: object) -> Callable[[Facts], Facts]:
    def change(facts: Facts) -> Facts:
        metadata = facts.get(Metadata)
        assert isinstance(metadata, Metadata)
        changed = replace(metadata, **changes)  # type: ignore[arg-type]
        return replace(facts, known={**facts.known, Metadata: changed})

    return change


def _by_another_version(kind: type[Fact]) -> Callable[[Facts], Facts]:
    def change(facts: Facts) -> Facts:
        return replace(facts, sources={**facts.sources, kind: replace(facts.sources[kind], version="0")})

    return change


def _without_text(facts: Facts) -> Facts:
    return replace(facts, known={**facts.known, Texts: Texts()})


def _another_format(facts: Facts) -> Facts:
    return replace(facts, picture=replace(facts.picture, format="PNG"))


def _elsewhere(facts: Facts) -> Facts:
    return replace(facts, elsewhere=(Unknown(what="frames", reason="there are many"),))


CHANGES: dict[str, Callable[[Facts], Facts]] = {
    "no traces": _metadata(traces=()),
    "another credit": _metadata(rights=(Statement(what="credit", path="jpeg/iptc", value="Bo"),)),
    "another version read the metadata": _by_another_version(Metadata),
    "another version made the hashes": _by_another_version(Fingerprint),
    "nobody looked for provenance": lambda facts: facts.without(Provenance),
    "no text": _without_text,
    "another format": _another_format,
    "something that was not looked at": _elsewhere,
}


@pytest.mark.slow
@pytest.mark.parametrize("what", CHANGES)
def test_what_is_found_otherwise_is_another_reason(found: dict[str, KeptPicture], what: str) -> None:
    kept = found["notice.jpg" if what == "no text" else "located.jpg"]
    assert reasons(replace(kept, facts=CHANGES[what](kept.facts))) != reasons(kept)


@pytest.mark.slow
def test_what_is_matched_otherwise_is_another_reason(found: dict[str, KeptPicture]) -> None:
    kept = found["meadow.jpg"]
    hit = HeldWorks(against="now", hits=(WorkHit(work="poster", stage="pdq", distance=3, certain=True),))
    assert reasons(replace(kept, matches=replace(kept.matches, works=hit))) != reasons(kept)
