"""What the register refuses to take in, whatever stands in it already. Each check raises RegisterError."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState, LegalBasis
from imgpolicy.domain.grant import Grant
from imgpolicy.domain.ids import check_id
from imgpolicy.domain.licence import Licence
from imgpolicy.domain.person import Person
from imgpolicy.domain.posting import today
from imgpolicy.domain.scope import Dimension, Scope, use_of
from imgpolicy.domain.speakers import CLOCKS_DIFFER
from imgpolicy.domain.words import folded
from imgpolicy.domain.work import (
    FEATURE_BYTES,
    FEWEST_FEATURES,
    LOGOS,
    MOST_FEATURES,
    Features,
    KnownFingerprint,
    WorkKind,
    is_no_logo,
)
from imgpolicy.errors import RegisterError, RequestError
from imgpolicy.phrase import message_of, phrase

if TYPE_CHECKING:
    from imgpolicy.domain.decision import Release
    from imgpolicy.domain.dismissal import Dismissal
    from imgpolicy.domain.publication import Publication

LARGEST_EVIDENCE = 50_000_000
"""Bytes of one evidence file."""

LINE_BREAK = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
"""What `str.splitlines` takes for the end of a line."""

_OLDEST = 130
"""Years: nobody known lived longer than 122."""
_LONGEST_TEXT = 100_000
_LONGEST_WORD = 100
_LONGEST_VERSION = 32
_LARGEST_SIDE = 1_000_000
_PHASH = re.compile("[0-9a-f]{16}")
_SHA256 = re.compile("[0-9a-f]{64}")
_NOT_IN_A_LINE = frozenset({"Cc", "Zl", "Zp"})
_BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ADDRESS = re.compile(r"https?://[!-~]{1,2000}")
_ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_EMAIL = re.compile(rf"{_ATOM}(\.{_ATOM})*@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{{2,63}}")
"""A mailbox as mail forms take it (RFC 5321, without quotes): no space, no line, no list."""
_LONGEST_EMAIL = 254
_LANGUAGE = re.compile("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def check_person(person: Person) -> None:
    """Refuse what cannot be an id, a name that says nothing, a birth date of nobody alive, and one's own guardian."""
    check_id(person.id)
    check_line(person.name, phrase("the name"))
    _check_optional(person.relation, phrase("the relation"), check_line)
    if person.email is not None:
        check_email(person.email)
    if person.born is not None and not (today().year - _OLDEST <= person.born.year and person.born <= today()):
        raise RegisterError(
            phrase("{born} is no birth date of anybody alive: it is written YYYY-MM-DD", born=str(person.born))
        )
    if person.adult is not None:
        check_text(person.adult.by, phrase("the name of whoever states that they are of age"))
        # The organisation's day may be one ahead of the system's.
        if not today().year - _OLDEST <= person.adult.on.year or person.adult.on > today() + dt.timedelta(days=1):
            raise RegisterError(
                phrase(
                    "{on} is no day on which anybody stated that {id} is of age",
                    on=str(person.adult.on),
                    id=repr(person.id),
                )
            )
        if person.minor(today()):
            raise RegisterError(
                phrase("{id} was born on {born}, and so is not of age", id=repr(person.id), born=str(person.born))
            )
    if person.id in {*person.guardians, *(former.id for former in person.former_guardians)}:
        raise RegisterError(phrase("{id} cannot be their own guardian", id=repr(person.id)))


def check_email(address: str) -> None:
    """Refuse what no mail can be sent to, or more than one address: it goes into the head of a mail."""
    if len(address) > _LONGEST_EMAIL or not _EMAIL.fullmatch(address):
        said = repr(address[:80])
        raise RegisterError(
            phrase("{address} is no address that mail can be sent to: write it as name@example.org", address=said)
        )


