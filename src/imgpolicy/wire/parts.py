"""Parts that kept facts are made of: phrases, unknowns and arrays, so that they come back as they were."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from imgpolicy.facts import Unknown
from imgpolicy.phrase import Part, Phrase


class PhraseForm(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A phrase as template and values: it can still be said in another language."""

    template: str
    values: dict[str, str | int | float | PhraseForm]


Words = str | PhraseForm
Number = TypeVar("Number", np.float32, np.uint8, np.uint16, np.bool_)


def words(text: str) -> Words:
    """The text, or the phrase that it is."""
    if not isinstance(text, Phrase):
        return text
    values = {name: words(value) if isinstance(value, str) else value for name, value in text.values.items()}
    return PhraseForm(template=text.template, values=values)


def text_of(form: Words) -> str:
    """What `words` was made of. ValueError or LookupError when a template does not fit its values."""
    if isinstance(form, str):
        return form
    values: dict[str, Part] = {
        name: text_of(value) if isinstance(value, str | PhraseForm) else value for name, value in form.values.items()
    }
    return Phrase(form.template, values)


class UnknownForm(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Something that was not looked at."""

    what: Words
    reason: Words
    lifts: bool


def unknown_forms(unknowns: Iterable[Unknown]) -> list[UnknownForm]:
    """The forms of these."""
    return [UnknownForm(words(one.what), words(one.reason), one.lifts) for one in unknowns]


def unknowns_of(forms: Iterable[UnknownForm]) -> tuple[Unknown, ...]:
    """What these are the forms of."""
    return tuple(Unknown(what=text_of(one.what), reason=text_of(one.reason), lifts=one.lifts) for one in forms)


class ArrayForm(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """An array: the type of its numbers, its shape, and they in little-endian order, row after row."""

    dtype: str
    shape: list[int]
    data: bytes


def array_form(array: NDArray[Number]) -> ArrayForm:
    """The form of an array."""
    ordered = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"))
    return ArrayForm(dtype=array.dtype.name, shape=list(array.shape), data=ordered.tobytes())


def array_of(form: ArrayForm, kind: type[Number], *row: int) -> NDArray[Number]:
    """The array, with any number of rows of this shape; ValueError when it is another."""
    wanted = np.dtype(kind)
    rows = form.shape[0] if form.shape else -1
    size = math.prod((rows, *row)) * wanted.itemsize
    if form.dtype != wanted.name or form.shape != [rows, *row] or rows < 0 or size != len(form.data):
        raise ValueError("an array of another type or shape")
    numbers = np.frombuffer(form.data, dtype=wanted.newbyteorder("<"))
    return numbers.astype(kind).reshape(rows, *row)
