"""One pattern for every list: filter by the address, sort, page by keyset, take all of it for Excel.

A page costs the same at ten rows and at ten million: it is found by its first key and no row
before it is counted. Every way to sort therefore names a column that an index serves together
with the id.
"""

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from dataclasses import field
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

import wtforms
from flask import request
from sqlalchemy import ColumnElement, Select, and_, literal, select, tuple_, union_all
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.exceptions import BadRequest

from khuyenhoc.core.database import db, is_sqlite
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.web.forms import Part

SIZE = 50
BATCH = 1_000
MOST_RANGES = 100
"""So many ranges are asked for by one statement; SQLite takes no more than 500."""

FROM, TO = "tu", "den"
SORT, AFTER, BEFORE = "xep", "sau", "truoc"
Expression = ColumnElement[Any] | InstrumentedAttribute[Any]


@dataclass(frozen=True)
class Order:
    """A way to sort: its name in the address, its label, its column (never null), the kind of its values."""

    key: str
    label: Any
    column: Expression
    kind: type = int
    descending: bool = True


class Filter(Part):
    """The questions above a list, read from the address: ``Filter(request.args)``; no token, nothing is changed.

    Days from ``tu`` to ``den``: the one after the other, else ``den`` is refused.
    """

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge each field, then the two days together."""
        fits = bool(super().validate(extra_validators))
        starts, ends = (self._fields.get(name) for name in (FROM, TO))
        if starts and ends and starts.data and ends.data and ends.data < starts.data:
            ends.errors = [*ends.errors, _("“Đến ngày” không được trước “Từ ngày”.")]
            return False
        return fits

    @property
    def answers(self) -> dict[str, Any]:
        """What was asked for; an empty or refused field asks for nothing."""
        return {f.name: f.data for f in self if f.data not in (None, "", False) and not f.errors}

    @property
    def is_used(self) -> bool:
        """Whether the list is narrowed at all."""
        return any(f.raw_data and f.raw_data[0].strip() for f in self if not isinstance(f, wtforms.SubmitField))


@dataclass
class Listing:
    """One page of a list, and the ways on from it."""

    rows: list[Any]
    order: Order
    descending: bool
    orders: dict[str, Order]
    following: str | None = None
    """The key of the last row, when more rows follow."""
    preceding: str | None = None
    """The key of the first row, when rows stand before it."""
    kept: dict[str, Any] = field(default_factory=dict)
    """What the address asks for besides sort and page: give it to the address of the Excel file."""

    def all_at(self, url: str) -> str:
        """The address that takes everything this list is narrowed to, in the order shown: the one for Excel."""
        return f"{url}?{urlencode(self._shown)}" if self.kept or SORT in request.args else url

    @property
    def next_url(self) -> str | None:
        """The next page."""
        return self._address({AFTER: self.following}) if self.following else None

    @property
    def previous_url(self) -> str | None:
        """The page before."""
        return self._address({BEFORE: self.preceding}) if self.preceding else None

    def sort_url(self, key: str) -> str:
        """The list sorted by this column; by the present one, the other way round."""
        order = self.orders[key]
        down = not self.descending if order is self.order else order.descending
        return self._address({SORT: ("-" if down else "") + key}, sorted_anew=True)

    @property
    def _shown(self) -> list[tuple[str, Any]]:
        """What the address asks for, and the present sort, without the page."""
        values = [(name, value) for name, several in self.kept.items() for value in several]
        return [*values, (SORT, ("-" if self.descending else "") + self.order.key)]

    def _address(self, changes: dict[str, Any], sorted_anew: bool = False) -> str:
        values = self._shown[:-1] if sorted_anew else self._shown
        return request.path + "?" + urlencode([*values, *changes.items()])


@dataclass(frozen=True)
class Ranges:
    """Several statements alike (one per unit, per donor, per state), each one range of an index, to be merged.

    No thing may stand in two of them. ``entity`` is what the list shows, found by its id; without one,
    each range selects what is shown, which suits a few ranges.
    """

    of: Sequence[Select[Any]]
    entity: Any = None


Statement = Select[Any] | Ranges
"""What a list shows: one statement, or ranges whose rows are merged in order."""


class _Keyed(NamedTuple):
    """A thing of a list, and its place there."""

    thing: Any
    list_key: Any
    list_id: int


def read(statement: Statement, orders: Sequence[Order], identity: Expression, *, size: int = SIZE) -> Listing:
    """The page of the list that the address asks for. The first order is the usual one.

    A row is the entity when the statement selects one thing, else the row with its named columns.
    """
    known = {order.key: order for order in orders}
    order, down = _wanted_order(known, orders[0])
    backwards = BEFORE in request.args
    start = _read_key(request.args[BEFORE] if backwards else request.args.get(AFTER), order.kind)
    found = _fetch(statement, order, identity, down != backwards, start, size + 1)
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    listing = Listing(_bare(found, statement), order, down, known, kept=_kept())
    if found and (more or backwards):
        listing.following = _write_key(found[-1])
    if found and (more if backwards else start is not None):
        listing.preceding = _write_key(found[0])
    return listing


def everything(statement: Statement, orders: Sequence[Order], identity: Expression) -> Iterator[Any]:
    """Every row of the list, in the order that the address asks for, fetched in portions."""
    order, down = _wanted_order({order.key: order for order in orders}, orders[0])
    start: tuple[Any, int] | None = None
    while True:
        found = _fetch(statement, order, identity, down, start, BATCH)
        yield from _bare(found, statement)
        if len(found) < BATCH:
            return
        start = (found[-1].list_key, found[-1].list_id)


def _fetch(
    statement: Statement, order: Order, identity: Expression, down: bool, start: tuple[Any, int] | None, size: int
) -> list[Any]:
    def page_of(one: Select[Any], *beyond: ColumnElement[bool]) -> Select[Any]:
        direction = (order.column.desc(), identity.desc()) if down else (order.column.asc(), identity.asc())
        return one.where(*beyond).order_by(None).order_by(*direction).limit(size)

    beyond = [_beyond(order, identity, down, start)] if start is not None else []

    key = (order.column.label("list_key"), identity.label("list_id"))
    if isinstance(statement, Select):
        return list(db.session.execute(page_of(statement.add_columns(*key), *beyond)).all())
    if statement.entity is None:
        rows = [row for one in statement.of for row in db.session.execute(page_of(one.add_columns(*key), *beyond))]
        return sorted(rows, key=lambda row: (row.list_key, row.list_id), reverse=down)[:size]
    if start is not None and is_sqlite():
        parts = _beyond_in_two(order, identity, down, start)
        pages = [page_of(one.with_only_columns(*key), part) for one in statement.of for part in parts]
    else:
        pages = [page_of(one.with_only_columns(*key), *beyond) for one in statement.of]
    if len(pages) == 1:
        return _one_range(pages[0], statement.entity, down)
    return _merged(pages, statement.entity, down, size)


def _beyond(order: Order, identity: Expression, down: bool, start: tuple[Any, int]) -> ColumnElement[bool]:
    """What stands beyond a place of the list."""
    bound = tuple_(literal(start[0], order.column.type), literal(start[1], identity.type))
    key = tuple_(order.column, identity)
    return key < bound if down else key > bound


def _beyond_in_two(
    order: Order, identity: Expression, down: bool, start: tuple[Any, int]
) -> Sequence[ColumnElement[bool]]:
    """The same as two ranges of an index. SQLite finds a pair by its first part alone, and would walk past all that
    have the same: of a million gifts fifty thousand are of the same amount."""
    value, number = literal(start[0], order.column.type), literal(start[1], identity.type)
    alike = and_(order.column == value, identity < number if down else identity > number)
    return [alike, order.column < value if down else order.column > value]


def _one_range(page: Select[Any], entity: Any, down: bool) -> list[Any]:
    """The first rows of one range: its keys lead to the things in one journey."""
    keys = page.subquery()
    query = select(entity, keys.c.list_key, keys.c.list_id).join(keys, entity.id == keys.c.list_id)
    found = [_Keyed(*row) for row in db.session.execute(query)]
    return sorted(found, key=lambda row: (row.list_key, row.list_id), reverse=down)


def _merged(pages: Sequence[Select[Any]], entity: Any, down: bool, size: int) -> list[Any]:
    """The first rows of several pages: found by their keys alone, then loaded once."""
    found: list[Any] = []
    for first in range(0, len(pages), MOST_RANGES):
        some = [select(one.subquery()) for one in pages[first : first + MOST_RANGES]]
        found += db.session.execute(some[0] if len(some) == 1 else union_all(*some)).all()
    keys = sorted(((key, identity) for key, identity in found), reverse=down)[:size]
    wanted = select(entity).where(entity.id.in_([identity for _key, identity in keys]))
    things = {thing.id: thing for thing in db.session.scalars(wanted)} if keys else {}
    return [_Keyed(things[identity], key, identity) for key, identity in keys if identity in things]


def _bare(found: list[Any], statement: Statement) -> list[Any]:
    one = isinstance(statement, Ranges) or len(statement.column_descriptions) == 1
    return [row[0] for row in found] if one else found


def _wanted_order(known: dict[str, Order], usual: Order) -> tuple[Order, bool]:
    asked = request.args.get(SORT)
    if not asked:
        return usual, usual.descending
    order = known.get(asked.removeprefix("-"))
    if order is None:
        raise BadRequest()
    return order, asked.startswith("-")


def _kept() -> dict[str, Any]:
    return {name: values for name, values in request.args.lists() if name not in (SORT, AFTER, BEFORE) and any(values)}


def _write_key(row: Any) -> str:
    value = row.list_key.isoformat() if isinstance(row.list_key, date) else row.list_key
    return base64.urlsafe_b64encode(json.dumps([value, row.list_id]).encode()).decode().rstrip("=")


def _read_key(text: str | None, kind: type) -> tuple[Any, int] | None:
    """The key that an address carries; BadRequest when no page of ours wrote it."""
    if not text:
        return None
    try:
        value, identity = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        value = date.fromisoformat(value) if kind is date else value
    except (ValueError, TypeError, binascii.Error, RecursionError) as wrong:
        raise BadRequest() from wrong
    if type(value) is not kind or type(identity) is not int or not _fits(identity):
        raise BadRequest()
    if isinstance(value, int) and not _fits(value):
        raise BadRequest()
    return value, identity


def _fits(number: int) -> bool:
    return -(2**63) <= number < 2**63
