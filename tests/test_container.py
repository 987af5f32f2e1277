"""The image: its steps run in a fresh root, and what runs there has no network, no rights and a root that is read-only.

No base image is fetched: the system of this machine stands in its place, so what an image lacks of it is not seen.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tests.pages import ROOT
from tests.postgres import PASSWORD, Server, binaries, running
from tests.rooms import Image, accept_machine, built, inside, instructions
from tests.support import Run

FILE = ROOT / "Containerfile"
COMPOSE = ROOT / "examples" / "serve" / "compose.yaml"
USER = 10001


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """The image, built."""
    accept_machine()
    place = tmp_path_factory.mktemp("container")
    wheels = place / "wheels"
    fetched = [f"{ROOT}[server,oidc,postgresql,queue,buckets]", "hatchling"]
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--wheel-dir", str(wheels), *fetched]
    subprocess.run(command, check=True, capture_output=True)
    for wheel in wheels.glob("imgpolicy-*.whl"):
        wheel.unlink()  # it is made by the image's own step
    return built(FILE, place, wheels)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A folder for /work, of the image's user."""
    folder = tmp_path / "work"
    folder.mkdir()
    subprocess.run(["chown", f"{USER}:{USER}", folder], check=True)
    return folder


@pytest.mark.slow
def test_a_check_runs_without_network_and_rights_on_a_root_that_is_read_only(image: Image, work: Path) -> None:
    script = (
        "imgpolicy demo /work/demo && id -u && ! touch /opt/imgpolicy/x && ! touch /x && ! touch /usr/x"
        " && ! python -c 'import socket; socket.create_connection((\"192.0.2.1\", 443), 1)'"
    )
    ran = inside(image, ["bash", "-c", script], binds={"/work": work})
    assert ran.code == 0, ran.out + ran.err
    assert f"\n{USER}\n" in ran.out
    assert ran.err.count("Read-only file system") == 3
    assert "Network is unreachable" in ran.err


@pytest.mark.slow
def test_the_desk_answers_and_the_health_check_says_whether_it_does(image: Image, work: Path) -> None:
    """By the image's own command."""
    script = f"""
        healthy() {{ {shlex.join(image.health)} 2> /dev/null; }}
        imgpolicy init /work > /dev/null
        imgpolicy account add mkl --name Mette --role admin --no-password > /dev/null
        healthy || echo silent
        {shlex.join(image.command)} &
        for second in $(seq 60); do healthy && echo healthy && break; sleep 1; done
        kill $!; wait $!
        healthy || echo gone
    """
    ran = inside(image, ["bash", "-c", script], binds={"/work": work})
    assert ran.out.split()[-3:] == ["silent", "healthy", "gone"], ran.out + ran.err


@pytest.mark.slow
def test_a_register_on_postgresql_is_reached_by_its_socket_alone(image: Image, work: Path) -> None:
    """As the services have it: the database's folder is shared, and there is no network."""
    programs = binaries()
    if programs is None:
        pytest.skip("there is no PostgreSQL server here")
    with running(programs) as server:
        database = Server.name_of(server.new_database())
        url = f"postgresql://postgres@/{database}?host=/var/run/postgresql&port={server.port}"
        script = f"imgpolicy init /work --register {shlex.quote(url)} && imgpolicy register stats"
        told = {"PGPASSWORD": PASSWORD}
        ran = inside(
            image, ["bash", "-c", script], with_also=told, binds={"/work": work, "/var/run/postgresql": server.folder}
        )
    assert ran.code == 0, ran.err
    assert "/var/run/postgresql" in (work / "imgpolicy.toml").read_text()


def test_the_image_runs_as_nobody_and_has_nothing_of_a_working_copy() -> None:
    told = dict(instructions(FILE)[-8:])
    assert told["USER"] == f"{USER}:{USER}"
    copied = {word for verb, words in instructions(FILE) if verb == "COPY" for word in words.split()[:-1]}
    assert copied == {
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "src",
        "consent_db",
        "examples",
        "--from=build",
        "/opt/imgpolicy",
    }


def test_the_services_have_no_more_than_they_need(imgpolicy: Run) -> None:
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    desk, database = services["desk"], services["database"]
    assert desk["read_only"] is True
    assert desk["cap_drop"] == ["ALL"]
    assert (COMPOSE.parent / desk["build"]["context"] / desk["build"]["dockerfile"]).samefile(FILE)
    assert database["network_mode"] == "none"
    assert {"socket:/var/run/postgresql"} <= {*desk["volumes"]} & {*database["volumes"]}
    said = imgpolicy(desk["command"][0], "--help").out
    assert all(word in said for word in desk["command"] if word.startswith("--"))
