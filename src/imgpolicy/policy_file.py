"""The policy file as it is written: one closed table for each part of it, and their JSON Schema.

`policy` makes a policy that one can judge with out of it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from imgpolicy.domain.channel import Channel
from imgpolicy.domain.form import MOST_RENEW_DAYS, RENEW_DAYS
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.mail import MailSecurity
from imgpolicy.domain.person import ADULT
from imgpolicy.domain.posting import LOGO_ROLES, Origin, Role
from imgpolicy.domain.request import MOST_DAYS
from imgpolicy.domain.scope import ANY, PRIVATE
from imgpolicy.domain.speakers import KEEP_DAYS, OWN_CONSENT_FROM, AfterErasure, Guardians
from imgpolicy.domain.terms import PeopleMode
from imgpolicy.domain.words import folded
from imgpolicy.errors import PolicyError
from imgpolicy.files import open_to_others, read_at_most, write_whole
from imgpolicy.phrase import phrase, reason_of

MAX_BYTES = 1_000_000

MODE = 0o644
"""The permission bits of a new policy: anybody may read it, and its owner alone change it."""

MOST_PARTS = 10
"""Parts of a key, with dots between; the longest that means something has four."""

_BETWEEN = re.compile(r"[\n=\[\]{},]")
_STRING_OR_COMMENT = re.compile(
    r'"""(?:\\.|[^\\])*?(?:"""|\Z)|' + r"'''.*?(?:'''|\Z)|" + r'"(?:\\.|[^"\\\n])*+"?|' + r"'[^'\n]*'?|#[^\n]*",
    re.DOTALL,
)

DEFAULT_ENGINE = "yunet-sface"

OFF = "off"

MOST_INCIDENTAL_PX = 100
"""The largest `incidental_below_px`: whoever fills more of a picture is not in its background."""

DESK_DAYS = 7
MOST_DESK_DAYS = 90
DUE_DAYS = 30

_Severity = Annotated[str, msgspec.Meta(extra_json_schema={"enum": ["no-go", "review", OFF]})]
"""What a broken rule means. The enumeration is the schema's alone: whoever reads the file names the rule."""

_Word = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
_Phrases = tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=500)], ...]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table in which a key that is not known is an error."""


class RegisterTable(_Table, frozen=True, kw_only=True):
    """Where the register is, and its key: in a file, or under a name in the system's keyring.

    Relative paths are taken from the policy's folder.
    """

    url: str = "sqlite:///consent_db/register.sqlite"
    key_file: str = "imgpolicy.key"
    keyring: str | None = None


class PostingTable(_Table, frozen=True, kw_only=True):
    """What a posting may name. `setting` holds when none is stated.

    `channels` gives each channel's audience, alone or in a table of all that is said of the channel; `former_channels`
    the present name of each that had another before, which what is on record may still use.
    """

    channels: dict[str, str | Channel]
    purposes: tuple[str, ...]
    settings: tuple[str, ...] = ("work", "public", "private")
    setting: str = "work"
    former_channels: dict[str, str] = {}


class RolesTable(_Table, frozen=True, kw_only=True):
    """What is asked of whoever posts, in each role; what is empty is not asked.

    `officials` are the names of those who may post in the official role. `names` is what captions call the
    organisation; a private person who writes on it adds one of the `disclaimers`, and whoever writes on one of the
    `topics` without being official says where they work.
    """

    officials: _Phrases = ()
    names: _Phrases = ()
    disclaimers: _Phrases = ()
    topics: _Phrases = ()


class FacesTable(_Table, frozen=True, kw_only=True):
    """How faces are found and compared."""

    engine: str = DEFAULT_ENGINE


class PeopleTable(_Table, frozen=True, kw_only=True):
    """What is done about the people in a picture.

    `mode` says how faces are looked at. `unknown` is what a face of nobody known means, and `doubtful` what may be no
    person's face and is like nobody; without them the rules P101 and P111 say so.
    A face lower than `incidental_below_px` pixels of the picture is exempt where `crowd_from` faces or more are
    in it, unless it may be somebody in the register; 0 lets no face be incidental.
    """

    mode: PeopleMode = PeopleMode.IDENTIFY
    unknown: Literal["no-go", "review"] | None = None
    doubtful: Literal["no-go", "review"] | None = None
    incidental_below_px: Annotated[int, msgspec.Meta(ge=0, le=MOST_INCIDENTAL_PX)] = 0
    crowd_from: Annotated[int, msgspec.Meta(ge=1)] = 1


class ConsentTable(_Table, frozen=True, kw_only=True):
    """Who speaks for minors. From `own_consent_from` years on their own consent is needed besides their guardians'.

    `guardians` says how many of these must agree; what they gave ends `guardian_grace_days` after the eighteenth
    birthday. `keep_days` after the last thing that rested on them, somebody is among those who may be erased.
    """

    own_consent_from: Annotated[int, msgspec.Meta(ge=0, le=ADULT)] = OWN_CONSENT_FROM
    guardians: Guardians = Guardians.ONE
    guardian_grace_days: Annotated[int, msgspec.Meta(ge=0, le=366)] = 0
    keep_days: Annotated[int, msgspec.Meta(ge=0, le=36_500)] = KEEP_DAYS


class PublicationsTable(_Table, frozen=True, kw_only=True):
    """What becomes of recorded posts that show nobody but people who were erased."""

    after_erasure: AfterErasure = AfterErasure.KEEP


class ReleaseTable(_Table, frozen=True, kw_only=True):
    """What it takes to let a picture go against its findings, and to mark somebody's no as entered in error."""

    second_person: bool = False