def check_consent(consent: Consent) -> None:
    """Refuse a consent that says less, or something else, than it seems to."""
    for name in (consent.id, consent.given_by, consent.about, consent.notice):
        if name is not None:
            check_id(name)
    _check_optional(consent.collected, phrase("how it was collected"))
    _check_optional(consent.reason, phrase("the reason"))
    _check_scopes(consent.scope, consent.excluded)
    if consent.at.tzinfo is None:
        raise RegisterError(phrase("a consent needs the time at which it was stated with its time zone"))
    if consent.given_by == consent.person:
        raise RegisterError(phrase("the person speaks for themself unless a guardian does; name nobody else"))
    if consent.at > dt.datetime.now(dt.UTC) + CLOCKS_DIFFER:
        raise RegisterError(
            phrase(
                "a statement of {moment} lies in the future: give the day on which it was made",
                moment=str(consent.at.date()),
            )
        )
    if consent.state is ConsentState.ENTERED_IN_ERROR:
        _check_mark(consent)
        return
    if consent.by is not None or consent.second is not None:
        raise RegisterError(phrase("who answers for a record is named of what was entered in error alone"))
    if consent.denies:
        _check_denial(consent)
    else:
        _check_giving(consent)
    if consent.kind is ConsentKind.BIOMETRIC:
        _check_biometric(consent)


def check_licence(licence: Licence) -> None:
    """Refuse a licence that says less, or something else, than it seems to."""
    check_id(licence.id)
    check_line(licence.licensor, phrase("the licensor"))
    _check_optional(licence.terms, phrase("the terms"))
    _check_optional(licence.credit, phrase("the credit line"), check_line)
    if licence.url is not None and not _ADDRESS.fullmatch(licence.url):
        raise RegisterError(phrase("the address of the terms is an http or https URL"))
    _check_scopes(licence.scope, licence.excluded)
    _check_limits(licence)
    if licence.credit_required and licence.credit is None:
        raise RegisterError(phrase("a licence that asks for a credit line says which: give the line"))
    if licence.end is not None:
        check_text(licence.end.reason, phrase("the reason"))
    for moment in (licence.at, licence.at if licence.end is None else licence.end.at):
        if moment.tzinfo is None:
            raise RegisterError(
                phrase("a licence needs the times at which it was recorded and ended with their time zone")
            )


def check_publication(publication: Publication) -> None:
    """Refuse a post of no picture or to nowhere."""
    check_id(publication.id)
    if not _SHA256.fullmatch(publication.picture):
        raise RegisterError(phrase("a posted picture is named by its SHA-256, 64 hex digits"))
    if publication.pdq is not None and not _SHA256.fullmatch(publication.pdq):
        raise RegisterError(phrase("a picture's PDQ hash has 64 hex digits, in small letters"))
    check_text(publication.url, phrase("the address"))
    try:
        posting = publication.posting(publication.published)
    except RequestError as error:
        raise RegisterError(message_of(error)) from error
    for dimension in Dimension:
        word = use_of(posting, dimension)
        if word is not None:
            check_word(word)


def check_dismissal(dismissal: Dismissal) -> None:
    """Refuse a dismissal that nobody answers for, of a place in no picture, or outside of it."""
    check_id(dismissal.id)
    check_reviewer(dismissal.by, dismissal.reason)
    place = dismissal.place
    if not _SHA256.fullmatch(place.picture):
        raise RegisterError(phrase("a picture is named by its SHA-256, 64 hex digits"))
    if not (_PHASH.fullmatch(place.phash) and _SHA256.fullmatch(place.pdq) and _SHA256.fullmatch(place.look)):
        raise RegisterError(phrase("perceptual hashes are written in hex, 16 digits of pHash and 64 of PDQ"))
    if place.width < 1 or place.height < 1 or place.frame < 0:
        raise RegisterError(phrase("a picture has a width and a height, and its frames count from 0"))
    left, top, right, bottom = place.box
    if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
        raise RegisterError(phrase("the box of a dismissed face lies within its picture, as shares of its size"))


def check_reviewer(by: str, reason: str) -> None:
    """Refuse a statement that nobody answers for, or without a reason."""
    check_text(by, phrase("the reviewer's name"))
    check_text(reason, phrase("the reason"))


def check_release(release: Release) -> None:
    """Refuse a release that nobody answers for, without a reason, or by one person twice."""
    if not folded(release.by) or not release.reason.strip():
        raise RegisterError(phrase("a release needs the name of whoever answers for it, and a reason"))
    check_second(release.by, release.second)


def check_second(by: str, second: str | None) -> None:
    """Refuse a second person without a name, and one who is the first, however the name is written."""
    if second is not None and folded(second) in {"", folded(by)}:
        raise RegisterError(phrase("the second person is another than the first: give another name"))


def check_notice(version: str, language: str, text: str) -> None:
    """Refuse a notice that says nothing, or in no language (BCP 47)."""
    check_word(version)
    check_text(text, phrase("the notice"))
    if not _LANGUAGE.fullmatch(language):
        raise RegisterError(
            phrase("{language} is no language; use a tag such as en or da-DK", language=repr(language[:35]))
        )


