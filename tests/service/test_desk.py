"""The desk: pictures are laid down, judged, cleaned, handed to reviewers, posted, and kept as long as is said."""

from __future__ import annotations

import io
import json
import shutil
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.desk import Approval, Item, ItemState, Way, WayKind
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.posting import Origin, Posting, Role
from imgpolicy.domain.scope import Scope
from imgpolicy.errors import RegisterError, RemedyError, RequestError
from imgpolicy.register.consents import record_consent
from imgpolicy.register.desk import item_record
from imgpolicy.register.desk_rows import ItemRecord
from imgpolicy.register.erasure import erase_person
from imgpolicy.register.maintenance import verify
from imgpolicy.register.subject_access import dossier
from imgpolicy.service import check, deciding, desk, judging, maintenance, posting, posts
from imgpolicy.service.workspace import Workspace

pytestmark = pytest.mark.slow

FACEBOOK = Posting(channel="facebook", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN)
AUTOMATIC = Way(kind=WayKind.AUTOMATIC)
URL = "https://example.org/1"


@pytest.fixture
def workspace(own_demo: Path) -> Iterator[Workspace]:
    with Workspace.open(own_demo / "imgpolicy.toml") as opened:
        yield opened


def with_two(folder: Path) -> Path:
    """The policy, asking for two people to release a picture."""
    file = folder / "imgpolicy.toml"
    file.write_text(file.read_text().replace("second_person = false", "second_person = true"))
    return file


def laid(workspace: Workspace, *names: str, stated: Posting = FACEBOOK, account: str = "anna") -> list[Item]:
    """Pictures of the demonstration in a batch of this account, judged."""
    batch = desk.open_batch(workspace, account, stated)
    pictures = workspace.kept.folder / "pictures"
    taken = [desk.take_in(workspace, batch.id, name, (pictures / name).read_bytes()) for name in names]
    return [judging.judge(workspace, one.id) for one in taken]


def handed(workspace: Workspace, name: str = "two_people.jpg", **of: str) -> Item:
    (one,) = laid(workspace, name, **of)  # type: ignore[arg-type]  # the account
    return deciding.hand_in(workspace, one.id, by="anna", note="the other guest agreed by phone")


def yes(by: str, name: str | None = None) -> Approval:
    return Approval(by=by, name=name or by.title(), accept=True, reason=f"{by} knows both")


def no(by: str) -> Approval:
    return Approval(by=by, name=by.title(), accept=False, reason="not this one")


def stated(workspace: Workspace, state: ConsentState, *channels: str, person: str = "eileen") -> None:
    scope = Scope(channels=frozenset(channels), purposes=frozenset({"pr"} if channels else ()))
    said = Consent(person=person, kind=ConsentKind.PUBLICATION, state=state, scope=scope, reason="asked by mail")
    with workspace.register.writing() as unit:
        record_consent(unit, said)


def codes(workspace: Workspace, item: Item, language: str = "en") -> list[str]:
    report = json.loads(desk.item(workspace, item.id).answers[language])["reports"][0]
    return [finding["code"] for finding in report["findings"]]


def posted(workspace: Workspace) -> list[str | None]:
    """The hashes of the pictures that were posted at the address."""
    return [post.picture for post in posts.posts(workspace).publications if post.url == URL]


def is_whole(workspace: Workspace) -> bool:
    with workspace.register.reading() as unit:
        return verify(unit).whole


def files(workspace: Workspace) -> list[Path]:
    assert workspace.register.file is not None
    return sorted(workspace.register.file.with_name(f"{workspace.register.file.name}-desk").iterdir())


# Laid down and judged


def test_a_batch_has_the_posting_that_the_profile_and_the_policy_complete(workspace: Workspace) -> None:
    made = desk.open_batch(workspace, "anna", Posting(purpose="pr"), profile=" News")
    assert (made.account, made.profile, made.posting.channel, made.posting.purpose) == ("anna", "news", "website", "pr")
    assert (made.posting.audience, made.posting.setting) == ("public", "work")
    assert desk.batch(workspace, made.id) == made


