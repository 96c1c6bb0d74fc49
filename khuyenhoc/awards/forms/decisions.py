"""Forms of the decisions: what a draft takes up, publication, complaints, and the questions above the lists."""

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import SelectMultipleField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from khuyenhoc.awards import steps
from khuyenhoc.awards.award_tables import STATES as AWARD_STATES
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.decision_list import WAITING
from khuyenhoc.awards.decision_tables import KINDS, STATES
from khuyenhoc.core import clock
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.web.fields import ChoiceField, DayField, LongTextField, PickField, Required, TextField, whole
from khuyenhoc.web.forms import Form
from khuyenhoc.web.lists import Filter


class AwardsField(SelectMultipleField):
    """Which of the offered awards, as boxes beside their rows."""


class DraftForm(Form):
    """What a decision takes up, and on what it rests."""

    basis = LongTextField(_l("Căn cứ, mỗi căn cứ một dòng"), [Required(_l("Xin ghi căn cứ, mỗi căn cứ một dòng."))])
    awards = AwardsField(_l("Các suất"), [Required(_l("Xin chọn ít nhất một suất."))], coerce=whole)

    def __init__(self, offered: Sequence[Award], **more: Any) -> None:
        super().__init__(**more)
        self.awards.choices = [SelectChoice(award.id, steps.code_of(award)) for award in offered]
        if not self.is_submitted() and self.awards.data is None:
            self.awards.data = [award.id for award in offered]

    def chosen(self, offered: Iterable[Award]) -> list[Award]:
        """The awards whose boxes are ticked."""
        wanted = set(self.awards.data or ())
        return [award for award in offered if award.id in wanted]


class WithdrawalForm(DraftForm):
    """Also why; the decision prints it. Nothing is ticked beforehand."""

    reason = LongTextField(_l("Lý do thu hồi"), [Required(_l("Xin ghi lý do thu hồi; lý do in trong quyết định."))])

    def __init__(self, offered: Sequence[Award], **more: Any) -> None:
        super().__init__(offered, **more)
        if not self.is_submitted() and not more.get("data"):
            self.awards.data = []


class AskForm(Form):
    """A word to whoever signs."""

    note = LongTextField(_l("Lời nhắn cho người ký"), [Optional()])


class PublishForm(Form):
    """From which day it hangs out: today, for the days that it must hang out cannot lie behind us."""

    on = DayField(_l("Công bố từ ngày"), [Required()], future=False)

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        if not self.is_submitted():
            self.on.data = clock.today()

    def validate_on(self, field: DayField) -> None:
        """Nothing was hung out before its notice could be printed."""
        if field.data is not None and field.data < clock.today():
            raise ValidationError(_("Công bố tính từ hôm nay: thông báo in ra rồi mới niêm yết được."))


class ComplaintForm(Form):
    """Who objects to which application, and why."""

    code = TextField(_l("Mã hồ sơ"), [Required(_l("Về hồ sơ nào?"))], longest=20)
    who = TextField(_l("Người có ý kiến"), [Required(_l("Ai có ý kiến?"))], longest=150)
    grounds = LongTextField(_l("Nội dung ý kiến"), [Required(_l("Ý kiến gì?"))])
    received_on = DayField(_l("Ngày nhận"), [Required()], future=False)
    answer_by = DayField(_l("Trả lời trước ngày"), [Required()])


class AnswerForm(Form):
    """Whether the complaint was right, and why."""

    verdict = ChoiceField(
        _l("Kết luận"),
        [Required(_l("Ý kiến đúng hay không đúng?"))],
        choices=[("dismissed", _l("Không đúng, hồ sơ tiếp tục")), ("upheld", _l("Đúng, hồ sơ chờ thu hồi"))],
    )
    words = LongTextField(_l("Trả lời và lý do"), [Required(_l("Xin ghi trả lời và lý do."))])


class DecisionFilter(Filter):
    """The questions above the list of decisions."""

    q = TextField(_l("Số hoặc chương trình"), longest=60)
    loai = PickField(_l("Loại"), choices=list(KINDS.items()), blank=_l("Tất cả"))
    trang_thai = PickField(_l("Trạng thái"), choices=[*STATES.items(), (WAITING, _l("Chờ ký"))], blank=_l("Tất cả"))
    tu = DayField(_l("Ký từ ngày"))
    den = DayField(_l("Đến ngày"))


class AnnexFilter(Filter):
    """The questions above the awards of one decision."""

    q = TextField(_l("Mã hồ sơ hoặc tên"), longest=60)
    trang_thai = PickField(_l("Trạng thái"), choices=list(AWARD_STATES.items()), blank=_l("Tất cả"))
