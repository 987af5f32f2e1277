"""What is kept of a picture judges it again as the picture itself would, or says that it has to be opened."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from tests.support import wrote

from imgpolicy import Checker, Posting, Report, Verdict
from imgpolicy.checker import accepted
from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.person import Person
from imgpolicy.domain.posting import Origin, Role
from imgpolicy.enrol import work_picture
from imgpolicy.errors import FactsError
from imgpolicy.facts import Embeddings, Keypoints, Unknown
from imgpolicy.keeping import decode_matches, encode_matches, encode_people
from imgpolicy.match.kept import Against, KeptPicture
from imgpolicy.picture import Picture, load
from imgpolicy.register.consents import record_consent
from imgpolicy.register.faces import remove_faces
from imgpolicy.register.people import add_person
from imgpolicy.register.vault import Vault, new_key
from imgpolicy.register.works import add_work
from imgpolicy.report import FaceReport
from imgpolicy.wire.together import decode_together, encode_together

POSTING = Posting(channel="facebook", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN)
PRIVATE = replace(POSTING, role=Role.PRIVATE)
SOME_DAY = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def letter() -> bytes:
    """A picture of a few lines that nobody should post."""
    page = Image.new("RGB", (1200, 600), "white")
    draw = ImageDraw.Draw(page)
    for row, line in enumerate(("CPR 070761-4285", "Eileen Collins", "Tlf. 20 30 40 50 mette@example.net")):
        draw.text((60, 80 + 150 * row), line, "black", ImageFont.load_default(64))
    data = io.BytesIO()
    page.save(data, "PNG")
    return data.getvalue()


@pytest.fixture(scope="module")
def pictures(demo: Path) -> dict[str, Picture]:
    named = {file.name: file.read_bytes() for file in sorted((demo / "pictures").iterdir()) if file.suffix != ".json"}
    return {name: load(data, name) for name, data in {**named, "letter.png": letter()}.items()}


@pytest.fixture
def checker(own_demo: Path) -> Iterator[Checker]:
    with Checker.from_file(own_demo / "imgpolicy.toml") as opened:
        yield opened


class Shelf:
    """Keeps pictures as bytes, as a store does."""

    def __init__(self) -> None:
        self.vault = Vault(key := new_key(), Vault.wrap_new(key))
        self.words: list[bytes] = []

    def number(self, word: bytes) -> int:
        if word not in self.words:
            self.words.append(word)
        return self.words.index(word)

    def spelled(self, number: int) -> bytes:
        return self.words[number]

    def again(self, kept: KeptPicture, now: Against) -> KeptPicture:
        """The picture after it was bytes; what it was held against is `now`."""
        name, sha256 = kept.facts.picture.name, kept.facts.picture.sha256 or ""
        facts = encode_together(kept.facts, self, self.vault)
        matches = encode_matches(kept.matches, sha256, self, self.vault)
        people = encode_people(kept.matches)
        return KeptPicture(
            facts=decode_together(facts, sha256, name, self, self.vault),
            matches=decode_matches(matches, sha256, people, now, self, self.vault),
        )


def told(report: Report) -> Report:
    """The report but for its time, and for the likeness of faces that are nobody's, which is not kept."""
    return replace(report, made_at=SOME_DAY, faces=tuple(_without_noise(face) for face in report.faces))


def _without_noise(face: FaceReport) -> FaceReport:
    return face if face.person or face.candidates else replace(face, score=None, margin=None)


def lifting(report: Report) -> list[str]:
    return [unknown.what for unknown in report.not_checked if unknown.lifts]


def kept_of(checker: Checker, picture: Picture, *, keypoints: bool = False) -> tuple[Report, KeptPicture]:
    posting = accepted(checker.policy, checker.register, POSTING)
    report, kept = checker.check_to_keep(picture, posting)
    if not keypoints:
        kept = replace(kept, facts=kept.facts.without(Keypoints))
    return report, Shelf().again(kept, checker.held_against(posting))


def again(checker: Checker, kept: KeptPicture, posting: Posting = POSTING) -> Report:
    (answer,) = checker.judge_again([kept], accepted(checker.policy, checker.register, posting))
    assert answer.holds == (not lifting(answer.report))
    return answer.report


@pytest.mark.slow
@pytest.mark.parametrize("posting", [POSTING, PRIVATE, replace(POSTING, caption="Eileen Collins, CPR 070761-4285")])
def test_judged_again_a_picture_gets_the_answer_that_a_check_gives(
    checker: Checker, pictures: dict[str, Picture], posting: Posting
) -> None:
    for picture in pictures.values():
        first, kept = kept_of(checker, picture)
        assert told(first) == told(checker.check(picture, POSTING))
        assert isinstance(kept.facts.get(Embeddings), Unknown)
        assert told(again(checker, kept, posting)) == told(checker.check(picture, posting))


