"""What words and codes give away, as findings: never whole, with their place and a way out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from imgpolicy.domain.posting import Role
from imgpolicy.domain.verdict import Covered, RemedyKind, Verdict
from imgpolicy.facts import Codes, Facts, Texts, Unknown
from imgpolicy.rules import Case, examples, judge
from imgpolicy.rules.codes import TellingCode
from imgpolicy.rules.disclosed import (
    ConfidentialMarking,
    ContactDetails,
    Disclosed,
    LicencePlate,
    PasswordOrKey,
    PersonalNumber,
)
from imgpolicy.rules.lettering import AgencyInSight, WorkMailInPrivate

RULES: tuple[Disclosed, ...] = (
    PersonalNumber(),
    ConfidentialMarking(),
    PasswordOrKey(),
    ContactDetails(),
    LicencePlate(),
)
SECRETS = {
    "CPR 070761-4285": ("S102", Verdict.NO_GO, "0761"),
    "DK50 0040 0440 1162 43": ("S102", Verdict.NO_GO, "0040"),
    "4111 1111 1111 1111": ("S102", Verdict.NO_GO, "1111"),
    "Adgangskode: Sommer2026": ("S104", Verdict.NO_GO, "Sommer"),
    "AKIAIOSFODNN7EXAMPLE": ("S104", Verdict.NO_GO, "AKIA"),
    "mette.jensen@example.net": ("S106", Verdict.REVIEW, "mette"),
    "Vestergade 12, 8000 Aarhus C": ("S106", Verdict.REVIEW, "Vester"),
    "Mobil 20 30 40 50": ("S106", Verdict.REVIEW, "30 40"),
    "AB 12 345": ("S107", Verdict.REVIEW, "345"),
}


def found(case: Case) -> list[tuple[str, Verdict]]:
    return [(one.code, one.verdict) for one in judge(RULES, case)]


@pytest.mark.parametrize("text", SECRETS)
def test_a_finding_says_what_it_is_and_where_and_never_the_whole_value(text: str) -> None:
    code, verdict, secret = SECRETS[text]
    for case in (examples.reading(text), examples.reading(caption=text), examples.coded(text)):
        (finding,) = judge(RULES, case)
        assert (finding.code, finding.verdict) == (code, verdict)
        assert secret not in f"{finding.message} {finding.evidence} {finding.remedies}".replace(case.file or "", "")
        assert text not in repr(case.said)


def test_what_stands_in_the_picture_is_covered_and_what_stands_in_the_caption_is_written_anew() -> None:
    (shown,) = judge(RULES, examples.reading("CPR 070761-4285"))
    assert shown.box is not None
    cover = shown.remedies[0]
    assert (cover.kind, cover.automatic, cover.covers) == (RemedyKind.REDACT, True, Covered.TEXT)
    (written,) = judge(RULES, examples.reading(caption="CPR 070761-4285"))
    assert (written.box, [one.kind for one in written.remedies]) == (None, [RemedyKind.CHANGE_POSTING])
    (coded,) = judge(RULES, examples.coded("CPR 070761-4285"))
    assert (coded.box is None, coded.remedies[0].covers) == (False, Covered.CODE)


def test_what_is_not_certain_is_a_review() -> None:
    assert found(examples.reading("0707614285")) == [("S102", Verdict.REVIEW)]
    assert found(examples.reading("this is not a confidential matter at all, I should say")) == [
        ("S103", Verdict.REVIEW)
    ]


def test_each_place_is_a_finding_of_its_own() -> None:
    assert found(examples.reading("FORTROLIGT", "Hello", "FORTROLIGT")) == [("S103", Verdict.NO_GO)] * 2


def test_what_nobody_could_read_is_no_finding_here_and_the_caption_is_read_all_the_same() -> None:
    unread = Unknown(what="text", reason="it cannot be read")
    case = examples.reading(caption="CPR 070761-4285")
    blind = replace(case, facts=case.facts.joined(Facts({Texts: unread, Codes: unread})))
    assert found(blind) == [("S102", Verdict.NO_GO)]


def test_a_letter_that_may_be_another_is_said() -> None:
    (finding,) = judge(RULES, examples.reading("Adgangskode: S0mmer"))
    assert finding.evidence["unclear"] is True
    assert "may have been mistaken" in finding.message


@pytest.mark.parametrize("value", ["WIFI:T:WPA;S:Office;P:sommer2026;;", "https://example.org/?token=9f8a7b6c5d4e"])
def test_a_code_is_named_and_not_repeated(value: str) -> None:
    (finding,) = judge([TellingCode()], examples.coded(value))
    said = f"{finding.message} {finding.evidence}"
    assert not any(secret in said for secret in ("sommer", "9f8a", "Office"))


def test_work_mail_is_looked_for_where_the_policy_names_its_domains() -> None:
    rule, mine = WorkMailInPrivate(), ("example-library.org",)
    case = examples.reading("mj@example-library.org", role=Role.PRIVATE, mail_domains=mine)
    assert [one.evidence["where"] for one in judge([rule], case)] == ["picture"]
    in_file = examples.in_file("<mj@example-library.org>", mail_domains=mine)
    assert [one.evidence["where"] for one in judge([rule], in_file)] == ["file"]
    assert judge([rule], examples.in_file("mj@example.net", mail_domains=mine)) == ()
    for finding in (*judge([rule], case), *judge([rule], in_file)):
        assert "mj@" not in f"{finding.message} {finding.evidence}"


def test_a_licence_on_record_stands_behind_a_watermark() -> None:
    case = examples.reading("gettyimages")
    licensed = examples.credited(None)
    assert judge([AgencyInSight()], case)
    assert judge([AgencyInSight()], replace(case, matches=licensed.matches)) == ()
