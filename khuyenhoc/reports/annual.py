"""The report of one year: everything that the page, the command, the workbook and the paper show, made once.

All of it is read in one transaction, so that no two totals belong to two moments; nothing is kept.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from sqlalchemy import func, select

from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds.campaigns import Campaign, some_campaigns
from khuyenhoc.giving.donation_tables import WHOLE, GiftDay
from khuyenhoc.reports import figures, stated, year_awards, year_books, year_documents, year_goods, year_people, years
from khuyenhoc.reports.figures import Figure
from khuyenhoc.reports.year_awards import Awards, Given
from khuyenhoc.reports.year_books import Books
from khuyenhoc.reports.year_documents import AWARDED
from khuyenhoc.reports.year_goods import Goods
from khuyenhoc.reports.year_people import People
from khuyenhoc.reports.years import Year


@dataclass(frozen=True)
class CampaignYear:
    """One campaign's part of the year."""

    campaign: Campaign
    books: Books
    given: dict[str, Given]

    @property
    def count(self) -> int:
        """Awards that it paid for, wholly or in part."""
        return sum(given.count for given in self.given.values())


@dataclass(frozen=True)
class Annual:
    """One year's report. Its parts are read when they are first asked for."""

    year: Year
    books: Books
    campaigns: list[CampaignYear]
    awards: Awards

    @cached_property
    def figures(self) -> list[Figure]:
        """The figures under their ids."""
        unit = self.year.unit
        said = stated.of(unit.id, self.year.year) if unit is not None else {}
        return figures.of(self.year, self.books, self.awards, said)

    @cached_property
    def goods(self) -> list[Goods]:
        """Pieces of each item."""
        return year_goods.of_items(self.year)

    @cached_property
    def people(self) -> People:
        """Who received, in numbers only."""
        return year_people.of(self.year)

    @cached_property
    def gifts(self) -> int:
        """How many gifts came in; void ones are not counted."""
        days = (GiftDay.day >= self.year.since, GiftDay.day <= self.year.until)
        query = select(func.coalesce(func.sum(GiftDay.gifts), 0)).where(
            GiftDay.unit_id.in_(self.year.keeping_books), GiftDay.campaign_id == WHOLE, *days
        )
        return int(db.session.scalar(query) or 0)

    @property
    def is_empty(self) -> bool:
        """Whether the books of the year hold nothing."""
        return not self.campaigns

    def bicycles(self) -> int:
        """How many bicycles were handed over."""
        return year_awards.bicycles(self.awards.by_kind["bicycle"])

    def differences(self) -> dict[str, tuple[Dong, Dong]]:
        """Where the ledger and the rows of the year's documents do not agree: the full proof, linear in the year."""
        papers = year_documents.summed(self.year)
        for one in self.awards.returned:
            papers.set_apart(one.kind, one.amount)
        return year_documents.differences(self.books, papers)

    def plain(self) -> dict[str, Any]:
        """The JSON of ``khuyenhoc report annual`` (design section 8)."""
        return {"year": self.year.year, "figures": {one.spec.id: one.plain() for one in self.figures}}


def of(year: Year) -> Annual:
    """The report of a year."""
    books, awards = year_books.of_campaigns(year), year_awards.awards_of(year)
    for one in awards.returned:
        books[one.campaign_id].set_apart(one.kind, one.amount)
    campaigns = some_campaigns({*books, *(campaign_id for campaign_id, _kind in awards.by_campaign)})
    parts = [CampaignYear(one, books.get(one.id, Books()), _given(awards, one)) for one in _in_order(campaigns)]
    return Annual(year, year_books.together(books.values()), parts, awards)


def of_year(number: int) -> Annual:
    """The report of everything that the installation keeps."""
    return of(years.of_installation(number))


def _in_order(campaigns: Iterable[Campaign]) -> list[Campaign]:
    """By what they give, in the order of the report; the standing ones last."""
    place = {kind: number for number, kind in enumerate(AWARDED)}
    return sorted(campaigns, key=lambda one: (one.standing, place.get(one.kind or "", len(place)), one.starts, one.id))


def _given(awards: Awards, campaign: Campaign) -> dict[str, Given]:
    return {kind: given for (campaign_id, kind), given in awards.by_campaign.items() if campaign_id == campaign.id}
