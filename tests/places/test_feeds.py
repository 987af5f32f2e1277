"""Sitemaps and feeds on a real server of this machine: the pictures that they name, and what is refused."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from imgpolicy.errors import PictureError
from imgpolicy.places import ListedPicture, Reader, Skipped, listed

JPEG = b"\xff\xd8\xff\xe0 no more than the beginning"
SITEMAPS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
IMAGES = f'{SITEMAPS} xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
MEDIA = 'xmlns:media="http://search.yahoo.com/mrss/"'


@dataclass
class Site:
    """A server, what it answers by path, and what it was asked for."""

    root: str
    pages: dict[str, bytes] = field(default_factory=dict)
    headers: dict[str, Mapping[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def put(self, path: str, body: str | bytes, **headers: str) -> str:
        """The URL at which this is answered from now on."""
        self.pages[path] = body if isinstance(body, bytes) else body.replace("ROOT", self.root).encode()
        self.headers[path] = {name.replace("_", "-"): value for name, value in headers.items()}
        return f"{self.root}{path}"

    def pictures(self, url: str, after: str | None = None) -> list[str]:
        """The pictures at a place, without the server's part of their names."""
        found = listed(url, after, allow_private_hosts=True)
        return [one.name.removeprefix(self.root) for one in found if isinstance(one, ListedPicture)]

    def skipped(self, url: str) -> dict[str, str]:
        """What is skipped at a place, and why."""
        found = listed(url, allow_private_hosts=True)
        return {one.name.removeprefix(self.root): one.reason for one in found if isinstance(one, Skipped)}

    def refusal(self, url: str) -> str:
        """The line by which a place is refused."""
        with pytest.raises(PictureError) as refused:
            list(listed(url, allow_private_hosts=True))
        assert "\n" not in str(refused.value)
        return str(refused.value)


