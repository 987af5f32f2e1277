"""What every service function works with: one policy and its register, open."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote

from imgpolicy.opening import RegisterPolicy, cautions, open_register, register_policy, register_url
from imgpolicy.policy_file import PolicyText, read_text
from imgpolicy.register.heads import head_path
from imgpolicy.register.register import Register

if TYPE_CHECKING:
    from imgpolicy.checker import Checker
    from imgpolicy.engines import FaceEngine
    from imgpolicy.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a workspace is, to be opened in another process: its policy, and the register where another is meant."""

    policy_file: str
    register_url: str | None = None

    def open(self) -> Workspace:
        """The workspace; PolicyError or RegisterError as `Workspace.open` raises them."""
        return Workspace.open(self.policy_file, register_url=self.register_url)


class Workspace:
    """A policy and its register, open. Networks are loaded when a picture is first looked at, and kept.

    The rules, and what looks at pictures, are loaded when something asks for `policy`, `checker` or `engine`: whoever
    keeps the register does not wait for them. `kept` is what the policy says of that. `files` are the paths that it
    stands on: the policy, the key, the register where that is a file, and what stands beside these two under longer
    names. No output may replace one.

    Use it as a context manager, or call `close`.
    """

    def __init__(self, text: PolicyText, kept: RegisterPolicy, register: Register, *, files: tuple[str, ...]) -> None:
        self.kept = kept
        self.register = register
        self.files = files
        self._loaded = _Loaded(text, kept, register)

    @classmethod
    def open(cls, policy_file: str | Path, *, register_url: str | None = None) -> Self:
        """The workspace of the policy in this file; PolicyError or RegisterError when one of the two cannot be opened.

        `register_url` stands in for the register that the policy names.
        """
        text = read_text(Path(policy_file))
        kept = register_policy(text)
        files = (
            str(policy_file),
            *_named_like(str(kept.key_file)),
            str(head_path(kept.key_file)),
            *_files_of(kept, register_url),
        )
        return cls(text, kept, open_register(kept, register_url), files=files)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the register."""
        self.register.close()

    def acting_as(self, account: str) -> Self:
        """The same workspace, for somebody who signed in: the log says of every change that this account made it.

        The two share everything, networks too, and closing this one closes nothing. RegisterError for what cannot be an
        id. Whether there is such an account, and what it may do, is asked by whoever lets somebody in.
        """
        view = copy(self)
        view.register = self.register.acting_as(account)
        return view

    def cautions(self) -> tuple[str, ...]:
        """What whoever keeps the register is to know and put right, a line each: what others may read or change."""
        return tuple(cautions(self.kept, self.register))

    @property
    def policy(self) -> Policy:
        """The policy with its rules; PolicyError when something is wrong with these."""
        return self._loaded.policy

    @property
    def checker(self) -> Checker:
        """What judges pictures by this policy and register; closed with the workspace."""
        return self._loaded.checker

    @property
    def engine(self) -> FaceEngine:
        """The face engine that the policy names."""
        return self._loaded.engine

    def to_enrol_again(self) -> tuple[str, ...]:
        """Who was enrolled with another engine than the policy's, and is not recognised until they are again."""
        from imgpolicy.register.faces import faces, to_enrol_again

        with self.register.reading() as unit:
            held = faces(unit)
        return to_enrol_again(held, self.engine.engine_id)


class _Loaded:
    """What is loaded when it is first asked for, once, whoever asks and in however many threads."""

    def __init__(self, text: PolicyText, kept: RegisterPolicy, register: Register) -> None:
        self._text = text
        self._kept = kept
        self._register = register
        self._lock = RLock()
        self._policy: Policy | None = None
        self._checker: Checker | None = None
        self._engine: FaceEngine | None = None

    @property
    def policy(self) -> Policy:
        from imgpolicy.policy import policy_of

        with self._lock:
            if self._policy is None:
                self._policy = policy_of(self._text)
            return self._policy

    @property
    def checker(self) -> Checker:
        from imgpolicy.checker import Checker

        with self._lock:
            if self._checker is None:
                self._checker = Checker(self.policy, self._register)
            return self._checker

    @property
    def engine(self) -> FaceEngine:
        from imgpolicy.assembly import face_engine

        with self._lock:
            if self._engine is None:
                self._engine = face_engine(self._kept.engine, self._kept.folder)
            return self._engine


def _files_of(policy: RegisterPolicy, url: str | None) -> tuple[str, ...]:
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
