"""What waits for whoever is signed in: the first thing they see, and the number in its tab."""

from collections.abc import Iterator

from flask import url_for

from khuyenhoc.approvals import inbox, pairs
from khuyenhoc.core.dong import show
from khuyenhoc.core.text import gettext as _
from khuyenhoc.giving import desks
from khuyenhoc.goods import purchase_list, purchase_parts, purchase_posting
from khuyenhoc.goods.goods_tables import Purchase
from khuyenhoc.home import award_work, first_work, payout_work
from khuyenhoc.home.waiting import Work
from khuyenhoc.ledger import payment_orders, periods
from khuyenhoc.org.access import actor, allowed, units_where
from khuyenhoc.org.units import names_on, open_ones
from khuyenhoc.reports import latest
from khuyenhoc.reports.years import Year


def waiting() -> list[Work]:
    """Everything that waits for the person signed in, the most pressing first."""
    return [
        *first_work.waiting(),
        *_approvals(),
        *_payments(),
        *award_work.waiting(),
        *_purchases(),
        *payout_work.waiting(),
        *_desks(),
        *_periods(),
        *_reports(),
    ]


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


def _payments() -> Iterator[Work]:
    units = units_where("payment.pay")
    count, amount = payment_orders.to_be_paid(units) if units else (0, 0)
    if count:
        note = _("Đã duyệt, tổng cộng %(amount)s.", amount=show(amount))
        yield Work(count, _("Đề nghị chi chờ chi"), note, url_for("payments.index", trang_thai="approved"))


def _purchases() -> Iterator[Work]:
    url = url_for("purchases.index", trang_thai="approved")
    if count := purchase_list.count_in(units_where("goods.receive"), "approved"):
        yield Work(count, _("Hàng mua chờ nhận"), _("Đếm từng món khi hàng về."), url)
    mine = [one for one in purchase_list.in_state(units_where("goods.pay"), "received") if _may_pay(one)]
    if mine:
        total = sum(purchase_posting.payable(one) for one in mine)
        url = url_for("purchases.index", trang_thai="received")
        yield Work(
            len(mine), _("Hàng mua chờ chi"), _("Theo số thực nhận, tổng cộng %(amount)s.", amount=show(total)), url
        )
    for one in purchase_posting.waiting_of(units_where("goods.ask")) if allowed("goods.ask") else ():
        if not purchase_parts.may_ask(one.decision, actor()):
            continue
        title = _("Quyết định chờ mua hàng: %(name)s", name=one.decision.programme.name)
        yield Work(
            sum(one.pieces.values()), title, _("Đã quyết định %(amount)s.", amount=show(one.amount)), _to_buy(one)
        )


def _may_pay(purchase: Purchase) -> bool:
    return not pairs.why_not("pay", actor(), purchase_parts.parts_of(purchase))


def _to_buy(one: purchase_posting.Waiting) -> str:
    return url_for("buying.new", quyet_dinh=one.decision.id, chien_dich=one.campaign_id)


def _desks() -> Iterator[Work]:
    units = units_where("gift.record")
    for desk in desks.open_desks(units) if units else ():
        note = _("Trong két của buổi phải có %(amount)s.", amount=show(desks.cash_expected(desk)))
        yield Work(
            1, _("Bàn tiếp nhận “%(name)s” đang mở", name=desk.name), note, url_for("desk.show", desk_id=desk.id)
        )


def _periods() -> Iterator[Work]:
    turns = periods.turns(open_ones(units_where("period.ask")))
    over = {unit_id: turn for unit_id, turn in turns.items() if periods.is_over(turn)}
    names = names_on(over)
    for unit_id, turn in over.items():
        title = _("Đến lượt khóa sổ %(month)s", month=periods.month_name(turn))
        yield Work(1, title, names[unit_id], url_for("ledger.months"))


def _reports() -> Iterator[Work]:
    for wait in latest.waiting(units_where("report.issue")) if allowed("report.issue") else ():
        title = {
            "issue": _("Báo cáo năm %(year)s chờ ra giấy", year=wait.year.year),
            "anew": _("Báo cáo năm %(year)s: sổ đã khác, chờ ra bản mới", year=wait.year.year),
            "untrue": _("Báo cáo năm %(year)s: số đã nêu không còn đúng", year=wait.year.year),
        }[wait.why]
        yield Work(1, title, wait.year.whose, report_url(wait.year))


def report_url(year: Year) -> str:
    """Where a unit's report of a year is."""
    return url_for("annual.index", don_vi=year.unit.id if year.unit is not None else None, nam=year.year)
