"""Every kind of donor is greeted rightly, and named in public only as chosen."""

import json
from pathlib import Path

import pytest

from khuyenhoc.giving.donor_kinds import KINDS
from khuyenhoc.giving.donor_naming import address_form, full_name, named_as, public_name, salutation
from khuyenhoc.giving.donors import Donor


def donor(kind="individual", name=None, honorific=None, display="full", shown_as=None) -> Donor:
    return Donor(kind=kind, name=name, honorific=honorific, display=display, shown_as=shown_as, renamed=False)


GREETED = [
    (donor(name="Trần Thị Minh Họa", honorific="Bà"), "Bà Trần Thị Minh Họa", "Bà Họa"),
    (donor(name="Nguyễn Văn Thí Dụ", honorific="Ông"), "Ông Nguyễn Văn Thí Dụ", "Ông Dụ"),
    (donor(name="Thích Minh Tâm", honorific="Đại đức"), "Đại đức Thích Minh Tâm", "Đại đức Thích Minh Tâm"),
    (donor(name="Lê Giả Định"), "Ông/Bà Lê Giả Định", "Quý vị"),
    (donor("foreign_individual", "John Sample", "Ông"), "Ông John Sample", "Ông John Sample"),
    (donor("company", "Công ty TNHH Mây Hồng"), "Quý Công ty TNHH Mây Hồng", "Quý Công ty"),
    (donor("company", "DNTN Xe đạp Gió Lành"), "Quý DNTN Xe đạp Gió Lành", "Quý doanh nghiệp"),
    (donor("household_business", "Quầy thuốc Cỏ Ngọt"), "Quý Quầy thuốc Cỏ Ngọt", "Quý cơ sở"),
    (donor("religious", "Chùa Liên Hoa Mẫu"), "Quý Chùa Liên Hoa Mẫu", "Quý Chùa"),
    (donor("religious", "Giáo xứ Hoa Huệ"), "Quý Giáo xứ Hoa Huệ", "Quý Giáo xứ"),
    (donor("clan", "Dòng họ Đàm – chi Rạch Gió"), "Quý bà con Dòng họ Đàm – chi Rạch Gió", "Quý bà con"),
    (donor("association", "Hội đồng hương Bến Xa"), "Quý Hội đồng hương Bến Xa", "Quý Hội"),
    (donor("group", "Tập thể lớp 9A1 khóa 1996–2000"), "Tập thể lớp 9A1 khóa 1996–2000", "Quý tập thể"),
    (donor("group", "Nhóm bạn Cà phê Sáng"), "Tập thể Nhóm bạn Cà phê Sáng", "Quý tập thể"),
    (donor("family", "ông Vũ Trầu Cau", "Gia đình"), "Gia đình ông Vũ Trầu Cau", "Gia đình"),
    (donor("chapter", "Chi hội Khuyến học Khu phố 1"), "Quý Chi hội Khuyến học Khu phố 1", "Quý Chi hội"),
    (
        donor("piggy_bank", "Heo đất Trường Tiểu học Hoa Gạo"),
        "Các em và thầy cô Trường Tiểu học Hoa Gạo",
        "Các em và thầy cô",
    ),
    (donor("piggy_bank", "Heo đất Khu phố 2 – Bến Nắng"), "Quý bà con Khu phố 2 – Bến Nắng", "Quý bà con"),
    (donor("upper_level", "Quỹ Khuyến học cấp trên"), "Quỹ Khuyến học cấp trên", "Quý cơ quan"),
    (donor("unknown", display="anonymous"), "Nhà hảo tâm", "Nhà hảo tâm"),
]

SHORT = [
    (donor(name="Đặng Thị Tưởng Tượng", honorific="Bà"), "Bà Đ.T.T.T."),
    (donor(name="Lê Giả Định"), "L.G.Đ."),
    (donor("family", "ông Vũ Trầu Cau", "Gia đình"), "Gia đình ông V.T.C."),
    (donor("family", "cố nhà giáo Ngô Mực Tím", "Gia đình"), "Gia đình cố nhà giáo N.M.T."),
    (donor("company", "Công ty TNHH Mây Hồng"), "Doanh nghiệp C.T.T.M.H."),
    (donor("foreign_individual", "John Sample", "Ông"), "Ông J.S."),
]


@pytest.mark.parametrize(("someone", "greeting", "later"), GREETED, ids=lambda value: str(value)[:30])
def test_a_letter_greets_each_kind_rightly(someone, greeting, later):
    assert salutation(someone) == greeting
    assert address_form(someone) == later


def test_no_kind_is_left_without_a_greeting():
    assert {someone.kind for someone, _, _ in GREETED} == set(KINDS)


@pytest.mark.parametrize(("someone", "shown"), SHORT, ids=lambda value: str(value)[:30])
def test_a_short_name_shows_initials_only(someone, shown):
    assert named_as(someone, "short") == shown


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_shows_its_name_against_its_choice(kind):
    someone = donor(kind, None if kind == "unknown" else "Tên Riêng Kín", display="anonymous", shown_as="Bí danh")

    assert public_name(someone) == "Mạnh thường quân giấu tên"
    assert "Riêng" not in named_as(someone, "short")
    assert "Bí danh" not in named_as(someone, "short")


def test_the_donors_of_the_year_are_written_as_they_chose():
    world = json.loads((Path(__file__).parents[1] / "data/sample_world.json").read_text(encoding="utf-8"))
    shown = {d["id"]: public_name(donor(d["kind"], d["name"], d["honorific"], d["display"])) for d in world["donors"]}

    assert shown["D01"] == "Ông Nguyễn Văn Thí Dụ"
    assert shown["D04"] == "Chị P.T.V.V."
    assert shown["D05"] == shown["D10"] == shown["D30"] == "Mạnh thường quân giấu tên"
    assert shown["D24"] == "Gia đình cố nhà giáo Ngô Mực Tím"
    assert full_name(donor(name="Hoàng Mẫu Mực", honorific="Ông", display="anonymous")) == "Ông Hoàng Mẫu Mực"
