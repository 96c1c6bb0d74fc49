"""Donors' cards: opened, corrected, renamed; the choice how to be named."""

from datetime import date

import pytest

from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.giving import donors
from khuyenhoc.giving.donor_naming import full_name, public_name
from khuyenhoc.giving.donors import Details
from khuyenhoc.history import events
from khuyenhoc.org import unit_changes
from tests.giving.donor_world import SECRETARY, new_donor, open_unit
from tests.support import html


@pytest.fixture
def ward(app):
    return open_unit()


@pytest.fixture
def minh_hoa(ward):
    return new_donor(ward, name="Trần Thị Minh Họa", honorific="Bà", phone="0900 000 002")


def deeds(donor):
    return [event.action for event in events.of("donors", donor.id)]


def test_a_card_is_stored_clean(ward):
    donor = new_donor(
        ward,
        name="  Đặng  Thị\x00 Tươ\u0309ng Tượng ",
        honorific="Bà",
        phone="+84 900.000.006",
        email="Tuong@Example.VN",
        tax_code="0100109106 001",
    )

    assert donor.name == "Đặng Thị Tưởng Tượng"
    assert (donor.phone, donor.phone_tail) == ("+84900000006", "0006")
    assert (donor.email, donor.tax_code) == ("tuong@example.vn", "0100109106-001")
    assert deeds(donor) == ["donor.created"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "king"}, "kind"),
        ({"name": "   "}, "name"),
        ({"name": "–"}, "name"),
        ({"name": "x" * 151}, "name"),
        ({"name": "Khuyết danh"}, "name"),
        ({"honorific": "Ngài"}, "honorific"),
        ({"display": "loud"}, "display"),
        ({"phone": "12"}, "phone"),
        ({"phone": "０９０００００００２"}, "phone"),
        ({"email": "hoa"}, "email"),
        ({"tax_code": "0100109107"}, "tax_code"),
        ({"address": "x" * 201}, "address"),
    ],
)
def test_what_is_wrong_on_a_card_is_said_beside_its_field(ward, wrong, field):
    with pytest.raises(RuleBroken) as refused:
        new_donor(ward, **{"name": "Trần Thị Minh Họa", **wrong})

    assert refused.value.field == field


def test_a_title_is_chosen_and_never_inferred(ward):
    donor = new_donor(ward, name="Ông Thị Nga")

    assert donor.honorific is None
    assert full_name(donor) == "Ông Thị Nga"


def test_an_unknown_giver_is_a_kind_and_not_a_name(ward):
    donor = new_donor(ward, kind="unknown", name="Ai đó", honorific="Ông", phone="0900000010")

    assert (donor.name, donor.honorific, donor.phone, donor.display) == (None, None, None, "anonymous")
    assert full_name(donor) == public_name(donor) == "Mạnh thường quân giấu tên"


def test_envelopes_without_a_name_share_one_card_of_the_unit(ward):
    with writing():
        first = donors.unknown_giver(ward, by=SECRETARY)
    with writing():
        second = donors.unknown_giver(ward, by=SECRETARY)

    assert first.id == second.id
    assert first.kind == "unknown"


def test_a_closed_unit_opens_no_cards(ward):
    with writing():
        unit_changes.close(ward, on=date(2025, 6, 30), by=SECRETARY, reason="Nhập vào phường khác")

    with pytest.raises(RuleBroken):
        new_donor(ward, name="Trần Thị Minh Họa")


def test_a_choice_to_be_anonymous_holds_at_once_and_is_remembered(minh_hoa):
    with writing():
        donors.set_display(minh_hoa, "anonymous", by=SECRETARY, reason="Gọi điện ngày 15/8")

    assert public_name(minh_hoa) == "Mạnh thường quân giấu tên"
    assert full_name(minh_hoa) == "Bà Trần Thị Minh Họa"
    assert deeds(minh_hoa) == ["donor.created", "donor.display_chosen"]


def test_a_choice_that_does_not_exist_is_refused(minh_hoa, ward):
    with pytest.raises(RuleBroken), writing():
        donors.set_display(minh_hoa, "loud", by=SECRETARY)
    with pytest.raises(RuleBroken), writing():
        donors.set_display(new_donor(ward, kind="unknown"), "full", by=SECRETARY)


