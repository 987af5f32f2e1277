"""A phrase is the English text, and remembers what it was made of."""

from __future__ import annotations

import pickle

from hypothesis import given
from hypothesis import strategies as st

from imgpolicy.phrase import Phrase, both, either, phrase


def test_a_phrase_is_its_english_text_and_keeps_template_and_values() -> None:
    made = phrase("{who} said {what}", who="eileen", what="yes")
    assert made == "eileen said yes"
    assert (made.template, dict(made.values)) == ("{who} said {what}", {"who": "eileen", "what": "yes"})


@given(st.text())
def test_what_a_value_holds_is_never_taken_for_a_template(text: str) -> None:
    assert phrase("it says {words}", words=text) == f"it says {text}"


def test_a_phrase_survives_the_way_to_another_process() -> None:
    made = phrase("{outer}!", outer=phrase("{inner}", inner=3))
    there = pickle.loads(pickle.dumps(made))
    assert isinstance(there, Phrase)
    assert (there, there.template, there.values["outer"]) == ("3!", "{outer}!", "3")


def test_parts_are_joined_by_words_that_can_be_translated() -> None:
    assert either(["a", "b", "c"]) == "a or b or c"
    assert both([phrase("one")]) == "one"
    assert either([]) == ""
