"""How much of what a picture says is read and recognised, what is seen where nothing is, and the cost.

    python benchmarks/text.py values [--seeds report] [--each 8] [--fonts DIR] [--photographs DIR] [--beside NAME …]
    python benchmarks/text.py false FOLDER [FOLDER …] [--half report] [--list]
    python benchmarks/text.py codes [FOLDER …] [--seeds report] [--each 20] [--photographs DIR]
    python benchmarks/text.py cost [--fonts DIR] [--photographs DIR]

`values` draws pages with planted values (`text_pages.py`) as screens, photographs and bad photographs show them
(`text_scenes.py`): 14 kinds of pages and two without a secret, `--each` of each at each level. A value is stopped when
a finding of its kind has a line over it, though a letter may be wrong; exact when the lines there hold all of it.
Other readers read the same pictures, and the same rules look at what they read. `false` counts the findings in folders
of photographs, by kind; of each folder only the half that a hash of the file's bytes puts there. `codes` writes codes
with zxing-cpp at 2 to 8 pixels a module into photographs. `cost` starts a process for each reader and picture.

What is tuned is tuned on the seeds and the half "development"; what the documentation says is of "report". Bounds are
95 % (Clopper and Pearson). Results depend on the fonts: the first line says how many there are of which style.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from text_codes import LEAST_MODULE, MODULES, SYMBOLOGIES, code, code_reader
from text_cost import costs
from text_fonts import fonts
from text_marks import Found, Mark, Recognise, marks, share, stray
from text_pages import HARMLESS, PAGES
from text_readers import READERS, Timed, cpu_seconds, readers
from text_rules import recogniser
from text_scenes import LARGE, LEVELS, USUAL, Place, Scene, scene

from imgpolicy.errors import PictureError
from imgpolicy.picture import load

SEEDS = {"development": 1_000, "report": 4_000}
"""The first seed of each set; no set has a thousand."""

HALVES = ("development", "report", "all")


@dataclass
class Tally:
    """What came of one reader at one level."""

    marks: list[Mark] = field(default_factory=list)
    stray: list[tuple[Scene, Found]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def main() -> None:
    """Print the tables that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["values", "false", "codes", "cost"])
    parser.add_argument("folders", type=Path, nargs="*")
    parser.add_argument("--seeds", choices=list(SEEDS), default="development")
    parser.add_argument("--half", choices=HALVES, default="development")
    parser.add_argument("--each", type=int, default=8, help="pictures of each page and level")
    parser.add_argument("--fonts", type=Path, nargs="*", default=[], help="folders with more fonts")
    parser.add_argument("--photographs", type=Path, help="photographs that lie behind the pages")
    parser.add_argument("--beside", nargs="*", default=list(READERS), choices=READERS, help="the readers")
    parser.add_argument("--levels", nargs="*", default=list(LEVELS), choices=LEVELS)
    parser.add_argument("--large", action="store_true", help="pages in 12 megapixels")
    parser.add_argument("--kept", type=Path, help="a folder for what was read: a picture is then read once")
    parser.add_argument("--list", action="store_true", help="what was missed, or seen where nothing is")
    given = parser.parse_args()
    if given.what == "false":
        false_findings(
            readers(given.beside, given.kept), recogniser(), given.folders, half=given.half, named=given.list
        )
        return
    if given.what == "codes":
        behind = pictures(given.photographs) if given.photographs else []
        codes(range(SEEDS[given.seeds], SEEDS[given.seeds] + given.each), behind, given.levels)
        for folder in given.folders:
            false_codes(folder, given.half)
        return
    place = Place(fonts(given.fonts), pictures(given.photographs) if given.photographs else [])
    print(f"fonts: {place.fonts}; {len(place.photographs)} photographs; seeds: {given.seeds}")
    seeds = range(SEEDS[given.seeds], SEEDS[given.seeds] + given.each)
    if given.what == "values":
        size = LARGE if given.large else USUAL
        scenes = {level: drawn(seeds, level, place, size) for level in given.levels}
        values(readers(given.beside, given.kept), recogniser(), scenes, named=given.list)
    else:
        costs([name for name in given.beside if name != READERS[0]], place, seeds)


def drawn(seeds: Iterable[int], level: str, place: Place, size: tuple[int, int]) -> Iterator[Scene]:
    """Each page of each seed, one after the other."""
    return (scene(seed, page, level, place, size) for seed in seeds for page in PAGES)


def values(
    looks: Mapping[str, Timed], recognise: Recognise, scenes: Mapping[str, Iterable[Scene]], *, named: bool
) -> None:
    """Tables by level, by kind, by page and by trouble; `named` lists what was missed."""
    tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)
    for level, pictures_of_it in scenes.items():
        for one in pictures_of_it:
            for name, read in looks.items():
                tally, reading = tallies[name, level], read(one.file)
                found = recognise(reading.lines)
                made, strays = marks(one, reading.lines, found), stray(one, found)
                tally.seconds.append(reading.seconds)
                tally.marks += made
                tally.stray += [(one, found) for found in strays]
                if named:
                    _list(name, one, made, strays)
        _by_level(level, {name: tallies[name, level] for name in looks})
    for title, key in (("kind", _kind), ("page", _page), ("trouble", _troubles)):
        _by(title, key, looks, tallies)


