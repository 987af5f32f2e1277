"""A channel that pictures are posted on, as the policy file has it: what rules read of it is a field here."""

from __future__ import annotations

import msgspec


class Channel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who sees what is posted there."""

    audience: str
