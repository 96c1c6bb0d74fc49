"""What happens to the lines of a list: received, handed over, absent, brought back, paid on a second date, returned."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core.errors import AlreadyRecorded, NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.names import fold
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.core.values import dataclass
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.documents import get_document
from khuyenhoc.org import grants
from khuyenhoc.org.access import actor, allowed, may, require
from khuyenhoc.org.answers import once
from khuyenhoc.payouts import lists, outcomes, parts, paying, payout_list, taking_back
from khuyenhoc.payouts.forms import AbsentForm, BackForm, LinesForm, MoneyBackForm, ReceiptForm
from khuyenhoc.payouts.payout_tables import METHODS, Payout, PayoutLine
from khuyenhoc.recipients import openings
from khuyenhoc.web.page import page

blueprint = Blueprint("payout_deeds", __name__, url_prefix="/chi-trao")

AT_ONCE = 200
"""So many names stand on one page; when they are written down the next ones come."""

Offer = Sequence[PayoutLine]


@dataclass(frozen=True)
class Deed:
    """One thing to write down about ticked lines. ``of``: method → the outcomes that it starts from."""

    title: Any
    under: Any
    button: Any
    picture: str
    permission: str
    of: Mapping[str, tuple[str, ...]]
    form: type[LinesForm]
    record: Callable[[Payout, Any, Offer], str]


def _receive(payout: Payout, form: ReceiptForm, offered: Offer) -> str:
    outcomes.receive(payout, form.receipts(offered), by=actor())
    return _("Đã ghi %(n)s người nhận.", n=len(form.chosen))


def _hand_over(payout: Payout, form: ReceiptForm, offered: Offer) -> str:
    key = form.answers["form_key"]
    document = paying.hand_over(payout, form.receipts(offered), by=actor(), key=key)
    return _("Đã ghi trao hiện vật, chứng từ %(label)s.", label=document.label)


def _later(payout: Payout, form: ReceiptForm, offered: Offer) -> str:
    key = form.answers["form_key"]
    document = outcomes.receive_later(payout, form.receipts(offered), by=actor(), key=key)
    return _("Đã chi lần hai, chứng từ %(label)s.", label=document.label)


def _away(payout: Payout, form: AbsentForm, offered: Offer) -> str:
    if payout.method == "goods":
        return _absent(payout, form, offered)
    outcomes.note_away(payout, form.chosen, by=actor(), second_date=form.answers["second_date"] or None)
    return _("Đã ghi vắng mặt. Thủ quỹ nhận lại tiền vào két thì ghi giữ hộ.")


def _absent(payout: Payout, form: AbsentForm, _offered: Offer) -> str:
    given = form.answers
    document = outcomes.absent(
        payout, form.chosen, by=actor(), key=given["form_key"], second_date=given["second_date"] or None
    )
    if document is None:
        return _("Đã ghi vắng mặt. Hiện vật vẫn dành trong kho.")
    return _("Đã ghi vắng mặt; tiền giữ hộ theo chứng từ %(label)s.", label=document.label)


def _bring_back(payout: Payout, form: BackForm, _offered: Offer) -> str:
    given = form.answers
    document = outcomes.bring_back(payout, form.chosen, reason=given["reason"], by=actor(), key=given["form_key"])
    return _("Đã ghi nhận lại tiền; tiền giữ hộ theo chứng từ %(label)s.", label=document.label)


def _give_back(payout: Payout, form: BackForm, _offered: Offer) -> str:
    given = form.answers
    document = outcomes.give_back(payout, form.chosen, reason=given["reason"], by=actor(), key=given["form_key"])
    if document is None:
        return _("Đã bỏ khỏi danh sách. Hiện vật đã thôi dành theo quyết định thu hồi.")
    return _("Đã trả về chiến dịch, chứng từ %(label)s.", label=document.label)


def _take_back(payout: Payout, form: BackForm, _offered: Offer) -> str:
    taking_back.ask(payout, form.chosen, reason=form.answers["reason"], by=actor())
    return _("Đã gửi đề nghị nhận lại hiện vật. Người khác duyệt thì các suất này lại chờ trao.")


GOODS_BACK = "nhan-lai-hien-vat"
AWAY = "vang-mat"
MONEY_BACK = "tien-ve"
DEEDS = {
    "nguoi-nhan": Deed(
        _l("Ghi người nhận"),
        _l("Chọn những người đã nhận. Người khác nhận thay thì ghi tên và quan hệ."),
        _l("Ghi người nhận"),
        "check2",
        "payout.hand_over",
        {"cash": ("waiting",)},
        ReceiptForm,
        _receive,
    ),
    "trao": Deed(
        _l("Trao hiện vật"),
        _l("Chọn những người đến nhận lần này. Phần của người khác vẫn dành trong kho."),
        _l("Ghi đã trao"),
        "gift",
        "payout.hand_over",
        {"goods": ("waiting", "absent")},
        ReceiptForm,
        _hand_over,
    ),
    AWAY: Deed(
        _l("Ghi vắng mặt"),
        _l("Tiền của người vắng do người giữ két nhận lại rồi giữ hộ; hiện vật vẫn dành trong kho."),
        _l("Ghi vắng mặt"),
        "clock-history",
        "payout.hand_over",
        {"cash": ("waiting",), "goods": ("waiting",)},
        AbsentForm,
        _away,
    ),
    MONEY_BACK: Deed(
        _l("Nhận lại tiền của người vắng"),
        _l("Tiền đã về két, hoặc ngân hàng đã chuyển trả: được giữ hộ, chờ trao lần hai."),
        _l("Ghi giữ hộ"),
        "clock-history",
        "payout.pay",
        {"cash": ("waiting",), "bank": ("received",)},
        MoneyBackForm,
        _absent,
    ),
    "nhan-lai": Deed(
        _l("Nhận lại tiền"),
        _l("Người đã nhận mang tiền trả lại, hoặc ghi nhầm người nhận: tiền có trong két, được giữ hộ."),
        _l("Ghi nhận lại"),
        "arrow-left-right",
        "payout.pay",
        {"cash": ("received",)},
        BackForm,
        _bring_back,
    ),
    GOODS_BACK: Deed(
        _l("Nhận lại hiện vật"),
        _l("Ghi nhầm người nhận, hoặc người nhận mang trả lại: xin chọn những người ấy; người khác duyệt."),
        _l("Đề nghị nhận lại"),
        "arrow-left-right",
        "payout.hand_over",
        {"goods": ("received",)},
        BackForm,
        _take_back,
    ),
    "lan-hai": Deed(
        _l("Chi lần hai"),
        _l("Chi từ tiền giữ hộ cho những người đến nhận lần hai."),
        _l("Chi lần hai"),
        "cash",
        "payout.pay",
        {"cash": ("absent",), "bank": ("absent",)},
        ReceiptForm,
        _later,
    ),
    "tra-ve": Deed(
        _l("Trả về chiến dịch"),
        _l("Không ai đến nhận: tiền giữ hộ, hiện vật đã thu hồi trở về chiến dịch; suất này không còn."),
        _l("Trả về chiến dịch"),
        "arrow-return-left",
        "payout.settle",
        {"cash": ("absent",), "bank": ("absent",), "goods": ("waiting", "absent")},
        BackForm,
        _give_back,
    ),
}
"""Address → what is written down there."""

PAYING = ("trao", "lan-hai")
"""What pays or hands over, so that another part in the case stands in the way."""


def open_for(payout: Payout, counts: Mapping[str, int]) -> list[tuple[str, Deed]]:
    """The deeds that the reader may do now on this list."""
    states = ("approved", "handed_over") if payout.method == "goods" else ("paid",)
    if payout.state not in states:
        return []
    barred = _barred(payout)
    return [
        (slug, deed)
        for slug, deed in DEEDS.items()
        if any(counts[outcome] for outcome in deed.of.get(payout.method, ()))
        and allowed(deed.permission, payout.unit_id)
        and slug not in barred
        and (slug not in ("tra-ve", GOODS_BACK) or payout.method != "goods" or _offered(payout, slug))
    ]


def _barred(payout: Payout) -> set[str]:
    """The deeds from which another part in the list's case keeps the reader, or that would be half of another one."""
    barred = set() if parts.may_pay(payout, actor()) else set(PAYING)
    if payout.method == "cash" and allowed("payout.pay", payout.unit_id):
        barred.add(AWAY)  # who keeps the box says at once that the money is back
    return barred if parts.may_ask_back(payout, actor()) else {*barred, GOODS_BACK}


