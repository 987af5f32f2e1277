"""Forms of reports. Each is a module with a `Renderer`, and a row of the entry points `imgpolicy.renderers`.

The row's name is what `--format` calls the form. A package of one's own adds forms in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imgpolicy.errors import PolicyError, RequestError
from imgpolicy.phrase import phrase
from imgpolicy.plugins import RENDERERS, Plugin, installed

if TYPE_CHECKING:
    from imgpolicy.language import Language
    from imgpolicy.report import Report


@dataclass(frozen=True, slots=True)
class Shown:
    """A report, and the picture to show with it as a data URL; without one a form that shows pictures says so.

    `before` is the same of the picture that this one was cleaned from. With `hides` those are hidden in the picture who
    are not identified.
    """

    report: Report
    preview: str | None = None
    before: Shown | None = None
    hides: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """Where a text is read: how many columns it has, whether it follows escape sequences, and shows their colours.

    With `verbose` it is shown all that a report says, and with `readings` what was read in the picture, whole.
    """

    columns: int = 100
    escapes: bool = False
    colours: bool = True
    verbose: bool = False
    readings: bool = False


Render = Callable[[Sequence[Shown], "Language", Terminal], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Renderer:
    """A form of reports.

    `render` gives all of the text for these reports in this language; the terminal is for a form that is read in one.
    What people read is in the language of the environment, what programs read in English, unless another is asked for.
    Previews are made only for a form that shows the picture. What `streams` is the texts of its reports one after the
    other, so that each is written as it comes. `suffix` ends the name of a file of this form, whose
    `media_type` (RFC 6838) is always in UTF-8.
    """

    for_people: bool
    shows_picture: bool = False
    streams: bool = False
    media_type: str
    suffix: str
    render: Render


def of_reports(write: Callable[[Sequence[Report], Language], str]) -> Render:
    """How a form is rendered that asks neither for pictures nor for the terminal."""

    def render(shown: Sequence[Shown], language: Language, _: Terminal) -> str:
        return write([one.report for one in shown], language)

    return render


def renderers(forms: Collection[str]) -> dict[str, Renderer]:
    """What renders each of these forms, loaded; RequestError when one is not installed."""
    plugins = installed(RENDERERS)
    for form in forms:
        if form not in plugins:
            raise RequestError(
                phrase(
                    "there is no report format {form}: installed are {plugins}",
                    form=repr(form[:80]),
                    plugins=", ".join(sorted(plugins)),
                )
            )
    return {form: renderer_of(plugins[form]) for form in forms}


def renderer_of(plugin: Plugin) -> Renderer:
    """The renderer behind the entry point; PolicyError when it is none."""
    loaded = plugin.load()
    if not isinstance(loaded, Renderer):
        raise PolicyError(phrase("the plug-in {entry} is not a renderer of reports", entry=plugin.entry.value))
    return loaded
