"""What an editor is told who publishes a page with a picture that may not be posted."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail import hooks
from wagtail.models import Page

from imgpolicy.contrib.wagtail.publishing import refusals


@hooks.register("before_publish_page")
def refuse(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Back to the page, which stays a draft, with a line for each picture; None when it may be published."""
    lines = list(refusals(page))
    for line in lines:
        messages.error(request, line)
    return redirect("wagtailadmin_pages:edit", page.pk) if lines else None
