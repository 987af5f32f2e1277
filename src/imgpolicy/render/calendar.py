"""What ends, as a calendar that other programs read: iCalendar (RFC 5545), an event of a whole day for each.

Calendars are copied to phones and clouds: people stand in it by their ids alone, and neither channels nor addresses of
posts do.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from imgpolicy.domain.deadline import Deadline, DeadlineKind
from imgpolicy.language import Language
from imgpolicy.phrase import phrase
from imgpolicy.version import __version__

MEDIA_TYPE = "text/calendar; charset=utf-8"

_LINE = 75
"""Octets of a line before its break (section 3.1)."""

_IN_ADDRESSES = ":/?#[]@!$&'()*+,;=%"
"""What an address may hold besides letters and digits (RFC 3986, section 2)."""

_OURS = uuid.uuid5(uuid.NAMESPACE_URL, "imgpolicy:deadline")

# The grammar asks for one component at least, also where nothing ends (section 3.6).
_ZONE = (
    "BEGIN:VTIMEZONE",
    "TZID:UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
)


def calendar(
    deadlines: Sequence[Deadline], name: str, begins: str | None, now: dt.datetime, language: Language
) -> bytes:
    """The calendar of this name, in UTF-8. Each event leads to its page of a desk whose addresses begin so."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//imgpolicy//imgpolicy {__version__}//EN",
        "CALSCALE:GREGORIAN",
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:P1D",
        *_ZONE,
        *(line for one in deadlines for line in _event(one, begins, now, language)),
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def summary(one: Deadline, language: Language) -> str:
    """In a few words, what ends."""
    about = one.about or ""
    said = {
        DeadlineKind.CONSENT: phrase("The consent of {about} ends", about=about),
        DeadlineKind.RECOGNITION: phrase("The consent of {about} to be recognised ends", about=about),
        DeadlineKind.OF_AGE: phrase("{about} comes of age: what guardians said ends", about=about),
        DeadlineKind.OWN_CONSENT: phrase("After this day {about} must say yes too", about=about),
        DeadlineKind.LICENCE: phrase("The licence to {about} ends", about=about),
        DeadlineKind.LINK: phrase("The link for {about} ends", about=about),
        DeadlineKind.TAKEDOWN: phrase("The post {about} must come down", about=about),
    }
    return language.say(phrase("The link that many use ends") if one.about is None else said[one.kind])


def page_of(one: Deadline) -> str:
    """The path of the desk's page on it."""
    match one.kind:
        case DeadlineKind.LICENCE:
            return "/works"
        case DeadlineKind.LINK:
            return "/requests"
        case DeadlineKind.TAKEDOWN:
            return "/log"
        case _:
            return f"/people/{one.about}"


def _event(one: Deadline, begins: str | None, now: dt.datetime, language: Language) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    # The same for the same thing whenever it is asked, and another for whatever else (RFC 7986, section 5.3).
    yield f"UID:{uuid.uuid5(_OURS, f'{one.kind} {one.record}')}"
    yield f"DTSTAMP:{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}"
    yield f"SUMMARY:{_text(summary(one, language))}"
    if begins is not None:
        yield f"URL:{quote(begins + page_of(one), safe=_IN_ADDRESSES, errors='replace')}"
    yield "CLASS:PRIVATE"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _text(text: str) -> str:
    """Text as a value (section 3.3.11); a control character, which none may hold, becomes a space."""
    plain = "".join(char if char.isprintable() else " " for char in text)
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> bytes:
    """The line in UTF-8 and with its break, folded so that no part has too many octets or ends within a character."""
    parts, part, room = [], b"", _LINE
    for char in line:
        octets = char.encode("utf-8", "replace")
        if len(part) + len(octets) > room:
            parts.append(part)
            part, room = b"", _LINE - 1
        part += octets
    return b"\r\n ".join([*parts, part]) + b"\r\n"
