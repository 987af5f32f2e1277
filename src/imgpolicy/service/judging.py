"""What takes its time with pictures on the desk: they are judged, cleaned, and judged for another posting.

    record ─► files ─► (service.check or service.clean) ─► answers and new files ─► one transaction

A picture with ways out taken is cleaned anew when it is judged anew: what cleaning found and nothing was done about is
in its answer, and would not be in a check of the copy alone.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from imgpolicy.domain.desk import DECIDED, STATE_WORDS, Item, ItemState, Way, seen_in
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.verdict import Verdict
from imgpolicy.errors import RegisterError, RemedyError, RequestError
from imgpolicy.language import LanguageCode, language
from imgpolicy.phrase import phrase
from imgpolicy.picture import Picture
from imgpolicy.policy_file import known_word
from imgpolicy.register import desk as kept
from imgpolicy.register.desk_rows import COPY, PICTURE, Given, ItemRecord
from imgpolicy.register.sql.desk import BatchRow
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.report import Report, reports_json
from imgpolicy.service import faces
from imgpolicy.service.check import CheckRequest, accept_posting, check_pictures
from imgpolicy.service.clean import CleanCopy, clean_picture
from imgpolicy.service.deciding import counting
from imgpolicy.service.desk import accept_kept, posting_of, shown
from imgpolicy.service.faces import FaceWord
from imgpolicy.service.profiles import with_profile
from imgpolicy.service.smalls import small_of
from imgpolicy.service.ways import request_of
from imgpolicy.service.workspace import Workspace

_TRIES = 5
_CHANGEABLE = frozenset({ItemState.WAITING, ItemState.JUDGED, ItemState.FAILED, ItemState.HANDED, ItemState.READY})
_CLEANABLE = frozenset({ItemState.JUDGED, ItemState.HANDED, ItemState.READY})


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of looking at a picture: the answers by what they are on, and the small pictures likewise.

    With `data` there is a clean copy, made by `ways`.
    """

    answers: Mapping[str, Given]
    smalls: Mapping[str, bytes]
    ways: tuple[Way, ...] = ()
    data: bytes | None = field(default=None, repr=False)
    caption: str | None = None


class NamedBytes(io.BytesIO):
    """A picture's bytes, as a file that has the picture's name."""

    def __init__(self, data: bytes, name: str) -> None:
        super().__init__(data)
        self.name = name


def judge(workspace: Workspace, item_id: str) -> Item:
    """The picture with an answer of now; with ways out taken it is cleaned anew.

    One that cannot be read is answered too (X001). One that lies with the reviewers stays there, and is ready when it
    is a go now by itself; what people decided stays, and comes back as it is. RegisterError when the picture is not
    kept any more, or the register cannot be asked; RequestError when its posting may not be asked any more.
    """
    for _ in range(_TRIES):
        with workspace.register.reading() as unit:
            before = kept.item_record(unit, item_id)
            accept_kept(before)
            if before.state in DECIDED:
                return shown(unit, [before])[0]
            posting = posting_of(unit, before)
        after = keep(workspace, before, looked_at(workspace, before, posting), touches=False)
        if after is not None:
            return after
    raise RegisterError(phrase("the picture changes faster than it can be judged; try again"))


def clean(workspace: Workspace, item_id: str, ways: Sequence[Way]) -> Item:
    """The picture with a clean copy, on which its answer is from now on; the picture as it was stays until it expires.

    RequestError when people have decided on it, it was not judged yet, or the ways out change nothing; RemedyError when
    the file cannot be written so, or somebody is to be covered who is not in it.
    """
    with workspace.register.reading() as unit:
        before = kept.item_record(unit, item_id)
        accept_change(unit, before, _CLEANABLE)
        posting = posting_of(unit, before)
    outcome = _cleaned(workspace, before, posting, tuple(ways))
    if outcome is None:
        raise RequestError(phrase("none of these ways out changes the picture"))
    after = keep(workspace, before, outcome, touches=True)
    if after is None:
        raise RequestError(phrase("the picture was changed meanwhile: look at it again"))
    return after


def dismiss(workspace: Workspace, item_id: str, word: FaceWord) -> Item:
    """The picture, judged anew, after a reviewer said of one of its faces that it is none, or artwork.

    RequestError when ways out were taken of it, for then the faces are counted otherwise; RegisterError when it has no
    such face, or nobody answers for the word.
    """
    with workspace.register.reading() as unit:
        record = kept.item_record(unit, item_id)
        accept_change(unit, record, _CHANGEABLE)
    if record.copy is not None:
        raise RequestError(phrase("undo the ways out that were taken: the faces are counted in the picture as it was"))
    data = workspace.register.desk.read(item_id, accept_kept(record))
    faces.dismiss(workspace, NamedBytes(data, record.secret.name), word)
    return judge(workspace, item_id)


