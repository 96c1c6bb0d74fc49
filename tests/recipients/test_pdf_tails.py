"""Bytes that hide in what is drawn: behind the end of what is packed, and in the notes of a JPEG 2000."""

import io
import zlib

import pypdf
import pytest
from PIL import Image
from pypdf.generic import ArrayObject, NameObject

from khuyenhoc.recipients import files
from khuyenhoc.recipients.jpeg2000 import without_boxes
from tests.recipients.test_pdf_pages import attached, stream_of

HIDDEN = b"GPS-10.7769N-106.7009E"
FLATE = NameObject("/FlateDecode")


def packed(data: bytes, tail: bytes = HIDDEN) -> bytes:
    """As a PDF packs it, and something behind."""
    return zlib.compress(data) + tail


def kept(sent: bytes) -> bytes:
    """Everything of the cleaned file, as it lies there and unpacked."""
    assert HIDDEN in sent
    content = files.cleaned(sent).content
    reader = pypdf.PdfReader(io.BytesIO(content))
    found = [one.get_data() for n in range(1, 60) if (one := stream_of(reader, n)) is not None]
    (page,) = reader.pages
    assert (page.extract_text().strip(), page.images[0].image.getpixel((0, 0))) == ("Ho ngheo", (255, 0, 0))
    return b"".join([content, *found])


@pytest.mark.parametrize("ways", [FLATE, ArrayObject([FLATE])])
def test_what_lies_behind_the_end_of_a_packed_picture_stays_outside(ways: object) -> None:
    def hide(_writer: pypdf.PdfWriter, page: pypdf.PageObject, _file: object) -> None:
        image = page["/Resources"]["/XObject"]["/Anh"]  # type: ignore[index]
        image._data, image[NameObject("/Filter")] = packed(bytes([255, 0, 0])), ways

    assert HIDDEN not in kept(attached(hide))


def test_what_lies_behind_the_end_of_packed_words_stays_outside() -> None:
    def hide(_writer: pypdf.PdfWriter, page: pypdf.PageObject, _file: object) -> None:
        words = page["/Contents"]
        words._data, words[NameObject("/Filter")] = packed(words._data), FLATE  # type: ignore[index]

    assert HIDDEN not in kept(attached(hide))


def test_a_stream_that_grows_without_end_takes_no_memory() -> None:
    def grow(_writer: pypdf.PdfWriter, page: pypdf.PageObject, _file: object) -> None:
        form = page["/Resources"]["/XObject"]["/Hinh"]  # type: ignore[index]
        form._data, form[NameObject("/Filter")] = packed(bytes(200_000_000)), FLATE

    assert HIDDEN not in files.cleaned(attached(grow)).content


def box(kind: bytes, data: bytes) -> bytes:
    return (len(data) + 8).to_bytes(4, "big") + kind + data


def scanned() -> bytes:
    """A red dot as a JPEG 2000, a place in its notes."""
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), (255, 0, 0)).save(drawn, "JPEG2000")
    picture = drawn.getvalue()
    return picture[:12] + box(b"uuid", HIDDEN) + picture[12:] + box(b"xml ", HIDDEN)


def test_a_jpeg_2000_stays_without_its_notes() -> None:
    def draw(_writer: pypdf.PdfWriter, page: pypdf.PageObject, _file: object) -> None:
        image = page["/Resources"]["/XObject"]["/Anh"]  # type: ignore[index]
        image._data, image[NameObject("/Filter")] = scanned(), NameObject("/JPXDecode")

    assert HIDDEN not in kept(attached(draw))


@pytest.mark.parametrize("length", [7, 900])
def test_a_box_that_ends_outside_is_refused(length: int) -> None:
    picture = scanned()[:12] + length.to_bytes(4, "big") + b"uuid" + HIDDEN

    with pytest.raises(ValueError, match="ends outside"):
        without_boxes(picture)
    assert without_boxes(picture[:12]) == picture[:12]
