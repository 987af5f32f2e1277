"""Pictures with one secret each in one hiding place, written here byte by byte."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image, ImageCms, ImageDraw

SECRET = b"ZZSECRET-55.6761N-12.5683E"
CREDIT = "(c) 2026 A. Photographer"
LATITUDE, LONGITUDE = 55.676111, 12.568333


def picture() -> Image.Image:
    """A small picture in which a turn, a mirror and a change of colour all show."""
    image = Image.new("RGB", (48, 32), (40, 90, 160))
    draw = ImageDraw.Draw(image)
    draw.rectangle((5, 5, 30, 20), fill=(200, 30, 30))
    draw.line((0, 31, 47, 0), fill=(255, 255, 0), width=3)
    return image


def encoded(kind: str, icc: bytes | None = None) -> bytes:
    """The picture as a file of this kind."""
    buffer = io.BytesIO()
    picture().save(buffer, kind, icc_profile=icc)
    return buffer.getvalue()


def entry(tag: int, kind: int, count: int, value: bytes) -> bytes:
    """One entry of a big-endian directory; the value is padded to four bytes."""
    return struct.pack(">HHI", tag, kind, count) + value.ljust(4, b"\0")


def directory(*entries: bytes, following: int = 0) -> bytes:
    """A big-endian directory."""
    return struct.pack(">H", len(entries)) + b"".join(entries) + struct.pack(">I", following)


def exif(*, orientation: int = 1, note: bytes = b"", text: bytes = b"", gps: bool = True) -> bytes:
    """A TIFF structure: orientation, GPS, and where given a description and a maker note."""
    fixed = 8 + 2 + 12 * 4 + 4
    gps_at, exif_at = fixed, fixed + 2 + 12 * 4 + 4
    data_at = exif_at + 2 + 12 + 4
    degrees = struct.pack(">6I", 55, 1, 40, 1, 34, 1) + struct.pack(">6I", 12, 1, 34, 1, 6, 1)
    text_at = data_at + len(degrees)
    ifd0 = directory(
        entry(0x010E, 2, max(len(text), 5), struct.pack(">I", text_at)),
        entry(0x0112, 3, 1, struct.pack(">H", orientation)),
        entry(0x8769, 4, 1, struct.pack(">I", exif_at)),
        entry(0x8825, 4, 1, struct.pack(">I", gps_at)) if gps else entry(0x0213, 3, 1, b"\0\1"),
    )
    gps_ifd = directory(
        entry(1, 2, 2, b"N\0"),
        entry(2, 5, 3, struct.pack(">I", data_at)),
        entry(3, 2, 2, b"E\0"),
        entry(4, 5, 3, struct.pack(">I", data_at + 24)),
    )
    tail = text.ljust(5, b"\0")
    sub = directory(entry(0x927C, 7, max(len(note), 5), struct.pack(">I", text_at + len(tail))))
    return b"MM\0*\0\0\0\x08" + ifd0 + gps_ifd + sub + degrees + tail + note.ljust(5, b"\0")


def exif_with_thumbnail() -> bytes:
    """A TIFF structure whose second directory holds a JPEG with a comment."""
    small = encoded("JPEG")
    small = small[:2] + segment(0xFE, SECRET) + small[2:]
    ifd0 = directory(entry(0x0112, 3, 1, b"\0\1"), following=8 + 18)
    at = 8 + 18 + 2 + 24 + 4
    ifd1 = directory(
        entry(0x0201, 4, 1, struct.pack(">I", at)),
        entry(0x0202, 4, 1, struct.pack(">I", len(small))),
    )
    return b"MM\0*\0\0\0\x08" + ifd0 + ifd1 + small


def xmp(inner: bytes = b"", attributes: bytes = b"") -> bytes:
    """A packet with a position, these elements and these attributes."""
    return (
        b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
        b' xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
        b' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:my="urn:my:own/"'
        b' exif:GPSLatitude="55,40.5666N" exif:GPSLongitude="12,34.1E" ' + attributes + b">"
        b"<photoshop:City>" + SECRET + b"</photoshop:City>" + inner + b"</rdf:Description></rdf:RDF></x:xmpmeta>"
        b'<?xpacket end="w"?>'
    )


def iptc(text: bytes = SECRET) -> bytes:
    """Data sets: a version, and the text as city and by-line."""
    return b"\x1c\x02\x00\x00\x02\x00\x04" + b"".join(
        b"\x1c\x02" + bytes((number,)) + struct.pack(">H", len(text)) + text for number in (90, 120)
    )


def resource(number: int, data: bytes) -> bytes:
    """A Photoshop resource."""
    return b"8BIM" + struct.pack(">HHI", number, 0, len(data)) + data + bytes(len(data) % 2)


def box(kind: bytes, body: bytes) -> bytes:
    """A box of the ISO base media file format."""
    return struct.pack(">I", 8 + len(body)) + kind + body


def film() -> bytes:
    """A film without frames that knows where it was taken."""
    place = b"+55.6761+012.5683/" + SECRET
    udta = box(b"udta", box(b"\xa9xyz", struct.pack(">HH", len(place), 0x15C7) + place))
    return box(b"ftyp", b"mp42\0\0\0\0mp42isom") + box(b"moov", udta) + box(b"mdat", bytes(64))


def jumbf() -> bytes:
    """A C2PA store whose claim names an author."""
    return box(b"jumb", box(b"jumd", bytes(16) + b"\x03c2pa\0") + box(b"json", b'{"author":"' + SECRET + b'"}'))


def profile(extra: bytes = SECRET) -> bytes:
    """An sRGB profile with bytes behind its last tag."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    longer = plain + extra + bytes(-len(extra) % 4)
    return struct.pack(">I", len(longer)) + longer[4:]


