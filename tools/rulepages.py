"""Where every rule stands besides its class: `python -m tools.rulepages` writes all of it anew.

That is its page in `docs/rules`, the page's place in the site's navigation, and its line in the policy to start with. A
line of the policy that is there stays as somebody wrote it.
"""

from __future__ import annotations

import re
from pathlib import Path

from imgpolicy.domain.verdict import Verdict
from imgpolicy.files import write_whole
from imgpolicy.policy import UNDER_PEOPLE, rule_of
from imgpolicy.rules.found import all_rules
from imgpolicy.service.policies import rule_pages, write_pages

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "docs" / "rules"
SITE = ROOT / "zensical.toml"
POLICY = ROOT / "consent_db" / "policy.toml"

_ROWS = re.compile(r'(?<="rules/index\.md",\n)(?: +"rules/\w+\.md",\n)*')
_LINE = re.compile(r"[A-Z]\d{3} = ")


def navigation(site: str) -> str:
    """The site's settings with a place in the navigation for every rule's page."""
    rows = "".join(f'        "rules/{page.code}.md",\n' for page in rule_pages())
    return _ROWS.sub(rows, site, count=1)


def with_every_rule(policy: str) -> str:
    """The policy with a line under [rules] for each built-in rule, a new one behind the last of its family.

    What a rule says as a note stands in no line: a policy can only say more.
    """
    head, table, rest = policy.partition("[rules]\n")
    lines = rest.split("\n")
    for code, plugin in sorted(all_rules().items()):
        if (
            plugin.built_in
            and rule_of(plugin).default is not Verdict.GO
            and code not in UNDER_PEOPLE.values()
            and not any(line.startswith(f"{code} = ") for line in lines)
        ):
            kind = rule_of(plugin)
            before = [n for n, line in enumerate(lines) if _LINE.match(line) and code[0] == line[0] and line < code]
            value = f'{code} = "{kind.default.word}"'
            lines.insert(before[-1] + 1 if before else 0, f"{value:<16}  # {kind.title[0].lower()}{kind.title[1:]}")
    return "".join((head, table, "\n".join(lines)))


if __name__ == "__main__":
    write_pages(PAGES, rule_pages())
    write_whole(SITE, navigation(SITE.read_text(encoding="utf-8")).encode())
    write_whole(POLICY, with_every_rule(POLICY.read_text(encoding="utf-8")).encode())
