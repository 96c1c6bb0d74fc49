"""Running costs: what running the association costs is prepared, approved, and only then paid (Phiếu chi).

Above the fund's own cap it can be paid all the same: whoever prepares and whoever approves is told, and the
document keeps a note of it. They are told too where the campaign is for one kind of giving.
"""

from collections.abc import Iterable, Mapping

from khuyenhoc.approvals.registry import Fact
from khuyenhoc.core import clock
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds import purposes
from khuyenhoc.funds.campaigns import Campaign, campaign_by_id
from khuyenhoc.ledger import payment_approvals, payments
from khuyenhoc.ledger.accounts import Account
from khuyenhoc.ledger.payees import Payee
from khuyenhoc.ledger.payment_tables import PaymentOrder
from khuyenhoc.ledger.payments import PaymentKind, Wanted
from khuyenhoc.org.users import User
from khuyenhoc.treasury import costs

KIND = "running_cost"


def prepare(
    campaign: Campaign,
    account: Account,
    amount: Dong,
    *,
    memo: str,
    person: str,
    payee_code: str | None = None,
    by: User,
    key: str,
) -> PaymentOrder:
    """Ask that ``amount`` đồng of a campaign be paid to ``person`` for what running the association costs.

    ``payee_code``: their tax code or account number, where it is known.
    The same key again gives the order that is there; with other content AlreadyRecorded. RuleBroken names the field.
    """
    asked = wanted(campaign, account, amount, memo=memo, person=person, payee_code=payee_code)
    return payments.prepare(asked, by=by, key=key)


def wanted(
    campaign: Campaign, account: Account, amount: Dong, *, memo: str, person: str, payee_code: str | None = None
) -> Wanted:
    """What an order of this kind asks for."""
    return Wanted(KIND, campaign, account, amount, person, memo, payee_code=payee_code)


def warning(order: PaymentOrder) -> str:
    """The sentences that say that the campaign is for something else, and that the fund's cap is passed; or empty."""
    another = purposes.why_another(campaign_by_id(order.campaign_id), None, _("chi phí hoạt động"))
    return " ".join(filter(None, (another, _cap(order))))


def _cap(order: PaymentOrder) -> str:
    return costs.cap_warning(campaign_by_id(order.campaign_id), order.amount, clock.today())


def _name(order: PaymentOrder) -> str:
    return _("Chi phí hoạt động: %(what)s", what=order.memo)


def _anything(_order: PaymentOrder) -> None:
    """A running cost needs nothing but the money."""


def _memo(order: PaymentOrder) -> str:
    return order.memo


def _facts(order: PaymentOrder) -> Iterable[Fact]:
    return [Fact(_("Mã số thuế hoặc số tài khoản"), order.payee_code)] if order.payee_code else []


def _payee(order: PaymentOrder) -> Payee:
    return Payee((order.payee,), code=order.payee_code or "")


def _noted(order: PaymentOrder) -> Mapping[str, str]:
    hint = _cap(order)
    return {"cap": hint} if hint else {}


def _shown(_order: PaymentOrder) -> str:
    return ""


def _change_url(order: PaymentOrder) -> str:
    return f"/so-sach/de-nghi-chi/{order.id}/sua"


payment_approvals.register(
    PaymentKind(
        kind=KIND,
        title=_l("Chi phí hoạt động"),
        heading="running_costs",
        name=_name,
        require=_anything,
        memo=_memo,
        facts=_facts,
        warning=warning,
        noted=_noted,
        shown=_shown,
        outcome=_l("Duyệt thì thủ quỹ được chi; chi xong mới có số chứng từ và ghi vào sổ."),
        change_url=_change_url,
        payee=_payee,
    )
)
