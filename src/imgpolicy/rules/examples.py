"""Small cases that the rules prove themselves with: what was found, without any picture."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from imgpolicy.domain.channel import Channel
from imgpolicy.domain.geometry import Box, Point
from imgpolicy.domain.grant import Coverage, CoverStatus
from imgpolicy.domain.posting import Origin, Posting, Role
from imgpolicy.domain.scope import NAMES, Dimension
from imgpolicy.domain.terms import Doubt, FaceStatus, PeopleMode
from imgpolicy.domain.trace import Kind, Statement, Trace
from imgpolicy.domain.verdict import Where
from imgpolicy.domain.work import WorkKind
from imgpolicy.facts import (
    Code,
    Codes,
    Face,
    Faces,
    Facts,
    Fingerprint,
    Logos,
    Manifest,
    Metadata,
    Pose,
    Provenance,
    Text,
    Texts,
    Unknown,
)
from imgpolicy.match import (
    FaceMatch,
    LogoMatch,
    Matches,
    NamedInWords,
    PossiblePerson,
    WiderAudience,
    WorkMatch,
    WrittenMark,
    WrittenName,
)
from imgpolicy.match.posted import PostedPicture
from imgpolicy.phrase import Phrase, phrase
from imgpolicy.recognise import Pattern, Sought
from imgpolicy.report import PictureInfo
from imgpolicy.rules.base import Case, Organisation

_DAY = "2026-01-10"

POSTING = Posting(channel="website", role=Role.EMPLOYEE, purpose="news", origin=Origin.OWN, on=dt.date(2026, 1, 15))


def case(
    *,
    posting: Posting = POSTING,
    matches: Matches | None = None,
    traces: tuple[Trace, ...] = (),
    unknowns: tuple[Unknown, ...] = (),
) -> Case:
    """A case in which everything was looked at, and only what is given was found."""
    matches = matches or Matches()
    return Case(
        picture=PictureInfo(name="picture.jpg", sha256="0" * 64, format="JPEG", width=640, height=480),
        facts=_facts(matches, metadata=Metadata(traces=traces)),
        matches=matches,
        posting=posting,
        unknowns=unknowns,
    )


def nobody() -> Case:
    """A picture without people, or with nothing else found in it."""
    return case()


def covered() -> Case:
    """One person, whose consent covers the posting."""
    return known(CoverStatus.COVERED)


def known(status: CoverStatus) -> Case:
    """One identified person, of whose publication consents this is to be said."""
    of_face = FaceStatus.COVERED if status is CoverStatus.COVERED else FaceStatus.NO_CONSENT
    return _one_face(of_face, _possible_person("anna", status))


def declared(status: CoverStatus) -> Case:
    """Nobody found, but somebody said to be in the picture, of whose consents this is to be said."""
    return case(matches=Matches(declared=(_possible_person("anna", status),)))


def stranger() -> Case:
    """One face that matches nobody."""
    return _one_face(FaceStatus.UNKNOWN)


def ambiguous(*statuses: CoverStatus) -> Case:
    """One face that could be any of several people, of whose consents this is to be said."""
    names = ("anna", "maria", "ida")
    either = statuses or (CoverStatus.COVERED, CoverStatus.COVERED)
    possible_people = [_possible_person(name, status) for name, status in zip(names, either, strict=False)]
    return _one_face(FaceStatus.AMBIGUOUS, *possible_people)


def too_poor(*statuses: CoverStatus) -> Case:
    """One face that is too small, and may be people of whose consents this is to be said."""
    possible_people = [
        _possible_person(name, status) for name, status in zip(("anna", "maria"), statuses, strict=False)
    ]
    return _faces(
        _face(
            FaceStatus.TOO_POOR,
            *possible_people,
            poor=phrase("it is {height} pixels high, and {needed} are needed", height=20, needed=32),
        )
    )


def doubtful() -> Case:
    """One find that may be no person's face."""
    found = _face(FaceStatus.DOUBTFUL)
    return _faces(replace(found, face=replace(found.face, evidence=0.6)))


def child(doubt: Doubt = Doubt.NOT_NAMED) -> Case:
    """Somebody who may be a child, whose consent covers the posting, and of whom a likeness is not enough."""
    unconfirmed = _face(FaceStatus.UNCONFIRMED, _possible_person("anna", CoverStatus.COVERED))
    return _faces(replace(unconfirmed, doubt=doubt))


def counted(faces: int) -> Case:
    """So many faces, in the mode that only counts."""
    return _faces(*[_face(FaceStatus.COUNTED)] * faces, mode=PeopleMode.COUNT)


