"""Reading a PDF back, as a person with a ruler and a magnifying glass would."""

import io
import unicodedata
from typing import Any

from pypdf import PdfReader
from pypdf.generic import IndirectObject

from khuyenhoc.papers.content import Paper
from khuyenhoc.papers.press import print_pdf
from tests.papers.examples import proven

MM = 72 / 25.4


def printed(paper: Paper, *, copy: bool = False, void: bool = False, **changed: Any) -> PdfReader:
    """An example, issued and printed."""
    return read(print_pdf(paper.TEMPLATE, proven(paper, **changed), copy=copy, void=void))


def read(pdf: bytes) -> PdfReader:
    """The printed file."""
    return PdfReader(io.BytesIO(pdf))


def text_of(pdf: PdfReader) -> str:
    """All its words, single spaces between them."""
    return squeeze(" ".join(page.extract_text() for page in pdf.pages))


def squeeze(text: str) -> str:
    """NFC, with every kind of space made one."""
    return " ".join(unicodedata.normalize("NFC", text).replace("\u00a0", " ").split())


def sheet(pdf: PdfReader) -> tuple[int, int]:
    """Width and height of the first page in millimetres."""
    box = pdf.pages[0].mediabox
    return round(float(box.width) / MM), round(float(box.height) / MM)


def fonts(pdf: PdfReader) -> dict[str, bool]:
    """Name of each font without its subset's tag → whether it is embedded."""
    found: dict[str, bool] = {}
    for page in pdf.pages:
        for font in _resolved(_resolved(page["/Resources"]).get("/Font", {})).values():
            inner = _resolved(_resolved(_resolved(font)["/DescendantFonts"])[0])
            descriptor = _resolved(inner["/FontDescriptor"])
            name = str(inner["/BaseFont"]).lstrip("/").partition("+")[2]
            found[name] = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
    return found


def _resolved(thing: Any) -> Any:
    return thing.get_object() if isinstance(thing, IndirectObject) else thing
