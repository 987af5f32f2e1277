"""Whom a recorded report is about: those whom it names by their ids, and nobody whose id is a word in it."""

from __future__ import annotations

import json

import pytest

from imgpolicy.domain.decision import people_of
from imgpolicy.errors import RegisterError


def report(**parts: object) -> bytes:
    return json.dumps({"schema": "imgpolicy.report/1", "reports": [parts]}).encode()


def test_everybody_whom_a_report_names_is_found() -> None:
    told = report(
        posting={"channel": "website", "people": ["named"]},
        faces=[{"person": "found", "status": "covered"}, {"person": None, "candidates": ["either", "or"]}],
        declared=[{"person": "declared", "status": "covered"}],
        findings=[{"code": "P102", "message": "x", "evidence": {"person": "denied"}}],
        waived=[{"finding": {"code": "P105", "message": "x", "evidence": {"person": "waived"}}}],
    )
    assert people_of(told) == {"named", "found", "either", "or", "declared", "denied", "waived"}


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("P106", "this face may be ann.b or c-d or news: too alike to be sure, or in the picture twice"),
        ("P107", "nobody can be identified by this face: it is too blurred; it may be ann.b or c-d or news"),
    ],
)
def test_the_candidates_of_older_reports_are_read_where_they_were_told(code: str, message: str) -> None:
    assert people_of(report(findings=[{"code": code, "message": message}])) == {"ann.b", "c-d", "news"}
    assert people_of(report(findings=[{"code": "S901", "message": message}])) == set()


def test_words_are_nobody() -> None:
    told = report(
        verdict="go", posting={"channel": "news", "caption": "public"}, findings=[{"code": "R1", "message": "go"}]
    )
    assert people_of(told) == set()


@pytest.mark.parametrize(
    "data", [b"", b"null", b"[]", b"{", b"{}", b'{"faces": []}', b'{"reports": 1}', b"\xff", b"[" * 100_000]
)
def test_what_is_no_report_is_refused(data: bytes) -> None:
    with pytest.raises(RegisterError, match="cannot be read"):
        people_of(data)
