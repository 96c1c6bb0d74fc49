"""The difference of a cash count, posted when another person has approved it."""

from collections.abc import Iterable

from sqlalchemy import select

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.pairs import Part
from khuyenhoc.approvals.registry import Approvable, Description, Fact, register
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import show
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds import closing, purposes
from khuyenhoc.funds.campaigns import Campaign, campaign_by_id
from khuyenhoc.history import seal
from khuyenhoc.history.events import record
from khuyenhoc.ledger import claims, documents, open_work, periods
from khuyenhoc.ledger.accounts import get_account
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.documents import Draft, Line
from khuyenhoc.org.users import User
from khuyenhoc.treasury.cash_counts import REQUEST, CashCount, get_count, leaving
from khuyenhoc.web.filters import day, instant


def post_difference(count: CashCount, *, by: User, approved_by: User) -> Document:
    """Surplus counts as other income, shortage as a running cost, on the count's campaign.

    It bears the day of the count while that month is open, else the day of the approval.
    """
    if count.state != "waiting":
        raise RuleBroken(_("Lần kiểm quỹ này không còn chờ ghi chênh lệch."))
    assert count.campaign_id is not None
    heading = "other_income" if count.difference > 0 else "running_costs"
    on = clock.today() if periods.is_closed(count.unit_id, count.day) else count.day
    line = Line(campaign_by_id(count.campaign_id), get_account(count.account_id), heading, count.difference)
    word = "thừa" if count.difference > 0 else "thiếu"
    draft = Draft(
        kind="cash_difference",
        unit_id=count.unit_id,
        series="KQ",
        date=on,
        memo=f"Kiểm quỹ ngày {day(count.day)}, {word}: {count.note}".replace("\n", " "),
        lines=[line],
        key=f"cash_count:{count.id}",
        amount=abs(count.difference),
        details={"approved_by": approved_by.signature},
    )
    document = documents.post(draft, by=by)
    count.state, count.document_id = "posted", document.id
    record("cash.difference_posted", count, by=approved_by, unit_id=count.unit_id, details={"label": document.label})
    return document


def document_of(count: CashCount) -> Document | None:
    """The document that posted a count's difference; nothing while it waits, or when there was none."""
    return documents.get_document(count.document_id) if count.document_id is not None else None


def count_of(document: Document) -> CashCount | None:
    """The cash count whose difference a document posted."""
    if document.kind != "cash_difference":
        return None
    return db.session.scalar(select(CashCount).where(CashCount.document_id == document.id))


def _describe(request: Request) -> Description:
    count = get_count(request.subject_id)
    assert count.campaign_id is not None
    campaign = campaign_by_id(count.campaign_id)
    surplus = count.difference > 0
    title = _("Ghi tiền thừa khi kiểm quỹ") if surplus else _("Ghi tiền thiếu khi kiểm quỹ")
    return Description(
        title=title,
        subtitle=get_account(count.account_id).name,
        amount=abs(count.difference),
        facts=[
            Fact(_("Đếm lúc"), instant(count.counted_at)),
            Fact(_("Người đếm"), count.counted_by_name),
            Fact(_("Theo sổ"), show(count.expected)),
            Fact(_("Đếm được"), show(count.counted)),
            Fact(_("Chênh lệch"), show(count.difference)),
            Fact(_("Ghi vào"), campaign.name),
            *([] if surplus else purposes.facts(campaign)),
            Fact(_("Lý do"), count.note),
        ],
        warning=_("Quỹ đã được đếm lại.") if count.state == "replaced" else claims.why_kept(leaving(count)),
        outcome=_("Duyệt thì ghi vào thu khác.") if surplus else _("Duyệt thì ghi vào chi phí hoạt động."),
        button=_("Duyệt ghi chênh lệch %(amount)s", amount=show(count.difference)),
        url=f"/so-sach/kiem-quy/{count.id}",
    )


def _fingerprint(request: Request) -> str:
    return seal.fingerprint("cash_counts", request.subject_id)


def _who_counted(request: Request) -> Iterable[Part]:
    return [("prepare", get_count(request.subject_id).counted_by), *requests.asked_before(request)]


def _carry_out(request: Request, /, *, by: User) -> None:
    post_difference(get_count(request.subject_id), by=db.session.get_one(User, request.asked_by), approved_by=by)


def _concerns(request: Request, campaign: Campaign) -> bool:
    return get_count(request.subject_id).campaign_id == campaign.id


closing.register("cash", open_work.waiting_for(REQUEST, _concerns))
register(
    Approvable(
        kind=REQUEST,
        title=_l("Chênh lệch kiểm quỹ"),
        describe=_describe,
        fingerprint=_fingerprint,
        carry_out=_carry_out,
        participants=_who_counted,
    )
)
