"""S901: a picture that is too small looks careless when it is posted."""

from collections.abc import Iterator
from dataclasses import replace

from imgpolicy.domain.verdict import Finding, Remedy, RemedyKind, Verdict
from imgpolicy.rules import Case, Rule
from imgpolicy.rules.examples import nobody

SMALLEST_SIDE = 400


class TooSmall(Rule):
    """Review when a side is under 400 pixels."""

    code = "S901"
    title = "Too small to post"
    asks = "A posted picture has no side under 400 pixels."
    why = "A small picture looks careless, and nobody sees what it shows."
    default = Verdict.REVIEW
    passes = (nobody(),)
    fails = (replace(nobody(), picture=replace(nobody().picture, width=200)),)

    def judge(self, case: Case) -> Iterator[Finding]:
        sides = (case.picture.width or 0, case.picture.height or 0)
        if min(sides) < SMALLEST_SIDE:
            larger = Remedy(kind=RemedyKind.REPLACE, text="use the picture at its full size")
            yield self.finding(
                f"the picture is {sides[0]} x {sides[1]} pixels",
                evidence={"smallest_side": SMALLEST_SIDE},
                remedies=(larger,),
            )
