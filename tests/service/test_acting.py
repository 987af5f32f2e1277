"""Whatever somebody changes who signed in, the log says that it was them; of the command line it names nobody."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from tests.classes import archive
from tests.classes import eileen as another_of_eileen
from tests.service.asked import ALL_YES as SIGNED
from tests.service.asked import FORM as FORM_TO_SIGN
from tests.service.asked import HOW
from tests.service.doors import FACE_AT, GOOD, LICENCE, RELEASE, WORK, YES, document, prepare
from tests.service.test_doors import functions
from tests.support import Run, asked

from imgpolicy.domain.account import Account, AccountRole, Identity, Right
from imgpolicy.domain.consent import ConsentState
from imgpolicy.domain.desk import Approval
from imgpolicy.domain.log import Entry
from imgpolicy.domain.mail import MailPolicy, MailSecurity
from imgpolicy.domain.person import Person
from imgpolicy.domain.request import ConsentRequest
from imgpolicy.domain.scope import Scope
from imgpolicy.domain.terms import DismissedAs
from imgpolicy.domain.webhook import EventKind
from imgpolicy.domain.work import WorkKind
from imgpolicy.errors import RegisterError
from imgpolicy.folders import open_folders
from imgpolicy.register.maintenance import verify
from imgpolicy.register.requests import add_request, form, keep_request
from imgpolicy.service import (
    accounts,
    asking,
    bulk,
    calendar,
    check,
    classes,
    confirming,
    deciding,
    desk,
    evidence,
    faces,
    grants,
    idling,
    judging,
    latest,
    learning,
    licensing,
    people,
    posting,
    posts,
    reminding,
    renewing,
    signing,
    transfer,
    undoing,
    webhooks,
    works,
)
from imgpolicy.service.workspace import Place, Workspace
from imgpolicy.wire.person import person_wire

PORTRAIT = "pictures/portrait.jpg"
NOBODY = "pictures/meadow.jpg"
FORM = grants.Proof(name="form.pdf", content=b"the form")
WORD = confirming.Word(by="Anna", how="I know her")
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
PASSWORD = "correct horse battery"
KIM = Account(id="kim", name="Kim", role=AccountRole.READER)
MINE, HERS = (Identity(issuer="https://login.example.org", subject=one) for one in ("1", "2"))
SAID = Approval(by="mkl", name="Mette", accept=True, reason="I know the place")
WRONG = faces.FaceWord(what=DismissedAs.ARTWORK, by="Anna", reason="a poster")


def sent(workspace: Workspace) -> object:
    table = b"id,name\nsent,Somebody\n"
    state = transfer.preview_table(workspace, "people.csv", table).state
    return transfer.import_table(workspace, "people.csv", table, update=False, state=state)


def brought(workspace: Workspace) -> object:
    file = Path("brought.json")
    file.write_bytes(document(people=[person_wire(Person(id="brought", name="Somebody"))]).data)
    return transfer.import_register(workspace, file)


def stock(workspace: Workspace) -> object:
    file = Path("stock.csv")
    file.write_text(f"title,owner,sha256,pdq\nSea,O,{'ef' * 32},{'5a' * 32}\n")
    return works.import_works(workspace, file)


def new_account(workspace: Workspace, login: str) -> str:
    return accounts.add(workspace, replace(KIM, id=login), password=PASSWORD).id


def new_person(workspace: Workspace, person_id: str) -> str:
    people.add(workspace, Person(id=person_id, name="Somebody"))
    return person_id


def licensed_by_file(workspace: Workspace) -> object:
    """A licence to the demo's poster, whose file names nobody."""
    read = licensing.read_licence(workspace, "pictures/two_people.jpg", licensor="Somebody")
    return licensing.record_from_file(workspace, read, read.licence)


def new_logo(workspace: Workspace, name: str, file: str) -> str:
    return works.add_logo(workspace, name, [file], kind=WorkKind.OWN_LOGO).id


def no_longer_needed(workspace: Workspace) -> object:
    """Somebody is erased on whom nothing rests, as if it were tomorrow."""
    workspace.register.policy = replace(workspace.register.policy, keep_days=-1)
    return people.erase_unneeded(workspace, [new_person(workspace, "unneeded")])


