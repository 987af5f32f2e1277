"""A fuzzing target for every container: `pip install -e '.[fuzz]'`, then

    python tests/containers/fuzz.py CORPUS_FOLDER [libFuzzer options such as -max_total_time=600]

An empty corpus folder is filled with the planted files first. Anything but a walk that adds up, a stripped file, or
one of the typed errors is a finding; so is one input that takes more than five seconds.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

# It has no types, and is an optional part.
atheris = importlib.import_module("atheris")

with atheris.instrument_imports(include=["imgpolicy.containers"]):
    from imgpolicy import formats
    from imgpolicy.containers.parts import MalformedError, following
    from imgpolicy.domain.terms import StripMode
    from imgpolicy.errors import RemedyError
    from imgpolicy.remedies.strip import rewritten


def one_input(data: bytes) -> None:
    """Raises what nobody expects."""
    try:
        walk = formats.parse(data)
    except MalformedError:
        return
    if list(following(walk.parts, len(data))):
        raise AssertionError("the parts do not add up")
    for mode in StripMode:
        try:
            rewritten(data, mode=mode)
        except RemedyError:
            continue


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(exist_ok=True)
    if not any(folder.iterdir()):
        sys.path.insert(0, str(Path(__file__).parent.parent.parent))
        from tests.containers.planted import everything

        for name, data in everything():
            (folder / name).write_bytes(data)
    atheris.Setup([*sys.argv, "-timeout=5"], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
