"""Bring files into a register, by the laws that hold for each record when it is made by hand, and write it out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from imgpolicy.domain.consent import Consent, ConsentState
from imgpolicy.domain.decision import Decision
from imgpolicy.domain.licence import Licence
from imgpolicy.domain.person import Person
from imgpolicy.domain.publication import Publication
from imgpolicy.domain.scope import renamed_posting
from imgpolicy.errors import RequestError
from imgpolicy.phrase import Phrase, phrase
from imgpolicy.policy import Policy
from imgpolicy.portable.document import register_json
from imgpolicy.portable.follow import Done
from imgpolicy.portable.transfer import Manner, Outcome, export_tables, import_files, import_sent
from imgpolicy.register.people import people
from imgpolicy.service.check import accept_release, complete
from imgpolicy.service.grants import accept_mark, accept_words
from imgpolicy.service.workspace import Workspace
from imgpolicy.wire.consent import CONSENTS, consent_cells
from imgpolicy.wire.person import PEOPLE, Change, person_cells

LARGEST_SENT = 5_000_000
"""Bytes of a table that is sent to the desk."""


def import_register(
    workspace: Workspace,
    path: Path,
    *,
    keep: bool = True,
    update: bool = False,
    tell: Callable[[Sequence[Change]], None] = lambda _: None,
) -> Outcome:
    """What was imported of a JSON document, a table, or a workbook or folder of tables, or what is wrong: then nothing.

    With `update` people who are on record are changed as it says, consents and all else that is on record are passed
    over where it says the same, and refused where it does not; `tell` is shown the changes before they are made.
    Without `keep` it is all tried and nothing stays. RegisterError when there is nothing there to read.
    """
    manner = Manner(accept=partial(_accept, workspace.policy, set[str]()), tell=tell, update=update, keep=keep)
    return import_files(workspace.register, path, workspace.engine, manner)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a row does: whom it is about, what of theirs is new or another, and each cell, before and after."""

    person: str
    name: str = field(repr=False)
    what: Phrase
    changes: tuple[Change, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePreview:
    """What a table would do to the register, which is in this `state`; with `problems` nothing of it is imported."""

    planned: tuple[Planned, ...]
    same: int
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    state: str


def preview_table(workspace: Workspace, name: str, data: bytes, *, update: bool = False) -> TablePreview:
    """What a table or workbook of people and consents would do that was sent under this name; nothing is kept.

    RegisterError when it is none; RequestError when it has more rows than are shown.
    """
    tried = _import_sent(workspace, name, data, update=update, keep=False)
    done = [one for _, one in tried.done]
    with workspace.register.reading() as unit:
        names = {one.id: one.name for one in people(unit)}
    names |= {one.added.id: one.added.name for one in done if isinstance(one.added, Person)}
    return TablePreview(
        planned=tuple(planned for one in done for planned in _planned(one, names)),
        same=sum(one.added is None and not one.changes for one in done),
        problems=tuple(problem.line() for problem in tried.problems),
        notes=tried.notes,
        state=tried.state,
    )


def import_table(workspace: Workspace, name: str, data: bytes, *, update: bool, state: str) -> Outcome:
    """What was imported of a table that was shown, or what is wrong: then nothing.

    `state` is that of the register when it was shown: RequestError when it is in another by now, and as
    `preview_table`.
    """
    return _import_sent(workspace, name, data, update=update, keep=True, state=state)


def _import_sent(  # noqa: PLR0913  # what was sent, and how it goes in
    workspace: Workspace, name: str, data: bytes, *, update: bool, keep: bool, state: str | None = None
) -> Outcome:
    if len(data) > LARGEST_SENT:
        raise RequestError(phrase("a table that is sent has at most {most} MB", most=LARGEST_SENT // 1_000_000))
    accept = partial(_accept, workspace.policy, set[str]())
    manner = Manner(accept=accept, update=update, keep=keep, expected=state)
    return import_sent(workspace.register, name, data, workspace.engine, manner)


def _planned(done: Done, names: Mapping[str, str]) -> Iterator[Planned]:
    """What came of a row, as a line for people; nothing where it says what is on record."""
    if isinstance(done.added, Person):
        cells = zip(PEOPLE.columns, person_cells(done.added), strict=True)
        yield _new(done.added.id, names, phrase("new person"), cells)
    elif isinstance(done.added, Consent):
        # An id that nobody gave is another one when it is imported.
        cells = zip(CONSENTS.columns[1:], consent_cells(done.added)[1:], strict=True)
        yield _new(done.added.person, names, phrase("new statement"), cells)
    elif done.changes:
        person = done.changes[0].record
        yield Planned(person=person, name=names.get(person, ""), what=phrase("changed"), changes=done.changes)


def _new(person: str, names: Mapping[str, str], what: Phrase, cells: Iterable[tuple[str, str]]) -> Planned:
    changes = tuple(Change(person, column, "", cell) for column, cell in cells if cell)
    return Planned(person=person, name=names.get(person, ""), what=what, changes=changes)


def export_document(workspace: Workspace) -> bytes:
    """All that the register holds as one JSON document, unencrypted."""
    with workspace.register.reading() as unit:
        return register_json(unit)


def export_csv(workspace: Workspace) -> dict[str, bytes]:
    """People, consents, works and licences as CSV tables by file name, unencrypted."""
    return export_tables(workspace.register)


def _accept(policy: Policy, brought: set[str], record: object) -> None:
    """Nothing, or RequestError for a record that this policy would let nobody make by hand.

    How many people a release takes is asked of what was judged by this very policy, and of an error in a record that
    comes with it not at all: the policy before may have asked for fewer. `brought` gathers the ids of what came in.
    """
    if isinstance(record, Consent):
        brought.add(record.id)
        if record.state is ConsentState.ENTERED_IN_ERROR and record.about not in brought:
            accept_mark(policy, record.second)
    if isinstance(record, Consent | Licence):
        accept_words(policy, record)
    elif isinstance(record, Publication):
        complete(policy, renamed_posting(record.posting(record.published), policy.consents.former_channels))
    elif isinstance(record, Decision) and record.release is not None and record.policy == policy.ref.sha256:
        accept_release(record.release, policy)
