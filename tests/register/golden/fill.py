# mypy: ignore-errors
"""Fill a register of one layout: `python fill.py REVISION FOLDER`, run by `make.py` with the code of an old commit.

The types are those of that commit and not of this one, so that nothing can check them here. It begins with the
demonstration of that commit, records as much more as its code can, and writes what is in it then into
FOLDER/contents.json. The register is FOLDER/consent_db/register.sqlite.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from pathlib import Path

from first import KEY, Filling


def main(revision: str, folder: Path) -> None:
    """Make the register and tell what is in it."""
    os.environ["IMGPOLICY_KEY"] = base64.b64encode(KEY).decode()
    from imgpolicy.checker import Checker
    from imgpolicy.service.scaffold import lay_out_demo

    lay_out_demo(folder)
    os.chdir(folder)  # so that reports name the pictures as somebody working there would
    with Checker.from_file(folder / "imgpolicy.toml") as checker:
        contents = _first(checker, folder) if revision == "0001" else _later(checker, folder, revision)
    (folder / "contents.json").write_text(json.dumps(contents, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _first(checker: object, folder: Path) -> dict[str, object]:
    filling = Filling(checker, folder)
    filling.people()
    filling.works()
    filling.consents()
    return filling.contents()


def _later(checker: object, folder: Path, revision: str) -> dict[str, object]:
    filling = _filling(revision)(checker, folder)
    filling.people()
    filling.works()
    filling.consents()
    if revision >= "0003":
        filling.licences()
    if revision >= "0009":
        filling.logos(words=["Round Example"])
    elif revision >= "0006":
        filling.logos()
    filling.publications(licensed=revision >= "0003")
    if revision >= "0005":
        filling.bare_works()
    filling.decisions()
    if revision >= "0004":
        filling.dismissals()
    if revision >= "0010":
        filling.desk()
    if revision >= "0011":
        filling.webhooks()
    filling.last_changes()
    return filling.contents() | filling.more_contents(revision)


def _filling(revision: str) -> type[Filling]:
    if revision >= "0007":
        from units import Units

        return Units
    from later import Later

    return Later


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
