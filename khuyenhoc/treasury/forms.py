"""The forms of the treasury, and the questions above its lists."""

from collections.abc import Iterable
from typing import Any

import wtforms

from khuyenhoc.core import clock
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds.items import all_items
from khuyenhoc.ledger import payments
from khuyenhoc.ledger.payment_tables import STATES as ORDER_STATES
from khuyenhoc.org.units import open_ones
from khuyenhoc.treasury import choices
from khuyenhoc.treasury.cash_counts import DENOMINATIONS, MOST_SHEETS, STATES
from khuyenhoc.treasury.movements import NAMES
from khuyenhoc.web.fields import (
    DayField,
    DongField,
    LongTextField,
    PickField,
    QuantityField,
    Required,
    TextField,
    whole,
)
from khuyenhoc.web.forms import Form, KeyField
from khuyenhoc.web.lists import Filter


class MovementForm(Form):
    """What every small document asks: for which campaign, when, how much, what for."""

    PLACES: dict[str, tuple[str, ...]] = {}
    """Field → kinds of accounts that it offers."""

    campaign = PickField(_l("Chiến dịch"), [Required(_l("Của chiến dịch nào?"))], coerce=whole)

    def __init__(self, unit_ids: Iterable[int], **more: Any) -> None:
        super().__init__(**more)
        units = sorted(unit_ids)
        self.campaign.choices = choices.campaigns(units)
        for name, kinds in self.PLACES.items():
            self[name].choices = choices.accounts(open_ones(units), *kinds)
        if not self.is_submitted() and "date" in self:
            self["date"].data = clock.today()


def _amount(label: Any = None) -> DongField:
    return DongField(label or _l("Số tiền"), [Required(_l("Bao nhiêu tiền?"))])


def _day() -> DayField:
    return DayField(_l("Ngày"), [Required(_l("Ngày nào?"))], future=False)


def _place(label: Any, blank: Any = None) -> PickField:
    return PickField(label, [Required(_l("Xin chọn một nơi."))], coerce=whole, blank=blank)


def _person(label: Any) -> TextField:
    return TextField(label, longest=150)


def _memo(required: bool = True) -> TextField:
    return TextField(_l("Nội dung"), [Required(_l("Khoản này là gì?"))] if required else [], longest=300)


class OpeningForm(MovementForm):
    """Money that was there when the books began."""

    PLACES = {"account": ("cash", "bank")}
    account = _place(_l("Tiền ở đâu"))
    amount = _amount()
    date = _day()
    memo = _memo(required=False)


class OpeningGoodsForm(MovementForm):
    """Goods that were there when the books began."""

    item = PickField(_l("Hiện vật"), [Required(_l("Hiện vật gì?"))], coerce=whole)
    quantity = QuantityField(_l("Số lượng"), [Required(_l("Bao nhiêu?"))])
    amount = _amount(_l("Trị giá tất cả"))
    date = _day()
    memo = _memo(required=False)

    def __init__(self, unit_ids: Iterable[int], **more: Any) -> None:
        super().__init__(unit_ids, **more)
        self.item.choices = [(item.id, f"{item.name} ({item.unit_of_measure})") for item in all_items()]


class OtherIncomeForm(MovementForm):
    """Interest and the like."""

    PLACES = {"account": ("bank", "cash")}
    account = _place(_l("Tiền vào đâu"))
    amount = _amount()
    memo = _memo()
    person = _person(_l("Người nộp tiền"))
    date = _day()


class BankFeeForm(MovementForm):
    """What the bank took."""

    PLACES = {"account": ("bank",)}
    account = _place(_l("Tài khoản"))
    amount = _amount()
    memo = _memo()
    date = _day()


class RunningCostForm(MovementForm):
    """What running the association costs, asked to be paid."""

    PLACES = {"account": ("cash", "bank")}
    account = _place(_l("Chi từ đâu"))
    amount = _amount()
    memo = _memo()
    person = TextField(_l("Người nhận tiền"), [Required(_l("Trả cho ai?"))], longest=150)
    payee_code = TextField(_l("Mã số thuế hoặc số tài khoản"), longest=40)


class PayForm(Form):
    """On which day the money left."""

    date = DayField(_l("Ngày chi"), [Required(_l("Ngày nào?"))], future=False)

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        if not self.is_submitted():
            self.date.data = clock.today()


class MovedForm(MovementForm):
    """Cash to the bank, or back."""

    PLACES = {"cash": ("cash",), "bank": ("bank",)}
    cash = _place(_l("Quỹ tiền mặt"))
    bank = _place(_l("Tài khoản ngân hàng"))
    amount = _amount()
    date = _day()
    memo = _memo(required=False)


