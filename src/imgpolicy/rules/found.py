"""Which rules there are: every class of this package that has a code, and those that plug-ins bring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.metadata import EntryPoint
from pkgutil import iter_modules

from imgpolicy import rules
from imgpolicy.errors import PolicyError
from imgpolicy.phrase import phrase
from imgpolicy.plugins import RULES, Plugin, installed
from imgpolicy.rules.base import Rule


def all_rules() -> Mapping[str, Plugin]:
    """The rules by their codes; those of plug-ins are loaded when one asks for them.

    Raises PolicyError when two have one code: which of them judges must not be left to chance.
    """
    found: dict[str, Plugin] = {}
    for plugin in (*_built_in(), *installed(RULES).values()):
        there = found.setdefault(plugin.name, plugin)
        if there.entry.value != plugin.entry.value:
            raise PolicyError(
                phrase(
                    "two rules have the code {code}: {first} and {second}",
                    code=plugin.name,
                    first=there.entry.value,
                    second=plugin.entry.value,
                )
            )
    return found


def _built_in() -> Iterator[Plugin]:
    """The rules of this package, each as an entry point that nobody has to write down."""
    for module in sorted(one.name for one in iter_modules(rules.__path__)):
        place = f"{rules.__name__}.{module}"
        for name, thing in vars(import_module(place)).items():
            if isinstance(thing, type) and issubclass(thing, Rule) and thing.__module__ == place:
                code: object = getattr(thing, "code", None)
                if isinstance(code, str):
                    yield Plugin(code, built_in=True, entry=EntryPoint(code, f"{place}:{name}", RULES))
