"""Every command and code block of README and documentation is run, and every command of the program is told of."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.pages import AT_THE_TOP, GENERATED, PAGES, README, ROOT, Block, blocks, commands, over_the_sample
from tests.support import Run

from imgpolicy.cli.reference import app
from imgpolicy.policy import read_policy
from imgpolicy.presets import policy_text, sample

PHOTOGRAPHS = (
    ("consent_db/photographs/eileen_collins.jpg", "photo.jpg"),
    ("consent_db/artwork/harbour.png", "painting.png"),
    ("consent_db/artwork/logo.png", "logo.png"),
)
OFFICE, FORMS = ROOT / "examples" / "kontor", ROOT / "examples" / "forms"
PAPERS = {"form.pdf": b"%PDF-1.4\n", "notice.txt": b"What we do with your picture.\n"}
"""What lies in the folder of `commands: new`: pictures of the sample, and papers."""

WATCHED = ("in", "out", "quarantine", "review")
"""Folders that lie in the folder of `commands: demo`, two pictures in the first."""

SET_UP = re.compile(r"^python3 -m venv .*$")


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@dataclass
class Reader:
    """Somebody who does what a page says, with a folder to play in for each kind that the page asks for."""

    run: Run
    demo: Path
    home: Path
    printed: str = field(default="", init=False)

    def folder(self, kind: str) -> Path:
        """The page's folder of this kind, laid out when it is first asked for."""
        folder = self.home / kind
        if not folder.exists() and kind == "demo":
            shutil.copytree(self.demo, folder)
            for watched in WATCHED:
                (folder / watched).mkdir()
            for picture in ("meadow.jpg", "with_location.jpg"):
                shutil.copyfile(folder / "pictures" / picture, folder / WATCHED[0] / picture)
        elif not folder.exists() and kind == "new":
            folder.mkdir()
            for source, photograph in PHOTOGRAPHS:
                shutil.copyfile(sample() / source, folder / photograph)
            for paper, content in PAPERS.items():
                (folder / paper).write_bytes(content)
            (folder / "class" / "guest-1").mkdir(parents=True)
            shutil.copyfile(folder / "photo.jpg", folder / "class" / "guest-1" / "1.jpg")
            for example in (OFFICE, FORMS):
                shutil.copytree(example, folder / example.name)
        return folder

    def does(self, block: Block) -> None:
        """What the block says, which must turn out as it says."""
        match block.does:
            case "commands":
                self._commands(block)
            case "run":
                ran = subprocess.run(
                    [sys.executable, "-c", block.text],
                    cwd=self.folder(block.where),
                    capture_output=True,
                    text=True,
                    check=False,
                )
                self.printed = ran.stdout
                assert ran.returncode == 0, ran.stderr
            case "prints":
                # How wide the terminal was is no matter.
                assert " ".join(block.text.split()) in " ".join(self.printed.split())
            case "policy":
                policy = self.home / "imgpolicy.toml"
                policy.write_text(over_the_sample(block.text, policy_text()), encoding="utf-8")
                assert read_policy(policy).rules
            case other:
                assert other in {"diff", "not run"}

    def _commands(self, block: Block) -> None:
        for command in commands(block.text):
            assert command.words[0] == "imgpolicy"
            ran = self.run(*command.words[1:], folder=self.folder(block.where))
            assert ran.code == command.code, f"{' '.join(command.words)}\n{ran.out}{ran.err}"
            assert ran.out or {"--output", "-o"} & set(command.words)
            self.printed = ran.out


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page)], ids=name)
def test_the_blocks_of_a_page_do_what_they_say(page: Path, imgpolicy: Run, demo: Path, tmp_path: Path) -> None:
    reader = Reader(imgpolicy, demo, tmp_path)
    for block in blocks(page):
        if not SET_UP.match(block.text):
            reader.does(block)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_block_says_what_is_done_with_it_and_why_when_nothing_is(page: Path) -> None:
    found = blocks(page)
    assert len(found) == len(re.findall(r"^\s*```", page.read_text(encoding="utf-8"), re.MULTILINE)) / 2
    for block in found:
        if page == README and SET_UP.match(block.text):
            continue  # the two commands that the continuous integration runs
        assert block.does in {"commands", "run", "prints", "policy", "diff", "not run"}
        assert block.where in {"demo", "new"} or block.does in {"prints", "policy"} or len(block.where) > len("demo")