@pytest.fixture
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            running.asked.append(self.path)
            body = running.pages.get(self.path)
            self.send_response(404 if body is None else 200)
            for name, value in running.headers.get(self.path, {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it so
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        running = Site(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        server.shutdown()
        thread.join()


def sitemap(*names: str, page: str = "ROOT/page") -> str:
    images = "".join(f"<image:image><image:loc>ROOT/{name}</image:loc></image:image>" for name in names)
    return f"<?xml version='1.0'?><urlset {IMAGES}><url><loc>{page}</loc>{images}</url></urlset>"


def index(*names: str) -> str:
    return (
        f"<sitemapindex {SITEMAPS}>"
        + "".join(f"<sitemap><loc>ROOT/{name}</loc></sitemap>" for name in names)
        + "</sitemapindex>"
    )


def test_a_sitemap_names_pictures_and_the_pages_that_show_them(site: Site) -> None:
    url = site.put("/sitemap.xml", sitemap("a.jpg", "b.php?id=7"))
    site.put("/b.php?id=7", JPEG)
    found = list(listed(url, allow_private_hosts=True))
    assert [(one.name, one.page) for one in found if isinstance(one, ListedPicture)] == [
        (f"{site.root}/a.jpg", f"{site.root}/page"),
        (f"{site.root}/b.php?id=7", f"{site.root}/page"),
    ]
    assert isinstance(found[1], ListedPicture)
    assert found[1].stamp is None
    assert Reader(allow_private_hosts=True).read(found[1]) == JPEG
    with pytest.raises(PictureError, match="private address"):
        Reader().read(found[1])


def test_an_entry_that_is_a_picture_itself_is_one(site: Site) -> None:
    body = f"<urlset {SITEMAPS}><url><loc>ROOT/x.png</loc></url><url><loc>ROOT/page</loc></url></urlset>"
    assert site.pictures(site.put("/sitemap.xml", body)) == ["/x.png"]


def test_an_index_leads_to_its_sitemaps_packed_or_not(site: Site) -> None:
    url = site.put("/index.xml", index("one.xml", "two.xml.gz", "three.xml.gz"))
    site.put("/one.xml", sitemap("a.jpg"))
    packed = gzip.compress(sitemap("b.jpg").replace("ROOT", site.root).encode())
    site.put("/two.xml.gz", packed)
    site.put("/three.xml.gz", packed, Content_Encoding="x-gzip")
    assert site.pictures(url) == ["/a.jpg", "/b.jpg", "/b.jpg"]


def test_sitemaps_that_cannot_be_had_are_skipped_and_the_others_go_on(site: Site) -> None:
    url = site.put("/index.xml", index("gone.xml", "empty.xml", "self.xml", "broken.xml", "last.xml"))
    site.put("/empty.xml", f"<urlset {SITEMAPS}><url><loc>ROOT/page</loc></url></urlset>")
    site.put("/self.xml", index("index.xml"))
    site.put("/broken.xml", sitemap("a.jpg")[:-5])
    site.put("/last.xml", sitemap("b.jpg"))
    assert site.pictures(url) == ["/a.jpg", "/b.jpg"]
    skipped = site.skipped(url)
    assert list(skipped) == ["/gone.xml", "/empty.xml", "/index.xml", "/broken.xml"]
    assert "answers 404" in skipped["/gone.xml"]
    assert skipped["/empty.xml"] == "names no pictures"
    assert skipped["/index.xml"] == "an index of sitemaps in another"
    assert "not XML" in skipped["/broken.xml"]


def test_it_is_lazy_and_asks_for_no_sitemap_before_its_turn(site: Site) -> None:
    url = site.put("/index.xml", index("one.xml", "two.xml"))
    site.put("/one.xml", sitemap("a.jpg"))
    found = listed(url, allow_private_hosts=True)
    assert next(found).name == f"{site.root}/a.jpg"
    assert site.asked == ["/index.xml", "/one.xml"]


def test_a_feed_of_rss_names_enclosures_and_media(site: Site) -> None:
    body = f"""<rss version="2.0" {MEDIA}><channel><title>News</title><link>ROOT/</link>
      <image><url>ROOT/logo.png</url></image>
      <item><enclosure url="ROOT/1.jpg" type="image/jpeg" length="1"/><link>ROOT/story</link></item>
      <item><enclosure url="ROOT/2.mp3" type="audio/mpeg"/><media:thumbnail url="ROOT/2"/></item>
      <item><media:group><media:content url="/3" medium="image"/><media:content url="ROOT/3.mp4" medium="video"/>
        <media:content url="ROOT/3.webp"/></media:group></item>
      <item><description>&lt;img src="ROOT/4.jpg"&gt;</description></item></channel></rss>"""
    url = site.put("/feed", body)
    assert site.pictures(url) == ["/1.jpg", "/2", "/3", "/3.webp"]
    assert site.skipped(url) == {"/2.mp3": "not a picture", "/3.mp4": "not a picture"}
    first = next(listed(url, allow_private_hosts=True))
    assert isinstance(first, ListedPicture)
    assert first.page == f"{site.root}/story"


def test_a_feed_of_atom_names_what_its_entries_enclose(site: Site) -> None:
    body = f"""<feed xmlns="http://www.w3.org/2005/Atom" {MEDIA}><link href="ROOT/"/>
      <entry><link rel="enclosure" type="image/png" href="one.png"/><link href="/story"/>
        <content type="html">words</content></entry>
      <entry><media:content url="ROOT/two" type="image/jpeg"/></entry></feed>"""
    url = site.put("/news/atom.xml", body)
    assert site.pictures(url) == ["/news/one.png", "/two"]
    first = next(listed(url, allow_private_hosts=True))
    assert isinstance(first, ListedPicture)
    assert first.page == f"{site.root}/story"


def test_a_picture_is_a_place_by_its_ending_or_its_first_bytes(site: Site) -> None:
    assert site.pictures(f"{site.root}/a.jpg") == ["/a.jpg"]
    assert site.asked == []
    assert site.pictures(site.put("/image", JPEG)) == ["/image"]


def test_a_listing_goes_on_behind_a_name_and_begins_anew_where_it_is_gone(site: Site) -> None:
    url = site.put("/sitemap.xml", sitemap("a.jpg", "b.jpg", "c.jpg"))
    assert site.pictures(url, f"{site.root}/b.jpg") == ["/c.jpg"]
    assert site.pictures(url, f"{site.root}/c.jpg") == []
    assert site.pictures(url, f"{site.root}/gone.jpg") == ["/a.jpg", "/b.jpg", "/c.jpg"]


def test_private_hosts_are_refused_as_documents_and_in_an_index(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    url = site.put("/index.xml", index("one.xml").replace("ROOT", "http://[::1]:1"))
    with pytest.raises(PictureError, match="private address"):
        list(listed(url))
    monkeypatch.setattr("imgpolicy.fetch.is_public", lambda address: address == "127.0.0.1")
    (one,) = listed(url)
    assert isinstance(one, Skipped)
    assert "private address" in one.reason


@pytest.mark.parametrize("target", ["file:///etc/passwd", "/etc/passwd:x", "ftp://example.org/a.jpg", "s3://b/a.jpg"])
def test_what_is_named_is_only_ever_followed_over_http(site: Site, target: str) -> None:
    url = site.put("/sitemap.xml", sitemap().replace("</loc>", f"</loc><image><loc>{target}</loc></image>"))
    for one in listed(url, allow_private_hosts=True):
        assert isinstance(one, Skipped) or one.address.startswith(site.root)


HOSTILE: dict[str, str | bytes] = {
    "entities": '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><urlset><url><loc>&b;</loc></url></urlset>',
    "a file": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset><url><loc>&a;</loc></url></urlset>',
    "depth": "<urlset>" + "<url>" * 100_000,
    "a page": "<!doctype html><html><img src=a.jpg></html>",
    "another root": "<html><url><loc>ROOT/a.jpg</loc></url></html>",
    "nothing": "",
    "no pictures": f"<urlset {SITEMAPS}><url><loc>ROOT/page</loc></url></urlset>",
    "half": f"<urlset {SITEMAPS}><url>",
    "half a gzip": gzip.compress(b"<urlset></urlset>")[:-6],
    "a gzip of nothing": b"\x1f\x8b\x08 and no more",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_plain_sitemap_or_feed_is_refused_in_one_line(site: Site, name: str) -> None:
    url = site.put(f"/{name[:1]}.xml?token=s3cret", HOSTILE[name])
    said = site.refusal(url)
    assert said.startswith(f"{site.root}/{name[:1]}.xml: ")
    assert "s3cret" not in said


def test_a_bomb_is_unpacked_no_further_than_the_limit(site: Site) -> None:
    url = site.put("/bomb.xml.gz", gzip.compress(b"<urlset>" + b" " * 300_000_000, compresslevel=1))
    start = time.process_time()
    assert "more than the limit of 100,000,000 bytes" in site.refusal(url)
    assert time.process_time() - start < 5


def test_a_text_without_end_is_no_address(site: Site) -> None:
    url = site.put("/sitemap.xml", sitemap("x" * 5_000_000, "b.jpg"))
    start = time.process_time()
    assert site.pictures(url) == ["/b.jpg"]
    assert list(site.skipped(url).values()) == ["too long for a path or URL"]
    assert time.process_time() - start < 5


def test_no_name_shows_a_password_or_a_signature(site: Site) -> None:
    url = site.put("/sitemap.xml", sitemap("a.jpg?sig=s3cret").replace("ROOT", "http://ann:hunter2@example.org"))
    (one,) = listed(url, allow_private_hosts=True)
    assert not any(secret in repr(one) for secret in ("hunter2", "s3cret"))
    assert isinstance(one, ListedPicture)
    assert one.address == "http://ann:hunter2@example.org/a.jpg?sig=s3cret"
