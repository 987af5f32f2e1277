"""SARIF's own schema, the referee of our SARIF: from a package of npm's, since no wheel carries it."""

from __future__ import annotations

import functools
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import pytest

_PACKAGE = "@microsoft/jest-sarif@1.0.0-beta.0"
_FILE = "package/lib/schemas/sarif-2.1.0-rtm.5.json"

Schema = dict[str, object]


@functools.cache
def sarif_schema() -> Schema:
    """The JSON Schema of SARIF 2.1.0; the test is skipped where npm's registry is not to be had."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm, which brings SARIF's schema, is not installed")
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(
            [npm, "pack", "--silent", _PACKAGE], cwd=folder, capture_output=True, check=False, env=os.environ.copy()
        )
        archives = list(Path(folder).glob("*.tgz"))
        if packed.returncode != 0 or not archives:
            pytest.skip("npm's registry is not to be had")
        with tarfile.open(fileobj=io.BytesIO(archives[0].read_bytes())) as archive:
            file = archive.extractfile(_FILE)
            assert file is not None
            schema: Schema = json.load(file)
            return schema
