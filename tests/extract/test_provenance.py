"""C2PA manifests: seen without the extra, read with it."""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from PIL import Image

from imgpolicy.extract.provenance import ProvenanceExtractor
from imgpolicy.facts import Facts, Provenance
from imgpolicy.picture import load
from imgpolicy.rules import examples
from imgpolicy.rules.manifest import BrokenManifest

AI = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
KINDS = ("JPEG", "PNG", "WEBP", "TIFF")


def plain(kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((64, 48), 40).convert("RGB").save(buffer, kind)
    return buffer.getvalue()


def named(name: str) -> x509.Name:
    parts = ((x509.NameOID.ORGANIZATION_NAME, "Tests"), (x509.NameOID.COMMON_NAME, name))
    return x509.Name([x509.NameAttribute(*part) for part in parts])


def certificate(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: str, signer: ec.EllipticCurvePrivateKey, *, authority: bool
) -> bytes:
    now = dt.datetime.now(dt.UTC)
    usage = x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder(named(issuer), named(name), key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if not authority:
        mail = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(mail, critical=False)
    return builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@pytest.fixture(scope="module")
def signed() -> dict[str, bytes]:
    """A picture of each kind with a manifest that says that AI made it."""
    c2pa = pytest.importorskip("c2pa")
    root, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    chain = certificate("Signer", own, "Root", root, authority=False)
    chain += certificate("Root", root, "Root", root, authority=True)
    key = own.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    created = {"action": "c2pa.created", "digitalSourceType": AI}
    manifest = {
        "claim_generator_info": [{"name": "Example Generator", "version": "1"}],
        "assertions": [{"label": "c2pa.actions", "data": {"actions": [created]}}],
    }
    found = {}
    for kind in KINDS:
        info = c2pa.C2paSignerInfo(alg=b"es256", sign_cert=chain, private_key=key, ta_url=None)
        target = io.BytesIO()
        with c2pa.Signer.from_info(info) as signer, c2pa.Builder(json.dumps(manifest)) as builder:
            builder.sign(signer, f"image/{kind.lower()}", io.BytesIO(plain(kind)), target)
        found[kind] = target.getvalue()
    return found


def look(data: bytes) -> Provenance:
    return ProvenanceExtractor().extract(load(data, "picture"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_manifest_is_read(signed: dict[str, bytes], kind: str) -> None:
    found = look(signed[kind])
    (manifest,) = found.manifests
    assert (found.present, found.unknowns, manifest.active) == (True, (), True)
    assert (manifest.generator.startswith("Example Generator"), manifest.state) == (True, "Valid")
    assert (manifest.actions, manifest.source_types) == (("c2pa.created",), (AI,))


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_without_one_has_none(kind: str) -> None:
    assert look(plain(kind)) == Provenance(present=False)


@pytest.mark.parametrize("kind", KINDS)
def test_without_the_extra_it_is_seen_and_not_read(
    signed: dict[str, bytes], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "c2pa", None)
    found = look(signed[kind])
    assert (found.present, found.manifests) == (True, ())
    (unknown,) = found.unknowns
    assert (unknown.lifts, "imgpolicy[c2pa]" in unknown.reason) == (True, True)


def test_a_picture_that_was_changed_after_signing_has_an_invalid_signature(signed: dict[str, bytes]) -> None:
    data = signed["JPEG"]
    at = data.rindex(b"\xff\xd9") - 40
    found = look(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    assert [manifest.state for manifest in found.manifests] == ["Invalid"]
    assert found.manifests[0].failures == ("assertion.dataHash.mismatch",)
    (finding,) = BrokenManifest().judge(
        replace(examples.nobody(), facts=examples.nobody().facts.joined(Facts({Provenance: found})))
    )
    assert "was changed after it was signed" in finding.message
    assert found.manifests[0].source_types == (AI,)


def test_a_claim_that_was_changed_is_not_what_was_signed(signed: dict[str, bytes]) -> None:
    found = look(signed["JPEG"].replace(b"Example Generator", b"Another Generator"))
    (manifest,) = found.manifests
    assert (manifest.state, manifest.failures) == ("Invalid", ("claimSignature.mismatch",))
    case = replace(examples.nobody(), facts=examples.nobody().facts.joined(Facts({Provenance: found})))
    (finding,) = BrokenManifest().judge(case)
    assert "its signature does not hold" in finding.message


def test_a_manifest_that_cannot_be_read_is_an_unknown(signed: dict[str, bytes]) -> None:
    data = signed["JPEG"]
    at = data.index(b"jumdc2pa") + 40
    found = look(data[:at] + bytes(60) + data[at + 60 :])
    assert (found.present, found.manifests) == (True, ())
    assert [unknown.lifts for unknown in found.unknowns] == [True]
