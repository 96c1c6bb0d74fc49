"""Where the page of a document is, and of whatever row a violation names: its own, or that of what it belongs to.

The proof names rows of every feature and imports no page of theirs.
"""

from typing import Any

from flask import Flask, current_app, url_for

from khuyenhoc.core.values import dataclass
from khuyenhoc.history.names import deed_name
from khuyenhoc.history.seal import PARTS
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.access import allowed
from khuyenhoc.proof.rows import Row, few, key_columns

PAGES = {"gift": ("giving.gift", "document_id")}
"""Kind of document → endpoint of its page and the name of its id there; every other kind: ``OTHERS``."""

OTHERS = ("treasury.document", "document_id")


def document_url(document: Document) -> str:
    """The page of a document."""
    endpoint, name = page_of(document.kind)
    return url_for(endpoint, **{name: document.id})  # type: ignore[arg-type]


def page_of(kind: str) -> tuple[str, str]:
    """The endpoint of the page of documents of a kind, and the name of its id there."""
    return PAGES.get(kind, OTHERS)


@dataclass(frozen=True)
class Place:
    """A page: its endpoint, what its address is called by, and the column that holds it."""

    endpoint: str
    argument: str = ""
    column: str = "id"


PLACES = {
    "approval_requests": Place("approvals.one", "request_id"),
    "campaigns": Place("campaigns.show", "code", "code"),
    "cash_counts": Place("cash.one", "count_id"),
    "complaints": Place("publication.one", "complaint_id"),
    "decisions": Place("decisions.show", "decision_id"),
    "desks": Place("desk.show", "desk_id"),
    "donors": Place("donors.show", "donor_id"),
    "items": Place("stock.item", "code", "code"),
    "meetings": Place("meetings.show", "meeting_id"),
    "payment_orders": Place("payments.show", "order_id"),
    "payouts": Place("payouts.show", "payout_id"),
    "policies": Place("policies.index"),
    "programmes": Place("programmes.show", "code", "code"),
    "purchases": Place("purchases.show", "purchase_id"),
    "quorum_rules": Place("quorum_rules.index"),
    "recipients": Place("recipients.show", "recipient_id"),
    "units": Place("units.unit", "code", "code"),
    "write_offs": Place("write_offs.show", "write_off_id"),
}
"""Table → the page of one of its rows. Documents and awards have addresses of their own kind."""

OWNERS = {
    "balances": ("campaigns", "campaign_id"),
    "campaign_gifts": ("documents", "document_id"),
    "conflicts": ("awards", "award_id"),
    "consent_proofs": ("documents", "gift_id"),
    "day_balances": ("campaigns", "campaign_id"),
    "document_totals": ("campaigns", "campaign_id"),
    "earmarks": ("documents", "document_id"),
    "evidence": ("recipients", "recipient_id"),
    "gift_days": ("campaigns", "campaign_id"),
    "issued_papers": ("documents", "document_id"),
    "payout_lines": ("payouts", "payout_id"),
    "scores": ("awards", "award_id"),
    "serials": ("documents", "lot_document_id"),
    "trace_bound": ("documents", "document_id"),
    "trace_open": ("documents", "document_id"),
    "votes": ("meetings", "meeting_id"),
}
"""Table without a page of its own → whose page tells of its rows, and the column that names that."""

_ENTRY = (
    "SELECT d.id FROM entries e JOIN documents d ON d.unit_id = e.unit_id AND d.entry_number ="
    " COALESCE(e.reversal_of, e.number) WHERE e.unit_id = :unit AND e.number = :number"
)
_AWARD = "SELECT a.unit_id, a.number, p.code FROM awards a JOIN programmes p ON p.id = a.programme_id WHERE a.id = :id"
MOST_STEPS = 3


def row_url(table: str, row: str) -> str | None:
    """The page of what a violation names, as far as the reader may open it; None where there is none."""
    for _step in range(MOST_STEPS):
        if table in PLACES:
            found = _read(table, row)
            return _page(PLACES[table], found) if found else None
        if table == "documents":
            return _of_document(row)
        if table == "awards":
            return _of_award(row)
        table, row = _owner(table, row)
    return None


def _page(place: Place, found: Row) -> str | None:
    """The address, where the row can be told and opened; a unit is a row of its own unit."""
    unit_id = found["id"] if place.endpoint == "units.unit" else found.get("unit_id")
    if not _may_open(place.endpoint, unit_id) or (place.argument and not found[place.column]):
        return None
    values: dict[str, Any] = {place.argument: found[place.column]} if place.argument else {}
    return url_for(place.endpoint, **values)


def _of_document(row: str) -> str | None:
    found = _read("documents", row)
    if found is None:
        return None
    endpoint, argument = page_of(found["kind"])
    return _page(Place(endpoint, argument), found)


def _of_award(row: str) -> str | None:
    found = next(iter(few(_AWARD, id=int(row))), None) if _is_id(row) else None
    if found is None or not _may_open("nominations.show", found["unit_id"]):
        return None
    return url_for("nominations.show", code=found["code"], number=found["number"])


def _may_open(endpoint: str, unit_id: Any) -> bool:
    """Whether the reader holds what the page asks for, on the unit of the row (of no unit 0: of any)."""
    permission = getattr(current_app.view_functions[endpoint], "permission", None)
    return permission is not None and allowed(permission, unit_id or None)


def _owner(table: str, row: str) -> tuple[str, str]:
    """Which row of which table this row belongs to; of nothing known: ("", "")."""
    key = row.split("/")
    if table in ("entries", "postings"):
        found = few(_ENTRY, unit=int(key[0]), number=int(key[1])) if len(key) > 1 and all(map(_is_id, key)) else []
        return ("documents", str(found[0]["id"])) if found else ("", "")
    parts = {part.table.name: (root, part.column) for root, of in PARTS.items() for part in of}
    root, column = {**parts, **OWNERS}.get(table, ("", ""))
    if not root:
        return "", ""
    columns = key_columns(table)
    if column in columns:
        return root, key[columns.index(column)] if len(key) > columns.index(column) else ""
    stored = _read(table, row)
    return root, str(stored[column]) if stored else ""


def _read(table: str, row: str) -> Row | None:
    """A stored row by its id; a campaign, which some checks name by its code, also by that."""
    if table == "campaigns" and (found := few("SELECT * FROM campaigns WHERE code = :code", code=row)):
        return found[0]
    if not _is_id(row):
        return None
    return next(iter(few(f"SELECT * FROM {table} WHERE id = :id", id=int(row))), None)  # noqa: S608 - our own tables


def _is_id(written: str) -> bool:
    return written.isascii() and written.isdigit() and len(written) < 19


def install(app: Flask) -> None:
    """Give templates what they need to name documents and deeds."""
    app.jinja_env.globals.update(document_url=document_url, deed_name=deed_name)
