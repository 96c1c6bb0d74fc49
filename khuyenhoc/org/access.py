"""Access: who is asking, and may they? The one place where routes and objects are checked.

Every view names its permission by ``@may`` or stands on the short public list by ``@public``; both
leave a mark that the guard over all routes reads (``view.permission``, ``view.public_because``).
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask_login import LoginManager, current_user
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotAllowed, NotFound
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history.chains import INSTALLATION
from khuyenhoc.org import grants, sessions, units
from khuyenhoc.org.grants import can
from khuyenhoc.org.permissions import FOR_ANYONE_SIGNED_IN, PERMISSIONS, ROLES
from khuyenhoc.org.sessions import Limits, UserSession
from khuyenhoc.org.users import User
from khuyenhoc.web import navigation
from khuyenhoc.web.addresses import own_path, site_of
from khuyenhoc.web.marks import public
from khuyenhoc.web.navigation import Reader
from khuyenhoc.web.page import htmx

__all__ = ["actor", "allowed", "can", "install", "may", "public", "require", "scopes", "units_where"]

COOKIE = "kh_session"
Parameters = ParamSpec("Parameters")


def may(permission: str) -> Callable[[Callable[Parameters, Any]], Callable[Parameters, Any]]:
    """Let in who is signed in and holds the permission on some unit; which unit, ``require`` asks."""
    assert permission in PERMISSIONS, permission

    def guard(view: Callable[Parameters, Any]) -> Callable[Parameters, Any]:
        @wraps(view)
        def guarded(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Any:
            if not current_user.is_authenticated:
                return _to_sign_in()
            if permission not in FOR_ANYONE_SIGNED_IN:
                if actor().must_change_password:
                    return _go(url_for("account.password"))
                if not units_where(permission):
                    raise NotAllowed(_("Việc này không thuộc vai trò của %(you)s.", you=actor().address_form))
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return guard


def actor() -> User:
    """The person who is asking; NotAllowed when nobody is signed in."""
    if not current_user.is_authenticated:
        raise NotAllowed(_("Xin đăng nhập trước."))
    user: User = current_user._get_current_object()
    return user


def units_where(permission: str) -> frozenset[int]:
    """The units where the person who is asking has the permission today."""
    if not current_user.is_authenticated:
        return frozenset()
    known: dict[str, frozenset[int]] = g.setdefault("my_units", {})
    if permission not in known:
        holders = PERMISSIONS[permission]
        known[permission] = frozenset(unit_id for unit_id, roles in _my_roles().items() if roles & holders)
    return known[permission]


def allowed(permission: str, unit_id: int | None = None) -> bool:
    """Whether the person may do this on the unit (on any unit, when none is named); templates ask it too."""
    if permission in FOR_ANYONE_SIGNED_IN:
        return bool(current_user.is_authenticated)
    units = units_where(permission)
    return bool(units) if unit_id is None else unit_id in units


def scopes(permission: str) -> list[tuple[int, str]]:
    """The open units where the person may lay down rules; the whole installation for whoever may on every one."""
    mine = units_where(permission)
    offered = [(unit.id, units.name_on(unit)) for unit in units.some_units(mine) if units.is_open(unit)]
    everything = {unit.id for unit in units.all_units() if units.is_open(unit)} <= mine
    return [(INSTALLATION, _("Mọi đơn vị")), *offered] if mine and everything else offered


def own_first(names: Mapping[int, str]) -> dict[int, str]:
    """The same units, that of the person's letterhead first, then by id: one's own work before that of others."""
    own = grants.first_seat(actor())
    return dict(sorted(names.items(), key=lambda one: (own is None or one[0] != own.id, one[0])))


def require(permission: str, unit_id: int) -> None:
    """Insist on a permission on one unit: NotFound on a foreign unit, NotAllowed where only the right is missing."""
    if allowed(permission, unit_id):
        return
    if unit_id in _my_roles():
        raise NotAllowed(_("Việc này không thuộc vai trò của %(you)s ở đơn vị này.", you=actor().address_form))
    raise NotFound(_("Không tìm thấy."))


def my_roles() -> dict[int, frozenset[str]]:
    """Unit id → the roles of the person who is asking, as they stand in this request."""
    return _my_roles() if current_user.is_authenticated else {}


def my_roles_and_former() -> dict[int, frozenset[str]]:
    """As ``my_roles``; units that have closed and gone over wholly to one of these are looked after with it."""
    roles: dict[int, frozenset[str]] | None = g.get("my_roles_and_former")
    if roles is None:
        mine = my_roles()
        roles = g.my_roles_and_former = {old: mine[new] for old, new in units.gone_over(mine).items()} | mine
    return roles


def present_session() -> UserSession | None:
    """The session of this request."""
    session: UserSession | None = g.get("user_session")
    return session


def limits() -> Limits:
    """How long sessions live on this site."""
    found: Limits = current_app.config["SESSION_LIMITS"]
    return found


def hand_over(response: AnyResponse, token: str) -> None:
    """Put a session's token into the browser's keeping."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(limits().absolute.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config.get("SESSION_COOKIE_SECURE")),
    )


