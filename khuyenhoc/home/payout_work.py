"""What waits of paying and handing over: lists to prepare, to pay, to hand out, to note and to settle."""

from collections.abc import Iterable, Iterator

from flask import url_for

from khuyenhoc.awards import decisions, publication
from khuyenhoc.core import clock
from khuyenhoc.core.dong import figures, show
from khuyenhoc.core.text import gettext as _
from khuyenhoc.home.waiting import Work
from khuyenhoc.org.access import actor, allowed, units_where
from khuyenhoc.payouts import parts, payout_list, work
from khuyenhoc.payouts.work import Waiting
from khuyenhoc.web.filters import day

MOST = 5
"""So many lists of one kind of work stand one by one; of more the list of lists tells."""


def waiting() -> Iterator[Work]:
    """Everything of the lists that waits for the person signed in, in the order of a list's way."""
    if not allowed("payout.see"):
        return
    yield from _to_prepare()
    me = actor()
    yield from _rows(work.to_pay(units_where("payout.pay"), me), _("Danh sách chờ chi"))
    hands = units_where("payout.hand_over")
    yield from _rows(work.to_hand_over(hands, me), _("Hiện vật chờ trao"))
    yield from _rows(work.to_note(hands), _("Chờ ghi người nhận"))
    yield from _rows(work.to_have_back(units_where("payout.pay")), _("Tiền của người vắng chờ nhận lại vào két"))
    yield from _rows(work.to_pay_later(units_where("payout.pay"), me), _("Tiền giữ hộ chờ chi lần hai"))
    yield from _rows(work.to_settle(units_where("payout.settle")), _("Danh sách chờ quyết toán"))


def _to_prepare() -> Iterator[Work]:
    for one in payout_list.ready(units_where("payout.prepare")):
        if publication.is_over(one.decision, clock.today()) and parts.may_prepare(one.decision, actor()):
            number, name = decisions.printed_number(one.decision), one.decision.programme.name
            url = url_for("payout_preparing.new", decision_id=one.decision.id)
            yield Work(one.count, _("Suất chờ lập danh sách chi, trao"), f"{number}, {name}", url)


def _rows(found: list[Waiting], title: str) -> Iterator[Work]:
    for one in found[:MOST]:
        yield Work(one.n, title, _note(one), url_for("payouts.show", payout_id=one.payout_id))
    rest = found[MOST:]
    if rest:
        yield Work(_sum(rest), title, _("%(n)s danh sách nữa", n=figures(len(rest))), url_for("payouts.index"))


def _sum(found: Iterable[Waiting]) -> int:
    return sum(one.n for one in found)


def _note(one: Waiting) -> str:
    told = f"{one.programme}, {show(one.amount)}"
    return f"{told}; {_('hẹn %(day)s', day=day(one.on))}" if one.on else told
