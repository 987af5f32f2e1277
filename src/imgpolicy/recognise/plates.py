"""Licence plates, told from signs and product codes by their shape, and by standing alone.

A plate is a line for itself, four or five times as long as it is high, with nothing of its size beside or below it. The
Danish shape with its gaps (AB 12 345) and a word for it (“reg.nr.”) are enough in a row with other words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

from imgpolicy.recognise.base import Kind, Place, Recogniser, Span
from imgpolicy.recognise.digits import unclear

_DANISH_GAPS = re.compile(
    r"(?<![A-Za-z0-9])(?:DK[ -]?)?([A-HJ-PR-Z]{2}) ?[ .·:-] ?([0-9]{2})[ .·-]([0-9]{3})(?![0-9A-Za-z]|[ .,][0-9])"
)
_NO_LETTERS = frozenset({"KR", "NR", "NO", "DK", "KL"})
"""Two letters before a number that are a word for it."""
_COMMON = re.compile(
    r"[A-HJ-PR-Z]{2} ?[0-9]{2} ?[0-9]{3}"  # Denmark; Norway has AB 12345
    r"|[A-Z]{2}-[0-9]{3}-[A-Z]{2}|[A-Z]{2} [0-9]{3} [A-Z]{2}"  # France, Italy
    r"|[A-Z]{2}[0-9]{2} [A-Z]{3}"  # the United Kingdom
    r"|[0-9]-[A-Z]{3}-[0-9]{3}|[0-9]{4} [B-DF-HJ-NP-TV-Z]{3}"  # Belgium, Spain
    r"|[A-Z]{2}-[0-9]{2,3}-[A-Z]{1,2}|[0-9]{1,2}-[A-Z]{2,3}-[0-9]{1,2}|[A-Z]-[0-9]{3}-[A-Z]{2}"  # the Netherlands
    r"|[A-ZÄÖÜ]{1,3}[-·:. ][A-Z]{1,2} ?[0-9]{2,4}[EH]?"  # Germany
)
_BY_COUNTRY: Mapping[str, re.Pattern[str]] = {
    "SE": re.compile(r"[A-HJ-PR-UW-Z]{3} ?[0-9]{2}[0-9A-Z]"),
    "FI": re.compile(r"[A-ZÅÄÖ]{2,3}-[0-9]{1,3}"),
    "PL": re.compile(r"[A-Z]{2,3} [0-9A-Z]{4,5}"),
    "AT": re.compile(r"[A-Z]{1,2}[- ][0-9]{1,5} ?[A-Z]{1,3}"),
    "CH": re.compile(r"[A-Z]{2}[ ·][0-9]{1,6}"),
}
"""Shapes that names of rooms, buses and products have too: looked for where the policy names the country."""
_WORDS = re.compile(
    r"^(?:BUS|RUM|GATE|SAL|LOK|HAL|NR|NO|KL|KM|TLF|ICE|RE|IC|TOG|ZONE|SPOR|MAX|MIN|FRA|TIL|KR|DKK|EUR|USD|SEK|PRIS|TYPE"
    r"|MODEL|VW|BMW|KIA)[-·:. ]"
)
_LABEL = re.compile(
    r"(?:reg(?:istrerings)?\.? ?(?:nr|nummer|no)|nummerplade|(?:licen[cs]e|number) ?plate|kennzeichen|bil(?:en)?"
    r"|car)[ .:]{0,3}$",
    re.IGNORECASE,
)
_SHAPE = re.compile(r"(?<![A-Za-z0-9-])[A-Z0-9ÄÖÜ][A-Z0-9ÄÖÜ ·:.-]{4,11}(?![A-Za-z0-9-])")
_FLAT = (2.2, 8.0)
"""How many times as long as high the line of a plate is."""
_ALIKE = (0.4, 2.5)
"""Heights of neighbours, in heights of the row, that are of one label with it."""


def _plates(place: Place) -> Iterator[Span]:
    words = place.words
    for found in _DANISH_GAPS.finditer(words):
        if found[1] not in _NO_LETTERS:
            yield _plate(place, found.start(), found.end())
    text = words.strip(" .·-'*")
    start = words.find(text) if text else 0
    plain = re.sub(r"^(?:DK|D|S|N|B|F|I|NL|GB|UK|FIN|PL)[ :]{1,2}(?=[A-Z0-9]{2})", "", text)
    if _has_shape(place, plain) and _alone(place):
        yield _plate(place, start + len(text) - len(plain), start + len(text), certain=False)
    for found in _SHAPE.finditer(words):
        if _LABEL.search(words[: found.start()]) and _has_shape(place, found[0].strip()):
            yield _plate(place, found.start(), found.end())


def _plate(place: Place, start: int, end: int, *, certain: bool = True) -> Span:
    value = place.words[start:end]
    return Span(kind=Kind.PLATE, pieces=place.piece(start, end), value=value, certain=certain, unclear=unclear(value))


def _has_shape(place: Place, text: str) -> bool:
    if _WORDS.match(text) or text[:2] in _NO_LETTERS:
        return False
    shapes = (_COMMON, *(_BY_COUNTRY[country] for country in place.sought.countries if country in _BY_COUNTRY))
    return any(shape.fullmatch(text) for shape in shapes)


def _alone(place: Place) -> bool:
    """True when the row is one line, or two, as flat as a plate's, with nothing of its size around."""
    row = place.page.rows[place.row]
    if not row.lines:
        return False
    height = max(line.height for line in row.lines)
    first, last = row.lines[0].quad, row.lines[-1].quad
    length = math.dist(first[0], last[1])
    if not _FLAT[0] <= length / max(height, 1.0) <= _FLAT[1]:
        return False
    around = (line for number in place.page.around(place.row) for line in place.page.rows[number].lines)
    return not any(_ALIKE[0] * height <= line.height <= _ALIKE[1] * height and len(line.value) > 2 for line in around)


PLATES = Recogniser(
    kind=Kind.PLATE,
    find=_plates,
    holds=("AB 12 345", "Bilen AB 12 345 er solgt", "Reg.nr. AB12345", "Reg.nr.: AB-123-C", "Nummerplade B-AB 1234"),
    lacks=(
        "KR 12 345",
        "AB12345",
        "RUM 123",
        "B 12",
        "Model AB 12345",
        "kr. 12.345",
        "DK 12 345",
        "BUS 123",
        "ISBN 12 345",
        "AB 12 345 678",
    ),
)
