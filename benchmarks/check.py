"""Prints what one check costs, beside one full decode of the same file by Pillow, in the same run.

    python benchmarks/check.py [PHOTO.jpg] [--people 1000] [--runs 7]

Without a photograph the sample's portrait is enlarged to 12 megapixels. CPU seconds, medians; the memory is the peak
of a process that makes one check and nothing else.
"""

from __future__ import annotations

import argparse
import io
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter
from units import wrote

from imgpolicy import Checker, Posting
from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.person import Person
from imgpolicy.opening import open_register
from imgpolicy.policy import read_policy
from imgpolicy.presets import sample
from imgpolicy.register.consents import record_consent
from imgpolicy.register.faces import add_faces
from imgpolicy.register.people import add_person
from imgpolicy.service.scaffold import lay_out_demo

POSTING = Posting(channel="facebook", purpose="pr")
ONE_CHECK = """
import resource, sys
from imgpolicy import Checker, Posting
with Checker.from_file(sys.argv[1]) as checker:
    report = checker.check(sys.argv[2], Posting(channel="facebook", purpose="pr"))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, len(report.faces), len(report.models))
"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("photo", nargs="?", type=Path)
    arguments.add_argument("--people", type=int, default=1000)
    arguments.add_argument("--runs", type=int, default=7)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "work"
        lay_out_demo(work)
        photo = given.photo or enlarged(Path(folder) / "twelve.jpg")
        policy = work / "imgpolicy.toml"
        fill(policy, given.people)
        measure(policy, photo, given.runs)


def measure(policy: Path, photo: Path, runs: int) -> None:
    data = photo.read_bytes()
    with Checker.from_file(policy) as checker:
        opening = cpu(lambda: checker.check(data, POSTING), 1)
        decode = cpu(lambda: Image.open(io.BytesIO(data)).load(), runs)
        check = cpu(lambda: checker.check(data, POSTING), runs)
        report = checker.check(data, POSTING)
    command = [sys.executable, "-m", "imgpolicy"]
    helped = cpu_of([*command, "--help"], runs)
    whole = cpu_of([*command, "check", str(photo), "--policy", str(policy), "--exit-zero"], min(runs, 3))
    one = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ONE_CHECK, str(policy), str(photo)], capture_output=True, check=True
    )
    peak, faces, models = one.stdout.split()
    print(f"picture                      {report.picture.width} x {report.picture.height}, {int(faces)} face(s)")
    print(f"models loaded                {int(models)}")
    print(f"Pillow, one full decode      {decode * 1000:7.1f} ms CPU")
    print(f"one check                    {check * 1000:7.1f} ms CPU, {check / decode:.2f} x the decode")
    print(f"first check (loads all)      {opening * 1000:7.1f} ms CPU")
    print(f"imgpolicy check, the command {whole * 1000:7.1f} ms CPU")
    print(f"imgpolicy --help             {helped * 1000:7.1f} ms CPU")
    print(f"peak memory of one check     {int(peak):7d} MB")


def enlarged(path: Path) -> Path:
    """The sample's portrait at 4000 x 3000, with grain, so that it weighs what a camera's file does."""
    portrait = Image.open(sample() / "examples" / "pictures" / "portrait.jpg").crop((0, 0, 512, 384))
    large = np.asarray(portrait.resize((4000, 3000), Image.Resampling.LANCZOS), dtype=np.int16)
    grain = np.random.default_rng(1).normal(0, 6, (3000, 4000, 1)).astype(np.int16)
    image = Image.fromarray((large + grain).clip(0, 255).astype(np.uint8))
    image.filter(ImageFilter.GaussianBlur(0.6)).save(path, quality=92)
    return path


def fill(policy_file: Path, people: int) -> None:
    """Add people with three random vectors each, until the register holds this many."""
    policy = read_policy(policy_file)
    random = np.random.default_rng(2)
    with open_register(policy) as register:
        for number in range(people - 1):
            person = f"p{number}"
            wrote(register, add_person, Person(id=person, name=f"Person {number}"))
            wrote(
                register, record_consent, Consent(person=person, kind=ConsentKind.BIOMETRIC, state=ConsentState.GIVEN)
            )
            vectors = random.normal(size=(3, 128)).astype(np.float32)
            wrote(
                register,
                add_faces,
                person,
                "yunet-sface/1",
                list(vectors / np.linalg.norm(vectors, axis=1, keepdims=True)),
            )


def cpu(work: Callable[[], object], runs: int) -> float:
    """The median CPU time of the work, in seconds, all threads together."""
    return statistics.median(_once(work) for _ in range(runs))


def _once(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def cpu_of(command: list[str], runs: int) -> float:
    """The median CPU time of a command, in seconds."""
    times = []
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    return statistics.median(times)


if __name__ == "__main__":
    main()
