"""Text is compared as people read it, and shown so that nothing in it is in disguise."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgpolicy.domain.words import folded, holds
from imgpolicy.text import printable_json

LIBRARY = ("Example Library",)


@pytest.mark.parametrize(
    "caption",
    [
        "At the Example Library!",
        "EXAMPLE   library",
        "Example\u00a0Library",
        "Example\nLibrary",
        "\uff45\uff58ample L\uff49brary",
        "Exam\u200bple Li\u00adbrary",
        "#Example Library",
        "Example Library's hall",
        "Example Library\u2019s hall",
        "Example Librarys nye sal",
    ],
)
def test_a_name_is_found_however_it_is_written(caption: str) -> None:
    assert holds(caption, LIBRARY)


@pytest.mark.parametrize("caption", ["", "An example of a library", "Counterexample Library", "Example Libraryship"])
def test_a_part_of_a_word_is_not_the_name(caption: str) -> None:
    assert not holds(caption, LIBRARY)


def test_nothing_is_found_where_nothing_is_looked_for() -> None:
    assert not holds("anything", ())


@given(st.text())
def test_what_was_folded_once_stays_as_it_is(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1), st.text())
def test_a_name_between_other_words_is_always_found(name: str, more: str) -> None:
    assert holds(f"{more} {name} {more}", [name])


@given(st.text())
def test_json_means_the_same_with_its_unprintable_characters_escaped(text: str) -> None:
    shown = printable_json(json.dumps({text: [text]}, ensure_ascii=False))
    assert json.loads(shown) == {text: [text]}
    assert all(char.isprintable() or char in "\u200c\u200d" for char in shown)
