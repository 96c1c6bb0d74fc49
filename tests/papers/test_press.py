"""The press prints what it is given: literally, completely, and the same bytes every time."""

import dataclasses
import itertools
import threading
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.words import amount as words
from khuyenhoc.papers import press
from khuyenhoc.papers.content import Paper
from khuyenhoc.papers.glyphs import covered
from khuyenhoc.papers.vouchers import PaymentVoucher, Row
from tests.papers import examples
from tests.papers.reading import fonts, printed, read, sheet, text_of

SHEETS = {
    "receipt": (210, 148),
    "gold_heart": (297, 210),
    "cash_book": (297, 210),
    "bank_book": (297, 210),
    "journal": (297, 210),
}
A4 = (210, 297)
ONE_PAGE = (
    "receipt",
    "confirmation",
    "goods_receipt",
    "thank_you",
    "gold_heart",
    "cash_count",
    "reconciliation",
    "journal",
    "purchase_receipt",
    "goods_handover",
    "write_off_minutes",
)
NAMES = {example.__name__: example for example in examples.ALL}
LONG = (
    "Tập thể cựu học sinh lớp 9A1 khóa 1996–2000 Trường Trung học cơ sở Sao Khuê Mẫu"
    " cùng gia đình và các thầy cô giáo chủ nhiệm"
)


@pytest.mark.parametrize("name", NAMES)
def test_each_paper_prints_on_its_sheet_with_its_fonts_inside(name: str) -> None:
    pdf = printed(NAMES[name]())

    assert sheet(pdf) == SHEETS.get(name, A4)
    assert all(fonts(pdf).values())
    assert {font.partition("-")[0] for font in fonts(pdf)} <= {"BeVietnamPro", "KHSo", "SourceSerif4"}
    assert pdf.metadata is not None
    assert pdf.metadata.title == NAMES[name]().content()["title"]
    assert str(pdf.root_object["/Lang"]) == "vi"
    assert examples.CODE in text_of(pdf)


@pytest.mark.parametrize("name", ONE_PAGE)
def test_it_takes_one_page(name: str) -> None:
    assert len(printed(NAMES[name]()).pages) == 1


def test_the_receipt_says_everything_in_its_order() -> None:
    text = text_of(printed(examples.receipt()))
    said = [
        "HỘI KHUYẾN HỌC PHƯỜNG BẾN NẮNG", "Mẫu số 01-TT", "Quyển số: PT-2026/02", "Số: PT-2026-0127", "Nợ 111",
        "Có 511", "PHIẾU THU", "Ngày 14 tháng 8 năm 2026", "Họ và tên người nộp", "Bà Đặng Thị Tưởng Tượng", "Địa chỉ",
        "Khu phố 2", "Lý do nộp", "Xe đạp đến trường năm 2026", "4.750.000 ₫", "Bốn triệu bảy trăm năm mươi nghìn đồng",
        "Kèm theo", "Chủ tịch", "Kế toán", "Người nộp tiền", "Người lập phiếu", "Thủ quỹ", "Đoàn Ngọc Hạ",
        "Đã nhận đủ số tiền", "Mã kiểm tra: 7K2M-9PVC-FGHJ-X4", "Niêm phong bút toán 1.103", "B41D 6E07 93AC F512",
    ]  # fmt: skip

    places = [text.find(words_) for words_ in said]
    assert -1 not in places, [words_ for words_, place in zip(said, places, strict=True) if place < 0]
    assert places == sorted(places)


def test_a_handover_runs_over_pages_with_its_head_and_names_no_child() -> None:
    pdf = printed(examples.goods_handover(60))
    text = text_of(pdf)

    assert len(pdf.pages) > 1
    assert text.count("Mã hồ sơ") == len(pdf.pages)
    assert "XD26-0060" in text
    assert "GT24-00060" in text


def test_goods_without_numbers_have_no_column_for_them() -> None:
    rows = [dataclasses.replace(row, numbers="") for row in examples.goods_handover().rows]

    assert "Số khung" in text_of(printed(examples.goods_handover()))
    assert "Số khung" not in text_of(printed(examples.goods_handover(rows=rows)))


@pytest.mark.parametrize("example", [examples.goods_handover, examples.write_off_minutes])
def test_papers_of_goods_add_up(example: Any) -> None:
    with pytest.raises(ValueError, match="add up"):
        example(amount=1).content()


def test_a_day_has_its_zeros() -> None:
    text = text_of(printed(examples.confirmation(day=date(2026, 2, 5))))

    assert "ngày 05 tháng 02 năm 2026" in text
    assert "ngày 05 tháng 9 năm 2026" in text_of(printed(examples.gold_heart(day=date(2026, 9, 5))))


@pytest.mark.parametrize("number", [1_000, 1_005_000, 21_021_000, 999_999_999_999])
def test_the_words_are_those_of_the_figures(number: int) -> None:
    assert words(number) in text_of(printed(examples.receipt(amount=number)))


