"""A licence from what a picture's file says of it: read first, shown, and recorded when somebody says so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from imgpolicy.containers.parts import Right
from imgpolicy.domain.ids import new_id
from imgpolicy.domain.licence import Licence
from imgpolicy.domain.scope import ANY, NOTHING_LISTED, Scope
from imgpolicy.domain.trace import Statement
from imgpolicy.domain.work import KnownFingerprint
from imgpolicy.enrol import work_picture
from imgpolicy.errors import RequestError
from imgpolicy.extract.metadata import MetadataExtractor
from imgpolicy.extract.provenance import ProvenanceExtractor
from imgpolicy.phrase import phrase
from imgpolicy.recognise.notices import Owners
from imgpolicy.register.evidence import add_licence_evidence
from imgpolicy.register.licences import add_licence
from imgpolicy.register.works import add_work, already_there
from imgpolicy.rules.rights import FileRights, author_of, file_rights
from imgpolicy.service.grants import Proof, accept_words
from imgpolicy.service.workspace import Workspace
from imgpolicy.sources import open_picture

_ADDRESS = re.compile(r"https?://[^\s;,]+")
_SOLD_BY = (Right.LICENSOR_NAME, Right.SUPPLIER, Right.COPYRIGHT_OWNER, Right.CREDIT)
"""Who gives a licence, the surest first; else whom the file names as an owner."""
_ADDRESSES = (Right.LICENCE, Right.LICENSOR_URL, Right.WEB_STATEMENT)
_INVALID = "Invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceInFile:
    """What a file says of a licence to it, as a licence that could be recorded, and the statements that say so.

    `work` is the work that this very file stands for already; None where it is to be added, called `title`. The
    licence's own `work` is empty until it is recorded.
    """

    licence: Licence
    title: str
    work: str | None
    said: tuple[Statement, ...]
    picture: KnownFingerprint


def read_licence(workspace: Workspace, source: str, *, licensor: str | None = None) -> LicenceInFile:
    """What the file of this picture, by path or URL, says of a licence to it; nothing is recorded.

    `licensor` is who gives it where somebody knows better than the file.
    An open licence covers every channel and purpose unless it is for no commercial use; any other covers none until
    somebody says which. Raises PictureError when the picture cannot be read, RequestError when its file names nobody
    who could license it, or has a C2PA manifest that does not verify.
    """
    picture = open_picture(source)
    organisation = workspace.policy.organisation
    rights = MetadataExtractor().extract(picture).rights
    if any(one.state == _INVALID for one in ProvenanceExtractor().extract(picture).manifests):
        raise RequestError(
            phrase("{picture}: its C2PA manifest does not verify, so nothing is recorded by it", picture=picture.name)
        )
    read = file_rights(rights, Owners(names=organisation.owners, domains=organisation.sought.mail_domains))
    licence = _open_licence(rights, read, licensor) if read.licence else _sold_licence(rights, read, licensor)
    if licence is None:
        raise RequestError(
            phrase("{picture}: its file names nobody who licenses it: say who does (--licensor)", picture=picture.name)
        )
    known = work_picture(source)
    with workspace.register.reading() as unit:
        work = already_there(unit, [known]).get(0)
    said = tuple(one for one in rights if one.what != Right.DIGITAL_SOURCE_TYPE)
    return LicenceInFile(licence=licence, title=Path(picture.name).stem, work=work, said=said, picture=known)


def record_from_file(
    workspace: Workspace, read: LicenceInFile, licence: Licence, *, proof: Sequence[Proof] = ()
) -> Licence:
    """The licence as it is kept, with its proof; the picture becomes a work where it is none yet. All, or nothing.

    Raises RequestError as `grants.accept_words` does, RegisterError when the register refuses.
    """
    accept_words(workspace.kept, licence)
    with workspace.register.writing() as unit:
        work = read.work or add_work(unit, read.title, [read.picture], owner=licence.licensor).id
        recorded = add_licence(unit, replace(licence, id=new_id("l"), work=work))
        for file in proof:
            add_licence_evidence(unit, recorded.id, file.name, file.content)
    return recorded


def _open_licence(rights: Sequence[Statement], read: FileRights, licensor: str | None) -> Licence | None:
    licence = read.licence
    author = author_of(rights, read) or licensor
    if licence is None or not author:
        return None
    everywhere = Scope(channels=frozenset({ANY}), purposes=frozenset({ANY}))
    line = f"{author}, {licence.name}, {licence.url}"
    return Licence(
        work="",
        licensor=licensor or author,
        terms=licence.name,
        url=licence.url,
        scope=NOTHING_LISTED if licence.non_commercial else everywhere,
        credit=line if licence.attribution else None,
        credit_required=licence.attribution,
    )


def _sold_licence(rights: Sequence[Statement], read: FileRights, licensor: str | None) -> Licence | None:
    named = {said: notice.others for said, notice in read.others if notice.others}
    sellers = [named[said] for what in _SOLD_BY for said in named if said.what == what]
    others = [names for said, names in named.items() if said.what in {Right.COPYRIGHT, Right.ATTRIBUTION}]
    licensor = licensor or next(iter((*sellers, *others)), None)
    if licensor is None:
        return None
    terms = "; ".join(dict.fromkeys(_of(rights, Right.USAGE_TERMS)))
    addresses = [found[0] for what in _ADDRESSES for text in _of(rights, what) if (found := _ADDRESS.search(text))]
    return Licence(
        work="",
        licensor=licensor,
        terms=terms or None,
        url=next(iter(addresses), None),
        credit=next(iter(_of(rights, Right.CREDIT)), None),
    )


def _of(rights: Iterable[Statement], what: Right) -> list[str]:
    return [said.value for said in rights if said.what == what]
