"""Check pictures, and keep what is to be kept of the answers: the release, the decision, the publication.

request ─► laws ─► each picture: read, look, judge ─► released ─► recorded, published: in one transaction
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from imgpolicy.checker import accepted
from imgpolicy.domain.decision import Release
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.terms import Waiver
from imgpolicy.domain.validate import check_release
from imgpolicy.domain.verdict import Verdict
from imgpolicy.errors import PictureError, PolicyError, RegisterError, RequestError
from imgpolicy.phrase import message_of, phrase
from imgpolicy.picture import Picture
from imgpolicy.policy import Policy
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.report import Report
from imgpolicy.service import recording
from imgpolicy.service.profiles import profile_of, with_profile
from imgpolicy.service.workspace import Workspace
from imgpolicy.sources import Source, expand

Given = TypeVar("Given", bound=Source)
"""What pictures are given as."""

See = Callable[[Picture, Report], str | None]
"""What a door makes of a picture while it is at hand, such as the small one that a report shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRequest:
    """What is asked of pictures: the posting that they are meant for, and what is to be kept of the answers.

    With `release` a picture goes against its findings; `record` keeps each decision, which a release always does;
    `url` is where the one picture is posted when the answer is go. `allow_private_hosts` lets pictures be fetched from
    private and loopback addresses too. With `by_folder` the posting of each picture states, besides, what the
    profile of the folder states in which it lies. With `skip_known` `bulk.check_each` opens no picture that an audit
    judged so already, as `known.known_reports` says; whoever asks for single pictures opens them. `kept` is called with
    each answer of which something is kept, in the same transaction: what it raises undoes all of it.
    """

    posting: Posting
    release: Release | None = None
    record: bool = False
    url: str | None = None
    allow_private_hosts: bool = False
    by_folder: bool = False
    skip_known: bool = False
    kept: Callable[[UnitOfWork, Checked], None] | None = None

    @property
    def keeps(self) -> bool:
        """Whether anything is to be kept of the answers, or released."""
        return self.release is not None or self.url is not None or self.record


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The answer for one picture. `seen` is what the door made of it, None when it could not be read.

    `publication` is the id of the post that was recorded.
    """

    report: Report
    seen: str | None = None
    publication: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A picture by its name, the posting that it is meant for, and where it stands among those that were given."""

    index: int
    name: str
    posting: Posting


