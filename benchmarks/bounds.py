"""What hostile files cost: `python benchmarks/bounds.py [NAME …] [--folder FOLDER] [--strip]`.

Each file of `benchmarks/hostile.py`, or of a folder, is checked by the command in a process of its own, against the
sample's register, with everything that it looks for. A row has the size and frames that the file announces, the peak of
the process's memory (RSS, everything loaded included), the CPU seconds of user and system, and the answer; a row that
is beyond the bounds is marked. `--strip` measures stripping in place of checking.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from pillow_heif import register_heif_opener

BOUND_MB = 1000
BOUND_SECONDS = 30
MOST_BYTES = 6 * 10**9
MOST_SECONDS = 120
DOOR = f"""
import resource, sys
# Ended long before it takes all of the machine's memory.
resource.setrlimit(resource.RLIMIT_AS, ({MOST_BYTES}, {MOST_BYTES}))
resource.setrlimit(resource.RLIMIT_CPU, ({MOST_SECONDS}, {MOST_SECONDS}))
from imgpolicy.cli.main import main
sys.exit(main())
"""
HOSTILE = Path(__file__).parent / "hostile.py"
CHECK = ("check", "--channel", "facebook", "--purpose", "pr", "--format", "json")


@dataclass(frozen=True)
class Cost:
    """What one command took, in MB and CPU seconds, how it ended, and what it said."""

    peak: float
    cpu: float
    code: int
    said: str

    @property
    def beyond(self) -> bool:
        """Whether that is more than the bounds allow, or no answer."""
        return self.peak > BOUND_MB or self.cpu > BOUND_SECONDS or self.code not in {0, 1, 3, 4}


def main() -> None:
    """Lay out the sample, build and measure one file after the other, and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="Only files of these names.")
    parser.add_argument("--folder", type=Path, help="Files to measure in place of the hostile ones.")
    parser.add_argument("--strip", action="store_true", help="Measure stripping.")
    given = parser.parse_args()
    beyond = 0
    with tempfile.TemporaryDirectory(prefix="bounds-") as temporary:
        work = Path(temporary) / "demo"
        laid_out = run(["demo", str(work)], Path(temporary))
        assert laid_out.code == 0, laid_out.said
        print(f"{'file':32}{'MB':>7}{'MP':>6}{'frames':>7}{'peak MB':>9}{'CPU s':>7}  answer")
        for path in files(Path(temporary), given.names, given.folder):
            words = ["strip", str(path), "-o", str(work / "out")] if given.strip else [*CHECK, str(path)]
            cost = run(words, work)
            (work / "out").unlink(missing_ok=True)
            beyond += cost.beyond
            mark = "  BEYOND" if cost.beyond else ""
            said = f"{cost.peak:>9.0f}{cost.cpu:>7.1f}{mark}  {answer(cost)[:110]}"
            print(f"{path.name[:31]:32}{path.stat().st_size / 1e6:>7.1f}{announced(path)}{said}", flush=True)
    print(f"{beyond} beyond {BOUND_MB} MB or {BOUND_SECONDS} s")


def files(temporary: Path, names: Sequence[str], folder: Path | None) -> Iterator[Path]:
    """The files to measure; those that are built are gone when the next one is asked for."""
    if folder is not None:
        yield from (path for path in sorted(folder.iterdir()) if not names or path.name in names)
        return
    listed = subprocess.run([sys.executable, str(HOSTILE)], capture_output=True, text=True, check=True)
    for name in listed.stdout.split():
        if not names or name in names:
            path = temporary / name
            # By a process of its own: what this one has had in memory would count as the peak of those it starts.
            subprocess.run([sys.executable, str(HOSTILE), name, str(path)], check=True)
            yield path
            path.unlink()


def run(words: Sequence[str], folder: Path) -> Cost:
    """What the command took in this folder."""
    with (
        tempfile.TemporaryFile("w+") as out,
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", DOOR, *words],
            cwd=folder,
            stdout=out,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        return Cost(used.ru_maxrss / 1000, used.ru_utime + used.ru_stime, process.returncode, out.read())


def announced(path: Path) -> str:
    """Megapixels and frames as the file announces them, where it is one that can be opened."""
    register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(path) as image:
            return f"{image.width * image.height / 1e6:>6.0f}{getattr(image, 'n_frames', 1):>7}"
    except (OSError, SyntaxError, ValueError, RuntimeError):
        return f"{'-':>6}{'-':>7}"


def answer(cost: Cost) -> str:
    """The verdict, with the sentence of a picture that was refused, or how the command ended."""
    try:
        report = json.loads(cost.said)["reports"][0]
    except (ValueError, LookupError):
        return f"exit {cost.code}: {' '.join(cost.said.split())}"
    refused = next((f"X001 {one['message']}" for one in report["findings"] if one["code"] == "X001"), "")
    lifts = sum(one["lifts"] for one in report["not_checked"])
    return f"{report['verdict']}, {len(report['faces'])} faces, {lifts} lift {refused}"


if __name__ == "__main__":
    main()
