"""Asking and approving: the one way in which a deed that needs a second person gets done.

Pages, bulk deeds and commands call these functions and no others. Every deed takes the unit's lock
first, so that two approvers who press at the same instant are served one after the other.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from enum import Enum
from typing import Any

from sqlalchemy import select

from khuyenhoc.approvals import pairs, policies, registry
from khuyenhoc.approvals.pairs import Part
from khuyenhoc.approvals.policies import Terms
from khuyenhoc.approvals.request_tables import Approval, Request
from khuyenhoc.core import clock
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong, show
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.names import clean_lines
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import in_vietnamese
from khuyenhoc.history import chains, events
from khuyenhoc.history.events import record
from khuyenhoc.org import grants
from khuyenhoc.org.permissions import ROLES
from khuyenhoc.org.users import User

Roles = Mapping[int, frozenset[str]]
"""Unit id → the roles that one person holds there."""

Possible = Callable[[str, int], Sequence[Terms]]
"""Kind and unit → the terms of which one holds: ``policies.possible``, or what remembers its answers."""

LONGEST = 2000
"""No reason and no note is longer than this many characters."""


class Outcome(Enum):
    """What became of an approval."""

    DONE = "done"
    NEEDS_MORE = "needs_more"
    CHANGED = "changed"


def ask(
    kind: str,
    *,
    unit_id: int,
    subject_kind: str,
    subject_id: int,
    by: Person,
    reason: str = "",
    amount: Dong = 0,
    payload: Mapping[str, Any] | None = None,
) -> Request:
    """Ask that a deed be approved by another person. One live request per kind and subject."""
    chains.lock(unit_id)
    approvable = registry.get(kind)
    if find_waiting(kind, subject_kind, subject_id):
        raise RuleBroken(_("Việc này đã được đề nghị và đang chờ duyệt."))
    reason = _text(reason, _("Xin ghi lý do đề nghị.")) if approvable.needs_reason else clean_lines(reason)
    request = Request(
        kind=kind,
        unit_id=unit_id,
        subject_kind=subject_kind,
        subject_id=subject_id,
        amount=amount,
        asked_by=by.id,
        asked_by_name=by.signature,
        asked_at=clock.stamp(),
        reason=reason,
        payload=json.dumps(payload, ensure_ascii=False, sort_keys=True) if payload else "",
        state="waiting",
    )
    request.fingerprint = fingerprint(request)
    db.session.add(request)
    record("approval.asked", request, by=by, unit_id=unit_id, reason=reason, details={"kind": kind})
    return request


def fingerprint(request: Request) -> str:
    """What an approver is shown, as it stands now: what is asked, the rows it rests on, and the words of the page.

    The words hold the names of accounts, campaigns, givers and payees, which may change while the request waits.
    They are taken in Vietnamese, whoever reads.
    """
    asked = [request.kind, request.unit_id, request.subject_kind, request.subject_id, request.amount]
    approvable = registry.get(request.kind)
    with in_vietnamese():
        words = approvable.describe(request).words
    return chains.digest([*asked, request.reason, request.payload, approvable.fingerprint(request), words])


def approve(request: Request, *, by: User, shown: str) -> Outcome:
    """Approve what was shown (its fingerprint). With the last approval needed the deed is carried out at once.

    CHANGED: what was shown is no longer so; nothing was approved, earlier approvals lapsed, and the
    request waits with its present content.
    """
    _lock(request)
    if request.state == "approved" and any(a.user_id == by.id for a in request.given):
        return Outcome.DONE  # pressed twice
    terms = _require_may_decide(request, by)
    present = fingerprint(request)
    if request.fingerprint != present:
        request.fingerprint = present
        record("approval.reopened", request, by=by, unit_id=request.unit_id)
    if shown != present:
        return Outcome.CHANGED
    if not any(a.user_id == by.id for a in request.given):
        _say(request, "approved", "", by)
        record("approval.given", request, by=by, unit_id=request.unit_id)
    if len(request.given) < terms.approvals_needed:
        return Outcome.NEEDS_MORE
    _decide(request, "approved", by=by)
    registry.get(request.kind).carry_out(request, by=by)
    return Outcome.DONE


def send_back(request: Request, *, by: User, reason: str) -> None:
    """Return a request with what to mend; it is asked again as a new one."""
    _lock(request)
    _require_may_decide(request, by)
    note = _text(reason, _("Xin ghi rõ chỗ cần sửa."))
    _say(request, "returned", note, by)
    _decide(request, "returned", by=by, reason=note)


def withdraw(request: Request, *, by: Person, reason: str = "") -> None:
    """Whoever asked takes the request back, or lets a returned one rest."""
    _lock(request)
    if request.asked_by != by.id:
        raise NotAllowed(_("Chỉ người đã đề nghị mới rút lại được."))
    if request.state not in ("waiting", "returned"):
        too_late = _("Không rút lại được nữa.")
        raise RuleBroken(f"{why_over(request)} {too_late}")
    _decide(request, "withdrawn", by=by, reason=clean_lines(reason)[:LONGEST])


def lapse(request: Request, *, by: Person, reason: str) -> None:
    """A feature says that what was asked can no longer be done, because its subject went another way."""
    _lock(request)
    if request.is_waiting:
        _decide(request, "stale", by=by, reason=reason)


def terms_of(request: Request, possible: Possible = policies.possible) -> Terms:
    """The terms that hold for a request today, by the sum that its kind looks at."""
    found = possible(request.kind, request.unit_id)
    if len(found) == 1:
        return found[0]
    return policies.terms(request.kind, request.unit_id, registry.get(request.kind).total(request))


def may_name(request: Request, held: AbstractSet[str], possible: Possible = policies.possible) -> bool:
    """Whether any sum could make these roles decide: asked before the sum is, which costs more."""
    return any(held & set(terms.role_names) for terms in possible(request.kind, request.unit_id))


def why_more(request: Request, terms: Terms) -> str:
    """Why these terms hold and not those for the request's amount alone: the sum has reached a bar. Empty: the same."""
    alone = policies.terms(request.kind, request.unit_id, request.amount)
    if (alone.approvals_needed, set(alone.role_names)) == (terms.approvals_needed, set(terms.role_names)):
        return ""
    return _(
        "Cộng lại là %(sum)s, từ mức %(bar)s phải có %(needed)s người duyệt (%(roles)s);"
        " riêng khoản này thì cần %(alone)s người (%(alone_roles)s).",
        sum=show(registry.get(request.kind).total(request)),
        bar=show(terms.from_amount),
        needed=terms.approvals_needed,
        roles=_roles(terms),
        alone=alone.approvals_needed,
        alone_roles=_roles(alone),
    )


