"""How often C104 is right on statements of rights, in files as agencies, their tools and an organisation write them.

    python benchmarks/rights.py

Each statement is written into a file of its own, in the fields that its source uses, and judged as a posting is. The
first half, of other sources than the second, was looked at while the rule was written; the second half is reported.
Forms are those that agencies ask for in credit lines, and that IPTC, PLUS and Creative Commons publish.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from xml.sax.saxutils import escape

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from imgpolicy.domain.channel import Channel
from imgpolicy.extract.metadata import metadata_of
from imgpolicy.facts import Facts, Metadata
from imgpolicy.rules import examples
from imgpolicy.rules.base import Organisation
from imgpolicy.rules.rights import SomebodyElseOwnsIt

OWN = Organisation(owners=("Example Library",))
SPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    "cc": "http://creativecommons.org/ns#",
    "GettyImagesGIFT": "http://xmp.gettyimages.com/gift/1.0/",
}
LANGUAGES = frozenset({"dc:rights", "dc:description", "xmpRights:UsageTerms"})
IIM = {
    "instructions": 40,
    "by-line": 80,
    "headline": 105,
    "credit": 110,
    "source": 115,
    "copyright": 116,
    "caption": 120,
}
EXIF = {"description": 0x010E, "artist": 0x013B, "copyright": 0x8298}


@dataclass(frozen=True, kw_only=True)
class Said:
    """What one file says, by field, and the caption of the posting."""

    source: str
    xmp: Mapping[str, str] = field(default_factory=dict)
    iim: Mapping[str, str] = field(default_factory=dict)
    exif: Mapping[str, str] = field(default_factory=dict)
    png: Mapping[str, str] = field(default_factory=dict)
    caption: str | None = None


CC_BY = "http://creativecommons.org/licenses/by/4.0/"

AGENCIES_LOOKED_AT = (
    Said(source="Ritzau Scanpix", iim={"credit": "Ritzau Scanpix", "by-line": "Bo Hansen"}),
    Said(source="Ritzau Scanpix", iim={"caption": "Minister på havnen. Foto: Bo Hansen/Ritzau Scanpix"}),
    Said(source="Ritzau Scanpix", xmp={"photoshop:Instructions": "Kun til redaktionel brug"}),
    Said(source="Ritzau Scanpix", exif={"description": "Havnen (Foto: Ida Holm/Ritzau Scanpix)"}),
    Said(
        source="Getty Images",
        xmp={"plus:LicensorURL": "https://www.gettyimages.com/detail/123456789?utm_medium=organic"},
    ),
    Said(source="Getty Images", xmp={"xmpRights:WebStatement": "https://www.gettyimages.com/eula?utm_medium=organic"}),
    Said(source="Getty Images", xmp={"GettyImagesGIFT:AssetID": "123456789"}),
    Said(source="Getty Images", iim={"caption": "LONDON - MAY 01: A man walks. (Photo by John Smith/Getty Images)"}),
    Said(source="Getty Images", exif={"copyright": "2026 Getty Images", "artist": "John Smith"}),
    Said(source="Reuters", iim={"caption": "A ship sails. REUTERS/Jane Doe/File Photo"}),
    Said(source="Reuters", iim={"credit": "REUTERS", "source": "X00001"}),
    Said(source="AP", iim={"caption": "People walk in Paris, May 1. (AP Photo/Jane Doe, File)"}),
    Said(source="AP", iim={"copyright": "Copyright 2026 The Associated Press. All rights reserved"}),
    Said(source="AP", xmp={"dc:rights": "This content is intended for editorial use only."}),
    Said(source="iStock", xmp={"photoshop:Credit": "Getty Images/iStockphoto", "photoshop:Source": "iStockphoto"}),
    Said(source="iStock", xmp={"plus:LicensorURL": "https://www.istockphoto.com/photo/license-gm1-"}),
    Said(source="agency with ours", exif={"copyright": "© Example Library / Ritzau Scanpix"}),
    Said(source="name within a name", iim={"copyright": "Example Library Photos Ltd"}),
    Said(source="Creative Commons", xmp={"dc:rights": "© A. Painter", "cc:license": CC_BY}),
    Said(source="Creative Commons", xmp={"dc:rights": "A. Painter, CC BY-NC 4.0"}, caption="A. Painter, CC BY-NC 4.0"),
)
AGENCIES_REPORTED = (
    Said(source="AFP", iim={"caption": "A woman votes in Oslo on May 1, 2026. (Photo by Jane DOE / AFP)"}),
    Said(
        source="AFP",
        iim={"instructions": 'RESTRICTED TO EDITORIAL USE - MANDATORY CREDIT "AFP PHOTO / HO" - NO MARKETING'},
    ),
    Said(source="AFP", xmp={"photoshop:Credit": "AFP via Getty Images", "photoshop:Source": "AFP"}),
    Said(source="NTB", iim={"caption": "Oslo 20260501. Statsministeren taler. Foto: Ole Berg / NTB"}),
    Said(source="NTB", iim={"copyright": "NTB", "by-line": "Berg, Ole"}),
    Said(source="TT", iim={"caption": "Kungen i Stockholm. Foto: Erik Flyvholm / TT / kod 1234"}),
    Said(source="TT", iim={"credit": "TT NYHETSBYRÅN", "instructions": "SWEDEN OUT"}),
    Said(source="Shutterstock", xmp={"xmpRights:WebStatement": "https://www.shutterstock.com/license"}),
    Said(
        source="Shutterstock",
        xmp={"dc:rights": "Copyright (c) 2026 A. Painter/Shutterstock.  No use without permission."},
    ),
    Said(source="Shutterstock", exif={"copyright": "Copyright (c) 2026 Shutterstock. No use without permission."}),
    Said(source="Adobe Stock", xmp={"photoshop:Credit": "A. Painter - stock.adobe.com"}),
    Said(source="Adobe Stock", exif={"copyright": "©A. Painter - stock.adobe.com"}),
    Said(source="EPA", iim={"caption": "People walk in Copenhagen. EPA/Jane Doe", "instructions": "DENMARK OUT"}),
    Said(source="Alamy", xmp={"plus:ImageSupplierName": "Alamy Ltd", "photoshop:Credit": "Alamy Stock Photo"}),
    Said(source="dpa", xmp={"dc:description": "Ein Mann geht. Foto: Hans Muster/dpa"}),
    Said(source="Colourbox", png={"Copyright": "Colourbox.dk"}),
    Said(source="IPTC's example", xmp={"photoshop:Credit": "Julie Smith/Example Photo Agency via Example Distributor"}),
    Said(
        source="PLUS",
        xmp={
            "plus:CopyrightOwnerName": "A. Painter",
            "xmpRights:UsageTerms": "Not for online publication. Germany OUT",
        },
    ),
    Said(source="Flickr", xmp={"xmpRights:UsageTerms": "All Rights Reserved", "dc:rights": "A. Painter"}),
    Said(
        source="Wikimedia",
        exif={"copyright": "A. Painter / CC BY-SA 3.0", "artist": "A. Painter"},
        caption="Photo: B. Other, CC BY-SA 3.0",
    ),
)
OWN_LOOKED_AT = (
    Said(source="own", iim={"credit": "Foto: Example Library"}),
    Said(source="own", exif={"copyright": "© 2026 Example Library. Må ikke gengives uden tilladelse."}),
    Said(source="own", xmp={"xmpRights:UsageTerms": "All Rights Reserved Worldwide"}),
    Said(source="own", xmp={"dc:rights": "© Example Library, CC BY 4.0"}),
    Said(source="own", xmp={"dc:rights": "CC0 1.0 Public domain"}),
    Said(source="own", iim={"credit": "N/A"}),
    Said(source="own", iim={"credit": "Example Librarys fotograf"}),
    Said(source="camera", exif={"description": "OLYMPUS DIGITAL CAMERA", "copyright": "copyright"}),
    Said(source="own", xmp={"xmpRights:WebStatement": "https://www.examplelibrary.org/billeder"}),
    Said(
        source="CC credited", xmp={"dc:rights": "© A. Painter", "cc:license": CC_BY}, caption="A. Painter (CC BY 4.0)"
    ),
)
OWN_REPORTED = (
    Said(source="own", iim={"copyright": "Copyright © 2019\u20132026 Example Library, all rights reserved"}),
    Said(source="own", iim={"credit": "Example Library's photo archive", "source": "EXAMPLE LIBRARY"}),
    Said(source="own", iim={"caption": "Sommerfest i gården. Foto: Example Library"}),
    Said(source="own", xmp={"plus:CopyrightOwnerName": "Example Library", "dc:rights": "(c) Example Library"}),
    Said(source="own", xmp={"dc:rights": "Example Library. Alle rettigheder forbeholdes. Eftertryk forbudt."}),
    Said(source="own", png={"Copyright": "Photo by Example Library, 2026"}),
    Said(source="own", exif={"copyright": "Ophavsret: Example Library", "artist": "Anna Jensen"}),
    Said(source="placeholder", iim={"credit": "None", "source": "unknown", "copyright": "(c)"}),
    Said(source="camera", exif={"description": "SONY DSC", "copyright": "        "}),
    Said(source="words", iim={"caption": "På foto: Anna Jensen og hendes mor ved havnen (til venstre)"}),
)


def _packet(xmp: Mapping[str, str]) -> bytes:
    """An XMP packet as ExifTool writes it: languages where the property has them, else one element."""
    inner = "".join(
        f'<{name}><rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt></{name}>'
        if name in LANGUAGES
        else f'<{name} rdf:resource="{escape(text)}"/>'
        if name == "cc:license"
        else f"<{name}>{escape(text)}</{name}>"
        for name, text in xmp.items()
    )
    spaces = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in SPACES.items())
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about=""{spaces}>{inner}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def _photoshop(iim: Mapping[str, str]) -> bytes:
    """An APP13 segment with the data sets in a Photoshop resource, in UTF-8."""
    sets = b"\x1c\x01\x5a\x00\x03\x1b%G"
    for name, text in iim.items():
        value = text.encode()
        sets += bytes((0x1C, 2, IIM[name])) + len(value).to_bytes(2, "big") + value
    resource = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00" + len(sets).to_bytes(4, "big") + sets + b"\0" * (len(sets) % 2)
    return b"\xff\xed" + (len(resource) + 2).to_bytes(2, "big") + resource


def file_of(said: Said) -> tuple[bytes, str]:
    """A small picture that says this, and its format."""
    picture, file = Image.new("RGB", (48, 32), "green"), io.BytesIO()
    if said.png:
        text = PngInfo()
        for name, value in said.png.items():
            text.add_text(name, value)
        picture.save(file, "PNG", pnginfo=text)
        return file.getvalue(), "PNG"
    exif = Image.Exif()
    for name, value in said.exif.items():
        # As most cameras and tools do: UTF-8, though the standard asks for ASCII.
        exif[EXIF[name]] = value.encode()
    more: dict[str, bytes] = {"xmp": _packet(said.xmp)} if said.xmp else {}
    picture.save(file, "JPEG", exif=exif, **more)
    data = file.getvalue()
    return (data[:2] + _photoshop(said.iim) + data[2:] if said.iim else data), "JPEG"


def speaks(said: Said) -> bool:
    """Whether C104 finds anything."""
    data, format_name = file_of(said)
    found = metadata_of(data, format_name)
    case = examples.rights(caption=said.caption)
    facts = case.facts.joined(Facts({Metadata: found}))
    case = replace(case, facts=facts, organisation=OWN, channel=Channel(audience="public"))
    return any(SomebodyElseOwnsIt().judge(case))


def _right(statements: Sequence[Said], *, wanted: bool) -> int:
    wrong = [said for said in statements if speaks(said) != wanted]
    for said in wrong:
        print(
            "   ", "missed" if wanted else "wrongly found", said.source, *filter(None, (said.xmp, said.iim, said.exif))
        )
    return len(statements) - len(wrong)


def main() -> None:
    """Print how many are right, and each that is not."""
    for half, agencies, own in (
        ("looked at", AGENCIES_LOOKED_AT, OWN_LOOKED_AT),
        ("reported", AGENCIES_REPORTED, OWN_REPORTED),
    ):
        found, left = _right(agencies, wanted=True), _right(own, wanted=False)
        print(f"{half}: {found} of {len(agencies)} statements of others, {left} of {len(own)} own and empty ones right")


if __name__ == "__main__":
    main()
