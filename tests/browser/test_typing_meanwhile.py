"""What someone types while an answer is on its way stays as it is, and so do focus and caret."""

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect

from khuyenhoc.core.database import writing
from khuyenhoc.giving import desks
from tests.awards.award_world import make_award_world
from tests.giving.gift_world import Ward, make_ward
from tests.support.chromium import Windows
from tests.support.world import DAY

FORMS = [
    ("thuquy", "/khoan-ung-ho/moi?hinh-thuc=cash", "Thêm một dòng", "money-0-amount", "money-1-campaign"),
    ("thuquy", "/khoan-ung-ho/moi?hinh-thuc=in_kind", "Thêm một dòng hiện vật", "goods-0-quantity", "goods-1-campaign"),
    ("ketoan", "/hien-vat/mua/moi", "Thêm một dòng", "lines-0-quantity", "lines-1-item"),
    ("ketoan", "/chien-dich/moi", "Thêm một dòng hiện vật", "goals-0-name", "goals-1-item"),
    ("thuky", "/hoc-bong/moi", "Thêm tiêu chí", "criteria-0-name", "criteria-2-name"),
    ("thuky", "/hoc-bong/moi", "Liệt kê mọi đơn vị", "quotas-0-quota", "quotas-2-unit"),
    ("chihoi", "/nguoi-nhan/moi", "Thêm người giám hộ", "guardians-0-full_name", "guardians-1-full_name"),
]
"""Who, where, the button that asks for more; the field being typed in meanwhile, and the first one that then comes."""


class Line:
    """A slow line: holds back every answer to htmx until it is let through."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.held: list[Route] = []
        self.holds = True
        page.route("**/*", self._meets)

    def _meets(self, route: Route) -> None:
        if self.holds and "hx-request" in route.request.headers:
            self.held.append(route)
        else:
            route.continue_()

    def is_awaited(self) -> None:
        """Something is asked, and nothing has come."""
        expect(self.page.locator(".htmx-request").first).to_be_attached()

    def lets_through(self) -> None:
        """All that was asked is answered, and the page has settled."""
        self.holds = False
        while self.held:
            self.held.pop().continue_()
        expect(self.page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)


@pytest.fixture
def ward(app: Flask) -> Ward:
    """The ward with its officers, its chapter and its school."""
    ward = make_ward()
    make_award_world(world=ward.world)
    return ward


@pytest.mark.parametrize(("who", "path", "button", "typed", "first"), FORMS)
def test_a_row_comes_and_nothing_typed_goes(
    ward: Ward, windows: Windows, who: str, path: str, button: str, typed: str, first: str
) -> None:
    page = windows.open(who)
    page.goto(path)
    line = Line(page)

    page.get_by_role("button", name=button, exact=True).click()
    line.is_awaited()
    field = page.locator(f"[name={typed}]")
    field.click()
    page.keyboard.type("1500")
    page.keyboard.press("ArrowLeft")
    line.lets_through()

    expect(page.locator(f"[name={first}]")).to_be_visible()
    expect(field).to_have_value("1500")
    expect(field).to_be_focused()
    assert field.evaluate("field => field.selectionStart") == 3


@pytest.mark.parametrize(("who", "path", "button", "typed", "first"), FORMS)
def test_who_waits_goes_on_in_the_new_row(
    ward: Ward, windows: Windows, who: str, path: str, button: str, typed: str, first: str
) -> None:
    page = windows.open(who)
    page.goto(path)

    page.get_by_role("button", name=button, exact=True).press("Enter")

    expect(page.locator(f"[name={first}]")).to_be_focused()
    expect(page.locator(f"[name={typed}]")).to_have_count(1)


@pytest.mark.parametrize("script", [True, False])
def test_another_method_shows_at_once_and_forgets_nothing(ward: Ward, windows: Windows, script: bool) -> None:
    page = windows.open("thuquy", script=script)
    page.goto("/khoan-ung-ho/moi?hinh-thuc=cash")
    amount, pieces = page.locator("[name=money-0-amount]"), page.locator("[name=goods-0-quantity]")
    expect(pieces).to_be_hidden()
    amount.fill("1tr5")
    line = Line(page)

    page.get_by_text("Hiện vật", exact=True).first.click()
    expect(amount).to_be_hidden()
    pieces.fill("7")
    page.get_by_text("Chuyển khoản", exact=True).click()
    expect(page.locator("[name=bank_reference]")).to_be_visible()
    expect(page.locator("[name=cash]")).to_be_hidden()

    expect(amount).to_have_value("1tr5")
    expect(pieces).to_have_value("7")
    assert [one.request.url for one in line.held if "doc-so-tien" not in one.request.url] == []


@pytest.mark.parametrize("script", [True, False])
def test_the_desk_asks_for_goods_at_once(ward: Ward, windows: Windows, script: bool) -> None:
    with writing():
        desk = desks.open_desk(ward.world.bicycles, name="Đêm", method="cash", on=DAY, by=ward.treasurer)
    page = windows.open("thuquy", script=script)
    page.goto(f"/ban-tiep-nhan/{desk.id}")
    expect(page.locator("[name=item]")).to_be_hidden()

    page.get_by_text("Hiện vật", exact=True).first.click()

    page.locator("[name=item]").select_option(index=1)
    page.locator("[name=quantity]").fill("2")


def test_who_is_chosen_while_the_search_goes_on_stays_chosen(ward: Ward, windows: Windows) -> None:
    page = windows.open("thuquy")
    page.goto("/khoan-ung-ho/moi")
    giver, hoa = page.locator("[name=donor]"), page.locator(f"#d{ward.hoa.id}")
    giver.press_sequentially("minh")
    expect(hoa).to_be_attached()
    line = Line(page)

    giver.press_sequentially(" hoa")
    line.is_awaited()
    hoa.check()
    line.lets_through()

    expect(page.locator("[name=donor_for]")).to_have_value("minh hoa")
    expect(hoa).to_be_checked()
