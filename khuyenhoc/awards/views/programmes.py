"""The programmes: list, one programme, new and edited, opened, handed to the committee, closed."""

from dataclasses import replace
from datetime import date

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.awards import programmes, quotas, sight
from khuyenhoc.awards.award_tables import STATES as AWARD_STATES
from khuyenhoc.awards.eligibility import RULES
from khuyenhoc.awards.forms.programme import ProgrammeForm, ReviewForm
from khuyenhoc.awards.plans import MAY_CHANGE, Plan, plan_of, sorted_seats
from khuyenhoc.awards.programme_tables import SEATS, STATES, Programme
from khuyenhoc.awards.views import looks, programme_list
from khuyenhoc.awards.views import programme_choices as choices
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds.campaigns import KINDS, open_campaigns, some_campaigns
from khuyenhoc.funds.items import all_items
from khuyenhoc.history import events
from khuyenhoc.history.names import deed_name
from khuyenhoc.org import access, units
from khuyenhoc.org.access import actor, may
from khuyenhoc.org.answers import once
from khuyenhoc.org.users import some_users
from khuyenhoc.recipients.recipient_tables import EVIDENCE_KINDS
from khuyenhoc.web import lists, navigation
from khuyenhoc.web.excel import Column, workbook
from khuyenhoc.web.page import page, wants_fragment

blueprint = Blueprint("programmes", __name__, url_prefix="/hoc-bong")
SOONER = {"award.nominate": 3, "award.verify": 3, "award.score": 6}
navigation.register("programmes.index", _l("Học bổng"), "award", "programme.see", 45, sooner=SOONER)

ORDERS = (
    lists.Order("ngay", _l("Bắt đầu nhận"), Programme.opens, date),
    lists.Order("han", _l("Hạn cuối"), Programme.deadline, date),
    lists.Order("ma", _l("Mã"), Programme.code, str, descending=False),
)


@blueprint.get("")
@may("programme.see")
def index() -> Response:
    """The programmes that the person may see, with how many nominations each has."""
    filter = programme_list.asked()
    listing = lists.read(programme_list.select_asked(filter), ORDERS, Programme.id)
    names = units.names_on({programme.unit_id for programme in listing.rows})
    return page(
        "awards/programmes.html",
        fragment="list",
        filter=filter,
        listing=listing,
        counts=programme_list.counts_of(listing.rows),
        states=STATES,
        looks=looks.PROGRAMMES,
        kinds=KINDS,
        unit_names=names if len(names) > 1 else {},
        may_add=access.allowed("programme.edit"),
    )


@blueprint.get("/bang.xlsx")
@may("programme.see")
def as_excel() -> Response:
    """The programmes exactly as they are filtered and sorted."""
    rows = list(lists.everything(programme_list.select_asked(programme_list.asked()), ORDERS, Programme.id))
    counts, names = programme_list.counts_of(rows), units.names_on({programme.unit_id for programme in rows})
    columns = [
        Column(_("Mã"), lambda p: p.code, width=12),
        Column(_("Chương trình"), lambda p: p.name, width=44),
        Column(_("Đơn vị"), lambda p: names.get(p.unit_id, ""), width=36),
        Column(_("Năm học"), lambda p: p.school_year, width=12),
        Column(_("Trao"), lambda p: str(KINDS[p.kind])),
        Column(_("Bắt đầu nhận"), lambda p: p.opens, "day"),
        Column(_("Hạn cuối"), lambda p: p.deadline, "day"),
        Column(_("Hồ sơ"), lambda p: counts[p.id], "number"),
        Column(_("Trạng thái"), lambda p: str(STATES[p.state])),
    ]
    return workbook("hoc-bong", columns, rows, title=_("Học bổng"))


@blueprint.get("/<code>")
@may("programme.see")
def show(code: str) -> Response:
    """One programme: what is given, to whom, until when; how far the nominations have come."""
    return _show(sight.programme_or_404(code))


@blueprint.get("/moi")
@may("programme.edit")
def new() -> Response:
    """An empty form."""
    return _form(_new_form())


@blueprint.post("/moi")
@may("programme.edit")
def draft() -> AnyResponse:
    """Write down a draft."""
    form = _new_form()
    if form.more.data:
        return _more(form)
    if not form.validate_on_submit():
        return _form(form, 422)
    try:
        _require_known_goods(form)
        access.require("programme.edit", form.unit.data)
        with once(lambda: url_for(".show", code=programme.code)):
            unit = units.unit_by_id(form.unit.data)
            programme = programmes.draft(form.code.data or "", Plan(**form.plan), unit=unit, by=actor())
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _form(form, 422)
    flash(_("Đã lập bản nháp %(name)s. Xem lại rồi mở nhận đề nghị.", name=programme.name))
    return redirect(url_for(".show", code=programme.code), 303)


@blueprint.get("/<code>/sua")
@may("programme.edit")
def edit(code: str) -> Response:
    """The plan as it stands, as far as it may be changed."""
    programme = sight.programme_or_404(code, "programme.edit")
    form = _edit_form(programme)
    form.fill(plan_of(programme))
    choices.offer(form, [programme.unit_id])
    return _form(form, programme=programme)


@blueprint.post("/<code>/sua")
@may("programme.edit")
def change(code: str) -> AnyResponse:
    """Store the changed plan."""
    programme = sight.programme_or_404(code, "programme.edit")
    form = _edit_form(programme)
    if form.more.data:
        return _more(form, programme)
    if not form.validate_on_submit():
        return _form(form, 422, programme)
    try:
        _require_known_goods(form)
        with once(lambda: url_for(".show", code=programme.code)):
            programmes.change(programme, replace(plan_of(programme), **form.plan), by=actor())
    except RuleBroken as no:
        form.refuse(no)
        return _form(form, 422, programme)
    flash(_("Đã ghi thay đổi."))
    return redirect(url_for(".show", code=programme.code), 303)


