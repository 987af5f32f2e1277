"""A form, people who are asked with it, and what they answer."""

from __future__ import annotations

import datetime as dt

from imgpolicy.domain.form import Form, Use, Wording
from imgpolicy.domain.person import Adulthood, Person
from imgpolicy.domain.request import Said, Whom
from imgpolicy.service import asking, people
from imgpolicy.service.workspace import Workspace

NEWS = Use(channel="facebook", purpose="news")
SITE = Use(channel="website", purpose="news")
PRINT = Use(channel="website", purpose="pr")
FORM = Form(
    name="school",
    uses=(NEWS, SITE, PRINT),
    wordings=(
        Wording(
            language="en", title="May we show pictures of you?", about="Pictures of our events.", uses=("", "", "")
        ),
        Wording(
            language="da",
            title="Må vi vise billeder af dig?",
            about="Billeder fra vores arrangementer.",
            uses=("Vores Facebook-side, til nyheder", "Vores hjemmeside, til nyheder", "Vores hjemmeside, om os"),
        ),
    ),
    controller="Example Library, Town Square 1",
    contact="privacy@example.org",
    months=24,
    biometric=True,
)
HOW = asking.Asking(form="school", by="Mette", occasion="Open day")
SAID = Said(whom=Whom.ADULT, name="Signe Holm", yes=(NEWS,), no=(SITE, PRINT), recognition=False)
ALL_YES = Said(whom=Whom.ADULT, name="Signe Holm", yes=(NEWS, SITE, PRINT), recognition=True)
GUARDIANS = Said(whom=Whom.CHILD, name="Mor Holm", child="Ida Holm", yes=(NEWS, SITE, PRINT))

DAY = dt.date(2026, 1, 1)


def add_everybody(workspace: Workspace) -> None:
    """An adult, a guardian, a child of hers, a young person, and somebody of unknown age; and the form."""
    by = Adulthood(by="Mette", on=DAY)
    guardians = frozenset({"mor"})
    for one in (
        Person(id="signe", name="Signe Holm", adult=by, email="signe@example.org"),
        Person(id="mor", name="Mor Holm", adult=by, email="mor@example.org"),
        Person(id="ida", name="Ida Holm", born=dt.date(2018, 5, 1), guardians=guardians),
        Person(id="jens", name="Jens Holm", born=dt.date(2010, 5, 1), guardians=guardians),
        Person(id="nobody-knows", name="Kim Holm"),
    ):
        people.add(workspace, one)
    asking.add_form(workspace, FORM)
