"""What the desk takes: pages of a long queue, the next picture after a decision, many pictures at once, many people.

Usage: `python benchmarks/desk.py queue|drop|people|hostile [--pictures FOLDER] [--count N]`. A real server runs over
the demonstration's folder in a process of its own; times are what somebody at the other end waits, memory is that of
the server and its workers together.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.server.running import ServedApart, served, token_of

from imgpolicy.domain.account import Account, AccountRole
from imgpolicy.domain.desk import Batch, ItemState
from imgpolicy.domain.ids import new_id
from imgpolicy.domain.posting import Origin, Posting, Role
from imgpolicy.register import desk as kept
from imgpolicy.register.desk_rows import PICTURE, ItemRecord
from imgpolicy.service import accounts, desk, judging
from imgpolicy.service.scaffold import lay_out_demo
from imgpolicy.service.workspace import Workspace

QUEUED = 10_000
PEOPLE = 8
POSTING = Posting(channel="website", role=Role.EMPLOYEE, purpose="news", origin=Origin.OWN)
FORM = {"channel": "website", "role": "employee", "purpose": "news", "origin": "own", "profile": ""}


def main() -> None:
    """Print what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["queue", "drop", "people", "hostile"])
    parser.add_argument("--pictures", type=Path, help="a folder of pictures, in place of the demonstration's")
    parser.add_argument("--count", type=int, default=200, help="how many are dropped, or are hostile")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "work"
        lay_out_demo(folder)
        found = sorted((given.pictures or folder / "pictures").rglob("*.jpg"))
        with Workspace.open(folder / "imgpolicy.toml") as workspace:
            for number in range(PEOPLE):
                account = Account(id=f"u{number}", name=f"User {number}", role=AccountRole.REVIEWER)
                accounts.add(workspace, account, password=password(number))
            if given.what == "queue":
                fill_queue(workspace, folder / "pictures" / "with_location.jpg")
        with served(folder) as running:
            asked: dict[str, Callable[[], None]] = {
                "queue": lambda: queue(running),
                "drop": lambda: drop(running, found, given.count),
                "people": lambda: people(running, found),
                "hostile": lambda: hostile(running, found, given.count),
            }
            asked[given.what]()


def password(number: int) -> str:
    """The password of the account of this number."""
    return f"the password of {number}"


def fill_queue(workspace: Workspace, picture: Path) -> None:
    """Ten thousand pictures in the queue, with the answer and the small picture of one that was judged."""
    first = desk.open_batch(workspace, "u0", POSTING)
    item = judging.judge(workspace, desk.take_in(workspace, first.id, picture.name, picture.read_bytes()).id)
    with workspace.register.writing() as unit:
        model = kept.item_record(unit, item.id)
        answers = {PICTURE: judging.given(workspace, workspace.checker.check(picture.read_bytes(), POSTING))}
        batch = Batch(id=new_id("b"), account="u0", at=model.at, profile=None, posting=POSTING)
        kept.add_batch(unit, batch)
        for number in range(QUEUED):
            record = ItemRecord(
                id=new_id("i"),
                batch=batch.id,
                account="u0",
                number=number + 1,
                state=ItemState.JUDGED,
                verdict=model.verdict,
                at=model.at,
                changed=model.changed,
                secret=model.secret,
                original=model.original,
            )
            added = kept.with_answers(unit, kept.add_item(unit, record), answers)
            kept.hand_in_picture(unit, added, "u0", None)


@contextlib.contextmanager
def signed_in(running: ServedApart, number: int) -> Iterator[httpx.Client]:
    """Somebody who is signed in."""
    with running.client() as client:
        form = {"login": f"u{number}", "password": password(number)}
        assert client.post("/sign-in", data=form, headers={"origin": running.address}).status_code == 303
        yield client


def queue(running: ServedApart) -> None:
    """Pages of a queue of ten thousand, and a decision with the page that follows it."""
    with signed_in(running, 1) as client:
        pages: list[float] = []
        decisions: list[float] = []
        page = timed(pages, lambda: client.get("/queue"))
        for _ in range(30):
            page = timed(pages, lambda: client.get("/queue"))
        for _ in range(30):
            item = page.text.split('action="/queue/')[1].split("/")[0]
            following = page.text.split('name="next" value="')[1].split('"')[0]
            shown = page.text.split('name="shown" value="')[1].split('"')[0]
            form = {"token": token_of(page), "next": following, "shown": shown, "decision": "accept", "reason": "seen"}
            page = timed(decisions, partial(decided, client, running, item, form))
        tell(f"a page of a queue of {QUEUED:,}", pages)
        tell("from a decision to the next picture", decisions)


def decided(client: httpx.Client, running: ServedApart, item: str, form: dict[str, str]) -> httpx.Response:
    """The page that follows a decision."""
    answer = client.post(f"/queue/{item}/decide", data=form, headers={"origin": running.address})
    assert answer.status_code == 303, answer.text
    return client.get(answer.headers["location"])


def timed(times: list[float], ask: Callable[[], httpx.Response]) -> httpx.Response:
    """The answer; how long it took is added to the times."""
    begun = time.perf_counter()
    answer = ask()
    times.append(time.perf_counter() - begun)
    assert answer.status_code == 200, answer.text
    return answer


