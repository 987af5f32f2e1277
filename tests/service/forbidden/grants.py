"""Consents, licences and letters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.service.doors import (
    FACE,
    LICENCE,
    MOMENT,
    NO,
    NO_RECORD,
    READS,
    SCOPE,
    WORK,
    YES,
    Forbidden,
    No,
    consent,
    evidence,
    licence,
    table,
)

from imgpolicy.domain.consent import Consent, ConsentState, LegalBasis
from imgpolicy.domain.licence import End, Licence
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.scope import Scope
from imgpolicy.service import (
    grants,
    letters,
)
from imgpolicy.service.workspace import Workspace

NOBODY = "there is nobody 'nobody' in the register"
MYSPACE = frozenset({"myspace"})
FUN = Scope(purposes=frozenset({"fun"}))
EARLIER, LATER, AFTER = dt.date(2026, 1, 1), dt.date(2027, 1, 1), MOMENT + dt.timedelta(days=1)
GRANT = "consent grant eileen --kind publication --channel facebook --purpose pr"
ERROR = replace(
    YES, state=ConsentState.ENTERED_IN_ERROR, scope=Scope(), about="c-no", by="Anna", second="Bo", reason="a slip"
)
LICENSE = f"licence add {WORK} --licensor Somebody --channel facebook --purpose pr"

Call = Callable[[Workspace, Path], object]


def stated(one: Consent, *, proof: bytes | None = None) -> Call:
    files = [] if proof is None else [grants.Proof(name="form.pdf", content=proof)]
    return lambda ws, _: grants.state_consent(ws, one, proof=files)


def licensed(one: Licence) -> Call:
    return lambda ws, _: grants.record_licence(ws, one)


GRANTS = (
    Forbidden(
        asks="grants.state_consent",
        what="a denial of a channel that the policy does not know",
        said="the policy does not know the channel 'myspace'",
        call=stated(replace(NO, scope=Scope(channels=MYSPACE))),
        typed="consent refuse eileen --channel myspace --reason no",
        brought=consent(replace(NO, scope=Scope(channels=MYSPACE))),
    ),
    Forbidden(
        asks="grants.state_consent",
        what="an exception of a purpose that the policy does not know",
        said="the policy does not know the purpose 'fun'",
        call=stated(replace(YES, excluded=FUN)),
        typed=f"{GRANT} --except purpose=fun",
        brought=consent(replace(YES, excluded=FUN)),
    ),
    Forbidden(
        asks="grants.state_consent",
        what="a setting that the policy does not know",
        said="the policy does not know the setting 'moon'",
        call=stated(replace(YES, scope=replace(SCOPE, settings=frozenset({"moon"})))),
        typed=f"{GRANT} --setting moon",
        brought=table("consents.csv", "person,kind,state,channels,settings", "eileen,publication,given,facebook,moon"),
    ),
    Forbidden(
        asks="grants.state_consent",
        what="the word of nobody",
        said=NOBODY,
        call=stated(replace(YES, person="nobody")),
        typed="consent grant nobody --kind publication --channel facebook --purpose pr",
        brought=consent(replace(YES, person="nobody")),
    ),
    Forbidden(
        asks="grants.state_consent",
        what="what nobody can have said yet",
        said="lies in the future",
        call=lambda ws, _: grants.state_consent(ws, YES, stated=dt.date(2099, 1, 1)),
        typed=f"{GRANT} --stated 2099-01-01",
        brought=consent(replace(YES, at=dt.datetime(2099, 1, 1, tzinfo=dt.UTC))),
    ),
    Forbidden(
        asks="grants.state_consent",
        what="a yes of a day that no clock has",
        said="0001-01-01 is no day on which anybody said anything",
        call=lambda ws, _: grants.state_consent(ws, YES, stated=dt.date.min),
        typed=f"{GRANT} --stated 0001-01-01",
        brought=No("an import refuses such a day where it reads the table"),
    ),
    Forbidden(
        asks="grants.state_consent",
        what="a no of a day that no clock has",
        said="9999-12-31 is no day on which anybody said anything",
        call=lambda ws, _: grants.state_consent(ws, NO, stated=dt.date.max),
        typed="consent refuse eileen --reason no --stated 9999-12-31",
        brought=No("an import refuses such a day where it reads the table"),
    ),
    Forbidden(
        asks="grants.renew_consent",
        what="a renewal without end of what has one",
        said="say until when it goes on",
        call=lambda ws, _: grants.renew_consent(ws, "c-ends", until=None),
        typed="consent renew c-ends",
        brought=No("what an import brings is what was said"),
    ),
    Forbidden(
        asks="grants.mark_entered_in_error",
        what="an error that one person answers for where the policy asks for two",
        said="the policy asks for two people",
        call=lambda ws, _: grants.mark_entered_in_error(ws, "c-no", by="Anna", reason="a slip"),
        typed="consent entered-in-error c-no --by Anna --reason 'a slip'",
        brought=consent(replace(ERROR, second=None)),
    ),
    Forbidden(
        asks="grants.mark_entered_in_error",
        what="an error that one person answers for twice",
        said="the second person is another than the first",
        call=lambda ws, _: grants.mark_entered_in_error(ws, "c-no", by="Anna", reason="a slip", second="ANNA"),
        typed="consent entered-in-error c-no --by Anna --second ANNA --reason 'a slip'",
        brought=consent(replace(ERROR, second="ANNA")),
    ),
    Forbidden(
        asks="grants.mark_entered_in_error",
        what="an error in what was never recorded",
        said="no consent 'c-none'",
        call=lambda ws, _: grants.mark_entered_in_error(ws, "c-none", by="Anna", reason="a slip", second="Bo"),
        typed="consent entered-in-error c-none --by Anna --second Bo --reason 'a slip'",
        brought=consent(replace(ERROR, about="c-none")),
    ),
    Forbidden(
        asks="grants.state_consent",
        what="a yes by somebody who is not the guardian",
        said="'guest' is not the guardian of 'eileen'",
        call=stated(replace(YES, given_by="guest")),
        typed=f"{GRANT} --given-by guest",
        brought=consent(replace(YES, given_by="guest")),
    ),
    Forbidden(
        asks="grants.state_consent",
        what="an end before the beginning",
        said="before it starts on",
        call=stated(replace(YES, valid_from=LATER, valid_until=EARLIER)),
        typed=f"{GRANT} --from {LATER} --until {EARLIER}",
        brought=consent(replace(YES, valid_from=LATER, valid_until=EARLIER)),
    ),
    Forbidden(
        asks="grants.state_consent",
        what="a biometric consent for a channel",
        said="a biometric consent is for recognising the face",
        call=stated(replace(FACE, scope=SCOPE)),
        typed="consent grant eileen --kind biometric --channel facebook --purpose pr",
        brought=consent(replace(FACE, scope=SCOPE)),
    ),
    Forbidden(
        asks="grants.state_consent",
        what="a face recognised on another legal basis than consent",
        said="recognising a face rests on explicit consent",
        call=stated(replace(FACE, basis=LegalBasis.CONTRACT)),
        typed="consent grant eileen --kind biometric --basis contract",
        brought=consent(replace(FACE, basis=LegalBasis.CONTRACT)),
    ),
    Forbidden(
        asks="grants.state_consent",
        what="to take back what somebody else said",
        said="'guest' has no consent 'c-gone' that this could be about",
        call=stated(replace(NO, person="guest", state=ConsentState.WITHDRAWN, about="c-gone")),
        typed="consent withdraw guest --record c-gone --reason no",
        brought=consent(replace(NO, person="guest", state=ConsentState.WITHDRAWN, about="c-gone")),
    ),
    Forbidden(
        asks="grants.state_consent",
        what="a denial for a reason that says nothing",
        said="the reason is empty",
        call=stated(replace(NO, reason=" ")),
        typed="consent refuse eileen --reason ' '",
        brought=consent(replace(NO, reason=" ")),
    ),
    Forbidden(
        asks="grants.state_consent",
        what="proof that is empty",
        said="is empty and proves nothing",
        call=stated(YES, proof=b""),
        typed=f"{GRANT} --evidence empty.pdf",
        brought=evidence("eileen", b""),
    ),
    Forbidden(
        asks="grants.state_consent",
        what="to state as renewed what was taken back",
        said="the consent 'c-gone' was taken back or never given",
        call=stated(replace(YES, state=ConsentState.RENEWED, about="c-gone", at=AFTER)),
        typed="consent renew c-gone",
        brought=consent(replace(YES, state=ConsentState.RENEWED, about="c-gone", at=AFTER)),
    ),
    Forbidden(
        asks="grants.renew_consent",
        what="to renew what was taken back",
        said="the consent 'c-gone' was taken back or never given",
        call=lambda ws, _: grants.renew_consent(ws, "c-gone", until=None),
        typed="consent renew c-gone",
        brought=table(
            "consents.csv",
            "person,kind,state,channels,purposes,about,at",
            f"eileen,publication,renewed,facebook,pr,c-gone,{AFTER.isoformat()}",
        ),
    ),
    Forbidden(
        asks="grants.renew_consent",
        what="to renew what was only asked for",
        said="the consent 'c-asked' was taken back or never given",
        call=lambda ws, _: grants.renew_consent(ws, "c-asked", until=None),
        typed="consent renew c-asked",
        brought=consent(replace(YES, state=ConsentState.RENEWED, about="c-asked", at=AFTER)),
    ),
    Forbidden(
        asks="grants.renew_consent",
        what="to renew nothing",
        said="no consent 'c-none'",
        call=lambda ws, _: grants.renew_consent(ws, "c-none", until=None),
        typed="consent renew c-none",
        brought=consent(replace(YES, state=ConsentState.RENEWED, about="c-none")),
    ),
    Forbidden(
        asks="grants.statement",
        what="a record that is not there",
        said="there is no consent 'c-none'",
        call=lambda ws, _: grants.statement(ws, "c-none"),
        typed=No("pages ask it, and no command does"),
        brought=READS,
    ),
    Forbidden(
        asks="grants.consents_of",
        what="what nobody said",
        said=NOBODY,
        call=lambda ws, _: grants.consents_of(ws, "nobody"),
        typed="consent list nobody",
        brought=READS,
    ),
    Forbidden(
        asks="grants.record_licence",
        what="an exception of a purpose that the policy does not know",
        said="the policy does not know the purpose 'fun'",
        call=licensed(replace(LICENCE, excluded=FUN)),
        typed=f"{LICENSE} --except purpose=fun",
        brought=licence(replace(LICENCE, excluded=FUN)),
    ),
    Forbidden(
        asks="grants.record_licence",
        what="a licence to no work",
        said="there is no work 'nothing'",
        call=licensed(replace(LICENCE, work="nothing")),
        typed="licence add nothing --licensor L --channel facebook --purpose pr",
        brought=table("licences.csv", "work,licensor,channels,purposes", "nothing,L,facebook,pr"),
    ),
    Forbidden(
        asks="grants.record_licence",
        what="a licence by nobody",
        said="the licensor is empty",
        call=licensed(replace(LICENCE, licensor=" ")),
        typed=f"licence add {WORK} --licensor ' ' --channel facebook --purpose pr",
        brought=licence(replace(LICENCE, licensor=" ")),
    ),
    Forbidden(
        asks="grants.record_licence",
        what="a credit line that is required and not said",
        said="a licence that asks for a credit line says which",
        call=licensed(replace(LICENCE, credit_required=True)),
        typed=f"{LICENSE} --credit-required",
        brought=licence(replace(LICENCE, credit_required=True)),
    ),
    Forbidden(
        asks="grants.record_licence",
        what="terms at an address that is none",
        said="the address of the terms is an http or https URL",
        call=licensed(replace(LICENCE, url="ftp://example.org")),
        typed=f"{LICENSE} --url ftp://example.org",
        brought=licence(replace(LICENCE, url="ftp://example.org")),
    ),
    Forbidden(
        asks="grants.close_licence",
        what="the end of no licence",
        said="there is no licence 'l-none'",
        call=lambda ws, _: grants.close_licence(ws, "l-none", "sold"),
        typed="licence end l-none --reason sold",
        brought=No("the end of a licence is brought with it"),
    ),
    Forbidden(
        asks="grants.close_licence",
        what="the end of a licence that ended",
        said="'l-over' was ended on",
        call=lambda ws, _: grants.close_licence(ws, "l-over", "sold"),
        typed="licence end l-over --reason sold",
        brought=No("a licence is brought with one end at most"),
    ),
    Forbidden(
        asks="grants.close_licence",
        what="an end without a reason",
        said="the reason is empty",
        call=lambda ws, _: grants.close_licence(ws, "l-stands", " "),
        typed="licence end l-stands --reason ' '",
        brought=licence(replace(LICENCE, end=End(at=MOMENT, reason=" "))),
    ),
    Forbidden(
        asks="grants.licences_to",
        what="the licences to no work",
        said="there is no work 'nothing'",
        call=lambda ws, _: grants.licences_to(ws, "nothing"),
        typed="licence list nothing",
        brought=READS,
    ),
    Forbidden(
        asks="letters.consent_request",
        what="a letter about a channel that the policy does not know",
        said="the policy does not know the channel 'myspace'",
        call=lambda ws, _: letters.consent_request(ws, "eileen", Posting(channel="myspace")),
        typed="consent letter eileen --channel myspace",
        brought=NO_RECORD,
    ),
    Forbidden(
        asks="letters.consent_request",
        what="a letter to nobody",
        said=NOBODY,
        call=lambda ws, _: letters.consent_request(ws, "nobody", Posting()),
        typed="consent letter nobody",
        brought=NO_RECORD,
    ),
)