def test_pictures_are_numbered_and_their_names_lose_folders_and_what_is_not_shown(workspace: Workspace) -> None:
    batch = desk.open_batch(workspace, "anna", FACEBOOK)
    given = ("C:\\photos\\a.jpg", "../../etc/b\x07\u202e.png", "...", "x" * 300 + ".jpeg")
    taken = [desk.take_in(workspace, batch.id, name, b"bytes") for name in given]
    assert [(one.number, one.state, one.verdict) for one in taken] == [
        (number, ItemState.WAITING, None) for number in (1, 2, 3, 4)
    ]
    assert [one.name for one in taken[:3]] == ["a.jpg", "b.png", "picture"]
    assert (len(taken[3].name), taken[3].name[-5:]) == (200, ".jpeg")
    assert desk.items(workspace, batch.id) == tuple(taken)
    assert desk.original(workspace, taken[0].id) == b"bytes"


def test_a_batch_takes_so_many_pictures_and_a_picture_has_so_many_bytes(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "MOST_PICTURES", 1)
    monkeypatch.setattr(desk, "MOST_BYTES", 5)
    batch = desk.open_batch(workspace, "anna", FACEBOOK)
    with pytest.raises(RequestError, match="6 bytes; 5 can be laid down"):
        desk.take_in(workspace, batch.id, "a.jpg", b"123456")
    desk.take_in(workspace, batch.id, "a.jpg", b"12345")
    with pytest.raises(RequestError, match="at most 1 pictures"):
        desk.take_in(workspace, batch.id, "b.jpg", b"1")
    assert len(files(workspace)) == 1


def test_a_picture_is_answered_in_every_language_as_a_check_answers_it(workspace: Workspace) -> None:
    meadow, two = laid(workspace, "meadow.jpg", "two_people.jpg")
    assert (meadow.state, meadow.verdict) == (ItemState.JUDGED, "go")
    assert (two.state, two.verdict) == (ItemState.JUDGED, "no-go")
    assert codes(workspace, two) == codes(workspace, two, "da") == ["P101"]
    english, danish = (json.loads(desk.item(workspace, two.id).answers[code]) for code in ("en", "da"))
    assert english["reports"][0]["picture"] == danish["reports"][0]["picture"]
    assert english["reports"][0]["picture"]["name"] == "two_people.jpg"
    assert english["reports"][0]["findings"][0]["title"] != danish["reports"][0]["findings"][0]["title"]
    small = desk.small(workspace, two.id)
    assert small is not None
    with Image.open(io.BytesIO(small)) as seen:
        assert (seen.format, max(seen.size) <= 1200) == ("JPEG", True)


def test_what_cannot_be_read_is_answered_and_nobody_is_asked_to_look_at_it(workspace: Workspace) -> None:
    batch = desk.open_batch(workspace, "anna", FACEBOOK)
    one = judging.judge(workspace, desk.take_in(workspace, batch.id, "notes.jpg", b"no picture").id)
    assert (one.state, one.verdict, codes(workspace, one)) == (ItemState.JUDGED, "review", ["X001"])
    assert desk.small(workspace, one.id) is None
    with pytest.raises(RequestError, match="cannot be read"):
        deciding.hand_in(workspace, one.id, by="anna", note=None)


def test_on_the_disk_nothing_of_a_picture_or_its_name_can_be_read(workspace: Workspace) -> None:
    (one,) = laid(workspace, "two_people.jpg")
    register = workspace.register.file
    assert register is not None
    assert stat.S_IMODE(files(workspace)[0].parent.stat().st_mode) == 0o700
    for file in files(workspace):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert b"JFIF" not in file.read_bytes()
    raw = b"".join(part.read_bytes() for part in register.parent.glob(f"{register.name}*") if part.is_file())
    assert b"two_people" not in raw
    assert one.sha256 is not None
    assert one.sha256.encode() not in raw


