"""The secretary keeps the donors' cards: found, opened once, corrected, named as they wish."""

from io import BytesIO

import openpyxl
import pytest

from khuyenhoc.core.database import db, writing
from khuyenhoc.giving.donor_naming import public_name
from khuyenhoc.giving.donors import Donor
from khuyenhoc.org import unit_changes
from khuyenhoc.org.users import COMMAND_LINE
from tests.giving.donor_world import new_donor
from tests.support import people


@pytest.fixture
def ward(app):
    return people.association("U01")


@pytest.fixture
def minh_hoa(ward):
    return new_donor(ward, name="Trần Thị Minh Họa", honorific="Bà", phone="0900000002")


@pytest.fixture
def secretary(either_browser, ward):
    return either_browser.sign_in("thuky")


def card(**more):
    return {"kind": "individual", "honorific": "Bà", "name": "Đặng Thị Tưởng Tượng", "display": "full", **more}


def names():
    return sorted(donor.name or "" for donor in db.session.query(Donor))


def test_a_new_card_is_opened(secretary):
    secretary.get("donors.new")

    page = secretary.post("donors.create", card(phone="0900 000 006", tax_code="0100109106"))

    assert page.h1 == "Bà Đặng Thị Tưởng Tượng"
    assert "0900 000 006" in page.text


def test_pressing_twice_opens_one_card(secretary):
    first = secretary.get("donors.new").field("form_key")

    once = secretary.post("donors.create", card(form_key=first), expect=303)
    again = secretary.post("donors.create", card(form_key=first), expect=303)

    assert once.response.location == again.response.location
    assert names() == ["Đặng Thị Tưởng Tượng"]


def test_the_same_form_with_another_name_is_refused(secretary):
    key = secretary.get("donors.new").field("form_key")
    secretary.post("donors.create", card(form_key=key), expect=303)

    secretary.post("donors.create", card(form_key=key, name="Lê Giả Định", phone=""), expect=409)
    secretary.post("donors.create", card(form_key=key, address="12 đường Hoa Gạo"), expect=409)

    assert names() == ["Đặng Thị Tưởng Tượng"]


def test_who_may_have_a_card_already_is_shown_first(secretary, minh_hoa):
    secretary.get("donors.new")

    page = secretary.post("donors.create", card(name="tran thi minh hoa"), expect=422)

    assert "Bà Trần Thị Minh Họa" in page.text
    assert page.field("name") == "tran thi minh hoa"
    secretary.post("donors.create", card(name="tran thi minh hoa", anyway="y"))
    assert len(names()) == 2


def test_while_typing_who_may_be_the_same_is_shown(secretary, minh_hoa):
    assert "Bà Trần Thị Minh Họa" in secretary.client.get("/nha-hao-tam/trung?name=tran+thi+minh+hoa").text
    assert "Bà Trần Thị Minh Họa" in secretary.client.get("/nha-hao-tam/trung?name=Ai&phone=0900000002").text
    assert "…0002, chưa ủng hộ lần nào" in secretary.client.get("/nha-hao-tam/trung?phone=0900000002").text
    assert "Họa" not in secretary.client.get("/nha-hao-tam/trung?name=").text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 151}, "name"),
        ({"kind": "king"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"honorific": "Ngài"}, "honorific"),
        ({"phone": "12"}, "phone"),
        ({"phone": "０９００００００２"}, "phone"),
        ({"tax_code": "0100109107"}, "tax_code"),
        ({"email": "hoa"}, "email"),
        ({"represents_id": "999999"}, "represents_id"),
        ({"represents_id": "'; --"}, "represents_id"),
        ({"display": "loud"}, None),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(secretary, wrong, field):
    secretary.get("donors.new")

    page = secretary.post("donors.create", card(**wrong), expect=422)

    assert field is None or page.error(field)
    assert names() == []


