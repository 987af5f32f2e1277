"""A real site made with Django and Wagtail, and a real desk that it asks."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import django
import pytest
from tests.server.running import Served, free_port, served_here

from imgpolicy.domain.account import Account, AccountRole, Right
from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.ids import new_id
from imgpolicy.domain.scope import Scope
from imgpolicy.service import accounts, posts
from imgpolicy.service.workspace import Workspace

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
POSTING = {"channel": "website", "purpose": "news", "role": "employee", "origin": "own"}


@dataclass(frozen=True)
class Asked:
    """A desk that runs, the folder that it is over, and the site's token."""

    folder: Path
    served: Served
    token: str


def open_tasks(asked: Asked) -> list[str]:
    """Where the posts stand that must come down."""
    with Workspace.open(asked.folder / "imgpolicy.toml") as workspace:
        return [task.publication.url for task in posts.posts(workspace).tasks]


def recorded(asked: Asked) -> list[str]:
    """Where the posts stand that are up, each as often as it is on record."""
    with Workspace.open(asked.folder / "imgpolicy.toml") as workspace:
        return [post.url for post in posts.posts(workspace).publications if post.down is None]


def yes() -> Consent:
    """Somebody's yes to the site."""
    scope = Scope(channels=frozenset({"website"}), purposes=frozenset({"news"}))
    return Consent(person="eileen", kind=ConsentKind.PUBLICATION, state=ConsentState.GIVEN, scope=scope)


def no() -> Consent:
    """What takes it back."""
    return replace(yes(), id=new_id("c"), state=ConsentState.WITHDRAWN, scope=Scope(), reason="asked", at=now())


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@pytest.fixture(scope="session")
def asked(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    folder = Path(shutil.copytree(demo, tmp_path_factory.mktemp("desk") / "work"))
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        accounts.add(workspace, Account(id="site", name="The website", role=AccountRole.POSTER))
        _, token = accounts.new_token(workspace, "site", "test", frozenset({Right.CHECK}), None)
    with served_here(folder) as served:
        yield Asked(folder, served, token)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site, which is set up once in a process."""
    from django.conf import settings
    from django.core.management import call_command

    folder = tmp_path_factory.mktemp("site")
    (folder / "templates").mkdir()
    (folder / "templates" / "news.html").write_text("{{ page.title }}")
    wagtail = ("admin", "images", "documents", "users", "sites", "snippets", "search", "embeds")
    settings.configure(
        SECRET_KEY="of a test",
        ALLOWED_HOSTS=["*"],
        USE_TZ=True,
        ROOT_URLCONF="tests.contrib.site.urls",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "site.sqlite")}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        MEDIA_ROOT=str(folder / "media"),
        MEDIA_URL="/media/",
        STATIC_URL="/static/",
        WAGTAIL_SITE_NAME="Test",
        WAGTAILADMIN_BASE_URL="http://site.example.org",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [str(folder / "templates")],
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        INSTALLED_APPS=[
            "imgpolicy.contrib.django",
            "imgpolicy.contrib.wagtail",
            "tests.contrib.site",
            *(f"wagtail.{one}" for one in wagtail),
            "wagtail",
            "modelcluster",
            "taggit",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.staticfiles",
        ],
    )
    django.setup()
    call_command("migrate", verbosity=0)
    return folder


@pytest.fixture
def site(made: Path, asked: Asked) -> Iterator[Path]:
    """The site, which asks the desk; what a test lays down in its database is gone after it."""
    from django.core.cache import cache
    from django.db import transaction
    from django.test import override_settings

    cache.clear()
    said = {"DESK": asked.served.address, "TOKEN": asked.token, "POSTING": POSTING, "WEBHOOK_SECRET": SECRET}
    with override_settings(IMGPOLICY=said), transaction.atomic():
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def nowhere(site: Path, asked: Asked) -> Iterator[dict[str, object]]:  # noqa: ARG001  # what it stands in
    """The site's settings, with a desk that is not there."""
    from django.test import override_settings

    said: dict[str, object] = {"DESK": f"http://127.0.0.1:{free_port()}", "TOKEN": asked.token, "POSTING": POSTING}
    with override_settings(IMGPOLICY=said):
        yield said
