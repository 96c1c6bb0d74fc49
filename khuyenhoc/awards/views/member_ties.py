"""Quan hệ của tôi: the classes that a member teaches and the member's household, so that conflicts are found."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.awards import conflicts, my_files
from khuyenhoc.awards.committee_tables import Tie
from khuyenhoc.awards.forms.scoring import ClassForm, HouseholdForm
from khuyenhoc.core.codes import show_phone
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.org.access import actor, may
from khuyenhoc.org.answers import once
from khuyenhoc.recipients.schools import all_schools
from khuyenhoc.web.forms import Form
from khuyenhoc.web.page import page

blueprint = Blueprint("member_ties", __name__, url_prefix="/hoc-bong/cham-diem/quan-he")


@blueprint.get("")
@may("tie.name")
def mine() -> Response:
    """What binds the member, and forms to add to it."""
    return _page()


@blueprint.post("/lop")
@may("tie.name")
def add_class() -> AnyResponse:
    """A class that the member teaches."""
    form = _class_form()
    return _added(
        form,
        lambda: {"kind": "class", "school_id": form.school.data, "class_name": form.class_name.data or ""},
        class_form=form,
    )


@blueprint.post("/nha")
@may("tie.name")
def add_household() -> AnyResponse:
    """The household's telephone or address."""
    form = HouseholdForm(ids="nha-")
    return _added(
        form,
        lambda: {"kind": "household", "phone": form.phone.data or "", "address": form.address.data or ""},
        household=form,
    )


@blueprint.post("/<int:tie_id>/thoi")
@may("tie.name")
def end(tie_id: int) -> AnyResponse:
    """It binds no longer. What was found by it stays written."""
    tie = db.session.get(Tie, tie_id)
    if tie is None or tie.user_id != actor().id:
        raise NotFound(_("Không tìm thấy."))
    with once(lambda: url_for(".mine")):
        conflicts.end_tie(tie, by=actor())
    flash(_("Đã bỏ. Những hồ sơ đã ghi không chấm vẫn giữ nguyên."))
    return redirect(url_for(".mine"), 303)


def _added(form: Form, tie: Callable[[], dict[str, Any]], **shown: Any) -> AnyResponse:
    if not form.validate_on_submit():
        return _page(422, **shown)
    try:
        with once(lambda: url_for(".mine")):
            conflicts.add_tie(actor(), by=actor(), **tie())
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _page(422, **shown)
    found = 0
    for programme in my_files.programmes_of(actor()):
        with writing():
            found += my_files.note_found(programme, actor())
    flash(_("Đã ghi. Tìm thấy %(n)s hồ sơ có quan hệ.", n=found) if found else _("Đã ghi."))
    return redirect(url_for(".mine"), 303)


def _class_form(**more: Any) -> ClassForm:
    return ClassForm(ids="lop-", **more).offer(all_schools())


def _page(
    status: int = 200, *, class_form: ClassForm | None = None, household: HouseholdForm | None = None
) -> Response:
    query = select(Tie).where(Tie.user_id == actor().id, Tie.ended_at.is_(None)).order_by(Tie.id)
    return page(
        "awards/member_ties.html",
        status=status,
        ties=db.session.scalars(query).all(),
        phone=show_phone,
        schools={school.id: school.name for school in all_schools()},
        class_form=class_form or _class_form(formdata=None),
        household=household or HouseholdForm(formdata=None, ids="nha-"),
    )
