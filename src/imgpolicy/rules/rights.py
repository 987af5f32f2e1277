"""C104 and C106: what the file says of whose it is, and of what made it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from imgpolicy.containers.parts import Right
from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.trace import Statement
from imgpolicy.domain.verdict import Finding, Remedy, RemedyKind, Verdict
from imgpolicy.facts import Faces, Metadata, Provenance, Unknown
from imgpolicy.phrase import phrase
from imgpolicy.rules import examples
from imgpolicy.rules.base import Case, Rule
from imgpolicy.rules.remedies import reviewer

OWNERSHIP = frozenset(
    {Right.COPYRIGHT, Right.COPYRIGHT_OWNER, Right.LICENSOR_NAME, Right.CREDIT, Right.SOURCE, Right.USAGE_TERMS}
)
"""Where a file says whose it is. A creator is no owner: employees make pictures that are their employer's."""

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

_FORMULA = re.compile(
    r"©|\(c\)|\b(copyright|copr|all rights reserved|alle rettigheder forbeholdes|ophavsret|by|af|the)\b|\d{4}|\W|_",
    re.IGNORECASE,
)
"""What a copyright notice says besides a name."""


class SomebodyElseOwnsIt(Rule):
    """A statement is the organisation's own when nothing is left of it without its names and the usual formulas."""

    code = "C104"
    title = phrase("The file says that somebody else owns it")
    asks = "What a file says of its owner agrees with the organisation's own names, or with a licence on record."
    why = "Somebody wrote into the file whose it is. To post it as one's own would say otherwise."
    waivable = True
    default = Verdict.REVIEW
    needs = (Metadata,)
    reads_values = False
    passes = (
        examples.nobody(),
        examples.rights((Right.CREATOR, "A. Painter"), (Right.COPYRIGHT, "(c) 2026, all rights reserved.")),
        examples.rights((Right.COPYRIGHT, "© 2026 Example Library. All rights reserved"), owners=("example library",)),
        examples.rights((Right.COPYRIGHT, "© A. Painter"), licence=CoverStatus.COVERED),
    )
    fails = (
        examples.rights((Right.COPYRIGHT, "© 2026 A. Painter")),
        examples.rights((Right.COPYRIGHT, "© A. Painter"), licence=CoverStatus.EXPIRED),
        examples.rights((Right.CREDIT, "Some Agency"), owners=("Example Library",)),
        examples.rights((Right.COPYRIGHT, "© Some Agency / Example Library"), owners=("Example Library",)),
        examples.rights(
            (Right.COPYRIGHT, "Example Library"), (Right.COPYRIGHT, "Some Agency"), owners=("Example Library",)
        ),
    )

    def judge(self, case: Case) -> Iterator[Finding]:
        metadata = case.facts.get(Metadata)
        covered = {work for work, coverage in case.matches.licences.items() if coverage.covered}
        licensed = any(match.certain and match.work in covered for match in case.matches.works)
        if isinstance(metadata, Unknown) or licensed:
            return
        others = [
            said for said in metadata.rights if said.what in OWNERSHIP and _names_others(said, case.organisation.owners)
        ]
        if others:
            yield self.finding(
                phrase("the file says whose it is, and no licence is on record: {words}", words=_quoted(others)),
                evidence={"channels": [s.path for s in others], "statements": [s.value for s in others]},
                remedies=(
                    Remedy(
                        kind=RemedyKind.LICENCE,
                        text=phrase("get a licence and record it: the picture as a work, then the licence to it"),
                        command=f"imgpolicy work add {case.file} --title TITLE --owner OWNER" if case.file else None,
                    ),
                    Remedy(
                        kind=RemedyKind.POLICY,
                        text=phrase("if it is your own, name yourselves in the policy: [rights] owners"),
                    ),
                ),
            )


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


def _names_others(said: Statement, owners: Iterable[str]) -> bool:
    """Whether anything is left of the statement without our own names and the usual formulas."""
    text = said.value
    # The longest first: one name may be part of another.
    for name in sorted(owners, key=len, reverse=True):
        words = r"\s+".join(re.escape(word) for word in name.split())
        text = re.sub(rf"(?<!\w){words}(?!\w)", " ", text, flags=re.IGNORECASE)
    return bool(_FORMULA.sub("", text))


def _quoted(others: Iterable[Statement]) -> str:
    values = list(dict.fromkeys(said.value for said in others))
    words = "; ".join(f"“{value[:100]}”" for value in values[:3])
    return words if len(values) <= 3 else phrase("{words} and {count} more", words=words, count=len(values) - 3)


def _made_by(*, whole: bool, likeness: bool) -> str:
    if not whole:
        return phrase("the file says that AI made a part of it")
    if likeness:
        return phrase("the file says that AI made it, and there are people in it")
    return phrase("the file says that AI made it")


def _unheard_of(types: list[str]) -> str:
    return phrase("the file names a digital source type that is not known: {types}", types=", ".join(types))
