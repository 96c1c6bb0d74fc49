"""A past year of an association with a little of everything that a report tells, so small that one adds it up by hand.

It is lived in December of the year before the tests' evening, so that on that evening its report can be written.
"""

import datetime

import time_machine

from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.core.clock import VIETNAM
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.ledger import periods
from khuyenhoc.org.units import Unit
from khuyenhoc.org.users import COMMAND_LINE
from khuyenhoc.payouts import lists, outcomes, paying
from khuyenhoc.payouts.payout_tables import Payout
from khuyenhoc.reports import years
from khuyenhoc.reports.annual import Annual
from khuyenhoc.reports.years import Year
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld, make_award_world
from tests.payouts import paid
from tests.payouts.paid import MOTHER
from tests.support import approved
from tests.support.world import DAY

THIS_YEAR = DAY.year
YEAR = THIS_YEAR - 1
THEN = datetime.date(YEAR, 12, 15)

SCHOLARSHIPS, BICYCLES = 3, 2


def make_year() -> AwardWorld:
    """Three scholarships in cash, of which one was not fetched, two bicycles, a cost, a transfer, a void."""
    with time_machine.travel(datetime.datetime(YEAR, 12, 15, 9, tzinfo=VIETNAM), tick=False):
        world = make_award_world()
        _pay_scholarships(world)
        _hand_over_bicycles(world)
        books = world.world
        books.gift(400_000, campaign=books.general, on=THEN)
        books.pay(100_000, campaign=books.general, on=THEN)
        books.void(books.gift(90_000, campaign=books.general, on=THEN))
        out = books.line(books.cash, "transfers_out", -200_000, books.general)
        books.post("transfer", "CT", out, books.line(books.cash, "transfers_in", 200_000), on=THEN)
    return world


def _pay_scholarships(world: AwardWorld) -> None:
    world.world.gift(5 * MILLION, campaign=world.scholarships, on=THEN)
    programme = world.programme(publication_days=0)
    world.awards(programme, SCHOLARSHIPS, "recommended")
    payout = _approved(world, deciding.published(world, programme), "cash")
    paid.pay(world, payout)
    lines = lists.lines_of(payout)
    paid.receive(world, payout, lines[:2])
    paid.stay_away(world, payout, lines[2:])


def _hand_over_bicycles(world: AwardWorld) -> None:
    world.world.bicycles_given(BICYCLES, on=THEN)
    programme = deciding.bicycles(world, publication_days=0)
    world.awards(programme, BICYCLES, "recommended")
    payout = _approved(world, deciding.published(world, programme), "goods")
    received = {line.id: MOTHER for line in lists.lines_of(payout)}
    with writing():
        paying.hand_over(payout, received, by=world.treasurer, key=token())


def _approved(world: AwardWorld, decision: Decision, method: str) -> Payout:
    return paid.approve(world, paid.prepare(world, decision, method, planned_on=THEN))


def give_back(world: AwardWorld, on: datetime.date | None = None) -> None:
    """The scholarship that nobody fetched goes back to its campaign, today unless a day is named."""
    payout = db.session.query(Payout).filter_by(method="cash").one()
    line = lists.lines_of(payout)[2]
    with writing():
        outcomes.give_back(payout, [line.id], reason="Đã chuyển đi", by=world.accountant, key=token(), on=on)


def year_of(unit: Unit, number: int = YEAR) -> Year:
    """The year of a unit and everything below it."""
    return years.of_unit(unit, number)


def values_of(report: Annual) -> dict[str, int]:
    """Figure → what the books give."""
    return {one.spec.id: one.value for one in report.figures}


def close_year(unit: Unit) -> None:
    """Close every month of the year that has not been closed, in order."""
    last = periods.month_index(THEN)
    while (turn := periods.next_to_close(unit.id)) is not None and turn <= last:
        with writing():
            approved.close(unit.id, turn, by=COMMAND_LINE)


def reopen_december(unit: Unit) -> None:
    """Open the last month of the year again."""
    with writing():
        approved.reopen(unit.id, periods.month_index(THEN), by=COMMAND_LINE, reason="Sót một chứng từ")
