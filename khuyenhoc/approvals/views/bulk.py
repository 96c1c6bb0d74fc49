"""Several requests approved in one step: each by itself, in a transaction of its own, with its own answer in words."""

from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, url_for
from sqlalchemy.exc import StatementError
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.approvals import registry, requests
from khuyenhoc.approvals.forms import Chosen, SeveralForm
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.approvals.views.inbox import show_inbox
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.flush import NotFlushed
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.org import access
from khuyenhoc.org.access import actor, may
from khuyenhoc.web.logs import log
from khuyenhoc.web.page import page

blueprint = Blueprint("bulk_approvals", __name__, url_prefix="/phe-duyet")


@dataclass(frozen=True)
class Answer:
    """What became of one request. ``passed``: this person's approval counts; ``request_id`` 0: not theirs to see."""

    request_id: int
    title: str
    amount: Dong
    passed: bool
    sentence: str


@blueprint.post("/duyet-nhieu")
@may("approval.decide")
def approve() -> AnyResponse:
    """Approve what was ticked, as it was shown. Sent again, it gives the same answers: nothing is approved twice."""
    form = SeveralForm()
    if not form.validate_on_submit():
        return show_inbox(several=form, status=422)
    answers = [_approve(one) for one in form.chosen.data]
    passed = sum(answer.passed for answer in answers)
    if passed == len(answers):
        flash(_("Đã duyệt cả %(n)s việc đã chọn.", n=passed))
        return redirect(url_for("approvals.index"), 303)
    return _answered(answers, passed)


def _answered(answers: Sequence[Answer], passed: int) -> Response:
    heading = _("Đã duyệt %(n)s trong %(all)s việc", n=passed, all=len(answers)) if passed else _("Chưa duyệt việc nào")
    status = 200 if passed else 422
    return page("approvals/several.html", status=status, heading=heading, answers=answers)


def _approve(one: Chosen) -> Answer:
    """Check and approve one request as if it came alone: right, pair, fingerprint, state, money."""
    try:
        asked = requests.get_request(one.request_id)
        access.require("approval.see", asked.unit_id)
    except RuleBroken:
        return Answer(0, _("Một việc không có ở đây"), 0, False, _("Không có việc này."))
    description = registry.get(asked.kind).describe(asked)
    title, amount = description.title, asked.amount
    passed, sentence = False, ""
    try:
        with writing():
            outcome = requests.approve(asked, by=actor(), shown=one.shown)
        passed, sentence = outcome is not Outcome.CHANGED, _said(outcome)
    except RuleBroken as no:
        sentence = str(no)
    except NotFlushed as error:
        log.error("not flushed", endpoint="bulk_approvals.approve", exc_info=error)
        sentence = _("Máy chủ chưa xác nhận được việc này. Xin mở lại trang phê duyệt để xem đã ghi chưa.")
    except (StatementError, TimeoutError, OSError) as error:
        db.session.rollback()
        log.error("one of several not approved", endpoint="bulk_approvals.approve", exc_info=error)
        sentence = _("Sổ đang bận hoặc máy chủ hết chỗ, việc này chưa được ghi. Xin thử lại.")
    return Answer(one.request_id, title, amount, passed, sentence)


def _said(outcome: Outcome) -> str:
    if outcome is Outcome.DONE:
        return _("Đã duyệt, việc đã được thực hiện.")
    if outcome is Outcome.NEEDS_MORE:
        return _("Đã ghi lời duyệt; việc này còn chờ người khác duyệt nữa.")
    return _("Nội dung đã thay đổi sau lúc mở trang nên chưa duyệt. Xin đọc lại rồi quyết định.")