def take_back(response: AnyResponse) -> None:
    """Let the browser forget its token."""
    response.delete_cookie(COOKIE, httponly=True, samesite="Lax")


def install(app: Flask) -> None:
    """Let the app know who is asking, on every request; sessions live as long as the settings say."""
    settings = app.config["SETTINGS"]
    idle, absolute = settings.session_idle_minutes, settings.session_absolute_minutes
    app.config["SESSION_LIMITS"] = Limits(timedelta(minutes=idle), timedelta(minutes=absolute))
    manager = LoginManager()
    manager.session_protection = None  # our sessions are rows; nothing of it lies in the cookie
    manager.request_loader(_who_is_asking)
    manager.init_app(app, add_context_processor=False)
    app.jinja_env.globals.update(allowed=allowed)
    app.jinja_env.filters.update(device=sessions.device_name)
    app.context_processor(lambda: {"actor": current_user if current_user.is_authenticated else None})
    navigation.read_by(_reader)


def _who_is_asking(_request: Any) -> User | None:
    token = request.cookies.get(COOKIE, "")
    if not 20 <= len(token) <= 100:
        return None
    opened = sessions.opened(token, limits())
    if opened is None:
        return None
    session, user = opened
    if sessions.is_due(session):
        _note_sign_of_life(session.id)
    if not user.active:
        return None
    g.user_session = session
    return user


def _note_sign_of_life(session_id: int) -> None:
    try:
        with writing(patience=0):
            sessions.seen(session_id)
    except (DBAPIError, OSError):
        db.session.rollback()  # locked or full: reading goes on all the same, and at once


def _my_roles() -> dict[int, frozenset[str]]:
    roles: dict[int, frozenset[str]] | None = g.get("my_roles")
    if roles is None:
        roles = g.my_roles = grants.roles_by_unit(actor())
    return roles


def _reader() -> Reader | None:
    if not current_user.is_authenticated:
        return None
    me = actor()
    here = grants.first_seat(me)
    role = ", ".join(str(ROLES[name]) for name in ROLES if here and name in _my_roles().get(here.id, frozenset()))
    return Reader(
        signature=me.signature,
        role=role or _("Chưa được giao vai trò"),
        unit_name=units.name_on(here) if here else "",
        may=allowed,
        account_url=url_for("account.mine"),
        sign_out_url=url_for("account.sign_out"),
    )


def _to_sign_in() -> AnyResponse:
    reading = request.method in ("GET", "HEAD") and not htmx
    back = own_path(request.full_path.rstrip("?") if reading else _page_of_the_form())
    return _go(url_for("account.sign_in", tiep=back if back != "/" else None))


def _page_of_the_form() -> str | None:
    if site_of(request.referrer) != request.host:
        return None
    came_from = urlsplit(request.referrer or "")
    return came_from.path + (f"?{came_from.query}" if came_from.query else "")


def _go(address: str) -> AnyResponse:
    if htmx:
        return Response(status=204, headers={"HX-Redirect": address})
    return redirect(address, 303)
