"""What became of a gift: counts and sums that add up to it, never a recipient without consent."""

import datetime

import pytest
from sqlalchemy import event

from khuyenhoc.core.database import db, writing
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.payouts import lists
from khuyenhoc.recipients import consents
from khuyenhoc.reports import became, telling
from khuyenhoc.reports.became import Story
from tests.payouts import paid
from tests.reports.given import AGREED, MILLION, Given

BICYCLE = 2_375_000


def story(gift: Document, *, named: bool = False, on: datetime.date | None = None) -> Story:
    """What became of one gift; whatever it is, it adds up to the đồng."""
    db.session.rollback()
    found = became.of({gift.id: gift.amount}, named=named, on=on)[gift.id]
    assert found.untraced == 0
    return found


def test_a_gift_that_nothing_was_paid_from_lies_in_its_campaign(given: Given) -> None:
    found = story(given.gift(1_250_000))

    assert telling.in_words(found) == "còn 1.250.000\u00a0₫ chưa dùng"
    assert [(rest.campaign, rest.item, rest.amount) for rest in found.rests] == [("Học bổng Tiếp bước", "", 1_250_000)]
    assert telling.without_amounts(found) == ""


def test_scholarships_are_counted_and_what_is_left_is_said_to_the_dong(given: Given) -> None:
    gift = given.gift(5_250_000)
    given.awards(4)

    found = story(gift)

    assert telling.in_words(found) == "4 suất học bổng, còn 1.250.000\u00a0₫ chưa dùng"
    assert (found.used, found.unspent) == (4 * MILLION, 1_250_000)
    assert telling.heading("Bà Họa", found) == "Cảm ơn Bà Họa, món quà đã thành 4 suất học bổng"


def test_an_award_that_two_givers_paid_is_told_as_shared_to_both(given: Given) -> None:
    first, second = given.gift(1_500_000), given.gift(700_000, donor=given.ward.company)
    given.awards(2)

    assert telling.in_words(story(first)) == "1 suất học bổng, góp phần vào 1 suất học bổng khác"
    assert telling.in_words(story(second)) == "góp phần vào 1 suất học bổng, còn 200.000\u00a0₫ chưa dùng"
    assert (
        telling.heading("Quý Công ty", story(second)) == "Cảm ơn Quý Công ty, món quà đã góp phần vào 1 suất học bổng"
    )


def test_what_two_gifts_of_one_donor_paid_together_is_whole_for_that_donor(given: Given) -> None:
    gifts = [given.gift(1_500_000), given.gift(500_000)]
    given.awards(2)
    db.session.rollback()

    each, all_of_them = became.each_and_all({gift.id: gift.amount for gift in gifts})

    assert [telling.in_words(each[gift.id]) for gift in gifts] == [
        "1 suất học bổng, góp phần vào 1 suất học bổng khác",
        "góp phần vào 1 suất học bổng",
    ]
    assert telling.in_words(all_of_them) == "2 suất học bổng"
    assert all_of_them.untraced == 0


def test_money_that_bought_bicycles_is_told_as_bicycles(given: Given) -> None:
    gift = given.gift(3 * BICYCLE + 100_000, given.world.world.bicycles)
    given.buy_bicycles(3)
    given.bicycles_handed_over(2)

    found = story(gift)

    assert telling.in_words(found) == "2 xe đạp, còn 2.475.000\u00a0₫ chưa dùng"
    assert [(rest.item, rest.amount) for rest in found.rests] == [("", 100_000), ("Xe đạp 24 inch", BICYCLE)]
    assert [telling.step_in_words(step) for step in found.steps] == [
        "Mua 3 chiếc xe đạp 24 inch: 7.125.000\u00a0₫.",
        "Trao 2 xe đạp: 4.750.000\u00a0₫.",
    ]


def test_a_part_of_a_bicycle_is_told_without_a_number_of_bicycles(given: Given) -> None:
    small, large = given.gift(375_000, given.world.world.bicycles), given.gift(2 * MILLION, given.world.world.bicycles)
    given.buy_bicycles(1)
    given.bicycles_handed_over(1)

    assert telling.in_words(story(small)) == telling.in_words(story(large)) == "góp phần vào 1 xe đạp"
    assert telling.step_in_words(story(small).steps[0]) == "Mua xe đạp 24 inch: 375.000\u00a0₫."


def test_goods_are_told_piece_by_piece(given: Given) -> None:
    gift = given.bicycles(20)
    given.bicycles_handed_over(18)

    found = story(gift)

    assert telling.in_words(found) == "20 chiếc xe đạp 24 inch: đã trao 18, trong kho 2"
    assert telling.without_amounts(found) == "18 chiếc xe đạp 24 inch"
    assert telling.heading("Quý Công ty", found) == "Cảm ơn Quý Công ty, 18 chiếc xe đạp 24 inch đã được trao"
    assert (found.used, found.unspent) == (18 * BICYCLE, 2 * BICYCLE)


def test_goods_that_lie_in_the_stock_are_thanked_for_and_not_said_to_be_given(given: Given) -> None:
    found = story(given.bicycles(2))

    assert telling.in_words(found) == "2 chiếc xe đạp 24 inch: trong kho 2"
    assert telling.heading("Quý Công ty", found) == "Cảm ơn Quý Công ty đã đồng hành cùng các em"


def test_costs_are_said_as_plainly_as_help(given: Given) -> None:
    gift = given.gift(MILLION)
    given.ward.world.pay(250_000, campaign=given.world.scholarships)

    found = story(gift)

    assert telling.in_words(found) == "chi phí hoạt động 250.000\u00a0₫, còn 750.000\u00a0₫ chưa dùng"
    assert found.aids == []


