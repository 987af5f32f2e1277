"""Logos looked for in scenes."""

from __future__ import annotations

import io
import math
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from tests.drawn import Pixels, mark, page, png, with_mark

from imgpolicy.domain.geometry import Box
from imgpolicy.domain.work import KnownArtwork, KnownLogo, WorkKind
from imgpolicy.enrol import known_artwork
from imgpolicy.errors import RegisterError
from imgpolicy.extract.logos.artwork import read_artwork
from imgpolicy.extract.logos.extractor import LogoExtractor
from imgpolicy.extract.logos.looks import Look
from imgpolicy.extract.logos.scan import candidates, shared
from imgpolicy.extract.logos.search import IN_ONE_COLOUR, POSSIBLE, held_back, searchable
from imgpolicy.extract.logos.variants import painted, variants
from imgpolicy.extract.logos.verifier import verifier
from imgpolicy.match import LogoMatch
from imgpolicy.match.logos import CERTAIN, match_logos
from imgpolicy.picture import Picture, load

PLACE = (500, 200, 620, 320)


@pytest.fixture(scope="module")
def artwork() -> KnownArtwork:
    return known_artwork(read_artwork(png(mark()), "star"))


def known(name: str, *artworks: KnownArtwork) -> KnownLogo:
    return KnownLogo(id=name, kind=WorkKind.OWN_LOGO, title=name, owner=None, artworks=artworks)


@pytest.fixture(scope="module")
def logos(artwork: KnownArtwork) -> tuple[KnownLogo, ...]:
    steps = known_artwork(read_artwork(png(mark("steps")), "steps"))
    return known("star", artwork), known("steps", steps)


def scene(pixels: Pixels, scale: float = 1.0) -> Picture:
    """The picture that has these pixels at the working scale."""
    height, width = pixels.shape[:2]
    size = {"width": round(width * scale), "height": round(height * scale)}
    return replace(load(png(Image.new("RGB", (9, 9))), "scene.png"), pixels=pixels, **size)


def find_logos(logos: tuple[KnownLogo, ...], picture: Picture) -> list[LogoMatch]:
    return list(match_logos(LogoExtractor(logos).extract(picture), logos))


def near(one: Box, other: tuple[int, int, int, int]) -> bool:
    corners = [np.array([box[:2], box[2:]], np.float32) for box in (one, other)]
    return shared(*corners) > 0.5


@pytest.mark.slow
def test_a_logo_on_a_plate_is_found_where_it_is(logos: tuple[KnownLogo, ...]) -> None:
    (found,) = find_logos(logos, scene(with_mark(page(), mark(), PLACE)))
    assert (found.work, found.kind) == ("star", WorkKind.OWN_LOGO)
    assert near(found.box, PLACE)
    assert found.score > POSSIBLE


@pytest.mark.slow
def test_the_box_is_in_pixels_of_the_full_picture(logos: tuple[KnownLogo, ...]) -> None:
    (found,) = find_logos(logos, scene(with_mark(page(), mark(), PLACE), scale=3.0))
    left, top, right, bottom = (3 * side for side in PLACE)
    assert near(found.box, (left, top, right, bottom))


@pytest.mark.slow
def test_a_white_logo_on_a_dark_shirt_is_the_logo(logos: tuple[KnownLogo, ...]) -> None:
    steps = read_artwork(png(mark("steps")), "steps")
    silhouette, *_ = variants(steps)
    white = Image.fromarray(painted(steps, silhouette, (255, 255, 255)).pixels)
    shirt = np.asarray(page() * 0.3, np.uint8)
    (found,) = find_logos(logos, scene(with_mark(shirt, white, PLACE, plate=False)))
    assert (found.work, near(found.box, PLACE)) == ("steps", True)


def test_a_mark_in_one_colour_is_possible_and_never_certain() -> None:
    evidence = [held_back(each) for each in (POSSIBLE, 9.4, 10.0, 12.0, 16.0)]
    assert evidence == sorted(set(evidence))
    assert evidence[:2] == [POSSIBLE, 9.4]
    assert evidence[-1] < IN_ONE_COLOUR < CERTAIN


@pytest.mark.slow
@pytest.mark.parametrize("degrees", [-25, 18])
def test_a_turned_logo_is_found(logos: tuple[KnownLogo, ...], degrees: int) -> None:
    turned = mark("steps").rotate(degrees, Image.Resampling.BICUBIC, expand=True)
    (found,) = find_logos(logos, scene(with_mark(page(), turned, PLACE)))
    assert (found.work, near(found.box, PLACE)) == ("steps", True)


