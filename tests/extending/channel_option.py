"""Proves the difference "channel option" of docs/howto/extend.md: read from the policy, in its schema, judged by it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.translations import phrases, update

from imgpolicy.language import LanguageCode, language
from imgpolicy.policy import Policy, read_policy
from imgpolicy.policy_file import policy_schema
from imgpolicy.presets import policy_text
from imgpolicy.rules import examples, judge

SAID = 'website = { audience = "public", captioned = true }'


def policy(text: str) -> Policy:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "imgpolicy.toml"
        file.write_text(text, encoding="utf-8")
        return read_policy(file)


def found(made: Policy, channel: str) -> list[str]:
    """What is said of a picture with nothing in it and no caption."""
    posting = made.complete(replace(examples.POSTING, channel=channel, caption=None))
    case = replace(examples.nobody(), posting=posting, channel=made.channel_of(posting))
    return [danish.say(one.message) for one in judge(made.rules, case) if one.code == "R108"]


assert update(LanguageCode.DANISH, phrases()) == 0
danish = language(LanguageCode.DANISH)
asking = policy(policy_text().replace('website = "public"', SAID))
assert found(asking, "website") == ["det, der offentliggøres på website, skal have en billedtekst, og ingen er angivet"]
assert found(asking, "facebook") == found(policy(policy_text()), "website") == []
assert "captioned" in json.loads(policy_schema())["$defs"]["Channel"]["properties"]
(rule,) = (one for one in asking.rules if one.code == "R108")
assert [len(judge([rule], case)) for case in (*rule.passes, *rule.fails)] == [0, 0, 1]
