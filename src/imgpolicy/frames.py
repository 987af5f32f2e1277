"""The further frames of an animation and pages of a document, one at a time: each is a `Picture` of its own.

The file may claim any number of them, and some formats give a frame only after all before it: how many are decoded is
bounded, and whoever looks at them says what was left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

import numpy as np

from imgpolicy import formats
from imgpolicy.decoders import DECODER_ERRORS
from imgpolicy.errors import PictureError
from imgpolicy.facts import Unknown
from imgpolicy.phrase import phrase
from imgpolicy.picture import Picture, decoded, opened

Seen = TypeVar("Seen")

MOST_FRAMES = 24
"""How many frames or pages of one file are looked at: all, or else so many evenly from the first to the last."""

MOST_PIXELS = 400_000_000
"""How many pixels are decoded for them, at full scale; counted are the frames that have to be decoded on the way."""

MOST_REACHED = 10_000
"""How far into the file one of them may be."""


def frames(picture: Picture) -> Iterator[Picture]:
    """The picture itself, then its further frames or pages as pictures of their own, `frame` saying which.

    All of them, or a sample. Each has the size of its page and its pixels at the working scale; besides the first
    there is never more than one of them in memory. Where one cannot be decoded they end: `left_out` says so.
    """
    yield picture
    if picture.frame_count == 1:
        return
    try:
        image = opened(picture.data, picture.name)
        # The frame that a file opens with is 0 here, and the one that is stored first takes its number.
        first = image.tell()
        for number in sample(picture)[1:]:
            image.seek(0 if number == first else number)
            yield replace(picture, frame=number, **decoded(image, picture.name))
    except (PictureError, *DECODER_ERRORS):
        return


def look_at_each(picture: Picture, look: Callable[[Picture], Seen]) -> tuple[list[Seen], int]:
    """What `look` sees in each frame that shows something new, the first first, and how many frames were looked at."""
    seen: list[Seen] = []
    count, before = 0, None
    for shown in frames(picture):
        count += 1
        if before is None or not np.array_equal(shown.pixels, before):
            seen.append(look(shown))
        before = shown.pixels
    return seen, count


def sample(picture: Picture) -> tuple[int, ...]:
    """The numbers of the frames to look at, the first being 0: evenly spread over those that can be reached."""
    most, reach = MOST_FRAMES, min(picture.frame_count, MOST_REACHED)
    affordable = max(1, MOST_PIXELS // (picture.width * picture.height))
    if formats.decoder(picture.format).frames is formats.Frames.PAGES:
        most = min(most, affordable)
    else:
        reach = min(reach, affordable)
    count = min(most, reach)
    return tuple(round((reach - 1) * at / max(count - 1, 1)) for at in range(count))


def left_out(picture: Picture, looked_at: int, what: str) -> tuple[Unknown, ...]:
    """What to say when only so many frames were looked at, `what` naming what may be in the others; else nothing."""
    if looked_at == picture.frame_count:
        return ()
    reason = phrase("{seen} of {count} frames or pages were looked at", seen=looked_at, count=picture.frame_count)
    return (Unknown(what=what, reason=reason),)
