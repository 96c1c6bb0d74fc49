"""Programmes: drafted, opened for nominations, reviewed, closed. The steps stand in ``STEPS``; all of them are here.

A programme belongs to the unit whose books pay. Units below it nominate until the deadline; from then on the
committee works on what the ward has checked.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select

from khuyenhoc.awards import plan_rows, steps
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.awards.plans import EVERYTHING, MAY_CHANGE, Plan, checked, plan_of
from khuyenhoc.awards.programme_tables import STATES, Programme
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.campaigns import Campaign, campaign_by_id
from khuyenhoc.funds.funds import checked_code
from khuyenhoc.funds.items import SPENDING_KINDS, item_by_id
from khuyenhoc.history import chains
from khuyenhoc.history.events import record
from khuyenhoc.org import grants
from khuyenhoc.org.units import Unit, below, require_open, unit_by_id
from khuyenhoc.org.users import User

STEPS = {"open": ("draft", "open"), "review": ("open", "reviewing"), "close": ("reviewing", "closed")}
"""Step → the state it begins in and leads to. There is no other way to change a programme's state."""

LEAST_SEATS = 5
LEAST_SCORING = 3
IN_HAND = ("recommended", "decided", "published", "paid", "handed_over")
"""States of awards that are neither settled nor ended: a programme with one of them is not closed."""


def draft(code: str, plan: Plan, *, unit: Unit, by: User) -> Programme:
    """A programme of a unit that keeps books, not seen by nominators yet."""
    require_open(unit)
    chains.lock(unit.id)
    programme = Programme(unit_id=unit.id, code=_free_code(code), state="draft")
    plan = checked(plan)
    _require_fits(unit, plan)
    plan_rows.write(programme, plan)
    record("programme.drafted", programme, by=by, unit_id=unit.id)
    return programme


def change(programme: Programme, plan: Plan, *, by: User) -> None:
    """Change what may still be changed in this state; who is told by the history, with the names of the parts."""
    _lock(programme)
    before, plan = plan_of(programme), checked(plan)
    changed = {name for name in EVERYTHING if getattr(before, name) != getattr(plan, name)}
    fixed = sorted(changed - MAY_CHANGE[programme.state])
    if fixed:
        state = str(STATES[programme.state]).lower()
        raise RuleBroken(_("Chương trình %(state)s, phần này không đổi được nữa.", state=state), field=fixed[0])
    if not changed:
        return
    if "publication_days" in changed:
        _require_not_hanging(programme)
    _require_fits(unit_by_id(programme.unit_id), plan)
    if programme.state != "draft":
        _require_complete(plan)
    plan_rows.write(programme, plan)
    record("programme.changed", programme, by=by, unit_id=programme.unit_id, details={"changed": sorted(changed)})


def open_for_nominations(programme: Programme, *, by: User) -> None:
    """Let the units below nominate. Refused with the first thing that is missing."""
    _lock(programme)
    _require_step(programme, "open")
    require_open(unit_by_id(programme.unit_id))
    plan = plan_of(programme)
    _require_fits(unit_by_id(programme.unit_id), plan)
    _require_complete(plan)
    if programme.deadline < clock.today():
        raise RuleBroken(_("Hạn cuối đã qua. Xin đặt hạn mới rồi mở."), field="deadline")
    programme.state = "open"
    record("programme.opened", programme, by=by, unit_id=programme.unit_id)


def start_review(programme: Programme, *, by: User, reason: str = "") -> int:
    """Hand everything that is checked to the committee; gives how many. Before the deadline only with a reason.

    Refused while a nomination waits for its check, also one that was returned to a unit that has closed since. Drafts,
    and what was returned to a unit that could have mended it, stay behind.
    """
    _lock(programme)
    _require_step(programme, "review")
    reason = reason.strip()
    if programme.deadline >= clock.today() and not reason:
        sentence = _("Hạn nhận đề nghị là ngày %(day)s. Xét sớm hơn thì xin ghi lý do.", day=_day(programme.deadline))
        raise RuleBroken(sentence, field="reason")
    waiting = count(programme, ["submitted"])
    waiting += sum(1 for award in in_states(programme, ["returned"]) if steps.is_left(award))
    if waiting:
        raise RuleBroken(_("Còn %(n)s hồ sơ chưa thẩm tra xong.", n=waiting))
    ready = in_states(programme, ["verified"])
    if not ready:
        raise RuleBroken(_("Chưa có hồ sơ nào thẩm tra xong để đưa ra hội đồng."))
    programme.state = "reviewing"
    record("programme.review_started", programme, by=by, unit_id=programme.unit_id, reason=reason)
    steps.take_many(ready, "take_up", by=by)
    return len(ready)


def close(programme: Programme, *, by: User) -> None:
    """End a programme: no award may be in hand; what the committee kept in reserve is not chosen."""
    _lock(programme)
    _require_step(programme, "close")
    in_hand = count(programme, IN_HAND)
    if in_hand:
        raise RuleBroken(_("Còn %(n)s suất chưa quyết toán xong.", n=in_hand))
    reserve = in_states(programme, ["in_review"])
    steps.take_many(reserve, "reject", by=by, reason="Chương trình kết thúc")
    programme.state = "closed"
    record("programme.closed", programme, by=by, unit_id=programme.unit_id)


def find(code: str) -> Programme | None:
    """The programme of this code, or nothing."""
    return db.session.scalar(select(Programme).where(Programme.code == code.strip().upper()))


def get(code: str) -> Programme:
    """The programme of this code; NotFound when there is none."""
    programme = find(code)
    if programme is None:
        raise NotFound(_("Không có chương trình này."))
    return programme


