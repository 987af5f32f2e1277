"""Formulas by which agencies sign in captions and instructions are statements of rights, and stay when stripped."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imgpolicy.containers.blocks.c2pa_rights import rights_in_c2pa
from imgpolicy.containers.blocks.credit_lines import credit_lines
from imgpolicy.containers.blocks.xmp import packet
from imgpolicy.containers.blocks.xmp import read as read_xmp
from imgpolicy.containers.parts import Credit, Right
from imgpolicy.domain.terms import StripMode
from imgpolicy.extract.metadata import MetadataExtractor
from imgpolicy.picture import load
from imgpolicy.remedies.strip import strip

HEAD = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '


@pytest.mark.parametrize(
    ("caption", "said"),
    [
        ("Statsministeren på havnen. Foto: Bo Hansen/Ritzau Scanpix", "Bo Hansen/Ritzau Scanpix"),
        ("LONDON - MAY 01: A man walks. (Photo by John Smith/Getty Images)", "John Smith/Getty Images"),
        ("FILE PHOTO: A ship sails. REUTERS/Jane Doe/File Photo", "REUTERS/Jane Doe"),
        ("People walk in Paris (AP Photo/Jane Doe, File)", "AP Photo"),
        ("A harbour (Photo by Jane DOE / AFP)", "Jane DOE / AFP"),
        ("Fra festen - Foto: A. Painter", "A. Painter"),
        ("Kongen. Foto: Erik Flyvholm / TT / kod 1234", "Erik Flyvholm / TT / kod"),
        ("A harbour - stock photo via Getty Images", "via Getty Images"),
        ("Copyright 2026 A. Painter", "A. Painter"),
    ],
)
def test_whoever_signs_a_caption_is_credited(caption: str, said: str) -> None:
    assert Credit(Right.CREDIT, said) in credit_lines("description", caption, "p")


@pytest.mark.parametrize(
    ("instruction", "said"),
    [
        ("EDITORIAL USE ONLY. No sales", ["EDITORIAL USE ONLY", "No sales"]),
        ("Kun til redaktionel brug", ["Kun til redaktionel brug"]),
        ("Må kun bruges redaktionelt.", ["Må kun bruges redaktionelt"]),
    ],
)
def test_terms_of_agencies_are_terms_of_use(instruction: str, said: list[str]) -> None:
    expected = [Credit(Right.USAGE_TERMS, text) for text in said]
    assert list(credit_lines("SpecialInstructions", instruction, "p")) == expected


@pytest.mark.parametrize(
    "caption",
    [
        *("På foto: Anna Jensen og Bo", "Foto af børn i haven", "Photo by the river", "Et foto: se her"),
        *("Getty Images opens an office in Oslo", "Our new copyright rules", "OLYMPUS DIGITAL CAMERA", "The TT car"),
        *("Kilde: Danmarks Statistik", "The editorial office", "80 km/t", "The AP course starts (at ten)"),
    ],
)
def test_words_about_the_picture_say_nothing_of_rights(caption: str) -> None:
    assert credit_lines("description", caption, "p") == ()


def test_a_caption_under_another_name_is_not_read() -> None:
    assert credit_lines("Software", "Foto: A. Painter", "p") == ()


def test_no_number_and_no_address_goes_along_with_a_name() -> None:
    said = credit_lines("description", "Foto: Bo Hansen, 0101901234, bo@example.org, Vesterbrogade 3", "p")
    assert [one.text for one in said] == ["Bo Hansen"]


@given(st.text(max_size=3000))
def test_no_caption_breaks_it(text: str) -> None:
    assert len(credit_lines("caption", text, "p")) <= 20


def test_a_stripped_file_says_on_whose_its_caption_said_it_is() -> None:
    picture, file = Image.new("RGB", (48, 32), "green"), io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "On the harbour. Foto: Bo Hansen/Ritzau Scanpix. EDITORIAL USE ONLY"
    exif[0x8298] = "Example Library"
    picture.save(file, "JPEG", exif=exif)
    once = strip(file.getvalue(), mode=StripMode.ALL).data
    assert b"On the harbour" not in once
    said = {(one.what, one.value) for one in MetadataExtractor().extract(load(once, "p")).rights}
    assert {("photoshop:Credit", "Bo Hansen/Ritzau Scanpix"), ("xmpRights:UsageTerms", "EDITORIAL USE ONLY")} <= said
    assert strip(once, mode=StripMode.ALL).data == once


def test_of_two_statements_of_one_kind_none_is_lost() -> None:
    both = (Credit(Right.COPYRIGHT, "Example Library"), Credit(Right.COPYRIGHT, "© Some Agency"))
    assert read_xmp(packet(both), "p", 0).credits == (Credit(Right.COPYRIGHT, "Example Library; © Some Agency"),)


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ('xmlns:G="http://xmp.gettyimages.com/gift/1.0/" G:AssetID="123"', Credit(Right.SUPPLIER, "Getty Images")),
        ('xmlns:cc="http://creativecommons.org/ns#" cc:attributionName="A"', Credit(Right.ATTRIBUTION, "A")),
        ('xmlns:p="http://ns.useplus.org/ldf/xmp/1.0/" p:ImageSupplierName="B"', Credit(Right.SUPPLIER, "B")),
    ],
)
def test_suppliers_and_open_licences_are_read_in_xmp(attributes: str, said: Credit) -> None:
    assert read_xmp(f'{HEAD} rdf:about="" {attributes}/></rdf:RDF>'.encode(), "p", 0).credits == (said,)


def test_the_address_of_a_licence_is_read_as_a_resource() -> None:
    address = "http://creativecommons.org/licenses/by/4.0/"
    inner = f'xmlns:cc="http://creativecommons.org/ns#"><cc:license rdf:resource="{address}"/>'
    reading = read_xmp(f"{HEAD} {inner}</rdf:Description></rdf:RDF>".encode(), "p", 0)
    assert reading.credits == (Credit(Right.LICENCE, address),)


def boxed(document: str) -> bytes:
    """A JUMBF box of JSON, between other bytes."""
    body = document.encode()
    return b"before" + (len(body) + 8).to_bytes(4, "big") + b"json" + body + b"after"


def test_a_c2pa_manifest_states_rights_by_the_names_of_xmp_and_of_schema_org() -> None:
    xmp = '{"@context": {}, "dc:rights": {"x-default": "© A"}, "plus:Licensor": [{"plus:LicensorName": "B"}]}'
    work = '{"@type": "CreativeWork", "author": [{"name": "C"}], "license": "https://example.org/terms"}'
    assert rights_in_c2pa(boxed(xmp) + boxed(work), "p") == (
        Credit(Right.COPYRIGHT, "© A"),
        Credit(Right.LICENSOR_NAME, "B"),
        Credit(Right.CREATOR, "C"),
        Credit(Right.LICENCE, "https://example.org/terms"),
    )


@pytest.mark.parametrize("data", [b"json{", b"\0\0\0\x10json{]", boxed("[" * 3000), boxed('{"dc:rights": 3}'), b"json"])
def test_broken_json_in_a_manifest_states_nothing(data: bytes) -> None:
    assert rights_in_c2pa(data, "p") == ()
