"""The pictures that stand on a page: in its own fields, in rich text and streams, and in what hangs on it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Model
from modelcluster.models import get_all_child_relations
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage
from wagtail.models import Page


def pictures_of(page: Page) -> list[AbstractImage]:
    """Each of them once, by its id; those that are gone are left out."""
    return list(get_image_model().objects.filter(pk__in=sorted(set(_ids(page.specific_deferred))))) if page else []


def _ids(thing: Model) -> Iterator[int]:
    for field in thing._meta.get_fields():  # noqa: SLF001  # Django's own name for what others may ask
        related = getattr(field, "related_model", None)
        if isinstance(related, type) and issubclass(related, AbstractImage) and getattr(field, "many_to_one", False):
            found = getattr(thing, field.attname)
            yield from [] if found is None else [int(found)]
        elif hasattr(field, "extract_references"):
            for model, key, *_ in field.extract_references(field.value_from_object(thing)):
                if issubclass(model, AbstractImage):
                    yield int(key)
    for relation in get_all_child_relations(type(thing)):
        for child in getattr(thing, relation.get_accessor_name()).all():
            yield from _ids(child)
