"""People, and the files that prove what they said."""

from __future__ import annotations

from dataclasses import replace

from tests.service.doors import (
    READS,
    Forbidden,
    No,
    evidence,
    person,
    table,
)

from imgpolicy.domain.person import Person
from imgpolicy.service import (
    cards,
    grants,
    people,
    transfer,
)
from imgpolicy.service import evidence as kept_files

NOBODY = "there is nobody 'nobody' in the register"
GUEST = Person(id="guest-2", name="Somebody")
PAGE = No("pages ask it, and no command does")
FORM = grants.Proof(name="form.pdf", content=b"the form")


PEOPLE = (
    Forbidden(
        asks="transfer.preview_table",
        what="a table that is sent and leads to files",
        said="what is sent is called people.csv, consents.csv",
        call=lambda ws, _: transfer.preview_table(ws, "faces.csv", b"person,photograph\n"),
        typed=No("the command line reads files where they are"),
        brought=No("it is the import"),
    ),
    Forbidden(
        asks="transfer.import_table",
        what="a table that was shown on another state of the register",
        said="the register was changed since this was shown",
        call=lambda ws, _: transfer.import_table(ws, "people.csv", b"id,name\na,A\n", update=False, state="another"),
        typed=No("the command line shows and imports in one"),
        brought=No("it is the import"),
    ),
    Forbidden(
        asks="people.add",
        what="an id that is taken",
        said="there is a person 'eileen' already",
        call=lambda ws, _: people.add(ws, replace(GUEST, id="eileen")),
        typed="person add --id eileen --name Somebody",
        brought=person(replace(GUEST, id="eileen")),
    ),
    Forbidden(
        asks="people.add",
        what="an id that is none",
        said="cannot be an id",
        call=lambda ws, _: people.add(ws, replace(GUEST, id="a b")),
        typed="person add --id 'a b' --name Somebody",
        brought=table("people.csv", "id,name", "a b,Somebody"),
    ),
    Forbidden(
        asks="people.add",
        what="a name that says nothing",
        said="the name is empty",
        call=lambda ws, _: people.add(ws, replace(GUEST, name=" ")),
        typed="person add --id guest-2 --name ' '",
        brought=person(replace(GUEST, name=" ")),
    ),
    Forbidden(
        asks="people.add",
        what="somebody who is their own guardian",
        said="cannot be their own guardian",
        call=lambda ws, _: people.add(ws, replace(GUEST, guardians=frozenset({"guest-2"}))),
        typed="person add --id guest-2 --name Somebody --guardian guest-2",
        brought=person(replace(GUEST, guardians=frozenset({"guest-2"}))),
    ),
    Forbidden(
        asks="people.add",
        what="a guardian who is not there",
        said=NOBODY,
        call=lambda ws, _: people.add(ws, replace(GUEST, guardians=frozenset({"nobody"}))),
        typed="person add --id guest-2 --name Somebody --guardian nobody",
        brought=person(replace(GUEST, guardians=frozenset({"nobody"}))),
    ),
    Forbidden(
        asks="people.add",
        what="an address that no mail can be sent to",
        said="no address that mail can be sent to",
        call=lambda ws, _: people.add(ws, replace(GUEST, email="guest at example.org")),
        typed="person add --id guest-2 --name Somebody --email 'guest at example.org'",
        brought=person(replace(GUEST, email="guest at example.org")),
    ),
    Forbidden(
        asks="people.edit",
        what="a change of nothing",
        said="nothing to change",
        call=lambda ws, _: people.edit(ws, "eileen", people.PersonChange()),
        typed="person edit eileen",
        brought=No("an import changes people only where it is asked to: test_update.py"),
    ),
    Forbidden(
        asks="people.edit",
        what="to be one's own guardian from now on",
        said="cannot be their own guardian",
        call=lambda ws, _: people.edit(ws, "guest", people.PersonChange(guardians=frozenset({"guest"}))),
        typed="person edit guest --guardian guest",
        brought=No("an import changes people only where it is asked to: test_update.py"),
    ),
    Forbidden(
        asks="people.state_adult",
        what="that a child is of age",
        said="and so is not of age",
        call=lambda ws, _: people.state_adult(ws, ["kid"], "Anna"),
        typed="person adult kid --by Anna",
        brought=table("people.csv", "id,name,born,adult", "guest-2,Somebody,2018-01-01,yes"),
    ),
    Forbidden(
        asks="people.show",
        what="nobody",
        said=NOBODY,
        call=lambda ws, _: people.show(ws, "nobody"),
        typed="person show nobody",
        brought=READS,
    ),
    Forbidden(
        asks="cards.card",
        what="the card of nobody",
        said=NOBODY,
        call=lambda ws, _: cards.card(ws, "nobody"),
        typed=PAGE,
        brought=READS,
    ),
    Forbidden(
        asks="people.named",
        what="a name that nobody has",
        said="there is nobody 'Nobody Here' in the register",
        call=lambda ws, _: people.named(ws, "Nobody Here"),
        typed="consent list 'Nobody Here'",
        brought=READS,
    ),
    Forbidden(
        asks="people.everything_about",
        what="all about nobody",
        said=NOBODY,
        call=lambda ws, _: people.everything_about(ws, "nobody"),
        typed="person export nobody",
        brought=READS,
    ),
    Forbidden(
        asks="people.erase",
        what="to erase nobody",
        said=NOBODY,
        call=lambda ws, _: people.erase(ws, "nobody"),
        typed="person erase nobody --yes",
        brought=No("an import takes nothing away"),
    ),
    Forbidden(
        asks="people.erase",
        what="to erase the guardian of a child",
        said="'eileen' is the guardian of kid",
        call=lambda ws, _: people.erase(ws, "eileen"),
        typed="person erase eileen --yes",
        brought=No("an import takes nothing away"),
    ),
    Forbidden(
        asks="people.erase_unneeded",
        what="to erase somebody with a consent in force as one on whom nothing rests",
        said="something rests on 'eileen': a consent in force",
        call=lambda ws, _: people.erase_unneeded(ws, ["eileen"]),
        typed="person erase eileen --nothing-rests --yes",
        brought=No("an import takes nothing away"),
    ),
    Forbidden(
        asks="people.erase_unneeded",
        what="to erase somebody who said no as one on whom nothing rests",
        said="something rests on 'refuser': a no",
        call=lambda ws, _: people.erase_unneeded(ws, ["refuser"]),
        typed="person erase refuser --nothing-rests --yes",
        brought=No("an import takes nothing away"),
    ),
    Forbidden(
        asks="people.erase_unneeded",
        what="to erase somebody who was just added as one on whom nothing rests",
        said="something rests on 'guest': they are kept until",
        call=lambda ws, _: people.erase_unneeded(ws, ["guest"]),
        typed="person erase guest --nothing-rests --yes",
        brought=No("an import takes nothing away"),
    ),
    Forbidden(
        asks="people.erase_unneeded",
        what="to erase nobody as one on whom nothing rests",
        said=NOBODY,
        call=lambda ws, _: people.erase_unneeded(ws, ["nobody"]),
        typed="person erase nobody --nothing-rests --yes",
        brought=No("an import takes nothing away"),
    ),
    Forbidden(
        asks="evidence.keep",
        what="a file of nobody",
        said=NOBODY,
        call=lambda ws, _: kept_files.keep(ws, "nobody", [FORM]),
        typed="evidence add nobody form.pdf",
        brought=evidence("nobody", FORM.content),
    ),
    Forbidden(
        asks="evidence.keep",
        what="a file that is empty",
        said="is empty and proves nothing",
        call=lambda ws, _: kept_files.keep(ws, "eileen", [replace(FORM, content=b"")]),
        typed="evidence add eileen empty.pdf",
        brought=evidence("eileen", b""),
    ),
    Forbidden(
        asks="evidence.keep",
        what="a file that proves what somebody else said",
        said="'guest' has no consent 'c-gone'",
        call=lambda ws, _: kept_files.keep(ws, "guest", [FORM], consent="c-gone"),
        typed="evidence add guest form.pdf --consent c-gone",
        brought=evidence("guest", FORM.content, "c-gone"),
    ),
    Forbidden(
        asks="evidence.files_of",
        what="a file that is not there",
        said="there is no evidence 'e-none'",
        call=lambda ws, _: kept_files.files_of(ws, "e-none"),
        typed="evidence show e-none",
        brought=READS,
    ),
)
