"""How the engine would find what a page asks for: no table that grows with the years may be read or sorted whole."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event, text

from khuyenhoc.core.database import db, is_sqlite

GROWS = {
    "approval_requests", "approvals", "campaign_gifts", "cash_counts", "day_balances", "desks", "document_lines",
    "documents", "donation_shares", "donations", "donor_pairs", "donor_words", "donors", "entries", "gift_days",
    "gift_links", "history", "issued_papers", "lot_takes", "paper_prints", "payout_lines", "postings",
    "sign_in_attempts", "trace_bound", "trace_layers", "trace_open", "trace_takes", "user_sessions",
}  # fmt: skip
"""The tables that grow with every evening; units, people, campaigns and accounts stay few."""

BOUNDED = (
    "document_lines.document_id IN",  # the lines of one page's documents
    "postings.entry_number IN",
    "documents.number =",  # one number, once in each unit
    "history.subject_id =",  # what was done to one thing
    "approvals.request_id IN",
    "donations.desk_id =",  # one evening
    "cash_counts.state =",  # what waits, which is soon decided
    "approval_requests.state =",
    "source_document_id IN",  # what became of the gifts of one page
    "lot_document_id IN",
    "award_shares.campaign_id =",  # the awards of one campaign, read once after it has paid
    "payouts.state",  # the lists that wait, which are soon settled
    "issued_papers.subject LIKE",  # the sheets of one campaign
    "issued_papers.document_id =",  # the papers of one gift
    "gift_days",  # a few rows for each day, not for each gift
    ") n GROUP BY n.donor_id",
    "GROUP BY anon_1.method",  # at most so many gifts as are summed
    "GROUP BY document_lines.item_id",  # the goods of one year
    "trace_takes.document_id IN",  # what some lists gave out
    "GROUP BY trace_takes.award_id",  # the awards of one year
    "WITH RECURSIVE",  # steps along an index
)
"""What is sorted where these stand is few, whatever the years bring."""

_TABLE = re.compile(r"\b(?:FROM|JOIN|,)\s+(\w+)(?:\s+AS)?(?:\s+(\w+))?", re.IGNORECASE)
_SQLITE_SCAN = re.compile(r"^SCAN (\w+)")
_POSTGRESQL_SCAN = re.compile(r"Seq Scan on (\w+)")


@dataclass
class Plans:
    """What was asked, and how it would be found."""

    asked: list[tuple[str, Any]] = field(default_factory=list)
    found: list[tuple[str, list[str]]] = field(default_factory=list)

    def costly(self, *along: str) -> list[str]:
        """Statements that read or sort a growing table whole; ``along``: indexes that may be followed to their end."""
        bad = []
        for statement, steps in self.found:
            names = {alias or table: table for table, alias in _TABLE.findall(statement)}
            grows = {alias for alias, table in names.items() if table in GROWS} | GROWS
            for step in steps:
                scan = _SQLITE_SCAN.match(step) or _POSTGRESQL_SCAN.search(step)
                whole = scan is not None and scan[1] in grows and not any(index in step for index in along)
                sorts = "TEMP B-TREE" in step or step.lstrip(" ->").startswith("Sort")
                few = any(mark in statement for mark in BOUNDED)
                if whole or (sorts and grows & set(names) and not few):
                    bad.append(f"{step.strip()}: {statement}")
        return bad


@contextmanager
def plans() -> Iterator[Plans]:
    """Listens to every query asked meanwhile, then asks how each would be found were the tables large."""
    told = Plans()

    def listen(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            told.asked.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        yield told
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    if not is_sqlite():
        for short_cut in ("seqscan", "bitmapscan", "sort", "hashjoin", "mergejoin", "hashagg"):
            db.session.execute(text(f"SET LOCAL enable_{short_cut} = off"))
    connection = db.session.connection()
    for statement, parameters in told.asked:
        explain = "EXPLAIN QUERY PLAN " if is_sqlite() else "EXPLAIN "
        rows = connection.exec_driver_sql(explain + statement, parameters)
        told.found.append((statement, [str(row[-1]) for row in rows]))
    db.session.rollback()
