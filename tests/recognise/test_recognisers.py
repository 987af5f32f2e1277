"""Each recogniser's own examples, its order among the others, and what is nobody's secret."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.recognise.support import found, kinds, line, page

from imgpolicy.domain.geometry import Box
from imgpolicy.recognise import Kind, Sought, masked
from imgpolicy.recognise.base import Recogniser
from imgpolicy.recognise.digits import ean, luhn, mod_97
from imgpolicy.recognise.ibans import STRUCTURES
from imgpolicy.recognise.walk import RECOGNISERS

HOLDS = [pytest.param(one, text, id=f"{one.kind}-{text}") for one in RECOGNISERS for text in one.holds]
LACKS = [pytest.param(one, text, id=f"{one.kind}-{text}") for one in RECOGNISERS for text in one.lacks]


@pytest.mark.parametrize(("recogniser", "text"), HOLDS)
def test_what_a_recogniser_says_that_it_finds_is_found(recogniser: Recogniser, text: str) -> None:
    assert recogniser.kind in kinds(text)
    assert recogniser.kind in kinds(page(*text.splitlines()))


@pytest.mark.parametrize(("recogniser", "text"), LACKS)
def test_what_a_recogniser_says_that_it_leaves_alone_is_left_alone(recogniser: Recogniser, text: str) -> None:
    assert recogniser.kind not in kinds(text)
    assert recogniser.kind not in kinds(page(*text.splitlines(), "and another line of words"))


NOBODYS = (
    "29. november 2026",
    "Lørdag d. 5/12-2026 kl. 10.00-17.30",
    "Åbningstider: Man-fre 9.00-17.30 Lør 10-14",
    "Pris: 12.345,00 kr.",
    "KUN 199,95",
    "20 30 40 50 60 70",
    "CVR 12 34 56 78",
    "CVR-nr. 12345678",
    "ISBN 978-87-02-12345-6",
    "9788702123455",
    "5 701234 567899",
    "Linje 5C mod Husum",
    "Bus 350S 4A 150S",
    "Vestergade",
    "Vestergade 12-18",
    "8000 Aarhus C",
    "1234",
    "42",
    "10 MESSI",
    "Rum 2.14",
    "Model X-12345-B",
    "Ordrenr. 20 30 40 50",
    "2026/2027",
    "Tog 12 34 fra spor 5",
    "EXIT 25B",
    "UDSALG 50%",
    "H.C. Andersen: Samlede eventyr 1835-1872",
    "Lot 4711 0815 2026 1234",
    "www.example.net",
    "Parkering 2 timer 8-20",
    "DANMARK 6.00 PORTO",
    "Nr. 1 2 3 4 5 6 7 8 9 10 11 12",
    "VM 2026",
    "Gæstekode: se opslag",
)


@pytest.mark.parametrize("text", NOBODYS)
def test_what_is_nobodys_secret_is_nothing(text: str) -> None:
    assert found(text) == ()
    assert found(page(text)) == ()
    assert found(page("Velkommen", text, "til alle")) == ()


@given(st.text(st.characters(codec="utf-8"), max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_text_at_all_can_be_read(text: str) -> None:
    for one in found(text):
        assert one.value
        assert masked(one)


birthdays = st.dates(min_value=dt.date(1950, 1, 1), max_value=dt.date(1999, 12, 31))


@given(birthdays, st.integers(0, 3999), st.sampled_from(("-", " - ", "\u2013", "- ")))
@settings(max_examples=60, deadline=None)
def test_a_personal_number_with_its_hyphen_is_found(born: dt.date, serial: int, gap: str) -> None:
    number = f"{born:%d%m%y}{gap}{serial:04}"
    (one,) = found(number)
    assert (one.kind, one.value, one.certain) == (Kind.PERSONAL_NUMBER, number.replace(gap, "-"), True)


@given(birthdays, st.integers(0, 3999))
@settings(max_examples=60, deadline=None)
def test_a_personal_number_is_found_behind_its_name_in_any_form(born: dt.date, serial: int) -> None:
    digits = f"{born:%d%m%y}{serial:04}"
    for text in (f"CPR {digits}", f"CPR-nr. {digits[:6]} {digits[6:]}", f"cpr:{digits[:2]} {digits[2:4]} {digits[4:]}"):
        assert [one.kind for one in found(text)] == [Kind.PERSONAL_NUMBER]


@st.composite
def ibans(draw: st.DrawFn) -> str:
    """An IBAN of any country, its check digits made to fit."""
    country = draw(st.sampled_from(sorted(STRUCTURES)))
    letters = {"n": "0123456789", "a": "ABCDEFGHJKLMNPQRSTUVWXYZ", "c": "0123456789ABCDEFGHJK"}
    account = "".join(draw(st.sampled_from(letters[kind])) for kind in STRUCTURES[country])
    check = next(f"{number:02}" for number in range(2, 99) if mod_97(f"{country}{number:02}{account}"))
    return country + check + account


@given(ibans(), st.integers(2, 6), st.sampled_from((" ", "-", "  ")))
@settings(max_examples=100, deadline=None)
def test_an_iban_is_found_in_groups_of_any_size(iban: str, size: int, gap: str) -> None:
    spaced = gap.join(iban[at : at + size] for at in range(0, len(iban), size))
    for text in (iban, spaced, f"IBAN: {spaced}", f"Konto {spaced} i banken"):
        assert [(one.kind, one.value, one.certain) for one in found(text)] == [(Kind.ACCOUNT, iban, True)]


@given(st.integers(0, 10**11 - 1))
@settings(max_examples=60, deadline=None)
def test_an_iban_with_letters_for_digits_is_found_where_the_checksum_proves_it(account: int) -> None:
    number = f"{account:014}"
    check = next(f"{one:02}" for one in range(2, 99) if mod_97(f"DK{one:02}{number}"))
    misread = f"DK{check}{number}".replace("0", "O", 3).replace("1", "l", 1)
    (one,) = found(misread)
    assert (one.kind, one.value, one.certain) == (Kind.ACCOUNT, f"DK{check}{number}", True)


@given(
    st.sampled_from(("4571", "4111", "5105", "2221", "6011")),
    st.integers(0, 10**11 - 1),
    st.sampled_from((" ", "-", "", "  ")),
)
@settings(max_examples=100, deadline=None)
def test_a_card_is_found_in_any_spacing(prefix: str, rest: int, gap: str) -> None:
    digits = next(full for last in range(10) if luhn(full := f"{prefix}{rest:011}{last}"))
    text = gap.join(digits[at : at + 4] for at in range(0, 16, 4))
    assert [(one.kind, one.value) for one in found(f"Kort: {text}")] == [(Kind.CARD, digits)]
    assert Kind.CARD in kinds(text)


@given(st.integers(10**11, 10**12 - 1))
@settings(max_examples=60, deadline=None)
def test_the_number_of_a_ware_is_nothing(number: int) -> None:
    digits = next(full for last in range(10) if ean(full := f"{number}{last}"))
    assert found(digits) == ()


def test_what_an_account_number_is_made_of_is_no_phone_number() -> None:
    assert [one.kind for one in found("IBAN DK50 0040 0440 1162 43, tlf. 20 30 40 50")] == [Kind.ACCOUNT, Kind.PHONE]


def test_a_number_in_two_lines_of_a_row_is_found_in_both() -> None:
    left, right = line("DK50 0040", 100), line("0440 1162 43", 210)
    (one,) = found([right, left])
    assert (one.kind, one.lines, one.box) == (Kind.ACCOUNT, (left, right), Box(100, 100, 330, 120))


@pytest.mark.parametrize("turn", [0, 7, -20, 90, 180, -135])
def test_rows_are_joined_in_their_own_direction(turn: float) -> None:
    texts = [
        line("DK50 0040", 100, turn=turn),
        line("0440 1162 43", 210, turn=turn),
        line("Hello", 100, 150, turn=turn),
    ]
    (one,) = found(texts)
    assert one.lines == (texts[0], texts[1])


@pytest.mark.parametrize("turn", [0, 90, 175])
def test_a_password_is_found_below_and_beside_its_word(turn: float) -> None:
    below = [line("Adgangskode", turn=turn), line("Sommer2026", top=130, turn=turn)]
    beside = [line("Adgangskode", turn=turn), line("Sommer2026", left=400, turn=turn)]
    for texts in (below, beside):
        (one,) = found(texts)
        assert (one.kind, one.lines) == (Kind.PASSWORD, (texts[1],))
    far = [line("Adgangskode", turn=turn), line("Sommer2026", top=400, turn=turn)]
    assert found(far) == ()


def test_lines_of_two_frames_are_not_joined() -> None:
    assert found([line("DK50 0040", 100), line("0440 1162 43", 210, frame=1)]) == ()


def test_a_number_of_a_country_is_no_number_of_a_ware() -> None:
    assert kinds("Call +49 30 23125 971") == {Kind.PHONE}
    assert kinds("CM 75 435") == {Kind.PLATE}


def test_a_plate_stands_alone_and_a_product_code_does_not() -> None:
    plate = line("AB12345", height=40)
    assert kinds([plate]) == {Kind.PLATE}
    assert kinds([plate, line("Shelf bracket", top=150, height=30)]) == set()
    assert kinds([plate, line("DK", 60, 110, height=20)]) == {Kind.PLATE}
    assert kinds([line("AB12345", height=40), line("bil til salg", top=900, height=40)]) == {Kind.PLATE}


@pytest.mark.parametrize("words", ["ABC 123", "ABC-12"])
def test_shapes_that_rooms_have_too_are_plates_where_the_policy_names_the_country(words: str) -> None:
    assert kinds([line(words, height=40)]) == set()
    assert kinds([line(words, height=40)], Sought(countries=("DK", "SE", "FI"))) == {Kind.PLATE}


def test_what_cannot_be_told_apart_is_said() -> None:
    unclear = {text: found(text)[0].unclear for text in ("Adgangskode: S0mmer", "Adgangskode: hvem")}
    assert unclear == {"Adgangskode: S0mmer": True, "Adgangskode: hvem": False}


SIGNS = (
    ("BAGERI HANSEN", "Storegade 12, 8000 Aarhus C", "Tlf. 86 12 34 56"),
    ("Salon Klip", "www.salon-klip.dk", "Tlf. 75 12 34 56", "info@salon-klip.dk"),
    ("Åbningstider", "Man-fre 10-17", "Ring 33 12 34 56"),
    ("TIL SALG", "86 12 34 56"),
    ("CaféLykke", "Norre Allé 9", "TLf. 33 19 30 85", "ww.example.org", "Abningstider: 8-17"),
    ("Jensen & Søn VVS", "Døgnvagt 70 10 20 30"),
    (
        "Byens Bageri ApS",
        "22. maj 2026",
        "Kl. 19.00",
        "Ordre nr. 3306685",
        "70,35 kr",
        "Bus 4A 14:33",
        "Tlf. 33 26 35 93",
    ),
    ("PIZZERIA ROMA", "TAKE AWAY", "98 12 34 56", "Nygade 3, 9000 Aalborg"),
)


@pytest.mark.parametrize("rows", SIGNS)
def test_the_details_on_a_shops_sign_are_the_shops(rows: tuple[str, ...]) -> None:
    details = found(page(*rows))
    assert details
    assert all(one.business for one in details)


OWN = (
    ("Mette Jensen", "20 30 40 50"),
    ("Example A/S", "Mette Jensen", "Direktør", "Mobil 20 30 40 50", "mj@example.dk"),
    ("Kære Mette", "Tak for sidst", "Vestergade 12, 2. tv", "8000 Aarhus C"),
    ("20 30 40 50",),
    ("Mor", "20 30 40 50"),
    ("mette.jensen@gmail.com",),
    ("Example ApS", "Xenia Sørensen", "Tlf. 33 12 34 56"),
    ("Ring til mig", "20 30 40 50"),
    ("Kaffe kl. 10", "Mobil 22 35 90 14", "119 Church Street, Leeds LS2 9JT"),
    ("119 Church Street, Leeds LS2 9JT",),
    ("Fra: g", "Example Library", "Nørre Allé 162, st. tv, 9000 Aalborg"),
    ("Byens Bageri ApS", "Kl. 19.00", "Kl. 20.00", "Kl. 21.00", "Xhevdet Qosja", "33 26 35 93"),
)


@pytest.mark.parametrize("rows", OWN)
def test_the_details_of_somebody_are_theirs(rows: tuple[str, ...]) -> None:
    details = [one for one in found(page(*rows)) if one.kind in {Kind.PHONE, Kind.MAIL, Kind.ADDRESS}]
    assert details
    assert not any(one.business for one in details)


MASKS = {
    "CPR 070761-4285": "07\u2022\u2022\u2022\u2022-\u2022\u202285",
    "DK50 0040 0440 1162 43": "DK" + 14 * "\u2022" + "43",
    "mette.jensen@example.net": "\u2022\u2022\u2022@example.net",
    "Adgangskode: Sommer2026": "Adgangskode: \u2022\u2022\u2022\u2022",
    "Tlf. 20 30 40 50": "\u2022\u2022 \u2022\u2022 \u2022\u2022 50",
    "FORTROLIGT": "Fortroligt",
    "Sag S-2026/0042": "case: S-\u2022\u2022\u2022\u2022/\u2022\u2022\u20222",
}


@pytest.mark.parametrize("text", MASKS)
def test_reports_show_a_few_outer_characters(text: str) -> None:
    (one,) = found(text)
    assert masked(one) == MASKS[text]
    assert one.value not in repr(one) or one.kind is Kind.MARKING


HOSTILE = ("1 " * 2_000, "a" * 5_000, "DK" * 2_000, "Kode: " * 500, "a@" * 2_000, "12 34 " * 500, "tlf " * 1_000)


def test_hostile_text_of_any_sort_comes_to_an_end() -> None:
    for hostile in HOSTILE:
        assert len(found(hostile)) < len(hostile)
