"""A post must come down: the page at its address goes, or its pictures give way to another."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from io import BytesIO

from django.core.files.images import ImageFile
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage
from wagtail.models import Page

from imgpolicy.contrib.desk import UnansweredError
from imgpolicy.contrib.django.conf import Withdrawn, settings
from imgpolicy.contrib.django.models import RecordedPost
from imgpolicy.contrib.wagtail.pictures import pictures_of
from imgpolicy.contrib.wagtail.publishing import on_desk
from imgpolicy.contrib.webhooks import Post


def take_down(sender: object, post: Post, **_: object) -> bool:
    """Whether a page of this site stands at the post's address, and shows the picture no more."""
    del sender
    pages = list(_pages_at(post.url))
    for page in pages:
        swapped = settings().withdrawn is Withdrawn.SWAP and _swap(page)
        if not swapped and page.live:
            page.unpublish()
    RecordedPost.objects.filter(url=post.url).delete()
    return bool(pages)


def _pages_at(url: str) -> Iterator[Page]:
    known = set(RecordedPost.objects.filter(url=url).values_list("page", flat=True))
    for page in Page.objects.all().specific():
        if page.pk in known or (page.live and page.full_url == url):
            yield page


def _swap(page: Page) -> bool:
    """Whether pictures on the page that may not be posted gave way to the placeholder, wherever they are used."""
    wrong = [one for one in pictures_of(page) if not _goes(one)]
    for picture in wrong:
        with get_image_model().objects.get(pk=settings().placeholder).open_file() as file:
            data = file.read()
        old = picture.file.name
        picture.renditions.all().delete()
        picture.file = ImageFile(BytesIO(data), name="placeholder.jpg")
        picture.file_size, picture.file_hash = None, ""  # Wagtail measures them when it is asked
        picture.save()
        with contextlib.suppress(OSError):
            picture.file.storage.delete(old)
    return bool(wrong)


def _goes(picture: AbstractImage) -> bool:
    try:
        on_desk(picture)
    except UnansweredError:
        return False
    return True
