"""What can be approved: every feature registers its kinds, the engine knows none of them."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from khuyenhoc.approvals.pairs import Part
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.errors import NotFound
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.org.users import User


class Fact(NamedTuple):
    """One line of what is shown: ``Chi từ`` – ``Tiếp bước đến trường, tiền mặt``; with a link where there is a page.

    ``permission``: the link is only for who holds it in the request's unit.
    """

    label: str
    value: str
    url: str = ""
    permission: str = ""


class Added(NamedTuple):
    """One sum that counts together with a request's own, when policies look at it; the request itself is one."""

    kind: str
    subject_id: int
    day: datetime.date
    title: str
    payee: str
    state: str
    amount: Dong
    url: str = ""


@dataclass(frozen=True)
class Description:
    """What the approver reads before deciding. ``outcome`` says what happens when it is approved."""

    title: str
    subtitle: str = ""
    amount: Dong | None = None
    facts: Sequence[Fact] = ()
    warning: str = ""
    outcome: str = ""
    button: str = ""
    url: str = ""

    @property
    def words(self) -> list[object]:
        """What approvals are bound to. Not the warning: it follows the balance, and the deed itself asks that again."""
        facts = [[str(fact.label), str(fact.value)] for fact in self.facts]
        return [str(self.title), str(self.subtitle), self.amount, facts]


class CarryOut(Protocol):
    """The deed itself, done in the transaction of the last approval; it may refuse by RuleBroken."""

    def __call__(self, request: Request, /, *, by: User) -> None:
        """Do what was asked. ``by`` gave the last approval."""


def _nobody(_request: Request) -> Iterable[Part]:
    return ()


def _nothing_bars(_request: Request, _user: User) -> str:
    return ""


def _amount_alone(request: Request) -> Dong:
    return request.amount


def _nothing_added(_request: Request) -> Sequence[Added]:
    return ()


@dataclass(frozen=True)
class Approvable:
    """One kind of thing that needs another person's approval.

    Approvals are bound to the words of ``describe`` and to ``fingerprint``, which covers the stored rows
    that the deed rests on: when either changes, what was approved before no longer counts. ``total`` is
    the sum that policies look at (per recipient, campaign and period), alone the request's own amount;
    ``added`` names what it is made of. ``participants`` names who took which other step in the case.
    ``step`` is what approving is called among the pairs, and ``bars`` gives the sentence that keeps one
    person from it for a reason of the case. ``roles`` and ``needed`` are the strict default.
    """

    kind: str
    title: object
    describe: Callable[[Request], Description]
    fingerprint: Callable[[Request], str]
    carry_out: CarryOut
    participants: Callable[[Request], Iterable[Part]] = _nobody
    total: Callable[[Request], Dong] = _amount_alone
    added: Callable[[Request], Sequence[Added]] = _nothing_added
    needs_reason: bool = True
    roles: tuple[str, ...] = ("chair", "vice_chair")
    needed: int = 1
    step: str = "approve"
    bars: Callable[[Request, User], str] = _nothing_bars


_kinds: dict[str, Approvable] = {}


def register(approvable: Approvable) -> Approvable:
    """Offer a kind to the engine; the last registration of a kind holds."""
    _kinds[approvable.kind] = approvable
    return approvable


def get(kind: str) -> Approvable:
    """The registered kind; NotFound when no feature knows it."""
    approvable = _kinds.get(kind)
    if approvable is None:
        raise NotFound(_("Không có loại việc này để duyệt."))
    return approvable


def kinds() -> Mapping[str, Approvable]:
    """Every registered kind, by name."""
    return dict(sorted(_kinds.items()))
