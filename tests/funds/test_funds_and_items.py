"""Funds and items: what may be written into them."""

from datetime import date

import pytest
from sqlalchemy.exc import DBAPIError

from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.funds import campaign_steps, funds, items
from khuyenhoc.history import events


def found(office, code="QTN", **others):
    values = {"standing_code": "GEN-2", "standing_name": "Quỹ chung", "starts": date(2026, 1, 1), **others}
    with writing():
        return campaign_steps.found(
            code, values.pop("name", "Quỹ Tài năng"), office.unit.id, by=office.accountant, **values
        )


def test_a_fund_is_found_by_its_code(office, qkh):
    assert funds.get_fund("qkh-bn") is qkh
    assert funds.funds_of([office.unit.id]) == [qkh]
    assert funds.funds_of([]) == []


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("code", {"code": "QUỸ"}),
        ("code", {"code": "QKH-BN"}),
        ("standing_code", {"standing_code": "GEN-BN"}),
        ("standing_code", {"standing_code": "?"}),
        ("name", {"name": " "}),
        ("legal_form", {"legal_form": "private"}),
        ("management_cost_cap_percent", {"management_cost_cap_percent": 101}),
        ("purpose", {"purpose": "x" * 2001}),
    ],
)
def test_a_fund_that_makes_no_sense_is_refused_whole(office, qkh, field, wrong):
    with pytest.raises(RuleBroken) as no:
        found(office, **wrong)

    assert no.value.field == field
    assert funds.find_fund("QTN") is None


def test_a_fund_may_be_renamed_and_the_history_keeps_the_old_name(office, qkh):
    with writing():
        funds.change_fund(
            qkh,
            "Quỹ Khuyến tài",
            legal_form="licensed",
            purpose="",
            management_cost_cap_percent=5,
            by=office.accountant,
        )

    assert (qkh.name, qkh.management_cost_cap_percent) == ("Quỹ Khuyến tài", 5)
    assert "Quỹ Khuyến học phường Bến Nắng" in events.of("funds", qkh.id)[-1].details


def test_unknown_funds_and_items_are_not_found(app):
    with pytest.raises(NotFound):
        funds.get_fund("NOPE")
    with pytest.raises(NotFound):
        items.get_item("nope")


def test_an_item_keeps_its_code_when_its_value_changes(office, bicycle):
    with writing():
        items.change_item(bicycle, "Xe đạp 24 inch", "chiếc", 2_500_000, "bicycle", by=office.accountant)

    assert items.get_item("bicycle_24").unit_value == 2_500_000
    assert [e.action for e in events.of("items", bicycle.id)] == ["item.added", "item.changed"]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("code", {"code": "x"}),
        ("code", {"code": "xe đạp"}),
        ("code", {"code": "bicycle_24"}),
        ("name", {"name": ""}),
        ("unit_of_measure", {"unit_of_measure": "x" * 21}),
        ("unit_value", {"unit_value": -1}),
        ("spending_kind", {"spending_kind": "running_costs"}),
    ],
)
def test_an_item_that_makes_no_sense_is_refused(office, bicycle, field, wrong):
    values = {"code": "bao", "name": "Bao lì xì", "unit_of_measure": "cái", "unit_value": 0, "spending_kind": "gift"}
    with pytest.raises(RuleBroken) as no, writing():
        items.add_item(**{**values, **wrong}, by=office.accountant)

    assert no.value.field == field


def test_an_item_cannot_be_deleted(bicycle):
    with pytest.raises(DBAPIError, match="items_append_only"), writing():
        db.session.delete(bicycle)
        db.session.flush()


@pytest.mark.parametrize(
    ("unit", "name", "said"),
    [
        ("chiếc", "Xe đạp 24 inch", "1.200 chiếc xe đạp 24 inch"),
        ("túi", "Túi quà 50.000 đồng", "1.200 túi quà 50.000 đồng"),
        ("bộ", "SGK lớp 6", "1.200 bộ SGK lớp 6"),
        ("phần", "Q", "1.200 phần Q"),
    ],
)
def test_so_many_of_an_item_are_told_as_one_would_say_it(unit, name, said):
    assert items.so_many(1200, unit, name) == said
