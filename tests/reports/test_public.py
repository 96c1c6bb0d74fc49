"""What everyone may see of a campaign: totals that equal the books, donors as they chose, nothing else."""

import io
import zipfile
from collections.abc import Iterator

import pytest
from flask import Flask

from khuyenhoc.core.database import is_sqlite, writing
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.giving import donors, gift_papers, gift_rows
from khuyenhoc.giving.donors import Details, Donor
from khuyenhoc.history.events import record
from khuyenhoc.ledger import chain
from khuyenhoc.proof.reconcile import statements
from khuyenhoc.reports import links, wall
from tests.giving.gift_world import YESTERDAY, Ward
from tests.support import crawler
from tests.support.browser import Answer, Browser
from tests.support.plans import plans
from tests.support.world import DAY

CODE = "XD-U01"


def _donor(ward: Ward, name: str, **more: str) -> Donor:
    with writing():
        return donors.create(
            Details(kind="individual", name=name, honorific="Ông", **more), unit=ward.world.unit, by=ward.treasurer
        )


def _set(ward: Ward, campaign: Campaign, **changed: object) -> None:
    with writing():
        for field, value in changed.items():
            setattr(campaign, field, value)
        record("campaign.changed", campaign, by=ward.treasurer, unit_id=campaign.unit_id)


def _names(page: Answer) -> list[str]:
    rows = [row for body in page.page.one("div", id="tam-long").all("tbody") for row in body.all("tr")]
    return [row.one("th").text for row in rows]


def test_the_totals_are_those_of_the_books(ward: Ward, browser: Browser) -> None:
    ward.give(2_000_000)
    ward.give(gift=ward.gift(ward.bicycles(2), method="in_kind", donor=ward.company))
    ward.approve(ward.ask_void(ward.give(9_000_000)))
    ward.world.pay(300_000)

    page = browser.get("public.campaign", code=CODE)

    books = statements([CODE])[0].ledger
    assert books.flows["received"] == 6_750_000
    assert "Bà con đã ủng hộ 2 khoản, trị giá 6.750.000" in page.text
    assert "6.450.000" in page.text
    assert "9.000.000" not in page.text
    assert "Khớp đến từng đồng" in page.text
    assert _names(page) == ["Công ty TNHH Mây Hồng15/8/2026, 2 chiếc xe đạp 24 inch", "Bà Trần Thị Minh Họa15/8/2026"]


def test_the_head_of_the_chain_is_shown(ward: Ward, browser: Browser) -> None:
    ward.give(2_000_000)

    page = browser.get("public.campaign", code=CODE)

    assert chain.seal16(chain.head(ward.world.unit.id).hash) in page.text


def test_a_campaign_of_which_nothing_is_known_yet_says_so(ward: Ward, browser: Browser) -> None:
    page = browser.get("public.campaign", code=CODE)
    assert "Chưa có khoản ủng hộ nào" in page.text
    assert "Thu và chi" not in page.text  # an empty table would only puzzle
    assert not page.page.all("input", name="q")
    assert "Khoản đầu tiên" in browser.get("public.board", code=CODE).text


def test_a_draft_does_not_exist_in_public(ward: Ward, browser: Browser) -> None:
    _set(ward, ward.world.bicycles, state="draft")

    for page in ("public.campaign", "public.board", "public.as_excel"):
        browser.get(page, code=CODE, expect=404)
        browser.get(page, code="KHONG-CO", expect=404)
    assert "Xe đạp" not in browser.get("public.campaigns").text


def test_a_long_wall_goes_on_page_by_page(ward: Ward, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wall.of, "__kwdefaults__", {"after": "", "size": 2})
    for amount in (1_000_000, 2_000_000, 3_000_000, 4_000_000, 5_000_000):
        ward.give(amount)

    found, page = [], browser.get("public.campaign", code=CODE)
    while True:
        found += [
            row.one("td").text for body in page.page.one("div", id="tam-long").all("tbody") for row in body.all("tr")
        ]
        onward = [node.get("href") for node in page.page.all("a") if "sau=" in node.get("href")]
        if not onward:
            break
        page = browser.get(onward[0].partition("#")[0])

    assert found == ["5.000.000", "4.000.000", "3.000.000", "2.000.000", "1.000.000"]


