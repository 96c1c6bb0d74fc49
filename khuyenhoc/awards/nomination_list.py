"""The list of a programme's nominations: narrowed, sorted, page by page; nine hundred cost what fifty cost."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func
from sqlalchemy.orm import selectinload

from khuyenhoc.awards import files
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.files import Completeness
from khuyenhoc.core.names import folded_words
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.core.values import dataclass
from khuyenhoc.org.units import names_on
from khuyenhoc.recipients.recipient_tables import Recipient
from khuyenhoc.web.lists import Order

UNRANKED = 1_000_000

ORDERS = (
    Order("so", _l("Hồ sơ"), Award.number, int, descending=False),
    Order("ten", _l("Họ và tên"), Recipient.sort_key, str, descending=False),
    Order("uu-tien", _l("Ưu tiên"), func.coalesce(Award.rank, UNRANKED), int, descending=False),
)


@dataclass(frozen=True)
class Row:
    """One nomination with what the list tells of it."""

    award: Award
    unit_name: str
    has: Completeness

    @property
    def recipient(self) -> Recipient:
        """Who is nominated."""
        return self.award.recipient


def narrowed(statement: Select[Any], wanted: Mapping[str, Any]) -> Select[Any]:
    """The statement over awards, joined with their recipients and narrowed by what is asked for."""
    statement = statement.join(Recipient, Recipient.id == Award.recipient_id)
    statement = statement.options(selectinload(Award.recipient), selectinload(Award.level))
    if "trang_thai" in wanted:
        statement = statement.where(Award.state == wanted["trang_thai"])
    if "muc" in wanted:
        statement = statement.where(Award.level_id == wanted["muc"])
    if "don_vi" in wanted:
        statement = statement.where(Award.nominating_unit_id == wanted["don_vi"])
    return _searched(statement, wanted["q"]) if "q" in wanted else statement


def _searched(statement: Select[Any], typed: str) -> Select[Any]:
    """By the number of the application (``13``, ``HB26-0013``), else by every word of the name."""
    tail = typed.rpartition("-")[2].strip()
    if tail.isascii() and tail.isdigit() and len(tail) <= 9:
        return statement.where(Award.number == int(tail))
    for word in folded_words(typed)[:6]:
        statement = statement.where(Recipient.folded.contains(word, autoescape=True))
    return statement


def rows_of(awards: Sequence[Award], day: datetime.date | None = None) -> list[Row]:
    """The awards of one programme as rows, in their order."""
    names = names_on({award.nominating_unit_id for award in awards}, day)
    has = files.completeness(awards)
    return [Row(award, names.get(award.nominating_unit_id, ""), has[award.id]) for award in awards]
