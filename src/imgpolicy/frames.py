"""The further frames of an animation and pages of a document, one at a time: each is a `Picture` of its own.

The file may claim any number of them, and some formats give a frame only after all before it: how many are decoded is
bounded, and whoever looks at them says what was left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Generic, TypeVar

import numpy as np

from imgpolicy import formats
from imgpolicy.containers.limits import MAX_DECODED, MAX_MOVING
from imgpolicy.decoders import DECODER_ERRORS
from imgpolicy.errors import ExtractError, PictureError
from imgpolicy.facts import Fact, Unknown
from imgpolicy.phrase import phrase
from imgpolicy.picture import Picture, decoded, opened

Seen = TypeVar("Seen")

MOST_FRAMES = 24
"""How many frames or pages of one file are looked at: all, or else so many evenly from the first to the last."""

MOST_PIXELS = MAX_DECODED
"""How many pixels are decoded for them, at full scale; counted are the frames that have to be decoded on the way."""

MOST_REACHED = 10_000
"""How far into the file one of them may be."""


class Watch(Generic[Seen]):
    """What one extractor sees in the frames of a picture, which come once for all who look at them.

    `see` looks at one frame, and `conclude` makes the facts of what was seen and of how many frames there were to see.
    """

    def __init__(self, see: Callable[[Picture], Seen], conclude: Callable[[list[Seen], int], tuple[Fact, ...]]) -> None:
        self._see, self._conclude = see, conclude
        self._seen: list[Seen] = []
        self._trouble: ExtractError | None = None

    def look(self, shown: Picture) -> None:
        """Looks at the next frame; no more after one at which it could not look."""
        if self._trouble is None:
            try:
                self._seen.append(self._see(shown))
            except ExtractError as error:
                self._trouble = error

    def facts(self, count: int) -> tuple[Fact, ...]:
        """The facts; ExtractError when it could not look."""
        if self._trouble is not None:
            raise self._trouble
        return self._conclude(self._seen, count)


def frames(picture: Picture) -> Iterator[Picture]:
    """The picture itself, then its further frames or pages as pictures of their own, `frame` saying which.

    All of them, or a sample. Each has the size of its page and its pixels at the working scale; besides the first
    there is never more than one of them in memory. Where one cannot be decoded, or all together would be more than is
    decoded of a file, they end: `left_out` says so.
    """
    yield picture
    how = formats.decoder(picture.format)
    moments = how.frames is formats.Frames.MOMENTS
    if picture.frame_count == 1 or (moments and picture.width * picture.height > MAX_MOVING):
        return
    try:
        image = opened(picture.data, picture.name)
        # The frame that a file opens with is 0 here, and the one that is stored first takes its number.
        first = image.tell()
        spent = picture.width * picture.height
        for number in sample(picture)[1:]:
            if how.libheif:
                # It keeps every page that it has decoded.
                image = opened(picture.data, picture.name)
            # One by one: a frame may be larger than the first, and is decoded on the way to those after it.
            for step in range(image.tell() + 1, number + 1) if moments else (0 if number == first else number,):
                image.seek(step)
                spent += image.width * image.height
                if spent > MOST_PIXELS or (moments and image.width * image.height > MAX_MOVING):
                    return
            yield replace(picture, frame=number, **decoded(image, picture.name))
    except (PictureError, *DECODER_ERRORS):
        return


def show_each(picture: Picture, looks: Iterable[Callable[[Picture], None]]) -> int:
    """How many frames were looked at: each that shows something new is shown to all who look, the first first."""
    everybody = tuple(looks)
    count, before = 0, None
    for shown in frames(picture):
        count += 1
        if before is None or not np.array_equal(shown.pixels, before):
            for look in everybody:
                look(shown)
        before = shown.pixels
    return count


def look_at_each(picture: Picture, look: Callable[[Picture], Seen]) -> tuple[list[Seen], int]:
    """What `look` sees in each frame that shows something new, the first first, and how many frames were looked at."""
    seen: list[Seen] = []
    count = show_each(picture, [lambda shown: seen.append(look(shown))])
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
