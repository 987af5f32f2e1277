"""Buckets: moto answers as Amazon S3 does, and small servers as one that denies or misbehaves."""

from __future__ import annotations

import builtins
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from imgpolicy.errors import PictureError, RequestError
from imgpolicy.places import ListedPicture, Reader, Skipped, listed
from imgpolicy.places.buckets import place_of

obstore = pytest.importorskip("obstore", reason="the extra buckets is not installed")

JPEG = b"\xff\xd8\xff\xe0 no more than the beginning"
SECRET = "s3cret-of-the-tests"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Credentials for a server on this machine."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "known",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_REGION": "us-east-1",
        "AWS_ALLOW_HTTP": "true",
    }.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@dataclass(frozen=True)
class Bucket:
    """A bucket called `archive`."""

    address: str

    def put(self, *keys: str, data: bytes = JPEG) -> None:
        """Put an object there under each of these keys."""
        import boto3

        client = boto3.client("s3", endpoint_url=self.address)
        for key in keys:
            client.put_object(Bucket="archive", Key=key, Body=data)
        client.close()


@pytest.fixture(scope="module")
def amazon() -> Iterator[str]:
    moto = pytest.importorskip("moto.server", reason="moto is not installed: nothing answers as S3 does")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(amazon: str, environment: pytest.MonkeyPatch) -> Iterator[Bucket]:
    import boto3
    import requests

    environment.setenv("AWS_ENDPOINT_URL", amazon)
    client = boto3.client("s3", endpoint_url=amazon)
    client.create_bucket(Bucket="archive")
    client.close()
    yield Bucket(amazon)
    requests.post(f"{amazon}/moto-api/reset", timeout=10)


def pictures(place: str, after: str | None = None) -> list[str]:
    return [one.name for one in listed(place, after) if isinstance(one, ListedPicture)]


def refusal(place: str) -> str:
    with pytest.raises(PictureError) as refused:
        list(listed(place))
    said = str(refused.value)
    assert ("\n" in said, SECRET in said) == (False, False)
    return said


def test_a_bucket_gives_the_pictures_in_it_by_ending_or_first_bytes(bucket: Bucket) -> None:
    bucket.put("z/æ ø.jpg", "a-b.jpg", "a/x.JPG", "a/.h/x.jpg", "q/50%25?#.png", "blob", "album/", "album-2/x.jpg")
    bucket.put("notes.txt", data=b"hello")
    bucket.put("album/", data=b"")
    found = list(listed("s3://archive"))
    assert [one.name for one in found if isinstance(one, ListedPicture)] == [
        f"s3://archive/{key}" for key in ("a-b.jpg", "a/x.JPG", "album-2/x.jpg", "blob", "q/50%25?#.png", "z/æ ø.jpg")
    ]
    assert {one.name: one.reason for one in found if isinstance(one, Skipped)} == {
        "s3://archive/a/.h/x.jpg": "a hidden file",
        "s3://archive/notes.txt": "not a picture",
    }
    assert all(Reader().read(one) == JPEG for one in found if isinstance(one, ListedPicture))


def test_a_folder_of_it_or_one_object_is_a_place(bucket: Bucket) -> None:
    bucket.put("a/x.jpg", "ab/y.jpg", "a.jpg")
    assert pictures("s3://archive/a") == pictures("s3://archive/a/") == ["s3://archive/a/x.jpg"]
    assert pictures("s3://archive/a.jpg") == ["s3://archive/a.jpg"]
    assert refusal("s3://archive/none") == "s3://archive/none: there is no such bucket or object"


def test_the_stamp_is_another_when_the_bytes_are(bucket: Bucket) -> None:
    bucket.put("a.jpg")
    (before,), (again,) = listed("s3://archive"), listed("s3://archive")
    bucket.put("a.jpg", data=JPEG + b"!")
    (after,) = listed("s3://archive")
    assert isinstance(before, ListedPicture)
    assert isinstance(after, ListedPicture)
    assert before == again
    assert before.stamp != after.stamp


def test_a_listing_goes_on_behind_every_name(bucket: Bucket) -> None:
    bucket.put("a-b.jpg", "a/1.jpg", "a/2.jpg", "a/notes.jpg", "a0.jpg", "é.jpg")
    whole = pictures("s3://archive")
    assert len(whole) == 6
    for number, name in enumerate(whole, start=1):
        assert pictures("s3://archive", name) == whole[number:]
    assert pictures("s3://archive", "s3://archive/a/11.jpg") == whole[2:]
    assert pictures("s3://archive/a", "s3://archive/a/1.jpg") == whole[2:4]


