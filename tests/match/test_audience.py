"""A narrower audience that is declared: what the channel's own asks for is weighed beside it."""

from __future__ import annotations

from dataclasses import replace

from tests.match.support import POSTING, face, facts_of, known

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.scope import Scope
from imgpolicy.domain.terms import FaceStatus, PeoplePolicy
from imgpolicy.match import Matches, match

TEAM = replace(POSTING, audience="team")
REFUSED = Consent(
    person="anna",
    kind=ConsentKind.PUBLICATION,
    state=ConsentState.REFUSED,
    scope=Scope(audiences=frozenset({"public"})),
)


def matched(audience: str | None) -> Matches:
    """A small face that is a little like Anna, who does not want to be seen by the public."""
    small = face(0.47, 0.88, height=33, box=Box(0, 0, 25, 30))
    policy = PeoplePolicy(incidental_below=40, audience=audience)
    return match(facts_of(small), known(("anna", (1.0, 0.0)), consents=(REFUSED,)), TEAM, policy)


def test_a_face_that_is_let_through_for_the_audience_declared_alone_is_named() -> None:
    found = matched("public")
    assert found.faces[0].status is FaceStatus.INCIDENTAL
    assert found.wider_audience is not None
    assert [one.face for one in found.wider_audience.stopped] == [one.face for one in found.faces]


def test_one_that_is_let_through_for_both_is_not() -> None:
    found = matched("internal")
    assert found.wider_audience is not None
    assert (found.wider_audience.audience, found.wider_audience.stopped, found.wider_audience.possible_people) == (
        "internal",
        (),
        (),
    )


def test_nothing_is_weighed_twice_where_the_channel_has_the_audience_declared() -> None:
    assert matched(None).wider_audience is None
