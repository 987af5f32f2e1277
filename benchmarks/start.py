"""What a command costs from a cold start: `python benchmarks/start.py [--runs N] [--before PYTHON]`.

Each command runs as a process of its own, in a new working folder with a picture of half a megapixel that shows nobody;
the numbers are the medians of CPU milliseconds, user and system, of the process and its children. `--before` names the
Python of an environment with an older version: both then take turns, so that they see the same state of the machine.

Shares, the least of several runs: what the interpreter takes to end after the last word; what importing takes, by
package, each module without those that it imports; what the first look for faces takes more than the second, loading
the networks included. They are measured in processes of their own, imports by the clock, and need not add up to the
whole. Compile the packages first, as pip does, or the compiler is measured.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

PICTURE = "plain.jpg"
COPY = "clean.jpg"
COMMANDS: Mapping[str, Sequence[str]] = {
    "--help": ["--help"],
    "check": ["check", PICTURE, "--channel", "facebook"],
    "strip": ["strip", PICTURE, "-o", COPY],
    "person list": ["person", "list"],
    "consent withdraw": ["consent", "withdraw", "anna", "--reason", "measured"],
}
SHARE_RUNS = 3
PACKAGES = ("imgpolicy", "sqlalchemy", "numpy", "cv2", "PIL", "pydantic", "typer", "rich", "scipy")
DOOR = "import sys\nfrom imgpolicy.cli.main import main\nsys.exit(main())\n"
# The process's own clock at the last word, for the interpreter's end is what it takes after that.
LAST_WORD = (
    "import os, sys, time\nfrom imgpolicy.cli import main\nrun = main.run\n"
    "def told(words):\n"
    "    code = run(words)\n"
    "    with open(os.environ['LAST_WORD'], 'w') as file: file.write(str(time.process_time()))\n"
    "    return code\n"
    "main.run = told\nmain.main()\n"
)
NETWORKS = (
    "import os\nos.environ.setdefault('OPENBLAS_NUM_THREADS', '1')\nimport sys, time\n"
    "from imgpolicy.engines.yunet_sface import YuNetSFace\nfrom imgpolicy.picture import load\n"
    "import cv2\npicture = load(open(sys.argv[1], 'rb').read(), '')\nengine = YuNetSFace()\n"
    "began = time.process_time()\nengine.faces(picture)\nfirst = time.process_time()\nengine.faces(picture)\n"
    "print(first - began - (time.process_time() - first))\n"
)


def main() -> None:
    """Lay out the folders, measure by turns, and print a line for each number."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--before", metavar="PYTHON", help="Python of an environment with an older version.")
    given = parser.parse_args()
    pythons = {"now": sys.executable} if given.before is None else {"before": given.before, "now": sys.executable}
    with tempfile.TemporaryDirectory() as temporary:
        folders = {which: laid_out(python, Path(temporary) / which) for which, python in pythons.items()}
        print(f"{'CPU in ms':30}" + "".join(f"{which:>10}" for which in pythons))
        for name, words in COMMANDS.items():
            measured(name, words, pythons, folders, given.runs)


def laid_out(python: str, folder: Path) -> Path:
    """A working folder with two people, a consent and the picture."""
    by_door(python, ["init", str(folder)], folder.parent)
    for person in ("anna", "bo"):
        by_door(python, ["person", "add", "--id", person, "--name", person.title()], folder)
    grant = ["consent", "grant", "anna", "--kind", "publication", "--channel", "any", "--purpose", "any"]
    by_door(python, grant, folder)
    coarse = np.random.default_rng(1).integers(0, 256, (24, 32, 3), dtype=np.uint8)
    Image.fromarray(coarse).resize((832, 624), Image.Resampling.BICUBIC).save(folder / PICTURE, quality=90)
    return folder


def measured(
    name: str, words: Sequence[str], pythons: Mapping[str, str], folders: Mapping[str, Path], runs: int
) -> None:
    """A command's lines: the whole, and its shares."""
    whole: dict[str, list[float]] = {which: [] for which in pythons}
    for _ in range(runs):
        for which, python in pythons.items():
            whole[which].append(cpu([python, "-c", DOOR, *words], folders[which]))
    say(name, {which: statistics.median(times) for which, times in whole.items()})
    shares = {which: least_shares(python, words, folders[which]) for which, python in pythons.items()}
    for part in next(iter(shares.values())):
        say(f"  {part}", {which: found[part] for which, found in shares.items()})


def least_shares(python: str, words: Sequence[str], folder: Path) -> dict[str, float]:
    """What each part of a command takes, in seconds, at the least."""
    imports = [imported(python, words, folder) for _ in range(SHARE_RUNS)]
    found = {f"import {package}": min(one[package] for one in imports) for package in PACKAGES}
    found["import all else"] = min(sum(one.values()) - sum(one[package] for package in PACKAGES) for one in imports)
    found["the interpreter's end"] = min(end_of(python, words, folder) for _ in range(SHARE_RUNS))
    if words[0] == "check":
        found["first look of the networks"] = min(first_look(python, folder) for _ in range(SHARE_RUNS))
    return found


def by_door(python: str, words: Sequence[str], folder: Path) -> None:
    """Run a command that has to succeed."""
    subprocess.run([python, "-c", DOOR, *words], check=True, capture_output=True, cwd=folder, env=environment())


def cpu(command: Sequence[str], folder: Path, last_word: str = os.devnull) -> float:
    """CPU seconds of a process and its children; what it says, and what one before wrote, is thrown away."""
    (folder / COPY).unlink(missing_ok=True)
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**environment(), "LAST_WORD": last_word},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in {0, 3}, command
    return used.ru_utime + used.ru_stime


def end_of(python: str, words: Sequence[str], folder: Path) -> float:
    """CPU seconds after the command's last word."""
    with tempfile.NamedTemporaryFile("r") as told:
        whole = cpu([python, "-c", LAST_WORD, *words], folder, told.name)
        return whole - float(told.read())


def imported(python: str, words: Sequence[str], folder: Path) -> defaultdict[str, float]:
    """Seconds that a command's imports take by the clock, by package."""
    ran = subprocess.run(
        [python, "-X", "importtime", "-c", DOOR, *words],
        cwd=folder,
        env={**environment(), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    found: defaultdict[str, float] = defaultdict(float)
    for own, module in re.findall(r"^import time: +(\d+) \| +\d+ \| +([\w.]+)$", ran.stderr, re.MULTILINE):
        found[module.partition(".")[0]] += int(own) / 1e6
    return found


def first_look(python: str, folder: Path) -> float:
    """CPU seconds by which the first look for faces costs more than the second: the networks are loaded in it."""
    command = [python, "-c", NETWORKS, PICTURE]
    ran = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=True)
    return float(ran.stdout)


def environment() -> dict[str, str]:
    """This environment, without what would make every start compile the modules again."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def say(what: str, seconds: Mapping[str, float]) -> None:
    """One line of the table, in milliseconds; a part that is nowhere is left out."""
    if any(round(value * 1000) for value in seconds.values()):
        print(f"{what:30}" + "".join(f"{value * 1000:>10.0f}" for value in seconds.values()), flush=True)


if __name__ == "__main__":
    main()
