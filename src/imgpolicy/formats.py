"""What is known of each file format: one table, a row a format. Everything else asks here.

    data ─► parse ─► parts (each read for what it tells) ─► rewrite ─► data

A format is a module in `containers` with three functions, and a row in `FORMATS`:

- ``matches(head)``: whether a file whose first bytes these are has this format;
- ``parse(data)``: its `ParsedFile`, parts from the first byte to the last without gap or overlap;
- ``rewrite(data, parsed, wanted)``: the file as wanted, by allow-list: the coded picture is copied, what else stays is
  written anew, what the format's module does not know is left out.

A format whose pictures are decoded and drawn into has a `Decoder` and names a module in `remedies.redact`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from imgpolicy.containers import bmp, gif, heif, jp2, jpeg, jxl, png, psd, raw, svg, tiff, webp
from imgpolicy.containers.limits import MAX_BYTES, MAX_PIXELS, MAX_SCALED
from imgpolicy.containers.parts import MalformedError, ParsedFile, Wanted, following
from imgpolicy.others import other
from imgpolicy.phrase import phrase

_HEAD = 1024
"""As many bytes as an XML declaration and a comment may take before an SVG shows what it is."""
_ORIENTATION = 0x0112


class Frames(Enum):
    """What several pictures in a file of the format are to each other."""

    ONE = "one"
    """There is one: what else is in the file is a preview or a gain map, a part of it and no page."""
    MOMENTS = "moments"
    """They are moments of one scene, each decoded after those before it."""
    PAGES = "pages"
    """Each stands for itself, and is given without the ones before it."""


class Turned(Enum):
    """When the decoder turns the picture that EXIF says to be stored on its side."""

    NEVER = "never"
    """It gives what is stored, and EXIF says how to turn it."""
    DECODED = "decoded"
    """Its size is upright at once, while EXIF says how to turn it until it is decoded."""
    OPENED = "opened"
    """It is upright, and EXIF says nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoder:
    """What decodes the pictures of a format, and how it gives them.

    `label` is what people call these files. `names` are those that Pillow gives to the files it has opened, first that
    of its decoder. `libheif` says whether libheif opens a file that begins so; None: Pillow opens all.

    `stepped` is true when frames are counted by going through the file. `tags` are those of the picture itself that
    Pillow gives as EXIF. What a decoder refuses whole may show its picture still: `mended` gives the file without what
    is refused, and `end` closes a file that is cut short, of which OpenCV then shows as much as there is. A frame
    of more pixels than `most` is refused: the decoder would take too much memory for it.
    """

    label: str
    names: tuple[str, ...]
    libheif: Callable[[bytes], bool] | None = None
    frames: Frames = Frames.ONE
    stepped: bool = False
    turned: Turned = Turned.NEVER
    tags: frozenset[int] = frozenset({_ORIENTATION})
    mended: Callable[[bytes], bytes] | None = None
    end: bytes | None = None
    most: int = MAX_PIXELS


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A file format: its name in reports, how it is known, parsed, written, decoded and redrawn.

    `suffixes` are the endings by which a folder's files are taken for pictures, and `marks` the bytes, each with its
    place, by which files with any other ending are. `matches` is the word on what a file is.

    `rewrite` is None for a format that is only read, `decoder` for one that is parsed alone. `redrawn_by` is the module
    that draws into its files (`remedies.redact.Redraws`), by name, so that nobody else loads it; None: nothing does.
    Of a `drawing`, which is XML, the elements are compared in place of pixels.
    """

    name: str
    suffixes: tuple[str, ...]
    marks: tuple[tuple[int, bytes], ...] = ()
    matches: Callable[[bytes], bool]
    parse: Callable[[bytes], ParsedFile]
    rewrite: Callable[[bytes, ParsedFile, Wanted], bytes] | None
    decoder: Decoder | None = None
    redrawn_by: str | None = None
    drawing: bool = False


FORMATS = (
    Format(
        name="JPEG",
        suffixes=(".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"),
        marks=((0, b"\xff\xd8\xff"),),
        matches=jpeg.matches,
        parse=jpeg.parse,
        rewrite=jpeg.rewrite,
        decoder=Decoder(label="JPEG", names=("JPEG", "MPO"), end=jpeg.END, most=MAX_SCALED),
        redrawn_by="imgpolicy.remedies.redact.jpeg",
    ),
    Format(
        name="PNG",
        suffixes=(".png", ".apng"),
        marks=((0, b"\x89PNG"),),
        matches=png.matches,
        parse=png.parse,
        rewrite=png.rewrite,
        decoder=Decoder(label="PNG", names=("PNG",), frames=Frames.MOMENTS),
        redrawn_by="imgpolicy.remedies.redact.png",
    ),
    Format(
        name="WEBP",
        suffixes=(".webp",),
        marks=((8, b"WEBP"),),
        matches=webp.matches,
        parse=webp.parse,
        rewrite=webp.rewrite,
        decoder=Decoder(label="WebP", names=("WEBP",), frames=Frames.MOMENTS, most=40_000_000),
        redrawn_by="imgpolicy.remedies.redact.webp",
    ),
    Format(
        name="GIF",
        suffixes=(".gif",),
        marks=((0, b"GIF8"),),
        matches=gif.matches,
        parse=gif.parse,
        rewrite=gif.rewrite,
        decoder=Decoder(label="GIF", names=("GIF",), frames=Frames.MOMENTS),
        redrawn_by="imgpolicy.remedies.redact.gif",
    ),
    Format(
        name="TIFF",
        suffixes=(".tif", ".tiff"),
        marks=((0, b"II*\0"), (0, b"MM\0*")),
        matches=tiff.matches,
        parse=tiff.parse,
        rewrite=tiff.rewrite,
        decoder=Decoder(
            label="TIFF",
            names=("TIFF",),
            frames=Frames.PAGES,
            stepped=True,
            turned=Turned.DECODED,
            tags=tiff.OWN,
        ),
        redrawn_by="imgpolicy.remedies.redact.tiff",
    ),
    Format(
        name="BMP",
        suffixes=(".bmp",),
        marks=((0, b"BM"),),
        matches=bmp.matches,
        parse=bmp.parse,
        rewrite=bmp.rewrite,
        decoder=Decoder(label="BMP", names=("BMP",)),
        redrawn_by="imgpolicy.remedies.redact.bmp",
    ),
    Format(
        name="HEIF",
        suffixes=(".heic", ".heif", ".hif"),
        marks=((4, b"ftyp"),),
        matches=heif.matches,
        parse=heif.parse,
        rewrite=heif.rewrite,
        decoder=Decoder(
            label="HEIC",
            names=("HEIF",),
            libheif=heif.is_for_libheif,
            frames=Frames.PAGES,
            turned=Turned.OPENED,
            most=50_000_000,
        ),
        redrawn_by="imgpolicy.remedies.redact.heif",
    ),
    Format(
        name="AVIF",
        suffixes=(".avif",),
        marks=((4, b"ftyp"),),
        matches=heif.matches_avif,
        parse=heif.parse,
        rewrite=heif.rewrite,
        decoder=Decoder(
            label="AVIF", names=("AVIF",), frames=Frames.MOMENTS, mended=heif.without_gain_map, most=50_000_000
        ),
        redrawn_by="imgpolicy.remedies.redact.avif",
    ),
    Format(
        name="JXL",
        suffixes=(".jxl",),
        matches=jxl.matches,
        parse=jxl.parse,
        rewrite=jxl.rewrite,
    ),
    Format(
        name="JP2",
        suffixes=(".jp2", ".j2k", ".j2c", ".jpf", ".jpx"),
        matches=jp2.matches,
        parse=jp2.parse,
        rewrite=jp2.rewrite,
    ),
    Format(
        name="PSD",
        suffixes=(".psd",),
        matches=psd.matches,
        parse=psd.parse,
        rewrite=psd.rewrite,
    ),
    # Those that are built like a TIFF are parsed as one, which then calls them by this name.
    Format(
        name="RAW",
        suffixes=(".dng", ".nef", ".cr2", ".cr3", ".arw", ".raf", ".orf", ".rw2"),
        matches=raw.matches,
        parse=raw.parse,
        rewrite=None,
    ),
    Format(
        name="SVG",
        suffixes=(".svg",),
        matches=svg.matches,
        parse=svg.parse,
        rewrite=svg.rewrite,
        drawing=True,
    ),
)

SUFFIXES = frozenset(suffix for one in FORMATS for suffix in one.suffixes)
"""The endings by which a file in a folder is taken for a picture."""

DECODED = tuple(one.decoder.label for one in FORMATS if one.decoder)
"""What people call the formats whose pictures are decoded."""

PILLOW = tuple(one.decoder.names[0] for one in FORMATS if one.decoder and not one.decoder.libheif)
"""The decoders of Pillow that are asked: others would start helpers (Ghostscript), or nobody wants them."""

_NAMED = {one.name: one for one in FORMATS}
_RELATED = {
    **dict.fromkeys((".heif", ".hif"), ("AVIF",)),
    **dict.fromkeys((*_NAMED["TIFF"].suffixes, *_NAMED["RAW"].suffixes), ("TIFF", "RAW")),
}
"""Endings that files of other formats have too: HEIF is the container of both, and most raw files are a TIFF."""
_OPENED = {name: one for one in FORMATS if one.decoder for name in one.decoder.names}


def named(name: str) -> Format:
    """The format of this name, as a `ParsedFile` or a `Picture` has it."""
    return _NAMED[name]


def fits(suffix: str, name: str) -> bool:
    """Whether a file with this ending may be of the format of this name: True for an ending of no format."""
    ending = suffix.lower()
    return ending not in SUFFIXES or name in _RELATED.get(ending, ()) or ending in _NAMED[name].suffixes


def called(name: str) -> str:
    """What people call the format of this name."""
    decoder = _NAMED[name].decoder
    return name if decoder is None else decoder.label


def decoder(name: str) -> Decoder:
    """How the format of this name is decoded; one that is not is an error of the caller."""
    decoder = _NAMED[name].decoder
    assert decoder is not None
    return decoder


def opened_as(name: str | None) -> Format:
    """The format of a file that Pillow or libheif has opened, by the name that they give it."""
    return _OPENED[name or ""]


def is_for_libheif(data: bytes) -> bool:
    """True when libheif opens the file, and not Pillow."""
    return any(one.decoder and one.decoder.libheif and one.decoder.libheif(data[:_HEAD]) for one in FORMATS)


def is_marked(head: bytes) -> bool:
    """True when a file that begins so is taken for a picture, whatever its ending; a judgement made from 16 bytes."""
    return any(head.startswith(mark, place) for one in FORMATS for place, mark in one.marks)


def format_of(data: bytes) -> Format | None:
    """The format that the file's first bytes show, whatever its name says; None when it is none of these."""
    head = data[:_HEAD]
    return next((one for one in FORMATS if one.matches(head)), None)


def parse(data: bytes) -> ParsedFile:
    """Every byte of the file in parts; MalformedError when its format is unknown here or not kept to."""
    row = format_of(data)
    if row is None:
        kind = other(data)
        raise MalformedError(
            phrase("it is {what}", what=kind.words)
            if kind
            else phrase("its format is not one whose metadata can be read here")
        )
    if len(data) > MAX_BYTES:
        raise MalformedError(phrase("it has more than {most} bytes", most=f"{MAX_BYTES:,}"))
    parsed = row.parse(data)
    wrong = next(following(parsed.parts, parsed.size), None)
    if wrong:
        raise MalformedError(f"its parts do not add up: {wrong}")
    return parsed


def rewrite(data: bytes, parsed: ParsedFile, wanted: Wanted) -> bytes:
    """The file as wanted; MalformedError when its format is only read here, or it cannot be written so."""
    row = format_of(data)
    if row is None or row.rewrite is None:
        raise MalformedError(f"{parsed.format} files are read, not written")
    return row.rewrite(data, parsed, wanted)
