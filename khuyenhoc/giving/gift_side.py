"""What the donors' pages may know of the gifts: who gave by this number, how often, what lately."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Date, Integer, select, text

from khuyenhoc.core.database import db
from khuyenhoc.giving import gift_numbers, gift_rows
from khuyenhoc.giving.donation_tables import Donation
from khuyenhoc.giving.donor_hooks import SoFar, gift_side
from khuyenhoc.ledger.document_tables import Document

COUNTED = 1_000
LATEST = 20


def donors_by_number(typed: str, unit_id: int) -> Sequence[int]:
    """The donors of the gifts that bear this number in the unit's books."""
    number = gift_numbers.read(typed)
    if number is None:
        return ()
    found = [document.id for document in gift_numbers.with_number(number, [unit_id])]
    return db.session.scalars(select(Donation.donor_id).where(Donation.document_id.in_(found))).all()


_SO_FAR = (
    "SELECT n.donor_id AS donor_id, COUNT(*) AS times, MIN(n.date) AS first FROM (SELECT g.donor_id, g.date"
    " FROM donations g JOIN documents d ON d.id = g.document_id WHERE g.donor_id = :donor{place}"
    " AND d.state <> 'voided' ORDER BY g.date LIMIT :most) n GROUP BY n.donor_id"
)


def so_far(donor_ids: Sequence[int]) -> Mapping[int, SoFar]:
    """How often each donor has given, void gifts left out, and in which year first; asked for all in one go."""
    if not donor_ids:
        return {}
    each = " UNION ALL ".join(_SO_FAR.format(place=place) for place in range(len(donor_ids)))
    query = text(each).columns(donor_id=BigInteger, times=Integer, first=Date)
    values = {f"donor{place}": donor_id for place, donor_id in enumerate(donor_ids)}
    rows = db.session.execute(query, {**values, "most": COUNTED})
    return {donor_id: SoFar(times, first.year) for donor_id, times, first in rows}


def latest(donor_id: int) -> Sequence[Mapping[str, Any]]:
    """A donor's latest gifts, the newest first."""
    query = (
        select(Document)
        .join_from(Donation, Document, Document.id == Donation.document_id)
        .where(Donation.donor_id == donor_id)
        .order_by(Donation.date.desc(), Donation.document_id.desc())
        .limit(LATEST)
    )
    return [
        {
            "url": f"/khoan-ung-ho/{row.document.id}",
            "number": row.document.label,
            "date": row.document.date,
            "campaign": row.campaign_names,
            "amount": row.document.amount,
            "state": row.document.state,
            "note": row.why_back if row.refunded else "",
        }
        for row in gift_rows.rows(db.session.scalars(query).all())
    ]


def tell() -> None:
    """Fill in what the donors' pages ask of the gifts."""
    gift_side.donors_by_number, gift_side.so_far, gift_side.latest = donors_by_number, so_far, latest
