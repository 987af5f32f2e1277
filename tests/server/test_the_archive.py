"""The archive at the desk and over the API: what a no reaches there."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.server.running import Form, Served, served

from imgpolicy.domain.account import Account, AccountRole, Right
from imgpolicy.domain.posting import Origin, Posting, Role
from imgpolicy.server.api.calls import PREFIX
from imgpolicy.service import accounts
from imgpolicy.service.audit_work import AuditRequest
from imgpolicy.service.auditing import audit
from imgpolicy.service.posts import record_post
from imgpolicy.service.workspace import Place, Workspace

POSTING = Posting(channel="facebook", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN)
PORTRAIT = "pictures/portrait.jpg"
NAMES = ("portrait.jpg", "meadow.jpg", "poster.jpg")
ROLES = {"kurt": AccountRole.KEEPER, "rita": AccountRole.READER, "olga": AccountRole.POSTER}


@pytest.fixture(scope="module")
def audited(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose pictures were audited, one of which is posted."""
    folder = Path(shutil.copytree(demo, tmp_path_factory.mktemp("audited") / "work"))
    for file in (folder / "pictures").iterdir():
        if file.name not in NAMES:
            file.unlink()
    with contextlib.chdir(folder), Workspace.open("imgpolicy.toml") as workspace:
        request = AuditRequest(places=("pictures",), posting=POSTING, jobs=1)
        assert len(list(audit(workspace, Place(policy_file="imgpolicy.toml"), request))) == len(NAMES)
        record_post(workspace, PORTRAIT, Posting(channel="facebook", purpose="pr"), "https://example.org/1")
        for login, role in ROLES.items():
            account = Account(id=login, name=login.title(), role=role)
            accounts.add(workspace, account, password=f"the password of {login}")
    return folder


@pytest.fixture
def folder(audited: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(audited, tmp_path / "work"))


@pytest.fixture
def desk(folder: Path) -> Iterator[Served]:
    with served(folder) as running:
        yield running


@contextlib.contextmanager
def signed_in(desk: Served, login: str) -> Iterator[httpx.Client]:
    with desk.client() as client:
        client.headers["origin"] = desk.address
        form = {"login": login, "password": f"the password of {login}"}
        assert client.post("/sign-in", data=form).status_code == 303
        yield client


NO = {"kind": "publication", "how": "withdrawn", "what": "all", "reason": "by mail"}


@pytest.mark.slow
def test_a_no_at_the_desk_reaches_the_archive_at_once(desk: Served) -> None:
    with signed_in(desk, "kurt") as kurt:
        asked = kurt.get("/people/eileen/deny?kind=publication")
        reach = kurt.post("/people/eileen/deny", data={**Form(asked.text).fields, **NO})
        assert "Pictures of the archive that are judged again: 1" in reach.text
        assert "In the archive" not in kurt.get("/log").text
        said = kurt.post("/people/eileen/deny", data=Form(reach.text).fields)
        assert said.status_code == 303, said.text
        for path in (said.headers["location"], "/log"):
            page = kurt.get(path).text
            assert "No go any more, in the archive: 1" in page
            assert f"In the archive, as it is or as a copy: {PORTRAIT}" in " ".join(page.replace("</span>", "").split())


@pytest.mark.slow
def test_a_no_over_the_api_names_what_it_reaches(desk: Served, folder: Path) -> None:
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        _, secret = accounts.new_token(workspace, "kurt", "site", frozenset({Right.KEEP, Right.SEE}), None)
    headers = {"authorization": f"Bearer {secret}", "idempotency-key": "one"}
    no = {"pii_principal_id": "eileen", "kind": "publication", "event_state": "withdrawn", "reason": "asked"}
    no["event_time"] = dt.datetime.now(dt.UTC).isoformat()
    with httpx.Client(base_url=desk.address + PREFIX, headers=headers, timeout=60) as client:
        first = client.post("/consents", json=no)
        assert first.status_code == 201, first.text
        (task,) = first.json()["takedowns"]
        assert first.json()["archive"] == [PORTRAIT]
        assert first.json()["copies"] == {task["publication"]: [PORTRAIT]}
        assert client.get("/publications").json()["copies"] == first.json()["copies"]
        again = client.post("/consents", json=no)
        assert (again.status_code, again.json()) == (200, first.json())


@pytest.mark.slow
def test_an_erasure_at_the_desk_names_what_must_come_down(desk: Served) -> None:
    with signed_in(desk, "kurt") as kurt:
        asked = kurt.get("/people/eileen/erase")
        page = kurt.post("/people/eileen/erase", data={**Form(asked.text).fields, "typed": "eileen"}).text
    assert "No go any more, in the archive: 1" in page
    assert page.count(PORTRAIT) == 2
