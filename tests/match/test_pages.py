"""Pages, tables and slides are known by what they say, not by how they are set."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from imgpolicy.extract.fingerprint import FingerprintExtractor
from imgpolicy.extract.keypoints import KeypointExtractor, work_keypoints
from imgpolicy.facts import Fingerprint, Keypoints
from imgpolicy.index.features import features_of
from imgpolicy.index.fingerprints import fingerprint_index
from imgpolicy.index.rows import FeaturesRow, FingerprintRow
from imgpolicy.index.works import WorkIndex
from imgpolicy.match.works import find_works
from imgpolicy.picture import Picture, load

PICTURES = Path(__file__).parents[2] / "examples" / "pictures"
WORDS = str.split(
    "who what when where library opening hours loan reader book shelf winter summer letter notice fee street harbour "
    "meeting agenda minutes budget page table figure picture consent channel editor guest school council garden"
)
Draw = Callable[[int], Image.Image]


def words(draw: random.Random, count: int) -> str:
    return " ".join(draw.choices(WORDS, k=count))


def table(seed: int) -> Image.Image:
    draw, image = random.Random(seed), Image.new("RGB", (1000, 700), "white")
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(16)
    for row in range(20):
        for column in range(6):
            cell = words(draw, 1) if column < 2 else str(draw.randint(1, 99_999))
            pen.text((30 + 160 * column, 40 + 32 * row), cell, font=font, fill="black")
        pen.line((20, 36 + 32 * row, 980, 36 + 32 * row), fill="#bbb")
    return image


def slide(seed: int) -> Image.Image:
    draw, image = random.Random(seed), Image.new("RGB", (1000, 560), "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 530, 1000, 560), fill="#c8102e")
    pen.ellipse((900, 16, 970, 86), fill="#c8102e")
    pen.text((60, 40), words(draw, 4), font=ImageFont.load_default(40), fill="black")
    for line in range(6):
        pen.text((90, 130 + 64 * line), f"\u2022 {words(draw, 6)}", font=ImageFont.load_default(26), fill="black")
    return image


def black_slide(seed: int) -> Image.Image:
    draw, image = random.Random(seed), Image.new("RGB", (1000, 560), "black")
    pen = ImageDraw.Draw(image)
    for line in range(7):
        pen.text((70, 50 + 68 * line), words(draw, 6), font=ImageFont.load_default(28), fill="white")
    return image


def letter(seed: int) -> Image.Image:
    draw, image = random.Random(seed), Image.new("RGB", (700, 1000), "white")
    pen = ImageDraw.Draw(image)
    for line in range(30):
        pen.text((60, 60 + 29 * line), words(draw, 9)[:62], font=ImageFont.load_default(18), fill="black")
    return image


def saved(image: Image.Image) -> Picture:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=85)
    return load(file.getvalue(), "page")


def seen(image: Image.Image) -> tuple[Fingerprint, Keypoints]:
    picture = saved(image)
    return FingerprintExtractor().extract(picture), KeypointExtractor().extract(picture)


def index(*images: Image.Image) -> WorkIndex:
    prints, features = [], []
    for number, image in enumerate(images):
        picture = saved(image)
        fingerprint = FingerprintExtractor().extract(picture)
        hashes = f"{fingerprint.phash:016x}", f"{fingerprint.pdq[0]:064x}"
        prints.append(FingerprintRow(str(number), None, *hashes, fingerprint.quality))
        made = features_of(work_keypoints(picture))
        assert made is not None
        features.append(FeaturesRow(str(number), made.version, made.width, made.height, made.data))
    return WorkIndex(parts=(fingerprint_index(prints, features),))


def wall(seed: int) -> Image.Image:
    """One tile again and again, as logos stand behind speakers."""
    draw, tile, image = random.Random(seed), Image.new("RGB", (120, 90), "white"), Image.new("RGB", (960, 720))
    pen = ImageDraw.Draw(tile)
    for _ in range(9):
        x, y = draw.randint(0, 90), draw.randint(0, 60)
        pen.ellipse((x, y, x + draw.randint(8, 40), y + draw.randint(8, 40)), fill=draw.choice(("red", "navy", "teal")))
    for at in range(64):
        image.paste(tile, (at % 8 * 120, at // 8 * 90))
    return image


PAGES = pytest.mark.parametrize("page", [table, slide, black_slide, letter])


@pytest.mark.slow
@PAGES
def test_other_words_in_the_same_setting_are_another_page(page: Draw) -> None:
    works = index(*(page(seed) for seed in range(4)))
    for seed in range(4, 8):
        assert [hit.work for hit in find_works(*seen(page(seed)), works) if hit.certain] == []


@pytest.mark.slow
@PAGES
def test_the_same_page_is_found_smaller_and_in_part(page: Draw) -> None:
    works, image = index(*(page(seed) for seed in range(4))), page(2)
    width, height = image.size
    half = image.resize((width // 2, height // 2), Image.Resampling.LANCZOS)
    for shown in (image, half, image.crop((20, 20, width - 20, height - 20))):
        assert [hit.work for hit in find_works(*seen(shown), works) if hit.certain] == ["2"]
    upper = image.crop((0, 0, width, height // 2))
    assert "2" in {hit.work for hit in find_works(*seen(upper), works)}


def test_a_wall_of_tiles_saved_again_is_the_same_wall() -> None:
    works = index(*(wall(seed) for seed in range(3)))
    for seed in range(3):
        assert str(seed) in {hit.work for hit in find_works(*seen(wall(seed)), works) if hit.certain}


def article(shown: Image.Image) -> Image.Image:
    """A page with the picture beside its text."""
    page = Image.new("RGB", (1300, 1000), "white")
    page.paste(letter(1000).crop((60, 60, 700, 900)).resize((760, 840)), (520, 60))
    page.paste(shown.resize((420, round(shown.height * 420 / shown.width))), (60, 60))
    return page


@pytest.mark.slow
@pytest.mark.parametrize("name", ["poster.jpg", "portrait.jpg"])
def test_a_photograph_beside_text_is_found_however_many_pages_are_registered(name: str) -> None:
    photograph = Image.open(PICTURES / name).convert("RGB")
    works = index(photograph, *(letter(seed) for seed in range(70)))
    assert "0" in {hit.work for hit in find_works(*seen(article(photograph)), works) if hit.certain}
