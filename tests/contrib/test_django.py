"""A form made with Django takes what the desk lets go, and nothing without its answer."""

from __future__ import annotations

import base64
import hmac
import time

import pytest
from tests.contrib.conftest import SECRET, Asked

from imgpolicy.contrib.webhooks import Post

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("site")]
MEADOW, STRANGER = "pictures/meadow.jpg", "pictures/two_people.jpg"


def sent(asked: Asked, name: str) -> dict[str, list[str]]:
    """What a form says of this picture, by field; empty when it takes it."""
    from django import forms
    from django.core.files.uploadedfile import SimpleUploadedFile

    from imgpolicy.contrib.django.forms import CheckedImageField

    class Upload(forms.Form):
        picture = CheckedImageField()

    data = (asked.folder / name).read_bytes()
    form = Upload({}, {"picture": SimpleUploadedFile("a.jpg", data)})
    errors: dict[str, list[str]] = form.errors
    if not errors:
        assert form.cleaned_data["picture"].read() == data
    return dict(errors)


def test_a_picture_that_goes_is_taken(asked: Asked) -> None:
    assert sent(asked, MEADOW) == {}


def test_another_is_refused_in_one_line_that_tells_nobody_who_is_in_it(asked: Asked) -> None:
    (line,) = sent(asked, STRANGER)["picture"]
    assert line == "this picture may not be posted as it is: whoever keeps the site's desk sees there why"


def test_without_an_answer_it_is_refused_with_what_to_do(nowhere: dict[str, object], asked: Asked) -> None:
    (line,) = sent(asked, MEADOW)["picture"]
    assert line == f"the desk at {nowhere['DESK']} does not answer: see that it runs, and try again"


def test_a_site_may_hold_it_instead(nowhere: dict[str, object], asked: Asked) -> None:
    from django.test import override_settings

    with override_settings(IMGPOLICY={**nowhere, "UNANSWERED": "hold"}):
        assert sent(asked, MEADOW) == {}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"DESK": "http://desk.example.org", "TOKEN": "t"}, "over https alone"),
        ({"DESK": "https://desk.example.org", "TOKEN": ""}, "the desk's token is missing"),
        ({"DESK": "https://desk.example.org", "TOKEN": "t", "TOKNE": "t"}, "unknown field `TOKNE`"),
        ({"DESK": "https://desk.example.org", "TOKEN": "t", "WITHDRAWN": "swap"}, "takes PLACEHOLDER"),
        (None, "Expected `object`"),
    ],
)
def test_settings_that_say_nothing_that_can_be_done_are_refused(said: object, why: str) -> None:
    from django.core.exceptions import ImproperlyConfigured
    from django.test import override_settings

    from imgpolicy.contrib.django.conf import settings

    with override_settings(IMGPOLICY=said), pytest.raises(ImproperlyConfigured, match=why):
        settings()


def test_a_validator_can_stand_in_a_migration() -> None:
    from django.db.migrations.writer import MigrationWriter

    from imgpolicy.contrib.django.validators import MayBePosted

    written = MigrationWriter.serialize(MayBePosted({"profile": "news"}))[0]
    assert written == "imgpolicy.contrib.django.validators.MayBePosted({'profile': 'news'})"
    assert MayBePosted({"profile": "news"}) == MayBePosted({"profile": "news"}) != MayBePosted()


def test_the_migrations_are_those_of_the_models() -> None:
    from django.core.management import call_command

    call_command("makemigrations", "imgpolicy", check=True, dry_run=True, verbosity=2)


def headers(body: bytes, *, event: str = "e-1", at: float | None = None, secret: str = SECRET) -> dict[str, str]:
    """As Standard Webhooks has them, for Django's test client."""
    moment = str(int(time.time() if at is None else at))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    made = base64.b64encode(hmac.digest(key, f"{event}.{moment}.".encode() + body, "sha256")).decode()
    return {"webhook-id": event, "webhook-timestamp": moment, "webhook-signature": f"v1,{made}"}


BODY = (
    b'{"type":"withdrawn","timestamp":"2026-11-30T10:00:00Z","data":{"cause":"withdrawn","consent":"c-1","licence":null,'
    b'"publications":[{"id":"p-1","channel":"website","url":"https://example.org/1"}]}}'
)


def test_an_event_is_taken_once() -> None:
    from django.test import Client

    from imgpolicy.contrib.django.signals import must_come_down

    heard: list[str] = []

    def hear(post: Post, **_: object) -> None:
        heard.append(post.url)

    must_come_down.connect(hear)
    try:
        for _ in range(2):
            answer = Client(enforce_csrf_checks=True).post(
                "/hooks/imgpolicy", BODY, "application/json", headers=headers(BODY)
            )
            assert answer.status_code == 204
    finally:
        must_come_down.disconnect(hear)
    assert heard == ["https://example.org/1"]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        headers(BODY + b" "),
        headers(BODY, secret="whsec_AAAA"),
        headers(BODY, at=time.time() - 3600),
        headers(BODY, at=time.time() + 3600),
        headers(BODY) | {"webhook-id": "e-2"},
        headers(BODY) | {"webhook-timestamp": "9" * 400},
        headers(BODY) | {"webhook-signature": "v1, \u00e6".encode().decode("latin-1")},
    ],
    ids=["none", "another body", "another secret", "old", "of tomorrow", "another id", "a long time", "no base64"],
)
def test_what_is_not_signed_now_is_refused(wrong: dict[str, str]) -> None:
    from django.test import Client

    from imgpolicy.contrib.django.models import TakenEvent

    answer = Client().post("/hooks/imgpolicy", BODY, "application/json", headers=wrong)
    assert (answer.status_code, answer.content.count(b"\n")) == (400, 0)
    assert not TakenEvent.objects.exists()
