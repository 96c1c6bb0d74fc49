"""Outcomes: each line of a paid list is received, or its money is kept for an absent recipient, or goes back.

Absent: whoever notes receivers says so (``note_away``). When who keeps the box has the cash back, it is kept
for them (account 338). Second date: paid out of keeping.
Never claimed: the campaign's again. Each is a document of series TG, with the award as its use.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from khuyenhoc.approvals import pairs
from khuyenhoc.awards import decisions, steps
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.names import clean_lines
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.history import chains
from khuyenhoc.history.events import record, record_many
from khuyenhoc.ledger import documents
from khuyenhoc.ledger.accounts import Account, chart_of, get_account
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.documents import Draft, Line
from khuyenhoc.ledger.followers import Use
from khuyenhoc.org import grants
from khuyenhoc.org.users import User
from khuyenhoc.payouts import lists, parts, receiving, taking_back
from khuyenhoc.payouts.payout_tables import Payout, PayoutLine
from khuyenhoc.payouts.receiving import Receipt


def receive(payout: Payout, received: Mapping[int, Receipt], *, by: User) -> None:
    """Note on a paid cash list who received, on the day of paying: line id → receipt."""
    lists.lock(payout)
    _require(payout, by, "payout.hand_over")
    if _is_noted(payout, received, by):
        return
    lines = _chosen(payout, received, ("waiting",))
    _require_witnesses(payout, received.values(), by)
    for line in lines:
        receiving.note(line, received[line.id], by=by)
    record_many("payout.received", lines, by=by, unit_id=payout.unit_id)


def note_away(payout: Payout, line_ids: Iterable[int], *, by: User, second_date: datetime.date | None = None) -> None:
    """Note on a paid cash list who did not come. No money moves: who keeps the box says when it is back."""
    lists.lock(payout)
    _require(payout, by, "payout.hand_over")
    if payout.method != "cash":
        raise RuleBroken(_("Danh sách này không chi tiền mặt."))
    lines = _chosen(payout, dict.fromkeys(line_ids), ("waiting",))
    if all((line.recorded_by, line.second_date) == (by.id, second_date) for line in lines):
        return  # pressed twice
    for line in lines:
        receiving.note_away(line, by=by, second_date=second_date)
    record_many("payout.noted_away", lines, by=by, unit_id=payout.unit_id)


def absent(
    payout: Payout,
    line_ids: Iterable[int],
    *,
    by: User,
    key: str,
    on: datetime.date | None = None,
    second_date: datetime.date | None = None,
) -> Document | None:
    """Recipients who did not come: their money is back in the box and kept, and waits for a second date.

    A transfer that the bank sent back is kept likewise. Only who keeps the box or the bank account writes money into
    it. Goods simply stay reserved: no document. Without a second date, one that was noted before holds.
    """
    ids = sorted(line_ids)
    told = _Told(key, chains.digest(["vang-mat", ids, second_date and second_date.isoformat()]), on)
    known = _begin(payout, told, by, "payout.hand_over" if payout.method == "goods" else "payout.pay")
    if known is not None:
        return known
    before = ("waiting", "received") if payout.method == "bank" else ("waiting",)
    lines = _chosen(payout, dict.fromkeys(ids), before)
    document = None if payout.method == "goods" else _keep(payout, lines, "in", by, told)
    for line in lines:
        again = second_date or (line.second_date if line.is_away else None)
        receiving.keep(line, by=by, document_id=document.id if document else None, second_date=again)
    record_many("payout.absent", lines, by=by, unit_id=payout.unit_id)
    return document


def bring_back(
    payout: Payout, line_ids: Iterable[int], *, reason: str, by: User, key: str, on: datetime.date | None = None
) -> Document:
    """What somebody has received in cash is in the box again: brought back, or written down by mistake. It is kept.

    From there it is paid on a second date or given back to the campaign, like what an absent recipient did not take.
    Only who keeps the box writes money into it.
    """
    ids, reason = sorted(line_ids), clean_lines(reason)
    told = _Told(key, chains.digest(["nhan-lai", ids, reason]), on)
    known = _begin(payout, told, by, "payout.pay")
    if known is not None:
        return known
    if payout.method != "cash":
        raise RuleBroken(_("Danh sách này không chi tiền mặt."))
    if not reason:
        raise RuleBroken(_("Xin ghi lý do."), field="reason")
    lines = _chosen(payout, dict.fromkeys(ids), ("received",))
    document = _keep(payout, lines, "back", by, told)
    for line in lines:
        receiving.keep(line, by=by, document_id=document.id)
    record_many("payout.brought_back", lines, by=by, unit_id=payout.unit_id, reason=reason)
    return document


def receive_later(
    payout: Payout, received: Mapping[int, Receipt], *, by: User, key: str, on: datetime.date | None = None
) -> Document:
    """On the second date: paid out of keeping to those who came."""
    told = _Told(key, receiving.said("lan-hai", received), on)
    known = _begin(payout, told, by, "payout.pay")
    if known is not None:
        return known
    parts.require_payer(payout, by)
    lines = _chosen(payout, received, ("absent",))
    _require_witnesses(payout, received.values(), by)
    document = _keep(payout, lines, "out", by, told)
    for line in lines:
        receiving.note(line, received[line.id], by=by, document_id=document.id)
    record_many("payout.received", lines, by=by, unit_id=payout.unit_id)
    return document


def give_back(
    payout: Payout, line_ids: Iterable[int], *, reason: str, by: User, key: str, on: datetime.date | None = None
) -> Document | None:
    """Never claimed: what was kept for these recipients is the campaign's again, and theirs no more.

    Goods stay reserved until a decision takes the award back, which frees them; then the line goes: no document.
    """
    ids, reason = sorted(line_ids), clean_lines(reason)
    told = _Told(key, chains.digest(["tra-ve", ids, reason]), on)
    known = _begin(payout, told, by, "payout.settle")
    if known is not None:
        return known
    if not reason:
        raise RuleBroken(_("Xin ghi lý do."), field="reason")
    lines = _taken_back(payout, ids) if payout.method == "goods" else _chosen(payout, dict.fromkeys(ids), ("absent",))
    document = None if payout.method == "goods" else _return(payout, lines, by, told)
    for line in lines:
        line.outcome, line.document_id, line.live = "returned", document.id if document else None, False
        line.recorded_by, line.recorded_by_name = by.id, by.signature
    record_many("payout.returned", lines, by=by, unit_id=payout.unit_id, reason=reason)
    if document is not None:
        steps.take_many([line.award for line in lines], "not_claimed", by=by, reason=reason)
    return document


def settle(payout: Payout, *, by: User) -> None:
    """Close a list: every line has been received or returned; its awards are settled."""
    lists.lock(payout)
    _require(payout, by, "payout.settle")
    lines = lists.lines_with_awards(payout)
    open_ones = [line for line in lines if line.outcome in ("waiting", "absent")]
    if open_ones:
        raise RuleBroken(
            _("Còn %(n)s suất chưa nhận. Xin ghi người nhận, hoặc trả về chiến dịch trước.", n=len(open_ones))
        )
    if taking_back.waiting(payout):
        raise RuleBroken(_("Còn đề nghị nhận lại hiện vật đang chờ duyệt. Xin duyệt, trả lại hoặc rút trước."))
    payout.state, payout.settled_at = "settled", clock.stamp()
    record("payout.settled", payout, by=by, unit_id=payout.unit_id)
    steps.take_many([line.award for line in lines if line.outcome == "received"], "settle", by=by)


class _Told(NamedTuple):
    """What came with a form: its key, the digest of what it says, the day."""

    key: str
    said: str
    on: datetime.date | None


def _begin(payout: Payout, told: _Told, by: User, permission: str) -> Document | None:
    """Under the unit's lock: the document that this very form has made, or none, and the person may go on."""
    lists.lock(payout)
    known = lists.repeated(payout, told.key, told.said)
    if known is None:
        _require(payout, by, permission)
    return known