def segment(marker: int, payload: bytes) -> bytes:
    """A JPEG segment."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(payload) + 2) + payload


def chunk(name: bytes, data: bytes) -> bytes:
    """A PNG chunk."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def jpegs() -> Iterator[tuple[str, bytes]]:
    """JPEG files by the name of their hiding place."""
    plain = encoded("JPEG")
    head, rest = plain[:20], plain[20:]
    scan, end = plain.index(b"\xff\xda"), plain.rindex(b"\xff\xd9")
    extended = b"http://ns.adobe.com/xmp/extension/\0" + b"A" * 32
    inside = {
        "gps": segment(0xE1, b"Exif\0\0" + exif(text=SECRET)),
        "maker-note": segment(0xE1, b"Exif\0\0" + exif(note=SECRET, gps=False)),
        "thumbnail": segment(0xE1, b"Exif\0\0" + exif_with_thumbnail()),
        "second-exif": segment(0xE1, b"Exif\0\0" + exif(gps=False)) + segment(0xE1, b"Exif\0\0" + exif(text=SECRET)),
        "xmp": segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp()),
        "extended-xmp": segment(0xE1, extended + struct.pack(">II", len(xmp()), 0) + xmp()),
        "iptc": segment(0xED, b"Photoshop 3.0\0" + resource(0x0404, iptc())),
        "irb-thumbnail": segment(0xED, b"Photoshop 3.0\0" + resource(0x040C, bytes(28) + SECRET)),
        "comment": segment(0xFE, SECRET),
        "jfxx": segment(0xE0, b"JFXX\0\x10" + SECRET),
        "profile": segment(0xE2, b"ICC_PROFILE\0\1\1" + profile()),
        "c2pa": segment(0xEB, b"JP\0\1\0\0\0\1" + jumbf()),
        "ducky": segment(0xEC, b"Ducky\0" + SECRET),
        "flir": segment(0xE1, b"FLIR\0\1\0\0" + SECRET),
        "rmeta": segment(0xE5, b"RMETA\0" + SECRET),
        "unknown": segment(0xE4, b"VENDOR\0" + SECRET),
        "between-segments": SECRET,
    }
    for name, bytes_ in inside.items():
        yield name, head + bytes_ + rest
    yield "in-a-line-count", plain[:scan] + segment(0xDC, b"\0\x20" + SECRET) + plain[scan:]
    yield "before-scan", plain[:scan] + segment(0xFE, SECRET) + plain[scan:]
    yield "after-scan", plain[:end] + segment(0xE1, b"Exif\0\0" + exif(text=SECRET)) + plain[end:]
    yield "film", plain + film()
    yield "leftover", plain + SECRET
    yield "second-picture", plain + head + segment(0xE1, b"Exif\0\0" + exif(text=SECRET)) + rest
    yield "samsung", plain + b"\0\0\x30\x0a\x10\0\0\0MotionPhoto_Data" + film() + b"SEFH" + bytes(24) + b"SEFT"


