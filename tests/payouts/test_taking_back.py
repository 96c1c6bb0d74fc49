"""Goods come back: the handover is voided by its mirror, the rest of it is recorded again, nothing else moves."""

import datetime
from collections.abc import Callable

import pytest
import time_machine
from flask import Flask

from khuyenhoc.awards import decisions
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.core.clock import VIETNAM
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.goods import lots
from khuyenhoc.goods.goods_tables import LotTake, Serial
from khuyenhoc.history import events
from khuyenhoc.ledger import documents, periods
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.papers.verification import verification
from khuyenhoc.payouts import handovers, lists, outcomes, paying, vouchers
from khuyenhoc.payouts.payout_tables import Payout
from khuyenhoc.payouts.receiving import Receipt
from khuyenhoc.proof import reconcile
from khuyenhoc.reports import annual, became
from khuyenhoc.tracing import earmarks, stories
from tests.awards import deciding
from tests.awards.award_world import AwardWorld, make_award_world
from tests.goods import stocked
from tests.goods.stocked import EACH
from tests.payouts import paid, taken_back
from tests.reports.given import Given, make_given
from tests.reports.year_world import THEN, YEAR, year_of
from tests.support import approved
from tests.support.world import HA
from tests.support.worlds import Worlds

Clock = Callable[[datetime.datetime], None]
CHEAP, DEAR = 1_000_000, 3_000_001


def stock(world: AwardWorld) -> tuple[int, int, int]:
    """On hand, reserved, free: of the bicycles, by the ledger."""
    campaign = world.world.bicycles.id
    return tuple(deciding.pieces(campaign, kind) for kind in ("stock", "reservations", "free"))  # type: ignore[return-value]


def sources(award: Award) -> list[tuple[int, int]]:
    return [(came.source_id, came.amount) for came in stories.sources_of_award(award.id)]


def lot(world: AwardWorld, amount: int, n: int) -> Document:
    """So many bicycles given in kind, worth so many đồng together."""
    ward = world.world
    return ward.post("gift", "HV", ward.line(ward.stock, "received", amount, n=n))


def fresh(payout: Payout) -> Payout:
    db.session.rollback()
    db.session.expire_all()
    return lists.get_payout(payout.id)


def test_one_of_three_waits_again_and_the_others_are_recorded_again(world: AwardWorld, clock: Clock) -> None:
    payout, document, lines = taken_back.handed_over(world, 3, "GT24001", "GT24002", "GT24003")
    before = [(line.received_by, line.relation, line.witness_name, line.received_at) for line in lines]
    clock(datetime.datetime(2026, 8, 20, 9, 0, tzinfo=datetime.UTC))
    assert stock(world)[:2] == (0, 0)

    again = taken_back.taken_back(world, payout, lines[1:2])

    assert again is not None
    old, (first, back, third) = documents.get_document(document.id, fresh=True), lists.lines_of(payout)
    assert (old.is_void, again.label, again.replaces_id, again.amount) == (True, "XK-2026-0002", document.id, 2 * EACH)
    assert again.date == datetime.date(2026, 8, 20) == documents.entry_of(again).date
    assert again.memo.startswith("Ghi lại XK-2026-0001: Trao 2 suất theo Quyết định 01/QĐ-HKH")
    assert stock(world)[:2] == (1, 1)
    assert (back.outcome, back.document_id, back.received_by, back.received_at) == ("waiting", None, "", None)
    assert (back.witness_name, back.relation, back.recorded_by) == ("", "", None)
    for line, then in ((first, before[0]), (third, before[2])):
        assert (line.outcome, line.document_id) == ("received", again.id)
        assert (line.received_by, line.relation, line.witness_name, line.received_at) == then
    assert paid.states(lines) == ["handed_over", "published", "handed_over"]
    assert (payout.state, payout.document_id, payout.paid_by) == ("handed_over", again.id, world.treasurer.id)
    assert paid.holds()


