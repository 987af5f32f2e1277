"""Files that people take for pictures and that are none, known by their content: films, PDFs, documents, archives."""

from __future__ import annotations

from enum import Enum

from imgpolicy.phrase import Phrase, phrase


class Other(Enum):
    """What a file is that is no picture, and what to do with it instead."""

    FILM = phrase("a film, of which nothing is judged here; check single pictures of it")
    SOUND = phrase("a sound recording, of which nothing is judged here")
    PDF = phrase("a PDF, which is not judged here; save its pages as pictures and check those")
    DOCUMENT = phrase("an office document, which is not judged here; save its pages and pictures and check those")
    ARCHIVE = phrase("an archive; unpack it and check the pictures in it")
    POSTSCRIPT = phrase("a PostScript file, which is not judged here; save its pages as pictures and check those")
    PAGE = phrase("a web page; check the pictures that it shows")

    @property
    def words(self) -> Phrase:
        """The sentence for people, without its subject."""
        return self.value


_PDF_WITHIN = 1024
"""Readers take a file for a PDF whose head stands within so many bytes (ISO 32000-1, annex H.3.4.1)."""
_MARKS = {
    Other.POSTSCRIPT: ((0, b"%!PS"), (0, b"\xc5\xd0\xd3\xc6")),
    Other.DOCUMENT: ((0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),),
    # Sound in MP4 before films, which begin alike but for the brand.
    Other.SOUND: ((0, b"ID3"), (0, b"fLaC"), (8, b"WAVE"), (0, b"\xff\xfb"), (0, b"\xff\xf1"), (4, b"ftypM4A")),
    # MP4 and QuickTime, Matroska and WebM, AVI, MPEG, Flash, Windows Media, Ogg
    Other.FILM: (
        *((4, b"ftyp"), (4, b"moov"), (4, b"mdat"), (4, b"wide"), (0, b"\x1a\x45\xdf\xa3"), (8, b"AVI ")),
        *((0, b"\0\0\1\xba"), (0, b"\0\0\1\xb3"), (0, b"FLV\1"), (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11")),
        (0, b"OggS"),
    ),
    Other.ARCHIVE: (
        (0, b"7z\xbc\xaf\x27\x1c"),
        (0, b"Rar!\x1a\x07"),
        (0, b"\x1f\x8b\x08"),
        (257, b"ustar"),
        (0, b"BZh"),
    ),
}
_ZIP = b"PK\3\4"
_NAME_IN_ZIP = 30
_OFFICE = (
    *(b"[Content_Types].xml", b"_rels/.rels", b"word/", b"xl/", b"ppt/", b"docProps/", b"Index/"),
    b"mimetypeapplication/",
)
"""What the first file in an office document is called, in Office Open XML, Apple's formats and OpenDocument."""


def other(data: bytes) -> Other | None:
    """What the file is, if it is one of these; None for pictures and whatever else."""
    head = data[:_PDF_WITHIN]
    if b"%PDF-" in head:
        return Other.PDF
    if head.startswith(_ZIP):
        return Other.DOCUMENT if head.startswith(_OFFICE, _NAME_IN_ZIP) else Other.ARCHIVE
    for kind, marks in _MARKS.items():
        if any(head.startswith(mark, place) for place, mark in marks):
            return kind
    text = head.lstrip(b"\xef\xbb\xbf\r\n\t ").lower()
    return Other.PAGE if text.startswith((b"<!doctype html", b"<html")) else None
