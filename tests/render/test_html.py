"""The page of a report: everything is said, nothing is fetched, run or shown that must not be."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.render.test_machines import waived
from tests.wire.test_report import report

from imgpolicy.domain.geometry import Box
from imgpolicy.domain.verdict import Verdict
from imgpolicy.facts import Unknown
from imgpolicy.picture import Picture, load
from imgpolicy.render import Shown
from imgpolicy.render.html import reports_html
from imgpolicy.render.preview import LONG_SIDE, preview, unidentified


def _harmless() -> str:
    buffer = io.BytesIO()
    Image.new("RGB", (300, 200), (40, 90, 60)).save(buffer, "JPEG")
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()


HARMLESS = _harmless()


class Page(HTMLParser):
    """What a browser would make of a page: its elements and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def page(*shown: Shown) -> Page:
    return Page(reports_html(shown))


def picture(width: int = 400, height: int = 300) -> Picture:
    noise = np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, "PNG")
    return load(buffer.getvalue(), "noise.png")


def pixels(url: str) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    head, data = url.split(",", 1)
    assert head == "data:image/jpeg;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))


def test_verdict_reason_place_way_out_and_limits_are_there() -> None:
    text = page(Shown(report(), HARMLESS)).text
    for said in ("no-go", "photo.jpg", "P101", "Unknown person: because", "1 (10, 20)", "hide it", "imgpolicy clean"):
        assert said in text
    for said in ("eileen", "covered", "c-1", "nobody reads it", "channel facebook", "ab" * 32):
        assert said in text


def test_the_box_lies_where_the_finding_is() -> None:
    drawn = page(Shown(report(), HARMLESS)).all("rect")
    assert drawn == [{"x": "10", "y": "20", "width": "100", "height": "120", "class": "box-no-go"}]


def test_what_is_on_another_frame_is_told_and_not_drawn() -> None:
    face, finding = replace(report().faces[0], frame=3), replace(report().findings[0], evidence={"frame": 3})
    made = page(Shown(replace(report(), faces=(face,), findings=(finding,)), HARMLESS))
    assert not made.all("rect")
    assert made.text.count("frame 3 (10, 20)") == 2


def test_the_worst_stands_first_and_an_unreadable_one_before_it() -> None:
    good = replace(report("good.jpg"), findings=())
    blind = replace(report("blind.jpg"), picture=replace(report().picture, name="blind.jpg", width=None))
    text = page(Shown(good), Shown(report("bad.jpg")), Shown(blind)).text
    assert text.index("blind.jpg") < text.index("bad.jpg") < text.index("good.jpg")


@pytest.mark.slow
@given(st.text(max_size=60))
def test_whatever_a_file_says_is_text_and_no_markup(said: str) -> None:
    plain, told = page(Shown(report("a", "b"))), page(Shown(report(name=said, message=f"<img src=x>{said}")))
    assert [tag for tag, _ in told.elements] == [tag for tag, _ in plain.elements]
    assert "<img src=x>" in told.text


