"""S102 to S104, S106 and S107: what words in the picture, in its codes and in the caption give away.

What was read stands in no finding as it is: a finding says what it is, where, and a few outer characters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from imgpolicy.domain.verdict import Covered, Finding, Remedy, Value, Verdict, Where
from imgpolicy.facts import Codes, Texts
from imgpolicy.phrase import Phrase, phrase
from imgpolicy.recognise import KIND_WORDS, Kind, masked
from imgpolicy.recognise.readings import Said
from imgpolicy.rules import examples
from imgpolicy.rules.base import Case, Rule
from imgpolicy.rules.remedies import REPLACE, change_posting, redact

SHOWS: dict[Where, Phrase] = {
    Where.PICTURE: phrase("the picture shows"),
    Where.CODE: phrase("a code in the picture holds"),
    Where.CAPTION: phrase("the caption holds"),
    Where.FILE: phrase("the file holds"),
    Where.ACCOUNT: phrase("the account holds"),
}
"""How a finding begins that speaks of words there."""

UNCLEAR = phrase("letters and digits in it that look alike may have been mistaken")


def shows(said: Said) -> Phrase:
    """Where it stands, as the beginning of a sentence."""
    return SHOWS[said.where]


def shown(said: Said) -> dict[str, Value]:
    """What evidence says of it: of which kind it is, a few characters of its value, and where it stands."""
    return {
        "kind": KIND_WORDS[said.what.kind],
        "value": masked(said.what),
        "where": said.where.value,
        **({"unclear": True} if said.what.unclear else {}),
        **({"frame": said.frame} if said.frame else {}),
    }


def take_out(case: Case, said: Said) -> tuple[Remedy, ...]:
    """Covering what stands in the picture, or writing another caption."""
    if said.where is Where.CAPTION:
        return (change_posting(phrase("take it out of the caption")),)
    if said.box is None:
        return (change_posting(phrase("post it without it")),)
    return (redact(case, Covered.CODE if said.where is Where.CODE else Covered.TEXT), REPLACE)


class Disclosed(Rule):
    """A rule on kinds of things that words give away: a finding for each place in which one stands."""

    waivable = True
    uses = (Texts, Codes)
    kinds: ClassVar[frozenset[Kind]]

    def judge(self, case: Case) -> Iterator[Finding]:
        for said in case.said:
            if said.what.kind in self.kinds and self.concerns(said, case):
                found = self.finding(
                    self.message(said),
                    box=said.box,
                    evidence=shown(said),
                    remedies=take_out(case, said),
                    at_most=Verdict.NO_GO if said.what.certain else Verdict.REVIEW,
                )
                yield replace(found, reading=said.what.value)

    def concerns(self, said: Said, case: Case) -> bool:
        """True when this one breaks the rule."""
        del said, case
        return True

    def message(self, said: Said) -> Phrase:
        """What is wrong, in a sentence."""
        told = phrase(
            "{shows}: {kind} ({value})", shows=shows(said), kind=KIND_WORDS[said.what.kind], value=masked(said.what)
        )
        return phrase("{told}; {unclear}", told=told, unclear=UNCLEAR) if said.what.unclear else told


class PersonalNumber(Disclosed):
    """Of numbers of a policy's own, such as those of cases, the policy says the form."""

    code = "S102"
    title = phrase("Personal number or account")
    asks = "No personal number, account number, card number or number of a case is posted."
    why = "With the number of somebody others borrow money, and with that of a case they know whose it is."
    default = Verdict.NO_GO
    kinds = frozenset({Kind.PERSONAL_NUMBER, Kind.ACCOUNT, Kind.CARD, Kind.NUMBER})
    passes = (
        examples.nobody(),
        examples.reading("29. november 2026", "CVR 12 34 56 78", "Pris: 12.345,00 kr."),
        examples.reading("Tlf. 20 30 40 50"),
    )
    fails = (
        examples.reading("CPR 070761-4285"),
        examples.reading("DK50 0040 0440", "1162 43", beside=True),
        examples.reading("Kort: 4111 1111 1111 1111"),
        examples.reading(caption="Konto: DK50 0040 0440 1162 43"),
        examples.reading("Sag 2026-00042", patterns=(("case", "####-#####"),)),
    )


class ConfidentialMarking(Disclosed):
    """A marking in a sentence may be somebody speaking of it: that is a review at the most."""

    code = "S103"
    title = phrase("Confidential marking")
    asks = "What is marked as confidential is not posted. The policy names the markings under [text] markings."
    why = "Whoever marked a paper decided who may read it, and a photograph of it is for everybody."
    default = Verdict.NO_GO
    kinds = frozenset({Kind.MARKING})
    passes = (examples.nobody(), examples.reading("Fortrolighed", "Velkommen"))
    fails = (
        examples.reading("FORTROLIGT"),
        examples.reading("Kuntil internt brug"),
        examples.reading("I should not say so, this is confidential, but the cake was good"),
        examples.reading(caption="Strictly confidential"),
    )


class PasswordOrKey(Disclosed):
    """A word for a password with something behind, beside or below it, and keys that programs use."""

    code = "S104"
    title = phrase("Password or key")
    asks = "No password, PIN, door code or secret key is posted."
    why = "Whoever sees it gets in, for as long as nobody changes it."
    default = Verdict.NO_GO
    kinds = frozenset({Kind.PASSWORD, Kind.SECRET})
    passes = (
        examples.nobody(),
        examples.reading("Glemt adgangskode?", "Password: ••••••••", "Rabatkode: SOMMER20"),
    )
    fails = (
        examples.reading("Adgangskode: Sommer2026"),
        examples.reading("Wifi password", "sommer2026"),
        examples.reading("AKIAIOSFODNN7EXAMPLE"),
        examples.reading(caption="Dørkode 4711"),
    )


class ContactDetails(Disclosed):
    """Those of a business are none, unless the policy says so under [text] also_businesses."""

    code = "S106"
    title = phrase("Contact details or address")
    asks = "Nobody's phone number, mail address or postal address is posted without a look."
    why = "Whoever is found can be called, written to and visited by everybody, at any time of the day."
    default = Verdict.REVIEW
    kinds = frozenset({Kind.PHONE, Kind.MAIL, Kind.ADDRESS})
    passes = (
        examples.nobody(),
        examples.reading("BAGERI HANSEN", "Storegade 12, 8000 Aarhus C", "Tlf. 86 12 34 56"),
        examples.reading("Vestergade 12", "Linje 5C", "20 30 40"),
    )
    fails = (
        examples.reading("Mette Jensen", "Mobil 20 30 40 50"),
        examples.reading("mette.jensen@example.net"),
        examples.reading("Vestergade 12, 2. tv", "8000 Aarhus C"),
        examples.reading("BAGERI HANSEN", "Tlf. 86 12 34 56", also_businesses=True),
        examples.reading(caption="Skriv til mette.jensen@example.net"),
    )

    def concerns(self, said: Said, case: Case) -> bool:
        return not said.what.business or case.organisation.also_businesses


class LicencePlate(Disclosed):
    """Forms that rooms and buses have too are looked for where the policy names the country under [text] countries."""

    code = "S107"
    title = phrase("Licence plate")
    asks = "A licence plate that can be read is not posted without a look."
    why = "It says whose car stood where, to whoever may ask the register of cars."
    default = Verdict.REVIEW
    kinds = frozenset({Kind.PLATE})
    passes = (examples.nobody(), examples.reading("KR 12 345", "RUM 123", "BUS 350S"))
    fails = (examples.reading("AB 12 345"), examples.reading("Reg.nr. AB12345"))
