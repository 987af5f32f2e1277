"""The application, for INSTALLED_APPS."""

from __future__ import annotations

from django.apps import AppConfig


class ImgPolicyConfig(AppConfig):
    """Keeps which events were taken, so that none is taken twice."""

    name = "imgpolicy.contrib.django"
    label = "imgpolicy"
    verbose_name = "imgpolicy"
    default_auto_field = "django.db.models.BigAutoField"