def test_a_file_in_the_place_of_another_is_told(workspace: Workspace) -> None:
    one, other = laid(workspace, "meadow.jpg", "two_people.jpg")
    with workspace.register.reading() as unit:
        rows = {item: item_record(unit, item).original for item in (one.id, other.id)}
    folder = files(workspace)[0].parent
    shutil.copy(folder / str(rows[one.id]), folder / str(rows[other.id]))
    with pytest.raises(RegisterError, match="damaged"):
        desk.original(workspace, other.id)


def test_batches_are_listed_the_newest_first_with_what_became_of_them(workspace: Workspace) -> None:
    laid(workspace, "meadow.jpg", "two_people.jpg")
    laid(workspace, account="berta")
    newest, oldest = desk.batches(workspace, None)
    assert (newest.batch.account, newest.pictures) == ("berta", 0)
    assert (oldest.pictures, oldest.verdicts, oldest.states) == (2, {"go": 1, "no-go": 1}, {ItemState.JUDGED: 2})
    assert [one.batch.id for one in desk.batches(workspace, "anna")] == [oldest.batch.id]
    assert desk.batches(workspace, None, limit=1) == (newest,)
    assert desk.batches(workspace, None, before=newest.batch.id, limit=1) == (oldest,)
    assert desk.batches(workspace, None, before=oldest.batch.id) == ()


# Ways out


def test_a_copy_is_judged_and_undone_and_the_picture_stays(workspace: Workspace) -> None:
    (one,) = laid(workspace, "with_location.jpg")
    cleaned = judging.clean(workspace, one.id, [AUTOMATIC])
    assert (one.verdict, cleaned.verdict, cleaned.copy) == ("no-go", "go", True)
    name, data = desk.copy(workspace, one.id)
    assert name == "with_location.jpg"
    assert check.check_pictures(workspace, [data], check.CheckRequest(posting=FACEBOOK))[0].report.findings == ()
    again = judging.undo(workspace, one.id)
    assert (again.verdict, again.copy) == ("no-go", False)
    assert codes(workspace, again) == codes(workspace, again, "da") == ["M101"]
    with pytest.raises(RequestError, match="no clean copy"):
        desk.copy(workspace, one.id)
    with pytest.raises(RequestError, match="no clean copy"):
        judging.undo(workspace, one.id)
    assert len(files(workspace)) == 2
    assert is_whole(workspace)


def test_somebody_is_covered_by_place_and_by_name(workspace: Workspace) -> None:
    (one,) = laid(workspace, "two_people.jpg")
    report = json.loads(desk.item(workspace, one.id).answers["en"])["reports"][0]
    place = Box(*report["findings"][0]["box"])
    cover = Way(kind=WayKind.COVER, code="P101", box=place)
    assert judging.clean(workspace, one.id, [cover]).verdict == "go"
    judging.undo(workspace, one.id)
    both = judging.clean(workspace, one.id, [replace(cover, also_covers=("eileen",))])
    assert both.verdict == "go"
    with pytest.raises(RemedyError, match="no face in it is 'nobody'"):
        judging.clean(workspace, one.id, [Way(kind=WayKind.COVER, also_covers=("nobody",))])


def test_a_part_is_kept_and_what_changes_nothing_is_refused(workspace: Workspace) -> None:
    one, meadow = laid(workspace, "two_people.jpg", "meadow.jpg")
    assert judging.clean(workspace, one.id, [Way(kind=WayKind.CROP, keeps=Box(0, 0, 320, 420))]).verdict == "go"
    with pytest.raises(RequestError, match="none of these ways out changes"):
        judging.clean(workspace, meadow.id, [AUTOMATIC])
    for wrong in ([], [Way(kind=WayKind.STRIP, keeps=Box(0, 0, 1, 1))]):
        with pytest.raises(RequestError):
            judging.clean(workspace, meadow.id, wrong)


