"""The keys: a master key outside the register, and what it opens.

Each person has a random key of their own, wrapped by the master key: without the master key a register shows no
name and no face, and without the person's nothing that was sealed about them. AES-256-GCM (NIST SP 800-38D) with
random 96-bit nonces; the associated data ties each ciphertext to its person and place, so that none can be moved.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from imgpolicy.errors import RegisterError
from imgpolicy.files import create_private, open_to_all, readable_by_others, write_whole
from imgpolicy.phrase import phrase, reason_of

KEY_VARIABLE = "IMGPOLICY_KEY"
_KEY_BYTES = 32
_NONCE_BYTES = 12
_TAGGED = 1 << 30  # bytes that are tagged at a time: the library takes less than 2^31
_OWN_BOUND = b"register.key"


_BLOCK = 64


class WrongKeyError(RegisterError):
    """The key is a key, and not this register's."""


def new_key() -> bytes:
    """A master key: 32 random bytes."""
    return secrets.token_bytes(_KEY_BYTES)


def read_key(key_file: Path | None, environ: Mapping[str, str], keyring: str | None = None) -> bytes:
    """The master key, 32 bytes: from IMGPOLICY_KEY (base64), else the keyring under this name, else the file.

    Raises RegisterError when there is none, when it is none, or when others may read the file.
    """
    text = environ.get(KEY_VARIABLE)
    if text:
        return parse_key(text, KEY_VARIABLE)
    if keyring is not None:
        from imgpolicy.register.keyring import keyring_read

        text = keyring_read(keyring)
        if text is None:
            raise RegisterError(
                phrase(
                    "the keyring holds no key under {keyring}; set {variable} to the key",
                    keyring=repr(keyring),
                    variable=KEY_VARIABLE,
                )
            )
        return parse_key(text, phrase("the keyring"))
    if key_file is None:
        raise RegisterError(
            phrase(
                "no key for the register: set {variable} or name a key file in the policy",
                variable=KEY_VARIABLE,
            )
        )
    return read_key_file(key_file)


def read_key_file(key_file: Path) -> bytes:
    """The master key in this file; RegisterError when it is none or others may read it."""
    if key_file.exists() and not key_file.is_file():
        raise RegisterError(phrase("{key_file}: the key cannot be read (this is no file)", key_file=str(key_file)))
    try:
        with key_file.open("rb") as file:
            if readable_by_others(file):
                raise RegisterError(
                    phrase("{key_file}: others may read this key; run: chmod 600 {key_file}", key_file=str(key_file))
                )
            place = open_to_all(key_file)
            if place is not None:
                raise RegisterError(
                    phrase(
                        "{key_file}: everybody may replace this key; run: chmod o-w {place}",
                        key_file=str(key_file),
                        place=str(place),
                    )
                )
            data = file.read(1000)
    except FileNotFoundError as error:
        raise RegisterError(
            phrase(
                "{key_file}: there is no key file; set {variable}, or run `imgpolicy init` for a new register",
                key_file=str(key_file),
                variable=KEY_VARIABLE,
            )
        ) from error
    except OSError as error:
        raise RegisterError(
            phrase("{key_file}: the key cannot be read ({reason})", key_file=str(key_file), reason=reason_of(error))
        ) from error
    return parse_key(data.decode("ascii", "replace"), str(key_file))


def write_key(path: Path) -> bytes:
    """A new master key, written to `path` as base64, readable by the owner alone.

    Raises RegisterError when something stands there already (it is never overwritten) or it cannot be written.
    """
    key = new_key()
    try:
        create_private(path)
    except FileExistsError as error:
        raise RegisterError(phrase("{path}: there is a key already; it is not overwritten", path=str(path))) from error
    except OSError as error:
        raise RegisterError(
            phrase("{path}: the key cannot be written ({reason})", path=str(path), reason=reason_of(error))
        ) from error
    try:
        write_whole(path, base64.b64encode(key) + b"\n", mode=0o600, prefix=f".{path.name}.part-")
    except OSError as error:
        path.unlink(missing_ok=True)
        raise RegisterError(
            phrase("{path}: the key cannot be written ({reason})", path=str(path), reason=reason_of(error))
        ) from error
    return key


def parse_key(text: str, where: str) -> bytes:
    """The key that is written so; RegisterError, which says where it stands, when it is none."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise RegisterError(
            phrase("{where}: this is no key; a key is {bytes} bytes in base64", where=where, bytes=_KEY_BYTES)
        ) from error
    return _check_key(key, where)


def _check_key(key: bytes, where: str) -> bytes:
    if len(key) != _KEY_BYTES:
        raise RegisterError(
            phrase(
                "{where}: this is no key; a key is {bytes} bytes, not {count}",
                where=where,
                bytes=_KEY_BYTES,
                count=len(key),
            )
        )
    return key


def padded(document: bytes) -> bytes:
    """A JSON document with spaces behind it, so that once it is sealed its length does not tell which word it holds."""
    return document + b" " * (-len(document) % _BLOCK)


class PersonKey:
    """One person's key, open: it seals what the register holds about them."""

    def __init__(self, person: str, key: bytes) -> None:
        self._person = person
        self._cipher = AESGCM(key)

    def seal(self, place: str, data: bytes) -> bytes:
        """`data` encrypted, bound to this person and to `place`: the column, and the row where there are several."""
        return _encrypt(self._cipher, data, self._bound(place))

    def unseal(self, place: str, sealed: bytes) -> bytes:
        """What was sealed there; RegisterError when the bytes were altered or belong elsewhere."""
        try:
            return _decrypt(self._cipher, sealed, self._bound(place))
        except InvalidTag as error:
            column = place.split(":", 1)[0]
            raise RegisterError(
                phrase(
                    "the register is damaged: {column} of {person} was altered",
                    column=column,
                    person=repr(self._person),
                )
            ) from error

    def _bound(self, place: str) -> bytes:
        return f"{place}\0{self._person}".encode()


