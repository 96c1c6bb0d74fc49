"""A write-off is approved by another person, bound to what it says; approved, it is posted at once."""

from khuyenhoc.approvals.registry import Approvable, Description, Fact, register
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import figures, show
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds import closing, purposes
from khuyenhoc.funds.campaigns import Campaign, campaign_by_id
from khuyenhoc.funds.items import item_by_id
from khuyenhoc.goods import write_offs
from khuyenhoc.goods.write_off_tables import CAUSES, STATES, WriteOff
from khuyenhoc.history import seal
from khuyenhoc.ledger import document_names, open_work
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.documents import get_document
from khuyenhoc.org.users import User


def pieces_of(write_off: WriteOff) -> str:
    """``2 chiếc xe đạp 24 inch``."""
    item = item_by_id(write_off.item_id)
    return item.many(write_off.quantity)


def state_of(write_off: WriteOff, is_waiting: bool) -> str:
    """The state on screen; what was asked and waits for nobody went back to whoever asked."""
    if write_off.state == "asked" and not is_waiting:
        return _("Trả lại để sửa")
    return str(STATES[write_off.state])


def facts_of(write_off: WriteOff) -> list[Fact]:
    """What a write-off says, for its page and for whoever approves it."""
    campaign = campaign_by_id(write_off.campaign_id)
    facts = [
        Fact(_("Chiến dịch"), campaign.name, f"/chien-dich/{campaign.code}"),
        *purposes.facts(campaign),
        Fact(_("Hiện vật"), pieces_of(write_off), f"/hien-vat/kho/{item_by_id(write_off.item_id).code}"),
        Fact(_("Vì sao"), str(CAUSES[write_off.cause])),
    ]
    if write_off.lot_document_id is not None:
        facts.append(Fact(_("Lô"), get_document(write_off.lot_document_id).label))
    if write_off.pieces:
        numbers = ", ".join(sorted(piece.serial.serial for piece in write_off.pieces))
        facts.append(Fact(_("Số khung"), numbers))
    return [*facts, Fact(_("Người đề nghị"), write_off.asked_by_name)]


def _describe(request: Request) -> Description:
    write_off = write_offs.get_write_off(request.subject_id)
    there = write_offs.free(write_off.campaign_id, write_off.item_id, write_off.unit_id)
    warning = ""
    if request.is_waiting and there < write_off.quantity:
        warning = _("Nay chỉ còn %(n)s chưa dành cho ai.", n=figures(there))
    return Description(
        title=_("Xóa sổ %(pieces)s", pieces=pieces_of(write_off)),
        subtitle=campaign_by_id(write_off.campaign_id).name,
        amount=request.amount,
        facts=facts_of(write_off),
        warning=warning,
        outcome=_("Duyệt thì hiện vật ra khỏi kho ngay, ghi vào sổ ngày hôm nay với số XK."),
        button=_("Duyệt xóa sổ %(amount)s", amount=show(request.amount)),
        url=f"/hien-vat/xoa-so/{write_off.id}",
    )


def _fingerprint(request: Request) -> str:
    """The write-off, and the numbers of its pieces: one that was mended meanwhile is shown again."""
    write_off = write_offs.get_write_off(request.subject_id)
    numbers = [piece.serial.serial for piece in write_off.pieces]
    return ".".join([seal.fingerprint("write_offs", write_off.id), *numbers])


def _total(request: Request) -> int:
    """Everything asked to be written off of the same campaign in the same month of Việt Nam."""
    mine = write_offs.get_write_off(request.subject_id)
    return max(request.amount, write_offs.month_total(mine))


def _carry_out(request: Request, /, *, by: User) -> None:
    write_offs.carry_out(
        write_offs.get_write_off(request.subject_id),
        by=db.session.get_one(User, request.asked_by),
        approved_by=by,
        approved_by_name=request.approver_names(by.signature),
    )


def _concerns(request: Request, campaign: Campaign) -> bool:
    return write_offs.get_write_off(request.subject_id).campaign_id == campaign.id


def _address(document: Document) -> str:
    found = write_offs.find_by_document(document.id)
    return f"/hien-vat/xoa-so/{found.id}" if found is not None else ""


document_names.register("write_off", _l("Xóa sổ hiện vật"), _address)
closing.register("write_offs", open_work.waiting_for(write_offs.KIND, _concerns))
register(
    Approvable(
        kind=write_offs.KIND,
        title=_l("Xóa sổ hiện vật"),
        describe=_describe,
        fingerprint=_fingerprint,
        carry_out=_carry_out,
        participants=lambda request: write_offs.parts_of(write_offs.get_write_off(request.subject_id)),
        total=_total,
    )
)
