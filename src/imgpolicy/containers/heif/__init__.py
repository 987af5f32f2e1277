"""HEIC, HEIF and AVIF (ISO/IEC 23008-12, AV1 Image File Format): boxes, and the items that lie in them.

Bytes of ``mdat`` and ``idat`` belong to the items and samples that claim them; bytes that nobody claims are reported.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace

from imgpolicy.containers import uuids
from imgpolicy.containers.blocks import exif, icc, iptc, read_exif, read_xmp
from imgpolicy.containers.blocks.opaque import leftover, read_film, read_opaque
from imgpolicy.containers.boxes import Box, boxes, leading
from imgpolicy.containers.edit import edited, zeroed
from imgpolicy.containers.heif.film import Film, is_beside, read_movie
from imgpolicy.containers.heif.items import Item, Items, no_items, read_items
from imgpolicy.containers.heif.write import PROPERTIES, written
from imgpolicy.containers.limits import MAX_BLOCKS, TOO_MANY_BLOCKS
from imgpolicy.containers.parts import (
    NOTHING,
    MalformedError,
    ParsedFile,
    Part,
    Patch,
    Reading,
    Wanted,
    block,
    laid_out,
    part,
)
from imgpolicy.domain.terms import StripMode
from imgpolicy.domain.trace import Kind, Trace

_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"mif2", b"avif", b"avis", b"miaf"}
)
_FURTHER_BRANDS = frozenset(
    {
        *(b"hevm", b"hevs", b"avio", b"MA1A", b"MA1B", b"MiHE", b"MiHB", b"MiHA", b"MiHM", b"MiPr", b"MiAC", b"MiAn"),
        *(b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso7", b"iso8", b"iso9", b"isom", b"mp41", b"mp42", b"geo1"),
        *(b"1pic", b"unif", b"jpeg", b"jpgs", b"pred", b"thmb"),
    }
)
_AVIF = frozenset({b"avif", b"avis"})
_LIBHEIF = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
"""Major brands of files that libheif decodes."""
_OF_MOVIES = frozenset({b"avis", b"msf1", b"hevc", b"hevx", b"hevm", b"hevs"})
"""Brands that promise a movie."""
_OF_STILLS = frozenset({b"avif", b"mif1", b"mif2", b"heic", b"heix"})
"""Brands that promise a picture that is no movie."""
_C2PA_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_XMP_TYPE = b"application/rdf+xml"
_HOLDERS = frozenset({b"mdat", b"idat"})
_SILENT = frozenset({b"hdlr", b"dinf", b"iloc", b"iinf", b"iref", b"iprp", b"pitm", b"idat", b"grpl"})


def matches(head: bytes) -> bool:
    """Whether a file that begins so is a HEIC or another HEIF, but no AVIF."""
    return head[4:8] == b"ftyp" and bool(_BRANDS & set(_brands(head))) and not matches_avif(head)


def matches_avif(head: bytes) -> bool:
    """Whether a file that begins so is an AVIF."""
    return head[4:8] == b"ftyp" and bool(_AVIF & set(_brands(head[:64])))


def is_for_libheif(head: bytes) -> bool:
    """Whether libheif decodes a file that begins so."""
    return head[4:8] == b"ftyp" and head[8:12] in _LIBHEIF


def _brands(head: bytes) -> Iterator[bytes]:
    end = min(int.from_bytes(head[:4], "big"), len(head))
    yield head[8:12]
    yield from (head[at : at + 4] for at in range(16, end - 3, 4))


def parse(data: bytes) -> ParsedFile:
    """Every byte of the file; MalformedError when its items cannot be followed."""
    top = leading(data)
    end = top[-1].end if top else 0
    moov = next((box for box in top if box.type == b"moov"), None)
    film = read_movie(data, moov) if moov else Film()
    items = _items(data, top)
    if items.primary is None and not (film.samples and _plays(data)):
        raise MalformedError("the file names no picture item")
    still = items.spans()
    hidden = () if _plays(data) else tuple(sorted({*film.samples}.difference(still)))
    beside = _plays(data) and is_beside(still, film)
    coded = (*(() if beside else still), *(film.samples if _plays(data) else ()))
    own = _item_claims(items)
    stills = map(_reported, own) if beside else own
    claims = sorted([*stills, *_sample_claims(film, hidden)], key=lambda one: one.start)
    _refuse_astray(claims, [box for box in (*top, *items.children) if box.type in _HOLDERS])
    parts = [one for box in top for one in _walk_box(data, box, items, film, claims)]
    if end < len(data):
        parts.append(leftover(data, end, len(data), "heif/trailer"))
    kind = "AVIF" if matches_avif(data) else "HEIF"
    return ParsedFile(format=kind, size=len(data), parts=tuple(parts), coded=coded)


def _items(data: bytes, top: list[Box]) -> Items:
    """The items of the file; none of a movie alone."""
    meta = next((box for box in top if box.type == b"meta"), None)
    return read_items(data, meta) if meta else no_items(data)


def _plays(data: bytes) -> bool:
    """Whether readers show the movie: libavif where this is the major brand, libheif nowhere."""
    return data[8:12] == b"avis"


def _refuse_astray(claims: list[Part], holders: list[Box]) -> None:
    """Nothing, or MalformedError when a claim does not lie in a box that is there to hold data."""
    holders = sorted(holders, key=lambda box: box.body)
    starts = [box.body for box in holders]
    for one in claims:
        index = bisect_right(starts, one.start) - 1
        if one.end > one.start and (index < 0 or one.end > holders[index].end):
            raise MalformedError("an item lies where no data is")


def _walk_box(data: bytes, box: Box, items: Items, film: Film, claims: list[Part]) -> Iterator[Part]:
    if box.type == b"meta" and box == items.meta:
        yield part("heif/meta", Kind.STRUCTURE, (box.start, box.body + 4))
        for child in items.children:
            yield from _walk_child(data, child, items, claims)
    elif box.type == b"mdat":
        yield part("heif/mdat", Kind.STRUCTURE, (box.start, box.body))
        yield from _claimed(data, box, claims)
    elif box.type == b"moov":
        yield block("heif/moov", (box.start, box.end), (box.body, box.end), film.reading)
    else:
        yield _walk_other(data, box)


def _walk_child(data: bytes, child: Box, items: Items, claims: list[Part]) -> Iterator[Part]:
    path = f"heif/meta/{child.name}"
    if child.type == b"idat":
        yield part(path, Kind.STRUCTURE, (child.start, child.body))
        yield from _claimed(data, child, claims)
    elif child.type == b"iprp":
        one = block(path, (child.start, child.end), (child.body, child.end), _read_properties(data, items))
        yield replace(one, kind=Kind.COLOUR) if one.reading.icc is not None else one
    elif child.type in _SILENT:
        yield part(path, Kind.STRUCTURE, (child.start, child.end), content=(child.body, child.end))
    else:
        yield _walk_other(data, child)


def _walk_other(data: bytes, box: Box) -> Part:
    """A box outside the items: the only ones that belong there are the one that names the format, and empty ones."""
    path, span, content = f"heif/{box.name}", (box.start, box.end), (box.body, box.end)
    if box.type == b"ftyp" or not data[box.body : box.end].strip(b"\0"):
        return part(path, Kind.STRUCTURE, span, content=content)
    if box.type == b"mpvd":
        return block(path, span, content, read_film(data, path, 0, content))
    if uuids.identity(data, box) == uuids.XMP:
        return block(path, span, content, read_xmp(data[box.body : box.end], path, box.body))
    known = uuids.identity(data, box) == _C2PA_UUID
    kind = Kind.IDENTITY if known else Kind.UNKNOWN
    return block(path, span, content, read_opaque(data[box.body : box.end], kind, path, box.body))


def _claimed(data: bytes, box: Box, claims: list[Part]) -> Iterator[Part]:
    """The parts in the body of a box that only holds what others point into."""
    first = bisect_left(claims, box.body, key=lambda one: one.start)
    inside = claims[first : bisect_left(claims, box.end, key=lambda one: one.start)]
    yield from laid_out(
        inside, (box.body, box.end), lambda start, end: leftover(data, start, end, f"heif/{box.name}/unclaimed")
    )


def _item_claims(items: Items) -> Iterator[Part]:
    shown, thumbnails = items.shown(), items.thumbnails()
    blocks = 0
    for item in items.items.values():
        for number, span in enumerate(item.extents):
            if item.number in shown:
                yield part("heif/picture", Kind.PICTURE, span)
            elif item.is_picture:
                name = "thumbnail" if item.number in thumbnails else "hidden-picture"
                path = f"heif/{name}"
                yield block(path, span, span, _embedded(path, span) if number == 0 else NOTHING)
            else:
                name = item.type.decode("latin-1").strip().lower()
                blocks += number == 0
                if blocks > MAX_BLOCKS:
                    raise MalformedError(TOO_MANY_BLOCKS)
                reading = _read_item(items.data, item, f"heif/{name}") if number == 0 else NOTHING
                yield block(f"heif/{name}", span, span, reading)


def _reported(one: Part) -> Part:
    """The same; a piece of a still picture that is none of the frames that are shown is a hidden one."""
    if one.path != "heif/picture":
        return one
    return block(one.path, (one.start, one.end), one.content, _embedded("heif/still-beside-the-film", one.content))


def _embedded(path: str, span: tuple[int, int]) -> Reading:
    value = f"{span[1] - span[0]:,} bytes"
    return Reading(traces=(Trace(path=path, kind=Kind.EMBEDDED, offset=span[0], value=value),))


def _read_item(data: bytes, item: Item, path: str) -> Reading:
    """What an item tells that is no picture; which way is up is said by the picture's own properties alone."""
    content = b"".join(data[start:end] for start, end in item.extents)
    at = item.extents[0][0]
    if not content.strip(b"\0"):
        return NOTHING
    if item.type == b"Exif":
        # Four bytes say how far the TIFF header is away (23008-12, annex A.2.1); some writers count wrongly.
        places = [place for place in (content.find(b"II*\0", 0, 64), content.find(b"MM\0*", 0, 64)) if place >= 0]
        head = min(places, default=min(4, len(content)))
        reading = replace(read_exif(content[head:], path, at + head), orientation=None)
    elif item.type == b"mime" and item.content_type == _XMP_TYPE:
        reading = replace(read_xmp(content, path, at), orientation=None)
    elif item.type == b"iptc":
        reading = iptc.read(content, path, at)
    elif item.type in {b"tmap", b"iovl", b"grid", b"iden"}:
        return Reading()
    else:
        reading = read_opaque(content, Kind.UNKNOWN, path, at)
    return reading if len(item.extents) == 1 else reading.packed_at(at)


