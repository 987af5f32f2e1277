"""Who posts, with which words, and whom it reaches: as the command line is told of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.support import Ran, Run

MEADOW = ("check", "pictures/meadow.jpg", "--channel", "facebook", "--purpose", "pr", "--origin", "own")
PORTRAIT = ("check", "pictures/portrait.jpg", "--channel", "youtube", "--role", "employee", "--purpose", "pr")
GRANT = ("consent", "grant", "eileen", "--kind", "publication", "--channel", "youtube", "--purpose", "pr")
JSON = ("--format", "json")


def codes(ran: Ran) -> list[str]:
    return [finding["code"] for finding in json.loads(ran.out)["reports"][0]["findings"]]


def not_checked(ran: Ran) -> dict[str, bool]:
    return {unknown["what"]: unknown["lifts"] for unknown in json.loads(ran.out)["reports"][0]["not_checked"]}


@pytest.fixture
def listed(own_demo: Path) -> Path:
    """The demonstration, with one person who may post officially."""
    policy = own_demo / "imgpolicy.toml"
    policy.write_text(policy.read_text().replace("officials = []", 'officials = ["Anna Editor"]'))
    return own_demo


@pytest.mark.parametrize(
    ("actor", "code", "found"),
    [(("--actor", "anna editor"), 0, []), (("--actor", "Bo"), 1, ["R102"]), ((), 1, ["R102"])],
)
def test_who_is_on_the_list_posts_officially(
    imgpolicy: Run, listed: Path, actor: tuple[str, ...], code: int, found: list[str]
) -> None:
    ran = imgpolicy(*MEADOW, "--role", "official", *actor, *JSON, folder=listed)
    assert (ran.code, codes(ran)) == (code, found)
    assert json.loads(ran.out)["reports"][0]["posting"]["actor"] == (actor[1] if actor else None)


def test_the_name_of_whoever_posts_cannot_steer_a_terminal(imgpolicy: Run, demo: Path) -> None:
    ran = imgpolicy(*MEADOW, "--role", "employee", "--actor", "Bo\x1b[2J\u202e", folder=demo)
    assert (ran.code, "\x1b" in ran.out, "\u202e" in ran.out) == (0, False, False)
    assert "actor Bo\\x1b[2J" in ran.out


@pytest.mark.slow
def test_clean_takes_the_actor_too(imgpolicy: Run, listed: Path) -> None:
    words = ("clean", *MEADOW[1:], "-o", "out.jpg", "--role", "official")
    assert imgpolicy(*words, folder=listed).code == 1
    assert imgpolicy(*words, "--actor", "Anna Editor", folder=listed).code == 0


def test_without_a_list_it_is_said_that_nobody_asked(imgpolicy: Run, demo: Path) -> None:
    ran = imgpolicy(*MEADOW, "--role", "official", *JSON, folder=demo)
    assert (ran.code, codes(ran)) == (0, [])
    assert not_checked(ran)["who posts officially"] is False


@pytest.mark.parametrize(
    ("role", "caption", "found"),
    [
        ("private", "Behind the Example Library", ["R103"]),
        ("private", "Behind the Example Library (views are my own)", []),
        ("private", "Opening hours, at last", ["R104"]),
        ("employee", "Opening hours at EXAMPLE LIBRARY", []),
        ("private", "A meadow", []),
    ],
)
def test_a_caption_says_for_whom_it_speaks(
    imgpolicy: Run, demo: Path, role: str, caption: str, found: list[str]
) -> None:
    ran = imgpolicy(*MEADOW, "--role", role, "--caption", caption, *JSON, folder=demo)
    assert (codes(ran), ran.code) == (found, 3 if found else 0)


@pytest.mark.parametrize("option", ["--caption", "--actor", "--event", "--campaign", "--person"])
def test_words_that_are_no_text_are_one_line(imgpolicy: Run, demo: Path, option: str) -> None:
    ran = imgpolicy(*MEADOW, "--role", "private", option, "caf\udce9", folder=demo)
    assert (ran.code in {2, 4}, ran.out, ran.err.count("\n")) == (True, "", 1)
    assert "unexpected" not in ran.err


@pytest.mark.slow
def test_a_day_in_the_past_is_said_to_be_one(imgpolicy: Run, demo: Path) -> None:
    ran = imgpolicy(*MEADOW, "--role", "employee", "--on", "2026-05-04", *JSON, folder=demo)
    assert (ran.code, not_checked(ran)["what ended since"]) == (0, False)
    assert "what ended since" not in not_checked(imgpolicy(*MEADOW, "--role", "employee", *JSON, folder=demo))


# Audience


@pytest.fixture
def for_the_team(imgpolicy: Run, own_demo: Path) -> Path:
    """Eileen's consent to videos is for the team alone, which has a board of its own."""
    assert imgpolicy(*GRANT, "--audience", "team", "--until", "2099-06-30", folder=own_demo).code == 0
    policy = own_demo / "imgpolicy.toml"
    policy.write_text(policy.read_text().replace('intranet = "internal"', 'intranet = "internal"\nboard = "team"'))
    return own_demo


