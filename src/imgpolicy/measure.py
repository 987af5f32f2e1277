"""What an engine's scores are worth, measured on people whose pictures one has: the calibration's other end.

A folder of identities holds a folder a person with pictures of them; in a picture of several people, they are the one
nearest to the middle, as in Labeled Faces in the Wild.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imgpolicy.domain.lookup import PHOTOGRAPHS
from imgpolicy.engines import FaceEngine, SeenFace
from imgpolicy.engines.calibration import SAME_EVENT, Calibration, Tail
from imgpolicy.errors import PictureError
from imgpolicy.facts import Face, Vector
from imgpolicy.phrase import phrase
from imgpolicy.picture import Picture, load

Scores = NDArray[np.float32]
Drawn = NDArray[np.intp]
"""For each pair, the numbers of the people or photographs that it comes from; shape (k, pairs)."""

HEIGHTS = (16, 24, 32, 48, 72)
"""Heights in pixels at which faces are tried."""

_TAIL = 0.01
_FEWEST = 30
_RESAMPLES = 500
_CONFIDENCE = 0.95
_FAR = 1e-5
_RAISE = 100
_KNOWN_AGAIN = 0.85
_LEAD = 0.9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Portrait:
    """One person in one picture, as an engine sees them."""

    person: str
    file: Path
    height: float
    vector: Vector = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A tail as it was fitted, and the one to rely on: had other people been drawn, 95 % would give lower cosines."""

    fitted: Tail
    safe: Tail


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """Of `faces` shrunk to a height: the share that was found, and the share of their pairs that reach a threshold."""

    height: int
    faces: int
    found: float
    known: float


def pictures(folder: Path) -> Iterator[Path]:
    """The files below a folder, in order."""
    yield from sorted(path for path in folder.rglob("*") if path.is_file())


def portraits(engine: FaceEngine, folder: Path) -> tuple[Portrait, ...]:
    """Everybody in every picture of a folder of identities; files that are no picture or show no face are left out.

    Raises PictureError when fewer than two people are left.
    """
    people = []
    for person in sorted(path for path in folder.iterdir() if path.is_dir()):
        for file in pictures(person):
            picture = opened(file)
            seen = middle_face(engine, picture) if picture else None
            if seen is not None:
                people.append(Portrait(person=person.name, file=file, height=seen.face.height, vector=seen.vector))
    if len({portrait.person for portrait in people}) < 2:
        raise PictureError(phrase("{folder}: fewer than two folders with a face in their pictures", folder=str(folder)))
    return tuple(people)


def group_scores(engine: FaceEngine, folder: Path) -> tuple[Scores, Drawn]:
    """The cosines of every two faces of one photograph, over a folder of them, and which photograph each pair is from.

    Nobody may be in a photograph twice. Faces too low or too dull for the engine to name anybody by do not count.
    """
    scores, photographs = [np.empty(0, np.float32)], [np.empty(0, np.intp)]
    for number, file in enumerate(pictures(folder)):
        picture = opened(file)
        faces = engine.faces(picture) if picture else ()
        seen = [one.vector for one in faces if _nameable(one.face, engine.calibration)]
        if len(seen) > 1:
            vectors = np.stack(seen)
            scores.append((vectors @ vectors.T)[np.triu_indices(len(seen), 1)])
            photographs.append(np.full(scores[-1].size, number))
    return np.concatenate(scores), np.concatenate(photographs)[np.newaxis]


def _nameable(face: Face, table: Calibration) -> bool:
    return face.height >= table.smallest and face.sharpness >= table.dullest


def pair_scores(found: Sequence[Portrait]) -> tuple[Scores, Scores, Drawn]:
    """The cosines of the pairs of one person, those of two people, and which two people the latter show."""
    _, owners = np.unique([portrait.person for portrait in found], return_inverse=True)
    vectors = np.stack([portrait.vector for portrait in found])
    one, other = np.triu_indices(len(found), 1)
    scores, same = (vectors @ vectors.T)[one, other], owners[one] == owners[other]
    return scores[same], scores[~same], np.stack([owners[one], owners[other]])[:, ~same]


def fit_tail(scores: Scores, drawn: Drawn, source: str, *, rate: float) -> Fit:
    """The highest hundredth of the cosines of strangers, 30 or more of them, as an exponential law.

    `drawn` says which people, or which photographs, each pair comes from. They are drawn anew with replacement 500
    times (a bootstrap; a pair counts as often as all it comes from); the safe tail is the draw whose cosine for `rate`
    is the 95th percentile. Raises PictureError for fewer than 300 pairs.
    """
    if len(scores) < 10 * _FEWEST:
        raise PictureError(
            phrase(
                "{count} pairs of strangers are too few to calibrate on: {fewest} are needed",
                count=len(scores),
                fewest=10 * _FEWEST,
            )
        )
    count = max(_FEWEST, round(len(scores) * _TAIL))
    base = float(np.partition(scores, -count)[-count])
    above = scores >= base
    excess = scores[above].astype(np.float64) - base
    size = int(drawn.max()) + 1

    def tail(weights: NDArray[np.float64]) -> Tail:
        share, scale = weights[above].sum() / weights.sum(), weights[above] @ excess / weights[above].sum()
        return Tail(base=base, share=float(share), scale=float(scale), pairs=len(scores), people=size, source=source)

    random = np.random.default_rng(1)
    draws = (np.bincount(random.integers(size, size=size), minlength=size) for _ in range(_RESAMPLES))
    weights = [times[drawn].prod(axis=0).astype(np.float64) for times in draws]
    tails = sorted((tail(w) for w in weights if w[above].any()), key=lambda law: law.cosine(rate))
    return Fit(fitted=tail(np.ones(len(scores))), safe=tails[int(len(tails) * _CONFIDENCE)])


