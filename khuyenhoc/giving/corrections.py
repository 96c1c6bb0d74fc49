"""Void and record again: what the corrected gift says, kept with the request until another person approves it."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from khuyenhoc.approvals.registry import Fact
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import show
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.funds.items import item_by_id
from khuyenhoc.giving import donations, donor_naming
from khuyenhoc.giving.donation_tables import METHODS
from khuyenhoc.giving.donations import Gift, GiftLine
from khuyenhoc.giving.donors import Donor
from khuyenhoc.ledger import approvables, document_names, periods
from khuyenhoc.ledger.accounts import get_account
from khuyenhoc.ledger.approvables import ask_void
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.users import User
from khuyenhoc.web.filters import day


def ask_void_and_again(document: Document, corrected: Gift, *, reason: str, by: Person) -> Request:
    """Ask that a gift be voided and recorded as ``corrected`` says, in one step."""
    donations.require_sound(corrected)
    if corrected.unit_id != document.unit_id:
        raise RuleBroken(_("Ghi lại phải vào sổ của cùng đơn vị."), field="campaign")
    periods.require_open(corrected.unit_id, corrected.on)
    again = plain(corrected)
    if again == plain(gift_of(document)):
        raise RuleBroken(_("Chưa có gì khác với phiếu đã ghi. Xin sửa chỗ sai, hoặc chỉ đề nghị hủy."))
    return ask_void(document, by=by, reason=reason, again=again)


def gift_of(document: Document) -> Gift:
    """A recorded gift as it was answered."""
    donation = donations.get_donation(document.id)
    lines = [
        GiftLine(
            campaign_by_id(line.campaign_id),
            line.amount,
            item_by_id(line.item_id) if line.item_id is not None else None,
            line.quantity,
        )
        for line in document.lines
    ]
    account = None if donation.method == "in_kind" else get_account(document.lines[0].account_id)
    return Gift(
        donor=_donor(donation.donor_id),
        lines=lines,
        method=donation.method,
        account=account,
        on=document.date,
        restriction=donation.restriction,
        note=donation.note,
        bank_reference=donation.bank_reference,
    )


def plain(gift: Gift) -> dict[str, Any]:
    """A gift as plain values, to be kept with a request."""
    return {
        "donor": gift.donor.id,
        "method": gift.method,
        "account": gift.account.id if gift.account else None,
        "on": gift.on.isoformat(),
        "lines": [
            [line.campaign.id, line.amount, line.item.id if line.item else None, line.quantity] for line in gift.lines
        ],
        "restriction": gift.restriction,
        "note": gift.note,
        "bank_reference": gift.bank_reference,
    }


def read(again: Mapping[str, Any]) -> Gift:
    """The gift that ``plain`` wrote down."""
    return Gift(
        donor=_donor(again["donor"]),
        lines=[
            GiftLine(campaign_by_id(campaign), amount, item_by_id(item) if item is not None else None, quantity)
            for campaign, amount, item, quantity in again["lines"]
        ],
        method=again["method"],
        account=get_account(again["account"]) if again["account"] is not None else None,
        on=datetime.date.fromisoformat(again["on"]),
        restriction=again["restriction"],
        note=again["note"],
        bank_reference=again["bank_reference"],
    )


def _donor(donor_id: int) -> Donor:
    donor = db.session.get(Donor, donor_id)
    if donor is None:
        raise NotFound(_("Không có nhà hảo tâm này."))
    return donor


def told(gift: Gift) -> dict[str, str]:
    """A gift in words, label by label, to be shown or compared."""
    facts = {
        _("Người ủng hộ"): donor_naming.full_name(gift.donor, gift.on),
        _("Ngày nhận"): day(gift.on),
        _("Hình thức"): str(METHODS[gift.method]),
        _("Két, tài khoản"): gift.account.label if gift.account else "",
    }
    for place, line in enumerate(gift.lines, start=1):
        label = _("Chiến dịch") if len(gift.lines) == 1 else _("Dòng %(n)s", n=place)
        facts[label] = line_in_words(line)
    facts[_("Tổng cộng")] = show(gift.amount)
    facts[_("Dành cho")] = gift.restriction
    facts[_("Mã giao dịch")] = gift.bank_reference
    facts[_("Ghi chú")] = gift.note
    return facts


def line_in_words(line: GiftLine) -> str:
    """``Xe đạp đến trường: 8 chiếc xe đạp 24 inch, 19.000.000 ₫``."""
    what = f"{line.item.many(line.quantity)}, " if line.item else ""
    return f"{line.campaign.name}: {what}{show(line.amount)}"


def _changes(document: Document, request: Request, /) -> Iterable[Fact]:
    before, after = told(gift_of(document)), told(read(request.data["again"]))
    for label in dict.fromkeys([*before, *after]):
        old, new = before.get(label, ""), after.get(label, "")
        if old != new:
            yield Fact(_("Ghi lại: %(what)s", what=label.lower()), new or _("bỏ trống"))


def _carry_out(document: Document, request: Request, /, *, asked_by: Person, by: User) -> None:
    donations.void_and_record_again(
        document,
        read(request.data["again"]),
        reason=request.reason,
        by=asked_by,
        approved_by=by,
        key=f"again:{request.id}",
    )


approvables.register_again(donations.KIND, _carry_out, _changes)
document_names.register(donations.KIND, _l("Khoản ủng hộ"), lambda document: f"/khoan-ung-ho/{document.id}")
