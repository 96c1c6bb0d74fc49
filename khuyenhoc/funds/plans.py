"""A campaign's plan: what it is for, its goal in money and goods, and how its donors are shown."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from khuyenhoc.core.dong import LARGEST, Dong, figures, show
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.names import clean, clean_lines
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds.campaigns import DONOR_ORDERS, KINDS, Campaign, CampaignGoal

MOST_GOALS = 20
LARGEST_QUANTITY = 1_000_000


@dataclass(frozen=True)
class Goal:
    """So many pieces wanted; ``item_id`` when they are one kind of the catalogue."""

    name: str
    unit_of_measure: str
    quantity: int
    item_id: int | None = None


@dataclass(frozen=True)
class Plan:
    """What a campaign is for, and how its donors are shown. ``goal_money`` in whole đồng, the goods' worth included."""

    name: str
    starts: date
    ends: date | None = None
    kind: str | None = None
    goal_money: Dong | None = None
    goals: Sequence[Goal] = ()
    restriction: str = ""
    donor_order: str = "day"
    show_amounts: bool = True


EVERYTHING = frozenset(Plan.__dataclass_fields__)
MAY_CHANGE = {
    "draft": EVERYTHING,
    "open": frozenset({"name", "ends", "goal_money", "goals", "donor_order", "show_amounts"}),
    "closed": frozenset({"donor_order", "show_amounts"}),
}
"""State → what of the plan may still be changed. Donors gave for the purpose they read, so that one stays."""


def plan_of(campaign: Campaign) -> Plan:
    """The plan as it stands."""
    goals = tuple(Goal(g.name, g.unit_of_measure, g.quantity, g.item_id) for g in campaign.goals)
    values = {name: getattr(campaign, name) for name in EVERYTHING - {"goals"}}
    return Plan(goals=goals, **values)


def checked(plan: Plan) -> Plan:
    """The plan cleaned, or the first sentence of what is wrong with it."""
    plan = replace(
        plan,
        name=clean(plan.name),
        restriction=clean_lines(plan.restriction or ""),
        kind=plan.kind or None,
        goals=tuple(_checked_goal(goal) for goal in plan.goals),
    )
    wrong = {
        "name": (not 1 <= len(plan.name) <= 150, _("Xin ghi tên chiến dịch, tối đa 150 chữ.")),
        "kind": (plan.kind is not None and plan.kind not in KINDS, _("Xin chọn loại chiến dịch.")),
        "ends": (plan.ends is not None and plan.ends < plan.starts, _("Ngày kết thúc phải sau ngày bắt đầu.")),
        "goal_money": (
            plan.goal_money is not None and not 0 < plan.goal_money <= LARGEST,
            _("Mục tiêu tiền phải là số đồng lớn hơn 0."),
        ),
        "goals": (len(plan.goals) > MOST_GOALS, _("Nhiều nhất %(most)s loại hiện vật.", most=MOST_GOALS)),
        "restriction": (len(plan.restriction) > 2000, _("Xin viết mục đích trong 2.000 chữ.")),
        "donor_order": (plan.donor_order not in DONOR_ORDERS, _("Xin chọn thứ tự nêu tên.")),
    }
    for field, (is_wrong, sentence) in wrong.items():
        if is_wrong:
            raise RuleBroken(sentence, field=field)
    return plan


def _checked_goal(goal: Goal) -> Goal:
    goal = replace(goal, name=clean(goal.name), unit_of_measure=clean(goal.unit_of_measure))
    if not 1 <= len(goal.name) <= 120:
        raise RuleBroken(_("Xin ghi tên hiện vật, tối đa 120 chữ."), field="goals")
    if not 1 <= len(goal.unit_of_measure) <= 20:
        raise RuleBroken(_("Xin ghi đơn vị tính, ví dụ: chiếc, phần, bộ."), field="goals")
    if not 1 <= goal.quantity <= LARGEST_QUANTITY:
        raise RuleBroken(_("Số lượng hiện vật là số nguyên từ 1 đến 1.000.000."), field="goals")
    return goal


def write(campaign: Campaign, plan: Plan) -> None:
    """Put a checked plan into the campaign's row and its goals."""
    for name in EVERYTHING - {"goals"}:
        setattr(campaign, name, getattr(plan, name))
    _write_goals(campaign, plan.goals)


def _write_goals(campaign: Campaign, goals: Sequence[Goal]) -> None:
    kept = {goal.position: goal for goal in campaign.goals}
    rows = [kept.get(position) or CampaignGoal(position=position) for position in range(1, len(goals) + 1)]
    for row, goal in zip(rows, goals, strict=True):
        row.item_id, row.name, row.unit_of_measure, row.quantity = (
            goal.item_id,
            goal.name,
            goal.unit_of_measure,
            goal.quantity,
        )
    campaign.goals = rows


def plain(value: Any) -> Any:
    """A part of a plan as the history keeps it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return goods_in_words(value)
    return value


def goods_in_words(goals: Sequence[Goal] | Sequence[CampaignGoal]) -> str:
    """``20 xe đạp 24 inch, 40 phần quà``."""
    return ", ".join(f"{figures(goal.quantity)} {goal.name[:1].lower()}{goal.name[1:]}" for goal in goals)


def goal_in_words(campaign: Campaign) -> str:
    """``52.000.000 ₫, 20 xe đạp 24 inch``; empty when the campaign has no goal."""
    parts = [show(campaign.goal_money)] if campaign.goal_money else []
    return ", ".join([*parts, *([goods_in_words(campaign.goals)] if campaign.goals else [])])
