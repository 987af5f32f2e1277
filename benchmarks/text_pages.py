"""What is drawn: mail, letters, badges, boards, notes, phones, cards, passes, plates, signs, slides, posters, stamps.

Each function takes a desk and gives a sheet with values planted on it; sizes are in ems of the body font, so that a
page becomes as large as its letters need. `sign` and `receipt` have nothing that a report should find.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw
from text_fonts import font, x_height
from text_sheets import Colour, Desk, Sheet, Span, outline
from text_words import (
    MARKINGS,
    PEOPLE,
    STRANGERS,
    Line,
    Part,
    card_number,
    digits,
    number,
    plain,
    planted,
    plate_number,
    sentence,
    trade,
)

WHITE, NIGHT = (255, 255, 255), (28, 30, 36)
PAPERS = ((252, 250, 245), (255, 255, 255), (246, 243, 232), (240, 244, 248))
NOTES = ((255, 241, 130), (255, 200, 210), (190, 235, 190), (180, 220, 255))
PENS = ((20, 30, 120), (20, 20, 20), (170, 20, 30), (10, 90, 50))
_PRIVATE = ("cpr", "iban", "phone", "mail", "address", "password", "name", "case", "card")


def mail(desk: Desk) -> Sheet:
    """A mail on a screen, light or dark."""
    dark = desk.chance.random() < 0.3
    paper, ink = (NIGHT, (225, 228, 235)) if dark else (WHITE, (35, 35, 40))
    sheet = Sheet(desk, desk.some("sans"), (40, 26), paper)
    sheet.box((0, 0, 40, 2.2), (40, 90, 160))
    sheet.write((1, 0.5), plain("Indbakke   Sendt   Kladder   Arkiv"), ink=WHITE)
    sheet.write(
        (1, 3),
        plain(desk.chance.choice(("Møde i morgen", "SV: Aftale", "Your request", "VS: Ansøgning"))),
        size=1.5,
        ink=ink,
    )
    sheet.write((1, 5.6), (Part("Fra: "), *planted("mail", desk.chance)[-1:]), ink=ink)
    body = [sentence(desk.chance), *some(desk, _PRIVATE, 3), sentence(desk.chance), number(desk.chance)]
    below = sheet.lines((1, 9), body, ink=ink)
    sheet.lines((1, below + 1.2), some(desk, ("name", "phone", "address"), 2), ink=ink)
    return sheet


def letter(desk: Desk) -> Sheet:
    """A letter or a form on paper."""
    sheet = Sheet(desk, desk.some(desk.chance.choice(("serif", "sans"))), (38, 34), desk.chance.choice(PAPERS))
    sheet.write((3, 2), plain(desk.chance.choice(("Kommunen", "Example Library", "Sundhedscentret"))), size=1.8)
    sheet.lines((3, 5.5), [plain(desk.chance.choice(STRANGERS)), *some(desk, ("address",), 1)])
    sheet.write((27, 5.5), number(desk.chance), size=0.9)
    sheet.lines((3, 10), some(desk, ("case", "cpr"), 2))
    body = [
        sentence(desk.chance),
        sentence(desk.chance),
        *some(desk, _PRIVATE, 2),
        sentence(desk.chance),
        number(desk.chance),
    ]
    below = sheet.lines((3, 15), body)
    sheet.lines((3, below + 1), [plain("Med venlig hilsen"), *some(desk, ("name",), 1)])
    return sheet


def badge(desk: Desk) -> Sheet:
    """A name badge."""
    sheet = Sheet(desk, desk.some("sans"), (18, 11), WHITE)
    colour = desk.chance.choice(PENS)
    sheet.box((0, 0, 18, 2.6), colour)
    sheet.write((1, 0.6), plain(desk.chance.choice(("Example Library", "KONFERENCE 2026", "VISITOR"))), ink=WHITE)
    sheet.write((1, 4), (Part(desk.chance.choice(PEOPLE), "name"),), size=1.3)
    sheet.write((1, 6.6), plain(desk.chance.choice(("Konsulent", "Bibliotekar", "Project lead", "IT"))), size=0.9)
    sheet.write(
        (1, 8.6),
        desk.chance.choice((planted("mail", desk.chance)[-1:], planted("phone", desk.chance), plain("Nr. 42"))),
        size=0.75,
    )
    return sheet


def whiteboard(desk: Desk) -> Sheet:
    """Handwriting on a board."""
    sheet = Sheet(desk, desk.some("hand"), (30, 20), desk.chance.choice(((244, 246, 246), (250, 250, 250))))
    ink = desk.chance.choice(PENS)
    sheet.write((1.5, 1), plain(desk.chance.choice(("TODO", "Dagsorden", "Ideas", "Workshop"))), size=1.6, ink=ink)
    lines = [sentence(desk.chance), *some(desk, ("password", "phone", "name", "mail"), 2), number(desk.chance)]
    sheet.lines((1.5, 5), lines, step=2.2, ink=ink)
    return sheet


def note(desk: Desk) -> Sheet:
    """A sticky note."""
    sheet = Sheet(desk, desk.some("hand"), (17, 12), desk.chance.choice(NOTES))
    lines = [
        plain(desk.chance.choice(("Husk!", "Remember", "Til mig selv"))),
        *some(desk, ("password", "phone", "password"), 2),
    ]
    sheet.lines((1, 1.5), lines, step=2.4, ink=desk.chance.choice(PENS))
    return sheet


def phone(desk: Desk) -> Sheet:
    """A contact or a message on a phone's screen."""
    dark = desk.chance.random() < 0.5
    paper, ink = (NIGHT, WHITE) if dark else (WHITE, (25, 25, 30))
    sheet = Sheet(desk, desk.some("sans"), (24, 34), paper)
    sheet.write((1, 0.6), plain("9:41"), size=0.9, ink=ink)
    sheet.write((3, 5), (Part(desk.chance.choice(PEOPLE), "name"),), size=1.7, ink=ink)
    for at, line in enumerate(some(desk, ("phone", "mail", "phone"), 2)):
        sheet.box((1, 10 + 4 * at, 23, 13 + 4 * at), (60, 62, 70) if dark else (236, 236, 240))
        sheet.write((1.6, 11 + 4 * at), line, ink=ink)
    sheet.lines((1.6, 20), [number(desk.chance), sentence(desk.chance)], ink=ink, size=0.9)
    return sheet


