"""R1xx: who posts it, in which role, with which words, and whom it reaches.

What is declared is all that these rules see: a role, a name and a caption are taken at their word.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from imgpolicy.domain.grant import Coverage
from imgpolicy.domain.mentions import mentions, says
from imgpolicy.domain.posting import Posting, Role
from imgpolicy.domain.verdict import Finding, Remedy, RemedyKind, Verdict
from imgpolicy.domain.words import folded
from imgpolicy.facts import Face, Unknown
from imgpolicy.match import WiderAudience
from imgpolicy.phrase import phrase
from imgpolicy.rules import examples
from imgpolicy.rules.base import Case, Organisation, Rule
from imgpolicy.rules.remedies import change_posting, on_frame
from imgpolicy.rules.works import marks

_FOR_ONESELF = frozenset({Role.PRIVATE, Role.EMPLOYEE})
"""The roles in which somebody speaks for oneself, and not for the organisation."""

_NO_CHANNEL = phrase("a channel that is not stated")

_NARROWER = (
    change_posting(phrase("post it on a channel that only the audience agreed on can see")),
    Remedy(kind=RemedyKind.REVIEWER, text=phrase("let somebody make sure that nobody else can see it there")),
)

_LIBRARY = Organisation(
    officials=("Anna Editor",), names=("Example Library",), disclaimers=("views are my own",), topics=("opening hours",)
)


class RoleStated(Rule):
    """R101: nobody says in which role they post."""

    code = "R101"
    title = phrase("Role not stated")
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
            state = change_posting(phrase("say in which role you post: --role private, employee or official"))
            yield self.finding(phrase("nothing says in which role this is posted"), remedies=(state,))


class OfficialRole(Rule):
    """Asked where the policy lists somebody; names are compared without case, forms of letters and gaps."""

    code = "R102"
    title = phrase("Official role by somebody who is not on the list")
    asks = "In the official role post only those whom the policy lists under [roles] officials."
    why = "What is posted officially is taken for the organisation's word, so it is left to those who represent it."
    default = Verdict.NO_GO
    passes = (
        examples.nobody(),
        examples.posted(Role.OFFICIAL, organisation=Organisation()),
        examples.posted(Role.OFFICIAL, actor="anna  EDITOR", organisation=_LIBRARY),
        examples.posted(Role.EMPLOYEE, actor="Bo Guest", organisation=_LIBRARY),
    )
    fails = (
        examples.posted(Role.OFFICIAL, actor="Bo Guest", organisation=_LIBRARY),
        examples.posted(Role.OFFICIAL, organisation=_LIBRARY),
    )

    def judge(self, case: Case) -> Iterator[Finding]:
        officials, actor = case.organisation.officials, case.posting.actor
        if case.posting.role is not Role.OFFICIAL or not officials:
            return
        if actor is not None and folded(actor) in {folded(official) for official in officials}:
            return
        leave = change_posting(phrase("leave it to somebody whom the policy lists, or post as an employee"))
        if actor is None:
            say = change_posting(phrase("say who posts it: --actor NAME"))
            yield self.finding(phrase("nothing says who posts this in the official role"), remedies=(say, leave))
        else:
            message = phrase("{actor} is not among those who may post in the official role", actor=actor)
            yield self.finding(message, evidence={"actor": actor}, remedies=(leave,))


class DisclaimerMissing(Rule):
    """Asked where the policy has names and disclaimers; without a caption nothing is written."""

    code = "R103"
    title = phrase("Disclaimer missing")
    asks = "A private person who writes on the organisation says that the words are nobody's but their own."
    why = "Readers who learn where somebody works take what that person writes for what the employer thinks."
    default = Verdict.REVIEW
    passes = (
        examples.nobody(),
        examples.posted(Role.PRIVATE, caption="A fine day at the harbour", organisation=_LIBRARY),
        examples.posted(Role.PRIVATE, caption="At the Example Library. Views are my own.", organisation=_LIBRARY),
        examples.posted(Role.EMPLOYEE, caption="At the Example Library", organisation=_LIBRARY),
    )
    fails = (
        examples.posted(Role.PRIVATE, caption="At the Example Library", organisation=_LIBRARY),
        examples.posted(Role.PRIVATE, caption="EXAMPLE\u00a0Library's new hall", organisation=_LIBRARY),
        examples.posted(Role.PRIVATE, caption="Look! #ExampleLibrary", organisation=_LIBRARY),
    )

    def judge(self, case: Case) -> Iterator[Finding]:
        organisation, caption = case.organisation, case.posting.caption or ""
        if (
            case.posting.role is not Role.PRIVATE
            or not organisation.disclaimers
            or not caption
            or not mentions(caption, organisation.names)
        ):
            return
        if not says(caption, organisation.disclaimers):
            add = change_posting(phrase("add to the caption: {disclaimer}", disclaimer=organisation.disclaimers[0]))
            yield self.finding(
                phrase("the caption names the organisation and does not say for whom it speaks"), remedies=(add,)
            )


class EmployerNotNamed(Rule):
    """Asked where the policy has names and topics; whoever posts officially is the organisation."""

    code = "R104"
    title = phrase("Employer not named")
    asks = "Whoever writes on one of the organisation's topics says that they work there."
    why = "A reader who learns afterwards that the writer had a stake in it was misled."
    default = Verdict.REVIEW
    passes = (
        examples.nobody(),
        examples.posted(Role.EMPLOYEE, caption="A fine day at the harbour", organisation=_LIBRARY),
        examples.posted(Role.EMPLOYEE, caption="New opening hours at Example Library", organisation=_LIBRARY),
        examples.posted(Role.OFFICIAL, caption="New opening hours", actor="Anna Editor", organisation=_LIBRARY),
    )
    fails = (
        examples.posted(Role.EMPLOYEE, caption="New opening hours!", organisation=_LIBRARY),
        examples.posted(Role.PRIVATE, caption="Those OPENING hours again", organisation=_LIBRARY),
        examples.posted(Role.PRIVATE, caption="Those opening-hours again", organisation=_LIBRARY),
    )

    def judge(self, case: Case) -> Iterator[Finding]:
        organisation, caption = case.organisation, case.posting.caption or ""
        if case.posting.role not in _FOR_ONESELF or not caption or not mentions(caption, organisation.topics):
            return
        if not says(caption, organisation.names):
            say = change_posting(phrase("say in the caption where you work: {name}", name=organisation.names[0]))
            yield self.finding(
                phrase("the caption is on a topic of the organisation, and does not say that you work there"),
                remedies=(say,),
            )


class AudienceTooWide(Rule):
    """A narrower audience that is declared for a channel may be true, of a closed group; nobody here can tell."""

    code = "R105"
    title = phrase("Audience wider than what was agreed")
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
    fails = (examples.reaching(person=False), examples.reaching(work=False), examples.exempt_for_few())

    def judge(self, case: Case) -> Iterator[Finding]:
        wider_audience = case.matches.wider_audience
        if wider_audience is None:
            return
        spoken_of = _spoken_of(case)
        for possible in wider_audience.possible_people:
            if not possible.coverage.covered and possible.person not in spoken_of:
                face = _shown_by(case, possible.person)
                yield self.finding(
                    _too_wide(case, wider_audience, possible.person, possible.coverage),
                    box=face.box if face else None,
                    evidence={"person": possible.person, "audience": wider_audience.audience, **on_frame(face)},
                    remedies=_NARROWER,
                )
        for match in wider_audience.stopped:
            yield self.finding(
                phrase(
                    "{channel} reaches the audience {audience}, and for that this face is not let through",
                    channel=case.posting.channel or _NO_CHANNEL,
                    audience=wider_audience.audience,
                ),
                box=match.face.box,
                evidence={"audience": wider_audience.audience, **on_frame(match.face)},
                remedies=_NARROWER,
            )
        for work, coverage in wider_audience.licences.items():
            if not coverage.covered and case.matches.licences[work].covered:
                mark = next(one for one in (*marks(case), *case.matches.marks) if one.work == work)
                yield self.finding(
                    _too_wide(case, wider_audience, mark.title, coverage),
                    box=mark.box,
                    evidence={"work": work, "audience": wider_audience.audience},
                    remedies=_NARROWER,
                )


def _too_wide(case: Case, wider_audience: WiderAudience, whose: str, coverage: Coverage) -> str:
    return phrase(
        "{channel} reaches the audience {audience}, and of {whose} {reason}",
        channel=case.posting.channel or _NO_CHANNEL,
        audience=wider_audience.audience,
        whose=whose,
        reason=coverage.reason,
    )


def unread(posting: Posting, organisation: Organisation, today: dt.date) -> Iterator[Unknown]:
    """What of the posting no rule looks at: what is not stated, and what the policy is silent on. None of it lifts."""
    own_words = posting.role in _FOR_ONESELF
    caption = phrase("caption")
    if posting.caption is not None:
        reason = phrase(
            "it is read for credit lines, names, topics, disclaimers and what it gives away, and for nothing else"
        )
        yield Unknown(what=caption, reason=reason, lifts=False)
    elif own_words and organisation.names:
        yield Unknown(what=caption, reason=phrase("none was stated"), lifts=False)
    if own_words and not organisation.names:
        what = phrase("what is written on the organisation")
        yield Unknown(what=what, reason=phrase("the policy has no [roles] names"), lifts=False)
    elif own_words and not organisation.topics:
        yield Unknown(what=phrase("topics"), reason=phrase("the policy has no [roles] topics"), lifts=False)
    if posting.role is Role.PRIVATE and organisation.names and not organisation.disclaimers:
        what = phrase("disclaimers")
        yield Unknown(what=what, reason=phrase("the policy has no [roles] disclaimers"), lifts=False)
    if posting.role is Role.OFFICIAL and not organisation.officials:
        what = phrase("who posts officially")
        yield Unknown(what=what, reason=phrase("the policy has no [roles] officials"), lifts=False)
    if posting.day < today:
        past = phrase("it is judged as of {day}, which is past", day=str(posting.day))
        yield Unknown(what=phrase("what ended since"), reason=past, lifts=False)


def _spoken_of(case: Case) -> frozenset[str]:
    """Those whose consents do not cover the posting as it is declared: other rules speak of them."""
    faces = (possible for face in case.matches.faces for possible in face.possible_people)
    written = (one.possible for one in case.matches.named)
    return frozenset(one.person for one in (*faces, *case.matches.declared, *written) if not one.coverage.covered)


def _shown_by(case: Case, person: str) -> Face | None:
    """Somebody's face, or what may be their face; None when they are only declared, or a face was dismissed."""
    faces = case.matches.faces
    return next((match.face for match in faces if person in {one.person for one in match.possible_people}), None)
