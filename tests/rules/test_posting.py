"""What is asked of a posting, and what of it no rule looks at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from imgpolicy.domain.posting import Posting, Role, today
from imgpolicy.rules import examples
from imgpolicy.rules.base import Organisation
from imgpolicy.rules.posting import AudienceTooWide, unread

FULL = Organisation(names=("The Library",), topics=("reading",), disclaimers=("my own opinion",), officials=("Anna",))


def told(role: Role, organisation: Organisation) -> set[str]:
    return {str(unknown.what) for unknown in unread(Posting(role=role, caption="Hello"), organisation, today())}


@pytest.mark.parametrize("role", Role)
def test_a_policy_that_says_it_all_leaves_the_caption_alone(role: Role) -> None:
    assert told(role, FULL) == {"caption"}


@pytest.mark.parametrize(
    ("role", "organisation", "what"),
    [
        (Role.PRIVATE, Organisation(), "what is written on the organisation"),
        (Role.EMPLOYEE, Organisation(names=("The Library",), disclaimers=("mine",)), "topics"),
        (Role.PRIVATE, Organisation(names=("The Library",), topics=("reading",)), "disclaimers"),
        (Role.OFFICIAL, Organisation(), "who posts officially"),
    ],
)
def test_what_the_policy_is_silent_on_is_named_and_lifts_nothing(
    role: Role, organisation: Organisation, what: str
) -> None:
    assert told(role, organisation) == {"caption", what}
    assert not any(unknown.lifts for unknown in unread(Posting(role=role), organisation, today()))


def test_a_reason_says_on_which_page_the_face_is() -> None:
    case = examples.reaching(person=False)
    match = case.matches.faces[0]
    later = replace(match, face=replace(match.face, frame=2))
    moved = replace(case, matches=replace(case.matches, faces=(later,)))
    (finding,) = AudienceTooWide().judge(moved)
    assert (finding.box, finding.evidence["frame"]) == (match.face.box, 2)
