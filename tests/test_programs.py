"""A program gives a picture as it has it and gets what the command line prints; anything else is one clear error."""

from __future__ import annotations

import dataclasses
import gzip
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import jsonschema
import msgspec
import numpy as np
import pytest
from PIL import Image
from tests.support import Run

from imgpolicy import Checker, Finding, Posting, Report, Verdict
from imgpolicy.containers.limits import MAX_BYTES
from imgpolicy.domain.decision import Release
from imgpolicy.domain.posting import Origin, Role
from imgpolicy.domain.terms import Waived
from imgpolicy.domain.verdict import Remedy
from imgpolicy.errors import RequestError
from imgpolicy.facts import PictureInfo, Unknown
from imgpolicy.report import DeclaredReport, FaceReport, PolicyRef, WorkReport
from imgpolicy.service.check import CheckRequest, check_pictures
from imgpolicy.service.clean import CleanRequest, clean_picture
from imgpolicy.service.posts import record_post
from imgpolicy.service.scaffold import run_cases
from imgpolicy.service.workspace import Workspace
from imgpolicy.sources import Source, read
from imgpolicy.wire import report as wire

POSTING = Posting(channel="website", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN)
PIXELS = "pixels alone cannot be checked"
NOTHING = "a picture is given as a path"
TEXT_MODE = "text mode"


@pytest.fixture(scope="module")
def checker(demo: Path) -> Iterator[Checker]:
    with Checker.from_file(demo / "imgpolicy.toml") as opened:
        yield opened


@pytest.fixture
def meadow(demo: Path) -> Path:
    return demo / "pictures" / "meadow.jpg"


# -- the form -------------------------------------------------------------------------------------------------------


