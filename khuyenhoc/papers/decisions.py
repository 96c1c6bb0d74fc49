"""Quyết định with its annex, and the notice that is hung out: official papers laid out as Nghị định 30/2020 has it."""

from collections.abc import Sequence
from typing import ClassVar

from khuyenhoc.core.dong import Dong, figures, words
from khuyenhoc.core.values import dataclass
from khuyenhoc.papers.content import Content, Paper, on

GROUNDS = ("Căn cứ", "Xét", "Theo", "Thực hiện")
"""With one of these words a basis begins; where none stands, the paper puts the first."""


def whole(school_year: str) -> str:
    """A school year that is not broken over two lines."""
    return school_year.replace("–", "\u2060–\u2060")


def basis_line(line: str) -> str:
    """``Căn cứ Điều lệ Hội Khuyến học Việt Nam``."""
    return line if line.startswith(GROUNDS) else f"Căn cứ {line}"


@dataclass(frozen=True, kw_only=True)
class AnnexLine:
    """One person of the annex. ``place``: school, or the unit that nominated."""

    code: str
    name: str
    place: str
    class_name: str = ""
    level: str
    amount: Dong


@dataclass(frozen=True, kw_only=True)
class LevelLine:
    """So many awards of one level, worth so much each."""

    level: str
    count: int
    each: Dong


