"""The rules of who approves what: for heads, auditors and administrators to read, for administrators to change."""

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.approvals import policies, registry
from khuyenhoc.approvals.forms import EndForm, PolicyForm
from khuyenhoc.approvals.policies import Policy
from khuyenhoc.core import clock
from khuyenhoc.core.errors import NotAllowed, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.history.chains import INSTALLATION
from khuyenhoc.org import access, units
from khuyenhoc.org.access import actor, may
from khuyenhoc.org.answers import once
from khuyenhoc.org.permissions import ROLES
from khuyenhoc.web import navigation
from khuyenhoc.web.page import page

blueprint = Blueprint("policies", __name__, url_prefix="/phe-duyet/quy-dinh")

navigation.register("policies.index", _l("Quy định duyệt"), "shield-check", "policy.manage", 82)


@blueprint.get("")
@may("policy.see")
def index() -> Response:
    """The rules in force, those to come and those that ended."""
    return _index(PolicyForm(access.scopes("policy.manage")))


@blueprint.post("")
@may("policy.manage")
def add() -> AnyResponse:
    """Lay down a rule."""
    form = PolicyForm(access.scopes("policy.manage"))
    if not form.validate_on_submit():
        return _index(form, 422)
    answers = form.answers
    try:
        with once(lambda: url_for(".index")):
            policies.add_policy(
                answers["kind"],
                unit_id=answers["unit"],
                from_amount=answers["from_amount"],
                roles=answers["roles"],
                approvals_needed=answers["approvals_needed"],
                valid_from=answers["valid_from"],
                reason=answers["reason"],
                by=actor(),
            )
    except RuleBroken as no:
        form.refuse(no)
        return _index(form, 422)
    flash(_("Đã ghi quy định mới."))
    return redirect(url_for(".index"), 303)


@blueprint.get("/<int:policy_id>/het-hieu-luc")
@may("policy.manage")
def ending(policy_id: int) -> Response:
    """Ask why the rule is to end."""
    return _ending(_policy_or_404(policy_id), EndForm())


@blueprint.post("/<int:policy_id>/het-hieu-luc")
@may("policy.manage")
def end(policy_id: int) -> AnyResponse:
    """Let a rule end today."""
    policy, form = _policy_or_404(policy_id), EndForm()
    if not form.validate_on_submit():
        return _ending(policy, form, 422)
    try:
        with once(lambda: url_for(".index")):
            policies.end_policy(policy, reason=form.reason.data, by=actor())
    except RuleBroken as no:
        form.refuse(no)
        return _ending(policy, form, 422)
    flash(_("Quy định hết hiệu lực sau ngày hôm nay."))
    return redirect(url_for(".index"), 303)


def _index(form: PolicyForm, status: int = 200) -> Response:
    seen = access.units_where("policy.see") | {INSTALLATION}
    rows = [policy for policy in policies.all_policies() if policy.unit_id in seen]
    today = clock.today()
    return page(
        "approvals/policies.html",
        status=status,
        form=form,
        now=[p for p in rows if p.valid_to is None or p.valid_to >= today],
        past=[p for p in rows if p.valid_to is not None and p.valid_to < today],
        kinds=registry.kinds(),
        roles=ROLES,
        unit_names={INSTALLATION: _("Mọi đơn vị"), **units.names_on(seen)},
        today=today,
        mine={unit_id for unit_id, _name in access.scopes("policy.manage")},
    )


def _ending(policy: Policy, form: EndForm, status: int = 200) -> Response:
    return page("approvals/policy_end.html", status=status, policy=policy, form=form, kind=registry.get(policy.kind))


def _policy_or_404(policy_id: int) -> Policy:
    policy = policies.get_policy(policy_id)
    if policy.unit_id != INSTALLATION:
        access.require("policy.manage", policy.unit_id)
    elif INSTALLATION not in {unit_id for unit_id, _name in access.scopes("policy.manage")}:
        raise NotAllowed(_("Quy định chung do người quản trị mọi đơn vị sửa."))
    return policy
