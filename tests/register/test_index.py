"""The arrays beside a register: what is found with them is what would be found without, whatever happens to them."""

from __future__ import annotations

import dataclasses
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.register.support import KEY, Made
from tests.register.test_features import made_up
from tests.support import asked, fingerprints_of, wrote

from imgpolicy.domain.work import KnownFingerprint, WorkKind
from imgpolicy.facts import Fingerprint, Unknown
from imgpolicy.index.features import features_of, records_of
from imgpolicy.index.file import IndexFile, index_path
from imgpolicy.index.works import WorkIndex
from imgpolicy.match.works import WorkMatch, find_works, named_work
from imgpolicy.register.fingerprints import KEPT_FROM, WorkFingerprints, keep_fingerprints, read_anew, works_state
from imgpolicy.register.maintenance import change_key
from imgpolicy.register.register import Register
from imgpolicy.register.works import add_work, remove_work
from imgpolicy.register.works import work as one_work
from imgpolicy.register.works import works as all_works

OTHER_KEY = bytes(range(1, 33))
UNSEEN = Unknown(what="keypoints", reason="nobody looked")
SEEN = tuple(made_up(count) for count in (40, 50, 60))


def hashed(number: int) -> Fingerprint:
    """What is seen of the picture of this number: hashes that are like no other's."""
    random = np.random.default_rng(number)
    pdq, phash = (int.from_bytes(random.bytes(size)) for size in (32, 8))
    return Fingerprint(sha256=f"{number:064x}", phash=phash, pdq=(pdq,) * 8, quality=90)


def known(number: int) -> KnownFingerprint:
    """What is kept of it: the first few have keypoints."""
    seen, features = hashed(number), None
    if number < len(SEEN):
        features = features_of(SEEN[number])
    return KnownFingerprint(sha256=seen.sha256, phash=seen.phash, pdq=seen.pdq[0], quality=90, features=features)


