"""What is planted in drawn pictures: values that a report must not miss, and lines that are nobody's secret.

Everything is invented: numbers are drawn by chance and pass the checks of their kind, mail addresses are of domains
that are kept for examples, and the people do not exist.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

PEOPLE = (
    "Jens Ravnholt", "Anna Kjærgaard", "Søren Ødegård", "Mette Lindbæk", "Åse Thorhauge", "Karim Haddadi",
    "Emily Hartwell", "Oliver Brookfield", "Ingrid Vestergren", "Tobias Nørrelund", "Fatima El-Amrani",
    "Lucy Penhaligon",
)  # fmt: skip
"""The people of the register that the pictures are held against."""

STRANGERS = ("Bodil Frimann", "Erik Stubkjær", "Grace Tilbury", "Noah Wexford", "Lone Abildskov")
"""People who are in no register: their names are no finding."""

OWN_DOMAIN = "example-library.org"
"""The organisation's mail domain: an address there is work mail."""

MARKINGS = (
    "FORTROLIGT", "STRENGT FORTROLIGT", "Fortroligt", "CONFIDENTIAL", "STRICTLY CONFIDENTIAL", "Confidential",
    "INTERNAL USE ONLY", "KUN TIL INTERNT BRUG", "HEMMELIGT",
)  # fmt: skip
CASE_NUMBERS = ("##/######", "####-######")
"""The forms of the organisation's case numbers, as its policy writes them."""

AGENCIES = ("shutterstock", "gettyimages", "iStock", "Adobe Stock", "alamy", "Ritzau Scanpix", "dreamstime", "123RF")

_DOMAINS = ("example.dk", "example.com", "example.org", "mail.example.net", OWN_DOMAIN)
_STREETS = ("Borgergade", "Nørre Allé", "Søndergade", "Ålekistevej", "Birkevej", "Rosenørns Allé", "Vestergade")
_TOWNS = ("1300 København K", "8000 Aarhus C", "5000 Odense C", "9000 Aalborg", "4600 Køge", "8700 Horsens")
_ROADS = ("Mill Lane", "Station Road", "Park Avenue", "Church Street", "Victoria Road")
_CITIES = ("Oxford OX1 2AB", "London NW1 6XE", "Leeds LS2 9JT", "Bristol BS1 4DJ")
_WORDS = ("Blomst", "Sommer", "hunter", "Velkommen", "Dragon", "Kaffe", "Regnbue", "winter", "Cykel", "Gulerod")
_BASE64 = string.ascii_letters + string.digits
_CONSONANTS = "BCDFGHJKLMNPRSTVXZ"
_DANISH_BANK, _GERMAN_BANK = ("DK", 14), ("DE", 18)


@dataclass(frozen=True)
class Part:
    """A part of a line: its text, and its kind when it is a planted value."""

    text: str
    kind: str | None = None


Line = tuple[Part, ...]


def plain(text: str) -> Line:
    """A line without a planted value."""
    return (Part(text),)


def planted(kind: str, chance: random.Random) -> Line:
    """A line with a value of this kind, as such lines read in Danish or English."""
    return _MAKERS[kind](chance)


def number(chance: random.Random) -> Line:
    """A line with a number that is nobody's secret: a date, a price, a room, an order, a page."""
    return plain(chance.choice(_NUMBERS)(chance))


def trade(chance: random.Random) -> Line:
    """A line of a shop's: its hours, its street, its own telephone."""
    return plain(chance.choice(_SHOPS)(chance))


def sentence(chance: random.Random) -> Line:
    """A sentence of small talk."""
    return plain(chance.choice(_SENTENCES))


def digits(chance: random.Random, count: int) -> str:
    """So many digits."""
    return "".join(chance.choices(string.digits, k=count))


def grouped(text: str, sizes: Sequence[int], by: str = " ") -> str:
    """The text in groups of these sizes."""
    groups, at = [], 0
    for size in sizes:
        groups.append(text[at : at + size])
        at += size
    return by.join(group for group in (*groups, text[at:]) if group)


def luhn(body: str) -> str:
    """The number with its check digit (ISO/IEC 7812-1)."""
    total = sum(sum(divmod(int(digit) * (2 if at % 2 == 0 else 1), 10)) for at, digit in enumerate(reversed(body)))
    return body + str(-total % 10)


def iban(country: str, body: str) -> str:
    """The account's number with its check digits (ISO 13616)."""
    number = int("".join(str(int(letter, 36)) for letter in f"{body}{country}00"))
    return f"{country}{98 - number % 97:02d}{body}"


def _after(leads: Sequence[str], kind: str, text: str, chance: random.Random) -> Line:
    lead = chance.choice(leads)
    return (Part(lead), Part(text, kind)) if lead else (Part(text, kind),)


def _cpr(chance: random.Random) -> Line:
    born = f"{chance.randint(1, 28):02d}{chance.randint(1, 12):02d}{chance.randint(40, 99):02d}"
    serial = f"{chance.randint(1, 3999):04d}"
    if chance.random() < 0.75:
        return _after(("CPR-nr.: ", "CPR ", "Personnummer: ", "cpr.nr. ", ""), "cpr", f"{born}-{serial}", chance)
    return _after(("CPR-nr.: ", "CPR nr. ", "CPR: "), "cpr", born + chance.choice((" ", "")) + serial, chance)


