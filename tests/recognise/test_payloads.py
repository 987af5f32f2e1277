"""What codes hold, told by how their contents begin."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgpolicy.recognise.payloads import (
    GIVES_ACCESS,
    NAMES_SOMEBODY,
    PAYLOAD_WORDS,
    REACHES_SOMEBODY,
    Held,
    Payload,
    payload_of,
)

ACCESS = {
    "WIFI:T:WPA;S:Example;P:sommer2026;;": Payload.WIFI,
    "wifi:S:Ex\\;ample;T:WPA;P:x;;": Payload.WIFI,
    "otpauth://totp/Example:mj?secret=JBSWY3DPEHPK3PXP": Payload.ONE_TIME_PASSWORD,
    "https://example.org/reset?token=abc123def456": Payload.LINK_WITH_KEY,
    "https://example.org/i/9f8a7b6c5d4e3f2a1b0c7d": Payload.LINK_WITH_KEY,
    "https://example.org/f/123e4567-e89b-12d3-a456-426614174000": Payload.LINK_WITH_KEY,
    "https://me:secret@example.org/": Payload.LINK_WITH_KEY,
    "https://us02web.zoom.us/j/12345678901?pwd=abcdefgh": Payload.LINK_WITH_KEY,
    "https://us02web.zoom.us/j/12345678901": Payload.INVITATION,
    "https://teams.microsoft.com/l/meetup-join/19%3ameeting": Payload.INVITATION,
    "https://chat.whatsapp.com/AbCdEf": Payload.INVITATION,
}
PEOPLE = {
    "BEGIN:VCARD\nVERSION:3.0\nN:Jensen;Mette\nEND:VCARD": Payload.CONTACT,
    "MECARD:N:Jensen,Mette;TEL:20304050;;": Payload.CONTACT,
    "M1JENSEN/METTE        EABC123 CPHLHRSK 0501 332Y012A0045 100": Payload.BOARDING_PASS,
    "@\n\x1e\rANSI 636026080102DL00410288ZA03290015DLDAQ": Payload.IDENTITY,
    "HC1:6BFOXN%TS3DH0YOJ58S S-W5HDC": Payload.HEALTH,
    "bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa": Payload.WALLET,
    "BCD\n002\n1\nSCT\n\nMette Jensen\nDK5000400440116243": Payload.PAYMENT,
}
CALLS = {
    "mailto:mette@example.net": Payload.MAIL,
    "tel:+4520304050": Payload.PHONE,
    "SMSTO:20304050:hej": Payload.PHONE,
}
HARMLESS = {
    "https://www.example.net/menu": Payload.LINK,
    "https://example.net/p?utm_source=9f8a7b6c5d4e3f2a1b0c7d4e5f&id=42": Payload.LINK,
    "https://example.net/library/opening-hours-and-holidays": Payload.LINK,
    "WIFI:T:nopass;S:Free;;": Payload.WORDS,
    "5701234567899": Payload.WARE,
    "geo:56.15,10.2": Payload.PLACE,
    "Welcome": Payload.WORDS,
    "http://[": Payload.WORDS,
}


@pytest.mark.parametrize("value", [*ACCESS, *PEOPLE, *CALLS, *HARMLESS])
def test_a_code_is_told_by_what_it_holds(value: str) -> None:
    assert payload_of("qr", value).payload is {**ACCESS, **PEOPLE, **CALLS, **HARMLESS}[value]


def test_every_sort_has_a_word_and_is_of_one_class() -> None:
    assert PAYLOAD_WORDS.keys() == {*Payload}
    assert not GIVES_ACCESS & NAMES_SOMEBODY
    assert {*ACCESS.values()} <= GIVES_ACCESS
    assert {*PEOPLE.values()} <= NAMES_SOMEBODY
    assert {*CALLS.values()} <= REACHES_SOMEBODY
    assert not {*HARMLESS.values()} & (GIVES_ACCESS | NAMES_SOMEBODY | REACHES_SOMEBODY)


def test_a_random_path_is_not_certain_to_open_anything() -> None:
    assert not payload_of("qr", "https://example.org/i/9f8a7b6c5d4e3f2a1b0c7d").certain
    assert payload_of("qr", "https://example.org/?token=9f8a7b6c5d").certain


def test_the_number_on_a_ware_is_one_whatever_it_is() -> None:
    assert payload_of("ean-13", "1234567890128") == Held(payload=Payload.WARE)


def test_words_in_a_code_are_there_to_be_read() -> None:
    assert payload_of("qr", "CPR 070761-4285").words == "CPR 070761-4285"
    assert payload_of("qr", "mailto:mette%40example.net").words == "mette@example.net"


@pytest.mark.parametrize("value", ACCESS)
def test_what_is_shown_of_a_code_opens_nothing(value: str) -> None:
    held = payload_of("qr", value)
    assert not any(secret in held.shown for secret in ("secret", "sommer", "abc", "9f8a", "123"))
    assert value not in repr(held)


@given(st.text(max_size=200))
def test_any_code_can_be_read(value: str) -> None:
    assert payload_of("qr", value).payload in Payload
