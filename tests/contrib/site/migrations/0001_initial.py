"""The table of the pages."""

from __future__ import annotations

from django.db import migrations, models
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model_string


class Migration(migrations.Migration):
    initial = True
    dependencies = (("wagtailcore", "__latest__"), ("wagtailimages", "__latest__"))
    operations = (
        migrations.CreateModel(
            name="NewsPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        to="wagtailcore.page",
                        on_delete=models.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "picture",
                    models.ForeignKey(
                        to=get_image_model_string(), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
                    ),
                ),
                ("text", RichTextField(blank=True)),
                ("stream", StreamField([], blank=True)),
            ],
            bases=("wagtailcore.page",),
        ),
    )
