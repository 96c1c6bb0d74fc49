"""Is every đồng traced? Per source traced + unspent = amount, per use Σ sources = amount."""

from collections.abc import Iterator
from typing import Any

from khuyenhoc.core.text import gettext as _
from khuyenhoc.proof.rows import Row, key, stream
from khuyenhoc.proof.violations import Violation

_MOVED = (
    "SELECT l.document_id, l.campaign_id, COALESCE(CASE WHEN a.kind = 'stock' THEN l.item_id END, 0) AS item_id,"
    " SUM(l.amount) AS amount FROM document_lines l JOIN documents d ON d.id = l.document_id"
    " JOIN accounts a ON a.id = l.account_id"
    " WHERE a.kind IN ('cash', 'bank', 'held', 'stock') AND d.state <> 'voided'"
    " GROUP BY l.document_id, l.campaign_id, COALESCE(CASE WHEN a.kind = 'stock' THEN l.item_id END, 0)"
    " HAVING SUM(l.amount) <> 0 ORDER BY 1, 2, 3"
)
_TRACED = (
    "SELECT x.document_id, x.campaign_id, x.item_id, SUM(x.amount) AS amount FROM ("
    "SELECT document_id, campaign_id, item_id, amount FROM trace_layers UNION ALL"
    " SELECT document_id, campaign_id, item_id, -amount FROM trace_takes) x"
    " GROUP BY x.document_id, x.campaign_id, x.item_id HAVING SUM(x.amount) <> 0 ORDER BY 1, 2, 3"
)
_CARRIED = (
    "SELECT x.document_id, x.source_document_id, x.source_position, SUM(x.amount) AS amount FROM ("
    "SELECT t.document_id, l.source_document_id, l.source_position, t.amount FROM trace_takes t"
    " JOIN trace_layers l ON l.document_id = t.layer_document_id AND l.position = t.layer_position"
    " WHERE t.heading IN ('bought', 'transfers_out') OR (t.heading = 'void' AND l.source_document_id <> l.document_id)"
    " UNION ALL SELECT document_id, source_document_id, source_position, -amount FROM trace_layers"
    " WHERE source_document_id <> document_id) x"
    " GROUP BY x.document_id, x.source_document_id, x.source_position HAVING SUM(x.amount) <> 0"
)
_LEFT = (
    "SELECT l.document_id, l.position, l.amount - COALESCE(t.amount, 0) AS left_over, l.campaign_id, l.item_id,"
    " l.lot_document_id, l.lot_position, l.source_document_id, l.date, l.restricted, o.unspent AS o_left_over,"
    " o.campaign_id AS o_campaign_id, o.item_id AS o_item_id, o.lot_document_id AS o_lot_document_id,"
    " o.lot_position AS o_lot_position, o.source_document_id AS o_source_document_id, o.date AS o_date,"
    " o.restricted AS o_restricted FROM trace_layers l"
    " LEFT JOIN trace_open o ON o.document_id = l.document_id AND o.position = l.position"
    " LEFT JOIN (SELECT layer_document_id, layer_position, SUM(amount) AS amount FROM trace_takes"
    " GROUP BY layer_document_id, layer_position) t"
    " ON t.layer_document_id = l.document_id AND t.layer_position = l.position"
)
_STRAY = (
    "SELECT o.document_id, o.position FROM trace_open o LEFT JOIN trace_layers l"
    " ON l.document_id = o.document_id AND l.position = o.position WHERE l.document_id IS NULL"
)
_QUEUES = (
    "SELECT DISTINCT o.campaign_id, o.item_id, e.purpose_id, o.date, o.document_id, o.position FROM trace_layers o"
    " JOIN earmarks e ON e.document_id = o.source_document_id"
    " LEFT JOIN (SELECT layer_document_id, layer_position, SUM(amount) AS amount FROM trace_takes"
    " GROUP BY layer_document_id, layer_position) t"
    " ON t.layer_document_id = o.document_id AND t.layer_position = o.position"
    " WHERE o.restricted AND o.amount > COALESCE(t.amount, 0) AND e.ended_at IS NULL"
)
_KEPT_QUEUES = "SELECT campaign_id, item_id, purpose_id, date, document_id, position FROM trace_bound"
_KEPT = (
    "left_over",
    "campaign_id",
    "item_id",
    "lot_document_id",
    "lot_position",
    "source_document_id",
    "date",
    "restricted",
)


def traced() -> Iterator[Violation]:
    """Every document lays and takes what its lines move; carried đồng keep their sources; what is left is kept,
    and where it waits for its purpose.
    """
    yield from _each_document()
    yield from _each_carrying()
    yield from _each_layer()
    yield from _each_queue()


def _each_document() -> Iterator[Violation]:
    moved, laid = _Ahead(stream(_MOVED)), _Ahead(stream(_TRACED))
    while moved.key is not None or laid.key is not None:
        at = min(key for key in (moved.key, laid.key) if key is not None)
        expected, found = moved.amount_at(at), laid.amount_at(at)
        if expected != found:
            text = _("Đường đi của tiền không bằng dòng chứng từ.")
            yield Violation("trace_takes", str(at[0]), "amount", expected, found, text)


class _Ahead:
    """A stream of sums in the order of their keys, one row ahead."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self.key: tuple[Any, ...] | None = None
        self._amount = 0
        self._step()

    def _step(self) -> None:
        row = next(self._rows, None)
        self.key = (row["document_id"], row["campaign_id"], row["item_id"]) if row else None
        self._amount = row["amount"] if row else 0

    def amount_at(self, key: tuple[Any, ...]) -> int:
        """The sum at a key, which is then behind; 0 when there is none."""
        if self.key != key:
            return 0
        amount = self._amount
        self._step()
        return int(amount)


def _each_carrying() -> Iterator[Violation]:
    for row in stream(_CARRIED):
        where = f"{row['document_id']}/{row['source_document_id']}"
        text = _("Tiền chuyển đi và tiền đến nơi không cùng nguồn.")
        yield Violation("trace_layers", where, "amount", 0, row["amount"], text)


def _each_layer() -> Iterator[Violation]:
    for row in stream(_LEFT):
        for name in _KEPT:
            expected, found = row[name], row[f"o_{name}"]
            if expected != found:
                field = "unspent" if name == "left_over" else name
                where, text = f"{row['document_id']}/{row['position']}", _("Phần chưa dùng giữ sẵn không đúng.")
                yield Violation("trace_open", where, field, expected, found, text)
    for row in stream(_STRAY):
        where, text = f"{row['document_id']}/{row['position']}", _("Phần chưa dùng không có nguồn.")
        yield Violation("trace_open", where, "document_id", None, row["document_id"], text)


def _each_queue() -> Iterator[Violation]:
    for row in stream(f"{_QUEUES} EXCEPT {_KEPT_QUEUES}"):
        where, text = key("trace_bound", row), _("Thiếu phần chưa dùng trong hàng chờ của mức được gắn.")
        yield Violation("trace_bound", where, "document_id", row["document_id"], None, text)
    for row in stream(f"{_KEPT_QUEUES} EXCEPT {_QUEUES}"):
        where, text = key("trace_bound", row), _("Hàng chờ của mức có phần không được gắn với mức, hoặc đã dùng hết.")
        yield Violation("trace_bound", where, "document_id", None, row["document_id"], text)
