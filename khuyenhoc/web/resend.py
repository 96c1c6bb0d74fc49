"""A page grown stale: everything typed is shown and can be sent again with a fresh token."""

from flask import render_template, request

from khuyenhoc.core.values import dataclass
from khuyenhoc.web.addresses import site_of
from khuyenhoc.web.forms import LABELS
from khuyenhoc.web.page import wants_fragment

SECRET_WORDS = ("password", "token", "mat_khau")


@dataclass(frozen=True)
class Typed:
    """One value that was sent."""

    name: str
    value: str
    label: str
    """What people call the field; empty when it is not shown."""


def sent_again() -> str:
    """The page, or its main part for htmx. Only what our own pages sent is offered again."""
    context = {"typed": _typed() if _from_here() else [], "action": request.full_path.rstrip("?")}
    if wants_fragment():
        return render_template("errors/_stale.html", **context)
    return render_template("errors/stale.html", **context)


def _typed() -> list[Typed]:
    return [
        Typed(name, value, _label(name))
        for name, value in request.form.items(multi=True)
        if name != "csrf_token" and not any(word in name.lower() for word in SECRET_WORDS)
    ]


def _label(name: str) -> str:
    """The label that the form gave the field; of a repeated part (``lines-0-item``) the last word counts."""
    return str(LABELS.get(name) or LABELS.get(name.rpartition("-")[2]) or "")


def _from_here() -> bool:
    """A stranger's page must not put words into the reader's mouth."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    source = request.headers.get("Origin") or request.headers.get("Referer")
    return source is None or site_of(source) == request.host
