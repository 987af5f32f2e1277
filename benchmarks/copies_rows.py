"""What benchmarks/copies.py has seen so far, in a file: a line of JSON for each picture, in the order of looking."""

from __future__ import annotations

import json
from pathlib import Path

from copies_printed import Scored


def keep_row(rows: Path | None, found: Scored) -> None:
    if rows is not None:
        known = {**vars(found), "certain": sorted(found.certain), "possible": sorted(found.possible)}
        with rows.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(known)}\n")


def read_rows(rows: Path | None) -> list[Scored]:
    """What was kept, first to last; a line that was not written to its end is cut off."""
    if rows is None or not rows.exists():
        return []
    lines = rows.read_text(encoding="utf-8").splitlines(keepends=True)
    whole = [line for line in lines if line.endswith("\n")]
    if len(whole) < len(lines):
        rows.write_text("".join(whole), encoding="utf-8")
    return [scored(json.loads(line)) for line in whole]


def scored(known: dict[str, object]) -> Scored:
    match known:
        case {
            "name": str(name),
            "attack": str() | None as attack,
            "collection": str(collection),
            "template": bool(template),
            "work": int() | None as work,
            "best": dict(best),
            "certain": list(certain),
            "possible": list(possible),
        }:
            ranked = {method: (number, score) for method, (number, score) in best.items()}
            return Scored(name, attack, collection, template, work, ranked, frozenset(certain), frozenset(possible))
        case _:
            raise SystemExit("these rows are not of this script: name another file")
