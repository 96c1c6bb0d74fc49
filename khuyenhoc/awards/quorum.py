"""Quorum and majority by a written, dated rule. Whoever is recused counts neither as a member nor as present.

A rule is never edited: a change is a new row with its day, today at the earliest, and the regulation that it stands in.
Of the rows that have begun the unit's own decide before the installation's, then the latest, of one day the one written
last. Where no row has begun the strict default holds, as it does for approvals. A meeting keeps the rule of its day.
"""

import datetime
import re
from collections.abc import Collection, Sequence

from sqlalchemy import BigInteger, CheckConstraint, Date, Index, Integer, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from khuyenhoc.awards.committee_tables import Meeting
from khuyenhoc.core import clock
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import Base, BigInt, db
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.names import clean
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.history import chains
from khuyenhoc.history.chains import INSTALLATION
from khuyenhoc.history.events import record
from khuyenhoc.history.seal import sealed

LEAST, MOST = 3, 50
"""No rule lets fewer people decide, and none asks for more of them than any committee has."""

_SHARE = re.compile(r"([1-9][0-9]?)\s*/\s*([1-9][0-9]?)")


@dataclass(frozen=True)
class Rule:
    """At least ``part``/``whole`` of the members who are not recused, and at least ``least`` people."""

    part: int
    whole: int
    least: int

    @property
    def written(self) -> str:
        """As it is kept with a meeting: ``2/3; 3``."""
        return f"{self.part}/{self.whole}; {self.least}"


DEFAULT = Rule(2, 3, LEAST)
"""What holds where nothing has been written down."""


@sealed
class QuorumRule(Base):
    """One row of the rules, with the paper it stands in: ``unit_id`` 0 is the whole installation."""

    __tablename__ = "quorum_rules"
    __table_args__ = (
        CheckConstraint("2 * part > whole AND part <= whole", name="share"),
        CheckConstraint("least BETWEEN 3 AND 50", name="least"),
        CheckConstraint("regulation <> ''", name="regulation"),
        Index("ix_quorum_rules_unit", "unit_id", "since"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    since: Mapped[datetime.date] = mapped_column(Date)
    part: Mapped[int] = mapped_column(Integer)
    whole: Mapped[int] = mapped_column(Integer)
    least: Mapped[int] = mapped_column(Integer)
    regulation: Mapped[str] = mapped_column(String(150))
    regulated_on: Mapped[datetime.date] = mapped_column(Date)
    made_at: Mapped[str] = mapped_column(String(27))
    made_by: Mapped[int] = mapped_column(BigInteger)
    made_by_name: Mapped[str] = mapped_column(String(120))

    @property
    def rule(self) -> Rule:
        """What it says."""
        return Rule(self.part, self.whole, self.least)


def add_rule(
    *,
    unit_id: int,
    share: str,
    least: int,
    since: datetime.date,
    regulation: str,
    regulated_on: datetime.date,
    by: Person,
) -> QuorumRule:
    """Lay down a rule from a day on; ``share`` as one writes it: ``2/3``. No meeting that was held gets another."""
    part, whole = _share(share)
    if not LEAST <= least <= MOST:
        raise RuleBroken(_("Số người ít nhất là từ %(least)s đến %(most)s.", least=LEAST, most=MOST), field="least")
    regulation = clean(regulation)[:150]
    if not any(sign.isdigit() for sign in regulation):
        raise RuleBroken(_("Xin ghi cả số của văn bản."), field="regulation")
    if regulated_on > since:
        raise RuleBroken(_("Văn bản phải có trước ngày quy định có hiệu lực."), field="regulated_on")
    if since < clock.today():
        raise RuleBroken(_("Quy định chỉ có hiệu lực từ hôm nay trở đi, không sửa lại việc đã qua."), field="since")
    if _was_held(unit_id, since):
        raise RuleBroken(
            _("Ngày này đã có cuộc họp theo quy định đang có. Xin chọn từ ngày sau trở đi."), field="since"
        )
    rule = QuorumRule(
        unit_id=unit_id,
        since=since,
        part=part,
        whole=whole,
        least=least,
        regulation=regulation,
        regulated_on=regulated_on,
        made_at=clock.stamp(),
        made_by=by.id,
        made_by_name=by.signature,
    )
    db.session.add(rule)
    record("quorum_rule.added", rule, by=by, unit_id=unit_id)
    return rule


def _share(written: str) -> tuple[int, int]:
    found = _SHARE.fullmatch(written.strip())
    if found is None:
        raise RuleBroken(_("Xin ghi tỷ lệ như 2/3."), field="share")
    part, whole = int(found[1]), int(found[2])
    if not whole < 2 * part <= 2 * whole:
        raise RuleBroken(_("Tỷ lệ phải trên một nửa và không quá tất cả."), field="share")
    return part, whole


def _was_held(unit_id: int, since: datetime.date) -> bool:
    """Whether a meeting of that day or later has begun; under the locks of their units, so that none begins now."""
    bound = [Meeting.held_on >= since, *([Meeting.unit_id == unit_id] if unit_id != INSTALLATION else [])]
    for one in db.session.scalars(select(Meeting.unit_id).where(*bound).distinct().order_by(Meeting.unit_id)):
        chains.lock(one)
    held = select(func.count()).where(*bound, Meeting.state.in_(("open", "closed")))
    return bool(db.session.scalar(held))


_FIRST = (QuorumRule.unit_id.desc(), QuorumRule.since.desc(), QuorumRule.id.desc())


def all_rules() -> Sequence[QuorumRule]:
    """Every rule there ever was, of the units and then of the installation, the latest first."""
    return db.session.scalars(select(QuorumRule).order_by(*_FIRST)).all()


def row_on(unit_id: int, day: datetime.date) -> QuorumRule | None:
    """The row in force in a unit on a day; None where the default holds."""
    query = select(QuorumRule).where(QuorumRule.unit_id.in_((INSTALLATION, unit_id)), QuorumRule.since <= day)
    return db.session.scalar(query.order_by(*_FIRST).limit(1))


def rule_on(unit_id: int, day: datetime.date) -> Rule:
    """The rule in force in a unit on a day."""
    row = row_on(unit_id, day)
    return row.rule if row else DEFAULT


def rule_of(meeting: Meeting) -> Rule:
    """The rule that a meeting was held under; one that has not begun will be held under that of its day."""
    return rule_on(meeting.unit_id, meeting.held_on) if meeting.state == "planned" else read(meeting.quorum)


def read(written: str) -> Rule:
    """A rule as a meeting keeps it."""
    share, least = written.split(";")
    part, whole = share.split("/")
    return Rule(int(part), int(whole), int(least))


def needed(rule: Rule, members: int) -> int:
    """How many must be present of so many members who are not recused: rounded up, and no fewer than the least."""
    return max(rule.least, -(-members * rule.part // rule.whole))


def is_reached(rule: Rule, members: Collection[int], present: Collection[int], recused: Collection[int] = ()) -> bool:
    """Whether those present and not recused may decide."""
    able = set(members) - set(recused)
    return len(able & set(present)) >= needed(rule, len(able))


def is_carried(votes_for: int, able: int) -> bool:
    """More than half of those present and not recused say yes."""
    return 2 * votes_for > able
