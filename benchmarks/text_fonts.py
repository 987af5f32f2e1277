"""Typefaces for drawn pictures, by what they are used for, from the folders that a machine has."""

from __future__ import annotations

import functools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import ImageFont

STYLES = ("sans", "serif", "mono", "hand", "raised")
"""Print without and with serifs, letters of one width, handwriting, and digits as they are raised on bank cards."""

_LETTERS = "æøåÆØÅéABCabc0123456789@:.-+"
_NAMES: Mapping[str, tuple[str, ...]] = {
    "raised": ("ocrb", "ocra"),
    "hand": ("breip", "dkg", "femkeklaver", "dancingscript", "rufscript", "becausewe", "humor", "kleeone", "comicneue"),
    "mono": ("mono",),
    "serif": ("serif", "caladea", "libertine"),
    "sans": ("sans", "roboto", "lato", "carlito", "inter-", "opensans"),
}
_UNUSUAL = ("thin", "hairline", "black", "extralight", "heavy", "math", "_m.", "extrabold", "learn", "organize")
_STANDS_IN: Mapping[str, tuple[str, ...]] = {"hand": ("serif", "sans"), "raised": ("mono",), "mono": ("sans",)}
_SYSTEM = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))


@dataclass(frozen=True)
class Fonts:
    """The font files of each style, by name; a style that the machine lacks has those that come nearest."""

    styles: Mapping[str, tuple[Path, ...]]

    def __str__(self) -> str:
        return ", ".join(f"{len(self.styles[style])} {style}" for style in STYLES)

    def some(self, style: str, chance: random.Random) -> Path:
        """One of the style by chance."""
        return chance.choice(self.styles[style])


def fonts(folders: Sequence[Path] = ()) -> Fonts:
    """The fonts in these folders, and in the system's, that have the letters of Danish and of mail addresses.

    SystemExit when there are none.
    """
    found: dict[str, list[Path]] = {style: [] for style in STYLES}
    paths = {path.name: path for folder in (*_SYSTEM, *folders) for path in folder.rglob("*.[to]tf")}
    for name, path in sorted(paths.items()):
        style = _style(name.lower())
        if style and _has_letters(path, style):
            found[style].append(path)
    for style in ("sans", "mono", "serif", "hand", "raised"):
        for other in _STANDS_IN.get(style, ("sans", "serif")):
            found[style] = found[style] or found[other]
    if not all(found.values()):
        msg = "No TrueType or OpenType fonts are found: give a folder with --fonts."
        raise SystemExit(msg)
    return Fonts({style: tuple(paths) for style, paths in found.items()})


@functools.lru_cache(maxsize=256)
def font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    """The font with this many pixels to the em."""
    return ImageFont.truetype(str(path), max(4, size), layout_engine=ImageFont.Layout.BASIC)


@functools.lru_cache(maxsize=256)
def x_height(path: Path) -> float:
    """The height of a small x as a part of the em."""
    box = font(path, 200).getbbox("x")
    return (box[3] - box[1]) / 200


def _style(name: str) -> str | None:
    if any(word in name for word in _UNUSUAL):
        return None
    return next((style for style, words in _NAMES.items() if any(word in name for word in words)), None)


def _has_letters(path: Path, style: str) -> bool:
    drawn = font(path, 24)
    missing = bytes(drawn.getmask("\uffff"))
    letters = _LETTERS if style != "raised" else "ABC0123456789"
    return all(bytes(drawn.getmask(letter)) not in {missing, b""} for letter in letters)
