"""Of pictures in which the same was found one is judged, and the archive says what it would say of each by itself."""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
from PIL import Image
from tests.service.test_archive import ARCHIVE, PLACE, REQUEST

from imgpolicy.domain.verdict import Finding, Verdict
from imgpolicy.facts import Metadata
from imgpolicy.policy import read_policy
from imgpolicy.register.archive import Kept
from imgpolicy.register.sql.archive import PlaceRow
from imgpolicy.rules import Case, Rule
from imgpolicy.service import archive
from imgpolicy.service.alike import judges_alike
from imgpolicy.service.audit_work import How
from imgpolicy.service.auditing import audit
from imgpolicy.service.auditing_again import audit_again
from imgpolicy.service.workspace import Workspace

LOCATED = ("located0.jpg", "located1.jpg", "located2.jpg", "located3.jpg")
PLAIN = ("plain0.jpg", "plain1.jpg", "plain2.jpg")

Said = tuple[int, int, int, object]


def drawn(seed: int) -> Image.Image:
    """A slope of two colours that no other seed has; nothing can be found in it."""
    ends = Image.new("RGB", (2, 1))
    ends.putdata([(40 + 37 * seed % 180, 90, 200 - 29 * seed % 150), (10 * seed, 220 - 20 * seed, 60)])
    return ends.resize((400, 300), Image.Resampling.BILINEAR)


def located() -> Image.Exif:
    """What a camera says of where it was."""
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (55.0, 40.0, 0.0), 3: "E", 4: (12.0, 30.0, 0.0)})
    return exif


