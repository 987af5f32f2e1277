"""Pictures on the desk that several tests use, laid down without looking at any."""

from __future__ import annotations

import datetime as dt

from imgpolicy.domain.desk import Approval, Batch, ItemState, Seen
from imgpolicy.domain.ids import new_id
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.verdict import Verdict
from imgpolicy.register.desk import add_approval, add_batch, add_item, hand_in_picture, post_picture, put, with_answers
from imgpolicy.register.desk_rows import COPY, PICTURE, Given, ItemRecord, Secret
from imgpolicy.register.unit import UnitOfWork

MOMENT = dt.datetime(2026, 5, 4, 9, tzinfo=dt.UTC)
SEEN = Seen("P101", Verdict.NO_GO, None, "a face of nobody known")


def batch(unit: UnitOfWork, *, account: str = "anna", people: tuple[str, ...] = ()) -> Batch:
    """A batch of this account, for a posting with these people."""
    made = Batch(
        id=new_id("b"),
        account=account,
        at=dt.datetime.now(dt.UTC),
        profile="news",
        posting=Posting(channel="website", people=people, caption="Spring"),
    )
    add_batch(unit, made)
    return made


def waiting(unit: UnitOfWork, made: Batch, number: int = 1, *, original: str | None = None) -> ItemRecord:
    """A picture that was laid down."""
    return add_item(
        unit,
        ItemRecord(
            id=new_id("i"),
            batch=made.id,
            account=made.account,
            number=number,
            state=ItemState.WAITING,
            verdict=None,
            at=MOMENT,
            changed=MOMENT,
            original=original,
            secret=Secret(name="portrait.jpg", sha256="ab" * 32),
        ),
    )


def given(person: str, verdict: Verdict = Verdict.NO_GO) -> Given:
    """An answer that names this person."""
    text = b'{"reports": [{"faces": [{"person": "%s"}]}]}' % person.encode()
    return Given(
        reports={"en": text, "da": text},
        sha256="ab" * 32,
        verdict=verdict,
        head="h" * 64,
        policy="p" * 64,
        day=MOMENT.date(),
        seen=(SEEN,),
    )


def laid_down(unit: UnitOfWork, person: str) -> ItemRecord:
    """A picture with this person in its answers, with everything a picture can have, up to its post."""
    record = waiting(unit, batch(unit, people=(person,)))
    record = put(unit, with_answers(unit, record, {PICTURE: given(person), COPY: given(person)}))
    files = {"original": "1" * 32, "small": "2" * 32, "copy": "3" * 32, "copy_small": "4" * 32}
    record = put(unit, ItemRecord(**{**_fields(record), **files}))  # type: ignore[arg-type]  # by name
    record = hand_in_picture(unit, record, "anna", "she agreed by phone")
    add_approval(unit, record, Approval(by="berta", name="Berta Reviewer", accept=True, reason="I know her", at=MOMENT))
    return post_picture(unit, record, "p-1")


def _fields(record: ItemRecord) -> dict[str, object]:
    return {name: getattr(record, name) for name in ItemRecord.__slots__}
