"""Facts that plug-ins bring, as plain values: how they look is theirs to say, by the fields of their dataclass."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from imgpolicy.facts import (
    Codes,
    Embeddings,
    Faces,
    Fact,
    Facts,
    Fingerprint,
    Keypoints,
    Logos,
    Metadata,
    Provenance,
    Texts,
    Unknown,
    named,
)
from imgpolicy.wire.values import safe_text

_OWN: frozenset[type[Fact]] = frozenset(
    {Codes, Embeddings, Faces, Fingerprint, Keypoints, Logos, Metadata, Provenance, Texts}
)


def other_facts(facts: Facts) -> Mapping[str, object]:
    """Of each fact of a type that is not imgpolicy's own its fields, by the name of the type.

    What no plain value stands for, as an array, is named by its type. What is unknown of a fact stands elsewhere.
    """
    kinds: dict[str, object] = {}
    for kind, fact in facts.known.items():
        if kind not in _OWN and not isinstance(fact, Unknown):
            fields: dict[str, object] = msgspec.to_builtins(fact, str_keys=True, enc_hook=_type_of)
            fields.pop("unknowns", None)
            kinds[named(kind)] = _cleaned(fields)
    return kinds


def _type_of(value: object) -> str:
    return type(value).__name__


def _cleaned(value: object) -> object:
    """The same with text as it may be printed."""
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, list):
        return [_cleaned(one) for one in value]
    if isinstance(value, dict):
        return {safe_text(str(key)): _cleaned(one) for key, one in value.items()}
    return value