def test_numbered_pieces_are_back_for_the_same_award_and_the_others_went_by_the_new_document(world: AwardWorld) -> None:
    payout, _document, lines = taken_back.handed_over(world, 2, "GT24001", "GT24002")

    again = taken_back.taken_back(world, payout, lines[:1])

    assert again is not None
    went = {one.serial: (one.award_id, one.handover_id) for one in db.session.query(Serial)}
    assert went == {"GT24001": (lines[0].award_id, None), "GT24002": (lines[1].award_id, again.id)}
    assert list(lots.numbered(world.world.bicycles.id, world.world.bicycle.id).values()) == [1]
    stocked.hand_over(world, payout, [0])
    assert {one.handover_id for one in db.session.query(Serial)} == {again.id, again.id + 1}
    assert paid.holds()


def test_what_the_line_said_the_history_keeps(world: AwardWorld) -> None:
    payout, document, lines = taken_back.handed_over(world, 1)

    taken_back.taken_back(world, payout, lines)

    told = events.of("payout_lines", lines[0].id)
    assert "Nguyễn Thị Mẹ" in told[-2].content
    assert (told[-1].action, told[-1].actor_name) == ("payout.taken_back", world.chair.signature)
    assert (told[-1].reason, document.label in told[-1].details) == (taken_back.WHY, True)
    (voided,) = (one for one in events.of("documents", document.id) if one.action == "document.voided")
    assert f'"asked_by": "{world.secretary.signature}"' in voided.details


def test_where_nothing_else_remains_there_is_only_the_void(world: AwardWorld) -> None:
    payout, document, lines = taken_back.handed_over(world, 2)

    assert taken_back.taken_back(world, payout, lines) is None

    assert documents.get_document(document.id, fresh=True).is_void
    assert (payout.state, payout.document_id, payout.paid_by, payout.paid_by_name) == ("approved", None, None, None)
    assert db.session.query(Document).filter_by(kind="handover").count() == 1
    assert stock(world)[:2] == (2, 2)
    assert paid.holds()
    with writing():
        lists.cancel(payout, by=world.accountant, reason="Lập lại")
    assert paid.holds()


def test_afterwards_it_is_handed_over_marked_absent_or_after_a_withdrawal_returned(world: AwardWorld) -> None:
    payout, _document, lines = taken_back.handed_over(world, 3)
    taken_back.taken_back(world, payout, lines)

    stocked.hand_over(world, payout, [0])
    paid.stay_away(world, payout, lines[1:2])
    decision = decisions.get_decision(payout.decision_id)
    deciding.sign(world, deciding.withdraw(world, decision, [lines[2].award]))
    with writing():
        outcomes.give_back(payout, [lines[2].id], reason="Đã thu hồi", by=world.accountant, key=token())

    assert [line.outcome for line in lists.lines_of(payout)] == ["received", "absent", "returned"]
    assert stock(world)[:2] == (2, 1)
    assert paid.holds()


def test_it_can_be_taken_back_again_and_again(world: AwardWorld) -> None:
    payout, _document, lines = taken_back.handed_over(world, 3)

    first = taken_back.taken_back(world, payout, lines[:1])
    second = taken_back.taken_back(world, fresh(payout), lists.lines_of(payout)[1:2])

    assert first is not None
    assert second is not None
    assert (second.replaces_id, second.amount) == (first.id, EACH)
    stocked.hand_over(world, payout, [0, 1])
    assert stock(world)[:2] == (0, 0)
    assert paid.holds()


def test_another_handover_of_the_list_stays_untouched(world: AwardWorld) -> None:
    stocked.given(world, 3)
    payout = stocked.listed(world, stocked.decided(world, 3))
    first, second = stocked.hand_over(world, payout, [0]), stocked.hand_over(world, payout, [1, 2], by=world.secretary)
    lines = lists.lines_of(payout)

    taken_back.taken_back(world, payout, lines[:1])

    assert documents.get_document(first.id, fresh=True).is_void
    assert not documents.get_document(second.id, fresh=True).is_void
    assert (payout.document_id, payout.paid_by, payout.state) == (second.id, world.secretary.id, "handed_over")
    assert paid.holds()