def pngs() -> Iterator[tuple[str, bytes]]:
    """PNG files by the name of their hiding place."""
    plain = encoded("PNG")
    head, rest = plain[:33], plain[33:]
    body, end = plain[:-12], plain[-12:]
    digits = (b"Exif\0\0" + exif(text=SECRET)).hex().encode()
    raw = b"\nexif\n%8d\n" % (len(digits) // 2) + digits + b"\n"
    inside = {
        "exif": chunk(b"eXIf", exif(text=SECRET)),
        "text": chunk(b"tEXt", b"Comment\0" + SECRET),
        "ztxt": chunk(b"zTXt", b"Comment\0\0" + zlib.compress(SECRET)),
        "xmp": chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp()),
        "xmp-compressed": chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(xmp())),
        "raw-profile": chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(raw)),
        "private": chunk(b"prVt", SECRET),
        "c2pa": chunk(b"caBX", jumbf()),
        "profile": chunk(b"iCCP", b"name\0\0" + zlib.compress(profile())),
        "profile-name": chunk(b"iCCP", SECRET + b"\0\0" + zlib.compress(profile(b""))),
        "second-gamma": chunk(b"gAMA", struct.pack(">I", 45455))
        + chunk(b"gAMA", SECRET[:4])
        + chunk(b"tEXt", b"a\0" + SECRET),
        "palette-of-a-true-colour-picture": chunk(b"PLTE", SECRET.ljust(27)),
        "long-key": chunk(b"tRNS", bytes(6) + SECRET),
        "name-in-other-case": chunk(b"iDAT", SECRET),
        "long-gamma": chunk(b"gAMA", struct.pack(">I", 45455) + SECRET),
    }
    for name, bytes_ in inside.items():
        yield name, head + bytes_ + rest
    yield "exif-behind", body + chunk(b"eXIf", exif(text=SECRET)) + end
    yield "text-behind", body + chunk(b"tEXt", b"Comment\0" + SECRET) + end
    yield "leftover", plain + SECRET
    yield "second-picture", plain + head + chunk(b"tEXt", b"Comment\0" + SECRET) + rest
    at = plain.index(b"IDAT") - 4
    size = struct.unpack_from(">I", plain, at)[0]
    data = plain[at + 8 : at + 8 + size]
    yield "behind-the-stream", plain[:at] + chunk(b"IDAT", data + SECRET) + plain[at + 12 + size :]


def webp_chunk(name: bytes, data: bytes) -> bytes:
    """A chunk of a RIFF file."""
    return name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def webps() -> Iterator[tuple[str, bytes]]:
    """WebP files by the name of their hiding place."""
    plain = encoded("WEBP")
    extended = webp_chunk(b"VP8X", bytes((0x2C, 0, 0, 0, 47, 0, 0, 31, 0, 0)))

    def riff(*chunks: bytes) -> bytes:
        body = b"WEBP" + b"".join(chunks)
        return b"RIFF" + struct.pack("<I", len(body)) + body

    picture_ = plain[12:]
    yield "exif", riff(extended, picture_, webp_chunk(b"EXIF", exif(text=SECRET)))
    yield "xmp", riff(extended, picture_, webp_chunk(b"XMP ", xmp()))
    yield "profile", riff(extended, webp_chunk(b"ICCP", profile()), picture_)
    yield "unknown", riff(extended, picture_, webp_chunk(b"ZZZZ", SECRET))
    yield "unknown-in-a-simple-file", riff(picture_, webp_chunk(b"ZZZZ", SECRET))
    yield "leftover", plain + SECRET
    yield "second-picture", riff(picture_, webp_chunk(b"VP8 ", SECRET))
    frame = bytes(6) + bytes((47, 0, 0, 31, 0, 0, 100, 0, 0, 0))
    animated = webp_chunk(b"VP8X", bytes((0x02, 0, 0, 0, 47, 0, 0, 31, 0, 0))) + webp_chunk(b"ANIM", bytes(6))
    yield "in-a-frame", riff(animated, webp_chunk(b"ANMF", frame + picture_ + webp_chunk(b"ZZZZ", SECRET)))


