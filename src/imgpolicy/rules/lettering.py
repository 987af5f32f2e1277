"""R106, C107 and L105: our mail, names of picture agencies, and word marks, wherever they can be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from imgpolicy.domain.posting import Origin, Role
from imgpolicy.domain.trace import WORDLESS
from imgpolicy.domain.verdict import Covered, Finding, Remedy, RemedyKind, Verdict, Where
from imgpolicy.domain.work import WorkKind
from imgpolicy.facts import Codes, Metadata, Texts, Unknown
from imgpolicy.match import WrittenMark
from imgpolicy.phrase import phrase
from imgpolicy.recognise import Kind, work_mail
from imgpolicy.recognise.readings import Said
from imgpolicy.rules import examples
from imgpolicy.rules.base import Case, Rule
from imgpolicy.rules.disclosed import SHOWS, shown, shows, take_out
from imgpolicy.rules.remedies import REPLACE, change_posting, redact, reviewer

_AS_EMPLOYEE = change_posting(phrase("post it as an employee"))
_THINK = reviewer(phrase("let somebody think about whether the name may be shown"))
_STRIP = phrase("take the metadata out")
_ANOTHER_ACCOUNT = change_posting(phrase("post it from an account that has another address"))
_DOMAINS = ("example-library.org",)


class WorkMailInPrivate(Rule):
    """Asked where the policy has [organisation] mail_domains: of the picture, the caption, the file and the account."""

    code = "R106"
    title = phrase("Work mail in the private role")
    asks = "A private person does not use the organisation's mail addresses."
    why = "An address says who speaks, as a logo does: what a private person writes is taken for the organisation's."
    default = Verdict.NO_GO
    uses = (Texts, Codes, Metadata)
    reads_values = False
    passes = (
        examples.nobody(),
        examples.reading("mj@example-library.org", mail_domains=_DOMAINS),
        examples.reading("mj@example.net", role=Role.PRIVATE, mail_domains=_DOMAINS),
        examples.reading("www.example-library.org", role=Role.PRIVATE, mail_domains=_DOMAINS),
        examples.reading("mj@example-library.org", role=Role.PRIVATE),
    )
    fails = (
        examples.reading("mj@example-library.org", role=Role.PRIVATE, mail_domains=_DOMAINS),
        examples.reading("mettegexample-library.org", role=Role.PRIVATE, mail_domains=_DOMAINS),
        examples.reading(caption="Write to mj@example-library.org", role=Role.PRIVATE, mail_domains=_DOMAINS),
        examples.from_account("mj@example-library.org", mail_domains=_DOMAINS),
        examples.in_file("mj@example-library.org", mail_domains=_DOMAINS),
        examples.in_file(None, mail_domains=_DOMAINS),
    )

    def judge(self, case: Case) -> Iterator[Finding]:
        domains = case.organisation.sought.mail_domains
        if case.posting.role is not Role.PRIVATE or not domains:
            return
        for said in (*case.said, *case.reader.filed, *_of_account(case, domains)):
            if said.what.kind is Kind.WORK_MAIL:
                found = self.finding(
                    phrase("{shows} a mail address at {domain}", shows=shows(said), domain=said.what.name),
                    box=said.box,
                    evidence=shown(said),
                    remedies=(*_ways_out(case, said), _AS_EMPLOYEE),
                    at_most=Verdict.NO_GO if said.what.certain else Verdict.REVIEW,
                )
                yield replace(found, reading=said.what.value)
        if _not_kept(case):
            message = phrase("whether the file holds a mail address is not known: what its metadata say is not kept")
            evidence = {"where": Where.FILE.value}
            yield self.finding(message, evidence=evidence, remedies=(_stripped(case),), at_most=Verdict.REVIEW)


def _not_kept(case: Case) -> bool:
    """True when the file says something of which only the place and the kind were kept."""
    metadata = case.facts.get(Metadata)
    if isinstance(metadata, Unknown) or case.reader.knows_values:
        return False
    return any(trace.kind not in WORDLESS for trace in metadata.traces)


def _of_account(case: Case, domains: tuple[str, ...]) -> Iterator[Said]:
    """Addresses in what the editor is called."""
    yield from (Said(what=one, where=Where.ACCOUNT) for one in work_mail(case.posting.actor or "", domains))


def _ways_out(case: Case, said: Said) -> tuple[Remedy, ...]:
    if said.where is Where.FILE:
        return (_stripped(case),)
    return (_ANOTHER_ACCOUNT,) if said.where is Where.ACCOUNT else take_out(case, said)


def _stripped(case: Case) -> Remedy:
    return Remedy(kind=RemedyKind.STRIP, text=_STRIP, automatic=True, command=case.clean_command())


class AgencyInSight(Rule):
    """A watermark, which is certain, says that the picture was never paid for; a line of credit asks for a look.

    A work in the register with a licence that covers the posting needs none, nor does a line of credit where the editor
    says that the picture is licensed.
    """

    code = "C107"
    title = phrase("Watermark or credit of a picture agency")
    asks = "A picture that names a picture agency is posted only under a licence."
    why = (
        "Agencies look for their pictures, and what is posted without a licence is paid for at several times the price."
    )
    default = Verdict.NO_GO
    waivable = True
    uses = (Texts,)
    passes = (
        examples.nobody(),
        examples.reading("Stockholm", "EPA approved", "shutters and stock"),
        examples.reading(caption="Foto: Bo Hansen / Ritzau Scanpix", origin=Origin.LICENSED),
    )
    fails = (
        examples.reading("gettyimages"),
        examples.reading("Foto: Bo Hansen/Ritzau Scanpix"),
        examples.reading("shutterstock", origin=Origin.LICENSED),
        examples.reading(caption="Foto: Bo Hansen / Ritzau Scanpix"),
    )

    def judge(self, case: Case) -> Iterator[Finding]:
        covered = {work for work, coverage in case.matches.licences.items() if coverage.covered}
        if any(match.certain and match.work in covered for match in case.matches.works):
            return
        for said in case.said:
            watermark = said.what.certain and said.where is Where.PICTURE
            if said.what.kind is Kind.AGENCY and (watermark or case.posting.origin is not Origin.LICENSED):
                yield self.finding(
                    phrase(
                        "{shows} the name of {agency}, and no licence is on record",
                        shows=shows(said),
                        agency=said.what.name,
                    ),
                    box=said.box,
                    evidence=shown(said),
                    remedies=(_licence(case), REPLACE),
                    at_most=Verdict.NO_GO if watermark else Verdict.REVIEW,
                )


def _licence(case: Case) -> Remedy:
    return Remedy(
        kind=RemedyKind.LICENCE,
        text=phrase("get a licence and record it: the picture as a work, then the licence to it"),
        command=f"imgpolicy work add {case.file} --title TITLE --owner OWNER" if case.file else None,
    )


_MARKS = {
    WorkKind.OWN_LOGO: phrase("the organisation's word mark"),
    WorkKind.COMPETITOR_LOGO: phrase("a competitor's word mark"),
    WorkKind.THIRD_PARTY_MARK: phrase("a third party's word mark"),
}


class WordMarkInSight(Rule):
    """Our own is as a logo is: a private person does not show it. What a caption says of us is R103's.

    A competitor's or a third party's is a review at the most, and none under a licence that covers the posting.
    """

    code = "L105"
    title = phrase("Word mark in sight")
    asks = "Word marks are held to what is asked of logos: our own not in private, another's only after a thought."
    why = "A name in other letters than its logo's is the same name, and says as much."
    default = Verdict.NO_GO
    waivable = True
    uses = (Texts,)
    passes = (
        examples.nobody(),
        examples.written_mark(WorkKind.OWN_LOGO),
        examples.written_mark(WorkKind.OWN_LOGO, role=Role.PRIVATE, where=Where.CAPTION),
    )
    fails = (
        examples.written_mark(WorkKind.OWN_LOGO, role=Role.PRIVATE),
        examples.written_mark(WorkKind.OWN_LOGO, role=Role.PRIVATE, certain=False),
        examples.written_mark(WorkKind.COMPETITOR_LOGO),
        examples.written_mark(WorkKind.COMPETITOR_LOGO, where=Where.CAPTION),
    )

    def judge(self, case: Case) -> Iterator[Finding]:
        for mark in case.matches.marks:
            own = mark.kind is WorkKind.OWN_LOGO
            if own and (case.posting.role is not Role.PRIVATE or mark.where is Where.CAPTION):
                continue
            licence = case.matches.licences.get(mark.work)
            if licence is not None and licence.covered:
                continue
            yield self.finding(
                phrase("{where} {mark} “{title}”", where=SHOWS[mark.where], mark=_MARKS[mark.kind], title=mark.title),
                box=mark.box,
                evidence={
                    "logo": mark.title,
                    "words": mark.words,
                    "where": mark.where.value,
                    **({"frame": mark.frame} if mark.frame else {}),
                },
                remedies=_ways_past(case, mark),
                at_most=Verdict.NO_GO if own and mark.certain else Verdict.REVIEW,
            )


def _ways_past(case: Case, mark: WrittenMark) -> tuple[Remedy, ...]:
    thought = _AS_EMPLOYEE if mark.kind is WorkKind.OWN_LOGO else _THINK
    if mark.where is Where.CAPTION:
        return (change_posting(phrase("take it out of the caption")), thought)
    return (thought, redact(case, Covered.TEXT), REPLACE)
