"""The master key, and that it alone opens what was sealed."""

from __future__ import annotations

import base64
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgpolicy.errors import RegisterError
from imgpolicy.register.vault import PersonKey, Vault, new_key, read_key, write_key


def test_a_key_that_was_written_is_read_again_and_is_nobody_elses_to_read(tmp_path: Path) -> None:
    key = write_key(tmp_path / "key")
    assert read_key(tmp_path / "key", {}) == key
    assert len(key) == 32
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_every_key_is_new() -> None:
    assert new_key() != new_key()


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    key = write_key(tmp_path / "key")
    with pytest.raises(RegisterError, match="not overwritten"):
        write_key(tmp_path / "key")
    assert read_key(tmp_path / "key", {}) == key


def test_a_key_cannot_be_written_into_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="cannot be written"):
        write_key(tmp_path / "nowhere" / "key")


def test_the_environment_comes_first(tmp_path: Path) -> None:
    write_key(tmp_path / "key")
    other = new_key()
    assert read_key(tmp_path / "key", {"IMGPOLICY_KEY": base64.b64encode(other).decode()}) == other


def test_an_empty_variable_is_none(tmp_path: Path) -> None:
    key = write_key(tmp_path / "key")
    assert read_key(tmp_path / "key", {"IMGPOLICY_KEY": ""}) == key


@pytest.mark.parametrize("text", ["hush hush", "ß" * 44, base64.b64encode(b"short").decode(), "A" * 48])
def test_a_variable_that_holds_no_key_is_refused_without_repeating_it(tmp_path: Path, text: str) -> None:
    write_key(tmp_path / "key")
    with pytest.raises(RegisterError, match=r"^IMGPOLICY_KEY: this is no key") as refused:
        read_key(tmp_path / "key", {"IMGPOLICY_KEY": text})
    assert not text or text not in str(refused.value)


def test_a_file_that_holds_no_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "key").chmod(0o600)
    with pytest.raises(RegisterError, match="this is no key"):
        read_key(tmp_path / "key", {})


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620])
def test_a_key_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    write_key(tmp_path / "key")
    (tmp_path / "key").chmod(mode)
    with pytest.raises(RegisterError, match="chmod 600"):
        read_key(tmp_path / "key", {})


def test_a_key_file_that_is_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "key", 0o600)
    with pytest.raises(RegisterError, match="this is no file"):
        read_key(tmp_path / "key", {})


def test_no_key_at_all_says_where_one_is_looked_for(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="there is no key file"):
        read_key(tmp_path / "key", {})
    with pytest.raises(RegisterError, match="cannot be read"):
        read_key(tmp_path, {})
    with pytest.raises(RegisterError, match="IMGPOLICY_KEY"):
        read_key(None, {})


@given(st.binary(), st.text(min_size=1), st.text(min_size=1))
def test_what_is_sealed_opens_at_its_place_for_its_person_and_nowhere_else(data: bytes, one: str, two: str) -> None:
    one, two = f"{one}a".encode(errors="ignore").decode(), f"{two}b".encode(errors="ignore").decode()
    raw = new_key()
    sealed = PersonKey(one, raw).seal(one, data)
    assert PersonKey(one, raw).unseal(one, sealed) == data
    for key, place in ((PersonKey(one, raw), two), (PersonKey(two, raw), one), (PersonKey(one, new_key()), one)):
        with pytest.raises(RegisterError, match="was altered"):
            key.unseal(place, sealed)


@given(st.data())
def test_altered_bytes_never_open(data: st.DataObject) -> None:
    key = PersonKey("eileen", new_key())
    sealed = bytearray(key.seal("place", b"something"))
    position = data.draw(st.integers(0, len(sealed) - 1))
    sealed[position] ^= data.draw(st.integers(1, 255))
    with pytest.raises(RegisterError, match="was altered"):
        key.unseal("place", bytes(sealed))
    with pytest.raises(RegisterError, match="was altered"):
        key.unseal("place", bytes(sealed[:position]))


def test_the_same_text_is_sealed_differently_each_time() -> None:
    key = PersonKey("eileen", new_key())
    assert key.seal("place", b"something") != key.seal("place", b"something")


def test_another_master_key_opens_neither_the_register_nor_a_person() -> None:
    master = new_key()
    wrapped = Vault.wrap_new(master)
    person = Vault(master, wrapped).new_person_key("eileen")
    with pytest.raises(RegisterError, match="does not open this register"):
        Vault(new_key(), wrapped)
    other = new_key()
    with pytest.raises(RegisterError, match="the key of 'eileen' was altered"):
        Vault(other, Vault.wrap_new(other)).open_person("eileen", person)
    with pytest.raises(RegisterError, match="the key of 'grace' was altered"):
        Vault(master, wrapped).open_person("grace", person)


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(RegisterError, match="32 bytes, not 5"):
        Vault.wrap_new(b"short")


def test_pseudonyms_and_digests_are_constant_in_a_register_and_mean_nothing_in_another() -> None:
    master = new_key()
    wrapped = Vault.wrap_new(master)
    one, again, other = Vault(master, wrapped), Vault(master, wrapped), Vault(master, Vault.wrap_new(master))
    assert one.pseudonym("eileen") == again.pseudonym("eileen")
    assert len({one.pseudonym("eileen"), one.pseudonym("grace"), one.digest(b"eileen"), other.pseudonym("eileen")}) == 4
