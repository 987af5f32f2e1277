"""Photographs of a class, made of the demonstration's pictures: Eileen, whom the register knows, and Grace."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from PIL import Image, ImageEnhance, ImageOps

EILEEN, BOTH, GRACES_PLACE = "portrait.jpg", "two_people.jpg", (563, 0, 949, 400)


def eileen(pictures: Path) -> bytes:
    """Eileen's portrait as another photograph than the one that is enrolled."""
    with Image.open(pictures / EILEEN) as picture:
        return jpeg(ImageOps.mirror(picture.convert("RGB")))


def grace(pictures: Path, *, light: float = 1.0) -> bytes:
    """Grace, cut out of the picture of the two; `light` makes it another photograph."""
    with Image.open(pictures / BOTH) as picture:
        return jpeg(ImageEnhance.Brightness(picture.convert("RGB").crop(GRACES_PLACE)).enhance(light))


def jpeg(picture: Image.Image) -> bytes:
    """The picture as a file."""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=92)
    return file.getvalue()


def archive(files: Mapping[str, bytes]) -> bytes:
    """A ZIP archive with these files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return file.getvalue()


def unpacked(files: Mapping[str, bytes], folder: Path) -> Path:
    """The folder, with these files in it."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder
