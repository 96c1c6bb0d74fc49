"""The documents at fault when a campaign does not reconcile, each with both amounts and a likely cause."""

from collections.abc import Iterator
from itertools import groupby, islice

from khuyenhoc.core.dong import show
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.ledger.document_tables import COUNTER, Document
from khuyenhoc.ledger.documents import get_document
from khuyenhoc.proof.rows import Row, stream, summed

MOST = 20


@dataclass(frozen=True)
class Fault:
    """A document whose lines and whose entry (with its mirror, when void) say different things for this campaign.

    The amounts are those of the account on which they differ most, in đồng; ``pieces`` differ only in goods.
    """

    document: Document | None
    entry_number: int
    in_documents: int
    in_ledger: int
    pieces: int = 0

    @property
    def difference(self) -> int:
        return self.in_ledger - self.in_documents

    @property
    def causes(self) -> list[str]:
        """What may lie behind it, in words."""
        found = []
        if self.in_documents and self.in_ledger and self.in_ledger in (self.in_documents * 10, self.in_documents / 10):
            found.append(_("Hai số hơn kém nhau đúng mười lần: thường là thừa hoặc thiếu một số 0."))
        elif self.difference and self.difference % 9 == 0:  # ten times as much differs by nine times as much, too
            found.append(_("Số lệch chia hết cho 9: thường là hai chữ số viết đảo chỗ nhau."))
        if self.pieces:
            found.append(_("Số lượng hiện vật hai bên lệch nhau %(n)s.", n=abs(self.pieces)))
        if self.document is None:
            found.append(_("Bút toán này không có chứng từ nào đứng sau."))
        if not found:
            found.append(_("Một trong hai bên đã bị đổi mà không qua sổ; khuyenhoc verify chỉ đúng dòng và cột."))
        return found


def of(campaign_id: int) -> list[Fault]:
    """Every document of the campaign that its entry does not agree with, at most twenty."""
    return list(islice(_faults(campaign_id), MOST))


_OTHER_SIDE = " ".join(f"WHEN l.heading = '{heading}' THEN '{kind}'" for heading, kind in COUNTER.items() if kind)
_LIVE_LINES = (
    " FROM document_lines l JOIN documents d ON d.id = l.document_id AND d.state <> 'voided'"
    " LEFT JOIN accounts a ON a.id = l.account_id WHERE l.campaign_id = :campaign"
)
_SIDES = (
    "SELECT unit_id, entry_number, kind, SUM(doc) AS doc, SUM(led) AS led, SUM(pieces) AS pieces FROM ("
    " SELECT d.unit_id, d.entry_number, a.kind, l.amount AS doc, 0 AS led, -l.quantity AS pieces{lines}"
    " UNION ALL SELECT d.unit_id, d.entry_number, CASE WHEN l.heading = 'received' AND l.item_id IS NOT NULL"
    " THEN 'gifts_kind' {other} END, -l.amount, 0, CASE l.heading WHEN 'reserved' THEN l.quantity ELSE 0 END{lines}"
    " AND CASE {other} END IS NOT NULL"
    " UNION ALL SELECT p.unit_id, COALESCE(e.reversal_of, e.number), a.kind, 0, p.amount, p.quantity FROM postings p"
    " JOIN accounts a ON a.id = p.account_id JOIN entries e ON e.unit_id = p.unit_id AND e.number = p.entry_number"
    " WHERE p.campaign_id = :campaign) AS sides"
    " GROUP BY unit_id, entry_number, kind HAVING SUM(doc) <> SUM(led) OR SUM(pieces) <> 0"
    " ORDER BY unit_id, entry_number, kind"
)
"""What the live documents call for beside what stands in the ledger, mirrors counted with their originals."""


def _faults(campaign_id: int) -> Iterator[Fault]:
    sql = _SIDES.format(lines=_LIVE_LINES, other=_OTHER_SIDE)
    differing = list(stream(sql, campaign=campaign_id))
    for (unit_id, number), rows in groupby(differing, key=lambda row: (row["unit_id"], row["entry_number"])):
        worst = max(rows, key=_weight)
        document = _document(unit_id, number)
        yield Fault(document, summed(number), *(summed(worst[side]) for side in ("doc", "led", "pieces")))


def _weight(row: Row) -> tuple[int, int, bool]:
    in_documents, in_ledger = summed(row["doc"]), summed(row["led"])
    return abs(in_ledger - in_documents), abs(summed(row["pieces"])), in_documents > 0 or in_ledger > 0


def _document(unit_id: int, entry_number: int) -> Document | None:
    sql = "SELECT id FROM documents WHERE unit_id = :unit AND entry_number = :entry"
    found = next(stream(sql, unit=unit_id, entry=entry_number), None)
    return get_document(int(found["id"])) if found else None


def sentence(fault: Fault) -> str:
    """Which document, and what both sides say."""
    label = fault.document.label if fault.document else _("bút toán %(n)s", n=fault.entry_number)
    amounts = {"documents": show(fault.in_documents), "ledger": show(fault.in_ledger)}
    return _("%(label)s: chứng từ %(documents)s, sổ cái %(ledger)s.", label=label, **amounts)
