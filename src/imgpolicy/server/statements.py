"""The pages by which a keeper writes down what somebody said: a yes, a no, and that a record was entered in error.

form ─► (of a no: what it reaches) ─► service.grants ─► what was recorded, and the posts that must come down for it
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from imgpolicy.domain.account import Right
from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState, LegalBasis
from imgpolicy.domain.ids import new_id
from imgpolicy.domain.scope import Scope
from imgpolicy.errors import RegisterError, RequestError
from imgpolicy.phrase import Phrase, phrase
from imgpolicy.server import forms, timeline
from imgpolicy.server.acts import Act, ActKind
from imgpolicy.server.context import Asked
from imgpolicy.server.guard import Guarded
from imgpolicy.server.pages import Values, page
from imgpolicy.server.people import address_of, card_of, teller
from imgpolicy.server.undo import bar
from imgpolicy.service import archive, grants
from imgpolicy.service.cards import Card
from imgpolicy.service.grants import Proof, Reach
from imgpolicy.service.reached import Fallen, copies, fallen_since
from imgpolicy.service.reached import reached as judge_again

THEMSELF = "+"
"""In a form: the person spoke for themself; no id begins so."""

HOW = (
    (ConsentState.WITHDRAWN, phrase("They take back what they had agreed to")),
    (ConsentState.REFUSED, phrase("They say no")),
    (ConsentState.OBJECTED, phrase("They object to what rests on another basis than consent")),
    (ConsentState.REVOKED, phrase("Somebody else ends it")),
    (ConsentState.INVALIDATED, phrase("It was never a valid consent")),
)
"""How a yes ends, in words."""

_DIGITS = 6

Word = TypeVar("Word", bound=StrEnum)


class Reached(StrEnum):
    """What a no is to."""

    ALL = "all"
    SOME = "some"
    RECORD = "record"


# A yes


def grant_form(asked: Asked) -> Response:
    """The form for a yes: nothing in it is ticked beforehand."""
    stated = {"kind": asked.request.query_params.get("kind", ""), "record": new_id("c")}
    return page(asked, "grant.html", _grant_values(asked, card_of(asked), stated))


async def grant(asked: Asked) -> Response:
    """Keep a yes, with the file that proves it."""
    stated, proof = await forms.with_file(asked)
    return await run_in_threadpool(_granted, asked, stated, proof)


def _granted(asked: Asked, stated: forms.Stated, proof: tuple[Proof, ...]) -> Response:
    card = card_of(asked)
    try:
        consent = _yes(card, stated)
        return _keep(asked, card, consent, stated, proof)
    except (RequestError, RegisterError) as error:
        return forms.again(asked, error, "grant.html", _grant_values(asked, card, stated))


def _grant_values(asked: Asked, card: Card, stated: forms.Stated) -> Values:
    bases = [(basis.value, asked.language.say(said)) for basis, said in timeline.BASES.items()]
    return {**_values(asked, card, stated), "bases": bases}


def _values(asked: Asked, card: Card, stated: forms.Stated) -> Values:
    kept, by = asked.workspace.kept, teller(asked, card)
    former = sorted(one.id for one in card.person.former_guardians)
    said = [(one.id, timeline.in_short(by, one)) for one in card.consents if one.gives]
    return {
        "card": card,
        "person": card.person,
        "stated": stated,
        "problem": "",
        "kind": _kind(stated).value,
        "channels": list(kept.channels),
        "purposes": sorted(kept.purposes),
        "settings": sorted(kept.settings),
        "speakers": [(one, card.names.get(one, one)) for one in (*sorted(card.person.guardians), *former)],
        "records": said,
        "today": kept.consents.today(),
    }


def _kind(stated: forms.Stated) -> ConsentKind:
    return _chosen(ConsentKind, stated.get("kind", ""), phrase("say whether it is about pictures or being recognised"))


def _chosen(words: type[Word], said: str, missing: Phrase) -> Word:
    try:
        return words(said)
    except ValueError as error:
        raise RequestError(missing) from error


def _yes(card: Card, stated: forms.Stated) -> Consent:
    return Consent(
        id=stated.get("record") or new_id("c"),
        person=card.person.id,
        kind=_kind(stated),
        state=ConsentState.GIVEN,
        scope=_scope(stated),
        valid_from=forms.day(stated, "from"),
        valid_until=forms.day(stated, "until"),
        max_publications=_number(stated, "most"),
        basis=_chosen(LegalBasis, stated.get("basis") or LegalBasis.CONSENT, phrase("say on which basis it rests")),
        given_by=_speaker(card, stated),
        collected=forms.text(stated, "collected"),
    )


def _scope(stated: forms.Stated) -> Scope:
    return Scope(
        channels=forms.ticked(stated, "channel"),
        purposes=forms.ticked(stated, "purpose"),
        settings=forms.ticked(stated, "setting"),
    )


def _number(stated: forms.Stated, name: str) -> int | None:
    said = stated.get(name, "").strip()
    if not said:
        return None
    if not said.isascii() or not said.isdigit() or len(said) > _DIGITS:
        raise RequestError(phrase("{text} is no number of posts", text=said[:40]))
    return int(said)


def _speaker(card: Card, stated: forms.Stated) -> str | None:
    """Who said it: a guardian's id, or None for the person; whoever has had no guardian speaks for themself."""
    said = stated.get("given_by", "")
    if said == THEMSELF or (not said and not card.person.had_guardians):
        return None
    if not said:
        raise RequestError(phrase("say who said it: the person, or which of their guardians"))
    return said