def test_each_award_keeps_its_pieces_of_its_lot_and_giver(world: AwardWorld) -> None:
    """Of two lots at two prices: the older piece comes back, the dearer one is not put in its place."""
    old, new = lot(world, CHEAP, 1), lot(world, 2 * DEAR + 1, 2)
    payout = stocked.listed(world, stocked.decided(world, 3))
    stocked.hand_over(world, payout)
    lines = lists.lines_of(payout)
    had = [sources(line.award) for line in lines]
    assert had == [[(old.id, CHEAP)], [(new.id, DEAR)], [(new.id, DEAR + 1)]]

    again = taken_back.taken_back(world, payout, lines[:1])

    assert again is not None
    assert [sources(line.award) for line in lists.lines_of(payout)] == [[], *had[1:]]
    (take,) = db.session.query(LotTake).filter_by(document_id=again.id)
    assert (take.lot_document_id, take.quantity, take.amount) == (new.id, 2, 2 * DEAR + 1)
    assert [one[:3] for one in lots.lots(world.world.bicycles.id, world.world.bicycle.id)] == [(old.id, 1, 1)]
    stocked.hand_over(world, payout, [0])
    assert sources(lines[0].award) == had[0]
    assert paid.holds()


def test_an_award_of_pieces_of_two_lots_keeps_them_both(world: AwardWorld) -> None:
    lot(world, CHEAP, 1), lot(world, 5 * DEAR, 5)
    programme = deciding.bicycles(world, pieces=3, publication_days=0)
    world.awards(programme, 2, "recommended")
    payout = stocked.listed(world, deciding.published(world, programme))
    stocked.hand_over(world, payout)
    lines = lists.lines_of(payout)
    had = [sources(line.award) for line in lines]

    again = taken_back.taken_back(world, payout, lines[1:])

    assert again is not None
    takes = db.session.query(LotTake).filter_by(document_id=again.id).order_by(LotTake.position)
    assert [(one.quantity, one.amount) for one in takes] == [(1, CHEAP), (2, 2 * DEAR)]
    assert sources(lines[0].award) == had[0]
    assert paid.holds()


def test_campaign_and_annual_report_say_what_was_handed_over(world: AwardWorld) -> None:
    payout, _document, lines = taken_back.handed_over(world, 3)

    taken_back.taken_back(world, payout, lines[:1])
    db.session.rollback()

    (campaign,) = reconcile.report([world.world.bicycles.code])["campaigns"]
    assert (campaign["reconciled"], campaign["spent"]["bicycle"]) == (True, 2 * EACH)
    assert campaign["items"][0] | {"handed_over": 2, "on_hand": 1, "reserved": 1, "free": 0} == campaign["items"][0]
    report = annual.of(year_of(world.unit, 2026))
    assert (report.awards.by_kind["bicycle"].count, report.people.count) == (2, 2)
    assert (report.books.spent["bicycle"], report.differences()) == (2 * EACH, {})
    assert report.goods[0].handed_over == 2


def test_the_old_minutes_stand_no_more_and_new_ones_tell_of_the_first_day(world: AwardWorld, clock: Clock) -> None:
    payout, document, lines = taken_back.handed_over(world, 2)
    with writing():
        handovers.issue_and_print(payout, document, by=world.secretary)
        vouchers.issue_and_print(payout, document, by=world.secretary)
    papers = [handovers.find(document), vouchers.find(document)]
    clock(datetime.datetime(2026, 9, 20, 9, 0, tzinfo=datetime.UTC))

    again = taken_back.taken_back(world, payout, lines[:1])

    for paper in papers:
        facts = verification(paper.code) if paper is not None else None
        assert facts is not None
        assert (facts.state, facts.genuine) == ("void", True)
    assert again is not None
    with writing():
        handovers.issue_and_print(payout, again, by=world.secretary)
        vouchers.issue_and_print(payout, again, by=world.secretary)
    paper = handovers.find(again)
    assert paper is not None
    facts = verification(paper.code)
    assert facts is not None
    assert (facts.state, facts.number, facts.amount) == ("live", "XK-2026-0002", EACH)
    said = paper.frozen
    assert (said["day"], said["instead_of"], said["handed_over_by"]) == (
        "2026-08-15",
        "XK-2026-0001",
        world.treasurer.full_name,
    )
    assert [row["code"] for row in said["rows"]] == ["XD26-0002"]
    assert paid.holds()


