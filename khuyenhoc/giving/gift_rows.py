"""Gifts as a list, a page or an Excel file shows them: everything beside a document, read for many at once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm.util import identity_key

from khuyenhoc.core import clock, fixed
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong, figures, show
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.funds.items import Item
from khuyenhoc.giving import donations, donor_naming, given_back
from khuyenhoc.giving.donation_tables import METHODS, Donation
from khuyenhoc.giving.donors import Donor
from khuyenhoc.giving.given_back import GivenBack
from khuyenhoc.history.events import Event
from khuyenhoc.ledger.approvables import KIND as VOID
from khuyenhoc.ledger.approvables import SUBJECT
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.web.filters import day

NOTHING = GivenBack()
Model = TypeVar("Model", Campaign, Item)
LOOKS = {
    "waiting": (_l("Chờ duyệt hủy"), "wait", None),
    "voided": (_l("Đã hủy"), "stop", None),
    "refunded": (_l("Đã hoàn trả"), "", "arrow-return-left"),
    "partly_refunded": (_l("Hoàn trả một phần"), "", "arrow-return-left"),
    "acknowledged": (_l("Đã tri ân"), "ink", None),
    "recorded": (_l("Đã ghi sổ"), "ok", "check-lg"),
}
"""How a gift stands → its name on screen, the kind of tag and its picture."""

ICONS = {"cash": "cash", "bank": "bank", "in_kind": "box-seam"}


@dataclass(frozen=True)
class GiftRow:
    """One gift and everything that is shown beside it. ``amount`` is what counts in the list at hand."""

    document: Document
    donation: Donation
    donor: Donor
    giver: str
    campaigns: Sequence[Campaign]
    items: Mapping[int, Item]
    goods: str
    amount: Dong
    again: Document | None
    """The gift that a void one was recorded again as."""
    voided_by: str
    """Who approved the void, and when: ``Ông Lê Công Thành duyệt hủy 13/8/2026``."""
    waits: bool
    """A void of it waits for approval."""
    back: GivenBack
    """What of it has gone back to its giver."""
    refunded: Dong = 0
    """What of ``amount`` has gone back."""

    @property
    def method(self) -> str:
        """How it came, on screen."""
        return str(METHODS[self.donation.method])

    @property
    def icon(self) -> str:
        """The picture beside the method."""
        return ICONS[self.donation.method]

    @property
    def campaign_names(self) -> str:
        """``Tiếp bước đến trường, Xe đạp đến trường``."""
        return ", ".join(campaign.name for campaign in self.campaigns)

    def campaign(self, campaign_id: int) -> Campaign:
        """One of the gift's campaigns."""
        return next(campaign for campaign in self.campaigns if campaign.id == campaign_id)

    @property
    def is_part(self) -> bool:
        """Whether the list counts only a part of the gift."""
        return self.amount != self.document.amount

    @property
    def notes(self) -> list[str]:
        """What stands small under the giver's name."""
        said = [self.goods] if self.goods else []
        if self.donation.restriction:
            said.append(_("Dành cho: %(what)s", what=self.donation.restriction))
        if self.is_part:
            said.append(_("Trong khoản %(amount)s ₫ cho nhiều chiến dịch", amount=figures(self.document.amount)))
        if self.refunded:
            said.append(self.why_back)
        if self.document.is_void:
            said.append(self.why_void)
        return said

    @property
    def kept(self) -> Dong:
        """What counts in the list at hand and has not gone back."""
        return self.amount - self.refunded

    @property
    def is_all_back(self) -> bool:
        """Whether the whole gift has gone back."""
        return bool(self.back.parts) and self.back.total >= self.document.amount

    @property
    def why_back(self) -> str:
        """``Đã hoàn trả 400.000 ₫ (PC-2026-0003)``."""
        labels = ", ".join(part.label for part in self.back.parts)
        return _("Đã hoàn trả %(amount)s (%(labels)s)", amount=show(self.refunded), labels=labels)

    @property
    def why_void(self) -> str:
        """``Gõ nhầm, ghi lại ở phiếu PT-2026-0120. Ông Lê Công Thành duyệt hủy 13/8/2026.``"""
        reason = self.document.voided_because or ""
        if self.again is not None:
            reason = _("%(reason)s, ghi lại ở phiếu %(label)s", reason=reason, label=self.again.label)
        return f"{reason}. {self.voided_by}.".replace("..", ".")

    @property
    def look(self) -> str:
        """The state as it looks in lists: ``LOOKS``."""
        if self.waits:
            return "waiting"
        if self.back.parts and not self.document.is_void:
            return "refunded" if self.is_all_back else "partly_refunded"
        return self.document.state

    @property
    def state_name(self) -> str:
        """The state as the screen says it."""
        return str(LOOKS[self.look][0])


