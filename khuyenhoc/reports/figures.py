"""The figures of a year's report: which there are, what the books give for each, and how each is said.

The ids are those of the figures that an association prints in its yearly article. A figure is said exactly,
unless the reporter has stated it otherwise (``stated``): “gần” a number just above it, “trên” one just below.
What is printed is Vietnamese, like every paper.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from khuyenhoc.core.dong import Dong
from khuyenhoc.core.dong import figures as grouped
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.core.values import dataclass
from khuyenhoc.ledger.accounts import KIND
from khuyenhoc.reports import year_awards, year_documents
from khuyenhoc.reports.stated import StatedFigure
from khuyenhoc.reports.year_awards import Awards
from khuyenhoc.reports.year_books import Books
from khuyenhoc.reports.years import Year

QUALIFIERS = {"exact": _l("đúng"), "nearly": _l("gần"), "over": _l("trên")}
"""How a number stands to what is said of it → the word on screen."""

PRINTED = {"exact": "", "nearly": "gần ", "over": "trên "}
MILLION, TEN_THOUSAND = 1_000_000, 10_000
MOST_LABELS = 5


@dataclass(frozen=True)
class Spec:
    """One figure: its id, what it is, of which kind of award, and whether it is a count, a sum, or how much each."""

    id: str
    label: Any
    kind: str
    what: str

    @property
    def is_money(self) -> bool:
        """Whether it is said in đồng."""
        return self.what != "count"


SPECS = (
    Spec("scholarship_count", _l("Suất học bổng"), "scholarship", "count"),
    Spec("scholarship_amount", _l("Trị giá các suất học bổng"), "scholarship", "amount"),
    Spec("bicycle_count", _l("Xe đạp trao tặng"), "bicycle", "count"),
    Spec("bicycle_amount", _l("Trị giá xe đạp"), "bicycle", "amount"),
    Spec("gift_count", _l("Phần quà trao tặng"), "gift", "count"),
    Spec("gift_amount", _l("Trị giá phần quà"), "gift", "amount"),
    Spec("hardship_count", _l("Phần chăm lo cán bộ, hội viên khó khăn"), "member_care", "count"),
    Spec("hardship_unit_amount", _l("Mức mỗi phần chăm lo"), "member_care", "each"),
    Spec("reward_amount", _l("Tiền khen thưởng, tuyên dương"), "reward", "amount"),
)
SPEC = {spec.id: spec for spec in SPECS}


@dataclass(frozen=True)
class Figure:
    """One figure of one year: what the books give now, how it is said, and what it stands on."""

    spec: Spec
    value: int
    source: str
    stated: StatedFigure | None = None

    @property
    def qualifier(self) -> str:
        """``exact``, ``nearly`` or ``over``."""
        return self.stated.qualifier if self.stated is not None else "exact"

    @property
    def printed(self) -> str:
        """``614``, ``558,6 triệu đồng``, ``gần 165 triệu đồng``."""
        said = self.stated.said if self.stated is not None else self.value
        return PRINTED[self.qualifier] + written(self.spec, said)

    @property
    def holds(self) -> bool:
        """Whether what is said is still true of what the books give now."""
        return self.stated is None or is_true(self.stated.qualifier, self.stated.said, self.value)

    def plain(self) -> dict[str, Any]:
        """As ``khuyenhoc report annual --json`` prints it."""
        return {
            "value": self.value,
            "printed": self.printed,
            "qualifier": self.qualifier,
            "source": self.source,
        }


def is_true(qualifier: str, said: int, value: int) -> bool:
    """Exactly is exactly; “gần” is said of a number at most a tenth above, “trên” of one at most a tenth below."""
    if qualifier == "nearly":
        return value < said <= value + value // 10
    if qualifier == "over":
        return value - value // 10 <= said < value
    return said == value


def written(spec: Spec, number: int) -> str:
    """A number as reports print it: đồng in millions where two decimals say it exactly."""
    if not spec.is_money:
        return grouped(number)
    return f"{in_millions(number)} đồng"


def in_millions(amount: Dong) -> str:
    """``558,6 triệu``, ``43,85 triệu``; ``1.234.567`` where two decimals would not be exact."""
    if amount < MILLION or amount % TEN_THOUSAND:
        return grouped(amount)
    whole, hundredths = divmod(amount // TEN_THOUSAND, 100)
    decimals = f",{hundredths:02d}".rstrip("0") if hundredths else ""
    return f"{grouped(whole)}{decimals} triệu"


def of(year: Year, books: Books, awards: Awards, stated: Mapping[str, StatedFigure]) -> list[Figure]:
    """Every figure that the year's books give. How much each was is left out where the awards were not alike."""
    labels = year_documents.labels({one for given in awards.by_kind.values() for one in given.by_document})
    found = []
    for spec in SPECS:
        value = _value(spec, books, awards)
        if value is not None:
            mine = awards.by_kind[spec.kind].by_document
            papers = [label for document_id, label in labels.items() if document_id in mine]
            found.append(Figure(spec, value, _source(spec, year, papers), stated.get(spec.id)))
    return found


def _value(spec: Spec, books: Books, awards: Awards) -> int | None:
    given = awards.by_kind[spec.kind]
    if spec.what == "amount":
        return books.spent[spec.kind]
    if spec.what == "each":
        return year_awards.each_of(given, spec.kind)
    return year_awards.bicycles(given) if spec.kind == "bicycle" else given.count


def _source(spec: Spec, year: Year, labels: Sequence[str]) -> str:
    """``Sổ cái, tài khoản 611 Chi học bổng, 1/1–31/12/2022: PC-2022-0002, UN-2022-0003``."""
    account = KIND[spec.kind]
    name = _(account.name)
    days = f"{year.since.day}/{year.since.month}–{year.until.day}/{year.until.month}/{year.year}"
    papers, more = ", ".join(labels[:MOST_LABELS]), len(labels) - MOST_LABELS
    if more > 0:
        papers = _("%(papers)s và %(n)s chứng từ nữa", papers=papers, n=grouped(more))
    papers = papers or _("không có chứng từ")
    if spec.what != "amount":
        return _(
            "Danh sách chi và trao, %(account)s, %(days)s: %(papers)s", account=name.lower(), days=days, papers=papers
        )
    return _(
        "Sổ cái, tài khoản %(code)s %(account)s, %(days)s: %(papers)s",
        code=account.code,
        account=name,
        days=days,
        papers=papers,
    )
