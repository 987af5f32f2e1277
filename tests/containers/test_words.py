"""Places that are told in words, and what an SVG carries in its attributes, styles and scripts."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from imgpolicy import formats
from imgpolicy.containers.blocks.positions import names_position
from imgpolicy.domain.terms import StripMode
from imgpolicy.domain.trace import Kind
from imgpolicy.errors import RemedyError
from imgpolicy.remedies.strip import strip


@pytest.mark.parametrize(
    "text",
    [
        *("taken at 10.5000, 20.2500", "55.6761 N 12.5683 E", "at -33.8568;151.2153", "55,676;12,568"),
        *("55° 40' 34\" N 12° 34' 6\" E", "geo:55.67,12.56", "https://www.google.com/maps/@1,2", "maps.apple.com/?q=x"),
    ],
)
def test_coordinates_in_words_are_a_place(text: str) -> None:
    assert names_position(text)


@pytest.mark.parametrize("text", ["version 1.2.3, 4.5", "f/2.8, 1/250", "2026-05-01 12:30", "3.14", "1024, 768", ""])
def test_other_numbers_are_none(text: str) -> None:
    assert not names_position(text)


def test_a_comment_that_tells_a_place_is_taken_out_with_the_location() -> None:
    data = io.BytesIO()
    Image.new("RGB", (16, 16)).save(data, "JPEG", comment=b"taken at 10.5000, 20.2500")
    done = strip(data.getvalue(), mode=StripMode.LOCATION)
    assert [trace.kind for trace in done.removed] == [Kind.COORDINATE]
    assert b"20.2500" not in done.data


def picture(comment: bytes = b"") -> str:
    """A small JPEG in base64."""
    data = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(data, "JPEG", comment=comment)
    return base64.b64encode(data.getvalue()).decode()


def drawing(inside: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{inside}</svg>'.encode()


TELLING = f"data:image/jpeg;base64,{picture(b'somebody was here')}"


@pytest.mark.parametrize(
    "inside",
    [
        f'<image href="{TELLING}"/>',
        f'<rect style="fill:url({TELLING})"/>',
        f"<style>.a{{background:url({TELLING})}}</style>",
        f'<foreignObject><img xmlns="http://www.w3.org/1999/xhtml" src="{TELLING}"/></foreignObject>',
        f'<image href="{TELLING.replace("data:", "&#100;ata:")}"/>',
        f'<image href="{TELLING.replace("data:", "%64ata:")}"/>',
        '<image href="data:text/html,hello"/>',
        *("<script>1</script>", '<rect onclick="1"/>'),
    ],
)
def test_an_svg_with_data_that_tells_something_or_with_scripts_is_refused(inside: str) -> None:
    data = drawing(inside)
    assert formats.parse(data).unread
    for mode in StripMode:
        with pytest.raises(RemedyError):
            strip(data, mode=mode)


def test_an_svg_whose_picture_tells_nothing_stays_as_it_is() -> None:
    data = drawing(f'<rect style="fill:url(data:image/jpeg;base64,{picture()})" width="3" height="3"/>')
    assert strip(data, mode=StripMode.ALL).data == data
