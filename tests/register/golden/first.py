# mypy: ignore-errors
"""What a register of every layout can hold, and how its code was called at first: see `fill.py`."""

from __future__ import annotations

import datetime as dt
import inspect
from pathlib import Path

import numpy as np

KEY = bytes(range(32))
TODAY = dt.datetime.now().astimezone().date()
LATER = dt.date(TODAY.year + 20, 6, 30)
ANY = frozenset({"any"})
ENGINE = "golden-8"
SCOPE = ("channels", "purposes", "campaigns", "audiences", "territories", "settings", "events", "edits")


def at(day: int, hour: int = 9) -> dt.datetime:
    """A time of January in which statements are made, one after the other."""
    return dt.datetime(2026, 1, day, hour, 30, 15, 250_000, tzinfo=dt.UTC)


def fingerprint(number: int) -> object:
    """The fingerprint of no picture, another for each number."""
    from imgpolicy.facts import Fingerprint

    bits = np.random.default_rng(number).integers(0, 2**63, size=5, dtype=np.uint64)
    pdq = int.from_bytes(bits[:4].tobytes(), "little")
    return Fingerprint(sha256=f"{number:064x}", phash=int(bits[4]), pdq=(pdq,) * 8, quality=80)


def stated(consent: object) -> dict[str, object]:
    """What a consent says, but for the time of the statement and what it does not say."""
    names = ("kind", "state", "valid_from", "valid_until", "max_publications", "basis", "given_by")
    found = {
        name: getattr(consent, name, None) for name in ("person", *names, "collected", "notice", "about", "reason")
    }
    scopes = {"scope": getattr(consent, "scope", consent), "excluded": getattr(consent, "excluded", None)}
    found |= {name: {one: sorted(getattr(scope, one, ())) for one in SCOPE} for name, scope in scopes.items()}
    said = {name: value for name, value in found.items() if value is not None}
    for name in scopes:
        said[name] = {one: words for one, words in said[name].items() if words}
    return {name: str(value) if isinstance(value, dt.date) else value for name, value in said.items()}


class Filling:
    """One register that is being filled."""

    def __init__(self, checker: object, folder: Path) -> None:
        from imgpolicy.checker import face_engine

        self.checker = checker
        self.register = checker.register
        self.folder = folder
        arguments = (checker.policy.engine, checker.policy.folder) if hasattr(checker.policy, "folder") else ()
        arguments = arguments or (checker.policy.engine,)
        self.engine = face_engine(*arguments[: len(inspect.signature(face_engine).parameters)])
        self.about: dict[str, list[str]] = {}

    def people(self) -> None:
        """Beside the demonstration's: a guardian and her child, a double, somebody to be erased, and one `public`."""
        from imgpolicy.domain.person import Person

        for person in (
            Person(id="grace", name="Grace Hopper", relation="staff", born=dt.date(1906, 12, 9)),
            Person(id="mina", name="Mina Hopper", born=dt.date(TODAY.year - 8, 3, 2), guardian="grace"),
            Person(id="noor", name="Noor Hopper", relation="pupil", guardian="grace"),
            Person(id="ellen", name="Ellen Collins", relation="twin of Eileen"),
            Person(id="rosa", name="Rosa Ärger", relation="volunteer", born=dt.date(1980, 2, 29)),
            Person(id="public", name="Paula Ublic"),
        ):
            self.register.add_person(person)

    def works(self) -> None:
        """A work of two pictures, the later one first, and marks of the other kinds."""
        from imgpolicy.domain.work import WorkKind

        add = self.register.add_work
        add("Poster of the sea", [fingerprint(102), fingerprint(101)], owner="A. Painter", work_id="poster")
        add("Rival", [fingerprint(103)], kind=WorkKind.COMPETITOR_LOGO, owner="Rival Ltd")
        add("Seal of quality", [fingerprint(104)], kind=WorkKind.THIRD_PARTY_MARK)
        if "RESTRICTED" in WorkKind.__members__:
            add("Plan of the vault", [fingerprint(105)], kind=WorkKind.RESTRICTED)

    def consents(self) -> None:
        """What could be stated when a consent had three dimensions and three states."""
        from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState

        bio = {"kind": ConsentKind.BIOMETRIC}
        pub = {"kind": ConsentKind.PUBLICATION}
        given, refused, withdrawn = ConsentState.GIVEN, ConsentState.REFUSED, ConsentState.WITHDRAWN
        wide = {"channels": ANY, "purposes": ANY, "settings": frozenset({"private", "work"})}
        some = {"channels": frozenset({"website", "facebook"}), "purposes": frozenset({"news", "pr"})}
        for fields in (
            {"id": "c-g1", "person": "grace", **pub, "state": given, **wide, "valid_until": LATER, "at": at(6)},
            {"id": "c-g2", "person": "grace", **bio, "state": given, "valid_from": at(6).date(), "at": at(6, 10)},
            {"id": "c-m1", "person": "mina", **pub, "state": given, **some, "collected": "form", "at": at(7)},
            {"id": "c-n1", "person": "noor", **pub, "state": refused, "reason": "her mother said no", "at": at(7)},
            {"id": "c-e1", "person": "ellen", **bio, "state": given, "at": at(8)},
            {"id": "c-r1", "person": "rosa", **bio, "state": given, "at": at(8)},
            {"id": "c-r2", "person": "rosa", **pub, "state": given, **some, "valid_until": LATER, "at": at(8, 10)},
            {"id": "c-p1", "person": "public", **pub, "state": given, **some, "at": at(9)},
            {"id": "c-p2", "person": "public", **pub, "state": refused, "channels": {"linkedin"}, "at": at(9)},
        ):
            self.register.record_consent(Consent(**fields))
        self._faces()
        self.register.record_consent(Consent(person="rosa", **bio, state=withdrawn, reason="changed her mind"))

    def _faces(self) -> None:
        """Small vectors of an engine that nobody has; the double is also known by the demonstration's face."""
        for number, person in enumerate(("grace", "ellen", "rosa")):
            vectors = np.random.default_rng(number).normal(size=(2, 8)).astype(np.float32)
            self.register.add_faces(person, ENGINE, list(vectors))

    def contents(self) -> dict[str, object]:
        """What every layout has."""
        return {
            "people": {person.id: person.name for person in self.register.people()},
            "guardians": {person.id: person.guardian for person in self.register.people() if person.guardian},
            "consents": {consent.id: stated(consent) for consent in self.register.consents()},
            "works": {
                work.id: [work.kind.value, work.title, work.owner, sorted(p.sha256 or "" for p in work.fingerprints)]
                for work in self.register.works()
            },
            "faces": sorted([count.person, count.engine, count.count] for count in self.register.faces()),
        }
