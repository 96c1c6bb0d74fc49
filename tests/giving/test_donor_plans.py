"""However many donors there are, lists and searches read a short way along an index; no table is scanned or sorted."""

import pytest

from khuyenhoc.giving import donor_list, donor_matching
from khuyenhoc.giving.donor_search import possible_duplicates, search
from khuyenhoc.giving.donors import Donor
from khuyenhoc.giving.views.donors import ORDERS
from khuyenhoc.web import lists
from tests.giving.donor_world import new_donor, open_unit
from tests.support.plans import plans


@pytest.fixture
def ward(app):
    unit = open_unit()
    for name in ("Trần Thị Minh Họa", "Võ Thị Minh Hoa", "Nguyễn Văn Thí Dụ"):
        new_donor(unit, name=name, phone="0900000002")
    return unit


@pytest.mark.parametrize("typed", ["minh hoa", "Minh Họa", "hoa", "h t", "0002", "hoa 0002", "nguyễn văn thí dụ"])
def test_a_search_reads_ranges_of_the_index(ward, typed):
    with plans() as told:
        assert search(typed, [ward.id], limit=1)

    assert told.found
    assert told.costly() == []


@pytest.mark.parametrize("typed", ["nguyễn văn thí dụ", "ng va th du"])
@pytest.mark.parametrize("limit", [0, 8])
def test_so_does_a_search_for_words_that_are_all_common(ward, monkeypatch, typed, limit):
    monkeypatch.setattr(donor_matching, "COUNTED_PAIRS", (1,))
    monkeypatch.setattr(donor_matching, "RARE", 0)

    with plans() as told:
        assert len(search(typed, [ward.id], limit)) == min(limit, 1)

    assert sum("LIMIT" in statement and "COUNT(*)" in statement for statement, _steps in told.found) == 1 + (limit > 0)
    assert told.costly() == []


def test_looking_for_the_same_giver_reads_two_ranges(ward):
    with plans() as told:
        assert possible_duplicates("tran thi minh hoa", "0900000002", [ward.id])

    assert told.costly("ix_donors_everywhere") == []


@pytest.mark.parametrize("narrowed", [{}, {"kind": "individual"}, {"display": "full"}])
@pytest.mark.parametrize("units", [1, 3])
def test_a_page_of_the_list_follows_an_index(app, ward, narrowed, units):
    unit_ids = [ward.id, 900, 901][:units]

    with plans() as told, app.test_request_context("/nha-hao-tam"):
        assert lists.read(donor_list.statement(unit_ids, **narrowed), ORDERS, Donor.id).rows

    assert told.costly("ix_donors_everywhere") == []
