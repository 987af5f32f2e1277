"""ExifTool, which shares no code with the walk, finds nothing of a secret or a location in stripped files."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.containers.planted import SECRET, everything

from imgpolicy.domain.terms import StripMode
from imgpolicy.remedies.strip import strip

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not shutil.which("exiftool"), reason="exiftool is not installed")]

OPTIONS = ("-ee3", "-a", "-u", "-U", "-n", "-G1", "-j")
PLACES = ("GPSL", "City", "GeoT")
OF_THE_FILE = ("SourceFile", "File", "System", "ExifTool", "Composite")


def told(folder: Path) -> dict[str, dict[str, str]]:
    """What ExifTool reads in each file of a folder, by the file's name."""
    command = ["exiftool", "-config", "", "-q", "-q", "-m", *OPTIONS, str(folder)]
    result = subprocess.run(command, check=False, capture_output=True)
    files = json.loads(result.stdout.decode("utf-8", "replace"), strict=False)
    return {
        Path(one["SourceFile"]).name: {key: str(value) for key, value in one.items() if not key.startswith(OF_THE_FILE)}
        for one in files
    }


@pytest.mark.parametrize("mode", StripMode)
def test_no_location_is_left_and_in_all_no_secret(mode: StripMode, tmp_path: Path) -> None:
    names = []
    for name, data in everything():
        if mode is StripMode.LOCATION and name.startswith("svg"):
            continue
        kind = {"jpeg": "jpg", "tiff": "tif"}.get(name.split("-")[0], name.split("-")[0])
        names.append(f"{name}.{kind}")
        (tmp_path / names[-1]).write_bytes(strip(data, mode=mode).data)
    found = told(tmp_path)
    assert sorted(found) == sorted(names)
    for name, values in found.items():
        where = {key for key, value in values.items() if value.strip() and key.rpartition(":")[2].startswith(PLACES)}
        assert not where, name
        if mode is StripMode.ALL:
            assert SECRET.decode() not in " ".join(values.values()), name
