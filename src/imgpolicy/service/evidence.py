"""Keep the files that prove what people and licensors said, list them, and give one back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from imgpolicy.domain.evidence import Evidence
from imgpolicy.register.evidence import add_evidence, evidence_of, licence_evidence, read_evidence
from imgpolicy.register.people import is_known
from imgpolicy.service.grants import Proof
from imgpolicy.service.people import called, meant
from imgpolicy.service.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The files that an id stands for. `content` is that of the one file whose id it is, else None."""

    found: tuple[Evidence, ...]
    content: bytes | None = field(default=None, repr=False)


def keep(workspace: Workspace, person: str, proof: Sequence[Proof], *, consent: str | None = None) -> list[Evidence]:
    """The files as they are kept under a person, encrypted: all of them, or none.

    RegisterError when the person is not there, or the consent is none of theirs.
    """
    with workspace.register.writing() as unit:
        return [add_evidence(unit, person, file.name, file.content, consent=consent) for file in proof]


def files_of(workspace: Workspace, what: str) -> Files:
    """The files of a person, by id or name, or of a licence, or the one with this id, held against its SHA-256.

    RegisterError when there is nothing with this id, or the file is damaged; RequestError as `people.named`.
    """
    with workspace.register.reading() as unit:
        if is_known(unit, what):
            return Files(found=evidence_of(unit, what))
        if unit.sql.licences.work(what) is not None:
            return Files(found=licence_evidence(unit, what))
        if called(unit, what):
            return Files(found=evidence_of(unit, meant(unit, what)))
        evidence, content = read_evidence(unit, what)
        return Files(found=(evidence,), content=content)
