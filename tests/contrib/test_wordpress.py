"""The plug-in in a real WordPress, which asks a real desk and is told by it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.contrib.conftest import Asked, no, open_tasks, recorded, yes
from tests.contrib.test_django import headers
from tests.contrib.wordpress import Site, missing, wordpress
from tests.server.running import free_port

from imgpolicy.domain.webhook import EventKind
from imgpolicy.service import grants, webhooks
from imgpolicy.service.workspace import Workspace
from imgpolicy.wire.webhook import withdrawn_body

pytestmark = [pytest.mark.slow, pytest.mark.skipif(missing() is not None, reason=missing() or "")]
MEADOW, STRANGER, PORTRAIT = "pictures/meadow.jpg", "pictures/two_people.jpg", "pictures/portrait.jpg"
POSTING = "array( 'channel' => 'website', 'purpose' => 'news', 'role' => 'employee', 'origin' => 'own' )"


@pytest.fixture(scope="module")
def secret(asked: Asked, port: int) -> str:
    with Workspace.open(asked.folder / "imgpolicy.toml") as workspace:
        url = f"http://127.0.0.1:{port}/index.php?rest_route=/imgpolicy/v1/webhook"
        return webhooks.add(workspace, url, frozenset({EventKind.WITHDRAWN}))[1]


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def site(asked: Asked, port: int, secret: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    said = {"DESK": f"'{asked.served.address}'", "TOKEN": f"'{asked.token}'", "POSTING": POSTING}
    said |= {"WEBHOOK_SECRET": f"'{secret}'", "UNANSWERED": "'refuse'", "WITHDRAWN": "'unpublish'", "PLACEHOLDER": "0"}
    with wordpress(tmp_path_factory.mktemp("wordpress"), port, said) as made:
        yield made


@pytest.fixture
def nowhere(site: Site, asked: Asked) -> Iterator[None]:
    """The desk is not there; what it said before is forgotten."""
    site.php("$GLOBALS['wpdb']->query( \"DELETE FROM wp_options WHERE option_name LIKE '_transient%imgpolicy%'\" );")
    site.setting(DESK=f"'http://127.0.0.1:{free_port()}'")
    yield
    site.setting(DESK=f"'{asked.served.address}'")


def uploaded(site: Site, asked: Asked, name: str) -> int:
    answer = site.upload(Path(name).name, (asked.folder / name).read_bytes())
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def posted(site: Site, **fields: object) -> httpx.Response:
    return site.rest("POST", "/wp/v2/posts", title="News", **{"status": "publish", **fields})


def embedded(site: Site, asked: Asked, name: str) -> str:
    """A text that shows a picture which came to the library before the plug-in, or by another way."""
    folder = site.folder / "wp-content" / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / Path(name).name
    file.write_bytes((asked.folder / name).read_bytes())
    made = site.php(
        "remove_all_actions( 'add_attachment' );"
        f"$id = wp_insert_attachment( array( 'post_mime_type' => 'image/jpeg', 'post_title' => 'x' ), '{file.name}' );"
        "echo $id, ' ', wp_get_attachment_url( $id );"
    )
    _, url = made.split(" ")
    return f'<p><img src="{url}" alt=""></p>'


def status(site: Site, post: int) -> str:
    return str(site.rest("GET", f"/wp/v2/posts/{post}").json()["status"])


def test_a_picture_that_goes_is_taken_and_its_post_is_on_record(site: Site, asked: Asked) -> None:
    picture = uploaded(site, asked, MEADOW)
    post = posted(site, featured_media=picture).json()
    assert (post["status"], post["featured_media"]) == ("publish", picture)
    assert recorded(asked).count(post["link"]) == 1
    site.rest("POST", f"/wp/v2/posts/{post['id']}", title="Other news")
    assert recorded(asked).count(post["link"]) == 1
    assert site.php(f"echo get_post_meta( {picture}, '_imgpolicy', true );").startswith("go, 20")


def test_another_is_refused_at_the_upload_in_one_line(site: Site, asked: Asked) -> None:
    answer = site.upload("two.jpg", (asked.folder / STRANGER).read_bytes())
    assert answer.status_code == 500
    assert re.fullmatch(r"no-go \(P101[P0-9, ]*\): the desk says why", answer.json()["message"])


def test_a_picture_by_another_name_is_asked_for_all_the_same(site: Site, asked: Asked) -> None:
    assert site.upload("two.JPG", (asked.folder / STRANGER).read_bytes()).status_code == 500


def test_one_that_was_there_before_is_asked_for_as_its_post_is_published(site: Site, asked: Asked) -> None:
    post = posted(site, content=embedded(site, asked, STRANGER)).json()
    assert post["status"] == "draft"
    assert post["link"] not in recorded(asked)


def attached(site: Site, asked: Asked, name: str) -> int:
    """An attachment that came to the library before the plug-in."""
    text = embedded(site, asked, name)
    return int(site.php(f"echo attachment_url_to_postid( '{text.split(chr(34))[1]}' );"))


def test_a_public_post_gets_no_featured_image_that_may_not_be_posted(site: Site, asked: Asked) -> None:
    post = posted(site, content="<p>No pictures</p>").json()["id"]
    stranger = attached(site, asked, STRANGER)
    site.rest("POST", f"/wp/v2/posts/{post}", featured_media=stranger)
    found = site.rest("GET", f"/wp/v2/posts/{post}").json()
    assert (found["status"], found["featured_media"]) == ("publish", 0)


@pytest.mark.parametrize(
    "text",
    [
        '<!-- wp:image {{"id":{id}}} --><figure></figure><!-- /wp:image -->',
        '<!-- wp:cover {{"url":"x","id":{id}}} /-->',
        "[gallery ids='{id}']",
        '<!-- wp:gallery {{"ids":[{id}]}} /-->',
        '<img src="/wp-content/uploads/two_people.jpg">',
        '<img src="&#47;wp-content&#47;uploads&#47;two_people.jpg">',
        '<img src="/wp-content/uploads/two%5Fpeople-300x200.jpg">',
        '<!-- wp:block {{"ref":{block}}} /-->',
    ],
)
def test_a_picture_is_found_however_a_text_shows_it(site: Site, asked: Asked, text: str) -> None:
    stranger = attached(site, asked, STRANGER)
    inner = f'<!-- wp:image {{"id":{stranger}}} /-->'
    block = site.php(f"echo wp_insert_post( array( 'post_type' => 'wp_block', 'post_content' => '{inner}' ) );")
    assert posted(site, content=text.format(id=stranger, block=block)).json()["status"] == "draft"


def test_a_link_to_a_page_is_no_picture(site: Site) -> None:
    text = '<!-- wp:navigation-link {"label":"Home","id":2,"kind":"post-type"} /-->'
    assert posted(site, content=text).json()["status"] == "publish"


def test_a_file_among_the_uploads_that_is_in_no_library_holds_its_post(site: Site, asked: Asked) -> None:
    file = site.folder / "wp-content" / "uploads" / "slipped-in.jpg"
    file.write_bytes((asked.folder / MEADOW).read_bytes())
    shown = f'<img src="{site.address}/wp-content/uploads/slipped-in.jpg">'
    assert posted(site, content=shown).json()["status"] == "draft"


@pytest.mark.usefixtures("nowhere")
def test_without_an_answer_nothing_is_taken_and_nothing_is_published(site: Site, asked: Asked) -> None:
    answer = site.upload("meadow.jpg", (asked.folder / MEADOW).read_bytes())
    assert answer.status_code == 500
    assert "does not answer: see that it runs, and try again" in answer.json()["message"]
    assert posted(site, content=embedded(site, asked, MEADOW)).json()["status"] == "draft"
    assert posted(site, content="<p>No pictures</p>").json()["status"] == "publish"


@pytest.mark.usefixtures("nowhere")
def test_a_site_may_hold_pictures_and_publishes_none_of_them(site: Site, asked: Asked) -> None:
    site.setting(UNANSWERED="'hold'")
    try:
        picture = uploaded(site, asked, MEADOW)
        assert "does not answer" in site.php(f"echo get_post_meta( {picture}, '_imgpolicy', true );")
        assert posted(site, content=f'<img class="wp-image-{picture}">').json()["status"] == "draft"
    finally:
        site.setting(UNANSWERED="'refuse'")


def test_the_media_list_says_how_each_stands(site: Site, asked: Asked) -> None:
    uploaded(site, asked, MEADOW)
    with httpx.Client(base_url=site.address, follow_redirects=True, timeout=120) as client:
        client.get("/wp-login.php")
        client.post("/wp-login.php", data={"log": "kim", "pwd": "kim", "testcookie": "1"})
        page = client.get("/wp-admin/upload.php", params={"mode": "list"}).text
    assert "May be posted" in page
    assert "go, 20" in page


@pytest.fixture
def shown(site: Site, asked: Asked) -> tuple[int, int, str]:
    """A post with somebody's picture, who is going to take their yes back: its id, the picture's, and its address."""
    with Workspace.open(asked.folder / "imgpolicy.toml") as workspace:
        grants.state_consent(workspace, yes())
    picture = uploaded(site, asked, PORTRAIT)
    post = posted(site, featured_media=picture).json()
    assert (post["status"], recorded(asked).count(post["link"])) == ("publish", 1)
    return post["id"], picture, post["link"]


def test_who_takes_a_yes_back_is_off_the_site_and_the_task_is_closed(
    site: Site, asked: Asked, shown: tuple[int, int, str]
) -> None:
    post, _, address = shown
    with Workspace.open(asked.folder / "imgpolicy.toml") as workspace:
        grants.state_consent(workspace, no())
        until = time.monotonic() + 60
        while status(site, post) == "publish" and time.monotonic() < until:
            webhooks.deliver(workspace)
            time.sleep(0.2)
    assert status(site, post) == "draft"
    assert address not in open_tasks(asked)


def event(asked: Asked, address: str) -> bytes:
    """Somebody takes their yes back, and this is what is sent of the post at the address."""
    with Workspace.open(asked.folder / "imgpolicy.toml") as workspace:
        done = grants.state_consent(workspace, no())
        tasks = [task.publication for task in done.takedowns if task.publication.url == address]
        return withdrawn_body(done.consent.at, "withdrawn", tasks, consent=done.consent.id)


def sent(site: Site, body: bytes, signed: dict[str, str]) -> int:
    route = {"rest_route": "/imgpolicy/v1/webhook"}
    return httpx.post(f"{site.address}/index.php", params=route, content=body, headers=signed, timeout=120).status_code


def test_what_is_not_signed_now_is_refused(site: Site, secret: str, shown: tuple[int, int, str], asked: Asked) -> None:
    _, _, address = shown
    body = event(asked, address)
    right = headers(body, event="e-wrong", secret=secret)
    for wrong in (
        {},
        headers(body + b" ", event="e-wrong", secret=secret),
        headers(body, event="e-wrong"),
        headers(body, event="e-wrong", at=time.time() - 3600, secret=secret),
        right | {"webhook-id": "e-other"},
        right | {"webhook-timestamp": "0x10"},
        right | {"webhook-signature": "v1,"},
    ):
        assert sent(site, body, wrong) == 400


def test_an_event_is_taken_once(site: Site, secret: str, shown: tuple[int, int, str], asked: Asked) -> None:
    post, _, address = shown
    body = event(asked, address)
    assert sent(site, body, headers(body, event="e-once", secret=secret)) == 204
    assert status(site, post) == "draft"
    site.php(f"$GLOBALS['wpdb']->update( 'wp_posts', array( 'post_status' => 'publish' ), array( 'ID' => {post} ) );")
    assert sent(site, body, headers(body, event="e-once", secret=secret)) == 204
    assert status(site, post) == "publish"


def test_a_site_may_put_another_picture_there(
    site: Site, secret: str, shown: tuple[int, int, str], asked: Asked
) -> None:
    post, picture, address = shown
    placeholder = uploaded(site, asked, MEADOW)
    before = (asked.folder / PORTRAIT).read_bytes()
    body = event(asked, address)
    site.php("$GLOBALS['wpdb']->query( \"DELETE FROM wp_options WHERE option_name LIKE '_transient%imgpolicy%'\" );")
    site.setting(WITHDRAWN="'swap'", PLACEHOLDER=str(placeholder))
    try:
        assert sent(site, body, headers(body, event="e-swap", secret=secret)) == 204
    finally:
        site.setting(WITHDRAWN="'unpublish'", PLACEHOLDER="0")
    assert status(site, post) == "publish"
    files = site.php(f"echo implode( ' ', imgpolicy_files( {picture} ) );").split(" ")
    assert all(Path(file).read_bytes() != before for file in files)
    assert address not in open_tasks(asked)
