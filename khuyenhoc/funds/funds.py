"""Funds: whose money it is. Each fund has a standing campaign for gifts that name none."""

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from khuyenhoc.core.context import Person
from khuyenhoc.core.database import Base, BigInt, db
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.core.names import clean, clean_lines
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.history.events import record
from khuyenhoc.history.seal import sealed
from khuyenhoc.org.units import require_open, unit_by_id

LEGAL_FORMS = {"internal": _l("Quỹ nội bộ của hội"), "licensed": _l("Quỹ được cấp phép thành lập")}
"""How a fund stands before the law → its name on screen."""

CODE = re.compile(r"[A-Z0-9-]{2,12}", re.ASCII)


@sealed
class Fund(Base):
    """Money kept together under one name. Running costs may reach ``management_cost_cap_percent`` of what is spent."""

    __tablename__ = "funds"
    __table_args__ = (
        CheckConstraint("legal_form IN ('internal', 'licensed')", name="legal_form"),
        CheckConstraint("management_cost_cap_percent BETWEEN 0 AND 100", name="management_cost_cap_percent"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(150))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    legal_form: Mapped[str] = mapped_column(String(8))
    purpose: Mapped[str] = mapped_column(Text)
    management_cost_cap_percent: Mapped[int | None] = mapped_column(Integer)


def add_fund(
    code: str,
    name: str,
    unit_id: int,
    *,
    by: Person,
    legal_form: str = "internal",
    purpose: str = "",
    management_cost_cap_percent: int | None = None,
) -> Fund:
    """A new fund of an open unit. ``campaign_steps.found`` gives it its standing campaign in the same breath."""
    require_open(unit_by_id(unit_id))
    code = checked_code(code)
    if find_fund(code):
        raise RuleBroken(_("Mã quỹ %(code)s đã có.", code=code), field="code")
    fund = Fund(code=code, unit_id=unit_id)
    _set(fund, name, legal_form, purpose, management_cost_cap_percent)
    db.session.add(fund)
    record("fund.added", fund, by=by, unit_id=unit_id)
    return fund


def change_fund(
    fund: Fund, name: str, *, legal_form: str, purpose: str, management_cost_cap_percent: int | None, by: Person
) -> None:
    """Change what a fund is called and how it stands; code and unit stay."""
    require_open(unit_by_id(fund.unit_id))
    before = {"name": fund.name, "legal_form": fund.legal_form, "cap": fund.management_cost_cap_percent}
    _set(fund, name, legal_form, purpose, management_cost_cap_percent)
    record("fund.changed", fund, by=by, unit_id=fund.unit_id, details={"before": before})


def checked_code(code: str) -> str:
    """A fund's or campaign's code as it is stored: A–Z, 0–9 and -, 2 to 12 of them."""
    code = clean(code).upper()
    if not CODE.fullmatch(code):
        raise RuleBroken(_("Mã gồm 2–12 chữ cái không dấu A–Z, chữ số và dấu -, ví dụ: XD26."), field="code")
    return code


def _set(fund: Fund, name: str, legal_form: str, purpose: str, cap: int | None) -> None:
    name, purpose = clean(name), clean_lines(purpose)
    if not 1 <= len(name) <= 150:
        raise RuleBroken(_("Xin ghi tên quỹ, tối đa 150 chữ."), field="name")
    if legal_form not in LEGAL_FORMS:
        raise RuleBroken(_("Xin chọn hình thức của quỹ."), field="legal_form")
    if len(purpose) > 2000:
        raise RuleBroken(_("Xin viết mục đích trong 2.000 chữ."), field="purpose")
    if cap is not None and not 0 <= cap <= 100:
        raise RuleBroken(_("Mức chi quản lý là số phần trăm từ 0 đến 100."), field="management_cost_cap_percent")
    fund.name, fund.legal_form, fund.purpose, fund.management_cost_cap_percent = name, legal_form, purpose, cap


def find_fund(code: str) -> Fund | None:
    """The fund of this code, or nothing."""
    return db.session.scalar(select(Fund).where(Fund.code == code.strip().upper()))


def get_fund(code: str) -> Fund:
    """The fund of this code; NotFound when there is none."""
    fund = find_fund(code)
    if fund is None:
        raise NotFound(_("Không có quỹ này."))
    return fund


def fund_by_id(fund_id: int) -> Fund:
    """The fund of this id; NotFound when there is none."""
    fund = db.session.get(Fund, fund_id)
    if fund is None:
        raise NotFound(_("Không có quỹ này."))
    return fund


def funds_of(unit_ids: Iterable[int]) -> Sequence[Fund]:
    """The funds of these units, by code."""
    return db.session.scalars(select(Fund).where(Fund.unit_id.in_(sorted(unit_ids))).order_by(Fund.code)).all()