def strangers_lead(found: Sequence[Portrait]) -> float:
    """The cosine by which, for nine of ten people who are not enrolled, the best of the others leads the second.

    Each of the others is enrolled with their first three pictures.
    """
    people = sorted({portrait.person for portrait in found})
    enrolled = {person: np.stack([p.vector for p in found if p.person == person][:PHOTOGRAPHS]) for person in people}
    leads = []
    for portrait in found:
        scores = [float((enrolled[p] @ portrait.vector).max()) for p in people if p != portrait.person]
        second, best = sorted(scores)[-2:] if len(scores) > 1 else (0.0, 0.0)
        leads.append(best - second)
    return float(np.quantile(leads, _LEAD))


def recall_by_height(engine: FaceEngine, found: Sequence[Portrait], threshold: float) -> tuple[Recall, ...]:
    """How well faces are found and known again, by height: each portrait shrunk, held against the person's others."""
    return tuple(_recall(engine, found, threshold, height) for height in HEIGHTS)


def _recall(engine: FaceEngine, found: Sequence[Portrait], threshold: float, height: int) -> Recall:
    faces, seen, pairs, known = 0, 0, 0, 0
    for portrait in found:
        others = [other.vector for other in found if other.person == portrait.person and other is not portrait]
        picture = opened(portrait.file, shrink=height / portrait.height) if portrait.height >= height else None
        if picture is None or not others:
            continue
        face = middle_face(engine, picture)
        faces, seen, pairs = faces + 1, seen + (face is not None), pairs + len(others)
        known += 0 if face is None else int((np.stack(others) @ face.vector >= threshold).sum())
    return Recall(height=height, faces=faces, found=seen / max(faces, 1), known=known / max(pairs, 1))


def calibrate(
    engine: FaceEngine, found: Sequence[Portrait], groups: tuple[Scores, Drawn] | None, source: str
) -> tuple[Calibration, Fit, Fit | None]:
    """The engine's calibration, with the fits of strangers and of people in one photograph that it rests on.

    Without group photographs, or too few, people at one event are taken to be what strangers are at a rate 100 times
    lower: so it is with SFace, where both were measured. `smallest` is the height from which on at least 85 % of the
    pairs that are known at full height are known. Raises PictureError when there is too little to measure.
    """
    same, other, drawn = pair_scores(found)
    strangers = fit_tail(other, drawn, source, rate=_FAR)
    event = None if groups is None else fit_tail(*groups, source, rate=SAME_EVENT)
    raised = replace(strangers.safe, base=strangers.safe.cosine(SAME_EVENT / _RAISE), share=SAME_EVENT)
    table = Calibration(
        strangers=strangers.safe,
        event=event.safe if event else raised,
        margin=strangers_lead(found),
        smallest=HEIGHTS[-1],
    )
    threshold = table.threshold(1)
    wanted = _KNOWN_AGAIN * float((same >= threshold).mean())
    smallest: float = HEIGHTS[-1]
    for recall in reversed(recall_by_height(engine, found, threshold)):
        if recall.faces == 0 or recall.known < wanted:
            break
        smallest = recall.height
    return replace(table, smallest=smallest), strangers, event


def opened(file: Path, *, shrink: float = 1.0) -> Picture | None:
    """The picture, smaller by a factor when one is given; None when it cannot be read."""
    try:
        picture = load(file.read_bytes(), file.name)
    except PictureError:
        return None
    if shrink == 1:
        return picture
    image = Image.fromarray(picture.pixels)
    size = (max(1, round(image.width * shrink)), max(1, round(image.height * shrink)))
    data = io.BytesIO()
    image.resize(size, Image.Resampling.LANCZOS).save(data, "PNG")
    return load(data.getvalue(), file.name)


def middle_face(engine: FaceEngine, picture: Picture) -> SeenFace | None:
    """The face nearest to the middle of the picture; None when there is none."""

    def distance(seen: SeenFace) -> float:
        box = seen.face.box
        across = (box.left + box.right - picture.width) / 2
        down = (box.top + box.bottom - picture.height) / 2
        return math.hypot(across, down)

    return min(engine.faces(picture), key=distance, default=None)
