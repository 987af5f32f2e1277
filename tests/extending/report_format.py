"""Proves the difference "report format" of docs/howto/extend.md: reports as CSV, in which no cell is a formula."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory

from imgpolicy.cli import outputs
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.verdict import Finding, Verdict
from imgpolicy.language import LanguageCode
from imgpolicy.phrase import phrase
from imgpolicy.render import Shown
from imgpolicy.report import PictureInfo, PolicyRef, Report

CODE = Path("src")
HOSTILE = "=1+1\udcff.jpg"


def install() -> None:
    """Write beside the code what an installer makes of pyproject.toml; it is found before what is installed already."""
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    info = CODE / "imgpolicy-0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: imgpolicy\nVersion: 0\n", encoding="utf-8")
    lines = []
    for group, points in project["entry-points"].items():
        lines += [f"[{group}]", *(f"{name} = {value}" for name, value in points.items())]
    (info / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")


def report(*findings: Finding) -> Report:
    return Report(
        picture=PictureInfo(name=HOSTILE),
        posting=Posting(),
        findings=findings,
        policy=PolicyRef(name="ours", sha256="0" * 64),
        register_head=None,
        made_at=dt.datetime.now(dt.UTC),
    )


def printed(targets: list[outputs.Target], language: LanguageCode | None) -> str:
    """What goes to standard output when two reports are written."""
    found = Finding(code="X001", verdict=Verdict.REVIEW, title="@", message=phrase("faces"))
    data = io.BytesIO()
    with contextlib.redirect_stdout(io.TextIOWrapper(data, "utf-8", write_through=True)):
        outputs.write(
            [Shown(report(found)), Shown(report())], targets, outputs.OutputOptions(lang=language), repeated=""
        )
        return data.getvalue().decode()


install()
with TemporaryDirectory() as folder:
    file = Path(folder) / "reports.csv"
    to_file = outputs.accepted(outputs.targets(["csv"], [file]), [], force=False)
    assert printed(to_file, LanguageCode.ENGLISH) == ""
    table = printed(outputs.targets(["csv"], []), LanguageCode.DANISH)
    assert file.read_text(encoding="utf-8") == table.replace("ansigter", "faces")
header, first, second = csv.reader(io.StringIO(table, newline=""))
assert header == ["picture", "verdict", "code", "reason", "what to do"]
assert first == ["'=1+1\\udcff.jpg", "review", "X001", "ansigter", ""]
assert second == ["'=1+1\\udcff.jpg", "go", "", "", ""]
