"""Cleaning as the library gives it: nothing comes out that the whole walk did not judge, and no reason is lost."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from tests.containers.planted import segment
from tests.support import Run

from imgpolicy import Checker, Posting, Report, Verdict
from imgpolicy.cleaning import Cleaned, CleanOptions, clean, without_loss
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.posting import Origin, Role
from imgpolicy.errors import PolicyError, RemedyError
from imgpolicy.formats import parse
from imgpolicy.picture import load
from imgpolicy.remedies.redact import Region, Shape
from imgpolicy.remedies.treat import Treatment

POSTING = Posting(channel="website", role=Role.EMPLOYEE, purpose="news", origin=Origin.OWN, on=dt.date(2026, 5, 4))
LINE = "Harbour / The Gallery"
LICENCE = ("licence", "add", "harbour-at-dusk", "--licensor", "The Gallery", "--channel", "website", "--purpose", "any")


@pytest.fixture
def checker(own_demo: Path) -> Iterator[Checker]:
    with Checker.from_file(own_demo / "imgpolicy.toml") as opened:
        yield opened


@pytest.fixture
def licensed(imgpolicy: Run, own_demo: Path) -> None:
    """The poster's licence asks for a credit line."""
    assert imgpolicy(*LICENCE, "--credit", LINE, "--credit-required", folder=own_demo).code == 0


def cleaned(
    checker: Checker,
    data: bytes,
    posting: Posting = POSTING,
    *,
    add_credit: bool = False,
    at_most: Verdict = Verdict.GO,
) -> Cleaned:
    return clean(checker, load(data, "picture"), posting, CleanOptions(add_credit=add_credit, at_most=at_most))


def pictured(checker: Checker, name: str) -> bytes:
    return (checker.policy.folder / "pictures" / name).read_bytes()


def located(folder: Path, *segments: bytes) -> bytes:
    """A picture of nobody that says where it was taken, with these segments besides."""
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (55.0, 40.0, 34.5), 3: "E", 4: (12.0, 34.0, 6.0)})
    Image.open(folder / "pictures" / "meadow.jpg").save(folder / "located.jpg", exif=exif)
    data = (folder / "located.jpg").read_bytes()
    return data[:2] + b"".join(segments) + data[2:]


def source_type(term: str) -> bytes:
    """A segment with an XMP packet that says what made the picture."""
    return segment(
        0xE1,
        b"http://ns.adobe.com/xap/1.0/\0"
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description xmlns:e="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">'
        b"<e:DigitalSourceType>" + term.encode() + b"</e:DigitalSourceType>"
        b"</rdf:Description></rdf:RDF></x:xmpmeta>",
    )


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.findings]


@pytest.mark.slow
def test_a_located_picture_becomes_a_go_and_so_says_a_check_of_the_new_bytes(checker: Checker) -> None:
    done = cleaned(checker, pictured(checker, "with_location.jpg"), replace(POSTING, channel="facebook", purpose="pr"))
    assert (codes(done.first), codes(done.last), done.last.changes) == (["M101"], [], ("1 removed: coordinate",))
    assert done.data is not None
    assert done.last.picture.sha256 == hashlib.sha256(done.data).hexdigest()
    again = checker.check(done.data, replace(POSTING, channel="facebook", purpose="pr"))
    assert (again.verdict, again.findings) == (Verdict.GO, ())


def test_a_picture_that_passes_comes_back_as_it_is(checker: Checker) -> None:
    data = pictured(checker, "meadow.jpg")
    done = cleaned(checker, data)
    assert (done.data, done.last.changes, done.caption, done.last) == (data, (), None, done.first)


@pytest.mark.slow
def test_a_face_of_nobody_known_is_covered_and_everybody_else_stays(checker: Checker) -> None:
    data = pictured(checker, "two_people.jpg")
    done = cleaned(checker, data)
    assert (codes(done.first), codes(done.last), done.last.changes) == (["P101"], [], ("places covered: 1",))
    assert done.data is not None
    assert [face.person for face in checker.check(done.data, POSTING).faces] == ["eileen"]
    assert Image.open(io.BytesIO(done.data)).size == Image.open(io.BytesIO(data)).size


@pytest.mark.slow
def test_a_face_that_page_after_page_shows_is_covered_on_all_of_them(checker: Checker) -> None:
    pages = [Image.open(io.BytesIO(pictured(checker, "two_people.jpg"))) for _ in range(5)]
    for number, page in enumerate(pages):
        page.paste(0, (0, 0, 8, 8 + number))
    file = io.BytesIO()
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:], compression="jpeg")
    done = cleaned(checker, file.getvalue(), at_most=Verdict.REVIEW)
    assert ("P101" in codes(done.first), "P101" in codes(done.last), done.last.verdict) == (True, False, Verdict.GO)
    assert {frame for frame, _ in done.covered} == {0, 1, 2, 3, 4}


@pytest.mark.slow
def test_what_is_covered_tells_nothing_of_where_either(checker: Checker) -> None:
    exif, buffer = Image.Exif(), io.BytesIO()
    exif.get_ifd(0x8825).update({1: "N", 2: (55.0, 40.0, 34.5), 3: "E", 4: (12.0, 34.0, 6.0)})
    Image.open(checker.policy.folder / "pictures" / "two_people.jpg").save(buffer, "JPEG", exif=exif)
    done = cleaned(checker, buffer.getvalue())
    assert (codes(done.first), codes(done.last)) == (["M101", "P101"], [])
    assert done.last.changes == ("places covered: 1", "1 removed: coordinate")
    assert done.data is not None
    assert not parse(done.data).traces


