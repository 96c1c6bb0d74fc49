"""A signer says, before signing, that an award of the decision is too near: whoever has said so does not sign it."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.awards import conflicts, decisions, signing, steps
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.awards.forms.scoring import SignerForm
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.org.access import actor, may, require
from khuyenhoc.org.answers import once
from khuyenhoc.web.page import page

blueprint = Blueprint("signer_ties", __name__, url_prefix="/quyet-dinh/<int:decision_id>/quan-he")


@blueprint.get("")
@may("decision.sign")
def mine(decision_id: int) -> Response:
    """Which award, and what binds the signer to it."""
    form = SignerForm()
    form.code.data = request.args.get("ho-so", "")[:20]
    return _page(_decision(decision_id), form)


@blueprint.post("")
@may("decision.sign")
def declare(decision_id: int) -> AnyResponse:
    """Write it down; once said it stays, and a relative is remembered for later awards."""
    decision, form = _decision(decision_id), SignerForm()
    if not form.validate_on_submit():
        return _page(decision, form, 422)
    try:
        with once(lambda: url_for("decisions.show", decision_id=decision.id)):
            award = _award(decision, form.answers["code"])
            conflicts.declare(award, by=actor(), reason=form.answers["reason"])
            if form.relative.data:
                conflicts.add_tie(actor(), "relative", by=actor(), recipient_id=award.recipient_id)
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _page(decision, form, 422)
    flash(_("Đã ghi: %(you)s không ký quyết định này; người ký khác ký thay.", you=actor().address_form))
    return redirect(url_for("decisions.show", decision_id=decision.id), 303)


def _decision(decision_id: int) -> Decision:
    """A draft that the person may sign, as far as only the role is asked."""
    decision = decisions.get_decision(decision_id)
    require("decision.see", decision.unit_id)
    require("decision.sign", decision.unit_id)
    if decision.state != "draft":
        raise RuleBroken(_("Quyết định này không còn chờ ký."))
    return decision


def _award(decision: Decision, code: str) -> Award:
    wanted = code.strip().upper()
    for award in decisions.awards_of(decision):
        if steps.code_of(award).upper() == wanted:
            return award
    raise RuleBroken(_("Quyết định này không có hồ sơ %(code)s.", code=code), field="code")


def _page(decision: Decision, form: SignerForm, status: int = 200) -> Response:
    return page(
        "awards/signer_tie.html",
        status=status,
        decision=decision,
        title=decisions.title_of(decision),
        barred=signing.why_barred(decision, actor()),
        form=form,
    )
