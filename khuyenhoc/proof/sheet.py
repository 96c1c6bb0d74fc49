"""A campaign's reconciliation as people read it: lines in three groups, each with both sides."""

from collections.abc import Iterator

from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
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
        return Line(name_of("closing"), ledger, papers)

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


FIGURES = {
    "opening": _l("Số dư đầu kỳ"),
    "received": _l("Ủng hộ"),
    "other_income": _l("Lãi tiền gửi, thu khác"),
    "refunded": _l("Hoàn trả nhà hảo tâm"),
    "transfers_in": _l("Nhận từ chiến dịch khác"),
    "transfers_out": _l("Chuyển đi chiến dịch khác"),
    "written_off": _l("Xóa sổ, hao hụt"),
    "closing": _l("Còn lại cuối kỳ"),
    "cash": _l("Tiền mặt trong két"),
    "bank": _l("Ngân hàng"),
    "stock_value": _l("Hiện vật trong kho"),
    "held": _l("Giữ hộ người khác"),
    "committed": _l("Đã quyết định, chưa chi"),
    "available": _l("Tiền dùng được ngay"),
}
IN_PIECES = {
    "received": _l("Được tặng"),
    "bought": _l("Mua"),
    "handed_over": _l("Đã trao"),
    "written_off": _l("Hao hụt"),
    "on_hand": _l("Trong kho"),
    "reserved": _l("Đã dành"),
    "free": _l("Còn trao được"),
}
"""Figures of the contract → their names on screen, in đồng and in pieces."""


def name_of(figure: str) -> str:
    """What a difference is called: ``Học bổng``, ``bicycle_24: Đã trao``."""
    what, _space, which = figure.partition(" ")
    if what == "spent":
        return _(KIND[which].name)
    if what == "item":
        item, _space, piece = which.partition(" ")
        code = catalogue().get(int(item), (item, "", ""))[0]
        return f"{code}: {IN_PIECES[piece]}"
    return str(FIGURES[figure])


def of(statement: Statement) -> Sheet:
    """The sheet of one campaign."""
    ledger, papers = statement.ledger, statement.documents
    groups = (
        Group("", (_flow("opening", ledger, papers),)),
        Group(_("Thu vào"), tuple(_income(ledger, papers))),
        Group(_("Chi ra"), tuple(_outgo(ledger, papers))),
    )
    return Sheet(statement, groups, tuple(_goods(ledger, papers)))


def _flow(name: str, ledger: Side, papers: Side, sign: int = 1) -> Line:
    return Line(name_of(name), sign * ledger.flows[name], sign * papers.flows[name], name)


def _income(ledger: Side, papers: Side) -> Iterator[Line]:
    money = [side.flows["received"] - side.received_goods for side in (ledger, papers)]
    yield Line(_("Ủng hộ bằng tiền"), money[0], money[1], "received_money")
    yield Line(_("Ủng hộ bằng hiện vật"), ledger.received_goods, papers.received_goods, "received_goods")
    yield _flow("other_income", ledger, papers)
    yield _flow("transfers_in", ledger, papers)


def _outgo(ledger: Side, papers: Side) -> Iterator[Line]:
    for kind in SPENT:
        if ledger.spent[kind] or papers.spent[kind] or kind == "running_costs":
            yield Line(_(KIND[kind].name), -ledger.spent[kind], -papers.spent[kind], kind)
    yield _flow("refunded", ledger, papers, -1)
    yield _flow("transfers_out", ledger, papers, -1)
    yield Line(name_of("written_off"), -ledger.written_off, -papers.written_off, "write_off")


def _goods(ledger: Side, papers: Side) -> Iterator[ItemLine]:
    names = catalogue()
    names |= {
        item: (str(item), str(item), "") for item in ledger.items.keys() | papers.items.keys() if item not in names
    }
    for item in sorted(ledger.items.keys() | papers.items.keys(), key=lambda item: names[item][0]):
        mine, theirs = ledger.item(item), papers.item(item)
        _code, name, unit = names[item]
        yield ItemLine(name, unit, mine, all(mine[piece] == theirs[piece] for piece in PIECES))
