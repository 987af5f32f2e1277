"""C104: what the file says of whose it is, and under which terms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from imgpolicy.containers.parts import Right
from imgpolicy.domain.channel import in_form
from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.trace import Statement
from imgpolicy.domain.verdict import Finding, Remedy, RemedyKind, Verdict
from imgpolicy.domain.words import folded, holds
from imgpolicy.facts import Metadata, Unknown
from imgpolicy.phrase import Phrase, both, phrase
from imgpolicy.recognise.notices import Notice, Owners, read_notice
from imgpolicy.recognise.open_licences import OpenLicence, strictest
from imgpolicy.rules import examples
from imgpolicy.rules.base import Case, Rule
from imgpolicy.rules.remedies import change_posting

_TERMS = frozenset({Right.USAGE_TERMS, Right.WEB_STATEMENT, Right.LICENCE})
"""Where a file says on which terms it may be used."""

_SELLERS = frozenset({Right.LICENSOR_NAME, Right.LICENSOR_URL, Right.SUPPLIER})

OWNERSHIP = _TERMS | _SELLERS | {Right.COPYRIGHT, Right.COPYRIGHT_OWNER, Right.CREDIT, Right.SOURCE, Right.ATTRIBUTION}
"""Where a file says whose it is. A creator is no owner: employees make pictures that are their employer's."""

_ALL_RESERVED = re.compile(r"\ball rights? reserved|\balle rettigheder", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRights:
    """What a file says of whose it is: the statements that name somebody else, and whether any names us.

    `licence` is the open licence that it is under, None where there is none, or where something says otherwise.
    """

    others: tuple[tuple[Statement, Notice], ...]
    ours: bool
    licence: OpenLicence | None


def file_rights(rights: Iterable[Statement], owners: Owners) -> FileRights:
    """What these statements come to, for an organisation with these names."""
    read = [(said, read_notice(said.value, owners)) for said in rights if said.what in OWNERSHIP]
    ours = any(notice.ours for _, notice in read)
    others = tuple((said, notice) for said, notice in read if notice.others or (notice.reserves and not ours))
    licence = strictest(licence for _, notice in read for licence in notice.licences)
    otherwise = any(_says_otherwise(said, notice) for said, notice in others)
    return FileRights(others=others, ours=ours, licence=None if otherwise else licence)


class SomebodyElseOwnsIt(Rule):
    """A statement is the organisation's own when nothing is left of it without its names and the usual formulas.

    A Creative Commons licence in the file is read as one: what it asks of the posting is asked, and no more. Beside an
    agency, a seller or other terms it counts for nothing.
    """

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
        examples.rights(
            (Right.CREDIT, "Foto: Example Library. Må ikke gengives uden tilladelse."), owners=("Example Library",)
        ),
        examples.rights((Right.CREDIT, "Example Librarys fotograf"), owners=("Example Library",)),
        examples.rights((Right.COPYRIGHT, "N/A"), (Right.CREDIT, "OLYMPUS DIGITAL CAMERA")),
        examples.rights((Right.COPYRIGHT, "© A. Painter"), (Right.USAGE_TERMS, "CC0 1.0 Universal")),
        examples.rights((Right.COPYRIGHT, "© A. Painter, CC BY 4.0"), caption="Foto: A. Painter, CC BY 4.0"),
    )
    fails = (
        examples.rights((Right.COPYRIGHT, "© 2026 A. Painter")),
        examples.rights((Right.COPYRIGHT, "© A. Painter"), licence=CoverStatus.EXPIRED),
        examples.rights((Right.CREDIT, "Some Agency"), owners=("Example Library",)),
        examples.rights((Right.COPYRIGHT, "© Some Agency / Example Library"), owners=("Example Library",)),
        examples.rights(
            (Right.COPYRIGHT, "Example Library"), (Right.COPYRIGHT, "Some Agency"), owners=("Example Library",)
        ),
        examples.rights((Right.COPYRIGHT, "Example Library Photos Ltd"), owners=("Example Library",)),
        examples.rights((Right.LICENSOR_URL, "https://www.gettyimages.com/detail/1")),
        examples.rights((Right.USAGE_TERMS, "EDITORIAL USE ONLY")),
        examples.rights((Right.COPYRIGHT, "© A. Painter"), (Right.LICENCE, "CC BY 4.0"), caption="At the fair"),
        examples.rights((Right.COPYRIGHT, "© A. Painter, CC BY-NC 4.0"), caption="A. Painter, CC BY-NC 4.0"),
        examples.rights((Right.CREDIT, "Ritzau Scanpix"), (Right.USAGE_TERMS, "CC0")),
    )

    def judge(self, case: Case) -> Iterator[Finding]:
        metadata = case.facts.get(Metadata)
        covered = {work for work, coverage in case.matches.licences.items() if coverage.covered}
        licensed = any(match.certain and match.work in covered for match in case.matches.works)
        if isinstance(metadata, Unknown) or licensed:
            return
        owners = Owners(names=case.organisation.owners, domains=case.organisation.sought.mail_domains)
        read = file_rights(metadata.rights, owners)
        if read.licence is not None:
            yield from self._licensed(case, read.licence, metadata.rights, read)
        elif read.others:
            yield self._owned(case, [said for said, _ in read.others])

    def _owned(self, case: Case, others: Sequence[Statement]) -> Finding:
        return self.finding(
            phrase("the file says whose it is, and no licence is on record: {words}", words=_quoted(others)),
            evidence={"channels": [s.path for s in others], "statements": [s.value for s in others]},
            remedies=(
                _record(case),
                Remedy(
                    kind=RemedyKind.POLICY,
                    text=phrase("if it is your own, name yourselves in the policy: [rights] owners"),
                ),
            ),
        )

    def _licensed(
        self, case: Case, licence: OpenLicence, rights: Sequence[Statement], read: FileRights
    ) -> Iterator[Finding]:
        """What an open licence in the file asks for and the posting does not have; nothing of one's own."""
        if not licence.binds or (read.ours and not read.others):
            return
        line = ", ".join(filter(None, (author_of(rights, read), licence.name, licence.url)))
        credited = _credits(case.posting.caption or "", line, licence)
        unmet = tuple(_unmet(case, licence, credited=credited))
        if unmet:
            form = in_form(case.channel, line)
            add = change_posting(phrase("put this line into the caption: {line}", line=form))
            said = [said for said, _ in read.others]
            yield self.finding(
                phrase("the file says that it is under {licence}: {unmet}", licence=licence.name, unmet=both(unmet)),
                evidence={
                    "licence": licence.name,
                    "url": licence.url,
                    "credit": form,
                    "channels": [one.path for one in said],
                    "statements": [one.value for one in said],
                },
                remedies=(*(() if credited else (add,)), _record(case)),
            )


