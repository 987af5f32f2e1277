"""The recognisers, asked one after the other: what one has taken no later one takes again.

So an account number is no phone number: those whose value a checksum proves are asked first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from imgpolicy.recognise.base import TAKEN, Place, Recognised, Recogniser, Sought, Span
from imgpolicy.recognise.business import CONTACTS, of_business
from imgpolicy.recognise.contacts import ADDRESSES, MAILS, PHONES
from imgpolicy.recognise.harmless import harmless
from imgpolicy.recognise.numbers import ACCOUNTS, CARDS, PATTERNS, PERSONAL_NUMBERS
from imgpolicy.recognise.phrases import AGENCY_CREDITS, MARKINGS, WORD_MARKS, WORK_MAIL
from imgpolicy.recognise.plates import PLATES
from imgpolicy.recognise.rows import Page, Piece
from imgpolicy.recognise.secrets import PASSWORDS, SECRETS

PROVED: tuple[Recogniser, ...] = (SECRETS, ACCOUNTS, PERSONAL_NUMBERS, CARDS, PATTERNS, MAILS, PASSWORDS, ADDRESSES)
"""Recognisers in the order in which they are asked, before harmless numbers are taken out."""
DOUBTFUL: tuple[Recogniser, ...] = (PHONES, PLATES)
"""Those that would take harmless numbers for theirs."""
APART: tuple[Recogniser, ...] = (MARKINGS, AGENCY_CREDITS, WORD_MARKS, WORK_MAIL)
"""Those that look for known phrases, whatever else stands there."""
RECOGNISERS: tuple[Recogniser, ...] = (*PROVED, *DOUBTFUL, *APART)


def read_page(page: Page, sought: Sought, only: Collection[Recogniser] = RECOGNISERS) -> tuple[Recognised, ...]:
    """What the rows of a page give away, by where it begins; of `only` some of the recognisers where they are named."""
    free = [row.words for row in page.rows]
    spans = [span for recogniser in PROVED if recogniser in only for span in _found(recogniser, page, free, sought)]
    for number in range(len(free) if only is RECOGNISERS else 0):
        for piece in harmless(Place(page, number, free, sought)):
            _take(free, piece)
    spans += [span for recogniser in DOUBTFUL if recogniser in only for span in _found(recogniser, page, free, sought)]
    whole = [row.words for row in page.rows]
    spans += [
        span
        for recogniser in APART
        if recogniser in only
        for number in range(len(whole))
        for span in recogniser.find(Place(page, number, whole, sought))
    ]
    bare = [row.words for row in page.rows]
    for span in spans:
        for piece in span.pieces if span.kind in CONTACTS else ():
            _take(bare, piece)
    return tuple(_result(page, span, bare) for span in sorted(spans, key=lambda one: one.pieces[0]))


def _found(recogniser: Recogniser, page: Page, free: list[str], sought: Sought) -> list[Span]:
    """What one recogniser finds in all rows; the characters of it are taken."""
    found = []
    for number in range(len(free)):
        for span in [*recogniser.find(Place(page, number, free, sought))]:
            if all(TAKEN not in free[row][start:end] for row, start, end in span.pieces):
                found.append(span)
                for piece in span.pieces:
                    _take(free, piece)
    return found


def _take(free: list[str], piece: Piece) -> None:
    row = free[piece.row]
    free[piece.row] = row[: piece.start] + TAKEN * (piece.end - piece.start) + row[piece.end :]


def _result(page: Page, span: Span, bare: Sequence[str]) -> Recognised:
    return Recognised(
        kind=span.kind,
        lines=page.lines(span.pieces),
        value=span.value,
        certain=span.certain,
        name=span.name,
        unclear=span.unclear,
        business=of_business(page, span, bare),
    )
