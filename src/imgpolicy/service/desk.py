"""Pictures on the desk: laid down in batches, judged, cleaned, and kept for so many days as the policy says.

open_batch ─► take_in each picture ─► judge ─► clean, change ─► (deciding: hand_in, decide) ─► (posting: post) ─► expire

Every change of a picture is one transaction. Files are written before it, under names that nothing had, and count when
it is done.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import PurePath

from imgpolicy import formats
from imgpolicy.domain.desk import (
    DECIDED,
    MOST_BYTES,
    MOST_PICTURES,
    Batch,
    BatchSummary,
    Details,
    Item,
    ItemState,
)
from imgpolicy.domain.ids import check_id, new_id
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.verdict import Verdict, VerdictWord
from imgpolicy.errors import RegisterError, RequestError
from imgpolicy.phrase import phrase
from imgpolicy.policy_file import known_word
from imgpolicy.register import desk as kept
from imgpolicy.register.desk_rows import ItemRecord, Secret, opened_batch
from imgpolicy.register.publications import addresses
from imgpolicy.register.sql.desk import BatchRow, ItemRow
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.service.check import accept_posting, complete
from imgpolicy.service.profiles import with_profile
from imgpolicy.service.smalls import opened
from imgpolicy.service.workspace import Workspace
from imgpolicy.sources import is_url, read

_LONGEST_NAME = 200
_LONGEST_REASON = 500
_MOST_AT_ONCE = 200


def open_batch(workspace: Workspace, account: str, posting: Posting, *, profile: str | None = None) -> Batch:
    """A new batch of this account's, for a posting that the profile of this name completes.

    Raises RequestError and RegisterError as `accept_posting` does, and for a profile that the policy does not have.
    """
    check_id(account)
    stated = with_profile(workspace.policy, profile, posting)
    posting = accept_posting(workspace, stated)
    name = known_word(phrase("profile"), profile, workspace.policy.profiles)
    batch = Batch(id=new_id("b"), account=account, at=dt.datetime.now(dt.UTC), profile=name, posting=stated)
    with workspace.register.writing() as unit:
        kept.add_batch(unit, batch)
    return replace(batch, posting=posting)


def take_in(workspace: Workspace, batch_id: str, name: str, data: bytes) -> Item:
    """The picture that these bytes are, laid down as the next of the batch and waiting to be judged.

    Folders and characters that are not shown leave its name. RequestError when the batch is full or not kept any more,
    or the file has more than 200 MB; RegisterError when there is no such batch.
    """
    if len(data) > MOST_BYTES:
        raise RequestError(
            phrase(
                "the file has {count} bytes; {most} can be laid down",
                count=f"{len(data):,}",
                most=f"{MOST_BYTES:,}",
            )
        )
    with workspace.register.reading() as unit:
        _accept_another(unit, kept.batch_row(unit, batch_id))
    item_id, now = new_id("i"), dt.datetime.now(dt.UTC)
    file = workspace.register.desk.write(item_id, data)
    try:
        with workspace.register.writing() as unit:
            row = kept.batch_row(unit, batch_id)
            record = ItemRecord(
                id=item_id,
                batch=batch_id,
                account=row.account,
                number=_accept_another(unit, row),
                state=ItemState.WAITING,
                verdict=None,
                at=now,
                changed=now,
                original=file,
                secret=Secret(name=cleaned_name(name), sha256=hashlib.sha256(data).hexdigest()),
            )
            return shown(unit, [kept.add_item(unit, record)])[0]
    except RequestError:
        # After any other error nobody knows whether a row names the file: whoever sweeps does.
        workspace.register.desk.remove([file])
        raise


def fetch_in(workspace: Workspace, batch_id: str, url: str) -> Item:
    """The picture at an http or https address, laid down as `take_in` does.

    PictureError when it cannot be fetched, or lies in a private network; RequestError for what is no address.
    """
    if not is_url(url):
        raise RequestError(phrase("this is no address of a picture: it begins with https:// or http://"))
    name, data = read(url)
    return take_in(workspace, batch_id, name, data)


def batches(
    workspace: Workspace, account: str | None, *, before: str | None = None, limit: int = 20
) -> tuple[BatchSummary, ...]:
    """The newest batches of one account, or of all, with what became of their pictures.

    `before` is the id of the batch after which they go on. RegisterError when there is no such batch.
    """
    with workspace.register.reading() as unit:
        last = None if before is None else kept.batch_row(unit, before)
        rows = unit.sql.desk.batches(account, last, max(1, min(limit, _MOST_AT_ONCE)))
        counts = unit.sql.desk.counts([row.id for row in rows])
        opened = [opened_batch(unit, row) for row in rows]
    return tuple(_summary(_completed(workspace, batch), counts) for batch in opened)


def batch(workspace: Workspace, batch_id: str) -> Batch:
    """The batch with this id; RegisterError when there is none."""
    with workspace.register.reading() as unit:
        found = opened_batch(unit, kept.batch_row(unit, batch_id))
    return _completed(workspace, found)


def items(workspace: Workspace, batch_id: str) -> tuple[Item, ...]:
    """The pictures of a batch in their order; RegisterError when there is no such batch."""
    with workspace.register.reading() as unit:
        kept.batch_row(unit, batch_id)
        return shown(unit, kept.items_of(unit, batch_id))


def item(workspace: Workspace, item_id: str) -> Details:
    """All that is shown of one picture; RegisterError when there is none with this id."""
    with workspace.register.reading() as unit:
        record = kept.item_record(unit, item_id)
        (found,) = shown(unit, [record])
        said = kept.approvals_of(unit, [item_id])
        return Details(
            item=found,
            answers=kept.answers_on(unit, record),
            caption=record.secret.caption,
            approvals=tuple(one.approval for one in said if one.round == record.secret.round),
            note=record.secret.note,
            why=record.secret.why,
            ways=record.secret.ways,
        )


def small(workspace: Workspace, item_id: str, *, before: bool = False) -> bytes | None:
    """A JPEG of at most 1200 pixels that shows everybody in the picture, for those who may see the desk.

    It is of the clean copy where there is one, unless it is to be as it was `before`. Text and codes that findings are
    about are hidden. None when the picture was not judged yet, or could not be read.
    """
    record = _record(workspace, item_id)
    file = record.small if record.copy is None or before else record.copy_small
    return None if file is None else opened(workspace.register.desk.read(item_id, file)).picture


def face(workspace: Workspace, item_id: str, number: int) -> bytes | None:
    """A JPEG of a stranger in the picture that `small` shows, by the number that the answer on it gives them.

    None where there is none, or it is on another than the first frame.
    """
    record = _record(workspace, item_id)
    file = record.small if record.copy is None else record.copy_small
    return None if file is None else opened(workspace.register.desk.read(item_id, file)).faces.get(number)


def original(workspace: Workspace, item_id: str) -> bytes:
    """The picture as it was laid down; RegisterError when it is not kept any more."""
    return workspace.register.desk.read(item_id, accept_kept(_record(workspace, item_id)))


def copy(workspace: Workspace, item_id: str) -> tuple[str, bytes]:
    """The clean copy and a name for it, which ends as its format does; RequestError when there is none."""
    record = _record(workspace, item_id)
    if record.copy is None:
        raise RequestError(phrase("there is no clean copy of this picture"))
    data = workspace.register.desk.read(item_id, record.copy)
    found, name = formats.format_of(data), PurePath(record.secret.name)
    if found is None or formats.fits(name.suffix, found.name):
        return name.name, data
    return f"{name.stem}{found.suffixes[0]}", data


def may_be_posted(found: Item) -> bool:
    """Whether the picture is a go, or reviewers accepted it, it is still kept, and it was not posted yet."""
    go = found.state in {ItemState.JUDGED, ItemState.READY} and found.verdict == Verdict.GO.word
    return not found.gone and (go or found.state is ItemState.ACCEPTED)


def waiting(workspace: Workspace) -> tuple[str, ...]:
    """The ids of pictures that were not judged yet, as when the program ended before it came to them."""
    with workspace.register.reading() as unit:
        rows = unit.sql.desk.find(ItemRow, "state", ItemState.WAITING.value)
    return tuple(row.id for row in sorted(rows, key=lambda row: row.at) if not row.gone)


def outdated(workspace: Workspace, limit: int = 50) -> tuple[str, ...]:
    """The ids of pictures whose answer was given by another state of the register, or another policy, than now.

    Those in the queue come first, in its order. Of those that people decided none is among them.
    """
    policy = workspace.policy.ref.sha256
    with workspace.register.reading() as unit:
        states = (ItemState.HANDED, ItemState.JUDGED)
        return tuple(unit.sql.desk.judged_otherwise(states, unit.state(), policy, max(1, limit)))


def failed(workspace: Workspace, item_id: str, why: str) -> Item:
    """The picture as one that could not be judged; as it is when people decided already, or it is not kept any more."""
    with workspace.register.writing() as unit:
        record = kept.item_record(unit, item_id)
        if record.state not in DECIDED and not record.gone:
            secret = replace(record.secret, why=why.encode("utf-8", "replace").decode()[:_LONGEST_REASON])
            failing = replace(record, state=ItemState.FAILED, verdict=None, head=None, policy=None, secret=secret)
            record = kept.put(unit, failing, touches=False)
        return shown(unit, [record])[0]


def expire(workspace: Workspace) -> int:
    """How many pictures were let go, with their answers: those of batches to which nobody did anything for so long.

    Files that nothing names any more go too, as a process that was killed leaves them.
    """
    register, count = workspace.register, 0
    since = dt.datetime.now(dt.UTC) - dt.timedelta(days=workspace.kept.desk_days)
    with register.reading() as unit:
        untouched = unit.sql.desk.untouched(since)
    for batch_id in untouched:
        with register.writing() as unit:
            row = kept.batch_row(unit, batch_id)
            if not row.gone and row.touched < since:
                there = [record for record in kept.items_of(unit, batch_id) if not record.gone]
                for record in there:
                    kept.empty_item(unit, record)
                kept.empty_batch(unit, row)
                count += len(there)
    with register.reading() as unit:
        named = unit.sql.desk.files()
    register.desk.sweep(named)
    if untouched:
        register.scrub()
    return count


def shown(unit: UnitOfWork, records: Sequence[ItemRecord]) -> tuple[Item, ...]:
    """The pictures as others see them."""
    posted = addresses(unit, [one.secret.publication for one in records if one.secret.publication is not None])
    return tuple(
        Item(
            id=one.id,
            batch=one.batch,
            account=one.account,
            number=one.number,
            state=one.state,
            verdict=one.verdict,
            at=one.at,
            changed=one.changed,
            name=one.secret.name,
            sha256=one.secret.sha256,
            gone=one.gone,
            copy=one.copy is not None,
            url=posted.get(one.secret.publication or ""),
        )
        for one in records
    )


def posting_of(unit: UnitOfWork, record: ItemRecord) -> Posting:
    """The posting that was stated for the picture."""
    return record.secret.posting or opened_batch(unit, kept.batch_row(unit, record.batch)).posting


def accept_kept(record: ItemRecord) -> str:
    """The file of the picture as it was laid down; RegisterError when it is not kept any more."""
    if record.gone or record.original is None:
        raise RegisterError(phrase("the picture {id} is not kept any more", id=repr(record.id)))
    return record.original


def cleaned_name(name: str) -> str:
    """The name without folders and characters that are not shown; `picture` when nothing is left."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = (
        "".join(char for char in last if unicodedata.category(char)[0] not in "CZ" or char == " ").strip(" .")
        or "picture"
    )
    suffix = PurePath(plain).suffix
    return plain if len(plain) <= _LONGEST_NAME else f"{plain[: _LONGEST_NAME - len(suffix)]}{suffix}"[:_LONGEST_NAME]


