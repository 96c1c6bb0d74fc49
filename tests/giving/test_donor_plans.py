"""However many donors there are, lists and searches read a short way along an index; no table is scanned or sorted."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, text

from khuyenhoc.core.database import db, is_sqlite
from khuyenhoc.giving import donor_list
from khuyenhoc.giving.donor_search import possible_duplicates, search
from khuyenhoc.giving.donors import Donor
from khuyenhoc.giving.views.donors import ORDERS
from khuyenhoc.web import lists
from tests.giving.donor_world import new_donor, open_unit


@pytest.fixture
def ward(app):
    unit = open_unit()
    for name in ("Trần Thị Minh Họa", "Võ Thị Minh Hoa", "Nguyễn Văn Thí Dụ"):
        new_donor(unit, name=name, phone="0900000002")
    return unit


@contextmanager
def plans() -> Iterator[list[str]]:
    """What each query asked meanwhile would do, as the engine plans it without short cuts for small tables."""
    asked: list[tuple[str, object]] = []
    told: list[str] = []

    def listen(_connection, _cursor, statement, parameters, *_more):
        asked.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        yield told
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    if not is_sqlite():
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
        db.session.execute(text("SET LOCAL enable_bitmapscan = off"))
        db.session.execute(text("SET LOCAL enable_sort = off"))
    connection = db.session.connection()
    for statement, parameters in asked:
        if statement.startswith("SELECT"):
            explain = "EXPLAIN QUERY PLAN " if is_sqlite() else "EXPLAIN "
            rows = connection.exec_driver_sql(explain + statement, parameters)
            told += [str(row[-1]) for row in rows]


def whole_tables(told: list[str]) -> list[str]:
    costly = ("SCAN donor", "TEMP B-TREE", "Seq Scan on donor", "Sort")
    along_an_index = "SCAN donors USING INDEX ix_donors_everywhere"  # stops after one page
    return [step for step in told if any(mark in step for mark in costly) and step != along_an_index]


@pytest.mark.parametrize("typed", ["minh hoa", "Minh Họa", "hoa", "0002", "hoa 0002", "nguyễn văn thí dụ"])
def test_a_search_reads_ranges_of_the_index(ward, typed):
    with plans() as told:
        assert search(typed, [ward.id], limit=1)

    assert told
    assert whole_tables(told) == []


def test_looking_for_the_same_giver_reads_two_ranges(ward):
    with plans() as told:
        assert possible_duplicates("tran thi minh hoa", "0900000002", [ward.id])

    assert whole_tables(told) == []


@pytest.mark.parametrize("narrowed", [{}, {"kind": "individual"}, {"display": "full"}])
@pytest.mark.parametrize("units", [1, 3])
def test_a_page_of_the_list_follows_an_index(app, ward, narrowed, units):
    unit_ids = [ward.id, 900, 901][:units]

    with plans() as told, app.test_request_context("/nha-hao-tam"):
        assert lists.read(donor_list.statement(unit_ids, **narrowed), ORDERS, Donor.id).rows

    assert whole_tables(told) == []
