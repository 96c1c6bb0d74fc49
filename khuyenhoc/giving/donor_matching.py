"""Which way along the index is short, and who stands on it: the work behind ``donor_search``.

One word is a range of its own. Of several words two lead together, the two that fewest donors
share, because two common words are seldom common together; what else was typed leaves rows out.
Where the words are beginnings of too many words to be paired, the rarest of them leads alone.
"""

import time
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Executable, func, literal, select, text
from sqlalchemy.orm import InstrumentedAttribute

from khuyenhoc.core.database import db, is_sqlite
from khuyenhoc.giving.donor_index import PHONE, DonorWord, pair_of

MOST_ENDINGS = 12
"""A beginning that more words than this share says too little to be one of two."""

MOST_PAIRS = 24
COUNTED_PAIRS = (300, 1_000)
COUNTED_FURTHER = (3_000, 10_000)
"""Two words are counted so far; where all are more than that, again, and further."""
TRIED = 2_000
"""Where every two are common, all are seldom rare together: before more is counted, so many rows are looked through."""
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

_COUNT = "(SELECT COUNT(*) FROM (SELECT 1 FROM donor_pairs WHERE unit_id = :unit AND pair IN ({pairs}) LIMIT :most) n)"
_WAY = "SELECT donor_id, bag FROM donor_pairs WHERE unit_id = :unit AND pair = {pair}{kept} ORDER BY donor_id"
_FIRST = "SELECT donor_id, bag FROM ({way} LIMIT :first) f WHERE {kept}"
_BESIDE = "SELECT donor_id, bag FROM ({way} LIMIT :{most}) w{place}"
"""Pairs are counted and walked in plain words: of two dozen side by side, a statement made of parts takes longer to
put together than to answer."""


class Token(NamedTuple):
    """One typed word: as written and folded."""

    written: str
    word: str


class Match(NamedTuple):
    """A donor who fits, and all the words that donor has."""

    donor_id: int
    bag: str


class Two(NamedTuple):
    """The two words that lead, as they were typed and as they stand together in the index."""

    typed: tuple[str, str]
    pairs: Sequence[str]


class Matches(NamedTuple):
    """Who fits, as far as was read; ``complete``: nobody else does; ``two``: who led the way."""

    found: Sequence[Match]
    complete: bool
    two: Two | None = None


def matching(tokens: Sequence[Token], unit_id: int, limit: int) -> Matches:
    """Donors who have, for each token, a word that begins so."""
    words = _without_beginnings([token.word for token in tokens])
    if len(words) == 1 or words[0].startswith(PHONE):
        return _walk_words(DonorWord.word, words, unit_id, limit)
    endings = _endings(DonorWord.word, words, unit_id, MOST_ENDINGS + 1)
    if not all(endings.values()):
        return Matches((), complete=True)
    offered = _offered(words, endings)
    if not offered:
        return _walk_words(DonorWord.word, _rarest_first(words, unit_id, DonorWord.word), unit_id, limit)
    two, rare = _fewest(offered, unit_id, COUNTED_PAIRS)
    if not rare:
        tried = _walk_pairs(two, _others(words, two), unit_id, limit, first=TRIED)
        if not tried.complete:
            return tried
        two, _rare = _fewest(offered, unit_id, COUNTED_FURTHER)
    return _walk_pairs(two, _others(words, two), unit_id, limit)


def exactly(tokens: Sequence[Token], unit_id: int, limit: int, two: Two | None) -> Sequence[Match]:
    """As ``matching``, with the accents as they were typed; of many, the first. ``two``: who led there."""
    written = _without_beginnings([token.written for token in tokens])
    if len(written) == 1:
        return _walk_words(DonorWord.written, written, unit_id, limit).found
    if not all(_endings(DonorWord.written, written, unit_id, 1).values()):
        return ()
    written = _rarest_first(written, unit_id, DonorWord.written)
    if two is not None and _commonness(unit_id, "written", written[0], _now()) >= RARE:
        return _walk_pairs(two, [f"/{one}" for one in written], unit_id, limit, first=WALKED, of_each=True).found
    return _walk_words(DonorWord.written, written, unit_id, limit, at_most=WALKED).found


def _without_beginnings(typed: Sequence[str]) -> list[str]:
    """Each once, a telephone first; who has ``hoang`` has ``hoa`` too."""
    once = dict.fromkeys(typed)
    kept = [one for one in once if not any(other != one and other.startswith(one) for other in once)]
    return sorted(kept, key=lambda one: not one.startswith(PHONE))


