"""Prints what stripping a file costs, beside ExifTool, mat2 and Pillow on the same files in the same run.

    python benchmarks/strip.py FOLDER [--largest 4000000]

Every file below FOLDER that can be stripped is, one after the other in this process; CPU milliseconds a file. ExifTool
gets all files in one call, on copies. What is not installed is left out.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import pillow_heif
from PIL import Image

from imgpolicy.decoders import DECODER_ERRORS
from imgpolicy.domain.terms import StripMode
from imgpolicy.errors import RemedyError
from imgpolicy.remedies.proof import prove_bytes
from imgpolicy.remedies.strip import rewritten, strip

CAREFUL = (
    "-all=",
    "--icc_profile:all",
    "-tagsfromfile",
    "@",
    "-orientation",
    "-copyright",
    "-artist",
    "-xmp-dc:rights",
    "-xmp-dc:creator",
    "-iptc:copyrightnotice",
    "-trailer:all=",
)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--largest", type=int, default=4_000_000)
    given = arguments.parse_args()
    pillow_heif.register_heif_opener()
    found = [path for path in sorted(given.folder.rglob("*")) if path.is_file()]
    paths = [path for path in found if path.stat().st_size <= given.largest and can_be_stripped(path)]
    files = [path.read_bytes() for path in paths]
    print(f"{len(files)} of {len(found)} files, {sum(map(len, files)) / len(files) / 1000:,.0f} kB on average")
    with warnings.catch_warnings(action="ignore"):
        in_this_process(files)
        by_exiftool(paths)
        by_mat2(paths)


def can_be_stripped(path: Path) -> bool:
    try:
        strip(path.read_bytes(), mode=StripMode.ALL)
    except RemedyError:
        return False
    return True


def in_this_process(files: Sequence[bytes]) -> None:
    report("walk, rewrite, proof by both readers", [cpu(without_pixels, data) for data in files])
    # In turns, so that both see the same state of the machine.
    pairs = [(cpu(with_pixels, data), cpu(decode_twice, data)) for data in files]
    whole, decoded = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    report("the same with the proof of pixels", whole)
    report("two decodes by Pillow or libheif", decoded)
    print(f"{'all of it over the two decodes':40} {sum(whole) / sum(decoded):8.2f} times")
    report("saved again by Pillow", [cpu(save_again, data) for data in files])


def without_pixels(data: bytes) -> None:
    before, written = rewritten(data, mode=StripMode.ALL)
    prove_bytes(data, before, written, StripMode.ALL)


def with_pixels(data: bytes) -> None:
    strip(data, mode=StripMode.ALL)


def decode_twice(data: bytes) -> None:
    for _ in range(2):
        with contextlib.suppress(*DECODER_ERRORS), Image.open(io.BytesIO(data)) as image:
            # The further pictures of an MPO are no frames.
            for frame in range(1 if image.format == "MPO" else getattr(image, "n_frames", 1)):
                image.seek(frame)
                image.load()


def save_again(data: bytes) -> None:
    with contextlib.suppress(*DECODER_ERRORS), Image.open(io.BytesIO(data)) as image:
        image.save(io.BytesIO(), image.format)


def by_exiftool(paths: Sequence[Path]) -> None:
    if not shutil.which("exiftool"):
        print("exiftool is not installed")
        return
    for name, options in (("exiftool -all=", ("-all=",)), ("exiftool, careful options", CAREFUL)):
        report_tool(name, paths, ("exiftool", "-q", "-q", "-m", "-overwrite_original", *options))


def by_mat2(paths: Sequence[Path]) -> None:
    if not shutil.which("mat2"):
        print("mat2 is not installed")
        return
    report_tool("mat2", paths, ("mat2", "--inplace"))


def report_tool(name: str, paths: Sequence[Path], command: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        copies = [str(Path(folder) / f"{number}{path.suffix}") for number, path in enumerate(paths)]
        for path, copy in zip(paths, copies, strict=True):
            shutil.copy(path, copy)
        before = children()
        subprocess.run([*command, *copies], check=False, capture_output=True)
        print(f"{name:40} {(children() - before) / len(paths) * 1000:8.2f} ms mean")


def children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cpu(work: Callable[[bytes], None], data: bytes) -> float:
    """CPU milliseconds of the quickest of three runs."""
    times = []
    for _ in range(3):
        start = time.process_time()
        work(data)
        times.append(time.process_time() - start)
    return min(times) * 1000


def report(name: str, times: Sequence[float]) -> None:
    print(f"{name:40} {statistics.median(times):8.2f} ms median {statistics.fmean(times):8.2f} ms mean")


if __name__ == "__main__":
    main()
