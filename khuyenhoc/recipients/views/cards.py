"""The recipients' pages: the list, what of it may be taken away, and one file."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import Select

from khuyenhoc.core import clock, codes
from khuyenhoc.core.database import writing
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.history import events
from khuyenhoc.history.names import deed_name
from khuyenhoc.org import access, units
from khuyenhoc.org.access import actor, may
from khuyenhoc.recipients import ages, beside, consents, duplicates, evidence, identity, lists, openings
from khuyenhoc.recipients.details import GENDERS
from khuyenhoc.recipients.forms.file import EvidenceForm, ReasonForm, RecipientFilter
from khuyenhoc.recipients.recipient_tables import (
    CIRCUMSTANCES,
    EVIDENCE_KINDS,
    KINDS,
    LEVELS,
    PURPOSES,
    Recipient,
)
from khuyenhoc.recipients.views.reading import file_or_404, noted, open_units, parts_in, parts_of
from khuyenhoc.web import lists as web_lists
from khuyenhoc.web import navigation
from khuyenhoc.web.excel import Column, workbook
from khuyenhoc.web.filters import day
from khuyenhoc.web.page import page

blueprint = Blueprint("recipients", __name__, url_prefix="/nguoi-nhan")

navigation.register("recipients.index", _l("Người nhận"), "person-lock", "recipient.list", 44)

ORDERS = (
    web_lists.Order("ten", _l("Họ và tên"), Recipient.sort_key, str, descending=False),
    web_lists.Order("moi", _l("Mới lập"), Recipient.id, int),
)
DEEDS_SHOWN = 20


@blueprint.get("")
@may("recipient.list")
def index() -> Response:
    """The recipients by given name, or those who fit what was typed, best first."""
    names = _unit_names()
    filter = _filter(names)
    listing = _listing(filter)
    openings.note_shown((recipient.id for recipient in listing.rows), "files_shown", by=actor())
    return page(
        "recipients/index.html",
        fragment="list",
        filter=filter,
        listing=listing,
        most=lists.MOST_FOUND,
        kinds=KINDS,
        levels=LEVELS,
        circumstances=CIRCUMSTANCES,
        parts_in=parts_in,
        today=clock.today(),
        agreed=consents.covered(listing.rows, "process"),
        unit_names=names if len(names) > 1 else {},
        may_add=bool(open_units()),
    )


@blueprint.get("/danh-sach.xlsx")
@may("recipient.list")
def as_excel() -> Response:
    """The list exactly as it is filtered; of each file only what the reader's role may take away, and each is noted."""
    names = _unit_names()
    asked = _filter(names).answers
    rows = _found(asked) if "q" in asked else list(web_lists.everything(_statement(asked), ORDERS, Recipient.id))
    with writing():
        openings.log_many([recipient.id for recipient in rows], "export", by=actor())
    shown = {unit_id: parts_in(unit_id) for unit_id in {one.unit_id for one in rows}}
    wanted = {part for parts in shown.values() for part in parts}
    columns = [
        Column(label, _only(part, value, shown), kind, width)
        for part, label, value, kind, width in _columns(names)
        if part in wanted or part == "name"
    ]
    return workbook("nguoi-nhan", columns, rows, title=_("Người nhận"))


@blueprint.get("/<int:recipient_id>")
@may("recipient.see")
def show(recipient_id: int) -> Response:
    """One file: who, where at school, who answers, why, what was agreed to, on which papers it rests."""
    return card_page(noted(file_or_404(recipient_id), "card"))


def card_page(
    recipient: Recipient,
    *,
    evidence_form: EvidenceForm | None = None,
    reason_form: ReasonForm | None = None,
    status: int = 200,
) -> Response:
    """The page of one file, perhaps with a refused form on it."""
    parts, may_edit = parts_of(recipient), access.allowed("recipient.edit", recipient.unit_id)
    looks_over = access.allowed("opening.see", recipient.unit_id)
    mine = access.units_where("recipient.list")
    return page(
        "recipients/card.html",
        status=status,
        recipient=recipient,
        parts=parts,
        unit_name=units.name_on(units.unit_by_id(recipient.unit_id)),
        kinds=KINDS,
        levels=LEVELS,
        genders=GENDERS,
        circumstances=CIRCUMSTANCES,
        purposes=PURPOSES,
        evidence_kinds=EVIDENCE_KINDS,
        channels=consents.CHANNELS,
        pages=openings.PAGES,
        today=clock.today(),
        born=_born(recipient),
        phone=codes.show_phone,
        identity=identity.masked(recipient.identity_tail),
        holding={purpose: consents.holding(recipient, purpose) for purpose in PURPOSES},
        lapsed={purpose: consents.lapsed(recipient, purpose) for purpose in PURPOSES},
        live=[consent for consent in recipient.consents if consents.is_live(consent, clock.today())],
        files=evidence.of(recipient) if "evidence" in parts else [],
        told=beside.of(recipient),
        alike=[(one, one.is_of(mine)) for one in duplicates.like_card(recipient)] if may_edit else [],
        unit_of=lambda unit_id: units.name_on(units.unit_by_id(unit_id)),
        openings=openings.of(recipient) if looks_over else [],
        deeds=_deeds(recipient),
        looks_over=looks_over,
        may_edit=may_edit,
        evidence_form=evidence_form or (EvidenceForm(formdata=None) if may_edit else None),
        reason_form=reason_form or (ReasonForm(formdata=None, ids="the-") if may_edit else None),
    )


