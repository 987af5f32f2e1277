"""Where pictures were posted: record a post with what it rests on, list posts, and close what must come down."""

from __future__ import annotations

from dataclasses import dataclass

from imgpolicy.domain.posting import Posting
from imgpolicy.domain.publication import Publication, Takedown
from imgpolicy.domain.terms import FaceStatus
from imgpolicy.errors import DeniedError
from imgpolicy.phrase import phrase
from imgpolicy.register import publications as kept
from imgpolicy.report import Report
from imgpolicy.service.check import accept_posting
from imgpolicy.service.recording import publish
from imgpolicy.service.workspace import Workspace
from imgpolicy.sources import Source

_NOBODYS = frozenset({FaceStatus.DECLARED, FaceStatus.ARTWORK, FaceStatus.NOT_A_FACE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A post on record, and what its check gave; `publication` is None when the picture could not be read.

    `strangers` counts the faces of nobody in the register: no withdrawal will find the post by them.
    """

    report: Report
    publication: Publication | None
    strangers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts:
    """Posts, and the tasks that are open: to take a post down."""

    publications: tuple[Publication, ...]
    tasks: tuple[Takedown, ...]


def record_post(
    workspace: Workspace, picture: Source, posting: Posting, url: str, *, allow_private_hosts: bool = False
) -> Posted:
    """The post as it is kept, with whom and what it shows and what that rests on, whatever the check of it gives.

    The picture is given as `Checker.check` takes it. Raises RequestError for words that the policy does not know, and
    for a picture that is given as something else; RegisterError when no channel is named, or somebody is named who is
    not in the register.
    """
    posting = accept_posting(workspace, posting)
    report = workspace.checker.check(picture, posting, allow_private_hosts=allow_private_hosts)
    if not report.readable:
        return Posted(report=report, publication=None, strangers=0)
    with workspace.register.writing() as unit:
        publication = publish(unit, report, url)
    strangers = sum(face.person is None and face.status not in _NOBODYS for face in report.faces)
    return Posted(report=report, publication=publication, strangers=strangers)


def posts(workspace: Workspace, person: str | None = None) -> Posts:
    """The posts that show a person, or all, and what of them must come down; RegisterError when they are not there."""
    with workspace.register.reading() as unit:
        publications = kept.publications(unit, person)
        tasks = kept.takedowns(unit) if person is None else kept.takedowns_of(unit, person)
    return Posts(publications=publications, tasks=tuple(task for task in tasks if task.closed is None))


def take_down_own(workspace: Workspace, name: str) -> Publication:
    """The post that is down from now on, by its own id, which whoever acts here recorded themselves.

    DeniedError when another account recorded it, or none; RegisterError when it is not up.
    """
    with workspace.register.writing() as unit:
        if not unit.by or unit.by not in kept.recorded_by(unit, name):
            raise DeniedError(phrase("another account recorded this post: to say that it is down takes the right keep"))
        (post,) = kept.close_takedown(unit, name)
    return post


def take_down(workspace: Workspace, name: str) -> Publication:
    """The post that is down from now on, by the id of its task or its own; RegisterError when it is not up."""
    with workspace.register.writing() as unit:
        (post,) = kept.close_takedown(unit, name)
    return post
