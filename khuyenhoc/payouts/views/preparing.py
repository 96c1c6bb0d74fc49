"""Preparing a list from a decision: which awards, how they are given, from where, when and at what place."""

from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.awards import decisions, steps
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import AlreadyRecorded, NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.ledger.accounts import cash_and_banks, get_account
from khuyenhoc.org.access import actor, may, require
from khuyenhoc.payouts import lists, parts, payout_list
from khuyenhoc.payouts.forms import PrepareForm
from khuyenhoc.payouts.payout_tables import Payout
from khuyenhoc.recipients import openings
from khuyenhoc.web.page import page

blueprint = Blueprint("payout_preparing", __name__, url_prefix="/chi-trao/lap")


@blueprint.get("/<int:decision_id>")
@may("payout.prepare")
def new(decision_id: int) -> Response:
    """Everything that is ready, ticked."""
    decision = _decision(decision_id)
    offered = lists.ready(decision)
    return _page(decision, offered, _form(decision, offered))


@blueprint.post("/<int:decision_id>")
@may("payout.prepare")
def create(decision_id: int) -> AnyResponse:
    """Prepare the list; it goes to whoever may approve it."""
    decision = _decision(decision_id)
    offered = lists.ready(decision)
    known = _made_by(request.form.get("form_key", ""), decision)
    form = _form(decision, [*offered, *known])
    if not form.validate_on_submit():
        return _page(decision, offered, form, 422)
    given = form.answers
    try:
        with writing():
            payout = lists.prepare(
                decision,
                _chosen(form),
                method=given["method"],
                account=get_account(given["account"]) if given["account"] else None,
                planned_on=given["planned_on"],
                place=given["place"] or "",
                note=given["note"] or "",
                by=actor(),
                key=given["form_key"],
            )
    except (AlreadyRecorded, NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _page(decision, offered, form, 422)
    flash(_("Đã lập danh sách và trình duyệt. Duyệt xong thì thủ quỹ chi."))
    return redirect(url_for("payouts.show", payout_id=payout.id), 303)


def _page(decision: Decision, offered: Sequence[Award], form: PrepareForm, status: int = 200) -> Response:
    chosen, held = set(form.awards.data or ()), lists.held(decision)
    names = payout_list.names(award.id for award in [*offered, *(one for one, _why in held)])
    openings.note_shown((one.recipient_id for one in names.values()), "list_shown", by=actor())
    return page(
        "payouts/prepare.html",
        None,
        status,
        decision=decision,
        title=decisions.title_of(decision),
        programme=decision.programme,
        offered=offered,
        names=names,
        held=held,
        chosen=chosen,
        total=sum(award.amount for award in offered if award.id in chosen),
        form=form,
        code_of=steps.code_of,
    )


def _form(decision: Decision, offered: Sequence[Award]) -> PrepareForm:
    accounts = [(account.id, account.label) for account in cash_and_banks(decision.unit_id)]
    return PrepareForm(offered, accounts)


def _chosen(form: PrepareForm) -> list[Award]:
    found = [db.session.get(Award, award_id) for award_id in form.answers["awards"]]
    if any(award is None for award in found):
        raise NotFound(_("Hồ sơ này không thuộc quyết định."))
    return [award for award in found if award is not None]


def _made_by(key: str, decision: Decision) -> list[Award]:
    """The awards of the list that this very form has already made: sent again, it finds its list."""
    query = select(Payout).where(Payout.unit_id == decision.unit_id, Payout.idempotency_key == key)
    known = db.session.scalar(query)
    return [line.award for line in known.lines] if known is not None else []


def _decision(decision_id: int) -> Decision:
    decision = decisions.get_decision(decision_id)
    require("payout.prepare", decision.unit_id)
    parts.require_preparer(decision, actor())
    return decision
