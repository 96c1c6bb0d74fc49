"""Closing a month and opening it again: each is asked by one person and approved by another."""

import datetime

from sqlalchemy import func, select

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.registry import Approvable, Description, Fact, register
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import figures, show
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.core.values import dataclass
from khuyenhoc.history import chains
from khuyenhoc.ledger import balances, open_work, periods
from khuyenhoc.ledger.accounts import cash_and_banks
from khuyenhoc.ledger.approvables import asked_already
from khuyenhoc.ledger.entries import Entry
from khuyenhoc.ledger.periods import month_name
from khuyenhoc.org.units import name_on, unit_by_id
from khuyenhoc.org.users import User

CLOSE, REOPEN = "period.close", "period.reopen"
SUBJECT = "period"
_MONTHS = 100_000
ADDRESS = "/so-sach/khoa-so"


@dataclass(frozen=True)
class Month:
    """What a month's books hold at its end: how many entries, the last one's seal, money on hand."""

    entries: int
    last_number: int
    cash: int
    bank: int


def subject_of(unit_id: int, index: int) -> int:
    """One number for a unit's month, to ask about it."""
    return unit_id * _MONTHS + index


def month_of(request: Request) -> int:
    """The month that a request is about."""
    return request.subject_id % _MONTHS


def waiting(unit_id: int, index: int) -> Request | None:
    """The live request about a unit's month, to close it or to open it again."""
    subject = subject_of(unit_id, index)
    return requests.find_waiting(CLOSE, SUBJECT, subject) or requests.find_waiting(REOPEN, SUBJECT, subject)


def ask_to_close(unit_id: int, index: int, *, by: Person, reason: str = "") -> Request:
    """Ask that the month whose turn it is be closed; refused while anything of it is open, saying what."""
    _require_settled(unit_id, index)
    return _ask(CLOSE, unit_id, index, by, reason)


def ask_to_reopen(unit_id: int, index: int, *, by: Person, reason: str) -> Request:
    """Ask that the latest closed month be opened again."""
    periods.require_reopenable(unit_id, index)
    return _ask(REOPEN, unit_id, index, by, reason)


def at_end_of(unit_id: int, index: int) -> Month:
    """The month as it stands now."""
    until = open_work.last_day(index)
    in_month = (Entry.unit_id == unit_id, Entry.date >= until.replace(day=1), Entry.date <= until)
    count, last = db.session.execute(select(func.count(), func.max(Entry.number)).where(*in_month)).one()
    return Month(count, last or 0, _on(unit_id, "cash", until), _on(unit_id, "bank", until))


def _on(unit_id: int, kind: str, until: datetime.date) -> int:
    return sum(balances.on_account(account.id, until=until) for account in cash_and_banks(unit_id, kind))


def _ask(kind: str, unit_id: int, index: int, by: Person, reason: str) -> Request:
    subject = subject_of(unit_id, index)
    known = asked_already(kind, SUBJECT, subject, by=by, reason=reason)
    return known or requests.ask(kind, unit_id=unit_id, subject_kind=SUBJECT, subject_id=subject, by=by, reason=reason)


def _require_settled(unit_id: int, index: int) -> None:
    periods.require_closable(unit_id, index)
    still_open = open_work.open_in_month(unit_id, index)
    if still_open:
        raise RuleBroken(_("Chưa khóa được %(month)s. %(what)s", month=month_name(index), what=" ".join(still_open)))


def _fingerprint(request: Request) -> str:
    month = at_end_of(request.unit_id, month_of(request))
    return chains.digest([month_of(request), month.entries, month.last_number, month.cash, month.bank])


def _facts(request: Request) -> list[Fact]:
    month = at_end_of(request.unit_id, month_of(request))
    return [
        Fact(_("Đơn vị"), name_on(unit_by_id(request.unit_id))),
        Fact(_("Số bút toán trong tháng"), figures(month.entries)),
        Fact(_("Tiền mặt cuối tháng"), show(month.cash)),
        Fact(_("Tiền gửi cuối tháng"), show(month.bank)),
    ]


def _describe_closing(request: Request) -> Description:
    return Description(
        title=_("Khóa sổ %(month)s", month=month_name(month_of(request))),
        facts=_facts(request),
        warning=" ".join(open_work.open_in_month(request.unit_id, month_of(request))) if request.is_waiting else "",
        outcome=_("Duyệt thì không ghi thêm được gì vào tháng này. Sai sót về sau sửa bằng bút toán ở tháng đang mở."),
        button=_("Duyệt khóa sổ %(month)s", month=month_name(month_of(request))),
        url=ADDRESS,
    )


def _describe_reopening(request: Request) -> Description:
    return Description(
        title=_("Mở lại sổ %(month)s", month=month_name(month_of(request))),
        facts=_facts(request),
        outcome=_("Duyệt thì tháng này lại nhận bút toán. Lý do được giữ trong nhật ký."),
        button=_("Duyệt mở lại %(month)s", month=month_name(month_of(request))),
        url=ADDRESS,
    )


def _carry_out_closing(request: Request, /, *, by: User) -> None:
    _require_settled(request.unit_id, month_of(request))
    periods.close(request.unit_id, month_of(request), by=by, reason=request.reason)


def _carry_out_reopening(request: Request, /, *, by: User) -> None:
    periods.reopen(request.unit_id, month_of(request), by=by, reason=request.reason)


register(
    Approvable(
        kind=CLOSE,
        title=_l("Khóa sổ tháng"),
        describe=_describe_closing,
        fingerprint=_fingerprint,
        carry_out=_carry_out_closing,
        needs_reason=False,
    )
)
register(
    Approvable(
        kind=REOPEN,
        title=_l("Mở lại sổ tháng"),
        describe=_describe_reopening,
        fingerprint=_fingerprint,
        carry_out=_carry_out_reopening,
    )
)