def new_post(workspace: Workspace) -> str:
    recorded = posts.record_post(workspace, NOBODY, GOOD, "https://example.org/2").publication
    assert recorded is not None
    return recorded.id


def on_the_desk(workspace: Workspace, file: str) -> str:
    batch = desk.open_batch(workspace, "olga", GOOD)
    return judging.judge(workspace, desk.take_in(workspace, batch.id, file, Path(file).read_bytes()).id).id


def handed_in(workspace: Workspace) -> str:
    return deciding.hand_in(workspace, on_the_desk(workspace, NOBODY), by="mkl", note=None).id


def new_webhook(workspace: Workspace) -> str:
    return webhooks.add(workspace, "http://127.0.0.1:9/", frozenset(EventKind))[0].id


def reminded(workspace: Workspace) -> bool:
    new_webhook(workspace)
    grants.state_consent(workspace, replace(YES, valid_until=workspace.kept.consents.today() + dt.timedelta(days=1)))
    return webhooks.remind(workspace)


def feed_ended(workspace: Workspace) -> object:
    calendar.open_feed(workspace, "mkl")
    calendar.close_feed(workspace, "mkl")
    return calendar.feed(workspace, "mkl")


def reminded_by_mail(workspace: Workspace) -> object:
    """Somebody is reminded of a link of which half the time is over, by a server that nobody reaches."""
    people.add(workspace, Person(id="mailed", name="Somebody", email="mailed@example.org"))
    (made,) = asking.ask(workspace, "mailed", HOW)
    with workspace.register.writing() as unit:
        keep_request(unit, replace(made.request, made=LONG_AGO))
    server = MailPolicy(host="127.0.0.1", port=9, security=MailSecurity.NONE, sender="pictures@example.org")
    workspace.kept = replace(workspace.kept, mail=server, forms=replace(workspace.kept.forms, remind_days=90))
    (mailed,) = reminding.remind(workspace).mailed
    assert mailed.why is not None
    return mailed


def posted_and_not(workspace: Workspace) -> object:
    item, since = on_the_desk(workspace, NOBODY), dt.datetime.now(dt.UTC)
    posting.post(workspace, item, "https://example.org/4")
    return undoing.post(workspace, item, since=since)


def told_of_the_idle(workspace: Workspace) -> object:
    """Nobody is written to, as nothing is idle; that this month is done is in the log."""
    server = MailPolicy(
        host="127.0.0.1", port=9, security=MailSecurity.NONE, sender="pictures@example.org", keeper="k@example.org"
    )
    workspace.kept = replace(workspace.kept, mail=server)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("imgpolicy.mail.send", lambda *_: None)
        return idling.tell(workspace)


def signed(workspace: Workspace) -> signing.Signed:
    return signing.sign(workspace, asking.ask_by_one_link(workspace, HOW).secret, SIGNED, "en")


def pictured(workspace: Workspace, person_id: str) -> str:
    """An answer with which the portrait of somebody came whom the register does not know."""
    people.add(workspace, Person(id=person_id, name="Somebody"), adult_by="Anna")
    secret = asking.ask(workspace, person_id, HOW)[0].secret
    with Image.open("pictures/two_people.jpg") as both:
        buffer = io.BytesIO()
        both.crop((512, 0, both.width, both.height)).save(buffer, "JPEG")
    portrait = learning.portrait(workspace, buffer.getvalue())
    return signing.sign(workspace, secret, SIGNED, "en", portrait=portrait).answer.id


def expired(workspace: Workspace) -> int:
    """What nobody answered for long is let go of."""
    now = dt.datetime.now(dt.UTC)
    with workspace.register.writing() as unit:
        old = ConsentRequest(form=form(unit, "school").id, person=None, language="en", made=now, ends=LONG_AGO, by="A")
        add_request(unit, old)
    return asking.expire(workspace)


def named_and_not(workspace: Workspace) -> object:
    batch = desk.open_batch(workspace, "mkl", GOOD)
    item = desk.take_in(workspace, batch.id, NOBODY, Path(NOBODY).read_bytes()).id
    before = undoing.before_naming(workspace, item)
    judging.change(workspace, item, replace(GOOD, people=("eileen",)))
    return undoing.naming(workspace, before)


def moments_ago() -> dt.datetime:
    return dt.datetime.now(dt.UTC) - dt.timedelta(seconds=30)


