"""What everyone may see of a campaign: progress, totals that equal the ledger's, donors as they chose to be named."""

from typing import NamedTuple

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core import clock
from khuyenhoc.core.errors import NotFound
from khuyenhoc.core.names import clean
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds import panels
from khuyenhoc.funds.campaigns import Campaign, all_campaigns, find_campaign
from khuyenhoc.funds.panels import Panel
from khuyenhoc.funds.plans import goods_in_words
from khuyenhoc.giving import gift_list, given_back
from khuyenhoc.giving.gift_list import Wanted
from khuyenhoc.ledger import chain
from khuyenhoc.org.units import name_on, unit_by_id
from khuyenhoc.proof import runs, sheet, verdicts
from khuyenhoc.proof.reconcile import Statement
from khuyenhoc.reports import campaign_uses, dots, kept, telling, wall
from khuyenhoc.reports.campaign_uses import Use
from khuyenhoc.reports.dots import Drawing
from khuyenhoc.web import language
from khuyenhoc.web.excel import Column, workbook
from khuyenhoc.web.marks import public
from khuyenhoc.web.page import open_to_all, page

blueprint = Blueprint("public", __name__)
ON_THE_BOARD = 8
ACROSS = (77, 39)
"""Dots to a line, on a desk and on a phone."""


class Became(NamedTuple):
    """What a campaign became: in one line, as pictures of dots, and as tables."""

    line: str
    picture: Markup
    body: Markup


_bodies: kept.Kept[str] = kept.Kept()
_uses: kept.Kept[Became] = kept.Kept()


@blueprint.get("/minh-bach")
@public("Every campaign that was opened answers for its money in public.")
def campaigns() -> AnyResponse:
    """The campaigns that have a public page."""
    shown = [campaign for campaign in all_campaigns() if campaign.state != "draft"]
    units = {campaign.unit_id: name_on(unit_by_id(campaign.unit_id)) for campaign in shown}
    shown.sort(key=lambda campaign: (campaign.state != "open", -campaign.starts.toordinal(), campaign.code))
    return open_to_all(page("reports/campaigns.html", campaigns=shown, units=units))


@blueprint.get("/minh-bach/<code>")
@public("Totals, the state of the books, and donors only as each chose to be named.")
def campaign(code: str) -> AnyResponse:
    """One campaign in public."""
    found = _opened(code)
    head = chain.head(found.unit_id)
    return open_to_all(
        page(
            "reports/campaign.html",
            campaign=found,
            unit_name=name_on(unit_by_id(found.unit_id)),
            body=_body(found, clean(request.args.get("q", "")[:100]), request.args.get("sau", "")[:40]),
            run=runs.latest(found.id),
            head=head,
            seal=chain.seal16(head.hash),
            now=clock.stamp(),
        )
    )


def _button(found: Campaign) -> Panel | None:
    """From the campaign's own page to what everyone sees of it."""
    return None if found.state == "draft" else Panel("reports/_public_page.html")


panels.register("public_page", _button, place="actions", order=10)


def _body(found: Campaign, typed: str, after: str) -> Markup:
    """Totals, goods and wall. What is searched for is made for one reader, the rest once for all."""
    version = kept.version(found.unit_id)
    statement = verdicts.statement_of(found)

    def make() -> str:
        return render_template(
            "reports/_campaign.html",
            campaign=found,
            sheet=sheet.of(statement),
            side=statement.ledger,
            goal_goods=goods_in_words(found.goals),
            gifts=statement.documents.counts["received"],
            became=_became(found, statement),
            wall=wall.of(found, after=after),
            begun=bool(after),
            typed=typed,
            hits=wall.search(found, typed) if typed else None,
        )

    key = (found.id, after, language.chosen())
    return Markup(make() if typed else _bodies.part(key, (version, statement), make))  # noqa: S704 – a template made it


def _became(found: Campaign, statement: Statement) -> Became:
    """What the campaign became, made anew only when it has paid: a gift changes nothing of it."""

    def make() -> Became:
        uses = campaign_uses.of(found, statement)
        drawings = [_dots(one) for one in uses]
        told = {"uses": uses, "drawings": drawings, "words": telling}
        said = [telling.uses_in_words(one.kind, one.whole, one.shared) for one in uses if one.count]
        picture = render_template("reports/_pictures.html", **told)
        body = render_template("reports/_uses.html", **told)
        return Became(", ".join(said), Markup(picture), Markup(body))  # noqa: S704 – templates made them

    key = (found.id, language.chosen())
    return _uses.part(key, campaign_uses.version(found, statement), make)


def _dots(use: Use) -> tuple[Drawing, Drawing] | None:
    """The drawing for a desk and the one for a phone."""
    wide, narrow = (dots.drawing(use.parts, across) for across in ACROSS)
    return (wide, narrow) if wide and narrow else None


@blueprint.get("/minh-bach/<code>/bang-vang")
@public("The board on the wall of the hall: the same lines as the public page.")
def board(code: str) -> AnyResponse:
    """The latest gifts in large letters, for a projector."""
    found = _opened(code)
    today = clock.today()
    evening = Wanted(frozenset([found.unit_id]), starts=today, ends=today, campaign_id=found.id)
    return open_to_all(
        page(
            "reports/board.html",
            "board",
            campaign=found,
            unit_name=name_on(unit_by_id(found.unit_id)),
            side=verdicts.statement_of(found).ledger,
            today=gift_list.totals(evening),
            today_back=given_back.total(evening),
            lines=wall.latest(found, ON_THE_BOARD),
            now=clock.stamp(),
        )
    )


@blueprint.get("/minh-bach/<code>/tam-long.xlsx")
@public("The same lines as the public page, in a table.")
def as_excel(code: str) -> Response:
    """The newest lines of the wall, as each donor chose to be named."""
    found = _opened(code)
    columns = [
        Column(_("Người ủng hộ"), lambda line: line.name, width=40),
        Column(_("Ngày"), lambda line: line.day, "day", 12),
        Column(_("Hiện vật"), lambda line: line.goods, width=30),
    ]
    if found.show_amounts:
        columns.append(Column(_("Số tiền (₫)"), lambda line: line.amount, "money"))
    title = _("%(campaign)s: các khoản ủng hộ, mới nhất trước", campaign=found.name)
    return workbook(f"tam-long-{found.code}", columns, wall.everything(found), title=title)


def _opened(code: str) -> Campaign:
    """A campaign that was opened; drafts do not exist for the public."""
    found = find_campaign(code[:12].upper())
    if found is None or found.state == "draft":
        raise NotFound(_("Không có chiến dịch này."))
    return found
