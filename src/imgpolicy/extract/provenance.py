"""C2PA manifests: that there are some is seen in the bytes; what they say is read by c2pa-python, the extra `c2pa`.

Nothing is fetched: neither manifests that stand elsewhere nor answers on certificates.
"""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Iterator, Sequence

import msgspec

from imgpolicy.containers.parts import printable
from imgpolicy.errors import ExtractError
from imgpolicy.facts import Fact, Manifest, Provenance, Unknown
from imgpolicy.phrase import message_of, phrase
from imgpolicy.picture import Picture

_MARK = b"jumdc2pa\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71"
"""The description of the box that holds all manifests: its type and UUID (C2PA 2.2, 11.1.4.2). In every format these
bytes stand in a row, in the first segment where there are several."""

_ACTIONS = "c2pa.actions"
_MOST = 100
"""Manifests that are read, and actions and source types that are kept of each."""
_SETTINGS = {
    "verify": {
        "remote_manifest_fetch": False,
        "ocsp_fetch": False,
        # Without a list of whom to trust, every signature would be called one of nobody known.
        "verify_trust": False,
    }
}


class _Action(msgspec.Struct):
    action: str = ""
    digital_source_type: str | None = msgspec.field(default=None, name="digitalSourceType")


class _Data(msgspec.Struct):
    actions: list[_Action] = []
    digital_source_type: str | None = msgspec.field(default=None, name="digitalSourceType")


class _Assertion(msgspec.Struct):
    label: str = ""
    data: msgspec.Raw = msgspec.Raw(b"null")


class _Generator(msgspec.Struct):
    name: str | None = None
    version: str | None = None


class _Manifest(msgspec.Struct):
    claim_generator: str | None = None
    claim_generator_info: list[_Generator] = []
    assertions: list[_Assertion] = []


class _Status(msgspec.Struct):
    code: str = ""


class _Store(msgspec.Struct):
    active_manifest: str | None = None
    validation_status: list[_Status] | None = None
    manifests: dict[str, _Manifest] = {}


class ProvenanceExtractor:
    """Finds the `Provenance` of a picture."""

    gives: type[Fact] = Provenance
    name = "provenance"
    version = "2"
    sensitive = False

    def __init__(self) -> None:
        self.options = "c2pa" if importlib.util.find_spec("c2pa") else ""
        """What reads the manifests: without it only their presence is seen."""

    def extract(self, picture: Picture) -> Provenance:
        """Whether there are manifests, and what they say; where they cannot be read, an unknown says so."""
        if _MARK not in picture.data:
            return Provenance(present=False)
        try:
            manifests = tuple(_manifests(*_read(picture)))
        except ExtractError as error:
            return Provenance(present=True, unknowns=(Unknown(what=phrase("c2pa manifest"), reason=message_of(error)),))
        return Provenance(present=True, manifests=manifests)


def _read(picture: Picture) -> tuple[_Store, str | None]:
    """What stands in the file's manifests, and the state of the active one's signature; ExtractError when unread."""
    try:
        import c2pa
    except ImportError as error:
        raise ExtractError(
            phrase("the file holds one, and what it says is not read; pip install 'imgpolicy[c2pa]'")
        ) from error
    try:
        with (
            c2pa.Context.from_dict(_SETTINGS) as context,
            c2pa.Reader(None, io.BytesIO(picture.data), context=context) as reader,
        ):
            return msgspec.json.decode(reader.json(), type=_Store), reader.get_validation_state()
    except (c2pa.C2paError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ExtractError(
            phrase("the file holds one that cannot be read ({reason})", reason=type(error).__name__)
        ) from error


def _manifests(store: _Store, state: str | None) -> Iterator[Manifest]:
    """The manifests, the active one first."""
    if not 0 < len(store.manifests) <= _MOST:
        raise ExtractError(
            phrase("the file holds {count} of them; 1 to {most} are read", count=len(store.manifests), most=_MOST)
        )
    failures = tuple(dict.fromkeys(printable(one.code) for one in store.validation_status or () if one.code))[:_MOST]
    by_rank = sorted(store.manifests.items(), key=lambda pair: pair[0] != store.active_manifest)
    for name, manifest in by_rank:
        active = name == store.active_manifest
        actions, source_types = _actions(manifest.assertions)
        yield Manifest(
            active=active,
            generator=_generator(manifest),
            actions=tuple(dict.fromkeys(actions))[:_MOST],
            source_types=tuple(dict.fromkeys(source_types))[:_MOST],
            state=state if active else None,
            failures=failures if active else (),
        )


def _actions(assertions: Sequence[_Assertion]) -> tuple[list[str], list[str]]:
    """The actions and the digital source types that the assertions name."""
    actions, source_types = [], []
    for assertion in assertions:
        try:
            data = msgspec.json.decode(assertion.data, type=_Data)
        except msgspec.DecodeError as error:  # of another shape, as most assertions are
            if assertion.label.startswith(_ACTIONS):
                raise ExtractError(phrase("the file holds one whose actions cannot be read")) from error
            continue
        actions += [printable(one.action) for one in data.actions]
        named = (data.digital_source_type, *(one.digital_source_type for one in data.actions))
        source_types += [printable(value) for value in named if value]
    return actions, source_types


def _generator(manifest: _Manifest) -> str:
    """What made the claim, in its own words."""
    named = [" ".join(filter(None, (one.name, one.version))) for one in manifest.claim_generator_info]
    return printable("; ".join(filter(None, named)) or manifest.claim_generator or "")
