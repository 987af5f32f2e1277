"""Phrases that are known beforehand: confidential markings, agencies, word marks, and the organisation's mail."""

from __future__ import annotations

import re
from collections.abc import Iterator

from imgpolicy.recognise.base import Kind, Place, Recogniser, Span
from imgpolicy.recognise.words import Stand, distance, letters_off, looks, stands

_MOST_OF_ROW = 0.5
"""The share of a row's letters from which on a phrase is what the row says, and no word in a sentence."""
_CREDIT = re.compile(
    r"foto|photo|©|\(c\)|credit|kilde|source|picture|image|courtesy|/|\bvia\b|ophav|billede", re.IGNORECASE
)
_SHORT = 4
"""Letters up to which the name of an agency counts only in a line of credit."""
_SHORT_MARK = 4
"""Letters up to which a word mark has to stand in capitals."""
_SHORTEST_DOMAIN = 8
"""Letters of a domain from which on it is known behind an @ that was read as a letter."""


def _markings(place: Place) -> Iterator[Span]:
    row = place.page.rows[place.row].words
    for stand in stands(row, place.sought.markings):
        yield _span(Kind.MARKING, place, stand, certain=_says_it(row, stand))


def _agencies(place: Place) -> Iterator[Span]:
    row = place.page.rows[place.row].words
    for stand in stands(row, place.sought.agencies):
        short = len(looks(stand.phrase)) <= _SHORT
        if short and not (_CREDIT.search(row) and row[stand.start : stand.end] == stand.phrase):
            continue
        credit = re.search(r"foto|photo by|©|\(c\)|credit|kilde|source|/|\bvia\b", row, re.IGNORECASE)
        yield _span(Kind.AGENCY, place, stand, certain=credit is None and _says_it(row, stand) and not stand.off)


def _word_marks(place: Place) -> Iterator[Span]:
    row = place.page.rows[place.row].words
    for stand in stands(row, place.sought.marks):
        if len(looks(stand.phrase)) > _SHORT_MARK or row[stand.start : stand.end] == stand.phrase.upper():
            yield _span(Kind.WORD_MARK, place, stand, certain=not stand.off)


def _says_it(row: str, stand: Stand) -> bool:
    """True when the phrase is what the row says, or stands in capitals where the row has others."""
    read = row[stand.start : stand.end]
    return len(looks(read)) >= _MOST_OF_ROW * len(looks(row)) or (read.isupper() and not row.isupper())


def _span(kind: Kind, place: Place, stand: Stand, *, certain: bool) -> Span:
    pieces = place.piece(stand.start, stand.end)
    return Span(kind=kind, pieces=pieces, value=stand.phrase, certain=certain, name=stand.phrase)


def _work_mail(place: Place) -> Iterator[Span]:
    """The organisation's domains behind an @, or what a reader makes of one, its dots lost or not."""
    row = place.page.rows[place.row].words
    for domain in place.sought.mail_domains:
        for start, end, certain in _mail_at(row, domain):
            pieces = place.piece(start, end)
            yield Span(kind=Kind.WORK_MAIL, pieces=pieces, value=row[start:end], certain=certain, name=domain)


_AT = frozenset("@©®")
_MISREAD_AT = frozenset("gaeq&0o")


def _mail_at(row: str, domain: str) -> Iterator[tuple[int, int, bool]]:
    wanted = looks(domain)
    most = letters_off(domain)
    # Gaps within an address are the reader's: behind a dot, and around the sign.
    for token in re.finditer(r"[^\s,;:<>()\"']+(?: ?[@©®] ?[^\s,;:<>()\"']+)?(?:(?<=\.) [a-z]{2,}\b)?", row):
        read = token[0].rstrip(".,")
        at = next((number for number, char in enumerate(read) if char in _AT), None)
        if at is not None:
            said = looks(read[at + 1 :])
            # A department's own domain (hr.example.org) is the organisation's too.
            off = min(distance(said, wanted, most), distance(said[-len(wanted) :], wanted, most))
            if off <= most and (at > 0 or off == 0):
                yield token.start(), token.start() + len(read), off == 0
            continue
        letters = looks(read)
        before = letters[: -len(wanted)]
        plain = (
            len(wanted) >= _SHORTEST_DOMAIN
            and len(before) >= 3
            and before[-1] in _MISREAD_AT
            and not before.startswith("www")
        )
        if letters.endswith(wanted) and plain and "/" not in read:
            yield token.start(), token.start() + len(read), False


MARKINGS = Recogniser(
    kind=Kind.MARKING,
    find=_markings,
    holds=(
        "FORTROLIGT",
        "Strengtfortroligt",
        "STRENGT F0RTROLIGT",
        "Kun til internt brug",
        "Kuntil internt brug",
        "CONFIDENTlAL",
        "Confldential - do not forward",
        "Internal use only",
        "Må ikke offentliggores",
        "Sagen er fortrolig",
    ),
    lacks=("Fortrolighed", "Confidence", "Internet cafe", "Use only in emergencies", "Til brug for alle", "Confident"),
)
AGENCY_CREDITS = Recogniser(
    kind=Kind.AGENCY,
    find=_agencies,
    holds=(
        "gettyimages",
        "Getty lmages",
        "shutterstock",
        "shuterstock.com",
        "Foto: Bo Hansen/Ritzau Scanpix",
        "© AFP",
        "Photo: EPA / Jens Hansen",
        "iStock",
        "Adobe Stock | #123456",
        "alamy",
        "123RF",
    ),
    lacks=(
        "EPA approved",
        "Stockholm",
        "Reuter",
        "AP",
        "Adobe Photoshop",
        "The Bridge",
        "DPA 2018",
        "shutters and stock",
    ),
)
WORD_MARKS = Recogniser(
    kind=Kind.WORD_MARK,
    find=_word_marks,
    holds=("Example Library", "EXAMPLELIBRARY", "Welcome to Exarnple Library", "Example Llbrary"),
    lacks=("Library", "An example of a library", "Sample Books", "abc"),
)
WORK_MAIL = Recogniser(
    kind=Kind.WORK_MAIL,
    find=_work_mail,
    holds=(
        "mette@example-library.org",
        "mettegexample-library.org",
        "Mail: mette.jensen @ example-library.org",
        "mj@examplelibraryorg",
        "mj@hr.example-library.org",
        "mj@exampie-library. org",
    ),
    lacks=("www.example-library.org", "example-library.org", "mette@example.net", "https://example-library.org/mail"),
)
