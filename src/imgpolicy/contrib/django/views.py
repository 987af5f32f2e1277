"""The address to which the desk sends what was withdrawn."""

from __future__ import annotations

import datetime as dt
import logging

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from imgpolicy.contrib.desk import RefusedError, UnansweredError
from imgpolicy.contrib.django.conf import settings
from imgpolicy.contrib.django.models import TakenEvent
from imgpolicy.contrib.django.signals import must_come_down
from imgpolicy.contrib.webhooks import MOST, Event, Post, opened
from imgpolicy.errors import BadRequestError

LOG = logging.getLogger("imgpolicy")

_KEPT = dt.timedelta(days=30)
"""Longer than the desk sends an event again."""

_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


@csrf_exempt  # a signature is asked for instead
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """204 when the event was taken, now or before; 400 when it is not signed, of another time, or no event.

    What must come down is told by the signal `must_come_down`, and each post that a receiver took down is closed on the
    desk. Where that does not answer, or a receiver fails, the answer is an error, and the desk sends the event again.
    """
    headers = {name: request.headers.get(name, "") for name in _HEADERS}
    if int(request.headers.get("content-length") or MOST + 1) > MOST:
        return HttpResponse("too large", status=413, content_type="text/plain")
    try:
        event = opened(headers, request.body, settings().secret)
        if not TakenEvent.objects.filter(event=event.id).exists():
            _take(event)
    except BadRequestError as error:
        return HttpResponse(str(error), status=400, content_type="text/plain")
    except UnansweredError as error:
        return HttpResponse(str(error), status=503, content_type="text/plain")
    TakenEvent.objects.get_or_create(event=event.id)
    TakenEvent.objects.filter(at__lt=timezone.now() - _KEPT).delete()
    return HttpResponse(status=204)


def _take(event: Event) -> None:
    """Have each address come down once, and the posts there closed: a page may show several pictures that must go."""
    for url in dict.fromkeys(post.url for post in event.posts):
        there = [post for post in event.posts if post.url == url]
        answers = must_come_down.send(sender=webhook, post=there[0])
        for post in there if any(answer is True for _, answer in answers) else ():
            _close(post)


def _close(post: Post) -> None:
    """Tell the desk that a post is down. Where it refuses, as when it was told before, a person closes the task."""
    try:
        settings().desk.taken_down(post.id)
    except RefusedError as error:
        LOG.warning("%s is down, and the desk does not close its task: %s", post.id, error)
