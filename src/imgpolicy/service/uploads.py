"""What somebody sent and has not confirmed yet: one file, sealed as the pictures on the desk are, that nothing names.

Whoever asked for it drops it. Where nobody does, as when the desk is ended, it goes with the files that no row names,
an hour after it came (`desk.expire`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from imgpolicy.domain.ids import new_id
from imgpolicy.service.desk import cleaned_name
from imgpolicy.service.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that was sent: its id, its name without folders, where it lies, and the SHA-256 of its bytes."""

    id: str
    name: str
    file: str
    sha256: str


def keep(workspace: Workspace, name: str, data: bytes) -> Upload:
    """The file, laid aside; RegisterError when it cannot be written."""
    upload_id = new_id("u")
    file = workspace.register.desk.write(upload_id, data)
    return Upload(id=upload_id, name=cleaned_name(name), file=file, sha256=hashlib.sha256(data).hexdigest())


def read(workspace: Workspace, upload_id: str, file: str) -> bytes:
    """The bytes of a file that was laid aside; RegisterError when it is gone, altered, or another upload's."""
    return workspace.register.desk.read(upload_id, file)


def drop(workspace: Workspace, upload: Upload) -> None:
    """Remove the file, where it is there."""
    workspace.register.desk.remove([upload.file])