def bare(first: int, count: int) -> list[KnownFingerprint]:
    return [KnownFingerprint(pdq=hashed(number).pdq[0], quality=90) for number in range(first, first + count)]


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register whose works are worth a file, made once; to be copied."""
    file = tmp_path_factory.mktemp("template") / "register.sqlite"
    with Register.create(f"sqlite:///{file}", KEY) as register:
        wrote(register, add_work, "List", bare(1000, KEPT_FROM))
    return file


@pytest.fixture
def works(many: Path, tmp_path: Path) -> Iterator[Made]:
    """That register, open, with three works in it and its file there."""
    file = Path(shutil.copy(many, tmp_path))
    with Register.open(f"sqlite:///{file}", KEY) as register:
        for number in range(3):
            wrote(register, add_work, f"Work {number}", [known(number)], work_id=f"w{number}")
        fingerprints_of(register)
        yield Made(register, file)


def reopened(file: Path, key: bytes = KEY) -> Register:
    return Register.open(f"sqlite:///{file}", key)


def found(register: Register, fingerprints: WorkFingerprints) -> list[list[WorkMatch]]:
    """What is found of the pictures of all works that the tests add, as wholes and in parts."""
    index = WorkIndex(parts=fingerprints.parts)
    wholes = [find_works(hashed(n), UNSEEN, index) for n in (*range(8), 1000, 1001, 2000, 2299)]
    parts = [find_works(hashed(99), seen, index) for seen in SEEN]
    return [[named_work(hit, asked(register, one_work, hit.work)) for hit in hits] for hits in (*wholes, *parts)]


def read_from_rows(register: Register) -> WorkFingerprints:
    with register.reading() as unit:
        return read_anew(unit, works_state(unit))


def same_as_the_rows(register: Register, fingerprints: WorkFingerprints | None = None) -> bool:
    fingerprints = fingerprints or fingerprints_of(register)
    fresh = read_from_rows(register)
    counts = [
        tuple(
            sum(counted) for counted in zip(*((p.pictures, p.outdated, p.whole_only) for p in read.parts), strict=True)
        )
        for read in (fingerprints, fresh)
    ]
    return found(register, fingerprints) == found(register, fresh) and counts[0] == counts[1]


@pytest.mark.slow
def test_what_was_kept_is_found_by_the_next_to_open(works: Made) -> None:
    with reopened(works.file) as other:
        fingerprints = fingerprints_of(other)
        assert not fingerprints.base.pdq.words.flags.writeable  # mapped, and not read from the rows
        named = [[match.work for match in matches] for matches in found(other, fingerprints)]
        assert named[:3] == named[12:] == [["w0"], ["w1"], ["w2"]]
        assert named[8:10] == [["list"], ["list"]]
        assert same_as_the_rows(other, fingerprints)


@pytest.mark.slow
def test_only_what_came_later_is_read(works: Made) -> None:
    wrote(works.register, add_work, "Later", [known(5)])
    wrote(works.register, add_work, "Logo", [known(6)], kind=WorkKind.OWN_LOGO)
    with reopened(works.file) as other:
        fingerprints = fingerprints_of(other)
        assert (fingerprints.new.pictures, fingerprints.new.whole_only) == (2, 1)
        assert fingerprints_of(other, fingerprints) is fingerprints
        assert same_as_the_rows(other, fingerprints)


def test_what_came_later_joins_the_rest_when_it_is_much(works: Made) -> None:
    wrote(works.register, add_work, "Much", bare(2000, KEPT_FROM + 1))
    fingerprints = fingerprints_of(works.register)
    assert fingerprints.new.pictures == 0
    with reopened(works.file) as other:
        assert fingerprints_of(other).base.pictures == fingerprints.base.pictures == 2 * KEPT_FROM + 4


def test_what_joined_is_what_the_rows_give(works: Made) -> None:
    wrote(works.register, add_work, "Much", [*bare(2000, KEPT_FROM + 1), known(5)])
    wrote(works.register, add_work, "Last", [known(6), KnownFingerprint(pdq=5, features=features_of(made_up(70)))])
    joined, fresh = fingerprints_of(works.register).base, read_from_rows(works.register).base
    for mine, theirs in ((joined, fresh), (joined.copies, fresh.copies), (joined.pdq, fresh.pdq)):
        for field in dataclasses.fields(mine):
            value, expected = getattr(mine, field.name), getattr(theirs, field.name)
            if isinstance(value, np.ndarray):
                assert (value.dtype, value.tolist()) == (expected.dtype, expected.tolist())


def test_a_small_register_has_no_file(made: Made) -> None:
    wrote(made.register, add_work, "Harbour", [known(0)])
    assert same_as_the_rows(made.register)
    assert not index_path(made.file).exists()


def test_a_server_has_none_and_only_what_came_later_is_read(anywhere: Register) -> None:
    before = fingerprints_of(anywhere)
    wrote(anywhere, add_work, "Harbour", [known(0)])
    fingerprints = fingerprints_of(anywhere, before)
    assert fingerprints.base is before.base
    assert same_as_the_rows(anywhere, fingerprints)
    wrote(anywhere, remove_work, "harbour")
    assert fingerprints_of(anywhere, fingerprints).base is not before.base
    assert same_as_the_rows(anywhere, fingerprints_of(anywhere, fingerprints))


OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 7)),
        st.tuples(st.just("remove"), st.integers(0, 7)),
        st.tuples(st.just("many"), st.just(0)),
        st.tuples(st.sampled_from(["reopen", "read"]), st.integers(0, 1)),
    ),
    max_size=10,
)


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(OPERATIONS)
def test_whatever_was_done_what_is_found_is_what_the_rows_say(many: Path, operations: list[tuple[str, int]]) -> None:
    """Two programs have the register open; either may hold what it read long before."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(shutil.copy(many, folder))
        programs = [reopened(file), reopened(file)]
        held: list[WorkFingerprints | None] = [None, None]
        for turn, (what, number) in enumerate(operations):
            there = {work.id for work in asked(programs[0], all_works)}
            if what == "add" and f"w{number}" not in there:
                wrote(programs[turn % 2], add_work, f"Work {number}", [known(number)], work_id=f"w{number}")
            elif what == "remove" and f"w{number}" in there:
                wrote(programs[turn % 2], remove_work, f"w{number}")
            elif what == "many" and "much" not in there:
                wrote(programs[turn % 2], add_work, "Much", bare(2000, KEPT_FROM + 50))
            elif what == "many":
                wrote(programs[turn % 2], remove_work, "much")
            elif what == "reopen":
                programs[number].close()
                programs[number], held[number] = reopened(file), None
            elif what == "read":
                held[number] = fingerprints_of(programs[number], held[number])
        for program, before in zip(programs, held, strict=True):
            assert same_as_the_rows(program, fingerprints_of(program, before))
            program.close()