@dataclass(frozen=True, kw_only=True)
class SourceLine:
    """What one campaign bears: đồng, and pieces as ``08 chiếc Xe đạp``."""

    campaign: str
    amount: Dong = 0
    pieces: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class AwardDecision(Paper):
    """Quyết định about awards. What Điều 1 totals is what the annex adds up to: both are counted here."""

    TEMPLATE: ClassVar[str] = "award_decision"
    NAME: ClassVar[str] = "Quyết định"
    label: str
    """Of its document: ``QĐ-2026-0001``."""
    number: str
    """As printed: ``01/QĐ-HKH``."""
    kind: str
    """``award``, ``supplementary`` or ``withdrawal``."""
    of: str = ""
    """The decision it adds to or takes from: ``Quyết định số 01/QĐ-HKH ngày 05 tháng 02 năm 2026``."""
    programme: str
    school_year: str
    thing: str
    """What one award is, in the singular: ``suất học bổng``, ``xe đạp``, ``phần quà``."""
    basis: Sequence[str]
    reason: str = ""
    sources: Sequence[SourceLine]
    publication_days: int = 0
    rows: Sequence[AnnexLine]
    amount: Dong
    signer: str
    deputy: bool = False
    """The vice-chair signs for the chair."""

    @property
    def levels(self) -> list[LevelLine]:
        """The annex by level."""
        found: dict[tuple[str, Dong], int] = {}
        for row in self.rows:
            found[row.level, row.amount] = found.get((row.level, row.amount), 0) + 1
        return [LevelLine(level=level, count=n, each=each) for (level, each), n in found.items()]

    def _more(self) -> Content:
        total = sum(row.amount for row in self.rows)
        if total != self.amount:
            raise ValueError(f"the annex adds up to {total}, the decision to {self.amount}")
        sums: list[list[Dong]] = [[0]]
        for row in self.rows:
            sums.append([sums[-1][0] + row.amount])
        return {
            "title": f"Quyết định {self.label}",
            "basis": [basis_line(line) for line in self.basis],
            "about": self._about(),
            "authority": f"CHỦ TỊCH {self.heading.unit.upper()}",
            "articles": self._articles(),
            "levels": self._level_texts(),
            "funding": self._funding_texts(),
            "words": words(total),
            "sums": sums,
            "annex_of": f"Kèm theo Quyết định số {self.number} {on(self.day)} của {self.heading.unit}",
            "annex_title": "Danh sách thu hồi" if self.kind == "withdrawal" else f"Danh sách được trao {self.thing}",
            "offices": ["Như Điều 3;", "Ban Kiểm tra;", "Lưu: Văn phòng Hội, Kế toán."],
            "titles": ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"] if self.deputy else ["CHỦ TỊCH"],
        }

    def _about(self) -> str:
        thing = f"{self.thing} “{self.programme}” năm học {whole(self.school_year)}"
        if self.kind == "withdrawal":
            return f"Về việc thu hồi {thing}"
        return f"Về việc trao {'bổ sung ' if self.kind == 'supplementary' else ''}{thing}"

    def _articles(self) -> list[str]:
        total = sum(row.amount for row in self.rows)
        worth = f"{figures(total)} đồng (Bằng chữ: {words(total)})"
        count = f"{len(self.rows):02d}"
        programme = f"“{self.programme}” năm học {self.school_year}"
        last = "Chánh Văn phòng, Kế toán, Thủ quỹ của Hội, các đơn vị có liên quan"
        if self.kind == "withdrawal":
            return [
                f"Thu hồi {count} {self.thing} {programme} đã trao theo {self.of}, tổng trị giá {worth},"
                f" theo danh sách kèm theo. Lý do: {self.reason.rstrip('.')}. Gồm:",
                "Kinh phí và hiện vật đã dành cho các suất này trở về nguồn để dùng tiếp:",
                f"{last} chịu trách nhiệm thi hành Quyết định này. Quyết định có hiệu lực kể từ ngày ký.",
            ]
        added = f", bổ sung cho {self.of}" if self.kind == "supplementary" else ""
        days = (
            f" Danh sách được công bố trong {self.publication_days:02d} ngày làm việc." if self.publication_days else ""
        )
        return [
            f"Trao {count} {self.thing} {programme}{added} cho các trường hợp trong danh sách kèm theo, tổng trị giá"
            f" {worth}, gồm:",
            "Kinh phí và hiện vật lấy từ các nguồn sau:",
            f"{last} và những người có tên trong danh sách chịu trách nhiệm thi hành Quyết định này.{days}"
            " Quyết định có hiệu lực kể từ ngày ký.",
        ]

    def _level_texts(self) -> list[str]:
        return [
            f"{line.count:02d} {self.thing} – {line.level}: {figures(line.each)} đồng/suất,"
            f" cộng {figures(line.each * line.count)} đồng"
            for line in self.levels
        ]

    def _funding_texts(self) -> list[str]:
        found = []
        for source in self.sources:
            parts = [f"{figures(source.amount)} đồng"] if source.amount else []
            if source.pieces:
                parts.append(f"{', '.join(source.pieces)} có sẵn trong kho")
            found.append(f"{source.campaign}: {' và '.join(parts)}")
        return found


@dataclass(frozen=True, kw_only=True)
class NoticeLine:
    """One award by its application code; a name only where its owner agreed to be named."""

    code: str
    name: str = ""
    level: str


@dataclass(frozen=True, kw_only=True)
class AwardNotice(Paper):
    """Thông báo: what was decided, by application code, and until when somebody may object."""

    TEMPLATE: ClassVar[str] = "award_notice"
    NAME: ClassVar[str] = "Thông báo công bố"
    label: str
    number: str
    decided_words: str
    programme: str
    school_year: str
    thing: str
    since: str
    until: str
    working_days: int
    unit_name: str = ""
    """The unit whose part alone is hung out; empty: all of it."""
    rows: Sequence[NoticeLine]
    signer: str = ""

    def _more(self) -> Content:
        return {"title": f"Thông báo công bố {self.label}", "count": len(self.rows), "levels": self._levels()}

    def _levels(self) -> list[str]:
        found: dict[str, int] = {}
        for row in self.rows:
            found[row.level] = found.get(row.level, 0) + 1
        return [f"{level}: {n} suất" for level, n in found.items()]


ALL: tuple[type[Paper], ...] = (AwardDecision, AwardNotice)
