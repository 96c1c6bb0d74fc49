"""The documents at fault when a campaign does not reconcile, each with both amounts and a likely cause."""

from collections.abc import Iterator
from dataclasses import dataclass

from khuyenhoc.core.text import gettext as _
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.documents import get_document
from khuyenhoc.proof.rows import stream

MOST = 20


@dataclass(frozen=True)
class Fault:
    """A document whose lines and whose entry say different things, in đồng for this campaign."""

    document: Document | None
    entry_number: int
    in_documents: int
    in_ledger: int

    @property
    def difference(self) -> int:
        return self.in_ledger - self.in_documents

    @property
    def causes(self) -> list[str]:
        """What may lie behind it, in words."""
        found = []
        if self.difference and self.difference % 9 == 0:
            found.append(_("Số lệch chia hết cho 9: thường là hai chữ số viết đảo chỗ nhau."))
        if self.in_documents and self.in_ledger and self.in_ledger in (self.in_documents * 10, self.in_documents // 10):
            found.append(_("Hai số hơn kém nhau đúng mười lần: thường là thừa hoặc thiếu một số 0."))
        if self.document is None:
            found.append(_("Bút toán này không có chứng từ nào đứng sau."))
        if not found:
            found.append(_("Một trong hai bên đã bị đổi mà không qua sổ; khuyenhoc verify chỉ đúng dòng và cột."))
        return found


def of(campaign_id: int) -> list[Fault]:
    """Every document of the campaign that its entry does not agree with, at most twenty."""
    return list(_faults(campaign_id))[:MOST]


_SIDES = (
    "SELECT unit_id, entry_number, SUM(doc) AS doc, SUM(led) AS led, SUM(pieces) AS pieces FROM ("
    " SELECT d.unit_id, d.entry_number, l.amount AS doc, 0 AS led, l.quantity AS pieces"
    " FROM document_lines l JOIN documents d ON d.id = l.document_id WHERE l.campaign_id = :campaign"
    " UNION ALL"
    " SELECT p.unit_id, p.entry_number, 0, p.amount, -p.quantity FROM postings p"
    " JOIN accounts a ON a.id = p.account_id"
    " AND a.kind IN ('cash', 'bank', 'stock', 'held', 'commitments', 'reservations')"
    " JOIN entries e ON e.unit_id = p.unit_id AND e.number = p.entry_number AND e.reversal_of IS NULL"
    " WHERE p.campaign_id = :campaign) AS sides"
    " GROUP BY unit_id, entry_number HAVING SUM(doc) <> SUM(led) OR SUM(pieces) <> 0 ORDER BY unit_id, entry_number"
)


def _faults(campaign_id: int) -> Iterator[Fault]:
    for row in list(stream(_SIDES, campaign=campaign_id)):
        found = next(
            stream(
                "SELECT id FROM documents WHERE unit_id = :unit AND entry_number = :entry",
                unit=row["unit_id"],
                entry=row["entry_number"],
            ),
            None,
        )
        document = get_document(int(found["id"])) if found else None
        yield Fault(document, int(row["entry_number"]), int(row["doc"]), int(row["led"]))