def stated(faces: int, people: int) -> Case:
    """So many faces, in the mode in which the editor names who is there, and so many people named."""
    names = tuple(_possible_person(f"person{number}", CoverStatus.COVERED) for number in range(people))
    status = FaceStatus.DECLARED if faces == people else FaceStatus.COUNTED
    return _faces(*[_face(status)] * faces, mode=PeopleMode.DECLARED, named=names)


def trace(kind: Kind, *, path: str = "jpeg/app1-exif") -> Case:
    """A file with one trace of this kind, at this path."""
    return case(traces=(Trace(path=path, kind=kind, offset=30, value="example"),))


def licensed(status: CoverStatus, *, kind: WorkKind = WorkKind.WORK) -> Case:
    """A picture that is a registered work, of whose licences this is to be said."""
    until = dt.date(2027, 1, 1) if status is CoverStatus.COVERED else None
    coverage = Coverage(status=status, reason=_of_licence(status), record="l-1", until=until)
    matches = work(kind).matches
    return case(matches=replace(matches, licences={found.work: coverage for found in matches.works}))


def credited(line: str | None, *, caption: str | None = None, origin: Origin | None = Origin.OWN) -> Case:
    """A picture that is a registered work, under a licence that requires this credit line, with a caption."""
    made = licensed(CoverStatus.COVERED)
    matches = replace(made.matches, credits={} if line is None else dict.fromkeys(made.matches.licences, line))
    return replace(made, matches=matches, posting=replace(made.posting, caption=caption, origin=origin))


def rights(
    *said: tuple[str, str],
    owners: tuple[str, ...] = (),
    licence: CoverStatus | None = None,
    caption: str | None = None,
    edit: str | None = None,
) -> Case:
    """A file that says this of rights, each by its XMP name, checked for an organisation of these names.

    With `licence` it is a registered work, of whose licences this is to be said.
    """
    made = case() if licence is None else licensed(licence)
    statements = tuple(Statement(what=what, path="jpeg/app1-xmp", value=value) for what, value in said)
    facts = _facts(made.matches, metadata=Metadata(traces=(), rights=statements))
    posting = replace(made.posting, caption=caption, edit=edit)
    return replace(made, facts=facts, posting=posting, organisation=Organisation(owners=owners))


def generated(source_type: str) -> Case:
    """A file with a C2PA manifest that names this digital source type."""
    manifest = Manifest(
        active=True, generator="a generator", actions=("c2pa.created",), source_types=(source_type,), state="Valid"
    )
    return replace(case(), facts=_facts(Matches(), provenance=Provenance(present=True, manifests=(manifest,))))


def broken_manifest(*failures: str) -> Case:
    """A file with a C2PA manifest that does not verify, for these reasons."""
    manifest = Manifest(
        active=True, generator="a camera", actions=(), source_types=(), state="Invalid", failures=failures
    )
    return replace(case(), facts=_facts(Matches(), provenance=Provenance(present=True, manifests=(manifest,))))


def work(
    kind: WorkKind,
    *,
    certain: bool = True,
    role: Role | None = Role.EMPLOYEE,
    logo_roles: tuple[Role, ...] = Organisation().logo_roles,
) -> Case:
    """A picture that is like a registered work or logo, to which there is no licence."""
    match = WorkMatch(
        work="harbour", kind=kind, title="Harbour", owner="A. Painter", stage="pdq", distance=12, certain=certain
    )
    made = case(posting=replace(POSTING, role=role), matches=Matches(works=(match,)))
    return replace(made, organisation=Organisation(logo_roles=logo_roles))


def _facts(matches: Matches, *, metadata: Metadata | None = None, provenance: Provenance | None = None) -> Facts:
    """What was found; nothing of what is not given."""
    return Facts(
        {
            Faces: Faces(engine="example/1", faces=tuple(found.face for found in matches.faces)),
            Metadata: metadata or Metadata(traces=()),
            Provenance: provenance or Provenance(present=False),
            Fingerprint: Fingerprint(sha256="0" * 64, phash=0, pdq=(0,) * 8, quality=100),
            Logos: Logos(),
        }
    )


def part_of_work(*, certain: bool = True) -> Case:
    """A picture in a part of which a registered work was found."""
    corners = (Point(10, 20), Point(210, 20), Point(210, 170), Point(10, 170))
    match = WorkMatch(
        work="harbour",
        kind=WorkKind.WORK,
        title="Harbour",
        owner="A. Painter",
        stage="keypoints",
        distance=None,
        certain=certain,
        inliers=40,
        region=corners,
    )
    return case(matches=Matches(works=(match,)))


