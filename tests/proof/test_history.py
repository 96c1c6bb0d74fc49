"""The history as the chair and the auditor read it: names and numbers, never the names of tables."""

import io

import openpyxl
import pytest
from flask import Flask

from tests.giving.gift_world import Ward
from tests.support.browser import Browser

PAGE = "/so-sach/nhat-ky-viec-lam"


@pytest.fixture
def auditor(ward: Ward, the_site: Flask) -> Browser:
    """The auditor's browser, before books with a little of everything in them."""
    return Browser(the_site).sign_in("kiemtra")


def test_every_deed_says_what_it_was_done_to_in_words(auditor: Browser) -> None:
    assert "Ghi khoản ủng hộ PT-2026-0001" in auditor.get(f"{PAGE}?viec=gift.posted").text
    assert "Phát hành giấy Phiếu thu PT-2026-" in auditor.get(f"{PAGE}?viec=paper.issued").text
    assert "Lập thẻ nhà hảo tâm Trần Thị Minh Họa" in auditor.get(f"{PAGE}?viec=donor.created").text

    assert "Hủy chứng từ PT-2026-" in auditor.get(f"{PAGE}?viec=document.voided").text

    page = auditor.get(PAGE)
    assert "issued_papers" not in page.text
    assert "documents" not in page.text


def test_deeds_are_filtered_by_what_who_and_when(auditor: Browser) -> None:
    printed = auditor.get(f"{PAGE}?viec=paper.printed")
    assert "In giấy" in printed.text
    assert "Lập thẻ nhà hảo tâm Trần" not in printed.text

    assert "Không có việc nào như vậy" in auditor.get(f"{PAGE}?ai=không ai cả").text
    assert "Không có việc nào như vậy" in auditor.get(f"{PAGE}?den=1/1/2020").text
    assert "Ghi khoản ủng hộ" in auditor.get(f"{PAGE}?tu=1/1/2020").text
    auditor.get(f"{PAGE}?tu=hôm qua", expect=422)


def test_excel_holds_what_is_shown(auditor: Browser) -> None:
    answer = auditor.client.get(f"{PAGE}.xlsx?viec=gift.posted&xep=luc")

    rows = list(openpyxl.load_workbook(io.BytesIO(answer.data)).active.iter_rows(min_row=4, values_only=True))
    assert rows
    assert {row[2] for row in rows} == {"Ghi khoản ủng hộ"}
    assert rows[0][3] == "PT-2026-0001"


def test_the_treasurer_does_not_read_it(ward: Ward, the_site: Flask) -> None:
    treasurer = Browser(the_site).sign_in("thuquy")

    treasurer.get(PAGE, expect=403)
    treasurer.get(f"{PAGE}.xlsx", expect=403)
