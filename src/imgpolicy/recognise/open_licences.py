"""Creative Commons licences, by their addresses and by the words that tools and people write for them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.)?creativecommons\.org/"
    r"(?:(?P<public>publicdomain/(?:zero|mark)|licenses/publicdomain)"
    r"|licenses/(?P<terms>(?:by|nc|nd|sa|sampling\+?)(?:-(?:nc|nd|sa))*))"
    r"(?:/(?P<version>\d\.\d))?(?:/(?!deed|legal)[a-z]{2,5})?(?:/(?:deed|legalcode)(?:\.[a-z\-]{2,7})?)?/?",
    re.IGNORECASE,
)
_ELEMENTS = (
    ("by", r"by|attribution|navngivelse|kreditering|namngivelse|erkännande|namensnennung"),
    ("nc", r"nc|non[ -]?commercial|ikke[ -]?kommerciel(?:t)?|ikkekommersiell|nicht[ -]kommerziell|ickekommersiell"),
    ("nd", r"nd|no[ -]?deriv(?:ative)?s?(?: works)?|ingen[ -]?bearbejdelse(?:r)?|keine[ -]bearbeitung(?:en)?"),
    ("sa", r"sa|share[ -]?alike|del[ -]?på[ -]?samme[ -]?vilkår|weitergabe unter gleichen bedingungen|dela[ -]?lika"),
)
_ELEMENT = "|".join(words for _, words in _ELEMENTS)
_SEPARATOR = r"[\s\-\u2010-\u2015_,/+]{1,3}"
_VERSION = r"(?:[\s\-]*(?:v(?:ersion)? ?)?(?P<version>[1-4]\.\d))?"
_TAIL = r"(?:\s+(?:international|unported|generic|universal|danmark|denmark|dk))?(?:\s+(?:public )?licen[sc]e)?"
_WORDS = re.compile(
    rf"(?<!\w)(?:cc|creative[ -]?commons)(?:{_SEPARATOR}(?:licen[sc]e)?\s*:?\s*)"
    rf"(?P<terms>(?:{_ELEMENT})(?:{_SEPARATOR}(?:{_ELEMENT})){{0,3}})(?![a-zæøå]){_VERSION}{_TAIL}"
    rf"|(?<!\w)(?P<named>attribution(?:{_SEPARATOR}(?:{_ELEMENT})){{0,3}})[\s\-]+(?P<of>[1-4]\.\d){_TAIL}",
    re.IGNORECASE,
)
_PUBLIC = re.compile(
    r"(?<!\w)(?:(?:cc[ \-]?0|(?:cc|creative commons) zero)(?:[ \-]?1\.0)?(?: universal)?"
    r"(?:[\s,(]{1,3}public domain(?: dedication| mark)?\)?)?|(?:in (?:the )?)?public domain(?: dedication| mark)?"
    r"(?: 1\.0)?|no known copyright restrictions|offentligt domæne)(?!\w)",
    re.IGNORECASE,
)
_AROUND = re.compile(
    r"(?<!\w)(?:(?:this|the) (?:work|image|photo(?:graph)?|picture|file)(?: is)?|(?:is )?(?:available |released )?"
    r"(?:licen[sc]ed|licenseret) (?:under|til)(?: (?:a|an|the|en))?|(?:creative[ -]commons )?licen[sc]e(?:s|n)?|licens"
    r"|under|to view a copy of this|visit|see|deed|terms of use|usage terms)(?!\w)",
    re.IGNORECASE,
)
"""What is written around the name of a licence."""

_TURNED = re.compile(
    r"(?<!\w)(?:not|no|never|except|unless|only|but|ikke|ingen|undtagen|medmindre|kun|men|all rights? reserved"
    r"|alle rettigheder)(?!\w)",
    re.IGNORECASE,
)
"""Words by which a sentence that names a licence may say the opposite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLicence:
    """A Creative Commons licence: what it asks for and does not allow. `version` is None where none is stated.

    Without any terms the work is in the public domain, or given to it (CC0).
    """

    attribution: bool = False
    non_commercial: bool = False
    no_derivatives: bool = False
    share_alike: bool = False
    version: str | None = None

    @property
    def name(self) -> str:
        """Its usual short name, such as CC BY-SA 4.0."""
        said = (("BY", self.attribution), ("NC", self.non_commercial), ("ND", self.no_derivatives))
        terms = "-".join([short for short, has in (*said, ("SA", self.share_alike)) if has])
        return " ".join(filter(None, ("CC", terms, self.version))) if terms else "CC0"

    @property
    def url(self) -> str:
        """Where its terms stand."""
        terms = self.name.split(" ")[1].casefold() if self.binds else ""
        place = f"licenses/{terms}/{self.version or '4.0'}" if terms else "publicdomain/zero/1.0"
        return f"https://creativecommons.org/{place}/"

    @property
    def binds(self) -> bool:
        """True when it has terms at all."""
        return self.attribution or self.non_commercial or self.no_derivatives or self.share_alike


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLicences:
    """The licences that a text names, and the text without them and what is written around them."""

    licences: tuple[OpenLicence, ...]
    rest: str


def open_licences(text: str) -> ReadLicences:
    """The licences in the text; none where its words may say that there is none, or that more is asked."""
    found: list[OpenLicence] = []

    def taken(match: re.Match[str]) -> str:
        found.append(_licence(match))
        return " ; "

    rest = _WORDS.sub(taken, _ADDRESS.sub(taken, text))
    rest, given = _PUBLIC.subn(" ; ", rest)
    found += [OpenLicence()] * min(given, 1)
    if not found or _TURNED.search(rest):
        return ReadLicences(licences=(), rest=text)
    return ReadLicences(licences=tuple(dict.fromkeys(found)), rest=_AROUND.sub(" ; ", rest))


def strictest(licences: Iterable[OpenLicence]) -> OpenLicence | None:
    """One licence with all terms of these; None where there are none."""
    several = tuple(licences)
    if not several:
        return None
    versions = {one.version for one in several if one.binds} - {None}
    return OpenLicence(
        attribution=any(one.attribution for one in several),
        non_commercial=any(one.non_commercial for one in several),
        no_derivatives=any(one.no_derivatives for one in several),
        share_alike=any(one.share_alike for one in several),
        version=versions.pop() if len(versions) == 1 else None,
    )


def _licence(match: re.Match[str]) -> OpenLicence:
    groups = match.groupdict()
    if groups.get("public"):
        return OpenLicence()
    said = (groups.get("terms") or groups.get("named") or "").casefold()
    terms = {short for short, words in _ELEMENTS if re.search(rf"(?<![a-zæøå])(?:{words})(?![a-zæøå])", said)}
    return OpenLicence(
        attribution="by" in terms or not terms,
        non_commercial="nc" in terms,
        no_derivatives="nd" in terms,
        share_alike="sa" in terms,
        version=groups.get("version") or groups.get("of"),
    )
