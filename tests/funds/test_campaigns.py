"""Campaigns: drafted, opened and closed by two people, and each step that is refused."""

from dataclasses import replace
from datetime import date

import pytest
from flask_babel import force_locale
from sqlalchemy.exc import IntegrityError

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.pairs import SamePerson
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.funds import approvables, campaign_steps, campaigns, closing
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.funds.plans import Goal, goal_in_words, plan_of
from khuyenhoc.history import events, seal
from khuyenhoc.org import unit_changes
from khuyenhoc.org.users import COMMAND_LINE


def told_of(campaign):
    return [event.action for event in events.of("campaigns", campaign.id)]


def change(campaign, office, **changes):
    with writing():
        campaign_steps.change(campaign, replace(plan_of(campaign), **changes), by=office.accountant)


def test_a_fund_has_its_standing_campaign_open_from_the_first_day(app, request):
    with app.test_request_context(), force_locale("en"):
        qkh = request.getfixturevalue("qkh")
    general = campaigns.standing_campaign(qkh.id)

    assert (general.code, general.state, general.standing) == ("GEN-BN", "open", True)
    assert told_of(general) == ["campaign.opened"]
    assert events.of("campaigns", general.id)[0].reason == "Chiến dịch thường trực của quỹ", "in Vietnamese"


def test_the_database_refuses_a_second_standing_campaign(qkh):
    general = campaigns.standing_campaign(qkh.id)
    copy = {c.name: getattr(general, c.name) for c in Campaign.__table__.columns if c.name not in {"id", "code"}}

    with pytest.raises(IntegrityError), writing():
        db.session.add(Campaign(code="GEN-2", **copy))
        db.session.flush()


def test_a_draft_keeps_its_plan(xd26, plan):
    assert xd26.state == "draft"
    assert plan_of(xd26) == plan
    assert goal_in_words(xd26) == "52.000.000\u00a0₫, 20 xe đạp 24 inch"


def test_the_chair_opens_what_the_accountant_asked_for(opened):
    assert opened.is_open
    assert told_of(opened) == ["campaign.drafted", "campaign.opened"]
    assert campaigns.open_campaigns([opened.unit_id])[0].code == "XD26"


def test_a_campaign_takes_nothing_before_it_is_opened(xd26):
    with pytest.raises(RuleBroken, match="không mở"):
        campaigns.require_takes(xd26)


def test_a_campaign_takes_nothing_before_its_first_day(opened):
    with pytest.raises(RuleBroken, match="bắt đầu ngày 1/7/2026"):
        campaigns.require_takes(opened, date(2026, 6, 30))


def test_nobody_opens_a_campaign_they_asked_for(office, xd26):
    with writing():
        request = approvables.ask_to_open(xd26, by=office.chair)

    with pytest.raises(SamePerson):
        office.approve(request, by=office.chair)


def test_nobody_opens_a_campaign_they_wrote(office, qkh, plan):
    with writing():
        campaign = campaign_steps.draft("KT26", qkh, plan, by=office.chair)
        request = approvables.ask_to_open(campaign, by=office.accountant)

    with pytest.raises(SamePerson, match="đã lập"):
        office.approve(request, by=office.chair)
    office.approve(request, by=office.vice_chair)
    assert campaign.is_open


def test_a_draft_changed_after_the_chair_read_it_is_not_opened(office, xd26):
    with writing():
        request = approvables.ask_to_open(xd26, by=office.accountant)
    seen = requests.fingerprint(request)
    change(xd26, office, goal_money=99_000_000)

    assert office.approve(request, shown=seen) is requests.Outcome.CHANGED

    assert xd26.state == "draft"


def test_an_open_campaign_is_not_opened_again(office, opened):
    with pytest.raises(RuleBroken, match="đang mở"), writing():
        approvables.ask_to_open(opened, by=office.accountant)


def test_one_request_to_open_at_a_time(office, xd26):
    with writing():
        approvables.ask_to_open(xd26, by=office.accountant)

    with pytest.raises(RuleBroken, match="đang chờ duyệt"), writing():
        approvables.ask_to_open(xd26, by=office.treasurer)


def test_a_campaign_is_closed_by_approval_and_takes_nothing_any_more(office, opened):
    with writing():
        request = approvables.ask_to_close(opened, by=office.accountant, reason="Đã trao đủ 20 xe")
    office.approve(request)

    assert opened.state == "closed"
    with pytest.raises(RuleBroken, match="không mở"):
        campaigns.require_takes(opened)


def test_closing_is_refused_while_anything_is_open_and_says_what(office, opened, monkeypatch):
    monkeypatch.setattr(closing, "_checks", {})
    closing.register("money", lambda _campaign: ["Còn 520.000 ₫ chưa dùng."])
    closing.register("goods", lambda _campaign: ["Còn 6 xe đạp trong kho."])

    with pytest.raises(RuleBroken) as no, writing():
        approvables.ask_to_close(opened, by=office.accountant, reason="Hết hạn")

    assert str(no.value) == "Chưa đóng được chiến dịch: Còn 6 xe đạp trong kho. Còn 520.000 ₫ chưa dùng."


def test_what_came_in_after_the_asking_stops_the_closing_too(office, opened, monkeypatch):
    monkeypatch.setattr(closing, "_checks", {})
    with writing():
        request = approvables.ask_to_close(opened, by=office.accountant, reason="Hết hạn")
    closing.register("money", lambda _campaign: ["Còn 500.000 ₫ chưa dùng."])

    with pytest.raises(RuleBroken, match="500"):
        office.approve(request)

    assert opened.is_open
    assert request.is_waiting


