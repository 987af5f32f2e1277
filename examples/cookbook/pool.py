"""Check a folder in several processes, and print each answer as it comes: `python pool.py FOLDER`."""

import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from imgpolicy import Checker, Posting
from imgpolicy.posting import Origin, Role

POSTING = Posting(channel="website", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN)


@cache
def checker() -> Checker:
    """The checker of this process: networks and register are opened once, and shared with no other."""
    return Checker.from_file("imgpolicy.toml")


def check(picture: Path) -> str:
    """One line on one picture."""
    report = checker().check(picture, POSTING)
    return " ".join([picture.name, report.verdict.word, *sorted({finding.code for finding in report.findings})])


def main(folder: str) -> None:
    """Print a line for each picture; a worker that dies is an error, and no go."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=checker) as pool:
        for done in as_completed([pool.submit(check, picture) for picture in Path(folder).iterdir()]):
            print(done.result(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
