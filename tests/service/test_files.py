"""Files stripped as the service does it: into a file that was named, or into themselves."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.containers.planted import SECRET, encoded, exif, segment, tells

from imgpolicy.domain.terms import StripMode
from imgpolicy.errors import PictureError, RemedyError, RequestError
from imgpolicy.remedies.strip import strip
from imgpolicy.service.files import StripRequest, strip_file, strip_files
from imgpolicy.service.outputs import output


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.jpg"
    whole = encoded("JPEG")
    path.write_bytes(whole[:2] + segment(0xE1, b"Exif\0\0" + exif(text=SECRET)) + whole[2:])
    path.chmod(0o640)
    return path


def test_the_target_is_written_with_the_source_s_permissions(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.jpg"
    before = source.read_bytes()
    strip_file(source, output(target, [], mode=None), mode=StripMode.ALL)
    assert not tells(target.read_bytes())
    assert target.stat().st_mode & 0o777 == 0o640
    assert source.read_bytes() == before


@pytest.mark.parametrize("link", ["the same name", "a hard link", "a symbolic link"])
def test_the_original_is_replaced_only_when_that_is_asked_for(source: Path, tmp_path: Path, link: str) -> None:
    target = source if link == "the same name" else tmp_path / "target.jpg"
    if link == "a hard link":
        target.hardlink_to(source)
    elif link == "a symbolic link":
        target.symlink_to(source)
    before = source.read_bytes()
    for force in (False, True):
        with pytest.raises(RequestError, match="would replace the original"):
            strip_files([source], StripRequest(output=target, force=force))
    assert source.read_bytes() == before
    strip_files([target], StripRequest(output=None))
    assert not tells(target.read_bytes())
    assert target.is_symlink() == (link == "a symbolic link")


def test_nothing_is_written_when_the_proof_fails(tmp_path: Path) -> None:
    source, target = tmp_path / "source.jpg", tmp_path / "target.jpg"
    source.write_bytes(encoded("JPEG")[:300])
    with pytest.raises(RemedyError):
        strip_file(source, output(target, [], mode=None), mode=StripMode.ALL)
    assert list(tmp_path.iterdir()) == [source]


def test_a_missing_source_is_an_error_of_the_picture(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="cannot be read"):
        strip_file(tmp_path / "none.jpg", None, mode=StripMode.ALL)


@pytest.mark.slow
def test_killed_at_any_moment_the_file_is_the_old_or_the_new_one(source: Path) -> None:
    """A process that strips the same file over and over is killed; what it leaves is whole."""
    old = source.read_bytes()
    new = strip(old, mode=StripMode.ALL).data
    program = (
        "import sys, pathlib; from imgpolicy.domain.terms import StripMode; "
        "from imgpolicy.service.files import strip_file; "
        "path = pathlib.Path(sys.argv[1]); old = path.read_bytes(); print('ready', flush=True)\n"
        "while True:\n"
        " strip_file(path, None, mode=StripMode.ALL)\n"
        " __import__('imgpolicy.files').files.write_whole(path, old)\n"
    )
    for wait in (0.0, 0.003, 0.007):
        with subprocess.Popen([sys.executable, "-c", program, str(source)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(timeout=0.05 + wait)
            process.send_signal(signal.SIGKILL)
        assert source.read_bytes() in {old, new}
