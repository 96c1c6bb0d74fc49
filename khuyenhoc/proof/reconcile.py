"""The reconciliation of a campaign: ledger beside documents, line by line (design section 3).

``statements`` sums the rows, of postings and documents alike; ``kept_statement`` reads the kept totals
of both sides and costs the same at ten gifts and at ten million. All amounts are whole đồng.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import field
from typing import Any

from sqlalchemy import bindparam, text

from khuyenhoc.core import clock
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.ledger.accounts import SPENDING
from khuyenhoc.proof import portions
from khuyenhoc.proof.rows import Row, few, stream, summed

SPENT = tuple(kind for kind in SPENDING if kind != "write_off")
"""The kinds under ``spent``; goods written off have a line of their own."""

FLOWS = ("opening", "received", "other_income", "refunded", "transfers_in", "transfers_out")
STOCKS = ("cash", "bank", "stock_value", "held", "committed", "available")
PIECES = ("received", "bought", "handed_over", "written_off", "on_hand", "reserved", "free")


@dataclass
class Side:
    """One side of the reconciliation: the ledger's figures, or the documents'."""

    flows: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FLOWS, 0))
    spent: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SPENT, 0))
    written_off: int = 0
    received_goods: int = 0
    cash: int = 0
    bank: int = 0
    stock_value: int = 0
    held: int = 0
    committed: int = 0
    items: dict[int, dict[str, int]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def closing(self) -> int:
        """What is left by the flows."""
        f = self.flows
        came = f["opening"] + f["received"] + f["other_income"] + f["transfers_in"]
        return came - f["refunded"] - f["transfers_out"] - sum(self.spent.values()) - self.written_off

    @property
    def available(self) -> int:
        """Money free to decide on."""
        return self.cash + self.bank - self.held - self.committed

    @property
    def standing(self) -> int:
        """What is left by what stands on the accounts."""
        return self.cash + self.bank + self.stock_value - self.held

    def item(self, item_id: int) -> dict[str, int]:
        """The pieces of one item."""
        return self.items.setdefault(item_id, dict.fromkeys(PIECES, 0))

    def settle(self) -> None:
        """Derive what follows: free pieces."""
        for pieces in self.items.values():
            pieces["free"] = pieces["on_hand"] - pieces["reserved"]

    def plain(self) -> dict[str, Any]:
        """The figures by the names of the contract."""
        return {
            **self.flows,
            "spent": dict(self.spent),
            "written_off": self.written_off,
            "closing": self.closing,
            "cash": self.cash,
            "bank": self.bank,
            "stock_value": self.stock_value,
            "held": self.held,
            "committed": self.committed,
            "available": self.available,
        }


@dataclass(frozen=True)
class Difference:
    """A figure that the two sides do not agree on."""

    name: str
    ledger: int
    documents: int

    @property
    def amount(self) -> int:
        return self.ledger - self.documents

    @property
    def may_be_swapped_digits(self) -> bool:
        """Two neighbouring digits written the wrong way round differ by a multiple of nine."""
        return self.amount != 0 and self.amount % 9 == 0


@dataclass
class Statement:
    """One campaign's reconciliation."""

    campaign_id: int
    code: str
    name: str
    unit: str
    ledger: Side = field(default_factory=Side)
    documents: Side = field(default_factory=Side)

    def differences(self) -> list[Difference]:
        """Where ledger and documents differ, and where the ledger's own identity does not hold."""
        ledger, papers = _flat(self.ledger), _flat(self.documents)
        names = [*ledger, *(name for name in papers if name not in ledger)]
        found = [
            Difference(n, ledger.get(n, 0), papers.get(n, 0)) for n in names if ledger.get(n, 0) != papers.get(n, 0)
        ]
        if self.ledger.closing != self.ledger.standing:
            found.append(Difference("closing", self.ledger.closing, self.ledger.standing))
        for item, pieces in self.ledger.items.items():
            left = pieces["received"] + pieces["bought"] - pieces["handed_over"] - pieces["written_off"]
            if left != pieces["on_hand"]:
                found.append(Difference(f"item {item} on_hand", left, pieces["on_hand"]))
        return found

    @property
    def reconciled(self) -> bool:
        """Khớp đến từng đồng."""
        return not self.differences()

    def plain(self, items: dict[int, tuple[str, str, str]]) -> dict[str, Any]:
        """As ``khuyenhoc reconcile --json`` prints it."""
        return {
            "code": self.code,
            "name": self.name,
            "unit": self.unit,
            **self.ledger.plain(),
            "items": _items(self.ledger, items),
            "documents": {**self.documents.plain(), "items": _items(self.documents, items)},
            "reconciled": self.reconciled,
        }


