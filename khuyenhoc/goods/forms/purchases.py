"""Forms of buying: what is asked for, what was counted on arrival, when it was paid, and the filter of the list."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import wtforms
from wtforms import FieldList, FormField, HiddenField
from wtforms.fields.choices import SelectChoice

from khuyenhoc.awards import decisions
from khuyenhoc.core import clock
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds.items import all_items, item_by_id
from khuyenhoc.goods import purchase_parts, purchases
from khuyenhoc.goods.goods_tables import STATES, Purchase, PurchaseLine
from khuyenhoc.goods.purchase_list import RETURNED
from khuyenhoc.goods.purchase_posting import waiting_of
from khuyenhoc.goods.purchases import Wanted
from khuyenhoc.org.access import actor
from khuyenhoc.org.units import open_ones
from khuyenhoc.treasury import choices
from khuyenhoc.web.fields import (
    DayField,
    DongField,
    KeyField,
    LongTextField,
    PickField,
    QuantityField,
    Required,
    TextField,
    whole,
)
from khuyenhoc.web.forms import Form, Part
from khuyenhoc.web.lists import Filter
from khuyenhoc.web.rows import RowsField


class PurchaseFilter(Filter):
    """The questions above the purchases."""

    q = TextField(_l("Người bán hoặc lý do"), longest=60)
    trang_thai = PickField(
        _l("Trạng thái"), choices=[*STATES.items(), (RETURNED, _l("Trả lại để sửa"))], blank=_l("Tất cả")
    )
    chien_dich = PickField(_l("Chiến dịch"), coerce=whole, blank=_l("Tất cả"))

    def __init__(self, formdata: Any, unit_ids: Collection[int]) -> None:
        super().__init__(formdata)
        self.chien_dich.choices = choices.every_campaign(unit_ids)
        self.validate()


class WantedPart(Part):
    """So many pieces of an item at so many đồng each. A row with nothing typed asks for nothing."""

    item = PickField(_l("Hiện vật"), coerce=whole, blank=_l("Chọn hiện vật"))
    quantity = QuantityField(_l("Số lượng"))
    unit_value = DongField(_l("Đơn giá"))

    @property
    def is_empty(self) -> bool:
        """Whether nothing was given."""
        typed = [*(self.quantity.raw_data or []), *(self.unit_value.raw_data or [])]
        return not self.item.data and self.quantity.data is None and not any(typed)

    def validate_item(self, field: PickField) -> None:
        """What is it?"""
        if not self.is_empty and not field.data:
            raise wtforms.ValidationError(_("Hiện vật gì?"))

    def validate_quantity(self, field: QuantityField) -> None:
        """How many?"""
        if not self.is_empty and field.data is None and not field.errors:
            raise wtforms.ValidationError(_("Bao nhiêu?"))

    def validate_unit_value(self, field: DongField) -> None:
        """And at what price?"""
        if not self.is_empty and field.data is None and not field.errors:
            raise wtforms.ValidationError(_("Mỗi đơn vị giá bao nhiêu?"))

    @property
    def wanted(self) -> Wanted:
        """The row as the rule takes it."""
        return Wanted(item_by_id(self.item.data), self.quantity.data or 0, self.unit_value.data or 0)


class PurchaseForm(Form):
    """What is to be bought, from whom, with whose money. ``step`` is the button pressed: send or more."""

    campaign = PickField(_l("Chiến dịch"), [Required(_l("Mua bằng tiền của chiến dịch nào?"))], coerce=whole)
    account = PickField(_l("Chi từ"), [Required(_l("Xin chọn một nơi."))], coerce=whole)
    decision = PickField(_l("Theo quyết định"), coerce=whole, blank=_l("Không theo quyết định nào"))
    lines = RowsField(FormField(WantedPart), _l("Mặt hàng"), min_entries=1, max_entries=purchases.MOST_LINES)
    supplier = TextField(_l("Người bán"), [Required(_l("Mua của ai?"))], longest=purchases.LONGEST_SUPPLIER)
    supplier_address = TextField(_l("Địa chỉ người bán"), longest=purchases.LONGEST_ADDRESS)
    payee_code = TextField(_l("Mã số thuế hoặc số tài khoản"), longest=40)
    reason = LongTextField(_l("Lý do"), [Required(_l("Mua để làm gì?"))], longest=purchases.LONGEST_REASON)
    step = KeyField()

    def __init__(self, unit_ids: Iterable[int], **more: Any) -> None:
        super().__init__(**more)
        units = sorted(unit_ids)
        self.campaign.choices = choices.campaigns(units)
        self.account.choices = choices.accounts(open_ones(units), "cash", "bank")
        mine = [one for one in waiting_of(units) if purchase_parts.may_ask(one.decision, actor())]
        waiting = {one.decision.id: decisions.title_of(one.decision) for one in mine}
        if self.decision.object_data:
            waiting.setdefault(self.decision.object_data, _title(self.decision.object_data))
        self.decision.choices = [SelectChoice(*one) for one in waiting.items()]
        self.offer_items()
        first = self.lines[0].form
        for field in (first.item, first.quantity, first.unit_value):
            field.flags.required = True

    def offer_items(self) -> None:
        """Give every row the catalogue; called again when a row was added."""
        items = [(item.id, f"{item.name} ({item.unit_of_measure})") for item in all_items()]
        for row in self.lines:
            row.form.item.choices = items

    @property
    def wanted(self) -> list[Wanted]:
        """The rows that were filled in."""
        return [row.form.wanted for row in self.lines if not row.form.is_empty]


def _title(decision_id: int) -> str:
    return decisions.title_of(decisions.get_decision(decision_id))


def as_asked(purchase: Purchase) -> dict[str, Any]:
    """A purchase as the form shows it, to be mended."""
    return {
        "campaign": purchase.campaign_id,
        "account": purchase.account_id,
        "decision": purchase.decision_id,
        "supplier": purchase.supplier,
        "supplier_address": purchase.supplier_address,
        "payee_code": purchase.payee_code,
        "reason": purchase.reason,
        "lines": [
            {"item": line.item_id, "quantity": line.quantity, "unit_value": line.unit_value} for line in purchase.lines
        ],
    }


class CountedPart(Part):
    """How many pieces of one line arrived."""

    line = HiddenField(filters=[whole])
    pieces = QuantityField(_l("Đếm được"), [Required(_l("Đếm được bao nhiêu?"))], least=0)


class ReceiveForm(Form):
    """What was counted on arrival, and when."""

    lines = FieldList(FormField(CountedPart), _l("Mặt hàng"))
    date = DayField(_l("Ngày nhận"), [Required(_l("Nhận ngày nào?"))], future=False)

    def __init__(self, lines: Sequence[PurchaseLine], **more: Any) -> None:
        super().__init__(data={"lines": [{"line": line.position} for line in lines]}, **more)
        sent = {row.form.line.data for row in self.lines}
        for line in lines:
            if line.position not in sent:
                self.lines.append_entry({"line": line.position})
        if self.date.data is None and not self.date.raw_data:
            self.date.data = clock.today()

    @property
    def counted(self) -> dict[int, int]:
        """Line → pieces."""
        return {row.form.line.data: row.form.pieces.data for row in self.lines if row.form.line.data}

    def refuse(self, no: RuleBroken) -> None:
        """Beside the line that it is about."""
        for row in self.lines:
            if no.field == f"counted-{row.form.line.data}":
                row.form.pieces.errors = [*row.form.pieces.errors, str(no)]
                return
        super().refuse(no)


class PayForm(Form):
    """On which day the money left."""

    date = DayField(_l("Ngày chi"), [Required(_l("Ngày nào?"))], future=False)

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        if self.date.data is None and not self.date.raw_data:
            self.date.data = clock.today()