@pytest.mark.parametrize("order", ["day", "amount", "name"])
@pytest.mark.parametrize("after", ["", "x", "1.2.3", "2026-99-99.5", "9" * 40, "2026-08-15.1", "-1", "5.1"])
def test_a_place_that_is_none_begins_at_the_top(ward: Ward, browser: Browser, order: str, after: str) -> None:
    _set(ward, ward.world.bicycles, donor_order=order)
    ward.give(2_000_000)

    browser.get("public.campaign", code=CODE, query={"sau": after})


def test_the_order_is_the_campaign_s(ward: Ward, browser: Browser) -> None:
    an = _donor(ward, "Lý Văn An")
    ward.give(gift=ward.gift(ward.line(1_000_000), donor=an))
    ward.give(gift=ward.gift(ward.line(5_000_000), on=YESTERDAY))
    ward.give(gift=ward.gift(ward.line(2_000_000), donor=ward.company))

    def order(name: str) -> list[str]:
        _set(ward, ward.world.bicycles, donor_order=name)
        return [line.split()[0] for line in _names(browser.get("public.campaign", code=CODE))]

    assert order("day") == ["Công", "Ông", "Bà"]
    assert order("amount") == ["Bà", "Công", "Ông"]
    assert order("name") == ["Bà", "Công", "Ông"]


def test_where_amounts_are_hidden_none_is_told_not_even_by_the_order(ward: Ward, browser: Browser) -> None:
    _set(ward, ward.world.bicycles, show_amounts=False, donor_order="amount")
    ward.give(2_000_000)
    ward.give(gift=ward.gift(ward.bicycles(3), method="in_kind", donor=ward.company))
    ward.give(gift=ward.gift(ward.line(1_234_000), donor=_donor(ward, "Lý Văn An")))

    page = browser.get("public.campaign", code=CODE)

    assert [line.split()[0] for line in _names(page)] == ["Ông", "Công", "Bà"]
    for text in (page.text, browser.get("public.board", code=CODE).text, _excel(browser)):
        assert "1.234.000" not in text
        assert "1234000" not in text
        assert "3 chiếc" not in text


def test_one_finds_oneself_by_name_or_receipt(ward: Ward, browser: Browser) -> None:
    ward.give(2_000_000)
    ward.give(gift=ward.gift(ward.line(1_000_000), donor=ward.company))

    def found(typed: str) -> list[str]:
        return [line.split()[0] for line in _names(browser.get("public.campaign", code=CODE, query={"q": typed}))]

    assert found("minh hoa") == ["Bà"]
    assert found("PT-2026-0002") == ["Công"]
    assert "Tìm được 1 dòng" in browser.get("public.campaign", code=CODE, query={"q": "may hong"}).text
    assert "Không có dòng nào khớp" in browser.get("public.campaign", code=CODE, query={"q": "%'--"}).text


def test_a_search_betrays_no_hidden_name_and_no_telephone(ward: Ward, browser: Browser) -> None:
    shy = _donor(ward, "Mai Thầm Lặng", display="anonymous", phone="0900 000 077")
    briefly = _donor(ward, "Đỗ Lặng Yên", display="short")
    other = _donor(ward, "Vũ Ẩn Danh", shown_as="Một người bạn", phone="0900 000 088")
    for donor in (shy, briefly, other):
        ward.give(gift=ward.gift(ward.line(1_000_000), donor=donor))
    ward.give(2_000_000)

    for typed in ("mai tham lang", "lang", "yen", "vu an danh", "0077", "0088", "0900000077", "0002"):
        page = browser.get("public.campaign", code=CODE, query={"q": typed})
        assert "Không có dòng nào khớp" in page.text, typed