def test_nothing_on_the_page_runs_or_is_fetched() -> None:
    made = page(Shown(report("javascript:alert(1)"), HARMLESS), Shown(report("http://example.org/x.jpg")))
    assert not made.all("script")
    assert not made.all("link")
    assert all((link["href"] or "").startswith("#") for link in made.all("a"))
    assert all((image["src"] or "").startswith("data:") for image in made.all("img"))
    assert not [name for _, attributes in made.elements for name in attributes if name.startswith("on")]
    policies = [m["content"] or "" for m in made.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert len(policies) == 1
    assert policies[0].startswith("default-src 'none'")


def test_the_picture_speaks_to_those_who_cannot_see_it() -> None:
    (image,) = page(Shown(report(), HARMLESS)).all("img")
    assert image["alt"] == "The picture, with 1 numbered places"


def test_several_pictures_have_an_index_by_verdict_with_a_small_picture_of_each() -> None:
    good = replace(report("good.jpg"), findings=())
    made = page(Shown(report("bad.jpg"), HARMLESS), Shown(good, HARMLESS), Shown(report("worse.jpg")))
    small = [image["src"] or "" for image in made.all("img") if image["alt"] == ""]
    assert [pixels(one).shape for one in small] == [(107, 160, 3)] * 2
    assert made.text.index("bad.jpg") < made.text.index("worse.jpg") < made.text.index("good.jpg")
    assert [link["href"] for link in made.all("a")] == ["#picture-1", "#picture-3", "#picture-2"]
    assert not page(Shown(report(), HARMLESS)).all("nav")


def test_what_none_of_several_pictures_was_checked_for_is_told_once() -> None:
    limit, own = (
        Unknown(what="logos", reason="too small", lifts=False),
        Unknown(what="text", reason="hidden", lifts=False),
    )
    lifts = Unknown(what="codes", reason="damaged", lifts=True)
    one, other = (
        replace(report(name), not_checked=found) for name, found in (("a", (limit, own, lifts)), ("b", (limit, lifts)))
    )
    text = page(Shown(one), Shown(other)).text
    assert text.count("too small") == 1
    assert text.count("hidden") == 1
    assert text.count("damaged") == 2
    assert "Not checked in any of these pictures" in text
    assert "Not checked in any" not in page(Shown(one)).text


def test_who_is_grey_is_said_with_the_way_to_see_them() -> None:
    unknown = replace(report(), faces=(replace(report().faces[0], person=None),))
    assert "--show-faces" in page(Shown(unknown, HARMLESS, hides=True)).text
    assert "--show-faces" not in page(Shown(unknown, HARMLESS)).text
    assert "--show-faces" not in page(Shown(report(), HARMLESS, hides=True)).text


def test_each_cell_names_its_column_for_a_narrow_screen() -> None:
    cells = page(Shown(report(), HARMLESS)).all("td")
    assert {"Place", "Rule", "Verdict", "Why", "What to do"} <= {cell["data-name"] for cell in cells}


def test_without_a_preview_the_page_says_so() -> None:
    assert "The picture is not shown" in page(Shown(report())).text


def test_who_is_not_identified_is_masked_with_a_margin_and_the_rest_is_to_be_seen() -> None:
    shown = pixels(preview(picture(), [Box(100, 100, 140, 140)]))
    # What JPEG makes of the field's edge is less than the noise around it.
    assert shown[95:145, 95:145].std() < 5 < shown[60:90, 60:90].std()
    assert shown[200:, 200:].std() > 20


def test_only_whom_the_register_knows_is_shown() -> None:
    known, unknown = report().faces[0], replace(report().faces[0], person=None, box=Box(1, 2, 3, 4))
    assert unidentified(replace(report(), faces=(known, unknown))) == [unknown.box]


def test_where_faces_could_not_be_looked_for_nobody_is_shown() -> None:
    blind = replace(report(), faces=(), not_checked=(Unknown(what="faces", reason="the model is missing"),))
    assert unidentified(blind) is None


@pytest.mark.slow
def test_a_large_picture_is_shown_small() -> None:
    assert max(pixels(preview(picture(3000, 200), [])).shape) == LONG_SIDE


def test_what_is_waived_has_a_table_of_its_own_and_no_red_box() -> None:
    page = reports_html([Shown(waived(), "data:image/png;base64,")])
    for said in ("<caption>Waived</caption>", "A. Editor", "a statue", "2030-01-02", "box-go"):
        assert said in page
    assert 'class="box-no-go"' not in page


def test_a_release_says_who_answers_for_it() -> None:
    from imgpolicy.domain.decision import Release

    released = replace(report(), release=Release(by="A. Editor", reason="agreed by phone", second=None))
    assert released.verdict is Verdict.GO
    assert "Released by A. Editor: agreed by phone" in page(Shown(released)).text
