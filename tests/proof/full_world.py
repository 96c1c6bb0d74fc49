"""Books with at least one of everything that ``verify`` covers, for tests that tamper with it."""

import datetime

from khuyenhoc.approvals import requests
from khuyenhoc.core.database import db, writing
from khuyenhoc.giving import desks, gift_papers, gift_rows
from khuyenhoc.ledger import periods
from khuyenhoc.org.users import COMMAND_LINE
from khuyenhoc.treasury import cash_counts
from tests.giving.gift_world import Ward, make_ward
from tests.support.world import DAY

LAST_MONTH = DAY - datetime.timedelta(days=31)


def make_full_world() -> Ward:
    """Gifts of every kind, a void by two people, papers, a desk with its count, a closed month, a returned request."""
    ward = make_ward()
    early = ward.give(gift=ward.gift(ward.line(300_000), on=LAST_MONTH))
    ward.give(2_000_000)
    goods = ward.give(gift=ward.gift(ward.bicycles(2), method="in_kind"))
    ward.give(gift=ward.gift(ward.line(700_000), method="bank", donor=ward.company))
    voided = ward.give(90_000)
    ward.approve(ward.ask_void(voided))
    returned = ward.ask_void(early)
    ward.world.pay(120_000)
    ward.world.decide(100_000)
    ward.world.reserve(1)
    with writing():
        requests.send_back(returned, by=ward.chair, reason="Khoản này đúng")
        for document in (early, goods):
            gift_papers.issue_and_print(gift_rows.row(document), by=ward.treasurer)
        desk = desks.open_desk(ward.world.bicycles, name="Đêm gây quỹ", method="cash", on=DAY, by=ward.treasurer)
        cash_counts.count_cash(
            ward.world.cash, {500_000: 4, 20_000: 9}, by=ward.treasurer, key="count-1", desk_id=desk.id
        )
        periods.close(ward.world.unit.id, periods.month_index(LAST_MONTH), by=COMMAND_LINE)
    db.session.rollback()
    return ward