@pytest.mark.slow
def test_what_nobody_chooses_gives_no_bytes_whatever_is_allowed(checker: Checker) -> None:
    picture = load(pictured(checker, "two_people.jpg"), "picture")
    done = clean(checker, picture, POSTING, CleanOptions(choose=lambda *_: [], at_most=Verdict.REVIEW))
    assert (done.data, codes(done.last), done.last.changes) == (None, ["P101"], ())


def test_a_reason_that_covering_something_else_hides_is_not_lost(checker: Checker) -> None:
    """Of two findings something is done about one, and both are gone in the new picture."""
    picture = load(pictured(checker, "two_people.jpg"), "picture")
    report = checker.check(picture, POSTING)
    (finding,) = report.findings
    other = replace(finding, box=Box(0, 0, 60, 60))
    treatment = Treatment(regions=(Region(box=finding.box or Box(0, 0, 1, 1), shape=Shape.HEAD),))
    before = replace(report, findings=(finding, other))
    after = without_loss(replace(report, findings=()), before, [(finding, finding.remedies[-1])], treatment)
    assert after.findings == (other,)
    cut = without_loss(replace(report, findings=()), before, [], Treatment(keeps=Box(70, 70, 900, 500)))
    assert cut.findings == (replace(finding, box=None),)


@pytest.mark.slow
def test_a_review_gives_bytes_only_when_that_is_allowed(checker: Checker) -> None:
    data = located(checker.policy.folder)
    posting = replace(POSTING, origin=None)
    refused = cleaned(checker, data, posting)
    assert (codes(refused.first), codes(refused.last), refused.data) == (["M101", "C105"], ["C105"], None)
    allowed = cleaned(checker, data, posting, at_most=Verdict.REVIEW)
    assert allowed.data is not None
    assert codes(checker.check(allowed.data, posting)) == ["C105"]


@pytest.mark.slow
def test_what_a_file_says_of_ai_is_not_washed_away(checker: Checker) -> None:
    data = located(checker.policy.folder, source_type("digitalCapture"), source_type("trainedAlgorithmicMedia"))
    done = cleaned(checker, data)
    assert "C106" in codes(done.first)
    assert (codes(done.last), done.data) == (["C106"], None)


@pytest.mark.slow
def test_a_work_that_is_known_by_its_bytes_alone_is_not_washed_away(
    imgpolicy: Run, own_demo: Path, checker: Checker
) -> None:
    data = located(own_demo)
    sha256 = hashlib.sha256(data).hexdigest()
    (own_demo / "works.csv").write_text(f"title,owner,file,sha256\nField,An agency,,{sha256}\n")
    assert imgpolicy("work", "import", "works.csv", folder=own_demo).code == 0
    done = cleaned(checker, data)
    assert codes(done.first) == ["C101", "M101"]
    assert (codes(done.last), done.data) == (["C101"], None)


@pytest.mark.slow
@pytest.mark.usefixtures("licensed")
def test_a_credit_line_goes_into_the_file_and_the_caption(checker: Checker) -> None:
    data = pictured(checker, "poster.jpg")
    without = cleaned(checker, data, replace(POSTING, caption="Our harbour"))
    assert (codes(without.last), without.data, without.caption) == (["C103"], None, None)
    done = cleaned(checker, data, replace(POSTING, caption="Our harbour"), add_credit=True)
    assert (done.caption, done.last.changes) == (f"Our harbour\n{LINE}", (f"credit line written: {LINE}",))
    assert done.data is not None
    assert f"<photoshop:Credit>{LINE}</photoshop:Credit>".encode() in done.data
    assert checker.check(done.data, replace(POSTING, caption=done.caption)).verdict is Verdict.GO
    assert codes(checker.check(done.data, POSTING)) == ["C103"]


@pytest.mark.slow
@pytest.mark.usefixtures("licensed")
def test_a_credit_line_is_added_too_when_somebody_chooses_that_way_out(checker: Checker) -> None:
    picture = load(pictured(checker, "poster.jpg"), "picture")
    first_of_each = CleanOptions(choose=lambda _, report: [(one, one.remedies[0]) for one in report.findings])
    done = clean(checker, picture, POSTING, first_of_each)
    assert (codes(done.first), codes(done.last), done.caption) == (["C103"], [], LINE)


@pytest.mark.slow
@pytest.mark.usefixtures("licensed")
def test_a_credit_line_is_written_once(checker: Checker) -> None:
    posting = replace(POSTING, caption=LINE.upper())
    once = cleaned(checker, pictured(checker, "poster.jpg"), posting, add_credit=True)
    assert (once.caption, once.last.changes) == (None, (f"credit line written: {LINE}",))
    assert once.data is not None
    twice = cleaned(checker, once.data, posting, add_credit=True)
    assert (twice.data, twice.last.changes) == (once.data, ())


@pytest.mark.slow
@pytest.mark.usefixtures("licensed")
def test_a_format_without_room_for_a_credit_line_is_refused_in_a_line(checker: Checker) -> None:
    bitmap = checker.policy.folder / "poster.bmp"
    Image.open(checker.policy.folder / "pictures" / "poster.jpg").save(bitmap)
    with pytest.raises(RemedyError, match=r"^picture: the credit line cannot be written: .* BMP file$"):
        cleaned(checker, bitmap.read_bytes(), add_credit=True)


def test_no_credit_line_is_added_that_no_licence_asks_for(checker: Checker) -> None:
    data = pictured(checker, "meadow.jpg")
    assert cleaned(checker, data, add_credit=True).data == data


def test_a_posting_that_the_policy_does_not_know_is_refused(checker: Checker) -> None:
    with pytest.raises(PolicyError):
        cleaned(checker, pictured(checker, "meadow.jpg"), replace(POSTING, channel="myspace"))
