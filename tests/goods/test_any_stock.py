"""Any order of buying, giving, deciding, handing over, taking back, writing off: the stock is never below zero.

The rules refuse or the books bear it; after every sequence the lots add up to the ledger, piece by piece, and
``verify`` finds nothing.
"""

import itertools
import os
from dataclasses import dataclass, field

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.goods import lots, purchases, serials, stock_list, write_offs
from khuyenhoc.ledger.document_tables import Document, DocumentLine
from khuyenhoc.ledger.documents import get_document
from khuyenhoc.payouts import lists
from khuyenhoc.payouts.payout_tables import Payout
from khuyenhoc.tracing import stories
from tests.awards import deciding
from tests.awards.award_world import AwardWorld
from tests.goods import stocked
from tests.goods.stocked import EACH
from tests.payouts import paid, taken_back

SEQUENCES = max(2, int(os.environ.get("KHUYENHOC_SEQUENCES", "12")) // 4)
_codes = itertools.count(1)
_numbers = itertools.count(1)

DEEDS = (
    *("give", "give", "buy", "decide", "hand over", "hand over some", "take back", "number", "mean"),
    *("write off", "write off", "void"),
)
step = st.tuples(st.sampled_from(DEEDS), st.integers(1, 3), st.integers(0, 5))


@dataclass
class Stock:
    """What has happened so far in one association's stock of bicycles."""

    world: AwardWorld
    documents: list[Document] = field(default_factory=list)
    lots: list[DocumentLine] = field(default_factory=list)
    payouts: list[Payout] = field(default_factory=list)

    def do(self, deed: str, n: int, which: int) -> None:
        """One deed; what the rules refuse changes nothing."""
        before = self.counted()
        try:
            {
                "give": self.give,
                "buy": self.buy,
                "decide": self.decide,
                "hand over": self.hand_over,
                "hand over some": self.hand_over_some,
                "take back": self.take_back,
                "number": self.number,
                "mean": self.mean,
                "write off": self.write_off,
                "void": self.void,
            }[deed](n, which)
        except RuleBroken:
            db.session.rollback()
            if deed in ("write off", "hand over", "hand over some", "take back", "void", "number"):
                assert self.counted() == before, f"{deed} was refused, and something moved all the same"

    def give(self, n: int, _which: int) -> None:
        document = self.world.world.bicycles_given(n)
        self.documents.append(document)
        self.lots.append(stocked.lot_of(document))

    def buy(self, n: int, which: int) -> None:
        self.world.money(n * EACH, self.world.world.bicycles)
        purchase = stocked.approve(self.world, stocked.ask(self.world, n))
        stocked.bought(self.world, purchase, counted=max(1, n - which % 2))
        self.lots.append(serials.lot_line(purchase.document_id or 0, 1))

    def decide(self, n: int, _which: int) -> None:
        decision = stocked.decided(self.world, n, f"XE{next(_codes)}")
        self.payouts.append(stocked.listed(self.world, decision))

    def hand_over(self, _n: int, which: int) -> None:
        payout = self._one(self.payouts, which)
        waiting = [at for at, line in enumerate(lists.lines_of(payout)) if line.outcome == "waiting"]
        if waiting:
            stocked.hand_over(self.world, payout, [waiting[0]])

    def hand_over_some(self, n: int, which: int) -> None:
        payout = self._one(self.payouts, which)
        waiting = [at for at, line in enumerate(lists.lines_of(payout)) if line.outcome == "waiting"][: n + 1]
        if waiting:
            stocked.hand_over(self.world, payout, waiting)

    def take_back(self, n: int, which: int) -> None:
        """So many of one handover wait again, and as many pieces are there again; whoever else had one keeps it."""
        payout = self._one(self.payouts, which)
        lines = [line for line in lists.lines_of(payout) if line.outcome == "received"]
        some = [line for line in lines if line.document_id == lines[which % len(lines)].document_id][:n]
        if not some:
            return
        kept = {line.id: stories.sources_of_award(line.award_id) for line in lines if line not in some}
        on_hand, reserved, free = self.counted()
        taken_back.taken_back(self.world, payout, some)
        assert self.counted() == (on_hand + len(some), reserved + len(some), free)
        after = {line.id: line for line in lists.lines_of(payout)}
        assert {after[one.id].outcome for one in some} == {"waiting"}
        assert {id: stories.sources_of_award(after[id].award_id) for id in kept} == kept
        assert {after[id].outcome for id in kept} <= {"received"}

    def number(self, n: int, which: int) -> None:
        numbers = [f"GT{next(_numbers):05d}" for _piece in range(n)]
        stocked.number(self.world, self._one(self.lots, which), *numbers)

    def mean(self, n: int, which: int) -> None:
        payout = self._one(self.payouts, which)
        decision = deciding.decisions.get_decision(payout.decision_id)
        free = serials.free_ones(self.world.world.bicycles.id, self.world.world.bicycle.id)
        stocked.mean(self.world, decision, *(one.serial for one in free[:n]))

    def write_off(self, n: int, which: int) -> None:
        ward = self.world.world
        numbered = serials.free_ones(ward.bicycles.id, ward.bicycle.id)[: which % 2]
        with writing():
            found = write_offs.ask(
                ward.bicycles, ward.bicycle, n, cause="broken", reason="Gỉ sét", by=self.world.secretary, key=token(),
                numbers=[one.serial for one in numbered],
            )  # fmt: skip
        request = write_offs.waiting_for(found)
        assert request is not None
        deciding.approve(request, self.world.chair)
        self.documents.append(get_document(found.document_id or 0))

    def void(self, _n: int, which: int) -> None:
        self.world.world.void(self._one(self.documents, which))

    def _one(self, among: list, which: int):  # type: ignore[no-untyped-def,type-arg]
        if not among:
            raise RuleBroken("")
        return among[which % len(among)]

    def counted(self) -> tuple[int, int, int]:
        """On hand, reserved, free: by the ledger, none below zero, and the lots agree with them."""
        db.session.rollback()
        ward = self.world.world
        found = [one for one in stock_list.places(ward.bicycle, [ward.unit.id]) if one.campaign.id == ward.bicycles.id]
        if not found:
            return (0, 0, 0)
        (place,) = found
        assert min(place.on_hand, place.reserved, place.free, place.value) >= 0
        assert place.agrees
        left = lots.lots(ward.bicycles.id, ward.bicycle.id)
        numbered = lots.numbered(ward.bicycles.id, ward.bicycle.id)
        assert sum(lot.quantity for lot in left) == place.on_hand
        assert sum(lot.amount for lot in left) == place.value
        assert all(numbered.get(lot[:2], 0) <= lot.quantity for lot in left)
        return place.on_hand, place.reserved, place.free


@pytest.mark.long
@settings(max_examples=SEQUENCES, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(step, min_size=6, max_size=14))
def test_stock_never_goes_below_zero(app: Flask, world: AwardWorld, steps: list[tuple[str, int, int]]) -> None:
    stock = Stock(world)

    for deed, n, which in steps:
        stock.do(deed, n, which)
        stock.counted()

    assert paid.holds()


def test_a_purchase_of_the_stock_is_not_voided_behind_its_back(world: AwardWorld) -> None:
    world.money(2 * EACH, world.world.bicycles)
    purchase = stocked.bought(world, stocked.approve(world, stocked.ask(world, 2)))
    stocked.hand_over(world, stocked.listed(world, stocked.decided(world, 1)))

    with pytest.raises(RuleBroken, match="đã xuất theo XK-2026-0001"):
        world.world.void(get_document(purchase.document_id or 0))
    assert purchases.get_purchase(purchase.id).state == "paid"
    assert paid.holds()
