"""A waiver means one finding in one picture, and says so when it means none or several."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from tests.test_cleaning import POSTING as EMPLOYEE
from tests.test_cleaning import located

from imgpolicy import Checker, Finding, Report, Verdict
from imgpolicy.cleaning import clean
from imgpolicy.cli.main import run
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.posting import Role
from imgpolicy.domain.terms import Waiver
from imgpolicy.errors import PolicyError
from imgpolicy.picture import load
from imgpolicy.policy import read_policy
from imgpolicy.waivers import waive

DAY = dt.date(2026, 5, 4)
LEFT, RIGHT = Box(0, 0, 100, 100), Box(300, 0, 400, 100)
WAIVER = Waiver(picture="0" * 64, code="P101", by="Anna Editor", reason="a statue", until=DAY)


def stranger(box: Box | None) -> Finding:
    return Finding(code="P101", verdict=Verdict.NO_GO, title="Unknown person", message="nobody known", box=box)


def codes(findings: Iterable[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def test_the_only_finding_of_its_code_is_waived_and_the_others_stand() -> None:
    other = replace(stranger(None), code="M101")
    standing, waived = waive([stranger(LEFT), other], [WAIVER], DAY)
    assert (standing, [one.finding for one in waived], waived[0].waiver) == ((other,), [stranger(LEFT)], WAIVER)


def test_with_two_of_them_it_has_to_say_which() -> None:
    both = [stranger(LEFT), stranger(RIGHT)]
    standing, waived = waive(both, [WAIVER], DAY)
    assert (codes(standing), waived) == (["P101", "P101", "X003"], ())
    assert str(list(RIGHT)) in standing[-1].remedies[0].text
    near = Box(305, 0, 405, 100)
    standing, waived = waive(both, [replace(WAIVER, box=near)], DAY)
    assert (standing, waived[0].finding) == ((stranger(LEFT),), stranger(RIGHT))


def test_what_stands_in_the_caption_is_not_in_the_picture_and_is_not_waived() -> None:
    written = replace(stranger(None), evidence={"where": "caption"})
    standing, waived = waive([written], [WAIVER], DAY)
    assert (codes(standing), waived) == (["P101", "X003"], ())


@pytest.mark.parametrize("box", [Box(80, 0, 180, 100), Box(0, 0, 0, 0)])
def test_at_another_place_it_waives_nothing(box: Box) -> None:
    standing, waived = waive([stranger(LEFT)], [replace(WAIVER, box=box)], DAY)
    assert (codes(standing), waived) == (["P101", "X003"], ())


def test_one_that_meets_nothing_asks_for_review() -> None:
    standing, waived = waive([], [WAIVER], DAY)
    assert ([(f.code, f.verdict) for f in standing], waived) == ([("X003", Verdict.REVIEW)], ())


def test_it_holds_on_its_last_day_and_not_after() -> None:
    assert waive([stranger(LEFT)], [WAIVER], DAY)[0] == ()
    assert waive([stranger(LEFT)], [WAIVER], DAY + dt.timedelta(days=1)) == ((stranger(LEFT),), ())


# In the policy file


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write(folder: Path, picture: str, code: str, *, until: str = "2099-12-31", more: str = "") -> None:
    """Put a waiver into the policy of this folder."""
    policy = folder / "imgpolicy.toml"
    waiver = f'[[waivers]]\npicture = "{picture}"\ncode = "{code}"\nby = "Anna Editor"\nreason = "seen"\n'
    policy.write_text(policy.read_text().replace("[rules]\n", f"{waiver}until = {until}\n{more}\n[rules]\n"))


def check(folder: Path, picture: Path, role: Role = Role.EMPLOYEE) -> Report:
    with Checker.from_file(folder / "imgpolicy.toml") as checker:
        return checker.check(picture, replace(EMPLOYEE, role=role))


@pytest.mark.slow
def test_what_is_waived_in_a_picture_is_told_and_does_not_count(own_demo: Path) -> None:
    picture = own_demo / "pictures" / "with_location.jpg"
    write(own_demo, sha256(picture), "M101")
    report = check(own_demo, picture)
    assert (report.verdict, report.findings, codes(one.finding for one in report.waived)) == (Verdict.GO, (), ["M101"])
    assert report.valid_until == dt.date(2099, 12, 31)
    assert check(own_demo, own_demo / "pictures" / "meadow.jpg").waived == ()


def test_an_ended_waiver_does_not_hold_for_a_posting_that_is_dated_back(own_demo: Path) -> None:
    picture = own_demo / "pictures" / "with_location.jpg"
    write(own_demo, sha256(picture), "M101", until="2026-06-01")
    report = check(own_demo, picture)
    assert report.posting.day < dt.date(2026, 6, 1)
    assert (codes(report.findings), report.waived) == (["M101"], ())


@pytest.mark.slow
def test_what_is_waived_is_not_taken_out_of_a_picture_that_passes_with_it(own_demo: Path) -> None:
    logo = own_demo / "pictures" / "logo.png"
    data = located(own_demo)
    (own_demo / "located.jpg").write_bytes(data)
    write(own_demo, sha256(logo), "L101")
    assert check(own_demo, logo, Role.PRIVATE).verdict is Verdict.GO
    write(own_demo, sha256(own_demo / "located.jpg"), "M101")
    with Checker.from_file(own_demo / "imgpolicy.toml") as checker:
        kept = clean(checker, load(data, "located.jpg"), EMPLOYEE)
    assert (kept.data, kept.last.changes) == (data, ())


@pytest.mark.slow
def test_what_was_waived_before_cleaning_stands_after_it(own_demo: Path) -> None:
    data = located(own_demo)
    picture = hashlib.sha256(data).hexdigest()
    works = own_demo / "works.csv"
    works.write_text(f"title,owner,file,sha256\nField,An agency,,{picture}\n")
    assert run(["work", "import", str(works), "--policy", str(own_demo / "imgpolicy.toml")]) == 0
    write(own_demo, picture, "C101")
    with Checker.from_file(own_demo / "imgpolicy.toml") as checker:
        done = clean(checker, load(data, "located.jpg"), EMPLOYEE)
    assert codes(one.finding for one in done.first.waived) == ["C101"]
    assert (codes(done.last.findings), done.data) == (["C101"], None)


@pytest.mark.slow
def test_what_was_waived_of_the_metadata_goes_with_it_when_a_face_is_covered(own_demo: Path) -> None:
    picture = own_demo / "located.jpg"
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (55.0, 40.0, 34.5), 3: "E", 4: (12.0, 34.0, 6.0)})
    Image.open(own_demo / "pictures" / "two_people.jpg").save(picture, exif=exif)
    write(own_demo, sha256(picture), "M101")
    with Checker.from_file(own_demo / "imgpolicy.toml") as checker:
        done = clean(checker, load(picture.read_bytes(), "located.jpg"), EMPLOYEE)
    assert (codes(done.first.findings), codes(one.finding for one in done.first.waived)) == (["P101"], ["M101"])
    assert (codes(done.last.findings), done.data is None) == ([], False)


@pytest.mark.parametrize("box", ["[10, 20, 10, 40]", "[140, 110, 10, 20]"])
def test_a_box_that_no_finding_can_have_is_refused_when_the_file_is_read(own_demo: Path, box: str) -> None:
    write(own_demo, "0" * 64, "P101", more=f"box = {box}\n")
    with pytest.raises(PolicyError, match="empty box"):
        read_policy(own_demo / "imgpolicy.toml")


def test_a_hash_that_no_file_can_have_is_refused_when_the_file_is_read(own_demo: Path) -> None:
    write(own_demo, "0" * 64 + "\\n", "P101")
    with pytest.raises(PolicyError, match="64"):
        read_policy(own_demo / "imgpolicy.toml")


@pytest.mark.parametrize(
    "code", ["X001", "X002", "X003", "P102", "P104", "P106", "C102", "S101", "R101", "R105", "P999"]
)
def test_what_cannot_be_waived_is_refused_when_the_file_is_read(own_demo: Path, code: str) -> None:
    write(own_demo, "0" * 64, code)
    with pytest.raises(PolicyError, match=code):
        read_policy(own_demo / "imgpolicy.toml")


@pytest.mark.parametrize(
    ("picture", "code", "more", "said"),
    [
        ("abc", "M101", "", "picture"),
        ("0" * 64, "L101", "box = [1, 2, 3]", "box"),
        ("0" * 64, "M101", "who = 1", "who"),
    ],
)
def test_a_waiver_that_makes_no_sense_is_refused(own_demo: Path, picture: str, code: str, more: str, said: str) -> None:
    write(own_demo, picture, code, more=more)
    with pytest.raises(PolicyError, match=said):
        read_policy(own_demo / "imgpolicy.toml")


def test_a_waiver_of_a_rule_that_is_off_is_refused(own_demo: Path) -> None:
    policy = own_demo / "imgpolicy.toml"
    policy.write_text(policy.read_text().replace('M102 = "review"', 'M102 = "off"'))
    write(own_demo, "0" * 64, "M102")
    with pytest.raises(PolicyError, match="switched on"):
        read_policy(policy)


def test_the_same_waiver_twice_is_refused(own_demo: Path) -> None:
    write(own_demo, "0" * 64, "M101")
    write(own_demo, "0" * 64, "M101")
    with pytest.raises(PolicyError, match="twice"):
        read_policy(own_demo / "imgpolicy.toml")
