"""Those who gave to a campaign, each as they chose to be named: the public page, the board, the export.

One gift is one line; nameless gifts stay lines of their own and are never put under a name. A void gift, and one
that has all gone back to its giver, is not there; of one that has gone back in part the rest is told. The order is
the campaign's: by day, by the amount that was given, or by name.
"""

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import load_only

from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.names import fold, text_key
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.funds.items import Item, so_many
from khuyenhoc.giving import donor_search, gift_numbers, given_back
from khuyenhoc.giving.donation_tables import Donation, DonationShare
from khuyenhoc.giving.donor_naming import public_name
from khuyenhoc.giving.donors import Donor
from khuyenhoc.ledger.document_tables import Document, DocumentLine
from khuyenhoc.org.units import all_units

PAGE = 50
MOST_FOUND = 20
MOST_LOOKED_AT = 500
MOST_EXPORTED = 5_000
SORTED_BY_NAME = 2_000
"""A campaign with more gifts than this is shown by day: sorting all names would read every gift."""

_NEEDED = (Donor.kind, Donor.honorific, Donor.name, Donor.display, Donor.shown_as, Donor.renamed)


@dataclass(frozen=True)
class Thanks:
    """One line: the name as chosen, the gift to this campaign in đồng and what goods (where shown), the day."""

    name: str
    amount: Dong | None
    day: datetime.date
    in_kind: bool
    goods: str = ""


@dataclass(frozen=True)
class Wall:
    """One page of lines, and where the next one begins."""

    lines: Sequence[Thanks]
    after: str


def of(campaign: Campaign, *, after: str = "", size: int = PAGE) -> Wall:
    """A page of the wall in the campaign's order."""
    if campaign.donor_order == "name":
        lines = _lines(_live(campaign).limit(SORTED_BY_NAME + 1), campaign)
        if len(lines) <= SORTED_BY_NAME:
            lines = sorted(lines, key=lambda line: text_key(line.name))
            start = int(after) if after.isascii() and after.isdecimal() and len(after) < 6 else 0
            return Wall(lines[start : start + size], str(start + size) if len(lines) > start + size else "")
    by_amount = campaign.donor_order == "amount" and campaign.show_amounts
    return _keyset(campaign, after, size, by_amount=by_amount)


def latest(campaign: Campaign, size: int) -> Sequence[Thanks]:
    """The newest lines, whatever the campaign's order."""
    return _keyset(campaign, "", size, by_amount=False).lines


def everything(campaign: Campaign) -> Iterator[Thanks]:
    """The newest lines for an export, so many that one request may read them."""
    after, left = "", MOST_EXPORTED
    while left > 0:
        portion = _keyset(campaign, after, min(1_000, left), by_amount=False)
        yield from portion.lines
        after, left = portion.after, left - len(portion.lines)
        if not after:
            return


def search(campaign: Campaign, typed: str) -> list[Thanks]:
    """Lines by a receipt's number, or by words of the name that is shown: never by a hidden name or a telephone."""
    number = gift_numbers.read(typed)
    if number is not None:
        return _of_gifts([document.id for document in gift_numbers.with_number(number, [campaign.unit_id])], campaign)
    words = fold(typed).split()
    if not words:
        return []
    found = donor_search.search(typed, [unit.id for unit in all_units()], MOST_FOUND)
    shown = [donor.id for donor in found if donor.display == "full" and donor.name]
    theirs = select(Donation.document_id).where(Donation.donor_id.in_(shown)).order_by(Donation.date.desc())
    gifts = db.session.scalars(theirs.limit(MOST_LOOKED_AT)).all() if shown else ()
    return [line for line in _of_gifts(gifts, campaign) if _says(line.name, words)][:MOST_FOUND]


def _of_gifts(document_ids: Sequence[int], campaign: Campaign) -> list[Thanks]:
    query = _live(campaign).where(DonationShare.document_id.in_(document_ids))
    return _lines(query.order_by(DonationShare.document_id.desc()), campaign) if document_ids else []


def _says(name: str, words: Sequence[str]) -> bool:
    has = fold(name).split()
    return all(any(part.startswith(word) for part in has) for word in words)


def _live(campaign: Campaign) -> Select[*tuple[Any, ...]]:
    return (
        select(DonationShare.document_id, DonationShare.date, DonationShare.amount, Donation.method, Donor)
        .join(Document, Document.id == DonationShare.document_id)
        .join(Donation, Donation.document_id == DonationShare.document_id)
        .join(Donor, Donor.id == Donation.donor_id)
        .where(DonationShare.campaign_id == campaign.id, Document.state != "voided")
        .options(load_only(*_NEEDED))
    )


def _keyset(campaign: Campaign, after: str, size: int, *, by_amount: bool) -> Wall:
    leading = DonationShare.amount if by_amount else DonationShare.date
    query = _live(campaign)
    place = _place(after, by_amount=by_amount)
    if place is not None:
        first, document_id = place
        same_then_later = (leading == first) & (DonationShare.document_id < document_id)
        query = query.where((leading < first) | same_then_later).where(leading <= first)
    query = query.order_by(leading.desc(), DonationShare.document_id.desc()).limit(size + 1)
    found = db.session.execute(query).all()
    last = found[size - 1] if len(found) > size else None
    key = f"{last.amount if by_amount else last.date.isoformat()}.{last.document_id}" if last else ""
    return Wall(_written(found[:size], campaign), key)


def _place(after: str, *, by_amount: bool) -> tuple[int | datetime.date, int] | None:
    """Where a page begins, as the address says it; whatever else stands there begins at the top."""
    first, _dot, document_id = after.partition(".")
    if not (document_id.isascii() and document_id.isdecimal() and len(document_id) < 19):
        return None
    if by_amount:
        return (int(first), int(document_id)) if first.isascii() and first.isdecimal() and len(first) < 16 else None
    try:
        return datetime.date.fromisoformat(first), int(document_id)
    except ValueError:
        return None


def _lines(query: Select[*tuple[Any, ...]], campaign: Campaign) -> list[Thanks]:
    return _written(db.session.execute(query).all(), campaign)


def _written(found: Sequence[Row[Any]], campaign: Campaign) -> list[Thanks]:
    goods = _goods([row.document_id for row in found if row.method == "in_kind"], campaign)
    back = given_back.of_campaign([row.document_id for row in found], campaign.id)
    return [
        Thanks(
            public_name(row.Donor, row.date),
            row.amount - back.get(row.document_id, 0) if campaign.show_amounts else None,
            row.date,
            row.method == "in_kind",
            goods.get(row.document_id, ""),
        )
        for row in found
        if row.amount > back.get(row.document_id, 0)
    ]


def _goods(document_ids: Sequence[int], campaign: Campaign) -> dict[int, str]:
    """What was given in kind: ``8 chiếc xe đạp 24 inch``; not said where amounts are not."""
    if not document_ids or not campaign.show_amounts:
        return {}
    query = (
        select(DocumentLine.document_id, DocumentLine.quantity, Item.unit_of_measure, Item.name)
        .join(Item, Item.id == DocumentLine.item_id)
        .where(DocumentLine.document_id.in_(document_ids), DocumentLine.campaign_id == campaign.id)
        .order_by(DocumentLine.document_id, DocumentLine.position)
    )
    said: dict[int, str] = {}
    for document_id, quantity, unit, name in db.session.execute(query):
        part = so_many(quantity, unit, name)
        said[document_id] = f"{said[document_id]}, {part}" if document_id in said else part
    return said
