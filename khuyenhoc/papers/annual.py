"""Báo cáo kết quả of one year: what was gathered, what was given, what is left. Laid out as Nghị định 30 has it."""

from collections.abc import Sequence
from typing import ClassVar

from khuyenhoc.core.dong import Dong, words
from khuyenhoc.core.values import dataclass
from khuyenhoc.papers.content import Content, Paper


@dataclass(frozen=True, kw_only=True)
class AwardRow:
    """Awards of one kind: ``614`` ``suất``, their amount, and how it is said where not exactly."""

    label: str
    count: int
    unit: str
    amount: Dong
    said: str = ""


@dataclass(frozen=True, kw_only=True)
class MoneyRow:
    """One line of money; the first of a group bears its heading."""

    label: str
    amount: Dong
    group: str = ""


@dataclass(frozen=True, kw_only=True)
class CampaignRow:
    """One campaign's year."""

    campaign: str
    awards: str = ""
    opening: Dong
    came: Dong
    went: Dong
    closing: Dong


@dataclass(frozen=True, kw_only=True)
class GoodsRow:
    """One item's year in pieces."""

    item: str
    unit: str
    opening: int
    received: int
    bought: int
    handed_over: int
    written_off: int
    closing: int


@dataclass(frozen=True, kw_only=True)
class PeopleRow:
    """A breakdown of those who received: its heading, its groups, and how many are in groups too small to name."""

    label: str
    groups: Sequence[Sequence[str | int]]
    others: int = 0


@dataclass(frozen=True, kw_only=True)
class AnnualReport(Paper):
    """Báo cáo of a year, numbered when it is issued (series BC). ``amount`` is what was given out in all."""

    TEMPLATE: ClassVar[str] = "annual_report"
    NAME: ClassVar[str] = "Báo cáo năm"
    SERIES: ClassVar[str] = "BC"
    label: str = ""
    year: int
    since: str
    until: str
    gifts: int
    received: Dong
    awards_count: int
    amount: Dong
    closing: Dong
    awards: Sequence[AwardRow]
    money: Sequence[MoneyRow]
    standing: Sequence[MoneyRow]
    campaigns: Sequence[CampaignRow]
    goods: Sequence[GoodsRow]
    people_count: int
    people: Sequence[PeopleRow]
    signer: str = ""

    def _more(self) -> Content:
        return {
            "title": f"Báo cáo năm {self.year} {self.label}".strip(),
            "number": f"{int(self.label.rpartition('-')[2]):02d}/BC-HKH" if self.label else "",
            "words": words(self.amount),
            "closing_words": words(self.closing),
            "offices": ["Ban Chấp hành;", "Ban Kiểm tra;", "Lưu: Văn phòng Hội, Kế toán."],
        }
