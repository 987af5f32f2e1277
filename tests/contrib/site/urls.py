"""Where the site's parts are."""

from __future__ import annotations

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as admin_urls

from imgpolicy.contrib.django.views import webhook

urlpatterns = [
    path("hooks/imgpolicy", webhook),
    path("admin/", include(admin_urls)),
    path("", include(wagtail_urls)),
]
