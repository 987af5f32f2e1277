"""C108: a C2PA manifest in the file that does not verify."""

from __future__ import annotations

from collections.abc import Iterator

from imgpolicy.domain.verdict import Finding, Verdict
from imgpolicy.facts import Manifest, Provenance, Unknown
from imgpolicy.phrase import Phrase, phrase
from imgpolicy.rules import examples
from imgpolicy.rules.base import Case, Rule
from imgpolicy.rules.remedies import REPLACE, reviewer

_INVALID = "Invalid"
_CHANGED = "mismatch"
"""What the codes of hashes that do not match have in common; a signature's own mismatch begins otherwise."""


class BrokenManifest(Rule):
    """The active manifest speaks of the picture as it is; who signed it is not asked, only whether that holds.

    A file without its metadata says nothing of it any more, so that only another file or a look takes the finding away.
    """

    code = "C108"
    title = phrase("A C2PA manifest that does not verify")
    asks = "What a file's C2PA manifest says of its origin holds: the picture is the one that was signed."
    why = "A manifest that is broken tells that somebody changed the picture or the manifest, and did not say so."
    waivable = True
    default = Verdict.REVIEW
    needs = (Provenance,)
    passes = (
        examples.nobody(),
        examples.generated("http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"),
    )
    fails = (
        examples.broken_manifest("assertion.dataHash.mismatch"),
        examples.broken_manifest("claimSignature.mismatch"),
        examples.broken_manifest(),
    )

    def judge(self, case: Case) -> Iterator[Finding]:
        provenance = case.facts.get(Provenance)
        if isinstance(provenance, Unknown):
            return
        for manifest in provenance.manifests:
            if manifest.state == _INVALID:
                yield self.finding(
                    phrase("the file's C2PA manifest does not verify: {reason}", reason=_reason(manifest)),
                    evidence={"failures": list(manifest.failures), "generator": manifest.generator},
                    remedies=(
                        reviewer(phrase("ask for the file as it was signed, or find out who changed it and why")),
                        REPLACE,
                    ),
                )


def _reason(manifest: Manifest) -> Phrase:
    if any(_CHANGED in code and not code.startswith("claimSignature") for code in manifest.failures):
        return phrase("the picture, or what is said of it, was changed after it was signed")
    return phrase("its signature does not hold")
