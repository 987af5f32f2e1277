"""Webhooks and their outbox: an event is there when what caused it is, goes out once at least, and names nobody."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import json
from pathlib import Path

import pytest
from tests.register.support import EILEEN, Made, biometric, no, post, yes
from tests.register.test_restoring import file, opened, restore
from tests.support import asked, wrote

from imgpolicy.domain.consent import ConsentState
from imgpolicy.domain.licence import Licence
from imgpolicy.domain.log import Action
from imgpolicy.domain.publication import Publication
from imgpolicy.domain.webhook import KEPT_FOR, TRIED_FOR, DeliveryState, EventKind, Webhook, next_try
from imgpolicy.domain.work import KnownFingerprint
from imgpolicy.errors import RegisterError, RequestError
from imgpolicy.register.consents import record_consent
from imgpolicy.register.erasure import erase_person
from imgpolicy.register.licences import add_licence, end_licence
from imgpolicy.register.maintenance import verify
from imgpolicy.register.outbox import Claimed, claim, deliveries, queue, settle, stop, sweep
from imgpolicy.register.people import add_person
from imgpolicy.register.publications import add_publication
from imgpolicy.register.register import Register
from imgpolicy.register.reminders import announce_due
from imgpolicy.register.sql.webhooks import WebhookRow
from imgpolicy.register.webhooks import add_webhook, relied_endpoint, webhooks
from imgpolicy.register.works import add_work
from imgpolicy.service.scaffold import make_folder

SECRET = bytes(range(32))
NOW = dt.datetime.now(dt.UTC)
URL = "https://cms.example.org/hooks"


class UndoneError(Exception):
    """Undoes what was only tried."""


def hook(register: Register, *events: EventKind, name: str = "w-1") -> Webhook:
    webhook = Webhook(id=name, url=URL, events=frozenset(events or EventKind))
    return wrote(register, add_webhook, webhook, SECRET)


def bodies(register: Register) -> list[dict[str, object]]:
    """What would be sent now, in its order; nothing of it is kept."""
    found: list[dict[str, object]] = []
    with contextlib.suppress(UndoneError), register.writing() as unit:
        while one := claim(unit, dt.datetime.now(dt.UTC)):
            found.append(json.loads(one.body))
        raise UndoneError
    return found


def only(register: Register) -> dict[str, object]:
    (body,) = bodies(register)
    data = body["data"]
    assert isinstance(data, dict)
    return {"type": body["type"], **data}


def told(*posts: Publication) -> list[dict[str, str]]:
    return [{"id": one.id, "channel": one.channel, "url": one.url} for one in posts]


@pytest.mark.parametrize("state", [ConsentState.WITHDRAWN, ConsentState.REFUSED, ConsentState.OBJECTED])
def test_a_denial_is_told_with_every_post_that_must_come_down(anywhere: Register, state: ConsentState) -> None:
    hook(anywhere)
    given = wrote(anywhere, record_consent, yes())
    posts = [post(anywhere, given, number=number) for number in range(2)]
    denial = wrote(anywhere, record_consent, no(state=state))
    assert only(anywhere) == {
        "type": "withdrawn",
        "cause": state.value,
        "consent": denial.id,
        "licence": None,
        "publications": told(*posts),
    }
    assert "eileen" not in json.dumps(bodies(anywhere)).lower()


def test_a_denial_of_recognition_takes_no_post_down_and_is_not_told(anywhere: Register) -> None:
    hook(anywhere)
    wrote(anywhere, record_consent, biometric())
    wrote(anywhere, record_consent, no(kind=biometric().kind))
    assert bodies(anywhere) == []


def test_the_end_of_a_licence_is_told(anywhere: Register) -> None:
    hook(anywhere)
    work = wrote(anywhere, add_work, "Harbour", [KnownFingerprint(sha256=f"{1:064x}")])
    licence = wrote(anywhere, add_licence, Licence(work=work.id, licensor="A. Painter"))
    shown = Publication(
        picture="0" * 64,
        url="https://example.org/1",
        published=NOW.date(),
        channel="website",
        works={work.id: licence.id},
    )
    wrote(anywhere, add_publication, shown)
    wrote(anywhere, end_licence, licence.id, "sold")
    data = only(anywhere)
    assert (data["cause"], data["licence"], data["consent"]) == ("ended", licence.id, None)
    assert data["publications"] == told(shown)


def test_an_erasure_is_told_by_the_posts_alone_and_takes_what_was_about_the_person_away(anywhere: Register) -> None:
    hook(anywhere)
    shown = post(anywhere, wrote(anywhere, record_consent, yes()))
    wrote(anywhere, record_consent, no())
    erase_person(anywhere, "eileen")
    data = only(anywhere)
    assert (data["cause"], data["consent"], data["licence"]) == ("erased", None, None)
    assert data["publications"] == told(shown)
    assert asked(anywhere, verify).whole


def test_what_is_not_recorded_is_not_told(made: Made) -> None:
    hook(made.register)
    with contextlib.suppress(UndoneError), made.register.writing() as unit:
        record_consent(unit, no())
        raise UndoneError
    assert bodies(made.register) == []


def test_nothing_is_queued_for_nobody(made: Made) -> None:
    hook(made.register, EventKind.DUE)
    wrote(made.register, record_consent, no())
    assert asked(made.register, deliveries) == ()


def test_what_ends_is_told_once_a_day_and_names_nobody(anywhere: Register) -> None:
    hook(anywhere)
    today = asked(anywhere, lambda unit: unit.today())
    given = wrote(anywhere, record_consent, yes(until=today + dt.timedelta(days=10)))
    other = wrote(anywhere, record_consent, yes("grace", until=today + dt.timedelta(days=20)))
    shown = post(anywhere, given)
    assert wrote(anywhere, announce_due, today, 30)
    assert not wrote(anywhere, announce_due, today, 30)
    data = only(anywhere)
    assert (data["type"], data["days"], data["licences"], data["people"]) == ("due", 30, [], 0)
    end = {"id": given.id, "ends": str(given.valid_until), "why": "ends", "publications": told(shown)}
    later = {"id": other.id, "ends": str(other.valid_until), "why": "ends", "publications": []}
    assert data["consents"] == [end, later]
    assert not {"eileen", "grace"} & set(json.dumps(data).replace('"', " ").split())
    # Who is erased is in no reminder: today's is gone with them, and the day has another.
    erase_person(anywhere, "eileen")
    assert [one["type"] for one in bodies(anywhere)] == ["withdrawn"]
    assert wrote(anywhere, announce_due, today, 30)


def claimed(register: Register, now: dt.datetime) -> Claimed | None:
    with register.writing() as unit:
        return claim(unit, now)


def test_a_claim_that_is_never_settled_is_sent_again_under_the_same_id(anywhere: Register) -> None:
    hook(anywhere)
    wrote(anywhere, record_consent, no())
    now = dt.datetime.now(dt.UTC)
    first = claimed(anywhere, now)
    assert first is not None
    assert claimed(anywhere, now) is None
    again = claimed(anywhere, now + dt.timedelta(minutes=2))
    assert again is not None
    assert (again.delivery.event, again.body, again.delivery.tries) == (first.delivery.event, first.body, 2)
    wrote(anywhere, settle, again.delivery.id, "200", took=True)
    wrote(anywhere, settle, first.delivery.id, "silent", took=False)  # it came late, and what was taken stays taken
    assert [one.state for one in asked(anywhere, deliveries)] == [DeliveryState.DELIVERED]
    assert claimed(anywhere, now + TRIED_FOR) is None


def test_a_delivery_is_tried_for_three_days_ever_less_often_and_then_given_up(made: Made) -> None:
    hook(made.register)
    wrote(made.register, record_consent, no())
    (waits,) = asked(made.register, deliveries)
    moments, now = list[dt.datetime](), waits.due
    while one := claimed(made.register, now):
        wrote(made.register, settle, one.delivery.id, "500", took=False)
        moments.append(now)
        now = one.delivery.due
        if one.delivery.state is DeliveryState.GIVEN_UP:
            break
    gaps = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert gaps == sorted(gaps)
    assert TRIED_FOR - dt.timedelta(hours=12) <= moments[-1] - moments[0] <= TRIED_FOR
    (given_up,) = asked(made.register, deliveries)
    assert (given_up.state, given_up.answer, given_up.tries) == (DeliveryState.GIVEN_UP, "500", len(moments))
    assert next_try(waits.at, 1, waits.at + TRIED_FOR) is None


def test_one_webhook_that_is_left_out_keeps_no_other_waiting(made: Made) -> None:
    for name in ("w-1", "w-2"):
        hook(made.register, name=name)
    wrote(made.register, record_consent, no())
    with made.register.writing() as unit:
        first = claim(unit, dt.datetime.now(dt.UTC))
        assert first is not None
        second = claim(unit, dt.datetime.now(dt.UTC) + dt.timedelta(hours=1), [first.delivery.webhook])
        assert second is not None
        assert {first.delivery.webhook, second.delivery.webhook} == {"w-1", "w-2"}


def test_what_was_told_goes_after_thirty_days_and_what_waits_does_not(made: Made) -> None:
    hook(made.register)
    long_ago = dt.datetime.now(dt.UTC) - KEPT_FOR - dt.timedelta(days=1)
    for number in range(2):
        wrote(made.register, queue, EventKind.WITHDRAWN, long_ago, b'{"n": %d}' % number)
    (first, _) = asked(made.register, deliveries)
    wrote(made.register, settle, first.id, "200", took=True)
    assert wrote(made.register, sweep, dt.datetime.now(dt.UTC)) == 1
    assert [one.state for one in asked(made.register, deliveries)] == [DeliveryState.WAITING]
    assert asked(made.register, verify).whole


def test_a_removed_webhook_is_told_of_nothing_and_its_secret_is_gone(made: Made) -> None:
    hook(made.register)
    wrote(made.register, record_consent, no())
    wrote(made.register, stop, "w-1")
    wrote(made.register, record_consent, no("grace"))
    assert bodies(made.register) == []
    assert [one.state for one in asked(made.register, deliveries)] == [DeliveryState.GIVEN_UP]
    assert asked(made.register, webhooks) == ()
    with pytest.raises(RegisterError, match="there is no webhook"):
        asked(made.register, relied_endpoint, "w-1")
    assert asked(made.register, verify).whole


def test_every_change_is_in_the_log_and_no_picture_is_judged_otherwise_for_it(made: Made) -> None:
    state = made.register.state()
    hook(made.register)
    wrote(made.register, queue, EventKind.WITHDRAWN, NOW, b"{}")
    wrote(made.register, stop, "w-1")
    actions = [entry.action for entry in asked(made.register, lambda unit: list(unit.sql.journal.entries()))]
    assert actions[-3:] == [Action.ADD_WEBHOOK, Action.QUEUE_EVENT, Action.REMOVE_WEBHOOK]
    assert made.register.state() == state


def test_nothing_is_sent_to_a_webhook_that_was_put_back_behind_the_log(made: Made) -> None:
    hook(made.register)
    (row,) = asked(made.register, lambda unit: unit.sql.webhooks.find(WebhookRow))
    wrote(made.register, stop, "w-1")
    wrote(made.register, lambda unit: unit.sql.webhooks.update(WebhookRow, "w-1", {"details": row.details}))
    with pytest.raises(RegisterError, match="nothing is sent there"):
        asked(made.register, relied_endpoint, "w-1")


def test_nothing_of_it_is_in_the_open(made: Made) -> None:
    hook(made.register)
    shown = post(made.register, wrote(made.register, record_consent, yes()))
    wrote(made.register, record_consent, no())
    for text in (b"cms.example.org", shown.url.encode(), b'withdrawn",', SECRET):
        assert text not in made.raw_bytes()


@pytest.mark.parametrize(
    "url",
    [
        *("http://cms.example.org/", "http://10.0.0.1/", "http://localhost/", "ftp://127.0.0.1/", "file:///etc/passwd"),
        *("https://", "https://user:word@cms.example.org/", "https://user@cms.example.org/", "https://a.example/#part"),
        *("https://a.example:99999/", "https://a.example:0/", "https://a.example/\r\nHost: b", "https://a.example/ b"),
        *("https://ä.example/", "https://a.example\\@b.example/", "javascript:alert(1)", "", "https://[::1/", "//a.b/"),
        "https://a.example/" + "a" * 2000,
    ],
)
def test_what_is_no_address_to_send_to_is_refused(made: Made, url: str) -> None:
    with pytest.raises(RequestError, match="webhook"):
        wrote(made.register, add_webhook, Webhook(id="w-1", url=url, events=frozenset(EventKind)), SECRET)
    assert asked(made.register, webhooks) == ()


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/hook", "http://[::1]:8000/", "https://10.0.0.1:8443/a?b=c"])
def test_https_and_this_machine_are_addresses_to_send_to(made: Made, url: str) -> None:
    wrote(made.register, add_webhook, Webhook(id="w-1", url=url, events=frozenset(EventKind)), SECRET)
    assert [one.url for one in asked(made.register, webhooks)] == [url]


def test_so_many_there_are_at_most(made: Made) -> None:
    for number in range(20):
        hook(made.register, name=f"w-{number}")
    with pytest.raises(RequestError, match="remove one"):
        hook(made.register, name="w-20")


def test_a_webhook_that_was_removed_since_the_backup_stays_removed(tmp_path: Path) -> None:
    make_folder(tmp_path)
    with opened(tmp_path) as register:
        wrote(register, add_person, EILEEN)
        for name in ("w-1", "w-2"):
            hook(register, name=name)
        register.backup(tmp_path / "backup.sqlite")
        wrote(register, stop, "w-1")
    assert restore(tmp_path).since.stopped == ("w-1",)
    with opened(tmp_path) as register:
        assert [one.id for one in asked(register, webhooks)] == ["w-2"]
        assert asked(register, verify).whole
    file(tmp_path).write_bytes(b"no database")
    restore(tmp_path)  # nobody can tell: whoever is to be told of what is withdrawn is
    with opened(tmp_path) as register:
        assert [one.id for one in asked(register, webhooks)] == ["w-1", "w-2"]
