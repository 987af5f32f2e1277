"""What is in a picture, without any opinion: no register is asked, and of a policy only which plug-ins look too."""

from __future__ import annotations

import hashlib
from pathlib import Path

from imgpolicy import formats
from imgpolicy.assembly import all_extractors, face_engine, limits
from imgpolicy.errors import ExtractError, PictureError
from imgpolicy.extract import extract_facts, found_by
from imgpolicy.extract.metadata import MetadataExtractor, metadata_of
from imgpolicy.facts import Facts, Metadata, PictureInfo, Unknown
from imgpolicy.phrase import message_of, phrase
from imgpolicy.picture import load
from imgpolicy.policy import Policy
from imgpolicy.policy_file import DEFAULT_ENGINE
from imgpolicy.sources import Source, read


def inspect(
    source: Source, policy: Policy | None = None, *, allow_private_hosts: bool = False
) -> tuple[Facts, tuple[Unknown, ...]]:
    """The facts of one picture but the sensitive ones, and what was not looked at.

    Besides what is built in, the extractors look that the policy names. Of a file whose picture cannot be decoded here
    the metadata are the only fact. Raises PictureError when those cannot be read either, PolicyError when an extractor
    is not there.
    """
    name, data = read(source, allow_private_hosts=allow_private_hosts)
    try:
        picture = load(data, name)
    except PictureError as error:
        return _metadata_alone(data, name, error)
    extractors = all_extractors(face_engine(DEFAULT_ENGINE, Path()), policy.extractors if policy else ())
    facts = extract_facts(picture, extractors)
    shown = facts.only(kind for kind in facts.known if not (kind.sensitive or facts.sources[kind].sensitive))
    return shown, (*facts.unknowns(), *facts.elsewhere, *limits(extractors))


def _metadata_alone(data: bytes, name: str, refused: PictureError) -> tuple[Facts, tuple[Unknown, ...]]:
    """What a file tells whose picture is refused with this error; the error itself when nothing can be read."""
    row = formats.format_of(data)
    if row is None:
        raise refused
    try:
        metadata = metadata_of(data, row.name)
    except ExtractError:
        raise refused from None
    by = found_by(MetadataExtractor())
    picture = PictureInfo(name=name, sha256=hashlib.sha256(data).hexdigest(), format=row.name)
    facts = Facts({Metadata: metadata}, picture=picture, sources={Metadata: by})
    return facts, (Unknown(what=phrase("the picture"), reason=message_of(refused)), *facts.unknowns())
