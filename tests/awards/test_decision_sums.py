"""Policies look at all that decisions take from a campaign in a month: a sum cut in two meets the same bar."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from khuyenhoc.approvals import inbox, policies, registry, requests
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.awards import decision_approvals, decisions
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.dong import show
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.history.events import record
from khuyenhoc.ledger import outflows
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld, level
from tests.payouts import paid
from tests.support.browser import Browser
from tests.support.world import DAY, HA

Clock = Callable[[datetime], None]
SEPTEMBER = datetime(2026, 9, 1, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _two_from_three_millions(world: AwardWorld) -> None:
    world.money(20 * MILLION)
    world.money(20 * MILLION, world.world.general)
    with writing():
        policies.add_policy(
            "decision", unit_id=0, from_amount=3 * MILLION, roles=("chair", "vice_chair"), approvals_needed=2,
            valid_from=DAY, reason="Nghị quyết 4", by=HA,
        )  # fmt: skip


def two_millions(world: AwardWorld, code: str, *campaigns: Campaign) -> Decision:
    """A draft of one award of 2tr, of a programme of its own."""
    funding = [(campaign, None) for campaign in campaigns or (world.scholarships,)]
    programme = world.programme(code, levels=[level("MUC", 2 * MILLION)], funding=funding)
    world.award(programme, "recommended")
    return deciding.draft(world, programme)


def total(request: Request) -> int:
    """What policies look at."""
    return registry.get("decision").total(request)


def test_two_halves_of_the_bar_are_signed_by_two(world: AwardWorld) -> None:
    first = deciding.ask(world, two_millions(world, "HB1"))
    assert (total(first), requests.terms_of(first).approvals_needed) == (2 * MILLION, 1)
    second = deciding.ask(world, two_millions(world, "HB2"))
    assert total(first) == total(second) == 4 * MILLION

    assert deciding.approve(second, world.chair) is Outcome.NEEDS_MORE
    assert deciding.approve(second, world.vice_chair) is Outcome.DONE
    assert deciding.approve(first, world.chair) is Outcome.NEEDS_MORE
    assert decisions.get_decision(first.subject_id).state == "draft"


def test_what_was_signed_counts_for_what_is_asked_after(world: AwardWorld) -> None:
    deciding.sign(world, two_millions(world, "HB1"))

    second = deciding.ask(world, two_millions(world, "HB2"))

    assert [one.amount for one in registry.get("decision").added(second)] == [2 * MILLION, 2 * MILLION]
    assert deciding.approve(second, world.chair) is Outcome.NEEDS_MORE


def test_another_campaign_does_not_count(world: AwardWorld) -> None:
    deciding.sign(world, two_millions(world, "HB1", world.world.general))
    deciding.ask(world, two_millions(world, "HB2", world.world.bicycles, world.world.general))

    request = deciding.ask(world, two_millions(world, "HB3"))

    assert total(request) == 2 * MILLION
    assert deciding.approve(request, world.chair) is Outcome.DONE


def test_a_source_of_another_level_does_not_count(world: AwardWorld) -> None:
    draft = two_millions(world, "HB1", world.world.general, world.scholarships)
    with writing():
        draft.programme.levels.append(level("KHAC", MILLION, place=2))
        db.session.flush()
        draft.programme.funding[1].level_id = draft.programme.levels[1].id
        record("programme.changed", draft.programme, by=world.secretary, unit_id=world.unit.id)
    deciding.ask(world, draft)

    assert total(deciding.ask(world, two_millions(world, "HB2"))) == 2 * MILLION


def test_of_what_is_signed_only_the_campaigns_count_that_gave(world: AwardWorld) -> None:
    """The second source was named and not needed; while it waits, it may still be."""
    draft = two_millions(world, "HB1", world.world.general, world.scholarships)
    deciding.ask(world, draft)
    request = deciding.ask(world, two_millions(world, "HB2"))
    assert total(request) == 4 * MILLION

    deciding.approve(deciding.ask(world, draft), world.chair)
    deciding.approve(deciding.ask(world, draft), world.vice_chair)

    assert draft.state == "decided"
    assert total(request) == 2 * MILLION


def test_another_month_does_not_count(world: AwardWorld, clock: Clock) -> None:
    deciding.sign(world, two_millions(world, "HB1"))
    waiting = deciding.ask(world, two_millions(world, "HB2"))
    clock(SEPTEMBER)

    request = deciding.ask(world, two_millions(world, "HB3"))

    assert (total(waiting), total(request)) == (4 * MILLION, 2 * MILLION)
    assert deciding.approve(request, world.chair) is Outcome.DONE


def test_what_is_not_asked_any_more_does_not_count(world: AwardWorld) -> None:
    sent_back, dropped = two_millions(world, "HB1"), two_millions(world, "HB2")
    two_millions(world, "HB3")  # a draft that nobody has asked for
    with writing():
        requests.send_back(deciding.ask(world, sent_back), by=world.chair, reason="Thiếu căn cứ")
    deciding.ask(world, dropped)
    with writing():
        decision_approvals.drop(dropped, by=world.secretary)

    assert total(deciding.ask(world, two_millions(world, "HB4"))) == 2 * MILLION


def test_what_was_taken_back_does_not_count_and_taking_back_takes_nothing(world: AwardWorld) -> None:
    signed = deciding.sign(world, two_millions(world, "HB1"))
    back = deciding.ask(world, deciding.withdraw(world, signed, decisions.awards_of(signed)))
    other = deciding.ask(world, two_millions(world, "HB2"))
    assert (total(back), total(other)) == (2 * MILLION, 4 * MILLION)
    assert not registry.get("decision").added(back)

    assert deciding.approve(back, world.chair) is Outcome.DONE

    assert total(other) == 2 * MILLION


def test_a_draft_that_grew_while_it_waits_meets_the_bar(world: AwardWorld) -> None:
    draft = two_millions(world, "HB1")
    request = deciding.ask(world, draft)
    one, other = decisions.awards_of(draft)[0], world.award(draft.programme, "recommended")
    with writing():
        decisions.change(draft, [one, other], basis=draft.basis, by=world.secretary)

    assert total(request) == 4 * MILLION
    assert deciding.approve(request, world.chair) is Outcome.NEEDS_MORE


def test_lists_and_decisions_are_not_added_to_each_other(world: AwardWorld) -> None:
    """The list pays what the decision has promised: the same đồng."""
    payout = paid.prepare(world, paid.money(world, 2))
    request = deciding.ask(world, two_millions(world, "HB2"))

    assert total(request) == 4 * MILLION
    assert outflows.total(paid.request_of(payout)) == 2 * MILLION


def test_the_signer_reads_what_is_added(world: AwardWorld, browser: Browser) -> None:
    deciding.sign(world, two_millions(world, "HB1"))
    request = deciding.ask(world, two_millions(world, "HB2"))

    page = browser.sign_in(world.chair).get(f"/phe-duyet/{request.id}")

    assert f"Cộng lại là {show(4 * MILLION)}, từ mức {show(3 * MILLION)} phải có 2 người duyệt" in page.text
    assert "Cộng trong tháng" in page.text
    assert inbox.card(request, world.chair).sum == 4 * MILLION
