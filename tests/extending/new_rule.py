"""Proves the difference "new rule" of docs/howto/extend.md: found by its code, told on a page, and said in Danish."""

from __future__ import annotations

from pathlib import Path

from tools.translations import phrases, update

from imgpolicy.language import LanguageCode, language
from imgpolicy.policy import read_policy
from imgpolicy.render.rulepage import page_text
from imgpolicy.rules import judge
from imgpolicy.rules.found import all_rules
from imgpolicy.service.policies import rule_pages

assert all_rules()["R108"].built_in
assert update(LanguageCode.DANISH, phrases()) == 0

policy = read_policy(Path("consent_db/policy.toml"))
(rule,) = (one for one in policy.rules if one.code == "R108")
assert [finding.code for case in rule.passes for finding in judge([rule], case)] == []
(finding,) = (finding for case in rule.fails for finding in judge([rule], case))
assert (finding.verdict.word, bool(finding.remedies)) == ("review", True)
danish = language(LanguageCode.DANISH)
assert danish.say(finding.message) == "billedteksten indeholder mailadressen eileen@example.org"

(page,) = (page for page in rule_pages() if page.code == "R108")
assert "Mail address in the caption" in page_text(page)
