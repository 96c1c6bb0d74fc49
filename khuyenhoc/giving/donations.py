"""Gifts: recorded and posted at once, because money that came in is a fact; undone only by a mirror.

One gift may have lines for several campaigns: one document, one entry, one number, voided as a whole.
"""

import datetime
from collections.abc import Sequence

from sqlalchemy import Table, select

from khuyenhoc.core import refresh
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import Base, db
from khuyenhoc.core.dong import LARGEST, Dong
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.core.names import clean, clean_lines
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds.campaigns import Campaign, require_takes
from khuyenhoc.funds.items import Item
from khuyenhoc.giving import donor_naming
from khuyenhoc.giving.desks import Desk, require_open_desk
from khuyenhoc.giving.donation_tables import METHODS, SERIES_OF, Donation, DonationShare
from khuyenhoc.giving.donors import Donor
from khuyenhoc.history import chains
from khuyenhoc.ledger import documents
from khuyenhoc.ledger.accounts import Account, of_kind
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.documents import Draft, Line

KIND = "gift"
MOST_LINES = 30
LARGEST_QUANTITY = 1_000_000
LONGEST_TEXT = 2_000
LONGEST_REFERENCE = 64


@dataclass(frozen=True)
class GiftLine:
    """What one campaign is given: đồng, or so many pieces of an item worth so many đồng together."""

    campaign: Campaign
    amount: Dong
    item: Item | None = None
    quantity: int = 0


def goods(campaign: Campaign, item: Item, quantity: int, unit_value: Dong) -> GiftLine:
    """So many pieces at the giver's stated value for one."""
    return GiftLine(campaign, quantity * unit_value, item, quantity)


@dataclass(frozen=True)
class Gift:
    """Everything that is asked about a gift. ``account`` is the cash box or bank account; none for goods."""

    donor: Donor
    lines: Sequence[GiftLine]
    method: str
    account: Account | None
    on: datetime.date
    restriction: str = ""
    note: str = ""
    bank_reference: str = ""

    @property
    def amount(self) -> Dong:
        """All lines together, in đồng."""
        return sum(line.amount for line in self.lines)

    @property
    def unit_id(self) -> int:
        """In whose books the gift is: those of its campaigns."""
        return self.lines[0].campaign.unit_id


def record(
    donor: Donor,
    lines: Sequence[GiftLine],
    *,
    method: str,
    account: Account | None,
    on: datetime.date,
    by: Person,
    key: str,
    restriction: str = "",
    note: str = "",
    bank_reference: str = "",
    desk: Desk | None = None,
) -> Document:
    """A gift has arrived: there is more in the box, the bank or the store, and more for its campaigns to give.

    The same key with the same content gives the gift that is there already; with other content
    AlreadyRecorded. RuleBroken names the field to mend.
    """
    gift = Gift(donor, lines, method, account, on, restriction, note, bank_reference)
    if desk is not None:
        chains.lock(desk.unit_id)
        if documents.find_by_key(desk.unit_id, key) is None:
            require_open_desk(desk)
    return _post(gift, by=by, key=key, desk_id=desk.id if desk else None)


def void(document: Document, *, reason: str, by: Person, approved_by: Person) -> Document:
    """Undo a gift by the mirror of its entry. Number and papers stay, marked void."""
    return documents.void(document, reason=reason, by=by, approved_by=approved_by)


def void_and_record_again(
    document: Document, corrected: Gift, *, reason: str, by: Person, approved_by: Person, key: str = ""
) -> Document:
    """Void a gift and record it as it should have been, in one step, so that only the difference counts.

    The new gift is posted first and the mirror second: what was already spent then stands on the new
    gift, and the refusal comes only when the corrected gift does not reach for it.
    """
    chains.lock(document.unit_id)
    if corrected.lines and corrected.unit_id != document.unit_id:
        raise RuleBroken(_("Ghi lại phải vào sổ của cùng đơn vị."), field="campaign")
    desk_id = get_donation(document.id).desk_id
    again = _post(corrected, by=by, key=key or f"again:{document.id}", desk_id=desk_id, replaces_id=document.id)
    documents.void(document, reason=reason, by=by, approved_by=approved_by)
    return again


def require_sound(gift: Gift) -> None:
    """RuleBroken with the field to mend, for whatever a gift can be wrong in before the books are asked."""
    if gift.method not in METHODS:
        raise RuleBroken(_("Xin chọn hình thức ủng hộ."), field="method")
    if not gift.lines:
        raise RuleBroken(_("Xin ghi ít nhất một dòng."), field="lines")
    if len(gift.lines) > MOST_LINES:
        raise RuleBroken(_("Một khoản nhiều nhất %(most)s dòng.", most=MOST_LINES), field="lines")
    for line in gift.lines:
        _require_sound_line(line, gift)
    if gift.amount > LARGEST:
        raise RuleBroken(_("Tổng số tiền quá lớn."), field="amount")
    if len({line.campaign.unit_id for line in gift.lines}) > 1:
        raise RuleBroken(_("Một khoản chỉ ghi cho các chiến dịch của cùng một đơn vị."), field="campaign")
    seen = [(line.campaign.id, line.item.id if line.item else None) for line in gift.lines]
    if len(set(seen)) < len(seen):
        raise RuleBroken(_("Có hai dòng giống nhau. Xin gộp lại thành một."), field="lines")
    _require_account(gift)
    _require_short_texts(gift)


