"""Forms of writing off: what is gone, why, from which lot; reasons; and the filter of the list."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from wtforms.fields.choices import SelectChoice

from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.goods import serials, stock_list, write_offs
from khuyenhoc.goods.lots import LotPlace
from khuyenhoc.goods.write_off_tables import CAUSES, STATES, WriteOff
from khuyenhoc.treasury import choices
from khuyenhoc.web.fields import ChoiceField, LongTextField, PickField, QuantityField, Required, TextField, whole
from khuyenhoc.web.forms import Form
from khuyenhoc.web.lists import Filter


class WriteOffFilter(Filter):
    """The questions above the write-offs."""

    hien_vat = PickField(_l("Hiện vật"), coerce=whole, blank=_l("Tất cả"))
    chien_dich = PickField(_l("Chiến dịch"), coerce=whole, blank=_l("Tất cả"))
    vi_sao = PickField(_l("Vì sao"), choices=list(CAUSES.items()), blank=_l("Tất cả"))
    trang_thai = PickField(_l("Trạng thái"), choices=list(STATES.items()), blank=_l("Tất cả"))

    def __init__(self, formdata: Any, unit_ids: Collection[int]) -> None:
        super().__init__(formdata)
        self.hien_vat.choices = [SelectChoice(*one) for one in stock_list.items_in(unit_ids)]
        self.chien_dich.choices = choices.every_campaign(unit_ids)
        self.validate()


class WriteOffForm(Form):
    """What is gone from one campaign's stock of one item."""

    quantity = QuantityField(_l("Số lượng"), [Required(_l("Bao nhiêu?"))], most=write_offs.LARGEST)
    cause = ChoiceField(_l("Vì sao"), [Required(_l("Vì sao xóa sổ?"))], choices=list(CAUSES.items()))
    lot = PickField(_l("Thuộc lô nào"), choices=[], blank=_l("Không rõ: lô cũ nhất"))
    numbers = TextField(_l("Số khung"), longest=2_000)
    reason = LongTextField(
        _l("Chuyện gì đã xảy ra"), [Required(_l("Xin ghi rõ chuyện gì đã xảy ra."))], longest=write_offs.LONGEST_REASON
    )

    def __init__(self, lots: Sequence[tuple[LotPlace, str]], **more: Any) -> None:
        super().__init__(**more)
        self.lot.choices = [SelectChoice(f"{place[0]}-{place[1]}", told) for place, told in lots]

    @property
    def place(self) -> LotPlace | None:
        """The lot that was chosen."""
        if not self.lot.data:
            return None
        document_id, _dash, position = str(self.lot.data).partition("-")
        return int(document_id), int(position)

    @property
    def typed(self) -> list[str]:
        """Each frame number as typed, parted by commas."""
        parts: Iterable[str] = (self.numbers.data or "").replace(";", ",").split(",")
        return [number for number in map(serials.written, parts) if number]


def as_asked(write_off: WriteOff) -> dict[str, Any]:
    """A write-off as the form shows it, to be mended."""
    place = (write_off.lot_document_id, write_off.lot_position)
    return {
        "quantity": write_off.quantity,
        "cause": write_off.cause,
        "lot": f"{place[0]}-{place[1]}" if place[0] is not None else None,
        "numbers": ", ".join(sorted(piece.serial.serial for piece in write_off.pieces)),
        "reason": write_off.reason,
    }
