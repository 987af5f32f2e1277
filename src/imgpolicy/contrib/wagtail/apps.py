"""The application, for INSTALLED_APPS."""

from __future__ import annotations

from django.apps import AppConfig


class ImgPolicyWagtailConfig(AppConfig):
    """Guards pages as they go live, and takes them down."""

    name = "imgpolicy.contrib.wagtail"
    label = "imgpolicy_wagtail"
    verbose_name = "imgpolicy for Wagtail"

    def ready(self) -> None:
        """Hear of pages that go live, and of posts that must come down."""
        from django.db.models.signals import pre_save
        from wagtail.signals import page_published

        from imgpolicy.contrib.django.signals import must_come_down
        from imgpolicy.contrib.wagtail import publishing, withdrawing

        pre_save.connect(publishing.guard, dispatch_uid="imgpolicy guard")
        page_published.connect(publishing.record, dispatch_uid="imgpolicy record")
        must_come_down.connect(withdrawing.take_down, dispatch_uid="imgpolicy take down")