def pictures_in(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """The pictures that paths, folders, URLs and `-` name, and what is skipped in folders, each with the reason.

    PictureError when there are none.
    """
    expanded = [expand(argument) for argument in arguments]
    names = [name for pictures, _ in expanded for name in pictures]
    if not names:
        raise PictureError(phrase("no pictures in {places}", places=", ".join(arguments)))
    return names, [other for _, skipped in expanded for other in skipped]


def idle_waivers(workspace: Workspace, reports: Sequence[Report]) -> tuple[Waiver, ...]:
    """The waivers of the policy that let none of these pictures go: they have ended, or name another picture."""
    seen, today = {report.picture.sha256 for report in reports}, workspace.kept.consents.today()
    return tuple(one for one in workspace.policy.waivers if one.picture not in seen or one.until < today)


def check_pictures(
    workspace: Workspace,
    sources: Sequence[Given],
    request: CheckRequest,
    *,
    see: See | None = None,
    tracked: Callable[[Sequence[Given]], Iterable[Given]] = iter,
) -> list[Checked]:
    """The answer for each picture, given as `Checker.check` takes it; what is to be kept of all is kept, or of none.

    A picture that cannot be read is a report too (X001), and is neither released nor published. `see` makes of each
    what the door wants to keep; `tracked` gives the same sources one by one, and may show how far it is.

    Raises RequestError for what `accept_request` refuses and for a source that is none, RegisterError when the register
    refuses.
    """
    requests = accept_all(workspace, sources, request)
    checked = [check_one(workspace, *asked, see) for asked in zip(tracked(sources), requests, strict=True)]
    return keep_all(workspace, checked, request)


def accept_all(workspace: Workspace, sources: Sequence[Source], request: CheckRequest) -> list[CheckRequest]:
    """The request for each of these pictures with its posting completed, when it may be asked of them.

    Raises as `accept_request` does, and RequestError when several pictures are to be published at one address.
    """
    if request.url is not None and len(sources) > 1:
        raise RequestError(phrase("one picture is published at one address: ask for each by itself"))
    accept_request(workspace, request)
    by_profile: dict[str | None, CheckRequest] = {}
    requests = []
    for source in sources:
        name = profile_of(workspace.policy, source) if request.by_folder else None
        if name not in by_profile:
            posting = accept_posting(workspace, with_profile(workspace.policy, name, request.posting))
            by_profile[name] = replace(request, posting=posting, by_folder=False)
        requests.append(by_profile[name])
    return requests


def accept_request(workspace: Workspace, request: CheckRequest) -> Posting:
    """The posting, completed by the policy, when the request may be asked at all.

    RequestError for words that the policy does not know and for a release that nobody answers for, or one person alone
    where the policy asks for two; RegisterError when somebody is named who is not in the register.
    """
    posting = accept_posting(workspace, request.posting)
    if request.release is not None:
        accept_release(request.release, workspace.policy)
    return posting


def complete(policy: Policy, posting: Posting) -> Posting:
    """The posting, completed by the policy; RequestError for words that it does not know."""
    try:
        return policy.complete(posting)
    except PolicyError as error:
        raise RequestError(message_of(error)) from error


def accept_posting(workspace: Workspace, posting: Posting) -> Posting:
    """The posting, completed by the policy; RequestError or RegisterError as `accept_request` says."""
    policy = workspace.policy
    try:
        return accepted(policy, workspace.register, posting)
    except PolicyError as error:
        raise RequestError(message_of(error)) from error


def accept_release(release: Release, policy: Policy) -> None:
    """Nothing, when somebody answers for the release, and two do where the policy asks for that; else RequestError."""
    try:
        check_release(release)
    except RegisterError as error:
        raise RequestError(message_of(error)) from error
    if policy.second_person and release.second is None:
        raise RequestError(phrase("the policy asks for a second person to release a picture: name them"))


def check_one(workspace: Workspace, source: Source, request: CheckRequest, see: See | None) -> Checked:
    """The answer on one picture, for a request that was accepted. Nothing is released or kept: see `keep_all`."""
    checker, posting = workspace.checker, request.posting
    picture = checker.opened(source, posting, allow_private_hosts=request.allow_private_hosts)
    if isinstance(picture, Report):
        return Checked(report=picture)
    report = checker.check(picture, posting)
    return Checked(report=report, seen=see(picture, report) if see else None)


def keep_all(workspace: Workspace, checked: Sequence[Checked], request: CheckRequest) -> list[Checked]:
    """The answers, released where an accepted request asks for that; what is to be kept of them is in the register.

    All of it or nothing, in one transaction. RegisterError when the register refuses, or changed before a post.
    """
    if not request.keeps:
        return list(checked)
    with workspace.register.writing() as unit:
        if request.url is not None and any(one.report.register_head != unit.state() for one in checked):
            # A no of that moment would have found no post to take down, and a limit of posts would be passed.
            raise RegisterError(
                phrase("the register was changed while the picture was checked: check it again to publish it")
            )
        recorded = [_recorded(unit, one, request) for one in checked]
        if request.kept is not None:
            for one in recorded:
                request.kept(unit, one)
        return recorded


def _recorded(unit: UnitOfWork, checked: Checked, request: CheckRequest) -> Checked:
    report = checked.report if request.release is None else recording.released(checked.report, request.release)
    if request.record or report.release is not None:
        recording.record(unit, report)
    if request.url is None or report.verdict is not Verdict.GO:
        return replace(checked, report=report)
    return replace(checked, report=report, publication=recording.publish(unit, report, request.url).id)
