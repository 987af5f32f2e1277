"""What an audit judged is not opened again, as long as nothing is another; then it is looked at anew."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from tests.service.archive_kills import POSTING as WORDS
from tests.service.archive_kills import laid_out
from tests.support import Run, wrote

from imgpolicy.domain.person import Person
from imgpolicy.domain.posting import Origin, Posting, Role
from imgpolicy.domain.verdict import Verdict
from imgpolicy.extract import faces
from imgpolicy.picture import Picture
from imgpolicy.register.people import add_person
from imgpolicy.register.sql.database import archive_file
from imgpolicy.report import Report
from imgpolicy.service import archive
from imgpolicy.service.audit_work import AuditRequest
from imgpolicy.service.auditing import audit
from imgpolicy.service.bulk import Crowd, check_each
from imgpolicy.service.check import CheckRequest
from imgpolicy.service.workspace import Place, Workspace

POSTING = Posting(channel="facebook", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN)
NAMES = ("pictures/portrait.jpg", "pictures/two_people.jpg")
PLACE = Place(policy_file="imgpolicy.toml")
ARCHIVE = archive_file(Path("consent_db/register.sqlite"))


@pytest.fixture(scope="module")
def audited(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two pictures that were audited."""
    folder = Path(shutil.copytree(demo, tmp_path_factory.mktemp("known") / "work"))
    for file in (folder / "pictures").iterdir():
        if f"pictures/{file.name}" not in NAMES:
            file.unlink()
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        with Workspace.open("imgpolicy.toml") as workspace:
            list(audit(workspace, PLACE, AuditRequest(places=("pictures",), posting=POSTING)))
    return folder


@pytest.fixture
def here(audited: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same as the working folder, of one's own."""
    monkeypatch.chdir(shutil.copytree(audited, tmp_path / "work"))


def opened(_picture: Picture, _report: Report) -> str:
    return "opened"


def checked(request: CheckRequest, names: tuple[str, ...] = NAMES) -> list[tuple[Report, bool]]:
    """The reports in the order of the pictures, and whether each picture was opened."""
    with Workspace.open("imgpolicy.toml") as workspace:
        answers = list(check_each(workspace, Crowd(place=PLACE, names=names), request, see=opened))
    answers.sort(key=lambda one: one.index)
    return [(one.checked.report, one.checked.seen is not None) for one in answers]


def plain(report: Report) -> object:
    """What a report says, but for when, and for how like a face is to somebody whom it is not."""
    document = json.loads(replace(report, as_before=False).to_json())
    (said,) = document["reports"]
    for face in said["faces"]:
        if face["person"] is None:
            del face["score"], face["margin"]
    return {key: value for key, value in said.items() if key != "made_at"}


@pytest.mark.slow
@pytest.mark.usefixtures("here")
def test_the_whole_report_is_made_without_opening_the_picture() -> None:
    known = checked(CheckRequest(posting=POSTING, skip_known=True))
    anew = checked(CheckRequest(posting=POSTING))
    assert [(one.as_before, was_opened) for one, was_opened in known] == [(True, False)] * 2
    assert [(one.as_before, was_opened) for one, was_opened in anew] == [(False, True)] * 2
    assert [plain(one) for one, _ in known] == [plain(one) for one, _ in anew]
    assert [one.verdict for one, _ in known] == [Verdict.GO, Verdict.NO_GO]


@pytest.mark.slow
@pytest.mark.usefixtures("here")
def test_a_picture_is_known_by_its_content_under_any_name() -> None:
    shutil.copyfile(NAMES[0], "copy.jpg")
    ((report, was_opened),) = checked(CheckRequest(posting=POSTING, skip_known=True), ("copy.jpg",))
    assert (report.picture.name, report.as_before, was_opened) == ("copy.jpg", True, False)


def _content(_: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        with Path(name).open("ab") as picture:
            picture.write(b"\0")


def _policy(_: pytest.MonkeyPatch) -> None:
    with Path("imgpolicy.toml").open("a", encoding="utf-8") as policy:
        policy.write("\n# a word\n")


def _register(_: pytest.MonkeyPatch) -> None:
    with Workspace.open("imgpolicy.toml") as workspace:
        wrote(workspace.register, add_person, Person(id="mette", name="Mette"))


def _version(patched: pytest.MonkeyPatch) -> None:
    patched.setattr(archive, "__version__", "another")


def _model(patched: pytest.MonkeyPatch) -> None:
    patched.setattr(faces, "_OWN", "another")


def _altered(_: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(ARCHIVE)) as connection, connection:
        connection.execute("UPDATE archive_picture SET facts = X'00'")


def _nothing(_: pytest.MonkeyPatch) -> None:
    pass


TOMORROW = dt.date.today() + dt.timedelta(days=1)  # noqa: DTZ011  # another day than that of the audit, whatever the zone
DIFFERENT: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], Posting]] = {
    "the content": (_content, POSTING),
    "the posting": (_nothing, replace(POSTING, purpose="news")),
    "its day": (_nothing, replace(POSTING, on=TOMORROW + dt.timedelta(days=1))),
    "the policy": (_policy, POSTING),
    "the register": (_register, POSTING),
    "the version": (_version, POSTING),
    "a model": (_model, POSTING),
    "what was kept": (_altered, POSTING),
}


@pytest.mark.slow
@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("what", DIFFERENT)
def test_where_anything_is_another_it_is_looked_at_anew(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    change, posting = DIFFERENT[what]
    change(monkeypatch)
    found = checked(CheckRequest(posting=posting, skip_known=True))
    assert [(one.as_before, was_opened) for one, was_opened in found] == [(False, True)] * 2


@pytest.mark.slow
@pytest.mark.usefixtures("here")
def test_a_picture_that_is_not_known_is_looked_at_beside_others_that_are() -> None:
    Path("none.jpg").write_bytes(b"no picture")
    names = (NAMES[0], "none.jpg", "gone.jpg")
    found = checked(CheckRequest(posting=POSTING, skip_known=True), names)
    assert [(one.picture.name, one.as_before, one.readable) for one, _ in found] == [
        (NAMES[0], True, True),
        ("none.jpg", False, False),
        ("gone.jpg", False, False),
    ]


@pytest.mark.slow
def test_it_stands_in_the_output_and_counts(imgpolicy: Run, own_demo: Path) -> None:
    laid_out(own_demo, 3)
    (own_demo / "pictures" / "00001.png").write_bytes(b"no picture")
    words = ("check", "pictures", *WORDS, "--skip-known")
    assert imgpolicy(*words, folder=own_demo).code == 4
    assert not archive_file(own_demo / "consent_db" / "register.sqlite").exists()
    imgpolicy("audit", "pictures", *WORDS, folder=own_demo)
    text = imgpolicy(*words, folder=own_demo)
    assert (text.code, text.out.count("(as before)")) == (4, 2)
    lines = [
        json.loads(line)["reports"][0]
        for line in imgpolicy(*words, "--format", "jsonl", folder=own_demo).out.splitlines()
    ]
    assert {one["picture"]["name"]: one.get("as_before") for one in lines} == {
        "pictures/00000.png": True,
        "pictures/00001.png": None,
        "pictures/00002.png": True,
    }
    private = imgpolicy(*words, "--role", "official", folder=own_demo)
    assert "as before" not in private.out
    imgpolicy("audit", "pictures", *WORDS, "--role", "official", folder=own_demo)
    again = imgpolicy("check", "pictures/00000.png", *WORDS, "--role", "official", "--skip-known", folder=own_demo)
    assert "00000.png (as before)" in again.out
