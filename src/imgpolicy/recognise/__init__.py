"""What words that a picture shows, or a caption says, give away: numbers, addresses, passwords, markings, marks.

It sees lines as they were read, and no pixels. The recognisers themselves are loaded (50 ms) when there is something to
read.
"""

from __future__ import annotations

from collections.abc import Sequence

from imgpolicy.facts import Text
from imgpolicy.recognise.base import KIND_WORDS, Kind, Recognised, Sought
from imgpolicy.recognise.masking import masked
from imgpolicy.recognise.patterns import Pattern
from imgpolicy.recognise.rows import Page, page_of, page_of_words

__all__ = [
    "KIND_WORDS",
    "Kind",
    "Pattern",
    "Recognised",
    "Sought",
    "masked",
    "recognise",
    "recognise_words",
    "word_marks",
    "work_mail",
]


def recognise(texts: Sequence[Text], sought: Sought) -> tuple[Recognised, ...]:
    """What the lines that were read in a picture give away, from top to bottom."""
    from imgpolicy.recognise.walk import read_page

    return read_page(page_of(texts), sought) if texts else ()


def recognise_words(words: str, sought: Sought) -> tuple[Recognised, ...]:
    """The same in words that were written and not read: a caption, what metadata say. No lines are named."""
    from imgpolicy.recognise.walk import read_page

    return read_page(page_of_words(words), sought) if words.strip() else ()


def word_marks(page: Page, marks: tuple[str, ...]) -> tuple[Recognised, ...]:
    """These word marks on a page, and nothing else."""
    from imgpolicy.recognise.phrases import WORD_MARKS
    from imgpolicy.recognise.walk import read_page

    return read_page(page, Sought(marks=marks), only=(WORD_MARKS,))


def work_mail(words: str, domains: tuple[str, ...]) -> tuple[Recognised, ...]:
    """The mail addresses of these domains in words that were written, and nothing else."""
    if not domains or not words.strip():
        return ()
    from imgpolicy.recognise.phrases import WORK_MAIL
    from imgpolicy.recognise.walk import read_page

    return read_page(page_of_words(words), Sought(mail_domains=domains), only=(WORK_MAIL,))
