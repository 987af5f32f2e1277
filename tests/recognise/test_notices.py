"""Statements of rights, read without the formulas around the name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgpolicy.recognise.notices import Owners, read_notice
from imgpolicy.recognise.open_licences import OpenLicence, open_licences, strictest

OURS = Owners(names=("Example Library", "Post"), domains=("example-library.org",))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Foto: Example Library",
            "Photo by Example Library",
            "© Example Library, CC BY 4.0",
            "Kilde: Example Library",
        ),
        *(
            "Example Librarys fotograf",
            "Example Library's photographer",
            "EXAMPLE\u00a0LIBRARY",
            "Courtesy of Example Library",
        ),
        *(
            "© 2026 Example Library. Må ikke gengives uden tilladelse.",
            "(c) 2019-2026 Example Library. All rights reserved.",
        ),
        *("Example Library \u2013 alle rettigheder forbeholdes", "https://www.example-library.org/rights"),
        *("Photo: Example Library. May not be reproduced without written permission", "press@example-library.org"),
    ],
)
def test_formulas_around_our_own_name_say_nobody_else(text: str) -> None:
    notice = read_notice(text, OURS)
    assert (notice.ours, notice.others) == (True, "")


@pytest.mark.parametrize(
    "text", ["N/A", "-", "", "None", "unknown", "copyright", "OLYMPUS DIGITAL CAMERA", "SONY DSC", "(c) 2026", "?"]
)
def test_what_only_fills_a_field_says_nothing(text: str) -> None:
    notice = read_notice(text, OURS)
    assert (notice.ours, notice.others, notice.reserves) == (False, "", False)


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("© Example Library / Ritzau Scanpix", "Ritzau Scanpix"),
        ("Example Library Photos Ltd", "Photos Ltd"),
        ("Example Library Photo", "Photo"),
        ("Post Photo", "Photo"),
        ("© Posts", "Posts"),
        ("Posten", "Posten"),
        ("New Example Library", "New"),
        ("Smith & Example Library", "Smith & Example Library"),
        ("Example Library & Co", "Example Library & Co"),
        ("The Image Source", "Image Source"),
        ("© By & Havn", "& Havn"),
        ("Foto: Anna Jensen", "Anna Jensen"),
        ("https://www.gettyimages.com/detail/1", "https://www.gettyimages.com/detail/1"),
        ("example-library.example.net", "example-library.example.net"),
        ("example-library.org.example.net", "example-library.org.example.net"),
        ("https://example-library.org@example.net/", "https://example-library.org@example.net"),
        ("Unknown / Some Agency", "Unknown / Some Agency"),
        ("\ue000 Some Agency", "Some Agency"),
    ],
)
def test_whoever_else_is_named_is_told(text: str, others: str) -> None:
    assert read_notice(text, OURS).others == others


def test_a_prohibition_that_names_nobody_is_said_to_be_one() -> None:
    assert read_notice("Må ikke gengives uden tilladelse", OURS).reserves


@pytest.mark.parametrize(
    "text", ["Foto: Bo/Ritzau Scanpix", "gettyimages.com", "© AFP", "Shutterstock", "REUTERS", "NTB"]
)
def test_agencies_are_known(text: str) -> None:
    assert read_notice(text, OURS).of_agency


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("© A. Painter, CC BY 4.0", "CC BY 4.0"),
        ("http://creativecommons.org/licenses/by-nc-nd/2.0/", "CC BY-NC-ND 2.0"),
        ("https://creativecommons.org/licenses/by/4.0/deed.da", "CC BY 4.0"),
        ("Creative Commons Attribution-ShareAlike 4.0 International", "CC BY-SA 4.0"),
        ("This work is licensed under a Creative Commons Attribution 3.0 Unported License.", "CC BY 3.0"),
        ("Attribution-NonCommercial-NoDerivs 2.0 Generic (CC BY-NC-ND 2.0)", "CC BY-NC-ND 2.0"),
        ("Creative Commons Navngivelse-DelPåSammeVilkår 4.0 International", "CC BY-SA 4.0"),
        ("CC-BY-SA-3.0", "CC BY-SA 3.0"),
        ("CC0 1.0 Universal (Public Domain Dedication)", "CC0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "CC0"),
    ],
)
def test_a_creative_commons_licence_is_read_by_address_and_by_words(text: str, name: str) -> None:
    licence = strictest(open_licences(text).licences)
    assert licence is not None
    assert licence.name == name


@pytest.mark.parametrize(
    "text",
    [
        *("Not licensed under CC BY 4.0", "CC BY 4.0, except for advertising", "CC: Anna", "CC BYE", "ccby"),
        *("Creative Commons", "No copyright infringement intended", "Zero", "https://example.org/licenses/by/4.0/"),
    ],
)
def test_what_may_say_the_opposite_is_no_licence(text: str) -> None:
    assert open_licences(text).licences == ()


def test_of_several_licences_all_terms_count() -> None:
    both = (OpenLicence(attribution=True, version="4.0"), OpenLicence(non_commercial=True, version="2.0"))
    assert strictest(both) == OpenLicence(attribution=True, non_commercial=True)


LETTERS = st.text(alphabet="abcdefghijklmnopqrstuvwxyzæøåABCDEFGH -&/.,:;©()0123456789", max_size=60)


@given(LETTERS, LETTERS)
def test_an_agency_beside_our_name_is_never_lost(before: str, after: str) -> None:
    assert read_notice(f"{before} Example Library / Ritzau Scanpix ; {after}", OURS).of_agency


@given(st.text(max_size=500))
def test_no_statement_breaks_it(text: str) -> None:
    read_notice(text, OURS)
