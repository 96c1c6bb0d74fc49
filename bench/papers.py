"""(d) A receipt, as the press prints it, against a bare compile of one page.

The bare page holds the receipt's own words as plain lines, of the same format and in the same six faces (to cut
six faces to the letters used is most of what any page costs), as PDF/A with tags, by a compiler that is warm. It has
no table, no QR, no content to be checked. Every turn prints another number, amount and code, so that nothing is
remembered. A page in one face costs less than half of it.
"""

import itertools
import json
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import typst

from bench.options import Options
from bench.timing import Contender, Figure, against, side_by_side
from khuyenhoc.core import codes, dong
from khuyenhoc.papers import content as papers
from khuyenhoc.papers.content import Content
from khuyenhoc.papers.press import FONTS, print_pdf

BARE = """
#let it = json(bytes(sys.inputs.content))
#set document(title: it.title, date: auto)
#set page(paper: "a5", flipped: true, margin: 12mm)
#set text(font: ("KH So", "Be Vietnam Pro"), size: 10pt, lang: "vi")
= #it.title
#for (i, line) in it.lines.enumerate() [#text(weight: 400 + 100 * calc.rem(i, 4), line) \\ ]
"""
NOON = 1_786_766_400
_numbers = itertools.count(1)


def measure(options: Options) -> list[Figure]:
    """Receipt and bare page take turns in one thread."""
    with tempfile.TemporaryDirectory(prefix="kh-bench-") as folder:
        template = Path(folder) / "bare.typ"
        template.write_text(BARE, encoding="utf-8")
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
        compiler = typst.Compiler(root=folder, font_paths=fonts)

        def bare(content: Content) -> bytes:
            pdf = compiler.compile(
                input=str(template),
                format="pdf",
                sys_inputs={"content": json.dumps(_plain(content), ensure_ascii=False)},
                pdf_standards=["a-2a", "ua-1"],
                timestamp=NOON,
            )
            assert isinstance(pdf, bytes)
            return pdf

        receipt = Contender("receipt", lambda content: print_pdf("receipt", content), _next)
        page = Contender("bare page", bare, _next)
        side_by_side([receipt, page], options.rounds)
    return [against("(d) print a receipt", receipt, page, 2)]


def _plain(content: Content) -> dict[str, Any]:
    """The same words as lines."""
    texts = [str(value) for value in content.values() if isinstance(value, str) and value]
    return {"title": content["title"], "lines": texts}


def _next() -> Content:
    number = next(_numbers)
    amount = 4_750_000 + number
    paper = papers.Receipt(
        heading=papers.Heading(
            unit="Hội Khuyến học phường Bến Nắng",
            address="12 đường Hoa Gạo, phường Bến Nắng",
            place="Bến Nắng",
            parent="Hội Khuyến học thành phố Sông Xanh",
        ),
        day=date(2026, 8, 14),
        label=f"PT-2026-{number:04d}",
        payer="Bà Đặng Thị Tưởng Tượng",
        payer_signs="Đặng Thị Tưởng Tượng",
        address="Khu phố 2, phường Bến Nắng",
        reason="Ủng hộ chiến dịch Xe đạp đến trường năm 2026",
        campaigns="Xe đạp đến trường",
        amount=amount,
        debit="111",
        credit="511",
        form_number="01-TT",
        recorder="Đoàn Ngọc Hạ",
        treasurer="Đoàn Ngọc Hạ",
    )
    code = codes.token()[:16]
    proof = {
        "code": code,
        "address": f"https://khuyenhoc.example/kiem-chung/{code}",
        "place": "khuyenhoc.example/kiem-chung",
        "entry": dong.show(number),
        "seal": "B41D 6E07 93AC F512",
    }
    return paper.content() | {"proof": proof}
