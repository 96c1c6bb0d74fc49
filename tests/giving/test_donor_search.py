"""Donors are found as people type."""

import pytest

from khuyenhoc.core.database import writing
from khuyenhoc.giving import donor_matching, donors
from khuyenhoc.giving.donor_hooks import gift_side
from khuyenhoc.giving.donor_matching import Token, matching
from khuyenhoc.giving.donor_search import possible_duplicates, search
from khuyenhoc.giving.donors import Details
from tests.giving.donor_world import SECRETARY, new_donor, open_unit


@pytest.fixture
def ward(app):
    return open_unit()


@pytest.fixture
def neighbours(ward):
    """People, a class and a pig whom one types at the desk."""
    people = [
        ("Trần Thị Minh Họa", "Bà", "0900000002"),
        ("Võ Thị Minh Hoa", "Cô", "0900000417"),
        ("Nguyễn Văn Thí Dụ", "Ông", "0900000001"),
        ("Đặng Thị Tưởng Tượng", "Bà", "0900000006"),
        ("Nguyễn Phương Dung", "Chị", None),
        ("Nguyễn Tiến Dũng", "Anh", None),
        ("Lê Thúy Hòa", "Chị", None),
    ]
    for name, honorific, phone in people:
        new_donor(ward, name=name, honorific=honorific, phone=phone)
    new_donor(ward, kind="group", name="Tập thể lớp 9A1 khóa 1996–2000 Trường THCS Sao Khuê Mẫu")
    new_donor(ward, kind="piggy_bank", past=[("2004-01-10", "Heo đất Phường Một"), ("2025-07-01", "Heo đất B")])
    return ward


def found(typed, unit, limit=8):
    return [donor.name for donor in search(typed, [unit.id], limit)]


@pytest.mark.parametrize(
    "typed",
    [
        "minh hoa",
        "Minh Họa",
        "hoa minh",
        "trần thị minh họa",
        "TRAN THI MINH HOA",
        "họa tr",
        "bà họa trần",
        "Họa, Trần Thị",
    ],
)
def test_minh_hoa_is_found_however_she_is_typed(neighbours, typed):
    assert "Trần Thị Minh Họa" in found(typed, neighbours)


@pytest.mark.parametrize(
    "typed", ["0002", "000 0002", "0900000002", "0900.000.002", "+84 900 000 002", "hoa 0002", "002"]
)
def test_minh_hoa_is_found_by_her_telephone(neighbours, typed):
    assert found(typed, neighbours)[:1] == ["Trần Thị Minh Họa"]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("dung", "Nguyễn Phương Dung"),
        ("Dũng", "Nguyễn Tiến Dũng"),
        ("minh hoa", "Võ Thị Minh Hoa"),
        ("Minh Họa", "Trần Thị Minh Họa"),
    ],
)
def test_exact_accents_come_first(neighbours, typed, first):
    names = found(typed, neighbours)

    assert names[0] == first
    assert len(names) == 2


def test_exact_accents_come_first_whichever_unit_keeps_them(neighbours):
    other = open_unit("U77")
    new_donor(other, name="Lê Minh Hoa")
    new_donor(other, name="Phạm Minh Họa")

    units = [neighbours.id, other.id]

    assert [donor.name for donor in search("Minh Hoa", units)] == [
        "Võ Thị Minh Hoa",
        "Lê Minh Hoa",
        "Trần Thị Minh Họa",
        "Phạm Minh Họa",
    ]
    assert [donor.name for donor in search("Minh Hoa", units, 2)] == ["Võ Thị Minh Hoa", "Lê Minh Hoa"]


def test_d_finds_d_with_a_stroke_and_both_spellings_find_each_other(neighbours):
    assert found("dang tuong", neighbours) == ["Đặng Thị Tưởng Tượng"]
    assert found("Thuý Hoà", neighbours) == found("thúy hòa", neighbours) == ["Lê Thúy Hòa"]


def test_a_class_is_found_by_its_number_and_a_pig_by_its_old_name(neighbours):
    assert found("lop 9a1", neighbours)[0].startswith("Tập thể lớp 9A1")
    assert found("1996", neighbours)[0].startswith("Tập thể lớp 9A1")
    assert found("phường một", neighbours) == ["Heo đất B"]


@pytest.mark.parametrize(
    "typed", ["", "   ", "%", "_", "' OR 1=1 --", "{{7*7}}", "\x00", "~", "~5", "00", "kkk hoa", "９", "\ud800"]
)
def test_what_fits_nobody_finds_nobody(neighbours, typed):
    assert found(typed, neighbours) == []


