"""Units open, rename, move, merge and close; every past year keeps its own tree."""

from datetime import date

import pytest

from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.history import events
from khuyenhoc.org import unit_changes, units
from khuyenhoc.org.users import COMMAND_LINE
from tests.org.conftest import found

THEN, MERGER, NOW = date(2022, 6, 1), date(2025, 7, 1), date(2026, 8, 15)


@pytest.fixture
def district(app):
    return found("U01", "Hội Khuyến học quận Sông Xanh", date(2003, 5, 10), kind="district_association")


@pytest.fixture
def phuong_1(district):
    return found("U02", "Hội Khuyến học Phường 1 Sông Xanh", date(2003, 9, 1), parent=district)


@pytest.fixture
def chapter(phuong_1):
    name = "Chi hội Khuyến học Khu phố 1 – Phường 1 Sông Xanh"
    return found("U07", name, date(2004, 1, 10), kind="chapter_neighbourhood", parent=phuong_1)


@pytest.fixture
def after_the_merger(district, phuong_1, chapter, ben_nang):
    with writing():
        unit_changes.rename(chapter, "Chi hội Khuyến học Khu phố 1 – Bến Nắng", on=MERGER, by=COMMAND_LINE)
        unit_changes.move(chapter, ben_nang, on=MERGER, by=COMMAND_LINE)
        unit_changes.succeed(phuong_1, ben_nang, kind="whole", effective=MERGER, by=COMMAND_LINE)
        unit_changes.close(phuong_1, on=date(2025, 6, 30), reason="Sáp nhập phường", by=COMMAND_LINE)


def test_a_past_year_keeps_its_names_and_its_tree(after_the_merger, district, phuong_1, chapter, ben_nang):
    assert units.name_on(chapter, THEN) == "Chi hội Khuyến học Khu phố 1 – Phường 1 Sông Xanh"
    assert units.name_on(chapter, NOW) == "Chi hội Khuyến học Khu phố 1 – Bến Nắng"
    assert units.parent_on(chapter, THEN) == phuong_1
    assert units.parent_on(chapter, NOW) == ben_nang
    assert units.below(district, THEN) == {district.id, phuong_1.id, chapter.id}
    assert units.below(district, NOW) == {district.id}
    assert units.below(ben_nang, NOW) == {ben_nang.id, chapter.id}


def test_the_day_of_the_change_belongs_to_the_new_and_the_day_before_to_the_old(after_the_merger, phuong_1, chapter):
    assert units.parent_on(chapter, date(2025, 6, 30)) == phuong_1
    assert units.parent_on(chapter, MERGER) != phuong_1
    assert units.is_open(phuong_1, date(2025, 6, 30))
    assert not units.is_open(phuong_1, MERGER)


def test_before_its_birth_and_after_its_end_a_unit_has_its_first_and_last_name(after_the_merger, chapter, phuong_1):
    assert units.name_on(chapter, date(1990, 1, 1)).endswith("Phường 1 Sông Xanh")
    assert units.name_on(phuong_1, NOW) == "Hội Khuyến học Phường 1 Sông Xanh"
    assert units.names_on([], NOW) == {}


def test_a_closed_unit_takes_no_new_documents(after_the_merger, phuong_1):
    with pytest.raises(RuleBroken, match=r"đã đóng từ sau ngày 30/6/2025"):
        units.require_open(phuong_1)

    units.require_open(phuong_1, THEN)


def test_a_unit_takes_no_documents_before_it_exists(ben_nang):
    with pytest.raises(RuleBroken, match=r"mới thành lập ngày 1/7/2025"):
        units.require_open(ben_nang, THEN)


def test_what_became_of_a_unit_stands_in_its_lineage(after_the_merger, phuong_1, ben_nang):
    (row,) = units.lineage_of(phuong_1)

    assert (row.successor_id, row.kind, row.effective) == (ben_nang.id, "whole", MERGER)
    assert units.lineage_of(ben_nang) == [row]


def test_every_change_tells_its_story(after_the_merger, phuong_1):
    story = events.of("units", phuong_1.id)

    assert [event.action for event in story] == ["unit.opened", "unit.succeeded", "unit.closed"]
    assert story[-1].reason == "Sáp nhập phường"
    assert story[-1].actor_name == "Người vận hành máy chủ"


def test_a_slip_in_the_name_is_mended_on_the_day_itself(ben_nang):
    with writing():
        unit_changes.rename(ben_nang, "Hội Khuyến học phường Bến Nắng Mới", on=MERGER, by=COMMAND_LINE)

    assert [row.name for row in units.names_of(ben_nang)] == ["Hội Khuyến học phường Bến Nắng Mới"]


def test_a_unit_can_stand_alone_again(khu_pho_1, ben_nang):
    with writing():
        unit_changes.move(khu_pho_1, None, on=date(2026, 1, 1), by=COMMAND_LINE)

    assert units.parent_on(khu_pho_1, date(2025, 12, 31)) == ben_nang
    assert units.parent_on(khu_pho_1, date(2026, 1, 1)) is None


def test_an_address_is_set_and_told(ben_nang):
    with writing():
        unit_changes.set_address(ben_nang, "12 đường Hoa Gạo", by=COMMAND_LINE)
        unit_changes.set_address(ben_nang, "12 đường  Hoa Gạo", by=COMMAND_LINE)

    assert ben_nang.address == "12 đường Hoa Gạo"
    assert [event.action for event in events.of("units", ben_nang.id)] == ["unit.opened", "unit.address_set"]


def test_a_unit_that_does_not_exist_is_not_found(app):
    assert units.find_unit("U99") is None
    with pytest.raises(NotFound):
        units.get_unit("U99")
    with pytest.raises(NotFound):
        units.unit_by_id(99)


