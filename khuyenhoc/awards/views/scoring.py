"""Hồ sơ của tôi: what waits for a member's marks; one file beside its rubric; keeping out of it."""

from collections import Counter

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.awards import conflicts, files, my_files, rubric, scores, sight, steps
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.forms.scoring import DeclareForm, ScoreForm, score_form
from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.awards.school_marks import shown as average_shown
from khuyenhoc.awards.views.nominations import file_url
from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.history.unchanged import counted
from khuyenhoc.org import units
from khuyenhoc.org.access import actor, may, require
from khuyenhoc.org.answers import once
from khuyenhoc.recipients import openings
from khuyenhoc.recipients.recipient_tables import CIRCUMSTANCES, KINDS
from khuyenhoc.web import navigation
from khuyenhoc.web.filters import hundredths
from khuyenhoc.web.page import page

blueprint = Blueprint("scoring", __name__, url_prefix="/hoc-bong/cham-diem")
navigation.register(
    "scoring.index",
    _l("Hồ sơ của tôi"),
    "card-checklist",
    "award.score",
    1,
    lambda: counted("scoring", actor().id, lambda: my_files.count_waiting(actor())),
)

AT_ONCE = 30


@blueprint.get("")
@may("award.score")
def index() -> Response:
    """The member's files: those to be marked first, then what was done."""
    programmes = my_files.programmes_of(actor())
    asked = request.args.get("chuong_trinh", "")
    programme = next((one for one in programmes if one.code == asked), programmes[0] if programmes else None)
    found = my_files.files_of(programme, actor()) if programme else []
    by_stand = Counter(file.stands for file in found)
    stands = request.args.get("xem", "")
    if stands not in my_files.STANDS:
        stands = my_files.STALE if by_stand[my_files.STALE] else my_files.WAITING
    chosen = [file for file in found if file.stands == stands]
    typed = request.args.get("tu", "0")
    since = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 0
    return page(
        "awards/my_files.html",
        fragment="files",
        programmes=programmes,
        programme=programme,
        total=len(found) - by_stand[my_files.BARRED],
        by_stand=by_stand,
        stands=stands,
        words=my_files.STANDS,
        chosen=chosen[since : since + AT_ONCE],
        all_chosen=len(chosen),
        since=since,
        at_once=AT_ONCE,
        next=my_files.next_after(found, 0),
        code_of=steps.code_of,
        hundredths=hundredths,
        file_stands=my_files,
    )


@blueprint.get("/<code>/<int:number>")
@may("award.score")
def show(code: str, number: int) -> AnyResponse:
    """One file with its rubric; that it was opened is written down. After the review it is only read."""
    award = _award(code, number)
    if award.state != "in_review":
        return redirect(url_for("nominations.show", code=code, number=number), 303)
    return _show(award)


@blueprint.post("/<code>/<int:number>")
@may("award.score")
def give(code: str, number: int) -> AnyResponse:
    """Give marks, and on to the next file."""
    award = _award(code, number)
    form = score_form(award.programme.criteria, scores.of(award.id, actor().id))
    if not form.validate_on_submit():
        return _show(award, form, status=422)
    try:
        with once(lambda: _on(award).location):
            scores.give(award, form.marks, by=actor(), shown_as=form.shown.data or "", note=form.note.data or "")
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _show(award, form, status=409 if isinstance(no, steps.Stale) else 422)
    flash(_("Đã ghi điểm hồ sơ %(code)s.", code=steps.code_of(award)))
    return _on(award)


@blueprint.post("/<code>/<int:number>/khong-cham")
@may("award.score")
def declare(code: str, number: int) -> AnyResponse:
    """Keep out of this file, and say why."""
    award, form = _award(code, number), DeclareForm(ids="declare-")
    if conflicts.is_declared(award, actor()):
        return _on(award)
    if not form.validate_on_submit():
        return _show(award, declaring=form, status=422)
    try:
        with once(lambda: _on(award).location):
            conflicts.declare(award, by=actor(), reason=form.reason.data or "")
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _show(award, declaring=form, status=422)
    flash(_("Đã ghi: %(you)s không chấm và không biểu quyết hồ sơ này.", you=actor().address_form))
    return _on(award)


def _on(award: Award) -> AnyResponse:
    """To the next file that waits, else back to the list."""
    following = my_files.next_after(my_files.files_of(award.programme, actor()), award.number)
    if following is None:
        return redirect(url_for(".index", chuong_trinh=award.programme.code), 303)
    return redirect(url_for(".show", code=award.programme.code, number=following.award.number), 303)


def _award(code: str, number: int) -> Award:
    """The file, for a member of its committee who is not bound to it; and only while it is under review."""
    programme: Programme = sight.programme_or_404(code)
    award = sight.award_or_404(programme, number)
    require("award.score", award.unit_id)
    if not scores.sits(programme, actor()):
        raise NotAllowed(_("Chỉ ủy viên hội đồng của chương trình mới chấm hồ sơ."))
    return award


def _show(
    award: Award, form: ScoreForm | None = None, *, declaring: DeclareForm | None = None, status: int = 200
) -> Response:
    scores.require_may_score(award, actor())
    with writing():
        openings.log(award.recipient, "award", by=actor())
    found = my_files.files_of(award.programme, actor())
    mine = next(file for file in found if file.award.id == award.id)
    form = form or score_form(award.programme.criteria, mine.score)
    form.shown.data = scores.shown(award)
    to_mark = [file for file in found if file.stands != my_files.BARRED]
    done = sum(1 for file in to_mark if file.stands == my_files.GIVEN)
    others = [one for one in scores.visible(award, actor()) if one.user_id != actor().id] if mine.score else []
    return page(
        "awards/score.html",
        status=status,
        programme=award.programme,
        award=award,
        recipient=award.recipient,
        code=steps.code_of(award),
        mine=mine,
        place=[file.award.id for file in to_mark].index(award.id) + 1,
        total=len(to_mark),
        done=done,
        following=my_files.next_after([file for file in found if file.award.id != award.id], award.number),
        form=form,
        declaring=declaring or DeclareForm(formdata=None, ids="declare-"),
        criteria=[(one, form[f"mark-{one.position}"], rubric.meanings(one)) for one in award.programme.criteria],
        has=files.completeness([award])[award.id],
        unit_name=units.name_on(units.unit_by_id(award.nominating_unit_id)),
        others=others,
        stale=mine.stands == my_files.STALE,
        hundredths=hundredths,
        average=average_shown,
        circumstances=CIRCUMSTANCES,
        kinds=KINDS,
        file_url=file_url,
    )