def test_a_copy_that_is_no_go_still_is_kept_for_reviewers_and_never_posted_by_itself(workspace: Workspace) -> None:
    (one,) = laid(workspace, "two_people.jpg")
    stated(workspace, ConsentState.REFUSED)
    cleaned = judging.clean(workspace, one.id, [Way(kind=WayKind.COVER, code="P101")])
    assert (cleaned.verdict, cleaned.copy, codes(workspace, cleaned)) == ("no-go", True, ["P102"])
    assert posting.post(workspace, one.id, URL).state is ItemState.JUDGED
    assert posted(workspace) == []


def test_another_posting_is_judged_anew_and_what_people_decided_keeps_its_own(workspace: Workspace) -> None:
    refused = handed(workspace)
    deciding.decide(workspace, refused.id, no("berta"))
    other = desk.take_in(
        workspace, refused.batch, "p.jpg", (workspace.kept.folder / "pictures" / "portrait.jpg").read_bytes()
    )
    assert judging.judge(workspace, other.id).verdict == "go"
    (changed,) = judging.change(workspace, refused.batch, replace(FACEBOOK, purpose="recruitment"))
    assert (changed.id, changed.state, changed.verdict) == (other.id, ItemState.WAITING, None)
    assert desk.item(workspace, other.id).answers == {}
    judging.judge(workspace, other.id)
    report = json.loads(desk.item(workspace, other.id).answers["en"])["reports"][0]
    assert report["posting"]["purpose"] == desk.batch(workspace, refused.batch).posting.purpose == "recruitment"
    with pytest.raises(RequestError, match="it is refused"):
        judging.change(workspace, refused.id, FACEBOOK)
    with pytest.raises(RequestError, match="does not know the channel"):
        judging.change(workspace, other.id, Posting(channel="myspace"))
    assert is_whole(workspace)


# Reviewers


def test_the_queue_has_the_order_in_which_pictures_were_handed_in(workspace: Workspace) -> None:
    items = [handed(workspace) for _ in range(3)]
    assert all(one.state is ItemState.HANDED for one in items)
    page = deciding.queue(workspace, limit=2)
    assert ([one.id for one in page.items], page.total) == ([one.id for one in items[:2]], 3)
    rest = deciding.queue(workspace, after=page.next, limit=2)
    assert ([one.id for one in rest.items], rest.total, rest.next) == ([items[2].id], 3, None)
    deciding.decide(workspace, items[0].id, no("berta"))
    assert [one.id for one in deciding.queue(workspace).items] == [one.id for one in items[1:]]
    deciding.undo_decision(workspace, items[0].id, "berta")
    assert [one.id for one in deciding.queue(workspace).items] == [one.id for one in items]
    with pytest.raises(RequestError, match="goes on after"):
        deciding.queue(workspace, after="first")
    with pytest.raises(RequestError, match="this one is handed in"):
        deciding.hand_in(workspace, items[0].id, by="anna", note=None)


def test_what_one_accepts_is_posted_on_their_word(workspace: Workspace) -> None:
    one = handed(workspace)
    shown_at = desk.item(workspace, one.id).item.changed
    accepted = deciding.decide(workspace, one.id, yes("berta"), shown_at=shown_at)
    assert accepted.state is ItemState.ACCEPTED
    details = desk.item(workspace, one.id)
    assert [said.by for said in details.approvals] == ["berta"]
    assert details.note == "the other guest agreed by phone"
    done = posting.post(workspace, one.id, URL)
    assert (done.state, done.url) == (ItemState.POSTED, URL)
    assert posted(workspace) == [one.sha256]
    again: tuple[Callable[[], object], ...] = (
        lambda: posting.post(workspace, one.id, URL),
        lambda: deciding.undo_decision(workspace, one.id, "berta"),
        lambda: judging.clean(workspace, one.id, [AUTOMATIC]),
        lambda: deciding.decide(workspace, one.id, no("carl")),
    )
    for ask in again:
        with pytest.raises(RequestError, match="it is posted"):
            ask()
    assert judging.judge(workspace, one.id) == desk.failed(workspace, one.id, "died") == done
    assert is_whole(workspace)