def _require_sound_line(line: GiftLine, gift: Gift) -> None:
    require_takes(line.campaign, gift.on)
    if (gift.method == "in_kind") != (line.item is not None):
        said = _("Ủng hộ hiện vật thì ghi hiện vật, không ghi tiền; tiền và hiện vật là hai khoản.")
        raise RuleBroken(said, field="method")
    if line.item is not None and not 1 <= line.quantity <= LARGEST_QUANTITY:
        raise RuleBroken(_("Số lượng hiện vật là số nguyên từ 1 đến 1.000.000."), field="quantity")
    if not 1 <= line.amount <= LARGEST:
        raise RuleBroken(_("Số tiền phải từ 1 đồng đến 999.999.999.999 đồng."), field="amount")


def _require_account(gift: Gift) -> None:
    if gift.method == "in_kind":
        if gift.account is not None:
            raise RuleBroken(_("Hiện vật vào kho, không vào tài khoản tiền."), field="account")
        return
    if gift.account is None:
        said = _("Xin chọn két tiền mặt.") if gift.method == "cash" else _("Xin chọn tài khoản ngân hàng.")
        raise RuleBroken(said, field="account")
    if gift.account.unit_id != gift.unit_id:
        raise NotFound(_("Tài khoản này không thuộc sổ của đơn vị."))
    if gift.account.kind != gift.method:
        said = _("Tiền mặt vào két, chuyển khoản vào tài khoản ngân hàng. Xin chọn lại.")
        raise RuleBroken(said, field="account")


def _require_short_texts(gift: Gift) -> None:
    for field, text, longest in (
        ("restriction", gift.restriction, LONGEST_TEXT),
        ("note", gift.note, LONGEST_TEXT),
        ("bank_reference", gift.bank_reference, LONGEST_REFERENCE),
    ):
        if len(text) > longest:
            raise RuleBroken(_("Dài nhất %(n)s ký tự.", n=longest), field=field)
    if gift.bank_reference and gift.method != "bank":
        raise RuleBroken(_("Mã giao dịch chỉ có ở khoản chuyển khoản."), field="bank_reference")


def _post(gift: Gift, *, by: Person, key: str, desk_id: int | None = None, replaces_id: int | None = None) -> Document:
    refresh.together(db.session(), [gift.donor, gift.account, by, *(line.campaign for line in gift.lines)])
    require_sound(gift)
    donation = {
        "unit_id": gift.unit_id,
        "donor_id": gift.donor.id,
        "date": gift.on,
        "method": gift.method,
        "restriction": clean_lines(gift.restriction),
        "note": clean_lines(gift.note),
        "bank_reference": clean(gift.bank_reference),
        "desk_id": desk_id,
    }
    account = gift.account or of_kind(gift.unit_id, "stock")
    lines = [
        Line(line.campaign, account, "received", line.amount, line.item.id if line.item else None, line.quantity)
        for line in gift.lines
    ]
    draft = Draft(
        kind=KIND,
        unit_id=gift.unit_id,
        series=SERIES_OF[gift.method],
        date=gift.on,
        memo=memo(gift),
        lines=lines,
        key=key,
        amount=gift.amount,
        parts=((_table(Donation), [donation]), (_table(DonationShare), _shares(gift))),
        restricted=bool(donation["restriction"]),
        replaces_id=replaces_id,
    )
    return documents.post(draft, by=by)


def memo(gift: Gift) -> str:
    """The sentence in the books: ``Bà Trần Thị Minh Họa ủng hộ Xe đạp đến trường``."""
    campaigns = list(dict.fromkeys(line.campaign.name for line in gift.lines))
    return f"{donor_naming.full_name(gift.donor, gift.on)} ủng hộ {', '.join(campaigns)}"


def _shares(gift: Gift) -> list[dict[str, object]]:
    sums: dict[int, Dong] = {}
    for line in gift.lines:
        sums[line.campaign.id] = sums.get(line.campaign.id, 0) + line.amount
    return [{"campaign_id": campaign, "date": gift.on, "amount": sums[campaign]} for campaign in sorted(sums)]


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def get_donation(document_id: int) -> Donation:
    """The gift of this document; NotFound when the document is none or is no gift."""
    donation = db.session.get(Donation, document_id)
    if donation is None:
        raise NotFound(_("Không có khoản ủng hộ này."))
    return donation


def replaced_by(document_ids: Sequence[int]) -> dict[int, Document]:
    """Void gift's document id → the document that it was recorded again as."""
    query = select(Document).where(Document.replaces_id.in_(document_ids), Document.replaces_id.is_not(None))
    return {found.replaces_id: found for found in db.session.scalars(query) if found.replaces_id is not None}


def with_reference(unit_id: int, reference: str) -> Document | None:
    """A live gift that already bears this bank reference, so that a transfer is not recorded twice unseen."""
    reference = clean(reference)
    if not reference:
        return None
    query = (
        select(Document)
        .join(Donation, Donation.document_id == Document.id)
        .where(Donation.unit_id == unit_id, Donation.bank_reference == reference, Donation.bank_reference != "")
        .where(Document.state != "voided")
    )
    return db.session.scalar(query.order_by(Document.id).limit(1))
