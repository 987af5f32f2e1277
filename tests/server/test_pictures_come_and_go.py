"""Pictures come in by a form and go out as files, whatever they are called; nothing of them lies open meanwhile."""

from __future__ import annotations

import io
import shutil
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.server.running import Served, served, signed_in, token_of

from imgpolicy.domain.account import Account, AccountRole
from imgpolicy.service import accounts
from imgpolicy.service.workspace import Workspace

pytestmark = pytest.mark.slow

STATED = {"channel": "facebook", "role": "employee", "purpose": "pr", "origin": "own", "profile": ""}
JSON = {"accept": "application/json"}


@pytest.fixture(scope="module")
def folder(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = Path(shutil.copytree(demo, tmp_path_factory.mktemp("desk") / "work"))
    with Workspace.open(found / "imgpolicy.toml") as workspace:
        for login, role in (("olga", AccountRole.POSTER), ("piet", AccountRole.POSTER), ("rita", AccountRole.REVIEWER)):
            account = Account(id=login, name=login.title(), role=role)
            accounts.add(workspace, account, password=f"the password of {login}")
    return found


@pytest.fixture(scope="module")
def desk(folder: Path) -> Iterator[Served]:
    with served(folder) as running:
        yield running


@pytest.fixture(scope="module")
def olga(desk: Served) -> Iterator[httpx.Client]:
    with signed_in(desk, "olga") as client:
        yield client


def sent(client: httpx.Client, files: list[tuple[str, bytes]], **other: str) -> httpx.Response:
    """The answer to the form with these files, its token before them as the page has it."""
    fields = {"token": token_of(client.get("/check")), **STATED, **other}
    parts = [(name, (None, value.encode())) for name, value in fields.items()]
    return client.post("/batches", files=[*parts, *(("pictures", file) for file in files)])


def done(client: httpx.Client, address: str) -> str:
    """The page of a batch once all of it was judged."""
    for _ in range(600):
        page = client.get(address).text
        if "data-events" not in page:
            return page
        time.sleep(0.2)
    raise AssertionError(address)


def test_what_may_be_posted_is_fetched_in_one_file(olga: httpx.Client, folder: Path) -> None:
    meadow, placed = ((folder / "pictures" / name).read_bytes() for name in ("meadow.jpg", "with_location.jpg"))
    answer = sent(olga, [("../../etc/meadow.jpg", meadow), ("place.jpg", placed), ("æ ø<b>.jpg", meadow)])
    assert answer.status_code == 303
    page = done(olga, answer.headers["location"])
    assert "æ ø&lt;b&gt;.jpg" in page
    fetched = olga.get(f"{answer.headers['location']}/pictures.zip")
    with zipfile.ZipFile(io.BytesIO(fetched.content)) as archive:
        assert archive.namelist() == ["001-meadow.jpg", "003-æ ø<b>.jpg"]
        assert archive.read("001-meadow.jpg") == meadow


def test_nothing_of_a_picture_or_its_name_lies_open(olga: httpx.Client, folder: Path) -> None:
    meadow = (folder / "pictures" / "meadow.jpg").read_bytes()
    answer = sent(olga, [("zzsecretname.jpg", meadow + b"zzsecretbytes")])
    done(olga, answer.headers["location"])
    for file in folder.rglob("*"):
        if file.is_file() and "pictures" not in file.parts:
            data = file.read_bytes()
            assert b"zzsecret" not in data, file
            assert meadow[200:400] not in data, file


def test_another_persons_pictures_are_not_shown(olga: httpx.Client, desk: Served, folder: Path) -> None:
    answer = sent(olga, [("meadow.jpg", (folder / "pictures" / "meadow.jpg").read_bytes())])
    address = answer.headers["location"]
    item = done(olga, address).split('href="/items/')[1].split('"')[0]
    with signed_in(desk, "piet") as piet:
        for path in (
            address,
            f"{address}/pictures.zip",
            f"{address}/events",
            f"/items/{item}",
            f"/queue/{item}",
            "/queue",
        ):
            assert piet.get(path).status_code == 403, path
        assert piet.get(f"/items/{item}/small.jpg").status_code == 403
        assert piet.get(f"/items/{item}/copy").status_code == 403
        form = {"token": token_of(piet.get("/check")), "way": "all"}
        assert piet.post(f"/items/{item}/clean", data=form).status_code == 403


def test_a_reviewer_sees_what_others_laid_down_and_changes_nothing_of_it(
    olga: httpx.Client, desk: Served, folder: Path
) -> None:
    answer = sent(olga, [("place.jpg", (folder / "pictures" / "with_location.jpg").read_bytes())])
    address = answer.headers["location"]
    item = done(olga, address).split('href="/items/')[1].split('"')[0]
    with signed_in(desk, "rita") as rita:
        page = rita.get(f"/items/{item}")
        assert page.status_code == 200
        token = token_of(page)
        for act in ("clean", "undo", "hand-in", "change", "people", "post"):
            form = {
                "token": token,
                "way": "all",
                "channel": "website",
                "person": "eileen",
                "url": "https://a.example/1",
            }
            assert rita.post(f"/items/{item}/{act}", data=form).status_code == 403, act
        part = [("token", (None, token.encode())), ("pictures", ("a.jpg", b"1"))]
        assert rita.post(f"{address}/pictures", files=part).status_code == 403


def test_a_form_without_files_takes_none(olga: httpx.Client) -> None:
    token = token_of(olga.get("/check"))
    parts = [("token", (None, token.encode())), ("pictures", ("a.jpg", b"1"))]
    assert olga.post("/sign-out", files=parts).status_code == 400
    many = "&".join(f"f{number}=1" for number in range(1000))
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert olga.post("/sign-out", content=many, headers=kind).status_code == 400
    assert olga.post("/sign-out", content="a=" + "x" * 200_000, headers=kind).status_code == 400
    assert olga.get("/check").status_code == 200


def test_a_form_that_is_not_ours_brings_nothing_in(olga: httpx.Client) -> None:
    before = olga.get("/batches").text.count('href="/batches/')
    assert sent(olga, [("a.jpg", b"1")], token="0" * 64).status_code == 403
    assert sent(olga, []).status_code == 422
    assert olga.post("/batches", content=b"no form").status_code == 400
    assert sent(olga, [("a.jpg", b"1")], channel="myspace").status_code == 422
    parts = [("pictures", ("a.jpg", b"1")), ("token", (None, b""))]
    assert olga.post("/batches", files=parts).status_code == 403
    assert olga.get("/batches").text.count('href="/batches/') == before


def test_what_is_no_picture_is_an_answer_too(olga: httpx.Client) -> None:
    answer = sent(olga, [("empty.jpg", b""), ("words.jpg", b"hello"), ("page.jpg", b"<script>alert(1)</script>")])
    page = done(olga, answer.headers["location"])
    assert page.count('class="row review"') == 3
    assert "<script>alert" not in page
