"""Search as one types: without accents, words in any order, by the tail of a telephone; exact accents first."""

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from khuyenhoc.core import codes, names
from khuyenhoc.core.database import db
from khuyenhoc.recipients.recipient_tables import LONGEST_WORD, Recipient, RecipientWord

PHONE = "~"
"""Before the digits of a telephone, so that they are never taken for a word."""

MOST_WORDS = 6
BEYOND_ALL = "\U0010ffff"
AT_ONCE = 500


def index(recipients: Sequence[Recipient]) -> None:
    """Write the words of these recipients anew; each must have its id."""
    ids = [recipient.id for recipient in recipients]
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        db.session.execute(delete(RecipientWord).where(RecipientWord.recipient_id.in_(some)))
    rows = [row for recipient in recipients for row in _words(recipient)]
    if rows:
        db.session.execute(insert(RecipientWord), rows)


def found(typed: str, unit_ids: Collection[int], limit: int = 50) -> list[Recipient]:
    """Recipients of these units who fit what was typed, exact accents first, then by given name."""
    text = names.clean(typed[:200])
    kept: dict[int, Recipient] = {}
    for conditions in _passes(text):
        query = select(Recipient).where(Recipient.unit_id.in_(sorted(unit_ids)), *conditions)
        query = query.order_by(Recipient.sort_key, Recipient.id).limit(limit)
        kept |= {recipient.id: recipient for recipient in db.session.scalars(query) if recipient.id not in kept}
        if len(kept) >= limit:
            break
    return [*kept.values()][:limit]


def _words(recipient: Recipient) -> Iterator[dict[str, object]]:
    words = {word[:LONGEST_WORD]: names.fold(word)[:LONGEST_WORD] for word in names.accented_words(recipient.full_name)}
    phones = {recipient.phone, *(guardian.phone for guardian in recipient.guardians)} - {""}
    words |= {word: word for word in map(_dialled, phones)}
    for written, word in words.items():
        yield {"recipient_id": recipient.id, "written": written, "word": word}


def _dialled(phone: str) -> str:
    """A telephone as it stands in the index: last digit first, so that its tail is a beginning."""
    return (PHONE + codes.national_digits(phone)[::-1])[:LONGEST_WORD]


def _passes(text: str) -> Iterator[list[ColumnElement[bool]]]:
    """The ways to understand what was typed, the surest first."""
    written = names.accented_words(text)[:MOST_WORDS]
    digits = "".join(text.split()).replace(".", "").replace("-", "")
    if digits.isascii() and digits.isdigit() and len(digits) >= 3:
        yield [_has(RecipientWord.word, PHONE + digits[::-1])]
    if written:
        yield [_has(RecipientWord.written, word) for word in written]
        yield [_has(RecipientWord.word, names.fold(word)) for word in written if names.fold(word)]


def _has(column: InstrumentedAttribute[str], beginning: str) -> ColumnElement[bool]:
    """The recipient has a word that begins so."""
    word = aliased(RecipientWord)
    mine = getattr(word, column.key)
    beginning = beginning[:LONGEST_WORD]
    return Recipient.id.in_(select(word.recipient_id).where(mine >= beginning, mine < beginning + BEYOND_ALL))
