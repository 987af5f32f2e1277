"""What `imgpolicy inspect` shows, with plug-ins that look too."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.containers.planted import box, chunk, encoded, exif, psd, resource, segment, xmp
from tests.support import Run

from imgpolicy.assembly import all_extractors
from imgpolicy.domain.geometry import Box
from imgpolicy.engines import FaceEngine
from imgpolicy.extract import Extractor
from imgpolicy.facts import Code, Codes, Fact, Text, Texts
from imgpolicy.picture import Picture

Grid: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, eq=False)
class Weather(Fact):
    """What a plug-in may see."""

    sunny: bool
    sky: Box
    words: dict[str, str]
    clouds: Grid


@dataclass(frozen=True, kw_only=True)
class Mood(Fact):
    """What a plug-in should keep to itself."""

    who: str = "Anna is sad"


class Gives:
    """An extractor of a plug-in that finds one thing in every picture."""

    version = "1"

    def __init__(self, fact: Fact, *, sensitive: bool = False) -> None:
        self.gives: type[Fact] = type(fact)
        self.sensitive = sensitive
        self._fact = fact

    def extract(self, picture: Picture) -> Fact:
        del picture
        return self._fact


PLUG_INS = (
    Gives(Texts(texts=(Text(box=Box(1, 2, 3, 4), value="STRICTLY\x1b[31m SECRET", confidence=0.98765, frame=1),))),
    Gives(Codes(codes=(Code(box=Box(5, 6, 7, 8), kind="qr", value="https://example.org"),))),
    Gives(Weather(sunny=True, sky=Box(0, 0, 9, 9), words={"en": "fine\n"}, clouds=np.zeros((2, 2), np.float32))),
    Gives(Mood(), sensitive=True),
)


def raf() -> bytes:
    """A raw picture of Fujifilm's with a JPEG inside that knows where it was taken."""
    plain = encoded("JPEG")
    inner = plain[:20] + segment(0xE1, b"Exif\0\0" + exif()) + plain[20:]
    return (b"FUJIFILMCCD-RAW 0201" + bytes(64) + b"\0\0\0\x5c" + len(inner).to_bytes(4, "big")).ljust(
        92, b"\0"
    ) + inner


def damaged_png() -> bytes:
    """A PNG that knows where it was taken and whose pixels are no deflated stream."""
    return encoded("PNG")[:33] + chunk(b"eXIf", exif()) + chunk(b"IDAT", bytes(9)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        pytest.param("JP2", lambda: box(b"uuid", b"JpgTiffExif->JP2" + exif()), id="jpeg-2000"),
        pytest.param("PSD", lambda: psd(resource(0x0424, xmp())), id="photoshop"),
        pytest.param("JXL", lambda: box(b"Exif", bytes(4) + exif()) + box(b"jxlc", b"\xff\x0a" + bytes(40)), id="jxl"),
        pytest.param("RAW", raf, id="raw"),
        pytest.param("PNG", damaged_png, id="damaged"),
    ],
)
def test_a_file_whose_picture_cannot_be_decoded_tells_its_metadata_all_the_same(
    name: str, data: Callable[[], bytes], imgpolicy: Run, tmp_path: Path
) -> None:
    heads = {"JP2": encoded("JPEG2000"), "JXL": b"\0\0\0\x0cJXL \r\n\x87\n" + box(b"ftyp", b"jxl \0\0\0\0jxl ")}
    (tmp_path / "picture").write_bytes(heads.get(name, b"") + data())
    ran = imgpolicy("inspect", "picture", "--format", "json", folder=tmp_path)
    shown = json.loads(ran.out)
    assert ran.code == 0
    assert (shown["picture"]["format"], shown["picture"]["width"]) == (name, None)
    assert "coordinate" in {one["kind"] for one in shown["facts"]["metadata"]["findings"]}
    assert shown["facts"]["faces"] is None
    assert shown["not_checked"][0]["what"] == "the picture"
    text = imgpolicy("inspect", "picture").out
    assert text.splitlines()[0] == f"picture  {name}"


