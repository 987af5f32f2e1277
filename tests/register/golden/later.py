# mypy: ignore-errors
"""What could be recorded from the second layout on: see `fill.py`."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

from first import ANY, KEY, LATER, Filling, at, fingerprint

FACEBOOK = {"channel": "facebook", "purpose": "pr"}
"""Its audience is the public one, so that the word `public` stands in every report on it."""


class Later(Filling):
    """A register that is being filled through sessions."""

    def bare_works(self) -> None:
        """A work of which hashes alone are known, one that was removed, and one whose licence keeps its title."""
        from imgpolicy.domain.work import KnownFingerprint

        bare = [KnownFingerprint(pdq=fingerprint(108).pdq[0]), KnownFingerprint(sha256=f"{106:064x}")]
        self.register.add_work("Known by a hash", bare)
        self.register.add_work("Gone", [fingerprint(107)])
        self.register.remove_work("gone")
        self.register.remove_work("seal-of-quality")

    def logos(self, **words: object) -> None:
        """A small logo with one artwork that has a template and one that is too simple for it, not the large one."""
        from PIL import Image, ImageDraw

        from imgpolicy.domain.work import WorkKind
        from imgpolicy.enrol import logo_of

        files = []
        for name, simple in (("round", False), ("dot", True)):
            picture = Image.new("RGBA", (64, 64))
            pen = ImageDraw.Draw(picture)
            pen.ellipse((2, 2, 62, 62), fill=(20, 60, 160))
            if not simple:
                pen.polygon([(16, 44), (32, 12), (50, 48)], fill=(250, 210, 0))
                pen.rectangle((28, 30, 36, 56), fill=(200, 20, 20))
            path = self.folder / f"{name}.png"
            picture.save(path)
            files.append(logo_of(str(path)))
        self.register.remove_logo("example-library")
        prints, artworks = [file.fingerprint for file in files], [file.artwork for file in files]
        self.register.add_logo("Round", prints, artworks, kind=WorkKind.OWN_LOGO, **words)

    def consents(self) -> None:
        """Every state, and scopes in every dimension."""
        from imgpolicy.domain.consent import ConsentState, LegalBasis
        from imgpolicy.domain.scope import Scope
        from imgpolicy.register import changes
        from imgpolicy.register.evidence import add_evidence, add_notice

        dimensions = ("campaigns", "territories", "events", "edits")
        words = {name: frozenset({f"{name}-1", f"{name}-2"}) for name in dimensions}
        wide = Scope(channels=ANY, purposes=ANY, settings=frozenset({"private", "work"}))
        fine = Scope(channels=ANY, purposes=frozenset({"news", "pr"}), audiences=frozenset({"public"}), **words)
        barred = Scope(channels=frozenset({"linkedin"}), edits=frozenset({"collage"}))
        some = Scope(channels=frozenset({"website", "facebook"}), purposes=ANY)
        with self.register.writing() as session:
            notice = add_notice(session, "2026-01", "en", "We publish pictures of our events.").id
            add_notice(session, "2026-01", "da-DK", "Vi offentliggør billeder fra vores arrangementer.")
        told = {"notice": notice, "collected": "signed form"}
        self._say("grace", "c-g1", scope=wide, excluded=barred, until=LATER, max_publications=3, at=at(6), **told)
        self._say("grace", "c-g2", kind="biometric", valid_from=dt.date(2026, 1, 6), at=at(6, 10))
        self._say("grace", "c-g3", scope=some, basis=LegalBasis.LEGITIMATE_INTERESTS, at=at(6, 11))
        self._say("grace", "c-g4", ConsentState.OBJECTED, about="c-g3", reason="not in my name", at=at(7))
        self._say("mina", "c-m1", scope=fine, given_by="grace", until=LATER, at=at(7), **told)
        self._say("noor", "c-n1", ConsentState.REFUSED, given_by="grace", reason="not on the web", at=at(7))
        self._say("ellen", "c-e1", kind="biometric", at=at(8))
        self._say("ellen", "c-e2", ConsentState.REQUESTED, scope=some, at=at(8, 10), **told)
        self._say("rosa", "c-r1", kind="biometric", at=at(8))
        self._say("rosa", "c-r2", scope=some, until=dt.date(2026, 12, 31), at=at(8, 10))
        self._say("public", "c-p1", scope=some, at=at(9), **told)
        self._say("public", "c-p2", ConsentState.REFUSED, scope=Scope(channels=frozenset({"linkedin"})), at=at(9))
        self._say("public", "c-p3", scope=some, at=at(10))
        self._say("public", "c-p4", ConsentState.INVALIDATED, about="c-p3", reason="signed by another", at=at(10, 10))
        self._say("public", "c-p5", kind="biometric", at=at(11))
        self._faces()
        self._say("public", "c-p6", ConsentState.REVOKED, kind="biometric", reason="no longer wanted", at=at(12))
        with self.register.writing() as session:
            renewed = changes.renewal(session, "c-r2", LATER, "e-mail")
            changes.record_consent(session, renewed)
            add_evidence(session, "grace", "form.pdf", b"%PDF-1.7 signed by Grace", consent="c-g1")
            add_evidence(session, "rosa", "mail.eml", b"Dear all, yes. Rosa")
            add_evidence(session, "mina", "Formular für Mina.txt", b"Unterschrieben")

    def _say(
        self,
        person: str,
        name: str,
        state: str = "given",
        *,
        kind: str = "publication",
        until: dt.date | None = None,
        **fields: object,
    ) -> None:
        from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState

        consent = Consent(
            id=name, person=person, kind=ConsentKind(kind), state=ConsentState(state), valid_until=until, **fields
        )
        self.register.record_consent(consent)

    def licences(self) -> None:
        """One that covers, one that was ended with a post resting on it, one that ran out; and what proves them."""
        from imgpolicy.domain.licence import Licence
        from imgpolicy.domain.scope import Scope
        from imgpolicy.register.evidence import add_licence_evidence
        from imgpolicy.register.licences import add_licence

        wide = Scope(channels=ANY, purposes=frozenset({"pr", "news"}), territories=frozenset({"DK", "SE"}))
        credit = {"credit": "Photo: A. Painter", "credit_required": True}
        with self.register.writing() as session:
            for fields in (
                {"id": "l-1", "work": "poster", "terms": "one year", "url": "https://example.org/t", "scope": wide},
                {"id": "l-2", "work": "poster", "scope": Scope(channels=ANY, purposes=ANY), **credit},
                {"id": "l-3", "work": "seal-of-quality", "valid_until": dt.date(2026, 6, 30), "max_publications": 2},
            ):
                add_licence(session, Licence(licensor="The Harbour Gallery", at=at(12), **fields))
            add_licence_evidence(session, "l-1", "contract.pdf", b"%PDF-1.7 a contract")
            add_licence_evidence(session, "l-2", "offer.txt", b"an offer")

    def publications(self, *, licensed: bool) -> None:
        """One with every dimension, one taken down, one whose task is open, and one that shows somebody erased."""
        from imgpolicy.domain.publication import Publication
        from imgpolicy.register.publications import add_publication

        dimensions = {
            name: f"{name}-1" for name in ("purpose", "campaign", "audience", "territory", "setting", "event", "edit")
        }
        works = {"works": {"poster": "l-2", "seal-of-quality": None}} if licensed else {}
        with self.register.writing() as session:
            for name, number, fields in (
                ("p-1", 1, {"channel": "website", **dimensions, "people": {"grace": "c-g1", "mina": "c-m1"}}),
                ("p-2", 2, {"channel": "website", "purpose": "news", "people": {"public": "c-p1"}, **works}),
                ("p-3", 3, {"channel": "facebook", "purpose": "pr", "people": {"rosa": "c-r2", "grace": "c-g1"}}),
                ("p-4", 4, {"channel": "facebook", "purpose": "pr", "people": {"public": None}}),
            ):
                place = {"url": f"https://example.org/{name}", "published": dt.date(2026, 3, number)}
                add_publication(session, Publication(id=name, picture=f"{number:064x}", **place, **fields))

    def decisions(self) -> None:
        """Real reports on the demonstration's pictures: of each it is said here whom it is about."""
        from imgpolicy.domain.decision import Release
        from imgpolicy.domain.posting import Posting
        from imgpolicy.enrol import enrol_faces
        from imgpolicy.errors import PictureError

        self._decide("d-known", "portrait.jpg", {"eileen"}, **FACEBOOK)
        self._decide("d-nobody", "meadow.jpg", set(), **FACEBOOK, caption="For the public, by grace of the weather")
        self._decide("d-declared", "meadow.jpg", {"public", "mina"}, **FACEBOOK, people=("public", "mina"))
        self._decide("d-erased", "meadow.jpg", {"rosa", "grace"}, **FACEBOOK, people=("rosa", "grace"))
        self._decide("d-stranger", "two_people.jpg", {"eileen"}, channel="website", purpose="news")
        release = Release(by="A. Editor", reason="in good grace", second="B. Editor")
        self._decide("d-released", "interview.jpg", {"eileen"}, channel="linkedin", purpose="pr", release=release)
        photograph = self.folder / "pictures" / "portrait.jpg"
        enrol_faces(self.register, self.engine, "ellen", [str(photograph)])
        found = self._decide("d-ambiguous", "portrait.jpg", {"eileen", "ellen"}, **FACEBOOK)
        if [face["status"] for face in found["faces"]] != ["ambiguous"]:
            raise SystemExit(f"no ambiguous face: {found['faces']}")
        unread = self.checker.unreadable("broken.jpg", PictureError("it is cut off"), Posting(channel="facebook"))
        self._keep("d-unread", unread, set())

    def _decide(
        self, name: str, picture: str, about: set[str], *, release: object = None, **posting: object
    ) -> dict[str, object]:
        from imgpolicy.recording import released

        from imgpolicy.domain.posting import Origin, Posting, Role

        stated = Posting(role=Role.EMPLOYEE, origin=Origin.OWN, on=dt.date(2026, 5, 4), **posting)
        report = self.checker.check(f"pictures/{picture}", stated)
        return self._keep(name, report if release is None else released(report, release), about)

    def _keep(self, name: str, report: object, about: set[str]) -> dict[str, object]:
        """The report as it was recorded under this id."""
        from imgpolicy.domain.decision import Decision
        from imgpolicy.register.decisions import record_decision
        from imgpolicy.wire.report import reports_json

        text = reports_json([report])
        decision = Decision(
            id=name,
            picture=report.picture.sha256,
            policy=report.policy.sha256,
            head=report.register_head or "",
            verdict=report.verdict.word,
            report=text.encode(),
            release=report.release,
        )
        with self.register.writing() as session:
            record_decision(session, decision)
        self.about[name] = sorted(about)
        return json.loads(text)["reports"][0]

    def dismissals(self) -> None:
        """A stranger who is artwork, and one taken back; a report with the first in it; somebody asked who it is."""
        from imgpolicy.domain.terms import DismissedAs
        from imgpolicy.lookup import dismiss_face, look_up
        from imgpolicy.register.dismissals import reinstate

        pictures = self.folder / "pictures"
        said = {"compare": True, "by": "A. Reviewer"}
        source = str(pictures / "two_people.jpg")
        for number, what in ((2, DismissedAs.ARTWORK), (1, DismissedAs.NOT_A_FACE)):
            reason = f"face {number} is on a poster"
            kept = dismiss_face(self.register, self.engine, source, number=number, what=what, reason=reason, **said)
        with self.register.writing() as session:
            reinstate(session, kept.id, "B. Reviewer", "it is a person after all")
        found = self._decide("d-dismissed", "two_people.jpg", {"eileen", "ellen"}, **FACEBOOK)
        if not any("dismissal" in face for face in found["faces"]):
            raise SystemExit(f"no dismissed face: {found['faces']}")
        look_up(self.register, self.engine, str(pictures / "portrait.jpg"))

    def last_changes(self) -> None:
        """What takes back, ends, changes and erases."""
        from imgpolicy.register import changes, upkeep
        from imgpolicy.register.erasure import erase_person
        from imgpolicy.register.publications import close_takedown

        self._say("public", "c-p7", "withdrawn", reason="moved away")
        with self.register.writing() as session:
            close_takedown(session, "p-4")
            changes.edit_person(session, dataclasses.replace(session.person("noor"), relation="former pupil"))
            if hasattr(session, "licences"):
                from imgpolicy.register.licences import end_licence

                end_licence(session, "l-2", "the gallery closed")
            changes.remove_faces(session, "ellen", [self._small_faces(session)[0]])
        erase_person(self.register, "rosa")
        self.about["d-erased"] = []
        with self.register.writing() as session:
            upkeep.change_key(session, KEY)

    @staticmethod
    def _small_faces(session: object) -> list[int]:
        return [number for number, *_ in session.transaction.consent_faces("ellen")]

    def more_contents(self, revision: str) -> dict[str, object]:
        """What came with the later ones."""
        from imgpolicy.register.decisions import decisions
        from imgpolicy.register.evidence import evidence_of, notices
        from imgpolicy.register.publications import publications, takedowns

        people = self.register.people()
        with self.register.reading() as session:
            there = {decision.id: decision.report is not None for decision in decisions(session)}
            found = {
                "notices": sorted(notice.id for notice in notices(session)),
                "evidence": sorted(file.name for person in people for file in evidence_of(session, person.id)),
                "publications": {p.id: [dict(p.people), p.down is not None] for p in publications(session)},
                "takedowns": sorted([t.publication.id, t.cause, t.closed is not None] for t in takedowns(session)),
                "decisions": {name: {"about": self.about[name], "report": there[name]} for name in there},
            }
            if revision >= "0003":
                from imgpolicy.register.evidence import licence_evidence

                found["publication_works"] = {p.id: dict(p.works) for p in publications(session) if p.works}
                found["licences"] = {one.id: _licensed(one) for one in session.licences()}
                found["evidence"] = sorted([*found["evidence"], *(e.name for e in licence_evidence(session))])
            if revision >= "0004":
                from imgpolicy.register.dismissals import dismissals

                found["dismissals"] = {one.id: one.ending is not None for one in dismissals(session)}
            if revision >= "0006":
                found["artworks"] = {logo.id: len(logo.artworks) for logo in self.register.logos()}
        return found


def _licensed(licence: object) -> list[object]:
    ended = None if licence.end is None else licence.end.reason
    return [licence.work, licence.licensor, licence.terms, licence.credit, str(licence.valid_until), ended]
