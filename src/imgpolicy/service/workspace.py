"""What every service function works with: one policy and its register, open."""

from __future__ import annotations

from functools import cached_property
from glob import escape
from pathlib import Path
from typing import Self
from urllib.parse import unquote

from imgpolicy.assembly import face_engine, open_register, register_url
from imgpolicy.checker import Checker
from imgpolicy.engines import FaceEngine
from imgpolicy.policy import Policy, read_policy
from imgpolicy.register.faces import faces, to_enrol_again
from imgpolicy.register.register import Register


class Workspace:
    """A policy and its register, open; networks are loaded when a picture is first looked at, and kept.

    Use it as a context manager, or call `close`. `files` are the paths that it stands on: the policy, the key, the
    register where that is a file, and what stands beside these two under longer names. No output may replace one.
    """

    def __init__(self, policy: Policy, register: Register, *, files: tuple[str, ...] = ()) -> None:
        self.policy = policy
        self.register = register
        self.files = files

    @classmethod
    def open(cls, policy_file: str | Path, *, register_url: str | None = None) -> Self:
        """The workspace of the policy in this file; PolicyError or RegisterError when one of the two cannot be opened.

        `register_url` stands in for the register that the policy names.
        """
        policy = read_policy(Path(policy_file))
        files = (str(policy_file), *_named_like(str(policy.key_file)), *_files_of(policy, register_url))
        return cls(policy, open_register(policy, register_url), files=files)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the register."""
        self.register.close()

    @cached_property
    def checker(self) -> Checker:
        """What judges pictures by this policy and register; closed with the workspace."""
        return Checker(self.policy, self.register)

    @cached_property
    def engine(self) -> FaceEngine:
        """The face engine that the policy names."""
        return face_engine(self.policy.engine, self.policy.folder)

    def to_enrol_again(self) -> tuple[str, ...]:
        """Who was enrolled with another engine than the policy's, and is not recognised until they are again."""
        with self.register.reading() as unit:
            held = faces(unit)
        return to_enrol_again(held, self.engine.engine_id)


def _files_of(policy: Policy, url: str | None) -> tuple[str, ...]:
    """The files that the register is in; none when it is on a server."""
    scheme, _, place = register_url(policy, url).partition(":///")
    if scheme.partition("+")[0] != "sqlite":
        return ()
    return _named_like(unquote(place.partition("?")[0]).removeprefix("file:"))


def _named_like(file: str) -> tuple[str, ...]:
    """The file, and what stands beside it under a longer name: an older key, a log of writes, an index."""
    path = Path(file)
    logs = (f"{file}-wal", f"{file}-shm", f"{file}-journal")  # SQLite's own, while it is open
    return (file, *logs, *(str(other) for other in path.parent.glob(f"{escape(path.name)}[.-]*")))
