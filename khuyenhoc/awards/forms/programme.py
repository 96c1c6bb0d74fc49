"""The form of a programme: one page in sections, rows that grow without script, conditions to tick."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import FormField

from khuyenhoc.awards import plans
from khuyenhoc.awards.eligibility import RULES
from khuyenhoc.awards.forms.parts import (
    CriterionPart,
    DocumentPart,
    FundingPart,
    ItemPart,
    LevelPart,
    MemberPart,
    QuotaPart,
)
from khuyenhoc.awards.plans import ItemPlan, LevelPlan, Plan, SeatPlan
from khuyenhoc.awards.programme_tables import STATES
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds.campaigns import KINDS
from khuyenhoc.web.forms import (
    DayField,
    Form,
    KeyField,
    LongTextField,
    PickField,
    QuantityField,
    Required,
    TextField,
    YesField,
    whole,
)
from khuyenhoc.web.lists import Filter
from khuyenhoc.web.rows import RowsField

ROWS = {"levels": 3, "items": 2, "funding": 2, "quotas": 5, "required": 2, "criteria": 2, "members": 3}
"""Rows of the form → how many empty ones a press on “more” offers."""

FIELDS = {
    "levels": ("levels", "items"),
    "rules": tuple(f"{kind}_{name}" for name in RULES for kind in ("rule", "param")),
    "seats": ("presider", "secretary", "members"),
}
"""Part of the plan → the fields that ask for it, where they bear another name."""


class ProgrammeForm(Form):
    """Everything of a programme. ``more`` names the rows of which more are wanted, instead of storing."""

    code = TextField(_l("Mã chương trình"), [Required(_l("Xin đặt mã, ví dụ: HB26."))], longest=12)
    unit = PickField(_l("Đơn vị"), [Required(_l("Chương trình của đơn vị nào?"))], coerce=whole, blank=_l("Xin chọn"))
    name = TextField(_l("Tên chương trình"), [Required(_l("Chương trình tên gì?"))], longest=150)
    school_year = TextField(_l("Năm học"), [Required(_l("Năm học nào? Ví dụ: 2026–2027."))], longest=9)
    kind = PickField(
        _l("Trao"), [Required(_l("Chương trình trao gì?"))], choices=list(KINDS.items()), blank=_l("Xin chọn")
    )
    description = LongTextField(_l("Lời giới thiệu cho chi hội và trường"))
    opens = DayField(_l("Nhận đề nghị từ ngày"), [Required(_l("Nhận từ ngày nào?"))])
    deadline = DayField(_l("Hạn cuối"), [Required(_l("Hạn cuối ngày nào?"))])
    publication_days = QuantityField(
        _l("Số ngày làm việc công bố"), [Required(_l("Công bố mấy ngày?"))], least=0, most=60, default=5
    )
    levels = RowsField(FormField(LevelPart), _l("Các mức"), min_entries=2, max_entries=plans.MOST_LEVELS)
    items = RowsField(FormField(ItemPart), _l("Hiện vật trong mỗi suất"), min_entries=1, max_entries=plans.MOST_ITEMS)
    funding = RowsField(FormField(FundingPart), _l("Chi từ chiến dịch"), min_entries=1, max_entries=plans.MOST_LINES)
    quotas = RowsField(FormField(QuotaPart), _l("Chỉ tiêu phân bổ"), min_entries=2, max_entries=plans.MOST_QUOTAS)
    required = RowsField(FormField(DocumentPart), _l("Giấy tờ"), min_entries=2, max_entries=plans.MOST_DOCUMENTS)
    criteria = RowsField(FormField(CriterionPart), _l("Tiêu chí chấm"), min_entries=2, max_entries=plans.MOST_CRITERIA)
    presider = PickField(_l("Chủ trì"), coerce=whole, blank=_l("Chọn người chủ trì"))
    secretary = PickField(_l("Thư ký hội đồng"), coerce=whole, blank=_l("Chọn thư ký"))
    members = RowsField(FormField(MemberPart), _l("Ủy viên"), min_entries=3, max_entries=plans.MOST_SEATS)
    more = KeyField()

    def offer(self, choices: Mapping[str, Sequence[tuple[int, str]]]) -> None:
        """Say what may be chosen: units, campaigns, items, and people for each kind of seat."""
        for name in ("unit", "presider", "secretary"):
            if name in self:
                self[name].choices = list(choices[name])
        inner = {"items": "item", "funding": "campaign", "quotas": "unit", "members": "user"}
        self._choices = {
            rows: (field, list(choices["scoring" if field == "user" else f"{field}s"])) for rows, field in inner.items()
        }
        for rows in inner:
            if rows in self:
                self._offer_rows(rows)

    def _offer_rows(self, rows: str) -> None:
        field, choices = self._choices[rows]
        for row in self[rows]:
            row.form[field].choices = choices

    def offer_more(self) -> None:
        """Add the empty rows that were asked for."""
        if (self.more.data or "") in ROWS and self.more.data in self:
            self[self.more.data].offer_more(ROWS[self.more.data])
            if self.more.data in self._choices:
                self._offer_rows(self.more.data)

    def add_units(self, units: Sequence[tuple[int, str]]) -> None:
        """One more row for every unit that has none yet."""
        named = {row.form.unit.data for row in self.quotas}
        for unit_id, _name in units:
            if unit_id in named or len(self.quotas) >= plans.MOST_QUOTAS:
                continue
            self.quotas.append_fresh().form.unit.data = unit_id
        self._offer_rows("quotas")

    def keep_only(self, names: frozenset[str]) -> None:
        """Ask only for these parts of the plan; code and unit stay as they are."""
        for name in [*Plan.__dataclass_fields__, "code", "unit"]:
            if name not in names:
                for field in FIELDS.get(name, (name,)):
                    del self[field]

    @property
    def plan(self) -> dict[str, Any]:
        """The answered parts of the plan."""
        plain = ("name", "school_year", "kind", "description", "opens", "deadline", "publication_days")
        answers: dict[str, Any] = {name: self[name].data for name in plain if name in self}
        for name in ("funding", "quotas", "required", "criteria"):
            if name in self:
                answers[name] = tuple(row.form.plan for row in self[name] if not row.form.is_empty)
        if "levels" in self:
            answers["levels"] = self._levels()
        if "presider" in self:
            answers["seats"] = self._seats()
        if "rule_age" in self:
            ticked = [name for name in RULES if self[f"rule_{name}"].data]
            answers["rules"] = tuple((name, self[f"param_{name}"].data or "") for name in ticked)
        return answers

    def _levels(self) -> tuple[LevelPlan, ...]:
        goods: dict[str, list[ItemPlan]] = {}
        for row in self.items:
            if not row.form.is_empty:
                level = (row.form.level.data or "").upper()
                goods.setdefault(level, []).append(ItemPlan(row.form.item.data or 0, row.form.quantity.data or 0))
        rows = [row.form for row in self.levels if not row.form.is_empty]
        return tuple(row.plan(tuple(goods.get((row.code.data or "").upper(), ()))) for row in rows)

    def _seats(self) -> tuple[SeatPlan, ...]:
        found = [SeatPlan(self[part].data, part) for part in ("presider", "secretary") if self[part].data]
        return (*found, *(SeatPlan(row.form.user.data) for row in self.members if row.form.user.data))

    @property
    def strange_goods(self) -> list[str]:
        """Codes of levels that a row of goods names and no level bears."""
        if "items" not in self:
            return []
        known = {(row.form.code.data or "").upper() for row in self.levels}
        named = {(row.form.level.data or "").upper() for row in self.items if not row.form.is_empty}
        return sorted(named - known - {""})

    def fill(self, plan: Plan) -> None:
        """Show a plan as it stands, with an empty row to go on where a section has none."""
        for name in ("name", "school_year", "kind", "description", "opens", "deadline", "publication_days"):
            if name in self:
                self[name].data = getattr(plan, name)
        columns = {
            "levels": ("code", "label", "amount", "quota", "recipient_kinds", "school_levels"),
            "required": ("name", "kind", "optional"),
            "criteria": ("name", "weight", "most", "meaning"),
        }
        for name, wanted in columns.items():
            self._fill_rows(name, [{key: getattr(one, key) for key in wanted} for one in getattr(plan, name)])
        self._fill_rows(
            "items",
            [
                {"level": level.code, "item": item.item_id, "quantity": item.quantity}
                for level in plan.levels
                for item in level.items
            ],
        )
        self._fill_rows(
            "funding",
            [{"campaign": one.campaign_id, "level": one.level, "amount": one.amount} for one in plan.funding],
        )
        self._fill_rows(
            "quotas", [{"unit": one.unit_id, "level": one.level, "quota": one.quota} for one in plan.quotas]
        )
        self._fill_seats(plan)
        for name, parameter in plan.rules:
            if f"rule_{name}" in self:
                self[f"rule_{name}"].data, self[f"param_{name}"].data = True, parameter

    def _fill_seats(self, plan: Plan) -> None:
        for part in ("presider", "secretary"):
            if part in self:
                self[part].data = next((seat.user_id for seat in plan.seats if seat.part == part), None)
        self._fill_rows("members", [{"user": seat.user_id} for seat in plan.seats if seat.part == "member"])

    def _fill_rows(self, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        if name not in self or not rows:
            return
        self[name].entries.clear()
        self[name].last_index = -1
        for row in rows:
            self[name].append_entry(dict(row))


def _add_rules() -> None:
    """One box to tick and one parameter for each condition of the registry."""
    for name, rule in RULES.items():
        setattr(ProgrammeForm, f"rule_{name}", YesField(rule.label))
        parameter = (
            PickField(rule.label, choices=list(rule.choices.items()), default=next(iter(rule.choices)))
            if rule.choices
            else TextField(rule.label, longest=20)
        )
        setattr(ProgrammeForm, f"param_{name}", parameter)


_add_rules()


class ProgrammeFilter(Filter):
    """Which programmes to look at."""

    trang_thai = PickField(_l("Trạng thái"), blank=_l("Mọi trạng thái"), choices=list(STATES.items()))
    loai = PickField(_l("Trao"), blank=_l("Mọi loại"), choices=list(KINDS.items()))
    don_vi = PickField(_l("Đơn vị"), blank=_l("Mọi đơn vị"), choices=[], coerce=whole)


class ReviewForm(Form):
    """Hand what is checked to the committee; before the deadline with a reason."""

    reason = LongTextField(_l("Lý do xét sớm"))
