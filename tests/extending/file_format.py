"""Proves the difference "file format" of docs/howto/extend.md: QOI is found, parsed, decoded, stripped, not redrawn."""

from __future__ import annotations

import struct
from pathlib import Path
from tempfile import TemporaryDirectory

from imgpolicy import formats
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.terms import StripMode
from imgpolicy.domain.trace import Kind
from imgpolicy.errors import PictureError, RemedyError
from imgpolicy.picture import load
from imgpolicy.remedies.redact import crop
from imgpolicy.remedies.strip import strip
from imgpolicy.sources import expand

# A red pixel, and seven more of its like.
PLAIN = b"qoif" + struct.pack(">II", 4, 2) + b"\3\0" + b"\xfe\xc8\x1e\x1e" + b"\xc6" + bytes(7) + b"\1"
TELLING = PLAIN + b"taken at home"


def found_in_a_folder() -> list[str]:
    with TemporaryDirectory() as folder:
        for name in ("a.qoi", "renamed"):
            (Path(folder) / name).write_bytes(PLAIN)
        (Path(folder) / "empty.qoi").touch()
        return [Path(path).name for path in expand(folder)[0]]


def message_about(data: bytes) -> str:
    try:
        load(data, "a")
    except PictureError as error:
        return str(error)
    return "no error"


def message_of_a_crop() -> str:
    try:
        crop(PLAIN, Box(0, 0, 2, 2))
    except RemedyError as error:
        return str(error)
    return "no error"


found = formats.format_of(TELLING)
assert found is not None
assert found.name == "QOI"
assert found_in_a_folder() == ["a.qoi", "empty.qoi", "renamed"]

parsed = formats.parse(TELLING)
assert [one.kind for one in parsed.parts] == [Kind.PICTURE, Kind.PICTURE, Kind.UNKNOWN]
assert [trace.path.startswith("qoi/trailer") for trace in parsed.traces] == [True]

picture = load(PLAIN, "a")
assert (picture.format, picture.width, picture.height, picture.frame_count) == ("QOI", 4, 2, 1)
assert picture.pixels[1, 3].tolist() == [0xC8, 0x1E, 0x1E]

assert strip(TELLING, mode=StripMode.ALL).data == PLAIN
assert message_about(b"words").endswith("HEIC, AVIF and QOI can)")
assert message_of_a_crop().endswith("QOI files are not drawn into here; save it as JPEG or PNG first")
