"""Looking and judging apart: what is judged by facts alone, and what facts that were kept do not tell."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import ClassVar

import pytest
from tests.drawn import mark, png
from tests.support import asked, wrote

from imgpolicy import Checker, Posting, Report, Verdict, assembly
from imgpolicy.assembly import all_extractors, face_engine, limits, wanted
from imgpolicy.domain.dismissal import Dismissal
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.posting import Origin, Role
from imgpolicy.domain.terms import DismissedAs, FaceStatus
from imgpolicy.domain.verdict import Finding
from imgpolicy.domain.work import WorkKind
from imgpolicy.enrol import known_artwork, logo_of, work_picture
from imgpolicy.errors import ExtractError, FactsError, PolicyError
from imgpolicy.extract import Extractor, extract_facts
from imgpolicy.extract.logos.artwork import read_artwork
from imgpolicy.facts import (
    Code,
    Codes,
    Embeddings,
    Faces,
    Fact,
    Facts,
    Keypoints,
    Logos,
    Metadata,
    Text,
    Texts,
    Unknown,
)
from imgpolicy.match.dismissed import place_of
from imgpolicy.opening import open_register
from imgpolicy.phrase import phrase
from imgpolicy.picture import Picture, load
from imgpolicy.plugins import EXTRACTORS, Plugin, installed
from imgpolicy.policy import read_policy
from imgpolicy.register.dismissals import dismiss
from imgpolicy.register.logos import add_logo, logos_with_artwork
from imgpolicy.register.works import add_work, remove_work
from imgpolicy.register.works import works as all_works
from imgpolicy.rules import Case
from imgpolicy.rules.posting import RoleStated

POSTING = Posting(channel="facebook", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN, on=dt.date(2026, 5, 4))
NAMES = ("portrait.jpg", "two_people.jpg", "meadow.jpg", "with_location.jpg", "poster.jpg", "logo.png", "banner.jpg")
SOME_DAY = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def checker(own_demo: Path) -> Iterator[Checker]:
    with Checker.from_file(own_demo / "imgpolicy.toml") as opened:
        yield opened


def opened(folder: Path, name: str) -> Picture:
    return load((folder / "pictures" / name).read_bytes(), name)


def said(report: Report) -> Report:
    """The report but for the time at which it was made."""
    return replace(report, made_at=SOME_DAY)


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.findings]


def lifting(report: Report) -> list[str]:
    return [unknown.what for unknown in report.not_checked if unknown.lifts]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_who_looks_and_then_judges_says_what_a_check_says(checker: Checker, own_demo: Path, name: str) -> None:
    picture = opened(own_demo, name)
    facts = checker.look(picture)
    assert said(checker.judge(facts, POSTING)) == said(checker.check(picture, POSTING))
    assert (facts.picture.name, facts.picture.width, facts.elsewhere) == (name, picture.width, picture.unknowns)


@pytest.mark.slow
def test_without_vectors_faces_are_counted_and_never_taken_for_somebody_unknown(
    checker: Checker, own_demo: Path
) -> None:
    facts = checker.look(opened(own_demo, "two_people.jpg"))
    report = checker.judge(facts.without(Embeddings), POSTING)
    assert [face.status for face in report.faces] == [FaceStatus.COUNTED] * 2
    assert [(face.person, face.score) for face in report.faces] == [(None, None)] * 2
    assert (report.verdict, codes(report), lifting(report)) == (Verdict.REVIEW, ["X001"], ["who it is"])
    assert [model.threshold for model in report.models] == [None, None]


def test_without_faces_vectors_are_not_missed(checker: Checker, own_demo: Path) -> None:
    facts = checker.look(opened(own_demo, "meadow.jpg"))
    assert said(checker.judge(facts.without(Embeddings), POSTING)) == said(checker.judge(facts, POSTING))


@pytest.mark.slow
def test_works_that_came_since_are_not_known_to_be_in_the_picture_or_not(checker: Checker, own_demo: Path) -> None:
    picture = opened(own_demo, "meadow.jpg")
    for work in asked(checker.register, all_works):
        wrote(checker.register, remove_work, work.id)
    facts = checker.look(picture)
    assert isinstance(facts.get(Keypoints), Unknown)
    assert lifting(checker.judge(facts, POSTING)) == []
    portrait = str(own_demo / "pictures" / "portrait.jpg")
    wrote(checker.register, add_work, "Portrait", [work_picture(portrait)])
    assert lifting(checker.judge(facts, POSTING)) == ["keypoints"]
    assert lifting(checker.check(picture, POSTING)) == []


@pytest.mark.slow
def test_logos_that_came_since_are_not_known_and_a_name_may_change(
    checker: Checker, own_demo: Path, tmp_path: Path
) -> None:
    (tmp_path / "star.png").write_bytes(png(mark()))
    star, steps = logo_of(str(tmp_path / "star.png")), known_artwork(read_artwork(png(mark("steps")), "steps"))
    picture = opened(own_demo, "meadow.jpg")
    before = checker.look(picture)
    with checker.register.writing() as session:
        add_logo(session, "Star", [star.fingerprint], [star.artwork], kind=WorkKind.OWN_LOGO)
    facts = checker.look(picture)
    assert "scene" in lifting(checker.judge(before, POSTING))
    assert lifting(checker.judge(facts, POSTING)) == []
    wrote(checker.register, remove_work, "star")
    with checker.register.writing() as session:
        add_logo(session, "Sun", [star.fingerprint], [star.artwork], kind=WorkKind.COMPETITOR_LOGO)
    assert lifting(checker.judge(facts, POSTING)) == []
    with checker.register.writing() as session:
        add_logo(session, "Steps", [replace(star.fingerprint, sha256="1" * 64)], [steps], kind=WorkKind.OWN_LOGO)
    assert lifting(checker.judge(facts, POSTING)) == ["scene"]


@pytest.mark.slow
def test_facts_that_lack_what_the_rules_ask_for_are_never_a_go(checker: Checker, own_demo: Path) -> None:
    facts = checker.look(opened(own_demo, "meadow.jpg"))
    assert checker.judge(facts, POSTING).verdict is Verdict.GO
    for kind in (Faces, Metadata):
        report = checker.judge(facts.without(kind), POSTING)
        assert (report.verdict, lifting(report)) == (Verdict.REVIEW, [kind.__name__.lower()])
    nothing = checker.judge(Facts({}, picture=facts.picture), POSTING)
    assert {"faces", "metadata", "fingerprint"} <= set(lifting(nothing))


@pytest.mark.slow
def test_a_fact_that_is_said_to_be_there_and_is_not_is_never_a_go(checker: Checker, own_demo: Path) -> None:
    facts = checker.look(opened(own_demo, "two_people.jpg"))
    hollow = replace(facts, known={kind: fact for kind, fact in facts.known.items() if kind is not Faces})
    other = replace(facts, known={**facts.known, Faces: facts.known[Metadata]})
    for pretended in (hollow, other, facts.only(())):
        report = checker.judge(pretended, POSTING)
        assert report.verdict is not Verdict.GO
        assert "faces" in lifting(report)


@pytest.mark.slow
def test_facts_of_two_pictures_are_not_joined(checker: Checker, own_demo: Path) -> None:
    one, other = (checker.look(opened(own_demo, name)) for name in ("two_people.jpg", "meadow.jpg"))
    with pytest.raises(FactsError, match="two pictures"):
        one.joined(other)
    with pytest.raises(FactsError, match="another picture"):
        replace(one, picture=other.picture)


def test_where_no_rule_asks_for_anything_the_picture_is_still_named(own_demo: Path) -> None:
    policy = own_demo / "imgpolicy.toml"
    text = policy.read_text().replace('mode = "identify"', 'mode = "off"')
    for rule in read_policy(policy).rules:
        if not rule.mandatory:
            text = re.sub(rf'^{rule.code} = "[^"]*"', f'{rule.code} = "off"', text, flags=re.MULTILINE)
    policy.write_text(text)
    with Checker.from_file(policy) as checker:
        report = checker.check(own_demo / "pictures" / "meadow.jpg", Posting(channel="facebook"))
    assert report.picture.sha256 is not None
    assert isinstance(report.picture.width, int)


class Quoting(RoleStated):
    """A rule of a plug-in that judges by what traces say."""

    code = "Z101"
    needs: ClassVar[tuple[type[Fact], ...]] = (Metadata,)

    def judge(self, case: Case) -> Iterator[Finding]:
        metadata = case.facts.get(Metadata)
        if not isinstance(metadata, Unknown) and any(trace.value for trace in metadata.traces):
            yield self.finding("it says something")


@pytest.mark.slow
def test_a_rule_that_reads_values_is_not_passed_by_facts_that_were_kept_without(own_demo: Path) -> None:
    policy = read_policy(own_demo / "imgpolicy.toml")
    kinds_alone = tuple(rule for rule in policy.rules if not rule.code.startswith("M1"))
    for rules, unknown in ((kinds_alone, []), ((*kinds_alone, Quoting()), ["metadata"])):
        with Checker(replace(policy, rules=rules), open_register(policy)) as checker:
            facts = checker.look(opened(own_demo, "with_location.jpg"))
            found = facts.get(Metadata)
            assert isinstance(found, Metadata)
            dumb = replace(
                found, traces=tuple(replace(one, value="") for one in found.traces), decoded={}, with_values=False
            )
            assert lifting(checker.judge(facts, POSTING)) == []
            assert lifting(checker.judge(replace(facts, known={**facts.known, Metadata: dumb}), POSTING)) == unknown


def test_facts_found_by_another_version_are_told(checker: Checker, own_demo: Path) -> None:
    facts = checker.look(opened(own_demo, "meadow.jpg"))
    old = {**facts.sources, Metadata: replace(facts.sources[Metadata], version="0")}
    report = checker.judge(replace(facts, sources=old), POSTING)
    assert (report.verdict, lifting(report)) == (Verdict.REVIEW, ["metadata"])


def test_what_is_not_asked_for_any_more_plays_no_part(checker: Checker, own_demo: Path) -> None:
    for logo in asked(checker.register, logos_with_artwork):
        wrote(checker.register, remove_work, logo.id)
    facts = checker.look(opened(own_demo, "meadow.jpg"))
    once = Logos(unknowns=(Unknown(what="logos in further frames", reason="because"),))
    more = replace(facts, known={**facts.known, Logos: once})
    assert said(checker.judge(more, POSTING)) == said(checker.judge(facts, POSTING))


@pytest.mark.slow
def test_a_reviewers_word_holds_by_facts_alone(checker: Checker, own_demo: Path) -> None:
    facts = checker.look(opened(own_demo, "two_people.jpg"))
    faces = facts.get(Faces)
    assert isinstance(faces, Faces)
    said_so = Dismissal(
        what=DismissedAs.ARTWORK, place=place_of(facts, faces.faces[1]), by="Anna Editor", reason="a poster"
    )
    with checker.register.writing() as session:
        dismiss(session, said_so)
    report = checker.judge(facts, POSTING)
    assert [face.dismissal for face in report.faces] == [None, said_so.id]


def test_a_rule_that_asks_for_vectors_is_refused_and_none_is_given_any(own_demo: Path) -> None:
    policy = read_policy(own_demo / "imgpolicy.toml")
    engine = face_engine(policy.engine, policy.folder)

    class Nosy(RoleStated):
        needs: ClassVar[tuple[type[Fact], ...]] = (Embeddings,)

    with pytest.raises(PolicyError, match="no rule sees the vectors"):
        wanted(replace(policy, rules=(*policy.rules, Nosy())), all_extractors(engine))


class Reads:
    """An extractor of a plug-in that reads texts, and says what it cannot."""

    version = "1"
    sensitive = False
    gives: type[Fact] = Texts
    limits = (Unknown(what=phrase("text"), reason="handwriting is not read", lifts=False),)

    def extract(self, picture: Picture) -> Fact:
        return Texts(texts=(Text(box=Box(0, 0, 1, 1), value=picture.name, confidence=1.0),))


class Forgets(Reads):
    """An extractor of a plug-in that reads codes in the same look, and does not always give them."""

    also: tuple[type[Fact], ...] = (Codes,)

    def extract_all(self, picture: Picture) -> tuple[Fact, ...]:
        if picture.name == "refused":
            raise ExtractError("the engine is missing")
        return (self.extract(picture),)


def test_what_an_extractor_was_to_find_and_did_not_give_is_unknown(own_demo: Path) -> None:
    picture = opened(own_demo, "meadow.jpg")
    facts = extract_facts(picture, [Forgets()])
    assert (isinstance(facts.get(Texts), Texts), isinstance(facts.get(Codes), Unknown)) == (True, True)
    assert [(one.what, one.reason) for one in facts.unknowns()] == [("codes", "its extractor gave Texts")]
    refused = extract_facts(replace(picture, name="refused"), [Forgets()])
    assert [(one.what, one.reason) for one in refused.unknowns()] == [
        ("text", "the engine is missing"),
        ("codes", "the engine is missing"),
    ]


class Scans:
    """An extractor of a plug-in as plug-ins were before anything more could be said."""

    version = "1"
    sensitive = False
    gives: type[Fact] = Codes

    def extract(self, picture: Picture) -> Fact:
        return Codes(codes=(Code(box=Box(0, 0, 1, 1), kind="qr", value=picture.name),))


def test_what_an_extractor_never_sees_stands_in_reports_and_a_plug_in_speaks_for_itself() -> None:
    built_in = all_extractors(face_engine("yunet-sface", Path()))
    reads, scans = Reads(), Scans()
    assert isinstance(reads, Extractor)
    assert isinstance(scans, Extractor)
    assert [one.what for one in limits(built_in)] == ["hidden text", "small codes", "logos", "small parts of works"]
    others = [one for one in built_in if one.gives not in {Texts, Codes}]
    assert [one.what for one in limits((*others, reads, scans))] == ["text", "logos", "small parts of works"]


def test_a_reader_that_the_policy_names_reads_in_place_of_the_built_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    named = {"reads": Plugin("reads", built_in=False, entry=EntryPoint("reads", f"{__name__}:Reads", EXTRACTORS))}
    monkeypatch.setattr(assembly, "installed", lambda group: {**installed(group), **named})
    engine = face_engine("yunet-sface", Path())
    assert [type(one).__name__ for one in all_extractors(engine) if one.gives is Texts] == ["TextExtractor"]
    assert [type(one).__name__ for one in all_extractors(engine, ("reads",)) if one.gives is Texts] == ["Reads"]