def tell(what: str, times: Sequence[float]) -> None:
    """A line with the median and the worst, in milliseconds."""
    print(f"{what}: median {1000 * statistics.median(times):.0f} ms, most {1000 * max(times):.0f} ms", flush=True)


def drop(running: ServedApart, pictures: Sequence[Path], count: int) -> None:
    """Many pictures at once: when the first answer is there, and how long other pages take meanwhile."""
    with signed_in(running, 1) as client, signed_in(running, 2) as other, watched(running) as most:
        sent = threading.Thread(target=send, args=(client, running, pictures, count))
        begun = time.perf_counter()
        first = 0.0
        pages: list[float] = []
        sent.start()
        while sent.is_alive() or not first:
            timed(pages, lambda: other.get("/people"))
            page = client.get("/batches").text
            if not first and any(f'class="v {mark}"' in page for mark in VERDICTS):
                first = time.perf_counter() - begun
            time.sleep(0.2)
        sent.join()
        sent_after = time.perf_counter() - begun
        print(f"{count} pictures dropped: first answer after {first:.1f} s, all sent after {sent_after:.1f} s")
        tell("a page of somebody else's meanwhile", pages)
        print(f"memory of all processes, most: {most[0]:.0f} MB", flush=True)


VERDICTS = ("go", "review", "no-go")


def send(client: httpx.Client, running: ServedApart, pictures: Sequence[Path], count: int) -> str:
    """The address of a batch into which pictures were sent one by one, as the page does."""
    origin = {"origin": running.address}
    token = token_of(client.get("/check"))
    parts = [(name, (None, value.encode())) for name, value in {"token": token, **FORM}.items()]
    opened = client.post("/batches", files=parts, headers={**origin, "accept": "application/json"})
    address: str = opened.json()["address"]
    for number in range(count):
        file = pictures[number % len(pictures)]
        picture = (f"{number}-{file.name}", file.read_bytes())
        part = [("token", (None, token.encode())), ("pictures", picture)]
        assert client.post(f"{address}/pictures", files=part, headers=origin).status_code == 201
    return address


def people(running: ServedApart, pictures: Sequence[Path]) -> None:
    """Eight people at once, one with two hundred pictures and seven with one: how long each waits for their answer."""
    waits: dict[int, float] = {}

    def one(number: int) -> None:
        with signed_in(running, number) as client:
            count = 100 if number == 0 else 1
            if number:
                time.sleep(3)
            begun = time.perf_counter()
            address = send(client, running, pictures, count)
            while number and "pill soft" in client.get(address).text:
                time.sleep(0.2)
            waits[number] = time.perf_counter() - begun

    with watched(running) as most:
        threads = [threading.Thread(target=one, args=(number,)) for number in range(PEOPLE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    waited = [waits[number] for number in range(1, PEOPLE)]
    print(f"seven people with a picture each, beside one with 100: median {statistics.median(waited):.1f} s, ", end="")
    print(f"most {max(waited):.1f} s; memory of all processes, most: {most[0]:.0f} MB", flush=True)


def hostile(running: ServedApart, pictures: Sequence[Path], count: int) -> None:
    """Damaged, cut and made-up files: the server lives, and each has an answer."""
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as temporary, signed_in(running, 1) as client, watched(running) as most:
        files = [Path(temporary) / f"{number}.jpg" for number in range(count)]
        for file in files:
            file.write_bytes(broken(chance, chance.choice(pictures).read_bytes()))
        statuses: dict[str, int] = {}
        for start in range(0, count, 200):
            address = send(client, running, files[start : start + 200], len(files[start : start + 200]))
            while "pill soft" in client.get(address).text:
                time.sleep(1)
            page = client.get(address).text
            for mark in VERDICTS:
                statuses[mark] = statuses.get(mark, 0) + page.count(f'class="row {mark}"')
        assert client.get("/people").status_code == 200
        print(
            f"{count} hostile files: {statuses}; the server answers; memory of all, most: {most[0]:.0f} MB", flush=True
        )


def broken(chance: random.Random, data: bytes) -> bytes:
    """The file, damaged: bytes changed, cut off, doubled, or none of it left."""
    kind = chance.randrange(4)
    if kind == 0:
        made = bytearray(data)
        for _ in range(chance.randint(1, 200)):
            made[chance.randrange(len(made))] = chance.randrange(256)
        return bytes(made)
    if kind == 1:
        return data[: chance.randrange(1, len(data))]
    if kind == 2:
        at = chance.randrange(len(data))
        return data[:at] + chance.randbytes(chance.randint(1, 5000)) + data[at:]
    return chance.randbytes(chance.randint(0, 20_000))


@contextlib.contextmanager
def watched(running: ServedApart) -> Iterator[list[float]]:
    """The most memory that the server and its workers held together, in megabytes, while the block runs."""
    most, ended = [0.0], threading.Event()

    def look() -> None:
        while not ended.wait(0.2):
            most[0] = max(most[0], sum(map(megabytes, (running.process.pid, *children(running.process.pid)))))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield most
    finally:
        ended.set()
        thread.join()


def children(pid: int) -> list[int]:
    """The processes that this one started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(path.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(path.parent.name))
    return found


def megabytes(pid: int) -> float:
    """What a process holds by itself; 0 when it has ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1000
    return 0.0


if __name__ == "__main__":
    main()
