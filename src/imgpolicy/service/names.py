"""Names of pictures: what a file is says its bytes, and a name that says something else is told."""

from __future__ import annotations

from pathlib import Path, PurePath

from imgpolicy import formats
from imgpolicy.errors import RequestError
from imgpolicy.phrase import Phrase, phrase


def misnamed(name: str, form: str | None) -> Phrase | None:
    """That a picture of this name holds another format than its ending says; None when it does not, or has no ending.

    `form` is the name of the format that it holds, None where nobody could read it.
    """
    if form is None or formats.fits(PurePath(name).suffix, form):
        return None
    return phrase("{name} is a {form} file, whatever its name ends in", name=name, form=formats.called(form))


def accept_name(target: Path, source: str, form: str) -> None:
    """Nothing, when a clean copy of this format may have the name `target`: one that it takes over from `source`, too.

    RequestError when its ending is another format's: nothing is converted here.
    """
    if target.name == PurePath(source).name or formats.fits(target.suffix, form):
        return
    ending = formats.named(form).suffixes[0]
    raise RequestError(
        phrase(
            "{target}: the picture is a {called} file, and stays one: name it {ending}",
            target=str(target),
            called=formats.called(form),
            ending=ending,
        )
    )