def _is_noted(payout: Payout, received: Mapping[int, Receipt], by: User) -> bool:
    """Whether all of it was already written down by the same person: pressed twice."""
    there = {line.id: line for line in lists.lines_of(payout)}
    return bool(received) and all(
        line_id in there and receiving.is_noted(there[line_id], receipt, by=by) for line_id, receipt in received.items()
    )


def _require(payout: Payout, by: User, permission: str) -> None:
    if payout.unit_id not in grants.units_with(by, permission):
        raise NotAllowed(_("Việc này không thuộc vai trò của %(you)s ở đơn vị này.", you=by.address_form))
    states = ("approved", "handed_over") if payout.method == "goods" else ("paid",)
    if payout.state not in states:
        sentence = _("Danh sách này đã quyết toán.") if payout.state == "settled" else _("Danh sách này chưa chi.")
        raise RuleBroken(sentence)


def _require_witnesses(payout: Payout, receipts: Iterable[Receipt], by: User) -> None:
    """Neither the one who paid nor the one who writes it down and pays now is a witness."""
    payer = db.session.get_one(User, payout.paid_by) if payout.paid_by is not None else None
    name = payer.full_name if payer is not None else ""
    for receipt in dict.fromkeys(receipts):
        receiving.require_witness(receipt, payer_id=payout.paid_by, payer_name=name)
        receiving.require_witness(receipt, payer_id=by.id, payer_name=by.full_name)
        if receipt.witness_id is not None:
            witness = db.session.get(User, receipt.witness_id)
            if witness is None:
                raise NotFound(_("Không có người này."))
            pairs.require_other_person("witness", witness, [("pay", by.id)])


