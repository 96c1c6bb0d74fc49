"""Programmes: who may open what, with which money and which committee; what stays once nominators have read it."""

import datetime
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from khuyenhoc.awards import programmes
from khuyenhoc.awards.plans import (
    CriterionPlan,
    DocumentPlan,
    FundingPlan,
    ItemPlan,
    LevelPlan,
    Plan,
    QuotaPlan,
    SeatPlan,
    plan_of,
)
from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.history import events
from tests.awards.award_world import MILLION, AwardWorld
from tests.support.world import DAY


def plan(world: AwardWorld, **changes: Any) -> Plan:
    """A programme that lacks nothing."""
    seats = [SeatPlan(world.members[0].id, "presider"), SeatPlan(world.secretary.id, "secretary")]
    whole = Plan(
        name="Học bổng Tiếp bước đến trường",
        school_year="2026-2027",
        kind="scholarship",
        opens=DAY,
        deadline=DAY + datetime.timedelta(days=15),
        levels=(LevelPlan("TH", "Tiểu học", 700_000), LevelPlan("thcs", "Trung học cơ sở", 900_000, 20)),
        funding=(FundingPlan(world.scholarships.id), FundingPlan(world.world.general.id, "TH", 5 * MILLION)),
        criteria=(CriterionPlan("Hoàn cảnh", 60, 10), CriterionPlan("Học tập", 40, 10)),
        rules=(("poverty", "poor,near_poor"), ("age", "6-18")),
        required=(DocumentPlan("Giấy hộ nghèo", "poverty"),),
        quotas=(QuotaPlan(world.chapter.id, 12), QuotaPlan(world.school_unit.id, 5, "TH")),
        seats=(*seats, *(SeatPlan(user.id) for user in world.members[1:4])),
    )
    return replace(whole, **changes)


def _draft(world: AwardWorld, **changes: Any) -> Programme:
    with writing():
        return programmes.draft("HB26", plan(world, **changes), unit=world.unit, by=world.secretary)


def _open(world: AwardWorld, programme: Programme) -> None:
    with writing():
        programmes.open_for_nominations(programme, by=world.secretary)


def test_a_draft_keeps_every_part_of_its_plan(world: AwardWorld) -> None:
    programme = _draft(world)
    db.session.expire_all()

    kept = plan_of(programme)

    assert kept.school_year == "2026–2027"
    assert [(level.code, level.amount, level.quota) for level in kept.levels] == [
        ("TH", 700_000, None),
        ("THCS", 900_000, 20),
    ]
    assert kept.funding == plan(world).funding
    assert kept.rules == (("poverty", "poor,near_poor"), ("age", "6–18"))
    assert set(kept.quotas) == set(plan(world).quotas)
    assert set(kept.seats) == set(plan(world).seats)


def test_a_package_takes_several_stock_lines(world: AwardWorld) -> None:
    items = (ItemPlan(world.world.bicycle.id, 2),)
    programme = _draft(world, levels=(LevelPlan("XE", "Xe đạp", 4_750_000, items=items),), funding=(), quotas=())

    assert programme.levels[0].is_goods
    assert plan_of(programme).levels[0].items == items


def test_it_opens_and_the_history_tells(world: AwardWorld) -> None:
    programme = _draft(world)

    _open(world, programme)

    assert programme.state == "open"
    assert [event.action for event in events.of("programmes", programme.id)] == [
        "programme.drafted",
        "programme.opened",
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"levels": (), "funding": (), "quotas": ()}, "levels"),
        ({"funding": ()}, "funding"),
        ({"criteria": ()}, "criteria"),
        ({"seats": ()}, "seats"),
        ({"opens": DAY - datetime.timedelta(days=9), "deadline": DAY - datetime.timedelta(days=1)}, "deadline"),
    ],
)
def test_what_is_not_whole_does_not_open(world: AwardWorld, changes: dict[str, Any], field: str) -> None:
    programme = _draft(world, **changes)

    with pytest.raises(RuleBroken) as no:
        _open(world, programme)

    assert no.value.field == field
    assert programme.state == "draft"


