"""Codes in pictures: written with zxing-cpp, laid into photographs as pages are, and read."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import zxingcpp
from text_scenes import FINER, TROUBLES, ground, jpeg, photographed, taken, troubled
from text_sheets import Pixels
from text_words import PEOPLE, digits, mail_address, phone_number, secret_word

from imgpolicy.extract.codes import codes
from imgpolicy.picture import load

MODULES = (2, 3, 4, 5, 6, 8)
"""Pixels a module."""

LEAST_MODULE = 3
"""Pixels a module from which codes are counted together."""

SYMBOLOGIES: Mapping[str, zxingcpp.BarcodeFormat] = {
    "QR": zxingcpp.BarcodeFormat.QRCode,
    "Aztec": zxingcpp.BarcodeFormat.Aztec,
    "DataMatrix": zxingcpp.BarcodeFormat.DataMatrix,
    "EAN-13": zxingcpp.BarcodeFormat.EAN13,
    "PDF417": zxingcpp.BarcodeFormat.PDF417,
}
SIZE, LARGER = (1000, 750), (1600, 1200)
_QUIET, _QUIET_EAN = 4, 11  # modules of white around a code, as its standard asks for


@dataclass(frozen=True, kw_only=True, eq=False)
class CodeScene:
    """The file of a picture of a code, and what it says."""

    value: str
    file: bytes = field(repr=False)


ReadCodes = Callable[[bytes], tuple[str, ...]]


def code(seed: int, symbology: str, module: int, level: str, behind: Sequence[Path]) -> CodeScene:
    """The picture of this seed: a code in modules of so many pixels, clean, in a photograph, or in a bad one.

    A bad photograph has two or three troubles, as of pages, but its modules are as large as is asked for.
    """
    chance = random.Random(zlib.crc32(f"{seed} {symbology} {module} {level}".encode()))
    value = _value(symbology, chance)
    written = np.asarray(zxingcpp.create_barcode(value, SYMBOLOGIES[symbology]).to_image(scale=1), np.uint8)
    tile = np.pad(_cut(written), _QUIET_EAN if symbology == "EAN-13" else _QUIET, constant_values=255)
    size = SIZE if max(tile.shape) * module * 1.5 < SIZE[1] else LARGER
    scene = ground(chance, behind, size)
    if level == "clean":
        drawn = np.asarray(cv2.resize(tile, None, fx=module, fy=module, interpolation=cv2.INTER_NEAREST))
        left = chance.randint(0, size[0] - drawn.shape[1])
        top = chance.randint(0, size[1] - drawn.shape[0])
        scene[top : top + drawn.shape[0], left : left + drawn.shape[1]] = drawn[..., None]
        return CodeScene(value=value, file=jpeg(scene, 92))
    view = photographed(chance)
    if level == "hard":
        view, _ = troubled(chance, chance.sample(TROUBLES, chance.choice((2, 2, 3))))
    finer = module * FINER
    drawn = np.asarray(cv2.resize(tile, None, fx=finer, fy=finer, interpolation=cv2.INTER_NEAREST))
    seen, _ = taken(chance, np.repeat(drawn[..., None], 3, 2), [], scene, view)
    return CodeScene(value=value, file=jpeg(seen, view.quality))


def code_reader() -> ReadCodes:
    """What the codes of a picture say, as the product reads them."""
    return lambda file: tuple(one.value for one in codes(load(file, "picture"))[0])


def _value(symbology: str, chance: random.Random) -> str:
    """What such codes say where people meet them; no letter beyond ASCII."""
    if symbology == "EAN-13":
        body = chance.choice(("57", "40", "978")) + digits(chance, 10)
        body = body[:12]
        total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(body))
        return body + str(-total % 10)
    if symbology in {"Aztec", "PDF417"}:
        surname = PEOPLE[0].split()[1].upper()
        record = "".join(chance.choices("ABCDEFGHJKLMNPQRSTUVWXYZ", k=6))
        return f"M1{surname}/JENS          E{record} CPHLHRSK {digits(chance, 4)} 123Y014A0001 100"
    contact = f"FN:Emily Hartwell\nTEL:{phone_number(chance)}\nEMAIL:{mail_address(chance)}"
    return chance.choice(
        (
            f"WIFI:T:WPA;S:Guests;P:{secret_word(chance)};;",
            f"https://example.org/reset?token={digits(chance, 20)}",
            f"BEGIN:VCARD\nVERSION:3.0\n{contact}\nEND:VCARD",
            f"otpauth://totp/Example?secret={digits(chance, 16)}",
        )
    )


def _cut(written: Pixels) -> Pixels:
    """The code without the white around it."""
    rows, columns = np.flatnonzero((written < 128).any(1)), np.flatnonzero((written < 128).any(0))
    return written[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