def _chosen(payout: Payout, ids: Mapping[int, object], outcomes: Sequence[str]) -> list[PayoutLine]:
    lines = [line for line in lists.lines_with_awards(payout) if line.id in ids]
    if not lines or len(lines) < len(ids):
        raise RuleBroken(_("Xin chọn ít nhất một dòng của danh sách."), field="lines")
    for line in lines:
        if line.outcome not in outcomes:
            raise RuleBroken(_("Dòng %(n)s đã ghi kết quả khác.", n=line.position), field="lines")
    return lines


def _taken_back(payout: Payout, ids: Sequence[int]) -> list[PayoutLine]:
    lines = _chosen(payout, dict.fromkeys(ids), ("waiting", "absent"))
    if any(line.award.state != "cancelled" for line in lines):
        sentence = _(
            "Hiện vật không ai nhận thì còn dành trong kho; xin lập quyết định thu hồi để trao cho người khác."
        )
        raise RuleBroken(sentence)
    return lines


def _accounts(payout: Payout) -> tuple[Account, Account]:
    held = get_account(chart_of(payout.unit_id).id_of("held"))
    return get_account(payout.account_id or 0), held


def _by_campaign(lines: Iterable[PayoutLine]) -> dict[int, int]:
    sums: dict[int, int] = {}
    for line in lines:
        for share in line.award.shares:
            sums[share.campaign_id] = sums.get(share.campaign_id, 0) + share.amount
    return sums


def _keep(payout: Payout, lines: Sequence[PayoutLine], way: str, by: User, told: _Told) -> Document:
    account, held = _accounts(payout)
    sign, entries = (-1 if way == "out" else 1), []
    for campaign_id, amount in _by_campaign(lines).items():
        campaign = campaign_by_id(campaign_id)
        entries += [Line(campaign, account, "moved", sign * amount), Line(campaign, held, "moved", -sign * amount)]
    what = {"in": "Giữ hộ %d suất vắng mặt", "back": "Nhận lại %d suất để giữ hộ", "out": "Chi lần hai %d suất"}[way]
    return documents.post(_hold(payout, lines, entries, what % len(lines), told), by=by)


def _return(payout: Payout, lines: Sequence[PayoutLine], by: User, told: _Told) -> Document:
    _account, held = _accounts(payout)
    kind = decisions.get_decision(payout.decision_id).programme.kind
    entries = [Line(campaign_by_id(at), held, kind, amount) for at, amount in _by_campaign(lines).items()]
    uses = [
        Use(share.campaign_id, -share.amount, kind, None, (line.award.level_id,), line.award_id)
        for line in lines
        for share in line.award.shares
    ]
    what = f"Thu hồi {len(lines)} suất không ai nhận"
    return documents.post(_hold(payout, lines, entries, what, told, uses), by=by)


def _hold(
    payout: Payout,
    lines: Sequence[PayoutLine],
    entries: Sequence[Line],
    what: str,
    told: _Told,
    uses: Sequence[Use] = (),
) -> Draft:
    decision = decisions.get_decision(payout.decision_id)
    return Draft(
        kind="hold",
        unit_id=payout.unit_id,
        series="TG",
        date=told.on or clock.today(),
        memo=f"{what}: {decision.programme.name}",
        lines=entries,
        key=lists.key_of(payout, told.key),
        amount=sum(line.amount for line in lines),
        details={"list": payout.fingerprint, "said": told.said},
        uses=uses,
    )
