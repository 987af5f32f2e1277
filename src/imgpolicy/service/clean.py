"""Clean a picture: what can be done about its findings is done, and the copy is judged before anybody gets it.

request ─► laws ─► read ─► judge, choose, treat, judge again ─► the copy's bytes, or none
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from imgpolicy import cleaning
from imgpolicy.cleaning import CleanOptions
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.terms import Manner
from imgpolicy.domain.verdict import Finding, Remedy, Verdict
from imgpolicy.errors import RequestError
from imgpolicy.files import permissions
from imgpolicy.phrase import phrase
from imgpolicy.picture import Picture
from imgpolicy.render.preview import place_png
from imgpolicy.report import Report
from imgpolicy.service.check import Checked, CheckRequest, See, accept_all
from imgpolicy.service.names import accept_name
from imgpolicy.service.outputs import Output, write
from imgpolicy.service.workspace import Workspace
from imgpolicy.sources import Source

Choice = cleaning.Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A finding and the ways out of it that can be taken at once, perhaps none.

    `place` makes a small PNG of where it is; None where there is no such place in the first frame.
    """

    finding: Finding
    remedies: tuple[Remedy, ...]
    place: Callable[[], bytes] | None


Choose = Callable[[Sequence[Offer]], Sequence[Choice]]
"""What somebody chooses of the offers on one picture; asked again about what is found in the new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanRequest:
    """What is asked of one picture: the posting that the copy is meant for, and how it is cleaned.

    Without `choose` the first way out is taken that needs nobody. `keeps` is the part that a crop keeps, in pixels of
    the upright picture. `also_covers` names faces that are covered too, by the person's id or as "face 2", the second
    from the left: without it no cover is drawn that would hide somebody who may be shown. `add_credit` writes the
    credit lines that licences require into file and caption. `allow_review` gives bytes, too, when somebody still has
    to look at the copy, `allow_any` whatever the answer on it: for whoever keeps it and asks again before it is posted.
    `by_folder` is as in `CheckRequest`.
    """

    posting: Posting
    choose: Choose | None = None
    also_covers: tuple[str, ...] = ()
    keeps: Box | None = None
    manner: Manner = Manner.SOLID
    add_credit: bool = False
    allow_review: bool = False
    allow_any: bool = False
    allow_private_hosts: bool = False
    by_folder: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanCopy:
    """What came of it: `data` are the bytes that may be posted, None when the last report does not let them.

    `first` is on the picture as it was, `last` on the copy, with what was changed; both are one where nothing was.
    `caption` is the one to post it with, None when the posting's own will do.
    """

    data: bytes | None = field(repr=False)
    first: Checked
    last: Checked
    caption: str | None = field(default=None, repr=False)

    @property
    def would_hide(self) -> tuple[str, ...]:
        """Who may be shown and would be hidden by covers that were not drawn, named as `also_covers` takes them."""
        remedies = (remedy for finding in self.last.report.findings for remedy in finding.remedies)
        return tuple(dict.fromkeys(name for remedy in remedies for name in remedy.hides))


def clean_picture(workspace: Workspace, source: Source, request: CleanRequest, *, see: See | None = None) -> CleanCopy:
    """The copy of one picture, given as `Checker.check` takes it; `see` makes of each what is shown.

    One that cannot be read is a report (X001) and has no copy. Raises RequestError for words that the policy does not
    know and for a part to keep that is none, RegisterError when somebody is named who is not in the register,
    RemedyError when the file cannot be written as it would have to be, or somebody is to be covered who is not in it.
    """
    if request.keeps is not None:
        _accept_part(request.keeps)
    (posting,) = postings_for(workspace, [source], request)
    picture = workspace.checker.opened(source, posting, allow_private_hosts=request.allow_private_hosts)
    if isinstance(picture, Report):
        checked = Checked(report=picture)
        return CleanCopy(data=None, first=checked, last=checked)
    cleaned = cleaning.clean(workspace.checker, picture, posting, _options(request))
    return CleanCopy(
        data=cleaned.data,
        first=Checked(report=cleaned.first, seen=see(picture, cleaned.first) if see else None),
        last=Checked(report=cleaned.last, seen=see(cleaned.picture, cleaned.last) if see else None),
        caption=cleaned.caption,
    )


def postings_for(workspace: Workspace, sources: Sequence[Source], request: CleanRequest) -> list[Posting]:
    """The posting of each of these pictures, completed; raises as `accept_posting` does."""
    asked = CheckRequest(posting=request.posting, by_folder=request.by_folder)
    return [one.posting for one in accept_all(workspace, sources, asked)]


def write_copy(copy: CleanCopy, target: Output, source: str) -> None:
    """Write a copy that may be posted, whole or not at all, with the permissions of the picture that it was made of.

    Raises RequestError when there is none, or its name is another format's, and what `outputs.write` raises.
    """
    if copy.data is None:
        raise RequestError(phrase("{path}: there is no copy that may be posted", path=str(target.path)))
    accept_name(target.path, source, copy.last.report.picture.format or "")
    known = os.path.isfile(source) and not target.path.exists()  # noqa: PTH113  # says no to odd names
    write(replace(target, mode=permissions(Path(source)) if known else None), copy.data)


def _accept_part(keeps: Box) -> None:
    if not (0 <= keeps.left < keeps.right and 0 <= keeps.top < keeps.bottom):
        raise RequestError(
            phrase(
                "the part to keep (--crop) is LEFT,TOP,RIGHT,BOTTOM with left before right and top before bottom, from"
                " 0 on"
            )
        )


def _options(request: CleanRequest) -> CleanOptions:
    return CleanOptions(
        choose=cleaning.automatic if request.choose is None else _asking(request.choose),
        keeps=request.keeps,
        also_covers=request.also_covers,
        manner=request.manner,
        add_credit=request.add_credit,
        at_most=_at_most(request),
    )


def _at_most(request: CleanRequest) -> Verdict:
    if request.allow_any:
        return Verdict.NO_GO
    return Verdict.REVIEW if request.allow_review else Verdict.GO


def _asking(choose: Choose) -> cleaning.Choose:
    def asked(picture: Picture, report: Report) -> Sequence[Choice]:
        return choose([_offer(picture, finding) for finding in report.findings])

    return asked


def _offer(picture: Picture, finding: Finding) -> Offer:
    doable = (one for one in finding.remedies if one.automatic or one.keeps is not None or one.covers is not None)
    box = None if finding.evidence.get("frame") else finding.box
    return Offer(
        finding=finding,
        remedies=tuple(doable),
        place=None if box is None else lambda: place_png(picture, box),
    )
