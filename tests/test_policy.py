"""The policy file is closed: what is not known is refused in one line."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from imgpolicy.domain.posting import Posting
from imgpolicy.domain.terms import STRICT, PeopleMode
from imgpolicy.domain.verdict import Verdict
from imgpolicy.errors import PolicyError
from imgpolicy.policy import Policy, read_policy
from imgpolicy.policy_file import policy_schema
from imgpolicy.presets import PresetName, policy_text, sample

SAMPLE = (sample() / "consent_db" / "policy.toml").read_text(encoding="utf-8")

POSTING = Posting(channel="website", audience="public")


def crowd(text: str) -> str:
    """The policy with faces under 40 pixels exempt where there are five or more."""
    sizes = text.replace("incidental_below_px = 0 ", "incidental_below_px = 40 ")
    return sizes.replace("crowd_from = 1 ", "crowd_from = 5 ")


def policy(folder: Path, text: str = SAMPLE) -> Policy:
    path = folder / "imgpolicy.toml"
    path.write_text(text, encoding="utf-8")
    return read_policy(path)


def test_the_policy_that_init_writes_knows_the_usual_channels_and_purposes(tmp_path: Path) -> None:
    found = policy(tmp_path)
    channels = {"facebook", "instagram", "linkedin", "youtube", "x", "website", "intranet", "print"}
    assert set(found.channels) == channels
    assert found.purposes == {"pr", "news", "recruitment", "internal"}


def test_a_channel_may_be_a_table_that_is_closed(tmp_path: Path) -> None:
    said = policy(tmp_path, SAMPLE.replace('intranet = "internal"', 'intranet = { audience = "internal" }'))
    assert said.channels == policy(tmp_path).channels
    assert said.complete(Posting(channel="intranet")).audience == "internal"
    for wrong in ("{ }", '{ audience = "internal", colour = "red" }', "3"):
        with pytest.raises(PolicyError, match="channels"):
            policy(tmp_path, SAMPLE.replace('intranet = "internal"', f"intranet = {wrong}"))


def test_the_policy_that_init_writes_names_every_built_in_rule_with_its_default(tmp_path: Path) -> None:
    found = policy(tmp_path)
    named = {line.split()[0] for line in SAMPLE.partition("[rules]")[2].splitlines() if line[1:4].isdigit()}
    # A note says nothing there: R107 is switched on for a channel, by fresh_days.
    assert {rule.code for rule in found.rules} == {*named, "P101", "P111", "R107"}
    assert 'unknown = "no-go"' in SAMPLE
    assert 'doubtful = "review"' in SAMPLE
    assert all(rule.verdict == rule.default for rule in found.rules)


def test_relative_paths_start_at_the_policys_folder(tmp_path: Path) -> None:
    found = policy(tmp_path)
    assert found.folder == tmp_path
    assert found.key_file == tmp_path / "imgpolicy.key"


def test_a_rule_can_be_softened_or_switched_off(tmp_path: Path) -> None:
    text = SAMPLE.replace('P105 = "no-go"', 'P105 = "review"').replace('M101 = "no-go"', 'M101 = "off"')
    found = policy(tmp_path, text)
    verdicts = {rule.code: rule.verdict for rule in found.rules}
    assert verdicts["P105"] is Verdict.REVIEW
    assert "M101" not in verdicts
    assert found.switched_off == ("M101",)


def test_an_unknown_face_is_said_under_people_or_as_a_rule_and_not_twice(tmp_path: Path) -> None:
    def verdict(text: str) -> Verdict:
        return next(rule.verdict for rule in policy(tmp_path, text).rules if rule.code == "P101")

    review = SAMPLE.replace('unknown = "no-go"', 'unknown = "review"')
    unsaid = SAMPLE.replace('unknown = "no-go"', "")
    assert verdict(review) is Verdict.REVIEW
    assert verdict(unsaid) is Verdict.NO_GO
    assert verdict(unsaid.replace("[rules]", '[rules]\nP101 = "review"')) is Verdict.REVIEW
    assert verdict(review.replace("[rules]", '[rules]\nP101 = "review"')) is Verdict.REVIEW


def test_what_may_be_no_person_is_said_under_people_or_as_a_rule_and_never_goes(tmp_path: Path) -> None:
    def verdict(text: str) -> Verdict:
        return next(rule.verdict for rule in policy(tmp_path, text).rules if rule.code == "P111")

    strict = SAMPLE.replace('doubtful = "review"', 'doubtful = "no-go"')
    unsaid = SAMPLE.replace('doubtful = "review"', "")
    assert verdict(SAMPLE) is verdict(unsaid) is Verdict.REVIEW
    assert verdict(strict) is Verdict.NO_GO
    assert verdict(unsaid.replace("[rules]", '[rules]\nP111 = "no-go"')) is Verdict.NO_GO
    for never in ("go", "off"):
        with pytest.raises(PolicyError, match="doubtful"):
            policy(tmp_path, SAMPLE.replace('doubtful = "review"', f'doubtful = "{never}"'))
    with pytest.raises(PolicyError, match="P111 cannot be switched off"):
        policy(tmp_path, unsaid.replace("[rules]", '[rules]\nP111 = "off"'))


def test_a_policy_without_a_word_on_people_is_the_strictest(tmp_path: Path) -> None:
    before, _, rest = SAMPLE.partition("[people]")
    found = policy(tmp_path, before + rest[rest.index("[release]") :])
    assert found.ref.people is PeopleMode.IDENTIFY
    assert found.people_policy(4000, 3000, POSTING) == STRICT
    assert {rule.code: rule.verdict for rule in found.rules}["P101"] is Verdict.NO_GO


def test_a_small_face_is_not_small_in_a_small_picture(tmp_path: Path) -> None:
    found = policy(tmp_path, crowd(SAMPLE))
    assert found.people_policy(4000, 3000, POSTING).incidental_below == 40
    assert found.people_policy(300, 200, POSTING).incidental_below == pytest.approx(20)


@pytest.mark.parametrize("mode", ["off", "count", "declared", "verify"])
def test_nobody_is_exempt_where_not_everybody_is_compared(tmp_path: Path, mode: str) -> None:
    text = SAMPLE.replace('mode = "identify"', f'mode = "{mode}"')
    assert policy(tmp_path, text).ref.people.value == mode
    with pytest.raises(PolicyError, match="somebody who said no"):
        policy(tmp_path, crowd(text))


def test_a_rule_that_the_file_does_not_name_still_bites(tmp_path: Path) -> None:
    found = policy(tmp_path, SAMPLE.partition("[rules]")[0])
    assert {rule.code for rule in found.rules} >= {"P101", "M101", "X001"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "Our policy"', 'name = "Our policy"\ntypo = 1', "typo"),
        ('engine = "yunet-sface"', 'motor = "yunet-sface"', "motor"),
        ('P102 = "no-go"', 'P999 = "no-go"', "P999"),
        ('P102 = "no-go"', 'P102 = "go"', "P102"),
        ('unknown = "no-go"', 'unknown = "go"', "unknown"),
        ('P102 = "no-go"', 'P101 = "review"', "say it once"),
        ('P102 = "no-go"', 'P101 = "off"', "say it once"),
        ('P102 = "no-go"', 'P111 = "no-go"', "people.doubtful"),
        ('mode = "identify"', 'mode = "guess"', "mode"),
        ('mode = "identify"', 'mode = "identify"\nminors = 1', "minors"),
        ("crowd_from = 1 ", "crowd_from = 5 ", "no effect"),
        ("crowd_from = 1 ", "crowd_from = 0 ", "crowd_from"),
        ("incidental_below_px = 0 ", "incidental_below_px = 40 ", "crowd_from"),
        ("names = [] ", 'names = ["We"] ', "roles.names"),
        ("topics = [] ", 'topics = ["us"] ', "roles.names"),
        ("officials = [] ", 'officials = ["…"] ', "roles.officials"),
        ("# P101 = ", "P999 = ", "P999"),
        ("incidental_below_px = 0 ", "incidental_below_px = -1 ", "incidental_below_px"),
        ("incidental_below_px = 0 ", "incidental_below_px = 101 ", "incidental_below_px"),
        ('X001 = "review"', 'X001 = "off"', "X001"),
        ('P106 = "review"', 'P106 = "off"', "P106"),
        ('setting = "work"', 'setting = "beach"', "beach"),
        ('"public", "private"]', '"public", "privat"]', "private"),
        ('facebook = "public"', 'any = "public"', "any"),
        ('name = "Our policy"', "name = ", "line"),
        ('name = "Our policy"', "", "name"),
        ('facebook = "public"', "facebook = 7", "int"),
    ],
)
def test_whatever_is_wrong_is_refused_in_one_line_that_names_file_and_fault(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    with pytest.raises(PolicyError) as caught:
        policy(tmp_path, SAMPLE.replace(old, new))
    assert said in str(caught.value)
    assert "imgpolicy.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_face_of_nobody_known_cannot_be_switched_off(tmp_path: Path) -> None:
    unsaid = SAMPLE.replace('unknown = "no-go"', "")
    with pytest.raises(PolicyError, match="P101 cannot be switched off"):
        policy(tmp_path, unsaid.replace("[rules]", '[rules]\nP101 = "off"'))


@pytest.mark.parametrize(
    ("posting", "said"),
    [
        (Posting(caption="a" * 100_001), "100,000"),
        (Posting(caption="caf\udce9"), "caption is no valid Unicode"),
        (Posting(actor="\udce9"), "actor is no valid Unicode"),
    ],
    ids=["long", "caption", "actor"],
)
def test_text_that_no_report_can_repeat_is_refused(tmp_path: Path, posting: Posting, said: str) -> None:
    with pytest.raises(PolicyError, match=said):
        policy(tmp_path).complete(posting)


@pytest.mark.parametrize("data", [b"\xff\xfe", b"a" * 1_000_001, b"x = " + b"[" * 5000])
def test_rubbish_is_no_policy(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "imgpolicy.toml"
    path.write_bytes(data)
    with pytest.raises(PolicyError):
        read_policy(path)


def test_a_missing_policy_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="imgpolicy init"):
        read_policy(tmp_path / "none.toml")


def test_audience_follows_from_the_channel_and_setting_from_the_policy(tmp_path: Path) -> None:
    found = policy(tmp_path)
    complete = found.complete(Posting(channel="intranet"))
    assert (complete.audience, complete.setting) == ("internal", "work")
    assert found.complete(Posting(channel="intranet", audience="public", setting="private")).audience == "public"
    assert found.complete(Posting()).audience is None


@pytest.mark.parametrize(
    "posting",
    [Posting(channel="myspace"), Posting(purpose="fame"), Posting(setting="moon"), Posting(audience="mars")],
    ids=str,
)
def test_a_posting_that_names_what_the_policy_does_not_know_is_refused(tmp_path: Path, posting: Posting) -> None:
    with pytest.raises(PolicyError, match="it knows"):
        policy(tmp_path).complete(posting)


def as_json(text: str) -> object:
    """The TOML as a JSON document: dates are in JSON's form."""
    return json.loads(json.dumps(tomllib.loads(text), default=str))


