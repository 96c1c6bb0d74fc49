"""Forms of funds, campaigns and items."""

from collections.abc import Sequence
from typing import Any

import wtforms
from wtforms import FormField

from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds import items
from khuyenhoc.funds.campaigns import DONOR_ORDERS, KINDS, STATES
from khuyenhoc.funds.funds import LEGAL_FORMS, Fund
from khuyenhoc.funds.items import SPENDING_KINDS, Item
from khuyenhoc.funds.plans import LARGEST_QUANTITY, MOST_GOALS, Goal, Plan
from khuyenhoc.web.fields import (
    ChoiceField,
    DayField,
    DongField,
    LongTextField,
    PickField,
    QuantityField,
    Required,
    TextField,
    YesField,
    whole,
)
from khuyenhoc.web.forms import Form, KeyField, Part
from khuyenhoc.web.lists import Filter
from khuyenhoc.web.rows import RowsField


class GoalPart(Part):
    """One kind of goods wanted: from the catalogue, or by its own name. An empty row asks for nothing."""

    item = PickField(_l("Hiện vật"), blank=_l("Khác, ghi tên bên cạnh"), coerce=whole)
    name = TextField(_l("Tên"), longest=120)
    unit_of_measure = TextField(_l("Đơn vị tính"), longest=20)
    quantity = QuantityField(_l("Số lượng"), most=LARGEST_QUANTITY)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.item.choices = [(item.id, item.name) for item in items.all_items()]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written into the row."""
        typed = [self.item.data, self.name.data, self.unit_of_measure.data, *(self.quantity.raw_data or [])]
        return not any(typed) and self.quantity.data is None

    def validate_quantity(self, field: QuantityField) -> None:
        """A row that says what also says how many."""
        if not self.is_empty and field.data is None and not field.errors:
            raise wtforms.ValidationError(_("Cần bao nhiêu?"))

    def validate_name(self, field: TextField) -> None:
        """What the catalogue does not name, the row names."""
        if not self.is_empty and not self.item.data and not field.data:
            raise wtforms.ValidationError(_("Hiện vật gì? Xin chọn hoặc ghi tên."))

    def validate_unit_of_measure(self, field: TextField) -> None:
        """And in what it is counted."""
        if not self.is_empty and not self.item.data and not field.data:
            raise wtforms.ValidationError(_("Đếm bằng gì? Ví dụ: chiếc, phần, bộ."))

    @property
    def goal(self) -> Goal:
        """The row as a goal."""
        quantity = int(self.quantity.data or 0)
        if self.item.data:
            item = items.item_by_id(self.item.data)
            return Goal(item.name, item.unit_of_measure, quantity, item.id)
        return Goal(self.name.data, self.unit_of_measure.data, quantity)


class CampaignForm(Form):
    """A campaign's plan. ``keep_only`` leaves out what may not be changed any more."""

    code = TextField(_l("Mã chiến dịch"), [Required(_l("Xin đặt mã, ví dụ: XD26."))], longest=12)
    fund = PickField(_l("Thuộc quỹ"), [Required(_l("Chiến dịch thuộc quỹ nào?"))], coerce=whole, blank=_l("Xin chọn"))
    name = TextField(_l("Tên chiến dịch"), [Required(_l("Xin ghi tên chiến dịch."))], longest=150)
    kind = PickField(_l("Chiến dịch trao gì"), blank=_l("Không thuộc loại nào"), choices=list(KINDS.items()))
    starts = DayField(_l("Bắt đầu"), [Required(_l("Bắt đầu ngày nào?"))])
    ends = DayField(_l("Kết thúc"))
    goal_money = DongField(_l("Mục tiêu, tính cả hiện vật"))
    goals = RowsField(FormField(GoalPart), _l("Mục tiêu hiện vật"), min_entries=1, max_entries=MOST_GOALS)
    restriction = LongTextField(_l("Tiền và hiện vật chỉ dùng để"))
    donor_order = ChoiceField(
        _l("Thứ tự nêu tên trên trang công khai"), [Required()], choices=list(DONOR_ORDERS.items()), default="day"
    )
    show_amounts = YesField(_l("Nêu số tiền bên cạnh tên"), default=True)
    more = KeyField()

    def __init__(self, funds: Sequence[Fund] = (), **more: Any) -> None:
        super().__init__(**more)
        self.fund.choices = [(fund.id, fund.name) for fund in funds]

    def keep_only(self, names: frozenset[str]) -> None:
        """Ask only for these parts of the plan."""
        for name in [*Plan.__dataclass_fields__, "code", "fund"]:
            if name not in names and name in self:
                del self[name]

    @property
    def wants_more_rows(self) -> bool:
        """Whether one more row was asked for instead of saving."""
        return bool(self.more.data)

    @property
    def plan(self) -> dict[str, Any]:
        """The answered parts of the plan."""
        names = [name for name in Plan.__dataclass_fields__ if name in self]
        answers = {name: self[name].data for name in names if name != "goals"}
        if "goals" in self:
            answers["goals"] = tuple(row.form.goal for row in self.goals if not row.form.is_empty)
        return answers

    def fill(self, plan: Plan) -> None:
        """Show a plan as it stands."""
        for name in Plan.__dataclass_fields__:
            if name in self and name != "goals":
                self[name].data = getattr(plan, name)
        if "goals" in self and plan.goals:
            self.goals.entries.clear()
            self.goals.last_index = -1
            for goal in plan.goals:
                self.goals.append_entry(
                    {
                        "item": goal.item_id,
                        "name": "" if goal.item_id else goal.name,
                        "unit_of_measure": "" if goal.item_id else goal.unit_of_measure,
                        "quantity": goal.quantity,
                    }
                )


