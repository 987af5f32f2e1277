"""Digits as a reader gives them, and the checksums that prove what was mistaken."""

from __future__ import annotations

import re
from collections.abc import Sequence

DIGIT = "[0-9OoQDIl|!SsBZz]"
"""A character that is a digit or may have been read for one."""

_DIGITS = str.maketrans("OoQDIl|!SsBZzGi", "000011115582261")
_LETTERS = str.maketrans("0158", "OISB")
_UNCLEAR = re.compile("[0OoQDI1l|S5B8]")


def as_digits(text: str) -> str:
    """The text with digits in place of the letters that look like them."""
    return text.translate(_DIGITS)


def as_letters(text: str) -> str:
    """The text with letters in place of the digits that look like them."""
    return text.translate(_LETTERS)


def mistaken(text: str) -> int:
    """How many characters of a number are letters."""
    return sum(char.isalpha() or char in "|!" for char in text)


def unclear(text: str) -> bool:
    """True when the text has characters that cannot be told apart by their looks."""
    return _UNCLEAR.search(text) is not None


def luhn(digits: str) -> bool:
    """True when the last digit is the check digit of ISO/IEC 7812-1, annex B."""
    doubled = (int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits)))
    return sum(number - 9 * (number > 9) for number in doubled) % 10 == 0


def mod_97(text: str) -> bool:
    """True for an IBAN (ISO 13616) whose check digits fit."""
    turned = text[4:] + text[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def weighted(digits: str, weights: Sequence[int], modulus: int) -> bool:
    """True when the digits by these weights add up to a multiple of `modulus`."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % modulus == 0


def ean(digits: str) -> bool:
    """True when the last digit is the check digit of a GS1 number."""
    return sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(reversed(digits))) % 10 == 0
