"""M1xx: a posted file says nothing of where, or of who."""

from __future__ import annotations

from collections.abc import Iterator

from imgpolicy.facts import Kind, Metadata, Unknown
from imgpolicy.report import Finding, Remedy, Verdict
from imgpolicy.rules import examples
from imgpolicy.rules.base import Case, Rule


class Location(Rule):
    code = "M101"
    title = "Location in the file"
    default = Verdict.NO_GO
    needs = (Metadata,)
    passes = (examples.nobody(), examples.trace(Kind.RIGHTS))
    fails = (examples.trace(Kind.COORDINATE), examples.trace(Kind.PLACE))

    def judge(self, case: Case) -> Iterator[Finding]:
        metadata = case.facts.get(Metadata)
        if isinstance(metadata, Unknown):
            return
        places = [trace for trace in metadata.traces if trace.kind in (Kind.COORDINATE, Kind.PLACE)]
        if not places:
            return
        channels = list(dict.fromkeys(trace.channel for trace in places))
        strip = Remedy(
            kind="strip",
            text="remove the metadata without touching the picture",
            automatic=True,
            command=f"imgpolicy strip {case.file} -o CLEAN",
        )
        yield self.finding(
            f"the file says where the picture was taken, in {len(places)} place(s): {', '.join(channels[:4])}",
            evidence={"channels": channels, "offsets": [trace.offset for trace in places]},
            remedies=(strip,),
        )
