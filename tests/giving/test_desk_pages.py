"""The evening at the desk, as the treasurer's browser sees it: with whole pages and with htmx."""

import pytest
from sqlalchemy import select

from khuyenhoc.core.database import db, scalar
from khuyenhoc.giving.desks import Desk
from khuyenhoc.giving.donation_tables import Donation
from khuyenhoc.giving.donors import Donor
from khuyenhoc.ledger.document_tables import Document
from tests.giving.gift_world import Ward
from tests.support import people
from tests.support.browser import Answer, Browser
from tests.support.world import make_world


@pytest.fixture
def desk_page(ward: Ward, either_browser: Browser) -> Browser:
    """The treasurer has opened a desk for the evening."""
    browser = either_browser.sign_in("thuquy")
    browser.get("desk.index")
    browser.post("desk.open_desk", campaign=ward.world.bicycles.id, name="Đêm gây quỹ", date="15/8/2026", method="cash")
    return browser


def _send(browser: Browser, *, expect: int = 200, **typed: object) -> Answer:
    desk = db.session.scalar(select(Desk.id))
    fields = {"donor_id": None, "donor_for": None, "kind": None, "honorific": None, **typed}
    return browser.post("desk.record", fields, to={"desk_id": desk}, expect=expect)


def test_an_envelope_is_one_line_and_its_number_the_next(desk_page: Browser, ward: Ward) -> None:
    asked = _send(desk_page, donor="minh hoa", amount="2tr", expect=422)
    assert "Bà Trần Thị Minh Họa" in asked.text
    assert asked.field("donor") == "minh hoa"
    assert asked.field("amount") == "2tr"
    assert "Hai triệu đồng" in asked.text

    done = _send(desk_page, donor="minh hoa", donor_id=ward.hoa.id, donor_for="minh hoa", amount="2tr")

    assert "Đã ghi PT-2026-0001." in done.text
    assert "Đã ghi 1 khoản" in done.text
    assert done.field("donor") == ""
    assert scalar("SELECT amount FROM documents") == 2_000_000


def test_a_new_giver_is_made_on_the_spot(desk_page: Browser) -> None:
    asked = _send(desk_page, donor="Bác Đỗ Văn Lúa Vàng", amount="500k", expect=422)
    assert asked.field("donor_id") == "moi"
    assert asked.field("honorific") == "Bác"

    done = _send(
        desk_page,
        donor="Bác Đỗ Văn Lúa Vàng",
        donor_id="moi",
        donor_for="Bác Đỗ Văn Lúa Vàng",
        kind="individual",
        honorific="Bác",
        amount="500k",
    )

    assert "Bác Đỗ Văn Lúa Vàng" in done.text
    made = db.session.scalars(select(Donor).order_by(Donor.id.desc())).first()
    assert made is not None
    assert (made.honorific, made.name) == ("Bác", "Đỗ Văn Lúa Vàng")


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("Chùa Hoa Mẫu", "religious"), ("Công ty An Phát", "company"), ("chi hội Khu phố 1", "chapter"),
        ("Đỗ Văn Lúa Vàng", "individual"), ("Chưa rõ loại", ""), ("chua hoa mau", ""), ("Gia Định Xưa", ""),
        ("Lốp xe Mai Mối", ""), ("Chữ Văn Thử", "individual"),
    ],
)  # fmt: skip
def test_a_kind_is_read_from_whole_words_with_their_accents_only(desk_page: Browser, typed: str, kind: str) -> None:
    asked = _send(desk_page, donor=typed, amount="500k", expect=422)

    assert asked.field("kind") == kind


@pytest.mark.parametrize("typed", ["Chùa Hoa Mẫu", "Đỗ Văn Lúa Vàng", "Chưa rõ loại"])
def test_a_new_giver_without_a_kind_is_asked_for_one(desk_page: Browser, typed: str) -> None:
    asked = _send(desk_page, donor=typed, donor_id="moi", donor_for=typed, kind="", amount="500k", expect=422)

    assert "Xin chọn loại" in asked.text
    assert scalar("SELECT count(*) FROM donors WHERE name IS NOT NULL") == 2


def test_double_press_records_one_gift_and_one_card(desk_page: Browser) -> None:
    typed = {
        "donor": "Nhà sách Trang Thơm",
        "donor_id": "moi",
        "donor_for": "Nhà sách Trang Thơm",
        "kind": "company",
        "amount": "1tr",
        "form_key": "pressed-twice-1",
    }
    _send(desk_page, **typed)
    _send(desk_page, **typed)

    assert scalar("SELECT count(*) FROM documents") == 1
    assert scalar("SELECT count(*) FROM donors WHERE name = 'Nhà sách Trang Thơm'") == 1
    for other in ({"amount": "2tr"}, {"donor": "Nha sach Trang Thom"}, {"honorific": "Cô", "kind": "individual"}):
        changed = {**typed, **other}
        _send(desk_page, **{**changed, "donor_for": changed["donor"]}, expect=409)
    assert scalar("SELECT count(*) FROM documents") == 1
    assert scalar("SELECT count(*) FROM donors WHERE kind = 'individual' AND honorific = 'Cô'") == 0