def sub_blocks(data: bytes) -> bytes:
    """Data in the sub-blocks of a GIF."""
    pieces = [data[at : at + 255] for at in range(0, len(data), 255)]
    return b"".join(bytes((len(piece),)) + piece for piece in pieces) + b"\0"


def gifs() -> Iterator[tuple[str, bytes]]:
    """GIF files by the name of their hiding place."""
    plain = encoded("GIF")
    head = plain[: plain.index(b"\x2c")]
    body, end = plain[len(head) : -1], plain[-1:]
    yield "comment", head + b"\x21\xfe" + sub_blocks(SECRET) + body + end
    yield "comment-behind", head + body + b"\x21\xfe" + sub_blocks(SECRET) + end
    yield "application", head + body + b"\x21\xff\x0bVENDOR  1.0" + sub_blocks(SECRET) + end
    tail = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    yield "xmp", head + body + b"\x21\xff\x0bXMP DataXMP" + xmp() + tail + end
    yield "long-loop", head + b"\x21\xff\x0bNETSCAPE2.0" + sub_blocks(b"\x01\0\0" + SECRET) + body + end
    yield "plain-text", head + body + b"\x21\x01" + sub_blocks(bytes(12)) + b"\x21\x01" + sub_blocks(SECRET) + end
    yield "leftover", plain + SECRET


def bmps() -> Iterator[tuple[str, bytes]]:
    """BMP files by the name of their hiding place."""
    plain = encoded("BMP")
    start = struct.unpack_from("<I", plain, 10)[0]
    yield "leftover", plain + SECRET
    moved = struct.pack("<I", start + len(SECRET))
    yield "gap", plain[:10] + moved + plain[14:start] + SECRET + plain[start:]
    yield "reserved", plain[:6] + SECRET[:4] + plain[10:] + SECRET


def tiffs() -> Iterator[tuple[str, bytes]]:
    """TIFF files by the name of their hiding place."""
    for name, tag, kind, data in (
        ("description", 270, 2, SECRET + b"\0"),
        ("private-tag", 65123, 7, SECRET),
        ("xmp", 700, 1, xmp()),
        ("iptc", 33723, 7, iptc()),
        ("photoshop", 34377, 1, resource(0x0404, iptc())),
        ("geo", 34737, 2, SECRET + b"\0"),
    ):
        yield name, tiff([(tag, kind, data)])
    yield "unclaimed", tiff([]) + SECRET
    yield "second-page", tiff([], [(270, 2, SECRET + b"\0")])


def tiff(*pages: list[tuple[int, int, bytes]]) -> bytes:
    """A TIFF with a grey page of 4 by 2 pixels for each list of further (tag, type, data)."""
    out = b"MM\0*" + bytes(4)
    link = 4
    for extra in pages:
        at = len(out)
        entries = [
            (256, 3, 1, b"\0\4"),
            (257, 3, 1, b"\0\2"),
            (258, 3, 1, b"\0\x08"),
            (259, 3, 1, b"\0\1"),
            (262, 3, 1, b"\0\1"),
            (273, 4, 1, struct.pack(">I", at)),
            (277, 3, 1, b"\0\1"),
            (278, 3, 1, b"\0\2"),
            (279, 4, 1, struct.pack(">I", 8)),
        ]
        out += bytes(range(10, 90, 10))
        for tag, kind, data in extra:
            entries.append((tag, kind, len(data), struct.pack(">I", len(out))))
            out += data + bytes(len(data) % 2)
        out = out[:link] + struct.pack(">I", len(out)) + out[link + 4 :]
        out += struct.pack(">H", len(entries)) + b"".join(entry(*one) for one in sorted(entries))
        link = len(out)
        out += bytes(4)
    return out


def heifs(kind: str) -> Iterator[tuple[str, bytes]]:
    """HEIC or AVIF files by the name of their hiding place; `kind` is Pillow's or pillow-heif's name."""
    plain = encoded_heif(kind)
    yield "exif", encoded_heif(kind, block=b"Exif\0\0" + exif(text=SECRET))
    yield "xmp", encoded_heif(kind, packet=xmp())
    yield "profile", encoded_heif(kind, icc=profile())
    yield "uuid", plain + box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac") + xmp())
    yield "other-uuid", plain + box(b"uuid", bytes(16) + SECRET)
    yield "free", plain + box(b"free", SECRET)
    yield "film", plain + box(b"mpvd", film())
    yield "leftover", plain + SECRET
    at = plain.index(b"mdat") - 4
    longer = struct.unpack_from(">I", plain, at)[0] + len(SECRET)
    yield "unclaimed", plain[:at] + struct.pack(">I", longer) + plain[at + 4 :] + SECRET


