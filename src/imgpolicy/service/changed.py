"""Which places of the archive may have another answer now: found by index, by what was done since each was judged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain

from imgpolicy.domain.posting import Posting
from imgpolicy.register.archive_store import Archive
from imgpolicy.register.concerns import Concern, concern_since
from imgpolicy.register.sql.archive import ArchiveRows, PlaceRow
from imgpolicy.service.alike import Alike, judges_alike
from imgpolicy.service.archive import Basis, against_number, basis, basis_number, basis_of, concerned
from imgpolicy.service.check import accept_posting
from imgpolicy.service.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """When somebody began to look what may have changed, and by what answers are made then."""

    at: dt.datetime
    basis: Basis


def start(workspace: Workspace) -> Start:
    """Begin; RegisterError when nothing may be judged."""
    return Start(at=dt.datetime.now(dt.UTC), basis=basis(workspace))


def may_have_changed(workspace: Workspace, begun: Start) -> Iterator[list[PlaceRow]]:
    """The places, in batches, whose answer may be another one than when it was made, each once.

    What cannot have changed is not read. Each batch is to be judged and kept before the next is taken: where pictures
    are alike, the others of a kind come only when the answer for the first is another one.

    Found by index: what register and policy had when each answer was made, and what was done since.
    """
    archive, now = workspace.register.archive, begun.basis
    seen: set[bytes] = set()
    for batch in chain(_outdated(workspace, archive), _touched(workspace, archive, now)):
        fresh = [one for one in batch if one.id not in seen]
        seen.update(one.id for one in fresh)
        if fresh:
            yield fresh


def _outdated(workspace: Workspace, archive: Archive) -> Iterator[list[PlaceRow]]:
    """Places whose pictures were held against another gallery, other works or other words."""
    held = workspace.checker.held_against(accept_posting(workspace, Posting()))
    faces, works, words = (against_number(archive, one) for one in (held.faces, held.works, held.words))
    yield from _batches(archive, lambda rows, after: rows.to_open(faces, works, words, after))


def _touched(workspace: Workspace, archive: Archive, now: Basis) -> Iterator[list[PlaceRow]]:
    """Places that policy, register or the day may give another answer, for each basis on which answers were made."""
    for number, then, concern in said_since(workspace, now):
        fresh = concern.posts and workspace.policy.asks_for_new
        counted = concern.faces and not workspace.policy.people.mode.compares
        if concern.everything or fresh or counted or (then.policy, then.version) != (now.policy, now.version):
            yield from _all(workspace, number, now)
            continue
        if then.day != now.day:
            yield from _batches(archive, partial(_made_by, number, now.day))
        if concern.faces:
            yield from _batches(archive, partial(_with_faces, number))
        yield named_in(workspace, number, concern)


def _all(workspace: Workspace, number: int, now: Basis) -> Iterator[list[PlaceRow]]:
    """All places that were judged on the basis of this number, but those that hold as one that is alike does."""
    archive, policy = workspace.register.archive, workspace.policy
    if judges_alike(policy):
        yield from Alike(archive, policy, basis_number(archive, now)).to_judge(number)
    else:
        yield from _batches(archive, partial(_made_by, number, None))


def said_since(workspace: Workspace, now: Basis) -> Iterator[tuple[int, Basis, Concern]]:
    """Each basis on which answers were made but this one, with its number, and what was said since that concerns them.

    RegisterError when the register cannot be read.
    """
    archive = workspace.register.archive
    with archive.rows() as rows:
        numbers = rows.bases()
    for number in numbers:
        then = basis_of(archive, number)
        if then != now:
            with workspace.register.reading() as unit:
                concern = concern_since(unit, then.state)
            yield number, then, concern


def named_in(workspace: Workspace, number: int, concern: Concern) -> list[PlaceRow]:
    """The places that were judged on the basis of this number and whose pictures show whom or what it names."""
    places = concerned(workspace, people=sorted(concern.people), works=sorted(concern.works))
    return [one for one in places if one.judged == number]


def _made_by(number: int, until: dt.date | None, rows: ArchiveRows, after: bytes) -> list[PlaceRow]:
    return rows.made_by(number, after, until)


def _with_faces(number: int, rows: ArchiveRows, after: bytes) -> list[PlaceRow]:
    return rows.with_faces(number, after)


def settle(workspace: Workspace, begun: Start) -> None:
    """Say of the answers that were there at the start, and were not made anew, that they hold by what there was then.

    What was done since is still to be looked at, and so is what somebody else kept meanwhile.
    """
    archive = workspace.register.archive
    now = basis_number(archive, begun.basis)
    with archive.rows() as rows:
        for number in rows.bases():
            if number != now:
                rows.settle(number, now, before=begun.at)


def _batches(archive: Archive, ask: Callable[[ArchiveRows, bytes], list[PlaceRow]]) -> Iterator[list[PlaceRow]]:
    """Places in batches, each asked for after the last id of the one before."""
    after = b""
    while True:
        with archive.rows() as rows:
            batch = ask(rows, after)
        if not batch:
            return
        yield batch
        after = batch[-1].id
