"""Bring files into a register, by the laws that hold for each record when it is made by hand, and write it out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from imgpolicy.domain.consent import Consent, ConsentState
from imgpolicy.domain.decision import Decision
from imgpolicy.domain.licence import Licence
from imgpolicy.domain.publication import Publication
from imgpolicy.domain.scope import renamed_posting
from imgpolicy.policy import Policy
from imgpolicy.portable.document import register_json
from imgpolicy.portable.transfer import Manner, Outcome, export_tables, import_files
from imgpolicy.service.check import accept_release, complete
from imgpolicy.service.grants import accept_mark, accept_words
from imgpolicy.service.workspace import Workspace
from imgpolicy.wire.person import Change


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
