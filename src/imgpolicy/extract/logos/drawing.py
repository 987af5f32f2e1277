"""An SVG made into pixels, in a process of its own that may neither read files nor take long.

`resvg` draws it: a library in Rust that runs no scripts. It would read files that the drawing names, so a drawing that
names any is refused before, and so is text, which would look different on each machine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.parsers import expat

from imgpolicy.apart import Bounds, run_apart
from imgpolicy.containers import svg
from imgpolicy.containers.parts import MalformedError
from imgpolicy.errors import PictureError
from imgpolicy.phrase import phrase

LARGEST = 2_000_000
"""Bytes of an SVG."""

_BOUNDS = Bounds(seconds=10, memory=1 << 30)
_SIDE = 1024
_MOST_COPIES = 200  # of `use`, each of which may copy all the others
_REFUSED = frozenset({"image", "feImage", "foreignObject", "script", "text"})
_OUTSIDE = re.compile(r"url\(\s*[\"']?(?!#)|@import", re.IGNORECASE)
_LENGTH = re.compile(r"\s*([0-9]*\.?[0-9]+)\s*(px)?\s*")

_DRAW = """
import sys
import resvg_py
text = sys.stdin.buffer.read().decode()
sys.stdout.buffer.write(bytes(resvg_py.svg_to_bytes(svg_string=text, skip_system_fonts=True, {side}={pixels})))
"""


def draw(data: bytes, name: str) -> bytes:
    """The drawing as a PNG with transparency, its longer side 1024 pixels.

    Raises PictureError when it is no sound SVG, is too large, or holds what is not drawn here.
    """
    if len(data) > LARGEST:
        raise PictureError(
            phrase(
                "{name}: {count} bytes of SVG are more than the limit of {most}",
                name=name,
                count=f"{len(data):,}",
                most=f"{LARGEST:,}",
            )
        )
    upright = _Reader(name).read(data)
    script = _DRAW.format(side="height" if upright else "width", pixels=_SIDE)
    try:
        done = run_apart(script, bounds=_BOUNDS, data=data, alone=True)
    except TimeoutError as error:
        raise PictureError(
            phrase("{name}: drawing the SVG took more than {seconds} seconds", name=name, seconds=_BOUNDS.seconds)
        ) from error
    if done.code or not done.out:
        raise PictureError(phrase("{name}: the SVG cannot be drawn; save it as a PNG with transparency", name=name))
    return done.out


class _Reader:
    """Refuses what is not drawn here, and finds which side of the drawing is the longer."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._upright: bool | None = None
        self._copies = 0

    def read(self, data: bytes) -> bool:
        """True when the drawing is higher than wide; PictureError when it must not be drawn."""
        try:
            svg.parse(data)
            parser = expat.ParserCreate(namespace_separator=" ")
            parser.StartElementHandler = self._start
            parser.CharacterDataHandler = self._refuse_outside
            parser.Parse(data, True)
        except (MalformedError, expat.ExpatError) as error:
            raise PictureError(phrase("{name}: {error}", name=self._name, error=str(error))) from error
        return bool(self._upright)

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        local = tag.rpartition(" ")[2]
        if self._upright is None:
            if local != "svg":
                raise PictureError(phrase("{name}: not an SVG", name=self._name))
            self._upright = _is_upright(attributes)
        if local in _REFUSED:
            raise PictureError(
                phrase(
                    "{name}: the SVG has an element {local}, which is not drawn here; turn text into paths, "
                    "or save it as a PNG with transparency",
                    name=self._name,
                    local=repr(local),
                )
            )
        self._copies += local == "use"
        if self._copies > _MOST_COPIES:
            raise PictureError(
                phrase(
                    "{name}: the SVG has more than {most} elements 'use'",
                    name=self._name,
                    most=_MOST_COPIES,
                )
            )
        for attribute, value in attributes.items():
            if attribute.rpartition(" ")[2] == "href" and not value.startswith("#"):
                raise PictureError(phrase("{name}: the SVG refers to another file, which is not read", name=self._name))
            self._refuse_outside(value)

    def _refuse_outside(self, text: str) -> None:
        if _OUTSIDE.search(text):
            raise PictureError(phrase("{name}: the SVG refers to another file, which is not read", name=self._name))


def _is_upright(attributes: Mapping[str, str]) -> bool:
    """Whether the root element is higher than wide, by its view box or its lengths."""
    box = attributes.get("viewBox", "").replace(",", " ").split()
    width, height = box[2:] if len(box) == 4 else (attributes.get("width", ""), attributes.get("height", ""))
    across, down = _LENGTH.fullmatch(width), _LENGTH.fullmatch(height)
    return across is not None and down is not None and float(down[1]) > float(across[1])
