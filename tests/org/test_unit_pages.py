"""The administrator keeps the tree of units; every change is dated and told."""

import io
from datetime import date

import openpyxl
import pytest

from khuyenhoc.core.database import db, writing
from khuyenhoc.org import grants, unit_changes, units, users
from khuyenhoc.org.users import COMMAND_LINE
from tests.support import people
from tests.support.browser import Browser


@pytest.fixture
def district(app):
    return people.association()


@pytest.fixture
def ward(district):
    with writing():
        return unit_changes.open_unit(
            code="U11",
            kind="ward_association",
            name="Hội Khuyến học Phường 1",
            starts=date(2013, 1, 1),
            parent=district,
            by=COMMAND_LINE,
        )


@pytest.fixture
def admin(app):
    return Browser(app).sign_in("admin")


def test_the_tree_is_shown_as_it_stood(admin, ward):
    assert "Hội Khuyến học Phường 1" in admin.get("units.tree").text
    assert "Hội Khuyến học Phường 1" not in admin.get("units.tree", query={"ngay": "1/6/2012"}).text
    assert "chưa có đơn vị nào" in admin.get("units.tree", query={"ngay": "1/6/2000"}).text
    assert "Chưa hiểu ngày" in admin.get("units.tree", query={"ngay": "hôm qua"}).text


def test_the_tree_is_taken_away_as_excel_as_it_stood(admin, district, ward):
    def units_of(address):
        sheet = openpyxl.load_workbook(io.BytesIO(admin.client.get(address).data)).active
        return [row[1:3] for row in sheet.iter_rows(min_row=4, values_only=True)]

    assert "/quan-tri/don-vi/cay.xlsx?ngay=1/6/2012" in admin.get("units.tree", query={"ngay": "1/6/2012"}).body
    assert ("Hội Khuyến học Phường 1", "U11") in units_of("/quan-tri/don-vi/cay.xlsx")
    assert ("Hội Khuyến học Phường 1", "U11") not in units_of("/quan-tri/don-vi/cay.xlsx?ngay=1/6/2012")


def test_a_unit_is_opened_below_another(admin, district):
    admin.get("units.new")
    admin.post(
        "units.create",
        called="Chi hội Khu phố 9",
        code="kp9",
        kind="chapter_neighbourhood",
        starts="1/8/2026",
        other=str(district.id),
    )

    unit = units.get_unit("KP9")
    assert units.parent_on(unit) == district
    assert admin.here.h1 == "Chi hội Khu phố 9"


def test_whoever_opens_a_unit_that_stands_alone_administers_it(admin, district):
    admin.post("units.create", called="Hội mới", code="U77", kind="ward_association", starts="1/8/2026", other="")

    assert grants.can(users.get_user("admin"), "user.manage", units.get_unit("U77").id)
    assert not grants.can(users.get_user("admin"), "gift.see", units.get_unit("U77").id)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "U01"),
        ("code", "Ư1"),
        ("called", ""),
        ("kind", "empire"),
        ("starts", "1/13/2026"),
        ("starts", ""),
        ("other", "999"),
        ("address", "x" * 300),
    ],
)
def test_a_unit_that_will_not_do_is_asked_again(admin, district, field, value):
    admin.get("units.new")
    good = {
        "called": "Chi hội 9",
        "code": "KP9",
        "kind": "chapter_school",
        "starts": "1/8/2026",
        "other": str(district.id),
    }

    answer = admin.post("units.create", good | {field: value}, expect=422)

    assert answer.error(field)
    assert units.find_unit("KP9") is None


def test_a_unit_is_renamed_moved_succeeded_and_closed(admin, ward, district):
    def do(deed, **answers):
        admin.get("units.change", code="U11", deed=deed)
        admin.post("units.carry_out", answers, to={"code": "U11", "deed": deed})

    do("doi-ten", called="Hội Khuyến học Phường Một", on="1/1/2026", reason="Nghị quyết 5")
    do("dia-chi", address="5 đường Cánh Diều")
    do("chuyen", other="", on="1/2/2026")
    do("ke-tiep", kind="whole", other=str(district.id), on="1/9/2026")
    do("dong", on="31/8/2026", reason="Sáp nhập")

    page = admin.here.text
    for told in ("Hội Khuyến học Phường Một", "5 đường Cánh Diều", "Nghị quyết 5", "31/8/2026", "Sáp nhập", "toàn bộ"):
        assert told in page
    db.session.refresh(ward)
    assert ward.valid_to == date(2026, 8, 31)


@pytest.mark.parametrize(
    ("deed", "answers", "field"),
    [
        ("doi-ten", {"called": "Hội Khuyến học Phường 1", "on": "1/1/2026"}, "called"),
        ("doi-ten", {"called": "Tên mới", "on": "1/1/2000"}, "on"),
        ("chuyen", {"other": "", "on": "1/1/2000"}, "on"),
        ("chuyen", {"other": "x", "on": "1/1/2026"}, "other"),
        ("dong", {"on": "31/8/2026", "reason": ""}, "reason"),
        ("dong", {"on": "1/1/2000", "reason": "x"}, "on"),
        ("ke-tiep", {"kind": "whole", "other": "", "on": "1/9/2026"}, "other"),
    ],
)
def test_a_change_that_cannot_be_is_asked_again(admin, ward, deed, answers, field):
    admin.get("units.change", code="U11", deed=deed)

    assert admin.post("units.carry_out", answers, to={"code": "U11", "deed": deed}, expect=422).error(field)


def test_foreign_and_unknown_units_look_the_same(admin, district):
    people.association("U02")

    for code in ("U02", "U99", "%27", "x" * 300):
        admin.get(f"/quan-tri/don-vi/{code}", expect=404)
        admin.get(f"/quan-tri/don-vi/{code}/dong", expect=404)
    admin.get("/quan-tri/don-vi/U01/nuot", expect=404)
    admin.post("/quan-tri/don-vi/U02/dong", on="31/8/2026", reason="x", expect=404)
    assert units.get_unit("U02").valid_to is None


def test_the_auditor_reads_and_others_do_not(app, ward):
    auditor = Browser(app).sign_in("kiemtra")
    assert not auditor.get("units.unit", code="U11").offers("/quan-tri/don-vi/U11/dong")
    auditor.get("units.change", code="U11", deed="dong", expect=403)

    Browser(app).sign_in("thuquy").get("units.tree", expect=403)
    Browser(app).get("units.tree", expect=303)
