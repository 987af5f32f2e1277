"""An archive is judged once, and after every change as if each picture had been opened again."""

from __future__ import annotations

import contextlib
import io
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from tests.drawn import mark, png
from tests.support import wrote

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.dismissal import Dismissal
from imgpolicy.domain.licence import Licence
from imgpolicy.domain.person import Person
from imgpolicy.domain.posting import Origin, Posting, Role, today
from imgpolicy.domain.scope import ANY, Scope
from imgpolicy.domain.terms import DismissedAs
from imgpolicy.domain.verdict import Verdict
from imgpolicy.domain.work import Work, WorkKind
from imgpolicy.enrol import logo_of, work_picture
from imgpolicy.errors import RegisterError, RequestError
from imgpolicy.facts import Faces
from imgpolicy.match.dismissed import place_of
from imgpolicy.picture import load
from imgpolicy.register.consents import record_consent
from imgpolicy.register.dismissals import dismiss
from imgpolicy.register.erasure import erase_person
from imgpolicy.register.faces import remove_faces
from imgpolicy.register.licences import add_licence
from imgpolicy.register.logos import add_logo
from imgpolicy.register.people import add_person
from imgpolicy.register.sql.database import archive_file
from imgpolicy.register.works import add_work, remove_work
from imgpolicy.register.works import works as all_works
from imgpolicy.service import archive, cards, changed
from imgpolicy.service.audit_work import Audited, AuditRequest, How
from imgpolicy.service.auditing import audit
from imgpolicy.service.auditing_again import audit_again
from imgpolicy.service.workspace import Place, Workspace

POSTING = Posting(channel="facebook", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN)
PRIVATE = replace(POSTING, role=Role.PRIVATE)
EVERYTHING = Scope(channels=frozenset({ANY}), purposes=frozenset({ANY}))

Answers = dict[str, tuple[Verdict | None, tuple[str, ...]]]


def letter() -> bytes:
    page = Image.new("RGB", (900, 300), "white")
    draw = ImageDraw.Draw(page)
    for row, line in enumerate(("CPR 070761-4285", "Eileen Collins")):
        draw.text((40, 40 + 120 * row), line, "black", ImageFont.load_default(56))
    data = io.BytesIO()
    page.save(data, "PNG")
    return data.getvalue()


NAMES = ("portrait.jpg", "poster.jpg", "meadow.jpg", "logo.png")