Change = Callable[[AwardWorld], dict[str, Any]]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda w: {"funding": (FundingPlan(w.world.bicycles.id),), "kind": "reward"}, None),
        (lambda w: {"kind": "reward"}, "funding"),
        (lambda w: {"funding": (FundingPlan(w.scholarships.id, "XX"),)}, "funding"),
        (lambda w: {"funding": (FundingPlan(w.scholarships.id),) * 2}, "funding"),
        (lambda w: {"levels": (LevelPlan("A", "A", 1), LevelPlan("a", "B", 2)), "funding": (), "quotas": ()}, "levels"),
        (lambda w: {"levels": (LevelPlan("A", "A", 0),), "funding": (), "quotas": ()}, "levels"),
        (lambda w: {"quotas": (QuotaPlan(w.far.id, 3),)}, "quotas"),
        (lambda w: {"seats": (SeatPlan(w.treasurer.id),)}, "seats"),
        (lambda w: {"seats": (SeatPlan(w.members[0].id, "presider"), SeatPlan(w.members[1].id, "presider"))}, "seats"),
        (lambda w: {"rules": (("poverty", "rich"),)}, "rule_poverty"),
        (lambda w: {"required": (DocumentPlan("Giấy", "spell"),)}, "required"),
        (lambda w: {"school_year": "2026–2028"}, "school_year"),
        (lambda w: {"deadline": DAY - datetime.timedelta(days=1)}, "deadline"),
    ],
)
def test_a_plan_that_cannot_hold_is_refused_beside_its_field(
    world: AwardWorld, change: Change, field: str | None
) -> None:
    changes = change(world)
    if field is None:  # a campaign without a kind of its own gives anything
        _draft(world, **changes)
        return

    with pytest.raises(RuleBroken) as no:
        _draft(world, **changes)

    assert no.value.field == field


def test_the_chair_does_not_score(world: AwardWorld) -> None:
    world.also(world.chair, "committee_member")

    with pytest.raises(RuleBroken, match="là chủ tịch nên không chấm"):
        _draft(world, seats=(SeatPlan(world.chair.id),))


def test_what_nominators_have_read_stays(world: AwardWorld) -> None:
    programme = _draft(world)
    _open(world, programme)

    with pytest.raises(RuleBroken) as no, writing():
        dearer = (LevelPlan("TH", "Tiểu học", 1), *plan(world).levels[1:])
        programmes.change(programme, replace(plan_of(programme), levels=dearer), by=world.secretary)

    assert no.value.field == "levels"


def test_the_deadline_may_move_and_the_presider_change(world: AwardWorld) -> None:
    programme = _draft(world)
    _open(world, programme)
    later = DAY + datetime.timedelta(days=40)
    seats = (SeatPlan(world.members[1].id, "presider"), SeatPlan(world.secretary.id, "secretary"))
    rest = tuple(SeatPlan(user.id) for user in (world.members[0], *world.members[2:]))

    with writing():
        changed = replace(plan_of(programme), deadline=later, seats=(*seats, *rest))
        programmes.change(programme, changed, by=world.secretary)

    db.session.expire_all()
    assert programme.deadline == later
    assert {seat.user_id for seat in programme.seats if seat.part == "presider"} == {world.members[1].id}
    assert '"changed": ["deadline", "seats"]' in events.of("programmes", programme.id)[-1].details


def test_the_review_takes_up_what_is_checked(world: AwardWorld, clock: Callable[[datetime.datetime], None]) -> None:
    programme = world.programme()
    checked, late = world.award(programme, "verified"), world.award(programme, "draft")
    clock(datetime.datetime(2026, 9, 1, 8, tzinfo=datetime.UTC))

    with writing():
        taken = programmes.start_review(programme, by=world.secretary)

    assert (taken, programme.state) == (1, "reviewing")
    assert (checked.state, late.state) == ("in_review", "draft")


def test_before_the_deadline_a_review_says_why(world: AwardWorld) -> None:
    programme = world.programme()
    world.award(programme, "verified")

    with pytest.raises(RuleBroken, match="xin ghi lý do"), writing():
        programmes.start_review(programme, by=world.secretary)
    with writing():
        programmes.start_review(programme, by=world.secretary, reason="Mọi đơn vị đã gửi")


def test_a_review_waits_for_the_wards_check(world: AwardWorld) -> None:
    programme = world.programme()
    world.award(programme, "verified")
    world.award(programme, "submitted")

    with pytest.raises(RuleBroken, match="Còn 1 hồ sơ chưa thẩm tra"), writing():
        programmes.start_review(programme, by=world.secretary, reason="Sớm")

    assert programme.state == "open"


def test_a_programme_with_an_award_in_hand_is_not_closed(world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    world.award(programme, "published")

    with pytest.raises(RuleBroken, match="Còn 1 suất"), writing():
        programmes.close(programme, by=world.secretary)


def test_what_was_kept_in_reserve_ends_with_the_programme(world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    reserve, paid = world.award(programme, "in_review"), world.award(programme, "settled")

    with writing():
        programmes.close(programme, by=world.secretary)

    assert (programme.state, reserve.state, paid.state) == ("closed", "rejected", "settled")


def test_a_code_is_used_once(world: AwardWorld) -> None:
    _draft(world)

    with pytest.raises(RuleBroken, match="đã có"):
        _draft(world)
