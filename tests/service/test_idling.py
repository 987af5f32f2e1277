"""What nothing rests on any more is listed by ids, sent once a month, and nothing of it goes by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.service.asked import HOW, add_everybody
from tests.service.doors import LICENCE
from tests.service.test_renewing import yes
from tests.support import Run

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.idle import IdleKind
from imgpolicy.domain.mail import MailPolicy, MailSecurity
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.scope import Scope
from imgpolicy.errors import RequestError
from imgpolicy.register.idle import idle as idle_on
from imgpolicy.register.maintenance import verify
from imgpolicy.service import asking, evidence, grants, idling, posts, works
from imgpolicy.service.faces import enrol
from imgpolicy.service.grants import Proof
from imgpolicy.service.scaffold import make_folder
from imgpolicy.service.workspace import Workspace

PICTURES = Scope(channels=frozenset({"facebook"}), purposes=frozenset({"news"}))
NO = Consent(person="signe", kind=ConsentKind.PUBLICATION, state=ConsentState.REFUSED, reason="by mail")
KEEPER = MailPolicy(
    host="127.0.0.1",
    port=25,
    security=MailSecurity.NONE,
    sender="pictures@example.org",
    keeper="consents@example.org",
    language="da",
)
Sent = list[tuple[str, str, str]]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    make_folder(tmp_path)
    with Workspace.open(tmp_path / "imgpolicy.toml") as opened:
        add_everybody(opened)
        yield opened


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What was sent: to whom, about what, and the text."""
    taken: Sent = []

    def send(_: MailPolicy, *words: str) -> None:
        to, subject, text = words
        taken.append((to, subject, text))

    monkeypatch.setattr("imgpolicy.mail.send", send)
    return taken


def found(workspace: Workspace, kind: IdleKind, days: int = 0) -> list[str]:
    """The ids of what is idle in so many days."""
    with workspace.register.reading() as unit:
        day = unit.today() + dt.timedelta(days=days)
        return [one.record for one in idle_on(unit, day) if one.kind is kind]


def test_people_without_a_consent_a_no_or_anybody_who_asks_them_are_listed(workspace: Workspace) -> None:
    assert found(workspace, IdleKind.PERSON) == ["ida", "jens", "mor", "nobody-knows", "signe"]
    grants.state_consent(workspace, NO)
    yes(workspace, "ida", 20, given_by="mor")
    asking.ask(workspace, "nobody-knows", HOW)
    # Mor speaks for Ida, whose consent stands.
    assert found(workspace, IdleKind.PERSON) == ["jens"]
    assert found(workspace, IdleKind.PERSON, days=21) == ["jens", "mor", "ida"]


def test_faces_whose_consent_is_over_are_listed(workspace: Workspace, demo: Path) -> None:
    until = workspace.kept.consents.today() + dt.timedelta(days=5)
    said = Consent(person="signe", kind=ConsentKind.BIOMETRIC, state=ConsentState.GIVEN, valid_until=until)
    grants.state_consent(workspace, said)
    enrol(workspace, "signe", [str(demo / "pictures" / "portrait.jpg")])
    assert found(workspace, IdleKind.FACES, days=5) == []
    assert found(workspace, IdleKind.FACES, days=6) == ["signe"]


def test_a_file_is_listed_once_the_yes_that_it_proves_was_over_for_as_long_as_people_are_kept(
    workspace: Workspace,
) -> None:
    keep = workspace.kept.consents.keep_days
    until = workspace.kept.consents.today() + dt.timedelta(days=5)
    said = Consent(
        person="signe", kind=ConsentKind.PUBLICATION, state=ConsentState.GIVEN, scope=PICTURES, valid_until=until
    )
    grants.state_consent(workspace, said, proof=[Proof(name="form.pdf", content=b"x")])
    (file,) = evidence.files_of(workspace, "signe").found
    assert found(workspace, IdleKind.EVIDENCE, days=5 + keep) == []
    assert found(workspace, IdleKind.EVIDENCE, days=6 + keep) == [file.id]
    grants.state_consent(workspace, NO, proof=[Proof(name="no.pdf", content=b"y")])
    # It was taken back today; what proves a no stays with the no.
    assert found(workspace, IdleKind.EVIDENCE, days=keep) == []
    assert found(workspace, IdleKind.EVIDENCE, days=keep + 2) == [file.id]