def test_a_bucket_is_listed_piece_by_piece(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imgpolicy.places.buckets._LISTED", 2)
    bucket.put(*(f"{number}.jpg" for number in range(5)))
    assert pictures("s3://archive") == [f"s3://archive/{number}.jpg" for number in range(5)]


def test_an_object_that_vanishes_or_is_too_large_cannot_be_read(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.put("a.jpg")
    (one,) = listed("s3://archive")
    assert isinstance(one, ListedPicture)
    monkeypatch.setattr("imgpolicy.places.buckets.MAX_BYTES", 10)
    with pytest.raises(PictureError, match=r"a\.jpg: more than the limit of 10 bytes"):
        Reader().read(one)
    gone = ListedPicture(name="s3://archive/gone.jpg", address="s3://archive/gone.jpg")
    with pytest.raises(PictureError, match="no such bucket or object"):
        Reader().read(gone)


def test_a_name_that_no_path_has_is_said_in_one_line(bucket: Bucket) -> None:
    bucket.put("a.jpg", "w//x.jpg")
    assert "('w//x.jpg')" in refusal("s3://archive")
    assert "cannot be read here" in refusal("s3://archive/a/../b")


@pytest.mark.usefixtures("bucket")
def test_a_bucket_that_is_not_there_or_empty_is_one_line() -> None:
    assert refusal("s3://missing/x") == "s3://missing/x: there is no such bucket or object"
    assert refusal("s3://archive") == "s3://archive/: nothing is there"


class Answers(BaseHTTPRequestHandler):
    """Answers everything in one way."""

    status = 403
    body = b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>"

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it so
        pass


@pytest.fixture
def answers(environment: pytest.MonkeyPatch) -> Iterator[type[Answers]]:
    handler = type("Fresh", (Answers,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        environment.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        yield handler
        server.shutdown()
        thread.join()


def test_a_bucket_that_denies_says_what_it_needs(answers: type[Answers]) -> None:
    said = refusal("s3://archive")
    assert "denies it" in said
    assert "AWS_ACCESS_KEY_ID" in said
    assert answers.status == 403


def test_a_bucket_elsewhere_points_to_address_and_region(answers: type[Answers]) -> None:
    answers.status, answers.body = 400, b"<Error><Code>AuthorizationHeaderMalformed</Code></Error>"
    assert "answers 400: look at its address and region" in refusal("s3://archive")


def test_a_bucket_that_is_not_listed_by_name_is_refused(answers: type[Answers]) -> None:
    moment = "<LastModified>2026-01-01T00:00:00.000Z</LastModified>"
    listing = "".join(f"<Contents><Key>{key}.jpg</Key>{moment}<Size>9</Size></Contents>" for key in "ba")
    answers.status, answers.body = 200, f"<ListBucketResult>{listing}</ListBucketResult>".encode()
    assert "not listed by name" in refusal("s3://archive")


def test_an_etag_that_is_not_given_is_no_stamp(answers: type[Answers]) -> None:
    moment = "<LastModified>2026-01-01T00:00:00.000Z</LastModified>"
    listing = f"<Contents><Key>a.jpg</Key>{moment}<Size>9</Size></Contents>"
    answers.status, answers.body = 200, f"<ListBucketResult>{listing}</ListBucketResult>".encode()
    (one,) = listed("s3://archive")
    assert isinstance(one, ListedPicture)
    assert one.stamp is None


@pytest.mark.slow
def test_a_bucket_that_is_out_of_reach_is_one_line(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert "cannot be reached" in refusal("s3://archive")


@pytest.mark.parametrize(
    "place", ["s3://", "s3:///x.jpg", "s3://a b/x", "s3://known:s3cret@host/x", "az://c?sig=s3cret/x"]
)
def test_what_names_no_bucket_is_refused_without_being_shown(place: str) -> None:
    with pytest.raises(PictureError) as refused:
        place_of(place)
    assert "s3cret" not in str(refused.value)


def test_a_container_and_a_bucket_of_others_need_their_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)
    assert "AZURE_STORAGE_ACCOUNT_NAME" in refusal("az://container/x")


def test_without_the_extra_one_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *rest: object) -> object:
        if name.startswith("obstore"):
            raise ImportError(name)
        return real(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(RequestError, match=r"pip install 'imgpolicy\[buckets\]'"):
        list(listed("s3://archive"))