def test_a_decision_has_a_reason_and_is_never_replaced(workspace: Workspace) -> None:
    one = handed(workspace)
    for empty in (replace(yes("berta"), reason=" "), replace(no("berta"), reason=""), replace(yes("berta"), name="")):
        with pytest.raises(RequestError, match="is empty"):
            deciding.decide(workspace, one.id, empty)
    assert deciding.decide(workspace, one.id, no("berta")).state is ItemState.REFUSED
    for said in (yes("berta"), yes("carl")):
        with pytest.raises(RequestError, match="it is refused"):
            deciding.decide(workspace, one.id, said)
    with pytest.raises(RequestError, match="it is refused"):
        posting.post(workspace, one.id, URL)
    with pytest.raises(RequestError, match="has not decided"):
        deciding.undo_decision(workspace, one.id, "carl")
    assert deciding.undo_decision(workspace, one.id, "berta").state is ItemState.HANDED
    assert deciding.decide(workspace, one.id, yes("berta")).state is ItemState.ACCEPTED
    assert is_whole(workspace)


def test_nobody_decides_on_what_they_were_not_shown(workspace: Workspace) -> None:
    one = handed(workspace)
    stated(workspace, ConsentState.WITHDRAWN)
    judging.judge(workspace, one.id)
    with pytest.raises(RequestError, match="changed meanwhile"):
        deciding.decide(workspace, one.id, yes("berta"), shown_at=one.changed)
    unchanged = desk.item(workspace, one.id).item.changed
    judging.judge(workspace, one.id)
    deciding.decide(workspace, one.id, yes("berta"), shown_at=unchanged)


def test_where_two_must_agree_they_are_two_others(own_demo: Path) -> None:
    with Workspace.open(with_two(own_demo)) as workspace:
        one = handed(workspace)
        with pytest.raises(RequestError, match="two others"):
            deciding.decide(workspace, one.id, yes("anna"))
        assert deciding.decide(workspace, one.id, yes("berta", "Kim")).state is ItemState.HANDED
        with pytest.raises(RequestError, match="has decided"):
            deciding.decide(workspace, one.id, yes("berta"))
        with pytest.raises(RequestError, match="under their eyes"):
            judging.clean(workspace, one.id, [AUTOMATIC])
        with pytest.raises(RequestError, match="it is handed in"):
            posting.post(workspace, one.id, URL)
        assert deciding.decide(workspace, one.id, yes("carl", "Kim")).state is ItemState.ACCEPTED
        assert posting.post(workspace, one.id, URL).state is ItemState.POSTED


def test_what_one_accepted_is_not_posted_once_the_policy_asks_for_two(own_demo: Path) -> None:
    with Workspace.open(own_demo / "imgpolicy.toml") as workspace:
        one = handed(workspace)
        deciding.decide(workspace, one.id, yes("berta"))
    with Workspace.open(with_two(own_demo)) as workspace:
        assert posting.post(workspace, one.id, URL).state is ItemState.HANDED
        assert posted(workspace) == []


# Posted


def test_a_go_is_posted_and_the_copy_is_what_is_posted(workspace: Workspace) -> None:
    meadow, located = laid(workspace, "meadow.jpg", "with_location.jpg")
    assert posting.post(workspace, meadow.id, URL).state is ItemState.POSTED
    assert posting.post(workspace, located.id, URL).state is ItemState.JUDGED
    judging.clean(workspace, located.id, [AUTOMATIC])
    done = posting.post(workspace, located.id, URL)
    assert (done.state, done.url) == (ItemState.POSTED, URL)
    assert posted(workspace)[0] == meadow.sha256
    assert posted(workspace)[1] not in {located.sha256, None}
    with pytest.raises(RequestError, match="address"):
        posting.post(workspace, located.id, " ")


def test_what_changed_since_it_was_judged_is_not_posted(workspace: Workspace) -> None:
    (one,) = laid(workspace, "portrait.jpg")
    assert one.verdict == "go"
    stated(workspace, ConsentState.WITHDRAWN)
    now = posting.post(workspace, one.id, URL)
    assert (now.state, now.verdict, codes(workspace, now)) == (ItemState.JUDGED, "no-go", ["P102"])
    assert posted(workspace) == []


