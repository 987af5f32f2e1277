"""Where pictures were posted and on what that rests, what must come down, and what will end soon."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from imgpolicy.domain.canonical import publication_form
from imgpolicy.domain.consent import Consent, cover, standing
from imgpolicy.domain.grant import CoverStatus, ended
from imgpolicy.domain.ids import check_id, new_id
from imgpolicy.domain.licence import Licence, licence_cover
from imgpolicy.domain.posting import today
from imgpolicy.domain.publication import Due, Publication, Takedown
from imgpolicy.domain.validate import check_publication
from imgpolicy.errors import RegisterError
from imgpolicy.register.log import Action
from imgpolicy.register.rows import PublicationRow, ShownRow, TakedownRow, UsedWorkRow
from imgpolicy.register.session import Session

ERASED = "erased"
"""The cause of a take-down when somebody in the picture was erased."""

ENDED = "ended"
"""The cause of a take-down when the licence that the post rests on was ended."""

_DENIED = frozenset({CoverStatus.REFUSED, CoverStatus.WITHDRAWN})


def add_publication(session: Session, publication: Publication) -> None:
    """Record a post; the people, consents, works and licences that it names must be there."""
    check_publication(publication)
    if session.transaction.find(PublicationRow, "id", publication.id):
        raise RegisterError(f"there is a publication {publication.id!r} already")
    for person, consent in publication.people.items():
        session.row(person)
        if consent is not None and session.transaction.consent_owner(consent) != person:
            raise RegisterError(f"{person!r} has no consent {consent[:80]!r} for the post to rest on")
    known = session.transaction.work_ids() if publication.works else ()
    for work, licence in publication.works.items():
        if work not in known:
            raise RegisterError(f"there is no work {work[:80]!r}; `imgpolicy work list` shows them")
        if licence is not None and session.transaction.licence_work(licence) != work:
            raise RegisterError(f"{work!r} has no licence {licence[:80]!r} for the post to rest on")
    values = {name: getattr(publication, name) for name in PublicationRow._fields}
    session.transaction.insert([PublicationRow(**values)])
    session.transaction.insert([ShownRow(publication.id, *pair) for pair in sorted(publication.people.items())])
    session.transaction.insert([UsedWorkRow(publication.id, *pair) for pair in sorted(publication.works.items())])
    session.log(Action.ADD_PUBLICATION, publication.id, publication_form(publication))


def publications(session: Session, person: str | None = None) -> tuple[Publication, ...]:
    """The posts that show this person, or all, in the order in which they were recorded."""
    transaction = session.transaction
    if person is None:
        return _posts(transaction.find(PublicationRow), transaction.find(ShownRow), transaction.find(UsedWorkRow))
    return _read(session, transaction.publications_of(session.row(person).id))


def open_takedowns(session: Session, denial: Consent) -> tuple[Takedown, ...]:
    """A task for each post of this person that is up and not covered any more because somebody said no."""
    said = [dataclasses.replace(consent, used=0) for consent in session.consents(denial.person)]
    rows = session.transaction.publications_of(denial.person)
    posts = _posts([row for row in rows if row.down is None])
    denied = [post for post in posts if cover(said, post.posting(today())).status in _DENIED]
    return _open(session, denied, denial.state.value, consent=denial.id)


def open_for_licence(session: Session, licence: Licence) -> tuple[Takedown, ...]:
    """A task for each post that this licence carried and that no other licence to the work covers."""
    others = [dataclasses.replace(other, used=0) for other in session.licences(licence.work)]
    carried = carried_by(session, licence)
    bare = [post for post in carried if not licence_cover(others, post.posting(today())).covered]
    return _open(session, bare, ENDED, licence=licence.id)


def open_for_erasure(session: Session, person: str) -> tuple[Takedown, ...]:
    """A task for each post of this person that is up; what asked for it before is let go."""
    rows = session.transaction.publications_of(person)
    posts = _posts([row for row in rows if row.down is None])
    return _open(session, posts, ERASED)


def takedowns(session: Session, *, consent: str | None = None) -> tuple[Takedown, ...]:
    """The tasks, done and not done, by the time at which they were opened; or those that one statement asked for."""
    transaction = session.transaction
    tasks = transaction.find(TakedownRow) if consent is None else transaction.find(TakedownRow, "consent", consent)
    rows = transaction.publications_under([task.publication for task in tasks])
    posts = {post.id: post for post in _read(session, rows)}
    found = (_takedown(task, posts[task.publication]) for task in tasks)
    return tuple(sorted(found, key=lambda task: (task.opened, task.id)))


def takedowns_of(session: Session, person: str) -> tuple[Takedown, ...]:
    """The tasks for the posts that show this person."""
    shown = {row.id for row in session.transaction.publications_of(person)}
    return tuple(task for task in takedowns(session) if task.publication.id in shown)


def restore_takedown(session: Session, task: TakedownRow) -> None:
    """Put a task back that came from another register; its post must be there."""
    check_id(task.id)
    if not session.transaction.find(PublicationRow, "id", task.publication):
        raise RegisterError(f"there is no publication {task.publication[:80]!r}")
    if task.consent is not None and session.transaction.consent_owner(task.consent) is None:
        raise RegisterError(f"there is no consent {task.consent[:80]!r}")
    if task.licence is not None and session.transaction.licence_work(task.licence) is None:
        raise RegisterError(f"there is no licence {task.licence[:80]!r}")
    if session.transaction.find(TakedownRow, "id", task.id):
        raise RegisterError(f"there is a task {task.id!r} already")
    session.transaction.insert([task])
    session.log(Action.OPEN_TAKEDOWN, task.publication, task.cause.encode())


def close_takedown(session: Session, name: str) -> tuple[Publication, ...]:
    """The posts that are now down: the one of this task, or the publication itself; its open tasks are closed."""
    tasks = session.transaction.find(TakedownRow, "id", name)
    publication = tasks[0].publication if tasks else name
    rows = session.transaction.find(PublicationRow, "id", publication)
    if not rows:
        raise RegisterError(f"there is no task or publication {name[:80]!r}; `imgpolicy publication list` shows them")
    if rows[0].down is not None:
        raise RegisterError(f"{name[:80]!r} is down already, since {rows[0].down.date()}")
    now = dt.datetime.now(dt.UTC)
    session.transaction.update(PublicationRow, publication, {"down": now})
    for task in session.transaction.find(TakedownRow, "publication", publication):
        if task.closed is None:
            session.transaction.update(TakedownRow, task.id, {"closed": now})
    session.log(Action.CLOSE_TAKEDOWN, publication, now.isoformat().encode())
    return _read(session, session.transaction.find(PublicationRow, "id", publication))


def due(session: Session, on: dt.date, days: int) -> tuple[Due, ...]:
    """What ends within so many days from `on`, the first to end first; what has ended only while posts rest on it."""
    last = on + dt.timedelta(days=days)
    found = [
        Due(consent=consent, ends=consent.valid_until, why="ends", posts=_posts_on(session, consent))
        for person in sorted(session.transaction.ending(last))
        for consent in standing(session.consents(person))
        if consent.valid_until is not None and consent.valid_until <= last
    ]
    found += _coming_of_age(session, on, last)
    kept = [item for item in found if item.ends >= on or item.posts]
    return tuple(sorted(kept, key=lambda item: (item.ends, item.consent.person, item.consent.id)))


def _coming_of_age(session: Session, on: dt.date, last: dt.date) -> list[Due]:
    found = []
    for row in session.transaction.wards():
        of_age = session.person(row.id).of_age
        if of_age is not None and on <= of_age <= last:
            found += [
                Due(consent=consent, ends=of_age, why="comes of age", posts=_posts_on(session, consent))
                for consent in standing(session.consents(row.id))
                if consent.given_by is not None and not consent.ended(of_age)
            ]
    return found


def posts_under(session: Session, licence: str) -> tuple[Publication, ...]:
    """The posts that rest on this licence and are up."""
    return _read(session, session.transaction.posts_under_licence(licence))


def carried_by(session: Session, licence: Licence) -> tuple[Publication, ...]:
    """The posts that are up and rest on this licence, and those that it covers since the one they rest on is over."""
    alone = [dataclasses.replace(licence, used=0, end=None)]
    on = min(today(), licence.valid_until or today())
    over = [one for one in session.licences(licence.work) if one.end is not None or ended(one, today())]
    instead = [
        post
        for other in over
        if other.id != licence.id
        for post in posts_under(session, other.id)
        if licence_cover(alone, post.posting(on)).covered
    ]
    return (*posts_under(session, licence.id), *instead)


def _posts_on(session: Session, consent: Consent) -> tuple[Publication, ...]:
    return _read(session, session.transaction.posts_on(consent.id))


def _open(
    session: Session,
    posts: Sequence[Publication],
    cause: str,
    *,
    consent: str | None = None,
    licence: str | None = None,
) -> tuple[Takedown, ...]:
    """Tasks for these posts, but for those that have one already."""
    now = dt.datetime.now(dt.UTC)
    busy = session.transaction.publications_with_open_task([post.id for post in posts])
    rows = [
        TakedownRow(new_id("t"), post.id, cause, consent, now, None, licence) for post in posts if post.id not in busy
    ]
    session.transaction.insert(rows)
    for row in rows:
        session.log(Action.OPEN_TAKEDOWN, row.publication, cause.encode())
    by_id = {post.id: post for post in posts}
    return tuple(_takedown(row, by_id[row.publication]) for row in rows)


def _read(session: Session, rows: Sequence[PublicationRow]) -> tuple[Publication, ...]:
    """The posts of these rows, with who and what is in them."""
    ids = [row.id for row in rows]
    return _posts(rows, session.transaction.shown(ids), session.transaction.used_works(ids))


def _posts(
    rows: Iterable[PublicationRow], shown: Iterable[ShownRow] = (), used: Iterable[UsedWorkRow] = ()
) -> tuple[Publication, ...]:
    people: dict[str, dict[str, str | None]] = defaultdict(dict)
    for row in shown:
        people[row.publication][row.person] = row.consent
    works: dict[str, dict[str, str | None]] = defaultdict(dict)
    for use in used:
        works[use.publication][use.work] = use.licence
    found = (Publication(**r._asdict(), people=people.get(r.id, {}), works=works.get(r.id, {})) for r in rows)
    return tuple(sorted(found, key=lambda post: (post.at, post.id)))


def _takedown(row: TakedownRow, post: Publication) -> Takedown:
    return Takedown(
        id=row.id,
        publication=post,
        cause=row.cause,
        consent=row.consent,
        licence=row.licence,
        opened=row.opened,
        closed=row.closed,
    )