def last_posted(workspace: Workspace) -> latest.Latest:
    posted(workspace)
    return latest.latest(workspace)


def posted(workspace: Workspace) -> str:
    post = posts.record_post(workspace, NOBODY, GOOD, "https://example.org/5").publication
    assert post is not None
    return post.id


def learnt_and_not(workspace: Workspace) -> object:
    since = dt.datetime.now(dt.UTC)
    faces.enrol(workspace, "eileen", [PORTRAIT], confirmed=True)
    return undoing.learning(workspace, "eileen", since=since)


def learnt_from_a_folder(workspace: Workspace) -> object:
    with open_folders(archive({"eileen/1.jpg": another_of_eileen(Path("pictures"))})) as found:
        return [classes.learn(workspace, one) for one in classes.previews(workspace, found)]


def dismissed_and_not(workspace: Workspace) -> object:
    item, since = on_the_desk(workspace, PORTRAIT), dt.datetime.now(dt.UTC)
    faces.dismiss(workspace, PORTRAIT, replace(WRONG, reason="a print of it"))
    return undoing.dismissal(workspace, item, since=since, by="Mette")


def given_and_not(workspace: Workspace) -> object:
    said = replace(YES, id="c-undone", person=new_person(workspace, "asked"), at=dt.datetime.now(dt.UTC))
    return undoing.consent(workspace, grants.state_consent(workspace, said).consent.id, by="Mette", second="Berta")


def anew(workspace: Workspace) -> object:
    soon = workspace.kept.consents.today() + dt.timedelta(days=20)
    grants.state_consent(workspace, replace(YES, id="c-soon", person=new_person(workspace, "soon"), valid_until=soon))
    return renewing.ask_anew(workspace, HOW)


KEPT = check.CheckRequest(posting=replace(GOOD, on=dt.date(2026, 5, 4)), record=True)
HERE = Place(policy_file="imgpolicy.toml")

