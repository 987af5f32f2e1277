"""A folder is watched by somebody who is killed again and again."""

from __future__ import annotations

import hashlib
import io
import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from imgpolicy.service.watching import THERE

POSTING = ("--channel", "facebook", "--role", "employee", "--purpose", "pr", "--origin", "own")
FOLDERS = ("in", "out", "quarantine", "review")
REPORT = ".json"


@dataclass(frozen=True)
class Watched:
    """The folders of a watch in a working folder, and the command that watches them until nothing is left."""

    work: Path

    def make(self) -> None:
        """Make the folders."""
        for name in FOLDERS:
            (self.work / name).mkdir()

    @property
    def command(self) -> list[str]:
        """The words of the command."""
        where = ["in", "out", "quarantine", "--review", "review", "--format", REPORT.removeprefix(".")]
        return [sys.executable, "-m", "imgpolicy", "watch", *where, *POSTING, "--once", "--still", "0"]

    def killed_after(self, pictures: int) -> bool:
        """Watch, and be killed without a word (SIGKILL) after so many pictures, or at the end; whether one was."""
        with subprocess.Popen(self.command, cwd=self.work, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as watch:
            assert watch.stdout is not None
            for _ in range(pictures):
                if not watch.stdout.readline():
                    return False
            watch.kill()
            return True

    def to_the_end(self) -> None:
        """Watch until nothing is left."""
        ran = subprocess.run(self.command, cwd=self.work, capture_output=True, text=True, check=False)
        assert ran.returncode in {0, 1, 3, 4}
        assert ran.stderr == ""

    def places(self, dropped: dict[str, bytes]) -> Counter[str]:
        """How many of what was dropped are in which folder; AssertionError where one is in none, or anything is odd."""
        assert [path.name for path in (self.work / "in").iterdir()] == [THERE]
        found: Counter[str] = Counter()
        left = {path for name in FOLDERS[1:] for path in (self.work / name).iterdir()}
        for name, data in dropped.items():
            (folder,) = (folder for folder in FOLDERS[1:] if (self.work / folder / name).exists())
            picture, report = self.work / folder / name, self.work / folder / f"{name}{REPORT}"
            assert picture.read_bytes() == data
            (said,) = json.loads(report.read_text())["reports"]
            assert said["picture"]["sha256"] in {hashlib.sha256(data).hexdigest(), None}
            verdicts = {"go": "out", "review": "review", "no-go": "quarantine"}
            assert folder == ("quarantine" if said["picture"]["sha256"] is None else verdicts[said["verdict"]])
            left -= {picture, report}
            found[folder] += 1
        assert {path.name for path in left} == {THERE}
        return found


def drop(folder: Path, samples: Sequence[Path], count: int, *, side: int) -> dict[str, bytes]:
    """So many files in the folder, by name: small pictures, some of them the same, with a location, or none at all."""
    chance, dropped = random.Random(7), dict[str, bytes]()
    for number in range(count):
        sample = samples[number % len(samples)]
        with Image.open(sample) as image:
            exif = image.getexif()
            image.thumbnail((side, side))
            small, buffer = image.convert("RGB"), io.BytesIO()
        if number % 10:  # every tenth is like the one before it of the same sample
            small.putpixel((0, 0), (chance.randrange(256), chance.randrange(256), chance.randrange(256)))
        small.save(buffer, "JPEG", exif=exif)
        data = buffer.getvalue() if number % 25 else b"none of it is a picture"
        dropped[f"{sample.stem}-{number}.jpg"] = data
    for name, data in dropped.items():
        (folder / name).write_bytes(data)
    return dropped