def test_a_receipt_number_leads_to_its_donor(neighbours, monkeypatch):
    asked = []
    dung = search("Dũng", [neighbours.id])[0]
    monkeypatch.setattr(gift_side, "donors_by_number", lambda number, unit: asked.append((number, unit)) or [dung.id])

    assert found("PT-2026-0013", neighbours) == ["Nguyễn Tiến Dũng"]
    assert asked == [("PT-2026-0013", neighbours.id)]


def test_cards_of_other_units_are_not_found(neighbours):
    elsewhere = open_unit("U06")
    new_donor(elsewhere, name="Trần Minh Họa")

    assert found("minh hoa", elsewhere) == ["Trần Minh Họa"]
    assert "Trần Minh Họa" not in found("minh hoa", neighbours)
    assert len(search("minh hoa", [neighbours.id, elsewhere.id])) == 3
    assert search("minh hoa", []) == []


def test_no_more_than_asked_for_are_found(neighbours):
    assert len(found("nguyen", neighbours, limit=2)) == 2


def test_a_corrected_or_renamed_card_is_found_by_its_new_words(neighbours):
    hoa = search("minh họa", [neighbours.id])[0]

    with writing():
        donors.edit(hoa, Details(kind="individual", name="Trần Thị Minh Huệ", phone="0911111111"), by=SECRETARY)

    assert found("minh hue", neighbours) == found("1111", neighbours) == ["Trần Thị Minh Huệ"]
    assert "Trần Thị Minh Huệ" not in found("minh hoa", neighbours) + found("0002", neighbours)


def test_a_new_card_shows_who_may_be_the_same(neighbours):
    units = [neighbours.id]

    assert [d.name for d in possible_duplicates("tran thi minh hoa", "", units)] == ["Trần Thị Minh Họa"]
    assert [d.name for d in possible_duplicates("Ai Khác", "0900 000 002", units)] == ["Trần Thị Minh Họa"]
    assert [d.name for d in possible_duplicates("Bà Trần Thị Minh Họa", "", units)] == ["Trần Thị Minh Họa"]
    hoa = search("0002", units)[0]
    assert possible_duplicates("Trần Thị Minh Họa", "", units, but=hoa.id) == []
    assert possible_duplicates("", "", units) == []


def test_a_second_card_of_one_tax_code_is_noticed(neighbours):
    new_donor(neighbours, kind="company", name="Công ty TNHH Mây Hồng", tax_code="0100109106")

    found = possible_duplicates("Mây Hồng", "", [neighbours.id], tax_code="0100 109 106")

    assert [donor.name for donor in found] == ["Công ty TNHH Mây Hồng"]
    assert possible_duplicates("Mây Hồng", "", [neighbours.id], tax_code="1") == []


def test_a_giver_nobody_knows_is_found_by_what_is_said_of_them(neighbours):
    unknown = new_donor(neighbours, kind="unknown", display="anonymous")

    assert [donor.id for donor in search("giau ten", [neighbours.id])] == [unknown.id]
    assert [donor.id for donor in search("không rõ", [neighbours.id])] == [unknown.id]


@pytest.fixture
def all_common(ward, monkeypatch):
    """More share every two of these words than are counted at first, and few have all of them."""
    monkeypatch.setattr(donor_matching, "COUNTED_PAIRS", (1, 2))
    monkeypatch.setattr(donor_matching, "COUNTED_FURTHER", (3, 20))
    for name, many in (("Hồ Thị Thoa", 7), ("Hồ Văn Thúy", 5), ("Lê Thị Thúy", 3), ("Hồ Thị Bích Thúy", 1)):
        for _one in range(many):
            new_donor(ward, name=name)
    return ward


@pytest.mark.parametrize("tried", [1, 2_000])
def test_where_every_two_words_are_common_the_rarest_two_lead(all_common, monkeypatch, tried):
    monkeypatch.setattr(donor_matching, "TRIED", tried)

    matches = matching([Token(word, word) for word in ("ho", "thi", "thuy")], all_common.id, 8)

    assert matches.two is not None
    assert matches.two.typed == ("thi", "thuy")
    assert matches.complete
    assert found("ho thi thuy", all_common) == ["Hồ Thị Bích Thúy"]
    assert len(found("ho thi tho", all_common)) == 7


def test_where_many_fit_among_the_first_nothing_more_is_counted(all_common, monkeypatch):
    monkeypatch.setattr(donor_matching, "COUNTED_FURTHER", None)  # breaks whoever would count on

    assert found("ho thi tho", all_common, limit=1) == ["Hồ Thị Thoa"]
