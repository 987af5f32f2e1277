"""Files that cost as much as they can to look at: `python benchmarks/hostile.py [NAME FILE]` lists them or writes one.

They are small to store and large to open: rows that repeat, frames that are one frame's data many times, headers that
announce what is not there. Each is built in a process of its own, so that what it takes to build is not measured.
"""

from __future__ import annotations

import io
import struct
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
from PIL import Image
from pillow_heif import register_heif_opener

from imgpolicy.presets import sample

SIDE_79 = (9000, 8777)
"""79 megapixels, just under the limit."""
SIDE_16 = (4600, 3500)
"""16 megapixels: of these 24 frames come just under the limit of what is decoded."""


def scene(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A picture with something everywhere, that compresses well enough."""
    coarse = np.random.default_rng(1).integers(0, 256, (36, 48, 3), dtype=np.uint8)
    return Image.fromarray(coarse).convert(mode).resize((width, height), Image.Resampling.BILINEAR)


def slope(width: int, height: int) -> Image.Image:
    """A picture that compresses to next to nothing: light at the top, dark at the bottom."""
    return Image.linear_gradient("L").convert("RGB").resize((width, height))


def crowd(width: int, height: int, side: int) -> Image.Image:
    """The portrait of the sample again and again, each so many pixels wide."""
    portrait = Image.open(io.BytesIO((sample() / "examples" / "pictures" / "portrait.jpg").read_bytes())).convert("RGB")
    tile = portrait.resize((side, round(side * portrait.height / portrait.width)))
    whole = Image.new("RGB", (width, height))
    for top in range(0, height, tile.height):
        for left in range(0, width, side):
            whole.paste(tile, (left, top))
    return whole


def saved(image: Image.Image, kind: str, **how: object) -> bytes:
    """The file."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **how)
    return buffer.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


_ADAM7 = ((0, 8, 0, 8), (4, 8, 0, 8), (0, 4, 4, 8), (2, 4, 0, 4), (0, 2, 2, 4), (1, 2, 0, 2), (0, 1, 1, 2))
"""First column, step, first row, step."""


def packed_rows(width: int, height: int, bits: int, *, interlaced: bool = False) -> bytes:
    """The deflated rows of a PNG of so many bits a pixel: a gradient, the same in each row."""
    deflate = zlib.compressobj(6)
    out = []
    for left, across, top, down in _ADAM7 if interlaced else ((0, 1, 0, 1),):
        columns, rows = -(-(width - left) // across), -(-(height - top) // down)
        ramp = np.linspace(0, 255, -(-columns * bits // 8)).astype(np.uint8).tobytes()
        out += [deflate.compress(b"\0" + ramp) for _ in range(rows)]
    return b"".join([*out, deflate.flush()])


def png(size: tuple[int, int], depth: int, colour: int, *, interlaced: bool = False, more: bytes = b"") -> bytes:
    """A PNG written by hand, so that none of it has to be in memory."""
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    head = struct.pack(">IIBBBBB", *size, depth, colour, 0, 0, interlaced)
    body = packed_rows(*size, depth * channels, interlaced=interlaced)
    palette = chunk(b"PLTE", bytes(range(256)) * 3) + chunk(b"tRNS", bytes(range(256))) if colour == 3 else b""
    return b"".join(
        [b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", head), more, palette, chunk(b"IDAT", body), chunk(b"IEND", b"")]
    )


def apng(size: tuple[int, int], frames: int) -> bytes:
    """An APNG whose frames are all alike but one pixel column."""
    body = packed_rows(*size, 32)
    out = [b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", struct.pack(">IIBBBBB", *size, 8, 6, 0, 0, 0))]
    out.append(chunk(b"acTL", struct.pack(">II", frames, 0)))
    number = 0
    for frame in range(frames):
        out.append(chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, *size, 0, 0, 1, 10, frame % 3, frame % 2)))
        number += 1
        out.append(chunk(b"fdAT", struct.pack(">I", number) + body) if frame else chunk(b"IDAT", body))
        number += bool(frame)
    return b"".join([*out, chunk(b"IEND", b"")])


def gif(size: tuple[int, int], frames: int, *, local: bool = False) -> bytes:
    """A GIF whose frames have one frame's data, by turns with two palettes."""
    one = saved(slope(*size).quantize(256), "GIF")
    table = 3 * 2 ** ((one[10] & 7) + 1)
    data = one[one.index(b"\x2c" + struct.pack("<4H", 0, 0, *size), 13 + table) + 10 : -1]
    out = [one[: 13 + table], b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"]
    for frame in range(frames):
        out.append(b"\x21\xf9\x04" + bytes([4 * (1 + frame % 3) | frame % 2]) + b"\x0a\0\x07\0")
        colours = bytes((frame * 40 + value) % 256 for value in range(768)) if local else b""
        out.append(b"\x2c" + struct.pack("<4H", 0, 0, *size) + (b"\x87" if local else b"\0") + colours + data)
    return b"".join([*out, b"\x3b"])


def webp(size: tuple[int, int], frames: int, *, lossless: bool) -> bytes:
    """An animated WebP whose frames have one frame's data."""
    picture = slope(*size) if lossless else scene(*size)
    still = saved(picture, "WEBP", lossless=lossless, quality=30, method=2 if lossless else 0)
    coded = still[12:]
    canvas = struct.pack("<I", size[0] - 1)[:3] + struct.pack("<I", size[1] - 1)[:3]
    frame = bytes(6) + canvas + b"\x64\0\0\0" + coded
    chunks = b"VP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + canvas + b"ANIM" + struct.pack("<I", 6) + bytes(6)
    chunks += (b"ANMF" + struct.pack("<I", len(frame)) + frame + bytes(len(frame) % 2)) * frames
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


def tiff(size: tuple[int, int], pages: int, *, bits: int, samples: int, tile: int = 0) -> bytes:
    """A TIFF whose pages have one page's deflated data, in strips of 16 rows or in tiles that are one and the same.

    Samples of 32 bits are real numbers.
    """
    width, height = size
    columns, rows = (tile, tile) if tile else (width, 16)
    data = zlib.compress(np.linspace(0, 255, columns * rows * samples * bits // 8).astype(np.uint8).tobytes())
    pieces = (-(-width // columns) if tile else 1) * -(-height // rows)
    out = bytearray(b"II*\0" + bytes(4))
    where, bits_at = len(out) + 8, len(out)
    out += struct.pack("<4H", *[bits] * 4) + data * (1 if tile else pieces)
    starts = [where if tile else where + len(data) * piece for piece in range(pieces)]
    offsets_at = len(out)
    out += struct.pack(f"<{pieces}I", *starts)
    lengths_at = len(out)
    out += struct.pack(f"<{pieces}I", *[len(data)] * pieces)
    link = 4
    for _ in range(pages):
        struct.pack_into("<I", out, link, len(out))
        entries = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, samples, bits_at if samples > 2 else bits)]
        entries += [
            (259, 3, 1, 8),
            (262, 3, 1, 2 if samples > 1 else 1),
            (274, 3, 1, 1),
            (277, 3, 1, samples),
            (284, 3, 1, 1),
        ]
        entries += [(322, 4, 1, tile), (323, 4, 1, tile)] if tile else [(278, 4, 1, rows)]
        entries += [(324 if tile else 273, 4, pieces, offsets_at), (325 if tile else 279, 4, pieces, lengths_at)]
        entries += [(338, 3, 1, 2)] if samples == 4 else []
        entries += [(339, 3, 1, 3)] if bits == 32 else []
        out += struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *one) for one in sorted(entries))
        link = len(out)
        out += bytes(4)
    return bytes(out)


def turned(data: bytes) -> bytes:
    """The TIFF, saying that it lies on its side."""
    return data.replace(struct.pack("<HHII", 274, 3, 1, 1), struct.pack("<HHII", 274, 3, 1, 6))


def announced(data: bytes, width: int, height: int) -> bytes:
    """The JPEG with another size in its header than it has."""
    for marker in (b"\xff\xc0", b"\xff\xc2"):
        at = data.find(marker)
        if at > 0:
            return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]
    raise ValueError("no frame header")


def rescanned(data: bytes, times: int) -> bytes:
    """The progressive JPEG with its last scan so many times over: each is a walk over the whole picture."""
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * times + data[-2:]


def with_xmp(data: bytes, size: int) -> bytes:
    """The PNG with an XMP packet of so many bytes."""
    line = b"<rdf:li>" + b"x" * 100 + b"</rdf:li>"
    packet = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:subject><rdf:Bag>'
        + line * (size // len(line))
        + b"</rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    return data[:33] + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet) + data[33:]


def svg(elements: int, depth: int) -> bytes:
    """An SVG of so many elements, and groups in groups."""
    body = '<path d="M0 0 L9 9" fill="#123456"/>' * elements
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"<g>" * depth}{body}{"</g>" * depth}</svg>'.encode()


def heif(size: tuple[int, int], pages: int = 1) -> bytes:
    """A HEIC."""
    register_heif_opener()
    further = [scene(*size) for _ in range(pages - 1)]
    return saved(
        scene(*size), "HEIF", quality=10, save_all=True, append_images=further, enc_params={"preset": "ultrafast"}
    )


def heif16(size: tuple[int, int]) -> bytes:
    """A HEIC of 10 bits a sample, with transparency, and none of its channels thinned."""
    from pillow_heif import HeifFile

    file = HeifFile()  # type: ignore[no-untyped-call]  # pillow-heif leaves it untyped
    rows = np.tile(np.linspace(0, 65535, 4 * size[0]).astype(np.uint16), size[1])
    file.add_frombytes(mode="RGBA;16", size=size, data=rows.tobytes())
    buffer = io.BytesIO()
    file.save(buffer, quality=10, chroma=444, enc_params={"preset": "ultrafast"})
    return buffer.getvalue()


def avif(size: tuple[int, int], frames: int = 1) -> bytes:
    """An AVIF."""
    moments = (scene(*size).rotate(frame) for frame in range(1, frames))
    return saved(scene(*size), "AVIF", quality=10, speed=10, save_all=frames > 1, append_images=moments)


def jpeg(size: tuple[int, int], **how: object) -> bytes:
    """A JPEG."""
    return saved(scene(*size), "JPEG", quality=75, **how)


FILES: Mapping[str, Callable[[], bytes]] = {
    "plain.jpg": lambda: jpeg((4000, 3000)),
    "79mp-rgb.png": lambda: png(SIDE_79, 8, 2),
    "79mp-rgba16.png": lambda: png(SIDE_79, 16, 6),
    "79mp-grey16.png": lambda: png(SIDE_79, 16, 0),
    "79mp-palette.png": lambda: png(SIDE_79, 8, 3),
    "79mp-interlaced-rgba16.png": lambda: png(SIDE_79, 16, 6, interlaced=True),
    "81mp-rgb.png": lambda: png((9000, 9001), 8, 2),
    "bomb-900mp.png": lambda: png((30000, 30000), 1, 0),
    "bomb-thin.png": lambda: png((1, 79_000_000), 8, 2),
    "xmp-90mb.png": lambda: with_xmp(png((800, 600), 8, 2), 90_000_000),
    "frames-24x16mp.apng": lambda: apng(SIDE_16, 24),
    "frames-2000x1mp.apng": lambda: apng((1100, 900), 2000),
    "frames-5x79mp.apng": lambda: apng(SIDE_79, 5),
    "frames-24x16mp.gif": lambda: gif(SIDE_16, 24),
    "frames-24x16mp-local.gif": lambda: gif(SIDE_16, 24, local=True),
    "frames-200x4mp-local.gif": lambda: gif((2300, 1800), 200, local=True),
    "frames-2000x1mp-local.gif": lambda: gif((550, 450), 2000, local=True),
    "frames-5x79mp-local.gif": lambda: gif(SIDE_79, 5, local=True),
    "frames-24x16mp-lossy.webp": lambda: webp(SIDE_16, 24, lossless=False),
    "frames-24x16mp-lossless.webp": lambda: webp(SIDE_16, 24, lossless=True),
    "frames-400x1mp-lossy.webp": lambda: webp((1100, 900), 400, lossless=False),
    "frames-400x1mp-lossless.webp": lambda: webp((1100, 900), 400, lossless=True),
    "frames-5x79mp-lossless.webp": lambda: webp(SIDE_79, 5, lossless=True),
    "79mp-lossy.webp": lambda: saved(scene(*SIDE_79), "WEBP", quality=30, method=0),
    "pages-24x16mp-rgb16.tif": lambda: tiff(SIDE_16, 24, bits=16, samples=3),
    "pages-24x16mp-rgba.tif": lambda: tiff(SIDE_16, 24, bits=8, samples=4),
    "pages-2000x16mp.tif": lambda: tiff(SIDE_16, 2000, bits=8, samples=3),
    "79mp-rgba-turned.tif": lambda: turned(tiff(SIDE_79, 1, bits=8, samples=4)),
    "79mp-rgba.tif": lambda: tiff(SIDE_79, 1, bits=8, samples=4),
    "79mp-rgb16.tif": lambda: tiff(SIDE_79, 5, bits=16, samples=3),
    "79mp-grey16.tif": lambda: tiff(SIDE_79, 5, bits=16, samples=1),
    "79mp-float.tif": lambda: tiff(SIDE_79, 1, bits=32, samples=1),
    "79mp-tiled.tif": lambda: tiff(SIDE_79, 1, bits=8, samples=3, tile=512),
    "79mp-jpeg.tif": lambda: saved(scene(*SIDE_79), "TIFF", compression="jpeg"),
    "64mp.heic": lambda: heif((8000, 8000)),
    "pages-24x12mp.heic": lambda: heif((4000, 3000), 24),
    "48mp-rgba10.heic": lambda: heif16((8000, 6000)),
    "48mp-rgba-444.avif": lambda: saved(scene(8000, 6000).convert("RGBA"), "AVIF", speed=10, subsampling="4:4:4"),
    "frames-5x48mp.avif": lambda: avif((8000, 6000), 5),
    "64mp.avif": lambda: avif((8000, 8000)),
    "frames-24x16mp.avif": lambda: avif(SIDE_16, 24),
    "79mp-8bit.bmp": lambda: saved(scene(*SIDE_79, "L"), "BMP"),
    "79mp-1bit.bmp": lambda: saved(scene(*SIDE_79, "1"), "BMP"),
    "79mp.jpg": lambda: jpeg(SIDE_79),
    "79mp-progressive.jpg": lambda: jpeg(SIDE_79, progressive=True, subsampling=0),
    "79mp-cmyk.jpg": lambda: saved(scene(*SIDE_79, "CMYK"), "JPEG"),
    "79mp-cmyk-progressive.jpg": lambda: saved(scene(*SIDE_79, "CMYK"), "JPEG", progressive=True),
    "108mp.jpg": lambda: jpeg((12000, 9000)),
    "108mp-progressive.jpg": lambda: jpeg((12000, 9000), progressive=True),
    "200mp.jpg": lambda: jpeg((16320, 12240)),
    "200mp-444.jpg": lambda: jpeg((16320, 12240), subsampling=0),
    "200mp-progressive.jpg": lambda: jpeg((16320, 12240), progressive=True),
    "200mp-cmyk.jpg": lambda: saved(scene(16320, 12240, "CMYK"), "JPEG"),
    "announced-4gp.jpg": lambda: announced(jpeg((800, 600)), 65500, 65500),
    "announced-108mp.jpg": lambda: announced(jpeg((800, 600)), 12000, 9000),
    "announced-79mp-progressive.jpg": lambda: announced(jpeg((800, 600), progressive=True), *SIDE_79),
    "rescanned-79mp.jpg": lambda: rescanned(announced(jpeg((800, 600), progressive=True), *SIDE_79), 400),
    "rescanned-12mp.jpg": lambda: rescanned(jpeg((4000, 3000), progressive=True), 200),
    "thin.jpg": lambda: jpeg((65500, 8)),
    "behind.jpg": lambda: jpeg((800, 600)) + jpeg((4000, 3000)) * 60,
    "crowd-24mp.jpg": lambda: saved(crowd(6000, 4000, 150), "JPEG"),
    "crowd-79mp.jpg": lambda: saved(crowd(*SIDE_79, 260), "JPEG"),
    "crowd-12mp.png": lambda: saved(crowd(4000, 3000, 60), "PNG"),
    "crowd-24x16mp.tif": lambda: saved(
        crowd(*SIDE_16, 180), "TIFF", compression="jpeg", quality=15, save_all=True, append_images=list(crowds())
    ),
    "crowd-24x16mp.webp": lambda: saved(
        crowd(*SIDE_16, 180), "WEBP", quality=40, method=0, save_all=True, append_images=list(crowds())
    ),
    "people-24x12mp.tif": lambda: saved(
        crowd(4000, 3100, 640), "TIFF", compression="jpeg", quality=25, save_all=True, append_images=list(people())
    ),
    "elements.svg": lambda: svg(400_000, 10),
    "deep.svg": lambda: svg(10, 100_000),
}


def crowds() -> Iterator[Image.Image]:
    """23 pictures of crowds, no two of them alike."""
    for more in range(23):
        yield crowd(*SIDE_16, 181 + more)


def people() -> Iterator[Image.Image]:
    """23 pictures of some thirty people, no two of them alike."""
    for more in range(23):
        yield crowd(4000, 3100, 641 + more)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        print("\n".join(FILES))
    else:
        Path(sys.argv[2]).write_bytes(FILES[sys.argv[1]]())
