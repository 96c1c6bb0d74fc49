"""What a young site still lacks, said to whoever can add it: people, a bank account, goods, the first campaign.

That nobody holds an office is said as long as it is so. The other steps may be left out by an association
that needs none of them, and are no more spoken of once its first gift is recorded.
"""

from collections.abc import Iterator

from flask import url_for
from sqlalchemy import exists, select

from khuyenhoc.core.database import db
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.funds.funds import Fund
from khuyenhoc.funds.items import Item
from khuyenhoc.home.waiting import Work
from khuyenhoc.ledger.accounts import cash_and_banks_of
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org import grants
from khuyenhoc.org.access import units_where
from khuyenhoc.org.permissions import ROLES
from khuyenhoc.org.units import open_ones

OFFICES = {"treasurer": {"treasurer"}, "accountant": {"accountant"}, "chair": {"chair", "vice_chair"}}
"""Without these three nothing is received, closed or approved; a vice-chair stands in for the chair."""


def waiting() -> Iterator[Work]:
    """The first steps that the person signed in may take, in the order in which they are taken."""
    yield from _people()
    yield from _bank_accounts()
    young = _young(units_where("campaign.edit"))
    if young:
        yield from _goods()
        yield from _campaigns(young)


def _people() -> Iterator[Work]:
    with_books = _keeping_books(units_where("user.manage"))
    held = grants.offices_held(with_books)
    missing = [name for name, ways in OFFICES.items() if any(not ways & held[unit_id] for unit_id in with_books)]
    if missing:
        note = _("Còn thiếu: %(offices)s.", offices=", ".join(str(ROLES[name]) for name in missing))
        yield Work(len(missing), _("Lập tài khoản cho người làm việc"), note, url_for("people.new"))


def _bank_accounts() -> Iterator[Work]:
    young = _young(units_where("fund.edit"))
    without = young - {account.unit_id for account in cash_and_banks_of(young, "bank")}
    if without:
        note = _("Để ghi khoản chuyển khoản, rồi ghi số dư đầu kỳ của tài khoản. Chưa có thì làm sau cũng được.")
        yield Work(len(without), _("Ghi tài khoản ngân hàng"), note, url_for("ledger.new_account"))


def _goods() -> Iterator[Work]:
    if db.session.scalar(select(Item.id).limit(1)) is None:
        note = _("Xe đạp, tập vở, phần quà: kê tên một lần, khi nhận chỉ việc chọn.")
        yield Work(1, _("Kê các loại hiện vật sẽ nhận"), note, url_for("funds.new_item"))


def _campaigns(young: frozenset[int]) -> Iterator[Work]:
    wanted = select(Campaign.unit_id).where(Campaign.unit_id.in_(sorted(young)), Campaign.standing.is_(False))
    without = young - set(db.session.scalars(wanted.distinct()))
    if without:
        note = _("Khoản ủng hộ không nêu chiến dịch nào thì vào quỹ chung.")
        yield Work(len(without), _("Lập chiến dịch đầu tiên"), note, url_for("campaigns.new"))


def _keeping_books(unit_ids: frozenset[int]) -> frozenset[int]:
    """Those of the units that are open and have a fund."""
    if not unit_ids:
        return frozenset()
    found = select(Fund.unit_id).where(Fund.unit_id.in_(open_ones(unit_ids)))
    return frozenset(db.session.scalars(found.distinct()))


def _young(unit_ids: frozenset[int]) -> frozenset[int]:
    """Those that keep books and have not received a gift yet."""
    if not unit_ids:
        return unit_ids
    gift = exists().where(Document.unit_id == Fund.unit_id, Document.kind == "gift")
    found = select(Fund.unit_id).where(Fund.unit_id.in_(open_ones(unit_ids)), ~gift)
    return frozenset(db.session.scalars(found.distinct()))
