"""S105: QR codes and bar codes that open something, or say who somebody is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from imgpolicy.domain.verdict import Covered, Finding, Verdict
from imgpolicy.facts import Codes
from imgpolicy.phrase import phrase
from imgpolicy.rules import examples
from imgpolicy.rules.base import Case, Rule
from imgpolicy.rules.remedies import REPLACE, redact


class TellingCode(Rule):
    """Plain links, numbers of wares, places and events are nobody's secret; words in a code are read as any other."""

    code = "S105"
    title = phrase("Code that gives access or names somebody")
    asks = "No code is posted that opens something, or says who somebody is."
    why = "A telephone reads it from any picture, and does what it says: nobody has to make out a word of it."
    default = Verdict.NO_GO
    waivable = True
    uses = (Codes,)
    passes = (
        examples.nobody(),
        examples.coded("https://www.example.net/menu"),
        examples.coded("5701234567899", symbology="ean-13"),
        examples.coded("WIFI:T:nopass;S:Guests;;"),
    )
    fails = (
        examples.coded("WIFI:T:WPA;S:Office;P:sommer2026;;"),
        examples.coded("BEGIN:VCARD\nN:Jensen;Mette\nEND:VCARD"),
        examples.coded("https://example.org/reset?token=9f8a7b6c5d4e"),
        examples.coded("https://example.org/i/9f8a7b6c5d4e3f2a1b0c7d"),
    )

    def judge(self, case: Case) -> Iterator[Finding]:
        if not case.reader.coded:
            return
        from imgpolicy.recognise.payloads import GIVES_ACCESS, NAMES_SOMEBODY, PAYLOAD_WORDS

        for coded in case.reader.coded:
            held = coded.held
            if held.payload not in GIVES_ACCESS | NAMES_SOMEBODY:
                continue
            holds = PAYLOAD_WORDS[held.payload]
            frame = {"frame": coded.code.frame} if coded.code.frame else {}
            site = {"site": held.shown} if held.shown else {}
            found = self.finding(
                phrase("a code in the picture holds {holds}", holds=holds),
                box=coded.code.box,
                evidence={"holds": holds, "symbology": coded.code.kind, **site, **frame},
                remedies=(redact(case, Covered.CODE), REPLACE),
                at_most=Verdict.NO_GO if held.certain else Verdict.REVIEW,
            )
            yield replace(found, reading=coded.code.value)
