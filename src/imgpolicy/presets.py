"""Policies to start with: the strict one as the sample has it, and what others say in its place.

There is one text, `consent_db/policy.toml`. A preset is a list of values that stand in it instead; every key keeps its
explanation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from imgpolicy.errors import PolicyError
from imgpolicy.phrase import phrase


class PresetName(StrEnum):
    """For whom a policy to start with is."""

    STRICT = "strict"
    PUBLIC_INSTITUTION = "public-institution"
    SMALL_CLUB = "small-club"


@dataclass(frozen=True, kw_only=True)
class Preset:
    """What differs from the strict policy, as TOML.

    `about` is the line that says so. `values` have the value of a key by ``table.key``, or ``key`` outside of tables;
    `tables` the whole content of a table by its name.
    """

    about: str
    values: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)


_STRICT = Preset(about="Preset strict: whatever is in doubt stops the post.")

_PUBLIC_INSTITUTION = Preset(
    about="Preset public-institution: few speak officially, two people release, and every reason names its paragraph.",
    values={
        "name": '"Our institution"',
        "posting.purposes": '["information", "news", "events", "recruitment", "internal"]',
        "roles.officials": '["name your spokespeople here"]',
        "roles.names": '["Our institution"]',
        "roles.disclaimers": '["views are my own"]',
        "release.second_person": "true",
        "logos.own": '["official"]',
        "rules.M102": '"no-go"',
        "rules.C104": '"no-go"',
        "rules.C105": '"no-go"',
        "rules.R101": '"no-go"',
        "rules.R105": '"no-go"',
    },
    tables={
        "posting.channels": """\
website = "public"
newsletter = "public"
linkedin = "public"
facebook = "public"
youtube = "public"
press = "public"
print = "public"
intranet = "internal"
""",
        "paragraphs": """\
P101 = "Confidentiality: we publish no pictures of people without their permission."
P102 = "Confidentiality: we publish no pictures of people without their permission."
P103 = "Confidentiality: we publish no pictures of people without their permission."
P104 = "Confidentiality: a permission holds for what it was given for, at work and elsewhere."
P105 = "Confidentiality: we publish no pictures of people without their permission."
C101 = "Copyright: we respect the rights of others and name our sources."
C103 = "Copyright: we respect the rights of others and name our sources."
L101 = "Roles: private persons use neither our logo nor our mail addresses."
R101 = "Roles: we decide beforehand in which role we post."
R102 = "Roles: official statements are left to those whose task they are."
R103 = "Roles: who writes on us privately says that it is on their own behalf."
R104 = "Honesty: we say where we work when it matters for the subject."
R105 = "Roles: we consider who receives our texts and pictures."
R106 = "Roles: private persons use neither our logo nor our mail addresses."
S102 = "Confidentiality: we leak nothing on us, colleagues, partners or citizens."
S103 = "Confidentiality: we leak nothing on us, colleagues, partners or citizens."
S104 = "Security: passwords and codes stay in the house."
S105 = "Security: passwords and codes stay in the house."
S106 = "Confidentiality: we leak nothing on us, colleagues, partners or citizens."
C107 = "Copyright: we respect the rights of others and name our sources."
""",
    },
)

_SMALL_CLUB = Preset(
    about="Preset small-club: a member who knows people looks, crowds go through, everybody may use the logo.",
    values={
        "name": '"Our club"',
        "posting.purposes": '["news", "events", "members"]',
        "people.unknown": '"review"',
        "people.incidental_below_px": "40",
        "people.crowd_from": "8",
        "rules.P105": '"review"',
        "rules.L101": '"off"',
        "rules.R101": '"off"',
    },
    tables={
        "posting.channels": """\
website = "public"
facebook = "public"
instagram = "public"
newsletter = "members"
members = "members"
""",
    },
)

PRESETS: Mapping[PresetName, Preset] = {
    PresetName.STRICT: _STRICT,
    PresetName.PUBLIC_INSTITUTION: _PUBLIC_INSTITUTION,
    PresetName.SMALL_CLUB: _SMALL_CLUB,
}

DEMO: Mapping[str, str] = {
    "roles.names": '["Example Library"]',
    "roles.disclaimers": '["views are my own"]',
    "roles.topics": '["opening hours"]',
}
"""What the demonstration says besides: who the sample's organisation is."""

GUARD: Mapping[str, str] = {
    "name": '"imgpolicy\'s own, where there is no other"',
    "people.mode": '"count"',
    "rules.C105": '"off"',
    "rules.R101": '"off"',
}
"""What `imgpolicy guard` says besides where no policy is: nobody stated a posting."""


SCHEMA_NAME = "imgpolicy.schema.json"
"""The file beside a policy by which editors complete and check it; its first line names it."""


def policy_text(name: PresetName = PresetName.STRICT, also: Mapping[str, str] | None = None) -> str:
    """The policy file of this preset; `also` has more values to put into it, as those of a preset."""
    preset = PRESETS[name]
    text = (sample() / "consent_db" / "policy.toml").read_text(encoding="utf-8")
    text = _with_line(text, f"# {_STRICT.about}", f"# {preset.about}")
    for table, content in preset.tables.items():
        text = _with_table(text, table, content)
    for place, value in {**preset.values, **(also or {})}.items():
        text = _with_value(text, place, value)
    return f"#:schema ./{SCHEMA_NAME}\n{text}"


def sample() -> Path:
    """The folder that holds the sample's `consent_db` and `examples`: inside the wheel, or the checkout's top."""
    package = Path(__file__).parent
    places = (package / "sample", package.parent.parent)
    for place in places:
        if (place / "consent_db" / "policy.toml").is_file():
            return place
    raise PolicyError(phrase("the sample is missing from this installation: install imgpolicy again"))


def _with_line(text: str, old: str, new: str) -> str:
    lines = text.split("\n")
    lines[lines.index(old)] = new
    return "\n".join(lines)


def _with_table(text: str, table: str, content: str) -> str:
    """The text with another content of the table, which ends at an empty line."""
    lines = text.split("\n")
    start = lines.index(f"[{table}]") + 1
    return "\n".join([*lines[:start], *content.rstrip("\n").split("\n"), *lines[lines.index("", start) :]])


def _with_value(text: str, place: str, value: str) -> str:
    """The text with this value at the place; the explanation behind it stays in its column where there is room."""
    table, _, key = place.rpartition(".")
    lines = text.split("\n")
    start = lines.index(f"[{table}]") if table else 0
    number = _line_of(key, lines, start)
    _, marked, explained = lines[number].partition("  #")
    written = f"{key} = {value}"
    if marked:
        column = lines[number].index("  #") + 2
        written = f"{written:<{column - 2}}  #{explained}"
    return "\n".join([*lines[:number], written, *lines[number + 1 :]])


def _line_of(key: str, lines: Iterable[str], start: int) -> int:
    return next(n for n, line in enumerate(lines) if n >= start and line.startswith(f"{key} = "))
