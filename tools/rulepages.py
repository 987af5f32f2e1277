"""The pages of rules, and their places in the site's navigation: `python -m tools.rulepages` writes both anew."""

from __future__ import annotations

import re
from pathlib import Path

from imgpolicy.files import write_whole
from imgpolicy.service.policies import rule_pages, write_pages

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "docs" / "rules"
SITE = ROOT / "zensical.toml"

_ROWS = re.compile(r'(?<="rules/index\.md",\n)(?: +"rules/\w+\.md",\n)*')


def navigation(site: str) -> str:
    """The site's settings with a place in the navigation for every rule's page."""
    rows = "".join(f'        "rules/{page.code}.md",\n' for page in rule_pages())
    return _ROWS.sub(rows, site, count=1)


if __name__ == "__main__":
    write_pages(PAGES, rule_pages())
    write_whole(SITE, navigation(SITE.read_text(encoding="utf-8")).encode())
