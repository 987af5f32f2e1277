"""The archive: pictures that were judged once, and are judged again without their files when something changed.

register or policy changed ─► which places that can concern, by index ─► facts and matches ─► checker ─► kept

What does not hold any more, because somebody's face was learnt or a work added, is an unknown that lifts the verdict
until the picture is opened: `auditing` does that.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import msgspec

from imgpolicy.checker import JudgedAgain
from imgpolicy.domain.dossier import InArchive
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.verdict import Verdict
from imgpolicy.errors import FactsError
from imgpolicy.facts import Facts, Fingerprint, Keypoints, Unknown
from imgpolicy.keeping import decode_matches, encode_matches, encode_people, reasons_of
from imgpolicy.match.kept import Against, HeldFaces, KeptMatches, KeptPicture
from imgpolicy.match.posted import forms_of
from imgpolicy.register.archive import Judged, Kept, keep_pictures, keep_places, recognised_no_more
from imgpolicy.register.archive import showing as pictures_of
from imgpolicy.register.archive_store import Archive
from imgpolicy.register.people import aliases, all_keys, person_row
from imgpolicy.register.sql.archive import ChangeRow, PictureRow, PlaceRow
from imgpolicy.report import Report
from imgpolicy.service.check import accept_posting
from imgpolicy.service.workspace import Workspace
from imgpolicy.version import __version__
from imgpolicy.wire.together import decode_together, encode_together

UNREADABLE = ("X001",)
"""The codes of a picture that could not be read."""

Places: TypeAlias = Sequence[PlaceRow]
"""Places of the archive, as `concerned` gives them and `no_longer_go` takes them."""

_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What answers are made by: the policy, the state of the register, the day, and the program."""

    policy: str
    state: str
    day: dt.date
    version: str


class _Asked(msgspec.Struct, frozen=True, array_like=True):
    """A posting as it is kept: people by what the log calls them, so that an erasure takes them out of it."""

    posting: Posting
    people: list[str]


def basis(workspace: Workspace) -> Basis:
    """What an answer would be made by now; RegisterError when nothing may be judged."""
    with workspace.register.judging() as unit:
        state, day = unit.state(), unit.today()
    return Basis(policy=workspace.policy.ref.sha256, state=state, day=day, version=__version__)


def basis_number(archive: Archive, made_by: Basis) -> int:
    """The number that stands for this basis."""
    return archive.words.number(b"basis:" + msgspec.msgpack.encode(made_by))


def basis_of(archive: Archive, number: int) -> Basis:
    """The basis for which this number stands."""
    return msgspec.msgpack.decode(archive.words.spelled(number).removeprefix(b"basis:"), type=Basis)


def posting_number(workspace: Workspace, posting: Posting) -> int:
    """The number that stands for this posting; RegisterError when it names somebody who is not in the register."""
    with workspace.register.reading() as unit:
        known = aliases(unit)
    people = [known[one].name for one in posting.people if one in known]
    form = _Asked(replace(posting, people=()), people)
    return workspace.register.archive.words.number(b"posting:" + msgspec.msgpack.encode(form))


def posting_of(workspace: Workspace, number: int) -> Posting:
    """The posting for which this number stands, without those who were erased since."""
    word = workspace.register.archive.words.spelled(number).removeprefix(b"posting:")
    form = msgspec.msgpack.decode(word, type=_Asked)
    if not form.people:
        return form.posting
    with workspace.register.reading() as unit:
        known = {alias.name: person for person, alias in aliases(unit).items()}
    return replace(form.posting, people=tuple(known[one] for one in form.people if one in known))


def codes_number(archive: Archive, codes: Iterable[str]) -> int:
    """The number that stands for these codes of rules."""
    return archive.words.number(b"codes:" + " ".join(sorted(set(codes))).encode())


def codes_of(archive: Archive, number: int) -> tuple[str, ...]:
    """The codes for which this number stands."""
    return tuple(archive.words.spelled(number).removeprefix(b"codes:").decode().split())


def judged(archive: Archive, report: Report, made_by: int) -> Judged:
    """What is kept of an answer."""
    return Judged(
        verdict=report.verdict,
        codes=codes_number(archive, (finding.code for finding in report.findings)),
        judged=made_by,
        until=_until(report),
    )


def _until(report: Report) -> dt.date | None:
    """The first day on which the answer may be another one by itself.

    What a go rests on ends on a day that is known. Anything else, such as a consent that begins, may change with every
    day where somebody or something registered is in the picture.
    """
    named = any(face.person or face.candidates for face in report.faces) or report.declared or report.works
    fresh = any(finding.code == "R107" for finding in report.findings)
    if fresh or (named and report.verdict is not Verdict.GO):
        return report.posting.day + dt.timedelta(days=1)
    return report.valid_until