class Vault:
    """The master key at work in one register.

    `wrapped` is the register's own key as the database holds it. It makes the log's pseudonyms, and proves that
    the master key is the right one; RegisterError when it is not.
    """

    def __init__(self, master: bytes, wrapped: bytes) -> None:
        self._master = AESGCM(_check_key(master, phrase("the key given")))
        try:
            self._own = _decrypt(self._master, wrapped, _OWN_BOUND)
            self._cipher = AESGCM(hmac.new(self._own, b"seal", hashlib.sha256).digest())
        except InvalidTag as error:
            raise WrongKeyError(
                phrase(
                    "the key does not open this register: find the one it was made with ({variable} or the key file)",
                    variable=KEY_VARIABLE,
                )
            ) from error

    @staticmethod
    def wrap_new(master: bytes) -> bytes:
        """The key of a new register, wrapped by the master key."""
        return _encrypt(AESGCM(_check_key(master, phrase("the key given"))), new_key(), _OWN_BOUND)

    def new_person_key(self, person: str) -> bytes:
        """A key for a new person, wrapped."""
        return _encrypt(self._master, new_key(), _person_bound(person))

    def open_person(self, person: str, wrapped: bytes) -> PersonKey:
        """The person's key; RegisterError when it was altered or is another person's."""
        try:
            return PersonKey(person, _decrypt(self._master, wrapped, _person_bound(person)))
        except InvalidTag as error:
            raise RegisterError(
                phrase("the register is damaged: the key of {person} was altered", person=repr(person))
            ) from error

    def pseudonym(self, subject: str, salt: bytes = b"") -> str:
        """What the log calls this id: 64 hex digits that mean nothing without the key (HMAC-SHA-256).

        With the random `salt` of a person nobody finds it again who has the key and the id, and not the salt.
        """
        if salt:
            return self._keyed(b"pseudonym of a person", salt + subject.encode())
        return self._keyed(b"pseudonym", subject.encode())

    def digest(self, data: bytes, salt: bytes = b"") -> str:
        """A fingerprint of `data`, 64 hex digits, that nobody can guess from without the key (HMAC-SHA-256).

        With the random `salt` of a person nobody confirms a guess either who has the key, and not the salt.
        """
        if salt:
            return self._keyed(b"digest of a person", salt + data)
        return self._keyed(b"digest", data)

    @property
    def register(self) -> str:
        """What a register is called where nobody needs to know which it is; copies of one are called the same."""
        return self._keyed(b"register", b"")

    def chained(self, data: bytes) -> str:
        """What chains the log's entries: 64 hex digits that nobody makes without the key (HMAC-SHA-256)."""
        return self._keyed(b"chain", data)

    def is_wrapped(self, wrapped: bytes) -> bool:
        """True when this is the register's own key, wrapped by the master key."""
        try:
            return hmac.compare_digest(_decrypt(self._master, wrapped, _OWN_BOUND), self._own)
        except InvalidTag:
            return False

    def tag(self, nonce: bytes, data: bytes | memoryview) -> bytes:
        """16 bytes that nobody makes for other `data` without the key: GMAC with AES-256 (NIST SP 800-38D).

        `nonce` are 12 random bytes that are used once. Processors do it faster than any hash.
        """
        key = hmac.new(self._own, b"tag", hashlib.sha256).digest()
        encryptor = Cipher(algorithms.AES(key), modes.GCM(nonce)).encryptor()
        for start in range(0, len(data), _TAGGED):
            encryptor.authenticate_additional_data(data[start : start + _TAGGED])
        encryptor.finalize()
        return encryptor.tag

    def seal(self, place: str, data: bytes) -> bytes:
        """`data` encrypted under the register's own key, bound to `place`: for what is about several people."""
        return _encrypt(self._cipher, data, place.encode())

    def unseal(self, place: str, sealed: bytes) -> bytes:
        """What was sealed there; RegisterError when the bytes were altered or belong elsewhere."""
        try:
            return _decrypt(self._cipher, sealed, place.encode())
        except InvalidTag as error:
            raise RegisterError(
                phrase("the register is damaged: {place} was altered", place=place.split(":", 1)[0])
            ) from error

    def rewrap(self, master: bytes, people: Mapping[str, bytes]) -> tuple[bytes, dict[str, bytes]]:
        """The register's key, and everybody's by their ids, wrapped by another master key."""
        other = AESGCM(_check_key(master, phrase("the new key")))
        moved = {}
        for person, wrapped in people.items():
            bound = _person_bound(person)
            try:
                moved[person] = _encrypt(other, _decrypt(self._master, wrapped, bound), bound)
            except InvalidTag as error:
                raise RegisterError(
                    phrase("the register is damaged: the key of {person} was altered", person=repr(person))
                ) from error
        return _encrypt(other, self._own, _OWN_BOUND), moved

    def _keyed(self, use: bytes, data: bytes) -> str:
        return hmac.new(self._own, use + b"\0" + data, hashlib.sha256).hexdigest()


def _person_bound(person: str) -> bytes:
    return f"person.key\0{person}".encode()


def _encrypt(cipher: AESGCM, data: bytes, bound: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, data, bound)


def _decrypt(cipher: AESGCM, sealed: bytes, bound: bytes) -> bytes:
    """The plain bytes; InvalidTag for anything that `_encrypt` did not make with this key and bound."""
    try:
        return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound)
    except ValueError as error:  # a nonce cut short
        raise InvalidTag from error
