"""Logos in the register: with their artwork, once, and gone when they are removed."""

from __future__ import annotations

import pytest
from tests.support import asked, wrote

from imgpolicy.domain.work import KnownArtwork, WorkKind
from imgpolicy.errors import RegisterError
from imgpolicy.facts import Fingerprint
from imgpolicy.register.logos import add_logo, logos_with_words, remove_logo
from imgpolicy.register.logos import logos as all_logos
from imgpolicy.register.register import Register
from imgpolicy.register.reliance import relied_work
from imgpolicy.register.sql.works import WorkRow
from imgpolicy.register.works import add_work
from imgpolicy.register.works import works as all_works


@pytest.fixture
def register(anywhere: Register) -> Register:
    return anywhere


def artwork(number: int, *, template: bytes | None = b"template") -> KnownArtwork:
    return KnownArtwork(sha256=f"{number:064x}", picture=b"artwork %d" % number, version="1", template=template)


def prints(*numbers: int) -> list[Fingerprint]:
    return [Fingerprint(sha256=f"{n:064x}", phash=n, pdq=(n,) * 8, quality=90) for n in numbers]


def test_a_logo_comes_out_as_it_went_in(register: Register) -> None:
    pictures = [artwork(1), artwork(2, template=None)]
    added = wrote(register, add_logo, "Our mark", prints(1, 2), pictures, kind=WorkKind.OWN_LOGO)
    wrote(register, add_work, "Harbour", prints(3))
    (logo,) = asked(register, all_logos)
    assert (logo.id, logo.title, logo.kind) == (added.id, "Our mark", WorkKind.OWN_LOGO)
    assert logo.artworks == tuple(pictures)


def test_a_logo_known_by_hashes_only_has_no_artwork(register: Register) -> None:
    wrote(register, add_work, "Rival", prints(1), kind=WorkKind.COMPETITOR_LOGO)
    (logo,) = asked(register, all_logos)
    assert logo.artworks == ()


def test_the_same_artwork_is_known_once(register: Register) -> None:
    wrote(register, add_logo, "Our mark", prints(1), [artwork(1)], kind=WorkKind.OWN_LOGO)
    with pytest.raises(RegisterError, match="already, as 'our-mark'"):
        wrote(register, add_logo, "Again", prints(1), [artwork(1)], kind=WorkKind.OWN_LOGO)
    with pytest.raises(RegisterError, match="already, as 'our-mark'"):
        wrote(register, add_logo, "Again", prints(2), [artwork(1)], kind=WorkKind.OWN_LOGO)
    assert len(asked(register, all_works)) == 1


def test_a_work_is_no_logo(register: Register) -> None:
    with pytest.raises(RegisterError, match="is no kind of logo"):
        wrote(register, add_logo, "Harbour", prints(1), [artwork(1)], kind=WorkKind.WORK)


def test_removing_a_logo_removes_all_of_it(register: Register) -> None:
    wrote(register, add_logo, "Our mark", prints(1), [artwork(1)], kind=WorkKind.OWN_LOGO)
    wrote(register, add_work, "Harbour", prints(3))
    assert wrote(register, remove_logo, "our-mark").title == "Our mark"
    assert (asked(register, all_logos), [work.id for work in asked(register, all_works)]) == ((), ["harbour"])
    assert register.first_broken_entry() is None
    wrote(register, add_logo, "Our mark", prints(1), [artwork(1)], kind=WorkKind.OWN_LOGO)
    for wrong in ("harbour", "nothing"):
        with pytest.raises(RegisterError, match="no logo"):
            wrote(register, remove_logo, wrong)


def test_the_words_of_a_logo_are_kept_with_it(register: Register) -> None:
    words = ["Our Library", "OL"]
    with pytest.raises(RegisterError, match="3 to 100 letters"):
        wrote(register, add_logo, "Our mark", prints(1), [], kind=WorkKind.OWN_LOGO, words=words)
    words = ["Our Library", "Bibliotek; vores"]
    wrote(register, add_logo, "Our mark", prints(1), [artwork(1)], kind=WorkKind.OWN_LOGO, words=words)
    wrote(register, add_logo, "Rival", prints(2), [], kind=WorkKind.COMPETITOR_LOGO)
    (ours, rival) = asked(register, all_logos)
    assert (set(ours.words), rival.words) == (set(words), ())
    assert [(one.id, set(one.words)) for one in asked(register, logos_with_words)] == [("our-mark", set(words))]
    assert register.first_broken_entry() is None
    with pytest.raises(RegisterError, match="given twice"):
        wrote(register, add_logo, "A", prints(4), [], kind=WorkKind.OWN_LOGO, words=["One two", "ONE  TWO"])
    with pytest.raises(RegisterError, match="is no kind of logo"):
        wrote(register, add_work, "Harbour", prints(3), words=["Harbour"])


def test_words_that_somebody_wrote_into_the_register_are_seen(register: Register) -> None:
    wrote(register, add_logo, "Our mark", prints(1), [], kind=WorkKind.OWN_LOGO, words=["Our Library"])
    with register.writing() as unit:
        unit.sql.works.update(WorkRow, "our-mark", {"words": "Another"})
    with register.reading() as unit, pytest.raises(RegisterError, match="our-mark"):
        relied_work(unit, "our-mark")