@pytest.fixture(scope="module")
def laid_out(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a few pictures, none of them judged yet."""
    folder = Path(shutil.copytree(demo, tmp_path_factory.mktemp("archive") / "work"))
    for file in (folder / "pictures").iterdir():
        if file.name not in NAMES:
            file.unlink()
    (folder / "pictures" / "letter.png").write_bytes(letter())
    return folder


@pytest.fixture(scope="module")
def judged_once(laid_out: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after one walk."""
    folder = Path(shutil.copytree(laid_out, tmp_path_factory.mktemp("judged") / "work"))
    with contextlib.chdir(folder), Workspace.open("imgpolicy.toml") as workspace:
        assert {one.how for one in walked(workspace)} == {How.OPENED}
    return folder


@pytest.fixture
def fresh(laid_out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """Nothing is judged yet; the working folder is its own."""
    monkeypatch.chdir(shutil.copytree(laid_out, tmp_path / "work"))
    with Workspace.open("imgpolicy.toml") as opened:
        yield opened


@pytest.fixture
def workspace(judged_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """All is judged once; the working folder is its own."""
    monkeypatch.chdir(shutil.copytree(judged_once, tmp_path / "work"))
    with Workspace.open("imgpolicy.toml") as opened:
        yield opened


ARCHIVE = archive_file(Path("consent_db/register.sqlite"))
PLACE = Place(policy_file="imgpolicy.toml")
REQUEST = AuditRequest(places=("pictures",), posting=POSTING, jobs=1)


def walked(workspace: Workspace, asked: AuditRequest = REQUEST) -> list[Audited]:
    return list(audit(workspace, PLACE, asked))


def again(workspace: Workspace) -> list[Audited]:
    return list(audit_again(workspace, PLACE, REQUEST))


def kept(workspace: Workspace) -> Answers:
    """What the archive says now of each place."""
    with workspace.register.archive.rows() as rows:
        found = rows.places_of(range(1, 1000))
    names = workspace.register.archive
    return {Path(names.name(row)).name: (Verdict(row.verdict), archive.codes_of(names, row.codes)) for row in found}


def checked(workspace: Workspace, posting: Posting = POSTING) -> Answers:
    """What a check of each file says."""
    answers: Answers = {}
    for file in sorted(Path("pictures").iterdir()):
        report = workspace.checker.check(file, posting)
        answers[file.name] = report.verdict, tuple(sorted({finding.code for finding in report.findings}))
    return answers


@pytest.mark.slow
def test_what_was_judged_once_is_not_opened_again(judged_once: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(judged_once)
    with Workspace.open("imgpolicy.toml") as workspace:
        assert kept(workspace) == checked(workspace)
        second = walked(workspace)
        assert {one.how for one in second} == {How.BEFORE}
        assert {Path(one.name).name: (one.verdict, one.codes) for one in second} == kept(workspace)
        assert again(workspace) == []


def _says(kind: ConsentKind, state: ConsentState) -> Callable[[Workspace], None]:
    def change(workspace: Workspace) -> None:
        scope = EVERYTHING if state is ConsentState.GIVEN else Scope()
        said = Consent(person="eileen", kind=kind, state=state, scope=scope)
        wrote(workspace.register, record_consent, said)

    return change


def _no_face(workspace: Workspace) -> None:
    wrote(workspace.register, remove_faces, "eileen")


def _another(workspace: Workspace) -> None:
    wrote(workspace.register, add_person, Person(id="mette", name="Eileen Collins"))


def _licensed(workspace: Workspace) -> None:
    (work, *_rest) = [one for one in _works(workspace) if one.kind is WorkKind.WORK]
    wrote(workspace.register, add_licence, Licence(work=work.id, licensor="Kim", scope=EVERYTHING))


def _no_works(workspace: Workspace) -> None:
    for work in _works(workspace):
        wrote(workspace.register, remove_work, work.id)


def _a_work(workspace: Workspace) -> None:
    wrote(workspace.register, add_work, "Meadow", [work_picture(str(Path("pictures/meadow.jpg")))])


def _a_logo(workspace: Workspace) -> None:
    Path("star.png").write_bytes(png(mark()))
    star = logo_of(str(Path("star.png")))
    kind = WorkKind.COMPETITOR_LOGO
    wrote(workspace.register, add_logo, "Star", [star.fingerprint], [star.artwork], kind=kind)


def _works(workspace: Workspace) -> tuple[Work, ...]:
    with workspace.register.reading() as unit:
        return all_works(unit)


CHANGES: dict[str, tuple[Callable[[Workspace], None], bool]] = {
    "a no": (_says(ConsentKind.PUBLICATION, ConsentState.WITHDRAWN), False),
    "a yes": (_says(ConsentKind.PUBLICATION, ConsentState.GIVEN), False),
    "a no to recognition": (_says(ConsentKind.BIOMETRIC, ConsentState.WITHDRAWN), True),
    "a face removed": (_no_face, True),
    "a person of that name": (_another, True),
    "a licence": (_licensed, False),
    "no works any more": (_no_works, False),
    "a work": (_a_work, True),
    "a logo": (_a_logo, True),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", CHANGES)
def test_judged_again_is_a_full_pass(workspace: Workspace, what: str) -> None:
    change, opens = CHANGES[what]
    change(workspace)
    told = again(workspace)
    assert kept(workspace) == checked(workspace)
    assert any(one.how is How.OPENED for one in told) == opens
    assert again(workspace) == []


@pytest.mark.slow
def test_with_keypoints_a_new_work_opens_nothing(fresh: Workspace) -> None:
    walked(fresh, replace(REQUEST, keypoints=True))
    _a_work(fresh)
    told = again(fresh)
    assert {one.how for one in told} == {How.AGAIN}
    assert kept(fresh) == checked(fresh)


@pytest.mark.slow
def test_a_policy_that_changes_is_held_to_the_archive(workspace: Workspace) -> None:
    file = Path("imgpolicy.toml")
    text = file.read_text()
    assert 'unknown = "no-go"' in text
    file.write_text(text.replace('unknown = "no-go"', 'unknown = "review"'))
    workspace.close()
    with Workspace.open(file) as changed:
        told = again(changed)
        assert {one.how for one in told} == {How.AGAIN}
        assert kept(changed) == checked(changed)


@pytest.mark.slow
def test_who_says_no_is_told_which_pictures_are_no_longer_a_go(workspace: Workspace) -> None:
    _says(ConsentKind.PUBLICATION, ConsentState.WITHDRAWN)(workspace)
    places = archive.concerned(workspace, people=["eileen"])
    fallen = archive.no_longer_go(workspace, places)
    assert [Path(name).name for name in fallen] == ["portrait.jpg"]
    assert kept(workspace)["portrait.jpg"] == (Verdict.NO_GO, ("P102",))
    assert archive.no_longer_go(workspace, archive.concerned(workspace, people=["eileen"])) == []
    (changed,) = (one for one in archive.changes_since(workspace, today()) if one.name.endswith("portrait.jpg"))
    assert (changed.before, changed.after, changed.codes) == (None, Verdict.NO_GO, ("P102",))


@pytest.mark.slow
def test_who_stops_goes_on_where_it_was(fresh: Workspace) -> None:
    stopped = audit(fresh, PLACE, REQUEST)
    first = [next(stopped) for _ in range(2)]
    getattr(stopped, "close")()  # noqa: B009  # a generator's
    rest = walked(fresh)
    assert {one.name for one in rest if one.how is How.BEFORE} >= {one.name for one in first}
    found = archive.counted(fresh, REQUEST.places)
    assert (sum(found.verdicts.values()), found.unreadable) == (len(NAMES) + 1, 0)
    assert sorted(kept(fresh)) == sorted(file.name for file in Path("pictures").iterdir())


@pytest.mark.slow
def test_files_that_change_come_and_go(fresh: Workspace) -> None:
    workspace, pictures = fresh, Path("pictures")
    (pictures / "portrait.jpg").unlink()
    walked(workspace)
    (pictures / "poster.jpg").unlink()
    shutil.copy(pictures / "meadow.jpg", pictures / "a copy.jpg")
    (pictures / "logo.png").write_bytes((pictures / "meadow.jpg").read_bytes())
    (pictures / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0no picture")
    told = {Path(one.name).name: one for one in walked(workspace)}
    assert told["poster.jpg"].trouble
    assert {name for name, one in told.items() if one.how is How.OPENED} == {"a copy.jpg", "logo.png", "broken.jpg"}
    assert told["broken.jpg"].trouble
    assert told["broken.jpg"].codes == archive.UNREADABLE
    answers = kept(workspace)
    assert answers["a copy.jpg"] == answers["logo.png"] == answers["meadow.jpg"]
    assert sorted(answers) == sorted({file.name for file in pictures.iterdir()} - {"broken.jpg"})


@pytest.mark.slow
def test_nothing_that_is_kept_knows_who_was_erased(workspace: Workspace) -> None:
    assert archive.concerned(workspace, people=["eileen"])
    erase_person(workspace.register, "eileen")
    assert archive.concerned(workspace, people=["eileen"]) == []
    again(workspace)
    assert kept(workspace) == checked(workspace)
    with closing(sqlite3.connect(ARCHIVE)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            assert "eileen" not in repr(connection.execute(f"SELECT * FROM {table}").fetchall())
    for file in ARCHIVE.parent.glob(f"{ARCHIVE.name}*"):
        assert b"eileen" not in file.read_bytes()


@pytest.mark.slow
def test_what_was_altered_is_looked_at_again(workspace: Workspace) -> None:
    with closing(sqlite3.connect(ARCHIVE)) as connection, connection:
        connection.execute("UPDATE archive_picture SET facts = X'00' WHERE id % 2 = 0")
        connection.execute("UPDATE archive_picture SET matches = facts WHERE id % 2 = 1")
        connection.execute("UPDATE archive_person SET details = X'00'")
    told = walked(workspace, replace(REQUEST, posting=PRIVATE))
    assert {one.how for one in told} == {How.OPENED}
    _says(ConsentKind.PUBLICATION, ConsentState.WITHDRAWN)(workspace)
    again(workspace)
    assert kept(workspace) == checked(workspace, PRIVATE)


def test_without_an_archive_there_is_nothing_to_judge_again(fresh: Workspace) -> None:
    with pytest.raises(RequestError, match="no archive"):
        again(fresh)
    assert not ARCHIVE.exists()
    assert archive.concerned(fresh, people=["eileen"]) == []


@pytest.mark.slow
def test_a_table_states_the_posting_of_single_pictures(workspace: Workspace) -> None:
    Path("postings.csv").write_text("file,channel,purpose\npictures/portrait.jpg,print,news\n")
    told = {Path(one.name).name: one for one in walked(workspace, replace(REQUEST, table=Path("postings.csv")))}
    stated = replace(POSTING, channel="print", purpose="news")
    (portrait,) = (workspace.checker.check("pictures/portrait.jpg", stated),)
    assert portrait.verdict is not Verdict.GO
    assert told["portrait.jpg"].verdict is portrait.verdict
    assert told["meadow.jpg"].verdict is Verdict.GO
    Path("postings.csv").write_text("file,chanel\npictures/portrait.jpg,print\n")
    with pytest.raises(RequestError, match="chanel"):
        walked(workspace, replace(REQUEST, table=Path("postings.csv")))


@pytest.mark.slow
def test_a_persons_card_has_their_pictures(workspace: Workspace) -> None:
    shown = cards.card(workspace, "eileen").archive
    assert [(one.name, one.verdict) for one in shown] == [
        ("pictures/letter.png", "no-go"),
        ("pictures/portrait.jpg", "go"),
    ]
    assert archive.showing(workspace, "eileen") == shown
    with pytest.raises(RegisterError):
        archive.showing(workspace, "nobody")


@pytest.mark.slow
def test_what_is_said_while_the_archive_is_judged_again_is_not_taken_for_looked_at(workspace: Workspace) -> None:
    begun = changed.start(workspace)
    assert list(changed.may_have_changed(workspace, begun)) == []
    _says(ConsentKind.PUBLICATION, ConsentState.WITHDRAWN)(workspace)
    changed.settle(workspace, begun)
    (batch,) = changed.may_have_changed(workspace, changed.start(workspace))
    names = {Path(workspace.register.archive.name(row)).name for row in batch}
    assert names == {"portrait.jpg", "letter.png"}


@pytest.mark.slow
def test_where_faces_are_only_counted_a_dismissal_concerns_all(judged_once: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(judged_once, tmp_path / "work"))
    file = folder / "imgpolicy.toml"
    file.write_text(file.read_text().replace('mode = "identify"', 'mode = "count"'))
    with contextlib.chdir(folder), Workspace.open("imgpolicy.toml") as workspace:
        again(workspace)
        report = workspace.checker.check("pictures/portrait.jpg", POSTING)
        facts = workspace.checker.look(load(Path("pictures/portrait.jpg").read_bytes(), "portrait.jpg"))
        faces = facts.get(Faces)
        assert isinstance(faces, Faces)
        assert report.verdict is not Verdict.GO
        place = place_of(facts, faces.faces[0])
        said = Dismissal(what=DismissedAs.ARTWORK, place=place, by="Kim", reason="a poster")
        wrote(workspace.register, dismiss, said)
        told = again(workspace)
        assert {Path(one.name).name for one in told} >= {"portrait.jpg"}
        assert kept(workspace) == checked(workspace)
