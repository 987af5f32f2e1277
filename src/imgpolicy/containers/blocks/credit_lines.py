"""Whose a picture is by its caption and its instructions: the formulas by which agencies and photographers sign there.

Each is read as a statement of rights, so that it is judged, and kept in a stripped file, as one. Of a caption nothing
else is: what is kept is a name without digits, or a term of use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from imgpolicy.containers.parts import Credit, Right
from imgpolicy.domain.agencies import SIGNATURES

_CAPTIONS = frozenset(
    {
        *("description", "caption", "caption-abstract", "headline", "title", "instructions", "specialinstructions"),
        *("imagedescription", "usercomment", "xpcomment", "xptitle", "xpsubject", "comment", "disclaimer", "warning"),
        *("otherconstraints", "mediaconstraints", "otherconditions", "otherlicenseinfo", "termsandconditionstext"),
        *("productorserviceconstraints", "otherimageinfo"),
    }
)
"""Under which names words about a picture stand, in small letters."""

_LONGEST = 20_000
"""Characters of a caption that are read: the formulas stand at its end, or its beginning."""

_WORD = r"(?:(?:[^\W\d_]\.)+|[^\W\d_](?:[^\W\d_]|[&'\u2019\-](?=\w)){0,40})"
_NAME = rf"{_WORD}(?:[ &/|,\-\u2013]{{1,3}}{_WORD}){{0,7}}"
"""A name, or several with strokes or commas between: letters alone, so that no number goes along."""

_LABELLED = re.compile(
    r"(?:^|[.!?;:)\]}|\n\"”]|\s[-\u2013\u2014/])\s*[(\[]?\s*"
    r"(?:mandatory credit|(?:photo|image|picture)? ?credit(?: line)?|(?:presse)?foto(?:graf)?|photo(?:graph(?:er)?)?"
    r"|bild)"
    rf" ?[:/] ?(?:by |af |av )?({_NAME})",
    re.IGNORECASE,
)
_BRACKETED = re.compile(
    rf"[(\[] ?(?:photo|foto|picture|image|bild) (?:by|af|av|from|fra|via) ({_NAME}) ?[)\]]", re.IGNORECASE
)
_MARKED = re.compile(
    r"(?:©|\([cC]\)|\b(?:[Cc]opyright|COPYRIGHT)\b:?(?! ?[a-zæøå])) ?(?:\([cC]\) ?|© ?)?"
    rf"(?:\d{{4}} ?)?(?:(?:by|af) )?({_NAME})"
)

_SHORT = 4
"""Letters up to which an agency's name counts in its own capitals only."""

_NAMES = sorted(map(re.escape, SIGNATURES), key=len, reverse=True)
_LONG_AGENCY = "(?i:" + "|".join(name for name in _NAMES if len(name) > _SHORT) + ")"
_AGENCY = "(?:" + "|".join((_LONG_AGENCY, *(name for name in _NAMES if len(name) <= _SHORT))) + ")"
_SIGNED = re.compile(
    rf"(?:(?<!\w)(?:{_WORD}[ \-]{{1,2}}){{0,3}}(?:{_WORD})?\s?/\s?|\bvia\s|[(\[]\s?|[-\u2013\u2014]\s){_AGENCY}(?!\w)"
    rf"|(?<!\w){_AGENCY}\s?/\s?{_WORD}(?:[ \-]{{1,2}}{_WORD}){{0,3}}"
    rf"|(?<!\w){_LONG_AGENCY}\W{{0,3}}\Z"
)
"""An agency's name where somebody signs: behind a stroke, dash, bracket or “via”, before a stroke, or at the end."""

_TERMS = re.compile(
    r"(?<!\w)(?:(?:for |restricted to )?editorial use(?: only)?|editorial only|(?:for )?editorial purposes only"
    r"|(?:kun )?til redaktionel(?:t)? (?:brug|anvendelse)|(?:kun )?redaktionel(?:t)? brug"
    r"|må kun (?:bruges|anvendes|benyttes) redaktionelt|kun til redaktionelle formål|redaktionelle formål"
    r"|kun for redaksjonell bruk|endast redaktionell användning"
    r"|nur (?:zur|für) redaktionelle[nr]? (?:nutzung|verwendung)"
    r"|no (?:sales|resale|archives?|commercial use|commercial sales|advertising|merchandising|third[ -]party sales)"
    r"|not for (?:sale|resale|commercial use)|one[ -]time use(?: only)?|rights[ -]managed|royalty[ -]free"
    r"|(?-i:[A-ZÆØÅÄÖ]{2,20}(?:[ ,/&]{1,3}[A-ZÆØÅÄÖ]{2,20}){0,6} OUT)|not for online (?:use|publication)"
    r"|ikke til (?:kommerciel|kommercielt) (?:brug|anvendelse)|ingen videresalg|(?:må )?ikke videresælges"
    r"|mandatory credit)(?!\w)",
    re.IGNORECASE,
)
"""Terms under which agencies give pictures away, in Danish, English, Norwegian, Swedish and German."""

_MOST = 20


def credit_lines(name: str, text: str, path: str) -> tuple[Credit, ...]:
    """Whose it is and on which terms, when the text under this name is a caption or an instruction that says so."""
    key = name.rpartition(":")[2].strip().casefold()
    if key not in _CAPTIONS or not text.strip():
        return ()
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST // 2]}\n{text[-_LONGEST // 2 :]}"
    found = dict.fromkeys((*_names(text), *((Right.USAGE_TERMS, term[0]) for term in _TERMS.finditer(text))))
    return tuple(Credit(right, said, path) for right, said in list(found)[:_MOST])


def _names(text: str) -> Iterator[tuple[Right, str]]:
    labelled = [said for pattern in (_LABELLED, _BRACKETED, _MARKED) for said in pattern.finditer(text)]
    yield from ((Right.CREDIT, said[1].strip(" .,-\u2013")) for said in labelled)
    for signed in _SIGNED.finditer(text):
        if not any(said.start() <= signed.start() and signed.end() <= said.end() for said in labelled):
            yield Right.CREDIT, signed[0].strip(" ()[].,-\u2013\u2014/\n")
