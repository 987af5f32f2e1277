"""A real WordPress: Debian's, with a MariaDB and PHP's own server, all on loopback and all for a test."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
from tests.server.running import free_port

ROOT = Path(__file__).parent.parent.parent
PLUGIN = ROOT / "integrations" / "wordpress" / "imgpolicy"
PROGRAM = Path("/usr/share/wordpress")
_PATH = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}

_NO_PASSWORD = "--auth-root-authentication-method=normal"  # the server is of this test alone
_CONFIG = """<?php
define( 'DB_NAME', 'site' );
define( 'DB_USER', 'root' );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', '127.0.0.1:{database}' );
define( 'WP_HOME', 'http://127.0.0.1:{port}' );
define( 'WP_SITEURL', 'http://127.0.0.1:{port}' );
define( 'WP_CONTENT_DIR', __DIR__ . '/wp-content' );
define( 'WP_ENVIRONMENT_TYPE', 'local' );
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'WP_ACCESSIBLE_HOSTS', '127.0.0.1' );
define( 'DISABLE_WP_CRON', true );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
{said}
foreach ( array( 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE' ) as $one ) {{
    define( $one . '_KEY', 'a test' );
    define( $one . '_SALT', 'a test' );
}}
$table_prefix = 'wp_';
if ( ! defined( 'ABSPATH' ) ) {{
    define( 'ABSPATH', __DIR__ . '/' );
}}
require_once ABSPATH . 'wp-settings.php';
"""
_INSTALL = """
define( 'WP_INSTALLING', true );
require 'wp-load.php';
require 'wp-admin/includes/upgrade.php';
wp_install( 'Test', 'kim', 'kim@example.org', true, '', 'kim' );
update_option( 'active_plugins', array( 'imgpolicy/imgpolicy.php' ) );
echo WP_Application_Passwords::create_new_application_password( 1, array( 'name' => 'test' ) )[0];
"""


def missing() -> str | None:
    """What is not here of all that it takes; None when everything is."""
    programs = ("php", "mariadbd", "mariadb-install-db")
    lacks = [one for one in programs if shutil.which(one, path=_PATH["PATH"]) is None]
    lacks += [] if (PROGRAM / "wp-settings.php").is_file() else ["wordpress"]
    return f"not here: {', '.join(lacks)}" if lacks else None


@dataclass(frozen=True)
class Site:
    """A site that runs: its folder, its address, and somebody who may do everything there."""

    folder: Path
    address: str
    client: httpx.Client

    def rest(self, method: str, route: str, **fields: object) -> httpx.Response:
        """What the site's own interface answers."""
        return self.client.request(method, "/index.php", params={"rest_route": route}, json=fields or None)

    def upload(self, name: str, data: bytes) -> httpx.Response:
        """What it answers to a file that is sent to the media library."""
        headers = {"content-disposition": f'attachment; filename="{name}"', "content-type": "image/jpeg"}
        return self.client.post("/index.php", params={"rest_route": "/wp/v2/media"}, content=data, headers=headers)

    def php(self, code: str) -> str:
        """What a line of PHP in the site says."""
        return _php(self.folder, f"require 'wp-load.php';{code}")

    def setting(self, **said: str) -> None:
        """Write other settings of the plug-in."""
        config = self.folder / "wp-config.php"
        config.write_text(_with(config.read_text(), said))


@contextlib.contextmanager
def wordpress(folder: Path, port: int, said: Mapping[str, str]) -> Iterator[Site]:
    """A site with the plug-in and these of its settings, as PHP has them, until the block ends."""
    with _database(folder / "database") as database:
        root = folder / "site"
        shutil.copytree(PROGRAM, root, ignore_dangling_symlinks=True)
        shutil.copytree(PLUGIN, root / "wp-content" / "plugins" / "imgpolicy")
        written = _CONFIG.format(database=database, port=port, said="/* settings */")
        (root / "wp-config.php").write_text(_with(written, said))
        password = _php(root, _INSTALL)
        server = subprocess.Popen(
            ["php", "-d", "opcache.enable=0", "-S", f"127.0.0.1:{port}", "-t", str(root)],
            cwd=root,
            env={**_PATH, "PHP_CLI_SERVER_WORKERS": "3"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            with httpx.Client(base_url=address, auth=("kim", password), timeout=120) as client:
                _until(lambda: client.get("/wp-login.php").is_success)
                yield Site(root, address, client)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, 15)
            server.wait(30)


def _with(config: str, said: Mapping[str, str]) -> str:
    head, marked, rest = config.partition("/* settings */")
    kept = [line for line in rest.split("\n") if not any(f"'IMGPOLICY_{name}'" in line for name in said)]
    return head + marked + "".join(f"\ndefine( 'IMGPOLICY_{k}', {v} );" for k, v in said.items()) + "\n".join(kept)


@contextlib.contextmanager
def _database(folder: Path) -> Iterator[int]:
    """A MariaDB with an empty database `site`, on a port of this machine that is given back."""
    port = free_port()
    user = ["--user=root"] if os.geteuid() == 0 else []
    subprocess.run(
        ["mariadb-install-db", "--no-defaults", f"--datadir={folder}", _NO_PASSWORD, *user],
        check=True,
        capture_output=True,
        env=_PATH,
    )
    socket = ["--skip-log-bin", f"--socket={folder}/s", f"--pid-file={folder}/pid", "--innodb-buffer-pool-size=32M"]
    place = [f"--datadir={folder}", "--bind-address=127.0.0.1", f"--port={port}"]
    server = subprocess.Popen(
        ["mariadbd", "--no-defaults", *place, *socket, *user],
        env=_PATH,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        connect = f"$c = @new mysqli( '127.0.0.1', 'root', '', '', {port} );"
        make = f"mysqli_report( MYSQLI_REPORT_OFF ); {connect} echo $c->query( 'CREATE DATABASE IF NOT EXISTS site' );"
        _until(lambda: _php(folder, make, check=False) == "1")
        yield port
    finally:
        server.terminate()
        server.wait(60)


def _php(folder: Path, code: str, *, check: bool = True) -> str:
    ran = subprocess.run(
        ["php", "-d", "display_errors=stderr", "-r", code],
        cwd=folder,
        env={**_PATH, "HTTP_HOST": "127.0.0.1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not check or ran.returncode == 0, ran.stderr + ran.stdout
    return ran.stdout.strip()


def _until(done: object, seconds: float = 60) -> None:
    assert callable(done)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(httpx.TransportError):
            if done():
                return
        time.sleep(0.2)
    raise AssertionError("it did not start")
