"""How many must be present where a committee decides: for heads and auditors to read, for administrators to change."""

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.awards import quorum
from khuyenhoc.awards.forms.quorum import QuorumForm
from khuyenhoc.core import clock
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.history.chains import INSTALLATION
from khuyenhoc.org import access, units
from khuyenhoc.org.access import actor, may
from khuyenhoc.org.answers import once
from khuyenhoc.web import navigation
from khuyenhoc.web.page import page

blueprint = Blueprint("quorum_rules", __name__, url_prefix="/hoc-bong/so-nguoi-du-hop")

navigation.register("quorum_rules.index", _l("Số người dự họp xét"), "people", "policy.manage", 83)


@blueprint.get("")
@may("policy.see")
def index() -> Response:
    """The rule in force, those to come and those that were."""
    return _index(QuorumForm(access.scopes("policy.manage")))


@blueprint.post("")
@may("policy.manage")
def add() -> AnyResponse:
    """Lay down a rule."""
    form = QuorumForm(access.scopes("policy.manage"))
    if not form.validate_on_submit():
        return _index(form, 422)
    answers = form.answers
    try:
        with once(lambda: url_for(".index")):
            quorum.add_rule(
                unit_id=answers["unit"],
                share=answers["share"],
                least=answers["least"],
                since=answers["since"],
                regulation=answers["regulation"],
                regulated_on=answers["regulated_on"],
                by=actor(),
            )
    except RuleBroken as no:
        form.refuse(no)
        return _index(form, 422)
    flash(_("Đã ghi quy định mới."))
    return redirect(url_for(".index"), 303)


def _index(form: QuorumForm, status: int = 200) -> Response:
    today, seen = clock.today(), access.units_where("policy.see") | {INSTALLATION}
    return page(
        "awards/quorum_rules.html",
        status=status,
        form=form,
        rows=[rule for rule in quorum.all_rules() if rule.unit_id in seen],
        now={row.id for unit_id in seen if (row := quorum.row_on(unit_id, today))},
        unit_names={INSTALLATION: _("Mọi đơn vị"), **units.names_on(seen)},
        default=quorum.DEFAULT,
        today=today,
        may_add=bool(form.unit.choices),
    )
