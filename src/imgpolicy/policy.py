"""One TOML file in, one `Policy` out.

The file is closed: a key, a rule or a channel that is not known is refused, because a misspelt rule would
otherwise be a rule that never bites.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from imgpolicy.domain.agencies import AGENCIES
from imgpolicy.domain.channel import Channel
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.posting import Posting, Role
from imgpolicy.domain.profile import Profile
from imgpolicy.domain.scope import AUDIENCES
from imgpolicy.domain.terms import PeopleMode, PeoplePolicy, Waiver
from imgpolicy.domain.verdict import Verdict
from imgpolicy.errors import PolicyError, RequestError
from imgpolicy.files import shortly
from imgpolicy.opening import RegisterPolicy, register_policy
from imgpolicy.phrase import message_of, phrase
from imgpolicy.plugins import Plugin
from imgpolicy.policy_file import (
    OFF,
    PeopleTable,
    PolicyFile,
    PolicyText,
    ProfileTable,
    RolesTable,
    WaiverTable,
    known_word,
    read_text,
)
from imgpolicy.recognise import Pattern, Sought
from imgpolicy.recognise.lists import MARKINGS
from imgpolicy.report import PolicyRef
from imgpolicy.rules import Organisation, Rule
from imgpolicy.rules.found import all_rules
from imgpolicy.text import has_words

MAX_CAPTION = 100_000
"""Characters of a caption; the longest that a network takes has 63,206."""

UNDER_PEOPLE = {"unknown": "P101", "doubtful": "P111"}
"""The keys of the table `people` that are verdicts, and their rules."""

LEAST_LETTERS = 3
"""The fewest letters and digits of a marking or an agency."""

LEAST_CROWD = 2
"""The smallest `crowd_from` with which a face may be incidental: whoever is alone is what a picture is of."""

INCIDENTAL_SHARE = 0.1
"""The share of the picture's shorter side from which a face is never incidental: in a small picture few pixels make
a portrait."""


@dataclass(frozen=True, kw_only=True)
class Policy(RegisterPolicy):
    """An organisation's policy, ready to judge with.

    `rules` are those that bite, each with its verdict; `switched_off` are the codes of the built-in ones that the
    file turns off; `extractors` names the extractors of plug-ins that run besides the built-in ones; with
    `second_person` a release needs two people; `people` says what is done about the people in a picture, and
    `organisation` is what rules ask of the organisation itself. `paragraphs` has the words of the organisation's own
    policy by the code of a rule, and `waivers` are what is accepted in single pictures. `profiles` are postings that
    are made often, by their names.
    """

    ref: PolicyRef
    organisation: Organisation
    setting: str
    people: PeopleTable
    rules: tuple[Rule, ...]
    switched_off: tuple[str, ...]
    extractors: tuple[str, ...]
    paragraphs: Mapping[str, str]
    waivers: tuple[Waiver, ...]
    profiles: Mapping[str, Profile]

    def people_policy(self, width: int, height: int, posting: Posting) -> PeoplePolicy:
        """How the people in a picture of this size are looked at, for a posting that was completed.

        An audience that is declared for a channel which nobody names may be that of any: the widest is taken.
        """
        below = min(float(self.people.incidental_below_px), INCIDENTAL_SHARE * min(width, height))
        audience = None
        if posting.audience is not None:
            own = self.channel_of(posting)
            audience = own.audience if own else _widest(_audiences(self), posting.audience)
        return PeoplePolicy(
            mode=self.people.mode,
            incidental_below=below,
            crowd_from=self.people.crowd_from,
            audience=audience if audience != posting.audience else None,
        )

    def channel_of(self, posting: Posting) -> Channel | None:
        """What the policy says of the channel that the posting names; None when it names none that is known."""
        return None if posting.channel is None else self.channels.get(posting.channel)

    @property
    def asks_for_new(self) -> bool:
        """True when some channel asks for pictures that were not posted there lately."""
        return any(channel.fresh_days is not None for channel in self.channels.values())

    def complete(self, posting: Posting) -> Posting:
        """The posting with what follows from the policy: audience from the channel, the usual setting, and the day.

        Raises PolicyError when the posting names a channel, purpose, setting or audience that the policy does not know,
        and when a text in it is too long or no valid Unicode.
        """
        _check_texts(posting)
        posting = _in_words_of(self, posting)
        channel = self.channel_of(posting)
        audience = posting.audience or (channel.audience if channel else None)
        return replace(
            posting,
            audience=audience,
            setting=posting.setting or self.setting,
            on=posting.on or self.consents.today(),
        )


def read_policy(path: Path) -> Policy:
    """The policy in this file; PolicyError in one line for whatever is wrong with it."""
    return policy_of(read_text(path))


def policy_of(text: PolicyText) -> Policy:
    """The policy of a file that was read, with its rules; PolicyError in one line for whatever is wrong with it."""
    try:
        return _policy(text)
    except PolicyError as error:
        raise PolicyError(phrase("{path}: {error}", path=str(text.path), error=message_of(error))) from error


def rule_of(plugin: Plugin) -> type[Rule]:
    """The rule behind the entry point; PolicyError when it is none, or has another code."""
    kind = plugin.load()
    if not (isinstance(kind, type) and issubclass(kind, Rule) and kind.code == plugin.name):
        raise PolicyError(
            phrase("the plug-in {entry} is not a rule with the code {code}", entry=plugin.entry.value, code=plugin.name)
        )
    return kind


def _policy(text: PolicyText) -> Policy:
    file, kept = text.tables, register_policy(text)
    _check_people(file.people)
    severities = _severities(file)
    plugins = all_rules()
    rules = _rules(severities, plugins)
    return Policy(
        ref=PolicyRef(name=file.name, file=shortly(text.path), sha256=text.sha256, people=file.people.mode),
        folder=kept.folder,
        register_url=kept.register_url,
        key_file=kept.key_file,
        keyring=kept.keyring,
        engine=kept.engine,
        channels=kept.channels,
        purposes=kept.purposes,
        settings=kept.settings,
        consents=kept.consents,
        second_person=kept.second_person,
        desk_days=kept.desk_days,
        due_days=kept.due_days,
        forms=kept.forms,
        controller=kept.controller,
        mail=kept.mail,
        group_unknown=kept.group_unknown,
        organisation=_organisation(file),
        setting=file.posting.setting,
        people=file.people,
        rules=rules,
        switched_off=tuple(sorted(code for code, severity in severities.items() if severity == OFF)),
        extractors=file.extractors,
        paragraphs=_paragraphs(file, plugins),
        waivers=_waivers(file.waivers, rules),
        profiles={name: _profile(name, table, kept) for name, table in file.profiles.items()},
    )


def _audiences(policy: RegisterPolicy) -> frozenset[str]:
    return frozenset(channel.audience for channel in policy.channels.values())


def _in_words_of(policy: RegisterPolicy, posting: Posting) -> Posting:
    """The posting in the policy's own words; PolicyError for one that it does not know."""
    return replace(
        posting,
        channel=known_word(phrase("channel"), posting.channel, policy.channels),
        purpose=known_word(phrase("purpose"), posting.purpose, policy.purposes),
        setting=known_word(phrase("setting"), posting.setting, policy.settings),
        audience=known_word(phrase("audience"), posting.audience, _audiences(policy)),
    )