@pytest.mark.parametrize("name", PresetName)
def test_the_schema_takes_every_preset(name: PresetName) -> None:
    jsonschema.Draft202012Validator(json.loads(policy_schema())).validate(as_json(policy_text(name)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[people]", "[poeple]"),
        ('P102 = "no-go"', 'P102 = "go"'),
        ('mode = "identify"', 'mode = "guess"'),
        ("second_person = false", "second_person = 1"),
        ("[rules]", '[[waivers]]\npicture = "ab"\ncode = "M101"\nby = "a"\nreason = "b"\nuntil = 2030-01-01\n[rules]'),
    ],
)
def test_the_schema_refuses_a_wrong_file(old: str, new: str) -> None:
    assert old in SAMPLE
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(as_json(SAMPLE.replace(old, new)), json.loads(policy_schema()))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = " + "[" * 100_000, "tables or lists within one another, deeper than any policy has them"),
        ("x = " + "{a=" * 100_000, "tables or lists within one another, deeper than any policy has them"),
        ("a." * 200_000 + "b = 1", "a key of 200,001 parts: none has more than 10"),
        (f"[rules{'.a' * 100_000}]\nb = 1", "a key of 100,001 parts: none has more than 10"),
        ("x = {" + "a . " * 100 + "a = 1}", "a key of 101 parts: none has more than 10"),
        ('a = """' + '\\"' * 400_000, "Unterminated string"),
        ("a = '''" + '"' * 400_000, "Expected"),
        ('a = "' + '\\"' * 400_000, "Unterminated string"),
        ("#" * 1_000_001, "cannot be read (more than 1,000,000 bytes)"),
    ],
)
def test_a_policy_made_to_harm_the_reader_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(PolicyError) as refused:
        policy(tmp_path, text)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 300


