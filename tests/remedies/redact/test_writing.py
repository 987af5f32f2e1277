"""Lines of text and codes under a cover: nothing of them is left to read, however covers are made."""

from __future__ import annotations

import pytest
from tests.remedies.redact.support import encoded
from tests.written import code, page

from imgpolicy.domain.terms import Manner
from imgpolicy.engines.text.ppocr import PaddleReader
from imgpolicy.extract.codes import CodeExtractor
from imgpolicy.picture import load
from imgpolicy.remedies.redact import Region, Shape, redact
from imgpolicy.remedies.redact.regions import GREY

SECRET = "Konto DK50 0040 0440 1162 43"


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("manner", Manner)
def test_a_covered_line_is_read_by_nobody_and_its_neighbours_still_are(kind: str, manner: Manner) -> None:
    reader = PaddleReader()
    data = encoded(page(["Opening hours", SECRET, "Example Library"]), kind)
    (line,) = (one for one in reader.read(load(data, "page")).lines if "DK" in one.value)
    redacted = redact(data, [Region(box=line.box, shape=Shape.RECTANGLE, solid=True)], manner=manner)
    lines = [one.value.replace(" ", "") for one in reader.read(load(redacted.data, "covered")).lines]
    assert lines == ["Openinghours", "ExampleLibrary"]
    left, top, right, bottom = line.box
    # Inside, where the blocks of a JPEG hold nothing else.
    under = load(redacted.data, "covered").pixels[top + 8 : bottom - 8, left + 8 : right - 8].astype(int)
    assert under.size
    assert abs(under - GREY).max() <= 2


def test_a_covered_code_is_read_by_nobody() -> None:
    data = encoded(code("WIFI:S:guests;T:WPA;P:example1;;", module=6), "PNG")
    (found,) = CodeExtractor().extract(load(data, "code")).codes
    redacted = redact(data, [Region(box=found.box, shape=Shape.RECTANGLE, solid=True)], manner=Manner.MOSAIC)
    left = CodeExtractor().extract(load(redacted.data, "covered"))
    assert (left.codes, left.unknowns) == ((), ())
