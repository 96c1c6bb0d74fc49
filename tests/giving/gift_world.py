"""The ward with its donors and officers, for the tests of gifts."""

import datetime
import itertools
from dataclasses import dataclass
from typing import Any

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.core.database import writing
from khuyenhoc.giving import corrections, donations, donors
from khuyenhoc.giving.donations import Gift, GiftLine
from khuyenhoc.giving.donors import Details, Donor
from khuyenhoc.ledger.approvables import ask_void
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.users import User
from tests.support import people
from tests.support.world import DAY, World, make_world

_keys = itertools.count(1)


@dataclass
class Ward:
    """The books, the people who keep them, two donors, and the verbs that tests use."""

    world: World
    treasurer: User
    accountant: User
    secretary: User
    chair: User
    vice_chair: User
    hoa: Donor
    company: Donor

    def line(self, amount: int, campaign: Any = None) -> GiftLine:
        """So much money, for the bicycles unless another campaign is named."""
        return GiftLine(campaign or self.world.bicycles, amount)

    def bicycles(self, n: int, unit_value: int = 2_375_000) -> GiftLine:
        """So many bicycles."""
        return donations.goods(self.world.bicycles, self.world.bicycle, n, unit_value)

    def gift(self, *lines: GiftLine, method: str = "cash", donor: Donor | None = None, **more: Any) -> Gift:
        """What a form would have answered."""
        account = {"cash": self.world.cash, "bank": self.world.bank}.get(method)
        values = {"method": method, "account": account, "on": DAY, **more}
        return Gift(donor=donor or self.hoa, lines=lines, **values)

    def give(
        self, amount: int = 0, *, gift: Gift | None = None, key: str = "", by: User | None = None, desk: Any = None
    ) -> Document:
        """Record a gift in a transaction of its own."""
        gift = gift or self.gift(self.line(amount))
        with writing():
            return donations.record(
                gift.donor,
                gift.lines,
                method=gift.method,
                account=gift.account,
                on=gift.on,
                restriction=gift.restriction,
                note=gift.note,
                bank_reference=gift.bank_reference,
                desk=desk,
                by=by or self.treasurer,
                key=key or f"gift-{next(_keys)}",
            )

    def ask_void(self, document: Document, by: User | None = None) -> Request:
        """The treasurer asks that a gift be voided."""
        with writing():
            return ask_void(document, by=by or self.treasurer, reason="Gõ hai lần")

    def ask_again(self, document: Document, corrected: Gift, by: User | None = None) -> Request:
        """The treasurer asks that a gift be voided and recorded as it should have been."""
        with writing():
            return corrections.ask_void_and_again(
                document, corrected, reason="Gõ nhầm số tiền", by=by or self.treasurer
            )

    def approve(self, request: Request, by: User | None = None) -> None:
        """The chair approves what is shown now."""
        with writing():
            requests.approve(request, by=by or self.chair, shown=requests.fingerprint(request))


def make_ward(code: str = "U01") -> Ward:
    """Found the ward with its people; U01 is the association that the tests' officers work for."""
    world = make_world(code)
    who = [people.person(name, unit=world.unit) for name in ("thuquy", "ketoan", "thuky", "chutich", "phochutich")]
    with writing():
        hoa = donors.create(
            Details(kind="individual", name="Trần Thị Minh Họa", honorific="Bà", phone="0900 000 002"),
            unit=world.unit,
            by=who[0],
        )
        company = donors.create(Details(kind="company", name="Công ty TNHH Mây Hồng"), unit=world.unit, by=who[0])
    return Ward(world, *who, hoa, company)


YESTERDAY = DAY - datetime.timedelta(days=1)
