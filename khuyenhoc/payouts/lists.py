"""Lists: the accountant prepares one from a decision. Names and amounts are frozen: another amount is another list."""

import datetime
import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from khuyenhoc.approvals import requests
from khuyenhoc.awards import decisions, holds, steps
from khuyenhoc.awards.award_tables import Award, AwardShare
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import AlreadyRecorded, NotFound, RuleBroken
from khuyenhoc.core.names import clean, clean_lines
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history import chains, events
from khuyenhoc.history.events import record, record_many
from khuyenhoc.ledger import chain, documents
from khuyenhoc.ledger.accounts import Account
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.users import User
from khuyenhoc.payouts import parts
from khuyenhoc.payouts.payout_tables import METHODS, Payout, PayoutLine
from khuyenhoc.recipients.recipient_tables import Recipient

KIND = "payout"
SUBJECT = parts.SUBJECT
STEPS = {
    "approve": ("prepared", "approved", "another person whom the policy names"),
    "cancel": ("prepared", "cancelled", "payout.prepare"),
    "pay": ("approved", "paid", "payout.pay"),
    "hand_over": ("approved", "handed_over", "payout.hand_over"),
    "take_back": ("handed_over", "handed_over; approved, where nothing stays", "another person whom the policy names"),
    "settle": ("paid, handed_over", "settled", "payout.settle"),
}
"""Step → from which state, to which, and who may take it."""

UNPAID = ("prepared", "approved")
"""States of a list that can still be cancelled."""

MOST_NAMES = 5
AT_ONCE = 500


def prepare(
    decision: Decision,
    awards: Sequence[Award],
    *,
    method: str,
    account: Account | None,
    planned_on: datetime.date,
    place: str,
    by: User,
    key: str,
    note: str = "",
) -> Payout:
    """Prepare a list of published awards: in cash, by the bank, or of goods; it waits for an approval.

    ``account`` is the cash box or bank account that pays, none for goods. The same key again gives the
    list that is there; with other content AlreadyRecorded.
    """
    chains.lock(decision.unit_id)
    decisions.require_right(by, "payout.prepare", decision.unit_id)
    parts.require_preparer(decision, by)
    awards = list(dict.fromkeys(awards))  # each once, however often a form names it
    steps.read_anew(awards)
    payout = _new(decision, awards, by, key)
    payout.method, payout.account_id = method, account.id if account else None
    payout.planned_on, payout.place, payout.note = planned_on, clean(place)[:150], clean_lines(note)[:1000]
    known = db.session.scalar(select(Payout).where(Payout.unit_id == decision.unit_id, Payout.idempotency_key == key))
    if known is not None:
        _require_same(known, payout, awards)
        return known
    _require_sound(decision, awards, method, account)
    _put_down(payout, awards, by)
    requests.ask(KIND, unit_id=payout.unit_id, subject_kind=SUBJECT, subject_id=payout.id, by=by, amount=payout.amount)
    return payout


def _new(decision: Decision, awards: Iterable[Award], by: User, key: str) -> Payout:
    """What follows from the decision, the awards and whoever prepares; how it is paid is still to be said."""
    return Payout(
        unit_id=decision.unit_id,
        decision_id=decision.id,
        state="prepared",
        amount=sum(award.amount for award in awards),
        fingerprint="",
        prepared_by=by.id,
        prepared_by_name=by.signature,
        prepared_at=clock.stamp(),
        idempotency_key=key,
    )


AS_ASKED = ("decision_id", "method", "account_id", "planned_on", "place", "note")
"""What a form says of a list, beside who stands on it."""


def _require_same(known: Payout, asked: Payout, awards: Iterable[Award]) -> None:
    """AlreadyRecorded unless the form says again what the list says."""
    same = all(getattr(known, name) == getattr(asked, name) for name in AS_ASKED)
    if not same or {line.award_id for line in known.lines} != {award.id for award in awards}:
        raise AlreadyRecorded(_("Biểu mẫu này đã lập danh sách với nội dung khác. Xin mở biểu mẫu mới."))


def _put_down(payout: Payout, awards: Iterable[Award], by: User) -> None:
    db.session.add(payout)
    db.session.flush()
    ordered = sorted(awards, key=lambda award: (award.level_id, award.recipient.sort_key, award.id))
    lines = [_line(payout, award, position) for position, award in enumerate(ordered, start=1)]
    db.session.add_all(lines)
    payout.fingerprint = fingerprint(payout, lines)
    record("payout.prepared", payout, by=by, unit_id=payout.unit_id)
    record_many("payout.listed", lines, by=by, unit_id=payout.unit_id)
    db.session.expire(payout, ["lines"])


def _line(payout: Payout, award: Award, position: int) -> PayoutLine:
    return PayoutLine(
        payout_id=payout.id,
        award_id=award.id,
        position=position,
        name=award.recipient.full_name,
        amount=award.amount,
        live=True,
        outcome="waiting",
        received_by="",
        relation="",
        witness_name="",
        recorded_by_name="",
    )


