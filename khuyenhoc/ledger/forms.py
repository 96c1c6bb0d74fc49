"""The forms of the ledger's own pages: accounts and months."""

from typing import Any

import wtforms

from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.web.fields import ChoiceField, LongTextField, PickField, Required, TextField, whole
from khuyenhoc.web.forms import Form, KeyField


class AccountForm(Form):
    """A new cash box or bank account. What only banks have is asked only of banks."""

    kind = ChoiceField(
        _l("Loại"),
        [Required(_l("Quỹ tiền mặt hay tài khoản ngân hàng?"))],
        choices=[("cash", _l("Quỹ tiền mặt")), ("bank", _l("Tài khoản ngân hàng"))],
    )
    unit = PickField(_l("Đơn vị"), [Required(_l("Của đơn vị nào?"))], coerce=whole)
    name = TextField(_l("Tên"), [Required(_l("Gọi là gì?"))], longest=120)
    code = TextField(_l("Mã"), [Required(_l("Xin đặt một mã."))], longest=24)
    bank = TextField(_l("Ngân hàng"), longest=60)
    bin = TextField(_l("Mã ngân hàng (BIN)"), longest=6)
    number = TextField(_l("Số tài khoản"), longest=30)
    holder = TextField(_l("Chủ tài khoản"), longest=120)

    def __init__(self, units: list[tuple[int, str]], **more: Any) -> None:
        super().__init__(**more)
        self.unit.choices = units
        if not self.unit.data and units:
            self.unit.data = units[0][0]


class AccountNameForm(Form):
    """Another name."""

    name = TextField(_l("Tên"), [Required(_l("Gọi là gì?"))], longest=120)


class MonthForm(Form):
    """Which month of which unit; asked by a page of ours, so both are hidden."""

    unit = KeyField()
    month = KeyField()
    reason = LongTextField(_l("Ghi chú"), longest=500)

    def validate_unit(self, field: KeyField) -> None:
        """A number of ours."""
        _require_number(field)

    def validate_month(self, field: KeyField) -> None:
        """A number of ours."""
        _require_number(field)


class ReopenForm(MonthForm):
    """Opening a month again needs a reason."""

    reason = LongTextField(_l("Lý do"), [Required(_l("Vì sao phải mở lại?"))], longest=500)


def _require_number(field: KeyField) -> None:
    if not (field.data and field.data.isascii() and field.data.isdigit() and len(field.data) <= 9):
        raise wtforms.ValidationError(_("Không có tháng này."))
