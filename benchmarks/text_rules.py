"""The rules under which every reader's lines are looked at: those of the product, for a Danish organisation."""

from __future__ import annotations

from text_marks import Found, Recognise
from text_words import CASE_NUMBERS, OWN_DOMAIN, PEOPLE

from imgpolicy.recognise import Kind, Pattern, Sought, recognise

SOUGHT = Sought(
    countries=("DK",),
    patterns=tuple(Pattern(f"case number {at}", shape) for at, shape in enumerate(CASE_NUMBERS)),
    mail_domains=(OWN_DOMAIN,),
    marks=PEOPLE,
)

_KINDS = {
    Kind.PERSONAL_NUMBER: "cpr",
    Kind.ACCOUNT: "iban",
    Kind.CARD: "card",
    Kind.NUMBER: "case",
    Kind.PHONE: "phone",
    Kind.MAIL: "mail",
    Kind.ADDRESS: "address",
    Kind.PASSWORD: "password",
    Kind.SECRET: "key",
    Kind.PLATE: "plate",
    Kind.MARKING: "marking",
    Kind.AGENCY: "watermark",
    Kind.WORK_MAIL: "mail",
    Kind.WORD_MARK: "name",
}


def recogniser() -> Recognise:
    """What the rules see in lines; contact details of a business are no finding. Names are sought as word marks are."""
    return lambda lines: tuple(
        Found(_KINDS[one.kind], one.lines) for one in recognise(lines, SOUGHT) if not one.business
    )
