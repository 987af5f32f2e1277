"""What hostile files take of the memory, measured on a process of its own; many more are in `benchmarks/hostile.py`."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

BOUND = 1000
"""MB, of the whole process."""

COMMAND = "import sys\nfrom imgpolicy.cli.main import main\nsys.exit(main())\n"

MEASURE = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""A small process in between: a child's peak counts what the process that began it held then, as this one does."""


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, colour: int, depth: int = 8) -> bytes:
    """Written row by row, so that this process holds none of it."""
    rows = zlib.compressobj(1)
    row = bytes(1 + width * {3: 1, 6: 4}[colour] * depth // 8)
    body = b"".join([*(rows.compress(row) for _ in range(height)), rows.flush()])
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    palette = chunk(b"PLTE", bytes(range(30))) + chunk(b"tRNS", bytes(10)) if colour == 3 else b""
    return b"\x89PNG\r\n\x1a\n" + head + palette + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("bounds")
    subprocess.run([sys.executable, "-c", COMMAND, "init", "."], cwd=place, check=True, capture_output=True)
    return place


@pytest.mark.slow
@pytest.mark.parametrize("words", [["check", "--channel", "facebook"], ["strip", "-o", "stripped.png"]])
@pytest.mark.parametrize(("colour", "depth"), [(6, 16), (3, 8)], ids=["rgba16", "palette"])
def test_seventy_nine_megapixels_take_less_than_a_gigabyte(
    folder: Path, words: list[str], colour: int, depth: int
) -> None:
    (folder / "hostile.png").write_bytes(png(9000, 8777, colour, depth))
    (folder / "stripped.png").unlink(missing_ok=True)
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE, sys.executable, "-c", COMMAND, *words, "hostile.png"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    status, kilobytes = map(int, measured.stdout.split())
    assert status in {0, 1, 3, 4}
    assert kilobytes / 1000 < BOUND
