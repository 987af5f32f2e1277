"""The works and logos that pictures are held against: add, import, list, remove. Pictures of works are not kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from imgpolicy.domain.words import folded
from imgpolicy.domain.work import LOGOS, KnownLogo, Shown, Work, WorkKind, is_a_logo, is_no_logo
from imgpolicy.enrol import is_plain, logo_of, read_words, work_picture
from imgpolicy.errors import RequestError
from imgpolicy.extract.logos.search import artworks_of
from imgpolicy.extract.logos.sheet import sheet
from imgpolicy.extract.logos.variants import variants
from imgpolicy.index.features import VERSION
from imgpolicy.portable.works import Imported, Tracked, import_pictures
from imgpolicy.portable.works import import_works as bring_in
from imgpolicy.register import logos as kept_logos
from imgpolicy.register import works as kept_works
from imgpolicy.service.workspace import Workspace

__all__ = [
    "Added",
    "Imported",
    "KnownWork",
    "ShownArtwork",
    "ShownLogo",
    "add_each",
    "add_logo",
    "add_work",
    "import_works",
    "logos",
    "remove_logo",
    "remove_work",
    "show_logo",
    "works",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """The id of what was added, and those of its files that show too little to be found as a part of a picture.

    Of those that are `plain`, the same file alone is surely recognised.
    """

    id: str
    whole_only: tuple[str, ...]
    plain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownWork:
    """A work, and by how many of its pictures parts of it are found: now, and not any more until it is added again."""

    work: Work
    in_parts: int
    outdated: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownArtwork:
    """Artwork by the SHA-256 of its file: whether it is looked for in parts of pictures, and its ways in one colour.

    `reads` are the lines of text that it shows.
    """

    sha256: str
    searched: bool
    ways: tuple[Shown, ...]
    reads: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLogo:
    """A logo with its artworks, and a PNG of all that is looked for: a row for each artwork."""

    logo: KnownLogo
    artworks: tuple[ShownArtwork, ...]
    picture: bytes = field(repr=False)

    @property
    def not_looked_for(self) -> tuple[str, ...]:
        """What its artworks read and none of its words is: set in other letters it is not found."""
        known = {folded(words) for words in self.logo.words}
        lines = dict.fromkeys(line for artwork in self.artworks for line in artwork.reads)
        return tuple(line for line in lines if folded(line) not in known)


def add_work(
    workspace: Workspace, title: str, files: Sequence[str], *, owner: str, kind: WorkKind = WorkKind.WORK
) -> Added:
    """What was added: a work by one or more pictures of it, paths or URLs; all of them, or nothing.

    Raises PictureError when a picture cannot be read, RequestError for the kind of a logo, RegisterError when the work
    is there already.
    """
    if kind in LOGOS:
        raise RequestError(is_a_logo(kind))
    pictures = [work_picture(file) for file in files]
    with workspace.register.writing() as unit:
        work = kept_works.add_work(unit, title, pictures, kind=kind, owner=owner)
    shown = tuple(zip(files, pictures, strict=True))
    return Added(
        id=work.id,
        whole_only=tuple(file for file, picture in shown if picture.features is None and not is_plain(picture)),
        plain=tuple(file for file, picture in shown if is_plain(picture)),
    )


def add_each(
    workspace: Workspace,
    files: Sequence[str],
    *,
    owner: str,
    kind: WorkKind = WorkKind.WORK,
    tracked: Tracked = iter,
) -> Imported:
    """What came of adding pictures, paths or URLs, each as a work of its own, called like its file.

    One that cannot be read is named, and keeps no other out. `tracked` gives them one by one, and may show how far it
    is. RequestError for the kind of a logo.
    """
    return import_pictures(workspace.register, files, owner=owner, kind=kind, tracked=tracked)


def import_works(  # noqa: PLR0913  # what of, as what, and how
    workspace: Workspace,
    path: Path,
    *,
    title: str | None = None,
    owner: str | None = None,
    keep: bool = True,
    tracked: Tracked = iter,
) -> Imported:
    """What came of importing a folder of pictures, a CSV table, or a list of PDQ hashes: of these two all, or nothing.

    In a folder, a picture that cannot be read keeps no other out. Without `keep` it is all tried and nothing stays;
    `tracked` is as `add_each` has it. RegisterError when there is nothing there to read.
    """
    return bring_in(workspace.register, path, title=title, owner=owner, keep=keep, tracked=tracked)


def works(workspace: Workspace) -> tuple[KnownWork, ...]:
    """All works that are no logos."""
    with workspace.register.reading() as unit:
        return tuple(_known(work) for work in kept_works.works(unit) if work.kind not in LOGOS)


def remove_work(workspace: Workspace, work_id: str) -> Work:
    """The work that was forgotten, with all that it was recognised by; RegisterError when it is not there."""
    with workspace.register.writing() as unit:
        return kept_works.remove_work(unit, work_id)


def add_logo(
    workspace: Workspace, name: str, files: Sequence[str], *, kind: WorkKind, words: Sequence[str] = ()
) -> Added:
    """What was added: a logo by one or more artworks, paths or URLs, which are kept; all of them, or nothing.

    `words` are what it is known by where it is only written.

    Raises PictureError when an artwork cannot be read, RequestError for a kind that is no logo, RegisterError when the
    logo is there already.
    """
    if kind not in LOGOS:
        raise RequestError(is_no_logo(kind))
    read = [(file, logo_of(file)) for file in files]
    fingerprints, artworks = [logo.fingerprint for _, logo in read], [logo.artwork for _, logo in read]
    with workspace.register.writing() as unit:
        added = kept_logos.add_logo(unit, name, fingerprints, artworks, kind=kind, words=words)
    return Added(id=added.id, whole_only=tuple(file for file, logo in read if logo.artwork.template is None))


def logos(workspace: Workspace) -> tuple[KnownLogo, ...]:
    """All logos, with their artworks."""
    with workspace.register.reading() as unit:
        return kept_logos.logos(unit)


def show_logo(workspace: Workspace, logo_id: str) -> ShownLogo:
    """A logo as it is looked for.

    RegisterError when it is not there, or its artwork is damaged; ExtractError when what it reads cannot be read.
    """
    with workspace.register.reading() as unit:
        logo = kept_logos.logo(unit, logo_id)
    drawn = artworks_of(logo)
    return ShownLogo(
        logo=logo,
        artworks=tuple(
            ShownArtwork(
                sha256=known.sha256,
                searched=known.template is not None,
                ways=tuple(variant.shown for variant in variants(artwork)),
                reads=read_words(artwork.on_page()),
            )
            for known, artwork in zip(logo.artworks, drawn, strict=True)
        ),
        picture=sheet(drawn),
    )


def remove_logo(workspace: Workspace, logo_id: str) -> KnownLogo:
    """The logo that was forgotten, with its artworks; RegisterError when it is not there."""
    with workspace.register.writing() as unit:
        return kept_logos.remove_logo(unit, logo_id)


def _known(work: Work) -> KnownWork:
    versions = [known.features.version for known in work.fingerprints if known.features is not None]
    return KnownWork(work=work, in_parts=versions.count(VERSION), outdated=len(versions) - versions.count(VERSION))
