"""A programme's plan: what is given in one school year, to whom, from which money, judged by what and by whom.

Levels are named by their code, so that quotas, funding and goods can speak of one before it is stored.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from khuyenhoc.awards.eligibility import RULES
from khuyenhoc.awards.programme_tables import SEATS, Programme
from khuyenhoc.core.dong import LARGEST, Dong
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.names import clean, clean_lines
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds.campaigns import KINDS
from khuyenhoc.recipients import school_years
from khuyenhoc.recipients.recipient_tables import EVIDENCE_KINDS
from khuyenhoc.recipients.recipient_tables import KINDS as RECIPIENT_KINDS
from khuyenhoc.recipients.recipient_tables import LEVELS as SCHOOL_LEVELS

MOST_LEVELS = 12
MOST_ITEMS = 30
MOST_LINES = 12
MOST_QUOTAS = 400
MOST_CRITERIA = 12
MOST_DOCUMENTS = 12
MOST_SEATS = 25
LARGEST_QUOTA = 100_000
LEVEL_CODE = re.compile(r"[A-Z0-9Đ-]{1,12}")


@dataclass(frozen=True)
class ItemPlan:
    """So many pieces of an item in one package."""

    item_id: int
    quantity: int


@dataclass(frozen=True)
class LevelPlan:
    """One level: its code, what one award of it is worth in đồng, for whom; with items a package of goods."""

    code: str
    label: str
    amount: Dong
    quota: int | None = None
    recipient_kinds: str = ""
    school_levels: str = ""
    items: Sequence[ItemPlan] = ()


@dataclass(frozen=True)
class FundingPlan:
    """A campaign that pays, for one level or (empty) for all, at most ``amount`` đồng."""

    campaign_id: int
    level: str = ""
    amount: Dong | None = None


@dataclass(frozen=True)
class CriterionPlan:
    """A line of the rubric: at most ``most`` marks, weighed ``weight`` beside the others."""

    name: str
    weight: int
    most: int
    meaning: str = ""


@dataclass(frozen=True)
class DocumentPlan:
    """A paper that a nomination must (or may) bring."""

    name: str
    kind: str
    optional: bool = False


@dataclass(frozen=True)
class QuotaPlan:
    """How many a unit may nominate, of one level or (empty) of all together."""

    unit_id: int
    quota: int
    level: str = ""


@dataclass(frozen=True)
class SeatPlan:
    """Who sits on the committee, and as what."""

    user_id: int
    part: str = "member"


@dataclass(frozen=True)
class Plan:
    """Everything of a programme but its code, unit and state. ``rules``: (key of ``RULES``, parameter)."""

    name: str
    school_year: str
    kind: str
    opens: date
    deadline: date
    description: str = ""
    publication_days: int = 5
    levels: Sequence[LevelPlan] = ()
    funding: Sequence[FundingPlan] = ()
    criteria: Sequence[CriterionPlan] = ()
    rules: Sequence[tuple[str, str]] = ()
    required: Sequence[DocumentPlan] = ()
    quotas: Sequence[QuotaPlan] = ()
    seats: Sequence[SeatPlan] = ()


EVERYTHING = frozenset(Plan.__dataclass_fields__)
MAY_CHANGE = {
    "draft": EVERYTHING,
    "open": frozenset(
        {"name", "description", "deadline", "publication_days", "funding", "criteria", "quotas", "seats"}
    ),
    "reviewing": frozenset({"publication_days", "funding", "seats"}),
    "closed": frozenset[str](),
}
"""State → what may still be changed. What nominators have read (levels, conditions, papers) stays.

