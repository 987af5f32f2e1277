"""The pages on people: find somebody, read their card, add and edit them, hand over all that is held, and erase."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from imgpolicy.domain.account import Right
from imgpolicy.domain.person import Person
from imgpolicy.domain.words import folded
from imgpolicy.errors import ImgPolicyError, RegisterError, RequestError
from imgpolicy.phrase import phrase
from imgpolicy.render.person import dossier_html, dossier_json
from imgpolicy.server import forms, timeline
from imgpolicy.server.answers import download
from imgpolicy.server.context import Asked
from imgpolicy.server.guard import Guarded
from imgpolicy.server.pages import Values, page
from imgpolicy.server.undo import bar
from imgpolicy.service import archive, cards, evidence, faces, people
from imgpolicy.service.cards import Card
from imgpolicy.service.reached import copies, reached

PART = 200
"""People on one page; who is not among them is found by name."""

MOST_GUARDIANS = 10
"""Lines of a form in which guardians are named."""


def everybody(asked: Asked) -> Response:
    """The people, or those whose name or id holds what is sought."""
    sought = asked.request.query_params.get("q", "")[:200].strip()
    every = people.everybody(asked.workspace)
    found = [one for one in every if folded(sought) in folded(one.name) or folded(sought) in folded(one.id)]
    found.sort(key=lambda one: folded(one.name))
    values = {
        "sought": sought,
        "people": found[:PART],
        "more": len(found) - PART,
        "may_keep": Right.KEEP in asked.caller.rights,
    }
    return page(asked, "people.html", values)


def person(asked: Asked) -> Response:
    """A person's card."""
    return page(asked, "person.html", {**shown(asked, card_of(asked)), "bar": bar(asked)})


def card_of(asked: Asked) -> Card:
    """The card of the person whom the address names; RegisterError when they are not there."""
    return cards.card(asked.workspace, asked.request.path_params["person"])


def shown(asked: Asked, card: Card) -> Values:
    """What the page of a card shows."""
    by = teller(asked, card)
    today = by.policy.today()
    engines = sorted({face.engine for face in card.faces})
    said = {one.id: timeline.in_short(by, one) for one in card.consents}
    return {
        "card": card,
        "person": card.person,
        "age": _age(asked, card.person, today),
        "rows": timeline.rows(by),
        "years": timeline.years(today),
        "now": timeline.hundredths(today, today),
        "history": timeline.history(by),
        "engines": [(engine, [face for face in card.faces if face.engine == engine]) for engine in engines],
        "said": said,
        "loose": [file for file in card.evidence if file.consent is None],
        "copies": copies(asked.workspace, [task.publication for task in card.tasks]),
        "may_keep": Right.KEEP in asked.caller.rights,
    }


def teller(asked: Asked, card: Card) -> timeline.Teller:
    """By whom a card is told."""
    return timeline.Teller(card=card, language=asked.language, policy=asked.workspace.kept.consents)


def _age(asked: Asked, about: Person, today: dt.date) -> str:
    word = asked.language.word
    if about.minor(today):
        return word("a minor")
    if about.age_known:
        return word("of age")
    return word("counts as a child: nobody said how old they are") if about.child(today) else word("age not known")


# A person is added, and put right


def new(asked: Asked) -> Response:
    """The form by which somebody is added."""
    return page(asked, "person_form.html", _form(asked, None, {"id": people.free_id(asked.workspace)}))


def add(asked: Asked) -> Response:
    """Add somebody."""
    try:
        added = Person(
            id=asked.form.get("id", "").strip(),
            name=asked.form.get("name", ""),
            relation=forms.text(asked.form, "relation"),
            born=forms.day(asked.form, "born"),
            guardians=_guardians(asked),
        )
        people.add(asked.workspace, added, adult_by=forms.text(asked.form, "adult_by"))
    except (RequestError, RegisterError) as error:
        return forms.again(asked, error, "person_form.html", _form(asked, None, asked.form))
    return RedirectResponse(address_of(added.id), status_code=303)


def change(asked: Asked) -> Response:
    """The form by which what is known of somebody is put right."""
    about = people.show(asked.workspace, asked.request.path_params["person"]).person
    stated = {
        "id": about.id,
        "name": about.name,
        "relation": about.relation or "",
        "born": "" if about.born is None else about.born.isoformat(),
        "adult_by": "" if about.adult is None else about.adult.by,
        "guardians": "\n".join(sorted(about.guardians)),
    }
    return page(asked, "person_form.html", _form(asked, about, stated))


def edit(asked: Asked) -> Response:
    """Put right what is known of somebody."""
    about = people.show(asked.workspace, asked.request.path_params["person"]).person
    try:
        people.edit(asked.workspace, about.id, _wanted(asked, about))
    except (RequestError, RegisterError) as error:
        return forms.again(asked, error, "person_form.html", _form(asked, about, asked.form))
    return RedirectResponse(address_of(about.id), status_code=303)


