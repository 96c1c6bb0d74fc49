"""The nominations of a programme: list, Excel, the unit's list as a paper, one application on screen and on paper."""

from collections.abc import Callable

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.awards import duplicates, files, nomination_list, nominations, printing, programmes, quotas, sight, steps
from khuyenhoc.awards.award_tables import STATES, Award
from khuyenhoc.awards.forms.nomination import NominationFilter, RefuseForm, ReturnForm, VerifyForm, WithdrawForm
from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.awards.school_marks import shown as average_shown
from khuyenhoc.awards.views import beside_cards as beside_cards  # registers what a card tells of nominations
from khuyenhoc.awards.views import looks
from khuyenhoc.core import clock
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history import events, seal
from khuyenhoc.history.names import deed_name
from khuyenhoc.ledger import beside
from khuyenhoc.ledger.beside import Used
from khuyenhoc.org import access, units
from khuyenhoc.org.access import actor, allowed, may
from khuyenhoc.papers.press import print_pdf
from khuyenhoc.recipients import openings
from khuyenhoc.recipients.recipient_tables import CIRCUMSTANCES, KINDS, LEVELS, Evidence, Recipient
from khuyenhoc.recipients.sight import lies_before
from khuyenhoc.web import lists, pdf
from khuyenhoc.web.excel import Column, workbook
from khuyenhoc.web.forms import Form
from khuyenhoc.web.page import page

blueprint = Blueprint("nominations", __name__, url_prefix="/hoc-bong/<code>/de-nghi")

CHECKS: dict[str, type[Form]] = {"verify": VerifyForm, "return": ReturnForm, "refuse": RefuseForm}
"""Steps of the ward's check → the form that takes them."""


@blueprint.get("")
@may("award.see")
def index(code: str) -> Response:
    """The nominations that the person may see."""
    return listed(sight.programme_or_404(code))


def listed(programme: Programme, form: VerifyForm | None = None, status: int = 200) -> Response:
    """The list; with the form of a check of many at once, as it was sent."""
    filter = _filter(programme)
    statement = nomination_list.narrowed(sight.select_awards(programme), filter.answers)
    listing = lists.read(statement, nomination_list.ORDERS, Award.id)
    mine = access.units_where("award.verify")
    checkable = [
        award for award in listing.rows if award.state == "submitted" and steps.place_of(award, "verify") in mine
    ]
    own = own_units(programme)
    openings.note_shown((award.recipient_id for award in listing.rows), "nominations_shown", by=actor())
    return page(
        "awards/nominations.html",
        fragment="list",
        status=status,
        programme=programme,
        filter=filter,
        listing=listing,
        rows=nomination_list.rows_of(listing.rows),
        checkable={award.number for award in checkable},
        lacking={award.id: nominations.consent_lacking(award) for award in checkable},
        versions=seal.fingerprints("awards", [award.id for award in checkable]),
        chosen=set(request.form.getlist("chon")),
        form=form or VerifyForm(formdata=None, ids="nhieu-"),
        names_of_units=units.names_on(_with_confirmed(programme, own)) if own else {},
        rooms=quotas.rooms(programme, own[0]) if len(own) == 1 else [],
        level_names={level.id: level.label for level in programme.levels},
        many_units=len(filter.don_vi.choices) > 1,
        states=STATES,
        looks=looks.AWARDS,
        code_of=steps.code_of,
        card_url=card_url,
        may_nominate=bool(own) and programme.state == "open",
    )


def own_units(programme: Programme) -> list[int]:
    """The units for which the person nominates in this programme."""
    reach = access.units_where("award.nominate")
    return sorted(reach & programmes.nominating_units(programme)) if reach else []


def _with_confirmed(programme: Programme, unit_ids: list[int]) -> set[int]:
    """Those of the units that have confirmed a file, so that there is a list to print."""
    query = select(Award.nominating_unit_id).where(
        Award.programme_id == programme.id,
        Award.nominating_unit_id.in_(unit_ids),
        Award.state.not_in(quotas.NOT_COUNTED),
    )
    return set(db.session.scalars(query.distinct()))


