"""Proves the difference "consent field" of docs/howto/extend.md: typed, kept, logged, on the wire; older logs hold."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.domain.samples import CONSENT

from imgpolicy.cli.main import run
from imgpolicy.domain.canonical import consent_form
from imgpolicy.register.maintenance import verify
from imgpolicy.register.register import Register
from imgpolicy.wire.consent import CONSENTS, consent_cells, consent_from, consent_wire

GOLDEN = Path(__file__).parents[1] / "register" / "golden"
KEY = bytes(range(32))
WITNESS = "Wanda"


def said(*words: str) -> str:
    """What a command prints."""
    data = io.BytesIO()
    with contextlib.redirect_stdout(io.TextIOWrapper(data, "utf-8", write_through=True)):
        assert run([*words]) == 0
        return data.getvalue().decode()


with TemporaryDirectory() as folder:
    os.chdir(folder)
    said("init", ".")
    said("person", "add", "--id", "guest-1", "--name", "Somebody")
    scope = ("--kind", "publication", "--channel", "website", "--purpose", "news")
    said("consent", "grant", "guest-1", *scope, "--witness", WITNESS)
    (kept,) = json.loads(said("consent", "list", "--format", "json"))
    assert kept["witness"] == WITNESS
    assert WITNESS.encode() not in Path("consent_db/register.sqlite").read_bytes()
    assert "whole" in said("register", "verify")
    for file in sorted(GOLDEN.glob("*.sqlite")):
        copy = shutil.copy(file, folder)
        with Register.open(f"sqlite:///{copy}", KEY) as register, register.reading() as unit:
            assert verify(unit).damaged == ()

witnessed = replace(CONSENT, witness=WITNESS)  # type: ignore[call-arg]  # the field that the difference adds
assert consent_form(witnessed) != consent_form(CONSENT)
assert consent_from(consent_wire(witnessed)) == witnessed
assert dict(zip(CONSENTS.columns, consent_cells(witnessed), strict=True))["witness"] == WITNESS