The rubric stays once the committee may have given marks."""


def plan_of(programme: Programme) -> Plan:
    """The plan as it stands."""
    codes = {level.id: level.code for level in programme.levels}
    return Plan(
        **{name: getattr(programme, name) for name in ("name", "school_year", "kind", "opens", "deadline")},
        description=programme.description,
        publication_days=programme.publication_days,
        levels=tuple(
            LevelPlan(
                **{name: getattr(level, name) for name in ("code", "label", "amount", "quota")},
                recipient_kinds=level.recipient_kinds,
                school_levels=level.school_levels,
                items=tuple(ItemPlan(item.item_id, item.quantity) for item in level.items),
            )
            for level in programme.levels
        ),
        funding=tuple(
            FundingPlan(line.campaign_id, codes.get(line.level_id or 0, ""), line.amount) for line in programme.funding
        ),
        criteria=tuple(CriterionPlan(c.name, c.weight, c.most, c.meaning) for c in programme.criteria),
        rules=tuple((rule.rule, rule.parameter) for rule in programme.rules),
        required=tuple(DocumentPlan(d.name, d.kind, d.optional) for d in programme.required),
        quotas=tuple(QuotaPlan(q.unit_id, q.quota, codes.get(q.level_id, "")) for q in sorted_quotas(programme)),
        seats=tuple(SeatPlan(seat.user_id, seat.part) for seat in sorted_seats(programme)),
    )


def sorted_quotas(programme: Programme) -> list[Any]:
    """The quotas by unit, the sum over all levels first."""
    return sorted(programme.quotas, key=lambda quota: (quota.unit_id, quota.level_id))


def sorted_seats(programme: Programme) -> list[Any]:
    """The committee: presider, secretary, members."""
    order = list(SEATS)
    return sorted(programme.seats, key=lambda seat: (order.index(seat.part), seat.user_id))


def checked(plan: Plan) -> Plan:
    """The plan cleaned, or the first sentence of what is wrong with it, with the field that it belongs to."""
    plan = replace(
        plan,
        name=clean(plan.name),
        description=clean_lines(plan.description),
        school_year=school_years.read(plan.school_year),
        levels=tuple(_level(level) for level in plan.levels),
        criteria=tuple(_criterion(one) for one in plan.criteria),
        required=tuple(_document(one) for one in plan.required),
        rules=tuple((name, _rule(name, parameter)) for name, parameter in plan.rules),
    )
    _require("name", 1 <= len(plan.name) <= 150, _("Xin ghi tên chương trình, tối đa 150 chữ."))
    _require("kind", plan.kind in KINDS, _("Chương trình trao gì?"))
    _require("deadline", plan.deadline >= plan.opens, _("Hạn cuối phải sau ngày bắt đầu nhận."))
    _require("publication_days", 0 <= plan.publication_days <= 60, _("Số ngày công bố từ 0 đến 60."))
    _require("description", len(plan.description) <= 2000, _("Xin viết trong 2.000 chữ."))
    _sizes(plan)
    _unique(plan)
    _names_of_levels(plan)
    return plan


def _require(field: str, holds: bool, sentence: str) -> None:
    if not holds:
        raise RuleBroken(sentence, field=field)


def _sizes(plan: Plan) -> None:
    most = {"levels": MOST_LEVELS, "funding": MOST_LINES, "criteria": MOST_CRITERIA, "required": MOST_DOCUMENTS}
    for name, limit in {**most, "quotas": MOST_QUOTAS, "seats": MOST_SEATS}.items():
        sentence = _("Nhiều nhất %(most)s dòng.", most=limit)
        _require(name, len(getattr(plan, name)) <= limit, sentence)


def _unique(plan: Plan) -> None:
    codes = [level.code for level in plan.levels]
    _require("levels", len(set(codes)) == len(codes), _("Hai mức không mang cùng một mã."))
    lines = [(line.campaign_id, line.level) for line in plan.funding]
    _require("funding", len(set(lines)) == len(lines), _("Một chiến dịch chỉ ghi một dòng cho mỗi mức."))
    quotas = [(quota.unit_id, quota.level) for quota in plan.quotas]
    _require("quotas", len(set(quotas)) == len(quotas), _("Một đơn vị chỉ có một chỉ tiêu cho mỗi mức."))
    seats = [seat.user_id for seat in plan.seats]
    _require("seats", len(set(seats)) == len(seats), _("Mỗi người chỉ ngồi một ghế trong hội đồng."))
    parts = [seat.part for seat in plan.seats]
    _require("seats", set(parts) <= SEATS.keys(), _("Xin chọn phần việc trong hội đồng."))
    _require("seats", parts.count("presider") <= 1, _("Hội đồng có một người chủ trì."))
    _require("seats", parts.count("secretary") <= 1, _("Hội đồng có một thư ký."))


def _names_of_levels(plan: Plan) -> None:
    known = {"", *(level.code for level in plan.levels)}
    for name in ("funding", "quotas"):
        for row in getattr(plan, name):
            _require(name, row.level in known, _("Không có mức nào mang mã %(code)s.", code=row.level))
    for quota in plan.quotas:
        _require("quotas", 1 <= quota.quota <= LARGEST_QUOTA, _("Chỉ tiêu là số suất, từ 1 trở lên."))
    for line in plan.funding:
        _require("funding", line.amount is None or 0 < line.amount <= LARGEST, _("Số tiền phải lớn hơn 0."))


def _level(level: LevelPlan) -> LevelPlan:
    level = replace(level, code=clean(level.code).upper(), label=clean(level.label))
    _require("levels", bool(LEVEL_CODE.fullmatch(level.code)), _("Mã mức gồm 1–12 chữ in, số, dấu -. Ví dụ: THCS."))
    _require("levels", 1 <= len(level.label) <= 120, _("Xin ghi tên mức, tối đa 120 chữ."))
    _require("levels", 0 < level.amount <= LARGEST, _("Một suất trị giá bao nhiêu? Xin ghi số đồng lớn hơn 0."))
    fits = level.quota is None or 1 <= level.quota <= LARGEST_QUOTA
    _require("levels", fits, _("Số suất của mức là số từ 1 trở lên."))
    kinds, school = level.recipient_kinds, level.school_levels
    _require("levels", set(filter(None, kinds.split(","))) <= RECIPIENT_KINDS.keys(), _("Mức này dành cho ai?"))
    _require("levels", set(filter(None, school.split(","))) <= SCHOOL_LEVELS.keys(), _("Mức này dành cho cấp học nào?"))
    items = [item.item_id for item in level.items]
    _require("levels", len(set(items)) == len(items), _("Một mức chỉ ghi một dòng cho mỗi loại hiện vật."))
    _require("levels", all(1 <= i.quantity <= 1000 for i in level.items), _("Mỗi suất gồm từ 1 đến 1.000 hiện vật."))
    _require("levels", len(items) <= MOST_ITEMS, _("Nhiều nhất %(most)s dòng.", most=MOST_ITEMS))
    return level


def _criterion(one: CriterionPlan) -> CriterionPlan:
    one = replace(one, name=clean(one.name), meaning=clean_lines(one.meaning))
    _require("criteria", 1 <= len(one.name) <= 120, _("Xin ghi tên tiêu chí, tối đa 120 chữ."))
    _require("criteria", 1 <= one.weight <= 100, _("Trọng số từ 1 đến 100."))
    _require("criteria", 1 <= one.most <= 100, _("Điểm cao nhất từ 1 đến 100."))
    _require("criteria", len(one.meaning) <= 1000, _("Xin viết nghĩa của các mức điểm trong 1.000 chữ."))
    return one


def _document(one: DocumentPlan) -> DocumentPlan:
    one = replace(one, name=clean(one.name))
    _require("required", 1 <= len(one.name) <= 120, _("Xin ghi tên giấy tờ, tối đa 120 chữ."))
    _require("required", one.kind in EVIDENCE_KINDS, _("Giấy này thuộc loại nào?"))
    return one


def _rule(name: str, parameter: str) -> str:
    _require("rules", name in RULES, _("Không có điều kiện này."))
    try:
        return RULES[name].checked(parameter)
    except RuleBroken as no:
        raise RuleBroken(str(no), field=f"rule_{name}") from no