def _offered(words: Sequence[str], endings: dict[str, list[str]]) -> list[Two]:
    """Every two that are few enough pairs."""
    able = [word for word in words if len(endings[word]) <= MOST_ENDINGS]
    offered = [
        Two(two, sorted({pair_of(one, other) for one in endings[two[0]] for other in endings[two[1]] if one != other}))
        for two in combinations(able, 2)
    ]
    return [two for two in offered if 0 < len(two.pairs) <= MOST_PAIRS]


def _others(words: Sequence[str], two: Two) -> list[str]:
    """As they stand in a bag."""
    return [f" {word}" for word in words if word not in two.typed]


def _fewest(offered: Sequence[Two], unit_id: int, counted_to: Sequence[int]) -> tuple[Two, bool]:
    """The two that fewest donors share; whether they are fewer than was counted."""
    if len(offered) == 1:
        return offered[0], True
    for most in counted_to:
        counted = _counted(offered, unit_id, most)
        if min(counted) < most:
            break
    return offered[counted.index(min(counted))], min(counted) < most


def _counted(offered: Sequence[Two], unit_id: int, most: int) -> Sequence[int]:
    """How many rows each two have, counted up to so many."""
    values: dict[str, Any] = {"unit": unit_id, "most": most}
    counts = []
    for place, two in enumerate(offered):
        named = {f"pair{place}_{number}": pair for number, pair in enumerate(two.pairs)}
        counts.append(_COUNT.format(pairs=", ".join(f":{name}" for name in named)))
        values |= named
    return db.session.execute(text(f"SELECT {', '.join(counts)}"), values).one()


def _walk_pairs(
    two: Two, parts: Sequence[str], unit_id: int, limit: int, *, first: int = 0, of_each: bool = False
) -> Matches:
    """Walk the ranges of the pairs and keep those whose bag has all the parts.

    ``first``: only among so many rows, of all the ranges one after another or of each of them.
    """
    place_in = _place_in()
    kept = " AND ".join(f"{place_in}(bag, :part{place}) > 0" for place in range(len(parts)))
    along = f" AND {kept}" if kept and not first else ""
    ways = [_WAY.format(pair=f":pair{place}", kept=along) for place in range(len(two.pairs))]
    if of_each:
        ways = [_FIRST.format(way=way, kept=kept) for way in ways]
    most = "first" if first and not of_each else "enough"
    walk = " UNION ALL ".join(_BESIDE.format(way=way, most=most, place=place) for place, way in enumerate(ways))
    if first and not of_each:
        walk = _FIRST.format(way=walk, kept=kept)
    values: dict[str, Any] = {"unit": unit_id, "enough": _enough(limit)} | ({"first": first} if first else {})
    values |= {f"pair{place}": pair for place, pair in enumerate(two.pairs)}
    values |= {f"part{place}": part for place, part in enumerate(parts)}
    return _read(text(walk + " LIMIT :enough"), values, limit)._replace(two=two)


def _walk_words(
    column: InstrumentedAttribute[str], beginnings: Sequence[str], unit_id: int, limit: int, *, at_most: int = 0
) -> Matches:
    """Walk the range of the first beginning and keep those whose bag has the others."""
    way = select(DonorWord.donor_id, DonorWord.bag).where(DonorWord.unit_id == unit_id, _begins(column, beginnings[0]))
    way = way.order_by(DonorWord.unit_id, column, DonorWord.donor_id)
    bag: ColumnElement[str] | InstrumentedAttribute[str] = DonorWord.bag
    enough, place_in = _enough(limit), getattr(func, _place_in())
    if at_most:
        first = way.limit(at_most).subquery()
        way, bag = select(first.c.donor_id, first.c.bag), first.c.bag
    mark = "/" if column is DonorWord.written else " "
    return _read(way.where(*(place_in(bag, mark + other) > 0 for other in beginnings[1:])).limit(enough), {}, limit)


def _enough(limit: int) -> int:
    """A donor may stand on several ways, or on one twice: some more are read than are asked for."""
    return 4 * limit + 1


def _place_in() -> str:
    return "instr" if is_sqlite() else "strpos"


def _read(statement: Executable, values: dict[str, Any], limit: int) -> Matches:
    rows = db.session.execute(statement, values).all()
    found = {donor_id: Match(donor_id, bag) for donor_id, bag in rows}
    return Matches([*found.values()], complete=len(rows) < _enough(limit))


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
