"""Pictures on their way into a repository, judged without a register.

policy ─► an empty register, gone afterwards; faces are counted ─► the walk ─► report, which says what nobody knew
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import msgspec

from imgpolicy.domain.posting import Posting
from imgpolicy.domain.terms import PeopleMode
from imgpolicy.facts import Unknown
from imgpolicy.opening import register_policy
from imgpolicy.phrase import phrase
from imgpolicy.policy_file import PeopleTable, PolicyText, parse_text, read_text
from imgpolicy.policy_place import FILE_NAME
from imgpolicy.presets import GUARD, policy_text
from imgpolicy.register.register import Register
from imgpolicy.report import Report
from imgpolicy.service.check import Checked, CheckRequest, See, check_pictures
from imgpolicy.service.workspace import Workspace

_NO_REGISTER = Unknown(
    what=phrase("consents, works, licences and logos"),
    reason=phrase("no register was asked: whoever has one checks the picture again before it is posted"),
    lifts=False,
)

Tracked = Callable[[Sequence[str]], Iterable[str]]
"""Gives the same names one by one, and may show how far it is."""


@contextmanager
def guarding(policy_file: Path | None) -> Iterator[Workspace]:
    """The workspace of a policy over an empty register that is gone afterwards; without a file of a policy of our own.

    Faces are counted where the policy would have them compared. PolicyError when the file cannot be read.
    """
    text = _built_in() if policy_file is None else read_text(policy_file)
    if text.tables.people.mode.compares:
        counts = PeopleTable(mode=PeopleMode.COUNT, doubtful=text.tables.people.doubtful)
        text = replace(text, tables=msgspec.structs.replace(text.tables, people=counts))
    kept = register_policy(text)
    with tempfile.TemporaryDirectory(prefix="imgpolicy-") as folder:
        register = Register.create(f"sqlite:///{folder}/register.sqlite", secrets.token_bytes(32), kept.consents)
        files = () if policy_file is None else (str(policy_file),)
        with Workspace(text, kept, register, files=files) as workspace:
            yield workspace


def guard(
    workspace: Workspace, names: Sequence[str], posting: Posting, *, see: See | None = None, tracked: Tracked = iter
) -> list[Checked]:
    """The answer for each picture by the workspace of `guarding`, which says that no register was asked.

    Raises RequestError for words that the policy does not know, RegisterError when the posting names somebody.
    """
    checked = check_pictures(workspace, names, CheckRequest(posting=posting), see=see, tracked=tracked)
    built_in = not workspace.files
    return [replace(one, report=_without_register(one.report, built_in=built_in)) for one in checked]


def _built_in() -> PolicyText:
    """The policy where a repository has none, as if it stood in the file that it would stand in."""
    return parse_text(Path(FILE_NAME), policy_text(also=GUARD).encode())


def _without_register(report: Report, *, built_in: bool) -> Report:
    policy = replace(report.policy, file=None) if built_in else report.policy
    return replace(report, not_checked=(*report.not_checked, _NO_REGISTER), register_head=None, policy=policy)
