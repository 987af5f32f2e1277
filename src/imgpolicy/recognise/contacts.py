"""Phone numbers, mail addresses and postal addresses; whose they are is said by `business`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from imgpolicy.recognise.base import Kind, Place, Recogniser, Span
from imgpolicy.recognise.rows import Piece

if TYPE_CHECKING:
    from phonenumbers import PhoneNumberMatch

_PHONE = re.compile(r"(?:[0-9][ ()./-]{0,3}){7}")
"""What is asked before the library of phone numbers is loaded."""
_PHONE_LABEL = re.compile(
    r"(?:tlf|tif|tel|t[eé]l[eé]fon\w*|telephone|phone|ph|fon|mobil\w*|mob|cell|sms|ring|call|ruf|fax|whatsapp|signal|t|m)"
    r"(?:[. ]{0,2}(?:nr|no|til|på))?[ .:=+]{0,4}$",
    re.IGNORECASE,
)
_LABELLED_ROW = re.compile(r"(?:tlf|tel|telefon\w*|phone|mobil\w*|mob)\W*$", re.IGNORECASE)
_SHORTEST = 7
_YEARS = re.compile(r"(?:19|20)[0-9]{2}[ -](?:19|20)[0-9]{2}")

_MAIL = re.compile(
    r"(?<![\w.+@-])(?P<name>[\w.+-]{1,64})(?:(?P<gap> ?)[@©®](?P<after> ?)| ?(?:\(at\)|\[at\]|\(a\)) ?)"
    r"(?P<domain>(?:[\w-]{1,63}[.,] ?){1,4}[A-Za-z]{2,24})(?![\w@])"
)
_MAIL_LABEL = re.compile(r"(?:mail|fra|from|til|to)[ .:]{1,3}$", re.IGNORECASE)
_DOTLESS_MAIL = re.compile(r"(?<![\w.+@-])(?P<name>[\w.+-]{2,64})@(?P<domain>[\w-]{4,63})(?![\w@.])")
_MISREAD_MAIL = re.compile(
    r"(?<![\w.+@-])(?P<name>[\w-]+\.[\w.-]*\w)[gQ€&](?P<domain>"
    r"(?:gmail|hotmail|outlook|live|yahoo|icloud|proton(?:mail)?|mail|msn|me)[.,](?:com|dk|net|org|me|se|no|de))(?!\w)",
    re.IGNORECASE,
)
_TOP = re.compile(
    r"(?:com|dk|net|org|edu|gov|eu|info|io|se|no|de|uk|nu|fi|is|nl|fr|es|it|pl|biz|app|dev|me|co|ai)$", re.IGNORECASE
)

_MONTHS = (
    "jan feb mar apr maj jun jul aug sep okt nov dec mandag tirsdag onsdag torsdag fredag lørdag søndag monday tuesday"
    " wednesday thursday friday saturday sunday may oct uge side page kl version linje bus spor"
)
_NO_STREET = frozenset(_MONTHS.split())
_TOWN = r"[A-ZÆØÅÄÖÜ][A-Za-zæøåäöüéÆØÅÄÖÜ]+"
_POSTCODES = (
    rf"(?:DK ?-? ?)?(?<![0-9])[1-9][0-9]{{3}} ?{_TOWN}",  # Denmark, Norway, Austria, Switzerland, Belgium
    rf"(?:[DSF] ?- ?)?(?<![0-9])[0-9]{{5}} ?{_TOWN}",  # Germany, Finland, France, Italy, Spain
    rf"(?<![0-9])[0-9]{{3}} [0-9]{{2}} {_TOWN}",  # Sweden, Czechia
    rf"(?<![0-9])[0-9]{{4}} ?[A-Z]{{2}} {_TOWN}",  # the Netherlands
    rf"(?:{_TOWN},? )?[A-Z]{{1,2}}[0-9][0-9A-Z]? [0-9][A-Z]{{2}}(?!\w)",  # the United Kingdom
    rf"{_TOWN}, ?[A-Z]{{2}} [0-9]{{5}}(?![0-9])",  # the United States
)
_POSTCODE = re.compile("|".join(f"(?:{one})" for one in _POSTCODES))
_FLOOR = r"(?:[,.]? ?(?:st|kl|[0-9]{1,2})\.? ?(?:sal)?\.? ?,?(?:tv|th|mf|[0-9]{1,4})?\.?)?"
_STREET_FIRST = re.compile(
    rf"(?P<street>[^\W\d_][^\W\d_.']*(?:[ .-]{{1,2}}[^\W\d_][^\W\d_.']*){{0,4}})[., ]{{0,2}}"
    rf"(?P<number>[0-9]{{1,4}} ?[A-Za-z]?){_FLOOR}[ ,.·|;]*$"
)
_NUMBER_FIRST = re.compile(
    r"(?P<number>[0-9]{1,5}[A-Za-z]?),? (?P<street>[A-Z][\w'.-]*(?: [A-Z][\w'.-]*){0,3}"
    r" ?(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Way|Close|Court|Ct|Square|Sq|Place|Pl|Boulevard|Blvd|Terrace"
    r"|Crescent|Gardens|Hill|Row|Mews|Park|Gate|Walk))\b\.?[ ,.·|;]*$"
)


def _phones(place: Place) -> Iterator[Span]:
    words = place.words
    if not _PHONE.search(words):
        return
    from phonenumbers import Leniency, PhoneNumberMatcher  # 65 ms: loaded where digits ask for it

    taken: list[tuple[int, int]] = []
    for country in place.sought.countries or (None,):
        grouped = {found.start for found in PhoneNumberMatcher(words, country, leniency=Leniency.EXACT_GROUPING)}
        for found in PhoneNumberMatcher(words, country, leniency=Leniency.VALID):
            clear = all(found.end <= start or end <= found.start for start, end in taken)
            if clear and _meant(place, found, grouped=found.start in grouped):
                taken.append((found.start, found.end))
                yield Span(
                    kind=Kind.PHONE,
                    pieces=place.piece(found.start, found.end),
                    value=found.raw_string,
                    business=_of_business(found),
                )


def _meant(place: Place, found: PhoneNumberMatch, *, grouped: bool) -> bool:
    """True when the digits are written as a phone number, and not only as many as one has.

    `grouped` says that they stand in the groups in which its country writes it.
    """
    raw, before = found.raw_string, place.words[: found.start]
    digits = sum(char.isdigit() for char in raw)
    if digits < _SHORTEST or _YEARS.fullmatch(raw):
        return False
    if raw.startswith(("+", "00")) or _PHONE_LABEL.search(before):
        return True
    if not before.strip() and any(map(_LABELLED_ROW.search, place.before())):
        return True
    return grouped and not raw.isdigit() and before.rstrip()[-1:] not in {"#", "/"}


def _of_business(found: PhoneNumberMatch) -> bool:
    """True for numbers that no private person has: free, shared and premium ones, and Danish ones with 70."""
    from phonenumbers import PhoneNumberType, number_type

    number = found.number
    service = {
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.UAN,
    }
    danish_70 = number.country_code == 45 and str(number.national_number).startswith("70")
    return danish_70 or number_type(number) in service


def _mails(place: Place) -> Iterator[Span]:
    words = place.words
    found_mails = [*_MAIL.finditer(words), *_DOTLESS_MAIL.finditer(words), *_MISREAD_MAIL.finditer(words)]
    for found in found_mails:
        if found.re is _MAIL and found["gap"] and not found["after"] and not _meant_as_name(found):
            continue
        domain = found["domain"].replace(" ", "").replace(",", ".")
        if _TOP.search(domain):
            name = found["name"].strip(".-+")
            yield Span(
                kind=Kind.MAIL,
                pieces=place.piece(*found.span()),
                value=f"{name}@{domain}",
                certain=found.re is _MAIL,
                unclear=found.re is not _MAIL,
                business=name.casefold() in _ROLES,
            )


def _meant_as_name(found: re.Match[str]) -> bool:
    """True when the word before a gap and an @ is the name in an address, and none before somebody's handle."""
    return (
        re.search(r"[0-9._]", found["name"]) is not None
        or _MAIL_LABEL.search(found.string[: found.start()]) is not None
    )