def test_a_standing_campaign_is_never_closed_by_itself(office, qkh):
    general = campaigns.standing_campaign(qkh.id)

    with pytest.raises(RuleBroken, match="thường trực"), writing():
        approvables.ask_to_close(general, by=office.accountant, reason="Hết năm")


def test_a_draft_cannot_be_closed(office, xd26):
    with pytest.raises(RuleBroken, match="bản nháp"), writing():
        approvables.ask_to_close(xd26, by=office.accountant, reason="Bỏ")


def test_closing_needs_a_reason(office, opened):
    with pytest.raises(RuleBroken) as no, writing():
        approvables.ask_to_close(opened, by=office.accountant, reason="")

    assert no.value.field == "reason"


def test_a_draft_may_be_rewritten(office, xd26, bicycle):
    goals = (Goal("Xe đạp 24 inch", "chiếc", 25, bicycle.id), Goal("Phần quà", "phần", 40))
    change(xd26, office, name="Xe đạp và quà", goals=goals, kind="gift")

    assert goal_in_words(xd26).endswith("25 xe đạp 24 inch, 40 phần quà")
    assert told_of(xd26)[-1] == "campaign.changed"
    assert '"goals"' in events.of("campaigns", xd26.id)[-1].details


def test_goals_that_are_dropped_are_gone(office, xd26):
    change(xd26, office, goals=())

    assert xd26.goals == []
    assert seal.stored_rows("campaigns", xd26.id)["campaign_goals"] == []


def test_what_donors_read_stays_once_a_campaign_is_open(office, opened):
    with pytest.raises(RuleBroken) as no:
        change(opened, office, restriction="Mua gì cũng được")

    assert no.value.field == "restriction"
    change(opened, office, ends=date(2026, 12, 31), goal_money=60_000_000)
    assert opened.ends == date(2026, 12, 31)


def test_a_closed_campaign_changes_only_how_donors_are_shown(office, opened):
    with writing():
        request = approvables.ask_to_close(opened, by=office.accountant, reason="Xong")
    office.approve(request)

    change(opened, office, donor_order="name", show_amounts=False)
    with pytest.raises(RuleBroken):
        change(opened, office, goal_money=1_000)


def test_a_standing_campaign_gets_no_end(office, qkh):
    with pytest.raises(RuleBroken):
        change(campaigns.standing_campaign(qkh.id), office, ends=date(2026, 12, 31))


def test_a_change_that_changes_nothing_leaves_no_trace(office, xd26):
    change(xd26, office)

    assert told_of(xd26) == ["campaign.drafted"]


def test_codes_are_unique_in_the_installation(office, qkh, xd26, plan):
    with pytest.raises(RuleBroken) as no, writing():
        campaign_steps.draft("xd26", qkh, plan, by=office.accountant)

    assert no.value.field == "code"


@pytest.mark.parametrize("code", ["X", "XĐ26", "XD 26", "XD_26", "X" * 13, "", "ＸＤ２６"])
def test_a_code_that_cannot_be_is_refused(office, qkh, plan, code):
    with pytest.raises(RuleBroken) as no, writing():
        campaign_steps.draft(code, qkh, plan, by=office.accountant)

    assert no.value.field == "code"


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", {"name": "  "}),
        ("name", {"name": "x" * 151}),
        ("kind", {"kind": "lottery"}),
        ("ends", {"ends": date(2026, 6, 30)}),
        ("goal_money", {"goal_money": 0}),
        ("goal_money", {"goal_money": -5}),
        ("goal_money", {"goal_money": 10**15}),
        ("goals", {"goals": (Goal("", "chiếc", 1),)}),
        ("goals", {"goals": (Goal("Xe", "", 1),)}),
        ("goals", {"goals": (Goal("Xe", "chiếc", 0),)}),
        ("goals", {"goals": (Goal("Xe", "chiếc", 1),) * 21}),
        ("restriction", {"restriction": "x" * 2001}),
        ("donor_order", {"donor_order": "richest"}),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(office, qkh, plan, field, wrong):
    with pytest.raises(RuleBroken) as no, writing():
        campaign_steps.draft("KT26", qkh, replace(plan, **wrong), by=office.accountant)

    assert no.value.field == field
    assert campaigns.find("KT26") is None


def close_the_ward(office):
    with writing():
        unit_changes.close(office.unit, on=date(2026, 8, 14), by=COMMAND_LINE, reason="Nghị quyết 1")


def test_a_closed_unit_gets_no_new_campaign(office, qkh, plan):
    close_the_ward(office)

    with pytest.raises(RuleBroken, match="không nhận chứng từ mới"), writing():
        campaign_steps.draft("KT26", qkh, plan, by=office.accountant)


def test_a_closed_unit_opens_no_campaign(office, xd26):
    with writing():
        request = approvables.ask_to_open(xd26, by=office.accountant)
    close_the_ward(office)

    with pytest.raises(RuleBroken):
        office.approve(request)
    assert xd26.state == "draft"


def test_unknown_campaigns_are_not_found(app):
    assert campaigns.find("NOPE") is None
    with pytest.raises(NotFound):
        campaigns.get_campaign("NOPE")
