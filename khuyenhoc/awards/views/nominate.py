"""Nominating: choose whom, write it, keep it as a draft at any time, take it back."""

from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.awards import duplicates, files, nominations, programmes, sight, steps
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.forms.nomination import NominationForm, Papers, PersonFilter, WithdrawForm
from khuyenhoc.awards.programme_tables import Level, Programme
from khuyenhoc.awards.views.nominations import card_url, file_url, may_edit, shown
from khuyenhoc.core import clock
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.org import access, units
from khuyenhoc.org.access import actor, may
from khuyenhoc.org.answers import once
from khuyenhoc.org.uploads import takes_files
from khuyenhoc.recipients import evidence, openings, search
from khuyenhoc.recipients.files import LARGEST, TOGETHER
from khuyenhoc.recipients.recipient_tables import LEVELS, Recipient
from khuyenhoc.recipients.recipients import get_recipient
from khuyenhoc.web.forms import whole
from khuyenhoc.web.page import page

blueprint = Blueprint("nominate", __name__, url_prefix="/hoc-bong/<code>/de-nghi")

MOST_SHOWN = 50


@blueprint.get("/moi")
@may("award.nominate")
def new(code: str) -> Response:
    """Whom to nominate; with ``nguoi`` the form for that person."""
    programme = sight.programme_or_404(code)
    if request.args.get("nguoi"):
        recipient = _own_recipient(programme, request.args["nguoi"])
        form = NominationForm()
        form.level.data = form.level.data or _usual_level(programme, recipient)
        papers = Papers(programme, evidence.of(recipient))
        return _form(form, papers, papers.usual(), programme, recipient)
    return _choose(programme)


@blueprint.post("/moi")
@may("award.nominate")
@takes_files(TOGETHER)
def create(code: str) -> AnyResponse:
    """Store the nomination as a draft, however much of it is there."""
    programme = sight.programme_or_404(code)
    recipient = _own_recipient(programme, request.args.get("nguoi", ""))
    form = NominationForm()
    form.offer(programme.levels)
    papers = Papers(programme, evidence.of(recipient))
    if not form.validate_on_submit():
        return _form(form, papers, papers.sent(), programme, recipient, status=422)
    try:
        with writing():
            unit = units.unit_by_id(recipient.unit_id)
            nominations.require_takes(programme, unit)  # before any file is kept
        ticked = _with_uploads(papers, recipient)
        award = _draft(programme, recipient, form, ticked)
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _form(form, papers, papers.sent(), programme, recipient, status=422)
    return _stored(award, papers, form, ticked)


@blueprint.get("/<int:number>/sua")
@may("award.nominate")
def edit(code: str, number: int) -> Response:
    """A draft or a returned nomination as it stands."""
    award = _editable(code, number)
    form = NominationForm()
    form.level.data, form.reason.data = award.level_id, award.reason
    form.shown.data = steps.version(award)
    return _edit_form(award, form, Papers(award.programme, evidence.of(award.recipient)), _attached(award))


@blueprint.post("/<int:number>/sua")
@may("award.nominate")
@takes_files(TOGETHER)
def change(code: str, number: int) -> AnyResponse:
    """Store the nomination as it is written now."""
    award = _editable(code, number)
    form = NominationForm()
    form.offer(award.programme.levels)
    papers = Papers(award.programme, evidence.of(award.recipient))
    if not form.validate_on_submit():
        return _edit_form(award, form, papers, papers.sent(), 422)
    try:
        ticked = _with_uploads(papers, award.recipient)
        with once(lambda: _url(award)):
            nominations.change(
                award,
                _level(award.programme, form),
                reason=form.reason.data or "",
                evidence=ticked,
                by=actor(),
                shown=form.shown.data or "",
            )
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _edit_form(award, form, papers, papers.sent(), 422)
    return _stored(award, papers, form, ticked)


@blueprint.post("/<int:number>/rut")
@may("award.confirm")
def withdraw(code: str, number: int) -> AnyResponse:
    """The unit takes its nomination back."""
    award = sight.award_or_404(sight.programme_or_404(code), number)
    form = WithdrawForm(ids="withdraw-")
    if not form.validate_on_submit():
        return shown(award, form, "withdraw", 422)
    try:
        with once(lambda: url_for("nominations.index", code=award.programme.code)):
            nominations.withdraw(award, reason=form.reason.data or "", by=actor(), shown=form.shown.data or "")
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return shown(award, form, "withdraw", 422)
    flash(_("Đã rút hồ sơ %(code)s.", code=steps.code_of(award)))
    return redirect(url_for("nominations.index", code=award.programme.code), 303)


def _choose(programme: Programme) -> Response:
    filter = PersonFilter(request.args)
    mine = nominations_units(programme)
    typed = filter.answers.get("q", "")
    if typed:
        found: Sequence[Recipient] = search.found(typed, mine, MOST_SHOWN)
    else:
        query = select(Recipient).where(Recipient.unit_id.in_(sorted(mine)), Recipient.state == "active")
        found = db.session.scalars(query.order_by(Recipient.sort_key, Recipient.id).limit(MOST_SHOWN)).all()
    there = select(Award).where(Award.programme_id == programme.id, Award.state.not_in(nominations.ENDED_HERE))
    there = there.where(Award.recipient_id.in_([one.id for one in found]))
    return page(
        "awards/choose_person.html",
        fragment="people",
        programme=programme,
        filter=filter,
        found=found,
        nominated={award.recipient_id: award for award in db.session.scalars(there)},
        unit_names=units.names_on({one.unit_id for one in found}) if len(mine) > 1 else {},
        more=len(found) == MOST_SHOWN,
        new_card=_new_card(),
        levels=LEVELS,
        late=clock.today() > programme.deadline or programme.state != "open",
    )