def _withdrawn(checker: Checker) -> None:
    no = Consent(person="eileen", kind=ConsentKind.PUBLICATION, state=ConsentState.WITHDRAWN)
    wrote(checker.register, record_consent, no)


@pytest.mark.slow
def test_who_says_no_is_heard_without_the_picture(checker: Checker, pictures: dict[str, Picture]) -> None:
    before, kept = kept_of(checker, pictures["portrait.jpg"])
    _withdrawn(checker)
    after = again(checker, kept)
    assert (before.verdict, after.verdict) == (Verdict.GO, Verdict.NO_GO)
    assert told(after) == told(checker.check(pictures["portrait.jpg"], POSTING))


def _without_face(checker: Checker) -> None:
    wrote(checker.register, remove_faces, "eileen")


def _with_person(checker: Checker) -> None:
    wrote(checker.register, add_person, Person(id="mette", name="Mette Jensen"))


def _with_work(checker: Checker) -> None:
    meadow = Path(str(checker.policy.folder)) / "pictures" / "meadow.jpg"
    wrote(checker.register, add_work, "Meadow", [work_picture(str(meadow))])


CHANGES: list[tuple[Callable[[Checker], None], str, list[str]]] = [
    (_without_face, "portrait.jpg", ["who it is"]),
    (_without_face, "meadow.jpg", []),
    (_with_person, "letter.png", ["text"]),
    (_with_person, "meadow.jpg", []),
    (_with_work, "meadow.jpg", ["keypoints"]),
]


@pytest.mark.slow
@pytest.mark.parametrize(("change", "name", "unknown"), CHANGES)
def test_what_has_to_be_held_against_something_else_is_unknown_until_the_picture_is_opened(
    checker: Checker, pictures: dict[str, Picture], change: Callable[[Checker], None], name: str, unknown: list[str]
) -> None:
    _, kept = kept_of(checker, pictures[name])
    change(checker)
    report = again(checker, kept)
    assert lifting(report) == unknown
    fresh = checker.check(pictures[name], POSTING)
    if unknown:
        assert report.verdict is not Verdict.GO
        _, kept = kept_of(checker, pictures[name])
    assert told(again(checker, kept)) == told(fresh)


@pytest.mark.slow
def test_whose_keypoints_are_kept_is_held_against_new_works_as_it_is(
    checker: Checker, pictures: dict[str, Picture]
) -> None:
    _, kept = kept_of(checker, pictures["meadow.jpg"], keypoints=True)
    _with_work(checker)
    report = again(checker, kept)
    assert [work.title for work in report.works] == ["Meadow"]
    assert told(report) == told(checker.check(pictures["meadow.jpg"], POSTING))


@pytest.mark.slow
def test_no_words_are_kept(checker: Checker, pictures: dict[str, Picture]) -> None:
    posting = accepted(checker.policy, checker.register, POSTING)
    _, kept = checker.check_to_keep(pictures["letter.png"], posting)
    open_to_all = _Plain()
    bytes_kept = encode_together(kept.facts, Shelf(), open_to_all)
    bytes_kept += encode_matches(kept.matches, kept.facts.picture.sha256 or "", Shelf(), open_to_all)
    for word in ("070761", "4285", "Collins", "mette@", "2030"):
        assert word.encode() not in bytes_kept
    assert kept.matches.words is not None
    assert {one.what.kind for one in kept.matches.words.readings.said} >= {"personal number", "phone number"}


class _Plain:
    """Seals nothing, so that what would be sealed can be read."""

    def seal(self, place: str, data: bytes) -> bytes:
        del place
        return data

    def unseal(self, place: str, sealed: bytes) -> bytes:
        del place
        return sealed


@pytest.mark.slow
def test_what_was_kept_of_one_picture_is_not_taken_for_anothers(checker: Checker, pictures: dict[str, Picture]) -> None:
    posting = accepted(checker.policy, checker.register, POSTING)
    _, kept = checker.check_to_keep(pictures["portrait.jpg"], posting)
    shelf, now = Shelf(), checker.held_against(posting)
    sha256 = kept.facts.picture.sha256 or ""
    facts = encode_together(kept.facts, shelf, shelf.vault)
    matches = encode_matches(kept.matches, sha256, shelf, shelf.vault)
    other = "0" * 64
    for damaged in (facts[:-1], facts[:20] + b"x" + facts[21:]):
        with pytest.raises(FactsError):
            decode_together(damaged, sha256, "x", shelf, shelf.vault)
    with pytest.raises(FactsError):
        decode_together(facts, other, "x", shelf, shelf.vault)
    with pytest.raises(FactsError):
        decode_matches(matches, other, {}, now, shelf, shelf.vault)
