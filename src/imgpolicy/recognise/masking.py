"""What reports show of a value: a few outer characters, enough to find it in the picture and never enough to use it."""

from __future__ import annotations

from imgpolicy.recognise.base import Kind, Recognised

_HIDDEN = "\u2022"
_SHOWN: dict[Kind, tuple[int, int]] = {
    Kind.PERSONAL_NUMBER: (2, 2),
    Kind.ACCOUNT: (2, 2),
    Kind.CARD: (0, 2),
    Kind.PHONE: (0, 2),
    Kind.PLATE: (2, 0),
    Kind.NUMBER: (1, 1),
}
"""How many characters are shown from the front and from the end."""
_WHOLE = frozenset({Kind.MARKING, Kind.AGENCY, Kind.WORD_MARK})
"""Kinds whose value is a word of the policy, the register, or of everybody."""


def masked(one: Recognised) -> str:
    """The value with all but a few characters hidden.

    A password shows the word before it and nothing else, a key of which sort it is, a mail address its domain, a postal
    address nothing.
    """
    if one.shown is not None:
        return one.shown
    if one.kind in _WHOLE:
        return one.name
    if one.kind in {Kind.PASSWORD, Kind.SECRET}:
        return f"{one.name}: {_HIDDEN * 4}"
    if one.kind in {Kind.MAIL, Kind.WORK_MAIL}:
        domain = one.name if one.kind is Kind.WORK_MAIL else one.value.rpartition("@")[2]
        return f"{_HIDDEN * 3}@{domain}"
    if one.kind is Kind.ADDRESS:
        return _HIDDEN * 4
    front, end = _SHOWN[one.kind]
    name = f"{one.name}: " if one.kind is Kind.NUMBER else ""
    return name + outer(one.value, front=front, end=end)


def outer(value: str, *, front: int, end: int) -> str:
    """The value with so many letters and digits from the front and the end, and a sign for each other one."""
    signs = [at for at, char in enumerate(value) if char.isalnum()]
    if len(signs) < 2 * (front + end):
        front = end = 0
    shown = {*signs[:front], *signs[len(signs) - end :]}
    return "".join(char if at in shown or not char.isalnum() else _HIDDEN for at, char in enumerate(value))
