"""One TOML file in, one `Policy` out.

The file is closed: a key, a rule or a channel that is not known is refused, because a misspelt rule would
otherwise be a rule that never bites.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from imgpolicy.errors import PolicyError
from imgpolicy.match.terms import Terms
from imgpolicy.plugins import RULES, Plugin, installed
from imgpolicy.posting import Posting
from imgpolicy.register.consent import ANY, PRIVATE
from imgpolicy.report import PeopleMode, PolicyRef, Verdict
from imgpolicy.rules import Rule

FILE_NAME = "imgpolicy.toml"
DEFAULT_ENGINE = "yunet-sface"
MAX_BYTES = 1_000_000

OFF = "off"

UNKNOWN_PERSON = "P101"
"""The rule whose verdict `people.unknown` is."""

MOST_INCIDENTAL_PX = 100
"""The largest `incidental_below_px`: whoever fills more of a picture is not in its background."""

INCIDENTAL_SHARE = 0.1
"""The share of the picture's shorter side from which a face is never incidental: in a small picture few pixels make
a portrait."""


class RegisterTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the register is, and its key: in a file, or under a name in the system's keyring.

    Relative paths are taken from the policy's folder.
    """

    url: str = "sqlite:///consent_db/register.sqlite"
    key_file: str = "imgpolicy.key"
    keyring: str | None = None


class PostingTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a posting may name. `channels` gives each channel's audience; `setting` holds when none is stated."""

    channels: dict[str, str]
    purposes: tuple[str, ...]
    settings: tuple[str, ...] = ("work", "public", "private")
    setting: str = "work"


class FacesTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How faces are found and compared."""

    engine: str = DEFAULT_ENGINE


class PeopleTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is done about the people in a picture.

    `mode` says how faces are looked at. `unknown` is what a face of nobody known means; without it rule P101 says so.
    A face lower than `incidental_below_px` pixels of the picture is waved through where `crowd_from` faces or more are
    in it, unless it may be somebody in the register; 0 lets no face be incidental.
    """

    mode: PeopleMode = PeopleMode.IDENTIFY
    unknown: Literal["no-go", "review"] | None = None
    incidental_below_px: Annotated[int, msgspec.Meta(ge=0, le=MOST_INCIDENTAL_PX)] = 0
    crowd_from: Annotated[int, msgspec.Meta(ge=1)] = 1


class ReleaseTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What it takes to let a picture go against its findings."""

    second_person: bool = False


class PolicyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole file."""

    name: str
    posting: PostingTable
    register: RegisterTable = RegisterTable()
    faces: FacesTable = FacesTable()
    people: PeopleTable = PeopleTable()
    release: ReleaseTable = ReleaseTable()
    rules: dict[str, str] = {}
    extractors: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Policy:
    """An organisation's policy, ready to judge with.

    `rules` are those that bite, each with its verdict; `switched_off` are the codes of the built-in ones that the
    file turns off; `extractors` names the extractors of plug-ins that run besides the built-in ones; with
    `second_person` a release needs two people; `people` says what is done about the people in a picture.
    """

    ref: PolicyRef
    folder: Path
    register_url: str
    key_file: Path
    keyring: str | None
    second_person: bool
    channels: Mapping[str, str]
    purposes: frozenset[str]
    settings: frozenset[str]
    setting: str
    engine: str
    people: PeopleTable
    rules: tuple[Rule, ...]
    switched_off: tuple[str, ...]
    extractors: tuple[str, ...]

    def terms(self, width: int, height: int) -> Terms:
        """How the people in a picture of this size are looked at."""
        below = min(float(self.people.incidental_below_px), INCIDENTAL_SHARE * min(width, height))
        return Terms(mode=self.people.mode, incidental_below=below, crowd_from=self.people.crowd_from)

    def complete(self, posting: Posting) -> Posting:
        """The posting with what follows from the policy: audience from the channel, and the usual setting.

        Raises PolicyError when the posting names a channel, purpose, setting or audience that the policy does not know.
        """
        _known("channel", posting.channel, self.channels)
        _known("purpose", posting.purpose, self.purposes)
        _known("setting", posting.setting, self.settings)
        _known("audience", posting.audience, set(self.channels.values()))
        audience = posting.audience or (self.channels[posting.channel] if posting.channel else None)
        return replace(posting, audience=audience, setting=posting.setting or self.setting)


