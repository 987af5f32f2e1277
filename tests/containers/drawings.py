"""Drawings for the tests: pieces of SVG that run something or lead out of the file, and pictures in data URIs.

`left_in` is the judge of the tests: ElementTree and loose expressions, which share nothing with the program.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from urllib.parse import quote, unquote
from xml.etree import ElementTree as ET

from PIL import Image

SECRET = "somebody-was-here"
SPACES = (
    'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:s="http://www.w3.org/2000/svg"'
)
SHAPE = '<rect x="2" y="2" width="20" height="12" fill="#c04"/>'


def drawing(inside: str = "", attributes: str = "", before: str = "") -> bytes:
    """An SVG of 40 by 30 with a shape in it."""
    return f'{before}<svg {SPACES} width="40" height="30"{attributes}>{inside}{SHAPE}</svg>'.encode()


def picture(kind: str = "JPEG", *, telling: bool = True) -> bytes:
    """A picture of 8 by 8 with a secret in its EXIF, or with nothing but pixels."""
    data, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = SECRET
    exif.get_ifd(0x8825).update({1: "N", 2: (55.0, 40.0, 30.0), 3: "E", 4: (12.0, 34.0, 6.0)})
    image = Image.new("RGB", (8, 8), "red").convert("P" if kind == "GIF" else "RGB")
    if kind == "GIF":
        image.save(data, kind, comment=SECRET.encode() if telling else b"")
    elif telling:
        image.save(data, kind, exif=exif)
    else:
        image.save(data, kind)
    return data.getvalue()


def in_base64(data: bytes, media: str = "image/jpeg") -> str:
    """The data URI, in base64."""
    return f"data:{media};base64,{base64.b64encode(data).decode()}"


def in_percent(data: bytes, media: str = "image/jpeg") -> str:
    """The data URI, every byte that needs it behind a percent sign."""
    return f"data:{media},{quote(data, safe='')}"


def in_entities(uri: str) -> str:
    """The URI with character references for what makes it one."""
    return uri.replace("data:", "&#x64;&#97;ta&#58;")


def in_css(uri: str) -> str:
    """The URI with CSS escapes for what makes it one."""
    return uri.replace("data:", "\\64 at\\000061\\3a ")


def nested(uri: str, depth: int = 1) -> str:
    """The URI of a drawing that shows the picture, in as many drawings as asked for."""
    for _ in range(depth):
        uri = in_base64(f'<svg {SPACES}><image href="{uri}" width="8" height="8"/></svg>'.encode(), "image/svg+xml")
    return uri


def pictures_in(data: bytes) -> Iterator[bytes]:
    """Every picture in data URIs of a drawing, in drawings in it too, by a loose look at its text."""
    text = re.sub(r"\\0{0,4}([0-9a-fA-F]{2})\s?", lambda found: chr(int(found[1], 16)), _resolved(data))
    for match in re.finditer(r"data\s*:([^,]*),([^\"')<>\s]*)", text, re.IGNORECASE):
        body = unquote(match[2], "latin-1").encode("latin-1")
        body = base64.b64decode(body + b"==") if "base64" in match[1].lower() else body
        yield body
        if b"<svg" in body:
            yield from pictures_in(body)


def _resolved(data: bytes) -> str:
    """All words of a drawing without entities: values of attributes and text."""
    root = ET.fromstring(data)
    return "\n".join(part for one in root.iter() for part in (one.text or "", one.tail or "", *one.attrib.values()))


def left_in(data: bytes) -> list[str]:
    """What runs, leads out of the drawing, or tells something in it."""
    left = [mark for mark in ("<!--", "<!DOCTYPE", "<?xml-style", "<!ENTITY") if mark.encode() in data]
    for one in ET.fromstring(data).iter():
        space, _, local = one.tag[1:].partition("}")
        if space != "http://www.w3.org/2000/svg" or local.lower() in {"script", "handler", "listener", "foreignobject"}:
            left.append(one.tag)
        for name, value in one.attrib.items():
            if name.rpartition("}")[2].lower().startswith("on") or name.endswith(("base", "ping")):
                left.append(name)
            bare = re.sub(r"[\x00-\x20]", "", value).lower()
            pictured = local in {"image", "feImage"} and bare.startswith("data:image/")
            if name.endswith("href") and not pictured and not value.strip("\t\n\r ").startswith("#"):
                left.append(value)
            if name == "attributeName" and re.search(r"href|^on|style", bare):
                left.append(value)
            if _OUT.search(_plain(value)):
                left.append(value)
        if local == "style" and _OUT.search(_plain("".join(one.itertext()))):
            left.append(one.tag)
    return left + [SECRET for one in (data, *pictures_in(data)) if SECRET.encode() in one or b"GPS" in one]


_OUT = re.compile(
    r"(?:java|vb)script:|https?:|//|file:|ftp:|@import|other\.svg|expression\(|url\((?![\"']?(?:#|data\)))",
    re.IGNORECASE,
)


def _plain(text: str | None) -> str:
    """A value without CSS escapes, comments, space and the data of pictures."""
    text = re.sub(r"\\([0-9a-fA-F]{1,6})\s?", lambda found: chr(int(found[1], 16)), text or "")
    return re.sub(r"/\*.*?\*/|[\x00-\x20]", "", re.sub(r"data:image/[^)\"'\\]*", "data", text.replace("\\", "")))


JAVASCRIPT = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " \n javascript:alert(1)",
    "java&#10;script:alert(1)",
    "java&#9;script:alert(1)",
    "&#106;avascript&#58;alert(1)",
    "vbscript:msgbox(1)",
)
OUTSIDE = (
    "http://example.org/x.png",
    "HTTPS://example.org/x#a",
    "//example.org/x.png",
    "/x.png",
    "other.svg#a",
    "../other.svg",
    "file:///home/somebody/x.png",
    "ftp://example.org/x",
    "?x",
    "blob:x",
    "about:blank",
    "\u00a0#a",
    "&#x68;ttp://example.org/",
    "%64ata:image/png,x",
)
RUNNING = {
    "script": "<script>alert(1)</script>",
    "script-cdata": "<script><![CDATA[ if (1 < 2) alert(1) ]]></script>",
    "script-prefixed": '<s:script href="http://example.org/x.js"/>',
    "script-in-a-group": "<g><g><script>alert(1)</script></g></g>",
    "handler-element": '<handler type="application/ecmascript" xmlns:ev="urn:ev" ev:event="load">1</handler>',
    "listener": "<listener event='load' handler='#x'/>",
    "onclick": '<g onclick="alert(1)"/>',
    "onload": "<g onload = 'alert(1)'/>",
    "onbegin": '<animate attributeName="x" onbegin="alert(1)" dur="1s"/>',
    "set-handler": '<g><set attributeName="onclick" to="alert(1)"/></g>',
    "animate-href": '<a><animate attributeName="href" values="javascript:alert(1);#a"/></a>',
    "animate-xlink": '<a><animate attributeName=" xlink:href " from="#a" to="javascript:alert(1)"/></a>',
    "expression": '<g style="width:expression(alert(1))"/>',
    "xhtml-script": '<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>',
    "animate-entity": '<a><set attributeName="&#104;ref" to="javascript:alert(1)"/></a>',
    "script-other-prefix": '<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>',
    "script-namespace-in-entities": '<x:script xmlns:x="http://www.w3.org/2000/s&#118;g">alert(1)</x:script>',
    "script-in-foreign": '<g xmlns="http://www.w3.org/1999/xhtml"><s:script>alert(1)</s:script></g>',
    "script-behind-foreign": '<s:g xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></s:g>',
    "link-other-prefix": '<a xmlns:l="http://www.w3.org/1999/xlink" l:href="javascript:alert(1)"/>',
    "handler-prefixed": '<g xmlns:x="urn:x" x:onclick="alert(1)"/>',
    **{f"link-{at}": f'<a href="{one}"><circle r="0"/></a>' for at, one in enumerate(JAVASCRIPT)},
    **{f"xlink-{at}": f'<a xlink:href="{one}"><circle r="0"/></a>' for at, one in enumerate(JAVASCRIPT)},
}
"""Pieces that run something, and draw nothing."""
REFERRING = {
    **{f"image-{at}": f'<image href="{one}" width="1" height="1"/>' for at, one in enumerate(OUTSIDE)},
    **{f"a-{at}": f'<a xlink:href="{one}"/>' for at, one in enumerate(OUTSIDE)},
    "use": '<use href="other.svg#x"/>',
    "use-data": '<use href="data:image/svg+xml,x#x"/>',
    "feimage": '<filter id="q"><feImage xlink:href="http://example.org/x"/></filter>',
    "gradient": '<linearGradient id="q" xlink:href="http://example.org/x#a"/>',
    "font-face-uri": '<font-face><font-face-src><font-face-uri xlink:href="http://example.org/x"/></font-face-src></font-face>',
    "cursor": '<cursor xlink:href="http://example.org/x"/>',
    "colour-profile": '<color-profile name="x" xlink:href="http://example.org/x"/>',
    "base": '<g xml:base="http://example.org/"/>',
    "ping": '<a href="#a" ping="http://example.org/"/>',
    "xhtml": '<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="http://example.org/"/></foreignObject>',
    "html-link": '<link xmlns="http://www.w3.org/1999/xhtml" rel="stylesheet" href="http://example.org/x.css"/>',
    "video": '<h:video xmlns:h="http://www.w3.org/1999/xhtml" src="http://example.org/x.mp4"/>',
    "svg-video": '<video xlink:href="http://example.org/x.mp4"/>',
    "svg-iframe": '<iframe src="http://example.org/"/>',
    "import": "<style>@import 'http://example.org/x.css';</style>",
    "import-url": "<style>@import url(http://example.org/x;y.css) screen;</style>",
    "import-escaped": "<style>@\\69mport 'http://example.org/x.css'</style>",
    "import-cdata": "<style><![CDATA[@import 'http://example.org/x.css';]]></style>",
    "import-entities": "<style>&#64;import 'http://example.org/x.css';</style>",
    "import-split": "<style>@im<!-- -->port 'http://example.org/x.css';</style>",
    "import-behind-a-comment": "<style><!-- -->@import 'http://example.org/x.css';<!-- --></style>",
    "import-beside-an-element": "<style>.q{fill:red}<g/>@import 'http://example.org/x.css';</style>",
    "font": "<style>@font-face{font-family:x;src:url('http://example.org/x.woff2') format('woff2')}</style>",
    "image-set": '<style>.q{background:image-set("http://example.org/x.png" 1x)}</style>',
    "src": '<style>.q{background:src("http://example.org/x.png")}</style>',
    "variable": "<style>.q{--x:url(http://example.org/);fill:var(--x)}</style>",
    "namespace": "<style>@namespace x url(http://example.org/);</style>",
    "property": '<style>.q{cursor:URL( "http://example.org/x" ),auto}</style>',
    "commented": "<style>.q{fill:url(/**/http://example.org/)}</style>",
    "style-escaped": '<g style="fill:\\75 rl(http://example.org/x)"/>',
    "style-escaped-more": '<g style="fill:u\\0072l(\\2f/example.org/x)"/>',
    "style-entities": '<g style="fill:&#117;rl&#40;http://example.org/x)"/>',
    "style-open": '<g style="fill:url(http://example.org/x"/>',
    "fill": '<g fill="url(http://example.org/x#a)"/>',
    "filter": '<g filter="url(other.svg#a)"/>',
    "marker": "<g marker-end='url(\"other.svg#a\") none'/>",
    "animated": '<g><animate attributeName="fill" values="url(#a);url(http://example.org/)"/></g>',
}
"""Pieces that lead out of the drawing, and draw nothing."""
