"""Pictures with text and codes in them, drawn with the typeface that Pillow carries."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from imgpolicy.picture import Picture, load

PAPER, INK = (250, 250, 245), (20, 20, 20)


def page(
    lines: Sequence[str],
    *,
    size: tuple[int, int] = (900, 600),
    height: int = 28,
    at: tuple[int, int] = (40, 40),
    colours: tuple[tuple[int, int, int], tuple[int, int, int]] = (PAPER, INK),
) -> Image.Image:
    """A page of these lines, of letters so many pixels high, `at` its first one's corner."""
    paper, ink = colours
    image = Image.new("RGB", size, paper)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(height)
    for number, line in enumerate(lines):
        draw.text((at[0], at[1] + number * 2 * height), line, font=font, fill=ink)
    return image


def code(value: str, symbology: str = "QRCode", *, module: int = 4) -> Image.Image:
    """A code with this value, so many pixels a module, and the quiet zone about it."""
    import zxingcpp

    barcode = zxingcpp.create_barcode(value, zxingcpp.barcode_format_from_str(symbology))
    drawn = zxingcpp.write_barcode_to_image(barcode, scale=module, add_quiet_zones=True)
    return Image.fromarray(np.array(drawn)).convert("RGB")


def scenery(size: tuple[int, int]) -> Image.Image:
    """A picture without text: soft colours that change slowly."""
    width, height = size
    rows, columns = np.mgrid[0:height, 0:width]
    waves = [120 + 60 * np.sin(rows / down + columns / across) for down, across in ((90, 70), (60, 140), (150, 50))]
    return Image.fromarray(np.stack(waves, axis=-1).astype(np.uint8))


def opened(image: Image.Image, name: str = "drawn.png") -> Picture:
    """The picture as it is checked."""
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)
    return load(file.getvalue(), name)
