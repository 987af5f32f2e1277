"""What ends, as RFC 5545 has it: lines, breaks and escapes; and what another program reads out of it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from imgpolicy.domain.deadline import Deadline, DeadlineKind
from imgpolicy.language import ENGLISH, LanguageCode, language
from imgpolicy.render.calendar import calendar, summary

NOW = dt.datetime(2026, 11, 30, 9, 0, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))
DAY = dt.date(2027, 6, 30)
BEGINS = "https://desk.example.org"
YES = Deadline(kind=DeadlineKind.CONSENT, record="c-1", day=DAY, about="s.holm")
DEADLINES = st.builds(
    Deadline,
    kind=st.sampled_from(DeadlineKind),
    record=st.text(),
    day=st.dates(min_value=dt.date(1970, 1, 1)),
    about=st.text(),
)


def lines_of(written: bytes) -> list[bytes]:
    """The lines as they are folded; each ends in CRLF, and neither stands anywhere else."""
    *lines, rest = written.split(b"\r\n")
    assert rest == b""
    assert not any(set(line) & set(b"\r\n") for line in lines)
    return lines


def test_an_event_is_a_whole_day_that_leads_to_its_page_and_keeps_nobody_from_anything() -> None:
    lines = lines_of(calendar([YES], "What ends", BEGINS, NOW, ENGLISH))
    begin = lines.index(b"BEGIN:VEVENT")
    uid, *rest = lines[begin + 1 : -1]
    assert uid.startswith(b"UID:")
    assert rest == [
        b"DTSTAMP:20261130T080030Z",
        b"DTSTART;VALUE=DATE:20270630",
        b"SUMMARY:The consent of s.holm ends",
        b"URL:https://desk.example.org/people/s.holm",
        b"CLASS:PRIVATE",
        b"TRANSP:TRANSPARENT",
        b"END:VEVENT",
    ]
    assert (lines[0], lines[-1]) == (b"BEGIN:VCALENDAR", b"END:VCALENDAR")


@given(deadlines=st.lists(DEADLINES, max_size=3), name=st.text())
def test_another_program_reads_what_was_meant_whatever_stands_in_it(deadlines: list[Deadline], name: str) -> None:
    written = calendar(deadlines, name, BEGINS, NOW, ENGLISH)
    assert max(map(len, lines_of(written))) <= 75
    written.decode()
    read = Calendar.from_ical(written)
    events = read.walk("VEVENT")
    assert [event.decoded("DTSTART") for event in events] == [one.day for one in deadlines]
    meant = [shown(summary(one, ENGLISH)) for one in deadlines]
    assert [str(event["SUMMARY"]) for event in events] == meant
    # The reader knows no such property, and leaves it as it is written.
    assert re.sub(r"\\(.)", r"\1", str(read["NAME"])) == shown(name)
    assert not read.errors


def shown(text: str) -> str:
    """The text as a calendar may hold it: what cannot be shown, or is no character, is none in it."""
    plain = "".join(char if char.isprintable() else " " for char in text)
    return plain.encode("utf-8", "replace").decode()


def test_an_event_is_the_same_each_time_and_no_other_thing_is_it() -> None:
    later = NOW + dt.timedelta(days=1)
    others = [Deadline(kind=kind, record="c-1", day=DAY, about="s.holm") for kind in DeadlineKind]
    uids = [
        [str(event["UID"]) for event in Calendar.from_ical(calendar(others, "", None, at, ENGLISH)).walk("VEVENT")]
        for at in (NOW, later)
    ]
    assert uids[0] == uids[1]
    assert len({*uids[0]}) == len(DeadlineKind)


def test_a_calendar_in_which_nothing_ends_is_one_all_the_same() -> None:
    read = Calendar.from_ical(calendar([], "Nothing", None, NOW, ENGLISH))
    assert read.walk("VEVENT") == []
    assert len(read.subcomponents) == 1


@pytest.mark.parametrize("kind", DeadlineKind)
def test_each_kind_is_said_in_danish(kind: DeadlineKind) -> None:
    danish = language(LanguageCode.DANISH)
    for about in ("s.holm", None):
        one = Deadline(kind=kind, record="c-1", day=DAY, about=about)
        assert summary(one, danish) != summary(one, ENGLISH)


def test_an_address_ends_no_line() -> None:
    written = calendar([YES], "What ends", "https://desk.example.org\r\nEND:VEVENT", NOW, ENGLISH)
    assert len(Calendar.from_ical(written).walk("VEVENT")) == 1
    assert lines_of(written).count(b"END:VEVENT") == 1