def author_of(rights: Iterable[Statement], read: FileRights) -> str:
    """Whom an open licence wants named, else whom the file names; empty where that is nobody."""
    every = tuple(rights)
    stated = [said.value for said in every if said.what == Right.ATTRIBUTION]
    named = stated or [notice.others for _, notice in read.others if notice.others]
    creators = [said.value for said in every if said.what == Right.CREATOR]
    return " / ".join(dict.fromkeys(" ".join(name.split()) for name in named or creators))


def _credits(caption: str, line: str, licence: OpenLicence) -> bool:
    """Whether the caption names the author and the licence, this by its name or its address."""
    names = line.removesuffix(f"{licence.name}, {licence.url}").strip(" ,")
    named = not names or holds(caption, [names])
    short = licence.name.removesuffix(f" {licence.version}")
    return named and (holds(caption, [short]) or folded(licence.url).rstrip("/") in folded(caption))


def _unmet(case: Case, licence: OpenLicence, *, credited: bool) -> Iterator[Phrase]:
    if licence.attribution and not credited:
        yield phrase("it asks for a credit line, and the caption does not hold it")
    if licence.non_commercial:
        yield phrase("it allows no commercial use, and somebody has to say whether this is one")
    if licence.no_derivatives and case.posting.edit:
        yield phrase("it allows no changes, and the picture was changed")


def _says_otherwise(said: Statement, notice: Notice) -> bool:
    """Whether a statement of somebody else's leaves nothing of an open licence beside it."""
    return (
        said.what in _TERMS | _SELLERS
        or notice.of_agency
        or notice.reserves
        or _ALL_RESERVED.search(said.value) is not None
    )


def _record(case: Case) -> Remedy:
    return Remedy(
        kind=RemedyKind.LICENCE,
        text=phrase("get a licence and record it: the picture as a work, then the licence to it"),
        command=f"imgpolicy licence add --from-picture {case.file}" if case.file else None,
    )


def _quoted(others: Iterable[Statement]) -> str:
    values = list(dict.fromkeys(said.value for said in others))
    words = "; ".join(f"“{value[:100]}”" for value in values[:3])
    return words if len(values) <= 3 else phrase("{words} and {count} more", words=words, count=len(values) - 3)
