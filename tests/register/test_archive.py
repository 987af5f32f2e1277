"""The archive's rows, beside a register in a file and on a server: nothing twice, nothing left, nothing in the open."""

from __future__ import annotations

import datetime as dt
import secrets
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.register.support import biometric, vectors
from tests.support import wrote

from imgpolicy.domain.verdict import Verdict
from imgpolicy.errors import RegisterError
from imgpolicy.register.archive import Kept, keep_pictures, keep_places, recognised_no_more, remove_gone, showing
from imgpolicy.register.archive_forms import forms_in, put_forms
from imgpolicy.register.archive_store import Archive
from imgpolicy.register.consents import record_consent
from imgpolicy.register.faces import add_faces, remove_faces
from imgpolicy.register.people import all_keys
from imgpolicy.register.register import Register
from imgpolicy.register.sql.archive import PlaceRow

NOW = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)


def kept(**changes: object) -> Kept:
    usual: dict[str, object] = {
        "sha256": secrets.token_hex(32),
        "facts": b"facts",
        "matches": b"matches",
        "people": {"eileen": b"near"},
        "recognised": ("eileen",),
        "faces": 1,
    }
    return Kept(**{**usual, **changes})  # type: ignore[arg-type]


def place(archive: Archive, name: str, picture: int | None = None, verdict: Verdict = Verdict.GO) -> PlaceRow:
    return PlaceRow(
        id=archive.place_id(name),
        root=1,
        name=archive.sealed_name(name),
        stamp="1-2",
        picture=picture,
        posting=1,
        verdict=int(verdict),
        codes=archive.words.number(b"codes:P102"),
        judged=1,
        until=None,
        at=NOW,
        run=1,
    )


def put(register: Register, name: str, one: Kept, verdict: Verdict = Verdict.GO) -> int:
    archive = register.archive
    row = place(archive, name, verdict=verdict)
    with register.reading() as unit, archive.rows() as rows:
        (number,) = keep_pictures(unit, rows, [one]).values()
        keep_places(rows, [row._replace(picture=number)], NOW)
    return number


def test_there_is_none_until_somebody_asks_for_it(anywhere: Register) -> None:
    assert not anywhere.has_archive
    with anywhere.reading() as unit:
        assert unit.archive is None
    assert anywhere.archive.place_id("a") == anywhere.archive.place_id("a")
    assert anywhere.has_archive
    with anywhere.reading() as unit:
        assert unit.archive is anywhere.archive


def test_a_place_and_a_picture_have_one_row(anywhere: Register) -> None:
    one = kept()
    assert put(anywhere, "a.jpg", one) == put(anywhere, "a.jpg", one) == put(anywhere, "copy.jpg", one)
    with anywhere.archive.rows() as rows:
        assert len(rows.places_of(range(1, 10))) == 2
        assert rows.counts(1) == {(0, True): 2}
        assert [change.before for change in rows.changes(NOW)] == [None, None]


def test_what_is_said_of_a_person_is_sealed_with_their_key_and_goes_with_their_faces(anywhere: Register) -> None:
    wrote(anywhere, record_consent, biometric("eileen"))
    wrote(anywhere, add_faces, "eileen", "tests", vectors(1))
    number = put(anywhere, "a.jpg", kept())
    archive = anywhere.archive
    with anywhere.reading() as unit:
        keys = all_keys(unit)
    with archive.rows() as rows:
        (row,) = rows.pictures([number]).values()
        ((_, _, sealed),) = rows.people_in([number])
    assert b"near" not in sealed
    assert archive.people_in(keys, [row]) == {number: {"eileen": b"near"}}
    assert [one.name for one in showing(archive, "eileen")] == ["a.jpg"]
    wrote(anywhere, remove_faces, "eileen")
    assert showing(archive, "eileen") == ()
    with archive.rows() as rows:
        (row,) = rows.pictures([number]).values()
        assert (row.matches, row.faces, row.facts) == (None, None, b"facts")
    with anywhere.reading() as unit:
        assert recognised_no_more(unit, [kept()]) == {"eileen"}


def test_matches_that_name_somebody_who_is_gone_are_not_kept(anywhere: Register) -> None:
    number = put(anywhere, "a.jpg", kept(people={"nobody": b"near"}))
    with anywhere.archive.rows() as rows:
        (row,) = rows.pictures([number]).values()
        assert row.matches is None
        assert list(rows.people_in([number])) == []