def test_what_reviewers_did_not_see_takes_their_word_away(workspace: Workspace) -> None:
    one = handed(workspace)
    deciding.decide(workspace, one.id, yes("berta"))
    stated(workspace, ConsentState.WITHDRAWN)
    assert desk.outdated(workspace) == ()
    back = posting.post(workspace, one.id, URL)
    assert (back.state, codes(workspace, back)) == (ItemState.HANDED, ["P101", "P102"])
    assert posted(workspace) == []
    assert desk.item(workspace, one.id).approvals == ()
    assert [waits.id for waits in deciding.queue(workspace).items] == [one.id]
    deciding.decide(workspace, one.id, yes("berta"))
    assert posting.post(workspace, one.id, URL).state is ItemState.POSTED
    assert is_whole(workspace)


def test_a_copy_that_reviewers_accepted_is_posted_as_they_saw_it(workspace: Workspace) -> None:
    stated(workspace, ConsentState.REFUSED)
    (one,) = laid(workspace, "two_people.jpg")
    judging.clean(workspace, one.id, [Way(kind=WayKind.COVER, code="P101")])
    deciding.hand_in(workspace, one.id, by="anna", note=None)
    deciding.decide(workspace, one.id, yes("berta"))
    stated(workspace, ConsentState.WITHDRAWN, "x")  # which is nothing to this picture
    assert posting.post(workspace, one.id, URL).state is ItemState.POSTED


def test_a_copy_that_nobody_has_seen_is_not_posted(workspace: Workspace) -> None:
    stated(workspace, ConsentState.WITHDRAWN)
    (one,) = laid(workspace, "two_people.jpg")
    assert judging.clean(workspace, one.id, [AUTOMATIC]).verdict == "go"
    _, both_covered = desk.copy(workspace, one.id)
    stated(workspace, ConsentState.GIVEN, "facebook")
    now = posting.post(workspace, one.id, URL)
    assert (now.state, now.verdict, now.copy) == (ItemState.JUDGED, "go", True)
    assert (desk.copy(workspace, one.id)[1] != both_covered, posted(workspace)) == (True, [])
    assert posting.post(workspace, one.id, URL).state is ItemState.POSTED


# Meanwhile


def test_what_waits_is_judged_anew_when_the_register_changes_and_may_be_ready(workspace: Workspace) -> None:
    stated(workspace, ConsentState.WITHDRAWN)
    one, judged = handed(workspace, "portrait.jpg"), laid(workspace, "portrait.jpg")[0]
    assert desk.outdated(workspace) == ()
    stated(workspace, ConsentState.GIVEN, "facebook")
    assert desk.outdated(workspace) == (one.id, judged.id)
    assert desk.outdated(workspace, limit=1) == (one.id,)
    ready = judging.judge(workspace, one.id)
    assert (ready.state, ready.verdict) == (ItemState.READY, "go")
    assert deciding.queue(workspace).total == 0
    assert judging.judge(workspace, judged.id).state is ItemState.JUDGED
    assert desk.outdated(workspace) == ()
    assert posting.post(workspace, one.id, URL).state is ItemState.POSTED


def test_what_is_done_on_the_desk_changes_no_answer(workspace: Workspace) -> None:
    (judged,) = laid(workspace, "meadow.jpg")
    one = handed(workspace)
    head, state = workspace.register.head(), workspace.register.state()
    deciding.decide(workspace, one.id, no("berta"))
    deciding.undo_decision(workspace, one.id, "berta")
    assert workspace.register.head() != head
    assert workspace.register.state() == state
    assert desk.outdated(workspace) == ()
    assert judging.judge(workspace, judged.id).changed == judged.changed


