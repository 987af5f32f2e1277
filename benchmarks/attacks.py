"""What people do to pictures before they post them: copies of a photograph, made to be found again.

Every attack takes a photograph, the others (for collages and backgrounds) and a random generator, and gives the copy;
with the same seed it gives the same. Copies are files of their own: `as_jpeg` ends each.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

Random = np.random.Generator
Levels = NDArray[np.float32]
Attack = Callable[[Image.Image, Sequence[Image.Image], Random], Image.Image]

SEPIA = np.array((1.1, 0.95, 0.7), np.float32)
WORDS = ("when", "you", "finally", "post", "the", "picture", "that", "nobody", "meant", "to", "see", "today")


def simple(change: Callable[[Image.Image], Image.Image]) -> Attack:
    """An attack that needs neither other pictures nor chance."""
    return lambda image, _others, _random: change(image)


def as_jpeg(image: Image.Image, quality: int = 85) -> bytes:
    file = io.BytesIO()
    image.convert("RGB").save(file, "JPEG", quality=quality)
    return file.getvalue()


def coarse(quality: int) -> Attack:
    return simple(lambda image: Image.open(io.BytesIO(as_jpeg(image, quality))))


def scaled(across: float, down: float | None = None) -> Attack:
    def scale(image: Image.Image) -> Image.Image:
        size = max(8, round(image.width * across)), max(8, round(image.height * (down or across)))
        return image.resize(size, Image.Resampling.LANCZOS)

    return simple(scale)


def cropped(percent: int) -> Attack:
    """Cuts so many per cent of the width and of the height away, anywhere."""

    def crop(image: Image.Image, _others: Sequence[Image.Image], random: Random) -> Image.Image:
        width, height = (side * (100 - percent) // 100 for side in image.size)
        left, top = random.integers(image.width - width + 1), random.integers(image.height - height + 1)
        return image.crop((int(left), int(top), int(left) + width, int(top) + height))

    return crop


def chain(*attacks: Attack) -> Attack:
    def several(image: Image.Image, others: Sequence[Image.Image], random: Random) -> Image.Image:
        for attack in attacks:
            image = attack(image, others, random)
        return image

    return several


def colours(image: Image.Image, _others: Sequence[Image.Image], random: Random) -> Image.Image:
    for kind in (ImageEnhance.Color, ImageEnhance.Brightness, ImageEnhance.Contrast):
        image = kind(image).enhance(float(random.choice([0.6, 0.75, 1.3, 1.5])))
    return image


def turned(degrees: float) -> Attack:
    """Turned on a page of one colour, which shows in the corners."""

    def turn(image: Image.Image, _others: Sequence[Image.Image], random: Random) -> Image.Image:
        angle = degrees * random.choice([-1.0, 1.0])
        return image.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=(255, 255, 255))

    return turn


def bordered(image: Image.Image, _others: Sequence[Image.Image], random: Random) -> Image.Image:
    return ImageOps.expand(image, image.width // 8, tuple(int(c) for c in random.integers(0, 256, 3)))


def lettering(image: Image.Image, text: str, place: tuple[int, int], size: int, fill: str) -> None:
    font = ImageFont.load_default(size)
    ImageDraw.Draw(image).text(place, text, fill=fill, font=font, stroke_width=max(1, size // 16), stroke_fill="black")


def some_words(random: Random, count: int) -> str:
    return " ".join(random.choice(WORDS, count))


def banner(image: Image.Image, _others: Sequence[Image.Image], random: Random) -> Image.Image:
    """A strip with a caption over the lower fifth."""
    image = image.copy()
    top = image.height * 4 // 5
    ImageDraw.Draw(image).rectangle((0, top, image.width, image.height), fill="#b00020")
    lettering(image, some_words(random, 4), (10, top + 4), image.height // 9, "white")
    return image


def overlay(image: Image.Image, _others: Sequence[Image.Image], random: Random) -> Image.Image:
    """Several lines of text across the picture."""
    image = image.copy()
    for line in range(4):
        lettering(image, some_words(random, 5), (5, image.height * (2 * line + 1) // 9), image.height // 10, "white")
    return image


def meme(image: Image.Image, _others: Sequence[Image.Image], random: Random) -> Image.Image:
    """White bars with text above and below."""
    bar = image.height // 4
    page = Image.new("RGB", (image.width + 20, image.height + 2 * bar), "white")
    page.paste(image, (10, bar))
    for top in (4, bar + image.height + 4):
        lettering(page, some_words(random, 4), (12, top), image.height // 9, "black")
    return page


def screenshot(image: Image.Image, _others: Sequence[Image.Image], random: Random) -> Image.Image:
    """The picture as a post on a telephone: bars, buttons and text around it."""
    page = Image.new("RGB", (540, 1140), "white" if random.random() < 0.5 else "#101418")
    draw = ImageDraw.Draw(page)
    height = min(720, round(image.height * 540 / image.width))
    draw.rectangle((0, 0, 540, 44), fill="#303840")
    lettering(page, "12:34", (16, 8), 24, "white")
    draw.ellipse((16, 60, 76, 120), fill="#4080c0")
    lettering(page, some_words(random, 3), (92, 70), 28, "grey")
    page.paste(image.resize((540, height), Image.Resampling.LANCZOS), (0, 136))
    for number in range(4):
        draw.ellipse((24 + number * 72, 160 + height, 64 + number * 72, 200 + height), outline="grey", width=4)
    for line in range(3):
        lettering(page, some_words(random, 5), (16, 216 + height + 44 * line), 26, "grey")
    return page


def collage(image: Image.Image, others: Sequence[Image.Image], random: Random) -> Image.Image:
    """One of four pictures in a square of two by two."""
    chosen = [others[int(number)] for number in random.integers(0, len(others), 4)]
    chosen[int(random.integers(4))] = image
    page = Image.new("RGB", (808, 608), "white")
    for number, part in enumerate(chosen):
        page.paste(ImageOps.fit(part, (400, 300)), (408 * (number % 2), 308 * (number // 2)))
    return page


def inset(share: float) -> Attack:
    """Laid somewhere into another picture, taking so much of its width."""

    def lay(image: Image.Image, others: Sequence[Image.Image], random: Random) -> Image.Image:
        page = others[int(random.integers(len(others)))].resize((960, 720), Image.Resampling.LANCZOS)
        width = round(page.width * share)
        small = image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS)
        small = small.crop((0, 0, small.width, min(small.height, page.height)))
        left = random.integers(page.width - small.width + 1)
        page.paste(small, (int(left), int(random.integers(page.height - small.height + 1))))
        return page

    return lay


def perspective(strength: float) -> Attack:
    def seen_askew(image: Image.Image, _others: Sequence[Image.Image], random: Random) -> Image.Image:
        width, height = image.size
        corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
        inward = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)], dtype=np.float32) * (width, height)
        moved = corners + inward * random.uniform(0, strength, (4, 2))
        matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
        page = (120.0, 120.0, 120.0)
        return Image.fromarray(cv2.warpPerspective(np.asarray(image), matrix, image.size, borderValue=page))

    return seen_askew


def noisy(image: Image.Image, _others: Sequence[Image.Image], random: Random) -> Image.Image:
    levels = np.asarray(image).astype(np.float32)
    return Image.fromarray((levels + random.normal(0, 14, levels.shape)).clip(0, 255).astype(np.uint8))


def paper(image: Image.Image, _others: Sequence[Image.Image], random: Random) -> Image.Image:
    """Printed and scanned: a paler, yellower picture with grain and a shadow, on a larger sheet."""
    levels = np.asarray(image.filter(ImageFilter.GaussianBlur(0.8))).astype(np.float32)
    shadow = np.linspace(1.05, 0.85, image.width)[:, np.newaxis]
    printed = 40 + levels * (0.75, 0.73, 0.66) * shadow
    grained = Image.fromarray((printed + random.normal(0, 8, levels.shape)).clip(0, 255).astype(np.uint8))
    return ImageOps.expand(grained, image.width // 20, (240, 238, 228))


def stickers(image: Image.Image, _others: Sequence[Image.Image], random: Random) -> Image.Image:
    image = image.copy()
    draw = ImageDraw.Draw(image)
    size = min(image.size) // 4
    for fill in ("#ffd83d", "#ff4060", "#40a0ff"):
        left, top = (int(random.integers(max(1, side - size))) for side in image.size)
        draw.ellipse((left, top, left + size, top + size), fill=fill, outline="black", width=3)
    return image


def watermarked(image: Image.Image, _others: Sequence[Image.Image], random: Random) -> Image.Image:
    """Half-transparent words, repeated all over."""
    marks = image.copy()
    words = some_words(random, 2)
    for row in range(5):
        for column in range(3):
            place = (column * image.width // 3 + 9 * row, row * image.height // 5)
            lettering(marks, words, place, image.height // 14, "white")
    return Image.blend(image, marks, 0.5)


def pixelwise(change: Callable[[Levels], Levels]) -> Attack:
    """An attack on the levels of the picture, 0 to 1 in float32."""

    def alter(image: Image.Image) -> Image.Image:
        levels = change(np.asarray(image, np.float32) / np.float32(255))
        return Image.fromarray((levels.clip(0, 1) * 255).astype(np.uint8))

    return simple(alter)


def laid_over(strength: float) -> Attack:
    """Blended with another photograph, of which so much is seen."""

    def blend(image: Image.Image, others: Sequence[Image.Image], random: Random) -> Image.Image:
        other = others[int(random.integers(len(others)))].resize(image.size, Image.Resampling.LANCZOS)
        return Image.blend(image, other, strength)

    return blend


def as_cartoon(image: Image.Image) -> Image.Image:
    """Smoothed, in few colours, with dark outlines."""
    levels = np.asarray(image)
    for _ in range(3):
        levels = cv2.bilateralFilter(levels, 9, 60, 7)
    grey = cv2.medianBlur(cv2.cvtColor(levels, cv2.COLOR_RGB2GRAY), 5)
    lines = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 9, 4)
    return Image.fromarray(cv2.bitwise_and(levels // 32 * 32 + 16, levels // 32 * 32 + 16, mask=lines))


def as_sketch(image: Image.Image) -> Image.Image:
    """A pencil drawing: the picture divided by its blur."""
    grey = np.asarray(ImageOps.grayscale(image), np.float32)
    drawn = grey * 250 / np.maximum(cv2.GaussianBlur(grey, (0, 0), 6), 1)
    return Image.fromarray(drawn.clip(0, 255).astype(np.uint8)).convert("RGB")


def moved_blur(image: Image.Image) -> Image.Image:
    kernel = np.full((1, max(3, image.width // 80)), 1, np.float32)
    return Image.fromarray(cv2.filter2D(np.asarray(image), -1, kernel / kernel.sum()))


def halftone(image: Image.Image) -> Image.Image:
    """Printed in dots of black on white."""
    return ImageOps.grayscale(image).convert("1").convert("RGB")


def pixelated(image: Image.Image) -> Image.Image:
    small = image.resize((max(8, image.width // 5), max(8, image.height // 5)), Image.Resampling.BOX)
    return small.resize(image.size, Image.Resampling.NEAREST)


def part(left: float, top: float, right: float, bottom: float) -> Attack:
    """This part of the picture, in shares of its width and height."""
    return simple(
        lambda image: image.crop(
            (
                round(left * image.width),
                round(top * image.height),
                round(right * image.width),
                round(bottom * image.height),
            )
        )
    )


def on_a_web_page(image: Image.Image, _others: Sequence[Image.Image], random: Random) -> Image.Image:
    """Beside the text of an article, at up to 45 % of the page's width."""
    page = Image.new("RGB", (1366, 768), "white")
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(17)
    draw.rectangle((0, 0, 1366, 70), fill="#dfe3ea")
    draw.rounded_rectangle((120, 34, 1100, 62), 14, fill="white")
    draw.text((140, 38), f"https://www.example.org/{some_words(random, 1)}", font=font, fill="black")
    draw.text((60, 100), some_words(random, 6).title(), font=ImageFont.load_default(34), fill="black")
    shown = ImageOps.contain(image, (round(1366 * random.uniform(0.25, 0.45)), 560))
    page.paste(shown, (60, 160))
    for line in range(24):
        draw.text((90 + shown.width, 160 + 23 * line), some_words(random, 11)[:78], font=font, fill="#222")
    draw.rectangle((0, 740, 1366, 768), fill="#203050")
    return page