def chat(desk: Desk) -> Sheet:
    """Bubbles of a chat."""
    sheet = Sheet(desk, desk.some("sans"), (30, 26), (236, 229, 221))
    lines = [sentence(desk.chance), *some(desk, _PRIVATE, 3), sentence(desk.chance)]
    desk.chance.shuffle(lines)
    for at, line in enumerate(lines):
        left = desk.chance.choice((1.0, 4.0))
        sheet.box((left, 1 + 4.6 * at, left + 25, 4.6 + 4.6 * at), (220, 248, 198) if left > 1 else WHITE)
        sheet.write((left + 0.8, 1.7 + 4.6 * at), line)
        sheet.write((left + 21.5, 3.2 + 4.6 * at), plain("14.32"), size=0.7, ink=(120, 120, 120))
    return sheet


def card(desk: Desk) -> Sheet:
    """A bank card with raised digits."""
    colour = desk.chance.choice(((30, 60, 120), (120, 20, 40), (40, 40, 45), (190, 190, 195), (20, 110, 90)))
    sheet = Sheet(desk, desk.some("raised"), (26, 15), colour)
    sheet.write(
        (1.5, 1),
        plain(desk.chance.choice(("Example Bank", "Sparekassen", "DEBIT"))),
        face=desk.some("sans"),
        ink=(235, 235, 235),
    )
    sheet.box((2, 4.2, 5, 6.6), (210, 180, 90))
    raised(sheet, (2, 8), (Part(card_number(desk.chance), "card"),), 1.45)
    raised(sheet, (2, 11), plain(f"0{desk.chance.randint(1, 9)}/2{desk.chance.randint(7, 9)}"), 0.9)
    raised(sheet, (2, 12.8), (Part(desk.chance.choice(PEOPLE).upper(), "name"),), 1.0, desk.some("mono"))
    return sheet


def boarding_pass(desk: Desk) -> Sheet:
    """A boarding pass: a name, a flight, and numbers that mean nothing to others."""
    sheet = Sheet(desk, desk.some("mono"), (36, 16), WHITE)
    sheet.box((0, 0, 36, 2.4), (10, 60, 130))
    sheet.write((1, 0.6), plain("BOARDING PASS"), face=desk.some("sans"), ink=WHITE)
    sheet.write((1, 3.6), plain("Name"), size=0.7, ink=(120, 120, 120))
    sheet.write((1, 4.6), (Part(desk.chance.choice(PEOPLE).upper(), "name"),), size=1.1)
    for at, (title, text) in enumerate(
        (("Flight", f"SK{digits(desk.chance, 4)}"), ("Gate", "B12"), ("Seat", "14A"), ("Time", "09:25"))
    ):
        sheet.write((1 + 8 * at, 8), plain(title), size=0.7, ink=(120, 120, 120))
        sheet.write((1 + 8 * at, 9), plain(text), size=1.2)
    sheet.write((1, 12.5), plain(f"ETKT 117 {digits(desk.chance, 10)}"), size=0.8)
    return sheet


