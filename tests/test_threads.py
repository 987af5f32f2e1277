"""One checker serves many threads: equal answers while the register changes, each by one state of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support import wrote

from imgpolicy import Checker, Report
from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.posting import Origin, Posting, Role, today
from imgpolicy.domain.scope import ANY, Scope
from imgpolicy.errors import PictureError, RegisterError
from imgpolicy.picture import load
from imgpolicy.register.consents import record_consent
from imgpolicy.register.register import Register
from imgpolicy.register.sql.database import Database

THREADS = 6
PICTURES = ("portrait.jpg", "two_people.jpg", "poster.jpg", "logo.png", "meadow.jpg", "with_location.jpg")
POSTING = Posting(channel="facebook", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN)


@pytest.fixture
def checker(own_demo: Path) -> Iterator[Checker]:
    with Checker.from_file(own_demo / "imgpolicy.toml") as opened:
        yield opened


def plain(report: Report) -> Report:
    """The report without when it was made."""
    return replace(report, made_at=report.made_at.min)


def no() -> Consent:
    return Consent(person="eileen", kind=ConsentKind.PUBLICATION, state=ConsentState.WITHDRAWN)


def yes() -> Consent:
    words = frozenset({ANY})
    scope = Scope(channels=words, purposes=words)
    return Consent(person="eileen", kind=ConsentKind.PUBLICATION, state=ConsentState.GIVEN, scope=scope)


@pytest.mark.slow
def test_many_threads_get_the_answers_that_one_gets(checker: Checker, own_demo: Path) -> None:
    files = [own_demo / "pictures" / name for name in PICTURES]
    alone = [plain(checker.check(file, POSTING)) for file in files]
    with ThreadPoolExecutor(THREADS) as pool:
        together = list(pool.map(lambda file: plain(checker.check(file, POSTING)), files * 3))
    assert together == alone * 3


@pytest.mark.slow
def test_each_answer_is_that_of_one_state_of_a_register_that_changes(checker: Checker, own_demo: Path) -> None:
    """A writer takes Eileen's consent back and gives it again; each report fits the head that it names."""
    facts = checker.look(load((own_demo / "pictures" / "portrait.jpg").read_bytes(), "portrait.jpg"))
    register, posting = checker.register, replace(POSTING, on=today())
    covered = {register.head(): True}
    done, judged = threading.Event(), threading.Event()

    def write() -> None:
        with Register.open(f"sqlite:///{own_demo / 'consent_db' / 'register.sqlite'}", key_of(own_demo)) as other:
            for number in range(24):
                with other.writing() as unit:
                    record_consent(unit, yes() if number % 2 else no())
                    covered[unit.head()] = bool(number % 2)
                # However slow the machine is, somebody was judged while, or after, this was written.
                judged.clear()
                judged.wait(10)
        done.set()

    def judge(_: int) -> list[Report]:
        found = []
        while not done.is_set():
            found.append(checker.judge(facts, posting))
            judged.set()
        return found

    writer = threading.Thread(target=write)
    with ThreadPoolExecutor(THREADS) as pool:
        writer.start()
        reports = [report for found in pool.map(judge, range(THREADS)) for report in found]
    writer.join()
    assert len({report.register_head for report in reports}) > 1
    for report in reports:
        codes = {finding.code for finding in report.findings}
        assert ("P102" not in codes) is covered[report.register_head or ""]
    assert "P102" not in {finding.code for finding in checker.judge(facts, posting).findings}


def key_of(folder: Path) -> bytes:
    from imgpolicy.register.vault import read_key_file

    return read_key_file(folder / "imgpolicy.key")


@pytest.mark.slow
def test_all_that_a_judgement_needs_is_read_in_one_transaction(
    checker: Checker, own_demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Besides it only the head is asked for once more, to hear of whoever took a consent back meanwhile."""
    facts = checker.look(load((own_demo / "pictures" / "two_people.jpg").read_bytes(), "two_people.jpg"))
    wrote(checker.register, record_consent, yes())
    begun: list[str] = []
    real = Database._begin

    @contextmanager
    def counted(self: Database, mode: str) -> Iterator[object]:
        begun.append(mode)
        with real(self, mode) as connection:
            yield connection

    monkeypatch.setattr(Database, "_begin", counted)
    checker.judge(facts, POSTING)
    assert begun == ["DEFERRED", "DEFERRED"]


def test_a_closed_checker_refuses(own_demo: Path) -> None:
    with Checker.from_file(own_demo / "imgpolicy.toml") as checker:
        picture = load((own_demo / "pictures" / "meadow.jpg").read_bytes(), "meadow.jpg")
        facts = checker.look(picture)
    for refused in (
        lambda: checker.check(picture),
        lambda: checker.look(picture),
        lambda: checker.judge(facts),
        lambda: checker.unreadable("it", PictureError("it cannot be read")),
    ):
        with pytest.raises(RegisterError, match="closed"):
            refused()
    checker.close()
