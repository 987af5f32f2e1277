"""What each XMP property tells, by namespace and name (ISO 16684-1, the IPTC photo metadata standard, PLUS).

What is in no table here and under no telling name is unknown, and so is reported.
"""

from __future__ import annotations

import re

from imgpolicy.containers.parts import Right
from imgpolicy.domain.trace import Kind

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XML = "http://www.w3.org/XML/1998/namespace"
META = "adobe:ns:meta/"
DC = "http://purl.org/dc/elements/1.1/"
TIFF = "http://ns.adobe.com/tiff/1.0/"
EXIF = "http://ns.adobe.com/exif/1.0/"
PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/"
RIGHTS = "http://ns.adobe.com/xap/1.0/rights/"
PLUS = "http://ns.useplus.org/ldf/xmp/1.0/"
IPTC_EXT = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
IPTC_CORE = "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
NOTE = "http://ns.adobe.com/xmp/note/"
XMP = "http://ns.adobe.com/xap/1.0/"
CC = "http://creativecommons.org/ns#"
GETTY = "http://xmp.gettyimages.com/gift/1.0/"

SYNTAX = frozenset({RDF, XML, META})
"""Namespaces whose names are grammar, not content."""

PREFIXES = {
    DC: "dc",
    TIFF: "tiff",
    EXIF: "exif",
    PHOTOSHOP: "photoshop",
    RIGHTS: "xmpRights",
    PLUS: "plus",
    IPTC_EXT: "Iptc4xmpExt",
    IPTC_CORE: "Iptc4xmpCore",
    NOTE: "xmpNote",
    XMP: "xmp",
    CC: "cc",
    GETTY: "GettyImagesGIFT",
    "http://ns.adobe.com/xap/1.0/mm/": "xmpMM",
    "http://ns.adobe.com/exif/1.0/aux/": "aux",
    "http://cipa.jp/exif/1.0/": "exifEX",
    "http://www.dji.com/drone-dji/1.0/": "drone-dji",
    "http://www.metadataworkinggroup.com/schemas/regions/": "mwg-rs",
}
"""The usual prefixes, for paths; others are shown as ``other``."""

CREDITS: dict[tuple[str, str], Right] = {
    (DC, "rights"): Right.COPYRIGHT,
    (TIFF, "Copyright"): Right.COPYRIGHT,
    (DC, "creator"): Right.CREATOR,
    (TIFF, "Artist"): Right.CREATOR,
    (PHOTOSHOP, "Credit"): Right.CREDIT,
    (PHOTOSHOP, "Source"): Right.SOURCE,
    (XMP, "Rights"): Right.COPYRIGHT,
    (RIGHTS, "Marked"): Right.MARKED,
    (RIGHTS, "Owner"): Right.COPYRIGHT_OWNER,
    (RIGHTS, "UsageTerms"): Right.USAGE_TERMS,
    (RIGHTS, "WebStatement"): Right.WEB_STATEMENT,
    (PLUS, "CopyrightOwnerName"): Right.COPYRIGHT_OWNER,
    (PLUS, "LicensorName"): Right.LICENSOR_NAME,
    (PLUS, "LicensorURL"): Right.LICENSOR_URL,
    (PLUS, "ImageSupplierName"): Right.SUPPLIER,
    (PLUS, "DataMining"): Right.DATA_MINING,
    (CC, "license"): Right.LICENCE,
    (CC, "attributionName"): Right.ATTRIBUTION,
    (CC, "attributionURL"): Right.ATTRIBUTION_URL,
    (IPTC_EXT, "DigitalSourceType"): Right.DIGITAL_SOURCE_TYPE,
}
"""The properties that state rights. Older files write some of them under other names than files written here."""

_FRAMES = frozenset({(PLUS, "CopyrightOwner"), (PLUS, "Licensor"), (PLUS, "ImageSupplier"), (NOTE, "HasExtendedXMP")})
"""Properties that only hold others, or that join the two parts of a packet."""

