"""A year of the ledger, campaign by campaign: what was there, what came, what went, what was left.

Read from the kept balances of days, so that a year of a million gifts costs what a year of ten does. Voided
documents are not counted, whenever they were voided: one that was voided in its own year is gone from the
balances with its mirror entry; one that was voided after the year, or before whose year's end stood in another
year, is taken out here, and stands on a line of its own so that the year still adds up to the đồng.
"""

from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import Any, NamedTuple

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.ledger.accounts import SPENDING, Account, get_account
from khuyenhoc.ledger.entries import Balance, DayBalance, Entry, Posting
from khuyenhoc.reports import year_again
from khuyenhoc.reports.years import ONE_DAY, Year

SPENT = tuple(kind for kind in SPENDING if kind != "write_off")
FLOWS = {
    "opening": ("opening", -1),
    "gifts_money": ("received_money", -1),
    "gifts_kind": ("received_goods", -1),
    "other_income": ("other_income", -1),
    "transfers_in": ("transfers_in", -1),
    "transfers_out": ("transfers_out", 1),
    "refunds": ("refunded", 1),
    "write_off": ("written_off", 1),
}
"""Kind of account → the line of the year it is the other side of, and the sign that makes it positive."""

STANDS = {"cash": "cash", "bank": "bank", "stock": "stock", "held": "held"}


@dataclass
class Books:
    """A year of one campaign, or of several together, in whole đồng.

    ``opening`` is what was there on New Year's Day. ``voided_later`` was recorded in the year and voided after it,
    ``undone`` was recorded before and voided in it: neither counts as received or spent, both stand in ``left``.
    ``returned`` came back of awards of earlier years that nobody fetched.
    """

    opening: Dong = 0
    received_money: Dong = 0
    received_goods: Dong = 0
    other_income: Dong = 0
    transfers_in: Dong = 0
    transfers_out: Dong = 0
    refunded: Dong = 0
    returned: Dong = 0
    written_off: Dong = 0
    spent: dict[str, Dong] = field(default_factory=lambda: dict.fromkeys(SPENT, 0))
    voided_later: Dong = 0
    undone: Dong = 0
    cash: Dong = 0
    bank: Dong = 0
    stock: Dong = 0
    held: Dong = 0

    @property
    def received(self) -> Dong:
        """Gifts in money and in kind."""
        return self.received_money + self.received_goods

    @property
    def left(self) -> Dong:
        """What is left by what came and went."""
        came = self.opening + self.received + self.other_income + self.transfers_in + self.returned
        came += self.voided_later
        went = self.refunded + self.transfers_out + self.written_off + sum(self.spent.values()) + self.undone
        return came - went

    @property
    def closing(self) -> Dong:
        """What is left by what stands on the accounts on the last day."""
        return self.cash + self.bank + self.stock - self.held

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not any(value for name, value in vars(self).items() if name != "spent") and not any(self.spent.values())

    def set_apart(self, kind: str, amount: Dong) -> None:
        """So much of a kind came back of earlier years' awards: it stands on its own line, not in the kind."""
        self.spent[kind] += amount
        self.returned += amount

    def add(self, other: "Books") -> None:
        """Count another's year with this one."""
        for name, value in vars(other).items():
            if name == "spent":
                for kind, amount in value.items():
                    self.spent[kind] += amount
            else:
                setattr(self, name, getattr(self, name) + value)


class Moved(NamedTuple):
    """So much on the accounts of one kind in one campaign, of one item (0: none): đồng and pieces."""

    campaign_id: int
    kind: str
    item_id: int
    amount: Dong
    quantity: int


def of_campaigns(year: Year) -> dict[int, Books]:
    """Campaign id → its year, for every campaign of the year's units that has anything to tell."""
    found: dict[int, Books] = {}
    for sign, rows in ((-1, standing(year, before=True)), (1, standing(year))):
        for row in rows:
            _count(found.setdefault(row.campaign_id, Books()), row, sign)
    for row, was_this_year in _voided_across(year):
        _take_out(found.setdefault(row.campaign_id, Books()), row, was_this_year)
    for row, is_this_year in _recorded_again(year):
        _put_where_it_belongs(found.setdefault(row.campaign_id, Books()), row, is_this_year)
    return {campaign_id: books for campaign_id, books in found.items() if not books.is_empty}


