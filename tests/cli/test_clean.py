"""`imgpolicy clean`: a copy that may be posted, or nothing."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat
from tests.support import Run

from imgpolicy.domain.geometry import Box

USUAL = ("--channel", "facebook", "--role", "employee", "--purpose", "pr", "--origin", "own", "--on", "2026-05-04")
LOCATED = "pictures/with_location.jpg"
MEADOW = "pictures/meadow.jpg"
STRANGER = "pictures/two_people.jpg"
POSTER = "pictures/poster.jpg"


@pytest.mark.slow
def test_a_located_picture_becomes_a_copy_that_may_be_posted(imgpolicy: Run, own_demo: Path) -> None:
    before = (own_demo / LOCATED).read_bytes()
    ran = imgpolicy("clean", LOCATED, "-o", "out.jpg", *USUAL, folder=own_demo)
    assert (ran.code, ran.out, ran.err) == (0, "out.jpg: go: 1 removed: coordinate\n", "")
    assert imgpolicy("check", "out.jpg", *USUAL).code == 0
    assert imgpolicy("check", LOCATED, *USUAL).code == 1
    assert (own_demo / LOCATED).read_bytes() == before
    assert Image.open(own_demo / "out.jpg").tobytes() == Image.open(own_demo / LOCATED).tobytes()


@pytest.mark.slow
def test_the_command_that_a_report_names_cleans_the_picture(imgpolicy: Run, own_demo: Path) -> None:
    words = (*USUAL, "--caption", "It's spring", "--person", "eileen")
    (report,) = json.loads(imgpolicy("check", LOCATED, *words, "--format", "json", folder=own_demo).out)["reports"]
    (remedy,) = report["findings"][0]["remedies"]
    assert remedy["automatic"]
    assert imgpolicy(*shlex.split(remedy["command"])[1:]).code == 0
    assert imgpolicy("check", "CLEAN", *words).code == 0


@pytest.mark.slow
@pytest.mark.parametrize("how", ["solid", "mosaic"])
def test_somebody_whom_nobody_asked_is_covered(imgpolicy: Run, own_demo: Path, how: str) -> None:
    ran = imgpolicy("clean", STRANGER, "-o", "out.jpg", *USUAL, "--redact", how, folder=own_demo)
    assert (ran.code, ran.out, ran.err) == (0, "out.jpg: go: places covered: 1\n", "")
    (report,) = json.loads(imgpolicy("check", "out.jpg", *USUAL, "--format", "json").out)["reports"]
    assert (report["verdict"], [face["person"] for face in report["faces"]]) == ("go", ["eileen"])


def side_by_side(folder: Path, name: str, *, right: int, down: int = 0) -> None:
    """Eileen with the stranger in front, whose face begins so far to the right of where hers ends, and lower."""
    picture = Image.open(folder / STRANGER).convert("RGB")
    size = (175, 212)
    head = picture.crop((600, 20, 880, 360)).resize(size)
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).ellipse((30, 45, 163, 206), fill=255)
    picture.paste(head, (231 + right, 12 + down), mask.filter(ImageFilter.GaussianBlur(2)))
    picture.crop((0, 0, 560, 512)).save(folder / name, quality=92)


def faces(imgpolicy: Run, picture: str) -> list[tuple[str | None, Box]]:
    """Who each face is, and where."""
    ran = imgpolicy("check", picture, *USUAL, "--format", "json")
    return [(one["person"], Box(*one["box"])) for one in json.loads(ran.out)["reports"][0]["faces"]]


@pytest.mark.slow
def test_the_cover_of_a_face_ends_where_that_of_somebody_who_may_be_shown_begins(
    imgpolicy: Run, own_demo: Path
) -> None:
    side_by_side(own_demo, "both.jpg", right=-10)
    assert imgpolicy("clean", "both.jpg", "-o", "out.jpg", *USUAL, folder=own_demo).code == 0
    (person, box), (stranger, _) = faces(imgpolicy, "both.jpg")
    assert (person, stranger) == ("eileen", None)
    assert [who for who, _ in faces(imgpolicy, "out.jpg")] == ["eileen"]
    old, new = (Image.open(own_demo / name).crop(box).convert("L") for name in ("both.jpg", "out.jpg"))
    moved = ImageChops.difference(old, new).point([0] * 32 + [255] * 224)
    assert ImageStat.Stat(moved).mean[0] < 0.01 * 255


@pytest.mark.slow
def test_a_cover_that_would_hide_somebody_who_may_be_shown_is_not_drawn_unless_that_is_accepted(
    imgpolicy: Run, own_demo: Path
) -> None:
    side_by_side(own_demo, "both.jpg", right=-30, down=60)
    ran = imgpolicy("clean", "both.jpg", "-o", "out.jpg", *USUAL, folder=own_demo)
    assert (ran.code, ran.err.count("\n"), (own_demo / "out.jpg").exists()) == (1, 1, False)
    assert "nothing was written: a cover would hide eileen too, who may be shown" in ran.err
    assert "P101" in ran.out
    (report,) = json.loads(imgpolicy("check", "both.jpg", *USUAL, "--format", "json").out)["reports"]
    (way,) = [one for one in report["findings"][0]["remedies"] if one["kind"] == "redact"]
    assert (way["automatic"], way["hides"]) == (False, ["eileen"])
    ran = imgpolicy(*shlex.split(way["command"].replace("CLEAN", "out.jpg"))[1:])
    assert (ran.code, ran.out, ran.err) == (0, "out.jpg: go: places covered: 2\n", "")
    assert faces(imgpolicy, "out.jpg") == []


@pytest.mark.slow
def test_somebody_who_may_be_shown_can_be_covered_too_and_only_who_is_there(imgpolicy: Run, own_demo: Path) -> None:
    ran = imgpolicy("clean", STRANGER, "-o", "out.jpg", "--also-cover", "face 1", *USUAL, folder=own_demo)
    assert (ran.code, ran.out) == (0, "out.jpg: go: places covered: 2\n")
    ran = imgpolicy("clean", STRANGER, "-o", "none.jpg", "--also-cover", "alan", *USUAL)
    assert (ran.code, ran.err.count("\n"), "there is nobody 'alan' in the register" in ran.err) == (4, 1, True)
    imgpolicy("person", "add", "--id", "alan", "--name", "Alan")
    ran = imgpolicy("clean", STRANGER, "-o", "none.jpg", "--also-cover", "Alan", *USUAL)
    assert (ran.code, ran.err.count("\n"), "no face in it is 'alan'" in ran.err) == (4, 1, True)


@pytest.mark.slow
def test_a_part_can_be_kept(imgpolicy: Run, own_demo: Path) -> None:
    ran = imgpolicy("clean", STRANGER, "-o", "out.jpg", *USUAL, "--crop", "0,0,450,512", folder=own_demo)
    assert (ran.code, "cropped to 448 x 512 pixels" in ran.out) == (0, True)
    assert Image.open(own_demo / "out.jpg").size == (448, 512)
    assert imgpolicy("check", "out.jpg", *USUAL).code == 0


@pytest.mark.parametrize("part", ["", "1,2,3", "a,b,c,d", "5,5,5,9", "-1,0,5,5", "0,9,5,1"])
def test_a_part_that_is_none_is_refused(imgpolicy: Run, own_demo: Path, part: str) -> None:
    ran = imgpolicy("clean", STRANGER, "-o", "out.jpg", *USUAL, "--crop", part, folder=own_demo)
    assert (ran.code, ran.out, ran.err.count("\n"), "--crop" in ran.err) == (2, "", 1, True)


@pytest.mark.slow
def test_a_part_outside_the_picture_is_one_line(imgpolicy: Run, own_demo: Path) -> None:
    ran = imgpolicy("clean", STRANGER, "-o", "out.jpg", *USUAL, "--crop", "5000,0,5010,10", folder=own_demo)
    assert (ran.code, ran.out, ran.err.count("\n")) == (4, "", 1)


@pytest.mark.slow
def test_the_page_shows_before_and_after_and_the_stranger_in_neither(imgpolicy: Run, own_demo: Path) -> None:
    forms = ("--format", "html", "--output", "report.html", "--format", "json")
    ran = imgpolicy("clean", STRANGER, "-o", "out.jpg", *USUAL, *forms, folder=own_demo)
    assert (ran.code, ran.err) == (0, "out.jpg: go: places covered: 1\n")
    (report,) = json.loads(ran.out)["reports"]
    assert (report["verdict"], report["changes"]) == ("go", ["places covered: 1"])
    page = (own_demo / "report.html").read_text()
    assert page.count("<figure") == 2
    assert page.index("Before") < page.index("P101") < page.index("After") < page.index("places covered: 1")


def test_a_report_never_goes_where_the_copy_goes(imgpolicy: Run, own_demo: Path) -> None:
    words = ("clean", STRANGER, "-o", "out.jpg", *USUAL, "--format", "html", "--output", "out.jpg")
    ran = imgpolicy(*words, folder=own_demo)
    assert (ran.code, ran.err.count("\n"), (own_demo / "out.jpg").exists()) == (2, 1, False)


def test_a_picture_that_passes_is_copied_as_it_is_with_its_permissions(imgpolicy: Run, own_demo: Path) -> None:
    (own_demo / MEADOW).chmod(0o640)
    ran = imgpolicy("clean", MEADOW, "-o", "out.jpg", *USUAL, folder=own_demo)
    assert (ran.code, ran.out) == (0, "out.jpg: go: a copy as it was\n")
    assert (own_demo / "out.jpg").read_bytes() == (own_demo / MEADOW).read_bytes()
    assert (own_demo / "out.jpg").stat().st_mode & 0o777 == 0o640


@pytest.mark.slow
@pytest.mark.parametrize("allow", [(), ("--allow-review",)])
def test_of_a_no_go_nothing_is_written_and_the_report_says_what_is_left(
    imgpolicy: Run, own_demo: Path, allow: tuple[str, ...]
) -> None:
    before = sorted(own_demo.rglob("*"))
    ran = imgpolicy("clean", POSTER, "-o", "out.jpg", *USUAL, *allow, folder=own_demo)
    assert (ran.code, "C101" in ran.out, "nothing was written" in ran.err) == (1, True, True)
    assert sorted(own_demo.rglob("*")) == before


@pytest.mark.slow
def test_a_review_is_written_only_when_that_is_allowed_and_stays_a_review(imgpolicy: Run, own_demo: Path) -> None:
    ran = imgpolicy("clean", LOCATED, "-o", "out.jpg", *USUAL, "--origin", "unknown", folder=own_demo)
    assert (ran.code, "C105" in ran.out, "M101" in ran.out) == (3, True, False)
    assert not (own_demo / "out.jpg").exists()
    ran = imgpolicy("clean", LOCATED, "-o", "out.jpg", *USUAL, "--origin", "unknown", "--allow-review")
    assert (ran.code, "out.jpg: review" in ran.out, "C105" in ran.out) == (3, True, True)
    assert imgpolicy("check", "out.jpg", *USUAL).code == 0


@pytest.mark.slow
def test_the_caption_to_use_is_printed_with_the_credit_line(imgpolicy: Run, own_demo: Path) -> None:
    licence = ("licence", "add", "harbour-at-dusk", "--licensor", "L", "--channel", "any", "--purpose", "any")
    imgpolicy(*licence, "--credit", "Harbour / L", "--credit-required", folder=own_demo)
    words = ("pictures/poster.jpg", *USUAL, "--caption", "Ours")
    (report,) = json.loads(imgpolicy("check", *words, "--format", "json").out)["reports"]
    command = report["findings"][0]["remedies"][0]["command"]
    assert "--add-credit" in command
    ran = imgpolicy(*shlex.split(command)[1:])
    assert (ran.code, ran.out) == (
        0,
        "CLEAN: go: credit line written: Harbour / L\ncaption:\nOurs\nHarbour / L\n",
    )
    assert imgpolicy("check", "CLEAN", *USUAL, "--caption", "Ours\nHarbour / L").code == 0


@pytest.mark.slow
def test_what_is_there_is_replaced_only_by_force(imgpolicy: Run, own_demo: Path) -> None:
    out = own_demo / "out.jpg"
    out.write_bytes(something_else := (own_demo / POSTER).read_bytes())
    ran = imgpolicy("clean", MEADOW, "-o", "out.jpg", *USUAL, folder=own_demo)
    assert (ran.code, "--force" in ran.err, out.read_bytes()) == (2, True, something_else)
    assert imgpolicy("clean", POSTER, "-o", "out.jpg", *USUAL, "--force").code == 1
    assert out.read_bytes() == something_else
    assert imgpolicy("clean", MEADOW, "-o", "out.jpg", *USUAL, "--force").code == 0
    assert out.read_bytes() == (own_demo / MEADOW).read_bytes()


@pytest.mark.parametrize(
    "output",
    [
        *(MEADOW, "link.jpg", "hard.jpg", "imgpolicy.toml", "imgpolicy.key", "consent_db/register.sqlite"),
        "pictures",
    ],
)
def test_what_the_command_reads_is_never_replaced(imgpolicy: Run, own_demo: Path, output: str) -> None:
    (own_demo / "link.jpg").symlink_to(MEADOW)
    (own_demo / "hard.jpg").hardlink_to(own_demo / MEADOW)
    before = {path: path.read_bytes() for path in own_demo.rglob("*") if path.is_file()}
    ran = imgpolicy("clean", MEADOW, "-o", output, *USUAL, "--force", folder=own_demo)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert {path: path.read_bytes() for path in own_demo.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("scheme", ["sqlite", "sqlite+pysqlite"])
def test_the_register_is_never_replaced_however_its_url_is_written(imgpolicy: Run, own_demo: Path, scheme: str) -> None:
    file = own_demo / "consent_db" / "register.sqlite"
    before = file.read_bytes()
    register = ("--register", f"{scheme}:///{file}?timeout=5")
    ran = imgpolicy("clean", MEADOW, "-o", file, *USUAL, *register, "--force", folder=own_demo)
    assert (ran.code, "kept by this command" in ran.err) == (2, True)
    ran = imgpolicy("check", MEADOW, *USUAL, *register, "--format", "json", "--output", file)
    assert (ran.code, "kept by this command" in ran.err) == (2, True)
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((MEADOW, *USUAL), 2),
        ((MEADOW, STRANGER, "-o", "out.jpg", *USUAL), 2),
        ((MEADOW, "-o", "out.jpg", *USUAL, "--channel", "fasebook"), 2),
        (("none.jpg", "-o", "out.jpg", *USUAL), 4),
        (("pictures", "-o", "out.jpg", *USUAL), 2),
        (("cases.toml", "-o", "out.jpg", *USUAL), 4),
        ((MEADOW, "-o", "none/out.jpg", *USUAL), 4),
        ((MEADOW, "-o", "cases.toml/out.jpg", *USUAL), 4),
    ],
)
def test_what_cannot_be_done_is_one_line_and_writes_nothing(
    imgpolicy: Run, own_demo: Path, words: tuple[str, ...], code: int
) -> None:
    before = sorted(own_demo.rglob("*"))
    ran = imgpolicy("clean", *words, folder=own_demo)
    assert (ran.code, ran.out, ran.err.count("\n")) == (code, "", 1)
    assert sorted(own_demo.rglob("*")) == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
def test_a_full_disk_is_one_line(imgpolicy: Run, own_demo: Path) -> None:
    ran = imgpolicy("clean", MEADOW, "-o", "/dev/full", "--force", *USUAL, folder=own_demo)
    assert (ran.code, ran.out, ran.err.count("\n")) == (4, "", 1)
    assert "No space left" in ran.err


@pytest.mark.slow
def test_a_file_that_runs_out_of_space_leaves_nothing_behind(
    imgpolicy: Run, own_demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    shutil.copyfile(own_demo / MEADOW, own_demo / "out.jpg")
    before = sorted(own_demo.rglob("*"))
    monkeypatch.setattr("os.fsync", full)
    ran = imgpolicy("clean", LOCATED, "-o", "out.jpg", *USUAL, "--force", folder=own_demo)
    assert (ran.code, "No space left" in ran.err) == (4, True)
    assert sorted(own_demo.rglob("*")) == before
    assert (own_demo / "out.jpg").read_bytes() == (own_demo / MEADOW).read_bytes()
