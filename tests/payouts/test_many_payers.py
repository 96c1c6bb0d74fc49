"""Fifty payments, fifty handovers at once: never one đồng more than lies in the box, never a bicycle twice."""

from collections.abc import Sequence

from flask import Flask

from khuyenhoc.core.database import db
from khuyenhoc.ledger import balances
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.users import User
from khuyenhoc.payouts import lists
from khuyenhoc.payouts.payout_tables import Payout
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld
from tests.payouts import paid
from tests.support import payer, people, writer
from tests.support.site import leave_database

PROCESSES, TIMES = 5, 50
LEFT_OVER = 999_999
"""One đồng less than another payment."""

SHORT = "Tiền mặt tại quỹ của Học bổng Tiếp bước chỉ còn 999.999"


def all_at_once(app: Flask, deed: str, treasurers: Sequence[User], wanted: Sequence[str]) -> list[str]:
    """What the payers said, each of whom had every fifth; the treasurers take turns."""
    ids = [user.id for user in treasurers]
    db.session.rollback()  # what is still being read would keep its connection
    leave_database(app)
    payers = [payer.start(app, deed, ids[n % len(ids)], list(wanted[n::PROCESSES])) for n in range(PROCESSES)]
    writer.go(payers)
    said = writer.finish(payers)
    db.session.rollback()
    db.session.expire_all()
    return said


def in_turns(wanted: Sequence[str]) -> list[str]:
    """Each of ten, five times: once for each payer, who all begin with the same one."""
    return [one for one in wanted for _payer in range(PROCESSES)]


def two_treasurers(world: AwardWorld) -> list[User]:
    """The treasurer, and who stands in."""
    return [world.treasurer, people.person("thuquy2", role="treasurer", unit=world.unit)]


def test_fifty_payments_never_pay_one_dong_that_is_not_in_the_box(app: Flask, world: AwardWorld) -> None:
    """Ten lists, each wanted by five payers, and money in the box for six of them: the rest lies in the bank."""
    ward = world.world
    world.money(6 * MILLION + LEFT_OVER)
    ward.post("gift", "NH", ward.line(ward.bank, "received", 4 * MILLION, world.scholarships))
    programme = world.programme(publication_days=0)
    world.awards(programme, 10, "recommended")
    decision = deciding.published(world, programme)
    waiting = [paid.prepare(world, decision, awards=[award]) for award in lists.ready(decision)]
    ids = [str(paid.approve(world, payout).id) for payout in waiting]

    said = all_at_once(app, "pay", two_treasurers(world), in_turns(ids))

    refused = {line.split(" ", 2)[2].partition("\u00a0₫")[0] for line in said if line.startswith("refused")}
    assert len(said) == TIMES
    assert refused <= {SHORT, "Danh sách này đã chi hoặc đã trao rồi."}
    assert SHORT in refused
    assert balances.held_by(world.scholarships.id, "cash") == LEFT_OVER
    assert deciding.committed(world.scholarships.id) == 4 * MILLION
    assert db.session.query(Payout).filter_by(state="paid").count() == 6
    assert db.session.query(Document).filter_by(kind="payment").count() == 6
    assert paid.holds()


def test_fifty_handovers_never_give_a_bicycle_twice(app: Flask, world: AwardWorld) -> None:
    """Ten bicycles on one list, each handed over by five people at once."""
    payout = paid.approve(world, paid.prepare(world, paid.goods(world, 10), "goods"))
    wanted = [f"{payout.id}:{line.id}" for line in lists.lines_of(payout)]

    said = all_at_once(app, "hand_over", two_treasurers(world), in_turns(wanted))

    assert len(said) == TIMES
    assert sum(line.startswith("done") for line in said) == 10
    bicycles = world.world.bicycles.id
    assert (deciding.pieces(bicycles, "stock"), deciding.pieces(bicycles, "reservations")) == (0, 0)
    assert {line.outcome for line in lists.lines_of(payout)} == {"received"}
    assert paid.holds()
