"""What a register costs as it grows: `python benchmarks/register.py [FOLDER]`.

Registers are made in FOLDER, or in a temporary folder, and their sizes can be set; each number is the median of
several runs, in CPU seconds of one process unless it says otherwise. The vectors are random, and the rows of the
large tables are written directly, sealed as the program seals them: only reading is measured there.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from units import asked, wrote

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.geometry import Box, Point
from imgpolicy.domain.licence import Licence
from imgpolicy.domain.log import Action
from imgpolicy.domain.person import Person
from imgpolicy.domain.posting import Posting, today
from imgpolicy.domain.publication import Publication
from imgpolicy.domain.scope import Scope
from imgpolicy.domain.work import KnownFingerprint
from imgpolicy.engines.yunet_sface import YuNetSFace
from imgpolicy.facts import Face, Faces, Pose, Vector
from imgpolicy.index.gallery import Gallery
from imgpolicy.match.faces import candidates_of, match_faces
from imgpolicy.match.known import RegisterSnapshot
from imgpolicy.portable.transfer import Manner, import_files
from imgpolicy.register import faces as face_records
from imgpolicy.register import people as person_records
from imgpolicy.register import publications as post_records
from imgpolicy.register import statements as consent_records
from imgpolicy.register.consents import record_consent
from imgpolicy.register.faces import gallery as read_gallery
from imgpolicy.register.licences import add_licence, end_licence
from imgpolicy.register.licences import licences as all_licences
from imgpolicy.register.people import add_person
from imgpolicy.register.publications import takedowns
from imgpolicy.register.register import Register
from imgpolicy.register.sql.base import Row
from imgpolicy.register.sql.publications import PublicationRow, ShownRow, UsedWorkRow
from imgpolicy.register.statements import consents as all_consents
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.vault import Vault
from imgpolicy.register.works import add_work

ENGINE = "yunet-sface/1"
KEY = bytes(range(32))
POSTING = Posting(channel="website", purpose="news")
RUNS = 5
NOWHERE = Point(0.0, 0.0)


def main() -> None:
    """Make the registers, measure, and print a line for each number."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--entries", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder: Path = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        opening_and_matching(folder / "people.sqlite", options.people)
        matching_alone(10 * options.people)
        withdrawing(folder / "posts.sqlite", options.posts)
        verifying(folder / "log.sqlite", options.entries)
        importing(folder, options.people)
        listing(folder)


def opening_and_matching(file: Path, people: int) -> None:
    """The register of so many people, three vectors each."""
    if not file.exists():
        fill(file, people)
    script = (
        "import sys, time, datetime as dt\n"
        "from imgpolicy.register.register import Register\n"
        "register = Register.open(sys.argv[1], bytes(range(32)))\n"
        "from imgpolicy.register.faces import gallery\n"
        "with register.reading() as unit:\n"
        f"    gallery(unit, {ENGINE!r}, dt.date.today())\n"
        "print(time.process_time())\n"
    )
    command = [sys.executable, "-c", script, f"sqlite:///{file}"]
    times = [float(subprocess.run(command, check=True, capture_output=True, text=True).stdout) for _ in range(RUNS)]
    say(f"{people:,} people: open for a check, imports included", statistics.median(times))
    with Register.open(f"sqlite:///{file}", KEY) as register:
        gallery = asked(register, read_gallery, ENGINE, today())
        measure(f"{people:,} people: match 8 faces", lambda: matched(gallery))


def matching_alone(people: int) -> None:
    """The matching against so many people, three vectors each, without a register under it."""
    vectors = unit_vectors(people * 3)
    owners = tuple(f"p{number // 3}" for number in range(people * 3))
    gallery = Gallery(engine=ENGINE, owners=owners, vectors=vectors)
    measure(f"{people:,} people: match 8 faces", lambda: matched(gallery))