def _sample_claims(film: Film, hidden: tuple[tuple[int, int], ...]) -> Iterator[Part]:
    """The frames of the movie; those of one that readers do not show are reported, as one."""
    unseen = {*hidden}
    for span in film.samples:
        if span in unseen:
            path = "heif/hidden-film"
            yield block(path, span, span, _embedded(path, span) if span == hidden[0] else NOTHING)
        else:
            yield part("heif/sample", Kind.ANIMATION, span)


def _read_properties(data: bytes, items: Items) -> Reading:
    """The colour profiles among the properties, and properties that are not known here."""
    readings = []
    for box in items.properties:
        path = f"heif/meta/iprp/{box.name}"
        if box.type == b"colr" and data[box.body : box.body + 4] in {b"prof", b"rICC"}:
            readings.append(icc.read(data[box.body + 4 : box.end], path, box.body + 4))
        elif box.type not in PROPERTIES and data[box.body : box.end].strip(b"\0"):
            size = box.end - box.body
            trace = Trace(path=path, kind=Kind.UNKNOWN, offset=box.body, value=f"{size:,} bytes")
            readings.append(Reading(traces=(trace,), patches=(Patch(box.body, bytes(size)),)))
    return Reading.joined(readings)


def _head(data: bytes, ftyp: Box, *, stills: bool) -> bytes:
    """The ``ftyp`` box with the brands that are known here, but not those of gain maps and hidden movies: they go.

    Without `stills` those go too that promise a picture besides the movie.
    """
    first = data[ftyp.body : ftyp.body + 4]
    known = (_BRANDS | _FURTHER_BRANDS) - (frozenset() if _plays(data) else _OF_MOVIES)
    known -= frozenset() if stills else _OF_STILLS
    brands = [data[at : at + 4] for at in range(ftyp.body + 8, ftyp.end - 3, 4)]
    body = first + bytes(4) + b"".join(dict.fromkeys(brand for brand in brands if brand in known))
    return (len(body) + 8).to_bytes(4, "big") + b"ftyp" + body