_TECHNICAL = frozenset(
    {
        TIFF,
        EXIF,
        RIGHTS,
        XMP,
        "http://ns.adobe.com/exif/1.0/aux/",
        "http://cipa.jp/exif/1.0/",
        "http://cipa.jp/exif/1.0/exifEX",
        "http://ns.adobe.com/camera-raw-settings/1.0/",
        "http://ns.adobe.com/hdr-gain-map/1.0/",
        "http://ns.adobe.com/xap/1.0/g/",
        "http://ns.adobe.com/xap/1.0/sType/Dimensions#",
        "http://ns.google.com/photos/1.0/container/",
        "http://ns.google.com/photos/1.0/container/item/",
        "http://ns.google.com/photos/1.0/panorama/",
        "http://ns.apple.com/HDRGainMap/1.0/",
        "http://ns.apple.com/pixeldatainfo/1.0/",
        "http://ns.apple.com/adjustment-settings/1.0/",
    }
)
"""Namespaces that say how a picture was taken and is to be shown, but for the telling names."""

_FREE_TEXT = frozenset(
    {
        DC,
        PHOTOSHOP,
        PLUS,
        IPTC_CORE,
        IPTC_EXT,
        NOTE,
        "http://ns.adobe.com/xap/1.0/mm/",
        "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#",
        "http://ns.adobe.com/xap/1.0/sType/ResourceRef#",
        "http://ns.adobe.com/lightroom/1.0/",
        "http://www.metadataworkinggroup.com/schemas/regions/",
        "http://www.metadataworkinggroup.com/schemas/keywords/",
        "http://ns.microsoft.com/photo/1.0/",
        "http://ns.microsoft.com/photo/1.2/",
        "http://www.digikam.org/ns/1.0/",
    }
)
"""Namespaces of words about the picture, the people in it and the documents it comes from."""

_TIFF_ALIKE = frozenset({TIFF, EXIF, "http://cipa.jp/exif/1.0/", "http://cipa.jp/exif/1.0/exifEX"})
_GEO = frozenset({"http://www.w3.org/2003/01/geo/wgs84_pos#"})

_COORDINATE = re.compile(r"gps|latitude|longitude|altitude|geotag|geohash", re.IGNORECASE)
# With its capitals: a capacity is no city.
_PLACE = re.compile(
    r"City|Country|Province|Location|Landmark|Venue|WorldRegion|^Place|^Address|^(city|country|state|State|location)$"
)
_COVERAGE = (DC, "coverage")
_CONTACT = re.compile(r"^Ci(Adr|Email|Tel|Url)|^CreatorContactInfo$")
_PICTURE = re.compile(r"^(Thumbnails?|thumbnail|image|Data|DepthMap.*|MotionPhoto$|MicroVideo$)")
_IDENTITY = re.compile(
    r"serial|owner|artist|author|person|uniqueid|uuid|description|comment|email|phone|nickname|hostname"
    r"|history|derived|identifier|document|instance|filename|^label$",
    re.IGNORECASE,
)


def kind(namespace: str, name: str) -> Kind | None:
    """What a property tells; None when that is nothing."""
    if (namespace, name) in CREDITS:
        return Kind.RIGHTS
    if (namespace, name) in _FRAMES:
        return None
    if namespace in _GEO or _COORDINATE.search(name):
        return Kind.COORDINATE
    placed = namespace not in _TIFF_ALIKE and _PLACE.search(name) and not _CONTACT.search(name)
    if placed or (namespace, name) == _COVERAGE:
        return Kind.PLACE
    return _kind_of_no_place(namespace, name)


def _kind_of_no_place(namespace: str, name: str) -> Kind | None:
    if namespace in _FREE_TEXT or _IDENTITY.search(name) or _CONTACT.search(name):
        return Kind.IDENTITY
    if _PICTURE.search(name):
        return Kind.EMBEDDED
    return None if namespace in _TECHNICAL else Kind.UNKNOWN
