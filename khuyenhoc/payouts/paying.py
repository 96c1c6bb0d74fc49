"""Paying: the treasurer pays an approved list, and the books say so in one document with one use per award.

Cash and bank: the whole list is paid at once, its commitments released; what an absent recipient did not
take goes into keeping (``outcomes``). Goods: whoever is there receives, the rest stays reserved.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence

from khuyenhoc.approvals import requests
from khuyenhoc.awards import decisions, steps
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import NotAllowed, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.goods import lots, serials
from khuyenhoc.goods.goods_tables import Serial
from khuyenhoc.goods.lots import Taken
from khuyenhoc.history.events import record, record_many
from khuyenhoc.ledger import documents
from khuyenhoc.ledger.accounts import chart_of, get_account
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.documents import Draft, Line
from khuyenhoc.ledger.followers import Use
from khuyenhoc.org import grants
from khuyenhoc.org.users import User
from khuyenhoc.payouts import list_papers, lists, parts, receiving
from khuyenhoc.payouts.payout_tables import Payout, PayoutLine
from khuyenhoc.payouts.receiving import Receipt

SERIES = {"cash": "PC", "bank": "UN"}


def pay(payout: Payout, *, by: User, on: datetime.date | None = None) -> Document:
    """Pay a list in cash or by the bank, in one document. Who has another part in its case (``parts``) does not pay it.

    By the bank it has arrived with that: each line counts as received into the account named on the list.
    """
    lists.lock(payout)
    if payout.method == "goods":
        raise RuleBroken(_("Danh sách này trao hiện vật, không chi tiền."))
    if payout.state == "paid" and payout.document_id is not None and payout.paid_by == by.id:
        return documents.get_document(payout.document_id)  # pressed twice
    _require(payout, by, "payout.pay")
    _require_day(payout, on or clock.today())
    _require_whole(payout)
    lines = lists.lines_with_awards(payout)
    awards = _awards(lines)
    document = documents.post(_payment(payout, awards, on or clock.today()), by=by)
    payout.state, payout.document_id = "paid", document.id
    payout.paid_by, payout.paid_by_name = by.id, by.signature
    record("payout.paid", payout, by=by, unit_id=payout.unit_id, details={"label": document.label})
    steps.take_many(awards, "pay", by=by)
    if payout.method == "bank":
        holders = list_papers.holders(list_papers.issue(payout, by=by))
        for line, holder in zip(lines, holders, strict=True):
            receiving.note(line, Receipt(holder, ""), by=by)
        record_many("payout.received", lines, by=by, unit_id=payout.unit_id)
    return document


def hand_over(
    payout: Payout, received: Mapping[int, Receipt], *, by: User, key: str, on: datetime.date | None = None
) -> Document:
    """Hand goods over to those who came: line id → who received and who witnessed. The rest stays reserved.

    One document takes the pieces of these lines from the oldest lots, those with a frame number by it; it can be
    done again on a second date.
    """
    lists.lock(payout)
    said = receiving.said("trao", received)
    known = lists.repeated(payout, key, said)
    if known is not None:
        return known
    if payout.method != "goods":
        raise RuleBroken(_("Danh sách này chi tiền, không trao hiện vật."))
    _require(payout, by, "payout.hand_over", states=("approved", "handed_over"))
    rows = lists.lines_with_awards(payout)
    lines = [line for line in rows if line.id in received and line.outcome in ("waiting", "absent")]
    if not lines or len(lines) < len(received):
        raise RuleBroken(_("Xin chọn những người đến nhận lần này."), field="lines")
    _require_day(payout, on or clock.today())
    awards = _awards(lines)
    moved = list(_take_pieces(awards))
    document = documents.post(_handover(payout, moved, len(awards), on or clock.today(), key, said), by=by)
    serials.leave([serial for one in moved for serial in one.named], document, by=by)
    payout.state, payout.document_id = "handed_over", payout.document_id or document.id
    payout.paid_by, payout.paid_by_name = by.id, by.signature
    record("payout.handed_over", payout, by=by, unit_id=payout.unit_id, details={"label": document.label})
    for line in lines:
        receiving.require_witness(received[line.id], payer_id=by.id, payer_name=by.full_name)
        receiving.note(line, received[line.id], by=by, document_id=document.id)
    record_many("payout.received", lines, by=by, unit_id=payout.unit_id)
    steps.take_many(awards, "hand_over", by=by)
    return document


def _require(payout: Payout, by: User, permission: str, *, states: Sequence[str] = ("approved",)) -> None:
    if payout.unit_id not in grants.units_with(by, permission):
        raise NotAllowed(_("Việc này không thuộc vai trò của %(you)s ở đơn vị này.", you=by.address_form))
    if payout.state not in states:
        sentence = {
            "prepared": _("Danh sách này chưa được duyệt."),
            "cancelled": _("Danh sách này đã hủy."),
        }.get(payout.state, _("Danh sách này đã chi hoặc đã trao rồi."))
        raise RuleBroken(sentence)
    parts.require_payer(payout, by)


def _require_day(payout: Payout, day: datetime.date) -> None:
    """Nothing of a list goes out before it was approved, nor in a month before the planned one: whoever approved looked
    at the sum of that month.
    """
    if requests.is_before_approval(lists.SUBJECT, payout.id, day):
        raise RuleBroken(_("Tiền và hiện vật của danh sách chỉ được chi, trao từ ngày duyệt trở đi."))
    if day < payout.planned_on.replace(day=1):
        month = f"{payout.planned_on.month}/{payout.planned_on.year}"
        sentence = _("Danh sách này duyệt để chi trong tháng %(month)s. Xin lập lại nếu cần chi sớm hơn.", month=month)
        raise RuleBroken(sentence)


def _require_whole(payout: Payout) -> None:
    """What the books would say of it names no one: they miss what a withdrawal has given back."""
    sentence = lists.why_not_whole(payout)
    if sentence:
        raise steps.OnHold(sentence)


def _awards(lines: Iterable[PayoutLine]) -> list[Award]:
    return [line.award for line in lines]


def _payment(payout: Payout, awards: Sequence[Award], on: datetime.date) -> Draft:
    decision = decisions.get_decision(payout.decision_id)
    kind, account = decision.programme.kind, get_account(payout.account_id or 0)
    commitments = get_account(chart_of(payout.unit_id).id_of("commitments"))
    sums: dict[int, int] = {}
    uses = []
    for award in awards:
        for share in award.shares:
            if share.item_id is not None:
                raise RuleBroken(_("Hồ sơ %(code)s trao hiện vật.", code=steps.code_of(award)))
            sums[share.campaign_id] = sums.get(share.campaign_id, 0) + share.amount
            uses.append(Use(share.campaign_id, share.amount, kind, None, (award.level_id,), award.id))
    lines = []
    for campaign_id, amount in sums.items():
        campaign = campaign_by_id(campaign_id)
        lines.append(Line(campaign, account, kind, -amount))
        lines.append(Line(campaign, commitments, "committed", -amount))
    return Draft(
        kind="payment",
        unit_id=payout.unit_id,
        series=SERIES[payout.method],
        date=on,
        memo=memo(payout, len(awards)),
        lines=lines,
        key=f"payout:{payout.id}",
        amount=sum(sums.values()),
        details={"approved_by": payout.approved_by_name, "list": payout.fingerprint},
        uses=uses,
    )


@dataclass(frozen=True)
class _Moved:
    """What is taken from the stock of one campaign for one award."""

    award: Award
    campaign_id: int
    item_id: int
    taken: Sequence[Taken]
    named: Sequence[Serial]


def _handover(payout: Payout, moved: Sequence[_Moved], count: int, on: datetime.date, key: str, said: str) -> Draft:
    kind = decisions.get_decision(payout.decision_id).programme.kind
    sums: dict[tuple[int, int], list[int]] = {}
    for one in moved:
        total = sums.setdefault((one.campaign_id, one.item_id), [0, 0])
        total[0] += sum(taken.quantity for taken in one.taken)
        total[1] += sum(taken.amount for taken in one.taken)
    return Draft(
        kind="handover",
        unit_id=payout.unit_id,
        series="XK",
        date=on,
        memo=memo(payout, count),
        lines=lines_out(payout, sums),
        key=lists.key_of(payout, key),
        amount=sum(amount for _quantity, amount in sums.values()),
        parts=((lots.table(), lots.rows(taken for one in moved for taken in one.taken)),),
        details={"approved_by": payout.approved_by_name, "list": payout.fingerprint, "said": said},
        uses=[
            Use(
                one.campaign_id,
                t.amount,
                kind,
                one.item_id,
                (one.award.level_id,),
                one.award.id,
                lot=t.lot[:2],
                worth=t.worth,
            )
            for one in moved
            for t in one.taken
        ],
    )


def lines_out(payout: Payout, sums: Mapping[tuple[int, int], Sequence[int]]) -> list[Line]:
    """The lines of a handover: campaign and item → pieces and đồng that leave the stock, no longer reserved."""
    kind = decisions.get_decision(payout.decision_id).programme.kind
    chart = chart_of(payout.unit_id)
    stock, reserved = get_account(chart.id_of("stock")), get_account(chart.id_of("reservations"))
    lines = []
    for (campaign_id, item_id), (quantity, amount) in sums.items():
        campaign = campaign_by_id(campaign_id)
        lines.append(Line(campaign, stock, kind, -amount, item_id, -quantity))
        lines.append(Line(campaign, reserved, "reserved", 0, item_id, -quantity))
    return lines


def _take_pieces(awards: Sequence[Award]) -> Iterable[_Moved]:
    promised: dict[tuple[int, int], dict[int, int]] = {}
    for award in awards:
        for share in award.shares:
            mine = promised.setdefault((share.campaign_id, share.item_id or 0), {})
            mine[award.level_id] = mine.get(award.level_id, 0) + share.quantity
    shelf = lots.Shelf(promised)
    meant = serials.of_shares(share for award in awards for share in award.shares if share.item_id is not None)
    for award in awards:
        for share in award.shares:
            if share.item_id is None or share.amount:
                code = steps.code_of(award)
                raise RuleBroken(_("Hồ sơ %(code)s còn chờ mua hàng; xin mua theo quyết định trước.", code=code))
            named = meant[share.award_id, share.position]
            places = [(serial.lot_document_id, serial.lot_position) for serial in named]
            taken = shelf.take(share.campaign_id, share.item_id, share.quantity, (award.level_id,), named=places)
            yield _Moved(award, share.campaign_id, share.item_id, taken, named)


def memo(payout: Payout, count: int) -> str:
    """What the books say of so many awards of a list that are paid or handed over."""
    decision = decisions.get_decision(payout.decision_id)
    number, name = decisions.printed_number(decision), decision.programme.name
    return f"Trao {count} suất theo Quyết định {number}: {name}"


def document_of(payout: Payout) -> Document | None:
    """The document that paid the list, or first handed something over from it."""
    return db.session.get(Document, payout.document_id) if payout.document_id is not None else None