def replace_by_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGE: dict[str, Callable[[Path], object]] = {
    "gone": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "short": lambda path: path.write_bytes(path.read_bytes()[:20]),
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:-64]),
    "longer": lambda path: path.write_bytes(path.read_bytes() + bytes(64)),
    "something else": lambda path: path.write_bytes(b"\0" * 10_000),
    "a folder": replace_by_a_folder,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_made_anew(works: Made, damage: str) -> None:
    path = index_path(works.file)
    whole = path.stat().st_size
    DAMAGE[damage](path)
    with reopened(works.file) as other:
        assert same_as_the_rows(other)
    assert damage == "a folder" or path.stat().st_size == whole
    assert not list(works.file.parent.glob("*-works-index-*"))


@pytest.mark.slow
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_a_file_in_which_any_bit_was_changed_is_not_believed(works: Made, data: st.DataObject) -> None:
    path = index_path(works.file)
    sound = path.read_bytes()
    place = data.draw(st.integers(0, len(sound) - 1) | st.integers(0, 200))
    changed = bytearray(sound)
    changed[place] ^= 1 << data.draw(st.integers(0, 7))
    file = IndexFile(works.file, works.register._vault)
    try:
        path.write_bytes(changed)
        assert file.read() is None
    finally:
        path.write_bytes(sound)
    assert file.read() is not None


