"""What is still open in a month or in a campaign, said in sentences. Higher features add what they know."""

import datetime
from collections.abc import Callable, Iterable

from sqlalchemy import select

from khuyenhoc.approvals.registry import get as approvable
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import show
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds import closing
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.funds.items import item_by_id
from khuyenhoc.ledger import approvables, balances
from khuyenhoc.ledger.document_tables import DocumentLine

MonthCheck = Callable[[int, int], Iterable[str]]

NOT_OF_A_MONTH = ("campaign.open", "campaign.close", "period.close", "period.reopen")
"""Kinds of requests that leave no document in a month's books."""

_checks: dict[str, MonthCheck] = {}


def register(name: str, check: MonthCheck) -> None:
    """Ask ``check(unit_id, month index)`` before a month is closed. The last of a name holds."""
    _checks[name] = check


def open_in_month(unit_id: int, index: int) -> list[str]:
    """Everything that must be settled before the month can be closed, in whole sentences."""
    return [sentence for name in sorted(_checks) for sentence in _checks[name](unit_id, index)]


def last_day(index: int) -> datetime.date:
    """The last day of a month counted from the year 0."""
    year, month = divmod(index + 1, 12)
    return datetime.date(year, month + 1, 1) - datetime.timedelta(days=1)


def waiting_requests(unit_id: int) -> list[Request]:
    """The unit's requests that wait for an approval and would move the books."""
    query = select(Request).where(
        Request.state == "waiting", Request.unit_id == unit_id, Request.kind.not_in(NOT_OF_A_MONTH)
    )
    return list(db.session.scalars(query.order_by(Request.id)))


def waiting_for(kind: str, concerns: Callable[[Request, Campaign], bool]) -> Callable[[Campaign], list[str]]:
    """What of a kind waits for an approval and concerns a campaign, to be told before that is closed."""

    def told(campaign: Campaign) -> list[str]:
        return [
            _("Đang chờ duyệt: %(what)s.", what=approvable(kind).describe(request).title)
            for request in waiting_requests(campaign.unit_id)
            if request.kind == kind and concerns(request, campaign)
        ]

    return told


def _requests_of_month(unit_id: int, index: int) -> Iterable[str]:
    for request in waiting_requests(unit_id):
        asked = clock.from_stamp(request.asked_at).date()
        if asked <= last_day(index):
            yield _("Đang chờ duyệt: %(what)s.", what=approvable(request.kind).describe(request).title)


def _left_in_campaign(campaign: Campaign) -> Iterable[str]:
    """Money, goods, promises: nothing of them may be left in a campaign that closes."""
    left = {
        "cash": _("tiền mặt"),
        "bank": _("tiền gửi ngân hàng"),
        "held": _("tiền giữ hộ"),
        "commitments": _("tiền đã quyết định, chưa chi"),
    }
    sums: dict[str, int] = dict.fromkeys(left, 0)
    for standing in balances.of_campaign(campaign.id):
        if standing.kind in sums:
            sums[standing.kind] += abs(standing.amount)
        if standing.kind in ("stock", "reservations") and standing.item_id and (standing.quantity or standing.amount):
            yield _goods_left(standing)
    for kind, amount in sums.items():
        if amount:
            yield _("Còn %(amount)s %(what)s.", amount=show(amount), what=left[kind])


def _goods_left(standing: balances.Standing) -> str:
    assert standing.item_id is not None
    left = item_by_id(standing.item_id).many(standing.quantity)
    if standing.kind == "reservations":
        return _("Còn %(goods)s đã dành, chưa trao.", goods=left)
    return _("Còn %(goods)s trong kho.", goods=left)


def _has_a_line(request: Request, campaign: Campaign) -> bool:
    line = select(DocumentLine.position).where(
        DocumentLine.document_id == request.subject_id, DocumentLine.campaign_id == campaign.id
    )
    return db.session.scalar(line.limit(1)) is not None


register("requests", _requests_of_month)
closing.register("ledger", _left_in_campaign)
closing.register("voids", waiting_for(approvables.KIND, _has_a_line))
