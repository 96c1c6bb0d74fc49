"""Signing in and out, and one's own account: password, sessions, roles."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, redirect, request, session, url_for
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.org import access, grants, passwords, sessions, units, users
from khuyenhoc.org import sign_in as signing
from khuyenhoc.org.access import COOKIE, actor, limits, may, public
from khuyenhoc.org.attempts import TooManyAttempts
from khuyenhoc.org.forms import PasswordForm, SignInForm
from khuyenhoc.org.permissions import ROLES
from khuyenhoc.web.addresses import own_path
from khuyenhoc.web.page import page

blueprint = Blueprint("account", __name__)

_beside_sign_in: list[Callable[[], Markup]] = []


def show_beside_sign_in(note: Callable[[], Markup]) -> None:
    """Let a feature say something under the sign-in form (the demonstration its sign-ins)."""
    _beside_sign_in.append(note)


@blueprint.get("/dang-nhap")
@public("cửa vào: ai chưa đăng nhập cũng phải mở được")
def sign_in() -> AnyResponse:
    """The sign-in page; whoever is signed in is taken on."""
    if current_user.is_authenticated:
        return redirect(_onward(), 303)
    return _door(SignInForm(formdata=None))


@blueprint.post("/dang-nhap")
@public("cửa vào: ai chưa đăng nhập cũng phải mở được")
def enter() -> AnyResponse:
    """Check name and password; the answer is the same for known and unknown names."""
    form = SignInForm()
    if not form.validate_on_submit():
        return _door(form, 422)
    address, password = request.remote_addr or "", form.password.data
    try:
        with writing():
            asked = signing.ask(form.username.data, address)
    except TooManyAttempts as no:
        form.refuse(no)
        closed = _door(form, 429)
        closed.headers["Retry-After"] = str(no.minutes * 60)
        return closed
    if not signing.prove(asked, password):
        form.refuse(RuleBroken(_("Tên đăng nhập hoặc mật khẩu chưa đúng.")))
        return _door(form, 422)
    device = request.headers.get("User-Agent", "")
    with writing():
        user, token = signing.enter(
            asked, password, address=address, device=device, former_token=request.cookies.get(COOKIE)
        )
    _forget_visitor()
    answer = redirect(url_for(".password") if user.must_change_password else _onward(), 303)
    access.hand_over(answer, token)
    return answer


@blueprint.post("/thoat")
@public("ra về lúc nào cũng được, kể cả khi phiên đã hết hạn")
def sign_out() -> AnyResponse:
    """End this session on the server, and let the browser forget it."""
    present = access.present_session() if current_user.is_authenticated else None
    if present is not None:
        with writing():
            sessions.end_by_token(request.cookies[COOKIE], by=actor())
    _forget_visitor()
    answer = redirect(url_for(".sign_in"), 303)
    access.take_back(answer)
    return answer


@blueprint.get("/tai-khoan")
@may("own.account")
def mine() -> AnyResponse:
    """Who I am here, and what I may do where."""
    me = actor()
    held = grants.live_of(me)
    names = units.names_on([grant.unit_id for grant in held])
    return page("org/account.html", person=me, grants=held, names=names, roles=ROLES)


@blueprint.get("/tai-khoan/mat-khau")
@may("own.account")
def password() -> AnyResponse:
    """The page to change one's password."""
    return _password_page(PasswordForm(formdata=None))


@blueprint.post("/tai-khoan/mat-khau")
@may("own.account")
def change_password() -> AnyResponse:
    """Set a new password; all other sessions of the person end."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return _password_page(form, 422)
    me, present = actor(), access.present_session()
    on = "/" if me.must_change_password else url_for(".mine")
    try:
        with writing():
            users.change_password(me, old=form.old_password.data, new=form.password.data)
            sessions.end_all_of(me, by=me, but=present.id if present else None)
    except RuleBroken as no:
        form.refuse(no)
        return _password_page(form, 422)
    flash(_("Đã đổi mật khẩu. Các phiên đăng nhập khác đã được kết thúc."))
    return redirect(on, 303)


@blueprint.get("/tai-khoan/phien")
@may("own.account")
def my_sessions() -> AnyResponse:
    """Where I am signed in."""
    return page("org/my_sessions.html", sessions=sessions.of(actor(), limits()), present=access.present_session())


@blueprint.post("/tai-khoan/phien/<int:session_id>/ket-thuc")
@may("own.account")
def end_session(session_id: int) -> AnyResponse:
    """End one of my sessions."""
    with writing():
        sessions.end_one_of(actor(), session_id, by=actor())
    flash(_("Đã kết thúc phiên đăng nhập."))
    return redirect(url_for(".my_sessions"), 303)


@blueprint.post("/tai-khoan/phien/ket-thuc")
@may("own.account")
def end_other_sessions() -> AnyResponse:
    """End all my sessions except this one."""
    present = access.present_session()
    with writing():
        sessions.end_all_of(actor(), by=actor(), but=present.id if present else None)
    flash(_("Đã kết thúc các phiên đăng nhập khác."))
    return redirect(url_for(".my_sessions"), 303)


def _door(form: SignInForm, status: int = 200) -> Response:
    open_roots = [unit for unit in units.all_units() if units.is_open(unit) and units.parent_on(unit) is None]
    name = units.name_on(open_roots[0]) if open_roots else ""
    notes = [note() for note in _beside_sign_in]
    return page("org/sign_in.html", status=status, form=form, onward=_onward(), unit_name=name, notes=notes)


def _password_page(form: PasswordForm, status: int = 200) -> Response:
    return page("org/password.html", status=status, form=form, person=actor(), least=passwords.SHORTEST)


def _onward() -> str:
    """Where the reader wanted to go: a page of this site, never the door itself."""
    target = own_path(request.args.get("tiep"))
    return "/" if target.startswith(("/dang-nhap", "/thoat")) else target


def _forget_visitor() -> None:
    """Nothing that was in the browser's cookie before outlives a sign-in or sign-out, except the language."""
    kept = session.get("language")
    session.clear()
    if kept:
        session["language"] = kept
