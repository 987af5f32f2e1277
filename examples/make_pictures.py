"""Makes the sample's photographs, artwork and pictures anew, from two portraits in the public domain.

    python examples/make_pictures.py ASTRONAUT GRACE_HOPPER

ASTRONAUT is `skimage/data/astronaut.png` of scikit-image, GRACE_HOPPER
`matplotlib/mpl-data/sample_data/grace_hopper.jpg`
of matplotlib. All else is drawn here.
"""

import math
import random
import sys
from pathlib import Path

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

ROOT = Path(__file__).parent.parent
PHOTOGRAPHS = ROOT / "consent_db" / "photographs"
ARTWORK = ROOT / "consent_db" / "artwork"
PICTURES = ROOT / "examples" / "pictures"

GPS_IFD = 0x8825


def main(astronaut: Path, grace_hopper: Path) -> None:
    eileen = Image.open(astronaut).convert("RGB")
    grace = Image.open(grace_hopper).convert("RGB")
    save(eileen.crop((0, 0, 480, 512)), PHOTOGRAPHS / "eileen_collins.jpg")
    photographs(eileen, grace)
    drawings()


def photographs(eileen: Image.Image, grace: Image.Image) -> None:
    """Six pictures of Eileen Collins, one of them with Grace Hopper beside her."""
    save(eileen, PICTURES / "portrait.jpg")
    save(ImageOps.mirror(eileen.crop((40, 0, 440, 512))), PICTURES / "interview.jpg")
    save(ImageEnhance.Color(eileen.crop((60, 10, 400, 350)).resize((800, 800))).enhance(0.0), PICTURES / "archive.jpg")
    banner = Image.new("RGB", (1200, 480), (24, 48, 96))
    banner.paste(eileen.crop((20, 0, 500, 480)), (700, 0))
    ImageDraw.Draw(banner).text((80, 190), "Open day", fill="white", font=ImageFont.load_default(90))
    save(banner, PICTURES / "banner.jpg")
    both = Image.new("RGB", (512 + 437, 512), "white")
    both.paste(eileen, (0, 0))
    both.paste(grace.resize((437, 512)), (512, 0))
    save(both, PICTURES / "two_people.jpg")
    exif = Image.Exif()
    exif.get_ifd(GPS_IFD).update({1: "N", 2: (28.0, 31.0, 26.4), 3: "W", 4: (80.0, 39.0, 3.6)})
    save(ImageEnhance.Brightness(eileen).enhance(1.15), PICTURES / "with_location.jpg", exif=exif)


def drawings() -> None:
    """The organisation's logo, a work of art in the register, one that is in no register, and three with words."""
    mark = logo()
    mark.save(ARTWORK / "logo.png", optimize=True)
    mark.resize((300, 300)).convert("RGB").save(PICTURES / "logo.png", optimize=True)
    work = harbour()
    work.save(ARTWORK / "harbour.png", optimize=True)
    width, height = work.size
    cut = work.crop((int(width * 0.02), int(height * 0.03), int(width * 0.98), int(height * 0.98)))
    save(cut.resize((640, 474)), PICTURES / "poster.jpg", quality=70)
    save(meadow(), PICTURES / "meadow.jpg")
    save(desk(), PICTURES / "desk.jpg")
    save(wall(), PICTURES / "wall.jpg")
    save(shop(), PICTURES / "shop.jpg")


def desk() -> Image.Image:
    """A screen on a desk, with a note stuck to it that nobody should read."""
    work = Image.new("RGB", (900, 600), (196, 178, 150))
    draw = ImageDraw.Draw(work)
    draw.rectangle((0, 470, 900, 600), fill=(120, 84, 52))
    draw.rectangle((220, 60, 720, 400), fill=(28, 30, 34))
    draw.rectangle((240, 80, 700, 380), fill=(70, 110, 150))
    draw.polygon([(430, 400), (510, 400), (540, 480), (400, 480)], fill=(40, 42, 46))
    note = Image.new("RGB", (230, 150), (250, 236, 130))
    pen, font = ImageDraw.Draw(note), ImageFont.load_default(26)
    for line, words in enumerate(("Password:", "Spring-2026")):
        pen.text((18, 30 + 46 * line), words, font=font, fill=(40, 40, 90))
    tilted = note.convert("RGBA").rotate(-5, Image.Resampling.BICUBIC, expand=True)
    work.paste(tilted, (560, 270), tilted)
    return work