def withdrawing(file: Path, posts: int) -> None:
    """A withdrawal by one of a thousand people, and the end of one of a thousand licences, over so many posts."""
    if not file.exists():
        with Register.create(f"sqlite:///{file}", KEY) as register:
            for number in range(1000):
                wrote(register, add_person, Person(id=f"p{number}", name="Somebody"))
            consents = [wrote(register, record_consent, everything(f"p{number}")) for number in range(1000)]
            with register.writing() as unit:
                licences = [licence_of(unit, number) for number in range(1000)]
                # A person of a thousand is in a hundred posts; the rest shows the last ones.
                for part in batches(publication_rows(unit.vault, posts, consents, licences)):
                    unit.sql.publications.insert([row for row in part if isinstance(row, PublicationRow)])
                    unit.sql.publications.insert([row for row in part if isinstance(row, ShownRow)])
                    unit.sql.publications.insert([row for row in part if isinstance(row, UsedWorkRow)])
    times, ends, found, ended = [], [], 0, 0
    with Register.open(f"sqlite:///{file}", KEY) as register:
        for _ in range(RUNS):
            person = next(c.person for c in asked(register, all_consents) if c.gives and is_up(register, c.person))
            began = time.perf_counter()
            denial = wrote(
                register,
                record_consent,
                Consent(person=person, kind=ConsentKind.PUBLICATION, state=ConsentState.WITHDRAWN),
            )
            with register.reading() as unit:
                found = len(takedowns(unit, consent=denial.id))
            times.append(time.perf_counter() - began)
        # The licences that the withdrawals have not emptied already.
        for licence in [licence for licence in asked(register, all_licences) if licence.end is None][
            -2 : -2 - RUNS : -1
        ]:
            began = time.perf_counter()
            with register.writing() as unit:
                ended = len(end_licence(unit, licence.id, "sold")[1])
            ends.append(time.perf_counter() - began)
    say(f"{posts:,} posts: a withdrawal records, opens and lists {found} tasks, by the clock", statistics.median(times))
    say(f"{posts:,} posts: a licence ends, opens and lists {ended} tasks, by the clock", statistics.median(ends))


def verifying(file: Path, entries: int) -> None:
    """The walk over a log of so many entries."""
    if not file.exists():
        with Register.create(f"sqlite:///{file}", KEY) as register, register.writing() as unit:
            for number in range(entries - 1):
                unit.log(Action.ADD_PERSON, str(number), b"")
    with Register.open(f"sqlite:///{file}", KEY) as register:
        measure(f"{entries:,} entries: verify the log", register.first_broken_entry, runs=3)


def importing(folder: Path, people: int) -> None:
    """A CSV of so many people."""
    table = folder / "people.csv"
    with table.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "name", "relation", "born", "guardian"))
        writer.writerows((f"p{number}", f"Person {number}", "employee", "1980-01-01", "") for number in range(people))
    times = []
    for _ in range(3):
        copy = folder / f"import-{secrets.token_hex(4)}.sqlite"
        with Register.create(f"sqlite:///{copy}", KEY) as register:
            began = time.process_time()
            assert not import_files(register, table, YuNetSFace(), Manner(accept=lambda _: None)).problems
            times.append(time.process_time() - began)
        copy.unlink()
    say(f"{people:,} people: import their CSV", statistics.median(times))


def listing(folder: Path) -> None:
    """`imgpolicy person list` from start to end, in a new working folder."""
    work = folder / f"work-{secrets.token_hex(4)}"
    run = [sys.executable, "-m", "imgpolicy"]
    subprocess.run([*run, "init", work], check=True, capture_output=True)
    script = (
        "import sys, time\nfrom imgpolicy.cli.main import run\n"
        "run(['person', 'list'])\nprint(time.process_time(), file=sys.stderr)\n"
    )
    command = [sys.executable, "-c", script]
    times = [
        float(subprocess.run(command, check=True, capture_output=True, text=True, cwd=work).stderr.split()[-1])
        for _ in range(RUNS)
    ]
    say("imgpolicy person list, imports included", statistics.median(times))


def fill(file: Path, people: int) -> None:
    """A register of so many people with both consents and three vectors each."""
    with Register.create(f"sqlite:///{file}", KEY) as register, register.writing() as unit:
        for number in range(people):
            add(unit, f"p{number}")


