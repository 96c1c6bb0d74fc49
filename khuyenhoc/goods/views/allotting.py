"""Which piece with a frame number is meant for whom: the named recipients of a decision."""

from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.awards import decisions, steps
from khuyenhoc.awards.award_tables import Award, AwardShare
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.items import item_by_id
from khuyenhoc.goods import serials
from khuyenhoc.goods.forms.stock import AllotForm, key_of
from khuyenhoc.org.access import actor, may, require
from khuyenhoc.web.page import page

blueprint = Blueprint("allotting", __name__, url_prefix="/hien-vat")

AT_ONCE = 100
"""So many shares stand on one page."""


@blueprint.get("/quyet-dinh/<int:decision_id>/so-khung")
@may("goods.receive")
def allotment(decision_id: int) -> Response:
    """Which piece is meant for whom: the awards of a decision whose goods lie in stock."""
    decision = _decision(decision_id)
    shares = _shares(decision)[:AT_ONCE]
    return _allot_page(decision, shares, _allot_form(shares))


@blueprint.post("/quyet-dinh/<int:decision_id>/so-khung")
@may("goods.receive")
def allot(decision_id: int) -> AnyResponse:
    """Write down which piece is meant for whom."""
    decision = _decision(decision_id)
    form = AllotForm((), {})
    sent = form.wanted
    shares = [share for share in _shares(decision) if key_of(share) in sent]
    if not form.validate_on_submit() or len(shares) < len(sent):
        if len(shares) < len(sent):
            form.form_errors.append(_("Có hồ sơ không còn chờ trao. Xin mở lại trang."))
        return _allot_page(decision, shares, form, 422)
    wanted = {(share.award_id, share.position): sent[key_of(share)] for share in shares}
    try:
        with writing():
            changed = serials.allot(shares, wanted, by=actor())
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _allot_page(decision, shares, form, 422)
    flash(_("Đã ghi: %(n)s chiếc đổi chỗ dành.", n=changed) if changed else _("Không có gì thay đổi."))
    return redirect(url_for(".allotment", decision_id=decision.id), 303)


def _decision(decision_id: int) -> Decision:
    decision = decisions.get_decision(decision_id)
    require("goods.receive", decision.unit_id)
    return decision


def _shares(decision: Decision) -> list[AwardShare]:
    """The shares of a decision's awards whose pieces are reserved from stock, in the order of the application codes."""
    query = (
        select(AwardShare)
        .join(Award, Award.id == AwardShare.award_id)
        .where(
            Award.decision_id == decision.id,
            Award.state.in_(serials.PROMISED),
            AwardShare.item_id.is_not(None),
            AwardShare.amount == 0,
        )
    )
    return list(db.session.scalars(query.order_by(Award.number, AwardShare.position)))


def _allot_form(shares: Sequence[AwardShare]) -> AllotForm:
    return AllotForm(shares, serials.meant_for({share.award_id for share in shares}))


def _allot_page(decision: Decision, shares: Sequence[AwardShare], form: AllotForm, status: int = 200) -> Response:
    awards = select(Award).where(Award.id.in_({share.award_id for share in shares}))
    found = db.session.scalars(awards.options(selectinload(Award.recipient))) if shares else ()
    places = sorted({(share.campaign_id, share.item_id or 0) for share in shares})
    return page(
        "goods/allotment.html",
        None,
        status,
        form=form,
        decision=decision,
        title=decisions.title_of(decision),
        shares={key_of(share): share for share in shares},
        awards={award.id: award for award in found},
        code_of=steps.code_of,
        items={item_id: item_by_id(item_id) for _campaign_id, item_id in places},
        free=[serial for place in places for serial in serials.free_ones(*place)],
        more=max(0, len(_shares(decision)) - len(shares)) if request.method == "GET" else 0,
    )
