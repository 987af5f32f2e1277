"""C106: what the file says of what made it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from imgpolicy.containers.parts import Right
from imgpolicy.domain.verdict import Finding, Verdict
from imgpolicy.facts import Faces, Metadata, Provenance, Unknown
from imgpolicy.phrase import phrase
from imgpolicy.rules import examples
from imgpolicy.rules.base import Case, Rule
from imgpolicy.rules.remedies import reviewer

AI_MADE = frozenset({"trainedalgorithmicmedia"})
AI_EDITED = frozenset({"compositewithtrainedalgorithmicmedia", "compositesynthetic"})
NOT_AI = frozenset(
    {
        *("digitalcapture", "computationalcapture", "negativefilm", "positivefilm", "print", "screencapture"),
        *("humanedits", "minorhumanedits", "composite", "compositecapture", "algorithmicallyenhanced"),
        *("digitalcreation", "digitalart", "softwareimage", "virtualrecording", "datadrivenmedia", "algorithmicmedia"),
        "empty",
    }
)
"""IPTC's vocabulary of digital source types (cv.iptc.org/newscodes/digitalsourcetype, its retired terms too), and
C2PA's term for a blank canvas, in small letters."""


class MadeByAi(Rule):
    """With faces in it, or when nobody could look for faces, a picture that AI made is a likeness of somebody."""

    code = "C106"
    title = phrase("Made or edited by AI")
    asks = "A picture that AI made or changed is posted only when somebody decided so, and it is labelled."
    why = "Likenesses of people that were never photographed pass for true, and harm those whom they show."
    waivable = True
    default = Verdict.NO_GO
    needs = (Metadata, Provenance)
    reads_values = False
    passes = (
        examples.nobody(),
        examples.rights((Right.DIGITAL_SOURCE_TYPE, "digitalCapture")),
        examples.rights((Right.DIGITAL_SOURCE_TYPE, "http://cv.iptc.org/newscodes/digitalsourcetype/humanEdits")),
    )
    fails = (
        examples.rights((Right.DIGITAL_SOURCE_TYPE, "trainedAlgorithmicMedia")),
        examples.rights(
            (Right.DIGITAL_SOURCE_TYPE, "digitalCapture"),
            (Right.DIGITAL_SOURCE_TYPE, "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"),
        ),
        examples.rights((Right.DIGITAL_SOURCE_TYPE, "compositeWithTrainedAlgorithmicMedia")),
        examples.rights((Right.DIGITAL_SOURCE_TYPE, "somethingNew")),
        examples.generated("trainedAlgorithmicMedia"),
    )

    def judge(self, case: Case) -> Iterator[Finding]:
        said = [*_stated(case), *_claimed(case)]
        sources = {_term(value): value for _, value in said if value and _term(value) not in NOT_AI}
        if not sources:
            return
        faces = case.facts.get(Faces)
        likeness = isinstance(faces, Unknown) or bool(faces.faces)
        made, edited = AI_MADE & sources.keys(), AI_EDITED & sources.keys()
        yield self.finding(
            _made_by(whole=bool(made), likeness=likeness) if made or edited else _unheard_of(sorted(sources.values())),
            evidence={
                "channels": [path for path, value in said if _term(value) in sources],
                "source_types": sorted(sources.values()),
            },
            remedies=(reviewer(phrase("let somebody decide, and label it as made by AI when it is posted")),),
            at_most=Verdict.NO_GO if made and likeness else Verdict.REVIEW,
        )


def _stated(case: Case) -> Iterator[tuple[str, str]]:
    """Channel and digital source type of each statement in the file."""
    metadata = case.facts.get(Metadata)
    if not isinstance(metadata, Unknown):
        yield from ((s.path, s.value) for s in metadata.rights if s.what == Right.DIGITAL_SOURCE_TYPE)


def _claimed(case: Case) -> Iterator[tuple[str, str]]:
    """The same of each C2PA manifest."""
    provenance = case.facts.get(Provenance)
    if not isinstance(provenance, Unknown):
        yield from (("c2pa", value) for manifest in provenance.manifests for value in manifest.source_types)


def _term(value: str) -> str:
    """The last part of the address of a term, or the bare term, in small letters."""
    return re.split(r"[/#:]", value.strip().rstrip("/"))[-1].strip().casefold()


def _made_by(*, whole: bool, likeness: bool) -> str:
    if not whole:
        return phrase("the file says that AI made a part of it")
    if likeness:
        return phrase("the file says that AI made it, and there are people in it")
    return phrase("the file says that AI made it")


def _unheard_of(types: list[str]) -> str:
    return phrase("the file names a digital source type that is not known: {types}", types=", ".join(types))