class BankAccount(NamedTuple):
    """Where a transfer goes."""

    bank: str
    number: str
    holder: str


def fingerprint(payout: Payout, lines: Sequence[PayoutLine]) -> str:
    """What is printed on the list and signed beside: every name with its amount, in order; by the bank its account."""
    rows: list[list[object]] = [[line.position, line.award_id, line.name, line.amount] for line in lines]
    if payout.method == "bank":
        accounts = accounts_of(line.award_id for line in lines)
        rows = [[*row, *accounts[line.award_id]] for row, line in zip(rows, lines, strict=True)]
    return chains.digest([payout.decision_id, payout.method, payout.account_id, rows])


def mark(payout: Payout) -> str:
    """The mark of a list on screen and paper: the first 16 hex digits of its fingerprint, ``B41D 6E07 93AC F512``."""
    return chain.seal16(payout.fingerprint)


def is_as_prepared(payout: Payout) -> bool:
    """Whether names, amounts and accounts are still those of the list; an account that changed makes it another."""
    return fingerprint(payout, lines_of(payout)) == payout.fingerprint


def accounts_of(award_ids: Iterable[int]) -> dict[int, BankAccount]:
    """Award → the account of its recipient, as the card says today."""
    ids, found = sorted(award_ids), {}
    query = select(Award.id, Recipient.bank_name, Recipient.bank_number, Recipient.bank_holder)
    query = query.join(Recipient, Recipient.id == Award.recipient_id)
    for start in range(0, len(ids), AT_ONCE):
        for award_id, *account in db.session.execute(query.where(Award.id.in_(ids[start : start + AT_ONCE]))):
            found[award_id] = BankAccount(*account)
    return found


def _require_sound(decision: Decision, awards: Sequence[Award], method: str, account: Account | None) -> None:
    if method not in METHODS:
        raise RuleBroken(_("Xin chọn cách trao."), field="method")
    if not awards:
        raise RuleBroken(_("Xin chọn ít nhất một suất."), field="awards")
    for award in awards:
        if award.decision_id != decision.id:
            raise NotFound(_("Hồ sơ này không thuộc quyết định."))
        if award.state != "published":
            raise RuleBroken(_("Hồ sơ %(code)s không ở bước chờ trao.", code=steps.code_of(award)), field="awards")
        if award.level.is_goods != (method == "goods"):
            sentence = _("Mức trao bằng hiện vật và mức trao bằng tiền là hai danh sách. Xin chọn lại.")
            raise RuleBroken(sentence, field="method")
    _require_account(decision, method, account)
    _require_free(awards)
    for award_id, why in holds.sentences(awards, "list").items():
        code = next(steps.code_of(award) for award in awards if award.id == award_id)
        raise RuleBroken(f"{code}: {why}", field="awards")
    if method == "bank":
        _require_bank_details(awards)


def _require_account(decision: Decision, method: str, account: Account | None) -> None:
    if method == "goods":
        if account is not None:
            raise RuleBroken(_("Hiện vật lấy từ kho, không từ tài khoản tiền."), field="account")
        return
    if account is None:
        sentence = _("Xin chọn két tiền mặt.") if method == "cash" else _("Xin chọn tài khoản ngân hàng.")
        raise RuleBroken(sentence, field="account")
    if account.unit_id != decision.unit_id:
        raise NotFound(_("Tài khoản này không thuộc sổ của đơn vị."))
    if account.kind != method:
        sentence = _("Tiền mặt chi từ két, chuyển khoản chi từ tài khoản ngân hàng. Xin chọn lại.")
        raise RuleBroken(sentence, field="account")


def _require_free(awards: Sequence[Award]) -> None:
    ids = [award.id for award in awards]
    query = select(PayoutLine).where(PayoutLine.award_id.in_(ids), PayoutLine.live.is_(True)).limit(1)
    listed = db.session.scalar(query)
    if listed is not None:
        code = steps.code_of(listed.award)
        raise RuleBroken(_("Hồ sơ %(code)s đã nằm trong một danh sách khác.", code=code), field="awards")


def _require_bank_details(awards: Sequence[Award]) -> None:
    without = [steps.code_of(award) for award in awards if not award.recipient.bank_number]
    if without:
        more = len(without) - MOST_NAMES
        codes = ", ".join(without[:MOST_NAMES]) + (_(" và %(n)s hồ sơ nữa", n=more) if more > 0 else "")
        sentence = _("Chưa có số tài khoản để chuyển: %(codes)s. Xin bổ sung hoặc chi tiền mặt.", codes=codes)
        raise RuleBroken(sentence, field="awards")


