"""Whether two installs say the same: `python tools/compare_reports.py OLD_IMGPOLICY NEW_IMGPOLICY [PICTURES_FOLDER]`.

The first two are the `imgpolicy` programs of two virtual environments. Each checks and inspects the demonstration's
pictures, and checks those of the folder, over a copy of one register that the old install made. Of the JSON that they
print, all is compared but the time at which a report was made and the program's version.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | float | bool | None"
Words: TypeAlias = tuple[str, ...]

IGNORED = frozenset({"made_at", "tool.version"})
"""What differs between any two runs or installs, and is not compared. In a report or beside it, nowhere below."""

FOLDER_POSTING = {"channel": "website", "role": "employee", "purpose": "news", "origin": "own", "on": "2026-05-04"}
"""The posting that the folder's pictures are checked for."""

_ANSWERED = frozenset({0, 1, 3, 4})
_USAGE = "usage: python tools/compare_reports.py OLD_IMGPOLICY NEW_IMGPOLICY [PICTURES_FOLDER]"


class Difference(NamedTuple):
    """Where two documents differ, such as ``findings[0].code``, and what stands there in each, as JSON."""

    path: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.path or 'all'}: {self.old} -> {self.new}"


class Task(NamedTuple):
    """A command to be run by both installs, and what it is called."""

    name: str
    words: Words


class Pair(NamedTuple):
    """What both installs printed of one picture."""

    name: str
    old: Json
    new: Json


def differences(old: Json, new: Json, path: str = "") -> list[Difference]:
    """Each place where the documents differ, as deep in them as can be told; order and types count."""
    if isinstance(old, dict) and isinstance(new, dict):
        return list(_in_objects(old, new, path))
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        each = (differences(*pair, f"{path}[{number}]") for number, pair in enumerate(zip(old, new, strict=True)))
        return list(itertools.chain.from_iterable(each))
    if type(old) is type(new) and old == new:
        return []
    return [Difference(path, json.dumps(old), json.dumps(new))]


def _in_objects(old: Mapping[str, Json], new: Mapping[str, Json], path: str) -> Iterator[Difference]:
    for key in dict.fromkeys([*old, *new]):
        below = f"{path}.{key}" if path else key
        if key not in new:
            yield Difference(below, json.dumps(old[key]), "not there")
        elif key not in old:
            yield Difference(below, "not there", json.dumps(new[key]))
        else:
            yield from differences(old[key], new[key], below)
    both = [[key for key in one if key in other] for one, other in ((old, new), (new, old))]
    if both[0] != both[1]:
        yield Difference(f"{path or 'all'} (order)", json.dumps(both[0]), json.dumps(both[1]))


def comparable(document: Json) -> Json:
    """What is compared of a document that an install printed: all that is not IGNORED."""
    if not isinstance(document, dict):
        return document
    kept: dict[str, Json] = dict(document)
    if isinstance(tool := kept.get("tool"), dict):
        kept["tool"] = {key: value for key, value in tool.items() if f"tool.{key}" not in IGNORED}
    if isinstance(reports := kept.get("reports"), list):
        kept["reports"] = [_without_ignored(report) for report in reports]
    return kept


def _without_ignored(report: Json) -> Json:
    if not isinstance(report, dict):
        return report
    return {key: value for key, value in report.items() if key not in IGNORED}


def pairs(name: str, old: Json, new: Json) -> list[Pair]:
    """Both documents, a pair for each picture that both tell of; what stands beside the reports is in the first."""
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return [Pair(name, old, new)]
    before, after = old.get("reports"), new.get("reports")
    if not (isinstance(before, list) and isinstance(after, list)) or not 1 < len(before) == len(after):
        return [Pair(name, old, new)]
    each = [
        Pair(f"{name}, {_picture(one)}", {"reports": [one]}, {"reports": [other]})
        for one, other in zip(before, after, strict=True)
    ]
    first = Pair(each[0].name, {**old, "reports": before[:1]}, {**new, "reports": after[:1]})
    return [first, *each[1:]]


def _picture(report: Json) -> str:
    if isinstance(report, dict) and isinstance(picture := report.get("picture"), dict):
        return Path(str(picture.get("name"))).name
    return "a report without a picture"


def tasks(demo: Path, pictures: Path | None) -> Iterator[Task]:
    """Every command that both installs run, in a copy of the demonstration's folder."""
    for case in tomllib.loads((demo / "cases.toml").read_text(encoding="utf-8"))["case"]:
        picture = f"pictures/{case['picture']}"
        yield Task(f"check: {case['name']}", ("check", picture, *_options(case["posting"]), "--format", "json"))
    for file in sorted((demo / "pictures").iterdir()):
        yield Task(f"inspect: {file.name}", ("inspect", f"pictures/{file.name}", "--format", "json"))
    if pictures is not None:
        yield Task("check", ("check", str(pictures), *_options(FOLDER_POSTING), "--format", "json"))


def _options(posting: Mapping[str, str | dt.date | list[str]]) -> Iterator[str]:
    for name, value in posting.items():
        for word in value if isinstance(value, list) else [value]:
            yield from (f"--{name.replace('_', '-')}", str(word))


def printed(program: Path, folder: Path, words: Words) -> Json:
    """The JSON that the command prints in that folder, with its exit code; SystemExit when it does not answer."""
    result = _run(program, folder, words)
    if result.returncode not in _ANSWERED or not result.stdout:
        raise SystemExit(f"{program} {' '.join(words)}: exit code {result.returncode}\n{result.stderr}")
    document: Json = json.loads(result.stdout)
    return {**document, "exit code": result.returncode} if isinstance(document, dict) else document


def _run(program: Path, folder: Path, words: Words) -> subprocess.CompletedProcess[str]:
    """What came of the command, whatever the settings of whoever compares."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(("IMGPOLICY_", "LC_", "LANG"))}
    return subprocess.run(  # noqa: S603  # the programs that are to be compared
        [program, *words],
        cwd=folder,
        env={**others, "LANG": "C.UTF-8"},
        check=False,
        capture_output=True,
        encoding="utf-8",
    )


def compare(old: Path, new: Path, pictures: Path | None, folder: Path) -> Iterator[Pair]:
    """What both installs print of each picture, worked out in `folder`, which is empty."""
    made = _run(old, folder, ("demo", "demo"))
    if not (folder / "demo" / "cases.toml").exists():
        raise SystemExit(f"{old} demo: exit code {made.returncode}\n{made.stderr}")
    for name in ("old", "new"):
        shutil.copytree(folder / "demo", folder / name)
    for task in tasks(folder / "demo", pictures):
        before = comparable(printed(old, folder / "old", task.words))
        after = comparable(printed(new, folder / "new", task.words))
        yield from pairs(task.name, before, after)


def main(words: Sequence[str]) -> int:
    """0 when both installs say the same of every picture, 1 when they differ."""
    if len(words) not in {2, 3}:
        raise SystemExit(_USAGE)
    old, new, *rest = (Path(word).absolute() for word in words)
    compared = differ = 0
    with tempfile.TemporaryDirectory() as folder:
        for pair in compare(old, new, rest[0] if rest else None, Path(folder)):
            found = differences(pair.old, pair.new)
            compared += 1
            differ += bool(found)
            if found:
                print(pair.name, *found, sep="\n  ")
    print(f"{compared} reports compared, {differ} differ")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
