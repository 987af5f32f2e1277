"""Links go by the organisation's own server, over TLS that is proved, to the address on record, or nowhere."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from tests.register.test_tls import certificate
from tests.server.running import free_port
from tests.service.asked import HOW, add_everybody
from tests.support import Run

from imgpolicy import mail
from imgpolicy.domain.mail import MailPolicy, MailSecurity
from imgpolicy.errors import RequestError
from imgpolicy.mail import PASSWORD_VARIABLE, send
from imgpolicy.service import asking, mailing, people, signing
from imgpolicy.service.scaffold import make_folder
from imgpolicy.service.workspace import Workspace

PASSWORD = "correct horse battery"
BEGINS = "https://consent.example.org"


@dataclass
class Post:
    """What a server was handed; it refuses whoever is not in `example.org`."""

    taken: list[bytes] = field(default_factory=list)
    to: list[str] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        if not address.endswith("@example.org"):
            return "550 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # the same
        del server, session
        self.to += envelope.rcpt_tos
        assert isinstance(envelope.content, bytes)
        self.taken.append(envelope.content)
        return "250 OK"


def head(message: bytes, name: str) -> str | None:
    said = message_from_bytes(message, policy=policy.default)[name]
    return None if said is None else str(said)


def text_of(message: bytes) -> str:
    text = message_from_bytes(message, policy=policy.default).get_payload(decode=True)
    assert isinstance(text, bytes)
    return text.decode()


def knows(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    del server, session, envelope, mechanism
    assert isinstance(data, LoginPassword)
    return AuthResult(success=(data.login, data.password) == (b"desk", PASSWORD.encode()))


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def plain(post: Post) -> Iterator[MailPolicy]:
    """A server on this machine that speaks no TLS."""
    controller = Controller(post, hostname="127.0.0.1", port=free_port())
    controller.start()
    port = controller.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]  # it is started
    yield MailPolicy(host="127.0.0.1", port=port, security=MailSecurity.NONE, sender="pictures@example.org")
    controller.stop()


@pytest.fixture
def safe(post: Post, tmp_path: Path) -> Iterator[MailPolicy]:
    """A server that takes mail after STARTTLS alone, from whoever signs in; its authority is not trusted yet."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path, "localhost"))
    controller = Controller(
        post,
        hostname="localhost",
        port=free_port(),
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=knows,
    )
    controller.start()
    port = controller.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]  # it is started
    sender = "pictures@example.org"
    yield MailPolicy(host="localhost", port=port, security=MailSecurity.STARTTLS, sender=sender, user="desk")
    controller.stop()


@pytest.fixture
def workspace(tmp_path: Path, plain: MailPolicy) -> Iterator[Workspace]:
    folder = tmp_path / "work"
    folder.mkdir()
    make_folder(folder)
    file = folder / "imgpolicy.toml"
    said = f'[mail]\nhost = "127.0.0.1"\nsender = "{plain.sender}"\nport = {plain.port}\nsecurity = "none"\n'
    text = file.read_text()
    start, end = text.index("[mail]"), text.index("[rights]")
    file.write_text(f"{text[:start]}{said}\n{text[end:]}")
    with Workspace.open(file) as opened:
        add_everybody(opened)
        yield opened


def test_a_link_goes_to_the_address_on_record_in_the_language_of_the_request(workspace: Workspace, post: Post) -> None:
    made = asking.ask(workspace, "signe", replace(HOW, language="da"))
    (mailed,) = mailing.mail_links(workspace, BEGINS, made)
    assert mailed.why is None
    assert post.to == ["signe@example.org"]
    (message,) = post.taken
    text = text_of(message)
    assert head(message, "Subject") == "Må vi vise billeder af dig?"
    assert head(message, "From") == "pictures@example.org"
    link = asking.link_of(BEGINS, made[0])
    assert link in text
    assert "Det har ingen følger at sige nej" in text
    assert signing.opened(workspace, link.rpartition("/")[2]) is not None


def test_a_guardian_is_written_to_about_the_child(workspace: Workspace, post: Post) -> None:
    mailing.mail_links(workspace, BEGINS, asking.ask(workspace, "ida", HOW))
    assert post.to == ["mor@example.org"]
    assert "Ida Holm" in text_of(post.taken[0])


def test_one_that_is_refused_keeps_no_other_and_its_link_still_leads_somewhere(
    workspace: Workspace, post: Post
) -> None:
    people.edit(workspace, "signe", people.PersonChange(email="signe@example.com"))
    made = [one for who in ("signe", "nobody-knows", "ida") for one in asking.ask(workspace, who, HOW)]
    sent = mailing.mail_links(workspace, BEGINS, made)
    assert [one.why is None for one in sent] == [False, False, True]
    assert "550" in str(sent[0].why)
    assert "no address on record" in str(sent[1].why)
    assert post.to == ["mor@example.org"]
    assert signing.opened(workspace, made[0].secret) is not None


def test_at_the_command_line_what_could_not_be_sent_is_printed(
    workspace: Workspace, post: Post, imgpolicy: Run
) -> None:
    folder = Path(workspace.files[0]).parent
    words = ("--form", "school", "--by", "Mette", "--address", BEGINS, "--mail")
    ran = imgpolicy("request", "person", "signe", "nobody-knows", *words, folder=folder)
    assert (ran.code, ran.out.count(": sent"), ran.out.count(BEGINS)) == (4, 1, 1)
    assert "was not sent: there is no address on record" in ran.err
    assert post.to == ["signe@example.org"]


def test_mail_goes_over_tls_that_is_proved_or_not_at_all(
    safe: MailPolicy, post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    with pytest.raises(RequestError, match="the mail server localhost did not take it"):
        send(safe, "signe@example.org", "a", "b")
    assert post.taken == []
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "localhost.pem"))
    send(safe, "signe@example.org", "a", "b")
    assert post.to == ["signe@example.org"]
    with pytest.raises(RequestError, match="did not take it"):
        send(replace(safe, security=MailSecurity.NONE, user=None), "signe@example.org", "a", "b")
    monkeypatch.setenv(PASSWORD_VARIABLE, "another")
    monkeypatch.setattr(mail, "_SECONDS", 2)
    with pytest.raises(RequestError, match="did not take it") as refused:
        send(safe, "signe@example.org", "a", "b")
    assert "another" not in str(refused.value)
    assert len(post.taken) == 1


def test_nothing_in_a_title_becomes_a_line_of_the_head(plain: MailPolicy, post: Post) -> None:
    send(plain, "signe@example.org", "a\nBcc: other@example.org\r\n", "b")
    assert post.to == ["signe@example.org"]
    assert head(post.taken[0], "Bcc") is None


def test_a_server_that_is_not_there_is_one_line(plain: MailPolicy) -> None:
    with pytest.raises(RequestError, match="did not take it") as refused:
        send(replace(plain, port=1), "signe@example.org", "a", "b")
    assert "\n" not in str(refused.value)
