"""The whole walk on real pictures, as the library gives it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from tests.support import wrote

import imgpolicy
from imgpolicy import Checker, Finding, ImgPolicyError, Posting, Report, Verdict
from imgpolicy.assembly import all_extractors
from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.posting import Origin, Role
from imgpolicy.domain.work import WorkKind
from imgpolicy.errors import ExtractError, PictureError, PolicyError, RegisterError
from imgpolicy.facts import Faces, Fact, Facts, Metadata
from imgpolicy.match import Matches, match
from imgpolicy.match.known import RegisterSnapshot
from imgpolicy.picture import Picture
from imgpolicy.register.consents import record_consent
from imgpolicy.register.works import add_work, remove_work

POSTING = Posting(channel="facebook", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN, on=dt.date(2026, 5, 4))


def check(folder: Path, picture: str, posting: Posting = POSTING) -> Report:
    with Checker.from_file(folder / "imgpolicy.toml") as checker:
        return checker.check(folder / "pictures" / picture, posting)


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.findings]


def test_a_covered_portrait_is_a_go_and_the_report_says_what_it_rests_on(demo: Path) -> None:
    report = check(demo, "portrait.jpg")
    assert (report.verdict, report.findings) == (Verdict.GO, ())
    (face,) = report.faces
    assert (face.person, face.status) == ("eileen", "covered")
    assert face.score is not None
    assert face.consent is not None
    assert [model.threshold is not None for model in report.models] == [False, False, True]
    assert report.register_head


def test_the_box_of_a_face_is_in_pixels_of_the_whole_picture(demo: Path) -> None:
    (face,) = check(demo, "portrait.jpg").faces
    eyes_and_mouth = ((205, 110), (245, 110), (220, 145))
    assert all(face.box.left < x < face.box.right and face.box.top < y < face.box.bottom for x, y in eyes_and_mouth)
    assert face.box.bottom - face.box.top < 200


def test_one_unknown_face_beside_a_covered_one_is_a_no_go(demo: Path) -> None:
    report = check(demo, "two_people.jpg")
    assert codes(report) == ["P101"]
    assert [(face.person, face.status) for face in report.faces] == [("eileen", "covered"), (None, "unknown")]
    assert report.findings[0].box == report.faces[1].box


@pytest.mark.slow
def test_somebody_who_lies_beside_an_upright_person_is_not_missed(demo: Path, tmp_path: Path) -> None:
    both = Image.open(demo / "pictures" / "two_people.jpg")
    eileen, grace = both.crop((0, 0, 512, 512)), both.crop((512, 0, 949, 512))
    page = Image.new("RGB", (1024, 512), "white")
    page.paste(eileen, (0, 0))
    page.paste(grace.rotate(90, expand=True), (512, 40))
    page.save(tmp_path / "lying.png", compress_level=1)
    assert "P101" in codes(check(demo, str(tmp_path / "lying.png")))


@pytest.mark.slow
def test_a_small_face_before_a_large_one_is_not_swallowed(demo: Path, tmp_path: Path) -> None:
    both = Image.open(demo / "pictures" / "two_people.jpg")
    large = both.crop((0, 0, 512, 512)).resize((1024, 1024))
    large.paste(both.crop((640, 80, 860, 300)).resize((90, 90)), (400, 260))
    large.save(tmp_path / "badge.png", compress_level=1)
    assert "P101" in codes(check(demo, str(tmp_path / "badge.png")))


@pytest.mark.slow
def test_the_same_person_twice_is_judged_by_her_consents_too(demo: Path, tmp_path: Path) -> None:
    portrait = Image.open(demo / "pictures" / "portrait.jpg")
    page = Image.new("RGB", (1024, 512))
    page.paste(portrait, (0, 0))
    page.paste(portrait, (512, 0))
    page.save(tmp_path / "twice.png", compress_level=1)
    assert codes(check(demo, str(tmp_path / "twice.png"))) == ["P106", "P106"]
    withdrawn = check(demo, str(tmp_path / "twice.png"), replace(POSTING, channel="linkedin"))
    assert (withdrawn.verdict, codes(withdrawn)) == (Verdict.NO_GO, ["P102", "P102", "P106", "P106"])


@pytest.mark.slow
def test_somebody_declared_is_judged_though_no_face_was_found(demo: Path) -> None:
    declared = replace(POSTING, people=("eileen",))
    assert codes(check(demo, "meadow.jpg", declared)) == []
    assert codes(check(demo, "meadow.jpg", replace(declared, channel="linkedin"))) == ["P102"]
    with pytest.raises(RegisterError, match="nobody"):
        check(demo, "meadow.jpg", replace(POSTING, people=("nobody",)))


def test_a_competitors_mark_asks_for_review(own_demo: Path) -> None:
    from imgpolicy.enrol import work_picture

    with Checker.from_file(own_demo / "imgpolicy.toml") as checker:
        mark = work_picture(str(own_demo / "pictures" / "meadow.jpg"))
        wrote(checker.register, add_work, "Rival", [mark], kind=WorkKind.COMPETITOR_LOGO)
    report = check(own_demo, "meadow.jpg")
    assert (report.verdict, codes(report)) == (Verdict.REVIEW, ["L103"])


@pytest.mark.slow
def test_a_work_is_found_in_a_part_of_a_picture_by_a_checker_that_is_open_already(own_demo: Path) -> None:
    from imgpolicy.enrol import work_picture

    with Checker.from_file(own_demo / "imgpolicy.toml") as checker:
        picture = own_demo / "pictures" / "two_people.jpg"
        assert "C101" not in codes(checker.check(picture, POSTING))
        wrote(checker.register, add_work, "Portrait", [work_picture(str(own_demo / "pictures" / "portrait.jpg"))])
        (finding,) = [found for found in checker.check(picture, POSTING).findings if found.code == "C101"]
        assert (finding.evidence["work"], finding.evidence["stage"]) == ("portrait", "keypoints")
        wrote(checker.register, remove_work, "portrait")
        assert "C101" not in codes(checker.check(picture, POSTING))


def test_features_of_another_version_are_named_and_lift_the_verdict(own_demo: Path) -> None:
    from imgpolicy.enrol import work_picture

    with Checker.from_file(own_demo / "imgpolicy.toml") as checker:
        known = work_picture(str(own_demo / "pictures" / "portrait.jpg"))
        assert known.features is not None
        wrote(checker.register, add_work, "Portrait", [replace(known, features=replace(known.features, version="0"))])
        report = checker.check(own_demo / "pictures" / "meadow.jpg", POSTING)
    assert (report.verdict, codes(report)) == (Verdict.REVIEW, ["X001"])
    assert "parts of works" in {unknown.what for unknown in report.not_checked if unknown.lifts}


@pytest.mark.slow
def test_a_withdrawal_in_the_middle_of_a_check_is_heard(own_demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from imgpolicy import checker as module

    real, no = match, Consent(person="eileen", kind=ConsentKind.PUBLICATION, state=ConsentState.WITHDRAWN)
    with Checker.from_file(own_demo / "imgpolicy.toml") as checker:
        withdrawals = iter([no])

        def slow_match(facts: Facts, known: RegisterSnapshot, posting: Posting, *others: object) -> Matches:
            del others
            found = real(facts, known, posting)
            for withdrawal in withdrawals:
                wrote(checker.register, record_consent, withdrawal)
            return found

        monkeypatch.setattr(module, "match", slow_match)
        report = checker.check(own_demo / "pictures" / "portrait.jpg", POSTING)
        assert report.register_head == checker.register.head()
    assert codes(report) == ["P102"]


@pytest.mark.slow
def test_the_report_is_valid_until_the_first_consent_that_it_rests_on_ends(own_demo: Path) -> None:
    posting = replace(POSTING, channel="intranet", purpose="internal")
    report = check(own_demo, "archive.jpg", posting)
    assert (report.verdict, report.valid_until) == (Verdict.GO, dt.date(2026, 6, 30))


@pytest.mark.slow
def test_a_withdrawal_counts_in_a_checker_that_is_open_already(own_demo: Path) -> None:
    with Checker.from_file(own_demo / "imgpolicy.toml") as checker:
        picture = own_demo / "pictures" / "portrait.jpg"
        assert checker.check(picture, POSTING).verdict is Verdict.GO
        with Checker.from_file(own_demo / "imgpolicy.toml") as other:
            no = Consent(
                person="eileen", kind=ConsentKind.PUBLICATION, state=ConsentState.WITHDRAWN, reason="changed her mind"
            )
            wrote(other.register, record_consent, no)
        after = checker.check(picture, POSTING)
    assert codes(after) == ["P102"]


def test_bytes_are_a_picture_too(demo: Path) -> None:
    with Checker.from_file(demo / "imgpolicy.toml") as checker:
        report = checker.check((demo / "pictures" / "meadow.jpg").read_bytes(), POSTING)
    assert report.verdict is Verdict.GO


def test_a_single_check_needs_one_line(demo: Path) -> None:
    report = imgpolicy.check(demo / "pictures" / "meadow.jpg", POSTING, policy=demo / "imgpolicy.toml")
    assert report.verdict is Verdict.GO


@pytest.mark.parametrize("name", ["missing.jpg", "", "\0", "x" * 5000])
def test_a_picture_that_cannot_be_read_is_a_report(demo: Path, name: str) -> None:
    report = check(demo, name)
    assert [finding.code for finding in report.findings] == ["X001"]
    assert (report.readable, report.verdict) == (False, Verdict.REVIEW)


def test_a_posting_that_the_policy_does_not_know_is_a_policy_error(demo: Path) -> None:
    with pytest.raises(PolicyError, match="myspace"):
        check(demo, "meadow.jpg", Posting(channel="myspace"))


def test_a_missing_register_says_how_to_make_one(own_demo: Path) -> None:
    (own_demo / "consent_db" / "register.sqlite").unlink()
    with pytest.raises(RegisterError, match="imgpolicy init"):
        check(own_demo, "meadow.jpg")


@pytest.mark.slow
@pytest.mark.parametrize("form", ["PNG", "GIF", "TIFF"])
def test_a_work_in_a_later_frame_is_found_and_the_frame_is_named(demo: Path, tmp_path: Path, form: str) -> None:
    with Image.open(demo / "pictures" / "poster.jpg") as poster:
        first, second = Image.new("RGB", poster.size, "red"), poster.convert("RGB")
    animation = tmp_path / "animation"
    first.save(animation, form, save_all=True, append_images=[second])
    with Checker.from_file(demo / "imgpolicy.toml") as checker:
        report = checker.check(animation, POSTING)
    (finding,) = (finding for finding in report.findings if finding.code == "C101")
    assert (finding.verdict, finding.evidence["frame"]) == (Verdict.NO_GO, 1)


class Blind:
    """An extractor that cannot look."""

    version = "1"
    sensitive = False

    def __init__(self, gives: type[Fact]) -> None:
        self.gives = gives

    def extract(self, picture: Picture) -> Fact:
        raise ExtractError(f"cannot look at {picture.format}")


@pytest.mark.parametrize("kind", [Faces, Metadata])
def test_what_could_not_be_looked_at_is_never_a_go(
    demo: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Fact]
) -> None:
    monkeypatch.setattr("imgpolicy.checker.all_extractors", _with_one_blind(all_extractors, kind))
    report = check(demo, "meadow.jpg")
    assert (report.verdict, codes(report)) == (Verdict.REVIEW, ["X001"])
    (unknown,) = (unknown for unknown in report.not_checked if unknown.lifts)
    assert (unknown.what, unknown.reason) == (kind.__name__.lower(), "cannot look at JPEG")


@pytest.mark.slow
def test_a_fact_that_no_rule_asks_for_is_not_looked_for_and_said_so(own_demo: Path) -> None:
    policy = own_demo / "imgpolicy.toml"
    text = re.sub(r'^(M\d+|C104|C106|R106) = "[a-z-]+"', r'\1 = "off"', policy.read_text(), flags=re.MULTILINE)
    policy.write_text(text)
    report = check(own_demo, "with_location.jpg")
    assert report.verdict is Verdict.GO
    assert ("metadata", False) in {(unknown.what, unknown.lifts) for unknown in report.not_checked}


def test_the_package_shows_these_names_and_no_more() -> None:
    assert sorted(imgpolicy.__all__) == sorted(
        ["Checker", "check", "Posting", "Report", "Verdict", "Finding", "ImgPolicyError", "__version__"]
    )
    assert issubclass(PictureError, ImgPolicyError)
    assert Finding.__module__ == "imgpolicy.domain.verdict"
    with pytest.raises(AttributeError):
        imgpolicy.nothing  # noqa: B018  # the access is the test


def _with_one_blind(real: object, kind: type[Fact]) -> object:
    def extractors(*arguments: object, **options: object) -> tuple[object, ...]:
        assert callable(real)
        return tuple(Blind(kind) if e.gives is kind else e for e in real(*arguments, **options))

    return extractors