# A no


def deny_form(asked: Asked) -> Response:
    """The form for a no; of one record where the address names it."""
    asks = asked.request.query_params
    stated = {"kind": asks.get("kind", ""), "record": new_id("c")}
    if "about" in asks:
        stated |= {"what": Reached.RECORD.value, "about": asks["about"]}
    return page(asked, "deny.html", _deny_values(asked, card_of(asked), stated))


def deny(asked: Asked) -> Response:
    """What a no would reach; once that was seen and confirmed, keep it."""
    card, stated = card_of(asked), asked.form
    try:
        denial = _no(card, stated)
        if stated.get("confirmed"):
            return _keep(asked, card, denial, stated, ())
        reached = grants.reach(asked.workspace, denial)
    except (RequestError, RegisterError) as error:
        return forms.again(asked, error, "deny.html", _deny_values(asked, card, stated))
    return page(asked, "reach.html", _reach_values(asked, card, denial, reached))


def _deny_values(asked: Asked, card: Card, stated: forms.Stated) -> Values:
    kind = _kind(stated)
    hows = [
        (how.value, asked.language.say(said))
        for how, said in HOW
        if kind is ConsentKind.PUBLICATION or how is not ConsentState.OBJECTED
    ]
    return {**_values(asked, card, stated), "hows": hows}


def _reach_values(asked: Asked, card: Card, denial: Consent, reached: Reach) -> Values:
    by = teller(asked, card)
    ends = [timeline.in_short(by, one) for one in reached.consents]
    return {
        "card": card,
        "person": card.person,
        "title": timeline.title(by, denial),
        "parts": timeline.details(by, denial),
        "reached": reached,
        "ends": ends,
        "fields": [(name, said) for name, said in asked.form.items() if name not in {"token", "confirmed"}],
        "kind": denial.kind.value,
    }


def _no(card: Card, stated: forms.Stated) -> Consent:
    how = _chosen(ConsentState, stated.get("how", ""), phrase("say how it ends"))
    if how not in {one for one, _ in HOW}:
        raise RequestError(phrase("say how it ends"))
    kind = _kind(stated)
    what = (
        Reached.ALL
        if kind is ConsentKind.BIOMETRIC
        else _chosen(
            Reached,
            stated.get("what", ""),
            phrase("say whether it is of all, of some channels or purposes, or of one record"),
        )
    )
    scope = Scope(channels=forms.ticked(stated, "channel"), purposes=forms.ticked(stated, "purpose"))
    # A no without a channel or purpose is a no to everything: what was meant narrower must not become that, or lost.
    if (what is Reached.SOME) != bool(scope):
        raise RequestError(
            phrase("tick channels or purposes for a no to some, and none for a no to all or to one record")
        )
    about = forms.text(stated, "about") if what is Reached.RECORD else None
    if what is Reached.RECORD and about is None:
        raise RequestError(phrase("choose the record that is taken back"))
    return Consent(
        id=stated.get("record") or new_id("c"),
        person=card.person.id,
        kind=kind,
        state=how,
        scope=scope,
        about=about,
        given_by=_speaker(card, stated),
        reason=forms.text(stated, "reason"),
    )