def test_a_correction_tells_the_history_what_changed_but_no_phone_number(minh_hoa):
    corrected = Details(kind="individual", name="Trần Thị Minh Hoa", honorific="Cô", phone="0900000417")

    with writing():
        donors.edit(minh_hoa, corrected, by=SECRETARY)

    told = events.of("donors", minh_hoa.id)[-1].details
    assert "Minh Hoa" in told
    assert '"phone": true' in told
    assert html.found(["0900000417", "0417"], told) == []


def test_saving_an_unchanged_card_leaves_no_trace(minh_hoa):
    same = Details(kind="individual", name="Trần Thị Minh Họa", honorific="Bà", phone="0900000002")

    with writing():
        donors.edit(minh_hoa, same, by=SECRETARY)

    assert deeds(minh_hoa) == ["donor.created"]


def test_nobody_becomes_unknown_and_nobody_unknown_becomes_known(minh_hoa, ward):
    with pytest.raises(RuleBroken), writing():
        donors.edit(minh_hoa, Details(kind="unknown"), by=SECRETARY)
    with pytest.raises(RuleBroken), writing():
        donors.edit(new_donor(ward, kind="unknown"), Details(kind="individual", name="Lê Giả Định"), by=SECRETARY)


def test_a_paper_shows_the_name_of_its_own_date(ward):
    chapter = new_donor(
        ward,
        kind="chapter",
        name="Chi hội Khuyến học Khu phố 1 – Bến Nắng",
        past=[
            ("2004-01-10", "Chi hội Khuyến học Khu phố 1 – Phường 1 Sông Xanh"),
            ("2025-07-01", "Chi hội Khuyến học Khu phố 1 – Bến Nắng"),
        ],
    )

    assert full_name(chapter, date(2022, 9, 5)) == "Chi hội Khuyến học Khu phố 1 – Phường 1 Sông Xanh"
    assert full_name(chapter, date(2025, 6, 30)) == "Chi hội Khuyến học Khu phố 1 – Phường 1 Sông Xanh"
    assert full_name(chapter, date(2025, 7, 1)) == "Chi hội Khuyến học Khu phố 1 – Bến Nắng"
    assert full_name(chapter, date(2001, 1, 1)) == "Chi hội Khuyến học Khu phố 1 – Phường 1 Sông Xanh"
    assert full_name(chapter) == "Chi hội Khuyến học Khu phố 1 – Bến Nắng"


def test_a_piggy_bank_is_renamed_from_a_day_on(ward):
    pig = new_donor(ward, kind="piggy_bank", name="Heo đất Khu phố 2 – Phường 1 Sông Xanh")

    with writing():
        donors.rename(pig, "Heo đất Khu phố 2 – Bến Nắng", starts=date(2025, 7, 1), by=SECRETARY)

    assert public_name(pig, date(2025, 6, 30)) == "Heo đất Khu phố 2 – Phường 1 Sông Xanh"
    assert public_name(pig, date(2025, 7, 1)) == "Heo đất Khu phố 2 – Bến Nắng"
    assert deeds(pig) == ["donor.created", "donor.renamed"]


def test_a_name_cannot_begin_tomorrow_or_before_the_present_one(ward):
    pig = new_donor(ward, kind="piggy_bank", name="Heo đất A")
    with writing():
        donors.rename(pig, "Heo đất B", starts=date(2025, 7, 1), by=SECRETARY)

    for name, starts in [
        ("Heo đất C", date(2026, 8, 16)),
        ("Heo đất C", date(2025, 7, 1)),
        ("Heo đất B", date(2026, 1, 1)),
    ]:
        with pytest.raises(RuleBroken), writing():
            donors.rename(pig, name, starts=starts, by=SECRETARY)


def test_a_corrected_name_counts_for_its_whole_time_only(ward):
    pig = new_donor(ward, kind="piggy_bank", past=[("2004-01-10", "Heo đất A"), ("2025-07-01", "B")])

    with writing():
        donors.edit(pig, Details(kind="piggy_bank", name="Heo đất B"), by=SECRETARY)

    assert pig.name_on(date(2025, 8, 1)) == pig.name == "Heo đất B"
    assert pig.name_on(date(2025, 1, 1)) == "Heo đất A"


def test_a_card_of_another_unit_does_not_exist(minh_hoa):
    assert donors.get_donor(minh_hoa.id, frozenset({minh_hoa.unit_id})) is minh_hoa
    with pytest.raises(NotFound):
        donors.get_donor(minh_hoa.id, frozenset({minh_hoa.unit_id + 1}))
    with pytest.raises(NotFound):
        donors.get_donor(999_999, frozenset({minh_hoa.unit_id}))
