"""Statements of rights as people and agencies write them: whose a picture is, without the formulas around the name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from imgpolicy.domain.agencies import SIGNATURES
from imgpolicy.domain.words import folded, seen
from imgpolicy.recognise.open_licences import OpenLicence, open_licences

_OURS = "\ue000"
"""What stands in place of one of the organisation's own names; of Unicode's private use, so in no text that is read."""

_PLACEHOLDERS = frozenset(
    {
        *("n/a", "na", "n.a", "none", "null", "nil", "unknown", "ukendt", "undefined", "unspecified", "not specified"),
        *(
            "ikke angivet",
            "ikke oplyst",
            "untitled",
            "default",
            "empty",
            "tbd",
            "todo",
            "xxx",
            "test",
            "string",
            "name",
        ),
        *("your name", "your name here", "copyright holder", "copyright owner", "owner", "author", "artist", "credit"),
        *("photographer name", "creator", "source", "copyright notice", "unknown author", "ukendt fotograf"),
        *("unknown photographer", "photographer unknown", "fotograf ukendt", "anonymous", "anonym", "no credit"),
        *("olympus digital camera", "sony dsc", "konica minolta digital camera", "minolta digital camera"),
        *("samsung digital camera", "digital camera", "exif_jpeg_picture", "camera", "picasa", "dcim", "jpeg", "image"),
        *("hewlett-packard", "kodak digital still camera", "maginon", "digimax", "my camera", "user", "admin"),
    }
)
"""What programs and cameras write where nobody has said anything, as `folded` compares it."""

_HELD = (
    r"foto(?:graf(?:er|ering)?|s|arkiv)?|photo(?:graph(?:er|ers|y)?|s)?(?: archive| library)?|billed(?:er?|arkiv)"
    r"|(?:photo |picture |image )?(?:archives?|collections?)|arkiv|samling(?:er)?|presse(?:foto|afdeling|tjeneste)?"
    r"|press(?: office)?|kommunikation(?:safdeling)?|communications?(?: department)?|pictures?|images?"
)
"""What somebody has and makes: behind the genitive of our own name it is ours."""

_YEAR = r"(?:18|19|20)\d\d(?:\s?[-\u2013/]\s?(?:(?:18|19|20)?\d\d))?"
_USE = r"(?:gengives|kopieres|bruges|anvendes|benyttes|offentliggøres|videregives|reproduceres|publiceres)"
_USED = r"(?:reproduced|copied|used|distributed|published|republished|redistributed|reprinted|altered)"
_AND = r"(?:,? ?(?:eller|og|or|and|,) "
_LEAVE = r"(?: uden (?:forudgående )?(?:skriftlig )?(?:tilladelse|samtykke|aftale)(?: fra)?)?"
_PERMIT = (
    r"(?: (?:in any form )?without (?:the )?(?:prior )?(?:written |express )?(?:permission|consent)"
    r"(?: (?:of|from|by))?)?"
)
_RESERVATION = re.compile(
    rf"(?<!\w)(?:(?:det |billedet |fotoet )?må ikke {_USE}{_AND}{_USE})*{_LEAVE}"
    rf"|(?:may|must|can|shall) ?not be {_USED}{_AND}{_USED})*{_PERMIT}"
    r"|no (?:unauthori[sz]ed )?(?:reproduction|use|copying)"
    r"(?: without (?:prior )?(?:written )?permission(?: of| from)?)?"
    r"|unauthori[sz]ed (?:use|copying|reproduction|distribution)(?: is)? (?:strictly )?(?:prohibited|forbidden)"
    r"|eftertryk forbudt|gengivelse (?:er )?(?:kun tilladt|forbudt|ikke tilladt)"
    r"(?: (?:med|uden) (?:skriftlig )?tilladelse)?"
    r"|(?:kun )?efter aftale(?: med)?|do not copy)(?!\w)",
    re.IGNORECASE,
)
"""What nobody may do. It is a formula where somebody is named, and where nobody is, somebody else's word."""

_LABELS = (
    r"foto(?:graf(?:eret|i)?)?|photo(?:graph(?:er|ed|y)?)?|pressefoto|(?:photo|image|picture|press photo) credit"
    r"|copyright|copr|ophavsret(?:ten|shaver)?|rettighedshaver|rights holder"
)
_LABELS_ONLY = rf"{_LABELS}|source|kilde|credit|image|picture|billede|bild|illustration|owner|ejer"
_FORMULA = re.compile(
    r"©|\([cC]\)"
    r"|(?<!\w)(?:all rights? (?:are )?reserved(?: world[ -]?wide)?|some rights reserved|world[ -]?wide"
    r"|alle rettigheder (?:er )?forbehold(?:es|t)|alla rättigheter förbehållna|alle rechte vorbehalten"
    r"|mit (?:freundlicher )?genehmigung|med eneret|used with permission|tilhører|ejes af|property of|owned by"
    rf"|courtesy(?: of)?|provided by|venligst udlånt af|(?:{_LABELS}) ?(?:by|af|av|of|fra|from|tilhører)"
    rf"|(?:{_LABELS_ONLY})\s?:(?: ?(?:by|af|av))?|(?:\d{{1,2}}[./-]){{2}}\d{{2,4}}|\d{{4}}-\d\d-\d\d|{_YEAR})(?!\w)",
    re.IGNORECASE,
)
"""What a notice says besides a name."""

