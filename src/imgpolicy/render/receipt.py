"""A receipt to keep: what was signed, what was said, and the link that takes it back, as a PDF."""

from __future__ import annotations

import io
from xml.sax.saxutils import escape

from imgpolicy.domain.form import Form, ShownForm
from imgpolicy.domain.request import Answer
from imgpolicy.language import Language
from imgpolicy.render.consent_form import evidence_text

_MARGIN = 56
"""Points: two centimetres."""

_FONT = "Vera"
"""Bitstream Vera, which comes with the library and has the letters of western Europe."""


def receipt_pdf(answer: Answer, form: Form, shown: ShownForm, link: str, language: Language) -> bytes:
    """The receipt: the whole text that was signed, each answer, and the link. Letters that the font lacks are boxes."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

    pdfmetrics.registerFont(TTFont(_FONT, f"{_FONT}.ttf"))
    title = ParagraphStyle("title", fontName=_FONT, fontSize=16, leading=22)
    plain = ParagraphStyle("plain", fontName=_FONT, fontSize=10, leading=15, spaceAfter=4)
    word = language.word
    lines = evidence_text(answer, form, shown, language).splitlines()
    story = [
        Paragraph(escape(word("Receipt")), title),
        Spacer(1, 10),
        *(Paragraph(escape(line) or "&nbsp;", plain) for line in lines),
        Spacer(1, 10),
        Paragraph(escape(word("Keep this link for yourself. It shows what you said, and takes it back:")), plain),
        Paragraph(f'<a href="{escape(link, {chr(34): "&quot;"})}">{escape(link)}</a>', plain),
    ]
    out = io.BytesIO()
    page = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=word("Receipt"),
        lang=language.code.value,
    )
    page.build(story)
    return out.getvalue()
