"""What becomes of the people in real pictures, mode by mode, and what nobody finds out about them."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps
from tests.support import Run, asked, wrote

from imgpolicy import Checker, Posting, Report, Verdict
from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.person import Person
from imgpolicy.domain.posting import Origin, Role
from imgpolicy.engines.yunet_sface import YuNetSFace
from imgpolicy.enrol import enrol_faces
from imgpolicy.errors import ExtractError
from imgpolicy.facts import Vector
from imgpolicy.picture import load
from imgpolicy.register.consents import record_consent
from imgpolicy.register.faces import gallery as read_gallery
from imgpolicy.register.faces import remove_faces
from imgpolicy.register.people import add_person, edit_person
from imgpolicy.register.people import person as one_person
from imgpolicy.register.register import Register
from imgpolicy.register.sql.faces import FaceRows
from imgpolicy.register.statements import consents

POSTING = Posting(channel="facebook", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN, on=dt.date(2026, 5, 4))
EILEEN = replace(POSTING, people=("eileen",))
GOOD = ("--channel", "facebook", "--role", "employee", "--purpose", "pr", "--origin", "own", "--on", "2026-05-04")


def check(folder: Path, picture: str | Path, posting: Posting = POSTING) -> Report:
    with Checker.from_file(folder / "imgpolicy.toml") as checker:
        return checker.check(folder / "pictures" / picture, posting)


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.findings]


def statuses(report: Report) -> list[str]:
    return [face.status.value for face in report.faces]


def say(folder: Path, *lines: tuple[str, str]) -> None:
    """Change keys of the policy."""
    policy = folder / "imgpolicy.toml"
    text = policy.read_text()
    for key, value in lines:
        start = text.index(f"\n{key} = ") + 1
        text = text[:start] + f"{key} = {value}" + text[text.index("\n", start) :]
    policy.write_text(text)


def register_of(folder: Path) -> Register:
    return Checker.from_file(folder / "imgpolicy.toml").register


# The modes


def test_off_looks_for_nobody_and_says_so(own_demo: Path) -> None:
    say(own_demo, ("mode", '"off"'))
    report = check(own_demo, "two_people.jpg")
    assert (report.verdict, report.faces, report.models) == (Verdict.GO, (), ())
    assert ("faces", False) in {(unknown.what, unknown.lifts) for unknown in report.not_checked}
    assert report.policy.people == "off"


@pytest.mark.slow
def test_count_asks_for_a_look_wherever_there_is_anybody(own_demo: Path) -> None:
    say(own_demo, ("mode", '"count"'))
    report = check(own_demo, "two_people.jpg")
    assert (report.verdict, codes(report), statuses(report)) == (Verdict.REVIEW, ["P109"], ["counted"] * 2)
    assert report.findings[0].evidence == {"faces": 2}
    assert check(own_demo, "meadow.jpg").verdict is Verdict.GO


@pytest.mark.parametrize(
    ("picture", "posting", "verdict", "found", "said"),
    [
        ("portrait.jpg", EILEEN, Verdict.GO, [], ["declared"]),
        ("portrait.jpg", POSTING, Verdict.NO_GO, ["P110"], ["counted"]),
        ("two_people.jpg", EILEEN, Verdict.NO_GO, ["P110"], ["counted", "counted"]),
        ("meadow.jpg", EILEEN, Verdict.REVIEW, ["P110"], []),
        ("meadow.jpg", POSTING, Verdict.GO, [], []),
        ("portrait.jpg", replace(EILEEN, channel="linkedin"), Verdict.NO_GO, ["P102"], ["declared"]),
    ],
)
def test_declared_takes_the_editors_word_when_the_counts_agree(
    own_demo: Path, picture: str, posting: Posting, verdict: Verdict, found: list[str], said: list[str]
) -> None:
    say(own_demo, ("mode", '"declared"'))
    report = check(own_demo, picture, posting)
    assert (report.verdict, codes(report), statuses(report)) == (verdict, found, said)
    assert [named.person for named in report.declared] == list(posting.people)
    assert all(face.person is None and face.score is None for face in report.faces)


@pytest.mark.slow
def test_verify_compares_with_those_who_are_named_and_nobody_else(own_demo: Path) -> None:
    say(own_demo, ("mode", '"verify"'))
    named, unnamed = check(own_demo, "portrait.jpg", EILEEN), check(own_demo, "portrait.jpg")
    assert (named.verdict, statuses(named)) == (Verdict.GO, ["covered"])
    assert (codes(unnamed), statuses(unnamed)) == (["P101"], ["unknown"])
    assert codes(check(own_demo, "two_people.jpg", EILEEN)) == ["P101"]
    assert codes(check(own_demo, "portrait.jpg", replace(EILEEN, channel="linkedin"))) == ["P102"]


def test_the_fewer_are_compared_the_fewer_vectors_are_opened(own_demo: Path) -> None:
    with register_of(own_demo) as register:
        day = dt.date(2026, 5, 4)
        assert asked(register, read_gallery, "yunet-sface/1", day).owners == ("eileen",)
        assert asked(register, read_gallery, "yunet-sface/1", day, frozenset()).owners == ()
        assert asked(register, read_gallery, "yunet-sface/1", day, frozenset({"eileen", "grace"})).owners == ("eileen",)


@pytest.mark.parametrize("mode", ["off", "count", "declared"])
def test_where_nobody_is_compared_no_vector_is_made_or_opened(
    own_demo: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("a face vector")

    say(own_demo, ("mode", f'"{mode}"'))
    monkeypatch.setattr(FaceRows, "vectors", never)
    monkeypatch.setattr(YuNetSFace, "recogniser", never)
    report = check(own_demo, "portrait.jpg", EILEEN)
    assert "face_recognition_sface_2021dec_int8bq" not in {model.name for model in report.models}
    assert all(model.threshold is None for model in report.models)


@pytest.mark.slow
def test_a_declared_person_who_said_no_is_heard_in_every_mode(own_demo: Path) -> None:
    for mode in ("off", "count", "declared", "verify", "identify"):
        say(own_demo, ("mode", f'"{mode}"'))
        report = check(own_demo, "portrait.jpg", replace(EILEEN, channel="linkedin"))
        assert "P102" in codes(report), mode


def test_a_declared_person_is_heard_though_faces_could_not_be_looked_for(
    own_demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, vectors: bool) -> None:
        del vectors
        raise ExtractError("the model's file was altered")

    monkeypatch.setattr(YuNetSFace, "survey", fails)
    report = check(own_demo, "portrait.jpg", replace(EILEEN, channel="linkedin"))
    assert codes(report) == ["P102", "X001"]


def test_what_is_published_on_the_editors_word_rests_on_the_consent_all_the_same(
    own_demo: Path, imgpolicy: Run
) -> None:
    say(own_demo, ("mode", '"declared"'))
    words = ("check", "pictures/portrait.jpg", *GOOD, "--person", "eileen", "--publish", "https://example.org/1")
    assert imgpolicy(*words, folder=own_demo).code == 0
    (post,) = json.loads(imgpolicy("publication", "list", "--format", "json").out)
    assert post["people"]["eileen"] is not None


# Children


@pytest.mark.slow
def test_a_child_is_named_by_the_editor_too(own_demo: Path) -> None:
    with register_of(own_demo) as register, register.writing() as unit:
        add_person(unit, Person(id="parent", name="A parent"))
        child = replace(one_person(unit, "eileen"), born=dt.date(2015, 3, 1), adult=None)
        child = replace(child, guardians=frozenset({"parent"}))
        edit_person(unit, child)
        for own in consents(unit, "eileen"):
            record_consent(unit, replace(own, id=f"{own.id}-parent", given_by="parent"))
    alone, named = check(own_demo, "portrait.jpg"), check(own_demo, "portrait.jpg", EILEEN)
    assert (alone.verdict, codes(alone), statuses(alone)) == (Verdict.REVIEW, ["P108"], ["unconfirmed"])
    assert (alone.faces[0].person, alone.faces[0].consent) == ("eileen", None)
    assert "--person eileen" in (alone.findings[0].remedies[0].command or "")
    assert (named.verdict, statuses(named)) == (Verdict.GO, ["covered"])
    grown = check(own_demo, "portrait.jpg", replace(POSTING, on=dt.date(2033, 3, 1)))
    assert "P108" not in codes(grown)


# Crowds


def crowd(folder: Path, people: int = 3) -> Path:
    """A large picture in which one person, of whom the register knows nothing, stands small, several times."""
    with (
        Image.open(folder / "pictures" / "two_people.jpg") as both,
        Image.open(folder / "pictures/meadow.jpg") as field,
    ):
        head = both.convert("RGB").crop((620, 60, 880, 340)).resize((84, 90))
        page = field.convert("RGB").resize((1600, 1200))
    for place in range(people):
        page.paste(head, (200 + 300 * place, 500))
    page.save(folder / "crowd.png", compress_level=1)
    return folder / "crowd.png"


@pytest.mark.slow
def test_small_faces_in_a_crowd_are_exempt_and_listed_when_the_policy_says_so(own_demo: Path) -> None:
    picture = crowd(own_demo)
    assert set(codes(check(own_demo, picture))) <= {"P101", "P107"}
    say(own_demo, ("incidental_below_px", "70"), ("crowd_from", "3"))
    report = check(own_demo, picture)
    assert (report.verdict, statuses(report)) == (Verdict.GO, ["incidental"] * 3)
    assert all(face.person is None and face.consent is None for face in report.faces)
    assert check(own_demo, crowd(own_demo, people=2)).verdict is Verdict.NO_GO
    assert codes(check(own_demo, "two_people.jpg")) == ["P101"]


@pytest.mark.slow
def test_who_said_no_is_not_exempt(own_demo: Path) -> None:
    say(own_demo, ("incidental_below_px", "70"), ("crowd_from", "2"))
    with Image.open(own_demo / "pictures" / "two_people.jpg") as both:
        both.crop((512, 0, 949, 512)).save(own_demo / "grace.png", compress_level=1)
    with register_of(own_demo) as register:
        wrote(register, add_person, Person(id="agnes", name="Agnes"))
        wrote(register, record_consent, Consent(person="agnes", kind=ConsentKind.BIOMETRIC, state=ConsentState.GIVEN))
        wrote(
            register, record_consent, Consent(person="agnes", kind=ConsentKind.PUBLICATION, state=ConsentState.REFUSED)
        )
        enrol_faces(register, YuNetSFace(), "agnes", [str(own_demo / "grace.png")])
    report = check(own_demo, crowd(own_demo, people=2))
    assert (report.verdict, codes(report).count("P102")) == (Verdict.NO_GO, 2)


# What a reviewer said


def before_a_backdrop(folder: Path, who: str) -> Image.Image:
    """Eileen or Grace, each at the same place before the same printed wall, nothing else changed."""
    with Image.open(folder / "pictures" / "two_people.jpg") as both:
        head = both.convert("RGB").crop((131, 20, 315, 220) if who == "eileen" else (591, 31, 885, 351))
    print_of_the_wall = np.random.default_rng(2).uniform(60, 200, (18, 24, 3)).astype(np.uint8)
    page = Image.fromarray(print_of_the_wall).resize((1200, 900), Image.Resampling.BICUBIC)
    page.paste(head.resize((129, 140)), (480, 300))
    return page


@pytest.fixture
def reviewed(own_demo: Path, imgpolicy: Run) -> Path:
    """Nobody is enrolled; a reviewer said that Grace before the backdrop is a poster."""
    with register_of(own_demo) as register, register.writing() as unit:
        remove_faces(unit, "eileen")
    before_a_backdrop(own_demo, "grace").save(own_demo / "poster.png", compress_level=1)
    words = ("--as", "artwork", "--by", "Anna Editor", "--reason", "a poster on the wall")
    assert imgpolicy("face", "dismiss", "poster.png", *words, folder=own_demo).code == 0
    return own_demo


@pytest.mark.slow
def test_a_dismissed_face_holds_in_the_file_and_in_its_copies(reviewed: Path) -> None:
    page = before_a_backdrop(reviewed, "grace")
    page.save(reviewed / "copy.jpg", quality=40)
    page.resize((600, 450)).save(reviewed / "half.webp", quality=80)
    for name in ("poster.png", "copy.jpg", "half.webp"):
        report = check(reviewed, reviewed / name)
        assert (report.verdict, statuses(report)) == (Verdict.GO, ["artwork"]), name
        assert (report.faces[0].dismissal or "").startswith("f-")


@pytest.mark.slow
def test_another_person_at_the_same_place_before_the_same_backdrop_is_not_dismissed(reviewed: Path) -> None:
    before_a_backdrop(reviewed, "eileen").save(reviewed / "eileen.png", compress_level=1)
    report = check(reviewed, reviewed / "eileen.png")
    assert (report.verdict, codes(report), statuses(report)) == (Verdict.NO_GO, ["P101"], ["unknown"])


@pytest.mark.slow
def test_a_face_more_beside_a_dismissed_one_is_not_dismissed(reviewed: Path) -> None:
    page = before_a_backdrop(reviewed, "grace")
    with Image.open(reviewed / "pictures" / "two_people.jpg") as both:
        page.paste(both.convert("RGB").crop((130, 30, 350, 300)).resize((84, 98)), (740, 480))
    page.save(reviewed / "two.png", compress_level=1)
    assert statuses(check(reviewed, reviewed / "two.png")) == ["artwork", "unknown"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mirrored", "turned", "cropped"])
def test_a_copy_in_which_the_place_cannot_be_told_is_looked_at_again(reviewed: Path, name: str) -> None:
    page = before_a_backdrop(reviewed, "grace")
    copies = {
        "mirrored": ImageOps.mirror(page),
        "turned": page.rotate(180),
        "cropped": page.crop((240, 120, 1200, 900)),
    }
    copies[name].save(reviewed / "other.png", compress_level=1)
    assert codes(check(reviewed, reviewed / "other.png")) == ["P101"]


@pytest.mark.slow
def test_a_face_on_a_page_larger_than_the_first_is_dismissed_in_a_file_of_its_own(
    own_demo: Path, imgpolicy: Run
) -> None:
    page = Image.open(own_demo / "pictures/two_people.jpg")
    Image.new("RGB", (64, 64)).save(own_demo / "pages.tif", save_all=True, append_images=[page])
    who = ("--as", "artwork", "--by", "Anna Editor", "--reason", "a poster")
    ran = imgpolicy("face", "dismiss", "pages.tif", "--face", 2, *who, folder=own_demo)
    assert (ran.code, "page" in ran.err, ran.err.count("\n")) == (4, True, 1)


@pytest.mark.slow
def test_what_a_reviewer_takes_back_counts_again(reviewed: Path, imgpolicy: Run) -> None:
    (kept,) = json.loads(imgpolicy("face", "dismissed", "--format", "json", folder=reviewed).out)
    again = imgpolicy("face", "reinstate", kept["id"], "--by", "Berta", "--reason", "it is a visitor")
    assert again.code == 0
    assert codes(check(reviewed, reviewed / "poster.png")) == ["P101"]


@pytest.mark.slow
def test_a_poster_is_nobody_to_count_either(reviewed: Path) -> None:
    say(reviewed, ("mode", '"count"'))
    report = check(reviewed, reviewed / "poster.png")
    assert (report.verdict, statuses(report)) == (Verdict.GO, ["artwork"])


# What nobody finds out


def shows(vector: Vector, content: bytes) -> bool:
    """Whether the vector stands in there: its bytes, in base64 or hex, or its first numbers in digits."""
    forms = [vector.astype(kind).tobytes()[:30] for kind in ("<f4", ">f4", "<f8")]
    coded = [*forms, *map(base64.b64encode, forms), *(form.hex().encode() for form in forms)]
    digits = [re.escape(f"{abs(number):.9f}"[:5]) for number in vector[:4].tolist()]
    return any(form in content for form in coded) or bool(re.search(r"\d*[^.]{1,9}".join(digits).encode(), content))


@pytest.mark.slow
def test_the_vectors_of_unmatched_faces_are_nowhere_when_a_check_is_done(
    own_demo: Path, imgpolicy: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    data = (own_demo / "pictures" / "two_people.jpg").read_bytes()
    _, stranger = YuNetSFace().faces(load(data, "it"))
    assert np.linalg.norm(stranger.vector) == pytest.approx(1, abs=1e-3)
    said = imgpolicy("check", "pictures/two_people.jpg", *GOOD, "--record", "--format", "json", folder=own_demo)
    who = imgpolicy("face", "who", "pictures/two_people.jpg", "--format", "json")
    dismissed = imgpolicy(
        "face", "dismiss", "pictures/two_people.jpg", "--face", 2, "--as", "artwork", "--by", "A", "--reason", "B"
    )
    exported = imgpolicy("register", "export")
    kept = [file.read_bytes() for file in (*own_demo.rglob("*"), *temporary.rglob("*")) if file.is_file()]
    outputs = [text.encode() for ran in (said, who, dismissed, exported) for text in (ran.out, ran.err)]
    assert (said.code, who.code, dismissed.code, exported.code) == (1, 0, 0, 0)
    assert not any(shows(stranger.vector, content) for content in (*kept, *outputs))


@pytest.mark.parametrize(
    "write",
    [
        lambda vector: vector.tobytes(),
        lambda vector: base64.b64encode(vector.tobytes()),
        lambda vector: json.dumps(vector.astype(float).tolist()).encode(),
        lambda vector: json.dumps(vector.astype(float).tolist(), indent=2).encode(),
        lambda vector: repr(vector).encode(),
    ],
    ids=["bytes", "base64", "json", "indented", "printed"],
)
def test_the_search_for_vectors_would_find_one(write: Callable[[Vector], bytes]) -> None:
    vector = np.random.default_rng(1).uniform(-0.2, 0.2, 128).astype(np.float32)
    assert shows(vector, b"before " + write(vector) + b" after")
    assert not shows(-vector[::-1], write(vector))
