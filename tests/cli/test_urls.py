"""Pictures from URLs, through a real server on this machine."""

from __future__ import annotations

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support import Run

POSTING = ("--channel", "facebook", "--role", "employee", "--purpose", "pr", "--origin", "own", "--format", "json")


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site(demo: Path) -> Iterator[str]:
    handler = functools.partial(Quiet, directory=str(demo / "pictures"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.slow
def test_a_picture_from_the_own_machine_is_refused_unless_asked_for(imgpolicy: Run, demo: Path, site: str) -> None:
    url = f"{site}/portrait.jpg"
    refused = imgpolicy("check", url, *POSTING, folder=demo)
    (report,) = json.loads(refused.out)["reports"]
    assert (refused.code, report["picture"]["width"]) == (4, None)
    allowed = imgpolicy("check", url, *POSTING, "--allow-private-hosts", folder=demo)
    (report,) = json.loads(allowed.out)["reports"]
    assert (allowed.code, report["verdict"], report["picture"]["name"]) == (0, "go", url)


def test_user_password_and_query_appear_nowhere(imgpolicy: Run, demo: Path, site: str) -> None:
    url = site.replace("//", "//anna:secret1@") + "/portrait.jpg?token=secret2"
    for words in ((), ("--allow-private-hosts",)):
        ran = imgpolicy("check", url, *POSTING, *words, folder=demo)
        assert "secret" not in ran.out + ran.err


def test_what_is_not_there_is_one_line_and_exit_4(imgpolicy: Run, demo: Path, site: str) -> None:
    ran = imgpolicy("check", f"{site}/none.jpg", *POSTING, "--allow-private-hosts", folder=demo)
    assert (ran.code, ran.err.count("\n"), "404" in ran.err) == (4, 1, True)
