"""What people and licensors allow and take back; what may not be stated is in `forbidden/`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support import asked

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.licence import Licence
from imgpolicy.domain.scope import Scope
from imgpolicy.errors import RegisterError
from imgpolicy.register.evidence import evidence_of, notices
from imgpolicy.register.statements import consents
from imgpolicy.register.works import works
from imgpolicy.service.grants import (
    NoticeText,
    Proof,
    close_licence,
    record_licence,
    renew_consent,
    state_consent,
)
from imgpolicy.service.transfer import import_register
from imgpolicy.service.workspace import Workspace
from imgpolicy.wire.consent import consent_wire
from imgpolicy.wire.register import REGISTER_SCHEMA, RegisterWire, document_json

YES = Consent(
    person="eileen",
    kind=ConsentKind.PUBLICATION,
    state=ConsentState.GIVEN,
    scope=Scope(channels=frozenset({"facebook"}), purposes=frozenset({"pr"})),
)


@pytest.fixture
def workspace(own_demo: Path) -> Iterator[Workspace]:
    with Workspace.open(own_demo / "imgpolicy.toml") as opened:
        yield opened


def document(*said: Consent) -> bytes:
    return document_json(
        RegisterWire(schema=REGISTER_SCHEMA, made_at=dt.datetime.now(dt.UTC), consents=list(map(consent_wire, said)))
    )


def test_a_consent_its_proof_and_its_notice_are_kept_together_or_not_at_all(workspace: Workspace) -> None:
    notice = NoticeText(version="1", language="en", text="What we do with pictures")
    before = (asked(workspace.register, consents), asked(workspace.register, notices))
    with pytest.raises(RegisterError, match="proves nothing"):
        state_consent(workspace, YES, proof=[Proof(name="form.pdf", content=b"")], notice=notice)
    assert (asked(workspace.register, consents), asked(workspace.register, notices)) == before
    proof = [Proof(name="form.pdf", content=b"the form")]
    stated = state_consent(workspace, YES, proof=proof, notice=notice)
    assert stated.takedowns == ()
    assert stated.consent.notice in {one.id for one in asked(workspace.register, notices)}
    assert stated.consent.id in {file.consent for file in asked(workspace.register, evidence_of, "eileen")}
    renewed = renew_consent(workspace, stated.consent.id, until=dt.date(2030, 1, 1), proof=proof)
    assert (renewed.about, renewed.state) == (stated.consent.id, ConsentState.RENEWED)


def test_a_licence_ends_once(workspace: Workspace) -> None:
    (work, *_) = asked(workspace.register, works)
    licence = record_licence(
        workspace,
        Licence(work=work.id, licensor="Somebody", scope=YES.scope),
        proof=[Proof(name="mail.txt", content=b"yes")],
    )
    ended, tasks = close_licence(workspace, licence.id, "it was for a month")
    assert (ended.id, ended.end is not None, tasks) == (licence.id, True, ())
    with pytest.raises(RegisterError):
        close_licence(workspace, licence.id, "again")


def test_what_is_allowed_goes_in_by_import_as_by_hand(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "register.json").write_bytes(document(YES))
    outcome = import_register(workspace, tmp_path / "register.json")
    assert outcome.problems == ()
    assert YES.id in {one.id for one in asked(workspace.register, consents)}


def test_an_error_that_one_person_answered_for_comes_back_with_its_record_and_with_no_other(own_demo: Path) -> None:
    policy = own_demo / "imgpolicy.toml"
    policy.write_text(policy.read_text().replace("second_person = false", "second_person = true"))
    no = replace(YES, id="c-no", state=ConsentState.REFUSED, scope=Scope(), at=dt.datetime(2026, 5, 4, tzinfo=dt.UTC))
    error = Consent(
        person="eileen", kind=no.kind, state=ConsentState.ENTERED_IN_ERROR, about=no.id, by="Anna", reason="a slip"
    )
    file = own_demo / "register.json"
    with Workspace.open(policy) as workspace:
        file.write_bytes(document(no, error))
        assert import_register(workspace, file, keep=False).problems == ()
        file.write_bytes(document(no))
        assert import_register(workspace, file).problems == ()
        for brought, update in (((error,), False), ((error,), True), ((no, error), True)):
            file.write_bytes(document(*brought))
            (problem,) = import_register(workspace, file, update=update).problems
            assert "asks for two people" in problem.message
