"""A tiny feature that exists only here, to prove the patterns of the house."""

from datetime import date
from typing import Any

from flask import Blueprint, Flask, flash, redirect, request, url_for
from jinja2 import ChoiceLoader, FileSystemLoader
from sqlalchemy import BigInteger, Date, String, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from wtforms import FieldList, FormField

from khuyenhoc.core.database import BigInt, db, writing
from khuyenhoc.core.errors import AlreadyRecorded, CannotWriteNow, NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.flush import NotFlushed
from khuyenhoc.web import excel, lists, navigation
from khuyenhoc.web.forms import (
    ChoiceField,
    DayField,
    DongField,
    Form,
    LongTextField,
    Part,
    PickField,
    QuantityField,
    Required,
    TextField,
    YesField,
    whole,
)
from khuyenhoc.web.page import page

blueprint = Blueprint("demo", __name__, url_prefix="/thu")
CAMPAIGNS = [(1, "Tiếp bước đến trường"), (2, "Xe đạp đến trường")]
REFUSALS = {
    "rule": RuleBroken("Quỹ không đủ chi."),
    "found": NotFound(""),
    "allowed": NotAllowed("Việc này của thủ quỹ."),
    "recorded": AlreadyRecorded("Phiếu này đã ghi với nội dung khác."),
    "busy": CannotWriteNow("Sổ đang bận.", status=503),
    "mistake": KeyError("hidden detail"),
    "full": OSError(28, "No space left on device"),
    "unsure": NotFlushed("Input/output error"),
    "slow": TimeoutError("the writers' queue did not move"),
}


class Apart(DeclarativeBase):
    """Keeps the demo's table out of the real schema."""


class Envelope(Apart):
    """An envelope of the demo."""

    __tablename__ = "test_envelopes"
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    donor: Mapped[str] = mapped_column(String)
    amount: Mapped[int] = mapped_column(BigInteger)
    on: Mapped[date] = mapped_column(Date)


class Line(Part):
    """One line of goods."""

    item = TextField("Hiện vật")
    quantity = QuantityField("Số lượng", most=9_999)


class EnvelopeForm(Form):
    """What one asks at a desk."""

    donor = TextField("Người ủng hộ", [Required("Ai tặng?")])
    amount = DongField("Số tiền", [Required()])
    on = DayField("Ngày nhận", [Required()], future=False)
    campaign = PickField("Chiến dịch", coerce=whole, choices=CAMPAIGNS, blank="Chọn chiến dịch")
    method = ChoiceField("Hình thức", [Required()], choices=[("cash", "Tiền mặt"), ("bank", "Chuyển khoản")])
    note = LongTextField("Ghi chú")
    hidden = YesField("Không nêu tên trên trang công khai")
    lines = FieldList(FormField(Line), min_entries=1, max_entries=5)


class EnvelopeFilter(lists.Filter):
    """What the list may be narrowed by."""

    q = TextField("Tìm")
    since = DayField("Từ ngày")


ORDERS = (
    lists.Order("ngay", "Ngày", Envelope.on, date),
    lists.Order("tien", "Số tiền", Envelope.amount, int),
    lists.Order("nguoi", "Người ủng hộ", Envelope.donor, str, descending=False),
)
COLUMNS = (
    excel.Column("Người ủng hộ", lambda e: e.donor, width=40),
    excel.Column("Ngày", lambda e: e.on, "day"),
    excel.Column("Số tiền", lambda e: e.amount, "money"),
)


@blueprint.get("/")
def desk() -> Any:
    """The empty form and what was recorded."""
    return _desk(EnvelopeForm())


@blueprint.post("/")
def record() -> Any:
    """Record one envelope."""
    form = EnvelopeForm()
    if not form.validate_on_submit():
        return _desk(form, 422)
    try:
        with writing():
            _record(form.answers)
    except RuleBroken as no:
        form.refuse(no)
        return _desk(form, 422)
    flash("Đã ghi khoản của " + form.donor.data)
    return redirect(url_for(".desk"), 303)


def _record(answers: dict[str, Any]) -> None:
    if answers["donor"] == "Người Lạ":
        raise RuleBroken("Chưa có người này.", field="donor")
    if answers["donor"] == "Két Trống":
        raise RuleBroken("Két không đủ tiền.")
    db.session.add(Envelope(donor=answers["donor"], amount=answers["amount"], on=answers["on"]))


@blueprint.get("/danh-sach")
def envelopes() -> Any:
    """The list."""
    wanted = EnvelopeFilter(request.args)
    valid = wanted.validate()
    listing = lists.read(_wanted(wanted), ORDERS, Envelope.id, size=3)
    return page("proof/list.html", "list", 200 if valid else 422, filter=wanted, listing=listing)


@blueprint.get("/danh-sach.xlsx")
def envelopes_excel() -> Any:
    """All of the list."""
    wanted = EnvelopeFilter(request.args)
    wanted.validate()
    rows = lists.everything(_wanted(wanted), ORDERS, Envelope.id)
    return excel.workbook("khoan-ung-ho", COLUMNS, rows, title="Khoản ủng hộ")


@blueprint.get("/<int:number>")
def one(number: int) -> Any:
    """An address with a number."""
    return str(number)


@blueprint.post("/tu-choi/<which>")
def refuse(which: str) -> Any:
    """Fail in a chosen way."""
    raise REFUSALS[which]


def _wanted(wanted: EnvelopeFilter) -> Any:
    statement = select(Envelope)
    if "q" in wanted.answers:
        statement = statement.where(Envelope.donor.contains(wanted.answers["q"]))
    if "since" in wanted.answers:
        statement = statement.where(Envelope.on >= wanted.answers["since"])
    return statement


def _desk(form: EnvelopeForm, status: int = 200) -> Any:
    envelopes = db.session.scalars(select(Envelope).order_by(Envelope.id.desc())).all()
    return page("proof/desk.html", "desk", status, form=form, envelopes=envelopes)


def install(app: Flask, folder: str) -> None:
    """Add the demo to a fresh app, with somebody reading it."""
    app.jinja_env.loader = ChoiceLoader([app.jinja_loader, FileSystemLoader(folder)])  # type: ignore[list-item]
    app.register_blueprint(blueprint)
    tabs = (("demo.desk", "Bàn tiếp nhận", "pencil-square"), ("demo.envelopes", "Khoản ủng hộ", "journal-text"))
    for order, (endpoint, label, icon) in enumerate(tabs):
        navigation.register(endpoint, label, icon, "gift.see", order, count=lambda: 14)


def treasurer() -> navigation.Reader:
    """Who reads the pages of the demo."""
    return navigation.Reader(
        "Bà Đoàn Ngọc Hạ",
        "Thủ quỹ",
        "Hội Khuyến học phường Bến Nắng",
        lambda p: p == "gift.see",
        subtitle="Quỹ Khuyến học năm 2026",
        account_url="/thu/",
        sign_out_url="/thu/tu-choi/rule",
    )