DOES: dict[str, Callable[[Workspace], object]] = {
    "accounts.add": lambda ws: new_account(ws, "kim"),
    "accounts.change_role": lambda ws: accounts.change_role(ws, new_account(ws, "kim2"), AccountRole.POSTER),
    "accounts.set_password": lambda ws: accounts.set_password(ws, new_account(ws, "kim3"), PASSWORD),
    "accounts.bind": lambda ws: accounts.bind(ws, new_account(ws, "kim5"), MINE),
    "accounts.unbind": lambda ws: accounts.unbind(ws, accounts.bind(ws, new_account(ws, "kim6"), HERS).id),
    "accounts.end": lambda ws: accounts.end(ws, new_account(ws, "kim4")),
    "accounts.new_token": lambda ws: accounts.new_token(ws, "reader", "new", frozenset({Right.SEE}), None),
    "accounts.revoke": lambda ws: accounts.revoke(
        ws, accounts.new_token(ws, "reader", "old", frozenset({Right.SEE}), None)[0].id
    ),
    "calendar.open_feed": lambda ws: calendar.open_feed(ws, "mkl"),
    "calendar.close_feed": feed_ended,
    "check.check_pictures": lambda ws: check.check_pictures(
        ws, [PORTRAIT], check.CheckRequest(posting=GOOD, release=RELEASE, url="https://example.org/1")
    ),
    "check.keep_all": lambda ws: check.keep_all(ws, [check.check_one(ws, PORTRAIT, KEPT, None)], KEPT),
    "bulk.check_each": lambda ws: list(bulk.check_each(ws, bulk.Crowd(place=HERE, names=[PORTRAIT]), KEPT)),
    "deciding.hand_in": handed_in,
    "deciding.decide": lambda ws: deciding.decide(ws, handed_in(ws), SAID),
    "deciding.undo_decision": lambda ws: deciding.undo_decision(ws, deciding.decide(ws, handed_in(ws), SAID).id, "mkl"),
    "judging.dismiss": lambda ws: judging.dismiss(ws, on_the_desk(ws, PORTRAIT), replace(WRONG, reason="a print")),
    "posting.post": lambda ws: posting.post(ws, on_the_desk(ws, NOBODY), "https://example.org/3"),
    "learning.drop_portrait": lambda ws: learning.drop_portrait(ws, pictured(ws, "not-them")),
    "learning.learn_portrait": lambda ws: learning.learn_portrait(ws, pictured(ws, "them")),
    "learning.learn": lambda ws: learning.learn(ws, on_the_desk(ws, PORTRAIT), "eileen", FACE_AT),
    "latest.take_back": lambda ws: latest.take_back(ws, last_posted(ws)),
    "undoing.dismissed": lambda ws: undoing.dismissed(
        ws, faces.dismiss(ws, PORTRAIT, replace(WRONG, reason="a copy of it")).id, since=moments_ago(), by="Mette"
    ),
    "undoing.publication": lambda ws: undoing.publication(ws, posted(ws), since=moments_ago()),
    "undoing.naming": named_and_not,
    "undoing.learning": learnt_and_not,
    "undoing.dismissal": dismissed_and_not,
    "undoing.consent": given_and_not,
    "undoing.post": posted_and_not,
    "evidence.keep": lambda ws: evidence.keep(ws, "eileen", [FORM]),
    "faces.who": lambda ws: faces.who(ws, PORTRAIT),
    "faces.dismiss": lambda ws: faces.dismiss(ws, PORTRAIT, WRONG),
    "faces.reinstate": lambda ws: faces.reinstate(ws, "f-holds", by="Anna", reason="it is one"),
    "faces.forget": lambda ws: faces.forget(ws, "eileen"),
    "faces.enrol": lambda ws: faces.enrol(ws, "eileen", [PORTRAIT], confirmed=True),
    "classes.learn": learnt_from_a_folder,
    "grants.record_licence": lambda ws: grants.record_licence(ws, replace(LICENCE, id="l-new"), proof=[FORM]),
    "grants.close_licence": lambda ws: grants.close_licence(ws, "l-stands", "sold"),
    "grants.renew_consent": lambda ws: grants.renew_consent(ws, "c-ends", until=dt.date(2100, 1, 1)),
    "grants.state_consent": lambda ws: grants.state_consent(
        ws, replace(YES, id="c-new", state=ConsentState.WITHDRAWN, scope=Scope(), reason="asked"), proof=[FORM]
    ),
    "grants.mark_entered_in_error": lambda ws: grants.mark_entered_in_error(
        ws, "c-asked", by="Anna", reason="a slip", second="Berta"
    ),
    "licensing.record_from_file": licensed_by_file,
    "people.add": lambda ws: new_person(ws, "new-person"),
    "people.edit": lambda ws: people.edit(ws, "guest", people.PersonChange(name="Somebody Else")),
    "people.state_adult": lambda ws: people.state_adult(ws, [new_person(ws, "grown")], "Anna"),
    "people.erase": lambda ws: people.erase(ws, new_person(ws, "erased")),
    "people.erase_unneeded": no_longer_needed,
    "posts.record_post": new_post,
    "posts.take_down_own": lambda ws: posts.take_down_own(ws, new_post(ws)),
    "posts.take_down": lambda ws: posts.take_down(ws, new_post(ws)),
    "asking.add_form": lambda ws: asking.add_form(ws, replace(FORM_TO_SIGN, name="new")),
    "asking.ask": lambda ws: asking.ask(ws, "guest", HOW),
    "asking.ask_by_one_link": lambda ws: asking.ask_by_one_link(ws, HOW),
    "asking.resend": lambda ws: asking.resend(ws, asking.ask(ws, "guest", HOW)[0].request.id),
    "asking.revoke": lambda ws: asking.revoke(ws, asking.ask(ws, "guest", HOW)[0].request.id),
    "asking.expire": expired,
    "renewing.ask_anew": anew,
    "reminding.remind": reminded_by_mail,
    "idling.tell": told_of_the_idle,
    "confirming.confirm": lambda ws: confirming.confirm(ws, signed(ws).answer.id, "eileen", WORD),
    "confirming.discard": lambda ws: confirming.discard(ws, signed(ws).answer.id, WORD),
    "signing.sign": signed,
    "signing.opened": lambda ws: signing.opened(ws, asking.ask(ws, "guest", HOW)[0].secret),
    "signing.take_back": lambda ws: signing.take_back(ws, signed(ws).secret),
    "transfer.import_register": brought,
    "transfer.import_table": sent,
    "webhooks.add": new_webhook,
    "webhooks.remove": lambda ws: webhooks.remove(ws, new_webhook(ws)),
    "webhooks.remind": reminded,
    "works.add_work": lambda ws: works.add_work(ws, "Meadow", [NOBODY], owner="O"),
    "works.add_each": lambda ws: works.add_each(ws, ["pictures/with_location.jpg"], owner="O"),
    "works.import_works": stock,
    "works.remove_work": lambda ws: works.remove_work(ws, WORK),
    "works.add_logo": lambda ws: new_logo(ws, "Poster", "pictures/poster.jpg"),
    "works.remove_logo": lambda ws: works.remove_logo(ws, new_logo(ws, "Desk", "pictures/desk.jpg")),
}
"""Every function of the service that writes, as whoever signed in calls it; in this order."""

