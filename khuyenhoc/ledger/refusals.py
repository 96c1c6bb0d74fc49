"""Refusals: what would take money or goods below zero, and the database's own no, said in sentences."""

import datetime
from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.exc import DBAPIError

from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import show
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.funds.items import Item
from khuyenhoc.ledger.accounts import KIND, MEASURES, Account, Chart, chart_of
from khuyenhoc.ledger.document_tables import Document, DocumentLine
from khuyenhoc.ledger.entries import DayBalance
from khuyenhoc.ledger.write import PostingLine

Key = tuple[int, int, int]
"""Campaign, account and item (0: none)."""


class NotEnough(RuleBroken):
    """Money or goods do not reach."""


class StandsOnIt(RuleBroken):
    """A void is refused because later spending stands on the document; the sentence names it."""


def require_enough(
    chart: Chart, day: datetime.date, postings: Iterable[PostingLine], *, undoing: Document | None = None
) -> None:
    """Refuse postings that would leave a guarded balance below zero on their day or any later one.

    The database's constraints say the same; here it is said in words, before anything is written.
    """
    for (campaign_id, account_id, item_id), (amount, quantity, guard) in _effects(chart, postings).items():
        if guard * amount >= 0 and guard * quantity >= 0:
            continue
        lowest_amount, lowest_quantity = lowest(campaign_id, account_id, item_id, day, guard)
        if guard * (lowest_amount + amount) >= 0 and guard * (lowest_quantity + quantity) >= 0:
            continue
        if undoing is not None:
            raise StandsOnIt(_stands_on(undoing, campaign_id, _used(chart, account_id, item_id)))
        asked = (abs(amount), abs(quantity))
        raise _not_enough(campaign_id, account_id, item_id, (abs(lowest_amount), abs(lowest_quantity)), asked)


def _effects(chart: Chart, postings: Iterable[PostingLine]) -> dict[Key, tuple[int, int, int]]:
    """What the database's view ``entry_effects`` will say of these postings, guarded accounts only."""
    sums: dict[tuple[int, int, int, int], list[int]] = defaultdict(lambda: [0, 0])
    for posting in postings:
        kind = KIND[chart.kinds[posting.account_id]]
        item = posting.item_id or 0
        _add(sums, (posting.campaign_id, posting.account_id, item, kind.guard), posting.amount, posting.quantity)
        if kind.available:
            _add(sums, (posting.campaign_id, chart.id_of("available"), 0, 1), posting.amount * kind.available, 0)
        if kind.free:
            _add(sums, (posting.campaign_id, chart.id_of("free"), item, 1), 0, posting.quantity * kind.free)
    return {key[:3]: (amount, quantity, key[3]) for key, (amount, quantity) in sums.items() if key[3]}


def _add(sums: dict[tuple[int, int, int, int], list[int]], key: tuple[int, int, int, int], amount: int, n: int) -> None:
    sums[key][0] += amount
    sums[key][1] += n


def lowest(campaign_id: int, account_id: int, item_id: int, day: datetime.date, guard: int) -> tuple[int, int]:
    """The tightest balance at the end of the day and of every later one."""
    mine = (
        DayBalance.campaign_id == campaign_id,
        DayBalance.account_id == account_id,
        DayBalance.item_id == item_id,
    )
    before = db.session.execute(
        select(DayBalance.amount, DayBalance.quantity)
        .where(*mine, DayBalance.day <= day)
        .order_by(DayBalance.day.desc())
        .limit(1)
    ).first()
    pick = func.min if guard > 0 else func.max
    amount, quantity = db.session.execute(
        select(pick(DayBalance.amount), pick(DayBalance.quantity)).where(*mine, DayBalance.day > day)
    ).one()
    found = [tuple(before) if before else (0, 0)]
    if amount is not None:
        found.append((amount, quantity))
    choose = min if guard > 0 else max
    return choose(a for a, _q in found), choose(q for _a, q in found)


def _not_enough(
    campaign_id: int, account_id: int, item_id: int, have: tuple[int, int], asked: tuple[int, int]
) -> NotEnough:
    campaign, account = db.session.get(Campaign, campaign_id), db.session.get(Account, account_id)
    assert campaign is not None
    assert account is not None
    if item_id:
        item = db.session.get(Item, item_id)
        assert item is not None
        return NotEnough(
            _(
                "%(campaign)s chỉ còn %(have)s; cần %(asked)s.",
                campaign=campaign.name,
                have=item.many(have[1]),
                asked=asked[1],
            ),
            field="quantity",
        )
    if account.kind == "available":
        text = _(
            "%(campaign)s chỉ còn %(have)s dùng được (trừ tiền đã quyết định, chưa chi); cần %(asked)s.",
            campaign=campaign.name,
            have=show(have[0]),
            asked=show(asked[0]),
        )
    else:
        text = _(
            "%(account)s của %(campaign)s chỉ còn %(have)s; cần %(asked)s.",
            account=account.name,
            campaign=campaign.name,
            have=show(have[0]),
            asked=show(asked[0]),
        )
    return NotEnough(text, field="amount")


def _used(chart: Chart, account_id: int, item_id: int) -> ColumnElement[bool]:
    """Lines that took from what this account guards: money carried away or decided on, pieces handed out, reserved."""
    kind = KIND[chart.kinds[account_id]]
    signs = {account_id: kind.guard}
    if kind.kind in MEASURES:
        counted = {id: getattr(KIND[name], kind.kind) for id, name in chart.kinds.items()}
        signs = {id: sign for id, sign in counted.items() if sign}
    taken = DocumentLine.quantity if item_id else DocumentLine.amount
    used = or_(*(and_(DocumentLine.account_id == id, taken * sign < 0) for id, sign in sorted(signs.items())))
    return and_(used, DocumentLine.item_id == item_id) if item_id else used


def _stands_on(document: Document, campaign_id: int, used: ColumnElement[bool]) -> str:
    """The sentence that names the later documents which have spent what this one brought."""
    query = (
        select(Document)
        .join(DocumentLine, DocumentLine.document_id == Document.id)
        .where(
            DocumentLine.campaign_id == campaign_id,
            Document.state != "voided",
            Document.id != document.id,
            used,
            Document.date >= document.date,
        )
        .order_by(Document.date.desc(), Document.id.desc())
        .distinct()
        .limit(3)
    )
    labels = ", ".join(later.label for later in db.session.scalars(query))
    return _(
        "Không hủy được %(label)s: số tiền hoặc hiện vật này đã dùng cho %(later)s. Xin hủy chứng từ ấy trước.",
        label=document.label,
        later=labels or _("khoản chi sau đó"),
    )


_SENTENCES = {
    "never_below_zero": _l("Tiền hoặc hiện vật vừa được người khác dùng, nay không còn đủ. Chưa ghi gì; xin xem lại."),
    "entries_period_open": _l("Sổ của tháng này vừa khóa. Chưa ghi gì; xin ghi vào tháng đang mở."),
    "entries_not_in_future": _l("Ngày này chưa đến. Xin ghi ngày hôm nay hoặc trước đó."),
}


def sentence(error: DBAPIError) -> Exception:
    """The sentence for a rule that the database itself held; any other error is given back as it is."""
    said = str(error.orig)
    for name, text in _SENTENCES.items():
        if name in said:
            return NotEnough(str(text))
    return error


def lowest_free(unit_id: int, campaign_id: int, item_id: int) -> int:
    """How many pieces of an item are free in a campaign, at the lowest from today on."""
    return lowest(campaign_id, chart_of(unit_id).id_of("free"), item_id, clock.today(), 1)[1]
