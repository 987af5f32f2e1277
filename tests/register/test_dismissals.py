"""What reviewers said of found faces: kept sealed, added to and never changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.register.support import Made
from tests.support import asked

from imgpolicy.domain.dismissal import Dismissal, Place
from imgpolicy.domain.terms import DismissedAs
from imgpolicy.errors import RegisterError
from imgpolicy.register.dismissals import dismiss, dismissals, reinstate
from imgpolicy.register.maintenance import verify
from imgpolicy.register.register import Register
from imgpolicy.register.reliance import relied_dismissals

PLACE = Place(
    picture="ab" * 32,
    phash="0f" * 8,
    pdq="3c" * 32,
    quality=90,
    width=4000,
    height=3000,
    box=(0.1, 0.2, 0.3, 0.4),
    look="5a" * 32,
    clarity=80,
)
POSTER = Dismissal(id="f-1", what=DismissedAs.ARTWORK, place=PLACE, by="Anna Editor", reason="a poster on the wall")


def kept(register: Register) -> tuple[Dismissal, ...]:
    with register.reading() as unit:
        return dismissals(unit)


def test_what_was_said_is_read_as_it_was_said(anywhere: Register) -> None:
    with anywhere.writing() as unit:
        dismiss(unit, POSTER)
    assert kept(anywhere) == (POSTER,)
    assert asked(anywhere, relied_dismissals) == (POSTER,)


def test_what_is_taken_back_holds_no_more_and_stays_on_record(anywhere: Register) -> None:
    with anywhere.writing() as unit:
        dismiss(unit, POSTER)
        reinstate(unit, "f-1", "Berta Second", "it is a person")
    (found,) = kept(anywhere)
    assert found.ending is not None
    assert (found.by, found.ending.by, found.ending.reason) == ("Anna Editor", "Berta Second", "it is a person")
    assert asked(anywhere, relied_dismissals) == ()


def test_it_is_taken_back_once_and_only_when_it_is_there(made: Made) -> None:
    with made.register.writing() as unit:
        dismiss(unit, POSTER)
        reinstate(unit, "f-1", "Berta", "a person")
        with pytest.raises(RegisterError, match="already"):
            reinstate(unit, "f-1", "Berta", "a person")
        with pytest.raises(RegisterError, match="no dismissal 'f-2'"):
            reinstate(unit, "f-2", "Berta", "a person")
        with pytest.raises(RegisterError, match="already"):
            dismiss(unit, POSTER)


def test_every_word_of_it_is_sealed_and_every_step_is_in_the_log(made: Made) -> None:
    before = made.register.head()
    with made.register.writing() as unit:
        dismiss(unit, POSTER)
    assert made.register.head() != before
    for word in (b"Anna Editor", b"poster", PLACE.look.encode(), PLACE.picture.encode()):
        assert word not in made.raw_bytes()
    with made.register.reading() as unit:
        assert verify(unit).whole


@pytest.mark.parametrize(
    "wrong",
    [
        replace(POSTER, by=" "),
        replace(POSTER, reason=""),
        replace(POSTER, id="-"),
        replace(POSTER, place=replace(PLACE, picture="x")),
        replace(POSTER, place=replace(PLACE, look="x" * 64)),
        replace(POSTER, place=replace(PLACE, phash="")),
        replace(POSTER, place=replace(PLACE, box=(0.3, 0.2, 0.1, 0.4))),
        replace(POSTER, place=replace(PLACE, box=(0.1, 0.2, 1.1, 0.4))),
        replace(POSTER, place=replace(PLACE, box=(float("nan"), 0.2, 0.3, 0.4))),
        replace(POSTER, place=replace(PLACE, width=0)),
        replace(POSTER, place=replace(PLACE, frame=-1)),
    ],
)
def test_what_nobody_answers_for_or_is_nowhere_is_refused(made: Made, wrong: Dismissal) -> None:
    with pytest.raises(RegisterError), made.register.writing() as unit:
        dismiss(unit, wrong)
    assert kept(made.register) == ()


def test_a_record_cannot_be_made_to_speak_of_another_face(made: Made) -> None:
    import sqlite3

    with made.register.writing() as unit:
        dismiss(unit, POSTER)
        dismiss(unit, replace(POSTER, id="f-2"))
    with sqlite3.connect(made.file) as database:
        (details,) = database.execute("SELECT details FROM dismissal WHERE id = 'f-1'").fetchone()
        database.execute("UPDATE dismissal SET details = ? WHERE id = 'f-2'", (details,))
    database.close()
    with pytest.raises(RegisterError, match="damaged"):
        kept(made.register)
    with made.register.reading() as unit:
        assert not verify(unit).whole
