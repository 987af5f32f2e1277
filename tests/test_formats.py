"""One row a file format: what each says of itself holds, and nowhere else in the code is there a second list."""

from __future__ import annotations

import ast
import io
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from PIL import Image
from tests.containers.planted import box, encoded, encoded_heif, encoded_stream, picture
from tests.containers.planted import tiff as planted_tiff

from imgpolicy import formats
from imgpolicy.domain.terms import StripMode
from imgpolicy.errors import PictureError, RemedyError
from imgpolicy.formats import FORMATS, Decoder, Format, Frames, format_of
from imgpolicy.language import LanguageCode, language
from imgpolicy.phrase import message_of
from imgpolicy.picture import load
from imgpolicy.remedies.redact import avif, bmp, gif, heif, jpeg, png, tiff, webp
from imgpolicy.remedies.redact.regions import Redraws
from imgpolicy.remedies.strip import strip
from imgpolicy.sources import expand

SOURCE = Path(formats.__file__).parent

REDRAW: tuple[Redraws, ...] = (jpeg, png, webp, gif, tiff, bmp, heif, avif)
"""The type checker holds each module against what it has to have."""

NOT_REDRAWN: dict[str, str] = {}
"""Formats that are decoded and not drawn into, and why."""

OWN_PICTURES = {
    "cli/interactive.py": "the picture that somebody is asked about is shown as a file",
    "extract/logos/artwork.py": "artwork is kept in the register as a file",
    "extract/logos/sheet.py": "what is looked for is drawn as a file",
    "measure.py": "pictures are made smaller to measure with",
    "render/preview.py": "pages show small pictures",
    "render/signature.py": "a drawn signature is kept as a file",
    "rules/examples.py": "reports in the documentation are on a picture that is not there",
}
"""Where a format's name may stand besides: code that writes a picture of its own, and asks for no other's format."""


def two(kind: str) -> bytes:
    """A file with two pictures that differ."""
    file = io.BytesIO()
    frames = [picture(), picture().rotate(180)]
    if kind == "HEIF":
        from pillow_heif import HeifFile

        heic = HeifFile()  # type: ignore[no-untyped-call]  # pillow-heif leaves it untyped
        for frame in frames:
            heic.add_from_pillow(frame)
        heic.save(file)
    else:
        frames[0].save(file, kind, save_all=True, append_images=frames[1:])
    return file.getvalue()


def samples(name: str) -> tuple[bytes, ...]:
    """Files of the format of this name; those of a `Frames` but `ONE` with two pictures in the last."""
    jxl = box(b"JXL ", b"\r\n\x87\n") + box(b"ftyp", b"jxl \0\0\0\0jxl ") + box(b"jxlc", b"\xff\x0a" + bytes(60))
    psd = b"8BPS\0\1" + bytes(6) + b"\0\3\0\0\0\1\0\0\0\1\0\x08\0\3" + bytes(14)
    raf = (b"FUJIFILMCCD-RAW 0201" + bytes(64) + b"\0\0\0\x5c" + bytes(4)).ljust(92, b"\0") + encoded("JPEG")
    made: dict[str, Callable[[], tuple[bytes, ...]]] = {
        "JPEG": lambda: (encoded("JPEG"), two("MPO")),
        "PNG": lambda: (encoded("PNG"), two("PNG")),
        "WEBP": lambda: (encoded("WEBP"), two("WEBP")),
        "GIF": lambda: (encoded("GIF"), two("GIF")),
        "TIFF": lambda: (encoded("TIFF"), two("TIFF")),
        "BMP": lambda: (encoded("BMP"),),
        "HEIF": lambda: (encoded_heif("HEIF"), two("HEIF")),
        "AVIF": lambda: (encoded_heif("AVIF"), two("AVIF")),
        "JXL": lambda: (jxl, b"\xff\x0a" + bytes(60)),
        "JP2": lambda: (encoded("JPEG2000"), encoded_stream()),
        "PSD": lambda: (psd,),
        "RAW": lambda: (raf, box(b"ftyp", b"crx \0\0\0\1crx isom") + box(b"mdat", bytes(60)), b"IIRO" + bytes(60)),
        "SVG": lambda: (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9"/></svg>',),
    }
    return made[name]()


EVERY = pytest.mark.parametrize("row", FORMATS, ids=lambda row: row.name)
DECODED = pytest.mark.parametrize("row", [row for row in FORMATS if row.decoder], ids=lambda row: row.name)


def how(row: Format) -> Decoder:
    assert row.decoder is not None
    return row.decoder


def test_no_name_and_no_ending_stands_in_two_rows() -> None:
    assert len({row.name for row in FORMATS}) == len(FORMATS)
    endings = Counter(suffix for row in FORMATS for suffix in row.suffixes)
    assert set(endings.values()) == {1}
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in endings)
    opened = Counter(name for row in FORMATS if row.decoder for name in row.decoder.names)
    assert set(opened.values()) == {1}


