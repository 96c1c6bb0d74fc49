"""The inbox: what waits for a person and why, and what became of what they asked."""

from collections.abc import Sequence
from dataclasses import field
from functools import cache

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from khuyenhoc.approvals import policies, registry, requests
from khuyenhoc.approvals.policies import Terms
from khuyenhoc.approvals.registry import Added, Description
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.approvals.requests import Possible, Roles
from khuyenhoc.core import clock, fixed
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.org import grants
from khuyenhoc.org.permissions import PERMISSIONS, ROLES
from khuyenhoc.org.users import User

APPROVERS = PERMISSIONS["approval.decide"]
"""Who can be named by a policy at all."""


_COUNTS = (
    "SELECT (SELECT COUNT(*) FROM approval_requests r WHERE r.state = 'returned' AND r.asked_by = {} AND NOT EXISTS"
    " (SELECT 1 FROM approval_requests later WHERE later.kind = r.kind AND later.subject_kind = r.subject_kind"
    " AND later.subject_id = r.subject_id AND later.id > r.id)),"
    " EXISTS (SELECT 1 FROM approval_requests w WHERE w.state = 'waiting')"
)
"""What ``_returned`` finds, counted, and whether anything waits for anybody: asked on every page."""


@dataclass(frozen=True)
class Card:
    """One request as one person sees it. ``why_not`` empty: they may decide, bound to ``shown``."""

    request: Request
    description: Description
    shown: str
    changed: bool
    why_not: str
    needed: int
    waits_for: Sequence[str]
    """Who may decide, as one says it: ``bà Trần Thị Oanh, phó chủ tịch``."""
    asked_by: str
    """Who asked, likewise with the role: ``Cô Lương Thị Hạnh, kế toán``."""
    added: Sequence[Added] = ()
    """What is summed up with it when policies look, itself included; nothing where nothing else counts."""
    because: str = ""
    """Why the sum asks for more, or for others, than the request alone would."""

    @property
    def sum(self) -> Dong:
        """What all that comes to, in đồng."""
        return sum(one.amount for one in self.added)

    @property
    def days(self) -> int:
        """How many days it has waited."""
        return (clock.today() - clock.from_stamp(self.request.asked_at).date()).days


@dataclass(frozen=True)
class Inbox:
    """What a person finds: to decide, kept from them (with the reason), asked by them, returned to them."""

    to_decide: list[Card] = field(default_factory=list)
    kept: list[Card] = field(default_factory=list)
    asked: list[Card] = field(default_factory=list)
    returned: list[Card] = field(default_factory=list)


def inbox(user: User) -> Inbox:
    """Everything that waits for this person, the oldest first."""
    found, roles, possible = Inbox(), grants.roles_by_unit(user), cache(policies.possible)
    for request in _waiting(roles):
        place = _place(request, user, roles, possible)
        if place:
            getattr(found, place).append(card(request, user))
    found.returned.extend(card(request, user) for request in _returned(user))
    return found


def count(user: User) -> int:
    """How much work waits for this person: to decide, and to mend."""
    returned, anything_waits = fixed.run(_COUNTS, user.id).one()
    if not anything_waits:
        return int(returned)
    roles, possible = grants.roles_by_unit(user), cache(policies.possible)
    places = (_place(request, user, roles, possible) for request in _waiting(roles))
    return int(returned) + sum(place == "to_decide" for place in places)


def card(request: Request, user: User) -> Card:
    """One request as this person sees it now."""
    terms = requests.terms_of(request)
    shown = requests.fingerprint(request) if request.is_waiting else request.fingerprint
    added = registry.get(request.kind).added(request) if request.is_waiting else ()
    return Card(
        request=request,
        description=registry.get(request.kind).describe(request),
        shown=shown,
        changed=shown != request.fingerprint,
        why_not=_why_not(request, user, terms, grants.roles_by_unit(user)),
        needed=terms.approvals_needed,
        waits_for=[_named(someone, request.unit_id) for someone in requests.deciders(request)]
        if request.is_waiting
        else (),
        asked_by=_asker(request),
        added=added if len(added) > 1 else (),
        because=requests.why_more(request, terms) if request.is_waiting else "",
    )


def _named(user: User, unit_id: int, *, address: bool = True) -> str:
    roles = grants.roles_by_unit(user).get(unit_id, frozenset())
    name = f"{user.address_form} {user.full_name}" if address else user.signature
    return ", ".join([name, *(str(ROLES[role]).lower() for role in ROLES if role in roles)])


def _asker(request: Request) -> str:
    asker = db.session.get(User, request.asked_by)
    return _named(asker, request.unit_id, address=False) if asker else request.asked_by_name


def _why_not(request: Request, user: User, terms: Terms, roles: Roles) -> str:
    if not request.is_waiting:
        return requests.why_over(request)
    if any(a.user_id == user.id for a in request.given):
        return _("%(you)s đã duyệt; việc này còn chờ người khác.", you=user.address_form.capitalize())
    return requests.why_not(request, user, terms, roles)


def _place(request: Request, user: User, roles: Roles, possible: Possible) -> str:
    """Where a waiting request belongs in this person's inbox; nowhere when it is not their business."""
    if request.asked_by == user.id:
        return "asked"
    held = roles.get(request.unit_id, frozenset()) & APPROVERS
    if not held or not requests.may_name(request, held, possible):
        return ""
    terms = requests.terms_of(request, possible)
    if not _why_not(request, user, terms, roles):
        return "to_decide"
    return "kept" if roles[request.unit_id] & set(terms.role_names) else ""


def _waiting(roles: Roles) -> Sequence[Request]:
    seen = PERMISSIONS["approval.see"]
    units = sorted(unit_id for unit_id, held in roles.items() if held & seen)
    query = select(Request).where(Request.state == "waiting", Request.unit_id.in_(units))
    return db.session.scalars(query.order_by(Request.id)).all()


def _returned(user: User) -> Sequence[Request]:
    """What this person asked and got back, unless it was asked again."""
    later = aliased(Request)
    again = exists().where(
        later.kind == Request.kind,
        later.subject_kind == Request.subject_kind,
        later.subject_id == Request.subject_id,
        later.id > Request.id,
    )
    query = select(Request).where(Request.state == "returned", Request.asked_by == user.id, ~again)
    return db.session.scalars(query.order_by(Request.id)).all()