def together(several: Iterable[Books]) -> Books:
    """Several campaigns' years as one. What moved between them stands on both sides."""
    total = Books()
    for books in several:
        total.add(books)
    return total


def standing(year: Year, *, before: bool = False) -> Iterator[Moved]:
    """What stood on every account at the end of the year's last day; ``before``: of the day before its first."""
    day = year.since - ONE_DAY if before else year.until

    def on_its_last_day(column: Any) -> Any:
        return (
            select(column)
            .where(
                DayBalance.campaign_id == Balance.campaign_id,
                DayBalance.account_id == Balance.account_id,
                DayBalance.item_id == Balance.item_id,
                DayBalance.day <= day,
            )
            .order_by(DayBalance.day.desc())
            .limit(1)
            .scalar_subquery()
        )

    amount, quantity = on_its_last_day(DayBalance.amount), on_its_last_day(DayBalance.quantity)
    query = (
        select(Balance.campaign_id, Account.kind, Balance.item_id, amount, quantity)
        .select_from(Campaign)
        .join(Balance, Balance.campaign_id == Campaign.id)
        .join(Account, Account.id == Balance.account_id)
        .where(Campaign.unit_id.in_(year.unit_ids), Account.kind.in_([*FLOWS, *SPENT, *STANDS]))
    )
    for campaign_id, kind, item_id, stood, pieces in db.session.execute(query):
        if stood or pieces:
            yield Moved(campaign_id, kind, item_id, int(stood), int(pieces))


def _count(books: Books, row: Moved, sign: int) -> None:
    if row.kind in STANDS:
        if sign > 0:
            name = STANDS[row.kind]
            setattr(books, name, getattr(books, name) + (-row.amount if row.kind == "held" else row.amount))
        else:
            books.opening += row.amount  # held stands below zero: somebody else's
    else:
        _flow(books, row.kind, sign * row.amount)


def _flow(books: Books, kind: str, amount: Dong) -> None:
    if kind in books.spent:
        books.spent[kind] += amount
    else:
        name, sign = FLOWS[kind]
        setattr(books, name, getattr(books, name) + sign * amount)


def _voided_across(year: Year) -> Iterator[tuple[Moved, bool]]:
    """What documents posted that were recorded in one year and voided in another; True: recorded in this one."""
    mirror, entry = aliased(Entry), aliased(Entry)
    this_year = and_(entry.date >= year.since, entry.date <= year.until)
    voided_now = and_(mirror.date >= year.since, mirror.date <= year.until)
    query = (
        select(Posting.campaign_id, Account.kind, Posting.amount, entry.date)
        .select_from(mirror)
        .join(entry, and_(entry.unit_id == mirror.unit_id, entry.number == mirror.reversal_of))
        .join(Posting, and_(Posting.unit_id == entry.unit_id, Posting.entry_number == entry.number))
        .join(Account, Account.id == Posting.account_id)
        .where(
            mirror.unit_id.in_(year.keeping_books),
            mirror.reversal_of.is_not(None),
            or_(and_(this_year, mirror.date > year.until), and_(entry.date < year.since, voided_now)),
        )
    )
    for campaign_id, kind, amount, day in db.session.execute(query):
        yield Moved(campaign_id, kind, 0, int(amount), 0), day >= year.since


def _take_out(books: Books, row: Moved, was_this_year: bool) -> None:
    if row.kind in STANDS:
        if was_this_year:
            books.voided_later += row.amount
        else:
            books.undone += row.amount
    elif row.kind in books.spent or row.kind in FLOWS:
        _flow(books, row.kind, -row.amount if was_this_year else row.amount)


def _recorded_again(year: Year) -> Iterator[tuple[Moved, bool]]:
    """What handovers posted in one year that belong to another (``year_again``); True: they belong to this one."""
    moved = year_again.of(year)
    for ids, is_this_year in ((moved.out, False), (moved.into, True)):
        for campaign_id, account_id, amount in year_again.postings(ids):
            yield Moved(campaign_id, get_account(account_id).kind, 0, int(amount), 0), is_this_year


def _put_where_it_belongs(books: Books, row: Moved, is_this_year: bool) -> None:
    """It is spent in its own year; of what was voided across the years only what did not go out again is left."""
    if row.kind in STANDS:
        if is_this_year:
            books.voided_later -= row.amount
        else:
            books.undone -= row.amount
    elif row.kind in books.spent:
        _flow(books, row.kind, row.amount if is_this_year else -row.amount)