OTHERS = {
    "a PDF": b"%PDF-1.7\n",
    "a film": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
    "a film, by another mark": b"\x1a\x45\xdf\xa3" + bytes(20),
    "an office document": b"PK\3\4" + bytes(26) + b"[Content_Types].xml",
    "an office document, of old": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "an archive": b"PK\3\4" + bytes(26) + b"holiday.jpg",
    "a sound recording": b"ID3\4",
    "a web page": b"\n<!DOCTYPE html>",
    "a PostScript file": b"%!PS-Adobe-3.0",
}


@pytest.mark.parametrize(("what", "data"), OTHERS.items())
def test_what_is_no_picture_is_told_by_its_content_through_every_door(
    what: str, data: bytes, imgpolicy: Run, demo: Path, tmp_path: Path
) -> None:
    (tmp_path / "photo.jpg").write_bytes(data)
    told = what.partition(",")[0]
    policy = str(demo / "imgpolicy.toml")
    checked = imgpolicy("check", "photo.jpg", "--policy", policy, "--format", "json", folder=tmp_path)
    report = json.loads(checked.out)["reports"][0]
    assert (checked.code, report["verdict"], report["findings"][0]["code"]) == (4, "review", "X001")
    assert f"photo.jpg: {told}" in report["findings"][0]["message"]
    assert f"photo.jpg: {told}" in imgpolicy("inspect", "photo.jpg").err
    ran = imgpolicy("strip", "photo.jpg", "-o", "clean.jpg")
    assert (ran.code, (tmp_path / "clean.jpg").exists()) == (4, False)
    assert f"cannot be stripped: it is {told}" in ran.err


@pytest.fixture
def named(own_demo: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A demo whose policy names plug-ins, and whose register cannot be opened."""

    def extractors(engine: FaceEngine, names: tuple[str, ...] = (), *, compare: bool = True) -> tuple[Extractor, ...]:
        assert names == ("several",)
        return (*all_extractors(engine, compare=compare), *PLUG_INS)

    monkeypatch.setattr("imgpolicy.inspection.all_extractors", extractors)
    policy = own_demo / "imgpolicy.toml"
    policy.write_text(f'extractors = ["several"]\n{policy.read_text()}')
    (own_demo / "consent_db" / "register.sqlite").write_bytes(b"no register")
    return own_demo


def test_what_plug_ins_find_is_shown_but_for_what_is_sensitive(imgpolicy: Run, named: Path) -> None:
    ran = imgpolicy("inspect", "pictures/meadow.jpg", "--format", "json", folder=named)
    shown = json.loads(ran.out)
    assert ran.code == 0
    assert shown["facts"]["texts"] == [
        {"box": [1, 2, 3, 4], "value": r"STRICTLY\x1b[31m SECRET", "confidence": 0.9877, "frame": 1}
    ]
    assert shown["facts"]["codes"] == [{"box": [5, 6, 7, 8], "kind": "qr", "value": "https://example.org", "frame": 0}]
    weather = {"sunny": True, "sky": [0, 0, 9, 9], "words": {"en": r"fine\n"}, "clouds": "ndarray"}
    assert shown["facts"]["others"] == {"weather": weather}
    left = {unknown["what"] for unknown in shown["not_checked"]}
    assert not {"text", "work mail", "confidential markings", "codes"} & left
    text = imgpolicy("inspect", "pictures/meadow.jpg").out
    assert all(
        words in text for words in (r"STRICTLY\x1b[31m SECRET", "qr https://example.org", "weather: {'sunny': True")
    )
    assert not any("Anna" in out for out in (ran.out, text))


def test_no_policy_is_needed_and_one_that_is_named_is_read(
    imgpolicy: Run, demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = str(demo / "pictures" / "meadow.jpg")
    shown = json.loads(imgpolicy("inspect", picture, "--format", "json", folder=tmp_path).out)
    assert (shown["facts"]["texts"], shown["facts"]["codes"], "others" in shown["facts"]) == ([], [], False)
    ran = imgpolicy("inspect", picture, "--policy", "none.toml")
    assert (ran.code, ran.err.count("\n")) == (4, 1)
    policy = (demo / "imgpolicy.toml").read_text()
    (tmp_path / "policy.toml").write_text(f'extractors = ["misspelt"]\n{policy}')
    monkeypatch.setenv("IMGPOLICY_POLICY", "policy.toml")
    ran = imgpolicy("inspect", picture)
    assert (ran.code, "misspelt" in ran.err) == (4, True)
