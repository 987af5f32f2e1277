"""Settings of the whole process hold as long as one thread needs them, and are then as they were."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from imgpolicy.engines.guests import Guests, Undo


def test_the_last_to_leave_puts_the_settings_back() -> None:
    told: list[str] = []

    def settle() -> Undo:
        told.append("set")
        return lambda: told.append("put back")

    guests = Guests(settle)
    first, second = ExitStack(), ExitStack()
    first.enter_context(guests.at_rest())
    second.enter_context(guests.at_rest())
    first.close()
    assert told == ["set"]
    second.close()
    assert told == ["set", "put back"]
    with pytest.raises(ValueError, match="within"), guests.at_rest():
        raise ValueError("within")
    assert told == ["set", "put back"] * 2
