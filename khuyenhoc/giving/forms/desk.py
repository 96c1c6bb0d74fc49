"""Forms of the reception desk."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from werkzeug.datastructures import MultiDict

from khuyenhoc.core import dong
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.funds.items import item_by_id
from khuyenhoc.giving.donation_tables import METHODS
from khuyenhoc.giving.donations import LONGEST_REFERENCE, GiftLine
from khuyenhoc.giving.forms import choices
from khuyenhoc.giving.givers import Giver
from khuyenhoc.giving.one_line import told_apart
from khuyenhoc.web.forms import (
    ChoiceField,
    DayField,
    DongField,
    Form,
    KeyField,
    LongTextField,
    PickField,
    QuantityField,
    Required,
    TextField,
    whole,
)

ASK_AGAIN_FROM = 1_000_000_000
"""From how many đồng on an envelope is asked once more: a zero too many, or “tỷ” typed for “tr”."""


class OpenDeskForm(Form):
    """What is set once for an evening."""

    campaign = PickField(_l("Tiếp nhận cho chiến dịch"), [Required(_l("Tiếp nhận cho chiến dịch nào?"))], coerce=whole)
    name = TextField(_l("Tên buổi"), [Required(_l("Xin đặt tên, ví dụ: Đêm gây quỹ."))], longest=120)
    date = DayField(_l("Ngày"), [Required(_l("Ngày nào?"))], future=False)
    method = ChoiceField(_l("Hình thức thường gặp"), [Required()], choices=list(METHODS.items()), default="cash")
    cash = PickField(_l("Két tiền mặt"), coerce=whole, blank=_l("Theo chiến dịch"))
    bank = PickField(_l("Tài khoản ngân hàng"), coerce=whole, blank=_l("Theo chiến dịch"))

    def __init__(self, unit_ids: Iterable[int] = (), **more: Any) -> None:
        super().__init__(**more)
        units = sorted(unit_ids)
        self.campaign.choices = choices.campaigns(units)
        for field, kind in ((self.cash, "cash"), (self.bank, "bank")):
            field.choices = choices.accounts(units, kind)
            if len(field.choices) <= 1:
                del self[field.short_name]


class GiverForm(Form):
    """Who gives: typed, chosen among candidates, or made on the spot."""

    donor = TextField(_l("Người ủng hộ"), longest=150)
    donor_id = KeyField()
    donor_for = KeyField()
    kind = PickField(_l("Là ai"), coerce=str, blank=_l("Chọn loại"))
    honorific = PickField(_l("Xưng hô"), coerce=str)

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.kind.choices, self.honorific.choices = choices.donor_kinds(), choices.honorifics()

    @property
    def giver(self) -> Giver:
        """What was answered about who gives."""
        return Giver(
            typed=self.donor.data or "",
            choice=self.donor_id.data or "",
            asked_for=self.donor_for.data or "",
            kind=self.kind.data or "",
            honorific=self.honorific.data or "",
        )

    def validate_donor_id(self, field: KeyField) -> None:
        """A choice is a card's number or one of the two others."""
        text = field.data or ""
        if text and text not in ("moi", "khong-ro") and not (text.isascii() and text.isdigit() and len(text) <= 18):
            field.data = ""


class HowForm(GiverForm):
    """Who gives, and how. What ``only`` some method asks for stands in the page always and shows with that method.

    Judged is what the chosen method asks; what was typed for another one stays typed, and says nothing.
    """

    only: ClassVar[Mapping[str, frozenset[str]]] = MappingProxyType({})
    _fields: dict[str, Any]

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge the fields that the chosen method shows."""
        asked = self.only.get(self.method.data or "", frozenset())
        others = frozenset().union(*self.only.values()) - asked
        every = self._fields
        self._fields = {name: field for name, field in every.items() if name not in others}
        try:
            return bool(super().validate(extra_validators))
        finally:
            self._fields = every


class EnvelopeAmount(DongField):
    """The amount in an envelope. ``ASK_AGAIN_FROM`` and more is asked once more, as what is unclear is asked."""

    def read(self, text: str, chosen: list[str]) -> int:
        """Read as everywhere; so much stands only when it was chosen as well as typed."""
        amount = super().read(text, chosen)
        if amount >= ASK_AGAIN_FROM and str(amount) not in chosen:
            self.readings = [amount]
            raise dong.Unclear(_("Một khoản lớn khác thường. Xin chọn lại nếu đúng."), [amount])
        return amount


class EnvelopeForm(HowForm):
    """One envelope: who, how much, how; goods say what and how many; the rest is seldom.

    Who and how much may stand on one line, in the first field.
    """

    only = MappingProxyType({"in_kind": frozenset({"item", "quantity"})})

    class Meta(HowForm.Meta):
        """One line becomes two fields before anything is read."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was sent, with the amount in its own field."""
            sent = super().wrap_formdata(form, formdata)
            if not sent or "donor" not in sent:
                return sent
            told = MultiDict(sent)
            donor, amounts = told_apart(told["donor"], told.getlist("amount"))
            told["donor"] = donor
            told.setlist("amount", amounts)
            return told

    amount = EnvelopeAmount(_l("Số tiền"))
    method = ChoiceField(_l("Hình thức"), [Required(_l("Nhận bằng hình thức nào?"))], choices=list(METHODS.items()))
    item = PickField(_l("Hiện vật"), coerce=whole, blank=_l("Chọn hiện vật"))
    quantity = QuantityField(_l("Số lượng"))
    restriction = TextField(_l("Dành cho"))
    bank_reference = TextField(_l("Mã giao dịch ngân hàng"), longest=LONGEST_REFERENCE)
    note = LongTextField(_l("Ghi chú"))

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.item.choices = choices.goods()
        self.amount.flags.required = not self.is_goods
        self.item.flags.required = self.quantity.flags.required = True

    @property
    def is_goods(self) -> bool:
        """Whether the envelope is no envelope but goods."""
        return bool(self.method.data == "in_kind")

    def line(self, campaign: Campaign) -> GiftLine:
        """The one line of the gift. Goods without a stated value count with the catalogue's."""
        if not self.is_goods:
            if self.amount.data is None:
                raise RuleBroken(_("Bao nhiêu tiền?"), field="amount")
            return GiftLine(campaign, self.amount.data)
        if self.item.data is None:
            raise RuleBroken(_("Hiện vật gì?"), field="item")
        if self.quantity.data is None:
            raise RuleBroken(_("Bao nhiêu?"), field="quantity")
        item = item_by_id(self.item.data)
        return GiftLine(campaign, self.amount.data or item.unit_value * self.quantity.data, item, self.quantity.data)
