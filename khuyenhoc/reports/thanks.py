"""The donor's page: one gift as its giver sees it. Every name on it comes from ``donor_naming``."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select

from khuyenhoc.core import codes
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.errors import NotFound
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.giving import donor_naming, donors, gift_rows
from khuyenhoc.giving.donation_tables import Donation
from khuyenhoc.giving.donor_kinds import DISPLAYS
from khuyenhoc.giving.donors import Donor
from khuyenhoc.giving.gift_rows import GiftRow
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.papers import issued
from khuyenhoc.papers.issued import IssuedPaper
from khuyenhoc.proof import verdicts
from khuyenhoc.reports import became, telling
from khuyenhoc.reports.became import Story

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
    """A campaign that the gift was given to: the gift's share in đồng, and whether the campaign's books agree."""

    name: str
    code: str
    is_public: bool
    amount: Dong
    reconciled: bool


@dataclass(frozen=True)
class Told:
    """What is told of one gift, in plain values: it is kept as long as nothing in the books has changed."""

    story: Story
    places: Sequence[Place]
    heading: str
    drawing: str

    @property
    def names(self) -> list[tuple[str, str]]:
        """Kind of help and name, of everyone who let the giver know."""
        return [(aid.kind, name) for aid in self.story.aids for name in aid.names]


class ForOthers(NamedTuple):
    """What others read of a gift: ``became`` is empty while nothing has been given; ``is_told``: whether it is said."""

    became: str
    drawing: str
    is_told: bool


@dataclass(frozen=True)
class Thanks:
    """Everything that the donor's page shows of one gift."""

    gift: GiftRow
    salutation: str
    called: str
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
        papers=issued.of_gift(document.id),
        names={display: donor_naming.named_as(donor, display, day) for display in DISPLAYS},
    )


def told(gift: GiftRow) -> Told:
    """What became of a gift that stands, for the private page of its giver, with what the gate lets that one know."""
    document = gift.document
    story = became.of({document.id: document.amount}, named=True)[document.id]
    called = donor_naming.address_form(gift.donor)
    places = [_place(gift, campaign) for campaign in gift.campaigns]
    return Told(story, places, telling.heading(called, story), telling.drawing(story))


def _place(gift: GiftRow, campaign: Campaign) -> Place:
    amount = sum(line.amount for line in gift.document.lines if line.campaign_id == campaign.id)
    agrees = verdicts.statement_of(campaign).reconciled
    return Place(campaign.name, campaign.code, campaign.state != "draft", amount, agrees)


def for_others(gift: GiftRow) -> ForOthers:
    """What the page to share tells of a gift: counts alone; nothing where a campaign shows no amounts."""
    if not all(campaign.show_amounts for campaign in gift.campaigns):
        return ForOthers("", "", False)
    document = gift.document
    story = became.of({document.id: document.amount})[document.id]
    return ForOthers(telling.without_amounts(story), telling.drawing(story), True)


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


def stories_of(gifts: Sequence[GiftRow]) -> tuple[dict[int, Story], Story]:
    """What became of each gift that stands (by its document's id), and of all of them together."""
    standing = [gift.document for gift in gifts if not gift.document.is_void]
    return became.each_and_all({document.id: document.amount for document in standing})


def own_gift(donor_id: int | None, document_id: int) -> Document:
    """A gift of this donor; NotFound for anybody else's."""
    donation = db.session.get(Donation, document_id)
    document = db.session.get(Document, document_id)
    if donor_id is None or donation is None or document is None or donation.donor_id != donor_id:
        raise NotFound(_("Không có khoản ủng hộ này."))
    return document