def _wanted(asked: Asked, about: Person) -> people.PersonChange:
    """What the form says from now on of somebody; a birth date that is known is put right, and not taken away."""
    born, adult_by = forms.day(asked.form, "born"), asked.form.get("adult_by", "").strip()
    if about.born is not None and born is None:
        raise RequestError(phrase("a birth date that is known is not taken away: write the right one"))
    known = "" if about.adult is None else about.adult.by
    return people.PersonChange(
        name=asked.form.get("name", ""),
        relation=asked.form.get("relation", "").strip(),
        born=born,
        guardians=_guardians(asked),
        # What was stated by somebody stays from the day on which it was.
        adult_by=None if adult_by == known else adult_by,
    )


def _form(asked: Asked, about: Person | None, stated: forms.Stated) -> Values:
    return {"about": about, "stated": stated, "problem": "", "keeper": asked.caller.account.name}


def _guardians(asked: Asked) -> frozenset[str]:
    """The ids of those who are named as guardians, a line each, by id or name."""
    lines = [line.strip() for line in asked.form.get("guardians", "").splitlines() if line.strip()]
    if len(lines) > MOST_GUARDIANS:
        raise RequestError(phrase("at most {count} guardians are named", count=MOST_GUARDIANS))
    return frozenset(people.named(asked.workspace, line) for line in lines)


def address_of(person_id: str) -> str:
    """Where somebody's card is."""
    return f"/people/{quote(person_id, safe='')}"


# Faces, proof, all that is held, and an erasure


def forget(asked: Asked) -> Response:
    """Forget the faces that are ticked."""
    numbers = [
        int(one) for one in forms.ticked(asked.form, "face") if one.isascii() and one.isdigit() and len(one) < 10
    ]
    if not numbers:
        raise RequestError(phrase("tick the faces that are to be forgotten"))
    person_id = asked.request.path_params["person"]
    faces.forget(asked.workspace, person_id, numbers)
    return RedirectResponse(f"{address_of(person_id)}#faces", status_code=303)


def proof(asked: Asked) -> Response:
    """A file that proves what somebody said."""
    found = evidence.files_of(asked.workspace, asked.request.path_params["file"])
    (file, *_) = found.found or (None,)
    if file is None or found.content is None or file.person != asked.request.path_params["person"]:
        raise RegisterError(phrase("there is no such file of this person"))
    return download(file.name, found.content)


def everything(asked: Asked) -> Response:
    """All that is held about somebody, for them, as a page."""
    found = people.everything_about(asked.workspace, asked.request.path_params["person"])
    return download(f"{found.person.id}.html", dossier_html(found, asked.language).encode())


def everything_json(asked: Asked) -> Response:
    """The same for programs."""
    found = people.everything_about(asked.workspace, asked.request.path_params["person"])
    return download(f"{found.person.id}.json", dossier_json(found).encode())


def before_erasing(asked: Asked) -> Response:
    """What goes with somebody, and the form that asks whether it is meant."""
    return page(asked, "erase.html", {**shown(asked, card_of(asked)), "problem": ""})


def erase(asked: Asked) -> Response:
    """Erase somebody whose id was typed."""
    card = card_of(asked)
    try:
        if asked.form.get("typed", "").strip() != card.person.id:
            raise RequestError(phrase("type the id {id} to erase this person", id=card.person.id))
        places = archive.concerned(asked.workspace, people=[card.person.id])
        done = people.erase(asked.workspace, card.person.id)
    except ImgPolicyError as error:
        return forms.again(asked, error, "erase.html", shown(asked, card))
    found = reached(asked.workspace, places, [task.publication for task in done.takedowns])
    return page(asked, "erased.html", {"erased": done, "reached": found, "may_keep": True})


PAGES = (
    Guarded(path="/people", page=everybody, right=Right.SEE),
    Guarded(path="/add-person", page=new, right=Right.KEEP),
    Guarded(path="/add-person", page=add, right=Right.KEEP, method="POST"),
    Guarded(path="/people/{person}", page=person, right=Right.SEE),
    Guarded(path="/people/{person}/edit", page=change, right=Right.KEEP),
    Guarded(path="/people/{person}/edit", page=edit, right=Right.KEEP, method="POST"),
    Guarded(path="/people/{person}/forget-faces", page=forget, right=Right.KEEP, method="POST"),
    Guarded(path="/people/{person}/evidence/{file}", page=proof, right=Right.KEEP),
    Guarded(path="/people/{person}/everything.html", page=everything, right=Right.KEEP),
    Guarded(path="/people/{person}/everything.json", page=everything_json, right=Right.KEEP),
    Guarded(path="/people/{person}/erase", page=before_erasing, right=Right.KEEP),
    Guarded(path="/people/{person}/erase", page=erase, right=Right.KEEP, method="POST"),
)
"""The pages, their addresses, and the rights that they take."""
