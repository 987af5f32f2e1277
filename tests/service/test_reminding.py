"""Mail that nobody sends by hand: a reminder, once, and a request before a yes ends, once; and no one is left out."""

from __future__ import annotations

import datetime as dt
import os
import re
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from tests.server.running import free_port
from tests.service.asked import ALL_YES, FORM, HOW, add_everybody
from tests.service.test_mailing import BEGINS, Post, head, text_of
from tests.service.test_renewing import yes
from tests.support import Run
from tests.support import asked as ask_of

from imgpolicy import mail
from imgpolicy.domain.mail import MailPolicy
from imgpolicy.domain.request import ConsentRequest
from imgpolicy.errors import PolicyError, RegisterError
from imgpolicy.policy import read_policy
from imgpolicy.register import requests as kept
from imgpolicy.register.maintenance import verify
from imgpolicy.service import asking, people, reminding, signing
from imgpolicy.service.scaffold import make_folder
from imgpolicy.service.workspace import Workspace

LINK = re.compile(rf"{BEGINS}/sign/(\S+)")
MAIL = 'host = "127.0.0.1"\nsender = "pictures@example.org"\nport = {port}\nsecurity = "none"'
FORMS = f'address = "{BEGINS}"\nrenew_days = 60\nremind_days = {{days}}\n{{more}}'


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def port(post: Post) -> Iterator[int]:
    controller = Controller(post, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]  # it is started
    controller.stop()


def policy(folder: Path, port: int, *, days: int = 7, more: str = "") -> Path:
    """The policy in this folder, with a mail server and what is said of asking."""
    file = folder / "imgpolicy.toml"
    text = file.read_text()
    start, end = text.index("[forms]"), text.index("[rights]")
    said = f"[forms]\n{FORMS.format(days=days, more=more)}\n\n[mail]\n{MAIL.format(port=port)}\n\n"
    file.write_text(text[:start] + said + text[end:])
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_folder(tmp_path)
    with Workspace.open(tmp_path / "imgpolicy.toml") as workspace:
        add_everybody(workspace)
    return tmp_path


@pytest.fixture
def workspace(folder: Path, port: int) -> Iterator[Workspace]:
    with Workspace.open(policy(folder, port, more='renew_with = "school"')) as opened:
        yield opened


def links(post: Post) -> list[str]:
    """The secrets of the links that were sent, in order."""
    return [LINK.findall(text_of(message))[0] for message in post.taken]


def passed(workspace: Workspace, request: ConsentRequest, days: float) -> None:
    """As if a request had been made so many days before, and the last mail about it too."""
    ago = dt.timedelta(days=days)
    with workspace.register.writing() as unit:
        now = kept.request(unit, request.id)
        tried = None if now.tried is None else now.tried - ago
        kept.keep_request(unit, replace(now, made=now.made - ago, ends=now.ends - ago, tried=tried))


# Reminders


def test_who_did_not_answer_is_reminded_once_and_the_new_link_takes_the_place_of_the_former(
    workspace: Workspace, post: Post
) -> None:
    (asked,) = asking.ask(workspace, "signe", replace(HOW, language="da"))
    passed(workspace, asked.request, 22)
    assert reminding.remind(workspace).mailed == ()
    passed(workspace, asked.request, 1)
    (mailed,) = reminding.remind(workspace).mailed
    assert (mailed.why, post.to) == (None, ["signe@example.org"])
    assert head(post.taken[0], "Subject") == "Påmindelse: Må vi vise billeder af dig?"
    assert "fører ingen steder hen mere" in text_of(post.taken[0])
    (secret,) = links(post)
    assert signing.opened(workspace, asked.secret) is None
    assert signing.opened(workspace, secret) is not None
    (now,) = asking.requests(workspace)
    assert now.request.reminded is not None
    assert now.request.ends < asked.request.ends
    passed(workspace, asked.request, 1)
    assert reminding.remind(workspace).mailed == ()
    signing.sign(workspace, secret, ALL_YES, "en")


@pytest.mark.parametrize(
    "settled",
    [
        lambda ws, one: signing.sign(ws, one.secret, ALL_YES, "en"),
        lambda ws, one: asking.revoke(ws, one.request.id),
        lambda ws, one: passed(ws, one.request, 8),
    ],
    ids=["answered", "taken back", "over"],
)
def test_nobody_is_reminded_of_what_is_settled(
    workspace: Workspace, post: Post, settled: Callable[[Workspace, asking.Asked], object]
) -> None:
    (asked,) = asking.ask(workspace, "signe", HOW)
    passed(workspace, asked.request, 23)
    settled(workspace, asked)
    assert reminding.remind(workspace).mailed == ()
    assert post.taken == []


def test_nobody_is_reminded_in_the_first_half_of_the_time_nor_by_a_link_that_many_use_nor_without_an_address(
    workspace: Workspace, post: Post
) -> None:
    asking.ask(workspace, "signe", replace(HOW, days=5))
    for made in (*asking.ask(workspace, "nobody-knows", HOW), asking.ask_by_one_link(workspace, HOW)):
        passed(workspace, made.request, 25)
    assert reminding.remind(workspace).mailed == ()
    assert post.taken == []


