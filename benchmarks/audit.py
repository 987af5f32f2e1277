"""What an archive costs: kept, judged again after one withdrawal, and judged from its first place to its last.

    python benchmarks/audit.py [--pictures N] [--touched N]

The sample's pictures are looked at once. What is kept of them is kept N times, each time for a picture of its own; of
those with somebody registered so many as are touched. Then that person says no.
"""

from __future__ import annotations

import argparse
import datetime as dt
import secrets
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.posting import Origin, Posting, Role
from imgpolicy.facts import Keypoints
from imgpolicy.match.kept import KeptPicture
from imgpolicy.picture import load
from imgpolicy.register.archive import Kept, keep_pictures
from imgpolicy.register.consents import record_consent
from imgpolicy.register.sql.archive import PlaceRow
from imgpolicy.register.sql.database import archive_file
from imgpolicy.service import archive, changed
from imgpolicy.service.check import accept_posting
from imgpolicy.service.scaffold import lay_out_demo
from imgpolicy.service.workspace import Workspace

POSTING = Posting(channel="facebook", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN)
AT_A_TIME = 2_000


@dataclass(frozen=True)
class Sample:
    """What is kept of the sample's pictures: of those with somebody registered, and of the others."""

    named: list[KeptPicture]
    others: list[KeptPicture]


def looked_at(workspace: Workspace, folder: Path) -> Sample:
    """The sample's pictures, looked at once."""
    posting = accept_posting(workspace, POSTING)
    kept = [
        workspace.checker.check_to_keep(load(file.read_bytes(), file.name), posting)[1]
        for file in sorted((folder / "pictures").iterdir())
    ]
    kept = [replace(one, facts=one.facts.without(Keypoints)) for one in kept]
    return Sample([one for one in kept if one.matches.people], [one for one in kept if not one.matches.people])


def copies(workspace: Workspace, sample: Sample, pictures: int, touched: int) -> Iterator[Kept]:
    """So many pictures, each with a file of its own."""
    store = workspace.register.archive
    made = {
        kind: [(archive.kept_of(workspace, one, keypoints=False), one.facts.picture.sha256 or "") for one in own]
        for kind, own in (("named", sample.named), ("others", sample.others))
    }
    for number in range(pictures):
        own = made["named" if number < touched else "others"]
        kept, before = own[number % len(own)]
        sha256 = secrets.token_hex(32)
        facts = store.sealer.unseal(f"facts.together:{before}", kept.facts)
        matches = store.sealer.unseal(f"matches:{before}", kept.matches or b"")
        yield replace(
            kept,
            sha256=sha256,
            facts=store.sealer.seal(f"facts.together:{sha256}", facts),
            matches=store.sealer.seal(f"matches:{sha256}", matches),
        )


def fill(workspace: Workspace, found: Iterator[Kept]) -> None:
    """Keep all of them, each at a place of its own."""
    store = workspace.register.archive
    posting = archive.posting_number(workspace, POSTING)
    made_by = archive.basis_number(store, archive.basis(workspace))
    nothing = archive.codes_number(store, ())
    now, number = dt.datetime.now(dt.UTC), 0
    while batch := list(islice(found, AT_A_TIME)):
        with workspace.register.reading() as unit, store.rows() as rows:
            numbers = keep_pictures(unit, rows, batch)
            places = []
            for one in batch:
                name = f"pictures/{number:07}.jpg"
                sealed, number = store.sealed_name(name), number + 1
                picture = numbers[one.sha256]
                places.append(
                    PlaceRow(
                        *(store.place_id(name), 1, sealed, "1-2-3", picture, posting, 0, nothing, made_by, None, now, 1)
                    )
                )
            rows.put_places(places)


def timed(what: str, count: int, began: tuple[float, float]) -> None:
    """Print what it took since."""
    wall, cpu = time.monotonic() - began[0], time.process_time() - began[1]
    print(f"{what}: {wall:.2f} s, {cpu:.2f} s of CPU, {1000 * cpu / max(count, 1):.3f} ms each")


def now() -> tuple[float, float]:
    """Time and CPU time."""
    return time.monotonic(), time.process_time()


def sizes(kept: Sequence[Kept]) -> None:
    """Print what is kept of a picture, in bytes."""
    facts = [len(one.facts) for one in kept]
    print(f"facts: median {statistics.median(facts):.0f} B, most {max(facts)} B")
    print(f"matches: median {statistics.median(len(one.matches or b'') for one in kept):.0f} B")


def main() -> None:
    """Fill an archive and measure it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=100_000)
    parser.add_argument("--touched", type=int, default=1_365)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "work"
        lay_out_demo(folder)
        with Workspace.open(folder / "imgpolicy.toml") as workspace:
            measure(workspace, folder, asked.pictures, asked.touched)


def measure(workspace: Workspace, folder: Path, pictures: int, touched: int) -> None:
    """All measurements, one after the other."""
    sample = looked_at(workspace, folder)
    sizes([archive.kept_of(workspace, one, keypoints=False) for one in (*sample.named, *sample.others)])
    began = now()
    fill(workspace, copies(workspace, sample, pictures, touched))
    timed(f"{pictures} pictures kept", pictures, began)
    file = archive_file(folder / "consent_db" / "register.sqlite")
    print(f"the archive's file: {file.stat().st_size / pictures:.0f} B a picture")
    no = Consent(person="eileen", kind=ConsentKind.PUBLICATION, state=ConsentState.WITHDRAWN)
    with workspace.register.writing() as unit:
        record_consent(unit, no)
    began = now()
    places = archive.concerned(workspace, people=["eileen"])
    timed(f"{len(places)} places listed", len(places), began)
    began = now()
    fallen = archive.no_longer_go(workspace, places)
    timed(f"judged again and kept, {len(fallen)} no go any more", len(places), began)
    began = now()
    begun = changed.start(workspace)
    others = sum(len(batch) for batch in changed.may_have_changed(workspace, begun))
    timed(f"what may have changed besides: {others}", 1, began)
    changed.settle(workspace, begun)
    everything(workspace, pictures)


def everything(workspace: Workspace, pictures: int) -> None:
    """A full pass through the same rules, without opening a picture."""
    began, after, count, held = now(), b"", 0, 0
    with workspace.register.archive.rows() as rows:
        made_by = rows.bases()[0]
    while True:
        with workspace.register.archive.rows() as rows:
            batch = rows.made_by(made_by, after)
        if not batch:
            break
        answers = list(archive.judge_places(workspace, batch))
        count, held, after = count + len(answers), held + len([one for one in answers if one.holds]), batch[-1].id
    timed(f"{count} of {pictures} judged in full, {held} hold", count, began)


if __name__ == "__main__":
    main()
