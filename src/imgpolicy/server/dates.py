"""Days and moments as people write them: "30 June 2027" and "30. juni 2027"."""

from __future__ import annotations

import datetime as dt

from imgpolicy.language import Language
from imgpolicy.phrase import phrase

MONTHS = (
    phrase("January"),
    phrase("February"),
    phrase("March"),
    phrase("April"),
    phrase("May"),
    phrase("June"),
    phrase("July"),
    phrase("August"),
    phrase("September"),
    phrase("October"),
    phrase("November"),
    phrase("December"),
)
"""Their names, as they stand within a date."""


def day_in(day: dt.date, language: Language) -> str:
    """The day in words, such as "30 June 2027"."""
    return language.word("{day} {month} {year}", day=day.day, month=MONTHS[day.month - 1], year=day.year)


def moment_in(at: dt.datetime, language: Language) -> str:
    """The day and the time of day in the system's time zone."""
    local = at.astimezone()
    return language.word("{day} at {time}", day=day_in(local.date(), language), time=f"{local:%H:%M}")
