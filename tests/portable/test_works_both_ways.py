"""A work is recognised by the same, and as well, whichever way it came into the register."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from tests.drawn import page

from imgpolicy.domain.posting import Origin, Posting, Role
from imgpolicy.domain.work import Work, WorkKind
from imgpolicy.service.transfer import export_document, import_register
from imgpolicy.service.works import add_work, import_works, works
from imgpolicy.service.workspace import Workspace

POSTING = Posting(channel="website", role=Role.EMPLOYEE, purpose="news", origin=Origin.OWN)
TITLES = ("Shore", "Wood")
Way = Callable[[Workspace, Path, WorkKind], object]


def by_hand(workspace: Workspace, folder: Path, kind: WorkKind) -> None:
    """`work add`."""
    for title in TITLES:
        add_work(workspace, title, [str(folder / f"{title}.png")], owner="An agency", kind=kind)


def table(folder: Path, kind: WorkKind) -> Path:
    """A table of works that names the pictures."""
    file = folder / "works.csv"
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(("kind", "title", "owner", "file"))
        writer.writerows((kind.value, title, "An agency", f"{title}.png") for title in TITLES)
    return file


def by_table(workspace: Workspace, folder: Path, kind: WorkKind) -> None:
    """`register import works.csv`."""
    assert import_register(workspace, table(folder, kind)).problems == ()


def by_list(workspace: Workspace, folder: Path, kind: WorkKind) -> None:
    """`work import works.csv`."""
    assert import_works(workspace, table(folder, kind)).problems == ()


def by_export(workspace: Workspace, folder: Path, kind: WorkKind) -> None:
    """`register import all.json`, of a register to which they were added by hand."""
    other = Path(shutil.copytree(folder, folder.parent / "other"))
    document = folder / "all.json"
    with Workspace.open(other / "imgpolicy.toml") as from_here:
        by_hand(from_here, folder, kind)
        document.write_bytes(export_document(from_here))
    assert import_register(workspace, document).problems == ()


def learnt(folder: Path, way: Way, kind: WorkKind) -> tuple[list[Work], list[tuple[str, str]]]:
    """The works that are on record, and what is said of a part of one of them."""
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        way(workspace, folder, kind)
        kept = [known.work for known in works(workspace)]
        report = workspace.checker.check(folder / "part.png", POSTING)
    return kept, [(finding.code, finding.verdict.word) for finding in report.findings]


@pytest.mark.slow
@pytest.mark.parametrize("kind", [WorkKind.RESTRICTED, WorkKind.WORK])
def test_a_work_is_the_same_whichever_way_it_came(tmp_path: Path, kind: WorkKind) -> None:
    from imgpolicy.service.scaffold import make_folder

    made = tmp_path / "made"
    make_folder(made)
    for seed, title in enumerate(TITLES):
        Image.fromarray(page(seed=seed)).save(made / f"{title}.png")
    Image.open(made / "Shore.png").crop((200, 100, 700, 500)).save(made / "part.png")
    found = {}
    for way in (by_hand, by_table, by_list, by_export):
        folder = tmp_path / way.__name__ / "work"
        shutil.copytree(made, folder)
        found[way.__name__] = learnt(folder, way, kind)
    kept, said = found["by_hand"]
    assert [known.features is not None for work in kept for known in work.fingerprints] == [True, True]
    assert ("S101" if kind is WorkKind.RESTRICTED else "C101") in {code for code, _ in said}
    assert all(other == (kept, said) for other in found.values())
