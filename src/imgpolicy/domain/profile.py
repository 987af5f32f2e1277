"""Postings that are made often, under a name."""

from __future__ import annotations

from dataclasses import dataclass

from imgpolicy.domain.posting import Posting


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a posting under this name states, unless something else is stated beside it.

    `title` is what people are shown; None where the name has to do. `folders` are those whose pictures are posted so,
    below the policy's, with / between.
    """

    title: str | None
    posting: Posting
    folders: tuple[str, ...] = ()
