"""Policies: who approves what, from which sum on, by how many. Data, dated, and strict by default.

A policy is never edited: a change is a new row with a day and a reason, a row ends on a day. Of the
rows in force the one with the highest threshold that the sum reaches decides; between equals the
unit's own before the installation's, then the latest. Where no row is in force the strict default
of the kind holds, so that a gap never opens a door.
"""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from sqlalchemy import BigInteger, CheckConstraint, Date, Index, Integer, Select, String, Text, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from khuyenhoc.approvals import registry
from khuyenhoc.core import clock
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import Base, BigInt, db
from khuyenhoc.core.dong import LARGEST, Dong
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.core.names import clean_lines
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history.chains import INSTALLATION
from khuyenhoc.history.events import record
from khuyenhoc.history.seal import sealed
from khuyenhoc.org.permissions import PERMISSIONS, ROLES

APPROVERS = tuple(role for role in ROLES if role in PERMISSIONS["approval.decide"])
"""The roles that a policy may name."""

MOST = 5
"""No policy asks for more approvals than this."""


class Terms(Protocol):
    """What a policy says, wherever it comes from: a row, or the strict default of the kind."""

    @property
    def role_names(self) -> tuple[str, ...]:
        """Whose approval counts."""

    @property
    def approvals_needed(self) -> int:
        """How many different people must approve."""

    @property
    def from_amount(self) -> Dong:
        """From which sum on, in đồng."""