def test_another_registers_file_is_not_believed(works: Made, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    file = tmp_path / "other" / "register.sqlite"
    with Register.create(f"sqlite:///{file}", KEY) as other:
        wrote(other, add_work, "List", bare(3000, KEPT_FROM))
        shutil.copy(index_path(works.file), index_path(file))
        assert same_as_the_rows(other)


@pytest.mark.slow
def test_a_register_that_was_restored_does_not_believe_what_came_after(works: Made, tmp_path: Path) -> None:
    copy = tmp_path / "backup"
    works.register.backup(copy)
    wrote(works.register, add_work, "Much", bare(2000, KEPT_FROM + 50))
    fingerprints_of(works.register)
    works.register.close()
    shutil.move(copy, works.file)
    with reopened(works.file) as restored:
        assert same_as_the_rows(restored)
        wrote(restored, add_work, "Later", [known(5)])
    # The file that is there is of a state with the same number of entries in the log, and other ones.
    with reopened(works.file) as restored:
        assert same_as_the_rows(restored)


def test_an_older_file_that_is_put_back_does_not_bring_back_what_was_removed(works: Made) -> None:
    path = index_path(works.file)
    old = path.read_bytes()
    wrote(works.register, remove_work, "w1")
    path.write_bytes(old)
    with reopened(works.file) as other:
        assert same_as_the_rows(other)
    assert path.read_bytes() != old


@pytest.mark.slow
def test_another_master_key_changes_nothing_about_it(works: Made) -> None:
    with works.register.writing() as unit:
        change_key(unit, OTHER_KEY)
    with reopened(works.file, OTHER_KEY) as other:
        assert not fingerprints_of(other).base.pdq.words.flags.writeable
        assert same_as_the_rows(other)


def in_the_files(made: Made, number: int) -> bool:
    """Whether anything of this work's hashes or keypoints stands in the files."""
    seen, features = hashed(number), features_of(SEEN[number])
    assert features is not None
    raw = made.raw_bytes()
    packed = [seen.pdq[0].to_bytes(32)[start : start + 8] for start in (0, 8, 16, 24)]
    packed += [half.tobytes() for record in records_of(features.data) for half in record["descriptor"]]
    return f"{seen.pdq[0]:064x}".encode() in raw or any(part in raw or part[::-1] in raw for part in packed)


@pytest.mark.slow
def test_a_removed_work_leaves_nothing_in_the_files(works: Made) -> None:
    assert in_the_files(works, 1)
    assert index_path(works.file).exists()
    wrote(works.register, remove_work, "w1")
    assert works.register.scrub()
    assert not in_the_files(works, 1)
    with reopened(works.file) as other:
        fingerprints_of(other)
    assert index_path(works.file).exists()
    assert not in_the_files(works, 1)
    assert in_the_files(works, 2)


def test_it_leaves_nothing_either_of_what_another_program_keeps_just_before_the_removal_is_seen(works: Made) -> None:
    with reopened(works.file) as other:
        engine = works.register._database._engine
        sa.event.listen(engine, "commit", lambda _: fingerprints_of(other))
        wrote(works.register, remove_work, "w1")
        assert works.register.scrub()
        assert not in_the_files(works, 1)


def test_it_leaves_nothing_where_another_program_read_before_and_writes_after(works: Made) -> None:
    with reopened(works.file) as other:
        before = read_from_rows(other)
        wrote(works.register, remove_work, "w1")
        keep_fingerprints(other, before)
        assert not index_path(works.file).exists()


def test_it_leaves_nothing_of_what_a_program_that_died_had_begun_to_write(works: Made) -> None:
    begun = works.file.with_name(index_path(works.file).name + "-0123456789abcdef")
    shutil.copy(index_path(works.file), begun)
    mine = works.file.with_name(index_path(works.file).name + "-notes.txt")
    mine.write_text("nothing of the program's")
    wrote(works.register, remove_work, "w1")
    assert not begun.exists()
    assert mine.exists()


def test_a_link_in_its_place_is_replaced_and_what_is_behind_it_left_alone(works: Made, tmp_path: Path) -> None:
    path, behind = index_path(works.file), tmp_path / "letter.txt"
    behind.write_text("dear reader")
    path.unlink()
    path.symlink_to(behind)
    with reopened(works.file) as other:
        fingerprints_of(other)
    assert behind.read_text() == "dear reader"
    assert not path.is_symlink()


def test_a_register_behind_a_link_has_one_file(works: Made, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "register.sqlite"
    link.symlink_to(works.file)
    with reopened(link) as other:
        assert not fingerprints_of(other).base.pdq.words.flags.writeable
        wrote(other, remove_work, "w1")
    assert not index_path(works.file).exists()


def test_whoever_may_read_the_register_may_read_the_file(works: Made) -> None:
    index_path(works.file).unlink()
    works.file.chmod(0o640)
    with reopened(works.file) as other:
        fingerprints_of(other)
    assert stat.S_IMODE(index_path(works.file).stat().st_mode) == 0o640


FULL_DISK = """
import resource, sys
from imgpolicy.register.register import Register
from tests.support import fingerprints_of
with Register.open(sys.argv[1], bytes(range(32))) as register:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
    print(sum(part.pictures for part in fingerprints_of(register).parts))
"""


@pytest.mark.slow
@pytest.mark.parametrize("limit", [0, 20_000])
def test_where_it_cannot_be_written_the_rows_serve(works: Made, limit: int) -> None:
    index_path(works.file).unlink()
    command = [sys.executable, "-c", FULL_DISK, f"sqlite:///{works.file}", str(limit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == (f"{KEPT_FROM + 3}\n", 0)
    assert not list(works.file.parent.glob("*-works-index*"))


WRITER = """
import random, sys
from tests.register.test_index import known
from tests.support import fingerprints_of, wrote
from imgpolicy.register.register import Register
from imgpolicy.register.works import add_work, remove_work
url, first = sys.argv[1], int(sys.argv[2])
with Register.open(url, bytes(range(32))) as register:
    print("ready", flush=True)
    sys.stdin.readline()
    fingerprints = None
    for number in range(first, first + 12):
        wrote(register, add_work, "A work", [known(number)], work_id=f"w{number}")
        fingerprints = fingerprints_of(register, fingerprints)
        if number % 2:
            wrote(register, remove_work, f"w{number}")
"""


@pytest.mark.slow
def test_several_processes_add_and_remove_while_another_reads(works: Made) -> None:
    for number in range(3):
        wrote(works.register, remove_work, f"w{number}")
    url = f"sqlite:///{works.file}"
    command = [sys.executable, "-c", WRITER, url]
    writers = [
        subprocess.Popen([*command, first], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for first in ("10", "100")
    ]
    for writer in writers:
        assert writer.stdin
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.flush()
    fingerprints = None
    while any(writer.poll() is None for writer in writers):
        fingerprints = fingerprints_of(works.register, fingerprints)
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    assert same_as_the_rows(works.register, fingerprints_of(works.register, fingerprints))
    with reopened(works.file) as other:
        assert same_as_the_rows(other)