@blueprint.get("/bang.xlsx")
@may("award.see")
def as_excel(code: str) -> Response:
    """The nominations exactly as they are filtered and sorted; only who decides reads why."""
    programme = sight.programme_or_404(code)
    statement = nomination_list.narrowed(sight.select_awards(programme), _filter(programme).answers)
    awards = list(lists.everything(statement, nomination_list.ORDERS, Award.id))
    rows = nomination_list.rows_of(awards)
    with writing():
        openings.log_many([award.recipient_id for award in awards], "export", by=actor())
    columns = [
        Column(_("Hồ sơ"), lambda row: steps.code_of(row.award), width=14),
        Column(_("Ưu tiên"), lambda row: row.award.rank, "number", 9),
        Column(_("Họ và tên"), lambda row: row.recipient.full_name, width=30),
        Column(_("Ngày sinh"), lambda row: row.recipient.birth_date, "day", 12),
        Column(_("Trường"), lambda row: row.recipient.school.name if row.recipient.school else "", width=28),
        Column(_("Lớp"), lambda row: row.recipient.class_name, width=8),
        Column(_("Đơn vị giới thiệu"), lambda row: row.unit_name, width=36),
        Column(_("Mức"), lambda row: row.award.level.label, width=20),
        Column(_("Một suất (₫)"), lambda row: row.award.level.amount, "money"),
        Column(_("Trạng thái"), lambda row: str(STATES[row.award.state])),
    ]
    if any("circumstances" in sight.parts_of(award) for award in awards):
        columns += [
            Column(_("Lý do đề nghị"), _why(lambda row: row.award.reason), width=50),
            Column(_("Còn thiếu"), _why(lambda row: " ".join(row.has.missing)), width=50),
            Column(_("Thẩm tra"), _why(lambda row: row.award.verification), width=40),
        ]
    return workbook(f"de-nghi-{programme.code}", columns, rows, title=programme.name)


@blueprint.get("/danh-sach.pdf")
@may("award.see")
def unit_list(code: str) -> AnyResponse:
    """Danh sách đề nghị of one unit, on paper, as its head confirmed it."""
    programme = sight.programme_or_404(code)
    typed = request.args.get("don_vi", "")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 18):
        raise BadRequest()
    statement = sight.select_awards(programme).where(
        Award.nominating_unit_id == int(typed), Award.state.not_in(quotas.NOT_COUNTED)
    )
    awards = list(db.session.scalars(statement.order_by(nomination_list.ORDERS[2].column, Award.number)))
    if not awards:
        raise NotFound(_("Đơn vị chưa xác nhận hồ sơ nào trong chương trình này."))
    with writing():
        openings.log_many([award.recipient_id for award in awards], "export", by=actor())
    paper = printing.unit_list(programme, units.unit_by_id(int(typed)), awards)
    return pdf.answer(print_pdf(paper.TEMPLATE, paper.content()), f"danh-sach-de-nghi-{programme.code}.pdf")


@blueprint.get("/<int:number>")
@may("award.see")
def show(code: str, number: int) -> Response:
    """One application, as far as the person's roles reach; that it was opened is written down."""
    programme = sight.programme_or_404(code)
    return shown(sight.award_or_404(programme, number))


@blueprint.get("/<int:number>/phieu.pdf")
@may("award.see")
def application(code: str, number: int) -> AnyResponse:
    """Phiếu đề nghị xét cấp on paper, for who decides."""
    award = sight.award_or_404(sight.programme_or_404(code), number)
    if "circumstances" not in sight.parts_of(award):
        raise NotFound(_("Không có hồ sơ này."))
    with writing():
        openings.log(award.recipient, "award", by=actor())
    paper = printing.application(award)
    return pdf.answer(print_pdf(paper.TEMPLATE, paper.content()), f"{steps.code_of(award)}.pdf")


