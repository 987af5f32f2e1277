"""SVG: what runs, leads out of the file or tells something is taken out, and pictures in it are cleaned."""

from __future__ import annotations

import contextlib
import io
import time

import pytest
import resvg_py
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.containers.drawings import (
    REFERRING,
    RUNNING,
    SECRET,
    SHAPE,
    SPACES,
    drawing,
    in_base64,
    in_css,
    in_entities,
    in_percent,
    left_in,
    nested,
    picture,
    pictures_in,
)
from tests.containers.planted import segment, xmp

from imgpolicy import formats
from imgpolicy.containers.svg.css import pieces
from imgpolicy.domain.terms import StripMode
from imgpolicy.domain.trace import Kind
from imgpolicy.errors import RemedyError
from imgpolicy.remedies.proof_svg import prove_drawing
from imgpolicy.remedies.strip import strip

HOSTILE = {**RUNNING, **REFERRING}


def cleaned(data: bytes, mode: StripMode = StripMode.ALL) -> bytes:
    return strip(data, mode=mode).data


def drawn(data: bytes) -> bytes:
    """The drawing's pixels."""
    png = bytes(resvg_py.svg_to_bytes(svg_string=data.decode(), skip_system_fonts=True))
    return Image.open(io.BytesIO(png)).tobytes()


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("mode", StripMode)
def test_what_runs_or_leads_out_of_the_file_is_taken_out_in_both_modes(piece: str, mode: StripMode) -> None:
    data = drawing(piece)
    assert left_in(data)
    done = strip(data, mode=mode)
    assert not left_in(done.data)
    assert done.removed
    assert drawn(done.data) == drawn(drawing())


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_the_second_reader_alone_refuses_what_the_first_takes_out(piece: str) -> None:
    with pytest.raises(RemedyError, match="proof failed"):
        prove_drawing(drawing(piece), drawing(piece), lambda _old, _new: None)


@pytest.mark.parametrize(
    ("piece", "path", "kind"),
    [
        ("<script>1</script>", "svg/script", Kind.UNKNOWN),
        ('<g onclick="1"/>', "svg/handler", Kind.UNKNOWN),
        ('<a href="java&#9;script:1"/>', "svg/script-link", Kind.UNKNOWN),
        ('<set attributeName="onclick" to="1"/>', "svg/script-animation", Kind.UNKNOWN),
        ("<foreignObject/>", "svg/foreign-content", Kind.UNKNOWN),
        ('<g requiredExtensions="x"/>', "svg/foreign-content", Kind.UNKNOWN),
        ('<a href="https://example.org/?who=1"/>', "svg/outside-reference", Kind.UNKNOWN),
        ('<a href="https://www.google.com/maps/@1,2"/>', "svg/outside-reference", Kind.COORDINATE),
        ("<g style='fill:url(x.svg#a)'/>", "svg/outside-reference", Kind.UNKNOWN),
        ('<image href="file:///home/x.png"/>', "svg/local-file", Kind.IDENTITY),
        ("<style>/* x */</style>", "svg/style-comment", Kind.IDENTITY),
        ("<!-- 10.5000, 20.2500 -->", "svg/comment", Kind.COORDINATE),
        ("<blink/>", "svg/element", Kind.UNKNOWN),
        ('<style type="text/x">x</style>', "svg/element", Kind.UNKNOWN),
        ('<g secret="x"/>', "svg/attribute", Kind.UNKNOWN),
        ('<g aria-label="x"/>', "svg/attribute", Kind.UNKNOWN),
        (f'<image href="{in_base64(picture())}"/>', "svg/jpeg/app1-exif/gps", Kind.COORDINATE),
    ],
)
def test_what_is_taken_out_is_told(piece: str, path: str, kind: Kind) -> None:
    told = [(trace.path, trace.kind) for trace in formats.parse(drawing(piece)).traces]
    assert (path, kind) in told
    assert (path, kind) in [(trace.path, trace.kind) for trace in strip(drawing(piece), mode=StripMode.ALL).removed]


@pytest.mark.parametrize(
    "piece",
    [
        '<a href="#a" target="_self"/>',
        '<use href="#a"/><use xlink:href=" #a "/>',
        "<style>@namespace 'http://www.w3.org/2000/svg'; rect{fill:url('#a') red}</style>",
        "<style>@namespace s url(http://www.w3.org/2000/svg); s|g{fill:red}</style>",
        '<style><![CDATA[a>b{content:"/* no comment */"}]]></style>',
        '<g style="font-family:\'A&apos;B\';filter:url( #a )" id="data" class="a:b url"/>',
        "<text>metadata: a, b; https://example.org</text>",
        '<switch><g requiredFeatures="http://www.w3.org/TR/SVG11/feature#Extensibility"/></switch>',
        '<animate attributeName="x" values="1;2" begin="a.click"/><text xml:space="preserve" xml:lang="da">x</text>',
        f'<image href="{in_base64(picture(telling=False))}"/>',
        f'<g style="fill:url(&quot;{in_base64(picture(telling=False))}&quot;)"/>',
        "<style>.a{background:url(\"data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg'/>\")}</style>".replace(
            "<svg ", "&lt;svg "
        ).replace("svg'/>", "svg'/&gt;"),
    ],
)
def test_what_draws_stays_word_for_word(piece: str) -> None:
    data = drawing(piece.replace(' target="_self"', ""))
    assert cleaned(data) == data


