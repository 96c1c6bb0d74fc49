"""Policies: by kind and by sum, dated, strict where nothing is said."""

from datetime import date, datetime

import pytest

from khuyenhoc.approvals import inbox, policies, requests
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.core import clock
from khuyenhoc.core.clock import VIETNAM
from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.history import events
from khuyenhoc.history.chains import INSTALLATION
from tests.approvals.office import employ

TODAY = date(2026, 8, 15)
HEADS = ("chair", "vice_chair")


def lay_down(office, **terms):
    values = {
        "unit_id": INSTALLATION,
        "from_amount": 0,
        "roles": HEADS,
        "approvals_needed": 1,
        "valid_from": TODAY,
        "reason": "Nghị quyết 4",
    }
    with writing():
        return policies.add_policy("test.deed", by=office.accountant, **{**values, **terms})


def test_where_nothing_is_said_the_strict_default_holds(office):
    terms = policies.terms("test.deed", office.unit.id, 10)

    assert terms.role_names == HEADS
    assert terms.approvals_needed == 1


def test_seeding_writes_the_default_down_once(office):
    for _ in range(2):
        with writing():
            policies.seed(by=office.accountant)

    rows = [p for p in policies.all_policies() if p.kind == "test.deed"]
    assert [(p.role_names, p.approvals_needed, p.is_relaxed) for p in rows] == [(HEADS, 1, False)]


def test_two_people_approve_from_ten_million_on(office):
    lay_down(office, from_amount=10_000_000, approvals_needed=2)
    request = office.ask(amount=10_000_000)

    assert office.approve(request, by=office.chair) is Outcome.NEEDS_MORE
    assert office.deed.done_by == []
    assert office.approve(request, by=office.vice_chair) is Outcome.DONE
    assert office.deed.done_by == ["Bà Trần Thị Oanh"]


def test_one_person_cannot_be_both_approvers(office):
    lay_down(office, approvals_needed=2)
    request = office.ask()

    assert office.approve(request) is Outcome.NEEDS_MORE
    assert office.approve(request) is Outcome.NEEDS_MORE

    assert len(request.given) == 1
    assert office.deed.done_by == []


def test_a_change_between_two_approvals_undoes_the_first(office):
    lay_down(office, approvals_needed=2)
    request = office.ask()
    office.approve(request, by=office.chair)
    office.deed.text = "Mua 21 xe đạp"

    assert office.approve(request, by=office.vice_chair) is Outcome.NEEDS_MORE

    assert [a.user_name for a in request.given] == ["Bà Trần Thị Oanh"]
    assert office.approve(request, by=office.chair) is Outcome.DONE


def test_the_sum_decides_and_not_the_single_amount(office):
    lay_down(office, from_amount=10_000_000, approvals_needed=2)
    office.deed.spent_before = 9_000_000
    request = office.ask(amount=1_000_000)

    assert office.approve(request) is Outcome.NEEDS_MORE


def test_a_sum_that_changes_nothing_is_not_worked_out(office):
    request = office.ask()
    office.deed.spent_before = None  # whoever adds it up fails

    assert requests.terms_of(request).role_names == HEADS
    assert inbox.count(office.chair) == 1
    lay_down(office, from_amount=10_000_000, approvals_needed=2)
    assert inbox.count(office.treasurer) == 0
    with pytest.raises(TypeError):
        requests.terms_of(request)


def test_the_highest_bar_that_is_reached_holds_also_over_the_unit_s_own_rule(office):
    lay_down(office, from_amount=10_000_000, approvals_needed=2)
    lay_down(office, unit_id=office.unit.id, roles=("chair",))

    assert policies.terms("test.deed", office.unit.id, 9_999_999).role_names == ("chair",)
    assert policies.terms("test.deed", office.unit.id, 10_000_000).approvals_needed == 2


def test_a_unit_s_own_rule_comes_before_the_installation_s(office, cau_may):
    lay_down(office)
    lay_down(office, unit_id=office.unit.id, roles=("chair",))

    assert policies.terms("test.deed", office.unit.id, 0).role_names == ("chair",)
    assert policies.terms("test.deed", cau_may.id, 0).role_names == HEADS


def test_a_rule_begins_on_its_day_and_a_newer_one_takes_its_place(office, clock):
    lay_down(office, valid_from=date(2026, 9, 1), approvals_needed=2)
    assert policies.terms("test.deed", office.unit.id, 0).approvals_needed == 1

    clock(datetime(2026, 9, 1, 8, tzinfo=VIETNAM))
    assert policies.terms("test.deed", office.unit.id, 0).approvals_needed == 2
    lay_down(office, valid_from=date(2026, 9, 1), approvals_needed=3)
    assert policies.terms("test.deed", office.unit.id, 0).approvals_needed == 3


