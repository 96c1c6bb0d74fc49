"""Cash boxes and bank accounts: opened and renamed. None is ever deleted; the books stand on them."""

import re

from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.names import clean
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history import chains
from khuyenhoc.history.events import record
from khuyenhoc.ledger import accounts
from khuyenhoc.ledger.accounts import Account
from khuyenhoc.org.units import require_open, unit_by_id

CODE = re.compile(r"[A-Z0-9-]{2,24}", re.ASCII)
BIN = re.compile(r"[0-9]{6}", re.ASCII)
NUMBER = re.compile(r"[0-9]{4,19}", re.ASCII)


def open_cash_box(unit_id: int, code: str, name: str, *, by: Person) -> Account:
    """A new cash box of an open unit; its books are opened with the first."""
    _prepare(unit_id, by)
    return accounts.add_cash_box(unit_id, _code(code), _name(name), by=by)


def open_bank_account(
    unit_id: int, code: str, name: str, *, bank: str, bin: str, number: str, holder: str, by: Person
) -> Account:
    """A new bank account of an open unit. The number is digits only, as transfers need it."""
    _prepare(unit_id, by)
    bank, holder, number, napas = clean(bank), clean(holder), clean(number).replace(" ", ""), clean(bin)
    if not 1 <= len(bank) <= 60:
        raise RuleBroken(_("Xin ghi tên ngân hàng, tối đa 60 chữ."), field="bank")
    if napas and not BIN.fullmatch(napas):
        raise RuleBroken(_("Mã ngân hàng (BIN) gồm đúng 6 chữ số."), field="bin")
    if not NUMBER.fullmatch(number):
        raise RuleBroken(_("Số tài khoản gồm 4–19 chữ số."), field="number")
    if not 1 <= len(holder) <= 120:
        raise RuleBroken(_("Xin ghi tên chủ tài khoản, tối đa 120 chữ."), field="holder")
    return accounts.add_bank_account(
        unit_id, _code(code), _name(name), bank=bank, bin=napas or None, number=number, holder=holder, by=by
    )


def rename(account: Account, name: str, *, by: Person) -> None:
    """What an account is called from now on; code, kind and number stay."""
    chains.lock(account.unit_id)
    db.session.refresh(account)
    before, account.name = account.name, _name(name)
    if before != account.name:
        details = {"name": [before, account.name]}
        record("account.renamed", account, by=by, unit_id=account.unit_id, details=details)


def _prepare(unit_id: int, by: Person) -> None:
    chains.lock(unit_id)
    require_open(unit_by_id(unit_id))
    accounts.open_books(unit_id, by=by)


def _code(code: str) -> str:
    code = clean(code).upper()
    if not CODE.fullmatch(code):
        raise RuleBroken(_("Mã gồm 2–24 chữ cái không dấu A–Z, chữ số và dấu -."), field="code")
    return code


def _name(name: str) -> str:
    name = clean(name)
    if not 1 <= len(name) <= 120:
        raise RuleBroken(_("Xin ghi tên, tối đa 120 chữ."), field="name")
    return name