PLACES = {
    "href": '<image href="{}" width="8" height="8"/>',
    "xlink": "<image xlink:href='{}' width='8' height='8'/>",
    "feimage": '<filter id="q"><feImage href="{}"/></filter>',
    "style": '<g style="fill:url({})"/>',
    "quoted": "<g style='background:url( \"{}\" ) red'/>",
    "attribute": '<g fill="url({}) red"/>',
    "element": "<style>.q{{fill:url({})}}</style>",
    "cdata": "<style><![CDATA[.q{{fill:url('{}')}}]]></style>",
}
WRITTEN = {
    "base64": in_base64(picture()),
    "percent": in_percent(picture()),
    "media-type": in_base64(picture(), f"image/jpeg;name={SECRET}"),
    "wrong-media-type": in_base64(picture(), "text/plain"),
    "upper-case": in_base64(picture()).replace("data:image", "DATA:IMAGE"),
    "png": in_base64(picture("PNG"), "image/png"),
    "gif": in_base64(picture("GIF"), "image/gif"),
    "webp": in_base64(picture("WEBP"), "image/webp"),
    "drawing": nested(in_base64(picture())),
    "drawings": nested(in_base64(picture()), 3),
    "drawing-percent": in_percent(drawing(f"<script>{SECRET}</script>"), "image/svg+xml"),
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("uri", WRITTEN.values(), ids=WRITTEN)
@pytest.mark.parametrize("mode", StripMode)
def test_a_picture_in_a_drawing_is_cleaned_wherever_it_stands(place: str, uri: str, mode: StripMode) -> None:
    done = strip(drawing(place.format(uri)), mode=mode)
    assert not left_in(done.data)
    assert done.removed
    before, after = list(pictures_in(drawing(place.format(uri)))), list(pictures_in(done.data))
    assert len(after) == len(before) > 0
    for old, new in zip(before, after, strict=True):
        if b"<svg" not in old:
            assert Image.open(io.BytesIO(old)).tobytes() == Image.open(io.BytesIO(new)).tobytes()


@pytest.mark.parametrize(
    "piece",
    [
        PLACES["href"].format(in_entities(WRITTEN["base64"])),
        PLACES["href"].format("\n " + WRITTEN["base64"].replace("/", "/&#10;", 1)),
        PLACES["style"].format(in_css(WRITTEN["base64"])),
        PLACES["style"].format(in_entities(WRITTEN["base64"])).replace("url", "\\75 r\\6c"),
        PLACES["element"].format(in_css(WRITTEN["base64"])),
        PLACES["element"].format(WRITTEN["base64"]).replace("<style>", "<style><!-- x -->"),
        PLACES["element"].format(in_base64(picture(telling=False))).replace("<style>", "<style><!-- x -->"),
        PLACES["element"].format(in_entities(WRITTEN["base64"])),
    ],
)
def test_a_picture_is_cleaned_however_its_address_is_written(piece: str) -> None:
    done = cleaned(drawing(piece))
    assert not left_in(done)
    assert len(list(pictures_in(done))) == 1


@pytest.mark.parametrize(
    "piece",
    [
        '<image href="data:text/html,hello"/>',
        "<style>@font-face{src:url(data:font/woff2;base64,d09GMg==)}</style>",
        '<style>.a{content:"data:image/jpeg;base64,AAAA"}</style>',
        f"<text>{WRITTEN['base64']}</text>",
        f"<text>{in_entities(WRITTEN['base64'])}</text>",
        "<text>%64ata:image/png;base64,AAAA</text>",
        "<text>da<tspan/></text><text>da<!-- -->ta:image/png;base64,AAAA</text>",
        '<g id="data:image/png;base64,AAAA"/>',
        '<g id="xdata:image/png;base64,AAAA"/>',
        '<g font-family="data:image/png;base64,AAAA"/>',
        PLACES["href"].format(nested(WRITTEN["base64"], 5)),
        PLACES["href"].format(in_base64(b"no picture")),
        PLACES["href"].format(WRITTEN["base64"] + "*" + SECRET),
        PLACES["href"].format(WRITTEN["base64"] + "#" + SECRET),
        PLACES["href"].format(in_base64(picture()[:200])),
        PLACES["href"].format(in_base64(b"<svg xmlns='http://www.w3.org/2000/svg'><a></svg>", "image/svg+xml")),
    ],
)
@pytest.mark.parametrize("mode", StripMode)
def test_data_that_cannot_be_cleaned_is_refused_in_one_line(piece: str, mode: StripMode) -> None:
    with pytest.raises(RemedyError) as caught:
        strip(drawing(piece), mode=mode)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        drawing(before='<?xml version="1.0" encoding="ISO-8859-1"?>'),
        drawing(before=f'<?xml version="1.0"{" " * 300}encoding="ISO-8859-1"?>'),
        drawing(before='<!DOCTYPE svg [<!ENTITY x "y">]>'),
        f"<g {SPACES}><svg/></g>".encode(),
        b"<svg><rect/></svg>",
        drawing("&nothing;"),
    ],
)
def test_what_is_no_drawing_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(RemedyError) as caught:
        strip(data, mode=StripMode.ALL)
    assert "\n" not in str(caught.value)


