"""Passwords, PINs and door codes, which stand behind a word for them, and keys that programs use."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from imgpolicy.recognise.base import Kind, Place, Recogniser, Span
from imgpolicy.recognise.digits import unclear
from imgpolicy.recognise.rows import Piece
from imgpolicy.recognise.words import Stand, distance, letters_off, looks, stands

_KEY_WORDS = (
    *(
        "Adgangskode",
        "Adgangskoder",
        "Kodeord",
        "Kodeordet",
        "Password",
        "Passwords",
        "Passcode",
        "Pinkode",
        "Pinkoden",
    ),
    *("PIN-kode", "PIN", "PIN code", "PUK", "PUK-kode", "Dørkode", "Dørkoden", "Alarmkode", "Alarmkoden", "Portkode"),
    *(
        "Adgangskoden",
        "Koden",
        "Kode",
        "Kodeord til wifi",
        "Wifi-kode",
        "Wi-Fi kode",
        "Wifi password",
        "Wi-Fi password",
    ),
    *("Netværksnøgle", "Network key", "Netværkskode", "WPA-nøgle", "WPA key", "Engangskode", "Startkode", "Safe code"),
    *("Door code", "Access code", "Entry code", "Gate code", "Alarm code", "Security code", "Login code", "Passphrase"),
    *("Passwort", "Kennwort", "Zugangscode", "Türcode", "WLAN-Schlüssel", "WLAN-Passwort", "Lösenord", "Passord"),
    *(
        "Nøglebokskode",
        "Nøgleboks",
        "Skabskode",
        "Telefonkode",
        "One-time code",
        "Verification code",
        "Pwd",
        "Sikkerhedskode",
    ),
)
_SHORT = frozenset(looks(word) for word in ("Kode", "Koden", "PIN", "PUK", "Pwd", "Nøgleboks"))
"""Words that only a number, or a colon, behind them makes a key word of."""
_NO_KEY = re.compile(
    r"(?:rabat|qr|stregkode|bar|post|farve|zip|postal|dress|promo|discount|area|country|source|colou?r|kilde|glemt|forgot"
    r"|forgotten|skift|change|nulstil|reset|opret|ny|nyt|new|gentag|repeat|confirm|bekræft|glem|your|dit|din|no|uden)\W{0,2}$",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"\W{0,3}(?P<word>[^\W\d_][^\W\d_ -]*(?:[ -][^\W\d_]+)?) ?[:=] ?(?P<value>[^\s:]*[0-9][^\s:]*)")
_SHORTEST_MISREAD = 6
"""Letters of a key word from which on one may be mistaken, where a colon and a value with digits follow."""
_LINK = re.compile(r"^[ ]{0,2}(?:(?P<sign>[:=>»]|->|;)|(?P<word>er|is|ist|lautet|:)\b)?[ :=]{0,3}", re.IGNORECASE)
_NO_VALUE = re.compile(
    r"(?:glemt|forgot\w*|påkrævet|required|kræves|skal|must|mindst|min|at|optional|valgfri\w*|change|skift|vis|show|skjul"
    r"|hide|log|login|sign|ok|og|and|or|eller|er|is|til|for|på|to|på|reset|nulstil|beskyttet|protected|manager|enter|the|a"
    r"|indtast\w*|forkert\w*|wrong|incorrect|invalid|ugyldig\w*|udløber|expires|policy|sendes|fås|se|see|hos)\W*$",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"[*•●·.xX_\-\s]+")
_VALUE = re.compile(r"[0-9]{1,4}(?: [0-9]{1,4}){1,4}(?!\S)|\S{3,64}")
_NEXT = re.compile(r"^\W{0,2}(\S{3,64}(?: \S{1,20})?)\s*$")
_LETTERS_AND_OTHERS = re.compile(r"(?=.*[0-9!#$%&*+=?@_])(?=.*[^\W\d_])\S{4,}|[0-9][0-9 ]{2,9}[0-9]")

_TOKENS = (
    ("AWS access key", r"(?:AKIA|ASIA|AROA|AIDA)[0-9A-Z]{12,20}"),
    ("GitHub token", r"gh[pousr]_[A-Za-z0-9]{24,}|github_pat_[A-Za-z0-9_]{20,}"),
    ("GitLab token", r"glpat-[A-Za-z0-9_-]{16,}"),
    ("Slack token", r"xox[abeoprs]-[A-Za-z0-9-]{10,}"),
    ("Stripe key", r"(?i:[sr]k[_ ](?:l[il1|]ve|test))[_ ][A-Za-z0-9]{16,}"),
    ("Google key", r"AIza[0-9A-Za-z_-]{28,}"),
    ("npm token", r"npm_[A-Za-z0-9]{24,}"),
    ("API key", r"sk-[A-Za-z0-9_-]{20,}"),
    ("SendGrid key", r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    ("JSON web token", r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?"),
    ("private key", r"-{3,5} ?BEGIN ?(?:[A-Z]{2,9} ?){0,3}PRIVATE ?KEY ?-{3,5}"),
    ("one-time password secret", r"otpauth://\S{8,}"),
)
_TOKEN = re.compile("|".join(f"(?<![A-Za-z0-9])(?:{shape})" for _, shape in _TOKENS))
_BY_SHAPE = tuple((name, re.compile(shape)) for name, shape in _TOKENS)
_GENERIC = re.compile(
    r"(?:api[ _-]?(?:key|nøgle)|secret(?:[ _-]?key)?|(?:access|auth|bearer|api|client|refresh)[ _-]?(?:token|secret"
    r"|key)|token|bearer|(?:private|account|licen[cs]e)[ _-]?key|nøgle"
    r"|(?-i:[A-Z]{2,12}_[A-Z_]{2,20}(?==)))[\"']? ?[:=]{0,2} ?[\"']?"
    r"(?P<value>[A-Za-z0-9+/_=.-]{16,200})",
    re.IGNORECASE,
)
_LEAST_BITS = 3.0
"""Bits a character from which on a run of characters is random and no word."""


def _secrets(place: Place) -> Iterator[Span]:
    for found in _TOKEN.finditer(place.words):
        name = next(name for name, shape in _BY_SHAPE if shape.fullmatch(found[0]))
        yield Span(kind=Kind.SECRET, pieces=place.piece(*found.span()), value=found[0], name=name)
    for found in _GENERIC.finditer(place.words):
        if random_looking(found["value"]) or _named_secret(found):
            yield Span(kind=Kind.SECRET, pieces=place.piece(*found.span()), value=found["value"], name="key")


def _named_secret(found: re.Match[str]) -> bool:
    """True where a variable that programs are given says that it is one, and what it is given is no word."""
    named = re.match(r"[A-Z_]*(?:KEY|TOKEN|SECRET|PASS|PASSWORD|PWD)=", found[0])
    return named is not None and re.search(r"[0-9]", found["value"]) is not None


def random_looking(value: str) -> bool:
    """True for letters and digits that are no word: the two mixed, and as even as chance makes them."""
    counts = Counter(value)
    bits = -sum(count / len(value) * math.log2(count / len(value)) for count in counts.values())
    changes = sum(a.isdigit() != b.isdigit() for a, b in pairwise(value))
    return bits >= _LEAST_BITS and changes >= 3


def _passwords(place: Place) -> Iterator[Span]:
    words = place.words
    for stand in stands(words, _KEY_WORDS):
        if _NO_KEY.search(words[: stand.start]):
            continue
        rest = words[stand.end :]
        link = _LINK.match(rest)
        begins = stand.end + (link.end() if link else 0)
        stated = link is not None and (link["sign"] or link["word"]) is not None
        value = _VALUE.match(words, begins)
        if value is not None:
            if _is_value(value[0], stand, stated=stated):
                end = _end(words, value)
                pieces = place.piece(stand.start, end)
                yield _password(pieces, words[begins:end], stand)
        elif not rest.strip(" :=."):
            yield from _in_next_row(place, stand, stated=stated or ":" in rest)
    yield from _run_together(place)
    yield from _misread(place)


def _misread(place: Place) -> Iterator[Span]:
    """A short key word a letter off, as handwriting is read, at the beginning of a row, with a colon and a value."""
    found = _LABELLED.match(place.words)
    if found is None or _NO_KEY.search(f"{found['word']} "):
        return
    read = looks(found["word"])
    meant = next((word for word in _KEY_WORDS if _is_misread(read, looks(word))), None)
    if meant is not None:
        pieces = place.piece(found.start("word"), found.end())
        yield Span(kind=Kind.PASSWORD, pieces=pieces, value=found["value"], name=meant, certain=False)


def _is_misread(read: str, word: str) -> bool:
    return len(word) >= _SHORTEST_MISREAD and not letters_off(word) and distance(read, word, 1) == 1


def _run_together(place: Place) -> Iterator[Span]:
    """A key word and a value between which the reader lost the space."""
    for found in re.finditer(
        r"(adgangskode|kodeord|password|pinkode|passwort|d.rkode)([^\W_]*[0-9]\S*)", place.words, re.IGNORECASE
    ):
        yield Span(kind=Kind.PASSWORD, pieces=place.piece(*found.span()), value=found[2], name=found[1].capitalize())


def _is_value(value: str, stand: Stand, *, stated: bool) -> bool:
    if _HIDDEN.fullmatch(value) or _NO_VALUE.match(value):
        return False
    if looks(stand.phrase) in _SHORT:
        return _LETTERS_AND_OTHERS.match(value) is not None or value[:4].isdigit() or (stated and len(value) >= 4)
    return stated or _LETTERS_AND_OTHERS.match(value) is not None


def _in_next_row(place: Place, stand: Stand, *, stated: bool) -> Iterator[Span]:
    for number in (*place.page.right[place.row], *place.page.below[place.row])[:2]:
        found = _NEXT.match(place.free[number])
        if found is None or stands(found[1], _KEY_WORDS) or _HIDDEN.fullmatch(found[1]) or _NO_VALUE.match(found[1]):
            continue
        if _LETTERS_AND_OTHERS.fullmatch(found[1]) or (stated and " " not in found[1] and not found[1].endswith(":")):
            yield _password((Piece(number, *found.span(1)),), found[1], stand)
            return


def _end(words: str, value: re.Match[str]) -> int:
    """Where the value ends: digits in groups are one."""
    if not value[0].isdigit():
        return value.end()
    further = re.compile(r"(?: [0-9]{1,4})*").match(words, value.end())
    return further.end() if further else value.end()


def _password(pieces: tuple[Piece, ...], value: str, stand: Stand) -> Span:
    return Span(kind=Kind.PASSWORD, pieces=pieces, value=value, name=stand.phrase, unclear=unclear(value))


SECRETS = Recogniser(
    kind=Kind.SECRET,
    find=_secrets,
    holds=(
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "xoxb-123456789012-abcdefghijkl",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
        "-----BEGIN RSA PRIVATE KEY-----",
        "API_KEY=9f8a7b6c5d4e3f2a1b0c",
        "client_secret: aB3dE5fG7hI9jK1lM3nO5",
        "STRIPE_REY=sk_Live_Gf8Z1N035z37jRaSd5gh0UN",
        "DB_PASS_WORD=9f8a7b6c5d4e3f2a1b0c",
        "SECRET_KEY=tuumpfkwnmckxzrlaxwlncqwfmp8ihzk",
    ),
    lacks=(
        "AKIA",
        "secret garden of delights",
        "Token: Frederiksberggymnasium",
        "key ring 2026",
        "nøgle: se-skabet-i-gangen",
        "LICENSE_FILE=/usr/share/license-2026",
    ),
)
PASSWORDS = Recogniser(
    kind=Kind.PASSWORD,
    find=_passwords,
    holds=(
        "Adgangskode: Sommer2026",
        "Adgangskodle: hund",
        "Password:hunter2",
        "Adgangskode\nSommer2026!",
        "Wi-Fi password: kaffe",
        "PIN 4321",
        "Kode: 1234",
        "Dørkode 4711",
        "Koden er 1234#",
        "Kodeord:\nsommerferie",
        "AdgangskodeHund1234",
        "Passwort: geheim",
        "Pinkode 12 34",
        "Kadeord: Sommer127#",
        "PIN cade: 7731",
    ),
    lacks=(
        "Glemt adgangskode?",
        "Password: ••••••••",
        "Rabatkode: SOMMER20",
        "Rabat kode: SOMMER20",
        "QR-kode",
        "Skift kodeord",
        "Adgangskode",
        "Password\nLog ind",
        "Postal code: 8000",
        "Password required",
        "Pinterest 2026",
        "Kode for god opførsel",
        "Katalog: 1234",
        "Kodeards",
    ),
)
