"""A page goes live when the desk lets each picture on it go, and is on record there then.

before a page is saved as live ─► each picture on it is asked for ─► live, or a draft
published ─► each picture is recorded as posted at the page's address, or the page is taken down
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.cache import cache
from wagtail.images.models import AbstractImage
from wagtail.models import Page

from imgpolicy.contrib.desk import UnansweredError
from imgpolicy.contrib.django.conf import settings
from imgpolicy.contrib.django.models import RecordedPost
from imgpolicy.contrib.wagtail.pictures import pictures_of

if TYPE_CHECKING:
    from django.db.models import Model

LOG = logging.getLogger("imgpolicy")

_GOES_FOR = 60
"""Seconds for which a go holds: the page is asked for as it is sent in, and once more as it goes live."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDesk:
    """A picture that goes: its id on the desk, the SHA-256 of its file, and under what that is kept for a minute."""

    id: str
    sha256: str
    key: str


def refusals(page: Page) -> Iterator[str]:
    """A line for each picture on the page that may not be posted, or of which the desk does not say so."""
    for picture in pictures_of(page):
        try:
            on_desk(picture)
        except UnansweredError as error:
            yield f"{picture.title}: {error}"


def on_desk(picture: AbstractImage) -> OnDesk:
    """The picture as the desk knows it, which lets it go; UnansweredError when it does not, or says nothing."""
    site = settings()
    try:
        with picture.open_file() as file:
            data = file.read()
    except OSError as error:
        raise UnansweredError(f"{picture.filename}: the file cannot be read") from error
    digest = hashlib.sha256(data).hexdigest()
    key = f"imgpolicy:{digest}:{hashlib.sha256(repr(sorted(site.posting.items())).encode()).hexdigest()}"
    known: object = cache.get(key)
    if isinstance(known, str):
        return OnDesk(id=known, sha256=digest, key=key)
    checked = site.desk.check(picture.filename, data, site.posting)
    if not checked.goes:
        raise UnansweredError(checked.line)
    cache.set(key, checked.picture, _GOES_FOR)
    return OnDesk(id=checked.picture, sha256=digest, key=key)


def guard(sender: type[Model], instance: Model, raw: bool = False, **_: object) -> None:  # noqa: FBT001, FBT002  # Django's
    """Save a page that goes live, or another revision of it, as a draft when a picture on it may not be posted."""
    if raw or not issubclass(sender, Page) or not isinstance(instance, Page) or not _goes_live(instance):
        return
    if any(refusals(instance)):
        LOG.warning("page %s is not published: a picture on it may not be posted", instance.pk)
        instance.live = False
        instance.has_unpublished_changes = True


def record(sender: type[Page], instance: Page, **_: object) -> None:
    """Have the desk record where each picture on a page is posted; the page is taken down when one is not."""
    del sender
    if not instance.live:
        return
    try:
        for picture in pictures_of(instance):
            _record(picture, instance)
    except UnansweredError:
        LOG.warning("page %s is taken down again: the desk has a picture on it not on record", instance.pk)
        instance.unpublish()


def _record(picture: AbstractImage, page: Page) -> None:
    known = on_desk(picture)
    post = {"picture": known.sha256, "url": page.full_url or ""}
    if RecordedPost.objects.filter(**post).exists():
        return
    cache.delete(known.key)  # what the desk checked is posted once
    if not settings().desk.posted(known.id, post["url"]):
        raise UnansweredError(f"{picture.title}: the desk does not record where it is posted")
    RecordedPost.objects.create(**post, page=page.pk)


def _goes_live(page: Page) -> bool:
    """Whether it is live from now on and was not, or shows another revision than it did."""
    if not page.live:
        return False
    before = Page.objects.filter(pk=page.pk).values_list("live", "live_revision_id").first() if page.pk else None
    return before != (True, page.live_revision_id)