def test_an_element_without_content_is_taken_out_alone() -> None:
    assert cleaned(drawing("<g><metadata/></g><title/> <g/>")) == drawing("<g></g> <g/>")


def test_a_stylesheet_beside_the_drawing_is_taken_out() -> None:
    data = drawing(before='<?xml-stylesheet href="http://example.org/x.css"?>')
    done = strip(data, mode=StripMode.LOCATION)
    assert done.data == drawing()
    assert [trace.path for trace in done.removed] == ["svg/outside-reference"]


def test_rights_in_a_picture_in_a_drawing_stay_unless_they_are_not_kept() -> None:
    data, exif = io.BytesIO(), Image.Exif()
    exif[0x8298] = "Copyright Example"
    Image.new("RGB", (8, 8)).save(data, "JPEG", exif=exif)
    uri = drawing(f'<image href="{in_base64(data.getvalue())}"/>')
    kept = strip(uri, mode=StripMode.ALL)
    assert [trace.value for trace in kept.kept] == ["Copyright Example"]
    assert strip(uri, mode=StripMode.ALL, keep_credit=False).kept == ()


@given(
    planted=st.lists(
        st.one_of(
            st.sampled_from(sorted(HOSTILE.values())),
            st.builds(str.format, st.sampled_from(sorted(PLACES.values())), st.sampled_from(sorted(WRITTEN.values()))),
        ),
        max_size=4,
    ),
    wrapped=st.sampled_from(["{}", "<g>{}</g>", "<svg><g>{}</g></svg>", "<defs>{}</defs>", "<s:switch>{}</s:switch>"]),
    between=st.sampled_from(["", "\n", "<!-- x -->", SHAPE, "<title>x</title>"]),
)
def test_whatever_is_planted_nothing_is_left_and_it_draws_the_same(
    planted: list[str], wrapped: str, between: str
) -> None:
    data = drawing(wrapped.format(between.join(planted)))
    once = strip(data, mode=StripMode.ALL)
    assert not left_in(once.data)
    assert drawn(once.data) == drawn(data)
    again = strip(once.data, mode=StripMode.ALL)
    assert (again.data, again.removed) == (once.data, ())


@pytest.mark.parametrize(
    "text",
    [
        *("data:" * 100_000, "a:b;" * 100_000, "/*" * 100_000, "(" * 100_000 + "url(", "'\\\n" * 50_000),
        *("image-set(" + "(" * 100_000, "url(x " + " " * 100_000 + "y)", "@import " + "x " * 50_000, "\\" * 100_001),
    ],
    ids=range(9),
)
def test_a_long_style_takes_no_longer_than_its_length_asks_for(text: str) -> None:
    before = time.process_time()
    with contextlib.suppress(RemedyError):
        strip(drawing(f"<style>{text}</style>"), mode=StripMode.ALL)
    assert time.process_time() - before < 3


@given(st.text(st.sampled_from("\\/*'\"()@;{}# \n75url(:ax-é"), max_size=40))
def test_css_in_pieces_is_the_same_css(text: str) -> None:
    assert "".join(piece.text for piece in pieces(text)) == text


def test_a_picture_in_a_drawing_goes_on_to_say_that_ai_made_it() -> None:
    term = b"http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    space = b' xmlns:ext="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
    packet = b"http://ns.adobe.com/xap/1.0/\0" + xmp(
        b"<ext:DigitalSourceType" + space + b">" + term + b"</ext:DigitalSourceType>"
    )
    plain = picture(telling=False)
    data = plain[:20] + segment(0xE1, packet) + plain[20:]
    done = strip(drawing(f'<image href="{nested(in_base64(data))}"/>'), mode=StripMode.ALL, keep_credit=False)
    assert done.made_by_ai
    assert Kind.COORDINATE in {trace.kind for trace in done.removed}
