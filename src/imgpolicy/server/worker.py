"""What a worker process does: it opens the policy and its register, and does one job after another.

It is told no more than the ids of pictures, reads them where they are kept, and leaves what it finds there; only a
photograph that came along with an answer is kept nowhere, comes through the line, and a portrait goes back. A picture
that takes it down takes nothing else down, and its parent starts another.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from imgpolicy.domain.desk import Way
from imgpolicy.errors import ImgPolicyError
from imgpolicy.pool import Line, serve
from imgpolicy.server.jobs import Job, Verb
from imgpolicy.service.workspace import Place

if TYPE_CHECKING:
    from imgpolicy.service.workspace import Workspace


SIGN = Path(__file__).parent / "static" / "icon.svg"

Do = Callable[["Workspace", Job], object]


def run(place: Place, connection: Line) -> None:
    """Do the jobs that come through the connection until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes the connection.
    with place.open() as workspace:
        _warm_up(workspace)
        serve(connection, Job, partial(_do, workspace))


def _warm_up(workspace: Workspace) -> None:
    """Load what looks at pictures, on the desk's own sign, so that nobody waits for it."""
    from imgpolicy.domain.posting import Posting
    from imgpolicy.service.check import CheckRequest, check_pictures

    with contextlib.suppress(ImgPolicyError):  # the first picture that somebody sends says it
        check_pictures(workspace, [SIGN], CheckRequest(posting=Posting()))


def _do(workspace: Workspace, job: Job) -> object:
    return DOES[job.verb](workspace.acting_as(job.account) if job.account else workspace, job)


def _judge(workspace: Workspace, job: Job) -> None:
    from imgpolicy.service import judging

    judging.judge(workspace, job.item)


def _clean(workspace: Workspace, job: Job) -> None:
    from imgpolicy.service import judging

    (ways,) = job.words
    judging.clean(workspace, job.item, msgspec.json.decode(ways, type=list[Way]))


def _dismiss(workspace: Workspace, job: Job) -> None:
    from imgpolicy.domain.terms import DismissedAs
    from imgpolicy.service import judging
    from imgpolicy.service.faces import FaceWord

    number, what, by, reason = job.words
    judging.dismiss(workspace, job.item, FaceWord(what=DismissedAs(what), by=by, reason=reason, number=int(number)))


def _enrol(workspace: Workspace, job: Job) -> None:
    from imgpolicy.domain.geometry import Box
    from imgpolicy.service import learning

    person, place = job.words
    learning.learn(workspace, job.item, person, msgspec.json.decode(place, type=Box))


def _portray(workspace: Workspace, job: Job) -> bytes:
    from imgpolicy.service import learning

    return learning.portrait(workspace, job.data)


def _learn(workspace: Workspace, job: Job) -> None:
    from imgpolicy.service import learning

    learning.learn_portrait(workspace, job.item)


def _group(workspace: Workspace, job: Job) -> object:
    from imgpolicy.service import grouping

    return grouping.alike(workspace, job.batch)


def _renew(workspace: Workspace, job: Job) -> None:
    from imgpolicy.service import posting

    posting.renew(workspace, job.item)


def _post(workspace: Workspace, job: Job) -> None:
    from imgpolicy.service import posting

    (url,) = job.words
    posting.post(workspace, job.item, url)


def _list_class(workspace: Workspace, job: Job) -> object:
    from imgpolicy.service import classes, uploads

    (file,) = job.words
    with classes.open_folders(uploads.read(workspace, job.item, file)) as found:
        whose = classes.owners(workspace, found.folders)
        return classes.Listed(owners=whose, passed_over=found.passed_over)


def _preview_folder(workspace: Workspace, job: Job) -> object:
    from imgpolicy.service import classes, uploads

    file, folder, person = job.words
    return classes.preview_one(workspace, uploads.read(workspace, job.item, file), folder, person).without_faces()


def _learn_folder(workspace: Workspace, job: Job) -> object:
    from imgpolicy.service import classes, uploads

    file, folder, person = job.words
    found = classes.preview_one(workspace, uploads.read(workspace, job.item, file), folder, person)
    return classes.learn(workspace, found)


DOES: Mapping[Verb, Do] = {
    Verb.RENEW: _renew,
    Verb.JUDGE: _judge,
    Verb.CLEAN: _clean,
    Verb.DISMISS: _dismiss,
    Verb.POST: _post,
    Verb.ENROL: _enrol,
    Verb.PORTRAY: _portray,
    Verb.LEARN: _learn,
    Verb.GROUP: _group,
    Verb.LIST_CLASS: _list_class,
    Verb.PREVIEW_FOLDER: _preview_folder,
    Verb.LEARN_FOLDER: _learn_folder,
}
"""What each verb does: nothing else is done in a worker."""
