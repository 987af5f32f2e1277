"""A validator for uploaded files: what the desk lets go passes, and nothing else does."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.deconstruct import deconstructible

from imgpolicy.contrib.desk import Checked, UnansweredError
from imgpolicy.contrib.django.conf import Unanswered, settings
from imgpolicy.phrase import phrase

_REFUSED = phrase("this picture may not be posted as it is: whoever keeps the site's desk sees there why")


@deconstructible
class MayBePosted:
    """Refuses a file, in one line, of which the desk does not say that it may be posted as `posting` has it.

    Without `posting` that of the settings holds. Where the desk does not answer the file is refused too; only where the
    settings say ``"UNANSWERED": "hold"`` it is let in, for whoever publishes it to ask again.
    """

    def __init__(self, posting: Mapping[str, str] | None = None) -> None:
        self.posting = None if posting is None else dict(posting)

    def __call__(self, file: File) -> None:
        """Nothing, when the file may be posted; else ValidationError."""
        try:
            checked = check_file(file, self.posting)
        except UnansweredError as error:
            if settings().unanswered is Unanswered.HOLD:
                return
            raise ValidationError(str(error), code="unanswered") from error
        if not checked.goes:
            # Whoever sends a form may be anybody, and is not to learn whom the desk knows.
            raise ValidationError(str(_REFUSED), code=checked.verdict)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MayBePosted) and self.posting == other.posting

    def __hash__(self) -> int:
        return hash(tuple(sorted((self.posting or {}).items())))


def check_file(file: File, posting: Mapping[str, str] | None = None) -> Checked:
    """What the desk says of a file, from its first byte on, which stands where it stood then; UnansweredError."""
    site = settings()
    at = file.tell()
    file.seek(0)
    try:
        data = file.read()
    finally:
        file.seek(at)
    return site.desk.check(file.name or "", data, site.posting if posting is None else posting)