def shown(award: Award, refused: Form | None = None, step: str = "", status: int = 200) -> Response:
    """The page of one application; with a form that was refused, as it was sent."""
    with writing():
        openings.log(award.recipient, "award", by=actor())
    has = files.completeness([award])[award.id]
    version = steps.version(award)
    offered = {name: steps.can_take(award, name, actor()) for name in (*CHECKS, "withdraw")}
    forms = {name: kind(formdata=None, ids=f"{name}-") for name, kind in CHECKS.items() if offered[name]}
    if offered["withdraw"] and allowed("award.nominate", award.nominating_unit_id):
        forms["withdraw"] = WithdrawForm(formdata=None, ids="withdraw-")
    if refused is not None:
        forms[step] = refused
    for form in forms.values():
        form["shown"].data = version
    return page(
        "awards/nomination.html",
        status=status,
        programme=award.programme,
        award=award,
        recipient=award.recipient,
        code=steps.code_of(award),
        parts=sight.parts_of(award),
        card_url=card_url(award.recipient),
        has=has,
        unit_name=units.name_on(units.unit_by_id(award.nominating_unit_id)),
        lacking=nominations.consent_lacking(award) if "consents" in sight.parts_of(award) else "",
        alike=duplicates.warnings(award) if "identity" in sight.parts_of(award) else [],
        forms=forms,
        refused=step,
        beside=beside.of(Used(award.unit_id, subject_id=award.id)),
        why_not=_why_not(award) if not forms.keys() & CHECKS.keys() else "",
        editable=may_edit(award),
        may_add=may_edit(award) and award.state == "draft" and clock.today() <= award.programme.deadline,
        may_confirm=award.state in ("draft", "returned") and allowed("award.confirm", award.nominating_unit_id),
        story=events.of("awards", award.id),
        deed_name=deed_name,
        file_url=file_url,
        average=average_shown,
        states=STATES,
        looks=looks.AWARDS,
        kinds=KINDS,
        levels=LEVELS,
        circumstances=CIRCUMSTANCES,
    )


def may_edit(award: Award) -> bool:
    """Whether the person may write this nomination anew."""
    stands = award.state in ("draft", "returned") and award.programme.state == "open"
    return stands and allowed("award.nominate", award.nominating_unit_id)


def _why_not(award: Award) -> str:
    """Why somebody who checks cannot check this one, where that is for who they are and not for where it stands."""
    if award.state != "submitted" or not allowed("award.verify", steps.place_of(award, "verify")):
        return ""
    found: list[tuple[Award, RuleBroken]] = steps.refusals([award], "verify", by=actor())
    return str(found[0][1]) if found else ""


def _why(value: Callable[[nomination_list.Row], str]) -> Callable[[nomination_list.Row], str]:
    """A cell that only who decides may read."""
    return lambda row: value(row) if "circumstances" in sight.parts_of(row.award) else ""


def file_url(file: Evidence) -> str:
    """Where a file is looked at; empty for whom no page shows it."""
    return url_for("evidence.show", evidence_id=file.id) if allowed("evidence.see") else ""


def card_url(recipient: Recipient) -> str:
    """Where the recipient's card is; empty for whom it would not open."""
    if not allowed("recipient.list", recipient.unit_id) and not lies_before(actor(), recipient):
        return ""
    return url_for("recipients.show", recipient_id=recipient.id)


def _filter(programme: Programme) -> NominationFilter:
    filter = NominationFilter(request.args)
    filter.muc.choices = [(level.id, level.label) for level in programme.levels]
    statement = sight.select_awards(programme, Award.nominating_unit_id).distinct()
    found = units.names_on(set(db.session.scalars(statement)))
    filter.don_vi.choices = sorted(found.items(), key=lambda pair: pair[1])
    return filter
