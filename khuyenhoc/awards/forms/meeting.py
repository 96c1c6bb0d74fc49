"""Forms of a meeting: calling it, who is there, what if, votes, equals, the end."""

from collections.abc import Sequence
from typing import Any

from flask import request

from khuyenhoc.awards.committee_tables import CHOICES, Attendance, Meeting
from khuyenhoc.awards.programme_tables import Level
from khuyenhoc.awards.ranking import Room
from khuyenhoc.core.names import clean
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.core.text import lazy_pgettext
from khuyenhoc.web.fields import HundredthsField
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
from khuyenhoc.web.lists import Filter

FULL = 10_000
LONGEST = 4_000


class PlanForm(Form):
    """Calling the committee together."""

    held_on = DayField(_l("Ngày họp"), [Required(_l("Họp ngày nào?"))])
    place = TextField(_l("Địa điểm"), [Required(_l("Họp ở đâu?"))], longest=150)
    budget = DongField(_l("Ngân sách"))


class OpenForm(Form):
    """Who is there and, of the others, why not."""

    started_at = TextField(_l("Giờ bắt đầu"), [Required(_l("Xin ghi giờ như 08:30."))], longest=5)

    def take(self, attendance: Sequence[Attendance]) -> "OpenForm":
        """Read what was ticked; at first everybody is there."""
        sent = self.is_submitted()
        self.rows = [
            (row, not sent or request.form.get(f"co-mat-{row.user_id}") == "y", self._reason(row)) for row in attendance
        ]
        return self

    def _reason(self, row: Attendance) -> str:
        return clean(request.form.get(f"ly-do-{row.user_id}", ""))[:200]

    @property
    def present(self) -> dict[int, str | None]:
        """User id → None, or the reason of absence."""
        return {row.user_id: None if there else reason for row, there, reason in self.rows}


class BudgetForm(Form):
    """What the list may cost in all; empty: as much as there is."""

    budget = DongField(_l("Ngân sách của cuộc họp"))


class VoteForm(Form):
    """A vote on the list, or on one award."""

    choice = ChoiceField(
        lazy_pgettext("biểu quyết", "Ý kiến"),
        [Required(_l("Xin chọn tán thành, không tán thành hoặc không tham gia."))],
        choices=list(CHOICES.items()),
    )
    note = LongTextField(_l("Lý do, nếu không tán thành"))
    shown = KeyField()


class TieForm(Form):
    """Of equals this one first, and why."""

    before = PickField(_l("Xếp trước hồ sơ"), [Required(_l("Trước hồ sơ nào?"))], choices=[], coerce=whole)
    reason = LongTextField(_l("Lý do"), [Required(_l("Xin ghi lý do."))])


class CloseForm(Form):
    """The end: when, who thought otherwise, what was said."""

    ended_at = TextField(_l("Giờ kết thúc"), [Required(_l("Xin ghi giờ như 10:30."))], longest=5)
    dissent = LongTextField(_l("Ý kiến khác"), longest=LONGEST)
    summary = LongTextField(_l("Tóm tắt diễn biến"), longest=LONGEST)


class CancelForm(Form):
    """Why it does not take place."""

    reason = LongTextField(_l("Lý do hủy"), [Required(_l("Xin ghi lý do."))])


class WhatIf(Filter):
    """The list with another budget, least score, quotas. Read from the address, stored nowhere."""

    ngan_sach = DongField(_l("Ngân sách"))
    diem_san = HundredthsField(_l("Điểm sàn"), most=FULL)

    def room(self, base: Room) -> Room | None:
        """What there would be; None where nothing is asked."""
        asked = self.answers
        if not asked:
            return None
        levels = dict(base.levels or {})
        levels |= {int(name.removeprefix("suat_")): n for name, n in asked.items() if name.startswith("suat_")}
        return Room(
            budget=asked.get("ngan_sach", base.budget),
            levels=levels,
            units=base.units,
            least=asked.get("diem_san", base.least),
            reserve=base.reserve,
        )


def what_if(meeting: Meeting) -> WhatIf:
    """The questions for a meeting's programme: one quota for each of its levels."""
    fields: dict[str, Any] = {f"suat_{level.id}": _quota(level) for level in meeting.programme.levels}
    made: WhatIf = type("WhatIfHere", (WhatIf,), fields)(request.args)
    return made


def _quota(level: Level) -> QuantityField:
    return QuantityField(_("Số suất %(level)s", level=level.label), least=0, most=100_000)