@EVERY
def test_a_file_is_known_by_its_first_bytes_and_to_one_row_alone(row: Format) -> None:
    for data in samples(row.name):
        assert [one.name for one in FORMATS if one.matches(data[:1024])] == [row.name]
        assert format_of(data) is row
        assert formats.parse(data).format == row.name


def test_a_raw_picture_that_is_built_like_a_tiff_is_walked_as_one_and_called_raw() -> None:
    dng = planted_tiff([(0xC612, 1, b"\1\4\0\0")])
    assert format_of(dng) is formats.named("TIFF")
    assert formats.parse(dng).format == "RAW"
    with pytest.raises(RemedyError, match="raw pictures are read, not written"):
        strip(dng, mode=StripMode.ALL)


@EVERY
def test_a_folder_gives_its_files_by_each_ending_and_by_their_marks(row: Format, tmp_path: Path) -> None:
    wanted = [str(tmp_path / f"a{suffix}") for suffix in sorted(row.suffixes)]
    for path in wanted:
        Path(path).touch()
    for number, data in enumerate(samples(row.name) if row.marks else ()):
        wanted.append(str(tmp_path / f"unnamed-{number}"))
        Path(wanted[-1]).write_bytes(data)
    (tmp_path / "z.txt").write_bytes(b"words")
    assert sorted(expand(str(tmp_path))[0]) == sorted(wanted)


@EVERY
def test_a_file_is_written_again_in_its_format_or_the_row_says_that_it_is_not(row: Format) -> None:
    for data in samples(row.name):
        if row.rewrite is None:
            with pytest.raises(RemedyError, match=f"{row.name} files are read, not written"):
                strip(data, mode=StripMode.ALL)
        else:
            assert strip(data, mode=StripMode.ALL).format == row.name


@DECODED
def test_a_picture_is_decoded_by_the_decoder_that_its_row_names(row: Format) -> None:
    for data in samples(row.name):
        assert formats.is_for_libheif(data) == (how(row).libheif is not None)
        assert load(data, "a").format == row.name
    assert load(samples(row.name)[-1], "a").frame_count == (1 if how(row).frames is Frames.ONE else 2)


@DECODED
def test_every_name_that_pillow_gives_to_an_opened_file_is_in_the_row(row: Format) -> None:
    if how(row).libheif is None:
        names = {Image.open(io.BytesIO(data), formats=formats.PILLOW).format for data in samples(row.name)}
        assert names == {*how(row).names}


@pytest.mark.parametrize("row", [row for row in FORMATS if not row.decoder], ids=lambda row: row.name)
def test_what_is_not_decoded_is_refused_with_the_names_of_all_that_are(row: Format) -> None:
    told = "a: not a picture that can be read here (JPEG, PNG, WebP, GIF, TIFF, BMP, HEIC and AVIF can)"
    sagt = "a: ikke et billede, der kan læses her (JPEG, PNG, WebP, GIF, TIFF, BMP, HEIC og AVIF kan)"
    with pytest.raises(PictureError) as caught:
        load(samples(row.name)[-1], "a")
    assert (str(caught.value), language(LanguageCode.DANISH).say(message_of(caught.value))) == (told, sagt)


def test_every_decoded_format_is_redrawn_by_a_module_of_its_own_or_it_is_said_why_not() -> None:
    named = {row.name: row.redrawn_by for row in FORMATS if row.redrawn_by}
    assert named.keys() == {row.name for row in FORMATS if row.decoder} - NOT_REDRAWN.keys()
    assert {import_module(module) for module in named.values()} == {*REDRAW}
    assert len(REDRAW) == len(named)
    assert all(isinstance(import_module(module), Redraws) for module in named.values())


def test_what_is_redrawn_is_stripped_first_and_so_can_be_written() -> None:
    assert all(row.rewrite for row in FORMATS if row.redrawn_by)


def test_a_drawing_has_no_pixels_to_compare() -> None:
    assert not any(row.drawing and row.decoder for row in FORMATS)


def test_the_table_loads_nothing_heavy() -> None:
    script = (
        "import sys; import imgpolicy.formats\n"
        "heavy = {'numpy', 'cv2', 'PIL', 'pillow_heif', 'imgpolicy.remedies', 'imgpolicy.picture'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def own_modules() -> Iterator[str]:
    """The files of the formats' own modules."""
    for row in FORMATS:
        for module in (row.parse.__module__, row.redrawn_by):
            file = import_module(module).__file__ if module else None
            if file:
                yield Path(file).relative_to(SOURCE).as_posix()


@pytest.mark.slow
def test_no_other_module_knows_a_format_by_its_name_or_ending() -> None:
    words = {word for row in FORMATS for word in (row.name, *row.suffixes)}
    words |= {word for row in FORMATS if row.decoder for word in (row.decoder.label, *row.decoder.names)}
    knowing = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in words
    }
    assert knowing - {"formats.py", *own_modules()} == OWN_PICTURES.keys()