def _roles(terms: Terms) -> str:
    return ", ".join(str(ROLES[role]).lower() for role in terms.role_names)


def parts_of(request: Request) -> list[Part]:
    """Who took which step in the request's case."""
    return [("ask", request.asked_by), *registry.get(request.kind).participants(request)]


def asked_before(request: Request) -> list[Part]:
    """Who asked for the same before this: what was sent back, or lapsed, and is asked anew by another is one case.

    For kinds whose subject is the case, since it was last approved. What was withdrawn was not asked.
    """
    found: list[Part] = []
    for one in about(request.subject_kind, request.subject_id):
        if one.kind != request.kind or one.id >= request.id:
            continue
        if one.state == "approved":
            break
        if one.state in ("returned", "stale"):
            found.append(("ask", one.asked_by))
    return found


def why_not(request: Request, user: User, terms: Terms, roles: Roles | None = None) -> str:
    """Why this person cannot decide on the request; empty when they can. ``roles``: theirs, when already read."""
    held = (grants.roles_by_unit(user) if roles is None else roles).get(request.unit_id, frozenset())
    if not user.active or not held & set(terms.role_names):
        return _("Việc này không thuộc quyền duyệt của %(you)s.", you=user.address_form)
    approvable = registry.get(request.kind)
    return pairs.why_not(approvable.step, user, parts_of(request)) or approvable.bars(request, user)


