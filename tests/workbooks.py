"""Excel workbooks for tests, written part by part, so that a cell may be whatever Excel or somebody else writes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'

DAY, DANISH_DAY, PERCENT, ZEROS = 1, 2, 3, 4
"""Styles of a number; 0 is General."""
_STYLES = f"""<styleSheet {_MAIN}><numFmts><numFmt numFmtId="164" formatCode="[$-406]d. mmmm yyyy;@"/>
<numFmt numFmtId="165" formatCode="000"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="9"/><xf numFmtId="165"/></cellXfs>
</styleSheet>"""


def text(words: str) -> str:
    """A cell with a text."""
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(words)}</t></is></c>'


def number(value: object, style: int = 0) -> str:
    """A cell with a number, shown in this style."""
    return f'<c s="{style}"><v>{value}</v></c>'


def rows(*cells: Sequence[str]) -> str:
    """The markup of rows of cells; a cell that is no markup is a text, and an empty one is left out."""
    return "".join(f"<row>{''.join(_cell(cell) for cell in row)}</row>" for row in cells)


def _cell(cell: str) -> str:
    return cell if cell.startswith("<c") else text(cell) if cell else "<c/>"


def workbook(sheets: Mapping[str, str], *, strings: str = "", book: str = "", more: str = "", head: str = "") -> bytes:
    """A workbook of sheets, each by the markup of its rows."""
    numbered = list(enumerate(sheets.items(), start=1))
    names = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="r{n}"/>' for n, (name, _) in numbered)
    related = "".join(
        f'<Relationship Id="r{n}" Type="{_KINDS}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n, _ in numbered
    )
    parts = {
        "_rels/.rels": f'<Relationships {_RELATIONS}><Relationship Id="a" Type="{_KINDS}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_KINDS}">{book}<sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships {_RELATIONS}>{related}<Relationship Id="s" '
        f'Type="{_KINDS}/styles" Target="/xl/styles.xml"/><Relationship Id="t" Type="{_KINDS}/sharedStrings" '
        'Target="sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": _STYLES,
        "xl/sharedStrings.xml": f"<sst {_MAIN}>{strings}</sst>",
        **{
            f"xl/worksheets/sheet{n}.xml": f"{head}<worksheet {_MAIN}><sheetData>{data}</sheetData>{more}</worksheet>"
            for n, (_, data) in numbered
        },
    }
    return zipped(parts)


def zipped(parts: Mapping[str, str]) -> bytes:
    """A zip file of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()
