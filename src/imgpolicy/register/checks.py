"""What the register refuses to take in, whatever stands in it already. Each check raises RegisterError."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from imgpolicy.errors import RegisterError
from imgpolicy.facts import Fingerprint, Vector
from imgpolicy.register.consent import Consent, ConsentKind
from imgpolicy.register.ids import check_id
from imgpolicy.register.people import Person

_LONGEST_TEXT = 100_000
_LONGEST_WORD = 100
_LONGEST_ENGINE = 200


def check_person(person: Person) -> None:
    """Refuse what cannot be an id, a name that says nothing, and somebody who is their own guardian."""
    check_id(person.id)
    _check_text(person.name, "the name")
    _check_optional(person.relation, "the relation")
    if person.guardian == person.id:
        raise RegisterError(f"{person.id!r} cannot be their own guardian")


def check_consent(consent: Consent) -> None:
    """Refuse a consent that says less, or something else, than it seems to."""
    check_id(consent.id)
    _check_optional(consent.collected, "how it was collected")
    _check_optional(consent.reason, "the reason")
    for word in consent.channels | consent.purposes | consent.settings:
        _check_word(word)
    if consent.at.tzinfo is None:
        raise RegisterError("a consent needs the time at which it was stated with its time zone")
    if consent.denies and (consent.valid_from or consent.valid_until):
        raise RegisterError("a refusal or withdrawal holds until a later consent; it takes no dates")
    if consent.valid_from and consent.valid_until and consent.valid_until < consent.valid_from:
        raise RegisterError(f"the consent would end on {consent.valid_until}, before it starts on {consent.valid_from}")
    if consent.kind is ConsentKind.BIOMETRIC and (consent.channels or consent.purposes or consent.settings):
        raise RegisterError("a biometric consent is for recognising the face; it takes no channel, purpose or setting")


def check_vectors(engine: str, vectors: Sequence[Vector]) -> None:
    """Refuse anything but one or more vectors of one length, all of finite numbers."""
    if not engine or len(engine) > _LONGEST_ENGINE:
        raise RegisterError(f"the id of a face engine has 1 to {_LONGEST_ENGINE} characters")
    if not vectors:
        raise RegisterError("there is no face vector to enrol")
    if any(vector.ndim != 1 or not vector.size or not np.isfinite(vector).all() for vector in vectors):
        raise RegisterError("a face vector is one row of finite numbers")
    if len({vector.size for vector in vectors}) > 1:
        raise RegisterError("the face vectors differ in length; enrol those of one engine at a time")


def check_work(title: str, owner: str | None, fingerprints: Sequence[Fingerprint]) -> None:
    """Refuse a work without a title or without a picture, and the same picture twice."""
    _check_text(title, "the title")
    _check_optional(owner, "the owner")
    if not fingerprints:
        raise RegisterError("a work needs at least one picture to be recognised by")
    if len({fingerprint.sha256 for fingerprint in fingerprints}) < len(fingerprints):
        raise RegisterError("the same picture is given twice; give each once")


def _check_optional(text: str | None, what: str) -> None:
    if text is not None:
        _check_text(text, what)


def _check_text(text: str, what: str) -> None:
    """Text is kept as it is; what cannot be kept so is refused."""
    if not text.strip():
        raise RegisterError(f"{what} is empty")
    if len(text) > _LONGEST_TEXT:
        raise RegisterError(f"{what} has {len(text):,} characters; {_LONGEST_TEXT:,} can be kept")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise RegisterError(f"{what} is not valid text; is it in another encoding than UTF-8?") from error
    if "\0" in text:
        raise RegisterError(f"{what} holds a null character")


def _check_word(word: str) -> None:
    if not word.strip() or len(word) > _LONGEST_WORD or not word.isprintable():
        raise RegisterError(f"{word[:_LONGEST_WORD]!r} cannot be a channel, purpose or setting: use a short word")
