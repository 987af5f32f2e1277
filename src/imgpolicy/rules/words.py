"""A case in words, as the pages of rules describe it: what was found in the picture, and what was declared."""

from __future__ import annotations

from collections.abc import Iterator

from imgpolicy.domain.terms import PeopleMode
from imgpolicy.facts import Codes, Metadata, Provenance, Texts, Unknown
from imgpolicy.match import FaceMatch, PossiblePerson
from imgpolicy.rules.base import Case, Organisation
from imgpolicy.rules.works import like, marks


def case_in_words(case: Case) -> str:
    """One sentence without a full stop: what a built-in rule could judge the case by."""
    return "; ".join([*(_found(case) or ["nothing in it"]), *_declared(case), *_organisation(case.organisation)])


def _found(case: Case) -> list[str]:
    words = [_face(face) for face in case.matches.faces]
    words += [f"{_who(possible)} is named by the editor" for possible in case.matches.declared]
    for mark in marks(case):
        licence = case.matches.licences.get(mark.work)
        said = f", licence {licence.status}" if licence else ""
        asked = (
            f", which asks for the credit line “{credit}”" if (credit := case.matches.credits.get(mark.work)) else ""
        )
        words.append(f"{like(mark)} the {mark.kind} “{mark.title}”{said}{asked}")
    words += [f"{_who(one.possible)} is named in the {one.written.where}" for one in case.matches.named]
    words += [f"the {mark.kind} “{mark.title}” is written in the {mark.where}" for mark in case.matches.marks]
    return [*words, *_read(case), *_file(case), *(_unknown(unknown) for unknown in case.unknowns)]


def _read(case: Case) -> Iterator[str]:
    texts, codes = case.facts.get(Texts), case.facts.get(Codes)
    if not isinstance(texts, Unknown) and texts.texts:
        yield f"it reads {', '.join(f'“{text.value}”' for text in texts.texts)}"
    if not isinstance(codes, Unknown):
        yield from (f"a code ({code.kind}) holds “{' '.join(code.value.split())}”" for code in codes.codes)


def _face(face: FaceMatch) -> str:
    who = " or ".join(_who(possible) for possible in face.possible_people)
    poor = f", {face.poor}" if face.poor else ""
    return f"a face: {face.status}{f', {who}' if who else ''}{poor}"


def _who(possible: PossiblePerson) -> str:
    return f"{possible.person} (consent {possible.coverage.status})"


def _file(case: Case) -> Iterator[str]:
    metadata, provenance = case.facts.get(Metadata), case.facts.get(Provenance)
    if not isinstance(metadata, Unknown):
        yield from (f"the file has {trace.kind} in {trace.path}" for trace in metadata.traces)
        yield from (f"the file says {said.what} “{said.value}”" for said in metadata.rights)
    if not isinstance(provenance, Unknown):
        for manifest in provenance.manifests:
            if manifest.source_types:
                yield f"the file's manifest says {', '.join(manifest.source_types)}"
            if manifest.state == "Invalid":
                yield f"the file's manifest does not verify ({', '.join(manifest.failures) or 'no reason is given'})"


def _unknown(unknown: Unknown) -> str:
    asked = "the policy asks for it" if unknown.lifts else "the policy does not ask for it"
    return f"not looked at: {unknown.what} ({unknown.reason}; {asked})"


def _declared(case: Case) -> Iterator[str]:
    yield f"posted as {', '.join(case.posting.stated)}"
    if case.posting.caption is not None:
        yield f"caption “{case.posting.caption}”"
    if case.matches.wider_audience is not None:
        wider_audience = case.matches.wider_audience
        said = [*(_who(possible) for possible in wider_audience.possible_people)]
        said += ["a face that is not let through" for _ in wider_audience.stopped]
        said += [f"licence {coverage.status}" for coverage in wider_audience.licences.values()]
        yield f"the channel reaches the audience {wider_audience.audience}, for which: {', '.join(said)}"
    yield from (f"posted on {one.channel} on {one.published} before" for one in case.matches.posted)
    if case.channel is not None and case.channel.fresh_days is not None:
        yield f"fresh_days is {case.channel.fresh_days}"
    if case.matches.mode is not PeopleMode.IDENTIFY:
        yield f"people.mode is {case.matches.mode}"


def _organisation(organisation: Organisation) -> Iterator[str]:
    if organisation.owners:
        yield f"owners {', '.join(organisation.owners)}"
    if organisation.logo_roles != Organisation().logo_roles:
        yield f"own logo for {', '.join(organisation.logo_roles) or 'nobody'}"
    if organisation.also_businesses:
        yield "text.also_businesses is true"
    lists = {
        "mail domains": organisation.sought.mail_domains,
        "patterns": tuple(pattern.shape for pattern in organisation.sought.patterns),
        "officials": organisation.officials,
        "names": organisation.names,
        "disclaimers": organisation.disclaimers,
        "topics": organisation.topics,
    }
    yield from (f"{what} {', '.join(words)}" for what, words in lists.items() if words)
