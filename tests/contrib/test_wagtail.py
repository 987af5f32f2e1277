"""A page made with Wagtail goes live when the desk lets its pictures go, and comes down when one must."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.contrib.conftest import SECRET, Asked, no, open_tasks, recorded, yes
from tests.contrib.test_django import headers

from imgpolicy.service import grants
from imgpolicy.service.workspace import Workspace
from imgpolicy.wire.webhook import withdrawn_body

if TYPE_CHECKING:
    from tests.contrib.site.models import NewsPage

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("site"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # Wagtail leaves thumbnails open
]
MEADOW, STRANGER, PORTRAIT = "pictures/meadow.jpg", "pictures/two_people.jpg", "pictures/portrait.jpg"


def picture(asked: Asked, name: str) -> object:
    from django.core.files.images import ImageFile
    from wagtail.images import get_image_model

    made = get_image_model()(title=Path(name).stem, file=ImageFile(BytesIO((asked.folder / name).read_bytes()), name))
    made.save()
    return made


def page(**fields: object) -> NewsPage:
    from tests.contrib.site.models import NewsPage
    from wagtail.models import Site

    return Site.objects.get().root_page.add_child(instance=NewsPage(title="News", slug="news", live=False, **fields))  # type: ignore[no-any-return]


def published(made: NewsPage) -> NewsPage:
    made.save_revision().publish()
    made.refresh_from_db()
    return made


def test_a_page_goes_live_and_its_picture_is_on_record_there_once(asked: Asked) -> None:
    made = published(page(picture=picture(asked, MEADOW)))
    assert made.live
    before = recorded(asked)
    assert made.full_url in before
    made.title = "Other news"
    assert published(made).live
    assert recorded(asked) == before


@pytest.mark.parametrize("where", ["field", "text", "stream"])
def test_a_page_with_a_picture_that_may_not_be_posted_stays_a_draft(asked: Asked, where: str) -> None:
    stranger = picture(asked, STRANGER)
    id_ = stranger.pk  # type: ignore[attr-defined]
    fields: dict[str, dict[str, object]] = {
        "field": {"picture": stranger},
        "text": {"text": f'<embed embedtype="image" id="{id_}" alt="them" format="left"/>'},
        "stream": {"stream": json.dumps([{"type": "picture", "value": id_}])},
    }
    made = published(page(**fields[where]))
    assert (made.live, made.has_unpublished_changes) == (False, True)


def test_without_an_answer_it_stays_a_draft(asked: Asked, nowhere: dict[str, object]) -> None:
    assert nowhere
    assert not published(page(picture=picture(asked, MEADOW))).live


def test_a_page_without_pictures_needs_no_desk(nowhere: dict[str, object]) -> None:
    assert nowhere
    assert published(page()).live


def test_an_editor_is_told_in_one_line_for_each_picture(asked: Asked) -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    User.objects.create_superuser("kim", "kim@example.org", "kim")
    made = page(picture=picture(asked, STRANGER))
    client = Client()
    client.login(username="kim", password="kim")
    form = {"title": "News", "slug": "news", "picture": made.picture.pk, "text": "null", "comments-TOTAL_FORMS": "0"}
    form |= {"comments-INITIAL_FORMS": "0", "stream-count": "0", "action-publish": "yes"}
    answer = client.post(f"/admin/pages/{made.pk}/edit/", form, follow=True)
    assert re.search(r"two_people: no-go \(P101[P0-9, ]*\): the desk says why", answer.content.decode())
    made.refresh_from_db()
    assert not made.live


@pytest.fixture
def shown(asked: Asked) -> NewsPage:
    """A page with somebody's picture on it, who said yes and is going to take that back."""
    with Workspace.open(asked.folder / "imgpolicy.toml") as workspace:
        grants.state_consent(workspace, yes())
    made = published(page(picture=picture(asked, PORTRAIT)))
    assert made.live
    return made


def withdrawn(asked: Asked) -> bytes:
    """Somebody takes their yes back; the event of it, as the desk sends it."""
    with Workspace.open(asked.folder / "imgpolicy.toml") as workspace:
        done = grants.state_consent(workspace, no())
        assert done.takedowns
        return withdrawn_body(
            done.consent.at, "withdrawn", [task.publication for task in done.takedowns], consent=done.consent.id
        )


def tell(body: bytes) -> int:
    from django.test import Client

    answer = Client().post("/hooks/imgpolicy", body, "application/json", headers=headers(body, event=f"e-{hash(body)}"))
    return int(answer.status_code)


def test_who_takes_a_yes_back_is_off_the_site_and_the_task_is_closed(asked: Asked, shown: NewsPage) -> None:
    body = withdrawn(asked)
    assert shown.full_url in open_tasks(asked)
    assert tell(body) == 204
    shown.refresh_from_db()
    assert not shown.live
    assert shown.full_url not in open_tasks(asked)


def test_a_site_may_put_another_picture_there(asked: Asked, shown: NewsPage) -> None:
    from django.conf import settings
    from django.test import override_settings

    placeholder = picture(asked, MEADOW)
    old = Path(shown.picture.file.path)
    said = {**settings.IMGPOLICY, "WITHDRAWN": "swap", "PLACEHOLDER": placeholder.pk}  # type: ignore[attr-defined]
    body = withdrawn(asked)
    with override_settings(IMGPOLICY=said):
        from django.core.cache import cache

        cache.clear()  # what the desk said of the picture within the last minute
        assert tell(body) == 204
    shown.refresh_from_db()
    shown.picture.refresh_from_db()
    assert shown.live
    assert Path(shown.picture.file.path).read_bytes() == (asked.folder / MEADOW).read_bytes()
    assert not old.exists()
    assert shown.full_url not in open_tasks(asked)


def test_while_the_desk_does_not_answer_the_page_is_down_and_the_event_is_asked_for_again(
    asked: Asked, shown: NewsPage, nowhere: dict[str, object]
) -> None:
    from django.test import override_settings

    body = withdrawn(asked)
    with override_settings(IMGPOLICY={**nowhere, "WEBHOOK_SECRET": SECRET}):
        assert tell(body) == 503
    shown.refresh_from_db()
    assert not shown.live
    assert shown.full_url in open_tasks(asked)