def test_a_picture_goes_with_its_last_place(anywhere: Register) -> None:
    one = kept()
    number = put(anywhere, "a.jpg", one)
    put(anywhere, "b.jpg", one, Verdict.NO_GO)
    archive = anywhere.archive
    for name, left in (("a.jpg", {number}), ("b.jpg", set())):
        with archive.rows() as rows:
            remove_gone(archive.sealer, rows, list(rows.places([archive.place_id(name)]).values()), NOW)
            assert set(rows.pictures([number])) == left
    with archive.rows() as rows:
        assert list(rows.people_in([number])) == []
        assert [(one.before, one.after) for one in rows.changes(NOW)] == [(None, 0), (None, 2), (0, None), (2, None)]


def forms(*values: int) -> bytes:
    return b"".join(value.to_bytes(32, "little") for value in values)


def test_hashes_are_sealed_in_blocks_and_go_with_the_picture(anywhere: Register) -> None:
    archive, shown = anywhere.archive, forms(1, 2, 3, 2**256 - 1)
    plain = put(anywhere, "plain.jpg", kept())
    number = put(anywhere, "a.jpg", kept(forms=shown))
    with archive.search() as search:
        ((numbers, found),) = forms_in(archive.sealer, search)
        ((block, sealed),) = search.forms()
    by_number = dict(zip(numbers.tolist(), found, strict=True))
    assert by_number[number].tobytes() == shown
    assert not by_number[plain].any()
    assert shown[96:] not in sealed
    with pytest.raises(RegisterError):
        archive.sealer.unseal(f"archive_forms.forms:{block + 1}", sealed)
    with archive.rows() as rows:
        remove_gone(archive.sealer, rows, list(rows.places([archive.place_id("a.jpg")]).values()), NOW)
    with archive.search() as search:
        ((_, found),) = forms_in(archive.sealer, search)
    assert not found.any()


def test_many_put_hashes_into_one_block(anywhere: Register) -> None:
    archive = anywhere.archive
    others = [Archive(anywhere._database.beside(), anywhere._vault) for _ in range(4)]  # other processes

    def put_some(first: int) -> None:
        for number in range(first, first + 10):
            with others[first // 10].rows() as rows:
                put_forms(
                    archive.sealer, rows, {number: forms(number, 0, 0, 1), 5_000 + number: forms(number, 0, 0, 1)}
                )

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put_some, range(0, 40, 10)))
    with archive.search() as search:
        ((numbers, found),) = forms_in(archive.sealer, search)
    held = {number: int(one[0, 0]) for number, one in zip(numbers.tolist(), found, strict=True) if one.any()}
    assert held == {base + number: number for base in (0, 5_000) for number in range(40)}
    for one in others:
        one.close()


def test_many_give_a_word_one_number(anywhere: Register) -> None:
    archive = anywhere.archive
    others = [Archive(anywhere._database.beside(), anywhere._vault) for _ in range(4)]  # other processes
    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(lambda one: [one.words.number(b"word %d" % n) for n in range(20)], others))
    assert all(own == numbers[0] for own in numbers)
    assert [archive.words.spelled(number) for number in numbers[0]] == [b"word %d" % n for n in range(20)]
    with pytest.raises(LookupError):
        archive.words.spelled(10_000)
    for one in others:
        one.close()


def test_a_name_that_was_altered_is_refused(anywhere: Register) -> None:
    row = place(anywhere.archive, "a.jpg")
    assert anywhere.archive.name(row) == anywhere.archive.address(row) == "a.jpg"
    secret = anywhere.archive.sealed_name("https://x/a.jpg", "https://x/a.jpg?sig=1")
    assert anywhere.archive.unsealed_name(secret) == ["https://x/a.jpg", "https://x/a.jpg?sig=1"]
    with pytest.raises(RegisterError):
        anywhere.archive.name(row._replace(name=row.name[:-1] + b"x"))


def test_a_walk_goes_on_after_what_was_kept(anywhere: Register) -> None:
    archive = anywhere.archive
    with archive.rows() as rows:
        run = rows.begin_run(1, 7, NOW)
        assert rows.unfinished(1, 7) == run
        assert rows.unfinished(1, 8) is None
        rows.move_run(run.id, b"sealed")
        again = rows.unfinished(1, 7)
        assert again is not None
        assert again.after == b"sealed"
        rows.move_run(run.id, None, NOW)
        assert rows.unfinished(1, 7) is None
