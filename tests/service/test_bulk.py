"""Many pictures at once: who looks has no hand in what is kept, and what is kept is kept of all or of none."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from tests.service.archive_kills import children, laid_out
from tests.support import asked

from imgpolicy.domain.decision import Release
from imgpolicy.domain.posting import Origin, Posting, Role
from imgpolicy.domain.verdict import Verdict
from imgpolicy.errors import ImgPolicyError, RegisterError, RequestError
from imgpolicy.picture import Picture
from imgpolicy.register.decisions import decisions
from imgpolicy.report import Report
from imgpolicy.service.bulk import Crowd, check_each
from imgpolicy.service.check import Checked, CheckRequest
from imgpolicy.service.workspace import Place, Workspace

GOOD = Posting(channel="facebook", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN)
MANY = 7


def dies(picture: Picture, report: Report) -> str | None:
    """Takes the process down at one picture, as a decoder with a flaw would."""
    if report.picture.name.endswith("00002.png"):
        os.kill(os.getpid(), signal.SIGKILL)
    return picture.format


def crowd(folder: Path, *, jobs: int = 2, also: Sequence[str] = ()) -> Crowd:
    names = [str(file) for file in sorted((folder / "pictures").iterdir())]
    return Crowd(place=Place(policy_file=str(folder / "imgpolicy.toml")), names=[*names, *also], jobs=jobs)


@pytest.fixture
def folder(own_demo: Path) -> Path:
    laid_out(own_demo, MANY)
    return own_demo


def answers(folder: Path, request: CheckRequest, pictures: Crowd) -> list[Checked]:
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        found = {one.index: one.checked for one in check_each(workspace, pictures, request)}
    return [found[index] for index in range(len(pictures.names))]


def said(checked: Sequence[Checked]) -> list[tuple[str, Verdict, list[str]]]:
    return [(one.report.picture.name, one.report.verdict, [f.code for f in one.report.findings]) for one in checked]


@pytest.mark.slow
def test_several_processes_say_of_each_picture_what_one_says(folder: Path) -> None:
    (folder / "pictures" / "00003.png").write_bytes(b"no picture")
    request = CheckRequest(posting=GOOD)
    alone, together = (answers(folder, request, crowd(folder, jobs=jobs)) for jobs in (1, 2))
    assert said(alone) == said(together)
    assert [one.report.readable for one in together] == [number != 3 for number in range(MANY)]


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [1, 2])
def test_each_picture_is_posted_as_its_folder_says_unless_it_is_stated(folder: Path, jobs: int) -> None:
    with (folder / "imgpolicy.toml").open("a", encoding="utf-8") as policy:
        policy.write('\n[profiles.site]\nchannel = "website"\nrole = "employee"\nfolders = ["pictures/site"]\n')
    (folder / "pictures" / "site").mkdir()
    (folder / "pictures" / "site" / "a.png").write_bytes((folder / "pictures" / "00000.png").read_bytes())
    (folder / "pictures" / "site" / "b.png").write_bytes(b"no picture")
    names = [str(folder / "pictures" / name) for name in ("00000.png", "site/a.png", "site/b.png")]
    these = Crowd(place=Place(policy_file=str(folder / "imgpolicy.toml")), names=names, jobs=jobs)

    def posted(posting: Posting, *, by_folder: bool) -> list[tuple[str | None, Role | None]]:
        request = CheckRequest(posting=posting, by_folder=by_folder)
        reports = [one.report for one in answers(folder, request, these)]
        return [(report.posting.channel, report.posting.role) for report in reports]

    nothing, site = Posting(purpose="pr"), ("website", Role.EMPLOYEE)
    assert posted(nothing, by_folder=True) == [(None, None), site, site]
    assert posted(nothing, by_folder=False) == [(None, None)] * 3
    assert posted(Posting(channel="facebook"), by_folder=True) == [
        ("facebook", None),
        *[("facebook", Role.EMPLOYEE)] * 2,
    ]


@pytest.mark.slow
def test_what_is_kept_is_kept_of_all_in_the_order_of_the_pictures(folder: Path) -> None:
    release = Release(by="Anna", reason="ours", second="Berta")
    request = CheckRequest(posting=GOOD, record=True, release=release)
    (folder / "pictures" / "00003.png").write_bytes(b"no picture")
    checked = answers(folder, request, crowd(folder))
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        kept = asked(workspace.register, decisions)
    assert [one.picture for one in kept] == [one.report.picture.sha256 for one in checked]
    assert kept[3].verdict == "review", "nobody releases what could not be read"


@pytest.mark.slow
def test_of_many_none_is_kept_where_one_cannot_be(folder: Path) -> None:
    def refuses(_unit: object, checked: Checked) -> None:
        if checked.report.picture.name.endswith("00006.png"):
            raise RegisterError("no")

    request = CheckRequest(posting=GOOD, record=True, kept=refuses)
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        with pytest.raises(RegisterError):
            list(check_each(workspace, crowd(folder), request))
        assert asked(workspace.register, decisions) == ()


def test_many_pictures_are_not_published_at_one_address(folder: Path) -> None:
    request = CheckRequest(posting=GOOD, url="https://example.org/1")
    with Workspace.open(folder / "imgpolicy.toml") as workspace, pytest.raises(RequestError, match="one address"):
        list(check_each(workspace, crowd(folder), request))


@pytest.mark.slow
def test_a_picture_that_takes_its_process_down_is_not_readable_and_the_others_are(folder: Path) -> None:
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        found = {
            one.index: one.checked for one in check_each(workspace, crowd(folder), CheckRequest(posting=GOOD), see=dies)
        }
    assert [found[index].report.readable for index in range(MANY)] == [number != 2 for number in range(MANY)]
    (finding,) = found[2].report.findings
    assert (finding.code, "no program came through it" in finding.message) == ("X001", True)


@pytest.mark.slow
def test_whoever_stops_leaves_no_worker_and_keeps_nothing(folder: Path) -> None:
    before = set(children(os.getpid()))
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        with closing(check_each(workspace, crowd(folder), CheckRequest(posting=GOOD))) as found:
            next(found)
            assert len(set(children(os.getpid())) - before) >= 2
        assert {one for one in set(children(os.getpid())) - before if is_worker(one)} == set()


@pytest.mark.slow
def test_workers_that_find_another_policy_answer_for_nobody(folder: Path) -> None:
    policy = folder / "imgpolicy.toml"
    with Workspace.open(policy) as workspace:
        assert workspace.policy.ref.name
        policy.write_text(policy.read_text() + "\n# changed\n")
        with pytest.raises(ImgPolicyError, match="policy was changed"):
            list(check_each(workspace, crowd(folder), CheckRequest(posting=GOOD)))


def is_worker(process: int) -> bool:
    """Whether this process works on pictures; the one that multiprocessing keeps for its resources does not."""
    return b"spawn_main" in Path(f"/proc/{process}/cmdline").read_bytes()
