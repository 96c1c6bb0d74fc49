"""The sites that are measured are honest: what fills them quickly writes what the rules write."""

from flask import Flask
from sqlalchemy import func, select

from bench import filling, proving, spending
from khuyenhoc.core.database import db
from khuyenhoc.giving import gift_list
from khuyenhoc.giving.gift_list import Wanted
from khuyenhoc.ledger import balances
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.tracing import stories

GIFTS = 200


def test_a_filled_site_verifies(app: Flask) -> None:
    site = filling.fill(GIFTS, donors=40)

    assert proving.faults() == []
    assert db.session.scalar(select(func.count()).select_from(Document)) == GIFTS
    assert gift_list.totals(Wanted(frozenset([site.world.unit.id]))).gifts < GIFTS


def test_a_site_with_paid_awards_verifies(app: Flask) -> None:
    site = filling.fill(GIFTS, donors=40, awards=GIFTS // 2)

    assert proving.faults() == []
    paid = stories.sums_per_award(spending.FIRST_AWARD + number for number in range(GIFTS // 2))
    assert sorted(set(paid.values())) == sorted(spending.SIZES)
    assert balances.available(site.world.campaign.id) > 0