@blueprint.post("/<code>/mo")
@may("programme.edit")
def open_it(code: str) -> AnyResponse:
    """Let the units below nominate."""
    programme = sight.programme_or_404(code, "programme.edit")
    with once(lambda: url_for(".show", code=programme.code)):
        programmes.open_for_nominations(programme, by=actor())
    flash(_("Đã mở. Chi hội và trường trực thuộc giới thiệu được từ ngày %(day)s.", day=looks.day(programme.opens)))
    return redirect(url_for(".show", code=programme.code), 303)


@blueprint.post("/<code>/xet")
@may("programme.edit")
def start_review(code: str) -> AnyResponse:
    """Hand everything that is checked to the committee."""
    programme = _to_review(code)
    form = ReviewForm()
    if not form.validate_on_submit():
        return _show(programme, form, 422)
    try:
        with once(lambda: url_for(".show", code=programme.code)):
            taken = programmes.start_review(programme, by=actor(), reason=form.reason.data or "")
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _show(programme, form, 422)
    flash(_("Đã đưa %(n)s hồ sơ ra hội đồng.", n=taken))
    return redirect(url_for(".show", code=programme.code), 303)


@blueprint.post("/<code>/ket-thuc")
@may("programme.edit")
def close(code: str) -> AnyResponse:
    """End the programme."""
    programme = _to_review(code)
    with once(lambda: url_for(".show", code=programme.code)):
        programmes.close(programme, by=actor())
    flash(_("Chương trình đã kết thúc."))
    return redirect(url_for(".show", code=programme.code), 303)


def _to_review(code: str) -> Programme:
    """Handing over to the committee, and ending, is for whoever both keeps the programme and the minutes."""
    programme = sight.programme_or_404(code, "programme.edit")
    access.require("meeting.hold", programme.unit_id)
    return programme


def _show(programme: Programme, form: ReviewForm | None = None, status: int = 200) -> Response:
    seats = sorted_seats(programme)
    inside = programme.unit_id in access.units_where("programme.see")
    mine = sorted(programmes.nominating_units(programme) & access.units_where("award.nominate"))
    editor = access.allowed("programme.edit", programme.unit_id)
    leads = editor and access.allowed("meeting.hold", programme.unit_id)
    return page(
        "awards/programme.html",
        status=status,
        programme=programme,
        unit_name=units.name_on(units.unit_by_id(programme.unit_id)),
        campaigns={one.id: one for one in some_campaigns([line.campaign_id for line in programme.funding])},
        items={item.id: item for item in all_items()},
        level_names={level.id: level.label for level in programme.levels},
        rules=[RULES[rule.rule].words(rule.parameter) for rule in programme.rules],
        for_whom=looks.for_whom,
        people={user.id: user for user in some_users([seat.user_id for seat in seats])},
        seats=seats,
        seat_names=SEATS,
        quota_names=units.names_on([quota.unit_id for quota in programme.quotas]),
        rooms=[room for unit_id in mine[:1] for room in quotas.rooms(programme, unit_id)],
        by_state=programme_list.by_state(programme),
        award_states=AWARD_STATES,
        award_looks=looks.AWARDS,
        paper_kinds=EVIDENCE_KINDS,
        kinds=KINDS,
        states=STATES,
        looks=looks.PROGRAMMES,
        inside=inside,
        may_nominate=bool(mine) and programme.state == "open",
        editable=editor and bool(MAY_CHANGE[programme.state]),
        may_open=editor and programme.state == "draft",
        review=(form or ReviewForm(formdata=None)) if leads and programme.state == "open" else None,
        may_close=leads and programme.state == "reviewing",
        past=events.of("programmes", programme.id) if inside else [],
        deed_name=deed_name,
    )


def _more(form: ProgrammeForm, programme: Programme | None = None) -> Response:
    if form.more.data == "all_units" and "quotas" in form:
        form.add_units(choices.unit_choices([programme.unit_id] if programme else choices.own_units()))
        form.more.data = "quotas"
    else:
        form.offer_more()
    return _form(form, programme=programme)


def _form(form: ProgrammeForm, status: int = 200, programme: Programme | None = None) -> Response:
    part = form.more.data if form.more.data in form else ""
    rows_alone = bool(part) and wants_fragment()
    return page(
        "awards/programme_rows.html" if rows_alone else "awards/programme_form.html",
        fragment="part" if rows_alone else None,
        status=status,
        form=form,
        part=part,
        programme=programme,
        rules=RULES,
        campaigns=open_campaigns([programme.unit_id] if programme else choices.own_units()),
        action=url_for(".change", code=programme.code) if programme else url_for(".draft"),
    )


def _require_known_goods(form: ProgrammeForm) -> None:
    strange = form.strange_goods
    if strange:
        raise RuleBroken(_("Không có mức nào mang mã %(code)s.", code=", ".join(strange)), field="items")


def _new_form() -> ProgrammeForm:
    mine = choices.own_units()
    if not mine:
        raise RuleBroken(_("Đơn vị đã đóng, không lập chương trình mới."))
    form = ProgrammeForm()
    choices.offer(form, mine)
    if len(mine) == 1 and not form.is_submitted():
        form.unit.data = mine[0]
    return form


def _edit_form(programme: Programme) -> ProgrammeForm:
    form = ProgrammeForm()
    form.keep_only(MAY_CHANGE[programme.state])
    choices.offer(form, [programme.unit_id])
    return form
