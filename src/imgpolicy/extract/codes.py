"""QR codes and bar codes as a fact, read by zxing-cpp.

The whole frame is read at the working scale, and every place that is as dense with edges as a code also at full scale,
and laid straight: bar codes and PDF417 are read along lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from imgpolicy.domain.geometry import Point, Quad, apart, box_about, overlap
from imgpolicy.engines.edges import Grey, dense_places, lean
from imgpolicy.engines.opencv import opencv_at_rest
from imgpolicy.facts import Code, Codes, Unknown
from imgpolicy.frames import Watch, left_out, look_at_each
from imgpolicy.phrase import phrase
from imgpolicy.picture import Picture, finer_to_be_had, grey_at, scale_within

if TYPE_CHECKING:
    from zxingcpp import Barcode

_SYMBOLOGIES: Mapping[str, str] = {
    "QR Code": "qr",
    "Micro QR Code": "micro-qr",
    "rMQR Code": "rmqr",
    "Aztec": "aztec",
    "Data Matrix": "data-matrix",
    "PDF417": "pdf417",
    "MaxiCode": "maxicode",
}
"""The names of codes in two directions; bar codes have theirs in small letters."""

_TRUSTED = frozenset({"QR Code", "Aztec", "PDF417"})
"""Of what cannot be decoded only these are codes for certain: their corners are found before their modules."""

_ALIGNED = 0.3
"""The share of edges that have one direction, or its right angle, from which a place may be a code that leans."""
_STRAIGHT = 1.0
"""Degrees: what leans less was read already."""
_MOST_PIXELS = 50_000_000
"""Pixels that are decoded; of a larger picture every second is, and so on."""
_ENLARGED = 3
"""How many times a code is enlarged whose corners are seen and that cannot be decoded. Of Aztec codes of 3 to 6 pixels
a module on photographs of paper, tilted, 10 of 10 each are read so, and 3 to 9 as they are (benchmarks/text.py)."""
_MOST_ENLARGED = 1_000_000
_AROUND = 8
"""Pixels about a code that are enlarged with it, and a part of its size more."""
_SAME = 0.3
MOST_CODES = 100
"""Codes that are kept of one frame."""

_UNREADABLE = Unknown(
    what=phrase("codes that cannot be read"),
    reason=phrase("the picture shows a code that is damaged, blurred or too small to be read here"),
)
_TOO_MANY = Unknown(
    what=phrase("further codes"), reason=phrase("more than {most} codes; cut it into parts", most=MOST_CODES)
)

_Look = tuple[tuple[Code, ...], tuple[Unknown, ...]]
"""The codes of one frame, and what of it could not be read."""


class CodeExtractor:
    """An `Extractor` of `Codes`."""

    gives = Codes
    name = "codes"
    version = "1"
    sensitive = False
    limits = (
        Unknown(
            what=phrase("small codes"),
            reason=phrase("codes with less than three pixels to a module may not be read"),
            lifts=False,
        ),
    )

    def extract(self, picture: Picture) -> Codes:
        """The codes of all frames, from the top down; those that cannot be read are an unknown."""
        return _concluded(picture, *look_at_each(picture, codes))

    def watch(self, picture: Picture) -> Watch[_Look]:
        """The same of frames that it is shown."""
        return Watch(codes, lambda looks, count: (_concluded(picture, looks, count),))


def _concluded(picture: Picture, looks: Sequence[_Look], count: int) -> Codes:
    unknowns = dict.fromkeys(unknown for _, unknowns in looks for unknown in unknowns)
    return Codes(
        codes=tuple(code for found, _ in looks for code in found),
        unknowns=(*unknowns, *left_out(picture, count, phrase("codes in further frames"))),
    )


def codes(picture: Picture) -> _Look:
    """The codes of one frame, each once, in pixels of the upright picture at full scale."""
    found: list[Code] = []
    broken: list[Quad] = []
    with opencv_at_rest():
        for barcode, corners in _seen(picture):
            if barcode.valid:
                code = _code(barcode, corners, picture)
                if not any(_same(code, other) for other in found):
                    found.append(code)
            else:
                broken.append(corners)
    found.sort(key=lambda code: (code.box.top, code.box.left))
    # From afar a code may look like another one, or like a part of one.
    places = (box_about(one, picture.width, picture.height) for one in broken)
    unread = [place for place in places if all(apart(place, code.box) for code in found)]
    unknowns = (*([_TOO_MANY] if len(found) > MOST_CODES else []), *([_UNREADABLE] if unread else []))
    return tuple(found[:MOST_CODES]), unknowns


def _seen(picture: Picture) -> Iterator[tuple[Barcode, Quad]]:
    """What zxing-cpp sees in the frame, and where its corners lie at full scale."""
    import cv2
    import zxingcpp

    whole = cv2.cvtColor(picture.pixels, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)
    up = np.diag([picture.width / whole.shape[1], picture.height / whole.shape[0], 1])
    yield from _with_those_enlarged(zxingcpp.read_barcodes(whole, return_errors=True), whole, up)
    for part, onto in _parts(picture, whole):
        seen = zxingcpp.read_barcodes(part, try_downscale=False, try_invert=False, return_errors=True)
        yield from _with_those_enlarged(seen, part, onto)
        yield from _straightened_codes(part, onto)


def _with_those_enlarged(
    seen: Iterable[Barcode], grey: Grey, onto: NDArray[np.float64]
) -> Iterator[tuple[Barcode, Quad]]:
    """What was seen in the picture; of codes whose corners alone were seen what they hold, enlarged."""
    import zxingcpp

    for barcode in seen:
        if barcode.valid:
            yield barcode, _moved(barcode, onto)
        elif str(barcode.symbology) in _TRUSTED:
            part, back = _enlarged(grey, _moved(barcode, np.eye(3)))
            read = zxingcpp.read_barcodes(part, try_downscale=False) if part.size else []
            yield from ((one, _moved(one, onto @ back)) for one in read)
            if not read:
                yield barcode, _moved(barcode, onto)


def _enlarged(grey: Grey, corners: Quad) -> tuple[Grey, NDArray[np.float64]]:
    """The place with these corners and what is around it, enlarged, and the matrix that takes its points back."""
    import cv2

    xs, ys = [point.x for point in corners], [point.y for point in corners]
    margin = 0.3 * max(max(xs) - min(xs), max(ys) - min(ys)) + _AROUND
    left, top = max(0, int(min(xs) - margin)), max(0, int(min(ys) - margin))
    part = grey[top : int(max(ys) + margin) + 1, left : int(max(xs) + margin) + 1]
    if not 0 < part.size <= _MOST_ENLARGED:
        return part[:0], np.eye(3)
    larger = cv2.resize(part, None, fx=_ENLARGED, fy=_ENLARGED, interpolation=cv2.INTER_CUBIC)
    # Between the centres of pixels, as OpenCV scales.
    step, shift = 1 / _ENLARGED, (1 / _ENLARGED - 1) / 2
    return larger.astype(np.uint8, copy=False), np.array([[step, 0, left + shift], [0, step, top + shift], [0, 0, 1]])


def _straightened_codes(grey: Grey, onto: NDArray[np.float64]) -> Iterator[tuple[Barcode, Quad]]:
    """The codes that are read along lines, where these lean: laid straight first, and enlarged where they are small."""
    import zxingcpp

    degrees, strength = lean(grey)
    if strength < _ALIGNED or abs(degrees) < _STRAIGHT:
        return
    along_lines = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.AllLinear, zxingcpp.BarcodeFormat.PDF417])
    straight, back = _turned(grey, degrees)
    seen = zxingcpp.read_barcodes(
        straight, formats=along_lines, try_downscale=False, try_invert=False, return_errors=True
    )
    yield from _with_those_enlarged(seen, straight, onto @ back)


def _halved(grey: Grey) -> Grey:
    import cv2

    size = (max(1, grey.shape[1] // 2), max(1, grey.shape[0] // 2))
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def _parts(picture: Picture, whole: Grey) -> Iterator[tuple[Grey, NDArray[np.float64]]]:
    """The places that may hold a code, as fine as can be, and the matrix that takes their points to the picture.

    A code of large modules is dense only from afar.
    """
    small = _halved(_halved(whole))
    back = np.diag([picture.width / small.shape[1], picture.height / small.shape[0], 1])
    for left, top, right, bottom in dense_places(small):
        onto = back @ np.array([[1, 0, left], [0, 1, top], [0, 0, 1]])
        yield np.ascontiguousarray(small[top:bottom, left:right]), onto
    places = dense_places(whole)
    if not places:
        return
    scale = scale_within(picture, _MOST_PIXELS)
    finer = finer_to_be_had(picture) and picture.scale > scale
    fine = grey_at(picture, scale) if finer else whole
    grow = max(fine.shape) / max(whole.shape)
    step = max(picture.width, picture.height) / max(fine.shape)
    for place in places:
        left, top, right, bottom = (round(edge * grow) for edge in place)
        part = np.ascontiguousarray(fine[top:bottom, left:right])
        if part.size:
            yield part, np.array([[step, 0, left * step], [0, step, top * step], [0, 0, 1]])


def _turned(grey: Grey, degrees: float) -> tuple[Grey, NDArray[np.float64]]:
    """The picture turned, whole, on white; and the matrix that takes its points back."""
    import cv2

    height, width = grey.shape
    side = int(np.ceil(np.hypot(width, height)))
    onto = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1), [0, 0, 1]])
    onto[:2, 2] += (side - width) / 2, (side - height) / 2
    turned = cv2.warpAffine(grey, onto[:2], (side, side), flags=cv2.INTER_CUBIC, borderValue=(255,))
    return turned.astype(np.uint8, copy=False), np.linalg.inv(onto)


def _moved(barcode: Barcode, onto: NDArray[np.float64]) -> Quad:
    at = barcode.position
    corners = np.array([(p.x, p.y, 1.0) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)])
    moved = corners @ onto.T
    first, second, third, fourth = (Point(float(x), float(y)) for x, y, _ in moved)
    return first, second, third, fourth


def _code(barcode: Barcode, corners: Quad, picture: Picture) -> Code:
    symbology = str(barcode.symbology)
    return Code(
        box=box_about(corners, picture.width, picture.height),
        kind=_SYMBOLOGIES.get(symbology, str(barcode.format).lower().replace(" ", "-")),
        value=barcode.text,
        corners=corners,
        frame=picture.frame,
    )


def _same(one: Code, other: Code) -> bool:
    return one.kind == other.kind and one.value == other.value and overlap(one.box, other.box) > _SAME
