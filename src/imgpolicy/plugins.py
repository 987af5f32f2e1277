"""What is installed under imgpolicy's entry points, the built-in parts but for rules among it.

Four groups: `imgpolicy.rules` (those of plug-ins, each called by its code), `imgpolicy.engines` (face engines),
`imgpolicy.extractors`, and `imgpolicy.renderers` (forms of reports, by the name that `--format` takes). Of the first
three nothing is loaded that the policy does not name or that is not imgpolicy's own, of the last what is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, EntryPoint, entry_points

from imgpolicy.errors import PolicyError
from imgpolicy.phrase import phrase

RULES = "imgpolicy.rules"
ENGINES = "imgpolicy.engines"
EXTRACTORS = "imgpolicy.extractors"
RENDERERS = "imgpolicy.renderers"

_OWN = "imgpolicy"


@dataclass(frozen=True, slots=True)
class Plugin:
    """One installed part: its name, whether it is imgpolicy's own, and how to load it."""

    name: str
    built_in: bool
    entry: EntryPoint

    def load(self) -> object:
        """The object behind the entry point; PolicyError when it cannot be imported."""
        try:
            loaded: object = self.entry.load()
        except (ImportError, AttributeError) as error:
            raise PolicyError(
                phrase(
                    "the plug-in {name} ({entry}) cannot be loaded: {error}",
                    name=self.name,
                    entry=self.entry.value,
                    error=str(error),
                )
            ) from error
        return loaded


def installed(group: str) -> Mapping[str, Plugin]:
    """The parts installed in a group, by name.

    Raises PolicyError when two distributions claim one name: which of them judges must not be left to chance.
    """
    by_name: dict[str, Plugin] = {}
    names: dict[Distribution | None, str | None] = {None: None}
    for entry in entry_points(group=group):
        # To know its name a distribution reads all of its metadata, so each is asked once.
        if entry.dist not in names:
            names[entry.dist] = entry.dist.name if entry.dist else None
        plugin = Plugin(entry.name, names[entry.dist] == _OWN, entry)
        twin = by_name.setdefault(entry.name, plugin)
        if twin.entry.value != entry.value:
            raise PolicyError(
                phrase(
                    "{name} is claimed twice in {group}, by {first} and {second}: uninstall one",
                    name=entry.name,
                    group=group,
                    first=twin.entry.value,
                    second=entry.value,
                )
            )
    return by_name