def properties(data: bytes) -> tuple[Box, ...]:
    """The boxes that say how the items are decoded and shown; MalformedError when the items cannot be followed."""
    top = leading(data)
    return _items(data, top).properties


def without_gain_map(data: bytes) -> bytes:
    """The file as readers see it that know no gain maps; MalformedError when its items cannot be followed.

    No byte moves: the item that joins picture and gain map loses its type, and the file the brand that asks for it.
    """
    top = leading(data)
    out = bytearray(data)
    for box in top:
        if box.type == b"ftyp":
            out[box.body : box.end] = out[box.body : box.end].replace(b"tmap", b"mif1")
        elif box.type == b"meta":
            for child in boxes(data, box.body + 4, box.end):
                if child.type == b"iinf":
                    out[child.body : child.end] = out[child.body : child.end].replace(b"tmap", b"none")
    return bytes(out)


def _emptied(one: Part) -> bytes:
    """Zeros, but for an EXIF block, which readers take for damaged when it is none."""
    block = bytes(4) + exif.minimal(1) if one.path == "heif/exif" and one.reading != NOTHING else b""
    room = zeroed(one)
    return block + room[len(block) :] if len(block) <= len(room) else room


def rewrite(data: bytes, parsed: ParsedFile, wanted: Wanted) -> bytes:
    """The file as wanted: the items of the picture verbatim in new tables, all else written anew or left out."""
    if wanted.mode is StripMode.LOCATION:
        return edited(data, parsed, _emptied)
    top = leading(data)
    items = _items(data, top)
    moov = next((box for box in top if box.type == b"moov"), None)
    head = next(box for box in top if box.type == b"ftyp")
    film = read_movie(data, moov) if moov and _plays(data) else Film()
    stills = bool(items.items) and not (_plays(data) and is_beside(items.spans(), film))
    return written(data, _head(data, head, stills=stills), items if stills else None, film, wanted)