def undo(workspace: Workspace, item_id: str) -> Item:
    """The picture without its clean copy, and with the answer on it as it was laid down.

    RequestError when there is no copy, or people have decided on it.
    """
    with workspace.register.writing() as unit:
        record = kept.item_record(unit, item_id)
        accept_change(unit, record, _CLEANABLE)
        if record.copy is None:
            raise RequestError(phrase("there is no clean copy of this picture"))
        record = _anew(kept.without_copy(unit, record))
        return shown(unit, [kept.put(unit, replace(record, state=_state_of(record)))])[0]


def change(workspace: Workspace, target_id: str, posting: Posting, *, profile: str | None = None) -> tuple[Item, ...]:
    """The pictures that wait to be judged for this posting now: the one with this id, or those of the batch with it.

    Of a batch those on which people decided keep the posting that they had. Raises what `open_batch` does for the
    posting, and RequestError for a single picture on which people decided.
    """
    stated = with_profile(workspace.policy, profile, posting)
    accept_posting(workspace, stated)
    with workspace.register.writing() as unit:
        if not unit.sql.desk.find(BatchRow, "id", target_id):
            record = kept.item_record(unit, target_id)
            accept_change(unit, record, _CHANGEABLE)
            return shown(unit, [to_be_judged(unit, record, stated)])
        row = kept.batch_row(unit, target_id)
        if row.gone:
            raise RequestError(phrase("the pictures of this batch are not kept any more: open another"))
        changed = []
        for record in kept.items_of(unit, target_id):
            if _may_change(unit, record, _CHANGEABLE):
                changed.append(to_be_judged(unit, record, stated))
            elif not record.gone and record.secret.posting is None:
                secret = replace(record.secret, posting=posting_of(unit, record))
                kept.put(unit, replace(record, secret=secret), touches=False, changes=False)
        name = known_word(phrase("profile"), profile, workspace.policy.profiles)
        kept.change_batch(unit, kept.batch_row(unit, target_id), stated, name)
        return shown(unit, changed)


def looked_at(workspace: Workspace, record: ItemRecord, posting: Posting) -> Outcome:
    """What comes of looking at the picture now, with the ways out taken that were taken; nothing is kept of it."""
    if record.secret.ways:
        try:
            outcome = _cleaned(workspace, record, posting, record.secret.ways)
        except RemedyError:  # such as somebody who was to be covered, and is not recognised any more
            outcome = None
        if outcome is not None:
            return outcome
    data = workspace.register.desk.read(record.id, accept_kept(record))
    smalls: dict[str, bytes] = {}
    source = NamedBytes(data, record.secret.name)
    (checked,) = check_pictures(workspace, [source], CheckRequest(posting=posting), see=_keeping(smalls, PICTURE))
    return Outcome(answers={PICTURE: given(workspace, checked.report)}, smalls=smalls)


def given(workspace: Workspace, report: Report) -> Given:
    """The report as an answer that can be kept, in every language."""
    return Given(
        reports={code.value: reports_json([report], language(code)).encode() for code in LanguageCode},
        sha256=report.picture.sha256,
        verdict=report.verdict,
        head=report.register_head or "",
        policy=report.policy.sha256,
        day=workspace.kept.consents.today(),
        seen=seen_in(report.findings),
    )


def keep(workspace: Workspace, before: ItemRecord, outcome: Outcome, *, touches: bool) -> Item | None:
    """The picture with what came of it; None when it was changed meanwhile, people decided, or somebody was erased.

    With `touches` somebody asked for it, and it is another picture from now on for whoever judges the former.
    """
    files = _written(workspace, before, outcome)
    with workspace.register.writing() as unit:
        now = kept.item_record(unit, before.id)
        if _is_as_it_was(unit, before, now, touches=touches) and not kept.names_strangers(unit, outcome.answers):
            secret = replace(now.secret, ways=outcome.ways, caption=outcome.caption, why=None)
            record = replace(now, **files, secret=secret)  # type: ignore[arg-type]  # each of them is a file's name
            record = kept.with_answers(unit, record, outcome.answers)
            record = replace(_anew(record) if touches else record, state=_state_of(record))
            record = kept.put(unit, record, touches=touches, changes=_differs(now, record))
            return shown(unit, [record])[0]
    workspace.register.desk.remove({name for name in files.values() if name is not None} - {before.copy})
    return None