def test_what_nobody_claimed_is_money_of_the_campaign_again_and_no_help(given: Given) -> None:
    gift = given.gift(2 * MILLION)
    payout = given.paid(2)
    assert story(gift).aids[0].waits

    given.nobody_came(payout)

    assert telling.in_words(story(gift)) == "1 suất học bổng, còn 1.000.000\u00a0₫ chưa dùng"
    assert [step.amount for step in story(gift).steps] == [MILLION]


def test_how_many_wait_to_come_is_said_only_from_five_on(given: Given) -> None:
    gift = given.gift(12 * MILLION)
    payout = given.paid(12)
    lines = lists.lines_of(payout)

    paid.receive(given.world, payout, lines[:6])
    assert (story(gift).aids[0].waits, story(gift).aids[0].waiting) == (True, 6)

    paid.receive(given.world, payout, lines[6:10])
    assert (story(gift).aids[0].waits, story(gift).aids[0].waiting) == (True, 0)

    paid.receive(given.world, payout, lines[10:])
    assert not story(gift).aids[0].waits


def test_when_a_gift_is_voided_another_giver_s_page_tells_what_stood_on_it(given: Given) -> None:
    wrong = given.gift(2 * BICYCLE, given.world.world.bicycles)
    given.buy_bicycles(2)
    given.bicycles_handed_over(1)
    right = given.gift(3 * BICYCLE, given.world.world.bicycles, donor=given.ward.company)
    assert telling.in_words(story(right)) == "còn 7.125.000\u00a0₫ chưa dùng"

    given.ward.approve(given.ward.ask_void(wrong))

    found = story(right)
    assert telling.in_words(found) == "1 xe đạp, còn 4.750.000\u00a0₫ chưa dùng"
    assert [telling.step_in_words(step) for step in found.steps] == [
        "Mua 2 chiếc xe đạp 24 inch: 4.750.000\u00a0₫.",
        "Trao 1 xe đạp: 2.375.000\u00a0₫.",
    ]


def test_without_consent_there_are_counts_and_no_name(given: Given) -> None:
    gift = given.gift(3 * MILLION)
    given.awards(people=[given.world.pupil("Quách Ưng Xuyến"), given.world.pupil("Lý Thị Im")])

    (aid,) = story(gift, named=True).aids

    assert (aid.names, aid.unnamed, aid.levels.rows) == ((), 2, ())


def test_with_consent_the_donor_concerned_learns_initials_and_level_and_no_other_donor_does(given: Given) -> None:
    earlier, gift = given.gift(MILLION, donor=given.ward.company), given.gift(3 * MILLION)
    silent, willing = given.world.pupil("Lý Thị Im"), given.world.pupil("Quách Ưng Xuyến", consents=AGREED)
    given.awards(people=[silent])
    given.awards(people=[willing])

    assert [aid.names for aid in story(earlier, named=True).aids] == [()]
    assert [aid.names for aid in story(gift, named=True).aids] == [("Q.Ư.X., THCS",)]
    assert [aid.unnamed for aid in story(gift, named=True).aids] == [0]
    assert [aid.names for aid in story(gift).aids] == [()]


def test_a_consent_that_ends_or_is_taken_back_ends_at_once(given: Given) -> None:
    gift, willing = given.gift(MILLION), given.world.pupil("Quách Ưng Xuyến", consents=AGREED)
    given.awards(people=[willing])
    assert story(gift, named=True, on=datetime.date(2027, 5, 31)).aids[0].names
    assert not story(gift, named=True, on=datetime.date(2027, 6, 1)).aids[0].names

    with writing():
        consents.withdraw(willing, "share_with_donor", because="Mẹ gọi điện", by=given.world.secretary)

    assert (story(gift, named=True).aids[0].names, story(gift, named=True).aids[0].unnamed) == ((), 1)


def test_school_levels_are_broken_down_from_five_on_only(given: Given) -> None:
    gift = given.gift(20 * MILLION)
    young = given.world.pupils(4, level="primary")
    given.awards(people=[*given.world.pupils(6), *young])

    assert [aid.levels.rows for aid in story(gift, named=True).aids] == [()]

    given.awards(people=given.world.pupils(3, level="primary"))

    levels = [dict(aid.levels.rows) for aid in story(gift, named=True).aids]
    assert levels == [{"Tiểu học": 7, "THCS": 6}]


def test_a_gift_for_two_campaigns_tells_of_both(given: Given) -> None:
    world = given.world
    lines = [given.ward.line(MILLION, world.scholarships), given.ward.line(BICYCLE, world.world.bicycles)]
    gift = given.ward.give(gift=given.ward.gift(*lines))
    given.awards(1)
    given.buy_bicycles(1)
    given.bicycles_handed_over(1)

    assert telling.in_words(story(gift)) == "1 suất học bổng, 1 xe đạp"


@pytest.mark.parametrize("awards", [2, 40])
def test_the_story_takes_so_many_queries_however_much_there_is(given: Given, awards: int) -> None:
    gifts = [given.gift(awards * MILLION // 2, donor=given.ward.company) for _ in range(2)]
    given.awards(people=[given.world.pupil(consents=AGREED), *given.world.pupils(awards - 1)])
    db.session.rollback()
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        became.of({gifts[0].id: gifts[0].amount}, named=True)
        one = len(sent)
        became.each_and_all({gift.id: gift.amount for gift in gifts})
    finally:
        event.remove(db.engine, "before_cursor_execute", note)

    assert one <= 12
    assert len(sent) - one <= 9
