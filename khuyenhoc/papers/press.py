"""The press: one typst template and one content give one PDF, the same bytes every time.

Contents travel as JSON and are data to the template, never source: whatever a person typed is
printed literally. Only the fonts of this folder are used, so a paper looks alike on every machine.
"""

import json
import re
import threading
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.names import clean
from khuyenhoc.core.text import gettext as _
from khuyenhoc.papers.glyphs import covered
from khuyenhoc.papers.qr import qr_svg

if TYPE_CHECKING:
    import typst  # loaded by the first paper, not by the start

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE / "templates"
FONTS = HERE / "fonts"
TAGGED_ROWS = 1000
"""A list of more rows is printed without the tags for screen readers: they would take hundreds of megabytes."""

LONG_LIST = 100
"""From here on a list is worth clearing away after."""

MOST_ROWS = 3000
"""A longer list is refused in words: it would hold the machine for everybody else."""

SCALES = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64, 0.56, 0.48, 0.4)
"""A paper of one page is drawn as large as it fits; only the smallest may run over. Measuring first would cost more."""

ONE_PAGE = frozenset({"receipt", "confirmation", "consent", "cash_count", "gold_heart", "thank_you"})
"""The templates that draw with ``one-page``; so does every voucher."""

_PAGES = re.compile(rb"/Type/Pages/Count (\d+)")
"""The root of all pages, the first thing in the file. A template that asked for its page would be laid out twice."""

MISSING = "◊"

_own = threading.local()  # a compiler shared by two threads fails, so each thread keeps its own


class PressFault(RuntimeError):
    """A template did not compile, or warned: a programmer's mistake, never a user's."""


def print_pdf(template: str, content: Mapping[str, Any], *, copy: bool = False, void: bool = False) -> bytes:
    """The paper as PDF/A. ``content`` needs ``title`` and ``day`` (ISO); with ``proof.address`` it bears a QR of it.

    ``copy`` prints BẢN SAO, ``void`` prints a large HỦY. The same arguments give the same bytes.
    """
    rows = len(content.get("rows", ()))
    if rows > MOST_ROWS:
        raise RuleBroken(_("Danh sách có %(n)s dòng, quá dài để in. Xin chọn khoảng thời gian ngắn hơn.", n=rows))
    inputs = {
        "content": json.dumps(_printable(content), ensure_ascii=False),
        "qr": qr_svg(content["proof"]["address"]) if content.get("proof") else "",
        "copy": "1" if copy else "",
        "void": "1" if void else "",
    }
    one_page = template in ONE_PAGE or template.endswith("_voucher")
    for scale in SCALES if one_page else SCALES[:1]:
        inputs["scale"] = str(scale)
        pdf = _compiled(template, inputs, moment=_noon(str(content["day"])), tagged=rows <= TAGGED_ROWS)
        if not one_page or _pages(pdf) == 1:
            break
    if rows > LONG_LIST:
        _forget()
    return pdf


def _compiled(template: str, inputs: dict[str, str], *, moment: int, tagged: bool) -> bytes:
    try:
        pdf, warnings = _compiler().compile_with_warnings(
            input=str(TEMPLATES / f"{template}.typ"),
            format="pdf",
            sys_inputs=inputs,
            pdf_standards=["a-2a", "ua-1"] if tagged else ["a-2b"],
            pdf_tags=tagged,
            timestamp=moment,
        )
    except import_module("typst").TypstError as error:
        raise PressFault(f"{template}: {error}") from error
    if warnings:
        raise PressFault(f"{template}: {'; '.join(str(warning) for warning in warnings)}")
    assert isinstance(pdf, bytes)
    return pdf


def _pages(pdf: bytes) -> int:
    """How many pages a PDF of the press has."""
    found = _PAGES.search(pdf)
    if found is None:
        raise PressFault("a PDF that does not say how many pages it has")
    return int(found[1])


def _forget() -> None:
    """Give back the memory of a long list (150 MB for 800 rows); else the next nine would come on top of it."""
    for _turn in range(12):
        _compiler().compile(input=str(TEMPLATES / "blank.typ"), format="pdf", timestamp=0)


def _compiler() -> "typst.Compiler":
    if not hasattr(_own, "compiler"):
        _own.compiler = import_module("typst").Compiler(root=str(TEMPLATES), font_paths=_fonts())
    compiler: typst.Compiler = _own.compiler
    return compiler


@cache
def _fonts() -> "typst.Fonts":
    fonts: typst.Fonts = import_module("typst").Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )
    return fonts


def _noon(day: str) -> int:
    """The moment written into the file: noon UTC of the paper's day, whose date is the same in Vietnam."""
    return int(datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).timestamp()) + 12 * 3600


def _printable(value: Any) -> Any:
    """Texts in NFC without control characters; a letter that no font here can draw becomes a lozenge."""
    if isinstance(value, str):
        text = clean(unicodedata.normalize("NFC", value))
        return text if covered().issuperset(text) else "".join(c if c in covered() else MISSING for c in text)
    if isinstance(value, Mapping):
        return {key: _printable(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(part) for part in value]
    return value