class RightsTable(_Table, frozen=True, kw_only=True):
    """The names under which the organisation owns pictures, as copyright notices in files write them."""

    owners: tuple[str, ...] = ()


class OrganisationTable(_Table, frozen=True, kw_only=True):
    """Whose policy it is: who answers for what is kept about people, in words and with an address, and the domains of
    its mail addresses, which the private role keeps away from.
    """

    controller: Annotated[str, msgspec.Meta(min_length=3, max_length=500)] | None = None

    mail_domains: tuple[
        Annotated[str, msgspec.Meta(pattern=r"^[^\s@]+\.[^\s@.]{2,}$", min_length=4, max_length=253)], ...
    ] = ()


class TextTable(_Table, frozen=True, kw_only=True):
    """What is looked for in words that a picture shows, and in captions, besides what is looked for everywhere.

    `markings` and `agencies` come besides the usual ones. `patterns` has the form of numbers of one's own by what they
    are called: # is a digit, @ a letter, * letters and digits to their end. `countries` are those whose phone numbers
    and plates are known without the country's code. With `also_businesses` the details of businesses count too.
    """

    countries: tuple[Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")], ...] = ("DK",)
    markings: _Phrases = ()
    agencies: _Phrases = ()
    patterns: dict[str, str] = {}
    also_businesses: bool = False


class LogosTable(_Table, frozen=True, kw_only=True):
    """In which roles the organisation's own logo may be used; never in the private one."""

    own: tuple[Role, ...] = LOGO_ROLES


class ProfileTable(_Table, frozen=True, kw_only=True):
    """A posting that is made often; what is given beside its name goes before it. `title` is what people are shown.

    Pictures in `folders`, below the policy's, are posted so where nothing else is stated; the deepest folder holds.
    """

    title: _Word | None = None
    folders: tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=1000)], ...] = ()
    channel: _Word | None = None
    role: Role | None = None
    purpose: _Word | None = None
    audience: _Word | None = None
    setting: _Word | None = None
    origin: Origin | None = None
    campaign: _Word | None = None
    territory: _Word | None = None


class DeskTable(_Table, frozen=True, kw_only=True):
    """What a page keeps on which pictures are dropped: pictures and answers for `keep_pictures` days.

    The days are counted from the last that was done to any picture of the same batch. With `group_unknown` strangers of
    one batch are compared with each other, when somebody asks for it.
    """

    keep_pictures: Annotated[int, msgspec.Meta(ge=1, le=MOST_DESK_DAYS)] = DESK_DAYS
    group_unknown: bool = False


class WebhooksTable(_Table, frozen=True, kw_only=True):
    """What webhooks are told besides what is withdrawn: what ends within `due_days` days."""

    due_days: Annotated[int, msgspec.Meta(ge=0, le=366)] = DUE_DAYS


class FormsTable(_Table, frozen=True, kw_only=True):
    """How consents are asked for. `address` is what links begin with, as https://consent.example.org.

    With `biometric_minors` the face is asked about of those under 18 too. A consent that ends within `renew_days` is
    one to be asked for anew; `renew_with` is the form with which the desk does so by itself. Who has not answered is
    reminded `remind_days` before their link ends; nobody with 0.
    """

    address: Annotated[str, msgspec.Meta(max_length=500)] | None = None
    biometric_minors: bool = False
    renew_days: Annotated[int, msgspec.Meta(ge=0, le=MOST_RENEW_DAYS)] = RENEW_DAYS
    renew_with: _Word | None = None
    remind_days: Annotated[int, msgspec.Meta(ge=0, le=MOST_DAYS)] = 0


