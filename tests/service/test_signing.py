"""What comes of a link: a form is answered once, what was said is on record with its proof, a receipt takes it back.

What may not be done is in `forbidden/` too, at every door.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.service.asked import ALL_YES, FORM, GUARDIANS, HOW, NEWS, PRINT, SAID, SITE, add_everybody
from tests.support import asked as ask_of

from imgpolicy.domain.consent import ConsentKind, ConsentState
from imgpolicy.domain.cover import cover
from imgpolicy.domain.form import Use
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.request import Answer, ConsentRequest, RequestState, Said, Whom
from imgpolicy.errors import ImgPolicyError, RegisterError, RequestError
from imgpolicy.register import requests as kept
from imgpolicy.register.evidence import evidence_of, notices, read_evidence
from imgpolicy.register.maintenance import verify
from imgpolicy.register.people import person
from imgpolicy.register.sql.requests import RequestRow
from imgpolicy.register.statements import consents
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.service import asking, confirming, grants, people, signing
from imgpolicy.service.confirming import Word
from imgpolicy.service.scaffold import make_folder
from imgpolicy.service.workspace import Workspace

WORD = Word(by="Mette", how="I know her, she stood beside me")
WEEK = dt.timedelta(days=7)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    make_folder(tmp_path)
    with Workspace.open(tmp_path / "imgpolicy.toml") as opened:
        add_everybody(opened)
        yield opened


def link(workspace: Workspace, who: str = "signe") -> str:
    (asked,) = asking.ask(workspace, who, HOW)
    return asked.secret


def covered(workspace: Workspace, who: str, use: Use) -> bool:
    with workspace.register.reading() as unit:
        posting = Posting(channel=use.channel, purpose=use.purpose, on=unit.policy.today())
        return cover(person(unit, who), consents(unit, who), posting, unit.policy).covered


def state_of(workspace: Workspace, who: str) -> RequestState:
    return asking.requests(workspace, who)[0].state


def whole(workspace: Workspace) -> bool:
    with workspace.register.reading() as unit:
        health = verify(unit)
    return health.broken_entry is None and not health.damaged


def test_what_is_allowed_is_covered_and_nothing_else(workspace: Workspace) -> None:
    signing.sign(workspace, link(workspace), SAID, "en")
    assert [covered(workspace, "signe", use) for use in (NEWS, SITE, PRINT)] == [True, False, False]
    assert not covered(workspace, "signe", Use(channel="facebook", purpose="pr"))
    assert state_of(workspace, "signe") is RequestState.GIVEN_IN_PART
    assert whole(workspace)


def test_no_channel_and_purpose_come_together_that_were_not_asked(workspace: Workspace) -> None:
    said = replace(SAID, yes=(NEWS, PRINT), no=(SITE,))
    signing.sign(workspace, link(workspace), said, "en")
    assert [covered(workspace, "signe", use) for use in (NEWS, SITE, PRINT)] == [True, False, True]
    assert not covered(workspace, "signe", Use(channel="facebook", purpose="pr"))


def test_it_holds_for_as_long_as_the_form_says(workspace: Workspace) -> None:
    answer = signing.sign(workspace, link(workspace), ALL_YES, "en").answer
    given = [one for one in ask_of(workspace.register, consents, "signe") if one.id in answer.consents]
    today = workspace.kept.consents.today()
    assert {one.valid_until for one in given} == {FORM.last_day(today)}
    assert {one.kind for one in given if one.gives} == {ConsentKind.PUBLICATION, ConsentKind.BIOMETRIC}


def test_the_text_that_was_shown_and_each_answer_to_it_are_the_proof(workspace: Workspace) -> None:
    secret = link(workspace)
    found = signing.opened(workspace, secret)
    assert found is not None
    text = signing.shown(workspace, found, Whom.ADULT, "da").text
    answer = signing.sign(workspace, secret, replace(SAID, signature=b"\x89PNG..."), "da").answer
    with workspace.register.reading() as unit:
        files = {file.name: read_evidence(unit, file.id)[1] for file in evidence_of(unit, "signe")}
        shown = {one.text for one in notices(unit)}
    proof = files[f"{answer.id}.txt"].decode()
    assert shown == {text}
    assert proof.startswith(text)
    assert "Vores Facebook-side, til nyheder: ja" in proof
    assert "Vores hjemmeside, om os: nej" in proof
    assert "Signe Holm" in proof
    assert "Signe" not in text
    assert files[f"{answer.id}.png"] == b"\x89PNG..."
    for told in (FORM.controller, FORM.contact, "24", "Datatilsynet", "kvittering"):
        assert told in text


def test_a_link_is_used_once(workspace: Workspace) -> None:
    secret = link(workspace)
    signing.sign(workspace, secret, SAID, "en")
    assert signing.opened(workspace, secret) is None
    with pytest.raises(RequestError, match="this link was used"):
        signing.sign(workspace, secret, ALL_YES, "en")
    assert not covered(workspace, "signe", SITE)


def test_a_link_that_was_sent_again_taken_back_or_is_over_leads_nowhere(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = link(workspace)
    request = asking.requests(workspace, "signe")[0].request
    second = asking.resend(workspace, request.id).secret
    assert signing.opened(workspace, first) is None
    assert signing.opened(workspace, second) is not None
    asking.revoke(workspace, request.id)
    assert signing.opened(workspace, second) is None
    assert state_of(workspace, "signe") is RequestState.REVOKED
    third = link(workspace)
    monkeypatch.setattr(signing, "_open", lambda unit, secret: _as_of(unit, secret, HOW.days))
    assert signing.opened(workspace, third) is None


def _as_of(unit: UnitOfWork, secret: str, days: int) -> ConsentRequest | None:
    found = kept.request_by(unit, secret)
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    return found if found is not None and found.is_open(later) else None


@given(st.data())
def test_no_other_secret_opens_anything(opened_once: tuple[Workspace, str, str], data: st.DataObject) -> None:
    workspace, secret, receipt = opened_once
    one = data.draw(st.sampled_from([secret, receipt]))
    place = data.draw(st.integers(0, len(one) - 1))
    letter = data.draw(st.characters(exclude_characters=one[place]))
    other = data.draw(st.sampled_from([one[:place] + letter + one[place + 1 :], one[:place], one + letter, letter]))
    assert signing.opened(workspace, other) is None
    assert signing.receipt(workspace, other) is None


@pytest.fixture(scope="module")
def opened_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, str, str]]:
    folder = tmp_path_factory.mktemp("links")
    make_folder(folder)
    with Workspace.open(folder / "imgpolicy.toml") as opened:
        add_everybody(opened)
        receipt = signing.sign(opened, link(opened), SAID, "en").secret
        yield opened, link(opened), receipt


def test_a_receipt_is_no_link_and_a_link_no_receipt(workspace: Workspace) -> None:
    secret = link(workspace)
    receipt = signing.sign(workspace, link(workspace, "mor"), replace(SAID, name="Mor Holm"), "en").secret
    assert signing.receipt(workspace, secret) is None
    assert signing.opened(workspace, receipt) is None
    with pytest.raises(RequestError):
        signing.sign(workspace, receipt, ALL_YES, "en")


def test_a_link_of_another_register_leads_nowhere(workspace: Workspace, tmp_path: Path) -> None:
    make_folder(tmp_path / "other")
    with Workspace.open(tmp_path / "other" / "imgpolicy.toml") as other:
        add_everybody(other)
        assert signing.opened(workspace, link(other)) is None


def test_a_request_that_was_put_back_after_it_was_answered_lets_nobody_in(workspace: Workspace) -> None:
    secret = link(workspace)
    with workspace.register.reading() as unit:
        (before,) = unit.sql.requests.find(RequestRow, "person", "signe")
    signing.sign(workspace, secret, SAID, "en")
    with workspace.register.writing() as unit:
        unit.sql.requests.update(RequestRow, before.id, {"details": before.details})
    with pytest.raises(RegisterError, match="not what was recorded"):
        signing.opened(workspace, secret)
    assert not whole(workspace)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (replace(SAID, no=(SITE,)), "yes or no to each"),
        (replace(SAID, yes=(), no=()), "yes or no to each"),
        (replace(SAID, yes=(NEWS, NEWS)), "yes or no to each"),
        (replace(SAID, yes=(NEWS, SITE)), "yes or no to each"),
        (replace(SAID, yes=(*SAID.yes, Use(channel="print", purpose="news"))), "yes or no to each"),
        (replace(SAID, recognition=None), "may be recognised"),
        (replace(SAID, name=" "), "the name is empty"),
        (replace(SAID, child="Ida"), "a guardian writes the name"),
        (replace(SAID, born=dt.date(2015, 1, 1)), "no birth date"),
        (GUARDIANS, "for somebody else"),
    ],
)
def test_nothing_is_taken_for_an_answer_that_is_none(workspace: Workspace, said: Said, why: str) -> None:
    secret = link(workspace)
    with pytest.raises(ImgPolicyError, match=why):
        signing.sign(workspace, secret, said, "en")
    assert ask_of(workspace.register, consents, "signe") == ()
    assert signing.opened(workspace, secret) is not None


def test_of_whom_nobody_knows_the_age_and_of_minors_the_face_is_not_asked_about(workspace: Workspace) -> None:
    for who, whom in (("nobody-knows", Whom.ADULT), ("ida", Whom.CHILD)):
        secret = link(workspace, who)
        found = signing.opened(workspace, secret)
        assert found is not None
        assert found.whom is whom
        assert signing.shown(workspace, found, whom, "en").recognition is None
        said = replace(GUARDIANS if whom is Whom.CHILD else SAID, yes=(NEWS, SITE, PRINT), no=(), recognition=True)
        with pytest.raises(RequestError, match="may be recognised"):
            signing.sign(workspace, secret, said, "en")


def test_a_guardian_answers_for_a_child_and_a_young_person_besides(workspace: Workspace) -> None:
    signing.sign(workspace, link(workspace, "ida"), GUARDIANS, "en")
    assert covered(workspace, "ida", NEWS)
    mother, young = asking.ask(workspace, "jens", HOW)
    assert (mother.request.speaker, mother.request.email) == ("mor", "mor@example.org")
    signing.sign(workspace, mother.secret, replace(GUARDIANS, child="Jens Holm"), "en")
    assert not covered(workspace, "jens", NEWS)
    own = Said(whom=Whom.YOUNG, name="Jens Holm", yes=(NEWS,), no=(SITE, PRINT))
    signing.sign(workspace, young.secret, own, "en")
    assert [covered(workspace, "jens", use) for use in (NEWS, SITE)] == [True, False]


def test_who_is_a_minor_without_a_guardian_cannot_be_asked(workspace: Workspace) -> None:
    people.edit(workspace, "ida", people.PersonChange(guardians=frozenset()))
    with pytest.raises(RequestError, match="no guardian on record"):
        asking.ask(workspace, "ida", HOW)


def test_what_was_allowed_is_taken_back_by_the_receipt_and_never_granted_again(workspace: Workspace) -> None:
    secret = signing.sign(workspace, link(workspace), ALL_YES, "en").secret
    held = signing.receipt(workspace, secret)
    assert held is not None
    assert (held.stands, held.recognition) == ((NEWS, SITE, PRINT), True)
    signing.take_back(workspace, secret, of_the_face_alone=True)
    assert covered(workspace, "signe", NEWS)
    held = signing.receipt(workspace, secret)
    assert held is not None
    assert (held.stands, held.recognition) == ((NEWS, SITE, PRINT), False)
    signing.take_back(workspace, secret)
    held = signing.receipt(workspace, secret)
    assert held is not None
    assert held.nothing_left
    assert [covered(workspace, "signe", use) for use in (NEWS, SITE, PRINT)] == [False] * 3
    with pytest.raises(RequestError, match="nothing to take back"):
        signing.take_back(workspace, secret)
    assert whole(workspace)


def test_a_receipt_shows_what_was_taken_back_elsewhere(workspace: Workspace) -> None:
    signed = signing.sign(workspace, link(workspace), ALL_YES, "en")
    denial = replace(
        ask_of(workspace.register, consents, "signe")[0],
        id="c-phone",
        kind=ConsentKind.PUBLICATION,
        state=ConsentState.WITHDRAWN,
        scope=replace(ask_of(workspace.register, consents, "signe")[0].scope, channels=frozenset({"website"})),
        valid_from=None,
        valid_until=None,
        notice=None,
        at=dt.datetime.now(dt.UTC),
    )
    grants.state_consent(workspace, replace(denial, scope=replace(denial.scope, purposes=frozenset())))
    held = signing.receipt(workspace, signed.secret)
    assert held is not None
    assert held.stands == (NEWS,)


def shared(workspace: Workspace, said: Said) -> signing.Signed:
    asked = asking.ask_by_one_link(workspace, HOW)
    return signing.sign(workspace, asked.secret, said, "en")


def test_an_answer_by_a_link_that_many_use_covers_nobody_until_somebody_says_whose_it_is(workspace: Workspace) -> None:
    answer = shared(workspace, ALL_YES).answer
    assert not covered(workspace, "signe", NEWS)
    assert [one.id for one in asking.unconfirmed(workspace)] == [answer.id]
    confirming.confirm(workspace, answer.id, "signe", WORD)
    assert covered(workspace, "signe", NEWS)
    assert asking.unconfirmed(workspace) == ()
    with workspace.register.reading() as unit:
        proof = [read_evidence(unit, file.id)[1].decode() for file in evidence_of(unit, "signe")]
    assert any(WORD.how in one and WORD.by in one for one in proof)
    with pytest.raises(RequestError, match="known already"):
        confirming.confirm(workspace, answer.id, "mor", WORD)
    assert whole(workspace)


def test_a_no_by_a_link_that_many_use_counts_at_once_for_everybody_of_that_name(workspace: Workspace) -> None:
    people.add(workspace, replace(ask_of(workspace.register, person, "signe"), id="signe-2", email=None))
    for who in ("signe", "signe-2"):
        signing.sign(workspace, link(workspace, who), ALL_YES, "en")
    answer = shared(workspace, replace(SAID, name="SIGNE  Holm")).answer
    assert [covered(workspace, who, SITE) for who in ("signe", "signe-2")] == [False, False]
    assert [covered(workspace, who, NEWS) for who in ("signe", "signe-2")] == [True, True]
    confirming.confirm(workspace, answer.id, "signe-2", WORD)
    assert [covered(workspace, who, SITE) for who in ("signe", "signe-2")] == [True, False]
    assert whole(workspace)


def test_what_nobody_here_said_is_let_go_and_what_it_denied_counts_no_more(workspace: Workspace) -> None:
    signing.sign(workspace, link(workspace), ALL_YES, "en")
    answer = shared(workspace, SAID).answer
    assert not covered(workspace, "signe", SITE)
    confirming.discard(workspace, answer.id, replace(WORD, how="a joke, as they told me"))
    assert covered(workspace, "signe", SITE)
    assert asking.unconfirmed(workspace) == ()
    assert whole(workspace)


def test_what_was_taken_back_before_anybody_knew_whose_it_is_is_a_no(workspace: Workspace) -> None:
    signing.sign(workspace, link(workspace), ALL_YES, "en")
    signed = shared(workspace, ALL_YES)
    signing.take_back(workspace, signed.secret)
    assert not covered(workspace, "signe", NEWS)
    confirming.confirm(workspace, signed.answer.id, "signe", WORD)
    assert not covered(workspace, "signe", NEWS)
    assert whole(workspace)


def test_a_guardian_who_answered_for_a_child_is_named_by_whoever_knows_them(workspace: Workspace) -> None:
    answer = shared(workspace, replace(GUARDIANS, born=dt.date(2018, 5, 1))).answer
    with pytest.raises(RequestError, match="say which guardian"):
        confirming.confirm(workspace, answer.id, "ida", WORD)
    with pytest.raises(RegisterError, match="not the guardian"):
        confirming.confirm(workspace, answer.id, "ida", WORD, speaker="signe")
    confirming.confirm(workspace, answer.id, "ida", WORD, speaker="mor")
    assert covered(workspace, "ida", NEWS)


def test_who_said_that_they_are_of_age_and_is_none_is_not_recognised(workspace: Workspace) -> None:
    answer = shared(workspace, replace(ALL_YES, name="Jens Holm")).answer
    with pytest.raises(RequestError, match="not known to be of age"):
        confirming.confirm(workspace, answer.id, "jens", WORD)


def test_two_who_answer_one_link_at_once_make_one_answer(workspace: Workspace) -> None:
    secret = link(workspace)

    def answered(_: int) -> Answer | None:
        try:
            return signing.sign(workspace, secret, SAID, "en").answer
        except RequestError:
            return None

    with ThreadPoolExecutor(4) as pool:
        answers = [one for one in pool.map(answered, range(4)) if one is not None]
    assert len(answers) == 1
    assert {one.id for one in ask_of(workspace.register, consents, "signe")} == set(answers[0].consents)


def test_who_is_erased_leaves_no_request_and_no_answer(workspace: Workspace) -> None:
    secret = signing.sign(workspace, link(workspace), SAID, "en").secret
    open_still = link(workspace)
    found = people.everything_about(workspace, "signe")
    assert (len(found.requests), len(found.answers)) == (2, 1)
    people.erase(workspace, "signe")
    assert signing.receipt(workspace, secret) is None
    assert signing.opened(workspace, open_still) is None
    assert whole(workspace)


def test_what_nobody_answered_and_nobody_knows_goes(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    link(workspace)
    signing.sign(workspace, link(workspace, "mor"), replace(SAID, name="Mor Holm"), "en")
    shared(workspace, ALL_YES)
    assert asking.expire(workspace) == 0
    monkeypatch.setattr(asking, "UNCONFIRMED_DAYS", -1 - HOW.days)
    assert asking.expire(workspace) == 3
    assert asking.unconfirmed(workspace) == ()
    assert [one.name for one in asking.requests(workspace)] == ["Mor Holm"]
    assert whole(workspace)