class AskForm(Form):
    """A word to whoever approves."""

    reason = LongTextField(_l("Lời đề nghị"))


class CloseForm(Form):
    """Why a campaign is to be closed."""

    reason = LongTextField(_l("Lý do đóng"), [Required(_l("Xin ghi lý do, ví dụ: đã trao đủ 20 xe đạp."))])


class FundForm(Form):
    """A fund, and when it is new its standing campaign."""

    code = TextField(_l("Mã quỹ"), [Required(_l("Xin đặt mã, ví dụ: QKH."))], longest=12)
    unit = PickField(_l("Đơn vị"), [Required(_l("Quỹ của đơn vị nào?"))], coerce=whole, blank=_l("Xin chọn"))
    name = TextField(_l("Tên quỹ"), [Required(_l("Xin ghi tên quỹ."))], longest=150)
    legal_form = ChoiceField(
        _l("Hình thức"), [Required(_l("Xin chọn hình thức."))], choices=list(LEGAL_FORMS.items()), default="internal"
    )
    purpose = LongTextField(_l("Mục đích"))
    management_cost_cap_percent = QuantityField(_l("Chi quản lý nhiều nhất (%)"), least=0, most=100)
    standing_code = TextField(_l("Mã chiến dịch thường trực"), [Required(_l("Xin đặt mã, ví dụ: GEN."))], longest=12)
    standing_name = TextField(
        _l("Tên chiến dịch thường trực"), [Required(_l("Xin ghi tên, ví dụ: Quỹ chung."))], longest=150
    )
    starts = DayField(_l("Lập ngày"), [Required(_l("Quỹ lập ngày nào?"))], future=False)

    def __init__(self, units: Sequence[tuple[int, str]] = (), **more: Any) -> None:
        super().__init__(**more)
        self.unit.choices = list(units)

    def only_terms(self, fund: Fund) -> None:
        """Leave out what a fund keeps for good, and show the rest as it stands."""
        for name in ("code", "unit", "standing_code", "standing_name", "starts"):
            del self[name]
        if not self.is_submitted():
            for name in ("name", "legal_form", "purpose", "management_cost_cap_percent"):
                self[name].data = getattr(fund, name)


class ItemForm(Form):
    """A kind of goods."""

    code = TextField(_l("Mã"), [Required(_l("Xin đặt mã, ví dụ: bicycle_24."))], longest=24)
    name = TextField(_l("Tên hiện vật"), [Required(_l("Xin ghi tên hiện vật."))], longest=120)
    unit_of_measure = TextField(_l("Đơn vị tính"), [Required(_l("Đếm bằng gì? Ví dụ: chiếc, phần, bộ."))], longest=20)
    unit_value = DongField(_l("Giá trị thường của một đơn vị"), [Required(_l("Một đơn vị thường trị giá bao nhiêu?"))])
    spending_kind = PickField(
        _l("Dùng để"),
        [Required(_l("Hiện vật này dùng để làm gì?"))],
        choices=list(SPENDING_KINDS.items()),
        blank=_l("Xin chọn"),
    )

    def show(self, item: Item) -> None:
        """The item as it stands; its code stays."""
        del self.code
        if not self.is_submitted():
            for name in ("name", "unit_of_measure", "unit_value", "spending_kind"):
                self[name].data = getattr(item, name)


class CampaignFilter(Filter):
    """Which campaigns to look at."""

    trang_thai = PickField(_l("Trạng thái"), blank=_l("Mọi trạng thái"), choices=list(STATES.items()))
    don_vi = PickField(_l("Đơn vị"), blank=_l("Mọi đơn vị"), choices=[], coerce=whole)
