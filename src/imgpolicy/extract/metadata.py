"""Metadata: every trace that walking the bytes of the file finds, and EXIF in words for people.

Parsing is the detector. ExifRead only puts the EXIF block that was found into words; when it fails, the words
are missing and every trace is still there.
"""

from __future__ import annotations

import io
import logging
import struct
from collections.abc import Iterator

from imgpolicy import formats
from imgpolicy.containers.limits import MAX_CREDIT, MAX_RIGHTS
from imgpolicy.containers.parts import MalformedError, ParsedFile, printable
from imgpolicy.domain.trace import Statement
from imgpolicy.errors import ExtractError
from imgpolicy.facts import Fact, Metadata, Unknown
from imgpolicy.phrase import phrase
from imgpolicy.picture import Picture

_MOST_DECODED = 200
_LARGEST_BLOCK = 1_000_000

# What ExifRead raises on hostile blocks, as found with public fuzzing corpora.
_READER_ERRORS = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RuntimeError,
    MemoryError,
    OSError,
    EOFError,
    struct.error,
)


class MetadataExtractor:
    """Finds the `Metadata` of a picture."""

    gives: type[Fact] = Metadata
    name = "metadata"
    version = "3"
    sensitive = False

    def extract(self, picture: Picture) -> Metadata:
        """Every trace in the file, its unread parts as unknowns; ExtractError when the file cannot be parsed."""
        return metadata_of(picture.data, picture.format)


def metadata_of(data: bytes, format_name: str) -> Metadata:
    """Every trace in a file of this format, whether its picture can be decoded here or not.

    What could not be read is an unknown; ExtractError when the file cannot be parsed.
    """
    try:
        parsed = formats.parse(data)
    except MalformedError as error:
        raise ExtractError(
            phrase("the metadata of this {format} file cannot be read: {reason}", format=format_name, reason=str(error))
        ) from error
    rights = tuple(_rights(parsed))
    unread = [
        phrase("a part of the file cannot be read: {reason}", reason=doubt)
        for doubt in (*parsed.unread, *parsed.remarks)
    ]
    if len(rights) > MAX_RIGHTS:
        unread.append(phrase("there are more than {most} statements of rights", most=MAX_RIGHTS))
    return Metadata(
        traces=parsed.traces,
        rights=rights[:MAX_RIGHTS],
        decoded=dict(_decoded(parsed)),
        unknowns=tuple(Unknown(what=phrase("metadata"), reason=reason) for reason in unread),
    )


def _rights(parsed: ParsedFile) -> Iterator[Statement]:
    """Every statement of rights, wherever it stands: contradictions stay side by side."""
    for part in parsed.parts:
        for credit in part.reading.credits:
            value = printable(credit.text, MAX_CREDIT)
            if value:
                yield Statement(what=credit.right.value, path=credit.path or part.path, value=value)


def _decoded(parsed: ParsedFile) -> Iterator[tuple[str, str]]:
    """The position in decimal degrees under ``latitude`` and ``longitude``, then EXIF by ExifRead's names."""
    position = parsed.reading.position
    if position:
        yield "latitude", f"{position.latitude:.6f}"
        yield "longitude", f"{position.longitude:.6f}"
    # Only a block that could be parsed to its end: ExifRead hangs on some that loop.
    sound = (part.reading.exif for part in parsed.parts if part.reading.exif and not part.reading.doubts)
    block = next(sound, None)
    if block is not None and len(block) <= _LARGEST_BLOCK:
        yield from _in_words(block)


def _in_words(block: bytes) -> list[tuple[str, str]]:
    import exifread

    # What it has to say of a damaged block names fields of hostile files.
    logging.getLogger("exifread").setLevel(logging.CRITICAL)
    try:
        tags = exifread.process_file(io.BytesIO(block), details=False, extract_thumbnail=False)
        words = [(printable(str(name)), printable(str(tag))) for name, tag in list(tags.items())[:_MOST_DECODED]]
    except _READER_ERRORS:
        return []
    return [(name, value) for name, value in words if value]
