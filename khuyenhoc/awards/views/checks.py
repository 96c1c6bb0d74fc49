"""The ward's check: one application or several at once; returned with what to mend, or refused with the reason."""

from collections.abc import Callable, Sequence

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.awards import nominations, sight, steps
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.forms.nomination import RefuseForm, ReturnForm, VerifyForm, ticked
from khuyenhoc.awards.views.nominations import listed, shown
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.org.access import actor, may, require
from khuyenhoc.org.answers import once
from khuyenhoc.web.forms import Form

blueprint = Blueprint("checks", __name__, url_prefix="/hoc-bong/<code>/de-nghi")

MOST_AT_ONCE = 100


@blueprint.post("/<int:number>/tham-tra")
@may("award.verify")
def verify(code: str, number: int) -> AnyResponse:
    """The check bears the nomination out."""
    award, form = _award(code, number), VerifyForm(ids="verify-")

    def deed() -> None:
        seen = {award.id: form.shown.data or ""} if form.shown.data else None
        nominations.verify([award], by=actor(), note=form.note.data or "", shown=seen)

    return _done(award, form, "verify", deed, _("Đã thẩm tra xong hồ sơ %(code)s.", code=steps.code_of(award)))


@blueprint.post("/<int:number>/tra-lai")
@may("award.verify")
def send_back(code: str, number: int) -> AnyResponse:
    """Back to its unit with what to mend."""
    award, form = _award(code, number), ReturnForm(ids="return-")

    def deed() -> None:
        nominations.send_back(award, to_mend=form.to_mend.data or "", by=actor(), shown=form.shown.data or "")

    return _done(award, form, "return", deed, _("Đã trả hồ sơ %(code)s để bổ sung.", code=steps.code_of(award)))


@blueprint.post("/<int:number>/khong-nhan")
@may("award.verify")
def refuse(code: str, number: int) -> AnyResponse:
    """The check does not bear the nomination out."""
    award, form = _award(code, number), RefuseForm(ids="refuse-")

    def deed() -> None:
        nominations.refuse(award, reason=form.reason.data or "", by=actor(), shown=form.shown.data or "")

    return _done(award, form, "refuse", deed, _("Đã ghi không nhận hồ sơ %(code)s.", code=steps.code_of(award)))


@blueprint.post("/tham-tra")
@may("award.verify")
def verify_many(code: str) -> AnyResponse:
    """The check bears all the ticked nominations out, each asked for itself; all of them or none."""
    programme = sight.programme_or_404(code)
    form = VerifyForm(ids="nhieu-")
    query = sight.select_awards(programme).where(Award.number.in_(ticked()[:MOST_AT_ONCE]))
    awards: Sequence[Award] = db.session.scalars(query.order_by(Award.number)).all()
    if not form.validate_on_submit():
        return listed(programme, form, 422)
    seen = {award.id: request.form.get(f"phien-{award.number}", "") for award in awards}
    try:
        if not awards:
            raise RuleBroken(_("Xin chọn ít nhất một hồ sơ đã gửi."))
        with once(lambda: url_for("nominations.index", code=programme.code)):
            nominations.verify(awards, by=actor(), note=form.note.data or "", shown=seen)
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return listed(programme, form, 422)
    flash(_("Đã thẩm tra xong %(n)s hồ sơ.", n=len(awards)))
    return redirect(url_for("nominations.index", code=programme.code), 303)


def _award(code: str, number: int) -> Award:
    award = sight.award_or_404(sight.programme_or_404(code), number)
    require("award.verify", steps.place_of(award, "verify"))
    return award


def _done(award: Award, form: Form, step: str, deed: Callable[[], None], said: str) -> AnyResponse:
    if not form.validate_on_submit():
        return shown(award, form, step, 422)
    try:
        with once(lambda: url_for("nominations.show", code=award.programme.code, number=award.number)):
            deed()
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return shown(award, form, step, 422)
    flash(said)
    return redirect(url_for("nominations.show", code=award.programme.code, number=award.number), 303)
