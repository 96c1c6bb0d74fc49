"""Whoever holds a paper asks the association's page about it, without signing in."""

import pytest

from khuyenhoc.core.codes import show_verification_code
from khuyenhoc.ledger.document_tables import Document
from tests.papers.test_issued import certificate_of, receipt_of
from tests.support.browser import Browser
from tests.support.world import World


def test_the_qr_leads_to_the_facts_and_to_no_name(browser: Browser, gift: Document) -> None:
    paper = receipt_of(gift)
    answer = browser.get("papers.verify", code=paper.code)

    for fact in ("Phiếu thu", gift.label, "4.750.000 ₫", "15/8/2026", "Đúng với sổ của Hội", paper.seal):
        assert fact in answer.text.replace("\u00a0", " "), fact
    assert "Tưởng Tượng" not in answer.body
    assert answer.response.headers["X-Robots-Tag"] == "noindex"


def test_a_typed_code_finds_the_same(browser: Browser, gift: Document) -> None:
    paper = receipt_of(gift)
    answer = browser.get("papers.ask", ma=f" {show_verification_code(paper.code).lower()} ")

    assert answer.h1 == f"Kiểm chứng {gift.label}"


def test_a_void_paper_says_so(browser: Browser, ward: World, gift: Document) -> None:
    paper = receipt_of(gift)
    ward.void(gift)

    assert "Giấy không còn giá trị" in browser.get("papers.verify", code=paper.code).text


def test_a_certificate_is_found_by_its_own_number(browser: Browser, gift: Document) -> None:
    assert browser.get("papers.verify", code=certificate_of(gift).code).h1 == "Kiểm chứng TLV-2026-0001"


def test_the_empty_form_waits(browser: Browser, ward: World) -> None:
    assert browser.get("papers.ask").field("ma") == ""


def test_an_unknown_code_is_told_in_words(browser: Browser, ward: World) -> None:
    answer = browser.get("papers.verify", code="7K2M-9PVC-FGHJ-X4", expect=404)

    assert "Không có giấy nào mang mã này" in answer.text
    assert answer.field("ma") == "7K2M-9PVC-FGHJ-X4"


@pytest.mark.parametrize(
    "typed", ["123", "<script>alert(1)</script>", "' OR 1=1 --", "７Ｋ２Ｍ９ＰＶＣＦＧＨＪＸ４", "x" * 300, "{{7*7}}"]
)
def test_what_cannot_be_a_code_is_asked_again(browser: Browser, ward: World, typed: str) -> None:
    answer = browser.get("papers.ask", ma=typed, expect=422)

    assert "14 ký tự" in answer.text
    assert "<script>alert" not in answer.body
