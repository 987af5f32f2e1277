"""R1xx: who posts it, in which role, with which words, and whom it reaches.

What is declared is all that these rules see: a role, a name and a caption are taken at their word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from imgpolicy.facts import Box, Unknown
from imgpolicy.posting import Posting, Role, today
from imgpolicy.report import Finding, Remedy, Verdict
from imgpolicy.rules import examples
from imgpolicy.rules.base import Case, House, Rule
from imgpolicy.rules.works import marks
from imgpolicy.text import folded, holds

_FOR_ONESELF = frozenset({Role.PRIVATE, Role.EMPLOYEE})
"""The roles in which somebody speaks for oneself, and not for the organisation."""

_NARROWER = (
    Remedy(kind="change posting", text="post it on a channel that only the audience agreed on can see"),
    Remedy(kind="reviewer", text="let somebody make sure that nobody else can see it there"),
)

_LIBRARY = House(
    officials=("Anna Editor",), names=("Example Library",), disclaimers=("views are my own",), topics=("opening hours",)
)


class RoleStated(Rule):
    code = "R101"
    title = "Role not stated"
    asks = "Whoever posts says in which role: as a private person, as an employee, or officially."
    why = (
        "What may be shown, and who has to be named, depends on the role. One that is decided afterwards is the one"
        " that happens to fit."
    )
    default = Verdict.REVIEW
    passes = (examples.nobody(),)
    fails = (examples.case(posting=replace(examples.POSTING, role=None)),)

    def judge(self, case: Case) -> Iterator[Finding]:
        if case.posting.role is None:
            state = Remedy(
                kind="change posting", text="say in which role you post: --role private, employee or official"
            )
            yield self.finding("nothing says in which role this is posted", remedies=(state,))


class OfficialRole(Rule):
    """Asked where the policy lists somebody; names are compared without case, forms of letters and gaps."""

    code = "R102"
    title = "Official role by somebody who is not on the list"
    asks = "In the official role post only those whom the policy lists under [roles] officials."
    why = "What is posted officially is taken for the organisation's word, so it is left to those who represent it."
    default = Verdict.NO_GO
    passes = (
        examples.nobody(),
        examples.posted(Role.OFFICIAL, house=House()),
        examples.posted(Role.OFFICIAL, actor="anna  EDITOR", house=_LIBRARY),
        examples.posted(Role.EMPLOYEE, actor="Bo Guest", house=_LIBRARY),
    )
    fails = (
        examples.posted(Role.OFFICIAL, actor="Bo Guest", house=_LIBRARY),
        examples.posted(Role.OFFICIAL, house=_LIBRARY),
    )

    def judge(self, case: Case) -> Iterator[Finding]:
        officials, actor = case.house.officials, case.posting.actor
        if case.posting.role is not Role.OFFICIAL or not officials:
            return
        if actor is not None and folded(actor) in {folded(official) for official in officials}:
            return
        leave = Remedy(kind="change posting", text="leave it to somebody whom the policy lists, or post as an employee")
        if actor is None:
            say = Remedy(kind="change posting", text="say who posts it: --actor NAME")
            yield self.finding("nothing says who posts this in the official role", remedies=(say, leave))
        else:
            message = f"{actor} is not among those who may post in the official role"
            yield self.finding(message, evidence={"actor": actor}, remedies=(leave,))


class DisclaimerMissing(Rule):
    """Asked where the policy has names and disclaimers; without a caption nothing is written."""

    code = "R103"
    title = "Disclaimer missing"
    asks = "A private person who writes on the organisation says that the words are nobody's but her own."
    why = "Readers who learn where somebody works take what she writes for what her employer thinks."
    default = Verdict.REVIEW
    passes = (
        examples.nobody(),
        examples.posted(Role.PRIVATE, caption="A fine day at the harbour", house=_LIBRARY),
        examples.posted(Role.PRIVATE, caption="At the Example Library. Views are my own.", house=_LIBRARY),
        examples.posted(Role.EMPLOYEE, caption="At the Example Library", house=_LIBRARY),
    )
    fails = (
        examples.posted(Role.PRIVATE, caption="At the Example Library", house=_LIBRARY),
        examples.posted(Role.PRIVATE, caption="EXAMPLE\u00a0Library's new hall", house=_LIBRARY),
    )

    def judge(self, case: Case) -> Iterator[Finding]:
        house, caption = case.house, case.posting.caption or ""
        if case.posting.role is not Role.PRIVATE or not house.disclaimers or not holds(caption, house.names):
            return
        if not holds(caption, house.disclaimers):
            add = Remedy(kind="change posting", text=f"add to the caption: {house.disclaimers[0]}")
            yield self.finding(
                "the caption names the organisation and does not say for whom it speaks", remedies=(add,)
            )


class EmployerNotNamed(Rule):
    """Asked where the policy has names and topics; whoever posts officially is the organisation."""

    code = "R104"
    title = "Employer not named"
    asks = "Whoever writes on one of the organisation's topics says that she works there."
    why = "A reader who learns afterwards that the writer had a stake in it was misled."
    default = Verdict.REVIEW
    passes = (
        examples.nobody(),
        examples.posted(Role.EMPLOYEE, caption="A fine day at the harbour", house=_LIBRARY),
        examples.posted(Role.EMPLOYEE, caption="New opening hours at Example Library", house=_LIBRARY),
        examples.posted(Role.OFFICIAL, caption="New opening hours", actor="Anna Editor", house=_LIBRARY),
    )
    fails = (
        examples.posted(Role.EMPLOYEE, caption="New opening hours!", house=_LIBRARY),
        examples.posted(Role.PRIVATE, caption="Those OPENING hours again", house=_LIBRARY),
    )

    def judge(self, case: Case) -> Iterator[Finding]:
        house, caption = case.house, case.posting.caption or ""
        if case.posting.role not in _FOR_ONESELF or not holds(caption, house.topics):
            return
        if not holds(caption, house.names):
            say = Remedy(kind="change posting", text="say in the caption where you work, by one of the policy's names")
            yield self.finding(
                "the caption is on a topic of the organisation, and does not say who works there", remedies=(say,)
            )


class AudienceTooWide(Rule):
    """A narrower audience that is declared for a channel may be true, of a closed group; nobody here can tell."""

    code = "R105"
    title = "Audience wider than what was agreed"
    asks = "Every consent and licence that a posting rests on covers the audience that the channel has by the policy."
    why = (
        "Whoever said yes for the staff did not say yes for everybody. A narrower audience that is only declared keeps"
        " nobody else from seeing the picture."
    )
    default = Verdict.REVIEW
    passes = (
        examples.nobody(),
        examples.covered(),
        examples.reaching(person=True),
        examples.reaching(work=True),
    )
    fails = (examples.reaching(person=False), examples.reaching(work=False))

    def judge(self, case: Case) -> Iterator[Finding]:
        reach = case.matches.reach
        if reach is None:
            return
        spoken_of = _spoken_of(case)
        where = f"{case.posting.channel} reaches the audience {reach.audience}"
        for suspect in reach.suspects:
            if not suspect.coverage.covered and suspect.person not in spoken_of:
                yield self.finding(
                    f"{where}, and of {suspect.person} {suspect.coverage.reason}",
                    box=_place(case, suspect.person),
                    evidence={"person": suspect.person, "audience": reach.audience},
                    remedies=_NARROWER,
                )
        for work, coverage in reach.licences.items():
            if not coverage.covered and case.matches.licences[work].covered:
                match = next(one for one in marks(case) if one.work == work)
                yield self.finding(
                    f"{where}, and of “{match.title}” {coverage.reason}",
                    box=match.box,
                    evidence={"work": work, "audience": reach.audience},
                    remedies=_NARROWER,
                )


def unread(posting: Posting, house: House) -> Iterator[Unknown]:
    """What of the posting no rule looks at: what is not stated, and what the policy is silent on. None of it lifts."""
    own_words = posting.role in _FOR_ONESELF
    said = [
        (
            posting.caption is not None,
            "caption",
            "it is read for credit lines, and for the policy's names, topics and disclaimers, and for nothing else",
        ),
        (posting.caption is None and own_words and bool(house.names), "caption", "none was stated"),
        (own_words and not house.names, "what is written on the organisation", "the policy has no [roles] names"),
        (
            posting.role is Role.OFFICIAL and not house.officials,
            "who posts officially",
            "the policy has no [roles] officials",
        ),
        (posting.on < today(), "what ended since", f"it is judged as of {posting.on}, which is past"),
    ]
    yield from (Unknown(what=what, reason=reason, lifts=False) for applies, what, reason in said if applies)


def _spoken_of(case: Case) -> frozenset[str]:
    """Those whose consents do not cover the posting as it is declared: other rules speak of them."""
    faces = (suspect for face in case.matches.faces for suspect in face.suspects)
    return frozenset(one.person for one in (*faces, *case.matches.declared) if not one.coverage.covered)


def _place(case: Case, person: str) -> Box | None:
    """Where somebody's face, or what may be her face, is; None when she is only declared, or a face was dismissed."""
    faces = case.matches.faces
    return next((face.face.box for face in faces if person in {one.person for one in face.suspects}), None)