# What was recorded


def _keep(asked: Asked, card: Card, consent: Consent, stated: forms.Stated, proof: tuple[Proof, ...]) -> Response:
    """Keep a statement and lead to what came of it; a form that is sent twice is kept once."""
    if not any(one.id == consent.id for one in card.consents):
        consent = grants.state_consent(
            asked.workspace, consent, stated=forms.day(stated, "stated"), proof=proof
        ).consent
        if consent.denies:
            judge_again(asked.workspace, archive.concerned(asked.workspace, people=[consent.person]))
        if consent.gives:
            account = asked.caller.account.id
            given = Act(account=account, kind=ActKind.GRANTED, person=consent.person, record=consent.id)
            asked.desk.acts.done(given)
    return RedirectResponse(_address(consent), status_code=303)


def _address(consent: Consent) -> str:
    return f"{address_of(consent.person)}/said/{quote(consent.id, safe='')}"


def said(asked: Asked) -> Response:
    """One record, and the posts that must come down for it."""
    card, done = card_of(asked), _statement(asked)
    recorded, by = done.consent, teller(asked, card)
    tasks = [task for task in done.takedowns if task.closed is None]
    covers = recorded.kind is ConsentKind.BIOMETRIC or (recorded.scope.channels and recorded.scope.purposes)
    values = {
        "card": card,
        "person": card.person,
        "told": next(one for one in timeline.history(by) if one.id == recorded.id),
        "tasks": tasks,
        "copies": copies(asked.workspace, [task.publication for task in tasks]),
        "fallen": fallen_since(asked.workspace, by.day(recorded), recorded.person) if not recorded.gives else Fallen(),
        "down": [task for task in done.takedowns if task.closed is not None],
        "alone": done.alone,
        "covers_nothing": recorded.gives and not covers,
        "answered": [timeline.in_short(by, one) for one in done.ends],
        "may_keep": Right.KEEP in asked.caller.rights,
        "bar": bar(asked),
    }
    return page(asked, "said.html", values)


def _statement(asked: Asked) -> grants.Stated:
    found = grants.statement(asked.workspace, asked.request.path_params["record"])
    if found.consent.person != asked.request.path_params["person"]:
        raise RegisterError(phrase("there is no such record of this person"))
    return found


def error_form(asked: Asked) -> Response:
    """The form by which a record is marked that nobody ever said."""
    return page(asked, "error.html", _error_values(asked, {}))


def mark_error(asked: Asked) -> Response:
    """Mark a record as entered in error."""
    found, stated = _statement(asked), asked.form
    try:
        done = grants.mark_entered_in_error(
            asked.workspace,
            found.consent.id,
            by=asked.caller.account.name,
            reason=stated.get("reason", ""),
            second=forms.text(stated, "second"),
        )
    except (RequestError, RegisterError) as error:
        return forms.again(asked, error, "error.html", _error_values(asked, stated))
    judge_again(asked.workspace, archive.concerned(asked.workspace, people=[done.consent.person]))
    return RedirectResponse(_address(done.consent), status_code=303)


def _error_values(asked: Asked, stated: forms.Stated) -> Values:
    card, found = card_of(asked), _statement(asked)
    by = teller(asked, card)
    return {
        "card": card,
        "person": card.person,
        "told": next(one for one in timeline.history(by) if one.id == found.consent.id),
        "stated": stated,
        "problem": "",
        "two": asked.workspace.kept.second_person,
        "keeper": asked.caller.account.name,
    }


PAGES = (
    Guarded(path="/people/{person}/grant", page=grant_form, right=Right.KEEP),
    Guarded(path="/people/{person}/grant", page=grant, right=Right.KEEP, method="POST", takes_files=True),
    Guarded(path="/people/{person}/deny", page=deny_form, right=Right.KEEP),
    Guarded(path="/people/{person}/deny", page=deny, right=Right.KEEP, method="POST"),
    Guarded(path="/people/{person}/said/{record}", page=said, right=Right.SEE),
    Guarded(path="/people/{person}/said/{record}/error", page=error_form, right=Right.KEEP),
    Guarded(path="/people/{person}/said/{record}/error", page=mark_error, right=Right.KEEP, method="POST"),
)
"""The pages, their addresses, and the rights that they take."""
