"""Which way along the index is short, and who stands on it: the work behind ``donor_search``.

One word is a range of its own. Of several words two lead together, the two that fewest donors
share, because two common words are seldom common together; what else was typed leaves rows out.
Where the words are beginnings of too many words to be paired, the rarest of them leads alone.
"""

import time
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, func, literal, select, text, union_all
from sqlalchemy.orm import InstrumentedAttribute

from khuyenhoc.core.database import db, is_sqlite
from khuyenhoc.giving.donor_index import PHONE, DonorPair, DonorWord, pair_of

MOST_ENDINGS = 12
"""A beginning that more words than this share says too little to be one of two."""

MOST_PAIRS = 24
COUNTED_PAIRS = (300, 1_000)
"""Two words are counted so far, and where all are more than that, once more so far."""
COUNTED_WORDS = 2_000
RARE = 500
WALKED = 5_000
"""Exact accents are a preference among many who fit: looked for along so many rows."""

REMEMBERED = 900.0
"""How common a word is decides only which way is short: counted up to a limit, remembered for so many seconds."""

BEYOND_ALL = "\U0010ffff"
_ENDINGS = (
    "WITH RECURSIVE steps (typed, word, step) AS ("
    " SELECT t.typed, (SELECT MIN(w.{column}) FROM donor_words w WHERE w.unit_id = :unit AND w.{column} >= t.typed"
    " AND w.{column} < t.typed || :beyond), 1 FROM ({typed}) t"
    " UNION ALL"
    " SELECT s.typed, (SELECT MIN(w.{column}) FROM donor_words w WHERE w.unit_id = :unit AND w.{column} > s.word"
    " AND w.{column} < s.typed || :beyond), s.step + 1 FROM steps s WHERE s.word IS NOT NULL AND s.step < :most)"
    " SELECT typed, word FROM steps WHERE word IS NOT NULL"
)
"""Steps from one word to the next along the index: few steps, however many donors share a word."""


class Token(NamedTuple):
    """One typed word: as written and folded."""

    written: str
    word: str


class Match(NamedTuple):
    """A donor who fits, and all the words that donor has."""

    donor_id: int
    bag: str


class Matches(NamedTuple):
    """Who fits, as far as was read; ``complete``: nobody else does."""

    found: Sequence[Match]
    complete: bool


def matching(tokens: Sequence[Token], unit_id: int, limit: int) -> Matches:
    """Donors who have, for each token, a word that begins so."""
    words = _without_beginnings([token.word for token in tokens])
    if len(words) == 1 or words[0].startswith(PHONE):
        return _walk_words(DonorWord.word, words, unit_id, limit)
    endings = _endings(DonorWord.word, words, unit_id, MOST_ENDINGS + 1)
    if not all(endings.values()):
        return Matches((), complete=True)
    two = _leading_pair(words, endings, unit_id)
    if two is None:
        return _walk_words(DonorWord.word, _rarest_first(words, unit_id, DonorWord.word), unit_id, limit)
    return _walk_pairs(two, [f" {word}" for word in words if word not in two.typed], unit_id, limit)


def exactly(tokens: Sequence[Token], unit_id: int, limit: int) -> Sequence[Match]:
    """As ``matching``, with the accents as they were typed; of many, the first."""
    written = _without_beginnings([token.written for token in tokens])
    if len(written) == 1:
        return _walk_words(DonorWord.written, written, unit_id, limit).found
    if not all(_endings(DonorWord.written, written, unit_id, 1).values()):
        return ()
    written = _rarest_first(written, unit_id, DonorWord.written)
    words = _without_beginnings([token.word for token in tokens])
    if _commonness(unit_id, "written", written[0], _now()) >= RARE and len(words) > 1:
        two = _leading_pair(words, _endings(DonorWord.word, words, unit_id, MOST_ENDINGS + 1), unit_id)
        if two is not None:
            return _walk_pairs(two, [f"/{one}" for one in written], unit_id, limit, at_most=WALKED).found
    return _walk_words(DonorWord.written, written, unit_id, limit, at_most=WALKED).found


def _without_beginnings(typed: Sequence[str]) -> list[str]:
    """Each once, a telephone first; who has ``hoang`` has ``hoa`` too."""
    once = dict.fromkeys(typed)
    kept = [one for one in once if not any(other != one and other.startswith(one) for other in once)]
    return sorted(kept, key=lambda one: not one.startswith(PHONE))


class _Two(NamedTuple):
    """The two words that lead, as they were typed and as they stand together in the index."""

    typed: tuple[str, str]
    pairs: Sequence[str]