class TransferForm(MovementForm):
    """From one campaign to another."""

    PLACES = {"account": ("cash", "bank")}
    campaign = PickField(_l("Chuyển từ"), [Required(_l("Từ chiến dịch nào?"))], coerce=whole)
    target = PickField(_l("Sang"), [Required(_l("Sang chiến dịch nào?"))], coerce=whole, blank=_l("Chọn chiến dịch"))
    account = _place(_l("Tiền đang ở đâu"))
    amount = _amount()
    reason = LongTextField(_l("Lý do"), [Required(_l("Vì sao phải chuyển?"))], longest=500)
    consent = LongTextField(_l("Văn bản đồng ý của nhà hảo tâm"), longest=1000)

    def __init__(self, unit_ids: Iterable[int], **more: Any) -> None:
        super().__init__(unit_ids, **more)
        self.target.choices = self.campaign.choices


class _SheetsForm(Form):
    account = PickField(_l("Quỹ tiền mặt"), [Required(_l("Đếm quỹ nào?"))], coerce=whole)
    campaign = PickField(_l("Ghi chênh lệch vào"), coerce=whole)
    note = LongTextField(_l("Lý do chênh lệch"), longest=500)
    ban = KeyField()

    def __init__(self, unit_ids: Iterable[int], **more: Any) -> None:
        super().__init__(**more)
        units = sorted(unit_ids)
        self.account.choices = choices.accounts(open_ones(units), "cash")
        self.campaign.choices = choices.campaigns(units)
        if not self.account.data and self.account.choices:
            self.account.data = self.account.choices[0][0]

    @property
    def notes(self) -> list[tuple[int, QuantityField]]:
        """Each denomination with its field, the largest first."""
        return [(value, self[f"to_{value}"]) for value in DENOMINATIONS]

    @property
    def sheets(self) -> dict[int, int]:
        """How many notes of each were counted; a field that was left empty is none."""
        return {value: field.data or 0 for value, field in self.notes}

    def validate_ban(self, field: KeyField) -> None:
        """The evening is named by a number of ours."""
        if field.data and not (field.data.isascii() and field.data.isdigit() and len(field.data) <= 15):
            raise wtforms.ValidationError(_("Không có buổi tiếp nhận này."))

    @property
    def desk_id(self) -> int | None:
        """The evening at the desk that is being counted."""
        return int(self.ban.data) if self.ban.data and not self.ban.errors else None


class CashCountForm(_SheetsForm):
    """How many notes of each kind lie in the cash box."""


for _value in DENOMINATIONS:
    setattr(CashCountForm, f"to_{_value}", QuantityField(_l("Số tờ"), least=0, most=MOST_SHEETS))


class DocumentFilter(Filter):
    """The questions above the list of documents."""

    q = TextField(_l("Số hoặc nội dung"), longest=60)
    loai = PickField(_l("Loại"), choices=list(NAMES.items()), blank=_l("Tất cả"))
    chien_dich = PickField(_l("Chiến dịch"), coerce=whole, blank=_l("Tất cả"))
    tu = DayField(_l("Từ ngày"))
    den = DayField(_l("Đến ngày"))
    trang_thai = PickField(
        _l("Trạng thái"), choices=[("recorded", _l("Đã ghi sổ")), ("voided", _l("Đã hủy"))], blank=_l("Tất cả")
    )

    def __init__(self, formdata: Any, unit_ids: Iterable[int]) -> None:
        super().__init__(formdata)
        self.chien_dich.choices = choices.every_campaign(unit_ids)
        self.validate()


class OrderFilter(Filter):
    """The questions above the list of payment orders."""

    q = TextField(_l("Người nhận hoặc nội dung"), longest=60)
    loai = PickField(_l("Loại"), choices=[], blank=_l("Tất cả"))
    trang_thai = PickField(_l("Trạng thái"), choices=list(ORDER_STATES.items()), blank=_l("Tất cả"))
    chien_dich = PickField(_l("Chiến dịch"), coerce=whole, blank=_l("Tất cả"))

    def __init__(self, formdata: Any, unit_ids: Iterable[int]) -> None:
        super().__init__(formdata)
        self.loai.choices = [(kind, one.title) for kind, one in payments.kinds().items()]
        self.chien_dich.choices = choices.every_campaign(unit_ids)
        self.validate()


class CountFilter(Filter):
    """The questions above the list of cash counts."""

    tu = DayField(_l("Từ ngày"))
    den = DayField(_l("Đến ngày"))
    trang_thai = PickField(_l("Trạng thái"), choices=list(STATES.items()), blank=_l("Tất cả"))


class BookFilter(Filter):
    """Which book, of which month and campaign."""

    tai_khoan = PickField(_l("Quỹ, tài khoản"), coerce=whole)
    don_vi = PickField(_l("Đơn vị"), coerce=whole)
    thang = PickField(_l("Tháng"))
    chien_dich = PickField(_l("Chiến dịch"), coerce=whole, blank=_l("Mọi chiến dịch"))