def test_the_list_stands_by_given_name_and_is_narrowed(secretary, ward, minh_hoa):
    new_donor(ward, name="Lê Văn An", honorific="Ông", display="anonymous")
    new_donor(ward, kind="company", name="Công ty TNHH Mây Hồng")

    everyone = secretary.get("donors.index")
    assert everyone.text.index("Lê Văn An") < everyone.text.index("Công ty TNHH") < everyone.text.index("Minh Họa")
    companies = secretary.get("donors.index", query={"loai": "company"})
    assert "Mây Hồng" in companies.text
    assert "Minh Họa" not in companies.text
    assert "Lê Văn An" in secretary.get("donors.index", query={"neu_ten": "anonymous"}).text
    assert "Minh Họa" in secretary.get("donors.index", query={"q": "hoa minh"}).text
    assert "Không thấy ai" in secretary.get("donors.index", query={"q": "zzz"}).text


def test_a_long_list_is_paged_in_order(secretary, ward):
    for number in range(60):
        new_donor(ward, kind="company", name=f"Công ty {number:02}")

    first = secretary.get("donors.index")
    following = next(link.get("href") for link in first.page.all("a") if link.get("rel") == "next")

    assert "Công ty 49" in first.text
    assert "Công ty 50" not in first.text
    assert "Công ty 50" in secretary.get(following).text


def test_excel_holds_exactly_what_is_shown(secretary, ward, minh_hoa):
    new_donor(ward, name="=1+1", display="anonymous")
    new_donor(ward, kind="company", name="Công ty TNHH Mây Hồng")

    answer = secretary.client.get("/nha-hao-tam/danh-sach.xlsx?loai=individual")
    assert answer.status_code == 200, answer.text
    file = answer.data
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(BytesIO(file)).active.iter_rows()]

    written = [row[:4] for row in rows if row[1] == "Cá nhân"]
    assert written == [
        ["=1+1", "Cá nhân", "Mạnh thường quân giấu tên", None],
        ["Bà Trần Thị Minh Họa", "Cá nhân", "Bà Trần Thị Minh Họa", "0900 000 002"],
    ]


def test_a_corrected_card_keeps_what_was_not_touched(secretary, minh_hoa):
    secretary.get("donors.edit", donor_id=minh_hoa.id)

    page = secretary.post("donors.change", {"address": "27 đường Cánh Diều"}, to={"donor_id": minh_hoa.id})

    assert page.h1 == "Bà Trần Thị Minh Họa"
    assert "27 đường Cánh Diều" in page.text
    assert "0900 000 002" in page.text


def test_a_wish_to_be_anonymous_holds_at_once(secretary, minh_hoa):
    secretary.get("donors.show", donor_id=minh_hoa.id)

    page = secretary.post("donors.choose_display", {"display": "anonymous"}, to={"donor_id": minh_hoa.id})

    assert "Khi công khai ghi là: Mạnh thường quân giấu tên" in page.text
    db.session.refresh(minh_hoa)
    assert public_name(minh_hoa) == "Mạnh thường quân giấu tên"


def test_a_wish_that_does_not_exist_is_refused(secretary, minh_hoa):
    secretary.get("donors.show", donor_id=minh_hoa.id)

    secretary.post("donors.choose_display", {"display": "loud"}, to={"donor_id": minh_hoa.id}, expect=422)

    db.session.refresh(minh_hoa)
    assert minh_hoa.display == "full"


def test_a_piggy_bank_is_renamed_from_a_day_on(secretary, ward):
    pig = new_donor(ward, kind="piggy_bank", name="Heo đất Phường 1", represents_id=ward.id)
    secretary.get("donors.new_name", donor_id=pig.id)

    secretary.post("donors.rename", {"name": "Heo đất", "starts": "31/2/2025"}, to={"donor_id": pig.id}, expect=422)
    secretary.post("donors.rename", {"name": "Heo đất", "starts": "1/9/2026"}, to={"donor_id": pig.id}, expect=422)
    page = secretary.post("donors.rename", {"name": "Heo đất Bến Nắng", "starts": "1/7/2025"}, to={"donor_id": pig.id})

    assert page.h1 == "Heo đất Bến Nắng"
    assert "Tên từ 1/7/2025" in page.text