def test_nobody_and_anybody(desk_page: Browser) -> None:
    asked = _send(desk_page, donor="", amount="1tr", expect=422)
    assert "Ai tặng?" in asked.error("donor")

    _send(desk_page, donor="", donor_id="khong-ro", amount="1tr")
    _send(desk_page, donor="", donor_id="khong-ro", amount="2tr")

    assert scalar("SELECT count(DISTINCT donor_id) FROM donations") == 1


@pytest.mark.parametrize("typed", ["khuyết danh", "Ẩn danh", "Ông Vô Danh", "một người giấu tên"])
def test_who_is_not_known_gets_no_card_of_that_name(desk_page: Browser, typed: str) -> None:
    asked = _send(desk_page, donor=typed, amount="200k", expect=422)
    assert asked.field("donor_id") == "khong-ro"
    refused = _send(
        desk_page, donor=typed, donor_id="moi", donor_for=typed, kind="individual", amount="200k", expect=422
    )
    assert "không phải là tên" in refused.error("donor")

    _send(desk_page, donor=typed, donor_id="khong-ro", donor_for=typed, amount="200k")

    assert [donor.kind for donor in db.session.query(Donor).filter(Donor.kind == "unknown")] == ["unknown"]
    assert scalar("SELECT COUNT(*) FROM documents") == 1


@pytest.mark.parametrize(("line", "reading"), [("Lê Ba Thử 1.5", "1.500.000"), ("Lê Tư Thử 500", "500.000")])
def test_an_unclear_amount_behind_the_name_is_asked_too(desk_page: Browser, line: str, reading: str) -> None:
    asked = _send(desk_page, donor=line, amount="", expect=422)

    assert asked.field("donor") == line.rpartition(" ")[0]
    assert asked.field("amount") == line.rpartition(" ")[2]
    assert reading in asked.text


def test_a_choice_that_belongs_to_other_words_does_not_count(desk_page: Browser, ward: Ward) -> None:
    asked = _send(desk_page, donor="may hong", donor_id=ward.hoa.id, donor_for="minh hoa", amount="1tr", expect=422)

    assert "Công ty TNHH Mây Hồng" in asked.text
    assert scalar("SELECT count(*) FROM documents") == 0


def test_an_unclear_amount_is_asked(desk_page: Browser, ward: Ward) -> None:
    chosen = {"donor": "minh hoa", "donor_id": ward.hoa.id, "donor_for": "minh hoa"}

    asked = _send(desk_page, **chosen, amount="500", expect=422)

    assert "500.000\u00a0₫" in asked.text
    done = _send(desk_page, **chosen, amount=["500", "500000"])
    assert "500.000" in done.text
    assert scalar("SELECT amount FROM documents") == 500_000


def test_an_envelope_of_a_billion_is_asked_once_more(desk_page: Browser, ward: Ward) -> None:
    """“tỷ” for “tr” is one key away, and a receipt is numbered at once."""
    chosen = {"donor": "minh hoa", "donor_id": ward.hoa.id, "donor_for": "minh hoa"}

    asked = _send(desk_page, **chosen, amount="2 tỷ", expect=422)

    assert "Xin chọn lại nếu đúng" in asked.text
    assert "Hai tỷ đồng" in asked.text
    _send(desk_page, **chosen, amount=["2 tỷ", "2000000"], expect=422)
    _send(desk_page, **chosen, amount=["2 tỷ", "2000000000"])
    assert scalar("SELECT amount FROM documents") == 2_000_000_000


def test_goods_say_what_and_how_many(desk_page: Browser, ward: Ward) -> None:
    chosen = {"donor": "may hong", "donor_id": ward.company.id, "donor_for": "may hong", "method": "in_kind"}

    asked = _send(desk_page, **chosen, expect=422)
    assert "Hiện vật gì?" in asked.error("item")
    done = _send(desk_page, **chosen, item=ward.world.bicycle.id, quantity="2")

    assert "2 chiếc xe đạp 24 inch" in done.text
    assert db.session.scalar(select(Document.amount)) == 4_750_000


def test_goods_typed_before_the_method_changed_say_nothing(desk_page: Browser, ward: Ward) -> None:
    chosen = {"donor": "may hong", "donor_id": ward.company.id, "donor_for": "may hong"}

    done = _send(desk_page, **chosen, amount="2tr", method="cash", item="999", quantity="hai cái")

    assert "Đã ghi PT-2026-0001." in done.text


