"""A profile is a posting under a name: what is stated beside it goes before it, and it speaks the policy's words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from imgpolicy.domain.posting import Origin, Posting, Role
from imgpolicy.errors import PolicyError, RequestError
from imgpolicy.policy import Policy, read_policy
from imgpolicy.presets import PresetName, policy_text
from imgpolicy.service.profiles import profile_of, with_profile

NEWS = Posting(channel="website", role=Role.EMPLOYEE, purpose="news", origin=Origin.OWN)


def policy(folder: Path, profile: str, name: str = "news") -> Policy:
    """The sample's policy with this profile in place of its own."""
    before, _, rest = policy_text().partition("[profiles.news]\n")
    path = folder / "imgpolicy.toml"
    behind = rest[rest.index("\n\n") :]
    path.write_text(f"{before}[profiles.{name}]\n{profile}\n{behind}", encoding="utf-8")
    return read_policy(path)


@pytest.mark.parametrize("preset", PresetName)
def test_every_preset_begins_with_one(tmp_path: Path, preset: PresetName) -> None:
    path = tmp_path / "imgpolicy.toml"
    path.write_text(policy_text(preset), encoding="utf-8")
    found = read_policy(path)
    assert found.profiles["news"].title == "News on our website"
    assert with_profile(found, "news", Posting()) == NEWS
    assert found.desk_days == 7


def test_it_states_all_that_is_not_stated_beside_it(tmp_path: Path) -> None:
    every = """title = "Everything"
channel = "intranet"
role = "official"
purpose = "internal"
audience = "internal"
setting = "public"
origin = "licensed"
campaign = "spring"
territory = "DK"
"""
    found = policy(tmp_path, every)
    whole = Posting(
        channel="intranet",
        role=Role.OFFICIAL,
        purpose="internal",
        audience="internal",
        setting="public",
        origin=Origin.LICENSED,
        campaign="spring",
        territory="DK",
    )
    assert with_profile(found, "news", Posting()) == whole
    beside = Posting(
        channel="x",
        role=Role.PRIVATE,
        purpose="pr",
        audience="public",
        setting="work",
        origin=Origin.OWN,
        campaign="autumn",
        territory="SE",
        caption="Harvest",
        people=("eileen",),
        actor="Anna",
        event="fair",
        edit="crop",
    )
    assert with_profile(found, "news", beside) == beside


def test_without_a_name_the_posting_stays_as_it_is(tmp_path: Path) -> None:
    assert with_profile(policy(tmp_path, 'channel = "x"'), None, Posting(caption="Hi")) == Posting(caption="Hi")


def test_names_and_words_are_taken_as_people_write_them(tmp_path: Path) -> None:
    found = policy(tmp_path, 'channel = " Website"\npurpose = "NEWS"')
    assert with_profile(found, " News ", Posting()) == Posting(channel="website", purpose="news")


def test_a_profile_that_there_is_not_is_refused_and_those_that_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="does not know the profile 'fun'; it knows news"):
        with_profile(policy(tmp_path, 'channel = "x"'), "fun", Posting())
    (tmp_path / "imgpolicy.toml").write_text('name = "p"\n[posting]\nchannels = {}\npurposes = []\n', encoding="utf-8")
    with pytest.raises(RequestError, match="does not know the profile 'fun'; it knows none"):
        with_profile(read_policy(tmp_path / "imgpolicy.toml"), "fun", Posting())


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        ('channel = "myspace"', "profiles.news: the policy does not know the channel 'myspace'"),
        ('purpose = "fun"', "profiles.news: the policy does not know the purpose 'fun'"),
        ('setting = "moon"', "profiles.news: the policy does not know the setting 'moon'"),
        ('audience = "aliens"', "profiles.news: the policy does not know the audience 'aliens'"),
        ('role = "boss"', "role"),
        ('origin = "stolen"', "origin"),
        ('caption = "the same each time"', "caption"),
        ('people = ["eileen"]', "people"),
        ('campaign = " "', "the campaign of a posting is empty"),
        ('territory = ""', "territory"),
        ('title = " "', "no name of a profile"),
        ('title = "a\\tb"', "no name of a profile"),
        (f'title = "{"a" * 101}"', "title"),
    ],
)
def test_a_word_that_nobody_knows_is_refused_in_one_line(tmp_path: Path, profile: str, said: str) -> None:
    with pytest.raises(PolicyError, match=said) as caught:
        policy(tmp_path, profile)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ['""', '" "', '"a\\u0007"', '"News"]\nchannel = "x"\n[profiles.news'])
