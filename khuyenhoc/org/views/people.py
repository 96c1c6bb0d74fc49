"""The administrator's pages: who may sign in, with which roles, from where."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy import Select, exists
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core import clock
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.org import administration, attempts, grants, sessions, stories, units, users
from khuyenhoc.org.access import actor, allowed, limits, may, require, units_where
from khuyenhoc.org.answers import once
from khuyenhoc.org.forms import GrantForm, NewPersonForm, PeopleFilter, PersonForm, ReasonForm, unit_choices
from khuyenhoc.org.grants import Grant
from khuyenhoc.org.permissions import ROLES
from khuyenhoc.org.users import User
from khuyenhoc.web import lists, navigation
from khuyenhoc.web.excel import Column, workbook
from khuyenhoc.web.lists import Order
from khuyenhoc.web.page import page

blueprint = Blueprint("people", __name__, url_prefix="/quan-tri/nguoi-dung")
navigation.register("people.people", _l("Người dùng"), "people", "user.see", 80)

ORDERS = (
    Order("ten", _l("Họ và tên"), User.name_key, str, descending=False),
    Order("dang-nhap", _l("Tên đăng nhập"), User.username, str, descending=False),
)


@blueprint.get("")
@may("user.see")
def people() -> AnyResponse:
    """Everyone whom this administrator or auditor sees; to filter, sort and take away as Excel."""
    filter = PeopleFilter(request.args)
    filter.validate()
    listing = lists.read(_wanted(filter), ORDERS, User.id)
    excel_url = listing.all_at(url_for(".people_excel"))
    held = _roles_of(listing.rows)
    return page("org/people.html", fragment="list", filter=filter, listing=listing, held=held, excel_url=excel_url)


@blueprint.get("/excel")
@may("user.see")
def people_excel() -> AnyResponse:
    """The same list, as Excel."""
    filter = PeopleFilter(request.args)
    filter.validate()
    return _excel(_wanted(filter))


@blueprint.get("/moi")
@may("user.manage")
def new() -> AnyResponse:
    """The form for a new account."""
    return _new_page(NewPersonForm(formdata=None, units=_units_to_choose()))


@blueprint.post("/moi")
@may("user.manage")
def create() -> AnyResponse:
    """Open an account with its first role; the one-time password is shown once, here."""
    form = NewPersonForm(units=_units_to_choose())
    if not form.validate_on_submit():
        return _new_page(form, 422)
    try:
        with writing():
            person, one_time = administration.open_account(
                username=form.username.data,
                full_name=form.full_name.data,
                honorific=form.honorific.data,
                email=form.email.data or "",
                by=actor(),
            )
            if form.role.data or form.unit.data:
                _give(person, form)
    except RuleBroken as no:
        form.refuse(no)
        return _new_page(form, 422)
    return page("org/one_time.html", person=person, one_time=one_time)


@blueprint.get("/<int:user_id>")
@may("user.see")
def person(user_id: int) -> AnyResponse:
    """One person: account, roles, sessions, history."""
    return _person_page(_visible(user_id), GrantForm(formdata=None, units=_units_to_choose()))


@blueprint.get("/<int:user_id>/sua")
@may("user.manage")
def edit(user_id: int) -> AnyResponse:
    """The form for how a person is called and reached."""
    someone = _managed(user_id)
    return page("org/edit_person.html", person=someone, form=PersonForm(formdata=None, obj=someone))


@blueprint.post("/<int:user_id>/sua")
@may("user.manage")
def save(user_id: int) -> AnyResponse:
    """Store how a person is called and reached."""
    someone, form = _managed(user_id), PersonForm()
    if not form.validate_on_submit():
        return page("org/edit_person.html", status=422, person=someone, form=form)
    try:
        with writing():
            users.edit(
                someone,
                full_name=form.full_name.data,
                honorific=form.honorific.data,
                email=form.email.data or "",
                by=actor(),
            )
    except RuleBroken as no:
        form.refuse(no)
        return page("org/edit_person.html", status=422, person=someone, form=form)
    return _back(someone, _("Đã sửa thông tin của %(name)s.", name=someone.signature))


@blueprint.post("/<int:user_id>/vai-tro")
@may("user.manage")
def give_role(user_id: int) -> AnyResponse:
    """Grant a role on one of the administrator's own units."""
    someone, form = _seen_by_manager(user_id), GrantForm(units=_units_to_choose())
    if not form.validate_on_submit():
        return _person_page(someone, form, 422)
    try:
        with once(lambda: _way_back(someone)):
            grant = _give(someone, form)
    except RuleBroken as no:
        form.refuse(no)
        return _person_page(someone, form, 422)
    return _back(someone, _("Đã giao vai trò %(role)s.", role=ROLES[grant.role]))


@blueprint.post("/<int:user_id>/vai-tro/<int:grant_id>/thoi")
@may("user.manage")
def take_role(user_id: int, grant_id: int) -> AnyResponse:
    """Take a role away; it is gone at the person's next request."""
    someone = _seen_by_manager(user_id)
    grant = grants.get_grant(grant_id)
    if grant.user_id != someone.id:
        raise NotFound(_("Không có vai trò này."))
    require("user.manage", grant.unit_id)
    with once(lambda: _way_back(someone)):
        grants.take_away(grant, by=actor(), reason=ReasonForm().reason.data or "")
    return _back(someone, _("Đã thôi giao vai trò %(role)s.", role=ROLES[grant.role]))


@blueprint.post("/<int:user_id>/mat-khau")
@may("user.manage")
def reset_password(user_id: int) -> AnyResponse:
    """Give a one-time password, shown once; all sessions of the person end."""
    someone = _managed(user_id)
    with writing():
        one_time = administration.reset_password(someone, by=actor())
    return page("org/one_time.html", person=someone, one_time=one_time)


