"""Pictures as a whole held against the known works."""

from __future__ import annotations

import pytest

from imgpolicy.facts import Fingerprint
from imgpolicy.match.works import PDQ_CERTAIN, PDQ_POSSIBLE, match_works
from imgpolicy.register.works import KnownFingerprint, Work, WorkKind

PATTERN = int("a5" * 32, 16)


def fingerprint(*, pdq: int = PATTERN, phash: int = 0, sha256: str = "1", quality: int = 90) -> Fingerprint:
    return Fingerprint(sha256=sha256, phash=phash, pdq=(pdq,) * 8, quality=quality)


def work(*, phash: int = 2**64 - 1, quality: int = 90) -> Work:
    print_ = KnownFingerprint(sha256="2", phash=phash, pdq=PATTERN, quality=quality)
    return Work(id="harbour", kind=WorkKind.WORK, title="Harbour", owner="A", fingerprints=(print_,))


def changed(bits: int) -> int:
    return PATTERN ^ ((1 << bits) - 1)


@pytest.mark.parametrize(
    ("bits", "certain"), [(0, True), (PDQ_CERTAIN, True), (PDQ_CERTAIN + 1, False), (PDQ_POSSIBLE, False)]
)
def test_a_work_is_recognised_up_to_the_measured_distance(bits: int, certain: bool) -> None:  # noqa: FBT001  # a case
    (found,) = match_works(fingerprint(pdq=changed(bits)), [work()])
    assert (found.stage, found.distance, found.certain) == ("pdq", bits, certain)


def test_beyond_that_it_is_not() -> None:
    assert list(match_works(fingerprint(pdq=changed(PDQ_POSSIBLE + 1)), [work()])) == []


def test_the_surer_of_two_hashes_speaks() -> None:
    (found,) = match_works(fingerprint(pdq=changed(PDQ_POSSIBLE), phash=1), [work(phash=0)])
    assert (found.stage, found.certain) == ("phash", True)


@pytest.mark.parametrize(("mine", "theirs"), [(10, 90), (90, 10)])
def test_a_picture_too_flat_to_be_sure_of_is_only_possibly_the_work(mine: int, theirs: int) -> None:
    (found,) = match_works(fingerprint(quality=mine), [work(quality=theirs)])
    assert (found.distance, found.certain) == (0, False)
    (found,) = match_works(fingerprint(quality=mine, sha256="2"), [work(quality=theirs)])
    assert (found.stage, found.certain) == ("sha256", True)


def test_a_mirrored_copy_is_recognised_by_one_of_its_eight_forms() -> None:
    forms = (1 << 255, *(0,) * 6, PATTERN)
    (found,) = match_works(Fingerprint(sha256="1", phash=0, pdq=forms, quality=90), [work()])
    assert (found.stage, found.distance) == ("pdq", 0)