def test_the_board_renews_itself_and_says_when(ward: Ward, browser: Browser) -> None:
    ward.give(2_000_000)
    ward.give(gift=ward.gift(ward.line(1_000_000), on=YESTERDAY))

    page = browser.get("public.board", code=CODE)
    part = browser.client.get(f"/minh-bach/{CODE}/bang-vang", headers={"HX-Request": "true"}).get_data(as_text=True)

    assert "Cập nhật lúc 20:47" in page.text
    assert "3.000.000" in page.text
    assert "Riêng hôm nay 1 khoản" in page.text
    assert 'data-hx-trigger="every 10s"' in page.body
    assert page.offers(f"/minh-bach/{CODE}/bang-vang")
    assert "<html" not in part
    assert 'id="bang"' in part


def _excel(browser: Browser) -> str:
    data = browser.client.get(f"/minh-bach/{CODE}/tam-long.xlsx").data
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return "".join(file.read(name).decode() for name in file.namelist())


def _everything_public(browser: Browser, shared: str, code: str) -> Iterator[str]:
    """What nobody in particular can read: every page that links lead to, headers and file names included."""
    broken: list[str] = []
    for found in crawler.walk(browser, broken, per_endpoint=20):
        yield f"{found.path}\n{found.answer.response.headers}\n{found.answer.body}"
    assert broken == []
    for path in (f"/chia-se/{shared}", f"/kiem-chung/{code}", f"/minh-bach/{CODE}?q=lang", f"/minh-bach/{CODE}?q=0077"):
        answer = browser.get(path)
        yield f"{answer.response.headers}\n{answer.body}"
    yield str(browser.client.get(f"/minh-bach/{CODE}/tam-long.xlsx").headers)
    yield _excel(browser)


SECRETS = ("Mai Thầm Lặng", "Lặng", "0900000077", "0900 000 077", "thamlang@", "Ngõ Vắng", "em Nam", "chỉ để mua sách")


@pytest.mark.parametrize("display", ["short", "anonymous"])
def test_nobody_reads_anywhere_what_a_donor_keeps_private(
    app: Flask, ward: Ward, browser: Browser, display: str
) -> None:
    shy = _donor(
        ward, "Mai Thầm Lặng", phone="0900 000 077", email="thamlang@example.vn", address="12 Ngõ Vắng", note="em Nam"
    )
    gift = ward.give(gift=ward.gift(ward.line(3_000_000), donor=shy, restriction="chỉ để mua sách cho em Nam"))
    with writing():
        link = links.make(gift, by=ward.secretary)
        paper = gift_papers.issue(gift_rows.row(gift), by=ward.secretary)
        shared, code = link.shared, paper.code
    before = "\n".join(_everything_public(Browser(app), shared, code))
    assert "Ông Mai Thầm Lặng" in before
    # Not the first four digits alone: the number of an answer, in its headers, may hold them by chance.
    assert [secret for secret in SECRETS[2:] if secret in before] == []

    browser.get("reports.thanks", token=link.private)
    browser.post("reports.choose_name", to={"token": link.private}, display=display)

    after = "\n".join(_everything_public(Browser(app), shared, code))
    assert [secret for secret in SECRETS if secret in after] == []
    shown = "Ông M.T.L." if display == "short" else "Mạnh thường quân giấu tên"
    assert shown in after
    assert shown in _excel(browser)


@pytest.mark.parametrize("order", ["day", "amount"])
@pytest.mark.parametrize("place", ["", "later"])
def test_a_page_of_the_wall_follows_an_index(ward: Ward, order: str, place: str) -> None:
    for amount in (1_000_000, 2_000_000, 3_000_000):
        ward.give(amount)
    _set(ward, ward.world.bicycles, donor_order=order)
    after = "" if not place else f"{DAY.isoformat()}.99" if order == "day" else "2000000.99"

    with plans() as told:
        assert wall.of(ward.world.bicycles, after=after, size=2).lines

    assert told.costly() == []
    steps = [step for _statement, found in told.found for step in found]
    assert any("ix_donation_shares" in step for step in steps) or not is_sqlite()
