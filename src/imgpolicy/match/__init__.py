"""Facts held against the register: who is in the picture, which work, which logo. One module a kind of fact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from imgpolicy.domain.cover import unknown_denied_channels
from imgpolicy.domain.dismissal import Dismissal
from imgpolicy.domain.grant import Coverage
from imgpolicy.domain.licence import Licence, licence_cover
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.speakers import ConsentPolicy
from imgpolicy.domain.terms import STRICT, FaceStatus, PeopleMode, PeoplePolicy
from imgpolicy.domain.words import folded
from imgpolicy.domain.work import LICENSABLE, WorkKind
from imgpolicy.facts import Faces, Facts, Fingerprint, Unknown
from imgpolicy.match.counted import count_faces
from imgpolicy.match.faces import FaceCandidates, FaceMatch, PossiblePerson, match_faces, possible_person, threshold_for
from imgpolicy.match.known import RegisterSnapshot
from imgpolicy.match.logos import LogoMatch
from imgpolicy.match.posted import PostedPicture, posted_alike
from imgpolicy.match.search import Found, search
from imgpolicy.match.works import Doubt, WorkHit, WorkMatch, named_work
from imgpolicy.match.written import WrittenMark, WrittenName
from imgpolicy.phrase import phrase

EXEMPT = frozenset({FaceStatus.INCIDENTAL, FaceStatus.ARTWORK, FaceStatus.NOT_A_FACE})
"""What became of faces of which nobody asks who they are."""

NOT_COMPARED = Unknown(
    what=phrase("who it is"),
    reason=phrase("faces are not compared: their vectors are not kept; look at the picture again"),
)

__all__ = [
    "Doubt",
    "FaceMatch",
    "LogoMatch",
    "Matches",
    "NamedInWords",
    "PossiblePerson",
    "WiderAudience",
    "WorkMatch",
    "WrittenMark",
    "WrittenName",
    "match",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class WiderAudience:
    """What consents and licences say of the audience that the channel has, where the posting declares another.

    Where no channel is stated that is the widest audience of all channels.

    `possible_people` are all who are, or may be, in the picture, each once, and `licences` those of the works in it.
    `stopped` are faces that are exempt for the audience declared, and would not be for this one, of nobody who can be
    named.
    """

    audience: str
    possible_people: tuple[PossiblePerson, ...]
    stopped: tuple[FaceMatch, ...] = ()
    licences: Mapping[str, Coverage]

    @property
    def relied_on(self) -> tuple[Coverage, ...]:
        """The cover that there is for this audience."""
        coverages = (*(possible.coverage for possible in self.possible_people), *self.licences.values())
        return tuple(coverage for coverage in coverages if coverage.covered)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedInWords:
    """Somebody whose name is read, with what their consents say of the posting."""

    written: WrittenName
    possible: PossiblePerson


@dataclass(frozen=True, kw_only=True)
class Matches:
    """All matches of one picture, what was done about its people, and the threshold that its faces were held to.

    `declared` are the people whom the editor says are in the picture and whom no face was found to be, `named` those
    whose names are read, `marks` the logos whose words are. `licences` has for each of the `works` that a licence can
    make ours to post, by its id, what its licences say of the posting; `credits` has the credit line where the licence
    relied on requires one; `wider_audience` is None where the posting declares the audience that its channel has.
    `posted` are the posts on the same channel that show this picture, or a near duplicate.
    `unknowns` is what could not be decided from the facts that there are.
    """

    faces: tuple[FaceMatch, ...] = ()
    declared: tuple[PossiblePerson, ...] = ()
    works: tuple[WorkMatch, ...] = ()
    logos: tuple[LogoMatch, ...] = ()
    marks: tuple[WrittenMark, ...] = ()
    named: tuple[NamedInWords, ...] = ()
    licences: Mapping[str, Coverage] = field(default_factory=dict)
    credits: Mapping[str, str] = field(default_factory=dict)
    wider_audience: WiderAudience | None = None
    posted: tuple[PostedPicture, ...] = ()
    threshold: float | None = None
    mode: PeopleMode = PeopleMode.IDENTIFY
    unknowns: tuple[Unknown, ...] = ()

    @property
    def relied_on(self) -> tuple[Coverage, ...]:
        """The cover that a go for these people and works would rest on."""
        people = [
            possible for match in self.faces if match.status is FaceStatus.COVERED for possible in match.possible_people
        ]
        people += [*self.declared, *(one.possible for one in self.named)]
        coverages = (*(possible.coverage for possible in people), *self.licences.values())
        wider = self.wider_audience.relied_on if self.wider_audience else ()
        return (*(coverage for coverage in coverages if coverage.covered), *wider)


def match(  # noqa: PLR0913, PLR0917  # the picture, the register, the posting, and what was asked before
    facts: Facts,
    known: RegisterSnapshot,
    posting: Posting,
    policy: PeoplePolicy = STRICT,
    dismissed: Mapping[int, Dismissal] | None = None,
    found: Found | None = None,
) -> Matches:
    """Every face, every logo, the picture as a whole and its parts, held against what the register knows.

    `dismissed` holds what a reviewer said of faces, by their place in the order; `found` is what `search` came to,
    where it was searched before. All whom it found are in the snapshot.
    """
    near = search(facts, known, policy.mode, posting.caption) if found is None else found
    people = _People(facts.get(Faces), near.candidates, known, policy, dismissed or {})
    faces, declared = people.matched(posting)
    works, logos = _reported_once(_named_works(near.works, known), near.logos)
    seen_works: list[WorkMatch | LogoMatch | WrittenMark] = [*works, *logos, *near.marks]
    named = tuple(NamedInWords(written=one, possible=possible_person(one.person, known, posting)) for one in near.names)
    licensable = sorted({match.work for match in seen_works if match.kind in LICENSABLE})
    said = {licence.id: licence for work in licensable for licence in known.records[work].licences}
    licences = _licences(licensable, said.values(), posting, known.consents)
    wider_audience = None
    if policy.audience is not None:
        wide = replace(posting, audience=policy.audience)
        wide_licences = _licences(licensable, said.values(), wide, known.consents)
        wide_faces, wide_declared = people.matched(wide)
        written = tuple(possible_person(one.person, known, wide) for one in near.names)
        wide_people = (wide_faces, (*wide_declared, *written))
        wider_audience = _wider_audience(policy.audience, faces, wide_people, wide_licences)
    relied = [said[coverage.record] for coverage in licences.values() if coverage.covered and coverage.record]
    return Matches(
        faces=faces,
        declared=declared,
        works=works,
        logos=logos,
        marks=near.marks,
        named=named,
        licences=licences,
        credits={licence.work: licence.credit for licence in relied if licence.credit_required and licence.credit},
        wider_audience=wider_audience,
        posted=_posted(facts, known, posting),
        threshold=people.threshold,
        mode=policy.mode,
        unknowns=(
            *((NOT_COMPARED,) if faces and policy.mode.compares and near.candidates is None else ()),
            *_unknown_channels(
                known,
                posting,
                (
                    *declared,
                    *(one for face in faces for one in face.possible_people),
                    *(one.possible for one in named),
                ),
            ),
        ),
    )


@dataclass(frozen=True, slots=True)
class _People:
    """The faces, whom they are like, and what is known: all that the people found depend on but the posting.

    `candidates` is None where nobody is compared.
    """

    faces: Faces | Unknown
    candidates: FaceCandidates | None
    known: RegisterSnapshot
    policy: PeoplePolicy
    dismissed: Mapping[int, Dismissal]

    @property
    def threshold(self) -> float | None:
        """What the faces are held to; None when nobody is compared."""
        if isinstance(self.faces, Unknown) or self.candidates is None:
            return None
        return threshold_for(self.faces, self.known)

    def matched(self, posting: Posting) -> tuple[tuple[FaceMatch, ...], tuple[PossiblePerson, ...]]:
        """The match of each face, and those whom the editor named and no face was found to be."""
        named = tuple(dict.fromkeys(posting.people))
        if isinstance(self.faces, Unknown):
            matches: tuple[FaceMatch, ...] = ()
        elif self.candidates is not None:
            matches = match_faces(self.faces, self.candidates, self.known, posting, self.policy, self.dismissed)
        else:
            declared = len(named) if self.policy.mode is PeopleMode.DECLARED else None
            matches = count_faces(self.faces, declared, self.dismissed)
        seen = {match.identified.person for match in matches if match.identified}
        return matches, tuple(possible_person(person, self.known, posting) for person in named if person not in seen)


def _posted(facts: Facts, known: RegisterSnapshot, posting: Posting) -> tuple[PostedPicture, ...]:
    fingerprint = facts.get(Fingerprint)
    if isinstance(fingerprint, Unknown) or posting.channel is None:
        return ()
    channel = folded(posting.channel)
    return posted_alike(fingerprint, (post for post in known.posts if folded(post.channel) == channel))


def _unknown_channels(known: RegisterSnapshot, posting: Posting, people: Iterable[PossiblePerson]) -> Iterator[Unknown]:
    """That somebody said no to a channel that the policy does not know any more, and that may be this one."""
    for person in sorted({one.person for one in people}):
        record = known.people[person]
        for channel in unknown_denied_channels(record.person, record.consents, posting, known.consents):
            yield Unknown(
                what=phrase("what {person} said no to", person=person),
                reason=phrase(
                    "the policy does not know the channel '{channel}'; `imgpolicy policy rename-channel` says what it"
                    " is now",
                    channel=channel,
                ),
            )


def _wider_audience(
    audience: str,
    found: Iterable[FaceMatch],
    wide: tuple[tuple[FaceMatch, ...], tuple[PossiblePerson, ...]],
    licences: Mapping[str, Coverage],
) -> WiderAudience:
    """What there is to say for this audience; `found` are the faces for the one declared, `wide` the people for this.

    Everybody stands in it once: what somebody said does not depend on the face.
    """
    faces, declared = wide
    everybody = {one.person: one for one in (*declared, *(one for face in faces for one in face.possible_people))}
    stopped = tuple(
        now
        for now, then in zip(found, faces, strict=True)
        if now.status in EXEMPT and then.status not in EXEMPT and not then.possible_people
    )
    return WiderAudience(
        audience=audience, possible_people=tuple(everybody.values()), stopped=stopped, licences=licences
    )


def _licences(
    works: Iterable[str], said: Iterable[Licence], posting: Posting, policy: ConsentPolicy
) -> dict[str, Coverage]:
    """What the licences to each of these works say of the posting."""
    every = tuple(said)
    return {work: licence_cover([one for one in every if one.work == work], posting, policy) for work in works}


def _named_works(hits: Sequence[WorkHit], known: RegisterSnapshot) -> tuple[WorkMatch, ...]:
    """What was found, but no templates: they are nobody's to post or not to post, and only say what works share."""
    titles = {hit.work: known.records[hit.work].work.title for hit in hits}
    named = (named_work(hit, known.records[hit.work].work, titles) for hit in hits)
    return tuple(match for match in named if match.kind is not WorkKind.TEMPLATE)


def _reported_once(
    works: tuple[WorkMatch, ...], logos: tuple[LogoMatch, ...]
) -> tuple[tuple[WorkMatch, ...], tuple[LogoMatch, ...]]:
    """The same, but a picture that is a logo as a whole also shows it: what is sure speaks, and the place of it."""
    sure = {work.work for work in works if work.certain}
    seen_within = {logo.work for logo in logos}
    return (
        tuple(work for work in works if work.certain or work.work not in seen_within),
        tuple(logo for logo in logos if logo.work not in sure),
    )