_ROLES = frozenset(
    {
        *(
            "info",
            "kontakt",
            "contact",
            "mail",
            "post",
            "post1",
            "e-mail",
            "email",
            "salg",
            "sales",
            "booking",
            "bestil",
        ),
        *("order", "orders", "ordre", "hello", "hej", "hi", "office", "kontor", "butik", "shop", "support", "service"),
        *("kundeservice", "admin", "webmaster", "reception", "hotel", "restaurant", "cafe", "bibliotek", "job", "jobs"),
        *(
            "presse",
            "press",
            "news",
            "nyhedsbrev",
            "newsletter",
            "redaktion",
            "team",
            "welcome",
            "velkommen",
            "marketing",
        ),
        *("noreply", "no-reply", "hr", "it", "help", "hjaelp", "kundeservice", "event", "events", "museum", "skole"),
    }
)
"""Names before the @ behind which nobody stands alone."""


def _addresses(place: Place) -> Iterator[Span]:
    words = place.words
    for found in _POSTCODE.finditer(words):
        before = words[: found.start()]
        street = _street(before)
        if street is not None:
            start, value = street
            pieces = place.piece(start, found.end())
            yield Span(kind=Kind.ADDRESS, pieces=pieces, value=f"{value}, {found[0]}")
        elif not before.strip(" ,.-"):
            for number in (*place.page.above[place.row], *place.page.left[place.row]):
                above = place.free[number]
                street = _street(above)
                if street is not None:
                    pieces = (Piece(number, street[0], len(above)), *place.piece(*found.span()))
                    yield Span(kind=Kind.ADDRESS, pieces=pieces, value=f"{street[1]}, {found[0]}")
                    break


