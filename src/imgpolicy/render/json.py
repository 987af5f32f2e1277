"""Reports and facts as JSON, for programs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import msgspec

from imgpolicy.domain.decision import Release
from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.verdict import Finding, Value
from imgpolicy.facts import Codes, Faces, Facts, Fingerprint, Metadata, Provenance, Texts, Unknown
from imgpolicy.language import ENGLISH, Language
from imgpolicy.render import wire
from imgpolicy.render.others import other_facts
from imgpolicy.render.words import in_words, translated
from imgpolicy.report import DeclaredReport, FaceReport, PictureInfo, Report
from imgpolicy.text import printable
from imgpolicy.version import __version__

_LONG = 100_000


def reports_json(reports: Sequence[Report], language: Language = ENGLISH) -> str:
    """The reports as one JSON document, ending in a line break."""
    models = {model: None for report in reports for model in report.models}
    document = wire.ReportsWire(
        schema=wire.REPORT_SCHEMA,
        tool=wire.ToolWire(
            version=__version__,
            models=[wire.ModelWire(name=m.name, sha256=m.sha256, threshold=_rounded(m.threshold)) for m in models],
        ),
        reports=[_report(translated(report, language)) for report in reports],
    )
    return _encode(document)


def facts_json(facts: Facts, unknowns: Sequence[Unknown], language: Language = ENGLISH) -> str:
    """The facts of one picture as one JSON document, ending in a line break."""
    document = wire.InspectionWire(
        picture=_picture(facts.picture),
        facts=_facts(facts),
        not_checked=_unknowns(in_words(unknowns, language)),
    )
    return _encode(document)


def report_schema() -> str:
    """The JSON Schema of what `reports_json` gives."""
    schema = msgspec.json.schema(wire.ReportsWire)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": wire.REPORT_SCHEMA}
    return _encode(head | schema)


def _encode(document: object) -> str:
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def _report(report: Report) -> wire.ReportWire:
    return wire.ReportWire(
        picture=_picture(report.picture),
        verdict=report.verdict.word,
        valid_until=report.valid_until,
        made_at=report.made_at,
        posting=_posting(report.posting),
        faces=[_face(face) for face in report.faces],
        declared=[_declared(named) for named in report.declared],
        works=[
            wire.WorkWire(work=work.work, title=_text(work.title), certain=work.certain, licence=work.licence)
            for work in report.works
        ],
        findings=[_finding(finding) for finding in report.findings],
        waived=[
            wire.WaivedWire(
                finding=_finding(one.finding),
                by=_text(one.waiver.by),
                reason=_text(one.waiver.reason),
                until=one.waiver.until,
            )
            for one in report.waived
        ],
        not_checked=_unknowns(report.not_checked),
        policy=wire.PolicyWire(name=report.policy.name, sha256=report.policy.sha256, people=report.policy.people),
        register=wire.RegisterWire(head=report.register_head),
        release=None if report.release is None else _release(report.release),
        changes=[_text(change) for change in report.changes] or msgspec.UNSET,
    )


def _release(release: Release) -> wire.ReleaseWire:
    second = None if release.second is None else _text(release.second)
    return wire.ReleaseWire(by=_text(release.by), reason=_text(release.reason), second=second)


def _picture(picture: PictureInfo) -> wire.PictureWire:
    return wire.PictureWire(
        name=printable(picture.name, limit=_LONG),
        sha256=picture.sha256,
        format=picture.format,
        width=picture.width,
        height=picture.height,
    )


def _posting(posting: Posting) -> wire.PostingWire:
    return wire.PostingWire(
        channel=posting.channel,
        role=posting.role,
        purpose=posting.purpose,
        audience=posting.audience,
        setting=posting.setting,
        actor=_optional(posting.actor),
        origin=posting.origin,
        caption=posting.caption if posting.caption is None else _text(posting.caption),
        people=[printable(person) for person in posting.people],
        campaign=_optional(posting.campaign),
        territory=_optional(posting.territory),
        event=_optional(posting.event),
        edit=_optional(posting.edit),
        on=posting.on,
    )


def _face(face: FaceReport) -> wire.FaceWire:
    return wire.FaceWire(
        box=face.box,
        certainty=round(face.certainty, 4),
        person=face.person,
        score=_rounded(face.score),
        margin=_rounded(face.margin),
        consent=face.consent,
        status=face.status,
        candidates=list(face.candidates) or msgspec.UNSET,
        dismissal=face.dismissal or msgspec.UNSET,
        frame=face.frame or msgspec.UNSET,
    )


def _declared(named: DeclaredReport) -> wire.DeclaredWire:
    return wire.DeclaredWire(person=printable(named.person), consent=named.consent, status=CoverStatus(named.status))


def _finding(finding: Finding) -> wire.FindingWire:
    return wire.FindingWire(
        code=finding.code,
        verdict=finding.verdict.word,
        title=_text(finding.title),
        message=_text(finding.message),
        box=finding.box,
        evidence={key: _evidence(value) for key, value in finding.evidence.items()},
        remedies=[
            wire.RemedyWire(
                kind=remedy.kind,
                text=_text(remedy.text),
                automatic=remedy.automatic,
                command=_text(remedy.command) if remedy.command else None,
                covers=remedy.covers or msgspec.UNSET,
                keeps=remedy.keeps or msgspec.UNSET,
                letter=_lines(remedy.letter) if remedy.letter else msgspec.UNSET,
            )
            for remedy in finding.remedies
        ],
        paragraph=_optional(finding.paragraph),
    )


def _facts(facts: Facts) -> wire.FactsWire:
    faces, metadata, fingerprint = facts.get(Faces), facts.get(Metadata), facts.get(Fingerprint)
    provenance, texts, codes = facts.get(Provenance), facts.get(Texts), facts.get(Codes)
    others = {name: msgspec.Raw(msgspec.json.encode(fact)) for name, fact in other_facts(facts).items()}
    return wire.FactsWire(
        faces=None if isinstance(faces, Unknown) else _fact_faces(faces),
        metadata=None if isinstance(metadata, Unknown) else _metadata(metadata),
        provenance=None if isinstance(provenance, Unknown) else _provenance(provenance),
        fingerprint=None if isinstance(fingerprint, Unknown) else _fingerprint(fingerprint),
        texts=None if isinstance(texts, Unknown) else _texts(texts),
        codes=None if isinstance(codes, Unknown) else _codes(codes),
        others=others or msgspec.UNSET,
    )


def _texts(texts: Texts) -> list[wire.TextWire]:
    return [
        wire.TextWire(box=one.box, value=_text(one.value), confidence=round(one.confidence, 4), frame=one.frame)
        for one in texts.texts
    ]


def _codes(codes: Codes) -> list[wire.CodeWire]:
    return [
        wire.CodeWire(box=one.box, kind=_text(one.kind), value=_text(one.value), frame=one.frame) for one in codes.codes
    ]


def _fact_faces(faces: Faces) -> list[wire.FactFaceWire]:
    return [
        wire.FactFaceWire(
            box=face.box,
            certainty=round(face.certainty, 4),
            landmarks=[(round(x, 1), round(y, 1)) for x, y in face.landmarks],
            height=round(face.height, 1),
            sharpness=round(face.sharpness, 4),
            pose=wire.PoseWire(
                yaw=round(face.pose.yaw, 1), pitch=round(face.pose.pitch, 1), roll=round(face.pose.roll, 1)
            ),
            frame=face.frame,
        )
        for face in faces.faces
    ]


def _metadata(metadata: Metadata) -> wire.MetadataWire:
    return wire.MetadataWire(
        findings=[
            wire.TraceWire(channel=trace.channel, kind=trace.kind, offset=trace.offset, value=_text(trace.value))
            for trace in metadata.traces
        ],
        rights=[
            wire.StatementWire(what=said.what, channel=said.channel, value=_text(said.value))
            for said in metadata.rights
        ],
        decoded={_text(key): _text(value) for key, value in metadata.decoded.items()},
    )


def _provenance(provenance: Provenance) -> wire.ProvenanceWire:
    return wire.ProvenanceWire(
        present=provenance.present,
        manifests=[
            wire.ManifestWire(
                active=manifest.active,
                generator=_text(manifest.generator),
                actions=[_text(action) for action in manifest.actions],
                source_types=[_text(value) for value in manifest.source_types],
                state=_optional(manifest.state),
            )
            for manifest in provenance.manifests
        ],
    )


def _fingerprint(fingerprint: Fingerprint) -> wire.FingerprintWire:
    return wire.FingerprintWire(
        sha256=fingerprint.sha256, phash=f"{fingerprint.phash:016x}", pdq=f"{fingerprint.pdq[0]:064x}"
    )


def _unknowns(unknowns: Iterable[Unknown]) -> list[wire.UnknownWire]:
    return [wire.UnknownWire(what=_text(u.what), reason=_text(u.reason), lifts=u.lifts) for u in unknowns]


def _evidence(value: Value) -> wire.Evidence:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float):
        return _rounded(value)
    if value is None or isinstance(value, int):
        return value
    return [_text(item) if isinstance(item, str) else item for item in value]


def _rounded(value: float | None) -> float | None:
    """Four decimals; None for what JSON has no number for."""
    return None if value is None or not math.isfinite(value) else round(value, 4)


def _optional(text: str | None) -> str | None:
    return None if text is None else _text(text)


def _text(text: str) -> str:
    return printable(text, limit=_LONG)


def _lines(text: str) -> str:
    return "\n".join(_text(line) for line in text.split("\n"))
