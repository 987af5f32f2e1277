"""Archives of a class between being sent and being learnt: one an account, for forty minutes, without any face."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.classes import archive, grace

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.person import Person
from imgpolicy.pool import Outcome
from imgpolicy.server import lessons, worker
from imgpolicy.server.jobs import Job, Verb
from imgpolicy.server.lessons import Lessons
from imgpolicy.service import cards, grants, people, uploads
from imgpolicy.service.classes import Listed, Owner, Preview
from imgpolicy.service.faces import Enrolled
from imgpolicy.service.uploads import Upload
from imgpolicy.service.workspace import Workspace

OWNERS = {"anna": Owner(person="anna"), "bo": Owner(person="bo"), "nobody": Owner(refusal="nobody is called so")}
FOUND = {
    "anna": Preview(folder="anna", person="anna", photographs=2, new=2),
    "bo": Preview(folder="bo", person="bo", photographs=1, new=1, close_to=("anna",)),
}


@pytest.fixture
def dropped() -> list[Upload]:
    return []


@pytest.fixture
def kept(dropped: list[Upload]) -> Lessons:
    return Lessons(dropped.append)


def upload(name: str) -> Upload:
    return Upload(id=f"u-{name}", name=f"{name}.zip", file=f"f-{name}", sha256="")


def shown(kept: Lessons, account: str = "kurt", name: str = "class") -> list[Job]:
    """The jobs on an archive of which every folder was looked at."""
    jobs = [kept.begin(account, upload(name))]
    jobs += kept.tell(Outcome(job=jobs[0], found=Listed(owners=OWNERS, passed_over=())))
    for job in jobs[1:]:
        assert kept.tell(Outcome(job=job, found=FOUND[job.words[1]])) == []
    return jobs


def test_folders_are_listed_looked_at_and_learnt_and_the_file_goes(kept: Lessons, dropped: list[Upload]) -> None:
    jobs = shown(kept)
    assert [job.verb for job in jobs] == [Verb.LIST_CLASS, Verb.PREVIEW_FOLDER, Verb.PREVIEW_FOLDER]
    lesson = kept.of("kurt")
    assert lesson is not None
    assert (lesson.busy, lesson.done, dropped) == (False, False, [])
    further = kept.confirm("kurt", "u-class", {"bo", "nobody", "somebody"})
    assert [job.words for job in further] == [("f-class", "anna", "anna"), ("f-class", "bo", "bo")]
    kept.tell(Outcome(job=further[0], found=Enrolled(stored=2, held=2, close_to=())))
    assert dropped == []
    kept.tell(Outcome(job=further[1], reason="'bo' has no biometric consent"))
    lesson = kept.of("kurt")
    assert lesson is not None
    assert lesson.done
    assert lesson.rows is not None
    assert lesson.rows["bo"].refusal == "'bo' has no biometric consent"
    assert dropped == [upload("class")]


def test_who_looks_like_another_is_learnt_only_where_that_was_said(kept: Lessons) -> None:
    shown(kept)
    assert [job.words[1] for job in kept.confirm("kurt", "u-class", ())] == ["anna"]


def test_what_was_not_shown_is_not_confirmed(kept: Lessons) -> None:
    begun = kept.begin("kurt", upload("class"))
    assert kept.confirm("kurt", "u-class", ()) == []
    kept.tell(Outcome(job=begun, found=Listed(owners=OWNERS, passed_over=())))
    assert kept.confirm("kurt", "u-class", ()) == []
    shown(kept)
    assert kept.confirm("olga", "u-class", ()) == []
    assert kept.confirm("kurt", "u-former", ()) == []
    assert kept.confirm("kurt", "u-class", ())
    assert kept.confirm("kurt", "u-class", ()) == []


def test_another_archive_takes_the_place_of_the_former_whose_jobs_say_nothing_any_more(
    kept: Lessons, dropped: list[Upload]
) -> None:
    (first, *_) = shown(kept)
    kept.begin("kurt", upload("other"))
    assert dropped == [upload("class")]
    assert kept.tell(Outcome(job=first, found=Listed(owners=OWNERS, passed_over=()))) == []
    lesson = kept.of("kurt")
    assert lesson is not None
    assert (lesson.upload.id, lesson.rows) == ("u-other", None)


def test_each_account_has_its_own(kept: Lessons) -> None:
    shown(kept, "kurt", "one")
    shown(kept, "olga", "two")
    kept.end("kurt")
    assert kept.of("kurt") is None
    assert kept.of("olga") is not None


def test_what_is_past_its_time_is_forgotten(
    kept: Lessons, dropped: list[Upload], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lessons, "KEPT_SECONDS", -1.0)
    kept.begin("kurt", upload("class"))
    kept.expire()
    assert dropped == [upload("class")]
    assert kept.of("kurt") is None


def test_a_folder_that_took_the_worker_down_is_one_of_which_nothing_is_learnt(kept: Lessons) -> None:
    begun = kept.begin("kurt", upload("class"))
    first, second = kept.tell(Outcome(job=begun, found=Listed(owners=OWNERS, passed_over=())))
    kept.tell(Outcome(job=first, reason="it took longer than 180 seconds", given_up=True))
    kept.tell(Outcome(job=second, found=FOUND["bo"]))
    lesson = kept.of("kurt")
    assert lesson is not None
    assert lesson.rows is not None
    assert (lesson.busy, lesson.rows["anna"].learnable) == (False, False)
    assert kept.confirm("kurt", "u-class", {"bo"})[0].words[1] == "bo"


def test_an_archive_that_cannot_be_listed_is_done_with(kept: Lessons, dropped: list[Upload]) -> None:
    kept.tell(Outcome(job=kept.begin("kurt", upload("class")), reason="the archive is encrypted"))
    lesson = kept.of("kurt")
    assert lesson is not None
    assert (lesson.refusal, lesson.done, dropped) == ("the archive is encrypted", True, [upload("class")])


@pytest.fixture
def workspace(own_demo: Path) -> Iterator[Workspace]:
    with Workspace.open(own_demo / "imgpolicy.toml") as opened:
        people.add(opened, Person(id="grace", name="Grace Hopper"), adult_by="Kim")
        grants.state_consent(opened, Consent(person="grace", kind=ConsentKind.BIOMETRIC, state=ConsentState.GIVEN))
        yield opened


def test_a_worker_says_what_it_found_and_no_face(workspace: Workspace, own_demo: Path) -> None:
    data = archive({"grace/1.jpg": grace(own_demo / "pictures"), "nobody/1.jpg": b"x"})
    sent = uploads.keep(workspace, "class.zip", data)
    job = Job(account="kurt", batch=sent.id, item=sent.id, verb=Verb.LIST_CLASS, words=(sent.file,))
    listed = worker.DOES[Verb.LIST_CLASS](workspace, job)
    assert isinstance(listed, Listed)
    assert listed.owners["grace"] == Owner(person="grace")
    of_grace = Job(account="kurt", batch="", item=sent.id, words=(sent.file, "grace", "grace"))
    found = worker.DOES[Verb.PREVIEW_FOLDER](workspace, of_grace)
    assert isinstance(found, Preview)
    assert (found.new, found.faces, pickle.loads(pickle.dumps(found))) == (1, {}, found)  # our own
    assert cards.card(workspace, "grace").faces == ()
    assert worker.DOES[Verb.LEARN_FOLDER](workspace, of_grace) == Enrolled(stored=1, held=1, close_to=())