def _leading_pair(words: Sequence[str], endings: dict[str, list[str]], unit_id: int) -> _Two | None:
    """The two that fewest donors share; None where no two can be paired."""
    able = [word for word in words if len(endings[word]) <= MOST_ENDINGS]
    offered = [
        _Two(two, sorted({pair_of(one, other) for one in endings[two[0]] for other in endings[two[1]] if one != other}))
        for two in combinations(able, 2)
    ]
    offered = [two for two in offered if 0 < len(two.pairs) <= MOST_PAIRS]
    if len(offered) <= 1:
        return offered[0] if offered else None
    for most in COUNTED_PAIRS:
        counts = [_at_most(most, DonorPair.unit_id == unit_id, DonorPair.pair.in_(two.pairs)) for two in offered]
        counted = db.session.execute(select(*(count.label(f"n{place}") for place, count in enumerate(counts)))).one()
        if min(counted) < most:
            break
    return min(zip(counted, offered, strict=True), key=lambda pair: pair[0])[1]


def _walk_pairs(two: _Two, parts: Sequence[str], unit_id: int, limit: int, *, at_most: int = 0) -> Matches:
    ways = [
        select(DonorPair.donor_id, DonorPair.bag)
        .where(DonorPair.unit_id == unit_id, DonorPair.pair == pair)
        .order_by(DonorPair.donor_id)
        for pair in two.pairs
    ]
    return _read([_keeping(way, DonorPair.bag, parts, at_most) for way in ways], limit)


def _walk_words(
    column: InstrumentedAttribute[str], beginnings: Sequence[str], unit_id: int, limit: int, *, at_most: int = 0
) -> Matches:
    """Walk the range of the first beginning and keep those whose bag has the others."""
    way = select(DonorWord.donor_id, DonorWord.bag).where(DonorWord.unit_id == unit_id, _begins(column, beginnings[0]))
    mark = "/" if column is DonorWord.written else " "
    way = way.order_by(DonorWord.unit_id, column, DonorWord.donor_id)
    return _read([_keeping(way, DonorWord.bag, [mark + other for other in beginnings[1:]], at_most)], limit)


def _keeping(
    way: Select[int, str], bag: InstrumentedAttribute[str], parts: Sequence[str], at_most: int
) -> Select[int, str]:
    """Those of the way, or of its first rows, whose bag has all the parts."""
    place_in = func.instr if is_sqlite() else func.strpos
    if not at_most:
        return way.where(*(place_in(bag, part) > 0 for part in parts))
    first = way.limit(at_most).subquery()
    return select(first.c.donor_id, first.c.bag).where(*(place_in(first.c.bag, part) > 0 for part in parts))


def _read(ways: Sequence[Select[int, str]], limit: int) -> Matches:
    """A donor may stand on several ways, or on one twice: some more are read than are asked for."""
    enough = 4 * limit + 1
    ends = [way.limit(enough) for way in ways]
    statement = ends[0] if len(ends) == 1 else union_all(*(select(end.subquery()) for end in ends)).limit(enough)
    rows = db.session.execute(statement).all()
    found = {donor_id: Match(donor_id, bag) for donor_id, bag in rows}
    return Matches([*found.values()], complete=len(rows) < enough)


def _endings(column: InstrumentedAttribute[str], typed: Sequence[str], unit_id: int, most: int) -> dict[str, list[str]]:
    """Each beginning → the words that begin so, up to so many."""
    each = " UNION ALL ".join(f"SELECT CAST(:typed{place} AS TEXT) AS typed" for place in range(len(typed)))
    values = {f"typed{place}": one for place, one in enumerate(typed)}
    statement = text(_ENDINGS.format(column=column.key, typed=each))
    found: dict[str, list[str]] = {one: [] for one in typed}
    for one, word in db.session.execute(statement, {**values, "unit": unit_id, "beyond": BEYOND_ALL, "most": most}):
        found[one].append(word)
    return found


def _rarest_first(beginnings: Sequence[str], unit_id: int, column: InstrumentedAttribute[str]) -> list[str]:
    return sorted(beginnings, key=lambda one: _commonness(unit_id, column.key, one, _now()))


def _now() -> int:
    return int(time.monotonic() // REMEMBERED)


@lru_cache(maxsize=20_000)
def _commonness(unit_id: int, column: str, beginning: str, _when: int) -> int:
    """How many words of the unit's donors begin so, up to a limit."""
    begins = _begins(getattr(DonorWord, column), beginning)
    return db.session.scalar(select(_at_most(COUNTED_WORDS, DonorWord.unit_id == unit_id, begins))) or 0


def _at_most(most: int, *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows there are, counted up to so many."""
    return (
        select(func.count()).select_from(select(literal(1)).where(*conditions).limit(most).subquery()).scalar_subquery()
    )


def _begins(column: InstrumentedAttribute[str], beginning: str) -> ColumnElement[bool]:
    return (column >= beginning) & (column < beginning + BEYOND_ALL)
