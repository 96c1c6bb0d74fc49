"""A small world for tests of the books: one ward, its fund, two open campaigns, a cash box and a bank account."""

import datetime
import itertools
from dataclasses import dataclass

from khuyenhoc.core.database import db, writing
from khuyenhoc.funds.campaigns import Campaign, get_campaign
from khuyenhoc.funds.funds import Fund
from khuyenhoc.funds.items import Item, get_item
from khuyenhoc.history.events import record
from khuyenhoc.ledger import accounts, documents
from khuyenhoc.ledger.accounts import Account
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.documents import Draft, Line
from khuyenhoc.org import unit_changes
from khuyenhoc.org.units import Unit, get_unit
from tests.support import approved

DAY = datetime.date(2026, 8, 15)


@dataclass
class Person:
    """Somebody who acts, as far as the books care."""

    id: int
    signature: str


HA = Person(1, "Bà Đoàn Ngọc Hạ")
THANH = Person(2, "Ông Lê Công Thành")

_keys = itertools.count(1)


@dataclass
class World:
    """The ward's books, and the verbs that tests use on them."""

    unit: Unit
    bicycles: Campaign
    general: Campaign
    cash: Account
    bank: Account
    stock: Account
    bicycle: Item

    def line(self, account: Account, heading: str, amount: int, campaign: Campaign | None = None, n: int = 0) -> Line:
        """One line of a document, for the bicycles unless another campaign is named."""
        item = self.bicycle.id if n else None
        return Line(campaign or self.bicycles, account, heading, amount, item, n)

    def post(
        self, kind: str, series: str, *lines: Line, on: datetime.date = DAY, key: str = "", memo: str = ""
    ) -> Document:
        """Post one document in a transaction of its own."""
        amount = max(abs(line.amount) for line in lines)
        draft = Draft(kind, self.unit.id, series, on, memo or kind, lines, key or f"key-{next(_keys)}", amount)
        with writing():
            return documents.post(draft, by=HA)

    def gift(
        self, amount: int, *, on: datetime.date = DAY, campaign: Campaign | None = None, key: str = ""
    ) -> Document:
        """A gift in cash, as far as the books care."""
        return self.post("gift", "PT", self.line(self.cash, "received", amount, campaign), on=on, key=key)

    def bicycles_given(self, n: int, *, on: datetime.date = DAY) -> Document:
        """Bicycles given in kind."""
        return self.post("gift", "HV", self.line(self.stock, "received", n * 2_375_000, n=n), on=on)

    def pay(self, amount: int, *, on: datetime.date = DAY, campaign: Campaign | None = None, key: str = "") -> Document:
        """A running cost paid in cash."""
        return self.post("running_cost", "PC", self.line(self.cash, "running_costs", -amount, campaign), on=on, key=key)

    def today(self) -> datetime.date:
        """The day on which writers of other processes, whose clock runs, post."""
        return DAY

    def decide(self, amount: int, *, on: datetime.date = DAY) -> Document:
        """Money decided and not yet paid."""
        commitments = accounts.of_kind(self.unit.id, "commitments")
        return self.post("commitment", "QĐ", self.line(commitments, "committed", amount), on=on)

    def reserve(self, n: int, *, on: datetime.date = DAY) -> Document:
        """Bicycles decided and not yet handed over."""
        reservations = accounts.of_kind(self.unit.id, "reservations")
        return self.post("commitment", "QĐ", self.line(reservations, "reserved", 0, n=n), on=on)

    def void(self, document: Document, reason: str = "Gõ hai lần") -> Document:
        """Void a document in a transaction of its own."""
        with writing():
            return approved.void(document, reason=reason, by=HA, approved_by=THANH)


def make_world(code: str = "U05") -> World:
    """Found the ward, its fund, campaigns and accounts."""
    with writing():
        unit = unit_changes.open_unit(
            code=code, kind="ward_association", name=f"Hội Khuyến học {code}", starts=datetime.date(2022, 1, 1), by=HA
        )
        fund = Fund(code=f"Q{code}", name="Quỹ Khuyến học", unit_id=unit.id, legal_form="internal", purpose="")
        db.session.add(fund)
        record("fund.added", fund, by=HA, unit_id=unit.id)
        general = _campaign(f"GEN-{code}", "Quỹ chung", fund, standing=True)
        bicycles = _campaign(f"XD-{code}", "Xe đạp đến trường", fund)
        bicycle = db.session.query(Item).filter_by(code="bicycle_24").first() or _bicycle()
        accounts.open_books(unit.id, by=HA)
        cash = accounts.add_cash_box(unit.id, f"{code}-CASH", "Tiền mặt tại quỹ", by=HA)
        bank = accounts.add_bank_account(
            unit.id,
            f"{code}-BANK",
            "Tiền gửi MB",
            bank="MB",
            bin="970422",
            number="99900077788899",
            holder="HOI KHUYEN HOC",
            by=HA,
        )
        return World(unit, bicycles, general, cash, bank, accounts.of_kind(unit.id, "stock"), bicycle)


def find_world(code: str = "U05") -> World:
    """The ward that another process has founded."""
    unit = get_unit(code)
    cash, bank = (accounts.cash_and_banks(unit.id, kind)[0] for kind in ("cash", "bank"))
    return World(
        unit,
        get_campaign(f"XD-{code}"),
        get_campaign(f"GEN-{code}"),
        cash,
        bank,
        accounts.of_kind(unit.id, "stock"),
        get_item("bicycle_24"),
    )


def _campaign(code: str, name: str, fund: Fund, *, standing: bool = False) -> Campaign:
    campaign = Campaign(
        code=code,
        name=name,
        fund_id=fund.id,
        unit_id=fund.unit_id,
        standing=standing,
        state="open",
        starts=datetime.date(2022, 1, 1),
        restriction="",
        donor_order="day",
        show_amounts=True,
    )
    db.session.add(campaign)
    record("campaign.opened", campaign, by=HA, unit_id=fund.unit_id)
    approved.opened(campaign)
    return campaign


def _bicycle() -> Item:
    item = Item(
        code="bicycle_24", name="Xe đạp 24 inch", unit_of_measure="chiếc", unit_value=2_375_000, spending_kind="bicycle"
    )
    db.session.add(item)
    record("item.added", item, by=HA, unit_id=0)
    return item