_LABEL_ALONE = re.compile(rf"(?<!{_OURS} )(?<!{_OURS})(?<!\w)(?:{_LABELS}|by|af|the)(?!\w)", re.IGNORECASE)
"""Words that are formulas before a name. Right behind one they may be a part of it, as in “Library Photo”."""

_ADDRESS = re.compile(
    r"(?<![\w.+\-])(?:https?://|mailto:)?(?:[\w.+\-]{1,80}@)?((?:[\w\-]{1,63}\.){1,9}[a-z]{2,20})(?![\w@])"
    r"(?::\d+)?(?:/[^\s;,)\"]*)?",
    re.IGNORECASE,
)
_SECOND_LEVEL = frozenset({"co", "com", "org", "ac", "gov", "net", "edu"})

_AGENCIES = re.compile(
    r"(?<!\w)(?:" + "|".join(re.escape(name) for name in sorted(SIGNATURES, key=len, reverse=True)) + r")(?!\w)"
)
_AGENCIES_ANYHOW = re.compile(
    r"(?<!\w)(?:"
    + "|".join(re.escape(name).replace(r"\ ", r"[\W_]?") for name in SIGNATURES if len(name) > 4)
    + r")(?:\.com)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """The names under which an organisation owns pictures, and the domains of its own mail."""

    names: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What one statement says: whether it names the organisation, who else it names, and the open licences in it.

    `others` is what is left without formulas, empty when there is nothing; with `reserves` it says what nobody may do.
    """

    ours: bool
    others: str
    reserves: bool
    licences: tuple[OpenLicence, ...]

    @property
    def of_agency(self) -> bool:
        """True when a picture agency is among the others."""
        return bool(_AGENCIES.search(self.others) or _AGENCIES_ANYHOW.search(self.others))


def read_notice(text: str, owners: Owners) -> Notice:
    """What a statement of rights says of its owner; one that only fills the field says nothing."""
    text = " ".join(seen(text).replace(_OURS, " ").split())
    if _placeholder(text):
        return Notice(ours=False, others="", reserves=False, licences=())
    read = open_licences(text)
    rest = _without_own_names(_without_own_addresses(read.rest, owners), owners.names)
    ours = _OURS in rest
    rest, reserved = _RESERVATION.subn(" ; ", rest)
    rest = " ".join(_FORMULA.sub(" ; ", rest).split())
    rest = _LABEL_ALONE.sub(" ", rest).replace(_OURS, " ")
    left = re.sub(r"[\W_]", "", rest)
    others = _tidy(rest) if left else ""
    return Notice(ours=ours, others=others, reserves=bool(reserved), licences=read.licences)


def _placeholder(text: str) -> bool:
    plain = folded(text).strip(" .:;,-_*?!()[]<>\"'")
    return not plain or plain in _PLACEHOLDERS


def _without_own_names(text: str, names: Iterable[str]) -> str:
    # The longest first: one name may be part of another.
    for name in sorted(names, key=len, reverse=True):
        words = r"\s+".join(re.escape(word) for word in seen(name).split())
        if not words:
            continue
        genitive = rf"(?:(?:['\u2019]s?|s)\s+(?:{_HELD})(?!\w)|['\u2019]s?)"
        own = rf"(?<![\w&])(?<!& ){words}(?:{genitive})?(?!\w)(?!\s?&)"
        text = re.sub(own, f" {_OURS} ", text, flags=re.IGNORECASE)
    return " ".join(text.split())


def _without_own_addresses(text: str, owners: Owners) -> str:
    def own(match: re.Match[str]) -> str:
        return f" {_OURS} " if _is_own(match[1].casefold(), owners) else match[0]

    return _ADDRESS.sub(own, text)


def _is_own(host: str, owners: Owners) -> bool:
    """Whether the host is in a domain of the organisation's, or is called like it."""
    labels = host.split(".")
    deep = len(labels) > 2 and labels[-2] in _SECOND_LEVEL
    called = _squeezed(labels[-3] if deep else labels[-2])
    names: Sequence[str] = (*owners.names, *owners.domains)
    return any(
        host == name or host.endswith(f".{name}") for name in (seen(one).casefold() for one in names) if "." in name
    ) or any(called == _squeezed(name) for name in owners.names)


def _squeezed(name: str) -> str:
    return re.sub(r"[\W_]", "", folded(name))


def _tidy(rest: str) -> str:
    """The names that are left, as one would write them in a line of credit."""
    pieces = (piece.strip(" .,:/|()[]\"'*-\u2013\u2014") for piece in rest.split(";"))
    return ", ".join(dict.fromkeys(piece for piece in pieces if re.search(r"\w", piece)))
