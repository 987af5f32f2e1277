"""What pictures have in common makes none a copy of another; what only one work has does."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps
from tests.match.test_pages import index, letter, saved, seen, slide, words

from imgpolicy.extract.fingerprint import FingerprintExtractor
from imgpolicy.index.fingerprints import fingerprint_index
from imgpolicy.index.rows import FingerprintRow
from imgpolicy.index.works import WorkIndex
from imgpolicy.match.works import Doubt, WorkHit, find_works

PICTURES = Path(__file__).parents[2] / "examples" / "pictures"
FIRST, SECOND, THIRD = (
    Image.open(PICTURES / name).convert("RGB") for name in ("poster.jpg", "portrait.jpg", "meadow.jpg")
)
Draw = Callable[[Image.Image, int], Image.Image]


def agency_frame(photo: Image.Image, seed: int) -> Image.Image:
    del seed
    page = Image.new("RGB", (800, 600), "#8a1028")
    page.paste(ImageOps.fit(photo, (690, 470)), (55, 60))
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(26)
    pen.text((60, 14), "EXAMPLE NEWS AGENCY: PHOTO OF THE DAY", font=font, fill="white")
    pen.text((60, 548), "© Example News Agency   www.example.org", font=font, fill="white")
    return page


def app_post(photo: Image.Image, seed: int) -> Image.Image:
    draw, page = random.Random(seed), Image.new("RGB", (540, 1100), "white")
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(20)
    pen.text((18, 8), "09:41", font=font, fill="black")
    pen.ellipse((16, 44, 70, 98), fill="#c0704a")
    pen.text((84, 50), words(draw, 2), font=font, fill="black")
    page.paste(ImageOps.fit(photo, (540, 640)), (0, 130))
    for place, label in enumerate(("Like", "Comment", "Share")):
        pen.ellipse((26 + 170 * place, 786, 52 + 170 * place, 812), outline="black", width=3)
        pen.text((60 + 170 * place, 788), label, font=font, fill="grey")
    for line in range(4):
        pen.ellipse((18, 840 + 56 * line, 54, 876 + 56 * line), fill="#8090b0")
        pen.text((76, 846 + 56 * line), words(draw, 4), font=font, fill="black")
    return page


def slide_of_the_master(photo: Image.Image, seed: int) -> Image.Image:
    del photo
    return slide(seed)


def score(photo: Image.Image, seed: int) -> Image.Image:
    del photo
    draw, page = random.Random(seed), Image.new("RGB", (640, 840), "white")
    pen = ImageDraw.Draw(page)
    for top in range(60, 760, 100):
        for line in range(5):
            pen.line((40, top + 9 * line, 600, top + 9 * line), fill="black")
        place = 90
        while place < 580:
            at = top + 36 - draw.randint(0, 8) * 9 // 2
            pen.ellipse((place, at - 5, place + 12, at + 5), fill="black")
            pen.line((place + 12, at, place + 12, at - 28), fill="black", width=2)
            place += draw.randint(22, 48)
    return page


TEMPLATES = pytest.mark.parametrize("template", [agency_frame, app_post, slide_of_the_master, score])


def hits(image: Image.Image, works: WorkIndex) -> dict[str, WorkHit]:
    return {hit.work: hit for hit in find_works(*seen(image), works)}


@pytest.mark.slow
@TEMPLATES
def test_another_picture_in_the_same_template_is_at_most_asked_about(template: Draw) -> None:
    works = index(template(FIRST, 1))
    found = hits(template(SECOND, 2), works)
    assert not any(hit.certain for hit in found.values())
    assert all(hit.doubt is Doubt.PART for hit in found.values() if hit.stage == "keypoints")


@pytest.mark.slow
@TEMPLATES
def test_the_picture_itself_is_surely_found_in_its_template(template: Draw) -> None:
    image = template(FIRST, 1)
    half = image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS)
    assert hits(half, index(image, template(SECOND, 2)))["0"].certain


@pytest.mark.slow
def test_what_a_registered_template_has_too_counts_for_nothing() -> None:
    """The blank form is most of the filled one: without it a form with other words is the work."""

    def form(seed: int | None) -> Image.Image:
        page = agency_frame(SECOND, 0)
        if seed is not None:
            ImageDraw.Draw(page).text((300, 300), words(random.Random(seed), 3), font_size=30, fill="white")
        return page

    alone, beside = index(form(1)), index(form(1), form(None))
    assert hits(form(2), alone)["0"].certain
    found = hits(form(2), beside)["0"]
    assert found.certain or found.doubt is Doubt.SHARED


@pytest.mark.slow
def test_two_works_of_one_picture_do_not_silence_each_other() -> None:
    works = index(FIRST, FIRST.resize((FIRST.width * 2 // 3, FIRST.height * 2 // 3)), THIRD)
    found = hits(FIRST.crop((20, 20, FIRST.width - 60, FIRST.height - 20)), works)
    assert (found["0"].certain, found["1"].certain) == (True, True)


@pytest.mark.slow
def test_a_copy_on_a_web_page_is_found_however_many_pages_are_works() -> None:
    page = Image.new("RGB", (1366, 768), "white")
    page.paste(SECOND.resize((480, round(SECOND.height * 480 / SECOND.width))), (60, 120))
    draw, pen, font = random.Random(7), ImageDraw.Draw(page), ImageFont.load_default(17)
    for line in range(24):
        pen.text((600, 120 + 24 * line), words(draw, 10)[:72], font=font, fill="black")
    works = index(*(letter(seed) for seed in range(24)), SECOND)
    assert {work for work, hit in hits(page, works).items() if hit.certain} == {"24"}


def test_a_flag_is_not_surely_another_by_its_hashes() -> None:
    def flag(*colours: str) -> Image.Image:
        page = Image.new("RGB", (600, 400))
        for place, colour in enumerate(colours):
            page.paste(colour, (0, 133 * place, 600, 133 * place + 134))
        return page

    known = FingerprintExtractor().extract(saved(flag("#101080", "#e0e0e0", "#a01020")))
    row = FingerprintRow("flag", known.sha256, f"{known.phash:016x}", f"{known.pdq[0]:064x}", known.quality)
    works = WorkIndex(parts=(fingerprint_index([row], []),))
    found = hits(flag("#200a60", "#e8e8e8", "#902020"), works)
    assert not any(hit.certain for hit in found.values())
    again = hits(flag("#101080", "#e0e0e0", "#a01020"), works)["flag"]
    assert (again.certain, again.stage) == (True, "sha256")
