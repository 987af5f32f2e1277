"""Postings that the policy has a name for: by the name, or by the folder in which a picture lies."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path, PurePosixPath

from imgpolicy.domain.posting import Posting
from imgpolicy.errors import PolicyError, RequestError
from imgpolicy.phrase import message_of, phrase
from imgpolicy.policy import Policy
from imgpolicy.policy_file import known_word
from imgpolicy.sources import STDIN, Source, is_url


def with_profile(policy: Policy, name: str | None, posting: Posting) -> Posting:
    """The posting with what the profile of this name states where it states nothing itself; as it is without a name.

    RequestError when the policy has no such profile.
    """
    if name is None:
        return posting
    try:
        known = known_word(phrase("profile"), name, policy.profiles)
    except PolicyError as error:
        raise RequestError(message_of(error)) from error
    assert known is not None  # for the name was not
    usual = policy.profiles[known].posting
    return replace(
        posting,
        channel=posting.channel or usual.channel,
        role=posting.role or usual.role,
        purpose=posting.purpose or usual.purpose,
        audience=posting.audience or usual.audience,
        setting=posting.setting or usual.setting,
        origin=posting.origin or usual.origin,
        campaign=posting.campaign or usual.campaign,
        territory=posting.territory or usual.territory,
    )


def profile_of(policy: Policy, source: Source) -> str | None:
    """The profile of the deepest folder that has one and in which the file lies; None for anything but such a file.

    A file lies where its name stands, whatever that is a link to; folders that are links are followed.
    """
    if not isinstance(source, str | os.PathLike) or source == STDIN or is_url(source):
        return None
    try:
        folder = Path(os.path.realpath(Path(source).parent)).relative_to(policy.folder)
    except ValueError:  # it lies elsewhere, or is no path
        return None
    here = _parts(folder)
    found = {
        parts: name
        for name, profile in policy.profiles.items()
        for parts in (_parts(PurePosixPath(one)) for one in profile.folders)
        if here[: len(parts)] == parts
    }
    return found[max(found, key=len)] if found else None


def _parts(folder: Path | PurePosixPath) -> tuple[str, ...]:
    """The names on the way to the folder, as this system compares them."""
    return tuple(map(os.path.normcase, folder.parts))
