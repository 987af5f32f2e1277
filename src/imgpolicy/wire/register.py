"""The whole register as one JSON document, unencrypted."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from imgpolicy.errors import RegisterError
from imgpolicy.phrase import phrase
from imgpolicy.wire.consent import ConsentWire
from imgpolicy.wire.decision import DecisionWire
from imgpolicy.wire.dismissal import DismissalWire
from imgpolicy.wire.evidence import EvidenceWire, NoticeWire
from imgpolicy.wire.licence import LicenceWire
from imgpolicy.wire.person import FaceWire, PersonWire
from imgpolicy.wire.publication import PublicationWire, TakedownWire
from imgpolicy.wire.values import as_json
from imgpolicy.wire.work import WorkWire

REGISTER_SCHEMA: Literal["imgpolicy.register/1"] = "imgpolicy.register/1"


class RegisterWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `imgpolicy register export` writes and `register import` reads; every part may be left out."""

    schema: Literal["imgpolicy.register/1"]
    made_at: dt.datetime | None = None
    people: list[PersonWire] = []
    privacy_notices: list[NoticeWire] = []
    consents: list[ConsentWire] = []
    works: list[WorkWire] = []
    licences: list[LicenceWire] = []
    evidence: list[EvidenceWire] = []
    faces: list[FaceWire] = []
    publications: list[PublicationWire] = []
    takedowns: list[TakedownWire] = []
    decisions: list[DecisionWire] = []
    dismissals: list[DismissalWire] = []


def document_json(document: RegisterWire) -> bytes:
    """The document as it is written, ending in a line break."""
    return as_json(document).encode()


def document_from(name: str, data: bytes) -> RegisterWire:
    """The document that was written in a file of this name; RegisterError when it is none."""
    try:
        return msgspec.json.decode(data, type=RegisterWire)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RegisterError(
            phrase("{name}: not an export of a register ({error})", name=name, error=" ".join(str(error).split())[:200])
        ) from error
