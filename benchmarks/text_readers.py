"""The readers that are measured side by side: each takes a picture's file and gives its lines."""

from __future__ import annotations

import csv
import hashlib
import io
import resource
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from imgpolicy.domain.geometry import Box
from imgpolicy.engines.text.ppocr import PaddleReader
from imgpolicy.facts import Text
from imgpolicy.picture import load

Read = Callable[[bytes], tuple[Text, ...]]

READERS = ("imgpolicy", "faster-paddle", "tesseract")

Timed = Callable[[bytes], "Reading"]


@dataclass(frozen=True)
class Reading:
    """The lines of a picture, and the CPU seconds that reading them took."""

    lines: tuple[Text, ...]
    seconds: float


def readers(names: Sequence[str], kept: Path | None = None) -> dict[str, Timed]:
    """The readers of these names that can be had here; what is not installed is left out, and said."""
    made = {"imgpolicy": own, "faster-paddle": faster_paddle, "tesseract": tesseract}
    found = {}
    for name in names:
        read = made[name]()
        if read is None:
            print(f"{name} is not installed")
        else:
            found[name] = timed(name, read, kept)
    return found


def timed(name: str, read: Read, kept: Path | None) -> Timed:
    """The reader with what each picture took. With a folder, a picture is read once, and what was read is kept there:
    empty it when the reader has changed.
    """

    def look(file: bytes) -> Reading:
        path = kept / f"{name}-{hashlib.sha256(file).hexdigest()}.json" if kept else None
        if path and path.exists():
            return msgspec.json.decode(path.read_bytes(), type=Reading)
        before = cpu_seconds()
        lines = read(file)
        reading = Reading(lines, cpu_seconds() - before)
        if path:
            path.write_bytes(msgspec.json.encode(reading))
        return reading

    return look


def own() -> Read:
    """The reader that the product has, on the picture as it opens it."""
    reader = PaddleReader()
    return lambda file: reader.read(load(file, "picture")).lines


def faster_paddle() -> Read | None:
    """PP-OCRv6 small as the wheel faster-paddle runs it, with its own settings, on one thread."""
    try:
        from faster_paddle import OcrEngine
    except ImportError:
        return None
    engine = OcrEngine("small", threads=1)

    def read(file: bytes) -> tuple[Text, ...]:
        found = engine.ocr(file)["bounds"]
        return tuple(
            Text(
                box=Box(*line["topLeftCoord"], *line["bottomRightCoord"]),
                value=line["text"],
                confidence=line["confidence"],
            )
            for line in found.values()
        )

    return read


def tesseract() -> Read | None:
    """Tesseract with the languages Danish and English and sparse text (psm 11), its words joined to lines."""
    program = shutil.which("tesseract")
    if program is None:
        return None

    def read(file: bytes) -> tuple[Text, ...]:
        words = [program, "stdin", "stdout", "--psm", "11", "-l", "dan+eng", "tsv"]
        run = subprocess.run(words, input=file, capture_output=True, check=True, env={"OMP_THREAD_LIMIT": "1"})
        return _lines(run.stdout.decode())

    return read


def cpu_seconds() -> float:
    """What this process and those that it waited for have used of the processor, user and system."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _lines(table: str) -> tuple[Text, ...]:
    words: dict[tuple[str, ...], list[dict[str, str]]] = defaultdict(list)
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] == "5" and row["text"].strip():
            words[row["block_num"], row["par_num"], row["line_num"]].append(row)
    lines = []
    for line in words.values():
        lefts, tops = [int(word["left"]) for word in line], [int(word["top"]) for word in line]
        rights = [left + int(word["width"]) for left, word in zip(lefts, line, strict=True)]
        bottoms = [top + int(word["height"]) for top, word in zip(tops, line, strict=True)]
        sure = sum(float(word["conf"]) for word in line) / len(line) / 100
        box = Box(min(lefts), min(tops), max(rights), max(bottoms))
        lines.append(Text(box=box, value=" ".join(word["text"] for word in line), confidence=sure))
    return tuple(lines)
