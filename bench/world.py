"""The small world in which gifts are recorded: a unit with books, two campaigns, a treasurer, a few donors."""

import datetime
import itertools
from dataclasses import dataclass
from typing import Any

from khuyenhoc.core import clock
from khuyenhoc.core.database import db, writing
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.funds.funds import Fund
from khuyenhoc.giving import donations, donors
from khuyenhoc.giving.donations import GiftLine
from khuyenhoc.giving.donors import Details, Donor
from khuyenhoc.history.events import record
from khuyenhoc.ledger import accounts
from khuyenhoc.ledger.accounts import Account
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org import grants, sessions, unit_changes, users
from khuyenhoc.org.units import Unit
from khuyenhoc.org.users import COMMAND_LINE, User

FOUNDED = datetime.date(2012, 1, 1)
_keys = itertools.count(1)

Names = dict[str, tuple[type[Any], int]]


@dataclass(frozen=True)
class World:
    """Everything a gift needs, and the verb to record one."""

    unit: Unit
    campaign: Campaign
    general: Campaign
    cash: Account
    bank: Account
    donor: Donor
    treasurer: User

    def give(self) -> Document:
        """One gift in cash, as the desk records it."""
        return donations.record(
            self.donor,
            [GiftLine(self.campaign, 500_000)],
            method="cash",
            account=self.cash,
            on=clock.today(),
            by=self.treasurer,
            key=f"gift-{next(_keys)}",
        )


def found() -> World:
    """Found it by the rules, in the present app's database."""
    with writing():
        unit = unit_changes.open_unit(
            code="U01",
            kind="district_association",
            name="Hội Khuyến học quận Sông Xanh",
            starts=FOUNDED,
            by=COMMAND_LINE,
        )
        treasurer = users.create(
            username="thuquy", full_name="Đoàn Ngọc Hạ", honorific="Bà", password="mot cau de nho 2026", by=COMMAND_LINE
        )
        grants.give(treasurer, "treasurer", unit, by=COMMAND_LINE, starts=FOUNDED)
        accounts.open_books(unit.id, by=treasurer)
        cash = accounts.add_cash_box(unit.id, "111-1", "Tiền mặt tại quỹ", by=treasurer)
        bank = accounts.add_bank_account(
            unit.id,
            "112-1",
            "Tiền gửi Ngân hàng Ví Dụ",
            bank="Ví Dụ",
            bin=None,
            number="99900044455566",
            holder="HOI KHUYEN HOC",
            by=treasurer,
        )
        fund = Fund(code="Q01", name="Quỹ Khuyến học", unit_id=unit.id, legal_form="internal", purpose="")
        db.session.add(fund)
        record("fund.added", fund, by=treasurer, unit_id=unit.id)
        general = campaign("CHUNG", "Quỹ chung", fund, treasurer, standing=True)
        bicycles = campaign("XD26", "Xe đạp đến trường", fund, treasurer)
        donor = donors.create(
            Details(kind="individual", name="Trần Thị Minh Họa", honorific="Bà"), unit=unit, by=treasurer
        )
    return World(unit, bicycles, general, cash, bank, donor, treasurer)


def campaign(
    code: str, name: str, fund: Fund, by: User, *, standing: bool = False, donor_order: str = "day"
) -> Campaign:
    """One more open campaign of the fund."""
    made = Campaign(
        code=code,
        name=name,
        fund_id=fund.id,
        unit_id=fund.unit_id,
        standing=standing,
        state="open",
        starts=FOUNDED,
        restriction="",
        donor_order=donor_order,
        show_amounts=True,
    )
    db.session.add(made)
    record("campaign.opened", made, by=by, unit_id=fund.unit_id)
    return made


def names_of(world: World) -> Names:
    """Where another thread finds the same world: a session's objects are its own thread's alone."""
    return {name: (type(thing), thing.id) for name, thing in vars(world).items()}


def for_this_thread(names: Names) -> World:
    """The world, read by the session of the present thread."""
    return World(**{name: db.session.get_one(kind, id) for name, (kind, id) in names.items()})


def sign_in(user: User) -> str:
    """A session of the user; gives the token for the cookie."""
    with writing():
        return sessions.start(user, address="127.0.0.1", device="bench")
