"""The chain of the log."""

from __future__ import annotations

import datetime as dt

from imgpolicy.domain.log import Event, first_broken, next_entry

EVENT = Event(dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "add person", "a" * 64, "b" * 64)


def test_the_same_event_has_another_hash_at_another_place_and_after_another_past() -> None:
    first = next_entry(None, EVENT)
    other = next_entry(None, EVENT._replace(action="add work"))
    hashes = {first.hash, other.hash, next_entry(first, EVENT).hash, next_entry(other, EVENT).hash}
    assert len(hashes) == 4
    assert next_entry(first, EVENT).previous == first.hash


def test_an_entry_that_was_replaced_by_a_sound_one_breaks_the_next() -> None:
    first = next_entry(None, EVENT)
    second = next_entry(first, EVENT)
    forged = next_entry(None, EVENT._replace(subject="c" * 64))
    assert first_broken([first, second]) is None
    assert first_broken([forged, second]) == 2
    assert first_broken([second]) == 1
    assert first_broken([]) == 1
