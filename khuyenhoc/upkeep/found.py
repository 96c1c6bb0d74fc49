"""Founding a real site: the unit, its first administrator, its fund with accounts and opening balances."""

from dataclasses import field
from datetime import date

from khuyenhoc.core.database import writing
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds import campaign_steps
from khuyenhoc.funds.campaigns import get_campaign
from khuyenhoc.ledger import account_changes
from khuyenhoc.ledger.accounts import Account
from khuyenhoc.org import administration, installation, unit_changes
from khuyenhoc.org.units import Unit
from khuyenhoc.org.users import COMMAND_LINE, User
from khuyenhoc.treasury import movements
from khuyenhoc.upkeep import store


@dataclass(frozen=True)
class Bank:
    """A bank account: the bank's name, its six digits (NAPAS), the number and the holder as the bank writes it."""

    name: str
    bin: str
    number: str
    holder: str


@dataclass(frozen=True)
class Plan:
    """Everything that a new site begins with. Money in đồng, as it stands at the start of ``day``."""

    unit_code: str
    unit_name: str
    unit_kind: str
    address: str
    day: date
    username: str
    full_name: str
    honorific: str
    password: str = field(repr=False)
    fund_code: str
    fund_name: str
    standing_code: str
    opening_cash: Dong = 0
    opening_bank: Dong = 0
    bank: Bank | None = None


def found(plan: Plan) -> None:
    """Found the site, all of it or nothing. Refused where anybody is already at work."""
    require_empty()
    if plan.opening_bank and plan.bank is None:
        raise RuleBroken(_("Có số dư ngân hàng thì phải có tài khoản ngân hàng."))
    with writing():
        installation.mark("mode", "real")
        unit = unit_changes.open_unit(
            code=plan.unit_code,
            kind=plan.unit_kind,
            name=plan.unit_name,
            starts=plan.day,
            address=plan.address,
            by=COMMAND_LINE,
        )
        administrator = administration.create_first_administrator(
            unit=unit,
            username=plan.username,
            full_name=plan.full_name,
            honorific=plan.honorific,
            password=plan.password,
        )
        _open_books(plan, unit, administrator)


def require_empty() -> None:
    """Refuse to found a site where anybody is at work already."""
    if store.has_content():
        raise RuleBroken(_("Cơ sở dữ liệu này đã có người dùng; lệnh này chỉ dành cho nơi còn trống."))


def _open_books(plan: Plan, unit: Unit, by: User) -> None:
    """The fund with its standing campaign, the accounts, and what stood on them."""
    campaign_steps.found(
        plan.fund_code,
        plan.fund_name,
        unit.id,
        standing_code=plan.standing_code,
        standing_name="Quỹ chung",
        starts=plan.day,
        by=by,
    )
    cash = account_changes.open_cash_box(unit.id, f"{unit.code}-CASH", "Tiền mặt tại quỹ", by=by)
    _open_with(plan, cash, plan.opening_cash, by)
    if plan.bank is not None:
        bank = account_changes.open_bank_account(
            unit.id,
            f"{unit.code}-BANK",
            f"Tiền gửi {plan.bank.name}",
            bank=plan.bank.name,
            bin=plan.bank.bin,
            number=plan.bank.number,
            holder=plan.bank.holder,
            by=by,
        )
        _open_with(plan, bank, plan.opening_bank, by)


def _open_with(plan: Plan, account: Account, amount: Dong, by: User) -> None:
    if amount:
        campaign = get_campaign(plan.standing_code)
        movements.open_with_money(campaign, account, amount, on=plan.day, by=by, key=f"opening-{account.kind}")
