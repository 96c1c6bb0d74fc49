"""Forms of paying: the list to be prepared, who received and who witnessed, who was absent, reasons, and filters."""

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import FieldList, FormField, HiddenField, SelectMultipleField, ValidationError
from wtforms.fields.choices import SelectChoice

from khuyenhoc.awards import steps
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.core import clock
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.payouts.payout_tables import METHODS, OUTCOMES, STATES, PayoutLine
from khuyenhoc.payouts.receiving import LONGEST_NAME, Receipt
from khuyenhoc.web.fields import (
    ChoiceField,
    DayField,
    LongTextField,
    PickField,
    Required,
    TextField,
    YesField,
    whole,
)
from khuyenhoc.web.forms import Form, Part
from khuyenhoc.web.lists import Filter

HIMSELF = "chính mình"
"""What the list says of whoever received in person; it stands on paper, so it is Vietnamese."""


class ListFilter(Filter):
    """The questions above the lists."""

    trang_thai = PickField(_l("Trạng thái"), choices=list(STATES.items()), blank=_l("Tất cả"))
    cach = PickField(_l("Cách trao"), choices=list(METHODS.items()), blank=_l("Tất cả"))
    chuong_trinh = PickField(_l("Chương trình"), coerce=whole, choices=[], blank=_l("Tất cả"))

    def __init__(self, programmes: Sequence[tuple[int, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.chuong_trinh.choices = [SelectChoice(*one) for one in programmes]


class LineFilter(Filter):
    """The questions above the names of one list."""

    q = TextField(_l("Tên"), longest=60)
    ket_qua = PickField(_l("Kết quả"), choices=list(OUTCOMES.items()), blank=_l("Tất cả"))


class PrepareForm(Form):
    """Which awards, how, from which account, when and where."""

    awards = SelectMultipleField(
        _l("Các suất"), [Required(_l("Xin chọn ít nhất một suất."))], coerce=whole, validate_choice=False
    )
    method = ChoiceField(_l("Cách trao"), [Required(_l("Xin chọn cách trao."))], choices=list(METHODS.items()))
    account = PickField(_l("Chi từ"), coerce=whole, choices=[], blank=_l("Hiện vật: không từ tài khoản nào"))
    planned_on = DayField(_l("Ngày trao dự kiến"), [Required(_l("Trao ngày nào?"))])
    place = TextField(_l("Nơi trao"), longest=150)
    note = LongTextField(_l("Ghi chú"))

    def __init__(self, offered: Sequence[Award], accounts: Sequence[tuple[int, str]], **more: Any) -> None:
        super().__init__(**more)
        self.awards.choices = [SelectChoice(award.id, steps.code_of(award)) for award in offered]
        self.account.choices = [SelectChoice(*one) for one in accounts]
        if not self.is_submitted():
            self.awards.data = [award.id for award in offered]
            self.method.data = "goods" if offered and all(award.level.is_goods for award in offered) else "cash"
            self.account.data = accounts[0][0] if accounts and self.method.data == "cash" else None
            self.planned_on.data = clock.today()

    def validate_planned_on(self, field: DayField) -> None:
        """Sums are looked at by the month in which a list is to be paid, which is not behind us."""
        if field.data is not None and field.data < clock.today():
            raise ValidationError(_("Ngày trao từ hôm nay trở đi."))


class LineRow(Part):
    """One line of a list: whether it is meant, and who took it."""

    line = HiddenField(filters=[whole])
    chosen = YesField(_l("Chọn"))
    received_by = TextField(_l("Người nhận thay"), longest=LONGEST_NAME)
    relation = TextField(_l("Quan hệ"), longest=40)

    def validate_received_by(self, field: TextField) -> None:
        """Somebody else is named with the relation, and the other way round."""
        if self.relation.data and not field.data:
            raise ValidationError(_("Ai nhận thay?"))

    def validate_relation(self, field: TextField) -> None:
        """As what of the recipient."""
        if self.received_by.data and not field.data:
            raise ValidationError(_("Người nhận thay là gì của học sinh?"))


class LinesForm(Form):
    """Some lines of a list, ticked one by one, or all that are shown."""

    everybody = YesField(_l("Tất cả những người dưới đây"))
    lines = FieldList(FormField(LineRow), _l("Những dòng"))

    def __init__(self, offered: Sequence[PayoutLine], **more: Any) -> None:
        rows = [{"line": line.id, "chosen": self.is_ticked(line)} for line in offered]
        super().__init__(data={**more.pop("data", {}), "lines": rows}, **more)

    def is_ticked(self, _line: PayoutLine) -> bool:
        """Whether a line is ticked before anybody has ticked anything."""
        return False

    def ticked(self) -> list[Any]:
        """The rows that are ticked, or where somebody else received; with ``everybody`` all that name a line."""
        rows = [row.form for row in self.lines if row.form.line.data]
        return [row for row in rows if row.chosen.data or row.received_by.data or self.everybody.data]

    @property
    def chosen(self) -> list[int]:
        """The ids of the ticked lines."""
        return [row.line.data for row in self.ticked()]


class ReceiptForm(LinesForm):
    """Who received, line by line; one witness saw them all."""

    witness_id = PickField(_l("Người của Hội chứng kiến"), coerce=whole, choices=[], blank=_l("Người khác"))
    witness = TextField(_l("Tên người khác chứng kiến"), longest=LONGEST_NAME)

    def __init__(self, offered: Sequence[PayoutLine], people: Iterable[tuple[int, str]], **more: Any) -> None:
        super().__init__(offered, **more)
        self.witness_id.choices = [SelectChoice(*one) for one in people]

    def receipts(self, offered: Iterable[PayoutLine]) -> dict[int, Receipt]:
        """Line → receipt. Where nobody else is named, the recipient came in person."""
        names = {line.id: line.name for line in offered}
        witness_id, witness = self.witness_id.data or None, self.witness.data or ""
        found = {}
        for row in self.ticked():
            name = row.received_by.data or names.get(row.line.data, "")
            relation = row.relation.data if row.received_by.data else HIMSELF
            found[row.line.data] = Receipt(name, relation or "", witness_id, witness)
        return found


class AbsentForm(LinesForm):
    """Who did not come, and when they may come again."""

    second_date = DayField(_l("Hẹn trao lần hai"))


class MoneyBackForm(AbsentForm):
    """Whose money is back in the box: of whom it was noted that they did not come is ticked already."""

    def is_ticked(self, line: PayoutLine) -> bool:
        """Noted, and confirmed by sending."""
        return line.is_away


class BackForm(LinesForm):
    """Whose money is in the box again, or what nobody came for and goes back; and why."""

    reason = LongTextField(_l("Lý do"), [Required(_l("Xin ghi lý do."))])


class CancelForm(Form):
    """Why the list is taken back."""

    reason = LongTextField(_l("Lý do hủy"), [Required(_l("Xin ghi lý do."))])