AS_THEMSELVES = {
    *("accounts.open_session", "accounts.sign_in", "accounts.sign_in_as", "accounts.sign_out"),
    *("accounts.local_account", "organisation.sign_in"),
}
"""Whoever does it is the account that it is about, as test_accounts.py and test_organisation.py ask."""

NO_WORKSPACE = {"maintenance.rekey", "maintenance.restore", "recording.publish", "recording.record", "grants.mark_in"}
"""They are for the command line, which opens the register itself, or parts of others."""

CHANGES_NOTHING = """
    accounts.accounts accounts.caller_of accounts.need accounts.need_mine accounts.need_own accounts.session_of
    accounts.tokens
    alike.judges_alike
    archive.against_number archive.basis archive.basis_number archive.basis_of archive.changes_since
    archive.codes_number archive.codes_of archive.concerned archive.counted archive.judge_places archive.judged
    archive.keep archive.kept_of archive.no_longer_go archive.opened_pictures archive.posting_number
    archive.posting_of archive.root_number archive.showing
    asking.accept asking.form asking.forms asking.link_of asking.links_begin asking.requests asking.unconfirmed
    audit_work.audited_of audit_work.look audit_work.looked_of audit_work.new_row audit_work.row_of
    audit_work.told_of audit_work.work
    auditing.audit
    auditing_again.audit_again
    calendar.deadlines calendar.feed calendar.followed
    cards.card
    bulk.jobs_for bulk.work bulk.worked_off
    changed.may_have_changed changed.named_in changed.said_since changed.settle changed.start
    check.accept_all check.accept_posting check.accept_release check.accept_request check.check_one check.complete
    check.idle_waivers check.pictures_in
    archive.known_root archive.root_of listing.listing listing.names_in listing.overview listing.part listing.report_on
    reached.catch_up reached.copies reached.fallen_since reached.reached
    reached.reached_by_works
    clean_many.clean_each clean_many.plan
    classes.owners classes.preview classes.preview_one classes.previews
    clean.clean_picture clean.postings_for clean.write_copy
    deciding.counting deciding.queue
    desk.accept_kept desk.batch desk.batches desk.cleaned_name desk.copy desk.expire desk.face desk.failed
    desk.fetch_in desk.item desk.items desk.may_be_posted desk.open_batch desk.original desk.outdated desk.posting_of
    desk.shown desk.small desk.take_in desk.waiting
    evidence.files_of
    faces.dismissed faces.enrolled faces.told_apart
    files.inspect files.strip_file files.strip_files
    grants.accept_mark grants.accept_words grants.consents_due grants.consents_of grants.licences_ending
    grants.licences_to grants.reach grants.statement grants.unknown_words
    grouping.alike grouping.may_group
    guarding.guard guarding.guarding
    idling.idle
    judging.accept_change judging.change judging.clean judging.given judging.judge judging.keep judging.looked_at
    judging.to_be_judged judging.undo
    latest.latest
    learning.may_be_learnt learning.portrait learning.portrait_with learning.portraits
    letters.consent_request
    licensing.read_licence
    mailing.accept_mail mailing.letter mailing.mail_link mailing.mail_links
    maintenance.backup maintenance.stats maintenance.verify
    models.add models.models models.verify
    names.accept_name names.misnamed
    organisation.begin organisation.client_of organisation.provider_of
    outputs.accept outputs.is_one_of outputs.output outputs.write
    people.called people.everybody people.everything_about people.free_id people.meant people.named people.show
    people.unneeded
    policies.rename_channel policies.rule_pages policies.schema policies.write_pages policies.write_policy
    posting.is_of_now posting.renew posting.to_post
    posts.posts
    known.known_reports archive.called
    profiles.profile_of profiles.with_profile
    queueing.audit_queued queueing.waiting queueing.work_off
    recording.released
    remote.ask_desk
    renewing.ending renewing.never_asked
    scaffold.lay_out_demo scaffold.make_folder scaffold.run_cases
    signing.receipt signing.record_answer signing.shown signing.shown_to
    smalls.opened smalls.small_of
    transfer.export_csv transfer.export_document transfer.preview_table
    undoing.before_naming
    uploads.drop uploads.keep uploads.read
    watching.open_watch
    ways.request_of
    webhooks.deliver webhooks.try_out webhooks.webhooks
    works.logos works.show_logo works.works
"""
"""They read, write files, make a register of their own, lay on the desk what is in no log until it is decided, or send
what the log tells of already."""


