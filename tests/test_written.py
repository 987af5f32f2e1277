"""What a reader reads in a picture, held against policy and register, on the whole walk with a reader of our own."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
from tests.drawn import mark, png
from tests.register.support import no, yes
from tests.support import wrote

from imgpolicy import Checker, Posting, Report, Verdict
from imgpolicy.assembly import all_extractors
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.person import Person
from imgpolicy.domain.posting import Origin, Role
from imgpolicy.domain.work import WorkKind
from imgpolicy.enrol import logo_of
from imgpolicy.extract import Extractor, kinds_of
from imgpolicy.facts import Code, Codes, Fact, Text, Texts
from imgpolicy.picture import Picture
from imgpolicy.register.consents import record_consent
from imgpolicy.register.logos import add_logo
from imgpolicy.register.people import add_person

POSTING = Posting(channel="facebook", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN, on=dt.date(2026, 5, 4))


class Reader:
    """A reader that reads what it is told."""

    gives: type[Fact] = Texts
    version = "1"
    sensitive: ClassVar[bool] = True

    def __init__(self, *rows: str) -> None:
        self.rows = rows

    def extract(self, picture: Picture) -> Fact:
        del picture
        return Texts(
            texts=tuple(
                Text(box=Box(20, 40 + 30 * at, 20 + 10 * len(row), 60 + 30 * at), value=row, confidence=0.9)
                for at, row in enumerate(self.rows)
            )
        )


class Scanner(Reader):
    """A scanner of codes that finds one that holds what it is told."""

    gives: type[Fact] = Codes

    def extract(self, picture: Picture) -> Fact:
        del picture
        return Codes(codes=tuple(Code(box=Box(20, 40, 120, 140), kind="qr", value=row) for row in self.rows))


def extractors_with(*further: Extractor) -> object:
    """The extractors there are, these in place of those that give the same."""

    def extractors(*arguments: object, **options: object) -> tuple[Extractor, ...]:
        assert callable(all_extractors)
        others: tuple[Extractor, ...] = all_extractors(*arguments, **options)  # type: ignore[arg-type]
        given = {one.gives for one in further}
        return (*(one for one in others if not given.intersection(kinds_of(one))), *further)

    return extractors


@pytest.fixture
def folder(own_demo: Path) -> Path:
    with Checker.from_file(own_demo / "imgpolicy.toml") as opened:
        wrote(opened.register, add_person, Person(id="mette", name="Mette Kirstine Jensen"))
        wrote(opened.register, add_person, Person(id="bo", name="Bo Holmegaard"))
        wrote(opened.register, record_consent, yes("mette", until=dt.date(2027, 3, 1)))
        wrote(opened.register, record_consent, no("bo"))
        (own_demo / "steps.png").write_bytes(png(mark("steps")))
        for name, kind, words in (
            ("Rival", WorkKind.COMPETITOR_LOGO, ["Rival Reading Rooms"]),
            ("Ours", WorkKind.OWN_LOGO, ["Example Library"]),
        ):
            logo = logo_of(str(own_demo / "steps.png"))
            fingerprint = replace(logo.fingerprint, sha256=f"{len(name):064x}")
            wrote(opened.register, add_logo, name, [fingerprint], [], kind=kind, words=words)
    return own_demo


def check(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    *further: Extractor,
    posting: Posting = POSTING,
    picture: str = "meadow.jpg",
) -> Report:
    monkeypatch.setattr("imgpolicy.checker.all_extractors", extractors_with(*further))
    with Checker.from_file(folder / "imgpolicy.toml") as checker:
        return checker.check(folder / "pictures" / picture, posting)


def found(report: Report) -> list[tuple[str, Verdict]]:
    return [(one.code, one.verdict) for one in report.findings]


@pytest.mark.slow
def test_what_the_picture_gives_away_stops_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = check(folder, monkeypatch, Reader("CPR 070761-4285", "Welcome"))
    assert found(report) == [("S102", Verdict.NO_GO)]
    assert "070761" not in report.to_json()
    assert not any(unknown.what == "text" for unknown in report.not_checked)


@pytest.mark.slow
def test_what_a_code_gives_away_stops_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = check(folder, monkeypatch, Scanner("WIFI:T:WPA;S:Office;P:sommer2026;;"))
    assert found(report) == [("S105", Verdict.NO_GO)]
    assert "sommer2026" not in report.to_json()


@pytest.mark.slow
def test_a_name_is_held_against_what_its_owner_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = check(folder, monkeypatch, Reader("Bo Holmegard", "Mette Jensen"))
    assert found(report) == [("S108", Verdict.REVIEW)]
    assert report.findings[0].evidence["person"] == "bo"
    assert {(one.person, one.consent is not None) for one in report.declared} == {("bo", False), ("mette", True)}
    assert report.valid_until == dt.date(2027, 3, 1)
    assert not any(name in report.to_json() for name in ("Holmeg", "Jensen", "Kirstine"))


@pytest.mark.slow
def test_the_caption_is_held_against_the_same_rules(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    posting = replace(POSTING, caption="Bo Holmegaard at Rival Reading Rooms")
    assert found(check(folder, monkeypatch, posting=posting)) == [("L105", Verdict.REVIEW), ("S108", Verdict.REVIEW)]


@pytest.mark.slow
def test_word_marks_are_held_to_what_is_asked_of_logos(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, rival = Reader("EXAMPLE LIBRARY"), Reader("Rival Reading R00ms")
    private = replace(POSTING, role=Role.PRIVATE)
    assert found(check(folder, monkeypatch, ours)) == []
    assert found(check(folder, monkeypatch, ours, posting=private)) == [("L105", Verdict.NO_GO)]
    assert found(check(folder, monkeypatch, rival)) == [("L105", Verdict.REVIEW)]


@pytest.mark.slow
def test_where_the_rule_is_off_nobodys_name_is_opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = folder / "imgpolicy.toml"
    policy.write_text(policy.read_text().replace('S108 = "review"', 'S108 = "off"'))
    report = check(folder, monkeypatch, Reader("Bo Holmegaard"))
    assert (found(report), report.declared) == ([], ())