def _is_as_it_was(unit: UnitOfWork, before: ItemRecord, now: ItemRecord, *, touches: bool) -> bool:
    """Whether what was looked at is what is there, and people have not decided meanwhile."""
    if now.gone or (now.secret.generation, now.copy) != (before.secret.generation, before.copy):
        return False
    return now.state in _CLEANABLE and not counting(unit, now) if touches else now.state in _CHANGEABLE


def _cleaned(workspace: Workspace, record: ItemRecord, posting: Posting, ways: tuple[Way, ...]) -> Outcome | None:
    """What comes of these ways out; None when they change nothing, or the picture cannot be read."""
    data = workspace.register.desk.read(record.id, accept_kept(record))
    seen: list[bytes] = []

    def see(picture: Picture, report: Report) -> None:
        seen.append(small_of(picture, report))

    request = request_of(ways, posting)
    made: CleanCopy = clean_picture(workspace, NamedBytes(data, record.secret.name), request, see=see)
    if made.data is None or made.data == data:
        return None
    return Outcome(
        answers={PICTURE: given(workspace, made.first.report), COPY: given(workspace, made.last.report)},
        smalls={PICTURE: seen[0], COPY: seen[-1]},
        ways=ways,
        data=made.data,
        caption=made.caption,
    )


def _written(workspace: Workspace, before: ItemRecord, outcome: Outcome) -> dict[str, str | None]:
    """The names of the files of the outcome, by their columns; a copy that is the same again stays as it is."""
    write, answer = workspace.register.desk.write, outcome.answers.get(COPY)
    same = before.copy is not None and answer is not None and before.answered is not None
    same = same and answer is not None and before.answered is not None and before.answered.sha256 == answer.sha256
    small, copy_small = outcome.smalls.get(PICTURE), outcome.smalls.get(COPY)
    names: dict[str, str | None] = {"copy": before.copy if same else None}
    if outcome.data is not None and not same:
        names["copy"] = write(before.id, outcome.data)
    names["small"] = None if small is None else write(before.id, small)
    names["copy_small"] = None if copy_small is None else write(before.id, copy_small)
    return names


def _keeping(smalls: dict[str, bytes], kind: str) -> Callable[[Picture, Report], None]:
    def see(picture: Picture, report: Report) -> None:
        smalls[kind] = small_of(picture, report)

    return see


def to_be_judged(unit: UnitOfWork, record: ItemRecord, posting: Posting) -> ItemRecord:
    """The picture as another one, which waits to be judged for this posting."""
    secret = replace(record.secret, posting=posting, caption=None, why=None)
    waiting = replace(record, state=ItemState.WAITING, copy=None, copy_small=None, secret=secret)
    return kept.put(unit, _anew(kept.with_answers(unit, waiting, {})))


def accept_change(unit: UnitOfWork, record: ItemRecord, states: frozenset[ItemState]) -> None:
    """Nothing, when the picture stands where it may be changed, and nobody has decided on it; else RequestError."""
    accept_kept(record)
    if record.state not in states:
        raise RequestError(phrase("this picture cannot be changed: it is {state}", state=STATE_WORDS[record.state]))
    if counting(unit, record):
        raise RequestError(phrase("a reviewer has decided on this picture: it is not changed under their eyes"))


def _may_change(unit: UnitOfWork, record: ItemRecord, states: frozenset[ItemState]) -> bool:
    return not record.gone and record.state in states and not counting(unit, record)


def _anew(record: ItemRecord) -> ItemRecord:
    """The picture as another one for whoever is judging the former."""
    return replace(record, secret=replace(record.secret, generation=record.secret.generation + 1))


def _state_of(record: ItemRecord) -> ItemState:
    """Where a picture stands that was judged."""
    if record.place is None:
        return ItemState.JUDGED
    return ItemState.READY if record.verdict == Verdict.GO.word else ItemState.HANDED


def _differs(before: ItemRecord, after: ItemRecord) -> bool:
    """Whether somebody who looked at the picture before would see something else now."""
    old, new = before.answered, after.answered
    if old is None or new is None or before.state is not after.state:
        return True
    return (old.sha256, old.seen, old.verdict) != (new.sha256, new.seen, new.verdict)