def test_a_correction_of_last_month_s_handover_is_dated_today(world: AwardWorld, clock: Clock) -> None:
    """The old month may be closed meanwhile: the mirror and what is recorded again stand in the open one."""
    payout, document, lines = taken_back.handed_over(world, 2)
    clock(datetime.datetime(2026, 9, 20, 9, 0, tzinfo=datetime.UTC))
    with writing():
        approved.close(world.unit.id, periods.month_index(document.date), by=HA)

    again = taken_back.taken_back(world, payout, lines[:1])

    assert again is not None
    assert (document.date.month, again.date.month) == (8, 9)
    assert paid.holds()


def test_in_the_next_year_the_others_still_count_in_the_one_in_which_they_received(app: Flask) -> None:
    """Three bicycles in December, two of them taken back one after the other in August, one handed over again then."""
    with time_machine.travel(datetime.datetime(YEAR, 12, 15, 9, tzinfo=VIETNAM), tick=False):
        world = make_award_world()
        world.world.bicycles_given(3, on=THEN)
        decision = stocked.decided(world, 3)
        payout = paid.approve(world, paid.prepare(world, decision, "goods", planned_on=THEN))
        stocked.hand_over(world, payout)
    assert (in_year(world, YEAR), in_year(world, YEAR + 1)) == ((3, 3, 3 * EACH, 3), (0, 0, 0, 0))

    taken_back.taken_back(world, payout, lists.lines_of(payout)[:1])
    assert (in_year(world, YEAR), in_year(world, YEAR + 1)) == ((2, 2, 2 * EACH, 2), (0, 0, 0, 0))

    taken_back.taken_back(world, payout, lists.lines_of(payout)[1:2])
    assert (in_year(world, YEAR), in_year(world, YEAR + 1)) == ((1, 1, EACH, 1), (0, 0, 0, 0))

    stocked.hand_over(world, payout, [0])
    assert (in_year(world, YEAR), in_year(world, YEAR + 1)) == ((1, 1, EACH, 1), (1, 1, EACH, 1))
    assert paid.holds()


def in_year(world: AwardWorld, number: int) -> tuple[int, int, int, int]:
    """Bicycles, people, đồng and pieces that a year's report tells of; the year adds up, documents and ledger agree."""
    db.session.rollback()
    report = annual.of(year_of(world.unit, number))
    assert report.differences() == {}
    assert all(part.books.left == part.books.closing for part in report.campaigns)
    pieces = sum(goods.handed_over for goods in report.goods)
    return report.awards.by_kind["bicycle"].count, report.people.count, report.books.spent["bicycle"], pieces


@pytest.fixture
def given(worlds: Worlds) -> Given:
    """The ward with its givers."""
    return worlds.begin_with(make_given)


def test_the_giver_s_page_counts_what_was_kept_on_the_day_it_was_handed_over(given: Given, clock: Clock) -> None:
    gift = given.bicycles(3)
    payout = given.bicycles_handed_over(3)
    lines = lists.lines_of(payout)
    clock(datetime.datetime(2026, 9, 20, 9, 0, tzinfo=datetime.UTC))

    taken_back.taken_back(given.world, payout, lines[:1])

    story = became.of({gift.id: gift.amount})[gift.id]
    assert [(aid.kind, aid.whole, aid.amount) for aid in story.aids] == [("bicycle", 2, 2 * EACH)]
    assert [(piece.handed_over, piece.in_stock) for piece in story.pieces] == [(2, 1)]
    assert [rest.amount for rest in story.rests] == [EACH]
    assert [(step.date, step.amount) for step in story.steps] == [(datetime.date(2026, 8, 15), 2 * EACH)]
    assert paid.holds()


