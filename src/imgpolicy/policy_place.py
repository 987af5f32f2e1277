"""Where the policy is that judges: the file that is named, or the one that is found by walking up."""

from __future__ import annotations

from pathlib import Path

from imgpolicy.errors import PolicyError
from imgpolicy.phrase import phrase, reason_of

FILE_NAME = "imgpolicy.toml"


def find(given: str | Path | None = None) -> Path:
    """The policy file: the one given, else the `nearest`; PolicyError when there is none, or as `nearest` does."""
    file = nearest() if given is None else Path(given)
    if file is None:
        raise PolicyError(
            phrase(
                "no {file} in this folder or above: `imgpolicy init` makes one, --policy names one",
                file=FILE_NAME,
            )
        )
    return file


def nearest() -> Path | None:
    """The policy file in the working folder or the nearest above that has one; None when none has.

    Whoever puts one there decides what is judged by it. PolicyError when the file, or the folder that it is in, belongs
    to neither this user nor root: it may have been found, and was not chosen.
    """
    # For help and the like a policy is not needed, nor what else files need.
    from imgpolicy.files import of_another

    try:
        here = Path.cwd()
        candidates = (folder / FILE_NAME for folder in (here, *here.parents))
        file = next((candidate for candidate in candidates if candidate.is_file()), None)
        stranger = None if file is None else of_another(file)
    except OSError as error:
        raise PolicyError(
            phrase(
                "no {file} can be looked for in this folder ({reason})",
                file=FILE_NAME,
                reason=reason_of(error),
            )
        ) from error
    if stranger is not None:
        raise PolicyError(
            phrase(
                "{file}: another user's policy ({stranger} is theirs); name it to judge by it: --policy {file}",
                file=str(file),
                stranger=str(stranger),
            )
        )
    return file