def rows(found: Sequence[Document], *, campaign_id: int | None = None) -> list[GiftRow]:
    """Everything that is shown of these gifts; with a campaign, each counts with that campaign's part."""
    ids = [document.id for document in found]
    query = select(Donation, Donor).join(Donor, Donor.id == Donation.donor_id).where(Donation.document_id.in_(ids))
    given = {donation.document_id: (donation, donor) for donation, donor in db.session.execute(query)} if ids else {}
    campaigns = _by_id(Campaign, {line.campaign_id for document in found for line in document.lines})
    items = _by_id(Item, {line.item_id for document in found for line in document.lines if line.item_id})
    void_ids = [document.id for document in found if document.is_void]
    again, approvers = donations.replaced_by(void_ids) if void_ids else {}, _approvers(void_ids)
    waiting = _waiting([document.id for document in found if not document.is_void])
    back = given_back.of(ids)
    return [
        GiftRow(
            document=document,
            donation=given[document.id][0],
            donor=given[document.id][1],
            giver=donor_naming.full_name(given[document.id][1], document.date),
            campaigns=[campaigns[c] for c in dict.fromkeys(line.campaign_id for line in document.lines)],
            items=items,
            goods=_goods(document, items),
            amount=_amount(document, campaign_id),
            again=again.get(document.id),
            voided_by=approvers.get(document.id, ""),
            waits=document.id in waiting,
            back=back.get(document.id, NOTHING),
            refunded=_refunded(back.get(document.id, NOTHING), campaign_id),
        )
        for document in found
        if document.id in given
    ]


def row(document: Document) -> GiftRow:
    """Everything that is shown of one gift."""
    return rows([document])[0]


def _by_id(model: type[Model], ids: Iterable[int]) -> dict[int, Model]:
    """What the session holds already is not asked for again."""
    known = db.session().identity_map
    held = {one: known.get(identity_key(model, one)) for one in ids}
    wanted = sorted(one for one, thing in held.items() if thing is None)
    found = {one.id: one for one in db.session.scalars(select(model).where(model.id.in_(wanted)))} if wanted else {}
    return {one: thing for one, thing in held.items() if thing is not None} | found


def _goods(document: Document, items: Mapping[int, Item]) -> str:
    """``8 chiếc xe đạp 24 inch, 40 bộ tập, bút``."""
    parts = [items[line.item_id].many(line.quantity) for line in document.lines if line.item_id is not None]
    return ", ".join(parts)


def _amount(document: Document, campaign_id: int | None) -> Dong:
    if campaign_id is None:
        return document.amount
    return sum(line.amount for line in document.lines if line.campaign_id == campaign_id)


def _refunded(back: GivenBack, campaign_id: int | None) -> Dong:
    return back.total if campaign_id is None else back.of_campaign.get(campaign_id, 0)


def _approvers(void_ids: Sequence[int]) -> dict[int, str]:
    if not void_ids:
        return {}
    query = select(Event).where(
        Event.subject_table == "documents", Event.subject_id.in_(void_ids), Event.action == "document.voided"
    )
    said = {}
    for event in db.session.scalars(query):
        when = day(clock.from_stamp(event.at))
        said[event.subject_id] = _("%(who)s duyệt hủy %(day)s", who=event.actor_name, day=when)
    return said


_WAITING = (
    "SELECT subject_id FROM approval_requests WHERE subject_kind = {} AND kind = {} AND state = 'waiting'"
    " AND subject_id IN (IDS)"
)


def _waiting(document_ids: Sequence[int]) -> frozenset[int]:
    if not document_ids:
        return frozenset()
    sql = _WAITING.replace("IDS", ", ".join(["{}"] * len(document_ids)))
    return frozenset(fixed.run(sql, SUBJECT, VOID, *document_ids).scalars())
