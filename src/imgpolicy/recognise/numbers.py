"""Personal, account and card numbers, each by its checksum or its date, and numbers by a pattern of the policy.

A number is taken from the beginning of a run of digits to its end: it is no part of a longer one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from imgpolicy.recognise.base import Kind, Place, Recogniser, Span
from imgpolicy.recognise.digits import DIGIT, as_digits, as_letters, luhn, mistaken, mod_97, unclear, weighted
from imgpolicy.recognise.ibans import STRUCTURES

_MOST_MISTAKEN = 2
"""Letters that a number may have in place of digits."""

_CPR = re.compile(
    rf"(?<![0-9+])(?<![0-9][-.,/:])(?P<date>{DIGIT}{DIGIT}[ .]?{DIGIT}{DIGIT}[ .]?{DIGIT}{DIGIT})"
    rf"(?P<gap> {{0,2}}[-~_=.]? {{0,2}})(?P<rest>{DIGIT}{{4}}|{DIGIT}{DIGIT} {DIGIT}{DIGIT})(?![0-9])(?![-.,/:][0-9])"
)
_CPR_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_CPR_WORD = re.compile(r"cpr|pers(?:on)?\.? ?(?:nr|num|no)|f.dselsnum|sundhedskort|patient", re.IGNORECASE)
_LABEL_END = re.compile(r"(?:cpr|nr|nummer|num|no)$", re.IGNORECASE)
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3])[0-5][0-9]")
_OLDEST = 1900
"""The year before which nobody was born who lives."""

_IBAN = re.compile(r"(?=([A-Za-z][A-Za-z][ .-]{0,2}[0-9OoQIlSBZ][ .-]{0,2}[0-9OoQIlSBZ]))")
_IBAN_WORD = re.compile(r"[I1l]BA[NH]|konto|account|bank", re.IGNORECASE)
_FURTHER = re.compile(r"[ .-]{0,2}([A-Za-z0-9|!])")

_DANISH_ACCOUNT = re.compile(
    r"reg(?:istrerings)?\.? ?(?:nr|no|nummer)?[.: ]{0,3}(?P<reg>[0-9]{4})\b.{0,24}?(?:konto|acc)\w*[.: ]{0,3}"
    r"(?:nr|no)?[.: ]{0,3}(?P<account>[0-9](?:[ .-]?[0-9]){5,9})\b"
    r"|konto(?:nr|nummer)?[.: ]{1,3}(?P<both>[0-9]{4}[ -][0-9](?:[ .]?[0-9]){5,9})\b",
    re.IGNORECASE,
)

_CARD = re.compile(rf"(?<![0-9A-Za-z+])(?<![0-9][.,/-]){DIGIT}(?:[ .-]{{0,2}}{DIGIT}){{11,22}}(?![0-9A-Za-z])")
_CARD_WORD = re.compile(r"kort|card|visa|master|amex|dankort|valid|udl.b|expir|cvc|cvv", re.IGNORECASE)
_BRANDS = re.compile(
    r"4[0-9]{15}|5[1-5][0-9]{14}|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}"  # Visa, Mastercard
    r"|3[47][0-9]{13}|3(?:0[0-5]|[689][0-9])[0-9]{11}"  # American Express, Diners Club
    r"|6(?:011|5[0-9]{2}|4[4-9][0-9])[0-9]{12}|35(?:2[89]|[3-8][0-9])[0-9]{12}"  # Discover, JCB
    r"|62[0-9]{14,17}|5019[0-9]{12}"  # UnionPay, Dankort
    r"|(?:50(?:18|20|38)|5893|6304|6759|676[1-3])[0-9]{8,15}"  # Maestro
)


def _personal_numbers(place: Place) -> Iterator[Span]:
    for found in _CPR.finditer(place.words):
        before = place.words[: found.start()]
        if before[-1:].isalpha() and not _LABEL_END.search(before):
            continue
        read = found["date"] + found["rest"]
        digits = as_digits(re.sub("[ .]", "", read))
        if mistaken(read) > _MOST_MISTAKEN or not _born(digits):
            continue
        hyphen = any(sign in found["gap"] for sign in "-~_=")
        proved = weighted(digits, _CPR_WEIGHTS, 11)
        named = _CPR_WORD.search(before[-40:]) is not None or any(map(_CPR_WORD.search, place.before()))
        apart = not re.fullmatch(r"\S{6}", found["date"]) or " " in found["rest"]
        alone = " " in found["gap"] and not apart and not _CLOCK.fullmatch(digits[6:])
        if named or hyphen or (proved and not apart) or alone:
            yield Span(
                kind=Kind.PERSONAL_NUMBER,
                pieces=place.piece(*found.span()),
                value=f"{digits[:6]}-{digits[6:]}",
                certain=named or (hyphen and (proved or not mistaken(read))),
                name="CPR",
                unclear=bool(mistaken(read)) and not proved,
            )


def _born(digits: str) -> bool:
    """True when the first six digits are the day on which somebody was born who may live.

    The seventh digit says in which century (CPR-kontoret, “Personnummeret i CPR-systemet”).
    """
    day, month, year, seventh = int(digits[:2]), int(digits[2:4]), int(digits[4:6]), int(digits[6])
    if seventh <= 3 or (seventh in {4, 9} and year >= 37):
        year += 1900
    elif seventh in {4, 9} or year <= 57:
        year += 2000
    else:
        year += 1800
    try:
        return dt.date(year, month, day).year >= _OLDEST
    except ValueError:
        return False


def _accounts(place: Place) -> Iterator[Span]:
    words = place.words
    end = 0
    for found in _IBAN.finditer(words):
        start = found.start()
        before = words[:start]
        if start < end or (before[-1:].isalnum() and not before.casefold().endswith(("iban", "lban", "1ban"))):
            continue
        taken = _iban(words, start)
        if taken is None:
            continue
        value, end, proved = taken
        if proved or any(map(_IBAN_WORD.search, place.around())):
            read = words[start:end]
            yield Span(
                kind=Kind.ACCOUNT,
                pieces=place.piece(start, end),
                value=value,
                certain=proved,
                name="IBAN",
                unclear=not proved and unclear(read),
            )
    for found in _DANISH_ACCOUNT.finditer(words):
        value = found["both"] or f"{found['reg']} {found['account']}"
        yield Span(kind=Kind.ACCOUNT, pieces=place.piece(*found.span()), value=value)


def _iban(words: str, start: int) -> tuple[str, int, bool] | None:
    """The IBAN that begins here, put right, its end, and whether its checksum proves it; None when there is none."""
    country = words[start : start + 2].upper()
    structure = STRUCTURES.get(country)
    if structure is None:
        return None
    ends, read = start + 2, ""
    for _ in range(2 + len(structure)):
        further = _FURTHER.match(words, ends)
        if further is None:
            return None
        read, ends = read + further[1], further.end()
    if words[ends : ends + 1].isdigit() or (structure[-1] == "c" and words[ends : ends + 1].isalnum()):
        return None
    kinds = "nn" + structure
    value = "".join(
        as_digits(char) if kind == "n" else as_letters(char) if kind == "a" else char
        for char, kind in zip(read, kinds, strict=True)
    ).upper()
    fits = all(char.isdigit() if kind == "n" else char.isalnum() for char, kind in zip(value, kinds, strict=True))
    changed = sum(kind == "n" and not char.isdigit() for char, kind in zip(read, kinds, strict=True))
    if not fits or not value.isascii() or changed > len(kinds) // 4:
        return None
    return country + value, ends, mod_97(country + value)


def _cards(place: Place) -> Iterator[Span]:
    for found in _CARD.finditer(place.words):
        tokens = [*re.finditer(r"[^ .-]+", found[0])]
        named = any(map(_CARD_WORD.search, place.around()))
        end = 0
        for first, token in enumerate(tokens):
            read = ""
            for last in tokens[first:]:
                read += last[0]
                digits = as_digits(read)
                wide = named or all(len(one[0]) >= 3 for one in tokens[first : tokens.index(last)])
                if (
                    token.start() >= end
                    and wide
                    and mistaken(read) <= _MOST_MISTAKEN
                    and _BRANDS.fullmatch(digits)
                    and luhn(digits)
                ):
                    end = last.end()
                    pieces = place.piece(found.start() + token.start(), found.start() + end)
                    yield Span(kind=Kind.CARD, pieces=pieces, value=digits)
                    break


def _by_pattern(place: Place) -> Iterator[Span]:
    for pattern in place.sought.patterns:
        for start, end in pattern.find(place.words):
            yield Span(
                kind=Kind.NUMBER,
                pieces=place.piece(start, end),
                value=place.words[start:end],
                name=pattern.name,
                unclear=unclear(place.words[start:end]),
            )


PERSONAL_NUMBERS = Recogniser(
    kind=Kind.PERSONAL_NUMBER,
    find=_personal_numbers,
    holds=(
        "CPR: 070761-4285",
        "070761-4284",
        "0707614285",
        "CPR-nr.\n070761 4284",
        "O7O761-4285",
        "CPR070761-4285",
        "07 07 61 - 4285",
        "Patient 070761 - 4285",
        "290200-4015",
    ),
    lacks=(
        "290201-5000",
        "320761-4285",
        "0707614284",
        "Varenr. 070761-42850",
        "150625 1430",
        "AB070761-4285",
        "12 05 20 35 50 05",
        "070761-4285-01",
        "+45 07076142 85",
    ),
)
ACCOUNTS = Recogniser(
    kind=Kind.ACCOUNT,
    find=_accounts,
    holds=(
        "DK50 0040 0440 1162 43",
        "IBAN: DK5000400440116243",
        "IBANDK5000400440116243",
        "DK5O 0O40 0440 1162 43",
        "DE89 3704 0044 0532 0130 00",
        "GB82 WEST 1234 5698 7654 32",
        "NO93 8601 1117 947",
        "IBAN DK50 0040 0440 1162 44",
        "Reg.nr. 1234 Kontonr. 0012345678",
        "Konto: 1234 0012345678",
    ),
    lacks=("DK50 0040 0440 1162 44", "NO 12 SMOKING ALLOWED", "DE 37 04 00 44", "Lot DK500040044011624399"),
)
CARDS = Recogniser(
    kind=Kind.CARD,
    find=_cards,
    holds=(
        "4111 1111 1111 1111",
        "5555-5555-5555-4444",
        "3782 822463 10005",
        "4111111111111111",
        "4111 1111 11l1 1111",
    ),
    lacks=(
        "4111 1111 1111 1112",
        "9788702123456",
        "45 71 05 20 35 50 05 20",
        "2020 2021 2022 2023",
        "1234 5678 9012 3456",
    ),
)
PATTERNS = Recogniser(
    kind=Kind.NUMBER,
    find=_by_pattern,
    holds=("Sag S-2026/0042", "S-2026/0042"),
    lacks=("S-2026", "XS-2026/0042", "S-2026/00421"),
)
