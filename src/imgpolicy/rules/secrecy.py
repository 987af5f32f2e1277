"""S1xx: what the organisation keeps to itself."""

from __future__ import annotations

from collections.abc import Iterator

from imgpolicy.domain.verdict import Finding, Verdict
from imgpolicy.domain.work import WorkKind
from imgpolicy.facts import Fingerprint
from imgpolicy.phrase import phrase
from imgpolicy.rules import examples
from imgpolicy.rules.base import Case, Rule
from imgpolicy.rules.remedies import REPLACE
from imgpolicy.rules.works import like, measure


class RestrictedPicture(Rule):
    """No licence, role or channel makes it ours to post: who restricted it takes it from the register."""

    code = "S101"
    title = phrase("Restricted picture")
    asks = "A restricted picture is not posted, in no role and on no channel."
    why = (
        "Somebody put it into the register as one that must not get out. Only that decision can be changed, not this"
        " answer."
    )
    default = Verdict.NO_GO
    needs = (Fingerprint,)
    passes = (examples.nobody(), examples.work(WorkKind.WORK), examples.work(WorkKind.OWN_LOGO))
    fails = (examples.work(WorkKind.RESTRICTED), examples.work(WorkKind.RESTRICTED, certain=False))

    def judge(self, case: Case) -> Iterator[Finding]:
        for match in case.matches.works:
            if match.kind is WorkKind.RESTRICTED:
                yield self.finding(
                    phrase(
                        "{shows} “{title}”, which is restricted and not to be posted",
                        shows=like(match),
                        title=match.title,
                    ),
                    evidence={"work": match.work, "title": match.title, **measure(match)},
                    remedies=(REPLACE,),
                    at_most=Verdict.NO_GO if match.certain else Verdict.REVIEW,
                )