def logo(
    kind: WorkKind,
    *,
    certain: bool = True,
    role: Role | None = Role.EMPLOYEE,
    logo_roles: tuple[Role, ...] = Organisation().logo_roles,
) -> Case:
    """A picture in a part of which a registered logo is seen."""
    match = LogoMatch(
        work="harbour",
        kind=kind,
        title="Harbour",
        owner=None,
        box=Box(10, 20, 110, 60),
        score=22.5 if certain else 13.5,
        certain=certain,
    )
    made = case(posting=replace(POSTING, role=role), matches=Matches(logos=(match,)))
    return replace(made, organisation=Organisation(logo_roles=logo_roles))


def _of_consent(status: CoverStatus) -> Phrase:
    """What is said of publication consents that stand so."""
    return {
        CoverStatus.COVERED: phrase("{grant} is valid without end", grant=phrase("consent")),
        CoverStatus.REFUSED: phrase("consent was refused on {day}", day=_DAY),
        CoverStatus.WITHDRAWN: phrase("consent was withdrawn on {day}", day=_DAY),
        CoverStatus.EXPIRED: phrase("{grant} ended on {day}", grant=phrase("consent"), day=_DAY),
        CoverStatus.OUT_OF_SCOPE: _out_of_scope(phrase("consent")),
        CoverStatus.NONE: phrase("no consent to publication is on record"),
    }[status]


def _of_licence(status: CoverStatus) -> Phrase:
    """What is said of licences that stand so."""
    return {
        CoverStatus.COVERED: phrase("{grant} is valid without end", grant=phrase("licence")),
        CoverStatus.REFUSED: phrase("no licence is on record"),
        CoverStatus.WITHDRAWN: phrase("licence was ended on {day}", day=_DAY),
        CoverStatus.EXPIRED: phrase("{grant} ended on {day}", grant=phrase("licence"), day=_DAY),
        CoverStatus.OUT_OF_SCOPE: _out_of_scope(phrase("licence")),
        CoverStatus.NONE: phrase("no licence is on record"),
    }[status]


def _out_of_scope(noun: Phrase, dimension: Dimension = Dimension.CHANNEL, word: str = "website") -> Phrase:
    return phrase("{grant} does not cover the {dimension} '{word}'", grant=noun, dimension=NAMES[dimension], word=word)


def posted(role: Role, *, organisation: Organisation, actor: str | None = None, caption: str | None = None) -> Case:
    """A picture with nothing in it, posted in this role by this person, with this caption, for this organisation."""
    return replace(case(posting=replace(POSTING, role=role, actor=actor, caption=caption)), organisation=organisation)


def reaching(*, person: bool | None = None, work: bool | None = None) -> Case:
    """A posting declared for the team, on a channel that the public sees.

    What it rests on covers the team, and where this is true the public too: the consent of the person in it with
    `person`, the licence to the work in it with `work`.
    """

    noun = phrase("licence") if person is None else phrase("consent")
    covers = Coverage(status=CoverStatus.COVERED, reason="", record="1")
    does_not = Coverage(
        status=CoverStatus.OUT_OF_SCOPE, reason=_out_of_scope(noun, Dimension.AUDIENCE, "public"), record="1"
    )
    made = licensed(CoverStatus.COVERED) if person is None else known(CoverStatus.COVERED)
    wider_audience = WiderAudience(
        audience="public",
        possible_people=()
        if person is None
        else (PossiblePerson(person="anna", coverage=covers if person else does_not),),
        licences={} if work is None else dict.fromkeys(made.matches.licences, covers if work else does_not),
    )
    posting = replace(made.posting, audience="team")
    return replace(made, matches=replace(made.matches, wider_audience=wider_audience), posting=posting)


def exempt_for_few() -> Case:
    """A small face in a crowd, let through for the team and not for the public, which the channel reaches."""
    made = _one_face(FaceStatus.INCIDENTAL)
    wider_audience = WiderAudience(audience="public", possible_people=(), stopped=made.matches.faces, licences={})
    posting = replace(made.posting, audience="team")
    return replace(made, matches=replace(made.matches, wider_audience=wider_audience), posting=posting)


def posted_before(*, days: int, fresh_days: int | None) -> Case:
    """A picture that was posted on this channel so many days ago, where it is to be new for `fresh_days`."""
    made = case()
    post = PostedPicture(
        publication="p-1",
        channel=POSTING.channel or "",
        published=POSTING.day - dt.timedelta(days=days),
        sha256="0" * 64,
    )
    channel = Channel(audience="public", fresh_days=fresh_days)
    return replace(made, matches=replace(made.matches, posted=(post,)), channel=channel)