def false_findings(
    looks: Mapping[str, Timed], recognise: Recognise, folders: Sequence[Path], *, half: str, named: bool
) -> None:
    """A line a folder and reader: in how many pictures something is found, of which kinds, in how many are words."""
    for folder in folders:
        count, kinds, some, read_in = 0, {name: Counter[str]() for name in looks}, Counter[str](), Counter[str]()
        for path, file in photographs(folder, half):
            count += 1
            for name, read in looks.items():
                lines = read(file).lines
                found = recognise(lines)
                read_in[name] += bool(lines)
                some[name] += bool(found)
                kinds[name].update(one.kind for one in found)
                for one in found if named else ():
                    print(f"  {name}: {path}: {one.kind}: {' | '.join(line.value for line in one.lines)}", flush=True)
        for name in looks:
            print(f"{folder.name}, {half}, {name}: found in {share(some[name], count)}; {dict(kinds[name])}; ", end="")
            print(f"words in {share(read_in[name], count)}", flush=True)


def codes(seeds: Sequence[int], behind: Sequence[Path], levels: Sequence[str]) -> None:
    """A table a level: a row a symbology, a column a size of the modules, with the share that is read whole."""
    read = code_reader()
    for level in levels:
        print(f"\n{level}, {len(seeds)} of each: read at " + ", ".join(f"{size} px" for size in MODULES) + " a module")
        for symbology in SYMBOLOGIES:
            hits = [
                sum(one.value in read(one.file) for one in (code(at, symbology, size, level, behind) for at in seeds))
                for size in MODULES
            ]
            most = [hit for hit, size in zip(hits, MODULES, strict=True) if size >= LEAST_MODULE]
            total = share(sum(most), len(most) * len(seeds))
            print(f"  {symbology:12}" + "".join(f"{hit:5}" for hit in hits) + f"   from 3 px {total}", flush=True)


def false_codes(folder: Path, half: str) -> None:
    """In how many photographs a code is read; what it says is printed, for some photographs show codes."""
    read, count, seen, seconds = code_reader(), 0, 0, []
    for path, file in photographs(folder, half):
        before = cpu_seconds()
        values = read(file)
        seconds.append(cpu_seconds() - before)
        count, seen = count + 1, seen + bool(values)
        for value in values:
            print(f"  {path}: {value!r}")
    print(f"{folder.name}, {half}: codes in {share(seen, count)}; CPU ms {1000 * statistics.median(seconds):.0f}")


def pictures(folder: Path) -> list[Path]:
    """The picture files in the folder and below, by name."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in {".jpg", ".jpeg", ".png"})


def photographs(folder: Path, half: str) -> Iterator[tuple[Path, bytes]]:
    """The files of this half that can be opened, each once, however often it is there."""
    seen = set()
    for path in pictures(folder):
        file = path.read_bytes()
        digest = hashlib.sha256(file).digest()
        if digest in seen or (half != "all" and HALVES[digest[0] % 2] != half):
            continue
        seen.add(digest)
        with contextlib.suppress(PictureError):
            load(file, path.name)
            yield path, file


def _by_level(level: str, tallies: Mapping[str, Tally]) -> None:
    print(f"\n{level}")
    for name, tally in tallies.items():
        stopped, exact = (sum(one) for one in zip(*((mark.stopped, mark.exact) for mark in tally.marks), strict=True))
        quiet = Counter(one.kind for drawn, one in tally.stray if drawn.page in HARMLESS)
        kinds = Counter(one.kind for _, one in tally.stray)
        print(f"  {name:14} stopped {share(stopped, len(tally.marks))}  exact {share(exact, len(tally.marks))}", end="")
        print(f"  CPU s {statistics.median(tally.seconds):.2f}, most {max(tally.seconds):.2f}")
        print(f"  {'':14} not planted: {dict(kinds)}; of these on pages without secrets: {dict(quiet)}", flush=True)


def _by(
    title: str,
    key: Callable[[Mark], Sequence[str]],
    looks: Mapping[str, Timed],
    tallies: Mapping[tuple[str, str], Tally],
) -> None:
    """One row a kind, page or trouble: stopped and exact at each level, for each reader."""
    names = sorted({row for tally in tallies.values() for mark in tally.marks for row in key(mark)})
    for name in looks:
        levels = [level for level in LEVELS if tallies.get((name, level))]
        print(f"\n{name}: stopped / exact / of, by {title}: {', '.join(levels)}")
        for row in names:
            cells = []
            for level in levels:
                some = [mark for mark in tallies[name, level].marks if row in key(mark)]
                cells.append(f"{sum(m.stopped for m in some):4} /{sum(m.exact for m in some):4} /{len(some):4}")
            print(f"  {row:16}" + "   ".join(cells), flush=True)


def _kind(mark: Mark) -> Sequence[str]:
    return (mark.planted.kind,)


def _page(mark: Mark) -> Sequence[str]:
    return (mark.page,)


def _troubles(mark: Mark) -> Sequence[str]:
    return mark.troubles


def _list(name: str, drawn: Scene, made: Sequence[Mark], strays: Sequence[Found]) -> None:
    where = f"{name}, {drawn.seed} {drawn.page} {drawn.level}"
    for mark in made:
        if not mark.stopped:
            print(f"  missed: {where}: {mark.planted.kind} {mark.planted.text!r}, read {mark.lines}, {mark.troubles}")
    for one in strays:
        print(f"  not planted: {where}: {one.kind} in {[line.value for line in one.lines]}")


if __name__ == "__main__":
    main()
