"""What an archive costs: kept, judged again after one withdrawal, and judged from its first place to its last.

    python benchmarks/audit.py [--pictures N] [--touched N] [--photographs FOLDER]

The sample's pictures are looked at once, and those of the folder where one is given. What is kept of them is kept N
times, each time for a picture of its own; of those with somebody registered so many as are touched. Where in the sample
no other picture has the same reasons, no copy has: what many have in common is measured, not made. Then that person
says no, and after that the policy changes: all is judged, each picture, and once more only one of those that are alike.
"""

from __future__ import annotations

import argparse
import datetime as dt
import secrets
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice
from pathlib import Path

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.posting import Origin, Posting, Role
from imgpolicy.picture import load
from imgpolicy.register.archive import Judged, Kept, keep_pictures
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
class Seen:
    """What is kept of one of the sample's pictures, and what was said of it."""

    kept: Kept
    said: Judged


@dataclass(frozen=True)
class Sample:
    """The sample's pictures: those with somebody registered, and the others."""

    named: list[Seen]
    others: list[Seen]


def looked_at(workspace: Workspace, files: Iterable[Path]) -> Sample:
    """These pictures, looked at once."""
    posting, store = accept_posting(workspace, POSTING), workspace.register.archive
    made_by = archive.basis_number(store, archive.basis(workspace))
    seen = []
    for file in files:
        report, picture = workspace.checker.check_to_keep(load(file.read_bytes(), file.name), posting)
        kept = archive.kept_of(workspace, picture, keypoints=False)
        seen.append(Seen(kept, archive.judged(store, report, made_by)))
    return Sample([one for one in seen if one.kept.people], [one for one in seen if not one.kept.people])


def shared(sample: Sample) -> set[bytes]:
    """The reasons that more than one of the pictures has."""
    counts = Counter(one.kept.reasons for one in sample.others if one.kept.reasons is not None)
    found = {reasons for reasons, count in counts.items() if count > 1}
    alone, alike = counts.total(), sum(counts[one] for one in found)
    print(f"of {len(sample.named) + len(sample.others)} pictures {alone} show nobody, and {alike} of these are alike")
    return found


def copies(workspace: Workspace, sample: Sample, pictures: int, touched: int) -> Iterator[Seen]:
    """So many pictures, each with a file of its own."""
    sealer, alike = workspace.register.archive.sealer, shared(sample)
    for number in range(pictures):
        own = sample.named if number < touched else sample.others
        kept, said = (one := own[number % len(own)]).kept, one.said
        sha256, reasons = secrets.token_hex(32), kept.reasons
        if reasons is not None and reasons not in alike:
            reasons = secrets.token_bytes(16)
        facts = sealer.unseal(f"facts.together:{kept.sha256}", kept.facts)
        matches = sealer.unseal(f"matches:{kept.sha256}", kept.matches or b"")
        copy = replace(
            kept,
            sha256=sha256,
            facts=sealer.seal(f"facts.together:{sha256}", facts),
            matches=sealer.seal(f"matches:{sha256}", matches),
            reasons=reasons,
        )
        yield Seen(copy, said)


def fill(workspace: Workspace, found: Iterator[Seen]) -> None:
    """Keep all of them, each at a place of its own."""
    store = workspace.register.archive
    posting = archive.posting_number(workspace, POSTING)
    now, names = dt.datetime.now(dt.UTC), (f"pictures/{number:07}.jpg" for number in count())
    while batch := list(islice(found, AT_A_TIME)):
        with workspace.register.reading() as unit, store.rows() as rows:
            numbers = keep_pictures(unit, rows, [one.kept for one in batch])
            rows.put_places(
                [
                    PlaceRow(
                        id=store.place_id(name),
                        root=1,
                        name=store.sealed_name(name),
                        stamp="1-2-3",
                        picture=numbers[one.kept.sha256],
                        posting=posting,
                        verdict=int(one.said.verdict),
                        codes=one.said.codes,
                        judged=one.said.judged,
                        until=one.said.until,
                        at=now,
                        run=1,
                    )
                    for one, name in zip(batch, names, strict=False)
                ]
            )


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
    parser.add_argument("--photographs", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "work"
        lay_out_demo(folder)
        files = sorted((folder / "pictures").iterdir())
        files += sorted(file for file in asked.photographs.rglob("*") if file.is_file()) if asked.photographs else []
        policy = folder / "imgpolicy.toml"
        with Workspace.open(policy) as workspace:
            measure(workspace, files, asked.pictures, asked.touched)
        policy.write_text(policy.read_text().replace('name = "', 'name = "New: ', 1))
        with Workspace.open(policy) as workspace:
            began = now()
            timed("judged, of those that are alike one", judged_once(workspace), began)


def measure(workspace: Workspace, files: Iterable[Path], pictures: int, touched: int) -> None:
    """All measurements by one policy, one after the other."""
    sample = looked_at(workspace, files)
    sizes([one.kept for one in (*sample.named, *sample.others)])
    began = now()
    fill(workspace, copies(workspace, sample, pictures, touched))
    timed(f"{pictures} pictures kept", pictures, began)
    file = archive_file(workspace.policy.folder / "consent_db" / "register.sqlite")
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


def judged_once(workspace: Workspace) -> int:
    """How many are judged, and kept, when the policy changed."""
    begun, judged = changed.start(workspace), 0
    for batch in changed.may_have_changed(workspace, begun):
        answers = list(archive.judge_places(workspace, batch))
        archive.keep(workspace, [(one.row, one.kept) for one in answers])
        judged += len(answers)
    changed.settle(workspace, begun)
    return judged


def everything(workspace: Workspace, pictures: int) -> None:
    """A full pass through the same rules, without opening a picture."""
    began, after, total, held = now(), b"", 0, 0
    with workspace.register.archive.rows() as rows:
        made_by = rows.bases()[0]
    while True:
        with workspace.register.archive.rows() as rows:
            batch = rows.made_by(made_by, after)
        if not batch:
            break
        answers = list(archive.judge_places(workspace, batch))
        total, held, after = total + len(answers), held + len([one for one in answers if one.holds]), batch[-1].id
    timed(f"{total} of {pictures} judged in full, {held} hold", total, began)


if __name__ == "__main__":
    main()
