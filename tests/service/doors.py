"""What a row of the table of forbidden things says, and the register that each is asked of.

A door is a library call of the service, the command line, or an import of records into a register.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image, ImageDraw
from tests.service.asked import FORM

from imgpolicy.domain.account import Account, AccountRole, Identity, Right
from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.decision import Decision, Release
from imgpolicy.domain.dismissal import Dismissal, Ending, Place
from imgpolicy.domain.evidence import Evidence
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.licence import End, Licence
from imgpolicy.domain.person import Person
from imgpolicy.domain.posting import Origin, Posting, Role
from imgpolicy.domain.publication import Publication
from imgpolicy.domain.request import Answer, ConsentRequest, RequestState, Said, Whom
from imgpolicy.domain.scope import Scope
from imgpolicy.domain.terms import DismissedAs
from imgpolicy.enrol import logo_of
from imgpolicy.presets import sample
from imgpolicy.register import requests
from imgpolicy.service import accounts
from imgpolicy.service.transfer import import_register
from imgpolicy.service.workspace import Workspace
from imgpolicy.wire.consent import consent_wire
from imgpolicy.wire.decision import decision_wire
from imgpolicy.wire.dismissal import dismissal_wire
from imgpolicy.wire.evidence import evidence_wire
from imgpolicy.wire.licence import licence_wire
from imgpolicy.wire.person import person_wire
from imgpolicy.wire.publication import publication_wire
from imgpolicy.wire.register import REGISTER_SCHEMA, RegisterWire, document_json
from imgpolicy.wire.work import ArtworkWire


class No(str):
    """There is no such door, or it asks for something else: why."""

    __slots__ = ()


@dataclass(frozen=True)
class Brought:
    """A file to import."""

    name: str
    data: bytes


@dataclass(frozen=True, kw_only=True)
class Forbidden:
    """One thing that must not be done: what every door answers, and how it is asked at each.

    `asks` is the function of the service, `typed` the words behind `imgpolicy`, in the prepared folder; `policy` is a
    line of the policy and what stands there instead.
    """

    asks: str
    what: str
    said: str
    call: Callable[[Workspace, Path], object]
    typed: str | No
    brought: Brought | No
    policy: tuple[str, str] = ("", "")


READS = No("it only reads")
NO_RECORD = No("what it makes is no record")
NO_PICTURE = No("an import brings records, and looks at no picture")

MOMENT = dt.datetime(2026, 5, 4, 9, tzinfo=dt.UTC)
GOOD = Posting(channel="facebook", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN)
SCOPE = Scope(channels=frozenset({"facebook"}), purposes=frozenset({"pr"}))
WORK = "harbour-at-dusk"
SHA256 = "ab" * 32
SOMEBODY = Identity(issuer="https://login.example.org", subject="248289761001")
THIS_POLICY = "cd" * 32
"""Stands in what is imported for the SHA-256 of the prepared policy."""

ADDRESS = 'address = "https://consent.example.org"'
LINK = "link.txt"
WORDINGS = "wordings = [{language = 'en', title = 'May we?', about = 'Pictures'}]\n"
DAY = dt.timedelta(days=1)
FACE_AT = Box(178, 64, 270, 174)
"""Where the face is in the sample's portrait."""

HALF_OF_THE_FACE = (225, 0, 400, 300)
"""Of the sample's portrait: what is left is in doubt."""

YES = Consent(person="eileen", kind=ConsentKind.PUBLICATION, state=ConsentState.GIVEN, scope=SCOPE, at=MOMENT)
NO = replace(YES, state=ConsentState.REFUSED, scope=Scope(), reason="no")
FACE = replace(YES, kind=ConsentKind.BIOMETRIC, scope=Scope())
LICENCE = Licence(work=WORK, licensor="The Harbour Gallery", scope=SCOPE, at=MOMENT)
POST = Publication(id="p-other", picture=SHA256, url="u", published=MOMENT.date(), channel="facebook", at=MOMENT)
PLACE = Place(
    picture=SHA256,
    phash="5a" * 8,
    pdq="5a" * 32,
    quality=90,
    width=40,
    height=30,
    box=(0.1, 0.2, 0.3, 0.4),
    look="5a" * 32,
    clarity=80,
)
DISMISSAL = Dismissal(what=DismissedAs.ARTWORK, place=PLACE, by="Anna", reason="a poster", at=MOMENT)
RELEASE = Release(by="Anna", reason="why", second="Berta")

_THERE = RegisterWire(
    schema=REGISTER_SCHEMA,
    people=[
        person_wire(Person(id="kid", name="A child", born=dt.date(2018, 1, 1), guardians=frozenset({"eileen"}))),
        person_wire(Person(id="guest", name="Somebody")),
        person_wire(Person(id="refuser", name="Somebody else")),
    ],
    consents=[
        consent_wire(replace(YES, id="c-asked", state=ConsentState.REQUESTED)),
        consent_wire(replace(YES, id="c-gone")),
        consent_wire(replace(NO, id="c-refused", person="refuser")),
        consent_wire(replace(YES, id="c-ends", valid_until=MOMENT.date().replace(year=2099))),
        consent_wire(replace(NO, id="c-no", state=ConsentState.WITHDRAWN, about="c-gone", at=MOMENT.replace(hour=10))),
    ],
    licences=[
        licence_wire(replace(LICENCE, id="l-over", end=End(at=MOMENT, reason="sold"))),
        licence_wire(replace(LICENCE, id="l-stands")),
    ],
    publications=[publication_wire(replace(POST, id="p-down", down=MOMENT))],
    dismissals=[
        dismissal_wire(replace(DISMISSAL, id="f-back", ending=Ending(by="Anna", reason="it is one", at=MOMENT))),
        dismissal_wire(replace(DISMISSAL, id="f-holds")),
    ],
)