def read_policy(path: Path) -> Policy:
    """The policy in this file; PolicyError in one line for whatever is wrong with it."""
    try:
        if path.exists() and not path.is_file():
            raise PolicyError(f"{path}: not a file")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise PolicyError(f"{path}: cannot be read ({error.strerror}); `imgpolicy init` makes a policy") from error
    if len(data) > MAX_BYTES:
        raise PolicyError(f"{path}: more than {MAX_BYTES:,} bytes: not a policy file")
    try:
        file_text = msgspec.convert(tomllib.loads(data.decode("utf-8")), PolicyFile)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError, RecursionError) as error:
        raise PolicyError(f"{path}: {' '.join(str(error).split())}") from error
    try:
        return _policy(file_text, path.resolve().parent, hashlib.sha256(data).hexdigest())
    except PolicyError as error:
        raise PolicyError(f"{path}: {error}") from error


def policy_schema() -> str:
    """The JSON Schema of the policy file, ending in a line break."""
    return msgspec.json.format(msgspec.json.encode(msgspec.json.schema(PolicyFile)), indent=2).decode() + "\n"


def _policy(file: PolicyFile, folder: Path, sha256: str) -> Policy:
    _check_words(file.posting)
    _check_people(file.people)
    severities = _severities(file)
    plugins = installed(RULES)
    return Policy(
        ref=PolicyRef(name=file.name, sha256=sha256, people=file.people.mode),
        folder=folder,
        register_url=file.register.url,
        key_file=folder / file.register.key_file,
        keyring=file.register.keyring,
        second_person=file.release.second_person,
        channels=file.posting.channels,
        purposes=frozenset(file.posting.purposes),
        settings=frozenset(file.posting.settings),
        setting=file.posting.setting,
        engine=file.faces.engine,
        people=file.people,
        rules=_rules(severities, plugins),
        switched_off=tuple(sorted(code for code, severity in severities.items() if severity == OFF)),
        extractors=file.extractors,
    )


def _severities(file: PolicyFile) -> Mapping[str, str]:
    """What the file says of the rules, with what `people.unknown` says of one of them."""
    unknown = file.people.unknown
    if unknown is None:
        return file.rules
    said = file.rules.get(UNKNOWN_PERSON, unknown)
    if said != unknown:
        raise PolicyError(f"people.unknown is {unknown!r} and rule {UNKNOWN_PERSON} {said!r}: say it once, in people")
    return {**file.rules, UNKNOWN_PERSON: unknown}


def _rules(severities: Mapping[str, str], plugins: Mapping[str, Plugin]) -> tuple[Rule, ...]:
    """Every built-in rule and every rule that the file names, but for those it switches off."""
    for code, severity in severities.items():
        if code not in plugins:
            raise PolicyError(f"there is no rule {code}: misspelt, or install the package that brings it")
        if severity not in (Verdict.NO_GO.word, Verdict.REVIEW.word, OFF):
            raise PolicyError(f"rule {code} is {severity!r}, and can be no-go, review or off")
    rules = []
    for code, plugin in sorted(plugins.items()):
        chosen = severities.get(code)
        if chosen is None and not plugin.built_in:
            continue
        kind = plugin.load()
        if not (isinstance(kind, type) and issubclass(kind, Rule) and kind.code == code):
            raise PolicyError(f"the plug-in {plugin.entry.value} is not a rule with the code {code}")
        if chosen != OFF:
            rules.append(kind(Verdict.from_word(chosen) if chosen else None))
        elif kind.mandatory:
            raise PolicyError(f"rule {code} cannot be switched off: what nobody is sure of is never a go")
    return tuple(rules)


def _check_words(words: PostingTable) -> None:
    """Refuse words that consents and rules give a meaning of their own, or need."""
    if ANY in {*words.channels, *words.purposes, *words.settings}:
        raise PolicyError(f"{ANY!r} stands for every channel or purpose in a consent: name none so")
    if PRIVATE not in words.settings:
        raise PolicyError(f"the settings must include {PRIVATE!r}: it is the one that a consent must name")
    _known("setting", words.setting, words.settings)


def _check_people(people: PeopleTable) -> None:
    """Refuse keys that would have no effect, or one that nobody could keep an eye on."""
    if people.crowd_from > 1 and not people.incidental_below_px:
        raise PolicyError("people.crowd_from has no effect without people.incidental_below_px")
    if people.incidental_below_px and people.mode is not PeopleMode.IDENTIFY:
        raise PolicyError(
            f"people.incidental_below_px needs the mode {PeopleMode.IDENTIFY.value!r}: in no other can be seen"
            " whether a small face is of somebody who said no"
        )


def _known(what: str, value: str | None, known: Collection[str]) -> None:
    if value is not None and value not in known:
        raise PolicyError(f"the policy does not know the {what} {value!r}; it knows {', '.join(sorted(known))}")