class MailTable(_Table, frozen=True, kw_only=True):
    """The SMTP server by which links are sent, and the address that mail comes from; without a `host` none is sent.

    `user` signs in with the password in the environment (IMGPOLICY_SMTP_PASSWORD). `keeper` is an address that is sent
    once a month what nothing rests on any more, in this `language`.
    """

    host: Annotated[str, msgspec.Meta(min_length=1, max_length=255)] | None = None
    port: Annotated[int, msgspec.Meta(ge=1, le=65_535)] = 587
    security: MailSecurity = MailSecurity.STARTTLS
    sender: Annotated[str, msgspec.Meta(max_length=254)] | None = None
    user: Annotated[str, msgspec.Meta(min_length=1, max_length=254)] | None = None
    keeper: Annotated[str, msgspec.Meta(max_length=254)] | None = None
    language: Literal["en", "da"] = "en"


class WaiverTable(_Table, frozen=True, kw_only=True):
    """A finding of one rule in one picture that is accepted: by whom, why, and up to which day, that day included.

    `picture` is the SHA-256 of the file. `box` says which finding is meant where the rule finds several.
    """

    picture: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$", max_length=64)]
    code: str
    by: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
    until: dt.date
    box: Box | None = None


class PolicyFile(_Table, frozen=True, kw_only=True):
    """The whole file. `time_zone` is that of all days, such as Europe/Copenhagen; the system's where it is not named.

    `paragraphs` has the words of the organisation's own policy behind a rule, by its code."""

    name: str
    posting: PostingTable
    time_zone: str | None = None
    consent: ConsentTable = ConsentTable()
    publications: PublicationsTable = PublicationsTable()
    register: RegisterTable = RegisterTable()
    roles: RolesTable = RolesTable()
    faces: FacesTable = FacesTable()
    people: PeopleTable = PeopleTable()
    release: ReleaseTable = ReleaseTable()
    rights: RightsTable = RightsTable()
    logos: LogosTable = LogosTable()
    organisation: OrganisationTable = OrganisationTable()
    text: TextTable = TextTable()
    paragraphs: dict[str, Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]] = {}
    profiles: dict[str, ProfileTable] = {}
    desk: DeskTable = DeskTable()
    webhooks: WebhooksTable = WebhooksTable()
    forms: FormsTable = FormsTable()
    mail: MailTable = MailTable()
    waivers: tuple[WaiverTable, ...] = ()
    rules: dict[str, _Severity] = {}
    extractors: tuple[str, ...] = ()