def _iban(chance: random.Random) -> Line:
    country, length = chance.choice((_DANISH_BANK, _DANISH_BANK, _GERMAN_BANK))
    number = iban(country, digits(chance, length))
    shown = grouped(number, (4,) * 6) if chance.random() < 0.8 else number
    return _after(("IBAN: ", "Konto: ", "IBAN ", "Account: ", ""), "iban", shown, chance)


def card_number(chance: random.Random) -> str:
    """A card's number in groups of four."""
    start = chance.choice(("4571", "5019", "5413", "4026", "5232"))
    return grouped(luhn(start + digits(chance, 11)), (4, 4, 4, 4))


def _card(chance: random.Random) -> Line:
    return _after(("Kortnr. ", "Card number: ", "Visa ", ""), "card", card_number(chance), chance)


def phone_number(chance: random.Random) -> str:
    """Eight Danish digits in pairs, of a range that is given out: of these, none has 0 as its third."""
    number = chance.choice(("20", "22", "26", "28", "31", "40", "51", "60")) + digits(chance, 6)
    return grouped(f"{number[:2]}{number[2].replace('0', '5')}{number[3:]}", (2, 2, 2, 2))


def _phone(chance: random.Random) -> Line:
    number, way = phone_number(chance), chance.random()
    if way < 0.4:
        return _after(("Ring på ", "Tlf. ", "Call me: ", "", "Mobil: "), "phone", f"+45 {number}", chance)
    if way < 0.75:
        return _after(("Tlf. ", "Tlf.: ", "Mobil ", "Telefon: ", "Phone: "), "phone", number, chance)
    if way < 0.9:
        return _after(("Call ", "Tel. ", "Mobile: "), "phone", f"+49 30 23125 {digits(chance, 3)}", chance)
    return _after(("Tlf. ", "Mobil: "), "phone", number.replace(" ", ""), chance)


def mail_address(chance: random.Random) -> str:
    """An address at one of the domains."""
    ascii_only = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ö": "o", "Ø": "oe", "Å": "aa", "-": ""})
    first, last = chance.choice((*PEOPLE, *STRANGERS)).translate(ascii_only).lower().split(maxsplit=1)
    made = chance.choice(
        (f"{first}.{last}", f"{first[0]}{last}", f"{first}_{last[:4]}", f"{last}{chance.randint(1, 99)}")
    )
    return f"{made.replace(' ', '')}@{chance.choice(_DOMAINS)}"


def _mail(chance: random.Random) -> Line:
    return _after(("", "", "Mail: ", "E-mail: ", "Skriv til "), "mail", mail_address(chance), chance)


def _address(chance: random.Random) -> Line:
    if chance.random() < 0.75:
        floor = chance.choice(("", "", ", 2. th", ", st. tv", ", 4."))
        text = f"{chance.choice(_STREETS)} {chance.randint(1, 180)}{floor}, {chance.choice(_TOWNS)}"
        return _after(("", "Adresse: ", "Bor på "), "address", text, chance)
    text = f"{chance.randint(1, 220)} {chance.choice(_ROADS)}, {chance.choice(_CITIES)}"
    return _after(("", "Address: "), "address", text, chance)


def secret_word(chance: random.Random) -> str:
    """A password as people make them."""
    word = chance.choice(_WORDS) + chance.choice(("", chance.choice(_WORDS)))
    return f"{word}{chance.randint(1, 2030)}{chance.choice(('', '!', '#', '?'))}"


def _password(chance: random.Random) -> Line:
    if chance.random() < 0.65:
        leads = ("Adgangskode: ", "Password: ", "Kodeord: ", "password: ", "Wi-Fi kode: ", "WiFi password: ")
        return _after(leads, "password", secret_word(chance), chance)
    code = digits(chance, chance.choice((4, 4, 6)))
    return _after(
        ("PIN: ", "PIN-kode: ", "Pinkode ", "Dørkode: ", "PIN code: ", "Alarmkode: "), "password", code, chance
    )


def _key(chance: random.Random) -> Line:
    way, letters = chance.randrange(5), "".join(chance.choices(_BASE64, k=40))
    upper = "".join(chance.choices(string.ascii_uppercase + string.digits, k=16))
    if way == 0:
        return _after(("", "aws_access_key_id = ", "key: "), "key", f"AKIA{upper}", chance)
    if way == 1:
        return _after(("", "token: ", "GITHUB_TOKEN="), "key", f"ghp_{letters[:36]}", chance)
    if way == 2:
        return _after(("", "STRIPE_KEY=", "api_key: "), "key", f"sk_live_{letters[:24]}", chance)
    if way == 3:
        return _after(("API_KEY=", "SECRET_KEY=", "api_key: ", "client_secret="), "key", letters[:32].lower(), chance)
    return _after(("Bearer ", "Authorization: Bearer "), "key", f"eyJhbGciOiJIUzI1NiJ9.{letters[:24]}", chance)


