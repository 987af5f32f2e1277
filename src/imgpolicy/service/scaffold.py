"""Working folders: an empty one to start with, and the demonstration with the sample in it.

The sample is the repository's `consent_db/` and `examples/`; a wheel carries them inside the package.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from imgpolicy.domain.posting import Origin, Posting, Role
from imgpolicy.errors import ImgPolicyError, PolicyError, RegisterError
from imgpolicy.files import write_whole
from imgpolicy.opening import register_policy, register_url
from imgpolicy.phrase import phrase, reason_of
from imgpolicy.policy_file import MODE, read_text, write_schema
from imgpolicy.policy_place import FILE_NAME
from imgpolicy.presets import DEMO, SCHEMA_NAME, PresetName, policy_text, sample
from imgpolicy.register.register import Register
from imgpolicy.register.vault import KEY_VARIABLE, read_key, write_key
from imgpolicy.report import Report
from imgpolicy.service.transfer import import_register
from imgpolicy.service.workspace import Workspace

CASES = "cases.toml"


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a case should give: the verdict, and the codes of its findings."""

    verdict: str
    codes: list[str] = []


class CasePosting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The posting of a case, as the command line takes it."""

    channel: str | None = None
    role: Role | None = None
    purpose: str | None = None
    origin: Origin | None = None
    caption: str | None = None
    on: dt.date | None = None


class SampleCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One picture with its posting, and what should come of it."""

    name: str
    picture: str
    posting: CasePosting
    expect: Expected


class CasesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file of cases."""

    case: list[SampleCase]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one case gave, beside what it should."""

    name: str
    expected: str
    found: str
    report: Report

    @property
    def as_expected(self) -> bool:
        """True when the case gave what it should."""
        return self.expected == self.found


def make_folder(
    folder: Path,
    url: str | None = None,
    *,
    preset: PresetName = PresetName.STRICT,
    also: Mapping[str, str] | None = None,
) -> list[tuple[Path, str]]:
    """Make policy with its JSON Schema, key and empty register in `folder`; each that was made, with what it is.

    The policy is that of the preset, with `also` in it as `presets.policy_text` says. `url` names an empty database on
    a server for the register, instead of a file in the folder. With IMGPOLICY_KEY in the environment that is the key,
    and none is made. Raises PolicyError when one of them is there already, PolicyError or RegisterError when one cannot
    be made; then none of them is left.
    """
    policy_file, key_file, database = folder / FILE_NAME, folder / "imgpolicy.key", folder / "consent_db"
    try:
        there = next((place for place in (policy_file, key_file, database / "register.sqlite") if place.exists()), None)
    except OSError as error:
        raise PolicyError(
            phrase("{folder}: the folder cannot be set up ({reason})", folder=str(folder), reason=reason_of(error))
        ) from error
    if there is not None:
        raise PolicyError(
            phrase(
                "{there} is there already: nothing was changed; name another folder or move it away", there=str(there)
            )
        )
    schema: Path | None = None
    in_force = read_key(None, os.environ) if os.environ.get(KEY_VARIABLE) else None
    try:
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        if not database.exists():
            database.mkdir(mode=0o700)
        # A JSON string is a TOML string too.
        at = {} if url is None else {"register.url": json.dumps(url)}
        write_whole(policy_file, policy_text(preset, {**(also or {}), **at}).encode(), mode=MODE)
        schema = write_schema(folder / SCHEMA_NAME)
        key = in_force or write_key(key_file)
        Register.create(register_url(register_policy(read_text(policy_file))), key).close()
    except BaseException as error:
        made = () if schema is None else (schema,)
        for left in (policy_file, key_file, *made, *database.glob("register.sqlite*")):
            left.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise PolicyError(
                phrase(
                    "{folder}: the folder cannot be set up ({reason})",
                    folder=str(folder),
                    reason=reason_of(error),
                )
            ) from error
        raise
    keep = phrase("the register's key; keep a copy elsewhere, without it the register cannot be read")
    return [
        (policy_file, phrase("the policy; read it and make it yours")),
        *([] if schema is None else [(schema, phrase("what editors complete and check the policy by"))]),
        *([] if in_force else [(key_file, keep)]),
        (database / "register.sqlite" if url is None else Path("the database"), phrase("the register, empty")),
    ]


def lay_out_demo(folder: Path) -> None:
    """Make a working folder with the sample's people, consents, works and pictures in it."""
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise PolicyError(
                phrase("{folder}: not an empty folder; name one that is empty or not there", folder=str(folder))
            )
    except OSError as error:
        raise PolicyError(
            phrase("{folder}: the folder cannot be set up ({reason})", folder=str(folder), reason=reason_of(error))
        ) from error
    make_folder(folder, also=DEMO)
    try:
        shutil.copytree(sample() / "examples" / "pictures", folder / "pictures", copy_function=shutil.copyfile)
        shutil.copyfile(sample() / "examples" / CASES, folder / CASES)
    except OSError as error:
        raise PolicyError(
            phrase("{folder}: the pictures cannot be laid out ({reason})", folder=str(folder), reason=reason_of(error))
        ) from error
    with Workspace.open(folder / FILE_NAME) as workspace:
        done = import_register(workspace, sample() / "consent_db")
    for problem in done.problems:
        raise RegisterError(phrase("the sample cannot be imported: {problem}", problem=problem.line()))


def run_cases(folder: Path) -> list[Outcome]:
    """What every case of the folder gave beside what it should, with its report."""
    cases = _cases(folder / CASES)
    with Workspace.open(folder / FILE_NAME) as workspace:
        return [_outcome(workspace, folder / "pictures" / case.picture, case) for case in cases]


def _outcome(workspace: Workspace, picture: Path, case: SampleCase) -> Outcome:
    report = workspace.checker.check(picture, _posting(case.posting))
    expected = _words(case.expect.verdict, case.expect.codes)
    return Outcome(name=case.name, expected=expected, found=_found(report), report=report)


def _cases(path: Path) -> list[SampleCase]:
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), CasesFile).case
    except (OSError, ValueError, RecursionError) as error:
        raise ImgPolicyError(phrase("{path}: {error}", path=str(path), error=" ".join(str(error).split()))) from error


def _posting(posting: CasePosting) -> Posting:
    stated = Posting(
        channel=posting.channel,
        role=posting.role,
        purpose=posting.purpose,
        origin=posting.origin,
        caption=posting.caption,
    )
    return stated if posting.on is None else replace(stated, on=posting.on)


def _found(report: Report) -> str:
    return _words(report.verdict.word, [finding.code for finding in report.findings])


def _words(verdict: str, codes: list[str]) -> str:
    return " ".join([verdict, *sorted(set(codes))])
