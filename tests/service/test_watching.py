"""A watched folder: what lies still in it is judged and goes where the answer says, with its report."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.service.desk_kills import only_the_file_is_looked_at
from tests.service.watch_kills import FOLDERS, POSTING, Watched, drop

from imgpolicy.domain.posting import Origin, Posting, Role
from imgpolicy.errors import ImgPolicyError, RequestError
from imgpolicy.language import LanguageCode, language
from imgpolicy.service import watching
from imgpolicy.service.check import check_pictures
from imgpolicy.service.watching import ORIGINALS, THERE, Left, Taken, Watch, WatchRequest, open_watch
from imgpolicy.service.workspace import Workspace

FACEBOOK = Posting(channel="facebook", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN)


@pytest.fixture
def work(own_demo: Path) -> Path:
    """The demonstration's folder with the folders of a watch, and a policy that asks for little."""
    only_the_file_is_looked_at(own_demo)
    Watched(own_demo).make()
    return own_demo


@pytest.fixture
def workspace(work: Path) -> Iterator[Workspace]:
    with Workspace.open(work / "imgpolicy.toml") as opened:
        yield opened


@pytest.fixture
def request_(work: Path) -> WatchRequest:
    inbox, out, quarantine, review = (work / name for name in FOLDERS)
    return WatchRequest(
        inbox=inbox, out=out, quarantine=quarantine, review=review, posting=FACEBOOK, form="json", still=0
    )


def put(work: Path, sample: str, name: str | None = None) -> Path:
    return Path(shutil.copyfile(work / "pictures" / sample, work / "in" / (name or sample)))


def looked(watch: Watch) -> list[Taken | Left]:
    return list(watch.look())


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {THERE, ORIGINALS}


def test_each_picture_goes_where_its_answer_says_with_its_report(
    work: Path, workspace: Workspace, request_: WatchRequest
) -> None:
    put(work, "meadow.jpg")
    put(work, "with_location.jpg")
    (work / "in" / "letter.jpg").write_bytes(b"%PDF-1.4\n")
    with open_watch(workspace, request_) as watch:
        found = looked(watch)
    assert [(one.name, one.place.parent.name) for one in found if isinstance(one, Taken)] == [
        ("letter.jpg", "quarantine"),
        ("meadow.jpg", "out"),
        ("with_location.jpg", "quarantine"),
    ]
    assert names(work / "in") == set()
    assert names(work / "out") == {"meadow.jpg", "meadow.jpg.json"}
    assert names(work / "quarantine") == {
        *("letter.jpg", "letter.jpg.json"),
        *("with_location.jpg", "with_location.jpg.json"),
    }
    assert (work / "out" / "meadow.jpg").read_bytes() == (work / "pictures" / "meadow.jpg").read_bytes()
    (said,) = json.loads((work / "quarantine" / "with_location.jpg.json").read_text())["reports"]
    assert (said["picture"]["name"], said["findings"][0]["code"]) == ("with_location.jpg", "M101")


def test_what_somebody_has_to_look_at_goes_to_review_or_else_to_the_quarantine(
    work: Path, request_: WatchRequest
) -> None:
    policy = work / "imgpolicy.toml"
    policy.write_text(policy.read_text().replace('M101 = "no-go"', 'M101 = "review"'))
    for review in (request_.review, None):
        put(work, "with_location.jpg")
        with (
            Workspace.open(policy) as workspace,
            open_watch(workspace, replace(request_, review=review)) as watch,
        ):
            looked(watch)
    found = {"with_location.jpg", "with_location.jpg.json"}
    assert [names(work / name) for name in FOLDERS] == [set(), set(), found, found]