def test_bicycles_bought_of_two_gifts_stay_with_whoever_paid_for_them(given: Given) -> None:
    bicycles = given.world.world.bicycles
    one, two = given.gift(EACH + 100_000, bicycles), given.gift(2 * EACH - 100_000, bicycles, donor=given.ward.company)
    given.buy_bicycles(3)
    payout = given.bicycles_handed_over(3)
    lines = lists.lines_of(payout)
    had = [sources(line.award) for line in lines]
    assert {source for some in had for source, _amount in some} == {one.id, two.id}

    taken_back.taken_back(given.world, payout, lines[:1])

    assert [sources(line.award) for line in lines] == [[], *had[1:]]
    assert paid.holds()


def test_after_a_gift_was_voided_and_recorded_again_the_rest_keeps_what_it_stands_on_now(given: Given) -> None:
    """The money behind the bicycles was another giver's: what was re-pointed stays so."""
    bicycles = given.world.world.bicycles
    wrong, other = given.gift(3 * EACH, bicycles), given.gift(3 * EACH, bicycles, donor=given.ward.company)
    given.buy_bicycles(3)
    payout = given.bicycles_handed_over(3)
    with writing():
        approved.void(wrong, reason="Gõ hai lần", by=HA, approved_by=HA)
    lines = lists.lines_of(payout)
    assert {source for line in lines for source, _amount in sources(line.award)} == {other.id}

    taken_back.taken_back(given.world, payout, lines[:1])

    assert [sources(line.award) for line in lines] == [[], [(other.id, EACH)], [(other.id, EACH)]]
    assert paid.holds()


def test_goods_whose_giver_s_wish_was_read_anew_are_not_promised_to_the_old_level(given: Given) -> None:
    """What would come back could no longer serve the award: refused in the decision's name, nothing has moved."""
    cycles = deciding.bicycles(given.world, "XD", levels=("LOP6", "LOP9"), publication_days=0)
    gift = given.ward.give(gift=given.ward.gift(given.ward.bicycles(1), method="in_kind", restriction="Chỉ cho lớp 6"))
    with writing():
        approved.bind(gift, cycles.levels[0].id, by=HA)
    decision, _awards = given.decided(cycles, 0)
    payout = stocked.listed(given.world, decision)
    stocked.hand_over(given.world, payout)
    with writing():
        approved.unbind(earmarks.of(gift)[0], by=HA, reason="Đọc lại lời dặn")
    request = taken_back.ask(given.world, payout, lists.lines_of(payout))

    with pytest.raises(Exception, match=r"không còn đủ đúng mục đích.* Quyết định 01/QĐ-HKH"):
        taken_back.approve(given.world, request)

    assert [line.outcome for line in lists.lines_of(fresh(payout))] == ["received"]
    assert paid.holds()


def test_who_handed_over_in_person_is_named_although_somebody_else_asked(world: AwardWorld) -> None:
    stocked.given(world, 2)
    payout = stocked.listed(world, stocked.decided(world, 2))
    lines = lists.lines_of(payout)
    with writing():
        receipts = {line.id: Receipt(line.name, "chính mình", world.secretary.id) for line in lines}
        paying.hand_over(payout, receipts, by=world.treasurer, key=token())

    again = taken_back.taken_back(world, payout, lines[:1])

    assert again is not None
    assert (again.created_by, payout.paid_by) == (world.secretary.id, world.treasurer.id)
    assert handovers.paper_of(payout, again).content()["witnesses"] == [world.secretary.full_name]