def policy_schema() -> str:
    """The JSON Schema of the policy file, ending in a line break; a date in TOML is one in JSON's form there."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "imgpolicy.toml"}
    return msgspec.json.format(msgspec.json.encode(head | msgspec.json.schema(PolicyFile)), indent=2).decode() + "\n"


def write_schema(file: Path) -> Path | None:
    """The file, in which the JSON Schema of a policy is now, for editors; None where one is there, which stays.

    OSError when it cannot be written.
    """
    if file.exists() or file.is_symlink():
        return None
    write_whole(file, policy_schema().encode(), mode=MODE)
    return file


@dataclass(frozen=True, kw_only=True)
class PolicyText:
    """A policy file as it was read: where it is, its tables, and the SHA-256 of its bytes."""

    path: Path
    tables: PolicyFile
    sha256: str

    @property
    def folder(self) -> Path:
        """The folder that its relative paths are taken from."""
        return self.path.resolve().parent


def read_text(path: Path) -> PolicyText:
    """The tables of the policy in this file; PolicyError in one line when it cannot be read or a key is not known.

    A file that others may change is refused, whoever it belongs to.
    """
    try:
        if path.exists() and not path.is_file():
            raise PolicyError(phrase("{path}: not a file", path=str(path)))
        place = open_to_others(path)
        if place is not None:
            raise PolicyError(
                phrase(
                    "{path}: others may change this policy; run: chmod go-w {place}", path=str(path), place=str(place)
                )
            )
        data = read_at_most(path, MAX_BYTES)
    except OSError as error:
        raise PolicyError(
            phrase(
                "{path}: cannot be read ({reason}); `imgpolicy init` makes a policy",
                path=str(path),
                reason=reason_of(error),
            )
        ) from error
    return parse_text(path, data)


def parse_text(path: Path, data: bytes) -> PolicyText:
    """The tables of a policy with these bytes, as if they stood in that file; PolicyError as `read_text`."""
    try:
        text = data.decode("utf-8")
        _check_keys(text)
        tables = msgspec.convert(tomllib.loads(text), PolicyFile)
        _check_words(tables.posting)
        _check_names(tables.profiles)
        _check_folders(tables.profiles)
        _check_zone(tables.time_zone)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError, PolicyError) as error:
        raise PolicyError(phrase("{path}: {error}", path=str(path), error=" ".join(str(error).split()))) from error
    except RecursionError as error:
        raise PolicyError(
            phrase("{path}: tables or lists within one another, deeper than any policy has them", path=str(path))
        ) from error
    return PolicyText(path=path, tables=tables, sha256=hashlib.sha256(data).hexdigest())


def _check_keys(text: str) -> None:
    """Refuse a key of more parts than any has: to read one, `tomllib` needs memory that grows with their square."""
    for key in _BETWEEN.split(_STRING_OR_COMMENT.sub("", text)):
        if key.count(".") > MOST_PARTS:
            raise PolicyError(
                phrase(
                    "a key of {count} parts: none has more than {most}",
                    count=f"{key.count('.') + 1:,}",
                    most=MOST_PARTS,
                )
            )


def _check_zone(name: str | None) -> None:
    """Refuse a time zone that the system, or the package tzdata, does not know."""
    try:
        ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise PolicyError(
            phrase("there is no time zone {name}: write one such as Europe/Copenhagen", name=repr(name))
        ) from error


def _check_words(words: PostingTable) -> None:
    """Refuse words that consents and rules give a meaning of their own, or need."""
    for what, known in (
        (phrase("channels"), words.channels),
        (phrase("purposes"), words.purposes),
        (phrase("settings"), words.settings),
    ):
        unknown = next((word for word in known if not word.isprintable()), None)
        if unknown is not None:
            raise PolicyError(
                phrase(
                    "{unknown} among the {what} holds a character that is not shown", unknown=repr(unknown), what=what
                )
            )
        if len({folded(word) for word in known}) < len(known):
            raise PolicyError(
                phrase("two of the {what} are one word: case, and space around it, do not count", what=what)
            )
    if ANY in {folded(word) for word in (*words.channels, *words.purposes, *words.settings)}:
        raise PolicyError(phrase("{any} stands for every channel or purpose in a consent: name none so", any=repr(ANY)))
    if PRIVATE not in words.settings:
        raise PolicyError(
            phrase("the settings must include {private}: it is the one that a consent must name", private=repr(PRIVATE))
        )
    known_word(phrase("setting"), words.setting, words.settings)
    for old, new in words.former_channels.items():
        if new not in words.channels:
            raise PolicyError(
                phrase(
                    "posting.former_channels: {new}, which {old} is called now, is none of the channels",
                    new=repr(new),
                    old=repr(old),
                )
            )
        if folded(old) in {ANY, *map(folded, words.channels)}:
            raise PolicyError(phrase("posting.former_channels: {old} is still the name of a channel", old=repr(old)))


def _check_names(profiles: Mapping[str, ProfileTable]) -> None:
    """Refuse a name or title of a profile that nobody could read, and two names that are one word."""
    for name, profile in profiles.items():
        for text in (name, profile.title or name):
            if not (text.strip() and text.isprintable()):
                raise PolicyError(
                    phrase("{text} is no name of a profile: use characters that are shown", text=repr(text))
                )
    if len({folded(name) for name in profiles}) < len(profiles):
        raise PolicyError(phrase("two of the profiles have one name: case, and space around it, do not count"))


def _check_folders(profiles: Mapping[str, ProfileTable]) -> None:
    """Refuse a folder that is not below the policy's, and one that two profiles hold for."""
    holds: dict[PurePosixPath, str] = {}
    for name, profile in profiles.items():
        for folder in profile.folders:
            path = PurePosixPath(folder)
            if path.is_absolute() or ".." in path.parts or "\\" in folder or ":" in folder or not folder.isprintable():
                raise PolicyError(
                    phrase(
                        "profiles.{name}: {folder} is no folder below the policy's: write the path from there, with /",
                        name=name,
                        folder=repr(folder),
                    )
                )
            other = holds.setdefault(path, name)
            if other != name:
                raise PolicyError(
                    phrase("the folder {folder} has two profiles: {one} and {two}", folder=folder, one=other, two=name)
                )


def known_word(what: str, value: str | None, known: Collection[str]) -> str | None:
    """The word as the policy writes it, None when there is none; else PolicyError, which names those that it knows.

    Words are compared as `folded` has them.
    """
    if value is None or value in known:
        return value
    for word in known:
        if folded(word) == folded(value):
            return word
    others = ", ".join(sorted(known)) or phrase("none")
    raise PolicyError(
        phrase(
            "the policy does not know the {what} {value}; it knows {others}",
            what=what,
            value=repr(value),
            others=others,
        )
    )