def test_a_clean_copy_goes_on_and_the_original_is_kept(
    work: Path, workspace: Workspace, request_: WatchRequest
) -> None:
    put(work, "with_location.jpg")
    put(work, "meadow.jpg")
    with open_watch(workspace, replace(request_, cleans=True)) as watch:
        assert all(isinstance(one, Taken) for one in looked(watch))
    sample, copy = work / "pictures" / "with_location.jpg", work / "out" / "with_location.jpg"
    assert names(work / "out") == {
        f"{name}{end}" for name in ("meadow.jpg", "with_location.jpg") for end in ("", ".json")
    }
    assert copy.read_bytes() != sample.read_bytes()
    assert (work / "quarantine" / ORIGINALS / "with_location.jpg").read_bytes() == sample.read_bytes()
    assert names(work / "quarantine" / ORIGINALS) == {"with_location.jpg"}
    (said,) = json.loads((work / "out" / "with_location.jpg.json").read_text())["reports"]
    assert said["changes"]


def test_the_report_is_in_the_readers_form_and_language(
    work: Path, workspace: Workspace, request_: WatchRequest
) -> None:
    put(work, "meadow.jpg")
    danish = replace(request_, form="html", language=language(LanguageCode.DANISH))
    with open_watch(workspace, danish) as watch:
        looked(watch)
    assert 'lang="da"' in (work / "out" / "meadow.jpg.html").read_text()


def test_nobody_beyond_the_group_reads_a_report(work: Path, workspace: Workspace, request_: WatchRequest) -> None:
    put(work, "meadow.jpg").chmod(0o644)
    with open_watch(workspace, request_) as watch:
        looked(watch)
    bits = [(work / "out" / name).stat().st_mode & 0o777 for name in ("meadow.jpg", "meadow.jpg.json")]
    assert bits == [0o644, 0o640]