def encoded_heif(kind: str, block: bytes = b"", packet: bytes = b"", icc: bytes | None = None) -> bytes:
    """The picture as HEIC or AVIF with this EXIF block, XMP packet and profile."""
    buffer = io.BytesIO()
    if kind == "AVIF":
        picture().save(buffer, "AVIF", exif=block, xmp=packet, icc_profile=icc)
    else:
        import pillow_heif

        image = pillow_heif.from_pillow(picture())
        image.info["icc_profile"] = icc
        image.save(buffer, exif=block or None, xmp=packet or None, quality=80)
    return buffer.getvalue()


def jxls() -> Iterator[tuple[str, bytes]]:
    """JPEG XL files in boxes by the name of their hiding place; nothing here decodes the code stream."""
    plain = (
        box(b"JXL ", b"\r\n\x87\n") + box(b"ftyp", b"jxl \0\0\0\0jxl ") + box(b"jxlc", b"\xff\x0a" + bytes(range(60)))
    )
    yield "exif", plain + box(b"Exif", bytes(4) + exif(text=SECRET))
    yield "xml", plain + box(b"xml ", xmp())
    yield "jumb", plain + jumbf()
    yield "jpeg-reconstruction", plain + box(b"jbrd", SECRET)
    yield "unknown", plain + box(b"zzzz", SECRET)
    yield "brotli", plain + box(b"brob", b"Exif" + SECRET)
    yield "leftover", plain + SECRET


def svgs() -> Iterator[tuple[str, bytes]]:
    """SVG files by the name of their hiding place."""
    spaces = b' xmlns="http://www.w3.org/2000/svg" xmlns:my="urn:my:own"'
    shape = b'<rect x="5" y="5" width="50" height="30" fill="#c00"/>'

    def svg(inside: bytes = b"", attributes: bytes = b"", before: bytes = b"", behind: bytes = b"") -> bytes:
        return before + b"<svg" + spaces + attributes + b">" + inside + shape + b"</svg>" + behind

    yield "metadata", svg(b"<metadata>" + SECRET + b"</metadata>")
    yield "nested-metadata", svg(b"<g><metadata><my:a><my:b>" + SECRET + b"</my:b></my:a></metadata></g>")
    yield "title", svg(b"<title>" + SECRET + b"</title>")
    yield "description", svg(b"<desc>" + SECRET + b"</desc>")
    yield "comment", svg(b"<!-- > " + SECRET + b" -->")
    yield "comment-before", svg(before=b"<?xml version='1.0'?><!--" + SECRET + b"-->\n")
    yield "comment-behind", svg(behind=b"<!--" + SECRET + b"-->")
    yield "instruction", svg(b"<?my " + SECRET + b"?>")
    yield "doctype", svg(before=b'<!DOCTYPE svg PUBLIC "' + SECRET.replace(b".", b"-") + b'" "x.dtd">')
    yield "attribute", svg(attributes=b' my:file="/home/' + SECRET + b'"')
    yield "data-attribute", svg(b'<g data-name="' + SECRET + b'"/>')
    yield "style-comment", svg(b"<style>rect { fill: red } /* " + SECRET + b" */</style>")
    yield "local-file", svg(b'<image href="file:///home/' + SECRET + b'" width="1" height="1"/>')
    yield "element", svg(b"<my:view>" + SECRET + b"</my:view>")
    yield "script", svg(b"<script>" + SECRET + b"</script>")
    yield "handler", svg(b'<g onload="' + SECRET + b'"/>')
    yield "link", svg(b'<a href="https://example.org/' + SECRET + b'"/>')
    yield "namespace", svg(attributes=b' xmlns:own="urn:' + SECRET + b'"')