def test_a_picture_whose_worker_died_says_why_and_may_be_judged_again(workspace: Workspace) -> None:
    one = handed(workspace)
    assert desk.failed(workspace, one.id, "it took too long").state is ItemState.FAILED
    assert desk.item(workspace, one.id).why == "it took too long"
    assert (desk.outdated(workspace), deciding.queue(workspace).total) == ((), 0)
    assert judging.judge(workspace, one.id).state is ItemState.HANDED
    assert deciding.queue(workspace).total == 1


# At the same time


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Once a picture was looked at for the first time, and before the answer is kept, this is done."""
    left = [act]

    def looked_at(workspace: Workspace, record: ItemRecord, stated: Posting) -> judging.Outcome:
        found = plain(workspace, record, stated)
        while left:
            left.pop()()
        return found

    plain = judging.looked_at
    monkeypatch.setattr(judging, "looked_at", looked_at)


def test_an_answer_that_names_somebody_who_was_erased_meanwhile_is_not_kept(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = desk.open_batch(workspace, "anna", FACEBOOK)
    data = (workspace.kept.folder / "pictures" / "portrait.jpg").read_bytes()
    one = desk.take_in(workspace, batch.id, "portrait.jpg", data)
    meanwhile(monkeypatch, lambda: erase_person(workspace.register, "eileen"))
    assert codes(workspace, judging.judge(workspace, one.id)) == ["P101"]
    assert "eileen" not in desk.item(workspace, one.id).answers["en"].decode()
    assert is_whole(workspace)


def test_what_people_decide_while_a_picture_is_judged_stays(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = handed(workspace)
    meanwhile(monkeypatch, lambda: deciding.decide(workspace, one.id, yes("berta")))
    assert judging.judge(workspace, one.id).state is ItemState.ACCEPTED


def test_a_picture_that_is_cleaned_while_it_is_judged_keeps_its_copy(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = laid(workspace, "with_location.jpg")
    meanwhile(monkeypatch, lambda: judging.clean(workspace, one.id, [AUTOMATIC]))
    now = judging.judge(workspace, one.id)
    assert (now.verdict, now.copy) == ("go", True)
    assert len(files(workspace)) == 4


def test_a_decision_that_is_taken_back_while_the_picture_is_checked_posts_nothing(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = handed(workspace)
    deciding.decide(workspace, one.id, yes("berta"))
    plain = check.check_pictures

    def checked(where: Workspace, sources: list[judging.NamedBytes], request: check.CheckRequest) -> object:
        deciding.undo_decision(where, one.id, "berta")
        return plain(where, sources, request)

    monkeypatch.setattr(posting, "check_pictures", checked)
    with pytest.raises(RequestError, match="changed meanwhile"):
        posting.post(workspace, one.id, URL)
    assert (posted(workspace), deciding.queue(workspace).total) == ([], 1)


def test_a_copy_is_not_posted_by_another_state_of_the_register_than_it_was_cleaned_by(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = laid(workspace, "with_location.jpg")
    judging.clean(workspace, one.id, [AUTOMATIC])
    plain = check.check_pictures

    def checked(where: Workspace, sources: list[judging.NamedBytes], request: check.CheckRequest) -> object:
        stated(where, ConsentState.WITHDRAWN, "x")  # which is nothing to this posting
        return plain(where, sources, request)

    monkeypatch.setattr(posting, "check_pictures", checked)
    with pytest.raises(RegisterError, match="post it again"):
        posting.post(workspace, one.id, URL)
    monkeypatch.setattr(posting, "check_pictures", plain)
    assert posted(workspace) == []
    assert posting.post(workspace, one.id, URL).state is ItemState.POSTED


def test_several_lay_down_and_hand_in_at_once_and_no_number_or_place_is_given_twice(workspace: Workspace) -> None:
    (first,) = laid(workspace, "two_people.jpg")
    picture = desk.original(workspace, first.id)
    policy = workspace.kept.folder / "imgpolicy.toml"

    def one_of_them(account: str) -> None:
        with Workspace.open(policy) as own:
            for _ in range(4):
                item = desk.take_in(own, first.batch, "two_people.jpg", picture)
                judging.judge(own, item.id)
                deciding.hand_in(own, item.id, by=account, note=None)

    with ThreadPoolExecutor() as pool:
        list(pool.map(one_of_them, ("anna", "berta", "carl")))
    assert [item.number for item in desk.items(workspace, first.batch)] == list(range(1, 14))
    queued = deciding.queue(workspace).items
    with workspace.register.reading() as unit:
        assert [item_record(unit, item.id).place for item in queued] == list(range(1, 13))
    assert is_whole(workspace)


# Not kept


def test_pictures_and_answers_are_gone_after_so_many_days_and_what_became_of_them_stays(workspace: Workspace) -> None:
    one = handed(workspace)
    deciding.decide(workspace, one.id, no("berta"))
    assert desk.expire(workspace) == 0
    workspace.kept = replace(workspace.kept, desk_days=0)
    assert desk.expire(workspace) == 1
    assert desk.expire(workspace) == 0
    left = desk.item(workspace, one.id)
    assert (left.item.gone, left.item.state, left.item.verdict) == (True, ItemState.REFUSED, "no-go")
    assert (left.item.name, left.item.sha256, left.item.copy, left.note, left.answers) == ("", None, False, None, {})
    assert [said.by for said in left.approvals] == ["berta"]
    assert files(workspace) == []
    with pytest.raises(RegisterError, match="not kept any more"):
        desk.original(workspace, one.id)
    with pytest.raises(RegisterError, match="not kept any more"):
        judging.judge(workspace, one.id)
    with pytest.raises(RequestError, match="not kept any more"):
        desk.take_in(workspace, one.batch, "a.jpg", b"1")
    assert desk.batches(workspace, None)[0].gone == 1
    assert is_whole(workspace)


def test_what_was_written_and_never_named_is_swept(workspace: Workspace) -> None:
    (one,) = laid(workspace, "meadow.jpg")
    there = files(workspace)
    workspace.register.desk.write(one.id, b"left by somebody who was killed")
    desk.expire(workspace)
    assert len(files(workspace)) == 3
    workspace.register.desk.sweep([file.name for file in there], unnamed_for=-1)
    assert files(workspace) == there


def test_whoever_is_erased_is_in_no_answer_and_no_picture_any_more(workspace: Workspace) -> None:
    one, meadow = laid(workspace, "two_people.jpg", "meadow.jpg")
    named = laid(workspace, "meadow.jpg", stated=replace(FACEBOOK, people=("eileen",)))[0]
    with workspace.register.reading() as unit:
        assert [found.id for found in dossier(unit, "eileen").desk] == [one.id, named.id]
    erase_person(workspace.register, "eileen")
    assert [desk.item(workspace, item.id).item.gone for item in (one, meadow, named)] == [True, False, True]
    assert desk.batch(workspace, named.batch).posting.people == ()
    assert len(files(workspace)) == 2
    assert is_whole(workspace)


def test_another_key_opens_what_was_kept_before(workspace: Workspace) -> None:
    (one,) = laid(workspace, "meadow.jpg")
    data, file = desk.original(workspace, one.id), workspace.kept.folder / "imgpolicy.toml"
    workspace.close()
    maintenance.rekey(file)
    with Workspace.open(file) as opened:
        assert desk.original(opened, one.id) == data
        assert (maintenance.verify(opened).whole, maintenance.verify(opened).remarks) == (True, ())


def test_a_backup_has_the_answers_and_not_the_pictures_which_is_said(workspace: Workspace, tmp_path: Path) -> None:
    (one,) = laid(workspace, "meadow.jpg")
    maintenance.backup(workspace, tmp_path / "backup.sqlite")
    file = workspace.kept.folder / "imgpolicy.toml"
    with Workspace.open(file, register_url=f"sqlite:///{tmp_path / 'backup.sqlite'}") as copy:
        assert desk.item(copy, one.id).item == one
        health = maintenance.verify(copy)
        assert (health.whole, health.remarks) == (True, ("2 files of pictures on the desk are not there",))
        with pytest.raises(RegisterError, match="not there any more"):
            desk.original(copy, one.id)