def test_what_people_type_is_printed_literally() -> None:
    name = '#panic("x") *đậm* _nghiêng_ $x$ @nhãn <a> \\ #import "lib.typ" ${{ 7*7 }}'

    assert name in text_of(printed(examples.receipt(payer=name, reason="#let data = 1; //")))


def test_a_name_in_split_letters_prints_as_any_other() -> None:
    split = unicodedata.normalize("NFD", "Bà Đặng Thị Tưởng Tượng")

    assert press.print_pdf("receipt", examples.proven(examples.receipt(payer=split))) == press.print_pdf(
        "receipt", examples.proven(examples.receipt())
    )


def test_a_letter_that_no_font_has_becomes_a_lozenge() -> None:
    text = text_of(printed(examples.receipt(payer="Ông 김 😀 John\x00\u202e Sample")))

    assert "Ông ◊ ◊ John Sample" in text
    assert set("ẠẬẲỖỰẵợữỹđĐ₫–“”…◊−·") <= covered()


@pytest.mark.parametrize("name", ["receipt", "gold_heart"])
def test_long_names_shrink_and_are_never_cut(name: str) -> None:
    long: dict[str, dict[str, Any]] = {
        "receipt": {"payer": LONG, "payer_signs": LONG, "address": f"{LONG}, {LONG}", "reason": "; ".join([LONG] * 6)},
        "gold_heart": {"donor": LONG, "deed": f"cho {LONG}. {LONG}. {LONG}", "amount": 987_654_321_123},
    }
    pdf = printed(NAMES[name](**long[name]))

    assert len(pdf.pages) == 1
    assert LONG in text_of(pdf)
    assert "Mã kiểm tra" in text_of(pdf)


def test_the_press_knows_every_template_that_is_drawn_on_one_page() -> None:
    drawn = {file.stem for file in press.TEMPLATES.glob("*.typ") if "one-page(s =>" in file.read_text("utf-8")}

    assert drawn == press.ONE_PAGE | {"voucher"}


def test_a_voucher_of_many_words_shrinks_until_it_fits_on_its_page() -> None:
    rows = [Row(label="Lý do chi", value="; ".join([LONG] * 4)), Row(label="Địa chỉ")]
    paper = PaymentVoucher(
        heading=examples.BEN_NANG, day=date(2026, 8, 14), label="PC-2026-0031", amount=4_750_000, rows=rows,
        debit="353", credit="111", recorder="Đoàn Ngọc Hạ",
    )  # fmt: skip

    pdf = printed(paper)

    assert len(pdf.pages) == 1
    assert text_of(pdf).count(LONG) == 4


def test_copy_and_void_stand_on_the_paper() -> None:
    for example in examples.ALL:
        text = text_of(printed(example(), copy=True, void=True))
        assert "BẢN SAO" in text, example.__name__
        assert "HỦY" in text, example.__name__

    plain = text_of(printed(examples.receipt()))
    assert "BẢN SAO" not in plain
    assert "HỦY" not in plain


@pytest.mark.parametrize(
    "example", [examples.award_decision, examples.cash_book, examples.journal, examples.annual_report]
)
def test_a_stamp_stands_on_every_page_of_a_table_that_goes_on(example: Callable[[int], Paper]) -> None:
    pages = printed(example(130), copy=True, void=True).pages

    assert len(pages) > 3
    assert all("BẢN SAO" in page.extract_text() and "HỦY" in page.extract_text() for page in pages)


def test_the_same_content_is_the_same_file_in_every_thread() -> None:
    paper = examples.proven(examples.receipt())
    expected = press.print_pdf("receipt", paper)
    made: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: made.extend(press.print_pdf("receipt", paper) for _ in range(3)))
        for _ in range(8)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 24
    assert set(made) == {expected}


def test_every_page_of_a_book_has_its_head_and_its_sums() -> None:
    book = examples.cash_book(120)
    pdf = printed(book)
    pages = [" ".join(page.extract_text().replace("\u00a0", " ").split()) for page in pdf.pages]
    content = book.content()

    assert len(pages) > 3
    assert all("Diễn giải" in page and "Cộng trang này" in page for page in pages[:-1])
    assert "Số dư đầu kỳ" in pages[0]
    assert all("Trang trước mang sang" in page for page in pages[1:-1])
    assert all("Cộng dồn, chuyển trang sau" in page for page in pages[:2])
    assert f"{content['closing']:,}".replace(",", ".") in pages[-1]
    assert str(len(pages)) in pages[0]


def test_what_a_page_carries_over_is_what_the_next_one_opens_with() -> None:
    pages = [page.extract_text().replace("\u00a0", " ") for page in printed(examples.cash_book(120)).pages]

    for page, following in itertools.pairwise(pages[:3]):
        carried = page.split("Cộng dồn, chuyển trang sau")[1].split()[:3]
        opened = following.split("Trang trước mang sang")[1].split()[:3]
        assert carried == opened


