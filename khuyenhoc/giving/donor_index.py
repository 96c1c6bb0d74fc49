"""The index by which donors are found: one row per word of their names, old names included.

A word stands folded (``hoa``) and as written (``họa``), and beside it, in ``bag``, all words of the
same donor: the few rows of one word's range say by themselves who has the other words too. Where
every word is common (``nguyen van a``) its range is long, so every two words of a donor stand
together as well: few donors share two. A telephone stands among the words from its last digit to
its first, so that its tail is the beginning of a word. The index bears no facts of its own and is
written anew with every change of a card.
"""

from collections.abc import Iterable
from itertools import combinations
from typing import Any, NamedTuple

from sqlalchemy import ForeignKey, Index, String, delete, insert
from sqlalchemy.orm import Mapped, mapped_column

from khuyenhoc.core import codes, names
from khuyenhoc.core.database import Base, BigInt, db

PHONE = "~"
"""Goes before a telephone's digits, so that they are never taken for a word."""

LONGEST_NAME = 150
LONGEST_WORD = 40
LONGEST_BAG = 600
MOST_WORDS = 24
LONGEST_PAIR = 2 * LONGEST_WORD + 1
Word = String(LONGEST_WORD).with_variant(String(LONGEST_WORD, collation="C"), "postgresql")
"""Ordered by its bytes on both engines, so that words with one beginning are neighbours."""
Pair = String(LONGEST_PAIR).with_variant(String(LONGEST_PAIR, collation="C"), "postgresql")


class DonorWord(Base):
    """One word that a donor can be found by. ``bag`` is `` tran/trần thi/thị minh/minh hoa/họa``."""

    __tablename__ = "donor_words"
    __table_args__ = (
        Index("ix_donor_words_written", "unit_id", "written", "donor_id"),
        Index("ix_donor_words_donor_id", "donor_id"),
        {"sqlite_with_rowid": False},  # the table lies in the order in which it is searched
    )
    unit_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    word: Mapped[str] = mapped_column(Word, primary_key=True)
    donor_id: Mapped[int] = mapped_column(BigInt, ForeignKey("donors.id"), primary_key=True, autoincrement=False)
    written: Mapped[str] = mapped_column(Word, primary_key=True)
    bag: Mapped[str] = mapped_column(String(LONGEST_BAG))


class DonorPair(Base):
    """Two words of one donor, folded, in the order of the alphabet: ``hoa minh``; and all of the donor's words."""

    __tablename__ = "donor_pairs"
    __table_args__ = (
        Index("ix_donor_pairs_donor_id", "donor_id"),
        {"sqlite_with_rowid": False},
    )
    unit_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    pair: Mapped[str] = mapped_column(Pair, primary_key=True)
    donor_id: Mapped[int] = mapped_column(BigInt, ForeignKey("donors.id"), primary_key=True, autoincrement=False)
    bag: Mapped[str] = mapped_column(String(LONGEST_BAG))


class Entries(NamedTuple):
    """What stands in the index of one donor: rows of ``donor_words`` and of ``donor_pairs``."""

    words: list[dict[str, Any]]
    pairs: list[dict[str, Any]]


def split(text: str) -> dict[str, str]:
    """The words of a text as written → folded, each once, in order."""
    return {word[:LONGEST_WORD]: names.fold(word)[:LONGEST_WORD] for word in names.accented_words(text)}


def folded(name: str) -> str:
    """A whole name folded, as long as its column is wide: what two cards of one giver share."""
    return names.fold(name)[:LONGEST_NAME]


def phone_word(digits: str) -> str:
    """A telephone, or its tail, as it stands in the index: last digit first."""
    return (PHONE + digits[::-1])[:LONGEST_WORD]


def pair_of(one: str, other: str) -> str:
    """Two folded words as they stand together."""
    return f"{min(one, other)} {max(one, other)}"


def entries(donor_id: int, unit_id: int, texts: Iterable[str], phone: str | None) -> Entries:
    """A donor's words, each two of them, and the telephone."""
    words: dict[str, str] = {}
    for text in texts:
        words |= split(text)
    rows = [*words.items()][:MOST_WORDS]
    pairs = [pair_of(*two) for two in combinations(dict.fromkeys(folded for _written, folded in rows), 2)]
    if phone:
        dialled = phone_word(codes.national_digits(phone))
        rows.insert(0, (dialled, dialled))
    bag = "".join(f" {folded}/{written}" for written, folded in rows)[:LONGEST_BAG]
    place = {"donor_id": donor_id, "unit_id": unit_id, "bag": bag}
    return Entries([{**place, "written": w, "word": f} for w, f in rows], [{**place, "pair": pair} for pair in pairs])


def index(donor_id: int, unit_id: int, texts: Iterable[str], phone: str | None) -> None:
    """Write a donor's words anew."""
    made = entries(donor_id, unit_id, texts, phone)
    for model, rows in ((DonorWord, made.words), (DonorPair, made.pairs)):
        db.session.execute(delete(model).where(model.donor_id == donor_id))
        if rows:
            db.session.execute(insert(model), rows)
