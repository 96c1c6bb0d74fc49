"""Money that moves without a donor: opening balances, other income, fees, cash to bank and back.

Each is one document of one campaign, posted at once: what it says has happened already. Amounts are whole
đồng above 0; ``key`` is the form's one-time key: the same again gives the document that is there already.
"""

from datetime import date

from sqlalchemy import select

from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import LARGEST, Dong
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.core.names import clean
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds.campaigns import Campaign, require_takes
from khuyenhoc.funds.items import Item
from khuyenhoc.ledger import accounts, document_names, documents
from khuyenhoc.ledger.accounts import Account
from khuyenhoc.ledger.document_tables import Document, DocumentLine
from khuyenhoc.ledger.documents import Draft, Line
from khuyenhoc.ledger.entries import DayBalance

NAMES = {
    "opening": _l("Số dư đầu"),
    "other_income": _l("Thu khác"),
    "bank_fee": _l("Phí ngân hàng"),
    "running_cost": _l("Chi phí hoạt động"),
    "cash_to_bank": _l("Nộp tiền mặt vào ngân hàng"),
    "bank_to_cash": _l("Rút tiền về quỹ"),
    "transfer": _l("Chuyển giữa chiến dịch"),
    "cash_difference": _l("Chênh lệch kiểm quỹ"),
    "refund": _l("Hoàn trả ủng hộ"),
}
"""Kinds of documents of the treasury → their names on screen."""

MEMOS = {
    "opening": "Số dư đầu kỳ",
    "cash_to_bank": "Nộp tiền mặt vào ngân hàng",
    "bank_to_cash": "Rút tiền ngân hàng về quỹ",
}
"""What the books say where nobody typed anything; the books speak Vietnamese."""

for _kind, _name in NAMES.items():
    document_names.register(_kind, _name, lambda document: f"/so-sach/chung-tu/{document.id}")


def open_with_money(
    campaign: Campaign, account: Account, amount: Dong, *, on: date, by: Person, key: str, memo: str = ""
) -> Document:
    """What a campaign had in a cash box or on a bank account when its books began."""
    _require_place(account, "cash", "bank")
    _require_first(campaign, account, on)
    return _post("opening", "SD", [Line(campaign, account, "opening", _sum(amount))], on, memo, by, key)


def open_with_goods(
    campaign: Campaign, item: Item, quantity: int, value: Dong, *, on: date, by: Person, key: str, memo: str = ""
) -> Document:
    """What a campaign had in stock when its books began: so many pieces, worth ``value`` đồng together."""
    if not 1 <= quantity <= 1_000_000:
        raise RuleBroken(_("Số lượng là số nguyên từ 1 đến 1.000.000."), field="quantity")
    stock = accounts.of_kind(campaign.unit_id, "stock")
    _require_first(campaign, stock, on, item)
    line = Line(campaign, stock, "opening", _sum(value), item.id, quantity)
    return _post("opening", "SD", [line], on, memo, by, key)


def record_other_income(
    campaign: Campaign, account: Account, amount: Dong, *, on: date, memo: str, by: Person, key: str, person: str = ""
) -> Document:
    """Interest, a sale of waste paper: money that came in and is nobody's gift. ``person``: who paid it in."""
    _require_place(account, "cash", "bank")
    line = Line(campaign, account, "other_income", _sum(amount))
    return _post("other_income", "TK", [line], on, memo, by, key, _named(person))


def record_bank_fee(
    campaign: Campaign, account: Account, amount: Dong, *, on: date, memo: str, by: Person, key: str
) -> Document:
    """What the bank has taken from one of its accounts."""
    _require_place(account, "bank")
    line = Line(campaign, account, "bank_fees", -_sum(amount))
    return _post("bank_fee", "UN", [line], on, memo, by, key)


def cash_to_bank(
    campaign: Campaign, cash: Account, bank: Account, amount: Dong, *, on: date, by: Person, key: str, memo: str = ""
) -> Document:
    """Money of a campaign carried from the cash box to the bank."""
    _require_place(cash, "cash")
    _require_place(bank, "bank")
    return _post("cash_to_bank", "CT", _moved(campaign, cash, bank, amount), on, memo, by, key)