@pytest.fixture(scope="module")
def judged_once(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four pictures with a place, three without, and one of somebody, judged once."""
    folder = Path(shutil.copytree(demo, tmp_path_factory.mktemp("alike") / "work"))
    pictures = folder / "pictures"
    for file in pictures.iterdir():
        if file.name != "portrait.jpg":
            file.unlink()
    for number, name in enumerate((*LOCATED, *PLAIN)):
        drawn(number).save(pictures / name, quality=90, exif=located() if name in LOCATED else Image.Exif())
    with contextlib.chdir(folder), Workspace.open("imgpolicy.toml") as workspace:
        assert {one.how for one in audit(workspace, PLACE, REQUEST)} == {How.OPENED}
    return folder


@pytest.fixture
def folder(judged_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = Path(shutil.copytree(judged_once, tmp_path / "work"))
    monkeypatch.chdir(copy)
    return copy


@pytest.fixture
def told(folder: Path) -> Told:
    return Told((folder / "imgpolicy.toml").read_text())


class Told:
    """What is told of the archive by one policy after the other."""

    def __init__(self, policy: str) -> None:
        self.policy = policy

    def by(
        self, *, whole: bool = True, tables: str = "", channel: str = 'facebook = "public"', **rules: str
    ) -> list[str]:
        """The names of the pictures that were judged again by the policy with these; each then has its own answer.

        Where `whole`, something is kept of each picture to judge it by.
        """
        text = self.policy.replace("[rules]\n", f"{tables}\n[rules]\n").replace('facebook = "public"', channel)
        for code, severity in rules.items():
            text, count = re.subn(rf'^{code} = "[a-z-]+"', f'{code} = "{severity}"', text, flags=re.MULTILINE)
            assert count == 1
        Path("imgpolicy.toml").write_text(text)
        with Workspace.open("imgpolicy.toml") as workspace:
            names = [Path(one.name).name for one in audit_again(workspace, PLACE, REQUEST)]
            answers, one_by_one = said(workspace), said_one_by_one(workspace)
            assert answers.items() >= one_by_one.items()
            assert not whole or answers.keys() == one_by_one.keys()
            assert list(audit_again(workspace, PLACE, REQUEST)) == []
        return sorted(names)


def every_place(workspace: Workspace) -> list[PlaceRow]:
    with workspace.register.archive.rows() as rows:
        return rows.places_of(range(1, 100))


def said(workspace: Workspace) -> dict[str, Said]:
    return {workspace.register.archive.name(row): answer(row) for row in every_place(workspace)}


def said_one_by_one(workspace: Workspace) -> dict[str, Said]:
    """A full pass: each picture judged by what is kept of it."""
    return {one.name: answer(one.row) for one in archive.judge_places(workspace, every_place(workspace)) if one.holds}


def answer(row: PlaceRow) -> Said:
    return row.verdict, row.codes, row.judged, row.until


def waivers(*names: str) -> str:
    files = [Path("pictures", name).read_bytes() for name in names]
    return "".join(
        f'[[waivers]]\npicture = "{hashlib.sha256(file).hexdigest()}"\ncode = "M101"\nby = "Anna"\nreason = "seen"\n'
        "until = 2099-12-31\n"
        for file in files
    )


@pytest.mark.slow
def test_the_first_of_each_kind_is_judged_and_the_others_only_where_its_answer_is_another(told: Told) -> None:
    one_of_each = sorted(("portrait.jpg", first(LOCATED), first(PLAIN)))
    assert told.by(L101="review") == one_of_each
    assert told.by(M101="review") == sorted((*LOCATED, "portrait.jpg", first(PLAIN)))
    assert told.by(M101="off") == sorted((*LOCATED, "portrait.jpg", first(PLAIN)))
    assert len(told.by(M101="off", L101="review")) == 3


def first(names: Sequence[str]) -> str:
    """The one of these that is judged first: places come in the order of their keyed digests."""
    with Workspace.open("imgpolicy.toml") as workspace:
        store = workspace.register.archive
        return min(names, key=lambda name: store.place_id(f"pictures/{name}"))


@pytest.mark.slow
def test_what_is_waived_in_a_picture_says_nothing_of_those_that_are_like_it(told: Told) -> None:
    for waived in (LOCATED[:1], LOCATED[:2], LOCATED[1:2], LOCATED, LOCATED[2:], ()):
        told.by(tables=waivers(*waived))
        with Workspace.open("imgpolicy.toml") as workspace:
            verdicts = {Path(name).name: one[0] for name, one in said(workspace).items()}
        assert {name for name in LOCATED if verdicts[name] == Verdict.GO} == set(waived)


@pytest.mark.slow
def test_where_a_channel_asks_for_new_pictures_each_is_judged(told: Told) -> None:
    every = told.by(channel='facebook = { audience = "public", fresh_days = 30 }')
    assert every == sorted((*LOCATED, *PLAIN, "portrait.jpg"))


@pytest.mark.slow
def test_when_another_version_looks_each_is_opened(told: Told) -> None:
    with Workspace.open("imgpolicy.toml") as workspace:
        archive.keep(workspace, [(row, by_an_earlier_version(workspace, row)) for row in every_place(workspace)])
    assert told.by(L101="review") == sorted((*LOCATED, *PLAIN, "portrait.jpg"))


def by_an_earlier_version(workspace: Workspace, place: PlaceRow) -> Kept:
    """What would be kept of the picture if an earlier version had read its metadata, and found the same."""
    with workspace.register.archive.rows() as rows:
        (row,) = rows.pictures([place.picture or 0]).values()
    (picture,) = archive.opened_pictures(workspace, [row]).values()
    facts = picture.facts
    earlier = replace(facts, sources={**facts.sources, Metadata: replace(facts.sources[Metadata], version="0")})
    return archive.kept_of(workspace, replace(picture, facts=earlier), keypoints=False)


@pytest.mark.slow
def test_the_answer_of_one_that_had_to_be_opened_holds_for_those_that_are_still_like_it(told: Told) -> None:
    with closing(sqlite3.connect(ARCHIVE)) as connection, connection:
        connection.execute("UPDATE archive_picture SET facts = X'00'")
    assert set(told.by(whole=False, L101="review")) >= {"portrait.jpg", first(LOCATED), first(PLAIN)}


class _OfTheName(Rule):
    """A rule of somebody else's, that judges by the file's name."""

    code: ClassVar[str] = "Z901"
    title: ClassVar[str] = "A name"
    default: ClassVar[Verdict] = Verdict.REVIEW

    def judge(self, case: Case) -> Iterator[Finding]:
        if case.picture.name.startswith("z"):
            yield self.finding("z")


def test_a_rule_of_somebody_elses_may_judge_by_anything(demo: Path) -> None:
    policy = read_policy(demo / "imgpolicy.toml")
    assert judges_alike(policy)
    assert not judges_alike(replace(policy, rules=(*policy.rules, _OfTheName())))