def _possible_person(person: str, status: CoverStatus) -> PossiblePerson:
    return PossiblePerson(person=person, coverage=Coverage(status=status, reason=_of_consent(status), record="1"))


def _one_face(status: FaceStatus, *possible_people: PossiblePerson) -> Case:
    return _faces(_face(status, *possible_people))


def _faces(*faces: FaceMatch, mode: PeopleMode = PeopleMode.IDENTIFY, named: tuple[PossiblePerson, ...] = ()) -> Case:
    threshold = 0.5 if mode.compares else None
    return case(matches=Matches(faces=faces, declared=named, threshold=threshold, mode=mode))


def _face(status: FaceStatus, *possible_people: PossiblePerson, poor: str | None = None) -> FaceMatch:
    nowhere = Point(0.0, 0.0)
    face = Face(
        box=Box(10, 20, 110, 140),
        height=120.0,
        certainty=0.99,
        landmarks=(nowhere,) * 5,
        sharpness=0.03,
        pose=Pose(yaw=0.0, pitch=0.0, roll=0.0),
    )
    return FaceMatch(face=face, status=status, margin=0.02, possible_people=possible_people, poor=poor)


def reading(  # noqa: PLR0913  # what was read, and what was asked for
    *rows: str,
    caption: str | None = None,
    role: Role | None = Role.EMPLOYEE,
    origin: Origin = Origin.OWN,
    beside: bool = False,
    patterns: tuple[tuple[str, str], ...] = (),
    mail_domains: tuple[str, ...] = (),
    also_businesses: bool = False,
) -> Case:
    """A picture in which these lines are read, below each other or `beside` each other, with this caption."""
    texts: list[Text] = []
    left, top = 20, 40
    for row in rows:
        box = Box(left, top, left + 10 * len(row), top + 20)
        texts.append(Text(box=box, value=row, confidence=0.95))
        left, top = (box.right + 20, top) if beside else (left, top + 30)
    made = case(posting=replace(POSTING, role=role, caption=caption, origin=origin))
    sought = Sought(patterns=tuple(Pattern(*pattern) for pattern in patterns), mail_domains=mail_domains)
    facts = made.facts.joined(Facts({Texts: Texts(texts=tuple(texts))}))
    return replace(made, facts=facts, organisation=Organisation(sought=sought, also_businesses=also_businesses))


def from_account(actor: str, *, mail_domains: tuple[str, ...]) -> Case:
    """A private posting by somebody of this name, for an organisation with these mail domains."""
    made = reading(role=Role.PRIVATE, mail_domains=mail_domains)
    return replace(made, posting=replace(made.posting, actor=actor))


def in_file(value: str | None, *, mail_domains: tuple[str, ...]) -> Case:
    """The same of a file whose metadata say this; None is one of which that was not kept."""
    made = reading(role=Role.PRIVATE, mail_domains=mail_domains)
    said = Trace(path="jpeg/app1-xmp", kind=Kind.IDENTITY, offset=30, value=value or "")
    metadata = Metadata(traces=(said,), with_values=value is not None)
    return replace(made, facts=made.facts.joined(Facts({Metadata: metadata})))


def coded(value: str, *, symbology: str = "qr") -> Case:
    """A picture with a code that holds this."""
    codes = Codes(codes=(Code(box=Box(10, 20, 110, 120), kind=symbology, value=value),))
    made = case()
    return replace(made, facts=made.facts.joined(Facts({Codes: codes})))


def named(status: CoverStatus, *, where: Where = Where.PICTURE) -> Case:
    """A picture, or a caption, in which the name of somebody stands, of whose consents this is to be said."""
    box = Box(10, 20, 210, 40) if where is Where.PICTURE else None
    written = WrittenName(person="anna", where=where, box=box)
    return case(matches=Matches(named=(NamedInWords(written=written, possible=_possible_person("anna", status)),)))


def written_mark(
    kind: WorkKind, *, role: Role | None = Role.EMPLOYEE, where: Where = Where.PICTURE, certain: bool = True
) -> Case:
    """A picture, or a caption, in which the words of a registered logo stand."""
    mark = WrittenMark(
        work="harbour",
        kind=kind,
        title="Harbour",
        words="Harbour & Sons",
        where=where,
        box=Box(10, 20, 210, 40) if where is Where.PICTURE else None,
        certain=certain,
    )
    return case(posting=replace(POSTING, role=role), matches=Matches(marks=(mark,)))
