"""What passwords are checked by: argon2id with the parameters that its library takes (RFC 9106)."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from imgpolicy.errors import RegisterError
from imgpolicy.phrase import phrase

if TYPE_CHECKING:
    from argon2 import PasswordHasher


def hashed(password: str) -> str:
    """What this password is checked by, with random bytes of its own. RegisterError where the library is missing."""
    return _hasher().hash(password)


def fits(password_hash: str | None, password: str) -> bool:
    """Whether it is the password; without a hash it is none, which takes as long to say."""
    hasher = _hasher()
    from argon2.exceptions import VerificationError

    try:
        hasher.verify(password_hash or _nobodys(hasher), password)
    except VerificationError:
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether it was made with other parameters than a new one would be."""
    return _hasher().check_needs_rehash(password_hash)


def _nobodys(hasher: PasswordHasher) -> str:
    """A hash with the parameters of new ones that no password has: of each one in 2^256 would."""
    salt, digest = (b64encode(bytes(length)).decode().rstrip("=") for length in (hasher.salt_len, hasher.hash_len))
    return f"$argon2id$v=19$m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}${salt}${digest}"


def _hasher() -> PasswordHasher:
    try:
        from argon2 import PasswordHasher
    except ImportError as error:
        raise RegisterError(
            phrase("what passwords are checked by is not installed: run pip install 'imgpolicy[server]'")
        ) from error
    return PasswordHasher()