def plate(desk: Desk) -> Sheet:
    """A licence plate on a car."""
    paint = desk.chance.choice(((150, 20, 20), (25, 45, 90), (190, 195, 200), (40, 42, 45), (235, 235, 235)))
    sheet = Sheet(desk, desk.some("sans"), (16, 9), paint)
    sheet.box((0, 6.5, 16, 9), tuple_of(paint, 0.5))
    sheet.box((2.6, 3.1, 13.4, 5.6), (250, 250, 250), outline=(200, 30, 30))
    sheet.box((2.7, 3.2, 3.6, 5.5), (20, 60, 160))
    sheet.write((4.1, 3.3), (Part(plate_number(desk.chance), "plate"),), size=1.6, ink=(15, 15, 15))
    return sheet


def slide(desk: Desk) -> Sheet:
    """A slide of a talk."""
    sheet = Sheet(desk, desk.some("sans"), (36, 21), desk.chance.choice((WHITE, (245, 247, 250), (20, 40, 70))))
    ink = (240, 240, 245) if sheet.image.getpixel((0, 0)) == (20, 40, 70) else (30, 40, 60)
    sheet.write((2, 1.6), plain(desk.chance.choice(("Strategi 2027", "Quarterly results", "Status"))), size=2, ink=ink)
    bullets = [
        sentence(desk.chance),
        number(desk.chance),
        *some(desk, ("mail", "name", "case", "phone"), 2),
        sentence(desk.chance),
    ]
    sheet.lines((3, 6.5), [(Part("- "), *line) for line in bullets], step=2.2, ink=ink)
    sheet.write((22, 19), (Part(desk.chance.choice(MARKINGS), "marking"),), size=0.95, ink=(190, 40, 40))
    return sheet


def terminal(desk: Desk) -> Sheet:
    """A file with settings in an editor."""
    dark = desk.chance.random() < 0.7
    sheet = Sheet(desk, desk.some("mono"), (40, 16), NIGHT if dark else WHITE)
    ink = desk.chance.choice(((200, 220, 170), (225, 225, 225))) if dark else (30, 30, 30)
    lines = [
        plain("DEBUG = True"),
        *some(desk, ("key", "key", "password"), 2),
        plain("PORT=8080"),
        plain("LANG = da_DK"),
    ]
    desk.chance.shuffle(lines)
    sheet.lines((1, 1.2), lines, step=2.4, ink=ink)
    return sheet


def poster(desk: Desk) -> Sheet:
    """A picture with an agency's mark in a corner, or over and over across it, half transparent."""
    sheet = Sheet(
        desk, desk.some("sans"), (34, 22), desk.chance.choice(((90, 120, 150), (150, 130, 100), (80, 110, 80)))
    )
    noise = np.random.default_rng(desk.chance.getrandbits(32)).uniform(0.75, 1.25, (5, 8, 1))
    shade = cv2.resize(noise.astype(np.float32), sheet.image.size, interpolation=cv2.INTER_CUBIC)[..., None]
    sheet.image = Image.fromarray(np.clip(np.asarray(sheet.image) * shade, 0, 255).astype(np.uint8))
    sheet.pen = ImageDraw.Draw(sheet.image)
    line = planted("watermark", desk.chance)
    if desk.chance.random() < 0.5:
        sheet.write((1, 20.4), line, ink=(240, 240, 240))
        return sheet
    veil = Image.new("RGBA", sheet.image.size)
    over, drawn = ImageDraw.Draw(veil), font(sheet.body, round(1.5 * sheet.em))
    for row in range(3):
        for column in range(2):
            x, y = (2 + 16 * column + row * 2) * sheet.em, (3 + 7 * row) * sheet.em
            over.text((x, y), line[-1].text, font=drawn, fill=(255, 255, 255, 130))
            if row == column == 1:
                sheet.spans.append(Span("watermark", line[-1].text, outline(drawn.getbbox(line[-1].text), x, y)))
    sheet.image = Image.alpha_composite(sheet.image.convert("RGBA"), veil).convert("RGB")
    return sheet