def test_sums_of_the_largest_amounts_stand_apart() -> None:
    """A row of twelve digits each: their sum has one more, and must not run into its neighbour."""
    largest = 999_999_999_999
    cash, entries = examples.cash_book(6), examples.journal(2)
    rows = [dataclasses.replace(row, money_in=largest, money_out=0) for row in cash.rows]
    rows[1::2] = [dataclasses.replace(row, money_in=0, money_out=largest) for row in rows[1::2]]
    line = [dataclasses.replace(entries.rows[0].postings[0], debit=largest)]
    line.append(dataclasses.replace(entries.rows[0].postings[1], credit=largest))
    posted = [dataclasses.replace(row, postings=line) for row in entries.rows]

    of_cash = text_of(printed(dataclasses.replace(cash, rows=rows)))
    of_entries = text_of(printed(dataclasses.replace(entries, rows=posted)))

    assert "số dư cuối kỳ 2.999.999.999.997 2.999.999.999.997 3.200.000" in of_cash
    assert "Cộng phát sinh trong kỳ 2.999.999.999.997 2.999.999.999.997" in of_entries


def test_both_sides_of_a_journal_are_equal_on_every_page() -> None:
    pages = [page.extract_text().replace("\u00a0", " ") for page in printed(examples.journal(70)).pages]

    sums = [page.split("Cộng trang này")[1].split()[:2] for page in pages if "Cộng trang này" in page]
    assert len(sums) > 2
    assert all(debit == credit for debit, credit in sums)


def test_a_book_without_lines_prints_its_opening() -> None:
    pdf = printed(dataclasses.replace(examples.cash_book(), rows=[]))

    assert "3.200.000" in text_of(pdf)


def test_a_long_list_is_printed_and_an_endless_one_refused() -> None:
    big = examples.cash_book(press.TAGGED_ROWS + 1).content()
    assert len(read(press.print_pdf("cash_book", big)).pages) > 20

    endless = big | {"rows": big["rows"] * 4}
    with pytest.raises(RuleBroken, match="quá dài"):
        press.print_pdf("cash_book", endless)


def test_a_template_that_warns_is_a_fault() -> None:
    with pytest.raises(press.PressFault):
        press.print_pdf("receipt", {"title": "x", "day": "2026-08-14"})


def test_a_certificate_tells_no_sum_when_it_is_not_to() -> None:
    goods = text_of(printed(examples.gold_heart(amount=0, gift="8 chiếc xe đạp")))
    hidden = text_of(printed(examples.gold_heart(amount=0)))

    assert "đã ủng hộ 8 chiếc xe đạp" in goods
    assert "đã ủng hộ món quà quý" in hidden
    assert "₫" not in goods + hidden


def test_a_giver_without_a_tax_code_has_no_empty_line_for_it() -> None:
    assert "Mã số thuế" in text_of(printed(examples.confirmation()))
    assert "Mã số thuế" not in text_of(printed(examples.confirmation(tax_code="")))


def test_a_letter_speaks_of_the_gift_without_its_sum() -> None:
    text = text_of(printed(examples.thank_you(gift="", salutation="Heo đất Trường Tiểu học Hoa Gạo", called="các em")))

    assert "Kính gửi: Heo đất Trường Tiểu học Hoa Gạo" in text
    assert "cảm ơn các em đã ủng hộ món quà quý cho" in text
    assert "₫" not in text


def test_a_count_names_its_difference() -> None:
    assert "Thiếu 2.000 ₫" in text_of(printed(examples.cash_count()))
    assert "khớp với sổ" in text_of(printed(examples.cash_count(book=23_073_000, reason="")))


def test_a_reconciliation_that_does_not_close_says_so() -> None:
    whole = examples.reconciliation()
    rows = [*whole.rows[:1], dataclasses.replace(whole.rows[1], documents=51_100_000), *whole.rows[2:]]
    text = text_of(
        printed(whole, rows=rows, reconciled=False, faults=["NH-2026-0041: sổ 52.000.000, chứng từ 51.100.000"])
    )

    assert "LỆCH" in text
    assert "900.000" in text
    assert "NH-2026-0041" in text


def test_a_print_that_was_not_issued_says_so_on_every_page() -> None:
    content = examples.cash_book(120).content() | {"mark": "CHƯA KHÓA SỔ"}

    pages = read(press.print_pdf("cash_book", content)).pages

    assert len(pages) > 2
    assert all("CHƯA KHÓA SỔ" in page.extract_text() for page in pages)


def test_a_report_without_goods_and_recipients_leaves_their_parts_out() -> None:
    text = text_of(printed(examples.annual_report(0, goods=[], people_count=0)))

    assert "IV." not in text
    assert "Trong năm không có thu, chi ở chiến dịch nào." in text
    assert "Nhóm dưới năm người" not in text
