"""A channel that pictures are posted on, as the policy file has it: what rules read of it is a field here."""

from __future__ import annotations

from typing import Annotated

import msgspec

LINE = "{line}"
"""What stands in a form of credit lines for the line itself."""


class Channel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who sees what is posted there, and how a credit line is written: with `{line}` in it, as in ``Foto: {line}``.

    A picture that was posted there within `fresh_days` days is told; None asks for nothing new.
    """

    audience: str
    credit: Annotated[str, msgspec.Meta(pattern=r"^[^{}\n]*\{line\}[^{}\n]*$", max_length=100)] | None = None
    fresh_days: Annotated[int, msgspec.Meta(ge=1, le=3660)] | None = None


def in_form(channel: Channel | None, line: str) -> str:
    """The credit line as the channel has it; as it is where it says nothing."""
    return line if channel is None or channel.credit is None else channel.credit.replace(LINE, line)
