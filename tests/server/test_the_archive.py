"""The archive at the desk and over the API: who finds what in it, and what a no reaches there."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.server.browser import browser, needs_chromium, password_of, sign_in, violations, visitor
from tests.server.running import Form, Served, served, signed_in

from imgpolicy.domain.account import Account, AccountRole, Right
from imgpolicy.domain.posting import Origin, Posting, Role
from imgpolicy.server.api.calls import PREFIX
from imgpolicy.service import accounts, listing
from imgpolicy.service.audit_work import AuditRequest
from imgpolicy.service.auditing import audit
from imgpolicy.service.listing import Filter
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
            accounts.add(workspace, account, password=password_of(login))
    return folder


@pytest.fixture
def folder(audited: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(audited, tmp_path / "work"))


@pytest.fixture
def desk(folder: Path) -> Iterator[Served]:
    with served(folder) as running:
        yield running


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


def over(desk: Served, folder: Path, *rights: Right) -> httpx.Client:
    """A program with a token of these rights."""
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        _, secret = accounts.new_token(workspace, "kurt", "program", frozenset(rights), None)
    return httpx.Client(base_url=desk.address + PREFIX, headers={"authorization": f"Bearer {secret}"}, timeout=60)


@pytest.mark.slow
def test_whoever_may_see_people_finds_pictures_by_what_is_said_of_them(desk: Served) -> None:
    with desk.client() as nobody:
        assert nobody.get("/archive").status_code == 303
    with signed_in(desk, "rita") as rita:
        assert '<a href="/archive"' in rita.get("/people").text
        for query, found in {
            "": {"portrait", "meadow", "poster"},
            "verdict=no-go": {"poster"},
            "rule=C101": {"poster"},
            "person=eileen": {"portrait"},
            "person=Eileen+Collins&verdict=go": {"portrait"},
            "place=pictures&verdict=go": {"portrait", "meadow"},
            "place=elsewhere": set(),
            "rule=X999": set(),
        }.items():
            page = rita.get(f"/archive?{query}").text
            assert {name.removesuffix(".jpg") for name in NAMES if f"pictures/{name}</a>" in page} == found, query
        for query in ("verdict=perhaps", "person=nobody", "after=x", "after=2026-01-01"):
            refused = rita.get(f"/archive?{query}")
            assert refused.status_code == 200
            assert 'role="alert"' in refused.text
            assert "</a><br>" not in refused.text


@pytest.mark.slow
def test_who_looks_for_a_place_that_was_never_audited_leaves_nothing_behind(folder: Path) -> None:
    kept = folder / "consent_db" / "register.sqlite-archive"
    before = kept.read_bytes()
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        assert listing.part(workspace, Filter(place="nowhere", code="X999")) == listing.Part()
    assert kept.read_bytes() == before


@pytest.mark.slow
def test_the_report_on_a_picture_is_made_again_without_opening_it(desk: Served, folder: Path) -> None:
    for file in (folder / "pictures").iterdir():
        file.unlink()
    with signed_in(desk, "rita") as rita:
        page = rita.get("/archive?rule=C101").text
        (link,) = re.findall(r'href="(/archive/[0-9a-f]{32})"', page)
        report = rita.get(link)
        assert "Rule C101" in report.text
        assert "the picture was not opened" in report.text
        for other in ("0" * 32, "zz", "0" * 31):
            assert rita.get(f"/archive/{other}").status_code == 404


@pytest.mark.slow
def test_a_program_goes_through_the_archive_page_by_page(
    desk: Served, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with over(desk, folder, Right.SEE) as program:
        found = program.get("/archive", params={"person": "eileen"}).json()
        (one,) = found["pictures"]
        assert (one["name"], one["verdict"], one["people"], found["next"]) == (PORTRAIT, "go", ["eileen"], None)
        shown = program.get(f"/archive/{one['id']}").json()
        assert shown["picture"] == one
        assert shown["report"]["verdict"] == "go"
        assert shown["report"]["picture"]["name"] == PORTRAIT
        assert program.get("/archive", params={"verdict": "maybe"}).status_code == 400
        assert program.get("/archive", params={"after": "x"}).status_code == 400
        assert program.get("/archive", params={"person": "nobody"}).status_code == 404
        assert program.get("/archive/00").status_code == 404
    with over(desk, folder, Right.CHECK) as other:
        assert other.get("/archive").status_code == other.get(f"/archive/{one['id']}").status_code == 403
    monkeypatch.setattr(listing, "PART", 2)
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        first = listing.part(workspace, Filter())
        assert len(first.pictures) == 2
        second = listing.part(workspace, Filter(after=first.next))
        assert second.next is None
        assert sorted(one.name for one in first.pictures + second.pictures) == sorted(
            f"pictures/{one}" for one in NAMES
        )


@pytest.mark.slow
def test_a_program_learns_what_a_no_would_reach(desk: Served, folder: Path) -> None:
    no = {"pii_principal_id": "eileen", "kind": "publication", "event_state": "withdrawn", "reason": "asked"}
    no["event_time"] = dt.datetime.now(dt.UTC).isoformat()
    with over(desk, folder, Right.KEEP) as program:
        told = program.post("/consents/reach", json=no).json()
        assert (len(told["consents"]), len(told["posts"]), told["faces"], told["pictures"]) == (2, 1, 0, 1)
        assert program.post("/consents/reach", json={**no, "event_state": "given"}).status_code == 422
    with over(desk, folder, Right.SEE) as program:
        assert program.post("/consents/reach", json=no).status_code == 403
        assert program.get("/archive", params={"verdict": "go", "person": "eileen"}).json()["pictures"]


@pytest.mark.slow
@needs_chromium
@pytest.mark.parametrize(("language", "width"), [("en-GB", 1280), ("da-DK", 360)])
def test_the_pages_are_for_everybody(desk: Served, language: str, width: int, tmp_path: Path) -> None:
    with browser() as started, visitor(started, language, width) as page:
        sign_in(page, desk.address, "kurt")
        page.goto(f"{desk.address}/archive?rule=C101&place=pictures")
        for name in ("index", "report"):
            page.screenshot(path=tmp_path / f"{name}.png", full_page=True)
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            if name == "index":
                page.click("main li a >> nth=-1")
                page.wait_for_url("**/archive/*")
