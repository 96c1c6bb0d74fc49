"""The list of donors: narrowed, sorted by given name, or found; and what tells two of one name apart."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select

from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.giving.donor_hooks import SoFar, gift_side
from khuyenhoc.giving.donor_naming import full_name
from khuyenhoc.giving.donor_search import search
from khuyenhoc.giving.donors import Donor

MOST_FOUND = 50


def statement(unit_ids: Collection[int], *, kind: str = "", display: str = "") -> Select[Any]:
    """The donors whose cards these units keep, narrowed as asked."""
    # Of several units the order leads and the unit is looked at row by row; of one, an index has both.
    unit = Donor.unit_id if len(unit_ids) == 1 else Donor.unit_id + 0
    query = select(Donor).where(unit.in_(sorted(unit_ids)))
    if kind:
        query = query.where(Donor.kind == kind)
    if display:
        query = query.where(Donor.display == display)
    return query


def found(typed: str, unit_ids: Collection[int], *, kind: str = "", display: str = "") -> list[Donor]:
    """The donors who fit what was typed, best first, and narrowed as asked."""
    fits = search(typed, unit_ids, MOST_FOUND * 4 if kind or display else MOST_FOUND)
    wanted = [donor for donor in fits if kind in ("", donor.kind) and display in ("", donor.display)]
    return wanted[:MOST_FOUND]


@dataclass(frozen=True)
class Choice:
    """One donor that may be meant: ``…0002, đã ủng hộ 3 lần``."""

    donor: Donor
    name: str
    note: str


def as_choices(donors: Sequence[Donor]) -> list[Choice]:
    """Donors as they are offered: the phone's tail and past gifts tell two of one name apart."""
    given = so_far(donors)
    return [Choice(donor, full_name(donor), _note(donor, given.get(donor.id))) for donor in donors]


def so_far(donors: Sequence[Donor]) -> Mapping[int, SoFar]:
    """How often each of these donors has given."""
    return gift_side.so_far([donor.id for donor in donors])


def _gifts_in_words(given: SoFar | None) -> str:
    """``đã ủng hộ 3 lần``, ``lần đầu năm 2025``."""
    if given is None:
        return _("chưa ủng hộ lần nào")
    if given.times == 1:
        return _("lần đầu năm %(year)s", year=given.first_year)
    return _("đã ủng hộ %(n)s lần", n=given.times)


def _note(donor: Donor, given: SoFar | None) -> str:
    parts: list[Any] = [f"…{donor.phone_tail}" if donor.phone else donor.address, _gifts_in_words(given)]
    return ", ".join(str(part) for part in parts if part)
