"""Who is told of what is withdrawn and what ends."""

from __future__ import annotations

from tests.service.doors import Forbidden, No

from imgpolicy.domain.webhook import EventKind
from imgpolicy.service import webhooks

NO_WEBHOOKS = No("an import brings no webhooks")
ALL = frozenset(EventKind)


WEBHOOKS = (
    Forbidden(
        asks="webhooks.add",
        what="over the network without TLS",
        said="a webhook is sent over https alone",
        call=lambda ws, _: webhooks.add(ws, "http://cms.example.org/hook", ALL),
        typed="webhook add http://cms.example.org/hook",
        brought=NO_WEBHOOKS,
    ),
    Forbidden(
        asks="webhooks.add",
        what="with a password in the address",
        said="has no user, no password and no fragment",
        call=lambda ws, _: webhooks.add(ws, "https://somebody:word@cms.example.org/hook", ALL),
        typed="webhook add https://somebody:word@cms.example.org/hook",
        brought=NO_WEBHOOKS,
    ),
    Forbidden(
        asks="webhooks.add",
        what="at no address",
        said="the address of a webhook is a URL such as",
        call=lambda ws, _: webhooks.add(ws, "cms", ALL),
        typed="webhook add cms",
        brought=NO_WEBHOOKS,
    ),
    Forbidden(
        asks="webhooks.add",
        what="that is told of nothing",
        said="name an event at least",
        call=lambda ws, _: webhooks.add(ws, "https://cms.example.org/hook", frozenset()),
        typed=No("without the option it is told of everything"),
        brought=NO_WEBHOOKS,
    ),
    Forbidden(
        asks="webhooks.remove",
        what="one that is not there",
        said="there is no webhook 'w-0'",
        call=lambda ws, _: webhooks.remove(ws, "w-0"),
        typed="webhook remove w-0",
        brought=NO_WEBHOOKS,
    ),
    Forbidden(
        asks="webhooks.try_out",
        what="one that is not there",
        said="there is no webhook 'w-0'",
        call=lambda ws, _: webhooks.try_out(ws, "w-0"),
        typed="webhook test w-0",
        brought=NO_WEBHOOKS,
    ),
)
