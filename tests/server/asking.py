"""A desk whose keeper asks people for their consent, and what they do with the links."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import Page
from tests.server.browser import password_of
from tests.service.asked import add_everybody
from tests.support import asked as ask_of

from imgpolicy.domain.account import Account, AccountRole
from imgpolicy.domain.consent import Consent
from imgpolicy.register.statements import consents
from imgpolicy.service import accounts
from imgpolicy.service.workspace import Workspace

PEOPLE = {"olga": AccountRole.POSTER, "karen": AccountRole.KEEPER}


def to_ask_with(demo: Path, folder: Path) -> Path:
    """A copy of the demonstration with a form, people to be asked, and accounts of those who ask."""
    found = Path(shutil.copytree(demo, folder))
    with Workspace.open(found / "imgpolicy.toml") as workspace:
        add_everybody(workspace)
        for login, role in PEOPLE.items():
            accounts.add(workspace, Account(id=login, name=login.title(), role=role), password=password_of(login))
    return found


def said_of(folder: Path, person: str) -> tuple[Consent, ...]:
    """What is on record of a person."""
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        return ask_of(workspace.register, consents, person)


def link_of(page: Page) -> str:
    """The link that the page shows first."""
    return page.locator("[data-link]").first.get_attribute("href") or ""


def answer(page: Page, *choices: str) -> None:
    """Choose yes or no at each question, in their order."""
    for number, choice in enumerate(choices):
        page.locator("fieldset .yn").nth(number).locator(f"input[value={choice}]").check(force=True)
