"""What waits for whoever is signed in: the first thing they see, and the number in its tab."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import url_for

from khuyenhoc.approvals import inbox
from khuyenhoc.awards import work as award_work
from khuyenhoc.core.dong import show
from khuyenhoc.core.text import gettext as _
from khuyenhoc.giving import desks
from khuyenhoc.ledger import periods
from khuyenhoc.org.access import actor, allowed, units_where
from khuyenhoc.org.units import is_open, name_on, unit_by_id
from khuyenhoc.web.filters import day


@dataclass(frozen=True)
class Work:
    """One thing to do: how many, what, why, and where."""

    count: int
    title: str
    note: str
    url: str


def waiting() -> list[Work]:
    """Everything that waits for the person signed in, the most pressing first."""
    return [*_approvals(), *_nominations(), *_checks(), *_desks(), *_periods()]


def _approvals() -> Iterator[Work]:
    if not allowed("approval.see"):
        return
    found = inbox.inbox(actor())
    url = url_for("approvals.index")
    if found.to_decide:
        note = _("Người lập phiếu không tự duyệt; người duyệt không tự chi.")
        yield Work(len(found.to_decide), _("Việc chờ duyệt"), note, url)
    if found.returned:
        yield Work(len(found.returned), _("Việc trả lại để sửa"), _("Có ghi rõ chỗ cần sửa."), url)


def _nominations() -> Iterator[Work]:
    for item in award_work.waiting(units_where("award.confirm"), ["draft", "returned"]):
        url = url_for("nominations.index", code=item.code, trang_thai=item.state)
        until = _("Hạn gửi %(day)s.", day=day(item.deadline))
        if item.state == "returned":
            yield Work(
                item.n, _("Hồ sơ trả lại để bổ sung: %(name)s", name=item.name), _("Có ghi rõ cần bổ sung gì."), url
            )
        else:
            url = url_for("confirm_list.to_confirm", code=item.code)
            yield Work(item.n, _("Hồ sơ nháp chưa gửi: %(name)s", name=item.name), until, url)


def _checks() -> Iterator[Work]:
    for item in award_work.waiting(units_where("award.verify"), ["submitted"]):
        note = _("Người giới thiệu không tự thẩm tra.")
        url = url_for("nominations.index", code=item.code, trang_thai="submitted")
        yield Work(item.n, _("Hồ sơ chờ thẩm tra: %(name)s", name=item.name), note, url)


def _desks() -> Iterator[Work]:
    units = units_where("gift.record")
    for desk in desks.open_desks(units) if units else ():
        note = _("Trong két của buổi phải có %(amount)s.", amount=show(desks.cash_expected(desk)))
        yield Work(
            1, _("Bàn tiếp nhận “%(name)s” đang mở", name=desk.name), note, url_for("desk.show", desk_id=desk.id)
        )


def _periods() -> Iterator[Work]:
    for unit_id in sorted(units_where("period.ask")):
        unit = unit_by_id(unit_id)
        turn = periods.next_to_close(unit_id)
        if turn is None or not is_open(unit) or not periods.is_over(turn):
            continue
        title = _("Đến lượt khóa sổ %(month)s", month=periods.month_name(turn))
        yield Work(1, title, name_on(unit), url_for("ledger.months"))
