"""Bring files into a register, by the laws that hold for each record when it is made by hand, and write it out."""

from __future__ import annotations

from pathlib import Path

from imgpolicy.domain.consent import Consent
from imgpolicy.domain.licence import Licence
from imgpolicy.portable.document import register_json
from imgpolicy.portable.transfer import Outcome, export_tables, import_files
from imgpolicy.service.grants import accept_words
from imgpolicy.service.workspace import Workspace


def import_register(workspace: Workspace, path: Path, *, keep: bool = True) -> Outcome:
    """What was imported of a JSON document, a CSV table or a folder of tables, or what is wrong: then nothing was.

    Without `keep` it is all tried and nothing stays. RegisterError when there is nothing there to read.
    """

    def accept(record: object) -> None:
        if isinstance(record, Consent | Licence):
            accept_words(workspace.policy, record)

    return import_files(workspace.register, path, workspace.engine, accept=accept, keep=keep)


def export_document(workspace: Workspace) -> bytes:
    """All that the register holds as one JSON document, unencrypted."""
    with workspace.register.reading() as unit:
        return register_json(unit)


def export_csv(workspace: Workspace) -> dict[str, bytes]:
    """People, consents, works and licences as CSV tables by file name, unencrypted."""
    return export_tables(workspace.register)
