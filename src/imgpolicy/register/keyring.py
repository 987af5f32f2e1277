"""The system's keyring as a place for the master key; needs the extra ``keyring``."""

from __future__ import annotations

import base64
from types import ModuleType

from imgpolicy.errors import RegisterError
from imgpolicy.phrase import phrase

_SERVICE = "imgpolicy"


def keyring_read(name: str) -> str | None:
    """The key under this name, in base64; None when there is none. RegisterError when there is no keyring to ask."""
    library = _library()
    from keyring.errors import KeyringError

    try:
        password: str | None = library.get_password(_SERVICE, name)
    except KeyringError as error:
        raise RegisterError(
            phrase("the keyring cannot be read ({kind}); unlock it, or use a file", kind=type(error).__name__)
        ) from error
    return password


def keyring_write(name: str, key: bytes) -> None:
    """Put a key under this name. RegisterError when the keyring takes none."""
    library = _library()
    from keyring.errors import KeyringError

    try:
        library.set_password(_SERVICE, name, base64.b64encode(key).decode())
    except KeyringError as error:
        raise RegisterError(
            phrase("the keyring takes no key ({kind}); unlock it, or use a file", kind=type(error).__name__)
        ) from error


def keyring_delete(name: str) -> None:
    """Take away the key under this name. RegisterError when the keyring lets none go."""
    library = _library()
    from keyring.errors import KeyringError

    try:
        library.delete_password(_SERVICE, name)
    except KeyringError as error:
        raise RegisterError(
            phrase("the keyring lets no key go ({kind}); unlock it, or use a file", kind=type(error).__name__)
        ) from error


def _library() -> ModuleType:
    try:
        import keyring
    except ImportError as error:
        raise RegisterError(phrase("the keyring needs an extra: pip install 'imgpolicy[keyring]'")) from error
    return keyring