@pytest.fixture(scope="module")
def workspace(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = Path(shutil.copytree(demo, tmp_path_factory.mktemp("acting") / "work"))
    prepare(folder)
    with Workspace.open(folder / "imgpolicy.toml") as opened:
        accounts.add(opened, Account(id="mkl", name="Mette", role=AccountRole.ADMIN))
        yield opened


def new_entries(workspace: Workspace, before: int) -> list[Entry]:
    with workspace.register.reading() as unit:
        return list(unit.sql.journal.entries())[before:]


@pytest.mark.slow
@pytest.mark.parametrize("name", DOES)
def test_of_every_change_the_log_says_who_made_it(
    workspace: Workspace, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(workspace.files[0]).parent)
    before = len(new_entries(workspace, 0))
    DOES[name](workspace.acting_as("mkl"))
    with workspace.register.reading() as unit:
        mette = unit.vault.pseudonym("mkl")
    assert {entry.by for entry in new_entries(workspace, before)} == {mette}


def test_every_function_of_the_service_is_asked_or_changes_nothing_in_a_register() -> None:
    assert functions() == {*DOES, *AS_THEMSELVES, *NO_WORKSPACE, *CHANGES_NOTHING.split()}


@pytest.mark.slow
def test_of_what_the_command_line_changes_it_names_nobody(
    workspace: Workspace, imgpolicy: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(workspace.files[0]).parent)
    before = len(new_entries(workspace, 0))
    for words in (("person", "add", "--id", "typed", "--name", "Somebody"), ("person", "erase", "typed", "--yes")):
        assert imgpolicy(*words).code == 0
    assert {entry.by for entry in new_entries(workspace, before)} == {""}
    assert asked(workspace.register, verify).whole


def test_who_acts_shares_what_was_loaded_and_closes_nothing(own_demo: Path) -> None:
    with Workspace.open(own_demo / "imgpolicy.toml") as workspace:
        with workspace.acting_as("mkl") as view:
            assert view.checker is workspace.checker
            assert view.engine is workspace.engine
            assert view.policy is view.acting_as("ejb").policy
            assert view.files == workspace.files
        view.close()
        assert view.register.head() == workspace.register.head()
    with pytest.raises(RegisterError, match="was closed"):
        view.register.head()


def test_what_several_ask_for_at_the_same_time_is_loaded_once(own_demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = threading.Barrier(4)

    def slow(*given: object) -> object:
        time.sleep(0.1)
        return given

    def ask(workspace: Workspace) -> object:
        started.wait()
        return workspace.checker

    monkeypatch.setattr("imgpolicy.checker.Checker", slow)
    with Workspace.open(own_demo / "imgpolicy.toml") as workspace, ThreadPoolExecutor(4) as pool:
        views = [workspace.acting_as(f"a{number}") for number in range(4)]
        assert len({id(one) for one in pool.map(ask, views)}) == 1


def test_who_signs_in_while_a_picture_is_checked_is_no_reason_not_to_publish_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(workspace.files[0]).parent)
    report = workspace.checker.check(NOBODY, GOOD)
    accounts.open_session(workspace, "mkl")
    with workspace.register.reading() as unit:
        assert unit.head() != report.register_head
        assert unit.state() == report.register_head
    new_person(workspace, "somebody-more")
    with workspace.register.reading() as unit:
        assert unit.state() != report.register_head