def test_a_report_gives_what_the_command_line_prints(
    imgpolicy: Run, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(demo)
    with Checker.from_file("imgpolicy.toml") as checker:
        report = checker.check(str(demo / "pictures" / "two_people.jpg"), POSTING)
    words = ("--channel", "website", "--role", "employee", "--purpose", "pr", "--origin", "own", "--format", "json")
    printed = json.loads(imgpolicy("check", demo / "pictures" / "two_people.jpg", *words, folder=demo).out)
    given = json.loads(report.to_json())
    (one,), (other,) = given["reports"], printed["reports"]
    assert one.pop("made_at") <= other.pop("made_at")
    assert given == printed
    assert report.to_json().endswith("}\n")


@pytest.mark.slow
def test_real_reports_are_what_the_published_schema_says(demo: Path, checker: Checker) -> None:
    valid = jsonschema.Draft202012Validator(json.loads(wire.report_schema()))
    reports = [outcome.report for outcome in run_cases(demo)]
    reports += [checker.check(b"no picture", POSTING), checker.check("none.jpg")]
    assert {report.verdict for report in reports} == set(Verdict)
    for report in reports:
        valid.validate(json.loads(report.to_json()))


FORMS: tuple[tuple[type, type[msgspec.Struct], dict[str, str | None]], ...] = (
    # The models stand with the tool, and the hash is for the record of a post.
    (Report, wire.ReportWire, {"register_head": "register", "models": None, "pdq": None}),
    (Finding, wire.FindingWire, {"reading": None}),  # shown at a terminal alone
    (Remedy, wire.RemedyWire, {"letter_command": None}),  # programs have the letter
    (FaceReport, wire.FaceWire, {"also": None, "roll": None}),  # how a face is covered
    (DeclaredReport, wire.DeclaredWire, {}),
    (WorkReport, wire.WorkWire, {}),
    (PictureInfo, wire.PictureWire, {}),
    (Posting, wire.PostingWire, {}),
    (Unknown, wire.UnknownWire, {}),
    (PolicyRef, wire.PolicyWire, {}),
    (Release, wire.ReleaseWire, {}),
    (Waived, wire.WaivedWire, {"waiver": None}),  # its parts stand beside the finding
)


@pytest.mark.parametrize(("noun", "form", "otherwise"), FORMS, ids=lambda one: getattr(one, "__name__", ""))
def test_every_field_of_the_answer_is_in_the_form_or_is_said_not_to_be(
    noun: type, form: type[msgspec.Struct], otherwise: dict[str, str | None]
) -> None:
    assert dataclasses.is_dataclass(noun)
    names = {field.name for field in dataclasses.fields(noun)}
    assert otherwise.keys() <= names
    written = {otherwise.get(name, name) for name in names} - {None}
    derived = {"verdict"} if noun is Report else {"by", "reason", "until"} if noun is Waived else set()
    assert written | derived == set(form.__struct_fields__)


# -- what a picture is given as -------------------------------------------------------------------------------------


class Bare:
    """Reads and does nothing else, a little at a time, as sockets do."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def read(self, size: int, /) -> bytes:
        return self._data.read(min(size, 1000))


class Greedy(Bare):
    """Gives more than was asked for."""

    def read(self, size: int, /) -> bytes:
        return self._data.read(size * 2)


class OnDisk:
    """A path of a library's own."""

    def __init__(self, path: str | bytes) -> None:
        self.path = path

    def __fspath__(self) -> str | bytes:
        return self.path


def test_a_picture_is_given_as_a_program_has_it(checker: Checker, meadow: Path, tmp_path: Path) -> None:
    data = meadow.read_bytes()
    (tmp_path / "meadow.gz").write_bytes(gzip.compress(data))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("in/meadow.jpg", data)
    behind = io.BytesIO(b"head" + data)
    behind.seek(4)
    with (
        meadow.open("rb") as opened,
        meadow.open("rb", buffering=0) as raw,
        gzip.open(tmp_path / "meadow.gz") as unpacked,
        zipfile.ZipFile(tmp_path / "a.zip").open("in/meadow.jpg") as member,
    ):
        sources: dict[str, tuple[Source, str]] = {
            "path in words": (str(meadow), str(meadow)),
            "path": (meadow, str(meadow)),
            "path of another library": (cast("os.PathLike[str]", OnDisk(str(meadow))), str(meadow)),
            "path in bytes": (cast("os.PathLike[str]", OnDisk(os.fsencode(meadow))), str(meadow)),
            "bytes": (data, "<bytes>"),
            "bytearray": (bytearray(data), "<bytes>"),
            "memoryview": (memoryview(data), "<bytes>"),
            "memoryview of a part": (memoryview(b"head" + data)[4:], "<bytes>"),
            "file": (opened, str(meadow)),
            "raw file": (raw, str(meadow)),
            "file from where it stands": (behind, "<bytes>"),
            "packed file": (unpacked, str(tmp_path / "meadow.gz")),
            "member of an archive": (member, "in/meadow.jpg"),
            "what reads": (Bare(data), "<bytes>"),
            "what reads too much": (Greedy(data), "<bytes>"),
        }
        found = {what: read(source) for what, (source, _) in sources.items()}
        assert found == {what: (name, data) for what, (_, name) in sources.items()}
        assert not opened.closed
    report = checker.check(Bare(data), POSTING)
    assert (report.picture.name, report.picture.sha256) == ("<bytes>", checker.check(meadow, POSTING).picture.sha256)


def test_every_door_of_a_picture_takes_a_file(own_demo: Path) -> None:
    meadow = own_demo / "pictures" / "meadow.jpg"
    with Workspace.open(own_demo / "imgpolicy.toml") as workspace:
        with meadow.open("rb") as first, io.BytesIO(meadow.read_bytes()) as second:
            checked = check_pictures(workspace, [first, second], CheckRequest(posting=POSTING))
        assert [one.report.picture.name for one in checked] == [str(meadow), "<bytes>"]
        with meadow.open("rb") as file:
            assert clean_picture(workspace, file, CleanRequest(posting=POSTING)).data == meadow.read_bytes()
        with meadow.open("rb") as file:
            assert record_post(workspace, file, POSTING, "https://example.org/1").publication is not None


# -- what it is not -------------------------------------------------------------------------------------------------


class Pathless:
    """Says that it is a path, and is none."""

    def __fspath__(self) -> int:
        return 7


class Odd:
    """Reads, and gives whatever it was made with."""

    def __init__(self, gives: object) -> None:
        self.gives = gives

    def read(self, size: int, /) -> object:
        del size
        return self.gives


class Named(Bare):
    """Its name is none."""

    name = 3


REFUSED: dict[str, tuple[object, str]] = {
    "an image": (Image.new("RGB", (9, 9)), PIXELS),
    "an array": (np.zeros((9, 9, 3), np.uint8), PIXELS),
    "a file in text mode": (io.StringIO("words"), TEXT_MODE),
    "what reads words": (Odd("words"), TEXT_MODE),
    "what reads numbers": (Odd(7), "read() of Odd gives int"),
    "nothing": (None, NOTHING),
    "a number": (7, NOTHING),
    "several": (["a.jpg", "b.jpg"], NOTHING),
    "anything": (object(), NOTHING),
    "a class that would read": (io.BytesIO, NOTHING),
    "no path": (Pathless(), "is no path"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_anything_else_is_refused_in_one_line(checker: Checker, what: str) -> None:
    thing, said = REFUSED[what]
    with pytest.raises(RequestError) as refused:
        checker.check(cast("Source", thing), POSTING)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_in_text_mode_is_refused_before_it_is_read(checker: Checker, meadow: Path) -> None:
    with meadow.open(encoding="latin-1") as file:
        with pytest.raises(RequestError, match='open it with mode "rb"'):
            checker.check(cast("Source", file), POSTING)
        assert file.tell() == 0


DOORS: dict[str, Callable[[Workspace, Source], object]] = {
    "check": lambda workspace, source: check_pictures(workspace, [source], CheckRequest(posting=POSTING, record=True)),
    "clean": lambda workspace, source: clean_picture(workspace, source, CleanRequest(posting=POSTING)),
    "post": lambda workspace, source: record_post(workspace, source, POSTING, "https://example.org/1"),
}


@pytest.mark.parametrize("door", DOORS)
def test_the_service_refuses_it_as_the_checker_does(own_demo: Path, door: str) -> None:
    image = cast("Source", Image.new("RGB", (9, 9)))
    with Workspace.open(own_demo / "imgpolicy.toml") as workspace, pytest.raises(RequestError, match=PIXELS):
        DOORS[door](workspace, image)


def test_what_is_given_is_told_apart_without_the_libraries_of_pixels() -> None:
    script = (
        "import ast, inspect, imgpolicy.sources as s\n"
        "tree = ast.parse(inspect.getsource(s))\n"
        "names = {getattr(n, 'module', None) or n.names[0].name for n in ast.walk(tree)\n"
        "         if isinstance(n, ast.Import | ast.ImportFrom)}\n"
        "assert not {n for n in names if n.split('.')[0] in {'PIL', 'numpy'}}, names"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


class Endless:
    """Has no end."""

    given = 0

    def read(self, size: int, /) -> bytes:
        self.given += size
        return bytes(size)


class Failing:
    """Cannot be read."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def read(self, size: int, /) -> bytes:
        del size
        raise self.error


def closed() -> Source:
    file = io.BytesIO(b"data")
    file.close()
    return file


def released() -> Source:
    view = memoryview(b"data")
    view.release()
    return view


UNREADABLE: dict[str, tuple[object, str]] = {
    "endless": (Endless(), "more than the limit of 100,000,000 bytes"),
    "a disk that fails": (Failing(OSError(5, "Input/output error")), "Input/output error"),
    "an error without words": (Failing(OSError()), "OSError"),
    "a method of another kind": (Failing(TypeError("read() takes no size")), "TypeError"),
    "half a packed file": (gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(b"data" * 99)[:20])), "EOFError"),
    "a damaged archive": (Failing(zipfile.BadZipFile("bad checksum")), "BadZipFile"),
    "closed": (closed(), "the file is closed"),
    "a view that was released": (released(), "ValueError"),
    "nothing there yet": (Odd(None), "nothing has arrived yet"),
    "at its end": (io.BytesIO(), "the file is empty"),
    "no picture": (Named(b"words"), "not a picture that can be read here"),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_what_cannot_be_read_is_a_report_that_says_why(checker: Checker, what: str) -> None:
    thing, said = UNREADABLE[what]
    report = checker.check(cast("Source", thing), POSTING)
    assert [finding.code for finding in report.findings] == ["X001"]
    assert (report.readable, report.verdict, report.picture.name) == (False, Verdict.REVIEW, "<bytes>")
    assert said in report.not_checked[0].reason


def test_no_more_is_read_than_the_limit_and_a_piece(checker: Checker) -> None:
    endless = Endless()
    checker.check(endless, POSTING)
    assert endless.given <= MAX_BYTES + (1 << 20)


@pytest.mark.parametrize("stdin", [None, io.StringIO("words")])
def test_standard_input_that_is_closed_is_a_report(
    checker: Checker, monkeypatch: pytest.MonkeyPatch, stdin: io.StringIO | None
) -> None:
    monkeypatch.setattr(sys, "stdin", stdin)
    assert "standard input is closed" in checker.check("-", POSTING).not_checked[0].reason