def cancel(payout: Payout, *, by: User, reason: str) -> None:
    """Take back a list that nothing was paid from yet; its awards can stand on another one."""
    lock(payout)
    decisions.require_right(by, "payout.prepare", payout.unit_id)
    if payout.state not in UNPAID:
        raise RuleBroken(_("Danh sách này đã chi hoặc đã trao, không hủy được nữa."))
    reason = clean_lines(reason)
    if not reason:
        raise RuleBroken(_("Xin ghi lý do."), field="reason")
    lines = lines_of(payout)
    if any(line.outcome != "waiting" for line in lines):
        raise RuleBroken(_("Danh sách này đã có người nhận, không hủy được nữa."))
    for line in lines:
        line.live = False
    payout.state = "cancelled"
    record("payout.cancelled", payout, by=by, unit_id=payout.unit_id, reason=reason)
    record_many("payout.unlisted", lines, by=by, unit_id=payout.unit_id, reason=reason)
    waiting = requests.find_waiting(KIND, SUBJECT, payout.id)
    if waiting is not None:
        requests.lapse(waiting, by=by, reason=reason)


def lines_of(payout: Payout) -> list[PayoutLine]:
    """The lines of a list in their order, read anew."""
    query = select(PayoutLine).where(PayoutLine.payout_id == payout.id).order_by(PayoutLine.position)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def lines_with_awards(payout: Payout) -> list[PayoutLine]:
    """As ``lines_of``, with the award of each and what stands promised to it, read in a few questions for all."""
    query = select(PayoutLine).where(PayoutLine.payout_id == payout.id).order_by(PayoutLine.position)
    query = query.options(selectinload(PayoutLine.award).lazyload(Award.evidence))
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def get_payout(payout_id: int) -> Payout:
    """The list of this id; NotFound when there is none."""
    payout = db.session.get(Payout, payout_id)
    if payout is None:
        raise NotFound(_("Không có danh sách này."))
    return payout


def lock(payout: Payout) -> None:
    """Take the unit's lock, and read the list as it stands now."""
    chains.lock(payout.unit_id)
    db.session.refresh(payout)


def key_of(payout: Payout, key: str) -> str:
    """The key of a list's document: a form's key behind the list's own, so that each document finds its list."""
    return f"payout:{payout.id}:{chains.digest([key])[:32]}"


def repeated(payout: Payout, key: str, said: str) -> Document | None:
    """The document that a form's key has already made of this list; with other content AlreadyRecorded.

    ``said`` is the digest of what the form says; it stands in the history beside the document.
    """
    known = documents.find_by_key(payout.unit_id, key_of(payout, key))
    if known is None:
        return None
    told = next((event for event in events.of("documents", known.id) if event.details), None)
    if told is None or json.loads(told.details).get("said") != said:
        label = known.label
        sentence = _("Biểu mẫu này đã ghi thành %(label)s với nội dung khác. Xin mở biểu mẫu mới.", label=label)
        raise AlreadyRecorded(sentence)
    return known


def ready(decision: Decision) -> list[Award]:
    """The awards of a decision that can stand on a list, in the order of the annex.

    Published, on no other list, and nobody's complaint about them is open or was right.
    """
    free = _unlisted(decision)
    waiting = holds.sentences(free, "list")
    return [award for award in free if award.id not in waiting]


def held(decision: Decision) -> list[tuple[Award, str]]:
    """The published awards of a decision that must wait before they stand on a list, and why."""
    free = _unlisted(decision)
    waiting = holds.sentences(free, "list")
    return [(award, waiting[award.id]) for award in free if award.id in waiting]


def why_not_whole(payout: Payout) -> str:
    """Why a list of money can no longer be paid as it is: whose award was taken back or is objected to; empty else."""
    awards = [line.award for line in lines_with_awards(payout)]
    told = {award.id: _("Hồ sơ này đã bị thu hồi.") for award in awards if award.state == "cancelled"}
    told |= holds.sentences([award for award in awards if award.state == "published"], "list")
    found = [f"{steps.code_of(award)}: {told[award.id]}" for award in awards if award.id in told]
    if not found:
        return ""
    more = _(" và %(n)s hồ sơ nữa", n=len(found) - MOST_NAMES) if len(found) > MOST_NAMES else ""
    what = " ".join(found[:MOST_NAMES]) + more
    return _("Không chi được theo danh sách này: %(what)s Xin hủy và lập danh sách khác.", what=what)


def _unlisted(decision: Decision) -> list[Award]:
    listed = select(PayoutLine.award_id).where(PayoutLine.live.is_(True))
    query = select(Award.id).where(
        Award.decision_id == decision.id, Award.state == "published", Award.id.not_in(listed)
    )
    open_ones = set(db.session.scalars(query))
    return [award for award in decisions.awards_of(decision) if award.id in open_ones]


def campaigns_of(payout: Payout) -> frozenset[int]:
    """The campaigns whose money or goods a list hands out: those that its decision took, whatever the programme says
    since."""
    query = select(AwardShare.campaign_id).join(PayoutLine, PayoutLine.award_id == AwardShare.award_id)
    return frozenset(db.session.scalars(query.where(PayoutLine.payout_id == payout.id).distinct()))
