"""The page on how it is built names every room, in the order in which imports run."""

from __future__ import annotations

import configparser
import re

from tests.pages import ROOT

PACKAGE = ROOT / "src" / "imgpolicy"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
ROOMS = re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE, re.MULTILINE)


def modules() -> set[str]:
    """Every module and package at the top of the code."""
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    return packages | {path.stem for path in PACKAGE.glob("*.py") if path.stem != "__init__"}


def layers() -> list[set[str]]:
    """The layers that import-linter holds, from the doors down."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter", encoding="utf-8")
    lines = contracts["importlinter:contract:layers"]["layers"].strip().splitlines()
    return [set(line.split(" | ")) for line in lines]


def test_every_module_at_the_top_is_a_room_of_the_page() -> None:
    named = [name for name, _ in ROOMS]
    assert sorted(named) == sorted(modules())


def test_the_rooms_stand_in_the_order_of_the_layers() -> None:
    place = {name: number for number, layer in enumerate(layers()) for name in layer}
    named = [name for name, _ in ROOMS if name in place]
    assert named == sorted(named, key=place.__getitem__)