def plate_number(chance: random.Random) -> str:
    """The letters and digits of a licence plate: Danish, mostly, or British."""
    letters, numbers = "".join(chance.choices(_CONSONANTS, k=5)), digits(chance, 5)
    if chance.random() < 0.75:
        return f"{letters[:2]} {numbers[:2]} {numbers[2:]}"
    return f"{letters[:2]}{numbers[:2]} {letters[2:]}"


def _name(chance: random.Random) -> Line:
    return _after(
        ("", "", "Kontakt: ", "Navn: ", "Name: ", "Med venlig hilsen "), "name", chance.choice(PEOPLE), chance
    )


def _case(chance: random.Random) -> Line:
    case = f"{chance.choice(('26/', '25/', '2026-'))}{digits(chance, 6)}"
    return _after(("Sagsnr.: ", "Sagsnr. ", "J.nr. ", "Case no. ", "Journalnr.: "), "case", case, chance)


def _marking(chance: random.Random) -> Line:
    return (Part(chance.choice(MARKINGS), "marking"),)


def _watermark(chance: random.Random) -> Line:
    return _after(("", "Foto: ", "© ", "Photo: "), "watermark", chance.choice(AGENCIES), chance)


_MAKERS: Mapping[str, Callable[[random.Random], Line]] = {
    "cpr": _cpr,
    "iban": _iban,
    "card": _card,
    "phone": _phone,
    "mail": _mail,
    "address": _address,
    "password": _password,
    "key": _key,
    "plate": lambda chance: (Part(plate_number(chance), "plate"),),
    "name": _name,
    "case": _case,
    "marking": _marking,
    "watermark": _watermark,
}
KINDS = tuple(_MAKERS)

_NUMBERS: tuple[Callable[[random.Random], str], ...] = (
    lambda chance: f"Kl. {chance.randint(8, 20)}.{chance.choice(('00', '15', '30', '45'))}",
    lambda chance: f"{chance.randint(1, 28)}. maj {chance.randint(1998, 2027)}",
    lambda chance: f"{chance.randint(1, 28):02d}-{chance.randint(1, 12):02d}-{chance.randint(2019, 2027)}",
    lambda chance: f"{chance.randint(1, 28):02d}.{chance.randint(1, 12):02d}.{chance.randint(2019, 2027)}",
    lambda chance: f"Kr. {chance.randint(9, 999)},{chance.choice(('00', '50', '95'))}",
    lambda chance: f"{chance.randint(10, 99)}.{digits(chance, 3)},{digits(chance, 2)} kr",
    lambda chance: f"Room {chance.randint(1, 5)}.{chance.randint(10, 60)}",
    lambda chance: f"Ordre nr. {digits(chance, 7)}",
    lambda chance: f"Faktura 2026-{digits(chance, 4)}",
    lambda chance: f"ISBN 978-87-{digits(chance, 4)}-{digits(chance, 3)}-{digits(chance, 1)}",
    lambda chance: f"Side {chance.randint(1, 9)} af {chance.randint(10, 40)}",
    lambda chance: f"Version {chance.randint(1, 9)}.{chance.randint(0, 20)}.{chance.randint(0, 9)}",
    lambda chance: f"Bus {chance.randint(1, 9)}A  {chance.randint(10, 23)}:{chance.randint(10, 59)}",
    lambda chance: f"Mødelokale {chance.randint(1, 12)}",
)
_SHOPS: tuple[Callable[[random.Random], str], ...] = (
    lambda chance: f"Åbningstider: {chance.randint(8, 11)}-{chance.randint(16, 20)}",
    lambda chance: f"Open {chance.randint(8, 11)}.00 - {chance.randint(16, 20)}.30",
    lambda chance: f"{chance.choice(_STREETS)} {chance.randint(1, 90)}",
    lambda chance: f"CVR {grouped('3' + digits(chance, 7), (2, 2, 2, 2))}",
    lambda chance: f"Sale -{chance.choice((20, 30, 50, 70))}%",
    lambda chance: f"{chance.randint(2, 9)} x {chance.randint(100, 900)} g",
    lambda chance: f"Tlf. 33 {grouped(digits(chance, 6), (2, 2))}",
    lambda chance: f"{chance.choice(_STREETS)} {chance.randint(1, 90)}, {chance.choice(_TOWNS)}",
    lambda _: "www.example.org",
    lambda _: "Velkommen indenfor",
)
_SENTENCES = (
    "Tak for sidst, det var hyggeligt.", "Kan du sende mig filen i morgen?", "Vi ses til frokost kl. 12.",
    "Husk mødet på torsdag.", "Please find the minutes attached.", "Let me know if the time suits you.",
    "Planen er sendt til alle i gruppen.", "The room is booked until four.", "Jeg kommer lidt senere i dag.",
    "See you at the library on Monday.", "Bogen kan hentes ved skranken.", "Thanks, that works for me.",
)  # fmt: skip
