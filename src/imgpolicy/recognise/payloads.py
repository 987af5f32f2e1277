"""What a QR code or bar code holds: what opens something, what names somebody, and what is nobody's secret."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qsl, unquote, urlsplit

from imgpolicy.phrase import Phrase, phrase
from imgpolicy.recognise.secrets import random_looking


class Payload(StrEnum):
    """What a code is for."""

    WIFI = "Wi-Fi"
    ONE_TIME_PASSWORD = "one-time passwords"  # noqa: S105  # a word for it
    LINK_WITH_KEY = "link with a key"
    INVITATION = "invitation"
    CONTACT = "contact card"
    MAIL = "mail address"
    PHONE = "phone number"
    BOARDING_PASS = "boarding pass"  # noqa: S105  # a document
    IDENTITY = "identity document"
    HEALTH = "health certificate"
    WALLET = "wallet"
    PAYMENT = "payment"
    EVENT = "event"
    PLACE = "place"
    LINK = "link"
    WARE = "product number"
    WORDS = "text"


PAYLOAD_WORDS: dict[Payload, Phrase] = {
    Payload.WIFI: phrase("access to a Wi-Fi"),
    Payload.ONE_TIME_PASSWORD: phrase("a secret for one-time passwords"),
    Payload.LINK_WITH_KEY: phrase("a link with a key in it"),
    Payload.INVITATION: phrase("an invitation link"),
    Payload.CONTACT: phrase("a contact card"),
    Payload.MAIL: phrase("a mail address"),
    Payload.PHONE: phrase("a phone number"),
    Payload.BOARDING_PASS: phrase("a boarding pass"),
    Payload.IDENTITY: phrase("an identity document"),
    Payload.HEALTH: phrase("a health certificate"),
    Payload.WALLET: phrase("a wallet"),
    Payload.PAYMENT: phrase("a payment"),
    Payload.EVENT: phrase("an event"),
    Payload.PLACE: phrase("a place"),
    Payload.LINK: phrase("a link"),
    Payload.WARE: phrase("a product number"),
    Payload.WORDS: phrase("text"),
}
"""What reports call each."""

GIVES_ACCESS = frozenset({Payload.WIFI, Payload.ONE_TIME_PASSWORD, Payload.LINK_WITH_KEY, Payload.INVITATION})
"""Codes with which whoever reads them gets in."""
NAMES_SOMEBODY = frozenset(
    {Payload.CONTACT, Payload.BOARDING_PASS, Payload.IDENTITY, Payload.HEALTH, Payload.WALLET, Payload.PAYMENT}
)
"""Codes that say whose they are, or whose money."""
REACHES_SOMEBODY = frozenset({Payload.MAIL, Payload.PHONE})
"""Codes with contact details, which a business hangs up as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a code holds, whether that is certain, and the words in it that are to be read as any other text.

    `shown` is what a report may say of it: nothing with which anybody gets in or is named.
    """

    payload: Payload
    certain: bool = True
    words: str = field(default="", repr=False)
    shown: str = ""


_WARES = frozenset(
    {"ean-13", "ean-8", "upc-a", "upc-e", "itf", "databar", "databarexpanded", "ean13", "ean8", "upca", "upce"}
)

_BEGINNINGS: tuple[tuple[Payload, str], ...] = (
    (Payload.WIFI, r"WIFI:"),
    (Payload.CONTACT, r"BEGIN:VCARD|MECARD:|BIZCARD:"),
    (Payload.ONE_TIME_PASSWORD, r"otpauth(?:-migration)?://"),
    (Payload.BOARDING_PASS, r"M[1-4][A-Z][A-Z /'-]{19}E?[A-Z0-9 ]{5,7} ?[A-Z]{6}"),
    (
        Payload.IDENTITY,
        r"@[\n\r\x1c-\x1f ]*(?:ANSI |AAMVA)|(?=\S*<)[IAC][A-Z<][A-Z<]{3}[A-Z0-9<]{9,25}|P[A-Z<][A-Z<]{42}",
    ),
    (Payload.HEALTH, r"HC1:|shc:/"),
    (
        Payload.WALLET,
        r"(?:bitcoin|ethereum|litecoin|monero|lightning|solana|dogecoin):|bc1[a-z0-9]{25,}|0x[0-9a-fA-F]{40}$",
    ),
    (
        Payload.PAYMENT,
        r"BCD\r?\n|SPC\r?\n|upi://|00020101021|C\+?[0-9]{8,12};|(?:https?://)?(?:www\.)?mobilepay\.(?:dk|fi)/|swish://",
    ),
    (Payload.MAIL, r"mailto:|MATMSG:|SMTP:"),
    (Payload.PHONE, r"tel:|sms(?:to)?:|mms(?:to)?:|facetime:|(?:https?://)?wa\.me/|whatsapp:"),
    (Payload.EVENT, r"BEGIN:V(?:EVENT|CALENDAR)"),
    (Payload.PLACE, r"geo:"),
)
_BY_BEGINNING = tuple((payload, re.compile(shape, re.IGNORECASE)) for payload, shape in _BEGINNINGS)

_KEYS = re.compile(
    r"(?:.*[_-])?(?:token|key|apikey|auth|pwd|password|passwd|pass|passcode|secret|sig|signature|otp|invite|session"
    r"|sessionid|sid|jwt|hash|magic|reset|confirm|verification|pin)",
    re.IGNORECASE,
)
_SHORTEST_KEY = 6
_COUNTED = re.compile(r"utm_|gclid|fbclid|mc_|igsh?|ref$", re.IGNORECASE)
"""Parameters that count visits, and open nothing."""
_RANDOM = re.compile(r"[A-Za-z0-9_-]{20,}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_INVITES = re.compile(
    r"(?:[\w.-]+\.)?zoom\.us/(?:j|my|w)/|teams\.(?:microsoft|live)\.com/(?:l/meetup-join|meet)|meet\.google\.com/[a-z]"
    r"|chat\.whatsapp\.com/|discord(?:\.gg|(?:app)?\.com/invite)/|t\.me/(?:\+|joinchat)|[\w.-]+\.webex\.com/(?:meet|\S*MTID)"
    r"|join\.slack\.com/|signal\.group/|invite\.|(?:www\.)?dropbox\.com/(?:s|scl)/|1drv\.ms/|[\w-]+\.sharepoint\.com/:"
    r"|drive\.google\.com/(?:file|drive/folders)/|docs\.google\.com/\w+/d/|we\.tl/",
    re.IGNORECASE,
)


def payload_of(symbology: str, value: str) -> Held:
    """What a code of this symbology with this value holds."""
    if symbology.casefold().replace("_", "-") in _WARES:
        return Held(payload=Payload.WARE)
    text = value.lstrip("\ufeff")
    for payload, shape in _BY_BEGINNING:
        if shape.match(text):
            return _of_beginning(payload, text)
    if re.fullmatch(r"[0-9]{8}|[0-9]{12,14}|[\x1d(]?01[)]?[0-9]{14}\S*", text):
        return Held(payload=Payload.WARE)
    if re.match(r"(?:https?://|www\.)\S+$", text, re.IGNORECASE):
        return _link(text)
    return Held(payload=Payload.WORDS, words=value)


def _of_beginning(payload: Payload, text: str) -> Held:
    if payload is Payload.WIFI:
        return _wifi(text)
    if payload in {Payload.MAIL, Payload.PHONE, Payload.EVENT}:
        return Held(payload=payload, words=unquote(re.sub(r"^[A-Za-z]+:(?://)?", "", text)))
    return Held(payload=payload)


def _wifi(text: str) -> Held:
    """Access where there is a password: a network without one is open to everybody anyway."""
    fields = dict(re.findall(r"(?:^WIFI:|;)([A-Z0-9]+):((?:\\.|[^;\\])*)", text, re.IGNORECASE))
    secret = next((value for name, value in fields.items() if name.upper() == "P"), "")
    return Held(payload=Payload.WIFI) if secret else Held(payload=Payload.WORDS)


def _link(text: str) -> Held:
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, pairs = parts.hostname or "", [*parse_qsl(parts.query), *parse_qsl(parts.fragment)]
    except ValueError:
        return Held(payload=Payload.WORDS, words=text)
    if parts.password or any(_KEYS.fullmatch(name) and len(value) >= _SHORTEST_KEY for name, value in pairs):
        return Held(payload=Payload.LINK_WITH_KEY, shown=host)
    if _INVITES.match(text.partition("://")[2] or text):
        return Held(payload=Payload.INVITATION, shown=host)
    values = [value for name, value in pairs if not _COUNTED.match(name)]
    if any(map(_is_random, (*parts.path.split("/"), *values))):
        return Held(payload=Payload.LINK_WITH_KEY, certain=False, shown=host)
    return Held(payload=Payload.LINK, words="\n".join(values), shown=host)


def _is_random(part: str) -> bool:
    return _UUID.fullmatch(part) is not None or (_RANDOM.fullmatch(part) is not None and random_looking(part))