@blueprint.get("/<int:payout_id>/ghi/<slug>")
@may("payout.see")
def form(payout_id: int, slug: str) -> Response:
    """The names to be ticked; ``q`` shows only those with such a name."""
    payout, deed = _found(payout_id, slug)
    offered = _offered(payout, slug)
    one_of, offered = _of_one(offered) if slug == GOODS_BACK else ((), offered)
    typed = fold(request.args.get("q", "")[:60])
    shown = [line for line in offered if typed in fold(line.name)] if typed else offered
    form, more = _form(payout, deed, shown[:AT_ONCE]), len(shown) - AT_ONCE
    return _page(payout, slug, deed, shown[:AT_ONCE], form, more=more, one_of=one_of)


@blueprint.post("/<int:payout_id>/ghi/<slug>")
@may("payout.see")
def record(payout_id: int, slug: str) -> AnyResponse:
    """Write it down; money and goods move with it where they do."""
    payout, deed = _found(payout_id, slug)
    lines = lists.lines_of(payout)
    form = _form(payout, deed, [])
    sent = {row.form.line.data for row in form.lines}
    shown = [line for line in lines if line.id in sent]
    if not form.validate_on_submit():
        return _page(payout, slug, deed, shown, form, 422)
    try:
        with once(lambda: url_for("payouts.show", payout_id=payout.id)):
            said = deed.record(payout, form, lines)
    except (AlreadyRecorded, NotFound):
        raise
    except RuleBroken as no:
        if isinstance(no, NotAllowed) and not no.field:
            raise
        form.refuse(no)
        return _page(payout, slug, deed, shown, form, 422)
    flash(said)
    return redirect(url_for("payouts.show", payout_id=payout.id), 303)


