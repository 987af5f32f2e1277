"""A desk at which whoever works is killed again and again: `python -m tests.service.desk_kills FOLDER KILLS`.

The folder is the demonstration's. After each kill the desk is held against what was told to be done before it.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from imgpolicy.domain.desk import MOST_PICTURES, Approval, ItemState, Way, WayKind
from imgpolicy.domain.posting import Origin, Posting, Role
from imgpolicy.register.desk import items_of
from imgpolicy.register.desk_rows import ItemRecord
from imgpolicy.register.maintenance import verify
from imgpolicy.register.publications import publications
from imgpolicy.register.sql.desk import BatchRow
from imgpolicy.service import deciding, desk, judging, posting
from imgpolicy.service.workspace import Workspace

FACEBOOK = Posting(channel="facebook", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN)
URL = "https://example.org/"
MOST_ACTS = 18
"""Acts before a kill; a picture is posted by the ninth."""

MOST_WAITING = 6000
NEVER_OFF = {"P106", "P107", "P108", "P109", "P110", "P111", "X001"}


def only_the_file_is_looked_at(folder: Path) -> Path:
    """The policy without what takes long to look for."""
    file = folder / "imgpolicy.toml"
    text = re.sub(
        r'^([CLSPR]\d{3}) = "[a-z-]+"',
        lambda rule: rule[0] if rule[1] in NEVER_OFF else f'{rule[1]} = "off"',
        file.read_text(),
        flags=re.MULTILINE,
    )
    file.write_text(text.replace('mode = "identify"', 'mode = "off"'))
    return file


def acts(workspace: Workspace, picture: bytes) -> Iterator[tuple[str, ItemState]]:
    """What people do at the desk one after the other: each picture with its state once that is done."""
    batch = desk.open_batch(workspace, "anna", FACEBOOK)
    yes, no = (Approval(by="berta", name="Berta", accept=one, reason="because") for one in (True, False))
    for number in range(MOST_PICTURES):
        item = desk.take_in(workspace, batch.id, "with_location.jpg", picture).id
        yield item, ItemState.WAITING
        steps: list[Callable[[], object]] = [
            partial(judging.judge, workspace, item),
            partial(judging.clean, workspace, item, [Way(kind=WayKind.AUTOMATIC)]),
            partial(judging.undo, workspace, item),
            partial(deciding.hand_in, workspace, item, by="anna", note="a note"),
            partial(deciding.decide, workspace, item, no),
            partial(deciding.undo_decision, workspace, item, "berta"),
            partial(deciding.decide, workspace, item, yes),
            partial(posting.post, workspace, item, f"{URL}{item}/{number}"),
        ]
        for step in steps:
            step()
            yield item, desk.item(workspace, item).item.state


def work(policy: Path, told: int) -> None:
    """Act until killed; each act is told when it is done."""
    picture = (policy.parent / "pictures" / "with_location.jpg").read_bytes()
    with Workspace.open(policy) as workspace:
        while True:
            for item, state in acts(workspace, picture):
                os.write(told, json.dumps([item, state]).encode() + b"\n")


def check(policy: Path, told: Path) -> Counter[ItemState]:
    """What is on the desk by its state; AssertionError when something is lost, doubled or half done."""
    last: dict[str, ItemState] = {}
    for line in told.read_text().splitlines():
        item, state = json.loads(line)
        last[item] = ItemState(state)
    with Workspace.open(policy) as workspace:
        with workspace.register.reading() as unit:
            health = verify(unit)
            assert health.whole, health
            records = [one for row in unit.sql.desk.find(BatchRow) for one in items_of(unit, row.id)]
            posts = [post.id for post in publications(unit) if post.url.startswith(URL)]
            named = unit.sql.desk.files()
        _hold(records, last)
        assert sorted(posts) == sorted(one.secret.publication for one in records if one.secret.publication)
        assert workspace.register.desk.missing(named) == 0
        workspace.register.desk.sweep(named, unnamed_for=-1)
        for one in records:
            assert desk.original(workspace, one.id)
    return Counter(one.state for one in records)


def _hold(records: list[ItemRecord], last: dict[str, ItemState]) -> None:
    places = [one.place for one in records if one.place is not None]
    assert sorted(places) == list(range(1, len(places) + 1))
    states = {one.id: one.state for one in records}
    assert last.keys() <= states.keys()
    numbers = Counter((one.batch, one.number) for one in records)
    assert set(numbers.values()) <= {1}
    order = [
        *(ItemState.WAITING, ItemState.JUDGED, ItemState.HANDED, ItemState.REFUSED, ItemState.ACCEPTED),
        ItemState.POSTED,
    ]
    for item, state in last.items():
        # What was told is done; one act more may be, which was not told any more.
        now = order.index(states[item])
        assert now in {order.index(state), order.index(state) + 1} or (
            (state, states[item]) in {(ItemState.HANDED, ItemState.ACCEPTED), (ItemState.REFUSED, ItemState.HANDED)}
        ), (state, states[item])
        if states[item] is ItemState.POSTED:
            assert next(one for one in records if one.id == item).secret.publication


def acts_told(told: Path) -> int:
    """How many acts were told to be done."""
    return told.read_bytes().count(b"\n")


def _wait_for(told: Path, acts: int) -> None:
    for _ in range(MOST_WAITING):
        if acts_told(told) >= acts:
            return
        time.sleep(0.01)
    raise AssertionError("whoever works has stopped")


def main(folder: Path, kills: int) -> None:
    """Kill whoever works so often, and print what is on the desk then."""
    policy, told = only_the_file_is_looked_at(folder), folder / "told.jsonl"
    told.touch()
    chance, found = random.Random(7), Counter[ItemState]()
    for _ in range(kills):
        child = os.fork()
        if child == 0:
            work(policy, os.open(told, os.O_WRONLY | os.O_APPEND))
        _wait_for(told, acts_told(told) + chance.randint(1, MOST_ACTS))
        time.sleep(chance.uniform(0, 0.1))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        found = check(policy, told)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