@pytest.mark.slow
def test_leaving_the_channel_out_makes_no_audience_narrower(imgpolicy: Run, own_demo: Path) -> None:
    anywhere = ("consent", "grant", "eileen", "--kind", "publication", "--channel", "any", "--purpose", "any")
    assert (
        imgpolicy("consent", "withdraw", "eileen", "--kind", "publication", "--reason", "no", folder=own_demo).code == 0
    )
    assert imgpolicy(*anywhere, "--audience", "team", folder=own_demo).code == 0
    posting = ("check", "pictures/portrait.jpg", "--role", "employee", "--purpose", "pr", "--origin", "own", *JSON)
    policy = own_demo / "imgpolicy.toml"
    policy.write_text(policy.read_text().replace('intranet = "internal"', 'intranet = "internal"\nboard = "team"'))
    ran = imgpolicy(*posting, "--audience", "team", folder=own_demo)
    assert (ran.code, codes(ran)) == (3, ["R105"])
    assert "a channel that is not stated reaches the audience public" in ran.out
    assert imgpolicy(*posting, "--audience", "team", "--channel", "board", folder=own_demo).code == 0


@pytest.mark.slow
def test_a_narrower_audience_that_is_only_declared_asks_for_a_look(imgpolicy: Run, for_the_team: Path) -> None:
    posting = (*PORTRAIT, "--origin", "own", *JSON)
    assert codes(imgpolicy(*posting, folder=for_the_team)) == ["P104"]
    ran = imgpolicy(*posting, "--audience", "team", folder=for_the_team)
    assert (ran.code, codes(ran)) == (3, ["R105"])
    (finding,) = json.loads(ran.out)["reports"][0]["findings"]
    assert (finding["evidence"], finding["box"] is None) == ({"person": "eileen", "audience": "public"}, False)
    assert imgpolicy(*GRANT, "--channel", "board", "--audience", "team", folder=for_the_team).code == 0
    on_the_board = imgpolicy(*posting, "--channel", "board", folder=for_the_team)
    assert (on_the_board.code, codes(on_the_board)) == (0, [])


@pytest.mark.slow
def test_a_no_to_the_public_is_not_passed_by_with_a_narrower_audience(imgpolicy: Run, for_the_team: Path) -> None:
    assert imgpolicy(*GRANT, "--except", "audience=public", folder=for_the_team).code == 0
    ran = imgpolicy(*PORTRAIT, "--origin", "own", "--audience", "internal", *JSON, folder=for_the_team)
    assert (ran.code, codes(ran)) == (3, ["R105"])


@pytest.mark.slow
def test_a_report_is_good_for_as_long_as_what_covers_the_channels_own_audience(
    imgpolicy: Run, for_the_team: Path
) -> None:
    assert imgpolicy(*GRANT, "--audience", "public", "--until", "2098-01-31", folder=for_the_team).code == 0
    ran = imgpolicy(*PORTRAIT, "--origin", "own", "--audience", "team", *JSON, folder=for_the_team)
    assert (ran.code, json.loads(ran.out)["reports"][0]["valid_until"]) == (0, "2098-01-31")


@pytest.mark.slow
def test_a_licence_for_fewer_does_not_reach_the_public(imgpolicy: Run, own_demo: Path) -> None:
    policy = own_demo / "imgpolicy.toml"
    policy.write_text(policy.read_text().replace('intranet = "internal"', 'intranet = "internal"\nboard = "team"'))
    licence = ("licence", "add", "harbour-at-dusk", "--licensor", "G", "--channel", "any", "--purpose", "any")
    assert imgpolicy(*licence, "--audience", "team", folder=own_demo).code == 0
    poster = ("check", "pictures/poster.jpg", *PORTRAIT[2:], "--origin", "licensed", *JSON)
    assert codes(imgpolicy(*poster, folder=own_demo)) == ["C102"]
    assert codes(imgpolicy(*poster, "--audience", "team", folder=own_demo)) == ["R105"]


# Waivers


@pytest.mark.slow
def test_a_folder_is_told_of_waivers_that_meet_none_of_its_pictures(imgpolicy: Run, own_demo: Path) -> None:
    policy = own_demo / "imgpolicy.toml"
    waiver = f'[[waivers]]\npicture = "{"0" * 64}"\ncode = "M101"\nby = "Anna"\nreason = "seen"\nuntil = 2099-12-31\n'
    policy.write_text(policy.read_text().replace("[rules]\n", f"{waiver}\n[rules]\n"))
    words = ("--channel", "facebook", "--role", "employee", "--purpose", "pr", "--origin", "own")
    (own_demo / "folder").mkdir()
    shutil.copyfile(own_demo / "pictures" / "meadow.jpg", own_demo / "folder" / "meadow.jpg")
    assert "no picture here is 000000000000" in imgpolicy("check", "folder", *words, folder=own_demo).err
    assert imgpolicy(*MEADOW, "--role", "employee", folder=own_demo).err == ""