@blueprint.post("/<int:user_id>/mo-khoa")
@may("user.manage")
def unlock(user_id: int) -> AnyResponse:
    """Let the person try to sign in again at once."""
    someone = _managed(user_id)
    with once(lambda: _way_back(someone)):
        attempts.unlock(someone, by=actor())
    return _back(someone, _("Đã mở khóa, %(name)s đăng nhập lại được ngay.", name=someone.signature))


@blueprint.post("/<int:user_id>/ngung")
@may("user.manage")
def deactivate(user_id: int) -> AnyResponse:
    """Stop an account, with a reason."""
    someone = _managed(user_id)
    with once(lambda: _way_back(someone)):
        administration.deactivate(someone, by=actor(), reason=ReasonForm().reason.data or "")
    return _back(someone, _("Đã ngừng tài khoản của %(name)s.", name=someone.signature))


@blueprint.post("/<int:user_id>/dung-lai")
@may("user.manage")
def reactivate(user_id: int) -> AnyResponse:
    """Let a stopped account be used again."""
    someone = _managed(user_id)
    with once(lambda: _way_back(someone)):
        administration.reactivate(someone, by=actor())
    return _back(someone, _("%(name)s lại đăng nhập được.", name=someone.signature))


@blueprint.post("/<int:user_id>/phien/<int:session_id>/ket-thuc")
@may("user.manage")
def end_session(user_id: int, session_id: int) -> AnyResponse:
    """End one session of a person."""
    someone = _managed(user_id)
    with writing():
        sessions.end_one_of(someone, session_id, by=actor())
    return _back(someone, _("Đã kết thúc phiên đăng nhập."))


def _new_page(form: NewPersonForm, status: int = 200) -> Response:
    return page("org/new_person.html", status=status, form=form)


def _person_page(someone: User, form: GrantForm, status: int = 200) -> Response:
    reach = units_where("user.manage")
    manages = bool(reach) and administration.may_manage(someone, reach)
    held = grants.of(someone)
    return page(
        "org/person.html",
        status=status,
        person=someone,
        form=form,
        reason=ReasonForm(formdata=None, ids="ngung-"),
        grants=held,
        reach=reach,
        is_over=grants.is_over,
        names=units.names_on({grant.unit_id for grant in held}),
        roles=ROLES,
        manages=manages,
        is_self=someone.id == actor().id,
        is_locked=attempts.is_locked(someone),
        failures=attempts.failures_of(someone),
        sessions=sessions.of(someone, limits()) if manages else [],
        story=stories.of("users", someone.id),
    )


def _give(someone: User, form: Any) -> Grant:
    if not form.role.data:
        raise RuleBroken(_("Xin chọn vai trò."), field="role")
    if not form.unit.data:
        raise RuleBroken(_("Xin chọn đơn vị."), field="unit")
    require("user.manage", form.unit.data)
    unit = units.unit_by_id(form.unit.data)
    return grants.give(someone, form.role.data, unit, starts=form.starts.data, ends=form.ends.data, by=actor())


def _visible(user_id: int) -> User:
    return administration.get_person(user_id, units_where("user.see"))


def _seen_by_manager(user_id: int) -> User:
    return administration.get_person(user_id, units_where("user.manage"))


def _managed(user_id: int) -> User:
    someone = _seen_by_manager(user_id)
    administration.require_manage(someone, units_where("user.manage"))
    return someone


def _units_to_choose() -> list[tuple[int, str]]:
    own = units.some_units(units_where("user.manage"))
    return unit_choices(own, units.names_on([unit.id for unit in own]))


def _wanted(filter: PeopleFilter) -> Select[User]:
    asked = filter.answers
    statement = administration.people_within(units_where("user.see"))
    if "q" in asked:
        statement = statement.where(users.matching(asked["q"]))
    if "role" in asked:
        holds = (Grant.user_id == User.id, Grant.role == asked["role"], grants.live(clock.today()))
        statement = statement.where(exists().where(*holds))
    if "state" in asked:
        statement = statement.where(User.active.is_(asked["state"] == "active"))
    return statement


def _roles_of(people: list[User]) -> dict[int, list[str]]:
    """User id → roles held today, as words."""
    live = db.session.scalars(
        db.select(Grant).where(Grant.user_id.in_([user.id for user in people]), grants.live(clock.today()))
    ).all()
    names = units.names_on({grant.unit_id for grant in live})
    held: dict[int, list[str]] = {}
    for grant in live:
        held.setdefault(grant.user_id, []).append(f"{ROLES[grant.role]}, {names[grant.unit_id]}")
    return held


def _excel(statement: Select[User]) -> Response:
    found = list(lists.everything(statement, ORDERS, User.id))
    held = _roles_of(found)
    columns = (
        Column(_("Họ và tên"), lambda user: user.signature, width=30),
        Column(_("Tên đăng nhập"), lambda user: user.username),
        Column(_("Thư điện tử"), lambda user: user.email or "", width=30),
        Column(_("Vai trò"), lambda user: "; ".join(held.get(user.id, [])), width=60),
        Column(_("Tài khoản"), lambda user: _("Đang dùng") if user.active else _("Đã ngừng")),
    )
    return workbook("nguoi-dung", columns, found, title=_("Người dùng"))


def _back(someone: User, done: str) -> AnyResponse:
    flash(done)
    return redirect(_way_back(someone), 303)


def _way_back(someone: User) -> str:
    still_seen = allowed("user.see") and _is_visible(someone)
    return url_for(".person", user_id=someone.id) if still_seen else url_for(".people")


def _is_visible(someone: User) -> bool:
    try:
        _visible(someone.id)
    except (NotFound, NotAllowed):
        return False
    return True
