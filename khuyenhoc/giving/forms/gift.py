"""The full form of a gift: bank, cash or goods, lines for several campaigns, what it is bound to."""

from collections.abc import Iterable
from types import MappingProxyType
from typing import Any

import wtforms
from wtforms import FormField

from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.funds.items import item_by_id
from khuyenhoc.giving import donations, donor_naming
from khuyenhoc.giving.donation_tables import METHODS
from khuyenhoc.giving.donations import LARGEST_QUANTITY, LONGEST_REFERENCE, MOST_LINES, Gift, GiftLine
from khuyenhoc.giving.donors import Donor
from khuyenhoc.giving.forms import choices
from khuyenhoc.giving.forms.desk import HowForm
from khuyenhoc.ledger.accounts import Account, get_account
from khuyenhoc.web.forms import (
    ChoiceField,
    DayField,
    DongField,
    Form,
    KeyField,
    LongTextField,
    Part,
    PickField,
    QuantityField,
    Required,
    TextField,
    whole,
)
from khuyenhoc.web.rows import RowsField


class MoneyPart(Part):
    """So much for one campaign. A row without an amount asks for nothing."""

    campaign = PickField(_l("Chiến dịch"), coerce=whole, blank=_l("Chọn chiến dịch"))
    amount = DongField(_l("Số tiền"))

    @property
    def is_empty(self) -> bool:
        """Whether no amount was typed."""
        return self.amount.data is None and not any(self.amount.raw_data or [])

    def validate_campaign(self, field: PickField) -> None:
        """An amount is for some campaign."""
        if not self.is_empty and not field.data:
            raise wtforms.ValidationError(_("Cho chiến dịch nào?"))

    @property
    def line(self) -> GiftLine:
        """The row as a line of the gift."""
        return GiftLine(campaign_by_id(self.campaign.data), self.amount.data or 0)


class GoodsPart(Part):
    """So many pieces of an item for one campaign, at the giver's stated value for one."""

    campaign = PickField(_l("Chiến dịch"), coerce=whole, blank=_l("Chọn chiến dịch"))
    item = PickField(_l("Hiện vật"), coerce=whole, blank=_l("Chọn hiện vật"))
    quantity = QuantityField(_l("Số lượng"), most=LARGEST_QUANTITY)
    unit_value = DongField(_l("Trị giá một đơn vị"))

    @property
    def is_empty(self) -> bool:
        """Whether neither item nor number was given."""
        return not self.item.data and self.quantity.data is None and not any(self.quantity.raw_data or [])

    def validate_campaign(self, field: PickField) -> None:
        """Goods are for some campaign."""
        if not self.is_empty and not field.data:
            raise wtforms.ValidationError(_("Cho chiến dịch nào?"))

    def validate_item(self, field: PickField) -> None:
        """What is it?"""
        if not self.is_empty and not field.data:
            raise wtforms.ValidationError(_("Hiện vật gì?"))

    def validate_quantity(self, field: QuantityField) -> None:
        """And how many?"""
        if not self.is_empty and field.data is None and not field.errors:
            raise wtforms.ValidationError(_("Bao nhiêu?"))

    @property
    def line(self) -> GiftLine:
        """The row as a line of the gift; the catalogue's value where the giver stated none."""
        item = item_by_id(self.item.data)
        value = self.unit_value.data or item.unit_value
        return donations.goods(campaign_by_id(self.campaign.data), item, self.quantity.data or 0, value)


