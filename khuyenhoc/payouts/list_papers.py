"""The list on paper, frozen when it is approved: Danh sách ký nhận, or what the bank is asked to transfer."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from khuyenhoc.awards import decision_papers, decisions
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.programme_tables import Level
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.items import item_by_id
from khuyenhoc.ledger.accounts import get_account
from khuyenhoc.org import grants
from khuyenhoc.org.units import names_on
from khuyenhoc.org.users import User
from khuyenhoc.papers import heads, issued
from khuyenhoc.papers import lists as papers
from khuyenhoc.papers.issued import IssuedPaper, PaperPrint
from khuyenhoc.payouts import lists, payout_list
from khuyenhoc.payouts.payout_tables import Payout, PayoutLine
from khuyenhoc.recipients.recipient_tables import Guardian, Recipient, School

KIND_OF = {"cash": "signed_list", "goods": "signed_list", "bank": "bank_list"}
"""How a list is given → its paper."""

WHY = {
    "scholarship": "hoc bong",
    "bicycle": "xe dap",
    "gift": "qua",
    "member_care": "cham lo hoi vien",
    "reward": "khen thuong",
}
"""Kind of programme → what a transfer says, in the letters that banks pass on."""


def issue(payout: Payout, *, by: User) -> IssuedPaper:
    """Freeze the approved list, once."""
    if payout.state not in ("approved", "paid", "handed_over", "settled"):
        raise RuleBroken(_("Danh sách chưa được duyệt, chưa in được."))
    kind = KIND_OF[payout.method]
    return find(payout) or issued.issue(kind, paper_of(payout), unit_id=payout.unit_id, document_id=payout.id, by=by)


def find(payout: Payout) -> IssuedPaper | None:
    """The frozen list."""
    return issued.find(KIND_OF[payout.method], payout.id)


def note_print(payout: Payout, *, by: User) -> PaperPrint:
    """Write down a printing; a list approved in former times is frozen with it."""
    decisions.require_right(by, "paper.issue", payout.unit_id)
    return issued.note_print(find(payout) or issue(payout, by=by), by=by)


def holders(paper: IssuedPaper) -> list[str]:
    """In whose account each line of a list for the bank arrives, in order, as it was approved."""
    return [str(row["holder"]) for row in paper.frozen["rows"]]


def recipients_of(payout: Payout) -> list[int]:
    """The ids of those whom a list names."""
    query = select(Award.recipient_id).join(PayoutLine, PayoutLine.award_id == Award.id)
    return sorted(db.session.scalars(query.where(PayoutLine.payout_id == payout.id)))


def paper_of(payout: Payout) -> papers.PayoutList:
    """What the list says on paper, with the names of the day on which it is given."""
    decision, programme = (
        decisions.get_decision(payout.decision_id),
        decisions.get_decision(payout.decision_id).programme,
    )
    approver, title = approver_of(payout)
    both: dict[str, Any] = {
        "heading": heads.heading(payout.unit_id, payout.planned_on),
        "day": payout.planned_on,
        "label": str(payout.id),
        "list_mark": lists.mark(payout),
        "programme": programme.name,
        "school_year": programme.school_year,
        "decision": decision_papers.named(decision),
        "amount": payout.amount,
        "prepared_by": full_name(payout.prepared_by),
        "approved_by": approver,
        "approver_title": title,
    }
    if payout.method == "bank":
        account = get_account(payout.account_id or 0)
        told = ", ".join(filter(None, [account.name, account.number, account.bank]))
        rows = _transfers(payout, f"Hoi Khuyen hoc trao {WHY[programme.kind]}")
        return papers.BankList(**both, account=told, rows=rows)
    return papers.SignedList(
        **both, is_goods=payout.method == "goods", place=payout.place, rows=list(_receivers(payout))
    )


def _rows(payout: Payout) -> list[Any]:
    query = (
        select(PayoutLine, Award, Recipient, School.name.label("school"), Level)
        .join(Award, Award.id == PayoutLine.award_id)
        .join(Level, Level.id == Award.level_id)
        .join(Recipient, Recipient.id == Award.recipient_id)
        .outerjoin(School, School.id == Recipient.school_id)
        .where(PayoutLine.payout_id == payout.id)
        .order_by(PayoutLine.position)
    )
    return list(db.session.execute(query))


def _receivers(payout: Payout) -> Iterable[papers.ReceiverLine]:
    rows = _rows(payout)
    guardians = _guardians(row.Recipient.id for row in rows)
    units = names_on({row.Award.nominating_unit_id for row in rows}, payout.planned_on)
    goods = {row.Level.id: _package(row.Level) for row in rows}
    frames = payout_list.frame_numbers(payout, (row.Award.id for row in rows))
    for row in rows:
        place = row.school or units.get(row.Award.nominating_unit_id, "")
        yield papers.ReceiverLine(
            code=_code(payout, row.Award),
            name=row.PayoutLine.name,
            place=", ".join(
                filter(None, [place, f"lớp {row.Recipient.class_name}" if row.Recipient.class_name else ""])
            ),
            guardian=guardians.get(row.Recipient.id, ""),
            what=", số khung ".join(filter(None, [goods[row.Level.id] or row.Level.label, frames.get(row.Award.id)])),
            amount=row.PayoutLine.amount,
        )


def _transfers(payout: Payout, why: str) -> list[papers.TransferLine]:
    return [
        papers.TransferLine(
            code=(code := _code(payout, row.Award)),
            holder=row.Recipient.bank_holder or row.PayoutLine.name,
            number=row.Recipient.bank_number,
            bank=row.Recipient.bank_name,
            memo=f"{why} {code}",
            amount=row.PayoutLine.amount,
        )
        for row in _rows(payout)
    ]


def _code(payout: Payout, award: Award) -> str:
    return f"{decisions.get_decision(payout.decision_id).programme.code}-{award.number:04d}"


def _package(level: Level) -> str:
    """``01 chiếc xe đạp``; nothing where the level is money."""
    items = [(item_by_id(part.item_id), part.quantity) for part in level.items]
    return ", ".join(f"{n:02d} {item.called}" for item, n in items)


def _guardians(recipient_ids: Iterable[int]) -> dict[int, str]:
    """Recipient → the first guardian with the relation."""
    found: dict[int, str] = {}
    ids = sorted(recipient_ids)
    query = select(Guardian.recipient_id, Guardian.full_name, Guardian.relation).where(Guardian.position == 1)
    for start in range(0, len(ids), lists.AT_ONCE):
        some = query.where(Guardian.recipient_id.in_(ids[start : start + lists.AT_ONCE]))
        found.update(
            (id, f"{name} ({relation})" if relation else name) for id, name, relation in db.session.execute(some)
        )
    return found


def approver_of(payout: Payout) -> tuple[str, str]:
    """Who approved the list, without honorific, and as what."""
    user = db.session.get(User, payout.approved_by) if payout.approved_by is not None else None
    roles = grants.roles_by_unit(user).get(payout.unit_id, frozenset()) if user else frozenset()
    deputy = "vice_chair" in roles and "chair" not in roles
    return user.full_name if user else "", "Phó Chủ tịch" if deputy else "Chủ tịch"


def full_name(user_id: int | None) -> str:
    """Somebody's name as papers print it under a signature, without honorific."""
    user = db.session.get(User, user_id) if user_id is not None else None
    return user.full_name if user is not None else ""


def _is_cancelled(payout_id: int) -> bool:
    payout = db.session.get(Payout, payout_id)
    return payout is None or payout.state == "cancelled"


for _kind in ("signed_list", "bank_list"):
    issued.void_when(_kind, _is_cancelled)
