"""Forms of the stock: the questions above its lists, and frame numbers."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from wtforms import FieldList, FormField, HiddenField
from wtforms.fields.choices import SelectChoice

from khuyenhoc.awards.award_tables import AwardShare
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.goods import serials, stock_list
from khuyenhoc.goods.goods_tables import Serial
from khuyenhoc.treasury import choices
from khuyenhoc.web.fields import DayField, LongTextField, PickField, Required, TextField, whole
from khuyenhoc.web.forms import Form, Part
from khuyenhoc.web.lists import Filter

SERIAL_STATES = {
    "con": _l("Trong kho"),
    "danh": _l("Đã dành"),
    "trao": _l("Đã trao"),
    "xoa": _l("Đã xóa sổ"),
}
"""Where a piece with a number is."""


class _OfCampaign(Filter):
    """Lists of several campaigns of the reader's units."""

    chien_dich = PickField(_l("Chiến dịch"), coerce=whole, blank=_l("Tất cả"))

    def __init__(self, formdata: Any, unit_ids: Collection[int]) -> None:
        super().__init__(formdata)
        self.chien_dich.choices = choices.every_campaign(unit_ids)


class StockFilter(_OfCampaign):
    """The questions above the stock."""

    hien_vat = PickField(_l("Hiện vật"), coerce=whole, blank=_l("Tất cả"))
    trong_kho = PickField(
        _l("Trong kho"),
        choices=[(stock_list.IN_STOCK, _l("Còn")), (stock_list.USED_UP, _l("Đã hết"))],
        blank=_l("Tất cả"),
    )

    def __init__(self, formdata: Any, unit_ids: Collection[int]) -> None:
        super().__init__(formdata, unit_ids)
        self.hien_vat.choices = [SelectChoice(*one) for one in stock_list.items_in(unit_ids)]
        self.validate()


class LotFilter(_OfCampaign):
    """The questions above the lots of an item."""

    con_lai = PickField(
        _l("Còn lại"),
        choices=[(stock_list.IN_STOCK, _l("Còn")), (stock_list.USED_UP, _l("Đã hết"))],
        blank=_l("Tất cả"),
    )

    def __init__(self, formdata: Any, unit_ids: Collection[int]) -> None:
        super().__init__(formdata, unit_ids)
        self.validate()


class MovementFilter(_OfCampaign):
    """The questions above what came in and went out of an item."""

    viec = PickField(
        _l("Việc"),
        choices=[("vao", _l("Tiếp nhận")), ("mua", _l("Mua")), ("trao", _l("Trao")), ("xoa", _l("Xóa sổ"))],
        blank=_l("Tất cả"),
    )
    tu = DayField(_l("Từ ngày"))
    den = DayField(_l("Đến ngày"))

    def __init__(self, formdata: Any, unit_ids: Collection[int]) -> None:
        super().__init__(formdata, unit_ids)
        self.validate()


class SerialFilter(_OfCampaign):
    """The questions above the frame numbers of an item."""

    q = TextField(_l("Số khung"), longest=serials.LONGEST)
    o_dau = PickField(_l("Ở đâu"), choices=list(SERIAL_STATES.items()), blank=_l("Tất cả"))

    def __init__(self, formdata: Any, unit_ids: Collection[int]) -> None:
        super().__init__(formdata, unit_ids)
        self.validate()


class NumbersForm(Form):
    """Frame numbers of a lot, one in each line."""

    numbers = LongTextField(_l("Số khung"), [Required(_l("Xin gõ ít nhất một số khung."))], longest=20_000)

    @property
    def typed(self) -> list[str]:
        """Each number as typed; lines, commas and semicolons part them."""
        text = str(self.answers["numbers"]).replace(",", "\n").replace(";", "\n")
        return [line.strip() for line in text.splitlines() if line.strip()]


class NumberForm(Form):
    """One frame number as it should be."""

    number = TextField(_l("Số khung"), [Required(_l("Xin gõ số khung."))], longest=serials.LONGEST)


class AllotRow(Part):
    """The numbers of the pieces that are meant for one share of an award."""

    share = HiddenField()
    numbers = TextField(_l("Số khung"), longest=2_000)

    @property
    def typed(self) -> list[str]:
        """Each number as typed, parted by commas."""
        return [one.strip() for one in (self.numbers.data or "").replace(";", ",").split(",") if one.strip()]


class AllotForm(Form):
    """Which pieces are meant for whom: one row for each share that was shown."""

    rows = FieldList(FormField(AllotRow), _l("Các suất"))

    def __init__(self, shares: Sequence[AwardShare], meant: Mapping[int, Sequence[Serial]], **more: Any) -> None:
        left = {award_id: list(pieces) for award_id, pieces in meant.items()}
        rows = []
        for share in shares:
            mine = [one for one in left.get(share.award_id, ()) if one.item_id == share.item_id][: share.quantity]
            left[share.award_id] = [one for one in left.get(share.award_id, ()) if one not in mine]
            rows.append({"share": key_of(share), "numbers": ", ".join(one.serial for one in mine)})
        super().__init__(data={"rows": rows}, **more)

    def refuse(self, no: RuleBroken) -> None:
        """Beside the share that it is about."""
        for row in self.rows:
            if no.field == f"share-{row.form.share.data}":
                row.form.numbers.errors = [*row.form.numbers.errors, str(no)]
                return
        super().refuse(no)

    @property
    def wanted(self) -> dict[str, list[str]]:
        """Key of a share → the numbers typed for it."""
        return {row.form.share.data or "": row.form.typed for row in self.rows}


def key_of(share: AwardShare) -> str:
    """A share as the form names it."""
    return f"{share.award_id}-{share.position}"