def test_a_file_that_proves_what_was_renewed_is_kept_with_that(workspace: Workspace) -> None:
    keep = workspace.kept.consents.keep_days
    today = workspace.kept.consents.today()
    said = Consent(
        person="signe",
        kind=ConsentKind.PUBLICATION,
        state=ConsentState.GIVEN,
        scope=PICTURES,
        valid_until=today + dt.timedelta(days=5),
    )
    given = grants.state_consent(workspace, said, proof=[Proof(name="form.pdf", content=b"x")]).consent
    grants.renew_consent(workspace, given.id, until=today + dt.timedelta(days=100))
    assert found(workspace, IdleKind.EVIDENCE, days=keep + 50) == []
    assert len(found(workspace, IdleKind.EVIDENCE, days=keep + 101)) == 1


def test_a_work_is_listed_when_no_licence_to_it_is_in_force_any_more_and_not_where_there_never_was_one(
    workspace: Workspace, tmp_path: Path
) -> None:
    stock = tmp_path / "stock.csv"
    stock.write_text(f"title,owner,sha256,pdq\nSea,O,{'ef' * 32},{'5a' * 32}\nSky,O,{'ab' * 32},{'4b' * 32}\n")
    works.import_works(workspace, stock)
    until = workspace.kept.consents.today() + dt.timedelta(days=9)
    grants.record_licence(workspace, replace(LICENCE, work="sea", valid_until=until))
    assert found(workspace, IdleKind.WORK, days=9) == []
    assert found(workspace, IdleKind.WORK, days=10) == ["sea"]


def test_a_post_is_listed_that_nothing_covers_unless_it_is_to_come_down_already(
    workspace: Workspace, demo: Path
) -> None:
    meadow, posting = str(demo / "pictures" / "meadow.jpg"), Posting(channel="facebook", purpose="news")
    yes(workspace, "signe", 20)
    urls = iter(f"https://example.org/{number}" for number in range(9))

    def posted(*people: str) -> str:
        post = posts.record_post(workspace, meadow, replace(posting, people=people), next(urls)).publication
        assert post is not None
        return post.id

    covered, bare, nobody = posted("signe"), posted("signe", "jens"), posted()
    assert found(workspace, IdleKind.POST) == [bare]
    assert found(workspace, IdleKind.POST, days=21) == [covered, bare]
    grants.state_consent(workspace, NO)
    assert found(workspace, IdleKind.POST, days=21) == []
    assert nobody not in found(workspace, IdleKind.POST, days=900)


# Once a month


def test_the_list_is_sent_once_a_month_with_nobodys_name(workspace: Workspace, sent: Sent) -> None:
    workspace.kept = replace(workspace.kept, mail=KEEPER)
    assert [idling.tell(workspace), idling.tell(workspace)] == [True, False]
    ((to, subject, text),) = sent
    assert to == "consents@example.org"
    assert subject == f"Hvad intet hviler på mere: {workspace.kept.consents.today():%Y-%m}"
    assert "person signe: " in text
    assert "Holm" not in text
    with workspace.register.reading() as unit:
        assert verify(unit).whole


def test_it_is_sent_again_in_the_next_month(workspace: Workspace, sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace.kept = replace(workspace.kept, mail=KEEPER)
    idling.tell(workspace)
    first = (workspace.kept.consents.today().replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    monkeypatch.setattr("imgpolicy.register.unit.UnitOfWork.today", lambda _: first)
    assert idling.tell(workspace)
    assert len(sent) == 2


def test_what_the_server_does_not_take_is_sent_the_next_time(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, sent: Sent
) -> None:
    workspace.kept = replace(workspace.kept, mail=KEEPER)

    def refused(*_: object) -> None:
        raise RequestError("no")

    with monkeypatch.context() as patched:
        patched.setattr("imgpolicy.mail.send", refused)
        with pytest.raises(RequestError):
            idling.tell(workspace)
    assert idling.tell(workspace)
    assert len(sent) == 1


def test_a_long_list_is_cut_and_says_so(workspace: Workspace, sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace.kept = replace(workspace.kept, mail=KEEPER)
    monkeypatch.setattr(idling, "MOST_LINES", 2)
    idling.tell(workspace)
    assert sent[0][2].endswith("og 3 mere\n")


def test_the_command_line_lists_it(workspace: Workspace, imgpolicy: Run) -> None:
    folder = Path(workspace.files[0]).parent
    ran = imgpolicy("register", "idle", folder=folder)
    assert (ran.code, "signe" in ran.out, "Holm" in ran.out) == (0, True, False)
    assert '"record": "signe"' in imgpolicy("register", "idle", "--format", "json", folder=folder).out
    assert imgpolicy("register", "idle", "--mail", folder=folder).code == 2
