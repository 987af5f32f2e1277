"""What a recogniser is: one kind of thing that words may say of somebody, and where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from imgpolicy.domain.agencies import AGENCIES
from imgpolicy.domain.geometry import Box, around
from imgpolicy.facts import Text
from imgpolicy.phrase import Phrase, phrase
from imgpolicy.recognise.lists import MARKINGS
from imgpolicy.recognise.patterns import Pattern
from imgpolicy.recognise.rows import Page, Piece

TAKEN = "\0"
"""What stands in place of characters that something was made of already."""


class Kind(StrEnum):
    """What was recognised."""

    PERSONAL_NUMBER = "personal number"
    ACCOUNT = "account number"
    CARD = "card number"
    NUMBER = "number by a pattern of the policy"
    PHONE = "phone number"
    MAIL = "mail address"
    ADDRESS = "postal address"
    PASSWORD = "password"  # noqa: S105  # a word for it
    SECRET = "secret key"  # noqa: S105  # a word for it
    PLATE = "licence plate"
    MARKING = "confidential marking"
    WORK_MAIL = "work mail"
    AGENCY = "credit of a picture agency"
    WORD_MARK = "word mark"


KIND_WORDS: dict[Kind, Phrase] = {
    Kind.PERSONAL_NUMBER: phrase("personal number"),
    Kind.ACCOUNT: phrase("account number"),
    Kind.CARD: phrase("card number"),
    Kind.NUMBER: phrase("number by a pattern of the policy"),
    Kind.PHONE: phrase("phone number"),
    Kind.MAIL: phrase("mail address"),
    Kind.ADDRESS: phrase("postal address"),
    Kind.PASSWORD: phrase("password or code"),
    Kind.SECRET: phrase("secret key"),
    Kind.PLATE: phrase("licence plate"),
    Kind.MARKING: phrase("confidential marking"),
    Kind.WORK_MAIL: phrase("work mail"),
    Kind.AGENCY: phrase("credit of a picture agency"),
    Kind.WORD_MARK: phrase("word mark"),
}
"""What reports call each kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is looked for besides what is the same everywhere.

    `countries` are those (ISO 3166-1 alpha-2) whose phone numbers and licence plates are known without their country's
    code. `marks` are word marks, `patterns` numbers of one's own, `mail_domains` those of the organisation.
    """

    countries: tuple[str, ...] = ("DK",)
    markings: tuple[str, ...] = MARKINGS
    patterns: tuple[Pattern, ...] = ()
    mail_domains: tuple[str, ...] = ()
    agencies: tuple[str, ...] = AGENCIES
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """Something that was recognised: what, the lines in which it stands, its value, and whether that is certain.

    `name` says of which sort, without anything secret: the marking, the agency, the word mark, the pattern, the key
    word of a password, the sort of key. `unclear` is true when characters in it cannot be told apart by their looks (O
    and 0, l and I), so that the value may be another. `business` is true for contact details that by all that stands
    around them are a business's and nobody's own. `shown` is what reports show of a value that was not kept.
    """

    kind: Kind
    lines: tuple[Text, ...] = ()
    value: str = field(repr=False)
    certain: bool = True
    name: str = ""
    unclear: bool = False
    business: bool = False
    shown: str | None = None

    @property
    def box(self) -> Box | None:
        """The box around the lines; None in words that were not read in a picture."""
        return around(line.box for line in self.lines) if self.lines else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where on a page something stands, and what it is; `value` is as it was read, put right where that is proved."""

    kind: Kind
    pieces: tuple[Piece, ...]
    value: str = field(repr=False)
    certain: bool = True
    name: str = ""
    unclear: bool = False
    business: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A row of a page as a recogniser sees it. `free` has the rows with TAKEN for what was recognised before."""

    page: Page
    row: int
    free: list[str] = field(repr=False)
    sought: Sought

    @property
    def words(self) -> str:
        """The row, without what was recognised before."""
        return self.free[self.row]

    def piece(self, start: int, end: int) -> tuple[Piece, ...]:
        """These characters of the row."""
        return (Piece(self.row, start, end),)

    def before(self) -> Iterator[str]:
        """The rows in which a label of this one may stand: those to its left, and above."""
        for number in (*self.page.left[self.row], *self.page.above[self.row]):
            yield self.page.rows[number].words

    def around(self) -> Iterator[str]:
        """This row and those beside, above and below it, whole."""
        yield self.page.rows[self.row].words
        for number in self.page.around(self.row):
            yield self.page.rows[number].words


@dataclass(frozen=True, slots=True, kw_only=True)
class Recogniser:
    """One kind, how it is found in a row, and its proof: texts in which it stands, and texts in which it does not."""

    kind: Kind
    find: Callable[[Place], Iterable[Span]]
    holds: tuple[str, ...]
    lacks: tuple[str, ...]
