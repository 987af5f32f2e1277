"""The policy that judges is this user's own: what others could have put there, or could change, is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.support import Run
from tests.unwritable import AS_ROOT, give_to_nobody

import imgpolicy
from imgpolicy.errors import PolicyError
from imgpolicy.files import shortly
from imgpolicy.policy_file import read_text
from imgpolicy.policy_place import find, nearest
from imgpolicy.presets import policy_text

posix_only = pytest.mark.skipif(os.name != "posix", reason="permission bits do not tell it on Windows")
as_root = pytest.mark.skipif(not AS_ROOT, reason="only root can give a file away")


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A policy of this user's own, above the working folder."""
    home = tmp_path / "home"
    working = home / "posts" / "today"
    working.mkdir(parents=True)
    file = home / "imgpolicy.toml"
    file.write_text(policy_text(), encoding="utf-8")
    monkeypatch.chdir(working)
    return file


def test_the_nearest_one_above_is_found(policy: Path) -> None:
    assert nearest() == find() == policy
    assert read_text(find()).path == policy


def test_a_policy_that_belongs_to_root_is_found(policy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if policy.stat().st_uid == 0:
        monkeypatch.setattr(os, "geteuid", lambda: 4711)
        assert nearest() == policy


@posix_only
@as_root
@pytest.mark.parametrize("given", ["file", "folder"])
def test_what_belongs_to_another_is_not_judged_by_unless_it_is_named(policy: Path, given: str) -> None:
    give_to_nobody(policy if given == "file" else policy.parent)
    with pytest.raises(PolicyError) as refused:
        find()
    theirs = policy if given == "file" else policy.parent
    assert str(refused.value) == (
        f"{policy}: another user's policy ({theirs} is theirs); name it to judge by it: --policy {policy}"
    )
    assert read_text(find(policy)).path == policy


@posix_only
@as_root
def test_a_link_of_another_is_theirs_though_the_file_is_not(policy: Path) -> None:
    link = Path("imgpolicy.toml")
    link.symlink_to(policy)
    assert read_text(find()).tables.name
    give_to_nobody(link)
    with pytest.raises(PolicyError, match="another user's policy"):
        find()


@posix_only
@as_root
@pytest.mark.parametrize(
    "command", ["check", "person list", "inspect", "policy explain", "models list", "register rekey"]
)
def test_every_command_refuses_it(imgpolicy: Run, own_demo: Path, command: str) -> None:
    give_to_nobody(own_demo / "imgpolicy.toml")
    picture = ["meadow.jpg"] if command in {"check", "inspect"} else []
    refused = imgpolicy(*command.split(), *picture, folder=own_demo / "pictures")
    assert (refused.code, refused.out) == (4, "")
    assert "another user's policy" in refused.err
    assert refused.err.count("\n") == 1


@posix_only
@as_root
def test_the_library_refuses_it_too(policy: Path) -> None:
    give_to_nobody(policy)
    with pytest.raises(PolicyError, match="another user's policy"):
        imgpolicy.check(b"no picture")


@posix_only
@pytest.mark.parametrize("mode", [0o646, 0o666, 0o602])
def test_one_that_others_may_change_is_refused_though_it_is_named(policy: Path, mode: int) -> None:
    policy.chmod(mode)
    with pytest.raises(PolicyError) as refused:
        read_text(policy)
    assert str(refused.value) == f"{policy}: others may change this policy; run: chmod go-w {policy}"


@posix_only
def test_a_group_of_this_user_alone_is_no_others(policy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import grp
    import pwd

    user, group = pwd.getpwuid(os.geteuid()), policy.stat().st_gid
    policy.chmod(0o664)

    def members(name: str, *others: str) -> None:
        monkeypatch.setattr(grp, "getgrgid", lambda _: grp.struct_group((name, "x", group, [user.pw_name, *others])))

    members(user.pw_name)
    assert read_text(policy).path == policy
    for name, others in ((user.pw_name, ("ann",)), ("staff", ())):
        members(name, *others)
        with pytest.raises(PolicyError, match="others may change this policy"):
            read_text(policy)


@posix_only
def test_one_in_a_folder_where_others_could_replace_it_is_refused(policy: Path) -> None:
    folder = policy.parent
    folder.chmod(0o777)
    with pytest.raises(PolicyError) as refused:
        read_text(policy)
    assert str(refused.value) == f"{policy}: others may change this policy; run: chmod go-w {folder}"
    folder.chmod(0o1777)
    assert read_text(policy).path == policy


@posix_only
def test_a_new_policy_is_its_owner_s_whatever_files_are_usually(imgpolicy: Run, tmp_path: Path) -> None:
    usual = os.umask(0)
    try:
        assert imgpolicy("policy", "init", folder=tmp_path).code == 0
        (tmp_path / "new").mkdir(mode=0o755)
        assert imgpolicy("init", "new", folder=tmp_path).code == 0
        assert imgpolicy("person", "list", folder=tmp_path / "new").code == 0
    finally:
        os.umask(usual)
    assert [file.stat().st_mode & 0o777 for file in tmp_path.rglob("imgpolicy.toml")] == [0o644, 0o644]


def test_a_working_folder_that_is_gone_is_one_line(
    imgpolicy: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    refused = imgpolicy("person", "list")
    assert (refused.code, refused.err.count("\n")) == (4, 1)
    assert "no imgpolicy.toml can be looked for" in refused.err


def test_a_report_names_the_policy_without_the_user_s_folder(policy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shortly(policy) == "../../imgpolicy.toml"
    monkeypatch.chdir(policy.parent)
    assert shortly(policy) == shortly(Path("imgpolicy.toml")) == "imgpolicy.toml"
    assert shortly(Path("posts/../posts/one.toml")) == "posts/one.toml"
    monkeypatch.setenv("HOME", str(policy.parent))
    for elsewhere in ("/", str(policy.parents[1])):
        monkeypatch.chdir(elsewhere)
        assert shortly(policy) == "~/imgpolicy.toml"
    assert shortly(Path("/srv/imgpolicy/imgpolicy.toml")) == "/srv/imgpolicy/imgpolicy.toml"
