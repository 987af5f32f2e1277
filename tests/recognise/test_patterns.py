"""The language of a policy's own patterns: small, and never slow."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgpolicy.recognise import Pattern

FOUND = {
    "S-####/####": ("Sag S-2026/0042", "s-2026/0042"),
    "@@ ######": ("AB 123456", "ab123456", "Ab-123456"),
    "J.nr. *": ("J.nr. 2026x17", "j.nr.2026"),
    "##-\\#-##": ("12-#-34",),
    "*-###": ("anything-123",),
}
NOT_FOUND = {
    "S-####/####": ("S-2026/00423", "XS-2026/0042"),
    "@@ ######": ("A 123456", "AB 1234567"),
    "*-###": ("anything-1234",),
}


@pytest.mark.parametrize("shape", FOUND)
def test_a_pattern_stands_for_what_it_says(shape: str) -> None:
    pattern = Pattern("x", shape)
    assert all([*pattern.find(text)] for text in FOUND[shape])
    assert not any([*pattern.find(text)] for text in NOT_FOUND.get(shape, ()))


@pytest.mark.parametrize("shape", ["", "#", "**", "*#", "*a", "a" * 61, "###\\", "* *"])
def test_a_pattern_that_says_too_little_or_may_be_read_in_two_ways_is_refused(shape: str) -> None:
    with pytest.raises(ValueError, match=r"pattern|behind"):
        Pattern("x", shape)


@given(st.text("#@* -/a\\", max_size=60))
@settings(max_examples=60, deadline=None)
def test_no_pattern_is_slow(shape: str) -> None:
    try:
        pattern = Pattern("x", shape)
    except ValueError:
        return
    for text in ("a" * 5_000, "a-" * 2_500, "1" * 5_000, " " * 5_000):
        start = time.process_time()
        for _ in pattern.find(text):
            pass
        assert time.process_time() - start < 0.5
