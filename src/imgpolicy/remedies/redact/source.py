"""A file on its way to be redrawn: stripped, so that nothing but its picture comes along, and how it is turned."""

from __future__ import annotations

from dataclasses import dataclass, field

from PIL import Image

from imgpolicy import formats
from imgpolicy.containers.limits import MAX_PIXELS
from imgpolicy.containers.parts import ParsedFile, Wanted
from imgpolicy.domain.terms import StripMode
from imgpolicy.errors import RemedyError
from imgpolicy.formats import Frames, Turned
from imgpolicy.phrase import phrase
from imgpolicy.picture import opened
from imgpolicy.remedies.proof import prove_traces
from imgpolicy.remedies.strip import wanted

_ORIENTATION = 0x0112
_MOST_PIXELS = 400_000_000
"""Pixels of all frames or pages together: each is decoded several times."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Source:
    """A file to be redrawn: as it was parsed, what stays besides the picture, and its bytes without anything else.

    `image` is the stripped file, opened, and `first` the number of the frame that it opens with, which of a HEIC can be
    any. `turn` is EXIF's orientation, 1 to 8, of the pixels as Pillow gives them; it
    gives those of TIFF and HEIC upright.
    """

    data: bytes = field(repr=False)
    parsed: ParsedFile
    kept: Wanted
    stripped: bytes = field(repr=False)
    image: Image.Image = field(repr=False)
    first: int
    frames: int
    turn: int

    @property
    def format(self) -> str:
        """The format's name, as `formats` has it."""
        return self.parsed.format

    def stored(self, frame: int) -> int:
        """The number of a frame in the file when the one that it opens with is 0, as `Picture` counts; and back."""
        return {0: self.first, self.first: 0}.get(frame, frame)

    def size(self, frame: int) -> tuple[int, int]:
        """Width and height of the upright frame or page, by its number in the file."""
        if formats.decoder(self.format).frames is Frames.PAGES:
            self.image.seek(frame)
        width, height = self.image.size
        return (height, width) if self.turn in {5, 6, 7, 8} else (width, height)


def source(data: bytes) -> Source:
    """The file in `data`, stripped.

    Raises RemedyError when its format is not drawn into or it is too large or cut short, else what decoders raise,
    MalformedError or PictureError.
    """
    parsed = formats.parse(data)
    if formats.named(parsed.format).redrawn_by is None:
        raise RemedyError(
            phrase("{format} files are not drawn into here; save it as JPEG or PNG first", format=parsed.format)
        )
    if parsed.doubts:
        raise RemedyError(parsed.doubts[0])
    kept = wanted(parsed, StripMode.ALL)
    stripped = formats.rewrite(data, parsed, kept)
    image = opened(stripped, phrase("the picture"))
    frames = int(getattr(image, "n_frames", 1))
    if image.width * image.height > MAX_PIXELS or image.width * image.height * frames > _MOST_PIXELS:
        raise RemedyError(
            phrase(
                "{frames} times {width} x {height} pixels are more than can be drawn into;"
                " make the picture smaller first",
                frames=frames,
                width=image.width,
                height=image.height,
            )
        )
    turned = formats.decoder(parsed.format).turned is not Turned.NEVER
    return Source(
        data=data,
        parsed=parsed,
        kept=kept,
        stripped=stripped,
        image=image,
        first=image.tell(),
        frames=frames,
        turn=1 if turned else image.getexif().get(_ORIENTATION, 1),
    )


def finished(old: Source, drawn: bytes) -> bytes:
    """The redrawn file with what stays besides the picture; RemedyError when anything else came along."""
    written = formats.rewrite(drawn, formats.parse(drawn), old.kept)
    prove_traces(old.data, old.parsed, written, StripMode.ALL)
    return written
