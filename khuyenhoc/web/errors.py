"""Every refusal in words: what happened, what was kept, what to do. Nothing typed is lost, nothing is a riddle."""

import errno
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, StatementError
from werkzeug.exceptions import HTTPException

from khuyenhoc.core.database import db
from khuyenhoc.core.errors import AlreadyRecorded, CannotWriteNow, NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.flush import NotFlushed
from khuyenhoc.core.text import gettext as _
from khuyenhoc.web import health
from khuyenhoc.web.logs import log
from khuyenhoc.web.page import wants_fragment
from khuyenhoc.web.resend import sent_again

FULL_MARKS = ("disk is full", "No space left", "disk I/O error")
LOCKED_MARKS = ("locked", "busy", "lock timeout", "deadlock", "serialize", "could not connect", "connection", "queue")


def install(app: Flask) -> None:
    """One handler per kind of refusal."""
    handlers: dict[type[Exception], Callable[[Any], Response]] = {
        RuleBroken: rule_broken,
        CSRFError: stale_page,
        HTTPException: refused_by_the_web,
        StatementError: refused_by_the_database,
        TimeoutError: waited_too_long,
        OSError: refused_by_the_machine,
        NotFlushed: perhaps_written,
        Exception: unforeseen,
    }
    for kind, handler in handlers.items():
        app.register_error_handler(kind, handler)


def answer(status: int, heading: str, sentence: str, *, advice: str = "") -> Response:
    """A refusal as a page; for htmx as a toast, and the page keeps what was typed."""
    if wants_fragment():
        response = make_response(render_template("ui/toasts.html", oob=True, refusal=sentence), status)
        response.headers["HX-Reswap"] = "none"
    else:
        body = render_template("errors/error.html", status=status, heading=heading, sentence=sentence, advice=advice)
        response = make_response(body, status)
    response.vary.add("HX-Request")
    return response


def rule_broken(no: RuleBroken) -> Response:
    """A rule said no: its sentence is the answer."""
    db.session.rollback()
    if isinstance(no, NotFound):
        return answer(404, _("Không tìm thấy"), str(no) or _nothing_here())
    if isinstance(no, NotAllowed):
        return answer(403, _("Việc này cần quyền khác"), str(no))
    if isinstance(no, AlreadyRecorded):
        return answer(409, _("Đã ghi rồi"), str(no), advice=_("Lần ghi trước còn nguyên. Xin mở lại trang để xem."))
    if isinstance(no, CannotWriteNow):
        return answer(no.status, _("Chưa ghi được lúc này"), str(no), advice=_kept())
    return answer(422, _("Chưa làm được"), str(no), advice=_kept())


def stale_page(_error: CSRFError) -> Response:
    """The page was too old to be trusted: show everything typed, with a button to send it again."""
    response = make_response(sent_again(), 400)
    if wants_fragment():
        response.headers["HX-Retarget"] = "#noi-dung"
        response.headers["HX-Reswap"] = "innerHTML"
    return response


def refused_by_the_web(error: HTTPException) -> Response:
    """The statuses of HTTP, in words."""
    if error.code is None or error.response is not None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    heading, sentence = _in_words(error.code)
    advice = ""
    if error.code == 413 and (most := _files_together()):
        sentence = _(
            "Các ảnh và tệp gửi cùng một lần lớn quá: cộng lại nhiều nhất %(n)s MB. Chưa có gì được ghi.", n=most
        )
        advice = _("Bấm quay lại, điều đã gõ vẫn còn. Xin bớt tệp rồi gửi, các tệp khác thêm lần sau.")
    response = answer(error.code, heading, sentence, advice=advice)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def refused_by_the_database(error: StatementError) -> Response:
    """A full disk 507, a busy store 503, a value that no column holds 400, a constraint 409; else our mistake."""
    db.session.rollback()
    said = str(error.orig) if error.orig is not None else str(error)
    if any(mark in said for mark in FULL_MARKS):
        return _full()
    if isinstance(error, OperationalError) and any(mark in said.lower() for mark in LOCKED_MARKS):
        return _busy()
    if isinstance(error, DataError) or isinstance(error.orig, OverflowError | UnicodeError | ValueError):
        return answer(400, *_in_words(400))
    if isinstance(error, IntegrityError):
        log.error("refused by a constraint", id=g.get("request_id"), endpoint=request.endpoint, exc_info=error)
        sentence = _("Điều này không hợp với những gì đang có trong sổ, có thể vì người khác vừa ghi cùng lúc.")
        return answer(409, _("Chưa ghi được"), sentence, advice=_kept())
    if health.what_is_wrong() in ("database", "migrations"):
        return _not_set_up(error)
    return unforeseen(error)


