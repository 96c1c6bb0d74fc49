"""Search as one types: without accents, in any order of words, by the tail of a phone, by a receipt's number.

A search reads one short range of the index, however many donors there are: that of the rarest of
the typed words, whose rows say who has the others too.
"""

import re
import time
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from khuyenhoc.core import codes, names
from khuyenhoc.core.database import db, is_sqlite
from khuyenhoc.giving.donor_hooks import gift_side
from khuyenhoc.giving.donor_index import DonorWord, folded, phone_word, split
from khuyenhoc.giving.donors import Donor
from khuyenhoc.org.units import Unit

MOST_WORDS = 6
COUNTED = 20_000
REMEMBERED = 900.0
"""How common a word is decides only which way is short: counted up to a limit, remembered for so many seconds."""

BEYOND_ALL = "\U0010ffff"
_NUMBER = re.compile(r"[a-zđ]{2,3} ?-? ?[0-9]{4} ?-? ?[0-9]{1,9}")
_DIGITS = re.compile(r"\+?[0-9]{3,15}")


class Token(NamedTuple):
    """One typed word: as written and folded."""

    written: str
    word: str


class Match(NamedTuple):
    """A donor who fits, and all the words that donor has."""

    donor_id: int
    bag: str


def search(typed: str, unit_ids: Collection[int], limit: int = 8) -> list[Donor]:
    """Donors whose cards these units keep and who fit what was typed; exact accents first."""
    text = names.clean(typed[:200])
    found: dict[int, None] = {}
    for unit_id in _keepers(unit_ids):
        for batch in _passes(text, unit_id, limit):
            found |= dict.fromkeys(batch)
            if len(found) >= limit:
                return _load([*found][:limit])
    return _load([*found])


def possible_duplicates(
    name: str, phone: str, unit_ids: Collection[int], *, but: int | None = None, limit: int = 5
) -> list[Donor]:
    """Cards that may be the same giver: the same name without accents, or the same telephone."""
    alike_name, number = folded(names.clean(name)), codes.normalise_phone(phone or "")
    alike: list[ColumnElement[bool]] = []
    if alike_name:
        alike.append(Donor.folded == alike_name)
    if number:
        alike.append(Donor.phone == number)
    found: dict[int, Donor] = {}
    for condition in alike:
        query = select(Donor).where(Donor.unit_id.in_(sorted(unit_ids)), condition).order_by(Donor.id).limit(limit + 1)
        found |= {donor.id: donor for donor in db.session.scalars(query) if donor.id != but}
    return [*found.values()][:limit]


def _passes(text: str, unit_id: int, limit: int) -> Iterator[Sequence[int]]:
    """The ways to understand what was typed, the surest first."""
    if _NUMBER.fullmatch(text.lower()):
        yield gift_side.donors_by_number(text, unit_id)
    tokens = [Token(written, word) for written, word in split(text).items() if word][:MOST_WORDS]
    if not tokens:
        return
    by_phone = _with_phone(text, tokens)
    if by_phone:
        yield _ids(_matching(by_phone, unit_id, limit))
    matches = _matching(tokens, unit_id, limit + 1)
    if len(matches) > limit:  # too many to rank them all: those with the exact accents are asked for apart
        yield _ids(_exact(tokens, unit_id, limit))
        yield _ids(matches)
    else:
        yield _ids(sorted(matches, key=lambda match: _rank(tokens, match)))


def _rank(tokens: list[Token], match: Match) -> tuple[int, int]:
    """Exact accents first, then whole words before beginnings of words."""
    written = [f"/{token.written}" in match.bag for token in tokens]
    whole = [f" {token.word}/" in match.bag for token in tokens]
    return written.count(False), whole.count(False)


def _with_phone(text: str, tokens: list[Token]) -> list[Token]:
    """The tokens with their digits taken as a phone's tail: all of them, or the last word of a name."""
    whole = re.sub(r"[ .\-()]", "", text)
    if _DIGITS.fullmatch(whole):
        stored = codes.normalise_phone(whole)
        tail = phone_word(codes.national_digits(stored) if stored else whole.lstrip("+"))
        return [Token(tail, tail)]
    for place, token in enumerate(tokens):
        if _DIGITS.fullmatch(token.word):
            tail = phone_word(token.word)
            return [*tokens[:place], Token(tail, tail), *tokens[place + 1 :]]
    return []


def _matching(tokens: list[Token], unit_id: int, limit: int) -> list[Match]:
    """Donors who have, for each token, a word that begins so."""
    leader, *others = _rarest_first([token.word for token in tokens], unit_id, DonorWord.word)
    return _read(DonorWord.word, leader, [f" {word}" for word in others], unit_id, limit)


def _exact(tokens: list[Token], unit_id: int, limit: int) -> list[Match]:
    """As ``_matching``, with the accents as they were typed."""
    leader, *others = _rarest_first([token.written for token in tokens], unit_id, DonorWord.written)
    return _read(DonorWord.written, leader, [f"/{written}" for written in others], unit_id, limit)


def _rarest_first(beginnings: list[str], unit_id: int, column: InstrumentedAttribute[str]) -> list[str]:
    if len(beginnings) == 1:
        return beginnings
    when = int(time.monotonic() // REMEMBERED)
    return sorted(beginnings, key=lambda one: _commonness(unit_id, column.key, one, when))


def _read(
    column: InstrumentedAttribute[str], beginning: str, parts: list[str], unit_id: int, limit: int
) -> list[Match]:
    """Walk the range of one word's beginning and keep those whose bag fits, until there are enough."""
    query = select(DonorWord.donor_id, DonorWord.bag).where(DonorWord.unit_id == unit_id, _begins(column, beginning))
    place_in = func.instr if is_sqlite() else func.strpos
    query = query.where(*(place_in(DonorWord.bag, part) > 0 for part in parts))
    query = query.order_by(DonorWord.unit_id, column, DonorWord.donor_id).limit(limit)
    return [Match(*row) for row in db.session.execute(query)]


def _ids(matches: Sequence[Match]) -> list[int]:
    return [match.donor_id for match in matches]


@lru_cache(maxsize=20_000)
def _commonness(unit_id: int, column: str, beginning: str, _when: int) -> int:
    """How many words of the unit's donors begin so, up to a limit."""
    written = getattr(DonorWord, column)
    rows = select(literal(1)).where(DonorWord.unit_id == unit_id, _begins(written, beginning)).limit(COUNTED)
    return db.session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def _begins(column: InstrumentedAttribute[str], beginning: str) -> ColumnElement[bool]:
    return (column >= beginning) & (column < beginning + BEYOND_ALL)


def _keepers(unit_ids: Collection[int]) -> Sequence[int]:
    """Of these units those that keep cards at all."""
    if len(unit_ids) <= 1:
        return list(unit_ids)
    keeps = select(literal(1)).where(Donor.unit_id == Unit.id).limit(1).scalar_subquery()
    return db.session.scalars(
        select(Unit.id).where(Unit.id.in_(sorted(unit_ids)), keeps.is_not(None)).order_by(Unit.id)
    ).all()


def _load(donor_ids: Sequence[int]) -> list[Donor]:
    if not donor_ids:
        return []
    donors = {donor.id: donor for donor in db.session.scalars(select(Donor).where(Donor.id.in_(donor_ids)))}
    return [donors[one] for one in donor_ids if one in donors]