def test_what_the_server_refuses_leaves_the_former_link_and_is_tried_again_later(
    workspace: Workspace, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.edit(workspace, "signe", people.PersonChange(email="signe@example.com"))
    (refused,), (taken,) = asking.ask(workspace, "signe", HOW), asking.ask(workspace, "mor", HOW)
    for made in (refused, taken):
        passed(workspace, made.request, 25)
    assert sorted(one.why is None for one in reminding.remind(workspace).mailed) == [False, True]
    assert signing.opened(workspace, refused.secret) is not None
    assert reminding.remind(workspace).mailed == ()
    monkeypatch.setattr(reminding, "TRY_AGAIN", dt.timedelta())
    (again,) = reminding.remind(workspace).mailed
    assert again.asked.request.id == refused.request.id
    assert len(post.taken) == 1


def test_a_link_that_is_made_by_hand_while_a_mail_is_on_its_way_stays(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    (asked,) = asking.ask(workspace, "signe", HOW)
    passed(workspace, asked.request, 25)
    by_hand: list[str] = []
    monkeypatch.setattr(mail, "send", lambda *_: by_hand.append(asking.resend(workspace, asked.request.id).secret))
    assert len(reminding.remind(workspace).mailed) == 1
    assert signing.opened(workspace, by_hand[0]) is not None


# Before a yes ends


def test_whoever_says_yes_until_soon_is_asked_by_mail_once(workspace: Workspace, post: Post) -> None:
    yes(workspace, "signe", 50)
    yes(workspace, "mor", 70)
    done = reminding.remind(workspace)
    assert [one.request.person for one in done.anew.asked] == ["signe"]
    assert done.anew.asked[0].request.by == FORM.controller
    assert (post.to, head(post.taken[0], "Subject")) == (["signe@example.org"], FORM.wording("en").title)
    assert signing.opened(workspace, links(post)[0]) is not None
    again = reminding.remind(workspace)
    assert (again.anew.asked, again.mailed) == ((), ())


def test_who_lets_a_link_run_out_is_not_asked_again_by_the_desk(workspace: Workspace, post: Post) -> None:
    yes(workspace, "signe", 50)
    (asked,) = reminding.remind(workspace).anew.asked
    passed(workspace, asked.request, 31)
    assert reminding.remind(workspace).anew.asked == ()
    assert len(post.taken) == 1


def test_who_has_no_address_is_not_asked_and_is_named(workspace: Workspace) -> None:
    people.edit(workspace, "nobody-knows", people.PersonChange(guardians=frozenset({"mor"})))
    people.edit(workspace, "mor", people.PersonChange(email=""))
    yes(workspace, "ida", 20, given_by="mor")
    (left,) = reminding.remind(workspace).anew.left
    assert (left.person, str(left.why)) == ("ida", "mor has no mail address on record")
    assert asking.requests(workspace) == ()


def test_without_a_form_in_the_policy_nobody_is_asked(folder: Path, port: int) -> None:
    with Workspace.open(policy(folder, port)) as workspace:
        yes(workspace, "signe", 20)
        assert reminding.remind(workspace).anew.asked == ()
    with (
        Workspace.open(policy(folder, port, more='renew_with = "nothing"')) as workspace,
        pytest.raises(RegisterError, match="no form 'nothing'"),
    ):
        reminding.remind(workspace)


def test_a_policy_asks_for_it_only_where_mail_and_the_links_address_are_known(folder: Path, port: int) -> None:
    file = policy(folder, port)
    text = file.read_text()
    for left_out in (f'address = "{BEGINS}"', 'host = "127.0.0.1"'):
        file.write_text(text.replace(left_out, ""))
        with pytest.raises(PolicyError, match=r"forms\.address and mail\.host"):
            read_policy(file)


# Cut off


def cut_off(file: Path, at: str) -> None:
    """Remind in a process of its own, which is killed before the mail is sent, or as soon as the server took it."""
    child = os.fork()
    if child == 0:
        send = mail.send

        def dying(policy: MailPolicy, to: str, subject: str, text: str) -> None:
            if at == "after":
                send(policy, to, subject, text)
            os.kill(os.getpid(), signal.SIGKILL)

        mail.send = dying
        with Workspace.open(file) as workspace:
            reminding.remind(workspace)
        os._exit(0)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("at", ["before", "after"])
@pytest.mark.parametrize("anew", [True, False])
def test_a_kill_sends_at_most_one_double_and_leaves_nobody_without_a_link(
    folder: Path, port: int, post: Post, monkeypatch: pytest.MonkeyPatch, at: str, *, anew: bool
) -> None:
    file = policy(folder, port, more='renew_with = "school"')
    with Workspace.open(file) as workspace:
        if anew:
            yes(workspace, "signe", 20)
        former = () if anew else asking.ask(workspace, "signe", HOW)
        for asked in former:
            passed(workspace, asked.request, 25)
    cut_off(file, at)
    with Workspace.open(file) as workspace:
        assert None not in [signing.opened(workspace, asked.secret) for asked in former]
        assert reminding.remind(workspace).mailed == ()
        monkeypatch.setattr(reminding, "TRY_AGAIN", dt.timedelta())
        for _ in range(2):
            reminding.remind(workspace)
        assert len(post.taken) == (2 if at == "after" else 1)
        *doubles, last = links(post)
        assert [signing.opened(workspace, one) for one in doubles] == [None] * len(doubles)
        assert signing.opened(workspace, last) is not None
        assert ask_of(workspace.register, verify).whole


def test_at_the_command_line_it_says_what_was_sent(workspace: Workspace, imgpolicy: Run, post: Post) -> None:
    yes(workspace, "signe", 20)
    folder = Path(workspace.files[0]).parent
    ran = imgpolicy("request", "remind", folder=folder)
    assert (ran.code, ran.out.count(" signe: sent"), len(post.taken)) == (0, 1, 1)
    assert BEGINS not in ran.out
    people.edit(workspace, "mor", people.PersonChange(email="mor@example.com"))
    yes(workspace, "mor", 20)
    ran = imgpolicy("request", "remind", folder=folder)
    assert (ran.code, "was not sent: the mail server" in ran.err) == (4, True)