def check_evidence(name: str, content: bytes) -> None:
    """Refuse a file without a name or content, or one too large to keep in a database."""
    check_text(name, phrase("the file's name"))
    if not content:
        raise RegisterError(phrase("{name} is empty and proves nothing", name=repr(name[:200])))
    if len(content) > LARGEST_EVIDENCE:
        raise RegisterError(
            phrase(
                "{name} has {count} bytes; {most} can be kept",
                name=repr(name[:200]),
                count=f"{len(content):,}",
                most=f"{LARGEST_EVIDENCE:,}",
            )
        )


def _check_giving(consent: Consent) -> None:
    _check_limits(consent)
    if consent.state is ConsentState.RENEWED and consent.about is None:
        raise RegisterError(phrase("a renewal says which consent it renews"))


def _check_limits(grant: Grant) -> None:
    if grant.valid_from and grant.valid_until and grant.valid_until < grant.valid_from:
        raise RegisterError(
            phrase(
                "the {noun} would end on {valid_until}, before it starts on {valid_from}",
                noun=grant.noun,
                valid_until=str(grant.valid_until),
                valid_from=str(grant.valid_from),
            )
        )
    if grant.max_publications is not None and grant.max_publications < 1:
        raise RegisterError(phrase("a {noun} is for at least one publication", noun=grant.noun))


def _check_scopes(scope: Scope, excluded: Scope) -> None:
    for _, words in (*scope.items(), *excluded.items()):
        for word in words:
            check_word(word)


def _check_mark(mark: Consent) -> None:
    """What was entered in error says which record, who answers for it, and why, and nothing else."""
    if mark.about is None:
        raise RegisterError(phrase("what was entered in error is one record: name it"))
    check_reviewer(mark.by or "", mark.reason or "")
    check_second(mark.by or "", mark.second)
    if mark.scope or mark.excluded or mark.valid_from or mark.valid_until or mark.max_publications is not None:
        raise RegisterError(
            phrase("what was entered in error is the whole record: no channel, day or number goes with it")
        )
    if mark.given_by is not None:
        raise RegisterError(phrase("that a record was entered in error is nobody's statement: no guardian gives it"))


def _check_denial(denial: Consent) -> None:
    if denial.valid_from or denial.valid_until:
        raise RegisterError(phrase("a refusal or withdrawal holds until a later consent; it takes no dates"))
    if denial.excluded or denial.max_publications is not None:
        raise RegisterError(phrase("a refusal or withdrawal makes no exceptions and counts no publications"))
    if denial.about is not None and denial.scope:
        raise RegisterError(phrase("what takes back one record takes back all of it; it lists no channel or purpose"))


def _check_biometric(consent: Consent) -> None:
    if consent.scope or consent.excluded or consent.max_publications is not None:
        raise RegisterError(
            phrase("a biometric consent is for recognising the face; it takes no channel, purpose or setting")
        )
    if consent.basis is not LegalBasis.CONSENT:
        raise RegisterError(phrase("recognising a face rests on explicit consent and on nothing else (GDPR article 9)"))
    if consent.denies and consent.about is not None:
        raise RegisterError(phrase("a denial of biometrics is of all of it; it is about no single record"))


_LEAST_MARK, _MOST_MARK = 3, 100
"""Letters and digits of a word mark."""


def check_word_marks(words: Sequence[str], kind: WorkKind) -> None:
    """Refuse words of what is no logo, the same twice, and those too short to be told from others."""
    if words and kind not in LOGOS:
        raise RegisterError(is_no_logo(kind))
    for mark in words:
        check_line(mark, phrase("a word mark"))
        if not _LEAST_MARK <= sum(map(str.isalnum, mark)) <= _MOST_MARK:
            raise RegisterError(
                phrase(
                    "a word mark has {least} to {most} letters and digits",
                    least=_LEAST_MARK,
                    most=_MOST_MARK,
                )
            )
    if len({folded(mark) for mark in words}) < len(words):
        raise RegisterError(phrase("the same word mark is given twice; give each once"))


def check_work(title: str, owner: str | None, fingerprints: Sequence[KnownFingerprint]) -> None:
    """Refuse a work without a title or without a picture, and the same picture twice."""
    check_line(title, phrase("the title"))
    _check_optional(owner, phrase("the owner"), check_line)
    if not fingerprints:
        raise RegisterError(phrase("a work needs at least one picture to be recognised by"))
    if len({fingerprint.identity for fingerprint in fingerprints}) < len(fingerprints):
        raise RegisterError(phrase("the same picture is given twice; give each once"))
    for fingerprint in fingerprints:
        check_fingerprint(fingerprint)