def bank_to_cash(
    campaign: Campaign, bank: Account, cash: Account, amount: Dong, *, on: date, by: Person, key: str, memo: str = ""
) -> Document:
    """Money of a campaign fetched from the bank into the cash box."""
    _require_place(bank, "bank")
    _require_place(cash, "cash")
    return _post("bank_to_cash", "CT", _moved(campaign, bank, cash, amount), on, memo, by, key)


def _named(person: str) -> dict[str, str]:
    """Who paid in or was paid, as it goes to the history beside the document."""
    person = clean(person)
    if len(person) > 150:
        raise RuleBroken(_("Dài nhất %(n)s ký tự.", n=150), field="person")
    return {"person": person} if person else {}


def _moved(campaign: Campaign, source: Account, target: Account, amount: Dong) -> list[Line]:
    return [Line(campaign, source, "moved", -_sum(amount)), Line(campaign, target, "moved", _sum(amount))]


def _post(
    kind: str,
    series: str,
    lines: list[Line],
    on: date,
    memo: str,
    by: Person,
    key: str,
    details: dict[str, str] | None = None,
) -> Document:
    campaign = lines[0].campaign
    require_takes(campaign, on)
    for line in lines:
        require_of_unit(line.account, campaign.unit_id)
    draft = Draft(
        kind=kind,
        unit_id=campaign.unit_id,
        series=series,
        date=on,
        memo=checked_memo(memo or MEMOS.get(kind, "")),
        lines=lines,
        key=key,
        amount=max(abs(line.amount) for line in lines),
        details=details or {},
    )
    return documents.post(draft, by=by)


def checked_memo(memo: str) -> str:
    """What the money was for, one line; asked for when it is missing."""
    memo = clean(memo)
    if not memo:
        raise RuleBroken(_("Xin ghi nội dung."), field="memo")
    if len(memo) > 300:
        raise RuleBroken(_("Xin ghi nội dung trong 300 chữ."), field="memo")
    return memo


def require_of_unit(account: Account, unit_id: int) -> None:
    """A foreign unit's account looks like none."""
    if account.unit_id != unit_id:
        raise NotFound(_("Không có tài khoản này."))


def _require_place(account: Account, *kinds: str) -> None:
    if account.kind not in kinds:
        names = {"cash": _("quỹ tiền mặt"), "bank": _("tài khoản ngân hàng")}
        wanted = _(" hoặc ").join(names[kind] for kind in kinds)
        raise RuleBroken(_("Xin chọn %(what)s.", what=wanted), field="account")


def _sum(amount: Dong) -> Dong:
    if not 1 <= amount <= LARGEST:
        raise RuleBroken(_("Số tiền phải lớn hơn 0 và không quá 999.999.999.999 đồng."), field="amount")
    return amount


def _require_first(campaign: Campaign, account: Account, on: date, item: Item | None = None) -> None:
    """An opening balance stands before everything else on its account, else it would be found money."""
    moved_before = select(DayBalance.day).where(
        DayBalance.campaign_id == campaign.id,
        DayBalance.account_id == account.id,
        DayBalance.item_id == (item.id if item is not None else 0),
        DayBalance.day < on,
    )
    if db.session.scalar(moved_before.limit(1)) is None:
        return
    earlier = (
        select(Document)
        .join(DocumentLine, DocumentLine.document_id == Document.id)
        .where(
            DocumentLine.campaign_id == campaign.id,
            DocumentLine.account_id == account.id,
            Document.state != "voided",
            Document.date < on,
        )
    )
    if item is not None:
        earlier = earlier.where(DocumentLine.item_id == item.id)
    found = db.session.scalar(earlier.order_by(Document.date).limit(1))
    if found is not None:
        sentence = _("Số dư đầu phải ghi trước mọi chứng từ khác; %(label)s có ngày sớm hơn.", label=found.label)
        raise RuleBroken(sentence, field="date")
