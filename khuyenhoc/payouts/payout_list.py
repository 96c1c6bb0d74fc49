"""The lists that pay and hand over, the lines of one of them, and where a document of theirs belongs."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import exists, func, or_, select

from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.complaints import HOLDING
from khuyenhoc.awards.decision_tables import Complaint, Decision
from khuyenhoc.awards.programme_tables import Level, Programme
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.names import fold
from khuyenhoc.core.values import dataclass
from khuyenhoc.goods import serials
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.users import User
from khuyenhoc.payouts.payout_tables import OUTCOMES, Payout, PayoutLine
from khuyenhoc.recipients.recipient_tables import Recipient, School

KINDS = ("payment", "handover", "hold")
"""The kinds of documents that lists make."""

AT_ONCE = 500
"""So many awards are asked about in one question."""


def payouts(unit_ids: Iterable[int], asked: Mapping[str, Any]) -> Any:
    """The lists of these units with their decision and programme, as the filter asks for them."""
    query = (
        select(Payout, Decision, Programme)
        .join(Decision, Decision.id == Payout.decision_id)
        .join(Programme, Programme.id == Decision.programme_id)
        .where(Payout.unit_id.in_(sorted(unit_ids)))
    )
    if "trang_thai" in asked:
        query = query.where(Payout.state == asked["trang_thai"])
    if "cach" in asked:
        query = query.where(Payout.method == asked["cach"])
    if "chuong_trinh" in asked:
        query = query.where(Programme.id == asked["chuong_trinh"])
    return query


def programmes(unit_ids: Iterable[int]) -> list[tuple[int, str]]:
    """The programmes that have a list, by name: what the filter offers."""
    query = (
        select(Programme.id, Programme.name, Programme.school_year)
        .join(Decision, Decision.programme_id == Programme.id)
        .join(Payout, Payout.decision_id == Decision.id)
        .where(Payout.unit_id.in_(sorted(unit_ids)))
        .distinct()
        .order_by(Programme.name, Programme.id)
    )
    return [(row.id, f"{row.name}, {row.school_year}") for row in db.session.execute(query)]


def counts(payout_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """List → outcome → so many lines."""
    found: dict[int, dict[str, int]] = {}
    query = (
        select(PayoutLine.payout_id, PayoutLine.outcome, func.count())
        .where(PayoutLine.payout_id.in_(sorted(payout_ids)))
        .group_by(PayoutLine.payout_id, PayoutLine.outcome)
    )
    for payout_id, outcome, n in db.session.execute(query):
        found.setdefault(payout_id, dict.fromkeys(OUTCOMES, 0))[outcome] = int(n)
    return found


@dataclass(frozen=True)
class Ready:
    """A decision with so many awards that can stand on a list, and what they are worth."""

    decision: Decision
    count: int
    amount: Dong


def ready(unit_ids: Iterable[int]) -> list[Ready]:
    """Where published awards wait to be paid or handed over and stand on no list yet; complaints hold theirs."""
    units = sorted(unit_ids)
    if not units:
        return []
    listed = exists().where(PayoutLine.award_id == Award.id, PayoutLine.live.is_(True))
    held = exists().where(Complaint.award_id == Award.id, Complaint.state.in_(HOLDING))
    query = (
        select(Decision, func.count(Award.id), func.sum(Award.amount))
        .join(Award, Award.decision_id == Decision.id)
        .where(Decision.unit_id.in_(units), Award.state == "published", ~listed, ~held)
        .group_by(Decision.id)
        .order_by(Decision.id)
    )
    return [Ready(decision, int(n), int(amount)) for decision, n, amount in db.session.execute(query)]


def lines(payout: Payout, asked: Mapping[str, Any]) -> Any:
    """The lines of a list with school, class and level, as the filter asks for them."""
    query = (
        select(PayoutLine, Award, Recipient, School.name.label("school"), Level.label)
        .join(Award, Award.id == PayoutLine.award_id)
        .join(Level, Level.id == Award.level_id)
        .join(Recipient, Recipient.id == Award.recipient_id)
        .outerjoin(School, School.id == Recipient.school_id)
        .where(PayoutLine.payout_id == payout.id)
    )
    if "ket_qua" in asked:
        query = query.where(PayoutLine.outcome == asked["ket_qua"])
    if "q" in asked:
        query = query.where(Recipient.folded.contains(fold(asked["q"]), autoescape=True))
    return query


def names(award_ids: Iterable[int]) -> dict[int, Any]:
    """Award → name, class and school of its recipient, for rows to be ticked."""
    found: dict[int, Any] = {}
    ids = sorted(award_ids)
    for start in range(0, len(ids), AT_ONCE):
        query = (
            select(Award.id, Award.recipient_id, Recipient.full_name, Recipient.class_name, School.name.label("school"))
            .join(Recipient, Recipient.id == Award.recipient_id)
            .outerjoin(School, School.id == Recipient.school_id)
            .where(Award.id.in_(ids[start : start + AT_ONCE]))
        )
        found.update((row.id, row) for row in db.session.execute(query))
    return found


def frame_numbers(payout: Payout, award_ids: Iterable[int]) -> dict[int, str]:
    """Award → the frame numbers that are meant for it or were handed over to it; of a list of goods only."""
    if payout.method != "goods":
        return {}
    return {award_id: ", ".join(one.serial for one in some) for award_id, some in serials.meant_for(award_ids).items()}


def documents_of(payout: Payout) -> list[Document]:
    """Every document of a list in the order of the books: the payment, handovers, what was kept and given back."""
    of_lines = select(PayoutLine.document_id).where(PayoutLine.payout_id == payout.id)
    key = f"payout:{payout.id}"
    query = select(Document).where(
        Document.unit_id == payout.unit_id,
        Document.kind.in_(KINDS),
        or_(
            Document.id == payout.document_id,
            Document.id.in_(of_lines),
            Document.idempotency_key == key,
            Document.idempotency_key.startswith(f"{key}:"),
        ),
    )
    return list(db.session.scalars(query.order_by(Document.entry_number)))


def find_by_document(document: Document) -> Payout | None:
    """The list that a payment, a handover or a keeping of money belongs to; None when nothing says so any more."""
    name, _colon, number = document.idempotency_key.partition(":")
    number = number.partition(":")[0]
    if name == "payout" and number.isdecimal():
        return db.session.get(Payout, int(number))
    of_lines = select(PayoutLine.payout_id).where(PayoutLine.document_id == document.id)
    query = select(Payout).where(or_(Payout.document_id == document.id, Payout.id.in_(of_lines)))
    return db.session.scalar(query.limit(1))


def is_stood_on(document: Document) -> bool:
    """Whether a line of a list says that it was received, kept or given back by this document."""
    return db.session.scalar(select(PayoutLine.id).where(PayoutLine.document_id == document.id).limit(1)) is not None


def witnesses(rows: Iterable[PayoutLine]) -> dict[int, str]:
    """Line → who saw it: a person with a sign-in, or a name."""
    lines = list(rows)
    ids = sorted({line.witness_id for line in lines if line.witness_id is not None})
    people = db.session.scalars(select(User).where(User.id.in_(ids))) if ids else ()
    names = {user.id: user.full_name for user in people}
    return {line.id: names.get(line.witness_id or 0, line.witness_name) for line in lines}
