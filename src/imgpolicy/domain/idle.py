"""What is kept, or shown, and rests on nothing any more. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class IdleKind(StrEnum):
    """What it is."""

    PERSON = "person"
    FACES = "faces"
    EVIDENCE = "evidence"
    WORK = "work"
    POST = "post"


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """Something that rests on nothing: the id of the person, file, work or post, and in words why. Nobody is named.

    Faces go by the id of whose they are.
    """

    kind: IdleKind
    record: str
    why: str
