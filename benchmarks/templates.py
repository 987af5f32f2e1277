"""Pictures that have a template in common, and works that are no photographs, all drawn.

A kind of template takes three things: the generator of its style (two pictures with one style are of one template), the
generator of its content, and a photograph for those that show one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from attacks import WORDS
from PIL import Image, ImageDraw, ImageFont, ImageOps

Random = np.random.Generator
Template = Callable[[Random, Random, Image.Image], Image.Image]
Colour = tuple[int, int, int]

FONTS = ("DejaVuSans", "DejaVuSerif", "DejaVuSansMono", "DejaVuSans-Bold", "LiberationSans-Regular", "FreeSerif")
MORE = str.split(
    "library harbour opening hours loan reader garden school council winter summer letter notice fee street meeting "
    "agenda minutes budget report annual review evening bridge house children water light between could said first"
)


def letters(style: Random, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """A font of this size; the fonts that are not installed are replaced by the one that comes with Pillow."""
    try:
        return ImageFont.truetype(f"{style.choice(FONTS)}.ttf", size)
    except OSError:
        return ImageFont.load_default(size)


def words(content: Random, count: int) -> str:
    return " ".join(content.choice((*WORDS, *MORE), count))


def colour(random: Random, low: int = 0, high: int = 256) -> Colour:
    red, green, blue = (int(level) for level in random.integers(low, high, 3))
    return red, green, blue


def side(random: Random, low: int, high: int) -> int:
    return int(random.integers(low, high))


def agency_frame(style: Random, content: Random, photo: Image.Image) -> Image.Image:
    del content
    across, down, foot = side(style, 40, 90), side(style, 40, 90), side(style, 50, 90)
    page = Image.new("RGB", (800, 600), colour(style))
    page.paste(ImageOps.fit(photo, (800 - 2 * across, 600 - down - foot)), (across, down))
    draw, font = ImageDraw.Draw(page), letters(style, side(style, 18, 30))
    draw.text((across, 8), f"{words(style, 3).upper()} — PHOTO OF THE DAY", font=font, fill="white")
    draw.text(
        (across, 610 - foot), f"© {words(style, 3)}   www.example.org   All rights reserved", font=font, fill="white"
    )
    return page


def app_post(style: Random, content: Random, photo: Image.Image) -> Image.Image:
    dark = style.random() < 0.4
    page = Image.new("RGB", (540, 1100), "#101418" if dark else "white")
    draw, ink = ImageDraw.Draw(page), "white" if dark else "black"
    font, small = letters(style, 20), letters(style, 15)
    top, head, accent = side(style, 120, 170), side(style, 20, 60), colour(style, 40, 200)
    draw.text((18, 8), "09:41", font=font, fill=ink)
    draw.rectangle((480, 12, 514, 26), outline=ink, width=2)
    draw.ellipse((16, head + 16, 70, head + 70), fill=accent)
    draw.text((84, head + 20), words(content, 2), font=font, fill=ink)
    draw.text((84, head + 46), words(style, 2), font=small, fill="grey")
    photo = ImageOps.fit(photo, (540, side(style, 560, 720)))
    page.paste(photo, (0, top))
    foot = top + photo.height
    for place, label in enumerate(words(style, 3).split()):
        draw.ellipse((26 + 170 * place, foot + 16, 52 + 170 * place, foot + 42), outline=ink, width=3)
        draw.text((60 + 170 * place, foot + 18), label, font=small, fill="grey")
    for line in range(4):
        at = foot + 66 + 56 * line
        draw.ellipse((18, at, 54, at + 36), fill=accent)
        draw.rounded_rectangle((64, at, side(content, 300, 500), at + 38), 16, fill="#444" if dark else "#eee")
        draw.text((76, at + 8), words(content, 4), font=small, fill=ink)
    return page


def web_page(style: Random, content: Random, photo: Image.Image) -> Image.Image:
    page, bar = Image.new("RGB", (1366, 768), "white"), colour(style, 30, 220)
    draw, font = ImageDraw.Draw(page), letters(style, 17)
    draw.rectangle((0, 0, 1366, 84), fill="#dfe3ea")
    draw.rounded_rectangle((120, 40, 1100, 70), 14, fill="white")
    draw.text((140, 44), f"https://www.example.org/{words(content, 1)}", font=font, fill="black")
    draw.rectangle((0, 84, 1366, 84 + side(style, 40, 70)), fill=bar)
    for place, label in enumerate(words(style, 6).split()):
        draw.text((60 + 200 * place, 94), label.upper(), font=font, fill="white")
    draw.text((60, 164), words(content, 5).title(), font=letters(style, 36), fill="black")
    width = round(1366 * (0.27 + 0.18 * style.random()))
    shown = ImageOps.contain(photo, (width, 500))
    page.paste(shown, (60, 222))
    for line in range(22):
        draw.text((110 + width, 222 + 23 * line), words(content, 9)[:74], font=font, fill="#222")
    draw.rectangle((0, 740, 1366, 768), fill=bar)
    return page


def slide(style: Random, content: Random, photo: Image.Image) -> Image.Image:
    del photo
    page, accent = Image.new("RGB", (960, 540), "white"), colour(style, 0, 160)
    draw, high = ImageDraw.Draw(page), side(style, 50, 90)
    draw.rectangle((0, 0, 960, high), fill=accent)
    draw.rectangle((0, 505, 960, 540), fill=accent)
    draw.ellipse((880, 8, 880 + high - 16, high - 8), fill=colour(style, 120, 256))
    draw.polygon([(892, high - 20), (906, 18), (920, high - 20)], fill=accent)
    draw.text((20, 10), words(content, 4).title(), font=letters(style, high // 2), fill="white")
    draw.text((20, 510), f"{words(style, 3).title()}  ·  Annual review 2025", font=letters(style, 18), fill="white")
    font = letters(style, 24)
    for line in range(side(content, 4, 7)):
        at = high + 40 + 60 * line
        draw.ellipse((40, at + 8, 54, at + 22), fill=accent)
        draw.text((66, at), words(content, 6), font=font, fill="black")
    return page


def caption(style: Random, content: Random, photo: Image.Image) -> Image.Image:
    del content
    page = ImageOps.fit(photo, (720, 520))
    high = side(style, 80, 150)
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 520 - high, 720, 520), fill=colour(style, 0, 120))
    draw.text((20, 530 - high), words(style, 4).upper(), font=letters(style, high // 3), fill="white")
    draw.text((20, 524 - high // 2), words(style, 6), font=letters(style, high // 4), fill="white")
    return page


def watermark(style: Random, content: Random, photo: Image.Image) -> Image.Image:
    del content
    page = ImageOps.fit(photo, (720, 540))
    marks, strength = page.copy(), 0.3 + 0.3 * style.random()
    draw, font, said = ImageDraw.Draw(marks), letters(style, side(style, 24, 48)), words(style, 2)
    for row in range(6):
        for column in range(3):
            draw.text((240 * column + 16 * row - 30, 90 * row + 12), said, font=font, fill="white", stroke_width=1)
    return Image.blend(page, marks, strength)


def qr_code(style: Random, content: Random, photo: Image.Image) -> Image.Image:
    import segno

    del photo
    version = side(style, 3, 8)
    code = segno.make(f"https://example.org/{words(content, 2).replace(' ', '/')}", version=version, error="M")
    modules = np.array([list(row) for row in code.matrix], np.uint8)
    plain = Image.fromarray(np.where(modules, 0, 255).astype(np.uint8)).convert("RGB")
    unit = 560 // plain.width
    return ImageOps.expand(
        plain.resize((plain.width * unit, plain.height * unit), Image.Resampling.NEAREST), 40, "white"
    )


def calendar(style: Random, content: Random, photo: Image.Image) -> Image.Image:
    del photo
    page, accent = Image.new("RGB", (800, 640), "white"), colour(style, 0, 180)
    draw, font = ImageDraw.Draw(page), letters(style, 24)
    draw.rectangle((0, 0, 800, 90), fill=accent)
    draw.text((30, 20), f"{words(content, 1).title()} 2026", font=letters(style, 42), fill="white")
    for column, name in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")):
        draw.text((30 + 108 * column, 104), name, font=font, fill=accent)
    first = side(content, 0, 7)
    for cell in range(42):
        left, top = 20 + 108 * (cell % 7), 146 + 80 * (cell // 7)
        draw.rectangle((left, top, left + 108, top + 80), outline="#bbb")
        if 1 <= cell - first + 1 <= 30:
            draw.text((left + 8, top + 6), str(cell - first + 1), font=font, fill="black")
        if content.random() < 0.15:
            draw.text((left + 8, top + 44), words(content, 1), font=letters(style, 16), fill=accent)
    return page


def score(style: Random, content: Random, photo: Image.Image) -> Image.Image:
    del photo
    page = Image.new("RGB", (680, 880), "white")
    draw, gap, apart = ImageDraw.Draw(page), side(style, 7, 10), side(style, 90, 120)
    for staff in range((800 - 40) // apart):
        top = 60 + apart * staff
        for line in range(5):
            draw.line((40, top + gap * line, 640, top + gap * line), fill="black")
        draw.arc((46, top - gap, 46 + 2 * gap, top + 5 * gap), 60, 360, fill="black", width=3)
        draw.line((46 + gap, top - 2 * gap, 46 + gap, top + 6 * gap), fill="black", width=2)
        place = 90
        while place < 620:
            step = side(content, 0, 9)
            at = top + gap * 4 - step * gap // 2
            long = content.random() < 0.25
            draw.ellipse(
                (place, at - gap // 2, place + gap + 3, at + gap // 2), fill=None if long else "black", outline="black"
            )
            stem = (place, at + 3 * gap) if step > 4 else (place + gap + 3, at - 3 * gap)
            draw.line((stem[0], at, *stem), fill="black", width=2)
            if content.random() < 0.15:
                draw.line((place + 2 * gap + 4, top, place + 2 * gap + 4, top + 4 * gap), fill="black", width=2)
            place += side(content, 22, 48)
    return page


def chart(style: Random, content: Random, photo: Image.Image) -> Image.Image:
    del photo
    page = Image.new("RGB", (820, 560), "white")
    draw, font, bars = ImageDraw.Draw(page), letters(style, 18), style.random() < 0.5
    draw.text((90, 16), words(content, 4).title(), font=letters(style, 26), fill="black")
    for tick in range(6):
        down = 490 - 80 * tick
        draw.line((80, down, 790, down), fill="#ccc")
        draw.text((24, down - 12), str(20 * tick), font=font, fill="black")
    inks = [colour(style, 0, 200) for _ in range(3)]
    series = content.random((3, 10))
    for place in range(10):
        draw.text((92 + 70 * place, 500), str(2014 + place), font=font, fill="black")
    for number, ink in enumerate(inks):
        heights = [490 - 380 * float(value) for value in series[number]]
        if bars:
            for place, top in enumerate(heights):
                left = 92 + 70 * place + 18 * number
                draw.rectangle((left, top, left + 16, 490), fill=ink)
        else:
            draw.line([(110 + 70 * place, top) for place, top in enumerate(heights)], fill=ink, width=4)
    return page


def flag(style: Random, content: Random, photo: Image.Image) -> Image.Image:
    """Stripes or a cross in the style's layout; the content says the colours and whether there is an emblem."""
    del photo
    page = Image.new("RGB", (640, 440), colour(content))
    draw, kind = ImageDraw.Draw(page), side(style, 0, 4)
    if kind == 0:
        draw.rectangle((0, 147, 640, 293), fill=colour(content))
        draw.rectangle((0, 293, 640, 440), fill=colour(content))
    elif kind == 1:
        draw.rectangle((213, 0, 427, 440), fill=colour(content))
        draw.rectangle((427, 0, 640, 440), fill=colour(content))
    elif kind == 2:
        draw.rectangle((180, 0, 260, 440), fill=(cross := colour(content)))
        draw.rectangle((0, 180, 640, 260), fill=cross)
    else:
        for stripe in range(0, 13, 2):
            draw.rectangle((0, 34 * stripe, 640, 34 * stripe + 34), fill=(200, 30, 40))
        draw.rectangle((0, 0, 280, 238), fill=colour(content))
    if content.random() < 0.5:
        points = [
            (320 + (70 if n % 2 else 28) * np.cos(n * np.pi / 5), 220 + (70 if n % 2 else 28) * np.sin(n * np.pi / 5))
            for n in range(10)
        ]
        draw.polygon(points, fill="gold")
    return page


