"""Pages with pictures: in a field, in rich text, and in a stream."""

from __future__ import annotations

from django.db import models
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model_string
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Page


class NewsPage(Page):
    picture = models.ForeignKey(
        get_image_model_string(), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = RichTextField(blank=True)
    stream = StreamField([("picture", ImageChooserBlock())], blank=True)
    template = "news.html"
    content_panels = (*Page.content_panels, "picture", "text", "stream")

    class Meta:
        app_label = "site"