def _record(workspace: Workspace, item_id: str) -> ItemRecord:
    with workspace.register.reading() as unit:
        return kept.item_record(unit, item_id)


def _accept_another(unit: UnitOfWork, row: BatchRow) -> int:
    """The number of the next picture of the batch."""
    if row.gone:
        raise RequestError(phrase("the pictures of this batch are not kept any more: open another"))
    number = unit.sql.desk.last_number(row.id) + 1
    if number > MOST_PICTURES:
        raise RequestError(phrase("a batch has at most {most} pictures: open another", most=MOST_PICTURES))
    return number


def _completed(workspace: Workspace, batch: Batch) -> Batch:
    """The batch with its posting as the policy completes it now; as it was stated where the policy knows it no more."""
    try:
        return replace(batch, posting=complete(workspace.policy, batch.posting))
    except RequestError:
        return batch


def _summary(batch: Batch, counts: Iterable[tuple[str, str, str | None, int, int]]) -> BatchSummary:
    own = [one for one in counts if one[0] == batch.id]
    states: Counter[ItemState] = Counter()
    verdicts: Counter[VerdictWord] = Counter()
    gone = 0
    for _, state, verdict, is_gone, count in own:
        states[ItemState(state)] += count
        gone += count if is_gone else 0
        if verdict is not None:
            verdicts[Verdict.from_word(verdict).word] += count
    return BatchSummary(batch=batch, pictures=states.total(), verdicts=verdicts, states=states, gone=gone)
