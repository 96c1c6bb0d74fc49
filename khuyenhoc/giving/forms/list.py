"""The questions above the list of gifts."""

from collections.abc import Iterable
from typing import Any

from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.giving.donation_tables import METHODS
from khuyenhoc.giving.forms import choices
from khuyenhoc.org.units import names_on
from khuyenhoc.web.forms import DayField, PickField, TextField, whole
from khuyenhoc.web.lists import Filter

STATES = {"recorded": _l("Đã ghi sổ"), "acknowledged": _l("Đã tri ân"), "voided": _l("Đã hủy")}


class GiftFilter(Filter):
    """What the list may be narrowed by; recorder and unit only where there are several."""

    q = TextField(_l("Tìm"), longest=100)
    tu = DayField(_l("Từ ngày"))
    den = DayField(_l("Đến ngày"))
    chien_dich = PickField(_l("Chiến dịch"), coerce=whole, blank=_l("Tất cả"))
    hinh_thuc = PickField(_l("Hình thức"), blank=_l("Tất cả"), choices=list(METHODS.items()))
    trang_thai = PickField(_l("Trạng thái"), blank=_l("Tất cả"), choices=list(STATES.items()))
    nguoi_ghi = PickField(_l("Người ghi"), coerce=whole, blank=_l("Tất cả"))
    buoi = PickField(_l("Buổi tiếp nhận"), coerce=whole, blank=_l("Tất cả"))
    don_vi = PickField(_l("Đơn vị"), coerce=whole, blank=_l("Tất cả"))

    def __init__(
        self,
        args: Any,
        unit_ids: Iterable[int],
        recorders: Iterable[tuple[int, str]],
        evenings: Iterable[tuple[int, str]] = (),
    ) -> None:
        super().__init__(args)
        units = sorted(unit_ids)
        self._cards = choices.readable(units)  # kept for the rows, which name the same campaigns
        self._campaigns = dict(choices.named(self._cards))
        self._recorders = dict(recorders)
        self.chien_dich.choices, self.nguoi_ghi.choices = list(self._campaigns.items()), list(self._recorders.items())
        self._evenings = dict(evenings)
        self.buoi.choices = list(self._evenings.items())
        self.don_vi.choices = sorted(names_on(units).items()) if len(units) > 1 else []
        if len(units) <= 1:
            del self.don_vi

    @property
    def in_words(self) -> str:
        """What is looked at: ``1/7/2026 – 15/8/2026, Xe đạp đến trường, tìm “mây hồng”``."""
        said = []
        if self.tu.data or self.den.data:
            said.append(f"{self.tu._value() or '…'} – {self.den._value() or '…'}")
        known: tuple[tuple[Any, dict[Any, Any]], ...] = (
            (self.chien_dich, self._campaigns),
            (self.hinh_thuc, METHODS),
            (self.trang_thai, STATES),
            (self.nguoi_ghi, self._recorders),
            (self.buoi, self._evenings),
        )
        said += [str(names[field.data]) for field, names in known if field.data in names]
        if self.q.data:
            said.append(_("tìm “%(words)s”", words=self.q.data))
        return ", ".join(said) if said else _("mọi ngày, mọi chiến dịch, mọi trạng thái")