def test_a_file_is_not_read_while_it_changes(work: Path, workspace: Workspace, request_: WatchRequest) -> None:
    whole = (work / "pictures" / "meadow.jpg").read_bytes()
    growing = work / "in" / "meadow.jpg"
    with open_watch(workspace, replace(request_, still=0.3)) as watch:
        for part in range(1, 5):
            growing.write_bytes(whole[: len(whole) * part // 4])
            assert looked(watch) == []
            time.sleep(0.1)
        assert watch.waits
        time.sleep(0.4)
        (taken,) = looked(watch)
    assert isinstance(taken, Taken)
    assert taken.place.read_bytes() == whole


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who has a file open")
def test_a_file_that_somebody_has_open_for_writing_waits(
    work: Path, workspace: Workspace, request_: WatchRequest
) -> None:
    picture = put(work, "meadow.jpg")
    with open_watch(workspace, request_) as watch:
        with picture.open("ab"):
            assert looked(watch) == []
        (taken,) = looked(watch)
    assert isinstance(taken, Taken)


def test_a_file_that_changes_while_it_is_judged_is_judged_again(
    work: Path, workspace: Workspace, request_: WatchRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = put(work, "meadow.jpg")

    def changes(*given: object, **named: object) -> object:
        found = check_pictures(*given, **named)  # type: ignore[arg-type]
        shutil.copyfile(work / "pictures" / "with_location.jpg", picture)
        return found

    with open_watch(workspace, request_) as watch:
        with monkeypatch.context() as patched:
            patched.setattr("imgpolicy.service.watching.check_pictures", changes)
            assert looked(watch) == []
        (taken,) = looked(watch)
    assert isinstance(taken, Taken)
    assert taken.place == work / "quarantine" / "meadow.jpg"
    assert names(work / "out") == set()


def test_the_same_name_and_the_same_content_take_nothings_place(
    work: Path, workspace: Workspace, request_: WatchRequest
) -> None:
    with open_watch(workspace, request_) as watch:
        for sample, name in (
            ("meadow.jpg", "a.jpg"),
            ("logo.png", "a.jpg"),
            ("meadow.jpg", "a.jpg"),
            ("logo.png", "b"),
        ):
            put(work, sample, name)
            looked(watch)
    pictures = {"a.jpg": "meadow.jpg", "a-2.jpg": "logo.png", "a-3.jpg": "meadow.jpg", "b": "logo.png"}
    assert names(work / "out") == {f"{name}{end}" for name in pictures for end in ("", ".json")}
    for name, sample in pictures.items():
        assert (work / "out" / name).read_bytes() == (work / "pictures" / sample).read_bytes()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_what_is_no_plain_file_or_not_whole_stays(work: Path, workspace: Workspace, request_: WatchRequest) -> None:
    (work / "in" / "folder.jpg").mkdir()
    (work / "in" / "link.jpg").symlink_to(work / "imgpolicy.key")
    os.mkfifo(work / "in" / "pipe.jpg")
    for name in (".hidden.jpg", "meadow.jpg.part", "meadow.jpg.crdownload"):
        put(work, "meadow.jpg", name)
    before = names(work / "in")
    with open_watch(workspace, request_) as watch:
        assert looked(watch) == []
        assert not watch.waits
    assert names(work / "in") == before


def test_a_name_that_is_no_text_goes_its_way(work: Path, workspace: Workspace, request_: WatchRequest) -> None:
    odd = [os.fsdecode(b"\xff\xfe\n.jpg"), "x" * 251 + ".jpg"]
    for name in odd:
        put(work, "meadow.jpg", name)
    with open_watch(workspace, request_) as watch:
        assert len([one for one in looked(watch) if isinstance(one, Taken)]) == 2
    assert names(work / "in") == set()
    assert len(names(work / "out")) == 4
    assert odd[0] in names(work / "out")


def test_a_full_disk_loses_nothing(work: Path, workspace: Workspace, request_: WatchRequest) -> None:
    """Of OUT, which is a file system of its own with room for a part of the picture."""
    out = work / "small"
    out.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "none", out], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"a file system cannot be mounted here: {mounted.stderr.strip()}")
    try:
        put(work, "meadow.jpg")
        with open_watch(workspace, replace(request_, out=out)) as watch:
            assert looked(watch) == [Left(name="meadow.jpg", reason="No space left on device")]
            assert (names(out), names(work / "in")) == (set(), {"meadow.jpg"})
            assert not watch.waits
            subprocess.run(["mount", "-o", "remount,size=1m", out], check=True)
        with open_watch(workspace, replace(request_, out=out)) as watch:
            assert isinstance(looked(watch)[0], Taken)
        assert names(out) == {"meadow.jpg", "meadow.jpg.json"}
    finally:
        subprocess.run(["umount", out], check=True)


def test_a_file_that_may_not_be_that_large_is_left(work: Path) -> None:
    """As on a full disk, where nothing can be mounted."""
    put(work, "meadow.jpg")
    script = (
        "import resource, signal, sys; from imgpolicy.cli.main import run\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))\n"
        "sys.exit(run(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", script, *Watched(work).command[3:]]
    ran = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (4, "")
    assert ran.stderr.splitlines() == ["imgpolicy: meadow.jpg stays: File too large"]
    assert (names(work / "out"), names(work / "in")) == (set(), {"meadow.jpg"})


@pytest.mark.parametrize("gone", FOLDERS)
def test_nothing_is_done_while_a_share_is_gone(
    work: Path, workspace: Workspace, request_: WatchRequest, gone: str
) -> None:
    put(work, "meadow.jpg")
    with open_watch(workspace, request_) as watch:
        away = (work / gone).rename(work / "away")
        (work / gone).mkdir()  # what a share leaves behind
        (left,) = looked(watch)
        assert isinstance(left, Left)
        assert str(work / gone) in left.reason
        assert names(work / gone) == set()
        (work / gone).rmdir()
        away.rename(work / gone)
        assert isinstance(looked(watch)[0], Taken)


@pytest.mark.parametrize("gone", FOLDERS)
def test_a_folder_whose_share_is_gone_is_not_watched_anew(
    work: Path, workspace: Workspace, request_: WatchRequest, gone: str
) -> None:
    open_watch(workspace, request_).close()
    (work / gone / THERE).unlink()
    with pytest.raises(ImgPolicyError, match="not the folder that was watched before"):
        open_watch(workspace, request_)


def test_whoever_was_killed_while_the_folders_were_marked_goes_on_with_it(
    work: Path, workspace: Workspace, request_: WatchRequest
) -> None:
    (work / "quarantine" / f"{THERE}-first").touch()
    (work / "in" / THERE).touch()
    open_watch(workspace, request_).close()
    assert all((work / name / THERE).exists() for name in FOLDERS)
    assert names(work / "quarantine") == set()


def test_two_do_not_watch_with_one_quarantine(work: Path, workspace: Workspace, request_: WatchRequest) -> None:
    with open_watch(workspace, request_), pytest.raises(ImgPolicyError, match="somebody watches with it already"):
        open_watch(workspace, request_)
    open_watch(workspace, request_).close()
    assert work.is_dir()


def test_the_folder_of_the_policy_is_not_watched(work: Path, workspace: Workspace, request_: WatchRequest) -> None:
    for inbox in (work, work / "consent_db"):
        with pytest.raises(RequestError, match="is in IN"):
            open_watch(workspace, replace(request_, inbox=inbox))


def test_a_picture_that_ends_the_program_each_time_is_given_up(
    work: Path, workspace: Workspace, request_: WatchRequest
) -> None:
    put(work, "meadow.jpg")
    script = (
        "import os, sys; from imgpolicy.service import watching; from imgpolicy.cli.main import run\n"
        "watching.check_pictures = lambda *_, **__: os._exit(11)\nrun(sys.argv[1:])"
    )
    command = [sys.executable, "-c", script, *Watched(work).command[3:]]
    for _ in range(watching.MOST_TRIES):
        assert subprocess.run(command, cwd=work, check=False).returncode == 11
    with open_watch(workspace, request_) as watch:
        (taken,) = looked(watch)
    assert isinstance(taken, Taken)
    assert taken.place == work / "quarantine" / "meadow.jpg"
    assert [finding.code for finding in taken.report.findings] == ["X001"]


@pytest.mark.slow
def test_killed_again_and_again_each_picture_ends_in_one_folder_with_its_report(work: Path) -> None:
    watched, chance = Watched(work), random.Random(3)
    samples = sorted((work / "pictures").glob("*.jpg"))
    dropped = drop(work / "in", samples, 60, side=160)
    assert all(watched.killed_after(chance.randrange(1, 10)) for _ in range(5))
    watched.to_the_end()
    found = watched.places(dropped)
    assert sum(found.values()) == 60
    assert {"out", "quarantine"} <= found.keys()


@pytest.mark.slow
def test_ctrl_c_ends_it_in_one_line(work: Path) -> None:
    put(work, "meadow.jpg")
    words = [word for word in Watched(work).command if word != "--once"]
    with subprocess.Popen(words, cwd=work, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as watch:
        assert watch.stdout is not None
        assert watch.stdout.readline() == f"meadow.jpg: go: {work / 'out' / 'meadow.jpg'}\n"
        watch.send_signal(signal.SIGINT)
        out, err = watch.communicate()
    assert (watch.returncode, out, err) == (130, "", "imgpolicy: stopped\n")


def test_the_unit_of_systemd_is_one(work: Path) -> None:
    """By systemd's own word, where it is there."""
    unit = Path(__file__).parent.parent.parent / "examples" / "watch" / "imgpolicy-watch.service"
    words = next(line for line in unit.read_text().splitlines() if line.startswith("ExecStart=")).split()
    assert words[1] == "watch"
    assert set(POSTING[::2]) <= {*words}
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("systemd is not here")
    known = work / unit.name
    known.write_text(unit.read_text().replace(words[0], f"ExecStart={sys.executable}"))
    ran = subprocess.run([verify, "verify", "--man=no", known], capture_output=True, text=True, check=False)
    assert unit.name not in ran.stderr
