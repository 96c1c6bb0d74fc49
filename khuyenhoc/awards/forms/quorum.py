"""The form of a rule of quorum."""

from typing import Any

from khuyenhoc.awards.quorum import LEAST, MOST
from khuyenhoc.core import clock
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.web.forms import DayField, Form, PickField, QuantityField, Required, TextField, whole


class QuorumForm(Form):
    """A rule from a day on."""

    unit = PickField(_l("Áp dụng cho"), [Required(_l("Áp dụng cho đơn vị nào?"))], coerce=whole, blank=_l("Xin chọn"))
    share = TextField(_l("Tỷ lệ ủy viên có mặt"), [Required(_l("Xin ghi tỷ lệ như 2/3."))], longest=7)
    least = QuantityField(_l("Không dưới mấy người"), [Required()], most=MOST, default=LEAST)
    since = DayField(_l("Có hiệu lực từ ngày"), [Required()])
    regulation = TextField(_l("Theo văn bản nào"), [Required(_l("Xin ghi tên và số văn bản."))], longest=150)
    regulated_on = DayField(_l("Ngày của văn bản"), [Required(_l("Văn bản đề ngày nào?"))])

    def __init__(self, units: list[tuple[int, str]], **more: Any) -> None:
        super().__init__(**more)
        self.unit.choices = units
        if not self.is_submitted():
            self.since.data = clock.today()
