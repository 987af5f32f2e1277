"""The recipes are the files in examples/cookbook, and each does what its page says, on the real framework."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.pages import ROOT, blocks

PAGE, RECIPES = ROOT / "docs" / "howto" / "cookbook.md", ROOT / "examples" / "cookbook"
UPLOADS = """
import json, sys
sys.path.insert(0, {recipes!r})
{client}
for name in ("meadow.jpg", "two_people.jpg", "a_text.jpg"):
    data = b"no picture" if name == "a_text.jpg" else open(f"pictures/{{name}}", "rb").read()
    status, said = post(name, data)
    print(json.dumps([status, said]))
"""
FASTAPI = """
from fastapi.testclient import TestClient
from fastapi_app import app
client = TestClient(app)
client.__enter__()
def post(name, data):
    answer = client.post("/pictures", files={"picture": (name, data)})
    return answer.status_code, answer.json()
"""
DJANGO = """
from io import BytesIO
import django_site
from django.test import Client
from django.core.files.uploadedfile import SimpleUploadedFile
def post(name, data):
    answer = Client().post("/pictures", {"picture": SimpleUploadedFile(name, data)})
    return answer.status_code, answer.json()
"""


def ran(code: str, folder: Path) -> str:
    command = [sys.executable, "-W", "ignore", "-c", code]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("name", ["pool.py", "fastapi_app.py", "django_site.py"])
def test_the_page_shows_the_file(name: str) -> None:
    text = (RECIPES / name).read_text(encoding="utf-8").strip()
    assert text in {block.text.strip() for block in blocks(PAGE)}


@pytest.mark.slow
def test_a_pool_gives_a_line_for_each_picture(demo: Path) -> None:
    command = [sys.executable, str(RECIPES / "pool.py"), "pictures"]
    said = subprocess.run(command, cwd=demo, capture_output=True, text=True, check=True).stdout.splitlines()
    assert {line.split()[0] for line in said} == {path.name for path in (demo / "pictures").iterdir()}
    assert {"meadow.jpg go", "two_people.jpg no-go P101"} <= set(said)


@pytest.mark.slow
@pytest.mark.parametrize("client", [FASTAPI, DJANGO], ids=["fastapi", "django"])
def test_an_upload_is_kept_when_it_may_be_posted_and_refused_otherwise(demo: Path, client: str) -> None:
    said = ran(UPLOADS.format(recipes=str(RECIPES), client=client), demo).splitlines()
    (kept, _), *refused = [json.loads(line) for line in said]
    assert kept == 201
    words = "this picture may not be posted as it is: "
    assert refused == [[422, {"detail": f"{words}no-go"}], [422, {"detail": f"{words}review"}]]