class GiftForm(HowForm):
    """Everything about a gift. ``step`` is the button pressed: check, record, back; money or goods for one more row."""

    only = MappingProxyType(
        {
            "cash": frozenset({"cash", "money"}),
            "bank": frozenset({"bank", "bank_reference", "money"}),
            "in_kind": frozenset({"goods"}),
        }
    )
    method = ChoiceField(_l("Hình thức"), [Required(_l("Nhận bằng hình thức nào?"))])
    date = DayField(_l("Ngày nhận"), [Required(_l("Nhận ngày nào?"))], future=False)
    cash = PickField(_l("Két tiền mặt"), coerce=whole, blank=_l("Chọn két"))
    bank = PickField(_l("Tài khoản ngân hàng"), coerce=whole, blank=_l("Chọn tài khoản"))
    bank_reference = TextField(_l("Mã giao dịch ngân hàng"), longest=LONGEST_REFERENCE)
    money = RowsField(FormField(MoneyPart), _l("Số tiền cho từng chiến dịch"), min_entries=1, max_entries=MOST_LINES)
    goods = RowsField(FormField(GoodsPart), _l("Hiện vật"), min_entries=1, max_entries=MOST_LINES)
    restriction = LongTextField(_l("Dành cho"))
    note = LongTextField(_l("Ghi chú"))
    step = KeyField()
    checked = KeyField()

    def __init__(self, unit_ids: Iterable[int] = (), *, methods: Iterable[str] = tuple(METHODS), **more: Any) -> None:
        super().__init__(**more)
        self._units = sorted(unit_ids)
        self.method.choices = [(method, METHODS[method]) for method in METHODS if method in set(methods)]
        if not self.method.data and len(self.method.choices) == 1:
            self.method.data = self.method.choices[0][0]
        for field, kind in ((self.cash, "cash"), (self.bank, "bank")):
            field.choices = choices.accounts(self._units, kind) if kind in methods else []
            if len(field.choices) == 1 and not field.data:
                field.data = field.choices[0][0]
        self.offer_choices()

    def offer_choices(self) -> None:
        """Give every row its campaigns and items; called again when a row was added."""
        campaigns, items = choices.campaigns(self._units), choices.goods()
        for row in [*self.money, *self.goods]:
            row.form.campaign.choices = campaigns
            if not row.form.campaign.data and len(campaigns) == 1:
                row.form.campaign.data = campaigns[0][0]
        for row in self.goods:
            row.form.item.choices = items
        self._mark_asked()

    def _mark_asked(self) -> None:
        """The first row of the chosen method is asked for; the others may stay empty."""
        money, goods = self.money[0].form, self.goods[0].form
        for field in (money.campaign, money.amount, goods.campaign, goods.item, goods.quantity, self.cash, self.bank):
            field.flags.required = True

    @property
    def is_sent(self) -> bool:
        """Whether it is to be recorded. Every other button, and one that we do not know, only shows the form again."""
        return self.step.data in (None, "", "check", "record")

    @property
    def is_goods(self) -> bool:
        """Whether goods are given."""
        return bool(self.method.data == "in_kind")

    @property
    def rows(self) -> RowsField:
        """The rows that count: those of the chosen method."""
        return self.goods if self.is_goods else self.money

    @property
    def lines(self) -> list[GiftLine]:
        """The lines that were filled in."""
        return [row.form.line for row in self.rows if not row.form.is_empty]

    def gift(self, donor: Donor) -> Gift:
        """The whole answer, as coming from this donor."""
        return Gift(
            donor=donor,
            lines=self.lines,
            method=self.method.data,
            account=self._account(),
            on=self.answers["date"],
            restriction=self.restriction.data or "",
            note=self.note.data or "",
            bank_reference=(self.bank_reference.data or "") if self.method.data == "bank" else "",
        )

    def _account(self) -> Account | None:
        if self.is_goods:
            return None
        chosen = self.bank if self.method.data == "bank" else self.cash
        if chosen.data:
            return get_account(chosen.data)
        lines = self.lines
        found = choices.only_account(lines[0].campaign.unit_id, self.method.data) if lines else None
        if found is None and lines:
            raise RuleBroken(_("Xin chọn két hoặc tài khoản."), field=chosen.name)
        return found

    def fill(self, gift: Gift) -> None:
        """Show a gift as it was recorded, to be put right."""
        self.donor.data = donor_naming.full_name(gift.donor, gift.on)
        self.donor_for.data, self.donor_id.data = self.donor.data, str(gift.donor.id)
        if gift.donor.name is None:
            self.donor_id.data = "khong-ro"
        for name, value in (
            ("method", gift.method),
            ("date", gift.on),
            ("bank_reference", gift.bank_reference),
            ("restriction", gift.restriction),
            ("note", gift.note),
        ):
            self[name].data = value
        if gift.account:
            self[gift.method].data = gift.account.id
        rows = self.rows
        rows.offer_more(len(gift.lines) - len(rows.entries))
        self.offer_choices()
        for row, line in zip(rows, gift.lines, strict=False):
            row.form.campaign.data = line.campaign.id
            if line.item is not None:
                row.form.item.data, row.form.quantity.data = line.item.id, line.quantity
                row.form.unit_value.data = line.amount // line.quantity
            else:
                row.form.amount.data = line.amount


class AgainForm(GiftForm):
    """The gift as it should have been, and why."""

    reason = LongTextField(_l("Lý do hủy và ghi lại"), [Required(_l("Sai chỗ nào? Xin ghi lý do."))])


class VoidForm(Form):
    """Why a gift should be voided."""

    reason = LongTextField(_l("Lý do hủy"), [Required(_l("Vì sao hủy? Xin ghi lý do."))])
