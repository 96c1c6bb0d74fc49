"""What of a campaign needs another person's approval: that it opens, and that it closes. Asking is done here."""

from collections.abc import Iterable

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.pairs import Part
from khuyenhoc.approvals.registry import Approvable, Description, Fact, register
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.core.context import Person
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds.campaign_steps import carry_out_closing, carry_out_opening, require_closable, require_step
from khuyenhoc.funds.campaigns import DONOR_ORDERS, Campaign, campaign_by_id
from khuyenhoc.funds.closing import what_is_open
from khuyenhoc.funds.funds import fund_by_id
from khuyenhoc.funds.plans import goal_in_words
from khuyenhoc.history import events, seal
from khuyenhoc.org.units import require_open, unit_by_id
from khuyenhoc.web.filters import day


def ask_to_open(campaign: Campaign, *, by: Person, reason: str = "") -> Request:
    """Ask that a drafted campaign be opened."""
    require_step("campaign.open", campaign)
    require_open(unit_by_id(campaign.unit_id))
    return _ask("campaign.open", campaign, by, reason)


def ask_to_close(campaign: Campaign, *, by: Person, reason: str) -> Request:
    """Ask that a campaign be closed, once nothing of it is open."""
    require_closable(campaign)
    return _ask("campaign.close", campaign, by, reason)


def _ask(kind: str, campaign: Campaign, by: Person, reason: str) -> Request:
    return requests.ask(
        kind,
        unit_id=campaign.unit_id,
        subject_kind="campaign",
        subject_id=campaign.id,
        by=by,
        reason=reason,
    )


def _fingerprint(request: Request) -> str:
    return seal.fingerprint("campaigns", request.subject_id)


def _who_prepared(request: Request) -> Iterable[Part]:
    """Whoever wrote or changed the campaign prepared it."""
    wrote = ("campaign.drafted", "campaign.changed")
    return [("prepare", e.actor_id) for e in events.of("campaigns", request.subject_id) if e.action in wrote]


def _facts(campaign: Campaign) -> list[Fact]:
    days = (
        f"{day(campaign.starts)} – {day(campaign.ends)}" if campaign.ends else _("từ %(day)s", day=day(campaign.starts))
    )
    shown = str(DONOR_ORDERS[campaign.donor_order])
    return [
        Fact(_("Mã"), campaign.code),
        Fact(_("Quỹ"), fund_by_id(campaign.fund_id).name),
        Fact(_("Thời gian"), days),
        Fact(_("Mục đích"), campaign.restriction or _("Không giới hạn")),
        Fact(_("Nêu tên"), shown if campaign.show_amounts else _("%(order)s, không nêu số tiền", order=shown)),
    ]


def _goal(campaign: Campaign) -> str:
    goal = goal_in_words(campaign)
    return _("Mục tiêu %(goal)s", goal=goal) if goal else _("Không đặt mục tiêu")


def _describe_opening(request: Request) -> Description:
    campaign = campaign_by_id(request.subject_id)
    return Description(
        title=_("Mở chiến dịch %(name)s", name=campaign.name),
        subtitle=_goal(campaign),
        facts=_facts(campaign),
        outcome=_("Duyệt thì chiến dịch nhận ủng hộ ngay và có trang công khai."),
        button=_("Duyệt mở chiến dịch"),
        url=f"/chien-dich/{campaign.code}",
    )


def _describe_closing(request: Request) -> Description:
    campaign = campaign_by_id(request.subject_id)
    return Description(
        title=_("Đóng chiến dịch %(name)s", name=campaign.name),
        subtitle=_goal(campaign),
        facts=_facts(campaign),
        warning=" ".join(what_is_open(campaign)) if campaign.is_open else "",
        outcome=_("Duyệt thì chiến dịch không nhận và không chi gì nữa. Sổ và phiếu vẫn xem được."),
        button=_("Duyệt đóng chiến dịch"),
        url=f"/chien-dich/{campaign.code}",
    )


register(
    Approvable(
        kind="campaign.open",
        title=_l("Mở chiến dịch"),
        describe=_describe_opening,
        fingerprint=_fingerprint,
        carry_out=carry_out_opening,
        participants=_who_prepared,
        needs_reason=False,
    )
)
register(
    Approvable(
        kind="campaign.close",
        title=_l("Đóng chiến dịch"),
        describe=_describe_closing,
        fingerprint=_fingerprint,
        carry_out=carry_out_closing,
        participants=_who_prepared,
    )
)