def stamp(desk: Desk) -> Sheet:
    """A page with a stamp across it."""
    sheet = Sheet(desk, desk.some("serif"), (30, 22), desk.chance.choice(PAPERS))
    sheet.lines((2, 1.5), [sentence(desk.chance) for _ in range(4)] + [number(desk.chance)])
    text, face = desk.chance.choice(MARKINGS[:6]), desk.some("sans")
    size = 1.8 * desk.x_height / x_height(face)
    long = font(face, round(size)).getlength(text)
    drawn = font(face, int(size * min(1, 0.6 * sheet.image.width / long)))
    box = drawn.getbbox(text)
    edge = round(0.6 * sheet.em)
    width, height = round(box[2] + 2 * edge), round(box[3] + 2 * edge)
    mark = Image.new("RGBA", (width, height))
    pen, ink = ImageDraw.Draw(mark), desk.chance.choice(((200, 20, 30, 220), (30, 40, 150, 220)))
    pen.rectangle((2, 2, width - 3, height - 3), outline=ink, width=max(1, edge // 4))
    pen.text((edge, edge), text, font=drawn, fill=ink)
    angle = desk.chance.uniform(-18, 18)
    turned = mark.rotate(angle, expand=True, resample=Image.Resampling.BICUBIC)
    at = (round(5 * sheet.em), round(10 * sheet.em))
    sheet.image.paste(turned, at, turned)
    points = outline(box, edge, edge) - np.array([width / 2, height / 2], np.float32)
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    points = points @ np.array([[cosine, -sine], [sine, cosine]], np.float32)
    moved = points + np.array([at[0] + turned.width / 2, at[1] + turned.height / 2], np.float32)
    sheet.spans.append(Span("marking", text, moved.astype(np.float32)))
    return sheet


def sign(desk: Desk) -> Sheet:
    """A shop's sign: its hours, prices, street, and its own number."""
    colour = desk.chance.choice(((20, 80, 50), (140, 20, 30), (245, 240, 225), (30, 30, 30)))
    sheet = Sheet(desk, desk.some(desk.chance.choice(("sans", "serif"))), (24, 15), colour)
    ink = (25, 25, 25) if sum(colour) > 500 else (250, 245, 230)
    sheet.write(
        (1.5, 1),
        plain(desk.chance.choice(("Bageri", "Café Lykke", "Bookshop", "Blomster", "Frisør"))),
        size=2.4,
        ink=ink,
    )
    sheet.lines((1.5, 6), [desk.chance.choice((trade, number))(desk.chance) for _ in range(4)], step=1.8, ink=ink)
    return sheet


def receipt(desk: Desk) -> Sheet:
    """A receipt or a timetable: numbers of all sorts that are nobody's secret."""
    sheet = Sheet(desk, desk.some("mono"), (26, 22), WHITE)
    shop = plain(desk.chance.choice(("Byens Bageri ApS", "Café Lykke", "Cykler & Co", "City Books Ltd")))
    lines = [desk.chance.choice((trade, number, number))(desk.chance) for _ in range(8)]
    sheet.lines((1.5, 1.5), [shop, *lines], step=2)
    return sheet


PAGES: Mapping[str, Callable[[Desk], Sheet]] = {
    "mail": mail,
    "letter": letter,
    "badge": badge,
    "whiteboard": whiteboard,
    "note": note,
    "phone": phone,
    "chat": chat,
    "card": card,
    "boarding pass": boarding_pass,
    "plate": plate,
    "slide": slide,
    "terminal": terminal,
    "poster": poster,
    "stamp": stamp,
    "sign": sign,
    "receipt": receipt,
}
HARMLESS = ("sign", "receipt")
"""The pages without anything that a report should find."""


def some(desk: Desk, kinds: Sequence[str], count: int) -> list[Line]:
    """So many lines with values of these kinds."""
    return [planted(kind, desk.chance) for kind in desk.chance.sample(kinds, count)]


def raised(sheet: Sheet, at: tuple[float, float], line: Line, size: float, face: Path | None = None) -> None:
    """Letters that stand out of the card: lit from above, in shade below."""
    edge = max(1.0, sheet.em * size * 0.035) / sheet.em
    paper = sheet.image.getpixel((0, 0))
    assert isinstance(paper, tuple)
    bare = tuple(Part(part.text) for part in line)
    sheet.write((at[0] + edge, at[1] + edge), bare, face=face, size=size, ink=tuple_of(paper, 0.45))
    sheet.write((at[0] - edge, at[1] - edge), bare, face=face, size=size, ink=(250, 250, 250))
    sheet.write(at, line, face=face, size=size, ink=tuple_of(paper, 0.8) if sum(paper[:3]) > 420 else (205, 205, 210))


def tuple_of(colour: Sequence[float], times: float) -> Colour:
    """The colour so many times as bright."""
    red, green, blue = (min(255, int(part * times)) for part in colour[:3])
    return (red, green, blue)
