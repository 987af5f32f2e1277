"""A secret in each hiding place: the walk accounts for every byte and tells of it, and stripping takes it out."""

from __future__ import annotations

import pytest
from tests.containers.planted import everything, tells

from imgpolicy import formats
from imgpolicy.containers.parts import following
from imgpolicy.domain.terms import StripMode
from imgpolicy.remedies.strip import strip

FILES = [pytest.param(data, id=name) for name, data in everything()]


@pytest.mark.parametrize("data", FILES)
def test_the_parts_add_up_to_the_file(data: bytes) -> None:
    parsed = formats.parse(data)
    assert not list(following(parsed.parts, len(data)))


@pytest.mark.parametrize("data", FILES)
def test_the_hiding_place_is_told_or_unread(data: bytes) -> None:
    parsed = formats.parse(data)
    assert parsed.traces or parsed.unread


@pytest.mark.parametrize("data", FILES)
def test_the_secret_does_not_survive(data: bytes) -> None:
    assert tells(data)
    assert not tells(strip(data, mode=StripMode.ALL).data)


@pytest.mark.parametrize("data", FILES)
def test_stripping_twice_changes_nothing_more(data: bytes) -> None:
    once = strip(data, mode=StripMode.ALL)
    again = strip(once.data, mode=StripMode.ALL)
    assert again.data == once.data
    assert again.removed == ()