def _profile(name: str, table: ProfileTable, policy: RegisterPolicy) -> Profile:
    """The profile; PolicyError for a word that the policy does not know, or an empty one."""
    try:
        posting = Posting(
            channel=table.channel,
            role=table.role,
            purpose=table.purpose,
            audience=table.audience,
            setting=table.setting,
            origin=table.origin,
            campaign=table.campaign,
            territory=table.territory,
        )
        return Profile(title=table.title, posting=_in_words_of(policy, posting), folders=table.folders)
    except (PolicyError, RequestError) as error:
        raise PolicyError(phrase("profiles.{name}: {error}", name=name, error=message_of(error))) from error


def _organisation(file: PolicyFile) -> Organisation:
    if not all(has_words(name) for name in file.rights.owners):
        raise PolicyError(phrase("an owner under [rights] is a name, with letters or digits in it"))
    _check_roles(file.roles)
    if Role.PRIVATE in file.logos.own:
        raise PolicyError(
            phrase("a private person does not use the organisation's logo: L101 says so, and can be softened")
        )
    return Organisation(
        owners=file.rights.owners,
        logo_roles=file.logos.own,
        officials=file.roles.officials,
        names=file.roles.names,
        disclaimers=file.roles.disclaimers,
        topics=file.roles.topics,
        sought=_sought(file),
        also_businesses=file.text.also_businesses,
    )