def test_the_readme_has_the_two_commands_that_set_it_up() -> None:
    assert sum(bool(SET_UP.match(block.text)) for block in blocks(README)) == 2


def test_the_library_needs_no_more_than_ten_lines() -> None:
    (block,) = [block for block in blocks(ROOT / "docs" / "tour.md") if block.does == "run"]
    assert len([line for line in block.text.splitlines() if line]) <= 10


@pytest.mark.parametrize("top", AT_THE_TOP, ids=name)
def test_a_page_at_the_top_points_to_pages_that_are_there(top: Path) -> None:
    for page, _, section in re.findall(r"\]\(([\w/.-]+)(#([\w-]+))?\)", top.read_text(encoding="utf-8")):
        assert (ROOT / page).is_file()
        if not section:
            continue
        headings = re.findall(r"^#+ (.*)$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
        assert section in {re.sub(r"\W+", "-", heading.lower()) for heading in headings}


def test_every_page_has_one_place_in_the_navigation() -> None:
    site = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]
    named = re.findall(r"'([\w/-]+\.md)'", str(site["nav"]))
    pages = {page.relative_to(ROOT / "docs").as_posix() for page in PAGES if page not in AT_THE_TOP}
    assert sorted(named) == sorted(pages | GENERATED)


def leaves() -> list[tuple[str, ...]]:
    """The words of every command."""
    found: list[tuple[str, ...]] = [
        (command.name or command.callback.__name__,) for command in app.registered_commands if command.callback
    ]
    for group in app.registered_groups:
        assert group.typer_instance is not None
        for command in group.typer_instance.registered_commands:
            assert command.callback is not None
            found.append((group.name or "", command.name or command.callback.__name__))
    return found


@pytest.mark.parametrize("words", leaves(), ids=" ".join)
def test_every_command_has_help(imgpolicy: Run, words: tuple[str, ...]) -> None:
    ran = imgpolicy(*words, "--help")
    assert ran.code == 0
    assert "Usage: " in ran.out
    assert max(len(line) for line in ran.out.splitlines()) <= 80


@pytest.mark.slow
def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys; from imgpolicy.cli.main import run; run(['--help'])\n"
        "heavy = {'numpy', 'cv2', 'sqlalchemy', 'alembic', 'PIL', 'imagehash', 'requests', 'cryptography', 'msgspec'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_people_are_they() -> None:
    """Nobody in particular is a woman or a man."""
    words = re.compile(r"\b(she|her|hers|herself|he|him|his|himself)\b", re.IGNORECASE)
    pages = [*AT_THE_TOP, *ROOT.glob("docs/**/*.md"), *ROOT.glob("src/**/*.py")]
    found = [
        f"{name(page)}: {line.strip()}"
        for page in pages
        for line in page.read_text(encoding="utf-8").splitlines()
        if words.search(line)
    ]
    assert found == []


def test_the_glossary_has_each_word_once_in_order() -> None:
    rows = [
        line.split(" | ")[0].removeprefix("| ")
        for line in (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| ")
    ]
    words = rows[1:]
    assert words == sorted(set(words), key=str.casefold)
    assert len(words) > 40


@pytest.mark.parametrize(
    ("word", "where", "other"),
    [
        (r"channel", "containers", "path"),
        (r"walk(?! through)", "containers", "parse"),
        (r"[Cc]over", "remedies/redact", "redaction"),
        (r"House|Suspect|Prints|ways", "rules", "Organisation, PossiblePerson, FingerprintIndex, remedies"),
    ],
)
def test_a_word_with_one_meaning_stands_nowhere_in_another(word: str, where: str, other: str) -> None:
    """As a name in the code, that is; `other` is the word to use there."""
    name_of = re.compile(rf"\b(def|class|import) ({word})\b|\b({word}) ?[:=.(]")
    for page in (ROOT / "src" / "imgpolicy" / where).glob("**/*.py"):
        found = [line.strip() for line in page.read_text(encoding="utf-8").splitlines() if name_of.search(line)]
        assert not found, f"{name(page)}: use {other}: {found}"