def check_fingerprint(fingerprint: KnownFingerprint) -> None:
    """Refuse a picture of which nothing is known, and values that cannot be kept."""
    if fingerprint.sha256 is not None and not _SHA256.fullmatch(fingerprint.sha256):
        raise RegisterError(phrase("a picture's SHA-256 has 64 hex digits, in small letters"))
    if fingerprint.identity == (None, None, None):
        raise RegisterError(phrase("a picture is recognised by one hash at least"))
    if fingerprint.features is not None:
        check_features(fingerprint.features)
    for name, bits, value in (("PDQ", 256, fingerprint.pdq), ("pHash", 64, fingerprint.phash)):
        if value is not None and not 0 <= value < 1 << bits:
            raise RegisterError(phrase("a {name} has {bits} bits", name=name, bits=bits))


def check_features(features: Features) -> None:
    """Refuse features that are cut off, more than are ever kept, or of a picture without a size."""
    count, rest = divmod(len(features.data), FEATURE_BYTES)
    if rest or not FEWEST_FEATURES <= count <= MOST_FEATURES:
        raise RegisterError(
            phrase(
                "the features of a picture have {least} to {most} records of {bytes} bytes",
                least=FEWEST_FEATURES,
                most=MOST_FEATURES,
                bytes=FEATURE_BYTES,
            )
        )
    if not min(features.width, features.height) > 0 or max(features.width, features.height) > _LARGEST_SIDE:
        raise RegisterError(
            phrase("the features are of a picture of 1 to {most} pixels a side", most=f"{_LARGEST_SIDE:,}")
        )
    if not features.version.isalnum() or len(features.version) > _LONGEST_VERSION:
        raise RegisterError(phrase("the version of features is a short word"))


def check_bare_hashes(fingerprint: KnownFingerprint) -> None:
    """Refuse hashes that would match everything, or nothing: too few of their bits are set, or too many.

    Both hashes compare with a median, so that about half of the bits of any picture are set.
    """
    check_fingerprint(fingerprint)
    for name, bits, value in (("PDQ", 256, fingerprint.pdq), ("pHash", 64, fingerprint.phash)):
        if value is not None and not bits // 4 <= value.bit_count() <= bits * 3 // 4:
            raise RegisterError(
                phrase("the {name} is that of a blank picture, or of none: it would match much else", name=name)
            )


def check_text(text: str, what: str) -> None:
    """Text is kept as it is; what cannot be kept so is refused."""
    if not text.strip():
        raise RegisterError(phrase("{what} is empty", what=what))
    if len(text) > _LONGEST_TEXT:
        raise RegisterError(
            phrase(
                "{what} has {count} characters; {most} can be kept",
                what=what,
                count=f"{len(text):,}",
                most=f"{_LONGEST_TEXT:,}",
            )
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise RegisterError(
            phrase("{what} is not valid text; is it in another encoding than UTF-8?", what=what)
        ) from error
    if "\0" in text:
        raise RegisterError(phrase("{what} holds a null character", what=what))


def check_line(text: str, what: str) -> None:
    """Nothing, when it can be a name or a title; RegisterError when it is not text, or not shown as it is written.

    Control characters and ends of lines are none, nor what changes the order in which the rest is read (Bidi_Control
    of Unicode). Scripts from right to left need none of them.
    """
    check_text(text, what)
    for char in text:
        if unicodedata.category(char) in _NOT_IN_A_LINE or char in _BIDI_CONTROLS:
            raise RegisterError(
                phrase(
                    "{what} holds U+{code}, a character that is not shown: write it without",
                    what=what,
                    code=f"{ord(char):04X}",
                )
            )


def check_word(word: str) -> None:
    """Nothing, when it can be a channel, purpose or setting; RegisterError when it is none."""
    if not word.strip() or len(word) > _LONGEST_WORD or not word.isprintable():
        raise RegisterError(
            phrase("{word} cannot be a channel, purpose or setting: use a short word", word=repr(word[:_LONGEST_WORD]))
        )


def _check_optional(text: str | None, what: str, check: Callable[[str, str], None] = check_text) -> None:
    if text is not None:
        check(text, what)