def count(programme: Programme, states: Collection[str]) -> int:
    """How many of its nominations stand in these states."""
    query = select(func.count()).where(Award.programme_id == programme.id, Award.state.in_(sorted(states)))
    return int(db.session.scalar(query) or 0)


def in_states(programme: Programme, states: Collection[str]) -> Sequence[Award]:
    """Its nominations in these states, by number."""
    query = select(Award).where(Award.programme_id == programme.id, Award.state.in_(sorted(states)))
    return db.session.scalars(query.order_by(Award.number)).all()


def nominating_units(programme: Programme) -> frozenset[int]:
    """The units that may nominate: the programme's own and those below it today."""
    return below(unit_by_id(programme.unit_id))


def _require_step(programme: Programme, step: str) -> None:
    if programme.state != STEPS[step][0]:
        state = str(STATES[programme.state]).lower()
        raise RuleBroken(_("Chương trình %(code)s đang ở trạng thái: %(state)s.", code=programme.code, state=state))


def _lock(programme: Programme) -> None:
    db.session.flush()
    chains.lock(programme.unit_id)
    db.session.refresh(programme)


def _require_not_hanging(programme: Programme) -> None:
    """RuleBroken while a signed decision, which names the days, has not hung out for all of them."""
    hanging = Decision.state.in_(("decided", "published")) & (Decision.kind != "withdrawal")
    query = select(Decision.id).where(Decision.programme_id == programme.id, hanging).limit(1)
    if db.session.scalar(query) is not None:
        sentence = _(
            "Quyết định đã ký ghi công bố %(n)s ngày làm việc; số ngày chỉ đổi được khi công bố xong.",
            n=programme.publication_days,
        )
        raise RuleBroken(sentence, field="publication_days")


def _free_code(code: str) -> str:
    code = checked_code(code)
    if find(code):
        raise RuleBroken(_("Mã chương trình %(code)s đã có.", code=code), field="code")
    return code


def _require_complete(plan: Plan) -> None:
    """What a programme needs before anybody nominates."""
    scoring = [seat for seat in plan.seats if seat.part != "secretary"]
    parts = {seat.part for seat in plan.seats}
    missing = {
        "levels": (bool(plan.levels), _("Xin ghi ít nhất một mức.")),
        "funding": (bool(plan.funding), _("Xin ghi ít nhất một chiến dịch chi.")),
        "criteria": (bool(plan.criteria), _("Xin ghi ít nhất một tiêu chí chấm.")),
        "seats": (
            {"presider", "secretary"} <= parts and len(plan.seats) >= LEAST_SEATS and len(scoring) >= LEAST_SCORING,
            _("Hội đồng cần ít nhất 5 người, trong đó một người chủ trì và một thư ký."),
        ),
    }
    for field, (holds, sentence) in missing.items():
        if not holds:
            raise RuleBroken(sentence, field=field)


def _require_fits(unit: Unit, plan: Plan) -> None:
    """Money of the unit's own open campaigns of this kind, goods of the catalogue, units below, seats for who may."""
    for line in plan.funding:
        _require_pays(unit, campaign_by_id(line.campaign_id), plan.kind)
    for level in plan.levels:
        for item in level.items:
            item_by_id(item.item_id)
    reach = below(unit, plan.opens)
    if any(quota.unit_id not in reach for quota in plan.quotas):
        raise RuleBroken(_("Chỉ tiêu chỉ phân cho đơn vị trực thuộc."), field="quotas")
    if plan.seats:
        _require_seats(unit, plan)


def _require_pays(unit: Unit, campaign: Campaign, kind: str) -> None:
    if campaign.unit_id != unit.id:
        raise RuleBroken(_("Chiến dịch %(code)s không thuộc đơn vị này.", code=campaign.code), field="funding")
    if campaign.state != "open":
        raise RuleBroken(_("Chiến dịch %(code)s không mở.", code=campaign.code), field="funding")
    if campaign.kind is not None and campaign.kind != kind:
        what = str(SPENDING_KINDS[campaign.kind]).lower()
        raise RuleBroken(_("Chiến dịch %(code)s chỉ để: %(what)s.", code=campaign.code, what=what), field="funding")


def _require_seats(unit: Unit, plan: Plan) -> None:
    scoring = {user.id for user in grants.holders("award.score", unit.id)}
    minutes = {user.id for user in grants.holders("meeting.hold", unit.id)}
    for seat in plan.seats:
        if seat.user_id not in (minutes if seat.part == "secretary" else scoring):
            name = _name(seat.user_id)
            raise RuleBroken(_("%(name)s không giữ vai trò để ngồi ghế này.", name=name), field="seats")
        if seat.part != "secretary" and _is_chair(seat.user_id, unit.id):
            raise RuleBroken(_("%(name)s là chủ tịch nên không chấm.", name=_name(seat.user_id)), field="seats")


def _is_chair(user_id: int, unit_id: int) -> bool:
    user = db.session.get(User, user_id)
    return user is not None and "chair" in grants.roles_by_unit(user).get(unit_id, frozenset())


def _name(user_id: int) -> str:
    user = db.session.get(User, user_id)
    return user.signature if user is not None else _("Người này")


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def select_seen(seen: Collection[int], units_above: Collection[int]) -> Any:
    """The programmes a person may see: of the units where they see programmes, and, once open, of those above them."""
    above = (Programme.unit_id.in_(sorted(units_above))) & (Programme.state != "draft")
    return select(Programme).where(or_(Programme.unit_id.in_(sorted(seen)), above))