def _flat(side: Side) -> dict[str, int]:
    figures = side.plain()
    spent = figures.pop("spent")
    pieces = {f"item {item} {name}": n for item, all_ in side.items.items() for name, n in all_.items()}
    return {**figures, **{f"spent {kind}": amount for kind, amount in spent.items()}, **pieces}


def _items(side: Side, items: dict[int, tuple[str, str, str]]) -> list[dict[str, Any]]:
    rows = []
    for id, pieces in side.items.items():
        code, name, unit = items.get(id, (str(id), "", ""))  # a kind of goods that somebody deleted
        rows.append({"code": code, "name": name, "unit": unit, **pieces})
    return sorted(rows, key=lambda row: str(row["code"]))


def catalogue() -> dict[int, tuple[str, str, str]]:
    """Item id → code, name and unit of measure."""
    rows = stream("SELECT id, code, name, unit_of_measure FROM items")
    return {row["id"]: (str(row["code"]), str(row["name"]), str(row["unit_of_measure"])) for row in rows}


def statements(codes: Iterable[str] | None = None) -> list[Statement]:
    """Every campaign's reconciliation (or of those codes), summed from the rows, sorted by code."""
    wanted = set(codes) if codes is not None else None
    campaigns = list(stream("SELECT id, code, name, unit_id FROM campaigns"))
    found = _blank(row for row in campaigns if wanted is None or row["code"] in wanted)
    only = f" AND x.campaign_id IN ({', '.join(str(id) for id in found) or '0'})"
    for part in [only] if wanted is not None else portions.of_entries():
        for row in few(_LEDGER.format(only=part)):
            if row["campaign_id"] in found:
                _count_posting(found[row["campaign_id"]].ledger, row)
    for part in [only] if wanted is not None else portions.of_documents():
        for row in few(_DOCUMENTS.format(only=part)):
            if row["campaign_id"] in found:
                _count_line(found[row["campaign_id"]].documents, row)
    return _settled(found)


def kept_statement(campaign: Campaign) -> Statement:
    """One campaign's reconciliation from the kept totals of both sides."""
    return kept_statements([campaign])[0]


def kept_statements(campaigns: Sequence[Campaign]) -> list[Statement]:
    """The same of several campaigns, by code."""
    found = _blank([{"id": one.id, "code": one.code, "name": one.name, "unit_id": one.unit_id} for one in campaigns])
    for row in few(_KEPT_LEDGER, campaigns=sorted(found)):
        _count_posting(found[row["campaign_id"]].ledger, row)
    for row in few(_KEPT_DOCUMENTS, campaigns=sorted(found)):
        _count_line(found[row["campaign_id"]].documents, row)
    for statement in found.values():
        for item, pieces in statement.documents.items.items():
            # the kept balances know what is on hand and reserved, not by which kind of document it moved
            statement.ledger.item(item).update(
                {name: pieces[name] for name in ("received", "bought", "handed_over", "written_off")}
            )
    return _settled(found)


def _blank(campaigns: Iterable[Row]) -> dict[int, Statement]:
    units = {row["id"]: str(row["code"]) for row in stream("SELECT id, code FROM units")}
    return {c["id"]: Statement(c["id"], str(c["code"]), str(c["name"]), units.get(c["unit_id"], "")) for c in campaigns}


def _settled(found: dict[int, Statement]) -> list[Statement]:
    for statement in found.values():
        statement.ledger.settle()
        statement.documents.settle()
    return sorted(found.values(), key=lambda statement: statement.code)


