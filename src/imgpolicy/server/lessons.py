"""Archives of a class that accounts sent and have not learnt yet: in memory, one an account, for forty minutes.

    sent ─► its folders are listed ─► each is looked at ─► (whoever sent it has looked) ─► each is learnt ─► dropped

Workers do each of these; what they say of a folder is kept here alone, and no face is among it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from imgpolicy.phrase import phrase
from imgpolicy.pool import Outcome
from imgpolicy.server.jobs import Job, Verb
from imgpolicy.service.classes import Listed, Preview
from imgpolicy.service.faces import Enrolled
from imgpolicy.service.uploads import Upload

KEPT_SECONDS = 2_400.0
"""How long an archive is kept; what no row names is swept after an hour."""

VERBS = frozenset({Verb.LIST_CLASS, Verb.PREVIEW_FOLDER, Verb.LEARN_FOLDER})
"""What is done to an archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A sub-folder: what would come of it, None while it is looked at, and what came of it once it was to be learnt."""

    folder: str
    preview: Preview | None = None
    chosen: bool = False
    learnt: Enrolled | None = None
    refusal: str = ""

    @property
    def learnable(self) -> bool:
        """Whether there is something in it to be learnt."""
        return self.preview is not None and self.preview.new > 0 and not self.preview.refusals


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """An archive and what is known of it; `rows` is None while its folders are listed, `refusal` says why none are."""

    account: str
    upload: Upload
    until: float
    rows: Mapping[str, Row] | None = None
    passed_over: tuple[str, ...] = ()
    refusal: str = ""
    confirmed: bool = False

    @property
    def busy(self) -> bool:
        """Whether something is still being done to it."""
        if self.refusal:
            return False
        if self.rows is None:
            return True
        return any(
            one.preview is None or (one.chosen and one.learnt is None and not one.refusal) for one in self.rows.values()
        )

    @property
    def done(self) -> bool:
        """Whether nothing is left to be done with the file."""
        return bool(self.refusal) or (self.confirmed and not self.busy)

    def job(self, verb: Verb, *words: str) -> Job:
        """A job on it."""
        return Job(
            account=self.account, batch=self.upload.id, item=self.upload.id, verb=verb, words=(self.upload.file, *words)
        )


@dataclass(slots=True)
class Lessons:
    """The archive of each account. `drop` removes the file of one that is done, replaced, or past its time."""

    drop: Callable[[Upload], None]
    _lessons: dict[str, Lesson] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, account: str) -> Lesson | None:
        """The archive that this account sent last; None when there is none, or it is past its time."""
        self.expire()
        with self._lock:
            return self._lessons.get(account)

    def begin(self, account: str, upload: Upload) -> Job:
        """The first job on an archive that came in, in the place of the account's former one."""
        self.end(account)
        lesson = Lesson(account=account, upload=upload, until=time.monotonic() + KEPT_SECONDS)
        with self._lock:
            self._lessons[account] = lesson
        return lesson.job(Verb.LIST_CLASS)

    def end(self, account: str) -> None:
        """Forget the account's archive."""
        with self._lock:
            former = self._lessons.pop(account, None)
        if former is not None:
            self.drop(former.upload)

    def expire(self) -> None:
        """Forget what is past its time."""
        with self._lock:
            over = [account for account, one in self._lessons.items() if one.until < time.monotonic()]
        for account in over:
            self.end(account)

    def confirm(self, account: str, upload_id: str, also: Collection[str]) -> list[Job]:
        """The jobs that learn every folder about which nothing is to be said, and `also` these, by their names.

        None for an archive that is not this account's last, is being looked at, or was confirmed before.
        """
        with self._lock:
            lesson = self._lessons.get(account)
            if lesson is None or lesson.upload.id != upload_id or lesson.busy or lesson.confirmed or not lesson.rows:
                return []
            rows = {name: replace(one, chosen=_is_chosen(one, also)) for name, one in lesson.rows.items()}
            self._lessons[account] = lesson = replace(lesson, rows=rows, confirmed=any(o.chosen for o in rows.values()))
        found = [one.preview for one in rows.values() if one.chosen and one.preview is not None]
        return [lesson.job(Verb.LEARN_FOLDER, one.folder, one.person or "") for one in found]

    def tell(self, outcome: Outcome[Job]) -> list[Job]:
        """Keep what came of a job; what is to be done next."""
        with self._lock:
            lesson = self._lessons.get(outcome.job.account)
            if lesson is None or lesson.upload.id != outcome.job.item:
                return []
            after, jobs = _told(lesson, outcome)
            self._lessons[outcome.job.account] = after
        if after.done:
            self.drop(after.upload)
        return jobs


def _is_chosen(one: Row, also: Collection[str]) -> bool:
    return one.learnable and one.preview is not None and (not one.preview.close_to or one.folder in also)


def _told(lesson: Lesson, outcome: Outcome[Job]) -> tuple[Lesson, list[Job]]:
    """The archive after a job, and what is to be done to it next."""
    found = outcome.found
    if outcome.job.verb is Verb.LIST_CLASS:
        if not isinstance(found, Listed):
            return replace(lesson, refusal=outcome.reason), []
        rows = {name: Row(folder=name, preview=_nobodys(name, one.refusal)) for name, one in found.owners.items()}
        jobs = [lesson.job(Verb.PREVIEW_FOLDER, name, one.person) for name, one in found.owners.items() if one.person]
        return replace(lesson, rows=rows, passed_over=found.passed_over), jobs
    name, person = outcome.job.words[1:]
    row = (lesson.rows or {})[name]
    if isinstance(found, Preview):
        row = replace(row, preview=found)
    elif isinstance(found, Enrolled):
        row = replace(row, learnt=found)
    elif outcome.job.verb is Verb.LEARN_FOLDER:
        row = replace(row, refusal=outcome.reason)
    else:
        said = outcome.reason or phrase("it could not be looked at")
        row = replace(row, preview=Preview(folder=name, person=person, photographs=0, refusals=(said,)))
    return replace(lesson, rows={**(lesson.rows or {}), name: row}), []


def _nobodys(name: str, refusal: str) -> Preview | None:
    """What is said of a folder that is nobody's; None for one that is to be looked at."""
    return Preview(folder=name, person=None, photographs=0, refusals=(refusal,)) if refusal else None
