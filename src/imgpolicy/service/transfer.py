"""Bring files into a register: by the laws that hold for each record when it is made by hand."""

from __future__ import annotations

from pathlib import Path

from imgpolicy.assembly import face_engine
from imgpolicy.domain.consent import Consent
from imgpolicy.domain.licence import Licence
from imgpolicy.policy import Policy
from imgpolicy.portable.transfer import Outcome, import_files
from imgpolicy.register.register import Register
from imgpolicy.service.grants import accept_words


def import_register(policy: Policy, register: Register, path: Path, *, keep: bool = True) -> Outcome:
    """What was imported of a JSON document, a CSV table or a folder of tables, or what is wrong: then nothing was.

    Without `keep` it is all tried and nothing stays. RegisterError when there is nothing there to read.
    """

    def accept(record: object) -> None:
        if isinstance(record, Consent | Licence):
            accept_words(policy, record)

    return import_files(register, path, face_engine(policy.engine, policy.folder), accept=accept, keep=keep)
