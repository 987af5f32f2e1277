"""R107: a picture that was posted on a channel lately is told where the channel asks for new ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from tests.support import Run

ON = ("--role", "employee", "--purpose", "news", "--origin", "own")
MEADOW = "pictures/meadow.jpg"


def with_fresh_days(demo: Path, *, rule: str = "") -> None:
    policy = demo / "imgpolicy.toml"
    fresh = 'website = { audience = "public", fresh_days = 30 }'
    text = policy.read_text().replace('website = "public"', fresh).replace("[rules]\n", f"[rules]\n{rule}")
    policy.write_text(text)


def notes(run: Run, picture: str, *options: str, channel: str = "website") -> tuple[int, list[tuple[str, str]]]:
    """The exit code, and code and verdict of each finding."""
    ran = run("check", picture, "--channel", channel, *ON, *options, "--format", "json")
    (report,) = json.loads(ran.out)["reports"]
    return ran.code, [(one["code"], one["verdict"]) for one in report["findings"]]


@pytest.mark.slow
def test_a_near_duplicate_of_what_is_up_is_a_note_on_the_same_channel(imgpolicy: Run, own_demo: Path) -> None:
    with_fresh_days(own_demo)
    first = imgpolicy(
        "check", MEADOW, "--channel", "website", *ON, "--publish", "https://example.org/1", folder=own_demo
    )
    assert "R107" not in first.out
    copy = own_demo / "copy.jpg"
    with Image.open(own_demo / MEADOW) as picture:
        picture.convert("RGB").resize((picture.width // 2, picture.height // 2)).save(copy, quality=60)
    assert notes(imgpolicy, "copy.jpg") == (0, [("R107", "go")])
    assert notes(imgpolicy, "pictures/portrait.jpg") == (0, [])
    assert notes(imgpolicy, "copy.jpg", channel="facebook") == (0, [])
    assert notes(imgpolicy, "copy.jpg", "--on", "2099-01-01")[1] == []
    (post,) = (one for one in json.loads(imgpolicy("publication", "list", "--format", "json").out) if one["pdq"])
    assert len(post["pdq"]) == 64


@pytest.mark.slow
def test_a_policy_may_ask_for_more_than_a_note_and_for_nothing(imgpolicy: Run, own_demo: Path) -> None:
    post = ("check", MEADOW, "--channel", "website", *ON, "--publish", "https://example.org/1")
    assert imgpolicy(*post, folder=own_demo).code == 0
    assert notes(imgpolicy, MEADOW) == (0, [])
    with_fresh_days(own_demo, rule='R107 = "review"\n')
    assert notes(imgpolicy, MEADOW) == (3, [("R107", "review")])
