"""An engine is measured on people: tails are found again, and too little is said to be too little."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from imgpolicy.engines.yunet_sface import YuNetSFace
from imgpolicy.errors import PictureError
from imgpolicy.measure import (
    Drawn,
    Portrait,
    Scores,
    calibrate,
    fit_tail,
    group_scores,
    pair_scores,
    portraits,
    strangers_lead,
)

PICTURES = Path(__file__).parents[1] / "examples" / "pictures"


def someone(person: str, *parts: float) -> Portrait:
    vector = np.array(parts, np.float32)
    return Portrait(person=person, file=Path(person), height=100, vector=vector / np.float32(np.linalg.norm(vector)))


def exponential(scale: float, people: int = 60, pictures: int = 4) -> tuple[Scores, Drawn]:
    """Scores of strangers that fall by e for each step of `scale`, as so many people would give them."""
    owners = np.repeat(np.arange(people), pictures)
    one, other = np.triu_indices(len(owners), 1)
    drawn = np.stack([owners[one], owners[other]])[:, owners[one] != owners[other]]
    return np.random.default_rng(3).exponential(scale, size=drawn.shape[1:]).astype(np.float32), drawn


@pytest.mark.slow
def test_an_exponential_tail_is_found_again_and_the_safe_one_is_no_lower() -> None:
    fit = fit_tail(*exponential(0.03), "made", rate=1e-5)
    assert fit.fitted.scale == pytest.approx(0.03, rel=0.15)
    assert fit.fitted.share == pytest.approx(0.01, rel=0.01)
    assert fit.fitted.cosine(1e-5) <= fit.safe.cosine(1e-5) < fit.fitted.cosine(1e-5) + 0.1


@pytest.mark.slow
def test_fewer_people_make_the_safe_tail_safer() -> None:
    def doubt(people: int) -> float:
        fit = fit_tail(*exponential(0.03, people=people), "made", rate=1e-5)
        return fit.safe.cosine(1e-5) - fit.fitted.cosine(1e-5)

    assert doubt(12) > doubt(60)


def test_too_few_pairs_are_no_measurement() -> None:
    with pytest.raises(PictureError, match="too few to calibrate on"):
        fit_tail(np.zeros(299, np.float32), np.zeros((1, 299), np.intp), "made", rate=1e-3)


def test_pairs_are_of_one_person_or_of_two() -> None:
    same, other, drawn = pair_scores([someone("a", 1, 0), someone("a", 1, 1), someone("b", 0, 1)])
    assert same.tolist() == pytest.approx([0.7071], abs=1e-4)
    assert other.tolist() == pytest.approx([0, 0.7071], abs=1e-4)
    assert drawn.tolist() == [[0, 0], [1, 1]]


def test_strangers_lead_is_that_of_the_best_of_the_others_over_the_second() -> None:
    assert strangers_lead([someone("a", 1, 0, 0), someone("b", 0.6, 0.8, 0), someone("c", 0, 0, 1)]) == pytest.approx(
        0.6
    )


@pytest.mark.slow
def test_a_folder_of_identities_is_read_and_what_is_no_portrait_left_out(tmp_path: Path) -> None:
    for person, picture in (("one", "portrait.jpg"), ("one", "meadow.jpg"), ("two", "two_people.jpg")):
        (tmp_path / person).mkdir(exist_ok=True)
        shutil.copyfile(PICTURES / picture, tmp_path / person / picture)
    (tmp_path / "two" / "notes.txt").write_text("no picture")
    found = portraits(YuNetSFace(), tmp_path)
    assert [(portrait.person, portrait.file.name) for portrait in found] == [
        ("one", "portrait.jpg"),
        ("two", "two_people.jpg"),
    ]
    assert "vector" not in repr(found[0])
    with pytest.raises(PictureError, match="too few to calibrate on"):
        calibrate(YuNetSFace(), found, None, "made")
    shutil.rmtree(tmp_path / "one")
    with pytest.raises(PictureError, match="fewer than two folders"):
        portraits(YuNetSFace(), tmp_path)


@pytest.mark.slow
def test_faces_of_one_photograph_are_strangers_to_each_other(tmp_path: Path) -> None:
    for picture in ("two_people.jpg", "portrait.jpg"):
        shutil.copyfile(PICTURES / picture, tmp_path / picture)
    scores, photographs = group_scores(YuNetSFace(), tmp_path)
    assert (scores.shape, photographs.shape) == ((1,), (1, 1))
    assert scores[0] < 0.3
    (tmp_path / "two_people.jpg").unlink()
    assert group_scores(YuNetSFace(), tmp_path)[0].size == 0