def photographed(image: Image.Image, others: Sequence[Image.Image], random: Random) -> Image.Image:
    """Hung in another photograph, seen from the side."""
    page = others[int(random.integers(len(others)))].resize((960, 720), Image.Resampling.LANCZOS)
    width, height = image.size
    scale = 520 / max(image.size)
    near, far = height * scale, height * scale * 0.72
    left, top = random.uniform(60, 320), random.uniform(40, 120)
    across = width * scale * 0.85
    corners = [(left, top), (left + across, top + (near - far) / 2)]
    corners += [(left + across, top + (near + far) / 2), (left, top + near)]
    source = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    matrix = cv2.getPerspectiveTransform(source, np.array(corners, np.float32))
    hung = cv2.warpPerspective(np.asarray(image), matrix, page.size)
    mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, page.size)
    page.paste(Image.fromarray(hung), (0, 0), Image.fromarray(mask))
    return page


print_scan = chain(perspective(0.03), paper, turned(2), coarse(60))

ATTACKS: Mapping[str, Attack] = {
    "JPEG 10": coarse(10),
    "a quarter": scaled(0.25),
    "blurred": simple(lambda image: image.filter(ImageFilter.GaussianBlur(2.5))),
    "colours": colours,
    "grey": simple(lambda image: ImageOps.grayscale(image).convert("RGB")),
    "noise": noisy,
    "stretched": scaled(1.0, 0.75),
    "crop 10": cropped(10),
    "crop 25": cropped(25),
    "crop 40": cropped(40),
    "crop 50": cropped(50),
    "crop 60": cropped(60),
    "border": bordered,
    "banner": banner,
    "text": overlay,
    "meme": meme,
    "stickers": stickers,
    "watermark": watermarked,
    "screenshot": screenshot,
    "turned 8": turned(8),
    "turned 25": turned(25),
    "turned 90": simple(lambda image: image.transpose(Image.Transpose.ROTATE_90)),
    "mirrored": simple(ImageOps.mirror),
    "mirrored, crop 30": chain(simple(ImageOps.mirror), cropped(30)),
    "collage": collage,
    "inset 50": inset(0.5),
    "inset 35": inset(0.35),
    "perspective": perspective(0.15),
    "print and scan": print_scan,
    "crop 25, colours, JPEG": chain(cropped(25), colours, coarse(40)),
    "screenshot, half": chain(screenshot, scaled(0.5), coarse(50)),
    "crop 30, meme, mirrored": chain(cropped(30), meme, simple(ImageOps.mirror)),
    "web page": on_a_web_page,
    "inset 25": inset(0.25),
    "inset 20": inset(0.2),
    "inverted": simple(ImageOps.invert),
    "inverted, mirrored": simple(lambda image: ImageOps.mirror(ImageOps.invert(image))),
    "over a photograph": laid_over(0.35),
    "half another photograph": laid_over(0.5),
    "cartoon": simple(as_cartoon),
    "sketch": simple(as_sketch),
    "photographed": photographed,
    "perspective, strong": perspective(0.25),
    "JPEG 5": coarse(5),
    "an eighth": scaled(0.125),
    "stretched down": scaled(0.7, 1.0),
    "turned 3": turned(3),
    "turned 45": turned(45),
    "upside down": simple(lambda image: image.transpose(Image.Transpose.ROTATE_180)),
    "flipped": simple(ImageOps.flip),
    "left half": part(0, 0, 0.5, 1),
    "upper half": part(0, 0, 1, 0.5),
    "middle": part(0.2, 0.2, 0.8, 0.8),
    "dark": pixelwise(lambda levels: levels**2.2),
    "bright": pixelwise(lambda levels: levels**0.45),
    "pale": pixelwise(lambda levels: 0.4 + 0.45 * levels),
    "sepia": pixelwise(lambda levels: np.asarray(levels.mean(axis=2, keepdims=True) * SEPIA, np.float32)),
    "other channels": pixelwise(lambda levels: levels[:, :, ::-1]),
    "posterised": simple(lambda image: ImageOps.posterize(image, 2)),
    "32 colours": simple(lambda image: image.quantize(32).convert("RGB")),
    "sharpened": simple(lambda image: image.filter(ImageFilter.UnsharpMask(3, 250))),
    "median": simple(lambda image: image.filter(ImageFilter.MedianFilter(5))),
    "moved": simple(moved_blur),
    "halftone": simple(halftone),
    "pixelated": simple(pixelated),
    "mirrored, inset 50": chain(simple(ImageOps.mirror), inset(0.5)),
    "web page, half": chain(on_a_web_page, scaled(0.6), coarse(60)),
    "turned 10, crop 25": chain(turned(10), cropped(25)),
}
"""Every attack by name."""