def jp2s() -> Iterator[tuple[str, bytes]]:
    """JPEG 2000 files by the name of their hiding place."""
    plain = encoded("JPEG2000")
    for name, content in (
        ("exif", b"JpgTiffExif->JP2" + b"Exif\0\0" + exif(text=SECRET)),
        ("xmp", bytes.fromhex("be7acfcb97a942e89c71999491e3afac") + xmp()),
        ("iptc", bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38") + iptc()),
        ("geo", bytes.fromhex("b14bf8bd083d4b43a5ae8cd7d5a6ce03") + tiff([(34737, 2, SECRET + b"\0")])),
        ("uuid", bytes(16) + SECRET),
    ):
        yield name, plain + box(b"uuid", content)
    yield "xml", plain + box(b"xml ", b"<a>" + SECRET + b"</a>")
    yield "association", plain + box(b"asoc", box(b"lbl ", b"gml.data") + box(b"xml ", b"<gml>" + SECRET + b"</gml>"))
    yield "free", plain + box(b"free", SECRET)
    yield "leftover", plain + SECRET
    stream = encoded_stream()
    at = stream.index(b"\xff\x52")
    comment = b"\xff\x64" + struct.pack(">HH", 4 + len(SECRET), 1) + SECRET
    yield "comment", stream[:at] + comment + stream[at:]
    body = plain.index(b"jp2h") + 4
    size = struct.unpack_from(">I", plain, body - 8)[0]
    grown = struct.pack(">I", size + 8 + len(SECRET)) + b"jp2h" + plain[body : body - 8 + size] + box(b"what", SECRET)
    yield "in-the-header", plain[: body - 8] + grown + plain[body - 8 + size :]


def encoded_stream() -> bytes:
    """The picture as a bare JPEG 2000 code stream."""
    buffer = io.BytesIO()
    picture().save(buffer, "JPEG2000", no_jp2=True)
    return buffer.getvalue()


def psd(*resources: bytes, layers: bytes = b"") -> bytes:
    """A Photoshop file of one grey pixel with these resources."""
    head = b"8BPS\0\1" + bytes(6) + b"\0\1\0\0\0\1\0\0\0\1\0\x08\0\1" + bytes(4)
    block = b"".join(resources)
    return head + struct.pack(">I", len(block)) + block + struct.pack(">I", len(layers)) + layers + b"\0\0\x7f"


def psds() -> Iterator[tuple[str, bytes]]:
    """Photoshop files by the name of their hiding place."""
    for name, number, content in (
        ("iptc", 0x0404, iptc()),
        ("xmp", 0x0424, xmp()),
        ("exif", 0x0422, exif(text=SECRET)),
        ("thumbnail", 0x040C, bytes(28) + SECRET),
        ("caption", 0x03F0, SECRET),
        ("unknown", 0x07D0, SECRET),
        ("profile", 0x040F, profile()),
    ):
        yield name, psd(resource(0x03ED, bytes(16)), resource(number, content))
    named = b"8BIM" + struct.pack(">H", 0x03ED) + bytes((len(SECRET),)) + SECRET + bytes(1 - len(SECRET) % 2)
    yield "name-of-a-resource", psd(named + struct.pack(">I", 16) + bytes(16))
    yield "behind-the-resources", psd(resource(0x03ED, bytes(16)), SECRET)


def everything() -> Iterator[tuple[str, bytes]]:
    """Every file, by format and hiding place."""
    formats = {
        "jpeg": jpegs(),
        "png": pngs(),
        "webp": webps(),
        "gif": gifs(),
        "bmp": bmps(),
        "tiff": tiffs(),
        "heic": heifs("HEIF"),
        "avif": heifs("AVIF"),
        "jxl": jxls(),
        "jp2": jp2s(),
        "psd": psds(),
        "svg": svgs(),
    }
    for kind, files in formats.items():
        for place, data in files:
            yield f"{kind}-{place}", data


def tells(data: bytes) -> bool:
    """Whether the secret is in the file, plainly, as hexadecimal text, or deflated."""
    mark = SECRET[:8]
    if mark in data or mark.hex().encode() in data.lower():
        return True
    at = data.find(b"\x78")
    while at >= 0:
        if mark in _inflated(data[at:]) or mark.hex().encode() in _inflated(data[at:]):
            return True
        at = data.find(b"\x78", at + 1)
    return False


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, 1 << 20)
    except zlib.error:
        return b""