def test_cards_of_another_association_do_not_exist(secretary):
    stranger = new_donor(people.association("U02"), name="Người Núi Biếc")

    for endpoint in ("donors.show", "donors.edit", "donors.new_name"):
        secretary.get(endpoint, donor_id=stranger.id, expect=404)
    for endpoint in ("donors.change", "donors.choose_display", "donors.rename"):
        secretary.post(endpoint, card(), to={"donor_id": stranger.id}, expect=404)
    assert "Núi Biếc" not in secretary.get("donors.index", query={"q": "nui biec"}).text
    secretary.get("/nha-hao-tam/999999999", expect=404)


@pytest.mark.parametrize("officer", ["chutich", "kiemtra"])
def test_who_may_only_read_has_no_buttons_and_is_refused(browser, minh_hoa, officer):
    browser.sign_in(officer)

    page = browser.get("donors.show", donor_id=minh_hoa.id)

    assert not page.offers(f"/nha-hao-tam/{minh_hoa.id}/neu-ten")
    assert not page.offers(f"/nha-hao-tam/{minh_hoa.id}/sua")
    assert not browser.get("donors.index").offers("/nha-hao-tam/moi")
    browser.get("donors.new", expect=403)
    browser.post("donors.create", card(), expect=403)
    browser.post("donors.choose_display", {"display": "full"}, to={"donor_id": minh_hoa.id}, expect=403)
    browser.post("donors.change", card(), to={"donor_id": minh_hoa.id}, expect=403)
    browser.post("donors.rename", {"name": "A", "starts": "1/7/2025"}, to={"donor_id": minh_hoa.id}, expect=403)


@pytest.mark.parametrize("officer", ["admin", "hoidong1", "chihoi", "baocao", "nhahaotam"])
def test_who_has_nothing_to_do_with_donors_sees_none(browser, minh_hoa, officer):
    browser.sign_in(officer)

    browser.get("donors.index", expect=403)
    browser.get("donors.show", donor_id=minh_hoa.id, expect=403)
    browser.get("/nha-hao-tam/trung", query={"name": "minh"}, expect=403)
    browser.get("/nha-hao-tam/danh-sach.xlsx", expect=403)


def test_nobody_signed_in_is_sent_to_the_door(client, minh_hoa):
    for path in (
        "/nha-hao-tam",
        "/nha-hao-tam/danh-sach.xlsx",
        f"/nha-hao-tam/{minh_hoa.id}",
        "/nha-hao-tam/trung?name=hoa",
    ):
        assert client.get(path).status_code == 303


def test_who_works_for_two_units_says_which_one_keeps_the_card(browser, ward):
    browser.sign_in("thuky")
    with writing():
        below = unit_changes.open_unit(
            code="U07", kind="ward_association", name="Hội Phường", starts=people.FOUNDED, parent=ward, by=COMMAND_LINE
        )
    browser.get("donors.new")

    assert browser.post("donors.create", card(unit=""), expect=422).error("unit") == "Đơn vị nào giữ thẻ này?"
    browser.post("donors.create", card(unit=str(below.id)))

    assert db.session.query(Donor).one().unit_id == below.id
    of_the_ward = people.person("thuky2", role="secretary", unit=below)
    people.grant(of_the_ward, "secretary", ward)
    assert browser.sign_in(of_the_ward).get("donors.new").field("unit") == str(below.id)  # one's own desk comes first


@pytest.mark.parametrize(
    "query", ["?q=%00", "?q=" + "x" * 3000, "?sau=abc", "?xep=nope", "?loai=king", "?q=%F0%9F%90%B7"]
)
def test_whatever_stands_in_the_address_is_never_our_mistake(secretary, query):
    assert secretary.client.get("/nha-hao-tam" + query).status_code in (200, 400)
