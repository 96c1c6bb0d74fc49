"""The donor's private page, the page to share, and all gifts of a donor who signs in."""

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, flash, make_response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core import clock
from khuyenhoc.core.database import writing
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.giving import gift_rows
from khuyenhoc.giving.gift_rows import GiftRow
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.access import actor, may
from khuyenhoc.org.units import name_on, unit_by_id
from khuyenhoc.reports import kept, links, telling, thanks
from khuyenhoc.reports.became import Story
from khuyenhoc.reports.forms import DisplayForm
from khuyenhoc.reports.kept import Part
from khuyenhoc.reports.thanks import ForOthers, Told
from khuyenhoc.web import language, navigation
from khuyenhoc.web.excel import Column, workbook
from khuyenhoc.web.marks import public
from khuyenhoc.web.page import page

blueprint = Blueprint("reports", __name__)
_told: kept.Kept[Told] = kept.Kept()
_for_others: kept.Kept[ForOthers] = kept.Kept()

navigation.register("reports.my_gifts", _l("Khoản ủng hộ của tôi"), "gift", "own.gifts", 80)


@blueprint.after_request
def leave_no_trace(response: Response) -> Response:
    """For pages behind a secret link: no search engine, no referrer, nothing kept; refusals likewise."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/tri-an/<token>", endpoint="thanks")
@public("The giver's own page: whoever holds the secret link was given it by the association or the giver.")
def thanks_page(token: str) -> Response:
    """The gift, what became of it, its papers, and how its giver wishes to be named."""
    link, document = links.gift_of_private(token)
    shown = thanks.of(document)
    return _thanks(link, shown, DisplayForm(display=shown.gift.donor.display))


@blueprint.post("/tri-an/<token>/cach-neu-ten")
@public("The giver chooses how to be named; the secret link says that it is the giver.")
def choose_name(token: str) -> AnyResponse:
    """It holds everywhere at once."""
    link, document = links.gift_of_private(token)
    form = DisplayForm()
    if not form.validate_on_submit():
        return _thanks(link, thanks.of(document), form, 422)
    try:
        with writing():
            thanks.choose_name(document, form.display.data)
    except RuleBroken as no:
        form.refuse(no)
        return _thanks(link, thanks.of(document), form, 422)
    flash(_("Đã lưu cách nêu tên: %(name)s.", name=thanks.shown_name(document)))
    return redirect(url_for(".thanks", token=token), 303)


@blueprint.get("/tri-an/<token>/giay/<int:paper_id>.pdf")
@public("The giver's own papers, behind the giver's own link.")
def paper(token: str, paper_id: int) -> Response:
    """One of the gift's papers; the file's name tells nobody's name."""
    _link, document = links.gift_of_private(token)
    found = thanks.paper_of(document, paper_id)
    response = make_response(thanks.pdf(found))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{found.file_name}"'
    return response


@blueprint.get("/chia-se/<token>")
@public("The giver's page for others: the name as chosen and the campaign, nothing else.")
def shared(token: str) -> Response:
    """What the giver lets others see; a preview of it names nobody, so that it cannot grow old."""
    _link, document = links.gift_of_shared(token)
    gift = gift_rows.row(document)
    return page(
        "reports/shared.html",
        name=thanks.shown_name(document),
        campaigns=gift.campaigns,
        told=_of_the_day(_for_others, document, lambda: thanks.for_others(gift)),
        unit_name=name_on(unit_by_id(document.unit_id)),
    )


@blueprint.get("/khoan-ung-ho-cua-toi")
@may("own.gifts")
def my_gifts() -> Response:
    """All gifts of the donor who is signed in."""
    donor_id = actor().donor_id
    gifts = thanks.gifts_of(donor_id) if donor_id else []
    each, together = thanks.stories_of(gifts)
    return page(
        "reports/my_gifts.html",
        known=donor_id is not None,
        gifts=gifts,
        stories=each,
        together=together,
        words=telling,
        drawing=telling.drawing(together),
        pages=links.of([gift.document for gift in gifts]),
    )


@blueprint.get("/khoan-ung-ho-cua-toi.xlsx")
@may("own.gifts")
def my_gifts_as_excel() -> Response:
    """The same gifts, for the giver's own records."""
    donor_id = actor().donor_id
    columns = [
        Column(_("Ngày"), lambda gift: gift.document.date, "day"),
        Column(_("Số phiếu"), lambda gift: gift.document.label, width=16),
        Column(_("Chiến dịch"), lambda gift: gift.campaign_names, width=40),
        Column(_("Hiện vật"), lambda gift: gift.goods, width=30),
        Column(_("Số tiền (₫)"), lambda gift: gift.document.amount, "money"),
        Column(_("Trạng thái"), _state),
        Column(_("Đã thành"), lambda gift: _became(stories, gift), width=60),
        Column(_("Chưa dùng (₫)"), lambda gift: _unspent(stories, gift), "money"),
        Column(_("Đã hoàn trả (₫)"), lambda gift: gift.refunded or None, "money"),
    ]
    gifts = thanks.gifts_of(donor_id) if donor_id else []
    stories, _together = thanks.stories_of(gifts)
    return workbook("khoan-ung-ho-cua-toi", columns, gifts, title=_("Khoản ủng hộ của tôi"))


@blueprint.post("/khoan-ung-ho-cua-toi/<int:document_id>")
@may("own.gifts")
def open_mine(document_id: int) -> AnyResponse:
    """The donor's page of one of the donor's own gifts."""
    document = thanks.own_gift(actor().donor_id, document_id)
    with writing():
        link = links.make(document, by=actor())
        token = link.private
    return redirect(url_for(".thanks", token=token), 303)


def _state(gift: GiftRow) -> str:
    if gift.look in ("refunded", "partly_refunded"):
        return gift.state_name
    return _("Đã hủy") if gift.document.is_void else _("Đã ghi sổ")


def _became(stories: Mapping[int, Story], gift: GiftRow) -> str:
    story = stories.get(gift.document.id)
    return telling.without_unspent(story) if story is not None else ""


def _unspent(stories: Mapping[int, Story], gift: GiftRow) -> Dong | None:
    story = stories.get(gift.document.id)
    return story.unspent if story is not None else None


def _of_the_day(parts: kept.Kept[Part], document: Document, make: Callable[[], Part]) -> Part:
    """What is told of a gift in the reader's language, made once: consents end with a day, all else with a deed."""
    key = (document.id, language.chosen(), clock.today())
    return parts.part(key, kept.version(document.unit_id), make)


def _thanks(link: links.GiftLink, shown: thanks.Thanks, form: DisplayForm, status: int = 200) -> Response:
    document = shown.document
    told = None if document.is_void else _of_the_day(_told, document, lambda: thanks.told(shown.gift))
    return page(
        "reports/thanks.html",
        status=status,
        link=link,
        thanks=shown,
        gift=shown.gift,
        document=document,
        told=told,
        words=telling,
        form=form,
        sheets=thanks.SHEETS,
        unit_name=name_on(unit_by_id(document.unit_id), document.date),
    )