def _sought(file: PolicyFile) -> Sought:
    """What is looked for in words; PolicyError for what would match nothing, or everything."""
    table, domains = file.text, file.organisation.mail_domains
    for key, phrases in (("markings", table.markings), ("agencies", table.agencies)):
        short = next((phrase for phrase in phrases if sum(map(str.isalnum, phrase)) < LEAST_LETTERS), None)
        if short is not None:
            raise PolicyError(
                phrase(
                    "text.{key}: {short} has fewer than {least} letters, and would be everywhere",
                    key=key,
                    short=repr(short),
                    least=LEAST_LETTERS,
                )
            )
    _check_countries(table.countries)
    try:
        patterns = tuple(Pattern(name, shape) for name, shape in table.patterns.items())
    except ValueError as error:
        raise PolicyError(phrase("text.patterns: {error}", error=str(error))) from error
    return Sought(
        countries=table.countries,
        markings=(*MARKINGS, *table.markings),
        patterns=patterns,
        mail_domains=tuple(domain.casefold() for domain in domains),
        agencies=(*AGENCIES, *table.agencies),
    )


def _check_countries(countries: Sequence[str]) -> None:
    """Refuse a country that has no phone numbers: it is misspelt."""
    if set(countries) <= {"DK"}:
        return
    from phonenumbers import SUPPORTED_REGIONS  # 65 ms

    for country in countries:
        if country not in SUPPORTED_REGIONS:
            raise PolicyError(
                phrase(
                    "text.countries: there is no country {country}: write two letters, as DK, SE or DE", country=country
                )
            )


def _paragraphs(file: PolicyFile, plugins: Mapping[str, Plugin]) -> Mapping[str, str]:
    for code in file.paragraphs:
        if code not in plugins:
            raise PolicyError(phrase("[paragraphs] names the rule {code}, and there is none: misspelt?", code=code))
    return file.paragraphs


def _waivers(tables: Sequence[WaiverTable], rules: Sequence[Rule]) -> tuple[Waiver, ...]:
    """The waivers; PolicyError for one that could have no effect, or must have none."""
    waivable = {rule.code: rule.waivable for rule in rules}
    waivers: dict[tuple[str, str, Box | None], Waiver] = {}
    for table in tables:
        if table.code not in waivable:
            raise PolicyError(
                phrase("a waiver of {code}, and no rule that is switched on has this code", code=table.code)
            )
        if not waivable[table.code]:
            raise PolicyError(
                phrase(
                    "{code} cannot be waived: a waiver is for what a picture shows, not for what people or licensors"
                    " said, what a posting states, or what nobody could check",
                    code=table.code,
                )
            )
        if not has_words(table.by) or not has_words(table.reason):
            raise PolicyError(phrase("a waiver of {code} says who answers for it, and why", code=table.code))
        if table.box is not None and (table.box.left >= table.box.right or table.box.top >= table.box.bottom):
            raise PolicyError(
                phrase("a waiver of {code} has an empty box: left before right, and top before bottom", code=table.code)
            )
        waiver = Waiver(
            picture=table.picture, code=table.code, by=table.by, reason=table.reason, until=table.until, box=table.box
        )
        place = (waiver.picture, waiver.code, waiver.box)
        if place in waivers:
            raise PolicyError(
                phrase("{code} is waived twice in the picture {picture}", code=table.code, picture=table.picture)
            )
        waivers[place] = waiver
    return tuple(waivers.values())


