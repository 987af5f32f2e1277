"""What is in a picture, without any opinion: no register is asked, and of a policy only which plug-ins look too."""

from __future__ import annotations

from pathlib import Path

from imgpolicy.assembly import all_extractors, face_engine, limits
from imgpolicy.extract import extract_facts
from imgpolicy.facts import Facts, Unknown
from imgpolicy.policy import Policy
from imgpolicy.policy_file import DEFAULT_ENGINE
from imgpolicy.sources import Source, open_picture


def inspect(
    source: Source, policy: Policy | None = None, *, allow_private_hosts: bool = False
) -> tuple[Facts, tuple[Unknown, ...]]:
    """The facts of one picture but the sensitive ones, and what was not looked at.

    Besides what is built in, the extractors look that the policy names. Raises PictureError when the picture cannot be
    read, PolicyError when an extractor is not there.
    """
    picture = open_picture(source, allow_private_hosts=allow_private_hosts)
    extractors = all_extractors(face_engine(DEFAULT_ENGINE, Path()), policy.extractors if policy else ())
    facts = extract_facts(picture, extractors)
    shown = facts.only(kind for kind in facts.known if not (kind.sensitive or facts.sources[kind].sensitive))
    return shown, (*facts.unknowns(), *facts.elsewhere, *limits(extractors))