def test_names_that_cannot_be_told_apart_or_read_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(PolicyError, match=r"profiles have one name|no name of a profile"):
        policy(tmp_path, 'channel = "x"', name)


def kept_for(folder: Path, days: int) -> int:
    path = folder / "imgpolicy.toml"
    path.write_text(policy_text().replace("keep_pictures = 7 ", f"keep_pictures = {days} "), encoding="utf-8")
    return read_policy(path).desk_days


def test_what_lies_on_the_desk_is_kept_for_1_to_90_days(tmp_path: Path) -> None:
    assert [kept_for(tmp_path, days) for days in (1, 90)] == [1, 90]
    for days in (0, 91):
        with pytest.raises(PolicyError, match="keep_pictures"):
            kept_for(tmp_path, days)


def test_the_desk_need_not_be_named(tmp_path: Path) -> None:
    path = tmp_path / "imgpolicy.toml"
    path.write_text('name = "p"\n[posting]\nchannels = {}\npurposes = []\n', encoding="utf-8")
    assert read_policy(path).desk_days == 7


NEITHER = ("-", "https://example.org/press/a.jpg", b"press/a.jpg", "press/a\0.jpg", "../a.jpg")


def with_folders(folder: Path, **folders: list[str]) -> Policy:
    """The sample's policy with profiles that hold for these folders."""
    path = folder / "imgpolicy.toml"
    tables = "".join(f'[profiles.{name}]\nchannel = "x"\nfolders = {given}\n' for name, given in folders.items())
    path.write_text(f"{policy_text()}\n{tables}", encoding="utf-8")
    return read_policy(path)


def test_the_deepest_folder_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = with_folders(tmp_path, all=["."], press=["press", "other"], school=["press/school/"])
    (tmp_path / "press" / "school" / "1a").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "press")
    held = {
        "../a.jpg": "all",
        "a.jpg": "press",
        "./a.jpg": "press",
        "school/a.jpg": "school",
        "school/1a/a.jpg": "school",
        "school/1a/../../a.jpg": "press",
        "../pressed/a.jpg": "all",
        "../other/not/there/a.jpg": "press",
        "../../a.jpg": None,
    }
    for file, name in held.items():
        assert profile_of(found, file) == name
        assert profile_of(found, Path(file)) == name
        assert profile_of(found, str(tmp_path / "press" / file)) == name


def test_it_holds_for_files_alone_and_where_none_is_named_for_nothing(tmp_path: Path) -> None:
    assert [profile_of(with_folders(tmp_path, press=["press"]), one) for one in NEITHER] == [None] * len(NEITHER)
    assert profile_of(with_folders(tmp_path), str(tmp_path / "a.jpg")) is None


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="there are no links here")
def test_folders_that_are_links_are_followed_and_a_file_lies_where_its_name_stands(tmp_path: Path) -> None:
    found = with_folders(tmp_path, press=["press"], school=["school"])
    for folder in ("press", "school"):
        (tmp_path / folder).mkdir()
    (tmp_path / "link").symlink_to("school")
    (tmp_path / "press" / "a.jpg").symlink_to("../school/a.jpg")
    assert profile_of(found, str(tmp_path / "link" / "a.jpg")) == "school"
    assert profile_of(found, str(tmp_path / "press" / "a.jpg")) == "press"


@pytest.mark.parametrize("folder", ["/tmp", "..", "a/../../b", "C:/a", "a\\\\b", "a\\u0007", ""])
def test_a_folder_that_leaves_the_policys_is_refused_in_one_line(tmp_path: Path, folder: str) -> None:
    with pytest.raises(PolicyError, match=r"no folder below the policy's|length >= 1") as caught:
        policy(tmp_path, f'channel = "x"\nfolders = ["{folder}"]')
    assert "\n" not in str(caught.value)


def test_one_folder_has_one_profile(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"the folder \./a/b/ has two profiles: one and two"):
        with_folders(tmp_path, one=["a/b"], two=["./a/b/"])
    assert with_folders(tmp_path, one=["a/b", "a//b"]).profiles["one"].folders == ("a/b", "a//b")
