"""Kiểm chứng: anyone who holds a paper sees whether it is genuine and still good."""

from flask import Blueprint, Response, current_app, request
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core import codes
from khuyenhoc.core.text import gettext as _
from khuyenhoc.papers import issued
from khuyenhoc.papers.verification import verification
from khuyenhoc.web.marks import public
from khuyenhoc.web.page import page

blueprint = Blueprint("papers", __name__)


@blueprint.before_app_request
def _remember_site() -> None:
    settings = current_app.config.get("SETTINGS")
    issued.site.set((settings.public_url if settings else "") or request.host_url.rstrip("/"))


@blueprint.get("/kiem-chung/")
@public("Whoever holds a paper may ask whether it is genuine.")
def ask() -> AnyResponse:
    """The form; with ``?ma=…`` the paper itself."""
    typed = request.args.get("ma", "").strip()
    return _asked("") if not typed else _answer(typed)


@blueprint.get("/kiem-chung/<code>")
@public("The QR of a paper leads here; it tells kind, number, amount, day and state, and no name.")
def verify(code: str) -> AnyResponse:
    """One paper by its check code."""
    return _answer(code)


def _answer(typed: str) -> AnyResponse:
    if codes.normalise_code(typed) is None:
        return _asked(typed, _("Mã kiểm tra có 14 ký tự, như 7K2M-9PVC-FGHJ-X4. Xin xem lại trên giấy."), 422)
    facts = verification(typed)
    if facts is None:
        return _asked(typed, _("Không có giấy nào mang mã này. Xin gõ lại, hoặc hỏi Hội đã ra giấy."), 404)
    return _private(page("papers/verification.html", facts=facts))


def _asked(typed: str, sentence: str = "", status: int = 200) -> Response:
    return _private(page("papers/ask.html", status=status, typed=typed[:40], problem=sentence))


def _private(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex"
    return response
