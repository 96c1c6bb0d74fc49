"""Forms of the approvals: a decision on what was shown, and a rule from a day on."""

import re
from typing import Any, NamedTuple

import wtforms
from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from khuyenhoc.approvals import registry
from khuyenhoc.approvals.policies import APPROVERS, MOST
from khuyenhoc.approvals.request_tables import STATES
from khuyenhoc.core import clock
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.org.permissions import ROLES
from khuyenhoc.web.fields import DongField, LongTextField, PickField, Required, whole
from khuyenhoc.web.forms import DayField, Form, KeyField, QuantityField
from khuyenhoc.web.lists import Filter

MOST_AT_ONCE = 100
"""So many requests are approved in one step."""

_CHOSEN = re.compile(r"([1-9][0-9]{0,17})\.([0-9a-f]{64})", re.ASCII)


class DecisionForm(Form):
    """Approve or return; bound to the fingerprint that the page showed."""

    shown = KeyField()
    decision = KeyField()
    reason = LongTextField(_l("Hoặc trả lại để sửa, ghi rõ chỗ cần sửa"))

    def validate_decision(self, field: KeyField) -> None:
        """One of the two buttons."""
        if field.data not in ("approve", "return"):
            raise wtforms.ValidationError(_("Xin bấm duyệt hoặc trả lại."))

    def validate_reason(self, field: LongTextField) -> None:
        """Returning needs words."""
        if self.decision.data == "return" and not field.data:
            raise wtforms.ValidationError(_("Xin ghi rõ chỗ cần sửa."))


class Chosen(NamedTuple):
    """One request that was ticked, and the fingerprint of what was shown of it."""

    request_id: int
    shown: str


class ChosenField(wtforms.Field):
    """Requests ticked on the page, each with what the page showed: ``17.9f86…``."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Each once, in the order of the page; what no page of ours made is refused."""
        found: dict[int, Chosen] = {}
        for value in valuelist[: MOST_AT_ONCE + 1]:
            match = _CHOSEN.fullmatch(value)
            if match is None:
                self.data = []
                raise ValueError(_("Trang này đã cũ. Xin tải lại rồi chọn lại."))
            found.setdefault(int(match[1]), Chosen(int(match[1]), match[2]))
        self.data = list(found.values())


class SeveralForm(Form):
    """Approve what was ticked."""

    chosen = ChosenField(_l("Việc đã chọn"))

    def validate_chosen(self, field: ChosenField) -> None:
        """At least one, and no more than one can read."""
        if not field.data and not field.errors:
            raise wtforms.ValidationError(_("Xin chọn ít nhất một việc."))
        if len(field.data or ()) > MOST_AT_ONCE:
            raise wtforms.ValidationError(_("Mỗi lần duyệt nhiều nhất %(n)s việc.", n=MOST_AT_ONCE))


class BoxesField(SelectMultipleField):
    """Several of a few, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ThresholdField(DongField):
    """An amount from which on a rule holds; 0 is a threshold too."""

    def read(self, text: str, chosen: list[str]) -> int:
        """``0``, else as any amount."""
        return 0 if text == "0" else super().read(text, chosen)


class PolicyForm(Form):
    """A new rule."""

    kind = PickField(_l("Loại việc"), [Required(_l("Quy định cho loại việc nào?"))], blank=_l("Xin chọn"))
    unit = PickField(_l("Áp dụng cho"), [Required(_l("Áp dụng cho đơn vị nào?"))], coerce=whole, blank=_l("Xin chọn"))
    from_amount = ThresholdField(_l("Từ tổng số tiền"), [Required(_l("Từ mức nào? Gõ 0 nếu cho mọi mức."))])
    roles = BoxesField(
        _l("Ai được duyệt"),
        [Required(_l("Xin chọn ít nhất một vai trò được duyệt."))],
        choices=[SelectChoice(role, ROLES[role]) for role in APPROVERS],
        default=["chair", "vice_chair"],
    )
    approvals_needed = QuantityField(_l("Cần mấy người duyệt"), [Required()], most=MOST, default=1)
    valid_from = DayField(_l("Có hiệu lực từ ngày"), [Required()])
    reason = LongTextField(_l("Lý do"), [Required(_l("Xin ghi rõ lý do, để người kiểm tra đọc được."))])

    def __init__(self, units: list[tuple[int, Any]], **more: Any) -> None:
        super().__init__(**more)
        self.kind.choices = [(kind, one.title) for kind, one in registry.kinds().items()]
        self.unit.choices = units
        if not self.is_submitted():
            self.valid_from.data = clock.today()


class EndForm(Form):
    """Why a rule ends."""

    reason = LongTextField(_l("Lý do"), [Required(_l("Xin ghi rõ lý do, để người kiểm tra đọc được."))])


MINE = {"duyet": _l("Tôi đã duyệt hoặc trả lại"), "hoi": _l("Tôi đã đề nghị")}


class LogFilter(Filter):
    """What is looked for among all that was asked."""

    viec = PickField(_l("Loại việc"), blank=_l("Mọi loại"), choices=[])
    trang_thai = PickField(_l("Trạng thái"), blank=_l("Mọi trạng thái"), choices=list(STATES.items()))
    cua_toi = PickField(_l("Của tôi"), blank=_l("Mọi người"), choices=list(MINE.items()))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.viec.choices = [(kind, one.title) for kind, one in registry.kinds().items()]