def waited_too_long(_error: TimeoutError) -> Response:
    """The writers' queue did not move."""
    db.session.rollback()
    return _busy()


def refused_by_the_machine(error: OSError) -> Response:
    """A full disk, else our mistake."""
    return _full() if error.errno in (errno.ENOSPC, errno.EDQUOT) else unforeseen(error)


def perhaps_written(error: NotFlushed) -> Response:
    """Stored, but the disk did not confirm it: the same form sent again is never recorded twice."""
    log.error("not flushed", id=g.get("request_id"), endpoint=request.endpoint, exc_info=error)
    sentence = _("Máy chủ chưa xác nhận được rằng việc này đã nằm chắc trên đĩa.")
    advice = _("Xin bấm gửi lại đúng biểu mẫu ấy: một biểu mẫu không bao giờ được ghi hai lần.")
    return answer(503, _("Chưa chắc đã ghi được"), sentence, advice=advice)


def unforeseen(error: Exception) -> Response:
    """Our mistake: logged with its story, told in words, nothing half done."""
    db.session.rollback()
    log.error("unforeseen", id=g.get("request_id"), endpoint=request.endpoint, exc_info=error)
    sentence = _("Trang này gặp trục trặc. Việc vừa làm chưa được ghi, sổ sách vẫn nguyên.")
    advice = _("Xin thử lại; nếu vẫn vậy, xin gọi người quản trị và đọc mã %(id)s.", id=g.get("request_id", "-"))
    return answer(500, _("Có trục trặc"), sentence, advice=advice)


def _not_set_up(error: StatementError) -> Response:
    log.error("not set up", id=g.get("request_id"), endpoint=request.endpoint, exc_info=error)
    sentence = _("Máy chủ này chưa cài đặt xong, hoặc chưa nâng cấp xong cơ sở dữ liệu.")
    advice = _("Người quản trị chạy khuyenhoc init (nơi mới) hoặc khuyenhoc upgrade, rồi mở lại trang.")
    return answer(503, _("Chưa cài đặt xong"), sentence, advice=advice)


def _files_together() -> int:
    """MB of files that the form which was sent takes at once; 0 where it takes none."""
    most, usual = request.max_content_length or 0, current_app.config["MAX_CONTENT_LENGTH"]
    return (most - current_app.config["MAX_FORM_MEMORY_SIZE"]) // 1024 // 1024 if most > usual else 0


def _full() -> Response:
    db.session.rollback()
    sentence = _("Ổ đĩa của máy chủ đã đầy nên chưa ghi thêm được. Sổ sách vẫn nguyên và vẫn xem được.")
    return answer(507, _("Ổ đĩa đã đầy"), sentence, advice=_("Xin gọi người quản trị dọn chỗ rồi ghi lại."))


def _busy() -> Response:
    sentence = _("Sổ đang bận, việc này chưa được ghi.")
    response = answer(503, _("Sổ đang bận"), sentence, advice=_("Xin chờ một lát rồi bấm gửi lại. ") + _kept())
    response.headers["Retry-After"] = "5"
    return response


def _kept() -> str:
    return _("Chưa có gì được ghi vào sổ. Bấm quay lại, điều đã gõ vẫn còn.")


def _nothing_here() -> str:
    return _("Không có trang này, hoặc trang này không dành cho quý vị.")


def _in_words(status: int) -> tuple[str, str]:
    sentences = {
        400: (_("Chưa hiểu yêu cầu này"), _("Địa chỉ hoặc điều gửi lên có chỗ không đọc được. Chưa có gì được ghi.")),
        401: (_("Xin đăng nhập"), _("Trang này cần đăng nhập.")),
        403: (_("Việc này cần quyền khác"), _("Quý vị chưa được giao quyền làm việc này.")),
        404: (_("Không tìm thấy"), _nothing_here()),
        405: (_("Không mở được theo cách này"), _("Địa chỉ này chỉ nhận biểu mẫu gửi lên. Xin đi lại từ đầu.")),
        413: (_("Tệp hoặc nội dung lớn quá"), _("Điều gửi lên lớn quá mức nhận được nên chưa có gì được ghi.")),
        415: (_("Không đọc được loại tệp này"), _("Xin gửi đúng loại tệp được hỏi.")),
        429: (
            _("Xin chậm lại một chút"),
            _("Có quá nhiều lần thử trong thời gian ngắn. Xin chờ 15 phút rồi thử lại."),
        ),
    }
    return sentences.get(status, (_("Chưa làm được"), _("Yêu cầu này không thực hiện được. Chưa có gì được ghi.")))