@pytest.mark.slow
def test_a_logo_on_a_later_page_is_found_there_and_one_on_all_pages_once(logos: tuple[KnownLogo, ...]) -> None:
    first = with_mark(page(), mark(), PLACE)
    pages = [Image.fromarray(first), Image.fromarray(with_mark(first, mark("steps"), (100, 100, 260, 260)))]
    file = io.BytesIO()
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    seen = LogoExtractor(logos).extract(load(file.getvalue(), "pages.tiff"))
    assert [(found.work, found.frame) for found in match_logos(seen, logos)] == [("star", 0), ("steps", 1)]
    assert seen.unknowns == ()


@pytest.mark.slow
def test_two_logos_are_both_found(logos: tuple[KnownLogo, ...]) -> None:
    both = with_mark(with_mark(page(), mark(), PLACE), mark("steps"), (100, 100, 260, 260))
    assert {found.work for found in find_logos(logos, scene(both))} == {"star", "steps"}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_picture_without_a_logo_has_none(logos: tuple[KnownLogo, ...], seed: int) -> None:
    assert find_logos(logos, scene(page(seed=seed))) == []


@pytest.mark.slow
def test_another_mark_is_not_taken_for_it(logos: tuple[KnownLogo, ...]) -> None:
    assert find_logos(logos[:1], scene(with_mark(page(), mark("steps"), PLACE))) == []


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 3), (20, 20)])
def test_a_picture_too_small_for_a_logo_has_none(logos: tuple[KnownLogo, ...], size: tuple[int, int]) -> None:
    assert find_logos(logos, scene(np.full((*size, 3), 200, np.uint8))) == []


def test_without_logos_nothing_is_looked_for() -> None:
    assert find_logos((), scene(page())) == []


@pytest.mark.slow
def test_the_place_is_proposed_before_anything_else(logos: tuple[KnownLogo, ...]) -> None:
    places = candidates(with_mark(page(), mark(), PLACE, plate=False), [one.template for one in searchable(logos[:1])])
    left, top, right, bottom = PLACE
    truth = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    assert shared(places[0].quad, truth) > 0.5


@pytest.mark.slow
def test_a_template_of_another_version_is_learnt_from_the_artwork(artwork: KnownArtwork) -> None:
    old = replace(artwork, version="0", template=b"what an older version stored")
    (learnt,) = searchable([known("star", old)])
    (fresh,) = searchable([known("star", artwork)])
    for view, same in zip(learnt.template.views, fresh.template.views, strict=True):
        assert np.allclose(view.weights, same.weights, rtol=1e-3, atol=1e-3)


def test_a_mark_too_simple_is_not_looked_for(artwork: KnownArtwork) -> None:
    assert searchable([known("star", replace(artwork, template=None)), known("bare")]) == ()


def test_a_damaged_template_is_said(artwork: KnownArtwork) -> None:
    with pytest.raises(RegisterError, match="damaged"):
        searchable([known("star", replace(artwork, template=b"no template"))])


@pytest.mark.slow
def test_what_was_seen_is_artwork_without_a_name_and_the_register_says_whose(logos: tuple[KnownLogo, ...]) -> None:
    seen = LogoExtractor(logos).extract(scene(with_mark(page(), mark(), PLACE)))
    (one,) = seen.sightings
    assert one.artwork == logos[0].artworks[0].sha256
    renamed = replace(logos[0], id="sun", title="Sun", kind=WorkKind.COMPETITOR_LOGO)
    (found,) = match_logos(seen, [renamed])
    assert (found.work, found.title, found.kind) == ("sun", "Sun", WorkKind.COMPETITOR_LOGO)
    assert (found.score, found.certain) == (round(one.evidence, 2), one.evidence >= CERTAIN)
    assert list(match_logos(seen, logos[1:])) == []


def test_the_options_are_of_the_artwork_that_is_looked_for_and_of_nothing_else(logos: tuple[KnownLogo, ...]) -> None:
    star, steps = logos
    options = LogoExtractor(logos).options
    assert LogoExtractor((replace(steps, id="a", title="Another name"), star)).options == options
    assert LogoExtractor((star,)).options not in {options, ""}
    simple = replace(star, artworks=(replace(star.artworks[0], template=None),))
    assert (LogoExtractor().options, LogoExtractor((simple,)).options) == ("", "")


@pytest.mark.slow
def test_the_verifier_takes_any_number_of_places() -> None:
    places = [np.full((64, 64, 3), level, np.uint8) for level in range(33)]
    look = Look(painted=False, pixels=np.zeros((64, 64, 4), np.uint8))
    logits, offsets = verifier().judge(places, [look] * 33)
    assert (logits.shape, offsets.shape) == ((33,), (33, 8))
    one, _ = verifier().judge(places[20:21], [look])
    assert math.isclose(float(one[0]), float(logits[20]), rel_tol=1e-3, abs_tol=1e-3)
