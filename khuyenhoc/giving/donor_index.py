"""The index by which donors are found: one row per word of their names, old names included.

A word stands folded (``hoa``) and as written (``họa``), and beside it, in ``bag``, all words of the
same donor: the few rows of one word's range say by themselves who has the other words too. A
telephone stands among the words from its last digit to its first, so that its tail is the beginning
of a word. The index bears no facts of its own and is written anew with every change of a card.
"""

from collections.abc import Iterable

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
Word = String(LONGEST_WORD).with_variant(String(LONGEST_WORD, collation="C"), "postgresql")
"""Ordered by its bytes on both engines, so that words with one beginning are neighbours."""


class DonorWord(Base):
    """One word that a donor can be found by. ``bag`` is `` tran/trần thi/thị minh/minh hoa/họa``."""

    __tablename__ = "donor_words"
    __table_args__ = (
        Index("ix_donor_words_written", "unit_id", "written", "donor_id", "bag"),
        Index("ix_donor_words_donor_id", "donor_id"),
        {"sqlite_with_rowid": False},  # the table lies in the order in which it is searched
    )
    unit_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    word: Mapped[str] = mapped_column(Word, primary_key=True)
    donor_id: Mapped[int] = mapped_column(BigInt, ForeignKey("donors.id"), primary_key=True, autoincrement=False)
    written: Mapped[str] = mapped_column(Word, primary_key=True)
    bag: Mapped[str] = mapped_column(String(LONGEST_BAG))


def split(text: str) -> dict[str, str]:
    """The words of a text as written → folded, each once, in order."""
    return {word[:LONGEST_WORD]: names.fold(word)[:LONGEST_WORD] for word in names.accented_words(text)}


def folded(name: str) -> str:
    """A whole name folded, as long as its column is wide: what two cards of one giver share."""
    return names.fold(name)[:LONGEST_NAME]


def phone_word(digits: str) -> str:
    """A telephone, or its tail, as it stands in the index: last digit first."""
    return (PHONE + digits[::-1])[:LONGEST_WORD]


def index(donor_id: int, unit_id: int, texts: Iterable[str], phone: str | None) -> None:
    """Write a donor's words anew."""
    words: dict[str, str] = {}
    for text in texts:
        words |= split(text)
    rows = [*words.items()][:MOST_WORDS]
    if phone:
        dialled = phone_word(codes.national_digits(phone))
        rows.insert(0, (dialled, dialled))
    bag = "".join(f" {folded}/{written}" for written, folded in rows)[:LONGEST_BAG]
    db.session.execute(delete(DonorWord).where(DonorWord.donor_id == donor_id))
    if rows:
        db.session.execute(
            insert(DonorWord),
            [{"donor_id": donor_id, "unit_id": unit_id, "written": w, "word": f, "bag": bag} for w, f in rows],
        )