def kept_of(workspace: Workspace, picture: KeptPicture, *, keypoints: bool) -> Kept:
    """What is kept of a picture that was looked at, as bytes; keypoints, which are most of it, where that is asked."""
    archive = workspace.register.archive
    sha256 = picture.facts.picture.sha256 or ""
    facts = picture.facts if keypoints else picture.facts.without(Keypoints)
    fingerprint = facts.get(Fingerprint)
    matches = picture.matches
    return Kept(
        sha256=sha256,
        facts=encode_together(facts, archive.words, archive.sealer),
        matches=encode_matches(matches, sha256, archive.words, archive.sealer),
        people=encode_people(matches),
        forms=None if isinstance(fingerprint, Unknown) else forms_of(fingerprint),
        recognised=() if matches.faces is None else tuple(sorted(_near(matches.faces))),
        work_ids=tuple(sorted(matches.work_ids)),
        faces=None if matches.faces is None else against_number(archive, matches.faces.against),
        works=None if matches.works is None else against_number(archive, matches.works.against),
        words=None if matches.words is None else against_number(archive, matches.words.against),
        reasons=reasons_of(facts, matches, archive.words, archive.sealer.digest),
    )


def _near(faces: HeldFaces) -> set[str]:
    return {one.person for own in faces.candidates for one in own}


def against_number(archive: Archive, digest: str) -> int:
    """The number that stands for what a part of the matches was held against."""
    return archive.words.number(b"against:" + digest.encode())


def _against_of(archive: Archive, number: int | None) -> str:
    return "" if number is None else archive.words.spelled(number).removeprefix(b"against:").decode()


def opened_pictures(workspace: Workspace, rows: Sequence[PictureRow]) -> dict[int, KeptPicture]:
    """What is kept of these pictures, by their numbers; what is damaged, or of another version, is missing."""
    archive = workspace.register.archive
    with workspace.register.reading() as unit:
        keys = all_keys(unit)
    people = archive.people_in(keys, rows)
    opened: dict[int, KeptPicture] = {}
    for row in rows:
        sha256 = row.sha256.hex()
        try:
            facts = decode_together(row.facts, sha256, "", archive.words, archive.sealer)
            matches = _matches(archive, row, sha256, people.get(row.id))
        except FactsError:
            continue
        opened[row.id] = KeptPicture(facts=facts, matches=matches)
    return opened


