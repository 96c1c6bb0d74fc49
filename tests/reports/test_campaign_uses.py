"""What a campaign became, in public: counts and sums that equal the ledger, no group below five."""

import pytest

from khuyenhoc.core.database import db
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.proof.reconcile import kept_statement, statements
from khuyenhoc.reports import campaign_uses, dots
from khuyenhoc.reports.campaign_uses import Use
from tests.awards import deciding
from tests.awards.award_world import MILLION, level
from tests.payouts import paid
from tests.reports.given import Given
from tests.support import html
from tests.support.browser import Browser
from tests.support.plans import plans

CODE = "HB-U01"


def uses(campaign: Campaign) -> list[Use]:
    """What is told of a campaign now; it adds up to what the ledger's own rows say."""
    db.session.rollback()
    found = campaign_uses.of(campaign, kept_statement(campaign))
    ledger = statements([campaign.code])[0].ledger
    assert {use.kind: use.amount for use in found} == {kind: sum_ for kind, sum_ in ledger.spent.items() if sum_}
    for use in found:
        assert sum(row.amount for row in use.rows) + use.others_amount + use.besides == use.amount
        assert sum(row.number for row in use.rows) + use.others == use.count
    return found


def pay_levels(given: Given, **levels: int) -> None:
    """Scholarships of several levels: label → how many; each level is worth a hundred thousand more."""
    made = [level(code, MILLION + place * 100_000, place=place) for place, code in enumerate(levels, start=1)]
    programme = given.world.programme("HBM", levels=made, publication_days=0)
    for one, n in zip(programme.levels, levels.values(), strict=True):
        given.world.awards(programme, n, "recommended", level=one)
    payout = paid.approve(given.world, paid.prepare(given.world, deciding.published(given.world, programme)))
    paid.pay(given.world, payout)


def test_awards_are_counted_by_level_and_add_up_to_the_ledger(given: Given) -> None:
    given.gift(40 * MILLION)
    pay_levels(given, TH=7, THCS=9)

    (use,) = uses(given.world.scholarships)

    assert (use.kind, use.whole, use.shared, use.besides) == ("scholarship", 16, 0, 0)
    assert [(row.label, row.number, row.each) for row in use.rows] == [
        ("Mức TH", 7, 1_100_000),
        ("Mức THCS", 9, 1_200_000),
    ]


@pytest.mark.parametrize(
    ("levels", "shown", "others"),
    [({"TH": 4}, [], 4), ({"TH": 7, "THCS": 2}, [], 9), ({"TH": 20, "THCS": 6, "THPT": 1}, ["Mức TH"], 7)],
)
def test_fewer_than_five_are_no_group_of_their_own(
    given: Given, levels: dict[str, int], shown: list[str], others: int
) -> None:
    given.gift(60 * MILLION)
    pay_levels(given, **levels)

    (use,) = uses(given.world.scholarships)

    assert ([row.label for row in use.rows], use.others) == (shown, others)


def test_an_award_that_two_campaigns_paid_is_shared_for_both(given: Given) -> None:
    world = given.world
    given.gift(1_500_000)
    given.gift(3 * MILLION, world.world.bicycles)
    funding = [(world.scholarships, None), (world.world.bicycles, None)]
    programme = world.programme("HBM", funding=funding, publication_days=0)
    world.awards(programme, 2, "recommended")
    payout = paid.approve(world, paid.prepare(world, deciding.published(world, programme)))
    paid.pay(world, payout)

    (one,), (other,) = uses(world.scholarships), uses(world.world.bicycles)

    assert sorted([(one.whole, one.shared), (other.whole, other.shared)]) == [(0, 1), (1, 1)]
    assert one.amount + other.amount == 2 * MILLION


def test_what_nobody_claimed_is_not_told(given: Given) -> None:
    given.gift(9 * MILLION)
    given.nobody_came(given.paid(7))

    (use,) = uses(given.world.scholarships)

    assert (use.count, use.amount) == (6, 6 * MILLION)


def test_spending_that_no_award_explains_is_a_line_of_its_own(given: Given) -> None:
    given.gift(9 * MILLION)
    given.awards(5)
    world = given.world.world
    world.post("payment", "PC", world.line(world.cash, "scholarship", -300_000, given.world.scholarships))

    (use,) = uses(given.world.scholarships)

    assert (use.count, use.besides, use.amount) == (5, 300_000, 5_300_000)


def test_the_public_page_tells_it_and_names_nobody(given: Given, browser: Browser) -> None:
    given.gift(9 * MILLION)
    given.awards(people=[*given.world.pupils(5), given.world.pupil("Quách Ưng Xuyến")])

    page = browser.get("public.campaign", code=CODE)

    assert "Đã trao: 6 suất học bổng." in page.text
    assert "6 suất học bổng × 1.000.000" in page.text
    assert page.page.all("svg", role="img")
    assert html.found(["Quách", "Q.Ư.X", "THCS Hoa Mai", *(f"7A{number}" for number in range(1, 10))], page.body) == []


def test_a_gift_counts_no_awards_anew_and_a_payment_does(
    given: Given, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    original = campaign_uses.of
    monkeypatch.setattr(campaign_uses, "of", lambda *given: asked.append("") or original(*given))
    given.gift(9 * MILLION)
    given.awards(5)
    browser.get("public.campaign", code=CODE)
    asked.clear()

    given.gift(MILLION)
    assert "10.000.000" in browser.get("public.campaign", code=CODE).text
    assert asked == []

    given.awards(1)
    assert "Đã trao: 6 suất học bổng." in browser.get("public.campaign", code=CODE).text
    assert len(asked) == 1


def test_the_awards_of_one_campaign_are_found_along_indexes(given: Given) -> None:
    given.gift(9 * MILLION)
    given.awards(5)
    statement = kept_statement(given.world.scholarships)

    with plans() as told:
        campaign_uses.of(given.world.scholarships, statement)
        campaign_uses.version(given.world.scholarships, statement)

    steps = [step for _statement, found in told.found for step in found]
    assert [step for step in steps if (step.startswith("SCAN ") and "anon_" not in step) or "Seq Scan" in step] == []


def test_dots_lie_line_by_line_one_group_after_the_other() -> None:
    made, few = dots.drawing([5, 2], 4), dots.drawing([5], 40)

    assert made is not None
    assert few is not None
    assert ((made.width, made.height), few.width) == ((60, 30), 600), "a dot is as large where there are few"
    assert made.paths == ["M0 0h60v15h-60zM0 15h15v15h-15z", "M15 15h30v15h-30z"]


@pytest.mark.parametrize("counts", [[], [4], [2_001], [1, 1, 1, 1, 1, 1]])
def test_where_dots_say_nothing_there_are_none(counts: list[int]) -> None:
    assert dots.drawing(counts, 10) is None