def prepare(folder: Path) -> None:
    """Make the demonstration's folder the one that is asked: two people release, and records have known ids."""
    policy = folder / "imgpolicy.toml"
    text = policy.read_text().replace("second_person = false", "second_person = true")
    policy.write_text(text.replace("[forms]\n", f"[forms]\n{ADDRESS}\n"))
    (folder / "there.json").write_bytes(document_json(_THERE))
    with Workspace.open(policy) as workspace:
        assert import_register(workspace, folder / "there.json").problems == ()
        _add_accounts(workspace)
        (folder / LINK).write_text(_ask(workspace))
    bare = f"name = 'school'\nmonths = 1\ncontact = 'a'\n{WORDINGS}"
    (folder / "no-controller.toml").write_text(f"{bare}uses = [{{channel = 'facebook', purpose = 'pr'}}]\n")
    (folder / "myspace.toml").write_text(f"{bare}controller = 'a'\nuses = [{{channel = 'myspace', purpose = 'pr'}}]\n")
    (folder / "form.pdf").write_bytes(b"the form")
    (folder / "empty.pdf").touch()
    (folder / "bare").mkdir()
    (folder / "taken").mkdir()
    (folder / "taken" / "P101.md").write_text("something else")
    Image.new("L", (600, 600), 128).save(folder / "grey.png")
    with Image.open(folder / "pictures" / "portrait.jpg") as portrait:
        hidden = portrait.convert("RGB")
    ImageDraw.Draw(hidden).rectangle(HALF_OF_THE_FACE, fill="black")
    hidden.save(folder / "half.png")


def _add_accounts(workspace: Workspace) -> None:
    """One admin, a bound reader with a token that was revoked, and somebody whose account ended."""
    for login, role in (("admin", AccountRole.ADMIN), ("gone", AccountRole.ADMIN), ("reader", AccountRole.READER)):
        accounts.add(workspace, Account(id=login, name="Somebody", role=role))
    accounts.bind(workspace, "reader", SOMEBODY)
    accounts.end(workspace, "gone")
    token, _ = accounts.new_token(workspace, "reader", "a program", frozenset({Right.SEE}), None)
    accounts.revoke(workspace, token.id)


def _ask(workspace: Workspace) -> str:
    """The secret of the open link of a request, beside one that was answered, and an answer of nobody knows whom."""
    now = dt.datetime.now(dt.UTC)
    with workspace.register.writing() as unit:
        form = requests.add_form(unit, FORM)
        asked = ConsentRequest(
            id="q-open", form=form.id, person="guest", language="en", made=now, ends=now + DAY, by="Anna"
        )
        secret = requests.add_request(unit, asked)
        done, many = replace(asked, id="q-done"), replace(asked, id="q-many", person=None)
        for one in (done, many):
            requests.add_request(unit, one)
        requests.change_request(unit, done, RequestState.REFUSED)
        answer = Answer(
            id="a-done",
            request=done.id,
            form=form.id,
            language="en",
            at=now,
            said=Said(whom=Whom.ADULT, name="Somebody", no=FORM.uses),
            person="guest",
        )
        requests.add_answer(unit, answer)
        said = replace(answer.said, name="Somebody else")
        nobodys = replace(answer, id="a-nobody", request=many.id, person=None, said=said, consents=("c-refused",))
        requests.add_answer(unit, nobodys)
    return secret


def artwork() -> ArtworkWire:
    """Artwork of a logo: the sample's own."""
    drawn = logo_of(str(sample() / "consent_db" / "artwork" / "logo.png")).artwork
    return ArtworkWire(sha256=drawn.sha256, picture=drawn.picture)


def written(folder: Path, text: str) -> Path:
    """A table of works in the folder, for the library and the command line."""
    file = folder / "stock.csv"
    file.write_text(text)
    return file


def document(**parts: list[object]) -> Brought:
    """A document with these parts, by their names in a register's export."""
    return Brought("register.json", document_json(RegisterWire(schema=REGISTER_SCHEMA, **parts)))  # type: ignore[arg-type]  # by name


def person(one: Person) -> Brought:
    """A document with one person."""
    return document(people=[person_wire(one)])


def consent(one: Consent) -> Brought:
    """A document with one consent."""
    return document(consents=[consent_wire(one)])


def licence(one: Licence) -> Brought:
    """A document with one licence."""
    return document(licences=[licence_wire(one)])


def post(one: Publication) -> Brought:
    """A document with one post."""
    return document(publications=[publication_wire(one)])


def decision(release: Release, policy: str) -> Brought:
    """A document with one check that was released, by the policy of this SHA-256."""
    found = Decision(picture=SHA256, policy=policy, head="h", verdict="go", report=None, release=release, at=MOMENT)
    return document(decisions=[decision_wire(found)])


def dismissal(one: Dismissal) -> Brought:
    """A document with one dismissed face."""
    return document(dismissals=[dismissal_wire(one)])


def evidence(person_id: str, content: bytes, consent_id: str | None = None) -> Brought:
    """A document with one file that proves what this person said."""
    file = Evidence(
        id="e-1", person=person_id, consent=consent_id, name="form.pdf", sha256=SHA256, size=len(content), at=MOMENT
    )
    return document(evidence=[evidence_wire(file, content)])


def table(name: str, *lines: str) -> Brought:
    """A CSV table of this name."""
    return Brought(name, "".join(f"{line}\n" for line in lines).encode())