def _matches(archive: Archive, row: PictureRow, sha256: str, people: dict[str, bytes] | None) -> KeptMatches:
    if row.matches is None or people is None:
        return KeptMatches()
    against = Against(
        faces=_against_of(archive, row.faces),
        works=_against_of(archive, row.works),
        words=_against_of(archive, row.words),
    )
    return decode_matches(row.matches, sha256, people, against, archive.words, archive.sealer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A place that was judged again by what is kept: its row before, its answer now, and whether that holds.

    `kept` is what is to be kept of its picture, where that is something else than there was.
    """

    before: PlaceRow
    name: str
    report: Report
    holds: bool
    row: PlaceRow
    kept: Kept | None = None


def judge_places(workspace: Workspace, places: Sequence[PlaceRow]) -> Iterator[Again]:
    """The answer for each of these places by what is kept of its picture, those of one posting together.

    Places of which nothing is kept that can be opened are left out. Nothing is kept of the answers.
    """
    archive = workspace.register.archive
    with archive.rows() as rows:
        pictures = rows.pictures(sorted({one.picture for one in places if one.picture is not None}))
    opened = opened_pictures(workspace, list(pictures.values()))
    by_posting: defaultdict[int, list[PlaceRow]] = defaultdict(list)
    for place in places:
        if place.picture in opened:
            by_posting[place.posting].append(place)
    for number, here in by_posting.items():
        posting = accept_posting(workspace, posting_of(workspace, number))
        made_by = basis_number(archive, basis(workspace))
        named = [(archive.name(place), place) for place in here]
        kept = [called(opened[place.picture or 0], name) for name, place in named]
        answers = workspace.checker.judge_again(kept, posting)
        for (name, place), answer in zip(named, answers, strict=True):
            again = _again(archive, name, place, answer, made_by)
            if answer.renewed is not None:
                picture = replace(opened[place.picture or 0], matches=answer.renewed)
                again = replace(again, kept=kept_of(workspace, picture, keypoints=True))
            yield again


def called(picture: KeptPicture, name: str) -> KeptPicture:
    """What is kept of the picture, under this name."""
    facts: Facts = replace(picture.facts, picture=replace(picture.facts.picture, name=name))
    return replace(picture, facts=facts)


def _again(archive: Archive, name: str, place: PlaceRow, answer: JudgedAgain, made_by: int) -> Again:
    found = judged(archive, answer.report, made_by)
    row = place._replace(
        verdict=int(found.verdict),
        codes=found.codes,
        judged=found.judged,
        until=found.until,
        at=dt.datetime.now(dt.UTC),
    )
    return Again(before=place, name=name, report=answer.report, holds=answer.holds, row=row)


def keep(workspace: Workspace, found: Iterable[tuple[PlaceRow, Kept | None]]) -> None:
    """Keep what was found in these places, and in their pictures where that is given: all of it or nothing.

    Where somebody took back that they are recognised while it was looked at, what names them is forgotten again.
    """
    waiting = list(found)
    archive, register = workspace.register.archive, workspace.register
    with register.reading() as unit, archive.rows() as rows:
        rows.in_turn()
        numbers = keep_pictures(unit, rows, [kept for _, kept in waiting if kept is not None])
        places = [row if kept is None else row._replace(picture=numbers[kept.sha256]) for row, kept in waiting]
        keep_places(rows, places, dt.datetime.now(dt.UTC))
    with register.reading() as unit:
        gone = recognised_no_more(unit, [kept for _, kept in waiting if kept is not None])
    if gone:
        archive.forget(gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A place that got another answer, when, and both; None where it was new, or is gone. `codes` are the last ones."""

    name: str
    at: dt.datetime
    before: Verdict | None
    after: Verdict | None
    codes: tuple[str, ...]


def changes_since(workspace: Workspace, day: dt.date) -> list[Changed]:
    """Which places got another answer on this day or since, each once, by name: what was said before, and now.

    Places that are gone have no name any more, and are left out.
    """
    if not workspace.register.has_archive:
        return []
    archive = workspace.register.archive
    since = workspace.kept.consents.first_moment(day)
    with archive.rows() as rows:
        found = rows.changes(since)
        here = rows.places(sorted({one.place for one in found}))
    first: dict[bytes, ChangeRow] = {}
    for one in found:
        first.setdefault(one.place, one)
    last = {one.place: one for one in found}
    changed = [
        Changed(
            name=archive.name(here[place]),
            at=one.at,
            before=None if first[place].before is None else Verdict(first[place].before or 0),
            after=None if one.after is None else Verdict(one.after),
            codes=codes_of(archive, one.codes),
        )
        for place, one in last.items()
        if place in here and first[place].before != one.after
    ]
    return sorted(changed, key=lambda one: one.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many pictures of a place have each verdict, as far as the archive goes, and how many could not be read."""

    verdicts: Mapping[Verdict, int]
    unreadable: int


def counted(workspace: Workspace, places: Iterable[str]) -> Counted:
    """What the archive says of these places, as they were named to an audit."""
    archive = workspace.register.archive
    verdicts: Counter[Verdict] = Counter()
    unreadable = 0
    for place in places:
        root = root_number(archive, place)
        with archive.rows() as rows:
            counts = rows.counts(root)
        for (verdict, was_read), count in counts.items():
            verdicts[Verdict(verdict)] += count
            unreadable += 0 if was_read else count
    return Counted(verdicts=verdicts, unreadable=unreadable)


def root_number(archive: Archive, place: str) -> int:
    """The number that stands for a place that was named to an audit."""
    return archive.words.number(_root(place))


def known_root(archive: Archive, place: str) -> int | None:
    """The number that stands for a place; None where no audit was asked for one that is named so."""
    return archive.words.known(_root(place))


def _root(place: str) -> bytes:
    return f"root:{place}".encode("utf-8", "surrogateescape")


def root_of(archive: Archive, number: int) -> str:
    """The place for which this number stands."""
    return archive.words.spelled(number).removeprefix(b"root:").decode("utf-8", "surrogateescape")


def showing(workspace: Workspace, person_id: str) -> tuple[InArchive, ...]:
    """The pictures of the archive that show this person, or may, by name; RegisterError when they are not there."""
    with workspace.register.reading() as unit:
        person_row(unit, person_id)
        return () if unit.archive is None else pictures_of(unit.archive, person_id)


def concerned(workspace: Workspace, *, people: Sequence[str] = (), works: Sequence[str] = ()) -> list[PlaceRow]:
    """The places whose pictures show, or may show, one of these people or works; none where there is no archive."""
    if not workspace.register.has_archive:
        return []
    with workspace.register.archive.rows() as rows:
        return rows.places_of(sorted(rows.with_people(people) | rows.with_works(works)))


def no_longer_go(workspace: Workspace, places: Sequence[PlaceRow]) -> list[str]:
    """The names of those of these places that were a go and, judged again now, are none any more; all is kept.

    Nothing is opened: a picture of which too little is kept is no go before it was.
    """
    fallen: list[str] = []
    for start in range(0, len(places), _BATCH):
        batch = places[start : start + _BATCH]
        answers = list(judge_places(workspace, batch))
        keep(workspace, [(one.row, one.kept) for one in answers])
        went = [one for one in answers if one.before.verdict == Verdict.GO and one.report.verdict is not Verdict.GO]
        fallen += [one.name for one in went]
    return sorted(fallen)