def _street(words: str) -> tuple[int, str] | None:
    """Where a street with a number begins that the words end with, and the two; None when there is none."""
    tail = words[-80:]
    found = _NUMBER_FIRST.search(tail) or _STREET_FIRST.search(tail)
    if found is None:
        return None
    names = re.findall(r"[^\W\d_]+", found["street"])
    if max(map(len, names)) < 4 or names[-1].casefold() in _NO_STREET or not any(name[0].isupper() for name in names):
        return None
    return len(words) - len(tail) + found.start(), found[0].strip(" ,.·|;")


PHONES = Recogniser(
    kind=Kind.PHONE,
    find=_phones,
    holds=(
        "Tlf. 20 30 40 50",
        "20 30 40 50",
        "+45 20304050",
        "Ring til Mette 33 12 34 56",
        "Mobil:20304050",
        "Tlf 2030 4050",
        "+44 20 7946 0958",
        "0049 30 901820",
        "Mobil\n20304050",
    ),
    lacks=(
        "20304050",
        "Varenr. 20 30 40 50",
        "CVR-nr. 20 30 40 50",
        "2026-11-29",
        "29.11.2026 12.30",
        "2026 2027",
        "ISBN 978-87-02-12345-7",
        "DK50 0040 0440 1162 43",
        "20.304.050",
        "Åbent 10.00-17.30",
        "Linje 12 34 56",
        "4111 1111 1111 1111",
    ),
)
MAILS = Recogniser(
    kind=Kind.MAIL,
    find=_mails,
    holds=(
        "mette.jensen@example.org",
        "Mail: mj@example. dk",
        "mette©example.org",
        "Fra: kjaergaard27 @example.dk",
        "mette@example,org",
        "mette.jenseng gmail.com mette.jensenggmail.com",
        "mette@gmailcom",
    ),
    lacks=("@example", "www.example.org", "5 @ 10", "følg @bibliotek.dk", "a.b"),
)
ADDRESSES = Recogniser(
    kind=Kind.ADDRESS,
    find=_addresses,
    holds=(
        "Vestergade 12, 2. tv, 8000 Aarhus C",
        "Vestergade12,8000Aarhus",
        "Mette Jensen\nVestergade 12B\n8000 Aarhus C",
        "H.C. Andersens Boulevard 1, DK-1553 København V",
        "Hauptstraße 5, 10115 Berlin",
        "12 High Street, London SW1A 1AA",
        "123 Main St, Springfield, IL 62701",
    ),
    lacks=("Vestergade 12", "8000 Aarhus C", "Mandag 12. 2026 København", "Uge 12, 2026 Aarhus", "Bus 12", "Spor 4"),
)
