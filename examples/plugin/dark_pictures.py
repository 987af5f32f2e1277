"""S902: a picture that is too dark shows nothing once it is small.

An extractor finds how light it is, and a rule judges by what was found.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from imgpolicy.facts import Fact, Facts, Unknown
from imgpolicy.picture import Picture
from imgpolicy.report import Finding, Remedy, RemedyKind, Verdict
from imgpolicy.rules import Case, Rule
from imgpolicy.rules.examples import nobody

DARKEST = 40.0


@dataclass(frozen=True, kw_only=True)
class Light(Fact):
    """How light the picture is in the mean, 0 to 255."""

    mean: float


class LightExtractor:
    """Looks at the first frame. `name` and `limits` may be left out, as `options` and `also` are here."""

    gives = Light
    name = "light"
    version = "1"
    sensitive = False
    limits = (Unknown(what="light of further frames", reason="only the first frame is measured", lifts=False),)

    def extract(self, picture: Picture) -> Light:
        return Light(mean=round(float(picture.pixels.mean()), 1))


def _lit(mean: float) -> Case:
    """A case in which the picture is so light, and nothing else was found."""
    found = nobody()
    return replace(found, facts=found.facts.joined(Facts({Light: Light(mean=mean)}, found.picture)))


class TooDark(Rule):
    """Review when the picture is darker than 40 of 255 in the mean."""

    code = "S902"
    title = "Too dark to post"
    asks = "A posted picture is light enough to show what it is of."
    why = "A dark picture shows nothing on a small screen."
    default = Verdict.REVIEW
    needs = (Light,)
    passes = (_lit(120.0),)
    fails = (_lit(12.0),)

    def judge(self, case: Case) -> Iterator[Finding]:
        light = case.facts.get(Light)
        if isinstance(light, Light) and light.mean < DARKEST:
            lighter = Remedy(kind=RemedyKind.REPLACE, text="use a lighter picture")
            yield self.finding(f"its mean is {light.mean} of 255", evidence={"mean": light.mean}, remedies=(lighter,))
