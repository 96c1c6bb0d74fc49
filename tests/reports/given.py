"""Gifts that became something: the ward's donors, the awards' world on the same books, and short verbs for both."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from khuyenhoc.approvals import requests
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.awards.programme_tables import Level, Programme
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import writing
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.giving.donors import Donor
from khuyenhoc.goods import purchases
from khuyenhoc.goods.purchases import Wanted
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.payouts import lists, outcomes, paying
from khuyenhoc.payouts.payout_tables import Payout
from khuyenhoc.recipients.recipient_tables import Recipient
from khuyenhoc.reports import links
from khuyenhoc.reports.links import GiftLink
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld, level, make_award_world
from tests.giving.gift_world import Ward, make_ward
from tests.payouts import paid
from tests.payouts.paid import MOTHER
from tests.support import approved
from tests.support.world import HA

AGREED = ("process", "committee", "share_with_donor")


@dataclass
class Given:
    """The verbs."""

    ward: Ward
    world: AwardWorld
    programmes: int = 0

    def gift(self, amount: int, campaign: Campaign | None = None, donor: Donor | None = None, **more: Any) -> Document:
        """Money for the scholarships, from Bà Họa unless another donor is named."""
        line = self.ward.line(amount, campaign or self.world.scholarships)
        return self.ward.give(gift=self.ward.gift(line, donor=donor, **more))

    def bound(self, amount: int, *to: Level, campaign: Campaign | None = None) -> Document:
        """So many đồng that may pay for these levels only."""
        gift = self.gift(amount, campaign, restriction=f"Chỉ cho {', '.join(one.label for one in to)}")
        with writing():
            for one in to:
                approved.bind(gift, one.id, by=HA)
        return gift

    def decided(self, programme: Programme, *places: int) -> tuple[Decision, list[Award]]:
        """An award at each of these places among the levels, decided in one decision that is published."""
        awards = [self.world.award(programme, "recommended", level=programme.levels[place]) for place in places]
        return deciding.published(self.world, programme), awards

    def bicycles(self, n: int) -> Document:
        """Bicycles given in kind by the company."""
        return self.ward.give(gift=self.ward.gift(self.ward.bicycles(n), method="in_kind", donor=self.ward.company))

    def awards(self, n: int = 0, each: int = MILLION, *, people: Sequence[Recipient] = ()) -> list[Award]:
        """So many scholarships, paid in cash and received."""
        payout = self.paid(n, each, people=people)
        paid.receive(self.world, payout, lists.lines_of(payout))
        return [line.award for line in lists.lines_of(payout)]

    def paid(self, n: int = 0, each: int = MILLION, *, people: Sequence[Recipient] = ()) -> Payout:
        """So many scholarships on a list that is paid, and nobody has come yet."""
        programme = self.world.programme(self._code("HB"), levels=[level("MUC", each)], publication_days=0)
        return self._pay(programme, n, people, "cash")

    def _code(self, kind: str) -> str:
        self.programmes += 1
        return f"{kind}{self.programmes}"

    def _pay(self, programme: Programme, n: int, people: Sequence[Recipient], method: str) -> Payout:
        if n:
            self.world.awards(programme, n, "recommended")
        for one in people:
            self.world.award(programme, "recommended", recipient=one)
        decision = deciding.published(self.world, programme)
        payout = paid.approve(self.world, paid.prepare(self.world, decision, method))
        if method == "goods":
            receipts = {line.id: MOTHER for line in lists.lines_of(payout)}
            with writing():
                paying.hand_over(payout, receipts, by=self.world.treasurer, key=token())
        else:
            paid.pay(self.world, payout)
        return payout

    def bicycles_handed_over(self, n: int = 0, *, people: Sequence[Recipient] = ()) -> Payout:
        """Bicycles from the stock, handed over."""
        programme = deciding.bicycles(self.world, self._code("XD"), publication_days=0)
        return self._pay(programme, n, people, "goods")

    def buy_bicycles(self, n: int) -> Document:
        """Bicycles bought in cash for the campaign of the bicycles."""
        world = self.world.world
        wanted = [Wanted(world.bicycle, n, 2_375_000)]
        with writing():
            purchase = purchases.ask(
                world.bicycles,
                world.cash,
                wanted,
                supplier="Cửa hàng Gió Lành",
                supplier_address="",
                reason="Mua xe",
                by=self.world.accountant,
                key=token(),
            )
        request = requests.find_waiting(purchases.KIND, purchases.SUBJECT, purchase.id)
        assert request is not None
        deciding.approve(request, self.world.chair)
        with writing():
            purchases.receive(purchase, {1: n}, by=self.world.secretary)
        with writing():
            return purchases.pay(purchase, by=self.world.treasurer)

    def nobody_came(self, payout: Payout, n: int = 1) -> None:
        """The first ones of a list are absent, and their money is never claimed."""
        some = lists.lines_of(payout)[:n]
        paid.stay_away(self.world, payout, some)
        with writing():
            outcomes.give_back(
                payout, [line.id for line in some], reason="Không đến", by=self.world.accountant, key=token()
            )

    def link(self, gift: Document) -> GiftLink:
        """The gift's page is open."""
        with writing():
            return links.make(gift, by=self.ward.secretary)


def make_given() -> Given:
    """Found both worlds on the same books."""
    ward = make_ward()
    return Given(ward, make_award_world(world=ward.world))