def test_totals_and_void_show_on_the_desk(desk_page: Browser, ward: Ward) -> None:
    chosen = {"donor": "minh hoa", "donor_id": ward.hoa.id, "donor_for": "minh hoa"}
    _send(desk_page, **chosen, amount="5tr")
    done = _send(desk_page, **chosen, amount="2tr", method="bank", bank_reference="FT1")
    assert "7.000.000\u00a0₫" in done.text

    gift = db.session.scalars(select(Document).order_by(Document.id)).first()
    assert gift is not None
    ward.approve(ward.ask_void(gift))

    again = desk_page.get("desk.index")
    assert "không kể 1 phiếu đã hủy" in again.text
    assert "Ông Nguyễn Văn Ví Dụ duyệt hủy" in again.text


def test_the_evening_is_closed(desk_page: Browser, ward: Ward) -> None:
    desk = db.session.scalar(select(Desk.id))
    closed = desk_page.post("desk.close", to={"desk_id": desk})
    assert "Đã đóng bàn" in closed.text

    answer = _send(desk_page, donor="", donor_id="khong-ro", amount="1tr", expect=422)

    assert "đã đóng" in answer.text
    assert scalar("SELECT count(*) FROM documents") == 0


@pytest.mark.parametrize(
    "typed",
    [
        {"amount": "０００"},
        {"amount": "-5"},
        {"amount": "9" * 60},
        {"amount": ""},
        {"amount": "1tr", "method": "cheque"},
        {"amount": "1tr", "donor_id": "²"},
        {"amount": "1tr", "donor_id": "9" * 30},
        {"amount": "1tr", "restriction": "x" * 500},
        {"amount": "1tr", "method": "in_kind", "item": "99", "quantity": "1"},
        {"amount": "1tr", "method": "in_kind", "quantity": "-1"},
        {"amount": "1tr", "donor": "{{7*7}}' OR 1=1 --", "donor_id": "moi", "donor_for": "x"},
    ],
)
def test_hostile_answers_are_refused_in_words(desk_page: Browser, typed: dict[str, str]) -> None:
    answer = _send(desk_page, **{"donor": "a", "donor_id": "khong-ro", **typed}, expect=422)

    assert "Chưa ghi được" in answer.text
    assert scalar("SELECT count(*) FROM documents") == 0


def test_forged_ids_are_not_found(desk_page: Browser, ward: Ward) -> None:
    _send(desk_page, donor="a", donor_id="999999", donor_for="a", amount="1tr", expect=404)
    desk_page.get("/ban-tiep-nhan/999999", expect=404)
    assert scalar("SELECT count(*) FROM donations") == 0


@pytest.mark.parametrize("who", ["thuky", "chutich", "kiemtra", "admin", "chihoi", "nhahaotam"])
def test_only_who_keeps_the_books_sits_at_the_desk(ward: Ward, browser: Browser, who: str) -> None:
    browser.sign_in(who)

    browser.get("desk.index", expect=403)
    browser.post("desk.open_desk", campaign=ward.world.bicycles.id, name="x", date="15/8/2026", expect=403)


def test_candidates_arrive_while_typing(desk_page: Browser, ward: Ward) -> None:
    found = desk_page.client.get("/khoan-ung-ho/tim-nguoi?donor=0002").get_data(as_text=True)
    assert f'value="{ward.hoa.id}"' in found

    assert db.session.scalars(select(Donation)).all() == []


def test_another_units_desk_is_not_there(desk_page: Browser, ward: Ward, browser: Browser) -> None:
    stranger = people.person("thuquy2", role="treasurer", unit=make_world("U09").unit)
    desk = db.session.scalar(select(Desk.id))
    browser.sign_in(stranger)

    browser.get("desk.show", desk_id=desk, expect=404)
    browser.post("desk.record", {"amount": "1tr"}, to={"desk_id": desk}, expect=404)
    browser.post("desk.close", to={"desk_id": desk}, expect=404)
    foreign = {"campaign": ward.world.bicycles.id, "name": "x", "date": "15/8/2026", "method": "cash"}
    browser.post("desk.open_desk", foreign, expect=422)
    assert "Đêm gây quỹ" not in browser.get("desk.new").text


def test_a_choice_of_other_words_does_not_stay_chosen(desk_page: Browser, ward: Ward) -> None:
    other = {"donor_id": ward.hoa.id, "donor_for": "hoa"}
    asked = _send(desk_page, donor="Quầy thuốc Cỏ Ngọt", amount="1tr", expect=422, **other)

    assert asked.field("donor_id") == "moi"
