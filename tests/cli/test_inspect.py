"""What `imgpolicy inspect` shows, with plug-ins that look too."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.support import Run

from imgpolicy.assembly import all_extractors
from imgpolicy.domain.geometry import Box
from imgpolicy.engines import FaceEngine
from imgpolicy.extract import Extractor
from imgpolicy.facts import Code, Codes, Fact, Text, Texts
from imgpolicy.picture import Picture

Grid: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, eq=False)
class Weather(Fact):
    """What a plug-in may see."""

    sunny: bool
    sky: Box
    words: dict[str, str]
    clouds: Grid


@dataclass(frozen=True, kw_only=True)
class Mood(Fact):
    """What a plug-in should keep to itself."""

    who: str = "Anna is sad"


class Gives:
    """An extractor of a plug-in that finds one thing in every picture."""

    version = "1"

    def __init__(self, fact: Fact, *, sensitive: bool = False) -> None:
        self.gives: type[Fact] = type(fact)
        self.sensitive = sensitive
        self._fact = fact

    def extract(self, picture: Picture) -> Fact:
        del picture
        return self._fact


PLUG_INS = (
    Gives(Texts(texts=(Text(box=Box(1, 2, 3, 4), value="STRICTLY\x1b[31m SECRET", confidence=0.98765, frame=1),))),
    Gives(Codes(codes=(Code(box=Box(5, 6, 7, 8), kind="qr", value="https://example.org"),))),
    Gives(Weather(sunny=True, sky=Box(0, 0, 9, 9), words={"en": "fine\n"}, clouds=np.zeros((2, 2), np.float32))),
    Gives(Mood(), sensitive=True),
)


@pytest.fixture
def named(own_demo: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A demo whose policy names plug-ins, and whose register cannot be opened."""

    def extractors(engine: FaceEngine, names: tuple[str, ...] = (), *, compare: bool = True) -> tuple[Extractor, ...]:
        assert names == ("several",)
        return (*all_extractors(engine, compare=compare), *PLUG_INS)

    monkeypatch.setattr("imgpolicy.inspection.all_extractors", extractors)
    policy = own_demo / "imgpolicy.toml"
    policy.write_text(f'extractors = ["several"]\n{policy.read_text()}')
    (own_demo / "consent_db" / "register.sqlite").write_bytes(b"no register")
    return own_demo


def test_what_plug_ins_find_is_shown_but_for_what_is_sensitive(imgpolicy: Run, named: Path) -> None:
    ran = imgpolicy("inspect", "pictures/meadow.jpg", "--format", "json", folder=named)
    shown = json.loads(ran.out)
    assert ran.code == 0
    assert shown["facts"]["texts"] == [
        {"box": [1, 2, 3, 4], "value": r"STRICTLY\x1b[31m SECRET", "confidence": 0.9877, "frame": 1}
    ]
    assert shown["facts"]["codes"] == [{"box": [5, 6, 7, 8], "kind": "qr", "value": "https://example.org", "frame": 0}]
    weather = {"sunny": True, "sky": [0, 0, 9, 9], "words": {"en": r"fine\n"}, "clouds": "ndarray"}
    assert shown["facts"]["others"] == {"weather": weather}
    left = {unknown["what"] for unknown in shown["not_checked"]}
    assert not {"text", "work mail", "confidential markings", "codes"} & left
    text = imgpolicy("inspect", "pictures/meadow.jpg").out
    assert all(
        words in text for words in (r"STRICTLY\x1b[31m SECRET", "qr https://example.org", "weather: {'sunny': True")
    )
    assert not any("Anna" in out for out in (ran.out, text))


def test_no_policy_is_needed_and_one_that_is_named_is_read(
    imgpolicy: Run, demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = str(demo / "pictures" / "meadow.jpg")
    shown = json.loads(imgpolicy("inspect", picture, "--format", "json", folder=tmp_path).out)
    assert (shown["facts"]["texts"], shown["facts"]["codes"], "others" in shown["facts"]) == (None, None, False)
    ran = imgpolicy("inspect", picture, "--policy", "none.toml")
    assert (ran.code, ran.err.count("\n")) == (4, 1)
    policy = (demo / "imgpolicy.toml").read_text()
    (tmp_path / "policy.toml").write_text(f'extractors = ["misspelt"]\n{policy}')
    monkeypatch.setenv("IMGPOLICY_POLICY", "policy.toml")
    ran = imgpolicy("inspect", picture)
    assert (ran.code, "misspelt" in ran.err) == (4, True)