def wall() -> Image.Image:
    """A wall with a poster, whose code opens a Wi-Fi."""
    work = Image.new("RGB", (900, 600), (206, 214, 210))
    draw = ImageDraw.Draw(work)
    draw.rectangle((0, 520, 900, 600), fill=(150, 140, 128))
    draw.rectangle((300, 70, 600, 490), fill="white")
    draw.text((340, 100), "Free Wi-Fi", font=ImageFont.load_default(44), fill=(30, 60, 110))
    code = zxingcpp.create_barcode("WIFI:T:WPA;S:Staff;P:quiet-please-26;;", zxingcpp.BarcodeFormat.QRCode)
    work.paste(Image.fromarray(np.array(zxingcpp.write_barcode_to_image(code, scale=6))), (350, 200))
    return work


def shop() -> Image.Image:
    """A shop with its sign, which says to everybody what it is and how it is called."""
    work = Image.new("RGB", (900, 600), (150, 190, 225))
    draw = ImageDraw.Draw(work)
    draw.rectangle((120, 120, 780, 540), fill=(188, 120, 96))
    draw.rectangle((0, 540, 900, 600), fill=(120, 120, 120))
    draw.rectangle((160, 150, 740, 270), fill=(40, 70, 60))
    draw.text((190, 160), "HARBOUR BAKERY", font=ImageFont.load_default(58), fill="white")
    draw.text((210, 228), "Opening hours 7-17   Tel. 86 12 34 56", font=ImageFont.load_default(26), fill="white")
    for left in (190, 480):
        draw.rectangle((left, 310, left + 230, 520), fill=(224, 232, 236))
    return work


def logo() -> Image.Image:
    """An open book under an arch, for a library that does not exist."""
    mark = Image.new("RGB", (600, 600), "white")
    draw = ImageDraw.Draw(mark)
    draw.pieslice((40, 40, 560, 560), 180, 360, fill=(178, 34, 52))
    draw.polygon([(60, 330), (290, 390), (290, 540), (60, 470)], fill=(20, 40, 90))
    draw.polygon([(540, 330), (310, 390), (310, 540), (540, 470)], fill=(20, 40, 90))
    for offset in (30, 60, 90):
        draw.line([(85, 330 + offset), (270, 380 + offset)], fill="white", width=6)
        draw.line([(515, 330 + offset), (330, 380 + offset)], fill="white", width=6)
    draw.ellipse((240, 120, 360, 240), fill="white")
    return mark


def harbour() -> Image.Image:
    """A harbour at dusk: sky, sun, sea, boats and masts."""
    rng = random.Random(7)
    work = Image.new("RGB", (1000, 760))
    draw = ImageDraw.Draw(work)
    for y in range(760):
        shade = y / 760
        draw.line([(0, y), (1000, y)], fill=(int(250 - 190 * shade), int(150 - 60 * shade), int(90 + 80 * shade)))
    draw.ellipse((640, 120, 820, 300), fill=(255, 224, 130))
    for _ in range(260):
        x, y = rng.randrange(1000), rng.randrange(420, 760)
        draw.line([(x, y), (x + rng.randrange(30, 120), y)], fill=(30, 60, rng.randrange(80, 160)), width=4)
    for x, y, size in ((120, 470, 170), (420, 560, 240), (760, 480, 140)):
        draw.polygon([(x, y), (x + size, y), (x + size * 0.8, y + 60), (x + size * 0.2, y + 60)], fill=(60, 24, 20))
        draw.line([(x + size // 2, y), (x + size // 2, y - size * 1.3)], fill=(40, 20, 20), width=8)
        draw.polygon(
            [(x + size // 2, y - size * 1.25), (x + size, y - 30), (x + size // 2, y - 30)], fill=(236, 230, 214)
        )
    return work


def meadow() -> Image.Image:
    """Hills under clouds, drawn softly enough to pass for a photograph out of focus."""
    rng = random.Random(21)
    work = Image.new("RGB", (900, 600), (140, 190, 235))
    draw = ImageDraw.Draw(work)
    for _ in range(40):
        x, y, r = rng.randrange(900), rng.randrange(40, 220), rng.randrange(20, 70)
        draw.ellipse((x - 2 * r, y - r, x + 2 * r, y + r), fill=(235, 240, 248))
    for base, colour in ((330, (96, 140, 90)), (420, (70, 120, 60)), (500, (44, 96, 40))):
        ridge = [(x, base + 40 * math.sin(x / (70 + base / 9)) + 12 * math.sin(x / 17)) for x in range(0, 901, 5)]
        draw.polygon([*ridge, (900, 600), (0, 600)], fill=colour)
    for _ in range(500):
        x, y = rng.randrange(900), rng.randrange(500, 600)
        draw.line([(x, y), (x + rng.randrange(-4, 5), y - rng.randrange(8, 30))], fill=(30, rng.randrange(90, 160), 30))
    return work.filter(ImageFilter.GaussianBlur(1.2))


def save(image: Image.Image, path: Path, *, quality: int = 88, exif: Image.Exif | None = None) -> None:
    image.save(path, quality=quality, exif=Image.Exif() if exif is None else exif)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