_LEDGER = (
    "SELECT x.campaign_id, a.kind AS kind, e.cause AS cause, x.item_id AS item_id,"
    " SUM(x.amount) AS amount, SUM(x.quantity) AS quantity FROM postings x"
    " JOIN accounts a ON a.id = x.account_id JOIN (SELECT n.unit_id, n.number,"
    " CASE WHEN n.reversal_of IS NULL THEN n.kind ELSE COALESCE("
    "(SELECT o.kind FROM entries o WHERE o.unit_id = n.unit_id AND o.number = n.reversal_of), n.kind) END AS cause"
    " FROM entries n) e ON e.unit_id = x.unit_id AND e.number = x.entry_number WHERE 1 = 1{only}"
    " GROUP BY x.campaign_id, a.kind, e.cause, x.item_id"
)
_DOCUMENTS = (
    "SELECT x.campaign_id, x.heading AS heading, a.kind AS kind, x.item_id AS item_id, d.kind AS cause,"
    " SUM(x.amount) AS amount, SUM(x.quantity) AS quantity, COUNT(DISTINCT d.id) AS papers FROM document_lines x"
    " JOIN documents d ON d.id = x.document_id LEFT JOIN accounts a ON a.id = x.account_id"
    " WHERE d.state <> 'voided'{only} GROUP BY x.campaign_id, x.heading, a.kind, x.item_id, d.kind"
)
_KEPT_LEDGER = text(
    "SELECT b.campaign_id, a.kind AS kind, '' AS cause, NULLIF(b.item_id, 0) AS item_id, b.amount AS amount,"
    " b.quantity AS quantity FROM balances b JOIN accounts a ON a.id = b.account_id WHERE b.campaign_id IN :campaigns"
).bindparams(bindparam("campaigns", expanding=True))
_KEPT_DOCUMENTS = text(
    "SELECT t.campaign_id, t.heading AS heading, a.kind AS kind, NULLIF(t.item_id, 0) AS item_id, '' AS cause,"
    " t.amount AS amount, t.quantity AS quantity, t.lines AS papers FROM document_totals t"
    " JOIN accounts a ON a.id = t.account_id WHERE t.campaign_id IN :campaigns"
).bindparams(bindparam("campaigns", expanding=True))

_FLOW_OF = {
    "opening": ("opening", -1),
    "gifts_money": ("received", -1),
    "gifts_kind": ("received", -1),
    "other_income": ("other_income", -1),
    "refunds": ("refunded", 1),
    "transfers_in": ("transfers_in", -1),
    "transfers_out": ("transfers_out", 1),
}
"""Kind of account → the flow it is the other side of, and the sign that makes it positive."""

_MOVED_BY = {
    "gift": "received",
    "opening": "received",
    "purchase": "bought",
    "handover": "handed_over",
    "write_off": "written_off",
}
"""Kind of document → under which heading of the goods its pieces count."""


def _count_posting(side: Side, row: Row) -> None:
    kind, amount, quantity = str(row["kind"]), summed(row["amount"]), summed(row["quantity"])
    if kind in _FLOW_OF:
        flow, sign = _FLOW_OF[kind]
        side.flows[flow] += sign * amount
        side.received_goods += -amount if kind == "gifts_kind" else 0
    elif kind in side.spent:
        side.spent[kind] += amount
    elif kind == "write_off":
        side.written_off += amount
    _count_standing(side, kind, amount)
    _count_pieces(side, row, kind, quantity, _MOVED_BY.get(str(row["cause"])))


def _count_standing(side: Side, kind: str, amount: int) -> None:
    if kind == "cash":
        side.cash += amount
    elif kind == "bank":
        side.bank += amount
    elif kind == "stock":
        side.stock_value += amount
    elif kind == "held":
        side.held -= amount
    elif kind == "commitments":
        side.committed += amount


def _count_pieces(side: Side, row: Row, kind: str, quantity: int, moved: str | None) -> None:
    if row["item_id"] is None or kind not in ("stock", "reservations"):
        return
    pieces = side.item(summed(row["item_id"]))
    if kind == "reservations":
        pieces["reserved"] += quantity
        return
    pieces["on_hand"] += quantity
    if moved is not None:
        pieces[moved] += quantity if moved in ("received", "bought") else -quantity


_MOVED_UNDER = {"received": "received", "opening": "received", "bought": "bought", "write_off": "written_off"}


def _count_line(side: Side, row: Row) -> None:
    heading, kind = str(row["heading"]), str(row["kind"])
    amount, quantity = summed(row["amount"]), summed(row["quantity"])
    if heading in side.flows:
        side.flows[heading] += -amount if heading in ("refunded", "transfers_out") else amount
        side.counts[heading] += summed(row["papers"])
        side.received_goods += amount if heading == "received" and row["item_id"] is not None else 0
    elif heading in side.spent:
        side.spent[heading] -= amount
        side.counts[heading] += summed(row["papers"])
    elif heading == "write_off":
        side.written_off -= amount
    _count_standing(side, kind, amount)
    moved = "handed_over" if heading in side.spent else _MOVED_UNDER.get(heading)
    _count_pieces(side, row, kind, quantity, moved)


def report(codes: Iterable[str] | None = None) -> dict[str, Any]:
    """The JSON of ``khuyenhoc reconcile`` (design section 8)."""
    return plain(statements(codes))


def plain(found: list[Statement]) -> dict[str, Any]:
    """Statements by the names of the contract."""
    items = catalogue()
    return {
        "as_of": clock.stamp(),
        "reconciled": all(statement.reconciled for statement in found),
        "campaigns": [statement.plain(items) for statement in found],
    }
