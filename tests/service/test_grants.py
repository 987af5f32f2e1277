"""What people and licensors allow and take back, under the same laws at every door."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support import Run, asked

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.licence import Licence
from imgpolicy.domain.scope import Scope
from imgpolicy.errors import RegisterError, RequestError
from imgpolicy.register.consents import consents
from imgpolicy.register.evidence import evidence_of, notices
from imgpolicy.register.licences import licences
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
from imgpolicy.wire.consent import CONSENTS, consent_cells, consent_wire
from imgpolicy.wire.licence import LICENCES, licence_cells
from imgpolicy.wire.register import REGISTER_SCHEMA, RegisterWire, document_json

MYSPACE = frozenset({"myspace"})
DENIAL = Consent(
    person="eileen",
    kind=ConsentKind.PUBLICATION,
    state=ConsentState.REFUSED,
    scope=Scope(channels=MYSPACE),
    reason="not there",
)
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


def document(consent: Consent) -> bytes:
    return document_json(
        RegisterWire(schema=REGISTER_SCHEMA, made_at=dt.datetime.now(dt.UTC), consents=[consent_wire(consent)])
    )


def test_a_denial_of_a_channel_that_nobody_knows_is_refused_at_every_door(
    workspace: Workspace, imgpolicy: Run, own_demo: Path, tmp_path: Path
) -> None:
    """It would take nothing back, and the picture would be a go."""
    before = asked(workspace.register, consents)
    with pytest.raises(RequestError, match="does not know the channel 'myspace'") as refused:
        state_consent(workspace, DENIAL)
    by_hand = imgpolicy("consent", "refuse", "eileen", "--channel", "myspace", "--reason", "not there", folder=own_demo)
    assert by_hand.code == 2
    (tmp_path / "consents.csv").write_bytes(CONSENTS.write([consent_cells(DENIAL)]))
    (tmp_path / "register.json").write_bytes(document(DENIAL))
    for file in ("consents.csv", "register.json"):
        (problem,) = import_register(workspace, tmp_path / file).problems
        assert problem.message == str(refused.value)
    assert str(refused.value) in by_hand.err
    assert asked(workspace.register, consents) == before


@pytest.mark.parametrize(
    ("scope", "excluded", "said"),
    [
        (Scope(purposes=frozenset({"fun"})), Scope(), "the purpose 'fun'"),
        (Scope(settings=frozenset({"moon"})), Scope(), "the setting 'moon'"),
        (YES.scope, Scope(channels=MYSPACE), "the channel 'myspace'"),
    ],
)
def test_no_word_that_the_policy_does_not_know_is_recorded(
    workspace: Workspace, tmp_path: Path, scope: Scope, excluded: Scope, said: str
) -> None:
    (work, *_) = asked(workspace.register, works)
    licence = Licence(work=work.id, licensor="Somebody", scope=scope, excluded=excluded)
    before = asked(workspace.register, licences)
    with pytest.raises(RequestError, match=said):
        record_licence(workspace, licence)
    (tmp_path / "licences.csv").write_bytes(LICENCES.write([licence_cells(licence)]))
    (problem,) = import_register(workspace, tmp_path / "licences.csv").problems
    assert said in problem.message
    assert asked(workspace.register, licences) == before


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
