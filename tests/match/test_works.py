"""Pictures held against the known works: the file, the whole, and parts."""

from __future__ import annotations

import numpy as np
import pytest

from imgpolicy.domain.work import Work, WorkKind
from imgpolicy.facts import Fingerprint, Unknown
from imgpolicy.index.fingerprints import fingerprint_index
from imgpolicy.index.rows import FeaturesRow, FingerprintRow
from imgpolicy.index.works import WorkIndex
from imgpolicy.match.works import PDQ_CERTAIN, PDQ_POSSIBLE, WorkMatch, find_works, named_work

PATTERN = int("a5" * 32, 16)
UNSEEN = Unknown(what="keypoints", reason="nobody looked")


def fingerprint(*, pdq: int = PATTERN, phash: int = 0, sha256: int = 1, quality: int = 90) -> Fingerprint:
    return Fingerprint(sha256=f"{sha256:064x}", phash=phash, pdq=(pdq,) * 8, quality=quality)


def row(*, work: str = "harbour", phash: int = 2**64 - 1, pdq: int = PATTERN, quality: int = 90) -> FingerprintRow:
    return FingerprintRow(work, f"{2:064x}", f"{phash:016x}", f"{pdq:064x}", quality)


def index(*rows: FingerprintRow, features: tuple[FeaturesRow, ...] = ()) -> WorkIndex:
    return WorkIndex(parts=(fingerprint_index(rows or (row(),), features),))


def a_work(work: str) -> Work:
    return Work(id=work, kind=WorkKind.WORK, title=work.title(), owner="A", fingerprints=())


def found(picture: Fingerprint, works: WorkIndex | None = None) -> list[WorkMatch]:
    hits = find_works(picture, UNSEEN, works or index())
    return [named_work(hit, a_work(hit.work)) for hit in hits]


def changed(bits: int) -> int:
    return PATTERN ^ ((1 << bits) - 1)


@pytest.mark.parametrize(
    ("bits", "certain"), [(0, True), (PDQ_CERTAIN, True), (PDQ_CERTAIN + 1, False), (PDQ_POSSIBLE, False)]
)
def test_a_work_is_recognised_up_to_the_measured_distance(bits: int, certain: bool) -> None:  # noqa: FBT001  # a case
    (match,) = found(fingerprint(pdq=changed(bits)))
    assert (match.work, match.title) == ("harbour", "Harbour")
    assert (match.stage, match.distance, match.certain) == ("pdq", bits, certain)


@pytest.mark.parametrize("bits", [PDQ_POSSIBLE + 1, 256])
def test_beyond_that_it_is_not(bits: int) -> None:
    assert found(fingerprint(pdq=changed(bits))) == []


@pytest.mark.parametrize(("bits", "certain"), [(PDQ_CERTAIN, True), (PDQ_CERTAIN + 1, False), (200, False)])
def test_phash_alone_is_sure_of_nothing_where_pdq_is_known_and_disagrees(bits: int, certain: bool) -> None:  # noqa: FBT001
    """Pages of text are one page to 64 bits."""
    (match,) = found(fingerprint(pdq=changed(bits), phash=1), index(row(phash=0)))
    assert (match.stage, match.certain) == ("phash", certain)


@pytest.mark.parametrize(("mine", "theirs"), [(10, 90), (90, 10)])
def test_a_picture_too_flat_to_be_sure_of_is_only_possibly_the_work(mine: int, theirs: int) -> None:
    (match,) = found(fingerprint(quality=mine), index(row(quality=theirs)))
    assert (match.distance, match.certain) == (0, False)
    (match,) = found(fingerprint(quality=mine, sha256=2), index(row(quality=theirs)))
    assert (match.stage, match.certain) == ("sha256", True)


def test_a_mirrored_copy_is_recognised_by_one_of_its_eight_forms() -> None:
    forms = (changed(200), *(0,) * 6, PATTERN)
    (match,) = found(Fingerprint(sha256="1" * 64, phash=0, pdq=forms, quality=90))
    assert (match.stage, match.distance) == ("pdq", 0)


@pytest.mark.slow
def test_each_of_many_works_is_found_by_whichever_hash_it_has() -> None:
    random = np.random.default_rng(4)
    rows = [FingerprintRow(f"w{number}", None, None, random.bytes(32).hex(), 100) for number in range(40_000)]
    rows.append(FingerprintRow("bare", None, f"{7:016x}", None, 100))
    works = index(*rows)
    for place in (0, 16_383, 16_384, 39_999):
        (match,) = found(fingerprint(pdq=int(rows[place].pdq or "", 16), phash=2**64 - 1), works)
        assert (match.work, match.stage) == (f"w{place}", "pdq")
    (match,) = found(fingerprint(phash=5), works)
    assert (match.work, match.stage, match.distance) == ("bare", "phash", 1)


def test_the_nearest_of_a_works_pictures_speaks_for_it() -> None:
    (match,) = found(fingerprint(), index(row(pdq=changed(60)), row(pdq=changed(9)), row(pdq=changed(30))))
    assert match.distance == 9


def test_what_cannot_be_looked_for_is_named() -> None:
    old = FeaturesRow("harbour", "0", 10, 10, b"")
    works = index(row(), row(work="list"), features=(old,))
    outdated, hashed = works.unknowns()
    assert (outdated.lifts, hashed.lifts) == (True, False)
    assert "another version" in outdated.reason
    assert not works.in_parts
    assert list(index(row(), features=(FeaturesRow("harbour", "1", 10, 10, b""),)).unknowns()) == []


def test_features_that_are_of_this_version_are_kept_with_their_work() -> None:
    prints = fingerprint_index((row(work="other"), row()), (FeaturesRow("harbour", "1", 30, 20, bytes(48)),))
    assert [prints.work(number) for number in prints.pictured] == ["harbour"]
    assert prints.copies.shapes.tolist() == [[1, pytest.approx(2 / 3)]]
    assert len(prints.copies.rows) == 2


def test_what_is_known_by_hashes_only_is_told_and_a_logo_is_not_meant() -> None:
    rows = (row(), FingerprintRow("mark", f"{3:064x}", f"{1:016x}", f"{2:064x}", 90))
    assert [unknown.what for unknown in index(*rows).unknowns()] == ["parts of works known by hashes"]
    assert fingerprint_index(rows, (), {"mark"}).whole_only == 1
    of_logos = fingerprint_index(rows, (), {"mark", "harbour"})
    assert not list(WorkIndex(parts=(of_logos,)).unknowns())
