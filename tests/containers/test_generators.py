"""Signs that AI made a picture are statements of its source, wherever they stand, and stay when a file is stripped."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from imgpolicy.containers.blocks.generators import MADE, signs, signs_in_c2pa, strongest
from imgpolicy.containers.blocks.xmp import packet
from imgpolicy.containers.parts import Credit, Right
from imgpolicy.domain.terms import StripMode
from imgpolicy.extract.metadata import MetadataExtractor
from imgpolicy.picture import load
from imgpolicy.remedies.strip import strip

A1111 = "a green field\nNegative prompt: people\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Model: sdxl"
COMFY = '{"3": {"class_type": "KSampler", "inputs": {"seed": 1, "sampler_name": "euler"}}}'
AIGC = '{"AIGC": {"Label": "1", "ContentProducer": "x", "ProduceID": "7"}}'
SOURCE = Right.DIGITAL_SOURCE_TYPE


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("CreatorTool", "Adobe Firefly"), ("Software", "Midjourney v6"), ("software", "NovelAI"), ("Make", "OpenAI")),
        *(("Software", "ComfyUI"), ("Credit", "Made with Google AI"), ("Software", "DALL·E 3"), ("Model", "Imagen 3")),
        *(("parameters", A1111), ("UserComment", A1111), ("prompt", COMFY), ("comment", COMFY), ("workflow", "{}")),
        *(("AISystemUsed", "anything"), ("Iptc4xmpExt:AIPromptInformation", "a dog"), ("AIGC", AIGC), ("x", AIGC)),
        ("Description", "a fox --v 6 Job ID: 0f0e0d0c-1111-2222-3333-444455556666"),
    ],
)
def test_a_generator_that_names_itself_made_it(name: str, text: str) -> None:
    assert signs(name, text, "p") == (Credit(SOURCE, MADE, "p"),)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("Software", "Adobe Photoshop 25.0"), ("Software", "GIMP 2.10"), ("CreatorTool", "Adobe Lightroom Classic")),
        *(("Model", "Canon EOS R5"), ("Make", "FLIR"), ("comment", "the firefly at our summer party"), ("prompt", " ")),
        *(("ImageDescription", "Steps to the library"), ("Credit", "Gem Initiative"), ("Software", "Fluxus 1")),
    ],
)
def test_what_people_and_cameras_write_is_no_sign(name: str, text: str) -> None:
    assert signs(name, text, "p") == ()


@given(st.text(max_size=30), st.text(max_size=2000))
def test_no_text_takes_long_or_breaks_it(name: str, text: str) -> None:
    assert len(signs(name, text, "p")) <= 1


def saved(kind: str) -> bytes:
    """A small picture of this format with a sign in a place of its own."""
    picture, data = Image.new("RGB", (48, 32), "green"), io.BytesIO()
    exif = Image.Exif()
    exif[0x0131] = "Midjourney v6"
    xmp = packet([Credit(Right.COPYRIGHT, "somebody")]).replace(
        b"<rdf:Description ", b'<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="Firefly" '
    )
    text = PngInfo()
    text.add_text("parameters", A1111)
    packed = PngInfo()
    packed.add_itxt("prompt", COMFY, zip=True)
    options: dict[str, dict[str, object]] = {
        "jpeg-exif": {"format": "JPEG", "exif": exif},
        "jpeg-xmp": {"format": "JPEG", "xmp": xmp},
        "jpeg-comment": {"format": "JPEG", "comment": A1111.encode()},
        "png-text": {"format": "PNG", "pnginfo": text},
        "png-packed": {"format": "PNG", "pnginfo": packed},
        "webp": {"format": "WEBP", "exif": exif, "lossless": True},
        "tiff": {"format": "TIFF", "exif": exif},
    }
    picture.save(data, **options[kind])  # type: ignore[arg-type]  # options by name
    return data.getvalue()


def source_types(data: bytes) -> list[str]:
    said = MetadataExtractor().extract(load(data, "picture")).rights
    return [one.value for one in said if one.what == SOURCE]


@pytest.mark.parametrize("kind", ["jpeg-exif", "jpeg-xmp", "jpeg-comment", "png-text", "png-packed", "webp", "tiff"])
def test_a_sign_is_found_in_every_format_and_carried_into_the_stripped_file(kind: str) -> None:
    data = saved(kind)
    assert set(source_types(data)) == {MADE}
    done = strip(data, mode=StripMode.ALL)
    stripped = done.data
    assert (source_types(stripped), done.made_by_ai) == ([MADE], True)
    assert source_types(strip(data, mode=StripMode.ALL, keep_credit=False).data) == [MADE]
    assert b"CFG scale" not in stripped
    assert b"Midjourney" not in stripped


def test_what_a_c2pa_block_says_of_ai_is_a_statement_of_the_file_too() -> None:
    term = b"http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
    (found,) = signs_in_c2pa(b"\x00jumb" + term + b"\x00" + term, "p")
    assert found == Credit(SOURCE, term.decode(), "p")
    assert signs_in_c2pa(b"digitalsourcetype/digitalCapture", "p") == ()


def test_of_several_source_types_the_one_that_says_ai_is_kept() -> None:
    assert strongest(["digitalCapture", MADE]) == MADE
    assert strongest(["digitalCapture", "print"]) == "digitalCapture"
    kept = packet([Credit(SOURCE, "digitalCapture"), Credit(SOURCE, MADE)])
    assert MADE.encode() in kept
    assert b"digitalCapture" not in kept