def _found(payout_id: int, slug: str) -> tuple[Payout, Deed]:
    payout, deed = lists.get_payout(payout_id), DEEDS.get(slug)
    require("payout.see", payout.unit_id)
    if deed is None or payout.method not in deed.of:
        raise NotFound("")
    require(deed.permission, payout.unit_id)
    if slug in PAYING:
        parts.require_payer(payout, actor())
    if slug == GOODS_BACK:
        parts.require_asker_back(payout, actor())
    return payout, deed


def _offered(payout: Payout, slug: str) -> list[PayoutLine]:
    """The lines that it may be written down about; of goods only what a decision has taken back goes back."""
    lines = [line for line in lists.lines_with_awards(payout) if line.outcome in DEEDS[slug].of[payout.method]]
    if slug == GOODS_BACK:
        asked = {request.subject_id for request in taking_back.waiting(payout)}
        return [line for line in lines if line.document_id not in asked]
    if slug == MONEY_BACK:
        return sorted(lines, key=lambda line: not line.is_away)  # first those who were noted
    if slug == AWAY:
        lines = [line for line in lines if not line.is_away]
    if payout.method != "goods":
        return lines
    return [line for line in lines if (line.award.state == "cancelled") is (slug == "tra-ve")]


def _of_one(offered: list[PayoutLine]) -> tuple[list[tuple[Document, bool]], list[PayoutLine]]:
    """The handovers to choose from, with the one that is shown (the latest, or as asked for), and its lines."""
    ids = sorted({line.document_id for line in offered if line.document_id is not None}, reverse=True)
    asked = request.args.get("chung_tu", type=int)
    shown = asked if asked in ids else next(iter(ids), None)
    return [(get_document(id), id == shown) for id in ids], [line for line in offered if line.document_id == shown]


def _form(payout: Payout, deed: Deed, offered: Offer) -> LinesForm:
    if deed.form is ReceiptForm:
        return ReceiptForm(offered, _witnesses(payout))
    return deed.form(offered)


def _witnesses(payout: Payout) -> list[tuple[int, str]]:
    """The people of the office, without whoever paid and whoever is writing this down."""
    left_out = {payout.paid_by, actor().id}
    people = grants.holders("payout.see", payout.unit_id)
    return [(user.id, user.signature) for user in people if user.id not in left_out]


def _page(
    payout: Payout,
    slug: str,
    deed: Deed,
    shown: Offer,
    form: LinesForm,
    status: int = 200,
    *,
    more: int = 0,
    one_of: Sequence[tuple[Document, bool]] = (),
) -> Response:
    names = payout_list.names(line.award_id for line in shown)
    openings.note_shown((one.recipient_id for one in names.values()), "list_shown", by=actor())
    return page(
        "payouts/deed.html",
        None,
        status,
        payout=payout,
        slug=slug,
        deed=deed,
        form=form,
        lines={line.id: line for line in shown},
        names=names,
        pieces=payout_list.frame_numbers(payout, (line.award_id for line in shown)),
        more=more,
        one_of=one_of,
        q=request.args.get("q", "")[:60],
        methods=METHODS,
    )
