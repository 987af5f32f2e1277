"""What reading costs: CPU seconds of pictures after a first one, and the peak of a process that does nothing else.

    python benchmarks/text_cost.py WHAT PICTURE [PICTURE …]

WHAT is a reader's name, `before` for all extractors but those of text and codes, `after` for all, or `text` and `codes`
for these alone. Prints the seconds of each picture but the first, which loads the networks, and the peak in MB.
"""

from __future__ import annotations

import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path

from text_readers import cpu_seconds, readers
from text_scenes import LARGE, USUAL, Place, ground, jpeg, scene

from imgpolicy.assembly import all_extractors
from imgpolicy.engines.yunet_sface import YuNetSFace
from imgpolicy.extract import Extractor
from imgpolicy.facts import Codes, Texts
from imgpolicy.picture import load

OF_THE_PRODUCT = ("text", "codes", "before", "after")


def costs(names: Sequence[str], place: Place, seeds: Sequence[int]) -> None:
    """A table: a row a kind of picture, a column what is run, each in a process of its own for every row."""
    with tempfile.TemporaryDirectory() as temporary:
        # By a process of its own: what this one has had in memory would count as the peak of those it starts.
        drawing = get_context("spawn").Process(target=_draw, args=(Path(temporary), place, tuple(seeds)))
        drawing.start()
        drawing.join()
        for folder in sorted(Path(temporary).iterdir()):
            paths = sorted(folder.iterdir())
            print(f"{folder.name}, {len(paths)} pictures: CPU s, median and most, and peak MB")
            for what in (*OF_THE_PRODUCT, *names):
                seconds, peak = _measured(what, paths)
                print(f"  {what:14}{statistics.median(seconds):6.2f}{max(seconds):6.2f}{peak:7.0f}", flush=True)


def main() -> None:
    """What one thing costs in this process."""
    what, *paths = sys.argv[1:]
    work = _work(what)
    seconds = []
    for path in (paths[0], *paths):
        file, before = Path(path).read_bytes(), cpu_seconds()
        work(file)
        seconds.append(cpu_seconds() - before)
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps([seconds[1:], peak / 1000]))


def _work(what: str) -> Callable[[bytes], object]:
    if what not in OF_THE_PRODUCT:
        return readers([what])[what]
    chosen = [extractor for extractor in all_extractors(YuNetSFace()) if _belongs(extractor, what)]

    def work(file: bytes) -> None:
        picture = load(file, "picture")
        for extractor in chosen:
            extractor.extract(picture)

    return work


def _belongs(extractor: Extractor, what: str) -> bool:
    gives = {"text": extractor.gives is Texts, "codes": extractor.gives is Codes, "after": True}
    return gives.get(what, extractor.gives not in {Texts, Codes})


def _measured(what: str, paths: Sequence[Path]) -> tuple[list[float], float]:
    words = [sys.executable, __file__, what, *map(str, paths)]
    run = subprocess.run(words, capture_output=True, text=True, check=True)
    seconds, peak = json.loads(run.stdout.splitlines()[-1])
    return seconds, peak


def _draw(into: Path, place: Place, seeds: Sequence[int]) -> None:
    kinds: Mapping[str, Callable[[int], bytes]] = {
        "12 MP, a page on a tenth": lambda seed: scene(seed, "mail", "photo", place, LARGE).file,
        "12 MP, without text": lambda seed: jpeg(ground(random.Random(seed), place.photographs, LARGE), 90),
        "2 MP, a line": lambda seed: scene(seed, "plate", "photo", place, USUAL).file,
    }
    for name, draw in kinds.items():
        (into / name).mkdir()
        for seed in seeds:
            (into / name / f"{seed}.jpg").write_bytes(draw(seed))


if __name__ == "__main__":
    main()
