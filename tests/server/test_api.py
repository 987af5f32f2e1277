"""The interface for programs: by a token alone, with its rights, in the forms that it is described by."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import jsonschema
import msgspec
import pytest
from tests.server.running import Served, served

from imgpolicy.domain.account import RIGHTS, Account, AccountRole
from imgpolicy.server.api.calls import PREFIX, Problem
from imgpolicy.server.api.description import OPERATIONS, description
from imgpolicy.server.api.pictures import PictureAnswer
from imgpolicy.service import accounts
from imgpolicy.service.workspace import Workspace

pytestmark = pytest.mark.slow

POSTING = {"channel": "facebook", "role": "employee", "purpose": "pr", "origin": "own"}


@pytest.fixture(scope="module")
def folder(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(demo, tmp_path_factory.mktemp("api") / "work"))


@pytest.fixture(scope="module")
def tokens(folder: Path) -> dict[str, str]:
    made = {}
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        for role in AccountRole:
            accounts.add(workspace, Account(id=role.value, name=role.value.title(), role=role))
            _, made[role.value] = accounts.new_token(workspace, role.value, "test", RIGHTS[role], None)
        ended, made["revoked"] = accounts.new_token(workspace, "admin", "revoked", RIGHTS[AccountRole.ADMIN], None)
        accounts.revoke(workspace, ended.id)
    return made


@pytest.fixture(scope="module")
def desk(folder: Path, tokens: dict[str, str]) -> Iterator[Served]:
    del tokens  # they are made before it is started
    with served(folder) as running:
        yield running


@pytest.fixture
def api(desk: Served, tokens: dict[str, str]) -> Iterator[Callable[[str], httpx.Client]]:
    opened: list[httpx.Client] = []

    def by(role: str) -> httpx.Client:
        bearer = {"authorization": f"Bearer {tokens[role]}"}
        opened.append(httpx.Client(base_url=desk.address + PREFIX, headers=bearer, timeout=120))
        return opened[-1]

    yield by
    for client in opened:
        client.close()


def picture_of(answer: httpx.Response) -> PictureAnswer:
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=PictureAnswer)


def refused(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found = msgspec.json.decode(answer.content, type=Problem)
    assert found.status == status
    assert "\n" not in found.detail
    return found.detail


def test_a_picture_is_checked_cleaned_fetched_and_posted(api: Callable[[str], httpx.Client], folder: Path) -> None:
    poster = api("poster")
    with (folder / "pictures" / "with_location.jpg").open("rb") as file:
        found = picture_of(poster.post("/check", data=POSTING, files={"picture": file}))
    assert found.report is not None
    assert [finding.code for finding in found.report.findings] == ["M101"]
    assert found.copy is None
    assert "may not be posted" in refused(poster.get(f"/pictures/{found.picture}/copy"), 409)
    cleaned = picture_of(poster.post(f"/pictures/{found.picture}/clean", json={}))
    assert cleaned.report is not None
    assert cleaned.report.verdict == "go"
    assert cleaned.copy == f"{PREFIX}/pictures/{found.picture}/copy"
    assert poster.get(f"/pictures/{found.picture}/copy").content[:2] == b"\xff\xd8"
    posted = picture_of(poster.post(f"/pictures/{found.picture}/post", json={"url": "https://example.org/api/1"}))
    assert posted.state.value == "posted"
    said = poster.get("/publications").json()
    assert "https://example.org/api/1" in [one["url"] for one in said["publications"]]


def test_a_picture_that_cannot_be_read_is_answered_too(api: Callable[[str], httpx.Client]) -> None:
    found = picture_of(api("poster").post("/check", data=POSTING, files={"picture": ("a.jpg", b"no picture")}))
    assert found.report is not None
    assert [finding.code for finding in found.report.findings] == ["X001"]


@pytest.mark.parametrize("query", ["dayz=3", "days=", "days=3&person=eileen"])
def test_a_query_that_would_be_left_out_is_refused(api: Callable[[str], httpx.Client], query: str) -> None:
    refused(api("keeper").get(f"/consents/due?{query}"), 400)


def test_what_is_stated_behind_the_picture_counts_as_well(api: Callable[[str], httpx.Client]) -> None:
    parts: list[tuple[str, tuple[str | None, str]]] = [
        ("picture", ("a.jpg", "no picture")),
        ("channel", (None, "myspace")),
    ]
    assert "myspace" in refused(api("poster").post("/check", files=parts), 422)
    twice = [("channel", (None, "facebook")), parts[0], ("channel", (None, "website"))]
    assert "twice" in refused(api("poster").post("/check", files=twice), 400)
    assert "none of" in refused(api("poster").post("/check", files=[parts[0], ("place", (None, "x"))]), 400)


@pytest.mark.parametrize("url", ["http://127.0.0.1/a.jpg", "http://169.254.169.254/", "file:///etc/passwd", "nothing"])
def test_an_address_in_here_is_not_fetched(api: Callable[[str], httpx.Client], url: str) -> None:
    refused(api("poster").post("/check", json={"url": url, **POSTING}), 422)


def test_what_others_laid_down_is_theirs(api: Callable[[str], httpx.Client], folder: Path) -> None:
    with (folder / "pictures" / "meadow.jpg").open("rb") as file:
        found = picture_of(api("poster").post("/check", data=POSTING, files={"picture": file}))
    refused(api("keeper").get(f"/pictures/{found.picture}"), 403)
    refused(api("reviewer").post(f"/pictures/{found.picture}/clean", json={}), 403)
    refused(api("reviewer").post(f"/pictures/{found.picture}/post", json={"url": "https://example.org/9"}), 403)
    assert picture_of(api("reviewer").get(f"/pictures/{found.picture}")).picture == found.picture


def test_nobody_comes_in_without_a_token_of_this_desk(desk: Served, tokens: dict[str, str]) -> None:
    for operation in OPERATIONS:
        path = desk.address + PREFIX + operation.path.replace("{", "").replace("}", "")
        for bearer in (None, "Bearer", "Bearer x", f"Basic {tokens['admin']}", f"Bearer {tokens['revoked']}"):
            headers = {} if bearer is None else {"authorization": bearer}
            answer = httpx.request(operation.method, path, headers=headers)
            refused(answer, 401)
            assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("role", ["reader", "poster", "reviewer", "keeper", "admin"])
def test_a_token_may_do_what_its_account_may(api: Callable[[str], httpx.Client], role: str) -> None:
    client = api(role)
    for operation in OPERATIONS:
        path = operation.path.replace("{", "").replace("}", "")
        if operation.right not in RIGHTS[AccountRole(role)]:
            refused(client.request(operation.method, path), 403)


def consent(**other: object) -> dict[str, object]:
    return {
        "pii_principal_id": "new-person",
        "kind": "publication",
        "event_state": "given",
        "event_time": dt.datetime.now(dt.UTC).isoformat(),
        "purposes": ["pr"],
        "scope": {"channels": ["facebook"]},
        **other,
    }


def test_people_and_what_they_say_are_kept_once_however_often_it_is_sent(api: Callable[[str], httpx.Client]) -> None:
    keeper = api("keeper")
    person = {"id": "new-person", "name": "Nye Navn"}
    assert keeper.post("/people", json=person).status_code == 201
    assert "already" in refused(keeper.post("/people", json=person), 409)
    assert keeper.get("/people/new-person").json()["name"] == "Nye Navn"
    refused(keeper.get("/people/nobody"), 404)
    once = {"idempotency-key": "form 17"}
    said = consent()
    first = keeper.post("/consents", json=said, headers=once)
    assert first.status_code == 201
    again = keeper.post("/consents", json=said, headers=once)
    assert again.status_code == 200
    assert again.json()["consent"] == first.json()["consent"]
    assert len(keeper.get("/consents", params={"person": "new-person"}).json()["consents"]) == 1
    other = {**said, "event_state": "withdrawn", "purposes": [], "scope": {}}
    assert "another statement" in refused(keeper.post("/consents", json=other, headers=once), 409)
    assert keeper.post("/consents", json=said, headers={"idempotency-key": "form 18"}).status_code == 201


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"", 400),
        (b"[]", 422),
        (b"{", 400),
        (b"\xff", 400),
        (b"[" * 100_000, 422),
        (json.dumps(consent(event_state="maybe")).encode(), 422),
        (json.dumps(consent(scope={"planets": ["mars"]})).encode(), 422),
        (json.dumps(consent(scope={"channels": ["myspace"]})).encode(), 422),
        (json.dumps(consent(unknown=1)).encode(), 422),
    ],
)
def test_what_is_no_consent_is_refused_in_one_line(
    api: Callable[[str], httpx.Client], sent: bytes, status: int
) -> None:
    refused(api("keeper").post("/consents", content=sent), status)


def test_a_withdrawal_names_the_posts_that_must_come_down(api: Callable[[str], httpx.Client], folder: Path) -> None:
    keeper, poster = api("keeper"), api("poster")
    with (folder / "pictures" / "portrait.jpg").open("rb") as file:
        found = picture_of(poster.post("/check", data=POSTING, files={"picture": file}))
    url = "https://example.org/api/eileen"
    assert picture_of(poster.post(f"/pictures/{found.picture}/post", json={"url": url})).state.value == "posted"
    withdrawn = consent(pii_principal_id="eileen", event_state="withdrawn", purposes=[], scope={}, reason="asked")
    answer = keeper.post("/consents", json=withdrawn)
    assert answer.status_code == 201, answer.text
    assert url in [task["url"] for task in answer.json()["takedowns"]]
    (task,) = [one for one in answer.json()["takedowns"] if one["url"] == url]
    assert api("reviewer").post(f"/publications/{task['publication']}/taken-down").status_code == 403
    assert poster.post(f"/publications/{task['publication']}/taken-down").status_code == 200
    for task in [one for one in answer.json()["takedowns"] if one["url"] != url]:
        assert keeper.post(f"/publications/{task['publication']}/taken-down").status_code == 200
    assert keeper.get("/publications").json()["takedowns"] == []


def test_the_description_is_one_and_names_every_call(desk: Served) -> None:
    document = httpx.get(f"{desk.address}{PREFIX}/openapi.json").json()
    assert document == msgspec.json.decode(msgspec.json.encode(description()))
    assert document["openapi"].startswith("3.1")
    named = {(path, method) for path, one in document["paths"].items() for method in one}
    assert named == {(operation.path, operation.method.lower()) for operation in OPERATIONS}
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
