"""Search as one types: without accents, in any order of words, by the tail of a phone, by a receipt's number.

However many donors there are, a search reads a short way along an index; ``donor_matching`` finds it.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import ColumnElement, literal, select

from khuyenhoc.core import codes, names
from khuyenhoc.core.database import db
from khuyenhoc.giving.donor_hooks import gift_side
from khuyenhoc.giving.donor_index import folded, phone_word, split
from khuyenhoc.giving.donor_kinds import HONORIFICS
from khuyenhoc.giving.donor_matching import Match, Token, exactly, matching
from khuyenhoc.giving.donors import Donor
from khuyenhoc.org.units import Unit

MOST_WORDS = 6
_NUMBER = re.compile(r"[a-zđ]{2,3} ?-? ?[0-9]{4} ?-? ?[0-9]{1,9}")
_DIGITS = re.compile(r"\+?[0-9]{3,15}")


Sure = tuple[int, int, int]
"""How sure a find is, the surest first: the way it was found by, words without the typed accents, words only begun."""

BY_NUMBER, BY_PHONE, BY_NAME = range(3)


def search(typed: str, unit_ids: Collection[int], limit: int = 8) -> list[Donor]:
    """Donors whose cards these units keep and who fit what was typed; exact accents first, whoever keeps them."""
    text = names.clean(typed[:200])
    found = [one for unit_id in _keepers(unit_ids) for one in _kept_by(unit_id, text, limit)]
    return _load([donor_id for _sure, donor_id in sorted(found, key=lambda one: one[0])][:limit])


def _kept_by(unit_id: int, text: str, limit: int) -> list[tuple[Sure, int]]:
    """The surest of one unit's cards."""
    found: dict[int, Sure] = {}
    for batch in _passes(text, unit_id, limit):
        for sure, donor_id in batch:
            found.setdefault(donor_id, sure)
        if len(found) >= limit:
            break
    return [(sure, donor_id) for donor_id, sure in found.items()]


def possible_duplicates(
    name: str, phone: str, unit_ids: Collection[int], *, tax_code: str = "", but: int | None = None, limit: int = 5
) -> list[Donor]:
    """Cards that may be the same giver: the same name without accents and title, telephone or tax code."""
    number, tax = codes.normalise_phone(phone or ""), codes.normalise_tax_code(tax_code or "")
    alike: list[ColumnElement[bool]] = [Donor.folded == said for said in _said(name)]
    if number:
        alike.append(Donor.phone == number)
    if tax:
        alike.append(Donor.tax_code == tax)
    found: dict[int, Donor] = {}
    for condition in alike:
        query = select(Donor).where(Donor.unit_id.in_(sorted(unit_ids)), condition).order_by(Donor.id).limit(limit + 1)
        found |= {donor.id: donor for donor in db.session.scalars(query) if donor.id != but}
    return [*found.values()][:limit]


def _said(name: str) -> list[str]:
    """The name as cards are compared by it, and without the title that was typed before it."""
    whole = names.clean(name)
    title, _space, rest = whole.partition(" ")
    without = rest if names.fold(title) in {names.fold(honorific) for honorific in HONORIFICS} and " " in rest else ""
    return [folded(said) for said in (whole, without) if said]


def _passes(text: str, unit_id: int, limit: int) -> Iterator[list[tuple[Sure, int]]]:
    """The ways to understand what was typed, the surest first."""
    if _NUMBER.fullmatch(text.lower()):
        yield [((BY_NUMBER, 0, 0), donor_id) for donor_id in gift_side.donors_by_number(text, unit_id)]
    tokens = [Token(written, word) for written, word in split(text).items() if word][:MOST_WORDS]
    if not tokens:
        return
    by_phone = _with_phone(text, tokens)
    if by_phone:
        yield [((BY_PHONE, 0, 0), match.donor_id) for match in matching(by_phone, unit_id, limit).found]
    matches = matching(tokens, unit_id, limit)
    if not matches.complete:  # too many to rank them all: those with the exact accents are asked for apart
        yield _ranked(tokens, exactly(tokens, unit_id, limit, matches.two))
    yield sorted(_ranked(tokens, matches.found), key=lambda one: one[0])


def _ranked(tokens: list[Token], matches: Sequence[Match]) -> list[tuple[Sure, int]]:
    """Exact accents first, then whole words before beginnings of words."""
    return [((BY_NAME, *_lacks(tokens, match)), match.donor_id) for match in matches]


def _lacks(tokens: list[Token], match: Match) -> tuple[int, int]:
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