def test_dots_in_a_text_or_a_remark_are_no_parts_of_a_key(tmp_path: Path) -> None:
    dots = "a.b.c.d.e.f.g.h.i.j.k.l.m.n"
    said = f'P101 = """\n{dots}\n\\"{dots}"""\nP104 = \'{dots}\'  # {dots}\nP105 = "\\"{dots}"\n'
    found = policy(tmp_path, SAMPLE.replace("[paragraphs]\n", f"[paragraphs]\n{said}"))
    assert found.paragraphs["P104"] == dots


def test_what_is_looked_for_in_words_comes_from_the_policy(tmp_path: Path) -> None:
    text = SAMPLE.replace("mail_domains = []", 'mail_domains = ["Example.org"]')
    text = text.replace("markings = []", 'markings = ["Sealed by the court"]').replace(
        "agencies = []", 'agencies = ["Acme"]'
    )
    text = text.replace('# "case number" = "S-####/####"', '"case number" = "S-####/####"')
    text = text.replace('countries = ["DK"]', 'countries = ["DK", "SE"]')
    sought = policy(tmp_path, text).organisation.sought
    assert sought.mail_domains == ("example.org",)
    assert "Sealed by the court" in sought.markings
    assert "Fortroligt" in sought.markings
    assert "Acme" in sought.agencies
    assert [(pattern.name, pattern.shape) for pattern in sought.patterns] == [("case number", "S-####/####")]
    assert sought.countries == ("DK", "SE")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("mail_domains = []", 'mail_domains = ["no domain"]', "mail_domains"),
        ('countries = ["DK"]', 'countries = ["XX"]', "there is no country XX"),
        ('countries = ["DK"]', 'countries = ["Denmark"]', "countries"),
        ("markings = []", 'markings = ["a."]', "fewer than 3 letters"),
        ('# "case number" = "S-####/####"', '"case number" = "*"', "at least 3 characters"),
        ('# "case number" = "S-####/####"', '"case number" = "***#"', "behind"),
    ],
)
def test_what_would_match_nothing_or_everything_in_words_is_refused(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in SAMPLE
    with pytest.raises(PolicyError, match=said):
        policy(tmp_path, SAMPLE.replace(old, new))
