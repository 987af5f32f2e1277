"""Logos with their artwork, which is kept: templates are learnt from it anew when they change.

A logo is a work too, by whose fingerprints it is recognised as a whole picture.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from imgpolicy.domain.canonical import artwork_form
from imgpolicy.domain.log import Action
from imgpolicy.domain.work import (
    LARGEST_ARTWORK,
    LOGOS,
    KnownArtwork,
    KnownFingerprint,
    KnownLogo,
    Work,
    WorkKind,
    is_no_logo,
)
from imgpolicy.errors import RegisterError
from imgpolicy.facts import Fingerprint
from imgpolicy.phrase import phrase
from imgpolicy.register.sql.logos import ArtworkRow
from imgpolicy.register.sql.works import WorkRow
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.works import add_work, remove_work, words_in


def add_logo(  # noqa: PLR0913  # a logo's fields
    unit: UnitOfWork,
    name: str,
    fingerprints: Sequence[Fingerprint | KnownFingerprint],
    artworks: Sequence[KnownArtwork],
    *,
    kind: WorkKind,
    owner: str | None = None,
    logo_id: str | None = None,
    words: Sequence[str] = (),
) -> Work:
    """Add a logo with what its artwork and `words` are recognised by; the same refusals as `works.add_work`."""
    if kind not in LOGOS:
        raise RegisterError(is_no_logo(kind))
    logo = add_work(unit, name, fingerprints, kind=kind, owner=owner, work_id=logo_id, words=words)
    add_artworks(unit, logo.id, artworks)
    return logo


def add_artworks(unit: UnitOfWork, logo_id: str, artworks: Sequence[KnownArtwork]) -> None:
    """Keep artwork of a logo that is there already; RegisterError when it is a work."""
    for row in unit.sql.works.find(WorkRow, "id", logo_id) if artworks else ():
        if WorkKind(row.kind) not in LOGOS:
            raise RegisterError(is_no_logo(WorkKind(row.kind)))
    for artwork in artworks:
        if len(artwork.picture) > LARGEST_ARTWORK:
            raise RegisterError(
                phrase(
                    "the artwork of {logo} has more than {most} bytes",
                    logo=repr(logo_id),
                    most=f"{LARGEST_ARTWORK:,}",
                )
            )
        for known in unit.sql.logos.find(ArtworkRow, "sha256", artwork.sha256):
            raise RegisterError(phrase("this artwork is in the register already, as {work}", work=repr(known.work)))
        unit.sql.logos.insert([ArtworkRow(artwork.sha256, logo_id, artwork.picture, artwork.version, artwork.template)])
        unit.log(Action.ADD_ARTWORK, logo_id, artwork_form(logo_id, artwork))


def remove_logo(unit: UnitOfWork, logo_id: str) -> KnownLogo:
    """Forget a logo, its artwork and all that it is recognised by; the logo as it was."""
    gone = logo(unit, logo_id)
    remove_work(unit, logo_id)
    return gone


def logo(unit: UnitOfWork, logo_id: str) -> KnownLogo:
    """The logo of this id with its artwork; RegisterError when it is not there."""
    for known in logos(unit):
        if known.id == logo_id:
            return known
    raise RegisterError(
        phrase("there is no logo {logo} in the register; `imgpolicy logo list` shows them", logo=repr(logo_id[:80]))
    )


def logos(unit: UnitOfWork) -> tuple[KnownLogo, ...]:
    """Every logo with its artwork, by id."""
    drawn = artworks(unit)
    rows = [row for row in unit.sql.works.all() if WorkKind(row.kind) in LOGOS]
    return tuple(_known(row, drawn[row.id]) for row in rows)


def logos_with_artwork(unit: UnitOfWork) -> tuple[KnownLogo, ...]:
    """The logos that have artwork, by id; it costs nothing for all other works."""
    by_work = sorted(artworks(unit).items())
    return tuple(_known(row, drawn) for work, drawn in by_work for row in unit.sql.works.find(WorkRow, "id", work))


def logos_with_words(unit: UnitOfWork) -> tuple[KnownLogo, ...]:
    """The logos that are known by words, by id, without their artwork."""
    return tuple(_known(row, ()) for row in unit.sql.works.with_words() if WorkKind(row.kind) in LOGOS)


def artworks(unit: UnitOfWork) -> defaultdict[str, list[KnownArtwork]]:
    """The artwork of every logo, by its id."""
    artworks: defaultdict[str, list[KnownArtwork]] = defaultdict(list)
    for row in unit.sql.logos.find(ArtworkRow):
        known = KnownArtwork(sha256=row.sha256, picture=row.picture, version=row.version, template=row.template)
        artworks[row.work].append(known)
    return artworks


def _known(row: WorkRow, artworks: Sequence[KnownArtwork]) -> KnownLogo:
    return KnownLogo(
        id=row.id,
        kind=WorkKind(row.kind),
        title=row.title,
        owner=row.owner,
        artworks=tuple(artworks),
        words=words_in(row),
    )
