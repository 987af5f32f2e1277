"""Where pictures were posted and on what that rests, what must come down, and what will end soon."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from imgpolicy.domain.canonical import publication_form
from imgpolicy.domain.changes import down_form, takedown_form
from imgpolicy.domain.consent import Consent
from imgpolicy.domain.cover import cover
from imgpolicy.domain.grant import Coverage, CoverStatus, ended
from imgpolicy.domain.ids import check_id, new_id
from imgpolicy.domain.licence import Licence, licence_cover
from imgpolicy.domain.log import Action, Entry
from imgpolicy.domain.person import Person
from imgpolicy.domain.publication import ENDED, ERASED, EXCEPTED, Publication, Takedown
from imgpolicy.domain.speakers import AfterErasure
from imgpolicy.domain.validate import check_publication
from imgpolicy.errors import RegisterError
from imgpolicy.phrase import phrase
from imgpolicy.register.people import person_row
from imgpolicy.register.sql.publications import PublicationRow, ShownRow, TakedownRow, UsedWorkRow
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.vault import padded

if TYPE_CHECKING:
    from imgpolicy.register.vault import Vault

_DENIED = frozenset({CoverStatus.REFUSED, CoverStatus.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class _Details:
    """What is sealed of a post. A later field has a default: what was sealed before has none."""

    picture: str
    url: str
    published: dt.date
    channel: str
    purpose: str | None = None
    campaign: str | None = None
    audience: str | None = None
    territory: str | None = None
    setting: str | None = None
    event: str | None = None
    edit: str | None = None
    pdq: str | None = None


class TaskRecord(NamedTuple):
    """A task to take a post down, with the ids of what it names; `Takedown` has the post itself."""

    id: str
    publication: str
    cause: str
    consent: str | None
    opened: dt.datetime
    closed: dt.datetime | None
    licence: str | None = None


def add_publication(unit: UnitOfWork, publication: Publication) -> None:
    """Record a post; the people, consents, works and licences that it names must be there."""
    check_publication(publication)
    if unit.sql.publications.find(PublicationRow, "id", publication.id):
        raise RegisterError(phrase("there is a publication {id} already", id=repr(publication.id)))
    for person, consent in publication.people.items():
        person_row(unit, person)
        if consent is not None and unit.sql.consents.owner(consent) != person:
            raise RegisterError(
                phrase(
                    "{person} has no consent {consent} for the post to rest on",
                    person=repr(person),
                    consent=repr(consent[:80]),
                )
            )
    known = unit.sql.works.ids() if publication.works else ()
    for work, licence in publication.works.items():
        if work not in known:
            raise RegisterError(
                phrase("there is no work {work}; `imgpolicy work list` shows them", work=repr(work[:80]))
            )
        if licence is not None and unit.sql.licences.work(licence) != work:
            raise RegisterError(
                phrase(
                    "{work} has no licence {licence} for the post to rest on",
                    work=repr(work),
                    licence=repr(licence[:80]),
                )
            )
    unit.sql.publications.insert([sealed_row(publication, unit.vault)])
    unit.sql.publications.insert([ShownRow(publication.id, *pair) for pair in sorted(publication.people.items())])
    unit.sql.publications.insert([UsedWorkRow(publication.id, *pair) for pair in sorted(publication.works.items())])
    unit.log(Action.ADD_PUBLICATION, publication.id, publication_form(publication))
    if publication.down is not None:
        unit.log(Action.CLOSE_TAKEDOWN, publication.id, down_form(publication.down))


def publications(unit: UnitOfWork, person: str | None = None) -> tuple[Publication, ...]:
    """The posts that show this person, or all, in the order in which they were recorded."""
    if person is None:
        return _posts(
            unit,
            unit.sql.publications.find(PublicationRow),
            unit.sql.publications.find(ShownRow),
            unit.sql.publications.find(UsedWorkRow),
        )
    return _read(unit, unit.sql.publications.of(person_row(unit, person).id))


def untouched(unit: UnitOfWork, name: str) -> tuple[Publication, Entry] | None:
    """The post of this id and the entry that recorded it; None when it is gone, or anything was done to it since."""
    posts = _read(unit, unit.sql.publications.under([name]))
    entries = unit.sql.journal.entries_on(unit.vault.pseudonym(name))
    if not posts or len(entries) != 1 or tasks(unit, "publication", name):
        return None
    return posts[0], entries[0]


def recorded_by(unit: UnitOfWork, name: str) -> set[str]:
    """What the log calls the accounts that recorded the post of this id; empty when there is no such post."""
    entries = unit.sql.journal.entries_on(unit.vault.pseudonym(name))
    return {entry.by for entry in entries if entry.action == Action.ADD_PUBLICATION}


def remove_publication(unit: UnitOfWork, post: Publication) -> None:
    """Remove a post to which nothing was done since it was recorded; it counts for no consent and no licence then."""
    unit.sql.publications.delete(ShownRow, "publication", post.id)
    unit.sql.publications.delete(UsedWorkRow, "publication", post.id)
    unit.sql.publications.delete(PublicationRow, "id", post.id)
    unit.log(Action.REMOVE_PUBLICATION, post.id, publication_form(post))


def addresses(unit: UnitOfWork, ids: Sequence[str]) -> dict[str, str]:
    """Where the posts with these ids were posted, as far as they are on record."""
    return {post.id: post.url for post in _read(unit, unit.sql.publications.under(ids))} if ids else {}


def open_for_denial(unit: UnitOfWork, about: Person, denial: Consent, said: Iterable[Consent]) -> tuple[Takedown, ...]:
    """A task for each post of this person that is up and not covered any more because somebody said no.

    `said` is everything that was said about the person, the denial among it.
    """
    covers = _covering(unit, about, said)
    denied = [post for post in _up(unit, about.id) if covers(post).status in _DENIED]
    return _open(unit, denied, denial.state.value, consent=denial.id)


def open_for_exceptions(
    unit: UnitOfWork, about: Person, given: Consent, before: Sequence[Consent]
) -> tuple[Takedown, ...]:
    """A task for each post of this person that is up, and not covered any more by what this yes leaves out.

    Or by the error that was marked in one. `before` is everything else that was said about the person.
    """
    then, now = _covering(unit, about, before), _covering(unit, about, (*before, given))
    left_out = [post for post in _up(unit, about.id) if then(post).covered and not now(post).covered]
    return _open(unit, left_out, EXCEPTED if given.gives else given.state.value, consent=given.id)


def open_for_licence(unit: UnitOfWork, licence: Licence, to_the_work: Sequence[Licence]) -> tuple[Takedown, ...]:
    """A task for each post that this licence carried and that no other licence to the work covers."""
    others = [dataclasses.replace(other, used=0) for other in to_the_work]
    carried = carried_by(unit, licence, to_the_work)
    today = unit.policy.today()
    bare = [post for post in carried if not licence_cover(others, post.posting(today), unit.policy).covered]
    return _open(unit, bare, ENDED, licence=licence.id)


def open_for_erasure(unit: UnitOfWork, person: str) -> tuple[Takedown, ...]:
    """A task for each post of this person that is up; what asked for it before is let go."""
    return _open(unit, _up(unit, person), ERASED)


def to_come_down_of(unit: UnitOfWork, person: str) -> tuple[Publication, ...]:
    """The posts of this person that are up and have an open task, without who else is in them."""
    return to_come_down(unit, _up(unit, person))


def to_come_down(unit: UnitOfWork, posts: Sequence[Publication]) -> tuple[Publication, ...]:
    """Those of these posts that have an open task."""
    busy = unit.sql.publications.with_open_task([post.id for post in posts])
    return tuple(post for post in posts if post.id in busy)


def forget_shown(unit: UnitOfWork, person: str) -> None:
    """Remove who is in posts where it is this person; the posts stay, unless the policy has them removed."""
    shown = unit.sql.publications.of(person)
    unit.sql.publications.delete(ShownRow, "person", person)
    for post in _read(unit, shown):
        unit.log(Action.EMPTY_PUBLICATION, post.id, publication_form(post))
        _remove_emptied(unit, post)


def forget_asker(unit: UnitOfWork, consent: str) -> None:
    """Let the tasks that this statement asked for stay, without saying who asked."""
    asked = tasks(unit, "consent", consent)
    unit.sql.publications.empty(TakedownRow, "consent", consent)
    for task in asked:
        # Earlier versions logged of a task its post and its cause alone.
        if unit.sql.journal.entries_on(unit.vault.pseudonym(task.id)):
            unit.log(Action.EMPTY_TAKEDOWN, task.id, takedown_form(task._replace(consent=None)))


def takedowns(unit: UnitOfWork, *, consent: str | None = None) -> tuple[Takedown, ...]:
    """The tasks, done and not done, by the time at which they were opened; or those that one statement asked for."""
    found = tasks(unit) if consent is None else tasks(unit, "consent", consent)
    rows = unit.sql.publications.under([task.publication for task in found])
    posts = {post.id: post for post in _read(unit, rows)}
    takedowns = (_takedown(task, posts[task.publication]) for task in found)
    return tuple(sorted(takedowns, key=lambda task: (task.opened, task.id)))


def tasks(unit: UnitOfWork, column: str | None = None, value: str | None = None) -> list[TaskRecord]:
    """The tasks by id: all, or those whose column holds the value."""
    return [
        TaskRecord(
            id=row.id,
            publication=row.publication,
            cause=msgspec.json.decode(unit.vault.unseal(_cause_place(row.id), row.details), type=str),
            consent=row.consent,
            opened=row.opened,
            closed=row.closed,
            licence=row.licence,
        )
        for row in unit.sql.publications.find(TakedownRow, column, value)
    ]


def takedowns_of(unit: UnitOfWork, person: str) -> tuple[Takedown, ...]:
    """The tasks for the posts that show this person."""
    shown = {row.id for row in unit.sql.publications.of(person)}
    return tuple(task for task in takedowns(unit) if task.publication.id in shown)


def restore_takedown(unit: UnitOfWork, task: TaskRecord) -> None:
    """Put a task back that came from another register; its post must be there."""
    check_id(task.id)
    if not unit.sql.publications.find(PublicationRow, "id", task.publication):
        raise RegisterError(phrase("there is no publication {publication}", publication=repr(task.publication[:80])))
    if task.consent is not None and unit.sql.consents.owner(task.consent) is None:
        raise RegisterError(phrase("there is no consent {consent}", consent=repr(task.consent[:80])))
    if task.licence is not None and unit.sql.licences.work(task.licence) is None:
        raise RegisterError(phrase("there is no licence {licence}", licence=repr(task.licence[:80])))
    if unit.sql.publications.find(TakedownRow, "id", task.id):
        raise RegisterError(phrase("there is a task {id} already", id=repr(task.id)))
    unit.sql.publications.insert([_task_row(unit, task)])
    unit.log(Action.OPEN_TAKEDOWN, task.id, takedown_form(task, task.closed))


def close_takedown(unit: UnitOfWork, name: str) -> tuple[Publication, ...]:
    """The posts that are now down: the one of this task, or the publication itself; its open tasks are closed."""
    named = unit.sql.publications.find(TakedownRow, "id", name)
    publication = named[0].publication if named else name
    rows = unit.sql.publications.find(PublicationRow, "id", publication)
    if not rows:
        raise RegisterError(
            phrase(
                "there is no task or publication {name}; `imgpolicy publication list` shows them", name=repr(name[:80])
            )
        )
    if rows[0].down is not None:
        raise RegisterError(
            phrase("{name} is down already, since {day}", name=repr(name[:80]), day=str(unit.policy.day(rows[0].down)))
        )
    now = dt.datetime.now(dt.UTC)
    unit.sql.publications.update(PublicationRow, publication, {"down": now})
    for task in unit.sql.publications.find(TakedownRow, "publication", publication):
        if task.closed is None:
            unit.sql.publications.update(TakedownRow, task.id, {"closed": now})
    unit.log(Action.CLOSE_TAKEDOWN, publication, down_form(now))
    closed = _read(unit, unit.sql.publications.find(PublicationRow, "id", publication))
    entries = unit.sql.journal.entries_on(unit.vault.pseudonym(publication))
    if any(entry.action == Action.EMPTY_PUBLICATION for entry in entries):
        for post in closed:
            _remove_emptied(unit, post)
    return closed


def posts_under(unit: UnitOfWork, licence: str) -> tuple[Publication, ...]:
    """The posts that rest on this licence and are up."""
    return _read(unit, unit.sql.publications.posts_under(licence))


def carried_by(unit: UnitOfWork, licence: Licence, to_the_work: Iterable[Licence]) -> tuple[Publication, ...]:
    """The posts that are up and rest on this licence, and those that it covers since the one they rest on is over.

    `to_the_work` are all licences to its work.
    """
    alone = [dataclasses.replace(licence, used=0, end=None)]
    today = unit.policy.today()
    on = min(today, licence.valid_until or today)
    over = [one for one in to_the_work if one.end is not None or ended(one, today)]
    instead = [
        post
        for other in over
        if other.id != licence.id
        for post in posts_under(unit, other.id)
        if licence_cover(alone, post.posting(on), unit.policy).covered
    ]
    return (*posts_under(unit, licence.id), *instead)


def posts_on(unit: UnitOfWork, consent: str) -> tuple[Publication, ...]:
    """The posts that rest on this consent and are up."""
    return _read(unit, unit.sql.publications.posts_on(consent))


def sealed_row(post: Publication, vault: Vault) -> PublicationRow:
    """The row of a post, without who and what is in it."""
    details = _Details(**{field.name: getattr(post, field.name) for field in dataclasses.fields(_Details)})
    sealed = vault.seal(_post_place(post.id), padded(msgspec.json.encode(details)))
    return PublicationRow(id=post.id, at=post.at, down=post.down, details=sealed)


def _remove_emptied(unit: UnitOfWork, post: Publication) -> None:
    """Where the policy says so, remove a post that an erasure left without anybody, with its tasks, once it is down.

    One with works in it stays: it counts among those that their licences allow.
    """
    if unit.policy.after_erasure is AfterErasure.KEEP or post.down is None or post.people or post.works:
        return
    of_it = tasks(unit, "publication", post.id)
    if any(task.closed is None for task in of_it):
        return
    unit.sql.publications.delete(TakedownRow, "publication", post.id)
    unit.sql.publications.delete(PublicationRow, "id", post.id)
    for task in of_it:
        unit.log(Action.REMOVE_TAKEDOWN, task.id, takedown_form(task))
    unit.log(Action.REMOVE_PUBLICATION, post.id, publication_form(post))


def _up(unit: UnitOfWork, person: str) -> tuple[Publication, ...]:
    """The posts of this person that were not taken down, without who else is in them."""
    return _posts(unit, [row for row in unit.sql.publications.of(person) if row.down is None])


def _covering(unit: UnitOfWork, about: Person, said: Iterable[Consent]) -> Callable[[Publication], Coverage]:
    """What a post rests on today, by what was said; the posts that there are do not count against it."""
    plain, today = [dataclasses.replace(consent, used=0) for consent in said], unit.policy.today()
    return lambda post: cover(about, plain, post.posting(today), unit.policy)


def _open(
    unit: UnitOfWork,
    posts: Sequence[Publication],
    cause: str,
    *,
    consent: str | None = None,
    licence: str | None = None,
) -> tuple[Takedown, ...]:
    """Tasks for these posts, but for those that have one already."""
    now = dt.datetime.now(dt.UTC)
    busy = unit.sql.publications.with_open_task([post.id for post in posts])
    opened = [
        TaskRecord(new_id("t"), post.id, cause, consent, now, None, licence) for post in posts if post.id not in busy
    ]
    unit.sql.publications.insert([_task_row(unit, task) for task in opened])
    for task in opened:
        unit.log(Action.OPEN_TAKEDOWN, task.id, takedown_form(task))
    by_id = {post.id: post for post in posts}
    return tuple(_takedown(task, by_id[task.publication]) for task in opened)


def _read(unit: UnitOfWork, rows: Sequence[PublicationRow]) -> tuple[Publication, ...]:
    """The posts of these rows, with who and what is in them."""
    ids = [row.id for row in rows]
    return _posts(unit, rows, unit.sql.publications.shown(ids), unit.sql.publications.used_works(ids))


def _posts(
    unit: UnitOfWork,
    rows: Iterable[PublicationRow],
    shown: Iterable[ShownRow] = (),
    used: Iterable[UsedWorkRow] = (),
) -> tuple[Publication, ...]:
    people: dict[str, dict[str, str | None]] = defaultdict(dict)
    for row in shown:
        people[row.publication][row.person] = row.consent
    works: dict[str, dict[str, str | None]] = defaultdict(dict)
    for use in used:
        works[use.publication][use.work] = use.licence
    posts = (_post(unit, row, people.get(row.id, {}), works.get(row.id, {})) for row in rows)
    return tuple(sorted(posts, key=lambda post: (post.at, post.id)))


def _post(
    unit: UnitOfWork, row: PublicationRow, people: Mapping[str, str | None], works: Mapping[str, str | None]
) -> Publication:
    details = msgspec.json.decode(unit.vault.unseal(_post_place(row.id), row.details), type=_Details)
    said = {field.name: getattr(details, field.name) for field in dataclasses.fields(_Details)}
    return Publication(id=row.id, **said, people=people, works=works, at=row.at, down=row.down)


def _task_row(unit: UnitOfWork, task: TaskRecord) -> TakedownRow:
    sealed = unit.vault.seal(_cause_place(task.id), padded(msgspec.json.encode(task.cause)))
    return TakedownRow(task.id, task.publication, task.consent, task.opened, task.closed, task.licence, sealed)


def _takedown(task: TaskRecord, post: Publication) -> Takedown:
    return Takedown(
        id=task.id,
        publication=post,
        cause=task.cause,
        consent=task.consent,
        licence=task.licence,
        opened=task.opened,
        closed=task.closed,
    )


def _post_place(publication: str) -> str:
    return f"publication.details:{publication}"


def _cause_place(task: str) -> str:
    return f"takedown.details:{task}"
