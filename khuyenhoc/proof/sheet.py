"""A campaign's reconciliation as people read it: lines in three groups, each with both sides."""

from collections.abc import Iterator

from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.ledger.accounts import KIND
from khuyenhoc.proof.reconcile import PIECES, SPENT, Side, Statement, catalogue


@dataclass(frozen=True)
class Line:
    """One line, in đồng with the sign that adds up to what is left; ``flow`` names its documents."""

    label: str
    ledger: int
    documents: int
    flow: str = ""

    @property
    def same(self) -> bool:
        return self.ledger == self.documents


@dataclass(frozen=True)
class Group:
    """Lines under one heading."""

    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class ItemLine:
    """One kind of goods, in pieces, and whether both sides agree on every figure."""

    name: str
    unit: str
    pieces: dict[str, int]
    same: bool


@dataclass(frozen=True)
class Sheet:
    """Everything that the panels and the paper show."""

    statement: Statement
    groups: tuple[Group, ...]
    items: tuple[ItemLine, ...]

    @property
    def closing(self) -> Line:
        ledger, papers = self.statement.ledger.closing, self.statement.documents.closing
        return Line(_("Còn lại cuối kỳ"), ledger, papers)

    @property
    def spent(self) -> int:
        """Everything that went out for the purpose: spending of all kinds."""
        return sum(self.statement.ledger.spent.values())

    @property
    def money_lines(self) -> int:
        """How many lines of money were compared."""
        return sum(len(group.lines) for group in self.groups) + 1

    @property
    def largest_difference(self) -> int:
        """The largest difference in đồng between the two sides."""
        lines = [line for group in self.groups for line in group.lines] + [self.closing]
        return max((abs(line.ledger - line.documents) for line in lines), default=0)


def of(statement: Statement) -> Sheet:
    """The sheet of one campaign."""
    ledger, papers = statement.ledger, statement.documents
    groups = (
        Group("", (_flow(_("Số dư đầu kỳ"), "opening", ledger, papers),)),
        Group(_("Thu vào"), tuple(_income(ledger, papers))),
        Group(_("Chi ra"), tuple(_outgo(ledger, papers))),
    )
    return Sheet(statement, groups, tuple(_goods(ledger, papers)))


def _flow(label: str, name: str, ledger: Side, papers: Side, sign: int = 1) -> Line:
    return Line(label, sign * ledger.flows[name], sign * papers.flows[name], name)


def _income(ledger: Side, papers: Side) -> Iterator[Line]:
    money = [side.flows["received"] - side.received_goods for side in (ledger, papers)]
    yield Line(_("Ủng hộ bằng tiền"), money[0], money[1], "received_money")
    yield Line(_("Ủng hộ bằng hiện vật"), ledger.received_goods, papers.received_goods, "received_goods")
    yield _flow(_("Lãi tiền gửi, thu khác"), "other_income", ledger, papers)
    yield _flow(_("Nhận từ chiến dịch khác"), "transfers_in", ledger, papers)


def _outgo(ledger: Side, papers: Side) -> Iterator[Line]:
    for kind in SPENT:
        if ledger.spent[kind] or papers.spent[kind] or kind == "running_costs":
            yield Line(_(KIND[kind].name), -ledger.spent[kind], -papers.spent[kind], kind)
    yield _flow(_("Hoàn trả nhà hảo tâm"), "refunded", ledger, papers, -1)
    yield _flow(_("Chuyển đi chiến dịch khác"), "transfers_out", ledger, papers, -1)
    yield Line(_("Xóa sổ, hao hụt"), -ledger.written_off, -papers.written_off, "write_off")


def _goods(ledger: Side, papers: Side) -> Iterator[ItemLine]:
    names = catalogue()
    names |= {
        item: (str(item), str(item), "") for item in ledger.items.keys() | papers.items.keys() if item not in names
    }
    for item in sorted(ledger.items.keys() | papers.items.keys(), key=lambda item: names[item][0]):
        mine, theirs = ledger.item(item), papers.item(item)
        _code, name, unit = names[item]
        yield ItemLine(name, unit, mine, all(mine[piece] == theirs[piece] for piece in PIECES))
