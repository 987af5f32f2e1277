"""M1xx: a posted file says nothing of where, of who, or of what was cut away."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator

from imgpolicy.domain.trace import Kind, Trace
from imgpolicy.domain.verdict import Finding, Remedy, RemedyKind, Verdict
from imgpolicy.facts import Metadata, Unknown
from imgpolicy.phrase import phrase
from imgpolicy.rules import examples
from imgpolicy.rules.base import Case, Rule

_BEHIND = frozenset({"trailer", "unclaimed", "after-the-stream"})
"""What the channels of data are called that stands behind a picture's end, or belongs to nothing in the file."""

_SHOWN = 4
"""How many channels a message names; the evidence names them all."""


class TraceRule(Rule):
    """A rule on what the file tells besides its picture: one finding for all traces that break it."""

    needs = (Metadata,)
    reads_values = False

    @abstractmethod
    def broken_by(self, trace: Trace) -> bool:
        """True when this trace breaks the rule."""

    @abstractmethod
    def message(self, channels: str) -> str:
        """What is wrong, in a sentence; `channels` says where."""

    def judge(self, case: Case) -> Iterator[Finding]:
        metadata = case.facts.get(Metadata)
        if isinstance(metadata, Unknown):
            return
        traces = [trace for trace in metadata.traces if self.broken_by(trace)]
        if not traces:
            return
        channels = list(dict.fromkeys(trace.path for trace in traces))
        named = ", ".join(channels[:_SHOWN])
        if len(channels) > _SHOWN:
            named = phrase("{channels} and {count} more", channels=named, count=len(channels) - _SHOWN)
        strip = Remedy(
            kind=RemedyKind.STRIP,
            text=phrase("remove the metadata without touching the picture"),
            automatic=True,
            command=case.clean_command(),
        )
        yield self.finding(
            self.message(named),
            evidence={"channels": channels, "offsets": [trace.offset for trace in traces]},
            remedies=(strip,),
        )


class Location(TraceRule):
    """M101: the file says where the picture was taken."""

    code = "M101"
    title = phrase("Location in the file")
    asks = "A posted file does not say where the picture was taken."
    why = "Coordinates and place names lead to homes, schools and shelters, and nobody sees them in the picture."
    waivable = True
    default = Verdict.NO_GO
    passes = (examples.nobody(), examples.trace(Kind.RIGHTS), examples.trace(Kind.IDENTITY))
    fails = (examples.trace(Kind.COORDINATE), examples.trace(Kind.PLACE))

    def broken_by(self, trace: Trace) -> bool:
        return trace.kind in {Kind.COORDINATE, Kind.PLACE}

    def message(self, channels: str) -> str:
        return phrase("the file says where the picture was taken: {channels}", channels=channels)


class Identity(TraceRule):
    """M102: the file says whose it is, or who is in it."""

    code = "M102"
    title = phrase("Somebody's traces in the file")
    asks = "A posted file does not say whose camera, computer or account it came from, or who is in it."
    why = "Serial numbers and names tie pictures, people and machines together, also those that were never meant to be."
    waivable = True
    default = Verdict.REVIEW
    passes = (examples.nobody(), examples.trace(Kind.RIGHTS), examples.trace(Kind.COORDINATE))
    fails = (examples.trace(Kind.IDENTITY),)

    def broken_by(self, trace: Trace) -> bool:
        return trace.kind is Kind.IDENTITY

    def message(self, channels: str) -> str:
        return phrase(
            "the file says whose camera or computer it was on, or who is in it: {channels}", channels=channels
        )


class HiddenPicture(TraceRule):
    """What was cut away may still be there: an uncropped preview, a motion video, the old end of a cropped file."""

    code = "M103"
    title = phrase("A second picture in the file")
    asks = "A posted file holds the picture that one sees, and no other."
    why = "Previews, motion videos and the old end of a cropped file still show what was cut away or covered."
    waivable = True
    default = Verdict.REVIEW
    passes = (examples.nobody(), examples.trace(Kind.IDENTITY))
    fails = (examples.trace(Kind.EMBEDDED), examples.trace(Kind.UNKNOWN, path="png/trailer"))

    def broken_by(self, trace: Trace) -> bool:
        return trace.kind is Kind.EMBEDDED or _after_the_end(trace)

    def message(self, channels: str) -> str:
        return phrase("the file holds another picture, a video, or data behind its end: {channels}", channels=channels)


class UnreadPart(TraceRule):
    """M104: the file has a part that nobody can read."""

    code = "M104"
    title = phrase("A part of the file that nobody can read")
    asks = "Every part of a posted file is understood."
    why = "What nobody can read may say where, who, or what was cut away."
    waivable = True
    default = Verdict.REVIEW
    passes = (examples.nobody(), examples.trace(Kind.UNKNOWN, path="png/trailer"))
    fails = (examples.trace(Kind.UNKNOWN),)

    def broken_by(self, trace: Trace) -> bool:
        return trace.kind is Kind.UNKNOWN and not _after_the_end(trace)

    def message(self, channels: str) -> str:
        return phrase("the file holds parts of unknown meaning: {channels}", channels=channels)


def _after_the_end(trace: Trace) -> bool:
    return not _BEHIND.isdisjoint(trace.path.split("/"))
