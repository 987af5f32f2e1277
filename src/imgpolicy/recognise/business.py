"""Whose contact details are: somebody's own, or a business's that is there to be called.

A number does not tell whose it is: what stands around it decides. Details are taken for somebody's unless a business
speaks there, and a person's name beside them makes them that person's in any case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from imgpolicy.recognise.base import Kind, Span
from imgpolicy.recognise.lists import GIVEN_NAMES
from imgpolicy.recognise.rows import Page

CONTACTS = frozenset({Kind.PHONE, Kind.MAIL, Kind.ADDRESS})
"""Kinds that a business publishes of itself."""

_STEPS, _FAR = 3, 8
"""How many rows away, by neighbours, a business still speaks of the details, and a person, or a heading, of them."""

_SIGN = 4
"""Words of a row that names a trade: in a longer one somebody speaks of it, as of a coffee with somebody."""

_TRADES = """
bageri bager frisør salon barber pizza pizzeria café cafe kaffe coffee restaurant bistro kro hotel hostel bar pub
grill kebab sushi burger bodega apotek pharmacy tandlæge dentist optik optiker lægehus klinik fysioterapi dyrlæge vvs
el-service elektriker electrician plumber tømrer murer maler malerfirma entreprenør autoværksted auto biler cars
bilcenter dæk garage cykler bikes butik shop store market marked supermarked købmand kiosk blomster flowers florist
guld ure juveler tøj fashion sko shoes møbler furniture ejendomsmægler mægler advokater taxi vognmand flytte rengøring
cleaning rens vaskeri laundry skrædder slagter butcher fisk grønt delikatesse vinhandel isbod museum teater theatre
biograf cinema galleri gallery bibliotek library fitness gym yoga svømmehal camping ferie rejser travel
udlejning rental køreskole glarmester låseservice locksmith trykkeri print reklame skilte signs stillads kran
container genbrug
"""
_TRADE_WORDS = frozenset(_TRADES.split())
_TRADE_ENDS = tuple(word for word in _TRADE_WORDS if len(word) >= 5)
_BUSINESS = re.compile(
    r"\b(?:A/S|ApS|I/S|IVS|K/S|P/S|A\.M\.B\.A|GmbH|Ltd|LLC|Inc|PLC|Oy|AB|& ?S[øo]n(?:ner)?|& ?Co|CVR|SE-?nr)\b"
    r"|\bww+[.,]|(?<![\w.@©®g-])[a-z0-9æøå-]{3,}\.(?:dk|com|net|org|eu|se|no|de|nu)\b|https?:"
    r"|[åa]bningstid|opening ?hours|\båbent?\b|\bopen\b|\blukket\b|\bclosed\b|til ?salg|for ?sale|til ?leje|to ?let"
    r"|for ?rent|\bbestil\b|\bbook\b|take ?away|tilbud|\bmenu\b"
    r"|døgnvagt|24/7|velkommen|welcome|udsalg|\bsale\b|gratis|\bfree\b",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"\b(?:privat|private|hjem|home|mobile?|cell|hi|kh|navn|name|patient|elev|født|born|mor|far|mom|dad"
    r"|me|my|mig|min|mit|mine"
    r"|direktør|chef|leder|manager|ceo|konsulent|sagsbehandler|rådgiver|medarbejder|director|assistant|sekretær)\b",
    re.IGNORECASE,
)
_LETTER = re.compile(
    r"\b(?:k[æa]re|hej|dear|mvh|venlig ?hilsen|hilsen|regards|sincerely)\b|\b(?:fra|til|from|to|emne|subject|att) ?:",
    re.IGNORECASE,
)
"""What a letter or a mail says: whatever firm is at its head, somebody writes to somebody."""
_SURNAME = re.compile(r"[^\W\d_]{2,}(?:sen|gaard|strøm|ström|sson|berg|lund|quist|qvist)")
_NAME = re.compile(r"(?:[^\W\d_]+[.-]? ?){2,4}")
"""What may be a name: some words without a number among them."""
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?\.?")


def names_somebody(words: str) -> bool:
    """True when a person's name stands in the words: a common given name alone, or with a surname behind it.

    A surname is known by its ending where the given name is not a common one.
    """
    parts = [part for part in _WORD.findall(words) if part[0].isupper()]
    if len(parts) == 1:
        return parts[0].casefold() in GIVEN_NAMES and parts[0] == words.strip(" ,.:")
    return any(
        (first.casefold() in GIVEN_NAMES or _SURNAME.fullmatch(second) is not None)
        and not _trade(first)
        and not _trade(second)
        for first, second in pairwise(parts)
    )


def of_business(page: Page, span: Span, bare: Sequence[str]) -> bool:
    """True when a business speaks where these contact details stand, and nobody is named there.

    `bare` are the rows without the details in them: a Church Street is no church. A business at the head of a longer
    list of rows, as of a receipt, speaks for what stands below it, unless that may be somebody's name.
    """
    if span.kind not in CONTACTS:
        return False
    own = {piece.row for piece in span.pieces}
    far = _near(page, own, _FAR)
    if any(map(_LETTER.search, bare)) or any(_PERSONAL.search(bare[row]) or names_somebody(bare[row]) for row in far):
        return False
    if span.business or any(_speaks(bare[row]) for row in _near(page, own, _STEPS)):
        return True
    beside = {*own, *(other for row in own for other in (*page.left[row], *page.above[row]))}
    return not any(_NAME.fullmatch(bare[row].strip(" ,.:")) for row in beside) and any(
        _speaks(bare[row]) for row in far if not page.above[row]
    )


def _near(page: Page, rows: Iterable[int], steps: int) -> set[int]:
    """The rows so many steps away, and these themselves."""
    near = {*rows}
    edge = near
    for _ in range(steps):
        edge = {number for row in edge for number in page.around(row)} - near
        near |= edge
    return near


def _speaks(row: str) -> bool:
    return _BUSINESS.search(row) is not None or _trades(row)


def _trades(row: str) -> bool:
    words = _WORD.findall(row)
    return len(words) <= _SIGN and any(_trade(word) for word in words)


def _trade(word: str) -> bool:
    plain = word.casefold().removesuffix(".").removesuffix("s")
    return plain in _TRADE_WORDS or plain.endswith(_TRADE_ENDS) or plain.startswith(("café", *_TRADE_ENDS))