@sealed
class Policy(Base):
    """One row of the rules: ``unit_id`` 0 is the whole installation, ``valid_from`` to ``valid_to`` both included."""

    __tablename__ = "policies"
    __table_args__ = (
        CheckConstraint("approvals_needed BETWEEN 1 AND 5", name="approvals_needed"),
        CheckConstraint("from_amount >= 0", name="from_amount"),
        CheckConstraint("roles <> ''", name="roles"),
        Index("ix_policies_kind", "kind", "unit_id"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    unit_id: Mapped[int] = mapped_column(BigInteger)
    from_amount: Mapped[int] = mapped_column(BigInteger)
    roles: Mapped[str] = mapped_column(String(200))
    approvals_needed: Mapped[int] = mapped_column(Integer)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text)
    made_at: Mapped[str] = mapped_column(String(27))
    made_by: Mapped[int] = mapped_column(BigInteger)
    made_by_name: Mapped[str] = mapped_column(String(120))

    @property
    def role_names(self) -> tuple[str, ...]:
        """Whose approval counts."""
        return tuple(self.roles.split(","))

    @property
    def is_relaxed(self) -> bool:
        """Whether it lets through what the strict default of its kind would hold."""
        strict = registry.kinds().get(self.kind)
        return strict is not None and (
            not set(self.role_names) <= set(strict.roles) or self.approvals_needed < strict.needed
        )

    def in_force(self, day: date | None = None) -> bool:
        """Whether the row holds on that day."""
        day = day or clock.today()
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class StrictDefault:
    """The terms of a kind for which no row is in force."""

    def __init__(self, kind: str) -> None:
        approvable = registry.get(kind)
        self.role_names = approvable.roles
        self.from_amount = 0
        self.approvals_needed = approvable.needed


def terms(kind: str, unit_id: int, total: Dong, day: date | None = None) -> Terms:
    """The terms that hold for a kind in a unit for this sum, on that day (today when none is named)."""
    query = _in_force(kind, unit_id, day or clock.today()).where(Policy.from_amount <= total)
    order = (Policy.from_amount.desc(), Policy.unit_id.desc(), Policy.valid_from.desc(), Policy.id.desc())
    return db.session.scalar(query.order_by(*order).limit(1)) or StrictDefault(kind)


def possible(kind: str, unit_id: int) -> Sequence[Terms]:
    """The terms of which one holds today for a kind in a unit, whatever the sum. One alone needs no sum."""
    rows = db.session.scalars(_in_force(kind, unit_id, clock.today())).all()
    return rows if any(row.from_amount == 0 for row in rows) else [*rows, StrictDefault(kind)]


def fewest(kind: str, unit_id: int, amount: Dong, at: str, rows: Sequence[Policy]) -> int:
    """How many approvals a request of this amount needed at least, decided at that instant. ``rows``: every rule.

    The sum that policies looked at was this amount or more, with what else counted then: a rule for a larger sum may
    have held, so the fewest of what could have held is all that can be proven.
    """
    day = clock.from_stamp(at).date()
    mine = [row for row in rows if row.kind == kind and row.unit_id in (INSTALLATION, unit_id)]
    known = [row for row in mine if row.made_at < at and row.in_force(day)]
    by_bar: dict[Dong, Policy] = {}
    for row in sorted(known, key=lambda row: (row.unit_id, row.valid_from, row.id)):
        by_bar[row.from_amount] = row
    reached = max((bar for bar in by_bar if bar <= amount), default=None)
    strict = registry.kinds().get(kind)
    least = by_bar[reached].approvals_needed if reached is not None else strict.needed if strict is not None else 1
    return min([least, *(row.approvals_needed for bar, row in by_bar.items() if bar > amount)])


def _in_force(kind: str, unit_id: int, day: date) -> Select[Policy]:
    return select(Policy).where(
        Policy.kind == kind,
        Policy.unit_id.in_((INSTALLATION, unit_id)),
        Policy.valid_from <= day,
        or_(Policy.valid_to.is_(None), Policy.valid_to >= day),
    )


def add_policy(
    kind: str,
    *,
    unit_id: int,
    from_amount: Dong,
    roles: Sequence[str],
    approvals_needed: int,
    valid_from: date,
    reason: str,
    by: Person,
) -> Policy:
    """Lay down a rule from a day on, today at the earliest. The reason is kept for everyone to read."""
    registry.get(kind)
    chosen = [role for role in APPROVERS if role in roles]
    if not chosen or set(roles) - set(APPROVERS):
        raise RuleBroken(_("Xin chọn ít nhất một vai trò được duyệt."), field="roles")
    if not 1 <= approvals_needed <= MOST:
        raise RuleBroken(_("Số người duyệt là từ 1 đến %(most)s.", most=MOST), field="approvals_needed")
    if not 0 <= from_amount <= LARGEST:
        raise RuleBroken(_("Mức tiền phải là số đồng không âm."), field="from_amount")
    if valid_from < clock.today():
        raise RuleBroken(
            _("Quy định chỉ có hiệu lực từ hôm nay trở đi, không sửa lại việc đã qua."), field="valid_from"
        )
    reason = clean_lines(reason)
    if len(reason) < 5:
        raise RuleBroken(_("Xin ghi rõ lý do, để người kiểm tra đọc được."), field="reason")
    policy = Policy(
        kind=kind,
        unit_id=unit_id,
        from_amount=from_amount,
        roles=",".join(chosen),
        approvals_needed=approvals_needed,
        valid_from=valid_from,
        reason=reason,
        made_at=clock.stamp(),
        made_by=by.id,
        made_by_name=by.signature,
    )
    db.session.add(policy)
    record("policy.added", policy, by=by, unit_id=unit_id, reason=reason, details={"relaxed": policy.is_relaxed})
    return policy


def end_policy(policy: Policy, *, reason: str, by: Person) -> None:
    """Let a rule hold no longer than today; one that has not begun never begins."""
    reason = clean_lines(reason)
    if len(reason) < 5:
        raise RuleBroken(_("Xin ghi rõ lý do, để người kiểm tra đọc được."), field="reason")
    if policy.valid_to is not None:
        raise RuleBroken(_("Quy định này đã có ngày hết hiệu lực."))
    policy.valid_to = clock.today()
    record("policy.ended", policy, by=by, unit_id=policy.unit_id, reason=reason)


def seed(*, by: Person) -> None:
    """Write the strict default of every registered kind down as a row, where there is none yet (first founding)."""
    have = set(db.session.scalars(select(Policy.kind)))
    for kind, approvable in registry.kinds().items():
        if kind not in have:
            add_policy(
                kind,
                unit_id=INSTALLATION,
                from_amount=0,
                roles=approvable.roles,
                approvals_needed=approvable.needed,
                valid_from=clock.today(),
                reason=_("Mặc định chặt chẽ khi lập sổ."),
                by=by,
            )


def all_policies() -> Sequence[Policy]:
    """Every rule there ever was, by kind and threshold, the latest first."""
    order = (Policy.kind, Policy.unit_id, Policy.from_amount, Policy.valid_from.desc(), Policy.id.desc())
    return db.session.scalars(select(Policy).order_by(*order)).all()


def get_policy(policy_id: int) -> Policy:
    """The rule of this id; NotFound when there is none."""
    policy = db.session.get(Policy, policy_id)
    if policy is None:
        raise NotFound(_("Không có quy định này."))
    return policy