def add(unit: UnitOfWork, person: str) -> None:
    """One person with their consents and vectors, without an entry in the log."""
    wrapped = unit.vault.new_person_key(person)
    key = unit.vault.open_person(person, wrapped)
    biometric = Consent(person=person, kind=ConsentKind.BIOMETRIC, state=ConsentState.GIVEN)
    unit.sql.people.insert([person_records.sealed_row(Person(id=person, name=f"Somebody {person}"), wrapped, key)])
    for consent in (biometric, everything(person)):
        unit.sql.consents.insert([consent_records.sealed_row(consent, key)])
    unit.sql.faces.insert([face_records.sealed_row(biometric, ENGINE, vector, key) for vector in unit_vectors(3)])


def everything(person: str) -> Consent:
    """A publication consent to everything."""
    words = frozenset({"any"})
    scope = Scope(channels=words, purposes=words)
    return Consent(person=person, kind=ConsentKind.PUBLICATION, state=ConsentState.GIVEN, scope=scope)


def licence_of(unit: UnitOfWork, number: int) -> Licence:
    """A licence to everything, to a work of its own."""
    print_ = KnownFingerprint(sha256=f"{number:064x}", phash=number, pdq=number, quality=90)
    work = add_work(unit, "Work", [print_], work_id=f"w{number:03}")
    words = frozenset({"any"})
    return add_licence(unit, Licence(work=work.id, licensor="Somebody", scope=Scope(channels=words, purposes=words)))


def publication_rows(vault: Vault, posts: int, consents: list[Consent], licences: list[Licence]) -> Iterator[Row]:
    """The posts, each with somebody and a work in it: a hundred for each of the first, the rest for the last."""
    now = dt.datetime.now(dt.UTC)
    for number in range(posts):
        consent = consents[min(number // 100, len(consents) - 1)]
        post = Publication(
            id=f"p-{number:08d}",
            picture=f"{number:064x}",
            url=f"https://example.org/{number}",
            published=today(),
            channel="website",
            purpose="news",
            audience="public",
            setting="work",
            at=now,
        )
        yield post_records.sealed_row(post, vault)
        yield ShownRow(f"p-{number:08d}", consent.person, consent.id)
        licence = licences[min(number // 100, len(licences) - 1)]
        yield UsedWorkRow(f"p-{number:08d}", licence.work, licence.id)


def batches(rows: Iterator[Row], size: int = 20_000) -> Iterator[list[Row]]:
    """The rows in parts."""
    part: list[Row] = []
    for row in rows:
        part.append(row)
        if len(part) == size:
            yield part
            part = []
    yield part


def is_up(register: Register, person: str) -> bool:
    """Whether this person has not withdrawn in an earlier run."""
    return not any(consent.denies for consent in asked(register, all_consents, person))


def matched(gallery: Gallery) -> int:
    """How many of eight faces of nobody are held against these people, as the walk does it."""
    known = RegisterSnapshot(head="", gallery=gallery, calibration=YuNetSFace().calibration)
    faces, vectors = strangers(8)
    return len(match_faces(faces, candidates_of(faces, vectors, gallery), known, POSTING))


def strangers(count: int) -> tuple[Faces, Vector]:
    """Faces of nobody, and their vectors."""
    box = Box(0, 0, 100, 100)
    ahead = Pose(yaw=0.0, pitch=0.0, roll=0.0)
    faces = (
        Face(box=box, height=100, certainty=1.0, landmarks=(NOWHERE,) * 5, sharpness=0.03, pose=ahead)
        for _ in range(count)
    )
    return Faces(engine=ENGINE, faces=tuple(faces)), unit_vectors(count)


def unit_vectors(count: int) -> Vector:
    """So many random vectors of unit length, shape (count, 128)."""
    values = np.random.default_rng().standard_normal((count, 128), np.float32)
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    return values


def measure(what: str, action: Callable[[], object], runs: int = RUNS) -> None:
    """Print the median of several runs."""
    action()
    times = []
    for _ in range(runs):
        began = time.process_time()
        action()
        times.append(time.process_time() - began)
    say(what, statistics.median(times))


def say(what: str, seconds: float) -> None:
    print(f"{what}: {seconds * 1000:,.1f} ms" if seconds < 1 else f"{what}: {seconds:,.1f} s", flush=True)


if __name__ == "__main__":
    main()
