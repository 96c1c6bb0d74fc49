"""Fifty deeds in the same instant, all waiting at one barrier: never one đồng too many, never a bicycle twice.

All in one file, so that one worker after the other fills the server's connections.
"""

import itertools

from flask import Flask

from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.core.database import db
from khuyenhoc.ledger import balances
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.payouts import lists
from khuyenhoc.payouts.payout_tables import Payout
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld
from tests.payouts import paid
from tests.support import crowd, people
from tests.support.crowd import Wanted

FIFTY = 50
LEFT_OVER = 999_999
"""One đồng less than another award."""

SHORT = "Tiền mặt tại quỹ của Học bổng Tiếp bước chỉ còn 999.999"


def draft(world: AwardWorld, programme: Programme) -> Wanted:
    """A draft over one award of a programme, put before the chair while there is enough."""
    made = deciding.draft(world, programme, [world.award(programme, "recommended")])
    deciding.ask(world, made)
    return Wanted("sign", world.chair.id, made.id)


def treasurers(world: AwardWorld) -> list[int]:
    """The treasurer, and who stands in."""
    return [world.treasurer.id, people.person("thuquy2", role="treasurer", unit=world.unit).id]


def payments(world: AwardWorld, programme: Programme, times: int) -> list[Wanted]:
    """A list of each of a programme's awards, approved, each to be paid so many times by two treasurers in turn."""
    decision = deciding.published(world, programme)
    waiting = [paid.prepare(world, decision, awards=[award]) for award in lists.ready(decision)]
    ids = [paid.approve(world, payout).id for payout in waiting]
    turns = itertools.cycle(treasurers(world))
    return [Wanted("pay", next(turns), payout_id) for _time in range(times) for payout_id in ids]


def handovers(world: AwardWorld, pieces: int, times: int) -> list[Wanted]:
    """A list of bicycles that are reserved, each to be handed over so many times by two treasurers in turn."""
    payout = paid.approve(world, paid.prepare(world, paid.goods(world, pieces), "goods"))
    turns, lines = itertools.cycle(treasurers(world)), lists.lines_of(payout)
    return [Wanted("hand_over", next(turns), payout.id, line.id) for line in lines for _time in range(times)]


def test_decisions_and_payments_against_one_campaign(app: Flask, world: AwardWorld) -> None:
    """Money for four more awards beside what is promised, cash for six of ten lists, six bicycles for ten drafts."""
    ward = world.world
    ward.gift(6 * MILLION + LEFT_OVER)
    ward.post("gift", "NH", ward.line(ward.bank, "received", 8 * MILLION, ward.bicycles))
    funding, given = [(ward.bicycles, None)], {"kind": "bicycle", "publication_days": 0}
    programme = world.programme("TIEN", funding=funding, **given)
    world.awards(programme, 10, "recommended")
    wanted = [*payments(world, programme, 2), *handovers(world, 5, 2)]
    ward.bicycles_given(6)
    wanted += [draft(world, deciding.bicycles(world, f"XE{n}")) for n in range(10)]
    wanted += [draft(world, world.programme(f"HB{n}", funding=funding, kind="bicycle")) for n in range(10)]
    assert len(wanted) == FIFTY

    said = crowd.all_at_once(app, wanted)

    assert said.count("done hand_over") == 5
    assert db.session.query(Payout).filter_by(state="paid").count() == 6
    assert db.session.query(Document).filter_by(kind="payment").count() == 6
    assert balances.held_by(ward.bicycles.id, "cash") == LEFT_OVER
    assert (deciding.pieces(ward.bicycles.id, "stock"), deciding.pieces(ward.bicycles.id, "free")) == (6, 0)
    assert deciding.pieces(ward.bicycles.id, "reservations") == 6
    assert 0 <= balances.available(ward.bicycles.id) < MILLION
    assert {"done sign", "done pay"} <= set(said)
    assert any(line.startswith("refused sign") for line in said)
    assert any(line.startswith("refused pay") for line in said)
    assert paid.holds()


def test_fifty_signatures_never_promise_a_bicycle_twice(app: Flask, world: AwardWorld) -> None:
    ward = world.world
    ward.bicycles_given(12)
    ward.gift(8 * ward.bicycle.unit_value + 1)
    drafts = [draft(world, deciding.bicycles(world, f"CT{n:02d}")) for n in range(FIFTY)]

    said = crowd.all_at_once(app, drafts)

    assert said.count("done sign") == 20
    assert (deciding.pieces(ward.bicycles.id, "free"), deciding.pieces(ward.bicycles.id, "reservations")) == (0, 12)
    assert balances.available(ward.bicycles.id) == 1
    assert paid.holds()


def test_fifty_payments_never_pay_one_dong_that_is_not_in_the_box(app: Flask, world: AwardWorld) -> None:
    """Ten lists, each wanted five times, and money in the box for six of them: the rest lies in the bank."""
    ward = world.world
    world.money(6 * MILLION + LEFT_OVER)
    ward.post("gift", "NH", ward.line(ward.bank, "received", 4 * MILLION, world.scholarships))
    programme = world.programme(publication_days=0)
    world.awards(programme, 10, "recommended")

    said = crowd.all_at_once(app, payments(world, programme, 5))

    refused = {line.split(" ", 2)[2].partition("\u00a0₫")[0] for line in said if line.startswith("refused")}
    assert len(said) == FIFTY
    assert refused <= {SHORT, "Danh sách này đã chi hoặc đã trao rồi."}
    assert SHORT in refused
    assert balances.held_by(world.scholarships.id, "cash") == LEFT_OVER
    assert deciding.committed(world.scholarships.id) == 4 * MILLION
    assert db.session.query(Payout).filter_by(state="paid").count() == 6
    assert db.session.query(Document).filter_by(kind="payment").count() == 6
    assert paid.holds()


def test_fifty_handovers_never_give_a_bicycle_twice(app: Flask, world: AwardWorld) -> None:
    """Ten bicycles on one list, each handed over by five people at once."""
    said = crowd.all_at_once(app, handovers(world, 10, 5))

    assert len(said) == FIFTY
    assert said.count("done hand_over") == 10
    bicycles = world.world.bicycles.id
    assert (deciding.pieces(bicycles, "stock"), deciding.pieces(bicycles, "reservations")) == (0, 0)
    (payout,) = db.session.query(Payout).all()
    assert {line.outcome for line in lists.lines_of(payout)} == {"received"}
    assert paid.holds()