def deciders(request: Request) -> list[User]:
    """The people whose approval the request waits for: named by the policy, no part in the case, not yet heard."""
    terms = terms_of(request)
    heard = {a.user_id for a in request.given}
    able = grants.holders("approval.decide", request.unit_id)
    return [user for user in able if user.id not in heard and not why_not(request, user, terms)]


def find_waiting(kind: str, subject_kind: str, subject_id: int) -> Request | None:
    """The live request of this kind about this subject, or nothing."""
    query = select(Request).where(Request.subject_kind == subject_kind, Request.subject_id == subject_id)
    return db.session.scalar(query.where(Request.kind == kind, Request.state == "waiting"))


def waiting_among(subject_kind: str, subject_ids: Sequence[int]) -> frozenset[int]:
    """Which of these subjects something is asked about and not decided yet."""
    query = select(Request.subject_id).where(Request.subject_kind == subject_kind, Request.state == "waiting")
    return frozenset(db.session.scalars(query.where(Request.subject_id.in_(sorted(subject_ids)))))


def about(subject_kind: str, subject_id: int) -> Sequence[Request]:
    """Every request about one subject, the newest first."""
    query = select(Request).where(Request.subject_kind == subject_kind, Request.subject_id == subject_id)
    return db.session.scalars(query.order_by(Request.id.desc())).all()


def latest(subject_kind: str, subject_id: int) -> Request | None:
    """The newest request about one subject."""
    return next(iter(about(subject_kind, subject_id)), None)


def is_before_approval(subject_kind: str, subject_id: int, day: date) -> bool:
    """Whether a day of Việt Nam lies before the one on which this subject was last approved; never when it was not."""
    days = (one.decided_at for one in about(subject_kind, subject_id) if one.state == "approved")
    at = next(days, None)
    return at is not None and day < clock.from_stamp(at).date()


def get_request(request_id: int) -> Request:
    """The request of this id; NotFound when there is none."""
    request = db.session.get(Request, request_id)
    if request is None:
        raise NotFound(_("Không có việc này."))
    return request


def _lock(request: Request) -> None:
    chains.lock(request.unit_id)
    db.session.refresh(request)


def _require_may_decide(request: Request, by: User) -> Terms:
    if not request.is_waiting:
        raise RuleBroken(why_over(request))
    terms = terms_of(request)
    pairs.require_other_person(registry.get(request.kind).step, by, parts_of(request))
    sentence = why_not(request, by, terms)
    if sentence:
        raise NotAllowed(sentence)
    return terms


def why_over(request: Request) -> str:
    """What became of a request that waits no more; of one that lapsed, why."""
    if request.state == "stale":
        ended = [event for event in events.of("approval_requests", request.id) if event.action == "approval.stale"]
        why = ended[-1].reason if ended else ""
        over = _("Đề nghị này không còn hiệu lực.")
        return f"{over} {why}".strip()
    return {
        "approved": _("Đề nghị này đã được duyệt rồi."),
        "returned": _("Đề nghị này đã được trả lại để sửa; xin chờ đề nghị mới."),
        "withdrawn": _("Người đề nghị đã rút lại đề nghị này."),
    }[request.state]


def _say(request: Request, decision: str, note: str, by: User) -> None:
    request.approvals.append(
        Approval(
            position=len(request.approvals) + 1,
            user_id=by.id,
            user_name=by.signature,
            decision=decision,
            at=clock.stamp(),
            note=note,
            fingerprint=request.fingerprint,
        )
    )


def _decide(request: Request, state: str, *, by: Person, reason: str = "") -> None:
    request.state = state
    request.decided_at = clock.stamp()
    record(f"approval.{state}", request, by=by, unit_id=request.unit_id, reason=reason)


def _text(typed: str, otherwise: str) -> str:
    typed = clean_lines(typed)
    if not typed:
        raise RuleBroken(otherwise, field="reason")
    if len(typed) > LONGEST:
        raise RuleBroken(_("Xin viết ngắn hơn %(most)s chữ.", most=LONGEST), field="reason")
    return typed
