"""What went back is told truly: to the giver, to who holds the paper, on the wall and on the board."""

from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import select

from khuyenhoc.core.database import db, writing
from khuyenhoc.giving import gift_papers, gift_rows
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org import users
from khuyenhoc.org.users import COMMAND_LINE
from khuyenhoc.papers.issued import IssuedPaper
from khuyenhoc.reports import links, wall
from khuyenhoc.reports.links import GiftLink
from tests.giving.gift_world import Ward
from tests.giving.returning import give_back, void
from tests.support import people
from tests.support.browser import Browser

MILLION = 1_000_000


@pytest.fixture
def gift(ward: Ward) -> Document:
    """A million in cash from bà Hoa."""
    return ward.give(MILLION)


@pytest.fixture
def link(ward: Ward, gift: Document) -> GiftLink:
    """Its links."""
    with writing():
        return links.make(gift, by=ward.treasurer)


def test_the_giver_reads_what_went_back_and_what_is_left(
    ward: Ward, browser: Browser, gift: Document, link: GiftLink
) -> None:
    give_back(ward, gift, 400_000)

    text = browser.get("reports.thanks", token=link.private).text
    assert "Ngày 15/8/2026 Hội đã hoàn trả quý vị 400.000\u00a0₫, phiếu PC-2026-0001." in text
    assert "Còn 600.000" in text
    ward.world.pay(600_000)
    assert "Phần không hoàn trả đã dùng trọn." in browser.get("reports.thanks", token=link.private).text


def test_a_gift_that_has_all_gone_back_is_shared_no_more(
    ward: Ward, browser: Browser, gift: Document, link: GiftLink
) -> None:
    refund = give_back(ward, gift, MILLION)

    page = browser.get("reports.thanks", token=link.private)
    assert page.h1 == f"Khoản {gift.label} đã hoàn trả"
    assert "Món quà đã trở về với quý vị." in page.text
    assert not page.offers(f"/chia-se/{link.shared}")
    browser.get("reports.shared", token=link.shared, expect=404)
    void(ward, refund)
    assert "đã hoàn trả" not in browser.get("reports.thanks", token=link.private).text
    browser.get("reports.shared", token=link.shared)


def test_whoever_holds_the_receipt_reads_it_without_a_name(ward: Ward, browser: Browser, gift: Document) -> None:
    with writing():
        gift_papers.issue(gift_rows.row(gift), by=ward.treasurer)
    refund = give_back(ward, gift, 400_000)
    paper = db.session.scalars(select(IssuedPaper)).one()

    text = browser.get("papers.verify", code=paper.code).text
    assert "Đúng với sổ của Hội" in text
    assert "Trong số tiền này, 400.000\u00a0₫ đã hoàn trả ngày 15/8/2026 bằng phiếu PC-2026-0001." in text
    assert "Họa" not in text
    void(ward, refund)
    assert "hoàn trả" not in browser.get("papers.verify", code=paper.code).text


def test_the_wall_tells_the_rest_and_leaves_out_what_has_all_gone_back(
    ward: Ward, browser: Browser, gift: Document
) -> None:
    whole = ward.give(gift=ward.gift(ward.line(300_000), donor=ward.company))
    give_back(ward, gift, 400_000)
    assert [(line.name, line.amount) for line in wall.of(ward.world.bicycles).lines] == [
        ("Công ty TNHH Mây Hồng", 300_000),
        ("Bà Trần Thị Minh Họa", 600_000),
    ]
    give_back(ward, whole, 300_000)

    page = browser.get("public.campaign", code=ward.world.bicycles.code)
    assert "Mây Hồng" not in page.text
    assert "600.000" in page.text
    assert "Hội đã hoàn trả 700.000" in page.text
    board = browser.get("public.board", code=ward.world.bicycles.code)
    assert "Mây Hồng" not in board.text
    assert "Riêng hôm nay 2 khoản, 600.000" in board.text
    assert wall.search(ward.world.bicycles, whole.label) == []


def test_the_donor_s_own_list_sums_up_what_went_back(ward: Ward, browser: Browser, gift: Document) -> None:
    give_back(ward, gift, 400_000)
    donor = people.person("nhahaotam", unit=ward.world.unit)
    with writing():
        users.link_donor(donor, ward.hoa.id, by=COMMAND_LINE)
    browser.sign_in(donor)

    text = browser.get("reports.my_gifts").text
    assert "Đã hoàn trả 400.000" in text
    assert "hoàn trả nhà hảo tâm 400.000" in text
    file = browser.client.get("/khoan-ung-ho-cua-toi.xlsx")
    rows = list(openpyxl.load_workbook(BytesIO(file.data)).active.values)  # type: ignore[union-attr]
    head = next(row for row in rows if "Đã hoàn trả (₫)" in row)
    first = rows[rows.index(head) + 1]
    assert (first[head.index("Trạng thái")], first[head.index("Đã hoàn trả (₫)")]) == ("Hoàn trả một phần", 400_000)