def page_of_text(style: Random, content: Random, photo: Image.Image) -> Image.Image:
    del photo
    page = Image.new("RGB", (700, 1000), "white")
    draw, size = ImageDraw.Draw(page), side(style, 15, 22)
    font = letters(style, size)
    draw.text((60, 40), words(content, 4).title(), font=letters(style, size * 2), fill="black")
    for line in range(860 // (size + 10)):
        draw.text((60, 110 + (size + 10) * line), words(content, 12)[: 1050 // size], font=font, fill="black")
    return page


def ticket(style: Random, content: Random, photo: Image.Image) -> Image.Image:
    """A form that somebody filled in: labels and lines are the style's."""
    del photo
    page, accent = Image.new("RGB", (760, 560), "#fdfbf4"), colour(style, 0, 160)
    draw, font, hand = ImageDraw.Draw(page), letters(style, 18), letters(style, 22)
    draw.rectangle((12, 12, 748, 548), outline=accent, width=4)
    draw.text((40, 30), words(style, 3).upper(), font=letters(style, 34), fill=accent)
    for row in range(7):
        draw.text((40, 100 + 60 * row), f"{words(style, 2).title()}:", font=font, fill="black")
        draw.line((260, 126 + 60 * row, 720, 126 + 60 * row), fill="grey")
        draw.text((270, 96 + 60 * row), words(content, 3), font=hand, fill="#203080")
    return page


TEMPLATES: Mapping[str, Template] = {
    "agency frame": agency_frame,
    "app post": app_post,
    "web page": web_page,
    "slide": slide,
    "caption": caption,
    "watermark": watermark,
    "QR code": qr_code,
    "calendar": calendar,
    "score": score,
    "chart": chart,
    "flag": flag,
    "page of text": page_of_text,
    "form": ticket,
}
"""Every kind of template by name."""


def drawn(kind: str, style: int, content: int, photo: Image.Image) -> Image.Image:
    """The picture of this kind, style and content; with the same numbers it is the same."""
    kinds = list(TEMPLATES)
    place = kinds.index(kind)
    return TEMPLATES[kind](np.random.default_rng((place, style)), np.random.default_rng((place, style, content)), photo)
