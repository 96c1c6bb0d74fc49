"""Any gifts, decisions and purchases: what is decided can be bought, paid and handed over, whoever comes first."""

import itertools
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khuyenhoc.awards import decisions
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.awards.programme_tables import Level, Programme
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.goods import purchase_posting
from khuyenhoc.ledger import documents
from khuyenhoc.ledger.documents import Draft
from khuyenhoc.payouts import lists, paying
from tests.awards import deciding
from tests.awards.award_world import AwardWorld, level, make_award_world
from tests.goods.stocked import EACH, approve, ask, bought
from tests.payouts import paid
from tests.support import approved
from tests.support.world import DAY, HA
from tests.support.worlds import Worlds

SEQUENCES = max(2, int(os.environ.get("KHUYENHOC_SEQUENCES", "12")) // 4)
HALF = EACH // 2
CYCLES, MONEY = (0, 1), (2,)
"""Places among the levels: bicycles for grade 6 and for grade 9, a scholarship as dear as one."""

_keys = itertools.count(1)


@dataclass
class Campaign:
    """One campaign that pays for all of it, and what was decided."""

    world: AwardWorld
    levels: list[Level] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)

    def __post_init__(self) -> None:
        cycles = deciding.bicycles(self.world, levels=("XE6", "XE9"), publication_days=0)
        funding = [(self.world.world.bicycles, None)]
        money = self.world.programme("HB", levels=[level("HB", EACH)], publication_days=0, funding=funding)
        self.levels = [*cycles.levels, *money.levels]

    def give(self, halves: int, places: set[int] | None) -> None:
        """So many halves of a bicycle's price, for the levels at these places only, or for any."""
        amount = halves * HALF
        line = self.world.world.line(self.world.world.cash, "received", amount)
        bound = places is not None
        draft = Draft(
            "gift", self.world.unit.id, "PT", DAY, "gift", [line], f"given-{next(_keys)}", amount, restricted=bound
        )
        with writing():
            document = documents.post(draft, by=HA)
            for place in sorted(places or ()):
                approved.bind(document, self.levels[place].id, by=HA)

    def decide(self, places: Sequence[int]) -> None:
        """An award at each of these places, if the campaign can bear them."""
        if not places:
            return
        levels = [self.levels[place] for place in places]
        programme = db.session.get_one(Programme, levels[0].programme_id)
        awards = [self.world.award(programme, "recommended", level=one) for one in levels]
        try:
            self.decisions.append(deciding.published(self.world, programme, awards))
        except RuleBroken:
            db.session.rollback()

    def buy(self, n: int, decision: Decision | None = None, each: int = EACH) -> None:
        """So many bicycles: asked, approved, counted, paid."""
        bought(self.world, approve(self.world, ask(self.world, n, each=each, decision=decision)))

    def try_to_buy(self, n: int, decision: Decision | None = None, each: int = EACH) -> None:
        """If the rules allow it."""
        try:
            self.buy(n, decision, each)
        except RuleBroken:
            db.session.rollback()
        assert paid.holds()

    def waiting(self, decision: Decision) -> int:
        """Bicycles that are to be bought for it."""
        campaign_id = self.world.world.bicycles.id
        return sum(share.quantity for share in purchase_posting.waiting_shares(decision, campaign_id))

    def awards(self) -> list[Award]:
        return [award for decision in self.decisions for award in decisions.awards_of(decision)]

    def meet(self, award: Award) -> None:
        """It is paid, or handed over."""
        decision = decisions.get_decision(award.decision_id or 0)
        method = "cash" if award.level_id == self.levels[2].id else "goods"
        payout = paid.approve(self.world, paid.prepare(self.world, decision, method, awards=[award]))
        if method == "cash":
            paid.pay(self.world, payout)
            return
        with writing():
            receipts = {line.id: paid.MOTHER for line in lists.lines_of(payout)}
            paying.hand_over(payout, receipts, by=self.world.treasurer, key=token())


gift = st.tuples(st.integers(1, 4), st.sampled_from([{0}, {1}, {0, 1}, {0, 2}, {1, 2}, {2}, {0, 1, 2}, None]))
awarded = st.lists(st.sampled_from(CYCLES), max_size=3) | st.lists(st.sampled_from(MONEY), max_size=2)
purchase = st.tuples(st.integers(0, 3), st.integers(0, 1), st.sampled_from((0, 0, HALF)))


@pytest.mark.long
@settings(max_examples=SEQUENCES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    gifts=st.lists(gift, min_size=3, max_size=6),
    before=st.integers(0, 2),
    wanted=st.lists(awarded, min_size=2, max_size=4),
    purchases=st.lists(purchase, max_size=3),
    order=st.randoms(use_true_random=False),
)
def test_all_that_is_decided_is_bought_and_met(
    worlds: Worlds,
    gifts: list[tuple[int, set[int] | None]],
    before: int,
    wanted: list[list[int]],
    purchases: list[tuple[int, int, int]],
    order: Random,
) -> None:
    campaign = Campaign(worlds.begin_with(make_award_world))
    for halves, places in gifts:
        campaign.give(halves, places)
    if before:
        campaign.try_to_buy(before)
    for places_wanted in wanted:
        campaign.decide(places_wanted)
    for which, more, dearer in purchases:
        decision = campaign.decisions[which] if which < len(campaign.decisions) else None
        waiting = campaign.waiting(decision) if decision else 1
        campaign.try_to_buy(waiting + more, decision, EACH + dearer)

    for decision in campaign.decisions:
        if waiting := campaign.waiting(decision):
            campaign.buy(waiting, decision)
            assert paid.holds()
    awards = campaign.awards()
    order.shuffle(awards)
    for award in awards:
        campaign.meet(award)
        assert paid.holds()
