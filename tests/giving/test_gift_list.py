"""The list of gifts: what is asked is found by one range of an index, totals come from kept sums."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import bindparam, text
from sqlalchemy.dialects import postgresql, sqlite

from khuyenhoc.core.database import db, is_sqlite, writing
from khuyenhoc.giving import desks, gift_list, gift_numbers, gift_rows
from khuyenhoc.giving.donor_search import search
from khuyenhoc.giving.gift_list import Totals, Wanted
from khuyenhoc.giving.gift_side import latest, so_far
from khuyenhoc.giving.recorders import DISTINCT, recorders
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.web import lists
from tests.giving.gift_world import YESTERDAY, Ward
from tests.support.plans import plans
from tests.support.world import DAY, make_world


def _found(wanted: Wanted) -> list[str]:
    selection = gift_list.select_gifts(wanted)
    ids = {identity for statement in selection.of for identity in db.session.scalars(statement)}
    return [db.session.get_one(Document, identity).label for identity in sorted(ids)]


@pytest.fixture
def evening(ward: Ward) -> Ward:
    """Two gifts of Bà Họa, one of a company for two campaigns, one of goods, one void."""
    ward.give(gift=ward.gift(ward.line(100_000), on=YESTERDAY))
    ward.give(200_000, by=ward.accountant)
    shared = [ward.line(3_000_000), ward.line(1_000_000, ward.world.general)]
    ward.give(gift=ward.gift(*shared, method="bank", donor=ward.company))
    ward.give(gift=ward.gift(ward.bicycles(2), method="in_kind", donor=ward.company))
    ward.approve(ward.ask_void(ward.give(9_000_000)))
    return ward


def test_every_question_finds_its_gifts(evening: Ward) -> None:
    mine = frozenset([evening.world.unit.id])

    assert len(_found(Wanted(mine))) == 5
    assert _found(Wanted(frozenset())) == []
    assert _found(Wanted(mine, starts=DAY, method="cash")) == ["PT-2026-0002", "PT-2026-0003"]
    assert _found(Wanted(mine, ends=YESTERDAY)) == ["PT-2026-0001"]
    assert _found(Wanted(mine, campaign_id=evening.world.general.id)) == ["NH-2026-0001"]
    assert _found(Wanted(mine, campaign_id=evening.world.bicycles.id, method="in_kind")) == ["HV-2026-0001"]
    assert _found(Wanted(mine, donor_ids=[evening.company.id])) == ["NH-2026-0001", "HV-2026-0001"]
    assert _found(Wanted(mine, donor_ids=[evening.company.id], method="bank")) == ["NH-2026-0001"]
    assert _found(Wanted(mine, donor_ids=[evening.hoa.id], campaign_id=evening.world.general.id)) == []
    assert _found(Wanted(mine, donor_ids=[])) == []
    assert _found(Wanted(mine, state="voided")) == ["PT-2026-0003"]
    assert _found(Wanted(mine, recorder_id=evening.accountant.id)) == ["PT-2026-0002"]
    assert _found(Wanted(mine, number=gift_numbers.read("hv 2026 1"))) == ["HV-2026-0001"]
    assert _found(Wanted(frozenset([0]), number=gift_numbers.read("HV-2026-0001"))) == []


def test_totals_count_what_is_alive(evening: Ward) -> None:
    mine = frozenset([evening.world.unit.id])
    general = evening.world.general.id

    assert gift_list.totals(Wanted(mine)) == Totals(4, {"cash": 300_000, "bank": 4_000_000, "in_kind": 4_750_000})
    assert gift_list.totals(Wanted(mine, ends=YESTERDAY)).everything == 100_000
    assert gift_list.totals(Wanted(mine, campaign_id=general)) == Totals(1, {"bank": 1_000_000})
    assert gift_list.totals(Wanted(mine, recorder_id=evening.treasurer.id)).gifts == 3
    assert gift_list.totals(Wanted(mine, donor_ids=[evening.company.id], campaign_id=general)).money == 1_000_000
    assert gift_list.totals(Wanted(mine, donor_ids=[evening.hoa.id])) == Totals(2, {"cash": 300_000})
    assert gift_list.totals(Wanted(mine, state="voided")).gifts == 0


def test_the_sum_of_one_method_sorts_nothing(evening: Ward) -> None:
    mine = frozenset([evening.world.unit.id])

    with plans() as told:
        of_cash = gift_list.totals(Wanted(mine, method="cash", recorder_id=evening.treasurer.id))
        of_goods = gift_list.totals(Wanted(mine, method="in_kind", state="acknowledged"))

    assert of_cash == Totals(1, {"cash": 100_000})
    assert of_goods == Totals()
    assert [step for _statement, steps in told.found for step in steps if "TEMP B-TREE" in step or "Sort" in step] == []


def test_too_many_to_sum_up_is_said(evening: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gift_list, "SUMMED", 1)

    assert gift_list.totals(Wanted(frozenset([evening.world.unit.id]), donor_ids=[evening.hoa.id])).more


def test_a_void_row_says_why_and_who(evening: Ward) -> None:
    gift = evening.give(5_000_000)
    evening.approve(evening.ask_again(gift, evening.gift(evening.line(500_000))))
    waiting = evening.give(1_000)
    evening.ask_void(waiting)
    db.session.expire_all()

    void, other = gift_rows.rows([db.session.get_one(Document, gift.id), db.session.get_one(Document, waiting.id)])

    again = "Gõ nhầm số tiền, ghi lại ở phiếu PT-2026-0005. Ông Nguyễn Văn Ví Dụ duyệt hủy 15/8/2026."
    assert void.notes == [again]
    assert (void.state_name, other.state_name) == ("Đã hủy", "Chờ duyệt hủy")


def test_the_donors_pages_learn_of_the_gifts(evening: Ward) -> None:
    assert so_far([evening.hoa.id, evening.company.id]) == {evening.hoa.id: (2, 2026), evening.company.id: (2, 2026)}
    assert [gift["number"] for gift in latest(evening.company.id)] == ["HV-2026-0001", "NH-2026-0001"]
    assert search("NH-2026-0001", [evening.world.unit.id]) == [evening.company]


@pytest.mark.parametrize("typed", ["PT-2026-0013", "pt 2026 13", "PT2026-13", " pt-2026-00013 "])
def test_numbers_are_read_as_typed(typed: str) -> None:
    assert gift_numbers.read(typed) == ("PT", 2026, 13)


@pytest.mark.parametrize("typed", ["", "XX-2026-1", "PT-26-1", "PT-２０２６-1", "PT-2026-1234567890", "Phạm Thị"])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert gift_numbers.read(typed) is None


def test_who_has_recorded_is_offered(evening: Ward) -> None:
    evening.give(1_000, by=evening.chair)
    elsewhere = make_world("U09").unit.id

    people = recorders([evening.world.unit.id, elsewhere])

    assert people == [
        (evening.chair.id, evening.chair.signature),
        (evening.treasurer.id, evening.treasurer.signature),
        (evening.accountant.id, evening.accountant.signature),
    ]
    assert recorders([elsewhere]) == recorders([]) == []


def test_one_evening_is_a_list_of_its_own(evening: Ward) -> None:
    mine = frozenset([evening.world.unit.id])
    with writing():
        desk = desks.open_desk(evening.world.bicycles, name="Đêm gây quỹ", method="cash", on=DAY, by=evening.treasurer)
    evening.give(3_000, desk=desk)
    evening.give(4_000, desk=desk)

    assert _found(Wanted(mine, desk_id=desk.id)) == ["PT-2026-0004", "PT-2026-0005"]
    assert gift_list.totals(Wanted(mine, desk_id=desk.id)) == Totals(2, {"cash": 7_000})
    assert _found(Wanted(mine, desk_id=desk.id, donor_ids=[evening.company.id])) == []
    assert [d.amount for d in gift_list.latest(evening.world.bicycles.id, 2)] == [4_000, 3_000]


def _plan(wanted: Wanted) -> str:
    selection = gift_list.select_gifts(wanted)
    assert selection.of
    order = (selection.date.desc(), selection.id.desc())
    statement = selection.of[0].order_by(*order).limit(51)
    dialect = sqlite.dialect() if is_sqlite() else postgresql.dialect()
    sql = str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    explain = "EXPLAIN QUERY PLAN " if is_sqlite() else "EXPLAIN "
    return "\n".join(str(row) for row in db.session.execute(text(explain + sql.replace(":", "\\:"))))


def test_no_question_scans_or_sorts_a_table(evening: Ward) -> None:
    with writing():
        if not is_sqlite():
            db.session.execute(text("SET LOCAL enable_seqscan = off"))
            db.session.execute(text("SET LOCAL enable_bitmapscan = off"))
            db.session.execute(text("SET LOCAL enable_sort = off"))
        mine = frozenset([evening.world.unit.id])
        since = DAY - timedelta(days=30)
        for wanted in (
            Wanted(mine),
            Wanted(mine, starts=since, ends=date(2026, 8, 20)),
            Wanted(mine, campaign_id=evening.world.bicycles.id),
            Wanted(mine, campaign_id=evening.world.bicycles.id, starts=since, method="cash", state="recorded"),
            Wanted(mine, donor_ids=[evening.hoa.id]),
            Wanted(mine, donor_ids=[evening.hoa.id], method="cash", starts=since),
            Wanted(mine, method="in_kind"),
            Wanted(mine, state="voided"),
            Wanted(mine, recorder_id=evening.treasurer.id),
        ):
            plan = _plan(wanted)
            for bad in ("SCAN", "TEMP B-TREE", "Seq Scan", "Sort"):
                assert bad not in plan, f"{wanted}: {plan}"


@pytest.mark.parametrize("order", ["-tien", "tien"])
def test_a_page_in_the_middle_is_found_at_once_among_many_of_one_amount(app: Flask, evening: Ward, order: str) -> None:
    """By amount and number, not by the amount alone: of a million gifts fifty thousand are of one amount."""
    same = [evening.give(500_000).label for _gift in range(5)]
    selection = gift_list.select_gifts(Wanted(frozenset([evening.world.unit.id])))
    ways = (lists.Order("ngay", "", selection.date, date), lists.Order("tien", "", selection.amount))

    def page(after: str = "") -> lists.Listing:
        with app.test_request_context(f"/khoan-ung-ho?xep={order}&sau={after}"):
            return lists.read(selection.gifts, ways, selection.id, size=2)

    shown, after = [], page().following
    while after:
        with plans() as told:
            shown_now = page(after)
        steps = " ".join(step for statement, rows in told.found if "list_key" in statement for step in rows)
        assert ("amount=? AND id" if is_sqlite() else "ROW(amount, id)") in steps, steps
        assert told.costly() == []
        shown, after = [*shown, *(row.label for row in shown_now.rows)], shown_now.following

    assert [label for label in shown if label in same] == (same[::-1] if order == "-tien" else same)
    assert len(shown) == len(set(shown)) == 8


def test_the_recorders_are_found_step_by_step_along_an_index(evening: Ward) -> None:
    explain = "EXPLAIN QUERY PLAN " if is_sqlite() else "EXPLAIN "
    steps = text(explain + DISTINCT.text).bindparams(bindparam("units", expanding=True))
    with writing():
        if not is_sqlite():
            db.session.execute(text("SET LOCAL enable_seqscan = off"))
            # Of a dozen rows any index is as good, once somebody has counted them; of a million it is not.
            db.session.execute(text("UPDATE pg_class SET reltuples = 1e6, relpages = 1 WHERE relname = 'documents'"))
            db.session.execute(text("DELETE FROM pg_statistic WHERE starelid = 'documents'::regclass"))
        plan = "\n".join(map(str, db.session.execute(steps, {"units": [evening.world.unit.id]})))
        db.session.rollback()

    assert "ix_documents_recorder" in plan, plan
    assert "Seq Scan on documents" not in plan, plan
    assert "SCAN d" not in plan, plan
