"""The sites that are measured are honest: what fills them quickly writes what the rules write."""

from flask import Flask
from sqlalchemy import func, select

from bench import filling
from khuyenhoc.core.database import db
from khuyenhoc.giving import gift_list
from khuyenhoc.giving.gift_list import Wanted
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.proof.verify import verify

GIFTS = 200


def test_a_filled_site_verifies(app: Flask) -> None:
    site = filling.fill(GIFTS, donors=40)

    assert [answer.violations for answer in verify().answers if not answer.ok] == []
    assert db.session.scalar(select(func.count()).select_from(Document)) == GIFTS
    assert gift_list.totals(Wanted(frozenset([site.world.unit.id]))).gifts < GIFTS
