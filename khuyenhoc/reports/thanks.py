"""The donor's page: one gift as its giver sees it. Every name on it comes from ``donor_naming``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from khuyenhoc.core import codes
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import NotFound
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.giving import donor_naming, donors, gift_rows
from khuyenhoc.giving.donation_tables import Donation
from khuyenhoc.giving.donor_kinds import DISPLAYS
from khuyenhoc.giving.donors import Donor
from khuyenhoc.giving.gift_rows import GiftRow
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.papers import issued
from khuyenhoc.papers.issued import IssuedPaper
from khuyenhoc.proof.reconcile import Statement, kept_statement

VOUCHERS = frozenset({"receipt", "confirmation", "goods_receipt"})
SHEETS = {"receipt": "A5", "gold_heart": "A4", "confirmation": "A4", "goods_receipt": "A4", "thank_you": "A4"}
MOST_GIFTS = 200


@dataclass
class TheDonor:
    """Whoever opens the private link: the history says that it was the donor's own choice."""

    id: int = 0
    signature: str = "Nhà hảo tâm tự chọn"


@dataclass(frozen=True)
class Place:
    """Where a part of the gift is now: the campaign, its share in đồng, and how the campaign's books stand."""

    campaign: Campaign
    amount: int
    statement: Statement

    @property
    def left(self) -> int:
        """What the campaign still keeps, in đồng: money and goods."""
        return self.statement.ledger.closing

    @property
    def gone(self) -> int:
        """Everything that has left the campaign so far, in đồng: spent, moved to another, given back, lost."""
        side = self.statement.ledger
        moved = side.flows["transfers_out"] + side.flows["refunded"]
        return sum(side.spent.values()) + moved + side.written_off


@dataclass(frozen=True)
class Thanks:
    """Everything that the donor's page shows of one gift."""

    gift: GiftRow
    salutation: str
    called: str
    places: Sequence[Place]
    papers: Sequence[IssuedPaper]
    names: Mapping[str, str]
    """Each way to be named → what it would show."""

    @property
    def document(self) -> Document:
        return self.gift.document

    @property
    def voucher(self) -> IssuedPaper | None:
        """The receipt, confirmation or minutes, if it was issued."""
        return next((paper for paper in self.papers if paper.kind in VOUCHERS), None)

    @property
    def check_code(self) -> str:
        """As it is printed on the voucher; empty while there is none."""
        return codes.show_verification_code(self.voucher.code) if self.voucher else ""

    @property
    def may_choose(self) -> bool:
        """Whether there is a name to show or to hide."""
        return self.gift.donor.kind != "unknown"


def of(document: Document) -> Thanks:
    """The donor's page of one gift."""
    gift = gift_rows.row(document)
    donor, day = gift.donor, document.date
    return Thanks(
        gift=gift,
        salutation=donor_naming.salutation(donor, day),
        called=donor_naming.address_form(donor),
        places=[] if document.is_void else [_place(gift, campaign) for campaign in gift.campaigns],
        papers=issued.of_gift(document.id),
        names={display: donor_naming.named_as(donor, display, day) for display in DISPLAYS},
    )


def _place(gift: GiftRow, campaign: Campaign) -> Place:
    amount = sum(line.amount for line in gift.document.lines if line.campaign_id == campaign.id)
    return Place(campaign, amount, kept_statement(campaign))


def paper_of(document: Document, paper_id: int) -> IssuedPaper:
    """One of the gift's own papers; NotFound for any other."""
    paper = next((one for one in issued.of_gift(document.id) if one.id == paper_id), None)
    if paper is None:
        raise NotFound(_("Không có giấy này."))
    return paper


def pdf(paper: IssuedPaper) -> bytes:
    """For the donor: a voucher is always a copy, its original was handed over; so is what was printed before."""
    return issued.render(paper, copy=paper.kind in VOUCHERS or issued.was_printed(paper))


def choose_name(document: Document, display: str) -> Donor:
    """The donor chooses how to be named. It holds everywhere at once, for all gifts of this donor."""
    donor = donor_of(document)
    donors.set_display(donor, display, by=TheDonor(), reason="Nhà hảo tâm tự chọn trên trang tri ân")
    return donor


def donor_of(document: Document) -> Donor:
    """Who gave it."""
    query = select(Donor).join(Donation, Donation.donor_id == Donor.id).where(Donation.document_id == document.id)
    donor = db.session.scalar(query)
    if donor is None:
        raise NotFound(_("Không có khoản ủng hộ này."))
    return donor


def shown_name(document: Document) -> str:
    """The giver as others may read it."""
    return donor_naming.public_name(donor_of(document), document.date)


def gifts_of(donor_id: int) -> Sequence[GiftRow]:
    """A donor's gifts, the newest first."""
    query = (
        select(Document)
        .join(Donation, Donation.document_id == Document.id)
        .where(Donation.donor_id == donor_id)
        .order_by(Donation.date.desc(), Donation.document_id.desc())
        .limit(MOST_GIFTS)
    )
    return gift_rows.rows(db.session.scalars(query).all())


def own_gift(donor_id: int | None, document_id: int) -> Document:
    """A gift of this donor; NotFound for anybody else's."""
    donation = db.session.get(Donation, document_id)
    document = db.session.get(Document, document_id)
    if donor_id is None or donation is None or document is None or donation.donor_id != donor_id:
        raise NotFound(_("Không có khoản ủng hộ này."))
    return document
