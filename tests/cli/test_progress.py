"""How far a command is with many pictures, counted meanwhile: from where it went on, and never past its end."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest

from imgpolicy.cli.progress import count_from
from imgpolicy.errors import PictureError

NAMES = [f"{number}.jpg" for number in range(10)]


def broken() -> Iterator[str]:
    yield "0.jpg"
    raise PictureError("no such folder")


@pytest.mark.parametrize(("first", "count"), [("0.jpg", 10), ("7.jpg", 3), ("gone.jpg", 10)])
def test_what_was_done_before_is_not_counted(first: str, count: int) -> None:
    assert count_from(NAMES, first, Event()) == count


def test_who_is_done_counts_no_further_and_what_cannot_be_listed_has_no_number() -> None:
    ended = Event()
    ended.set()
    assert count_from(NAMES, "0.jpg", ended) is None
    assert count_from(broken(), "0.jpg", Event()) is None
