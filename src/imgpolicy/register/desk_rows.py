"""The rows of pictures on the desk, opened and sealed: whatever stands in the open of a row is sealed with the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import msgspec

from imgpolicy.domain.desk import Approval, Batch, ItemState, Seen, Way
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.verdict import Verdict, VerdictWord
from imgpolicy.register.row_places import row_place
from imgpolicy.register.sql.desk import ApprovalRow, BatchRow, ItemRow
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.vault import padded

if TYPE_CHECKING:
    from imgpolicy.register.vault import Vault

PICTURE, COPY = "picture", "copy"
"""What an answer is on: the picture as it was laid down, or the clean copy of it."""

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Answered:
    """What is known of an answer besides its words, which are kept apart: `digest` is the SHA-256 of all of them.

    `sha256` is that of the file that was judged, None when it could not be read; `head`, `policy` and `day` are what
    it was judged by.
    """

    digest: str
    sha256: str | None
    verdict: VerdictWord
    head: str
    policy: str
    day: dt.date
    seen: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True)
class Secret:
    """What is sealed of a picture. A later field has a default: what was sealed before has none.

    `posting` is the one that was stated, None where the batch's holds. `generation` is raised when the picture is to be
    judged as another: by another posting, or with other ways out taken. `round` is raised when what reviewers said
    counts no more. `people` are those whom answers and posting name.
    """

    name: str = ""
    sha256: str | None = None
    posting: Posting | None = None
    ways: tuple[Way, ...] = ()
    caption: str | None = None
    note: str | None = None
    why: str | None = None
    handed_by: str | None = None
    handed_at: dt.datetime | None = None
    publication: str | None = None
    posted_at: dt.datetime | None = None
    generation: int = 0
    round: int = 0
    answers: dict[str, Answered] = field(default_factory=dict)
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRecord:
    """A picture as it is kept: its row, opened. The last four before `secret` are names of files."""

    id: str
    batch: str
    account: str
    number: int
    state: ItemState
    verdict: VerdictWord | None
    at: dt.datetime
    changed: dt.datetime
    gone: bool = False
    place: int | None = None
    head: str | None = None
    policy: str | None = None
    original: str | None = None
    small: str | None = None
    copy: str | None = None
    copy_small: str | None = None
    secret: Secret = field(repr=False)

    @property
    def answered(self) -> Answered | None:
        """The answer that counts: on the copy where there is one."""
        return self.secret.answers.get(COPY if self.copy is not None else PICTURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An answer that is to be kept: the reports as JSON by the code of their language, and what is known of it."""

    reports: Mapping[str, bytes]
    sha256: str | None
    verdict: Verdict
    head: str
    policy: str
    day: dt.date
    seen: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What is sealed of a reviewer's word: with what they saw, and of which file (SHA-256)."""

    accept: bool
    name: str
    reason: str
    sha256: str | None = None
    seen: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRecord:
    """A reviewer's word as it is kept."""

    id: str
    item: str
    account: str
    at: dt.datetime
    round: int
    said: Said = field(repr=False)

    @property
    def approval(self) -> Approval:
        """What was said."""
        return Approval(
            by=self.account, name=self.said.name, accept=self.said.accept, reason=self.said.reason, at=self.at
        )


@dataclass(frozen=True, slots=True)
class BatchSecret:
    """What is sealed of a batch: the posting that was stated."""

    posting: Posting
    profile: str | None = None


def opened_batch(unit: UnitOfWork, row: BatchRow) -> Batch:
    """The batch of this row, with the posting that was stated; RegisterError when it was altered."""
    secret = batch_secret(unit.vault, row)
    return Batch(id=row.id, account=row.account, at=row.at, profile=secret.profile, posting=secret.posting)


def batch_secret(vault: Vault, row: BatchRow) -> BatchSecret:
    """What is sealed in the row of a batch; RegisterError when anything in it was altered."""
    return _opened(vault, _batch_place(row), row.details, BatchSecret)


def opened_item(unit: UnitOfWork, row: ItemRow) -> ItemRecord:
    """The picture of this row; RegisterError when anything in it was altered."""
    secret = _opened(unit.vault, _item_place(row), row.details, Secret)
    plain = row._asdict()
    del plain["details"]
    known = {"state": ItemState(row.state), "gone": bool(row.gone), "secret": secret}
    return ItemRecord(**{**plain, **known})


def opened_approval(unit: UnitOfWork, row: ApprovalRow) -> ApprovalRecord:
    """The reviewer's word in this row; RegisterError when it was altered."""
    said = _opened(unit.vault, _approval_place(row), row.details, Said)
    return ApprovalRecord(id=row.id, item=row.item, account=row.account, at=row.at, round=row.round, said=said)


def sealed_batch(vault: Vault, row: BatchRow, secret: BatchSecret) -> BatchRow:
    """The row with this sealed in it."""
    return row._replace(details=_sealed(vault, _batch_place(row), secret))


def sealed_item(vault: Vault, record: ItemRecord) -> ItemRow:
    """The row of a picture."""
    row = ItemRow(
        id=record.id,
        batch=record.batch,
        account=record.account,
        number=record.number,
        state=record.state.value,
        verdict=record.verdict,
        at=record.at,
        changed=record.changed,
        gone=int(record.gone),
        place=record.place,
        head=record.head,
        policy=record.policy,
        original=record.original,
        small=record.small,
        copy=record.copy,
        copy_small=record.copy_small,
        details=b"",
    )
    return row._replace(details=_sealed(vault, _item_place(row), record.secret))


def sealed_approval(vault: Vault, row: ApprovalRow, said: Said) -> ApprovalRow:
    """The row with this sealed in it."""
    return row._replace(details=_sealed(vault, _approval_place(row), said))


def _sealed(vault: Vault, place: str, secret: BatchSecret | Secret | Said) -> bytes:
    return vault.seal(place, padded(msgspec.json.encode(secret)))


SecretT = TypeVar("SecretT", BatchSecret, Secret, Said)


def _opened(vault: Vault, place: str, sealed: bytes, kind: type[SecretT]) -> SecretT:
    return msgspec.json.decode(vault.unseal(place, sealed), type=kind)


def _batch_place(row: BatchRow) -> str:
    return row_place("desk_batch", row[:-1])


def _item_place(row: ItemRow) -> str:
    return row_place("desk_item", row[:-1])


def _approval_place(row: ApprovalRow) -> str:
    return row_place("desk_approval", row[:-1])


def answer_place(item: str, kind: str) -> str:
    """Where the answer of this kind on a picture is at home."""
    return f"desk_answer.details:{item}:{kind}"
