"""Ways out that somebody takes of a picture's findings, as what cleaning asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from imgpolicy.domain.desk import Way, WayKind
from imgpolicy.domain.geometry import Box, overlap
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.verdict import Finding, Remedy, RemedyKind
from imgpolicy.errors import RequestError
from imgpolicy.phrase import phrase
from imgpolicy.service.clean import Choice, CleanRequest, Offer

_SAME_PLACE = 0.5

_KINDS = {WayKind.COVER: RemedyKind.REDACT, WayKind.STRIP: RemedyKind.STRIP, WayKind.CROP: RemedyKind.CROP}


def request_of(ways: Sequence[Way], posting: Posting) -> CleanRequest:
    """What is asked of cleaning when these ways are taken; there are bytes then whatever the answer on them.

    RequestError when there is none, or they contradict each other.
    """
    if not ways:
        raise RequestError(phrase("no way out is named"))
    crops = [way.keeps for way in ways if way.keeps is not None]
    if len(crops) > 1 or any(way.keeps is not None and way.kind is not WayKind.CROP for way in ways):
        raise RequestError(phrase("one crop keeps one part of the picture"))
    manners = {way.manner for way in ways}
    if len(manners) > 1:
        raise RequestError(phrase("all that is covered is covered in one manner"))
    return CleanRequest(
        posting=posting,
        choose=lambda offers: _chosen(offers, ways),
        also_covers=tuple(dict.fromkeys(name for way in ways for name in way.also_covers)),
        keeps=crops[0] if crops else None,
        manner=manners.pop(),
        add_credit=any(way.kind is WayKind.CREDIT for way in ways),
        allow_any=True,
    )


def _chosen(offers: Sequence[Offer], ways: Sequence[Way]) -> list[Choice]:
    """Of each finding the first way out that is taken."""
    chosen = ((offer.finding, next(_taken(offer, ways), None)) for offer in offers)
    return [(finding, remedy) for finding, remedy in chosen if remedy is not None]


def _taken(offer: Offer, ways: Sequence[Way]) -> Iterator[Remedy]:
    for way in ways:
        if _is_meant(offer.finding, way):
            yield from (remedy for remedy in offer.remedies if _fits(remedy, way))


def _is_meant(finding: Finding, way: Way) -> bool:
    if way.code is None:
        return True
    return finding.code == way.code and (way.box is None or _is_at(finding.box, way.box))


def _is_at(place: Box | None, box: Box) -> bool:
    return place is not None and overlap(place, box) > _SAME_PLACE


def _fits(remedy: Remedy, way: Way) -> bool:
    """Whether the way is taken by this remedy; one that needs somebody only when its finding was named."""
    if way.kind is WayKind.AUTOMATIC:
        return remedy.automatic and remedy.kind is not RemedyKind.ADD_CREDIT
    if remedy.kind is not _KINDS.get(way.kind) or way.keeps is not None:
        return False
    return remedy.automatic or way.code is not None
