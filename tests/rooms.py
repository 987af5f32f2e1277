"""Fresh roots in which the steps of a Containerfile run: this machine's system stands in the base image's place."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.support import Ran

SYSTEM = ("/usr", sys.base_prefix)
"""What of this machine is there, to be read alone."""

ETC = ("ssl", "ld.so.cache", "nsswitch.conf", "hosts")
PATH = f"{sys.base_prefix}/bin:/usr/bin:/bin"


@dataclass
class Image:
    """What a Containerfile says of the image, once its steps ran in `root`."""

    root: Path
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": PATH})
    user: str = "0:0"
    folder: str = "/"
    health: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)


def instructions(file: Path) -> list[tuple[str, str]]:
    """The instructions of a Containerfile, each with its words."""
    lines = [line for line in file.read_text().splitlines() if line and not line.startswith("#")]
    return [(verb, words) for verb, _, words in (line.partition(" ") for line in lines)]


def built(file: Path, place: Path, wheels: Path) -> Image:
    """The image of the file's last stage; what is to be installed lies in `wheels`."""
    stages: dict[str, Image] = {}
    image = Image(place / "none")
    for number, (verb, words) in enumerate(instructions(file)):
        match verb:
            case "FROM":
                image = Image(fresh(place / f"root{number}"))
                stages[words.rpartition(" AS ")[2]] = image
            case "COPY" if words.startswith("--from="):
                stage, source, target = words.removeprefix("--from=").split()
                shutil.copytree(stages[stage].root / source[1:], image.root / target[1:], symlinks=True)
            case "COPY":
                *sources, target = words.split()
                _copied([file.parent / one for one in sources], image.root / target[1:], into=target.endswith("/"))
            case "RUN":
                installs = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/wheels"}
                ran = inside(
                    image, ["bash", "-ec", words], with_also=installs, binds={"/wheels": wheels}, writable=True
                )
                assert ran.code == 0, ran.err
            case _:
                _set(image, verb, words)
    return image


def _set(image: Image, verb: str, words: str) -> None:
    """What an instruction says of the image that changes no file in it."""
    match verb:
        case "ENV":
            image.environment |= dict(word.split("=", 1) for word in shlex.split(words))
        case "USER":
            image.user = words
        case "WORKDIR":
            image.folder = words
        case "HEALTHCHECK":
            image.health = json.loads(words.partition("CMD ")[2])
        case "ENTRYPOINT" | "CMD":
            image.command += json.loads(words)
        case _:
            assert verb in {"ARG", "VOLUME", "EXPOSE"}


def fresh(root: Path) -> Path:
    """A root with nothing in it but what every system has."""
    for name in ("usr", "etc", "proc", "dev", "tmp", "opt", "wheels"):
        (root / name).mkdir(parents=True)
    (root / "tmp").chmod(0o1777)
    for name in ("bin", "sbin", "lib", "lib64"):
        if Path("/", name).is_symlink():
            (root / name).symlink_to(Path("/", name).readlink())
    for name in ETC:
        source = Path("/etc", name)
        if source.is_dir():
            shutil.copytree(source, root / "etc" / name, ignore_dangling_symlinks=True)
        elif source.exists():
            shutil.copyfile(source, root / "etc" / name)
    return root


def inside(
    image: Image,
    command: Sequence[str],
    *,
    with_also: dict[str, str] | None = None,
    binds: dict[str, Path] | None = None,
    writable: bool = False,
) -> Ran:
    """What the command leaves behind that runs in the root, without a network, as the image's user.

    But where it is writable the root is read-only; what is bound is not.
    """
    root = shlex.quote(str(image.root))
    lines = ["set -e", "mount --make-rprivate /", f"mount --bind {root} {root}"]
    for path in dict.fromkeys(SYSTEM):
        place = shlex.quote(f"{image.root}{path}")
        lines += [f"mkdir -p {place}", f"mount --rbind {path} {place}", f"mount -o remount,bind,ro {place}"]
    lines += [f"mount -t proc proc {root}/proc", f"mount --rbind /dev {root}/dev", f"mount -t tmpfs none {root}/tmp"]
    for path, source in (binds or {}).items():
        lines += [f"mkdir -p {root}{path}", f"mount --bind {shlex.quote(str(source))} {root}{path}"]
    environment = shlex.join(f"{name}={said}" for name, said in {**image.environment, **(with_also or {})}.items())
    changed = f"cd {image.folder}; exec {shlex.join(command)}"
    lines += ["ip link set lo up", *([] if writable else [f"mount -o remount,bind,ro {root}"])]
    entered = f"exec chroot --userspec={image.user} --groups= {root} /usr/bin/env -i {environment}"
    lines += [f"{entered} bash -c {shlex.quote(changed)}"]
    unshared = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "bash", "-c", "\n".join(lines)]
    ran = subprocess.run(unshared, capture_output=True, text=True, check=False)
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def accept_machine() -> None:
    """Skip where roots cannot be made."""
    for tool in ("unshare", "chroot", "mount", "ip"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not here")
    tried = subprocess.run(
        ["unshare", "--mount", "--net", "--pid", "--fork", "mount", "-t", "tmpfs", "none", "/mnt"],
        capture_output=True,
        text=True,
        check=False,
    )
    if os.geteuid() != 0 or tried.returncode != 0:
        pytest.skip(f"a fresh root takes a user who may mount: {tried.stderr.strip() or 'this one may not'}")


def _copied(sources: Sequence[Path], target: Path, *, into: bool) -> None:
    for source in sources:
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            place = target / source.name if into else target
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, place)
