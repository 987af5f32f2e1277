"""Open licences in a file, and credit lines in the form of a channel."""

from __future__ import annotations

from dataclasses import replace

import pytest

from imgpolicy.containers.parts import Right
from imgpolicy.domain.channel import Channel
from imgpolicy.domain.verdict import Finding
from imgpolicy.rules import examples
from imgpolicy.rules.base import Case
from imgpolicy.rules.origin import CreditLineMissing
from imgpolicy.rules.rights import SomebodyElseOwnsIt

OURS = ("Example Library",)
FORM = Channel(audience="public", credit="Foto: {line}")
ADDRESS = "https://creativecommons.org/licenses/by/4.0/"


def found(case: Case) -> list[Finding]:
    return list(SomebodyElseOwnsIt().judge(case))


def test_the_line_that_an_open_licence_wants_is_proposed_in_the_channels_form() -> None:
    case = examples.rights((Right.COPYRIGHT, "© 2026 A. Painter"), (Right.LICENCE, ADDRESS))
    (finding,) = found(replace(case, channel=FORM))
    line = f"Foto: A. Painter, CC BY 4.0, {ADDRESS}"
    assert (finding.evidence["licence"], finding.evidence["credit"]) == ("CC BY 4.0", line)
    assert any(line in way.text for way in finding.remedies)
    assert found(replace(case, posting=replace(case.posting, caption=line))) == []


@pytest.mark.parametrize("caption", ["A. Painter", "CC BY 4.0", "B. Painter, CC BY 4.0", ""])
def test_half_a_line_is_none(caption: str) -> None:
    assert found(examples.rights((Right.COPYRIGHT, "© A. Painter, CC BY 4.0"), caption=caption))


def test_the_name_that_the_licence_gives_goes_before_the_owners() -> None:
    said = ((Right.ATTRIBUTION, "A. Painter"), (Right.COPYRIGHT, "A Painter's Estate"), (Right.LICENCE, ADDRESS))
    assert found(examples.rights(*said, caption="A. Painter, CC BY")) == []


def test_our_own_licence_binds_others_alone() -> None:
    assert found(examples.rights((Right.COPYRIGHT, "© Example Library, CC BY-NC-ND 4.0"), owners=OURS)) == []


@pytest.mark.parametrize(
    "said",
    [
        (Right.CREDIT, "Bo Hansen/Ritzau Scanpix"),
        (Right.LICENSOR_URL, "https://pictures.example.net/buy"),
        (Right.USAGE_TERMS, "Editorial use only"),
        (Right.COPYRIGHT, "A. Painter. All rights reserved"),
        (Right.USAGE_TERMS, "Må ikke gengives uden tilladelse"),
    ],
)
def test_an_open_licence_counts_for_nothing_beside_what_says_otherwise(said: tuple[str, str]) -> None:
    (finding,) = found(examples.rights((Right.LICENCE, "CC0"), said))
    assert "licence" not in finding.evidence


@pytest.mark.parametrize(("terms", "edit"), [("CC BY-NC 4.0", None), ("CC BY-ND 4.0", "cropped")])
def test_what_the_licence_forbids_is_for_somebody_to_decide(terms: str, edit: str | None) -> None:
    caption = f"A. Painter, {terms}"
    assert found(examples.rights((Right.COPYRIGHT, f"A. Painter, {terms}"), caption=caption, edit=edit))


def test_an_unchanged_picture_may_be_posted_under_no_derivatives() -> None:
    assert found(examples.rights((Right.COPYRIGHT, "A. Painter, CC BY-ND"), caption="A. Painter, CC BY-ND")) == []


def test_a_prohibition_is_ours_where_the_file_names_us() -> None:
    reserved = (Right.USAGE_TERMS, "Må ikke gengives uden tilladelse")
    assert found(examples.rights(reserved, (Right.CREDIT, "Example Library"), owners=OURS)) == []
    assert found(examples.rights(reserved, owners=OURS))


def test_a_credit_line_is_proposed_as_the_channel_has_it() -> None:
    (finding,) = CreditLineMissing().judge(replace(examples.credited("Harbour, by A. Painter"), channel=FORM))
    assert any(way.text.endswith("Foto: Harbour, by A. Painter") for way in finding.remedies)
    captioned = examples.credited("Harbour, by A. Painter", caption="Foto: Harbour, by A. Painter")
    assert list(CreditLineMissing().judge(replace(captioned, channel=FORM))) == []
