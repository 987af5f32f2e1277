"""Files as Pillow and libheif see them, nothing decoded yet, and what is refused because decoding would cost too much.

Apart, so that those who need no more load no numpy.
"""

import io

from PIL import Image, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile

from imgpolicy import formats
from imgpolicy.containers import jpeg
from imgpolicy.containers.limits import MAX_COEFFICIENTS, MAX_SCANNED, MAX_SIDE
from imgpolicy.errors import PictureError
from imgpolicy.phrase import phrase

_SCAN = b"\xff\xda"
"""Before each scan of a JPEG; inside one it cannot be."""


def open_image(data: bytes) -> Image.Image:
    """The file, opened by whom the table of formats says. Raises what decoders raise, `decoders.DECODER_ERRORS`.

    A JPEG may announce any size, for its decoder can scale; what else is in the file is no frame of it. Of a HEIC it is
    the primary picture, which libheif has turned upright.
    """
    if formats.is_for_libheif(data):
        from pillow_heif import HeifImageFile

        return HeifImageFile(io.BytesIO(data))  # type: ignore[no-untyped-call]  # pillow-heif leaves it untyped
    if not jpeg.matches(data):
        return Image.open(io.BytesIO(data), formats=formats.PILLOW)
    try:
        return JpegImageFile(io.BytesIO(data))
    except SyntaxError as error:
        raise UnidentifiedImageError(str(error)) from error


def refuse_bomb(image: Image.Image, name: str) -> None:
    """Nothing, when the frame has no more pixels than can be decoded; else PictureError, nothing decoded yet."""
    how = formats.decoder(formats.opened_as(image.format).name)
    if image.width * image.height > how.most:
        raise PictureError(
            phrase(
                "{name}: {width} x {height} is more than the limit of {most} megapixels for {format};"
                " make the picture smaller",
                name=name,
                width=image.width,
                height=image.height,
                most=how.most // 10**6,
                format=how.label,
            )
        )
    if max(image.size) > MAX_SIDE:
        raise PictureError(
            phrase(
                "{name}: {width} x {height} is longer than the limit of {most} pixels a side; cut the picture in parts",
                name=name,
                width=image.width,
                height=image.height,
                most=f"{MAX_SIDE:,}",
            )
        )


def refuse_held_whole(image: Image.Image, data: bytes, name: str) -> None:
    """Nothing, when all that the decoder has to hold of a newly opened JPEG is little enough; else PictureError.

    One that comes in several scans is held in memory whole, at whatever scale it is asked for, and gone through again
    for each: a progressive one, and another one when its first scan has not all of its channels.
    """
    if not isinstance(image, JpegImageFile) or image.fp is None:
        return
    first = data.rfind(_SCAN, 0, image.fp.tell())
    if not image.info.get("progressive") and data[first + 4 : first + 5] == bytes([image.layers]):
        return
    # What stands behind the picture may be another one with scans of its own: a few.
    scans, pixels = data.count(_SCAN, first), image.width * image.height
    if _coefficients(image) > MAX_COEFFICIENTS or pixels * scans > MAX_SCANNED:
        raise PictureError(
            phrase(
                "{name}: a progressive JPEG of {width} x {height} in {scans} scans takes too much memory or time;"
                " save it as a baseline JPEG, or make it smaller",
                name=name,
                width=image.width,
                height=image.height,
                scans=scans,
            )
        )


def _coefficients(image: JpegImageFile) -> int:
    """Bytes of all coefficients: two for each, and of thinned channels fewer."""
    samples = [(max(1, across), max(1, down)) for _, across, down, _ in image.layer]
    whole = max(across for across, _ in samples) * max(down for _, down in samples)
    return 2 * image.width * image.height * sum(across * down for across, down in samples) // whole
