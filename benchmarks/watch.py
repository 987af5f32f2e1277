"""What a watched folder keeps whole: files are dropped while whoever watches is killed again and again.

Usage: `python benchmarks/watch.py [--files N] [--kills N] [--side PIXELS]`. The demonstration's folder with its policy
and register, and all that looks at pictures; small pictures made of its samples, some the same, some with a location,
some no pictures at all. Each has to end in exactly one folder, with its report; then it is told how many are where.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.service.watch_kills import Watched, drop

from imgpolicy.service.scaffold import lay_out_demo


def main() -> None:
    """Print where they are, and how long it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--side", type=int, default=160, help="pixels of the long side of each picture")
    given = parser.parse_args()
    chance = random.Random(11)
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary) / "work"
        lay_out_demo(work)
        watched = Watched(work)
        watched.make()
        dropped = drop(work / "in", sorted((work / "pictures").glob("*.jpg")), given.files, side=given.side)
        began, kills = time.monotonic(), 0
        share = max(1, given.files // (given.kills + 1))
        for number in range(1, given.kills + 1):
            kills += watched.killed_after(chance.randrange(1, share + 1))
            print(f"killed {number} times, {len([*(work / 'in').glob('*.jpg')])} files wait", flush=True)
        watched.to_the_end()
        seconds = time.monotonic() - began
        found = watched.places(dropped)
    print(f"{given.files} files, {kills} kills, {seconds:.0f} s: each is in one folder, with its report")
    print(", ".join(f"{count} in {name}" for name, count in sorted(found.items())))


if __name__ == "__main__":
    main()