def _new_card() -> str:
    """Where a card is made; the card then leads back to the open programmes. Empty for who makes none."""
    return url_for("recipient_form.new") if access.allowed("recipient.edit") else ""


def nominations_units(programme: Programme) -> frozenset[int]:
    """The units whose people the person may nominate here."""
    return access.units_where("award.nominate") & programmes.nominating_units(programme)


def _own_recipient(programme: Programme, typed: str) -> Recipient:
    try:
        recipient_id = whole(typed)
    except ValueError:
        recipient_id = None
    recipient = get_recipient(recipient_id or 0)
    if recipient.unit_id not in nominations_units(programme):
        raise NotFound(_("Không có hồ sơ này."))
    return recipient


def _usual_level(programme: Programme, recipient: Recipient) -> int | None:
    """The first level that is for this person."""
    for level in programme.levels:
        if files.findings(programme, level, recipient)[0].met:
            return level.id
    return None


def _level(programme: Programme, form: NominationForm) -> Level:
    return next(level for level in programme.levels if level.id == form.level.data)


def _with_uploads(papers: Papers, recipient: Recipient) -> dict[int, int]:
    """The ticked files and the new ones, each stored for itself: one that is refused takes no other with it."""
    ticked = papers.sent()
    for place, kind, upload in papers.uploads():
        try:
            with writing():
                content = upload.stream.read(LARGEST + 1)
                file = evidence.store(recipient, content, kind=kind, by=actor(), name=upload.filename or "")
            ticked.setdefault(file.id, place)
        except (NotAllowed, NotFound):
            raise
        except RuleBroken as no:
            papers.problems[place] = f"{upload.filename}: {no}"
    return ticked


def _draft(programme: Programme, recipient: Recipient, form: NominationForm, ticked: dict[int, int]) -> Award:
    """The new draft; the same sent twice is the one that is there."""
    level, reason = _level(programme, form), form.reason.data or ""
    there = nominations.live_award(programme, recipient.id)
    as_sent = ("draft", actor().id, level.id, reason)
    if there is not None and (there.state, there.nominated_by, there.level_id, there.reason) == as_sent:
        return there
    with writing():
        unit = units.unit_by_id(recipient.unit_id)
        return nominations.nominate(
            recipient, level, programme=programme, unit=unit, by=actor(), reason=reason, evidence=ticked
        )


def _stored(award: Award, papers: Papers, form: NominationForm, ticked: dict[int, int]) -> AnyResponse:
    """On to the page that says what is missing; where a file was refused, back to the form that says which."""
    code = steps.code_of(award)
    if papers.problems:
        form.form_errors.append(_("Hồ sơ %(code)s đã lưu, nhưng có tệp chưa nhận được.", code=code))
        form.shown.data = steps.version(award)
        form.renew_key()
        fresh = Papers(award.programme, evidence.of(award.recipient))
        fresh.problems = papers.problems
        return _edit_form(award, form, fresh, ticked, 422)
    flash(_("Đã lưu hồ sơ %(code)s.", code=code))
    return redirect(_url(award), 303)


def _url(award: Award) -> str:
    return url_for("nominations.show", code=award.programme.code, number=award.number)


def _editable(code: str, number: int) -> Award:
    award = sight.award_or_404(sight.programme_or_404(code), number)
    access.require("award.nominate", award.nominating_unit_id)
    if not may_edit(award):
        raise RuleBroken(_("Hồ sơ đã gửi nên không sửa được; xin nhờ thư ký trả lại để sửa."))
    return award


def _attached(award: Award) -> dict[int, int]:
    return {row.evidence_id: row.answers for row in award.evidence}


def _edit_form(
    award: Award, form: NominationForm, papers: Papers, ticked: dict[int, int], status: int = 200
) -> Response:
    return _form(form, papers, ticked, award.programme, award.recipient, award, status)


def _form(
    form: NominationForm,
    papers: Papers,
    ticked: dict[int, int],
    programme: Programme,
    recipient: Recipient,
    award: Award | None = None,
    status: int = 200,
) -> Response:
    """The form, fresh or refused, beside what the card says of the person: that it was opened is written down."""
    with writing():
        openings.log(recipient, "award", by=actor())
    form.offer(programme.levels)
    level = next((one for one in programme.levels if one.id == form.level.data), programme.levels[0])
    return page(
        "awards/nomination_form.html",
        status=status,
        form=form,
        papers=papers.rows(ticked),
        programme=programme,
        recipient=recipient,
        award=award,
        code=steps.code_of(award) if award else "",
        findings=files.findings(programme, level, recipient),
        alike=duplicates.warnings_for(recipient, programme),
        unit_name=units.name_on(units.unit_by_id(recipient.unit_id)),
        levels=LEVELS,
        file_url=file_url,
        card_url=card_url(recipient),
        action=url_for(".change", code=programme.code, number=award.number)
        if award
        else url_for(".create", code=programme.code, nguoi=recipient.id),
    )