def test_an_ended_rule_gives_way_to_the_strict_default(office, clock):
    policy = lay_down(office, roles=("accountant",))
    with writing():
        policies.end_policy(policy, reason="Hết đợt cao điểm", by=office.treasurer)
    clock(datetime(2026, 8, 16, 8, tzinfo=VIETNAM))

    assert policies.terms("test.deed", office.unit.id, 0).role_names == HEADS
    with pytest.raises(RuleBroken, match="hết hiệu lực"), writing():
        policies.end_policy(policy, reason="Hết đợt cao điểm", by=office.treasurer)


def test_a_relaxation_is_a_dated_row_that_says_why_and_stands_in_the_history(office):
    policy = lay_down(office, roles=("accountant", "chair"), reason="Chủ tịch đi công tác")

    assert policy.is_relaxed
    event = events.of("policies", policy.id)[0]
    assert (event.action, event.reason) == ("policy.added", "Chủ tịch đi công tác")


def test_a_relaxation_lets_a_named_role_approve_but_never_their_own(office):
    lay_down(office, roles=("treasurer", "accountant"))
    request = office.ask(by=office.accountant)

    with pytest.raises(NotAllowed):
        office.approve(request, by=office.accountant)
    assert office.approve(request, by=office.treasurer) is Outcome.DONE


@pytest.mark.parametrize(
    ("field", "terms"),
    [
        ("roles", {"roles": ()}),
        ("roles", {"roles": ("auditor",)}),
        ("roles", {"roles": ("administrator",)}),
        ("approvals_needed", {"approvals_needed": 0}),
        ("approvals_needed", {"approvals_needed": 6}),
        ("from_amount", {"from_amount": -1}),
        ("from_amount", {"from_amount": 10**15}),
        ("valid_from", {"valid_from": date(2026, 8, 14)}),
        ("reason", {"reason": "  a "}),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(office, field, terms):
    with pytest.raises(RuleBroken) as no:
        lay_down(office, **terms)

    assert no.value.field == field


def test_a_rule_for_an_unknown_kind_is_refused(office):
    with pytest.raises(NotFound), writing():
        policies.add_policy(
            "no.such",
            unit_id=0,
            from_amount=0,
            roles=HEADS,
            approvals_needed=1,
            valid_from=TODAY,
            reason="Nghị quyết",
            by=office.accountant,
        )


def test_the_request_waits_for_those_whom_the_rule_names(office):
    second = employ("phochutich2", "Bùi Bảng Đen", "Thầy", ("vice_chair", office.unit))
    request = office.ask(by=second)

    assert [user.username for user in requests.deciders(request)] == ["chutich", "phochutich"]


LATER = clock.stamp(datetime(2026, 8, 15, 22, tzinfo=VIETNAM))


def fewest(office, amount, at=LATER):
    return policies.fewest("test.deed", office.unit.id, amount, at, policies.all_policies())


def test_how_many_were_needed_at_least_is_known_afterwards(office):
    assert fewest(office, 10) == 1
    lay_down(office, approvals_needed=2)
    lay_down(office, from_amount=10_000_000, approvals_needed=3)

    assert fewest(office, 9_999_999) == 2
    assert fewest(office, 10_000_000) == 3


def test_a_larger_sum_than_the_amount_alone_may_have_asked_for_fewer(office):
    lay_down(office, approvals_needed=2)
    lay_down(office, from_amount=50_000_000, approvals_needed=1)

    assert fewest(office, 10) == 1


def test_a_rule_made_after_the_approval_or_begun_after_it_asked_for_nothing(office):
    lay_down(office, approvals_needed=3)
    lay_down(office, approvals_needed=2, valid_from=date(2026, 8, 16))

    assert fewest(office, 10, clock.stamp()) == 1
    assert fewest(office, 10) == 3
    assert fewest(office, 10, clock.stamp(datetime(2026, 8, 16, 8, tzinfo=VIETNAM))) == 2


def test_the_units_own_rule_comes_before_that_of_the_installation(office):
    lay_down(office, unit_id=office.unit.id, approvals_needed=1)
    lay_down(office, approvals_needed=3)

    assert fewest(office, 10) == 1
    assert policies.fewest("test.deed", 4711, 10, LATER, policies.all_policies()) == 3
