"""What worker processes are asked to do, and in which order: whoever asks for much does not keep others waiting."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict, deque
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count


class Verb(StrEnum):
    """What can be done to a picture, or an archive of pictures, that takes more than a moment."""

    JUDGE = "judge"
    CLEAN = "clean"
    DISMISS = "dismiss"
    POST = "post"
    RENEW = "renew"
    ENROL = "enrol"
    PORTRAY = "portray"
    LEARN = "learn"
    GROUP = "group"
    LIST_CLASS = "list-class"
    PREVIEW_FOLDER = "preview-folder"
    LEARN_FOLDER = "learn-folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One thing to do to one picture or upload, for the account that asked; it is empty for whoever is not signed in.

    `words` are what the verb needs to know. `data` is a photograph that came along with an answer: it is on no disk.
    """

    account: str
    batch: str
    item: str
    verb: Verb = Verb.JUDGE
    words: tuple[str, ...] = ()
    data: bytes = field(default=b"", repr=False)


class Jobs:
    """Jobs that wait. The accounts take turns; of one account what somebody waits for at the page goes first."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: OrderedDict[str, deque[Job]] = OrderedDict()
        self._closed = False

    def put(self, job: Job, *, first: bool = False) -> bool:
        """Let a job wait, before the account's others with `first`; False when it waits already."""
        with self._changed:
            line = self._waiting.setdefault(job.account, deque())
            if job in line:
                return False
            if first:
                line.appendleft(job)
            else:
                line.append(job)
            self._changed.notify()
            return True

    def take(self) -> Job | None:
        """The next job; waits for one, and is None once no more are to be done."""
        with self._changed:
            while not self._waiting and not self._closed:
                self._changed.wait()
            if self._closed:
                return None
            account, line = self._waiting.popitem(last=False)
            job = line.popleft()
            if line:
                self._waiting[account] = line
            return job

    def of(self, account: str) -> int:
        """How many jobs of an account wait."""
        with self._changed:
            return len(self._waiting.get(account, ()))

    def close(self) -> None:
        """Hand out no more jobs."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()


class Progress:
    """What is being done, and what came of it: pages that show a batch read it here to know when to look again."""

    def __init__(self, most: int = 10_000) -> None:
        self._lock = threading.Lock()
        self._numbers: dict[str, int] = {}
        self._next = count(1)
        self._jobs: Counter[str] = Counter()
        self._busy: Counter[str] = Counter()
        self._refusals: dict[str, str] = {}
        self._made: dict[str, bytes] = {}
        self._most = most

    def of(self, batch: str) -> int:
        """A number that is another one whenever something changed in this batch."""
        return self._numbers.get(batch, 0)

    def is_busy(self, item: str) -> bool:
        """Whether somebody waits for what is being done to this picture; that it is judged again keeps nobody."""
        return self._busy[item] > 0

    def has_job(self, item: str) -> bool:
        """Whether any job on this picture waits or is being done."""
        return self._jobs[item] > 0

    def refusal(self, item: str) -> str:
        """Why the last job on this picture was refused; empty when it was not."""
        return self._refusals.get(item, "")

    def made(self, item: str) -> bytes:
        """What the last job on this picture made, once; empty when it made nothing, or was refused."""
        with self._lock:
            return self._made.pop(item, b"")

    def begin(self, job: Job) -> None:
        """A job waits."""
        with self._lock:
            self._jobs[job.item] += 1
            self._busy[job.item] += job.verb is not Verb.JUDGE
            self._refusals.pop(job.item, None)

    def end(self, job: Job, refusal: str, made: bytes = b"") -> None:
        """A job was done, or refused for this reason. What is longest past is forgotten."""
        with self._lock:
            self._jobs[job.item] -= 1
            self._busy[job.item] -= job.verb is not Verb.JUDGE
            for counted in (self._jobs, self._busy):
                if counted[job.item] <= 0:
                    del counted[job.item]
            if refusal:
                self._refusals[job.item] = refusal
            if made:
                self._made[job.item] = made
            self._numbers.pop(job.batch, None)
            self._numbers[job.batch] = next(self._next)
            for kept in (self._numbers, self._refusals, self._made):
                while len(kept) > self._most:
                    del kept[next(iter(kept))]
