"""Lines of text as a fact: of every frame, and what is not understood is told."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from tests.written import opened, page

from imgpolicy.domain.geometry import Box
from imgpolicy.domain.model import Model
from imgpolicy.engines.text import Reading
from imgpolicy.extract import Extractor
from imgpolicy.extract.text import TextExtractor, is_foreign
from imgpolicy.facts import Text
from imgpolicy.picture import Picture, load


class Reads:
    """A reader that reads the same words everywhere."""

    reader_id = "same/1"
    models: tuple[Model, ...] = ()

    def __init__(self, value: str) -> None:
        self._value = value

    def read(self, picture: Picture) -> Reading:
        return Reading(lines=(Text(box=Box(0, 0, 9, 9), value=self._value, confidence=0.9, frame=picture.frame),))


def test_its_fact_is_told_from_another_readers() -> None:
    extractor = TextExtractor(Reads("words"))
    assert isinstance(extractor, Extractor)
    assert (extractor.version, TextExtractor().version) == ("same/1", "ppocrv6-small/1")


def test_every_page_is_read() -> None:
    file = io.BytesIO()
    pages = [page([words], size=(500, 160)) for words in ("the first page", "strengt fortroligt")]
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    found = TextExtractor().extract(load(file.getvalue(), "pages.tiff"))
    assert [(line.frame, line.value.replace(" ", "")) for line in found.texts] == [
        (0, "thefirstpage"),
        (1, "strengtfortroligt"),
    ]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("机密文件", ["text in another script"]),
        ("секрет", ["text in another script"]),
        ("Ærø § 4 “ﬁ”", []),
        ("品 12", []),
    ],
)
def test_words_in_another_script_are_told_from_a_stray_sign(value: str, told: list[str]) -> None:
    assert is_foreign(value) is bool(told)
    found = TextExtractor(Reads(value)).extract(opened(Image.new("RGB", (20, 20))))
    assert [one.what for one in found.unknowns if one.lifts] == told
