"""The pages that belong to no feature: health, the language switch, the reading of an amount, “Thêm”."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core import dong
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.web import health, language, navigation
from khuyenhoc.web.addresses import own_path
from khuyenhoc.web.marks import public
from khuyenhoc.web.page import page

blueprint = Blueprint("web", __name__)


@blueprint.get("/healthz")
@public("máy giám sát hỏi, không có dữ liệu nào trong câu trả lời")
def healthz() -> Response:
    """200 when the database answers, migrations are current and loading is done; else 503 and what is wrong."""
    wrong = health.what_is_wrong()
    return Response("ok" if wrong is None else wrong, 200 if wrong is None else 503, content_type="text/plain")


@blueprint.post("/ngon-ngu")
@public("ai đọc trang cũng được chọn ngôn ngữ")
def choose_language() -> AnyResponse:
    """Switch between Vietnamese and English, and stay on the page."""
    language.choose(request.form.get("language", ""))
    return redirect(own_path(request.form.get("back")), 303)


@blueprint.get("/doc-so-tien")
@public("đọc một số tiền thành chữ, không chạm dữ liệu nào")
def read_amount() -> Response:
    """What the typed amount means, to stand under its field while one types."""
    name = request.args.get("o", "amount")[:80]
    typed = request.args.get(name, "")[:80]
    reading, readings, sentence = None, [], ""
    try:
        reading = dong.read(typed) if typed.strip() else None
    except dong.Unclear as unclear:
        readings, sentence = unclear.readings, str(unclear)
    except RuleBroken as no:
        sentence = str(no)
    return page("ui/reading.html", name=name, reading=reading, readings=readings, sentence=sentence)


@blueprint.get("/them")
@public("chỉ là mục lục của người đang đăng nhập; ai chưa đăng nhập được đưa về trang đầu")
def more() -> AnyResponse:
    """Everything that did not fit into the phone's dock."""
    if navigation.reader() is None:
        return redirect("/", 303)
    return page("ui/more.html", title=_("Thêm"))
