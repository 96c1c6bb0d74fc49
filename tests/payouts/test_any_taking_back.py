"""Any order of handing over and taking back: who has what, by which lots and givers, follows a model to the piece.

Several lots at prices that do not divide, awards of one to three pieces, some of them with a frame number. After every
deed stock, reservations and sources are those of the model; after every sequence ``verify`` finds nothing.
"""

import itertools
import os
from dataclasses import dataclass, field

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khuyenhoc.core.database import db
from khuyenhoc.goods import lots, stock_list
from khuyenhoc.payouts import lists
from khuyenhoc.payouts.payout_tables import Payout, PayoutLine
from khuyenhoc.tracing import stories
from khuyenhoc.tracing.stories import Came
from tests.awards import deciding
from tests.awards.award_world import AwardWorld
from tests.goods import stocked
from tests.payouts import paid, taken_back

SEQUENCES = max(3, int(os.environ.get("KHUYENHOC_SEQUENCES", "12")) // 3)
AWARDS = 4
_codes, _numbers = itertools.count(1), itertools.count(1)

masks = st.integers(1, 2**AWARDS - 1)
deeds = st.lists(st.tuples(st.sampled_from(("hand over", "take back")), masks), min_size=3, max_size=8)
given_lots = st.lists(st.tuples(st.integers(1, 4), st.integers(1_000_000, 9_000_000)), min_size=1, max_size=3)


@dataclass
class Model:
    """Which places of the list have theirs, and from whom."""

    world: AwardWorld
    payout: Payout
    pieces: int
    begun: tuple[int, int] = (0, 0)
    """On hand and reserved when everybody waited."""
    has: dict[int, list[Came]] = field(default_factory=dict)

    def lines(self) -> list[PayoutLine]:
        return lists.lines_of(self.payout)

    def hand_over(self, places: list[int]) -> None:
        """Those who wait get theirs."""
        places = [place for place in places if place not in self.has]
        if places:
            stocked.hand_over(self.world, self.payout, places)
            lines = self.lines()
            self.has |= {place: stories.sources_of_award(lines[place].award_id) for place in places}

    def take_back(self, places: list[int]) -> None:
        """Those of them that went by one and the same document give theirs back."""
        lines = self.lines()
        theirs = [place for place in places if place in self.has]
        theirs = [place for place in theirs if lines[place].document_id == lines[theirs[0]].document_id]
        if theirs:
            taken_back.taken_back(self.world, self.payout, [lines[place] for place in theirs])
            for place in theirs:
                del self.has[place]

    def holds(self) -> None:
        """Lines, sources, stock and lots are those of the model."""
        db.session.rollback()
        db.session.expire_all()
        for place, line in enumerate(self.lines()):
            assert line.outcome == ("received" if place in self.has else "waiting")
            assert stories.sources_of_award(line.award_id) == self.has.get(place, [])
        gone = self.pieces * len(self.has)
        assert self.counted() == (self.begun[0] - gone, self.begun[1] - gone)

    def counted(self) -> tuple[int, int]:
        """On hand and reserved, by the ledger; the lots agree with it."""
        ward = self.world.world
        (place,) = stock_list.places(ward.bicycle, [ward.unit.id])
        assert place.agrees
        assert sum(lot.amount for lot in lots.lots(ward.bicycles.id, ward.bicycle.id)) == place.value
        return place.on_hand, place.reserved


def begin(world: AwardWorld, of: list[tuple[int, int]], pieces: int, numbered: int) -> Model:
    """The lots come in, with as many more pieces as are wanted; the list is approved. Older lots may lie there."""
    ward = world.world
    for n, worth in [*of, (pieces * AWARDS, 7_000_001)]:
        document = ward.post("gift", "HV", ward.line(ward.stock, "received", worth, n=n))
    names = [f"GT{next(_numbers):05d}" for _piece in range(min(numbered, AWARDS))]
    if names:
        stocked.number(world, stocked.lot_of(document), *names)
    programme = deciding.bicycles(world, f"XE{next(_codes)}", pieces, publication_days=0)
    world.awards(programme, AWARDS, "recommended")
    decision = deciding.published(world, programme)
    if names:
        stocked.mean(world, decision, *names)
    model = Model(world, stocked.listed(world, decision), pieces)
    model.begun = model.counted()
    return model


@pytest.mark.long
@settings(max_examples=SEQUENCES, deadline=None, suppress_health_check=list(HealthCheck))
@given(of=given_lots, pieces=st.integers(1, 3), numbered=st.integers(0, 3), steps=deeds)
def test_what_comes_back_is_what_went(
    app: Flask, world: AwardWorld, of: list[tuple[int, int]], pieces: int, numbered: int, steps: list[tuple[str, int]]
) -> None:
    model = begin(world, of, pieces, numbered)
    model.hand_over(list(range(AWARDS)))

    for deed, mask in steps:
        places = [place for place in range(AWARDS) if mask & 1 << place]
        (model.hand_over if deed == "hand over" else model.take_back)(places)
        model.holds()

    assert paid.holds()