def _born(recipient: Recipient) -> str:
    """``20/5/2013, 13 tuổi``."""
    if recipient.birth_date is None:
        return str(recipient.birth_year or "")
    age = ages.Born(recipient.birth_date, recipient.birth_year).least_age(clock.today())
    return _("%(day)s, %(age)s tuổi", day=day(recipient.birth_date), age=age)


def _deeds(recipient: Recipient) -> list[tuple[str, Any]]:
    return [(deed_name(deed.action), deed) for deed in reversed(events.of("recipients", recipient.id)[-DEEDS_SHOWN:])]


def _unit_names() -> dict[int, str]:
    return units.names_on(access.units_where("recipient.list"))


def _filter(names: dict[int, str]) -> RecipientFilter:
    seen = access.units_where("recipient.list")
    schools = [(school.id, school.name) for school in lists.schools_of(seen)]
    return RecipientFilter(request.args, schools, dict(sorted(names.items(), key=lambda one: one[1])))


def _listing(filter: RecipientFilter) -> web_lists.Listing:
    asked = filter.answers
    if "q" not in asked:
        return web_lists.read(_statement(asked), ORDERS, Recipient.id)
    kept = {name: values for name, values in request.args.lists() if any(values)}
    return web_lists.Listing(_found(asked), ORDERS[0], descending=False, orders={}, kept=kept)


def _statement(asked: dict[str, Any]) -> Select[Any]:
    return lists.statement(_wanted_units(asked), _asked(asked))


def _found(asked: dict[str, Any]) -> list[Recipient]:
    return lists.found(asked["q"], _wanted_units(asked), _asked(asked))


def _wanted_units(asked: dict[str, Any]) -> frozenset[int]:
    seen = access.units_where("recipient.list")
    return seen & {asked["don_vi"]} if "don_vi" in asked else seen


def _asked(asked: dict[str, Any]) -> dict[str, Any]:
    """What was asked for, in the rule's words. Who may not read circumstances does not narrow by them either."""
    narrowed = {"kind": asked.get("loai"), "level": asked.get("cap"), "school": asked.get("truong")}
    if access.allowed("evidence.see"):
        narrowed["circumstance"] = asked.get("hoan_canh")
        narrowed["consented"] = asked["dong_y"] == "co" if "dong_y" in asked else None
    return narrowed


def _only(part: str, value: Callable[[Recipient], Any], shown: dict[int, frozenset[str]]) -> Callable[[Recipient], Any]:
    return lambda recipient: value(recipient) if part in shown[recipient.unit_id] else None


def _columns(names: dict[int, str]) -> list[tuple[str, str, Callable[[Recipient], Any], str, int]]:
    """Part of the file, heading, value, kind, width."""
    today = clock.today()
    return [
        ("name", _("Họ và tên"), lambda r: r.full_name, "text", 30),
        ("name", _("Loại"), lambda r: str(KINDS[r.kind]), "text", 12),
        ("name", _("Ngày sinh"), lambda r: r.birth_date or r.birth_year, "day", 12),
        ("school", _("Trường"), lambda r: r.school.name if r.school else "", "text", 34),
        ("school", _("Lớp"), lambda r: r.class_name, "text", 10),
        ("school", _("Cấp học"), lambda r: str(LEVELS[r.level]) if r.level else "", "text", 12),
        ("name", _("Đơn vị"), lambda r: names.get(r.unit_id, ""), "text", 34),
        ("contact", _("Người giám hộ"), lambda r: "; ".join(g.full_name for g in r.guardians), "text", 30),
        ("contact", _("Điện thoại"), lambda r: "; ".join(_phones(r)), "text", 18),
        ("contact", _("Địa chỉ"), lambda r: r.address, "text", 36),
        ("identity", _("Số định danh"), lambda r: identity.masked(r.identity_tail), "text", 18),
        ("circumstances", _("Hoàn cảnh"), lambda r: "; ".join(_reasons(r, today)), "text", 40),
        ("results", _("Học tập gần nhất"), _latest_result, "text", 30),
        ("consents", _("Đồng ý"), lambda r: "; ".join(_agreed(r)), "text", 50),
        ("bank", _("Ngân hàng"), lambda r: r.bank_name, "text", 16),
        ("bank", _("Số tài khoản"), lambda r: r.bank_number, "text", 20),
        ("bank", _("Chủ tài khoản"), lambda r: r.bank_holder, "text", 28),
    ]


def _phones(recipient: Recipient) -> list[str]:
    numbers = [recipient.phone, *(guardian.phone for guardian in recipient.guardians)]
    return [codes.show_phone(number) for number in dict.fromkeys(numbers) if number]


def _reasons(recipient: Recipient, today: date) -> list[str]:
    valid = [one for one in recipient.circumstances if one.valid_to is None or one.valid_to >= today]
    return [str(CIRCUMSTANCES[one.code]) for one in valid]


def _latest_result(recipient: Recipient) -> str:
    if not recipient.results:
        return ""
    latest = recipient.results[-1]
    return ", ".join(part for part in (latest.school_year, latest.study, latest.conduct) if part)


def _agreed(recipient: Recipient) -> list[str]:
    return [str(words) for purpose, words in PURPOSES.items() if consents.covers(recipient, purpose)]