def _severities(file: PolicyFile) -> Mapping[str, str]:
    """What the file says of the rules, with what stands under `people` of two of them."""
    severities = dict(file.rules)
    for key, code in UNDER_PEOPLE.items():
        said: str | None = getattr(file.people, key)
        if said is not None and severities.setdefault(code, said) != said:
            raise PolicyError(
                phrase(
                    "people.{key} is {said} and rule {code} {severity}: say it once, in people",
                    key=key,
                    said=repr(said),
                    code=code,
                    severity=repr(severities[code]),
                )
            )
    return severities


def _rules(severities: Mapping[str, str], plugins: Mapping[str, Plugin]) -> tuple[Rule, ...]:
    """Every built-in rule and every rule that the file names, but for those it switches off."""
    for code, severity in severities.items():
        if code not in plugins:
            raise PolicyError(
                phrase("there is no rule {code}: misspelt, or install the package that brings it", code=code)
            )
        if severity not in (Verdict.NO_GO.word, Verdict.REVIEW.word, OFF):
            raise PolicyError(
                phrase("rule {code} is {severity}, and can be no-go, review or off", code=code, severity=repr(severity))
            )
    rules = []
    for code, plugin in sorted(plugins.items()):
        chosen = severities.get(code)
        if chosen is None and not plugin.built_in:
            continue
        kind = rule_of(plugin)
        if chosen != OFF:
            rules.append(kind(Verdict.from_word(chosen) if chosen else None))
        elif kind.mandatory:
            raise PolicyError(
                phrase("rule {code} cannot be switched off: what nobody is sure of is never a go", code=code)
            )
    return tuple(rules)


def _widest(audiences: Collection[str], declared: str) -> str | None:
    """The widest of these audiences; where none has a place in the order, rather another than the one declared."""

    def width(audience: str) -> tuple[int, bool]:
        return (AUDIENCES.index(audience) if audience in AUDIENCES else -1, audience != declared)

    return max(sorted(audiences), key=width, default=None)


def _check_people(people: PeopleTable) -> None:
    """Refuse keys that would have no effect, or one that nobody could keep an eye on."""
    if people.crowd_from > 1 and not people.incidental_below_px:
        raise PolicyError(phrase("people.crowd_from has no effect without people.incidental_below_px"))
    if people.incidental_below_px and people.crowd_from < LEAST_CROWD:
        raise PolicyError(
            phrase(
                "people.incidental_below_px needs people.crowd_from = {least} or more: one is no crowd",
                least=LEAST_CROWD,
            )
        )
    if people.incidental_below_px and people.mode is not PeopleMode.IDENTIFY:
        raise PolicyError(
            phrase(
                "people.incidental_below_px needs the mode {identify}: in no other can be seen"
                " whether a small face is of somebody who said no",
                identify=repr(PeopleMode.IDENTIFY.value),
            )
        )


def _check_roles(roles: RolesTable) -> None:
    """Refuse what would match nothing or everything, and lists that have no effect without another."""
    for key in ("officials", "names", "disclaimers", "topics"):
        phrases: tuple[str, ...] = getattr(roles, key)
        if not all(has_words(phrase) for phrase in phrases):
            raise PolicyError(phrase("what stands in roles.{key} has letters or digits in it", key=key))
    if bool(roles.names) != bool(roles.disclaimers or roles.topics):
        raise PolicyError(phrase("roles.names goes with roles.disclaimers or roles.topics, and they with it"))


def _check_texts(posting: Posting) -> None:
    """Refuse text that no report can repeat, such as bytes of a command line that are no UTF-8."""
    texts = (
        (phrase("caption"), posting.caption),
        (phrase("actor"), posting.actor),
        (phrase("campaign"), posting.campaign),
        (phrase("territory"), posting.territory),
        (phrase("event"), posting.event),
        (phrase("edit"), posting.edit),
    )
    for what, text in texts:
        if text is not None and any("\ud800" <= char <= "\udfff" for char in text):
            raise PolicyError(phrase("the {what} is no valid Unicode text: give it in UTF-8", what=what))
        if text is not None and len(text) > MAX_CAPTION:
            raise PolicyError(
                phrase(
                    "the {what} has {count} characters, and {most} are the most",
                    what=what,
                    count=f"{len(text):,}",
                    most=f"{MAX_CAPTION:,}",
                )
            )