@pytest.mark.parametrize(
    "code", ["", "U", "U05", "u05", "ĐƠN", "U 5", "-U5", "U5-", "ABCDEFGHIJKLM", "Ｕ０５", "U05'; --"]
)
def test_codes_are_plain_and_unique(ben_nang, code):
    with pytest.raises(RuleBroken) as no, writing():
        unit_changes.open_unit(code=code, kind="ward_association", name="Hội", starts=NOW, by=COMMAND_LINE)
    assert no.value.field == "code"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "empire"),
        ("name", " \u200b "),
        ("name", "x" * 151),
        ("address", "x" * 201),
        ("starts", date(1900, 1, 1)),
    ],
)
def test_a_unit_needs_a_kind_a_name_and_a_believable_day(app, field, value):
    answers = {"code": "U90", "kind": "ward_association", "name": "Hội", "starts": NOW, "address": ""} | {field: value}

    with pytest.raises(RuleBroken) as no, writing():
        unit_changes.open_unit(**answers, by=COMMAND_LINE)
    assert no.value.field == field


def test_changes_come_in_the_order_of_time(after_the_merger, chapter, phuong_1, district):
    with pytest.raises(RuleBroken, match="thứ tự thời gian"), writing():
        unit_changes.rename(chapter, "Tên khác", on=THEN, by=COMMAND_LINE)
    with pytest.raises(RuleBroken, match="thứ tự thời gian"), writing():
        unit_changes.move(chapter, district, on=THEN, by=COMMAND_LINE)


def test_a_unit_once_set_free_is_not_moved_in_the_time_before(khu_pho_1, ben_nang):
    with writing():
        unit_changes.move(khu_pho_1, None, on=date(2026, 1, 1), by=COMMAND_LINE)

    with pytest.raises(RuleBroken, match="thứ tự thời gian"), writing():
        unit_changes.move(khu_pho_1, None, on=date(2025, 9, 1), by=COMMAND_LINE)


def test_the_same_name_or_place_is_no_change(khu_pho_1, ben_nang):
    with pytest.raises(RuleBroken, match="đúng tên này"), writing():
        unit_changes.rename(khu_pho_1, units.name_on(khu_pho_1, NOW), on=NOW, by=COMMAND_LINE)
    with pytest.raises(RuleBroken, match="đúng chỗ này"), writing():
        unit_changes.move(khu_pho_1, ben_nang, on=NOW, by=COMMAND_LINE)


def test_nothing_stands_under_itself(ben_nang, khu_pho_1):
    with pytest.raises(RuleBroken, match="chính mình"), writing():
        unit_changes.move(ben_nang, khu_pho_1, on=NOW, by=COMMAND_LINE)
    with pytest.raises(RuleBroken, match="chính mình"), writing():
        unit_changes.move(ben_nang, ben_nang, on=NOW, by=COMMAND_LINE)


def test_nothing_stands_under_a_closed_unit(after_the_merger, chapter, phuong_1):
    with pytest.raises(RuleBroken, match="cấp trên không hoạt động"), writing():
        unit_changes.move(chapter, phuong_1, on=NOW, by=COMMAND_LINE)


def test_a_closed_unit_changes_no_more(after_the_merger, phuong_1):
    with pytest.raises(RuleBroken, match="không hoạt động"), writing():
        unit_changes.rename(phuong_1, "Tên khác", on=NOW, by=COMMAND_LINE)
    with pytest.raises(RuleBroken, match="đã đóng"), writing():
        unit_changes.close(phuong_1, on=NOW, reason="lại", by=COMMAND_LINE)


def test_a_unit_closes_only_when_nothing_stands_under_it_any_more(phuong_1, chapter):
    with pytest.raises(RuleBroken, match="U07"), writing():
        unit_changes.close(phuong_1, on=NOW, reason="Sáp nhập", by=COMMAND_LINE)


def test_a_unit_closes_with_a_reason_and_not_before_its_last_change(chapter):
    with pytest.raises(RuleBroken) as no, writing():
        unit_changes.close(chapter, on=NOW, reason="  ", by=COMMAND_LINE)
    assert no.value.field == "reason"
    with pytest.raises(RuleBroken) as no, writing():
        unit_changes.close(chapter, on=date(2003, 1, 1), reason="Sáp nhập", by=COMMAND_LINE)
    assert no.value.field == "on"


def test_a_split_has_several_parts_and_a_whole_has_one(phuong_1, ben_nang, cau_may):
    with writing():
        unit_changes.succeed(phuong_1, ben_nang, kind="part", effective=MERGER, by=COMMAND_LINE)
        unit_changes.succeed(phuong_1, cau_may, kind="part", effective=MERGER, by=COMMAND_LINE)

    with pytest.raises(RuleBroken, match="đã ghi rồi"), writing():
        unit_changes.succeed(phuong_1, cau_may, kind="part", effective=MERGER, by=COMMAND_LINE)
    with pytest.raises(RuleBroken, match="chia thành nhiều phần"), writing():
        unit_changes.succeed(phuong_1, None, kind="dissolved", effective=MERGER, by=COMMAND_LINE)


def test_lineage_that_cannot_be_is_refused(phuong_1, ben_nang, district):
    def refused(successor, kind, effective=MERGER):
        with pytest.raises(RuleBroken), writing():
            unit_changes.succeed(phuong_1, successor, kind=kind, effective=effective, by=COMMAND_LINE)

    refused(ben_nang, "eaten")
    refused(ben_nang, "dissolved")
    refused(None, "whole")
    refused(phuong_1, "whole")
    refused(ben_nang, "whole", THEN)  # it did not exist then
    refused(district, "whole", date(2003, 9, 1))
    assert units.lineage_of(phuong_1) == []
