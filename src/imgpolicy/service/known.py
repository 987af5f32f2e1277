"""Pictures that need not be opened: an audit judged them for the same posting, and nothing is another since.

bytes ─► SHA-256 ─► kept by an audit, for this posting, by this policy, state, day and version ─► judged by facts
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from imgpolicy.domain.posting import Posting
from imgpolicy.errors import ImgPolicyError, PictureError
from imgpolicy.match.kept import KeptPicture
from imgpolicy.report import Report
from imgpolicy.service.archive import Basis, basis, basis_number, called, opened_pictures, posting_of
from imgpolicy.service.check import Job, accept_posting
from imgpolicy.service.workspace import Workspace
from imgpolicy.sources import STDIN, is_url, read

_BATCH = 100


def known_reports(workspace: Workspace, jobs: Sequence[Job]) -> Iterator[tuple[int, Report]]:
    """The whole reports on those of these pictures that need not be opened, with where they stand, as they come.

    Such a picture has the SHA-256 of one that an audit judged last for this posting and its day, by this policy, this
    state of the register and this version, and was looked at by the extractors and models of now. Postings were
    `accepted`. RegisterError when nothing may be judged.
    """
    if not workspace.register.has_archive:
        return
    made_by = basis(workspace)
    for start in range(0, len(jobs), _BATCH):
        known = _known(workspace, made_by, jobs[start : start + _BATCH])
        by_posting: defaultdict[Posting, list[tuple[int, KeptPicture]]] = defaultdict(list)
        for one, kept in known:
            by_posting[one.posting].append((one.index, called(kept, one.name)))
        for posting, here in by_posting.items():
            answers = workspace.checker.judge_again([kept for _, kept in here], posting)
            for (index, _), answer in zip(here, answers, strict=True):
                if answer.holds and answer.report.register_head == made_by.state:
                    yield index, replace(answer.report, as_before=True)


def _known(workspace: Workspace, made_by: Basis, jobs: Sequence[Job]) -> Iterator[tuple[Job, KeptPicture]]:
    """Those that an audit judged so, with what is kept of them."""
    archive = workspace.register.archive
    by_sha256 = {one: sha256 for one in jobs if (sha256 := _sha256(one.name)) is not None}
    with archive.rows() as rows:
        pictures = rows.with_sha256(sorted(set(by_sha256.values())))
        places = rows.places_of([row.id for row in pictures.values()])
    number = basis_number(archive, made_by)
    judged = {
        (row.picture, posting)
        for row in places
        if row.judged == number and (posting := _posting(workspace, row.posting)) is not None
    }
    opened = opened_pictures(workspace, list(pictures.values()))
    for one, sha256 in by_sha256.items():
        row = pictures.get(sha256)
        if row is not None and (row.id, one.posting) in judged and row.id in opened:
            yield one, opened[row.id]


def _posting(workspace: Workspace, number: int) -> Posting | None:
    """The posting that was audited, as it would be completed now; None where it may not be asked any more."""
    try:
        return accept_posting(workspace, posting_of(workspace, number))
    except ImgPolicyError:
        return None


def _sha256(name: str) -> bytes | None:
    """That of the file; None for what is none, or cannot be read."""
    if name == STDIN or is_url(name):
        return None
    try:
        return hashlib.sha256(read(name)[1]).digest()
    except PictureError:
        return None
