"""Names of people, found in what a reader makes of them."""

from __future__ import annotations

import pytest
from tests.recognise.support import line, page

from imgpolicy.recognise.names import NameIndex
from imgpolicy.recognise.rows import page_of, page_of_words

NAMES = NameIndex(
    [("mette", "Mette Kirstine Jensen"), ("bo", "Bo Lund"), ("asa", "Åsa Sørensen"), ("eileen", "Eileen"), ("x", "")]
)


def who(*rows: str) -> set[str]:
    read = {one.person for one in NAMES.find(page_of(page(*rows)))}
    assert read == {one.person for one in NAMES.find(page_of_words("\n".join(rows)))}
    return read


@pytest.mark.parametrize(
    "text",
    [
        "Mette Kirstine Jensen",
        "Mette Jensen",
        "METTE JENSEN",
        "MetteJensen",
        "Jensen, Mette",
        "Hej Mette K. Jensen, velkommen",
        "Mette Jenson",
        "Mette Jensens kontor",
        "Mette Jens en",
    ],
)
def test_a_full_name_is_found_with_a_letter_off_and_its_spaces_lost(text: str) -> None:
    assert who(text) == {"mette"}


@pytest.mark.parametrize("text", ["Mette", "Jensen", "Mette Hansen", "Anette Jensen Bang", "Bolund", "Eileen", "Lund"])
def test_a_part_of_a_name_or_another_name_is_nobody(text: str) -> None:
    assert who(text) == set()


def test_a_short_name_stands_as_it_is_written() -> None:
    assert who("Bo Lund") == {"bo"}
    assert who("Bo Lind") == set()


def test_letters_that_a_reader_lacks_are_no_matter() -> None:
    assert who("Asa Sorensen") == {"asa"}


def test_a_name_on_a_badge_stands_in_two_rows() -> None:
    assert who("Mette", "Jensen") == {"mette"}
    assert who("Mette", "Direktør", "Jensen") == set()
    (found,) = NAMES.find(page_of([line("Mette"), line("Jensen", top=130)]))
    assert [piece.row for piece in found.pieces] == [0, 1]


def test_no_name_is_shown() -> None:
    assert "Mette" not in repr(NAMES)
    assert not NameIndex()
