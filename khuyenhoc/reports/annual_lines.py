"""The report's tables line by line, as the page, the workbook and the paper all show them."""

from collections.abc import Iterator
from typing import Any

from khuyenhoc.core.dong import Dong, figures
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.core.values import dataclass
from khuyenhoc.ledger.accounts import KIND
from khuyenhoc.recipients import gate
from khuyenhoc.reports.annual import Annual, CampaignYear
from khuyenhoc.reports.figures import Figure
from khuyenhoc.reports.year_books import SPENT, Books
from khuyenhoc.reports.year_documents import AWARDED

AWARD_NAMES = {
    "scholarship": (_l("Học bổng"), _l("suất")),
    "bicycle": (_l("Xe đạp"), _l("chiếc")),
    "gift": (_l("Phần quà"), _l("phần")),
    "member_care": (_l("Chăm lo cán bộ, hội viên khó khăn"), _l("phần")),
    "reward": (_l("Tuyên dương, khen thưởng"), _l("suất")),
}
"""Kind of award → what it is called in the report, and what is counted."""

COUNTED = {
    "scholarship": "%(n)s suất học bổng",
    "bicycle": "%(n)s suất xe đạp",
    "gift": "%(n)s phần quà",
    "member_care": "%(n)s phần chăm lo",
    "reward": "%(n)s suất khen thưởng",
}
"""Kind of award → so many of it, in the words of a paper."""


@dataclass(frozen=True)
class AwardLine:
    """Awards of one kind: how many of what, worth how much; ``figures`` say it under their ids."""

    kind: str
    label: Any
    unit: Any
    count: int
    amount: Dong
    figures: tuple[Figure, ...]

    @property
    def said(self) -> list[str]:
        """How the report says what it does not say exactly: ``gần 165 triệu đồng``."""
        return [one.printed for one in self.figures if one.qualifier != "exact"]


def award_lines(report: Annual) -> list[AwardLine]:
    """One line for each kind of award, also where there was none."""
    found = []
    for kind in AWARDED:
        label, unit = AWARD_NAMES[kind]
        mine = tuple(one for one in report.figures if one.spec.kind == kind)
        count = report.bicycles() if kind == "bicycle" else report.awards.by_kind[kind].count
        found.append(AwardLine(kind, label, unit, count, report.books.spent[kind], mine))
    return found


@dataclass(frozen=True)
class MoneyLine:
    """One line of what came and went, in đồng with the sign that adds up; ``line`` names its documents."""

    label: str
    amount: Dong
    line: str = ""
    group: str = ""


def money_lines(books: Books, *, several: bool) -> list[MoneyLine]:
    """From what was there to what is left. ``several``: campaigns together, of which transfers are both sides."""
    return [line for line in _money_lines(books, several) if line.amount or line.line in ("opening", "received")]


def _money_lines(books: Books, several: bool) -> Iterator[MoneyLine]:
    came, went = _("Thu vào"), _("Chi ra")
    yield MoneyLine(_("Có từ đầu năm"), books.opening, "opening")
    yield MoneyLine(_("Ủng hộ bằng tiền"), books.received_money, "received", came)
    yield MoneyLine(_("Ủng hộ bằng hiện vật, quy ra tiền"), books.received_goods, "received", came)
    yield MoneyLine(_("Lãi tiền gửi, thu khác"), books.other_income, "other_income", came)
    inside = books.transfers_in == books.transfers_out and several
    if not inside:
        yield MoneyLine(_("Nhận từ chiến dịch khác"), books.transfers_in, "transfers_in", came)
    yield MoneyLine(_("Suất của năm trước không ai nhận, nay trả về"), books.returned, "returned", came)
    for kind in SPENT:
        label = str(AWARD_NAMES[kind][0]) if kind in AWARD_NAMES else _(KIND[kind].name)
        yield MoneyLine(label, -books.spent[kind], kind, went)
    yield MoneyLine(_("Hoàn trả nhà hảo tâm"), -books.refunded, "refunded", went)
    if not inside:
        yield MoneyLine(_("Chuyển đi chiến dịch khác"), -books.transfers_out, "transfers_out", went)
    yield MoneyLine(_("Xóa sổ, hao hụt"), -books.written_off, "write_off", went)
    other = _("Chứng từ hủy ở năm khác")
    yield MoneyLine(_("Ghi trong năm, hủy sau khi hết năm"), books.voided_later, "", other)
    yield MoneyLine(_("Hủy trong năm, ghi từ năm trước"), -books.undone, "", other)


def standing_lines(books: Books) -> list[MoneyLine]:
    """Where what is left stands on the last day."""
    lines = [
        MoneyLine(_("Tiền mặt"), books.cash),
        MoneyLine(_("Tiền gửi ngân hàng"), books.bank),
        MoneyLine(_("Hiện vật trong kho"), books.stock),
        MoneyLine(_("Giữ hộ người vắng mặt"), -books.held),
    ]
    return [line for line in lines if line.amount] or lines[:1]


def came_to(part: CampaignYear) -> Dong:
    """What a campaign got in the year."""
    return part.books.received + part.books.other_income + part.books.transfers_in + part.books.returned


def went_from(part: CampaignYear) -> Dong:
    """What a campaign gave in the year."""
    books = part.books
    return sum(books.spent.values()) + books.refunded + books.transfers_out + books.written_off


def all_gone(report: Annual) -> Dong:
    """What all campaigns gave in the year, transfers between them included."""
    return sum(went_from(part) for part in report.campaigns)


def awards_in_words(part: CampaignYear) -> str:
    """``614 suất học bổng``; nothing where nothing was given. In Vietnamese, for the paper and the workbook."""
    given = ((kind, part.given[kind].count) for kind in AWARDED if kind in part.given)
    return ", ".join(COUNTED[kind] % {"n": figures(count)} for kind, count in given if count)


@dataclass(frozen=True)
class Group:
    """A breakdown under its heading; ``others`` stand in groups too small to be named."""

    label: str
    rows: tuple[tuple[str, int], ...]
    others: int = 0


def people_groups(report: Annual) -> list[Group]:
    """Who received, by kind, ward, school and circumstance; what the gate does not name is one number."""
    people = report.people
    groups = [
        _group(_("Theo đối tượng"), people.by_kind),
        _group(_("Theo địa bàn"), people.by_ward),
        _group(_("Theo trường"), people.by_school),
        _group(_("Theo hoàn cảnh"), people.by_circumstance),
    ]
    return [group for group in groups if group.rows]


def _group(label: str, found: gate.Breakdown) -> Group:
    return Group(label, found.rows, found.others)
