"""The JSON of reports and facts is the contract, and its schema says the same."""

from __future__ import annotations

import datetime as dt
import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgpolicy.domain.geometry import Box
from imgpolicy.domain.model import Model
from imgpolicy.domain.posting import Origin, Posting, Role
from imgpolicy.domain.terms import FaceStatus
from imgpolicy.domain.verdict import Finding, Remedy, RemedyKind, Verdict
from imgpolicy.facts import Unknown
from imgpolicy.report import FaceReport, PictureInfo, PolicyRef, Report, reports_json
from imgpolicy.wire.report import report_schema

VALIDATOR = jsonschema.Draft202012Validator(json.loads(report_schema()))
BOX = Box(10, 20, 110, 140)


def report(name: str = "photo.jpg", message: str = "because", score: float = 0.71) -> Report:
    return Report(
        picture=PictureInfo(name=name, sha256="ab" * 32, format="JPEG", width=4000, height=3000),
        posting=Posting(channel="facebook", role=Role.EMPLOYEE, origin=Origin.OWN, on=dt.date(2026, 1, 2)),
        findings=(
            Finding(
                code="P101",
                verdict=Verdict.NO_GO,
                title="Unknown person",
                message=message,
                box=BOX,
                evidence={"channels": ["a"], "distance": 3, "score": 0.5, "sure": True, "none": None},
                remedies=(Remedy(kind=RemedyKind.REDACT, text="hide it", automatic=True, command="imgpolicy clean"),),
            ),
        ),
        faces=(
            FaceReport(
                box=BOX,
                certainty=0.99,
                person="eileen",
                score=score,
                margin=None,
                consent="c-1",
                status=FaceStatus.COVERED,
            ),
        ),
        not_checked=(Unknown(what="text", reason="nobody reads it", lifts=False),),
        models=(Model(name="sface", sha256="cd" * 32, threshold=0.5),),
        policy=PolicyRef(name="p", sha256="ef" * 32),
        register_head="0" * 64,
        valid_until=dt.date(2027, 6, 30),
        made_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    )


def test_a_report_has_the_names_that_scripts_rely_on() -> None:
    document = json.loads(reports_json([report()]))
    assert document["schema"] == "imgpolicy.report/1"
    assert document["tool"]["models"] == [{"name": "sface", "sha256": "cd" * 32, "threshold": 0.5}]
    (found,) = document["reports"]
    assert found["picture"] == {
        "name": "photo.jpg",
        "sha256": "ab" * 32,
        "format": "JPEG",
        "width": 4000,
        "height": 3000,
    }
    assert (found["verdict"], found["valid_until"]) == ("no-go", "2027-06-30")
    assert (found["posting"]["channel"], found["posting"]["role"]) == ("facebook", "employee")
    assert found["faces"][0] == {
        "box": [10, 20, 110, 140],
        "certainty": 0.99,
        "person": "eileen",
        "score": 0.71,
        "margin": None,
        "consent": "c-1",
        "status": "covered",
    }
    assert found["findings"][0]["remedies"][0]["automatic"] is True
    assert found["not_checked"] == [{"what": "text", "reason": "nobody reads it", "lifts": False}]
    assert (found["findings"][0]["paragraph"], found["waived"]) == (None, [])
    assert found["register"] == {"head": "0" * 64}


@pytest.mark.slow
def test_the_schema_takes_a_report_and_refuses_one_that_says_more_or_less() -> None:
    schema = json.loads(report_schema())
    document = json.loads(reports_json([report()]))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema)
    text = json.dumps(document)
    for good, bad in (
        ('"schema"', '"extra": 1, "schema"'),
        ('"verdict": "no-go", "valid', '"valid'),
        ('"verdict": "no-go", "valid', '"verdict": "maybe", "valid'),
        ('"status": "covered"', '"status": "fine"'),
        ("[10, 20, 110, 140]", "[10, 20, 110]"),
    ):
        assert good in text
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(json.loads(text.replace(good, bad)), schema)


@pytest.mark.slow
@given(st.text(), st.text(), st.floats())
def test_any_name_message_and_score_become_valid_json_that_hides_nothing(name: str, message: str, score: float) -> None:
    text = reports_json([report(name, message, score)])
    VALIDATOR.validate(json.loads(text))
    assert all(c.isprintable() or c in "\n\u200c\u200d" for c in text)
