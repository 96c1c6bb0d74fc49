"""The history: who did what, when, from where and why. Append-only, one chain per unit."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Index, Integer, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from khuyenhoc.core import clock, fixed
from khuyenhoc.core.context import Person, origin
from khuyenhoc.core.database import Base, BigInt, db
from khuyenhoc.history import chains, seal
from khuyenhoc.history.chains import Head, link_hash, lock


class Event(Base):
    """One deed. ``subject_table`` and ``subject_id`` name its subject; ``content`` is how that stood afterwards."""

    __tablename__ = "history"
    __table_args__ = (
        Index("ix_history_subject", "subject_table", "subject_id"),
        Index("ix_history_at", "unit_id", "at", "number"),
    )
    unit_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(27))
    actor_id: Mapped[int] = mapped_column(BigInteger)
    actor_name: Mapped[str] = mapped_column(String(120))
    origin: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(60))
    subject_table: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(Text)
    details: Mapped[str] = mapped_column(Text)
    content: Mapped[str] = mapped_column(Text)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


TABLE = Base.metadata.tables["history"]
AT_ONCE = 200
"""Rows of one INSERT: SQLite takes at most 32.766 values in a statement."""

COLUMNS = [column.name for column in TABLE.columns if column.name != "hash"]


def record(
    action: str,
    subject: Base | None,
    *,
    by: Person,
    unit_id: int,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Append one deed to the unit's history, with its subject written down as it stands now.

    ``action`` is past tense: ``campaign.opened``. ``details`` holds what changed, as plain values.
    """
    db.session.flush()
    table = subject.__tablename__ if subject is not None else ""
    subject_id = int(subject.id) if subject is not None else 0  # type: ignore[attr-defined]
    content = ""
    if table in seal.ROOTS:
        content = seal.content(table, subject_id)
        seal.told(db.session(), table, subject_id)
    head = lock(unit_id)["history"]
    write(head, action, table, subject_id, content, by=by, unit_id=unit_id, reason=reason, details=details)


def record_many(
    action: str,
    subjects: Sequence[Base],
    *,
    by: Person,
    unit_id: int,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Append one deed for each of many subjects of one table, as ``record`` does for one; read and written in bulk."""
    if not subjects:
        return
    db.session.flush()
    table = subjects[0].__tablename__
    ids = [int(subject.id) for subject in subjects]  # type: ignore[attr-defined]
    contents = seal.contents(table, ids) if table in seal.ROOTS else dict.fromkeys(ids, "")
    head = lock(unit_id)["history"]
    rows = []
    same = _same(action, table, by, unit_id, reason, details)
    alike, session = chains.Alike(COLUMNS, same), db.session()
    for subject_id in ids:
        seal.told(session, table, subject_id)
        values = _values(head, subject_id, contents[subject_id], same)
        values["hash"] = alike.link_hash(values)
        rows.append(values)
        head = Head(values["number"], values["hash"])
    for start in range(0, len(rows), AT_ONCE):
        fixed.insert(TABLE, rows[start : start + AT_ONCE])
    chains.moved(unit_id, "history", head)


def write(
    head: Head,
    action: str,
    table: str,
    subject_id: int,
    content: str,
    *,
    by: Person,
    unit_id: int,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
) -> Head:
    """Append one link whose subject the caller has written down; gives the new head."""
    values = _values(head, subject_id, content, _same(action, table, by, unit_id, reason, details))
    values["hash"] = link_hash(COLUMNS, list(values.values()))
    fixed.insert(TABLE, [values])
    chains.moved(unit_id, "history", Head(values["number"], values["hash"]))
    return Head(values["number"], values["hash"])


def _same(
    action: str, table: str, by: Person, unit_id: int, reason: str, details: Mapping[str, Any] | None
) -> dict[str, Any]:
    """What is the same in every link of one deed."""
    return {
        "unit_id": unit_id,
        "at": clock.stamp(),
        "actor_id": by.id,
        "actor_name": by.signature,
        "origin": origin.get()[:64],
        "action": action,
        "subject_table": table,
        "reason": reason,
        "details": json.dumps(details, ensure_ascii=False, sort_keys=True) if details else "",
    }


def _values(head: Head, subject_id: int, content: str, same: dict[str, Any]) -> dict[str, Any]:
    """A link in the order of its columns, all but its hash."""
    link = {"number": head.length + 1, "subject_id": subject_id, "content": content, "previous_hash": head.hash}
    given = {**same, **link}
    return {name: given[name] for name in COLUMNS}


def of(table: str, subject_id: int) -> Sequence[Event]:
    """Everything that was done to one thing, oldest first."""
    query = select(Event).where(Event.subject_table == table, Event.subject_id == subject_id)
    return db.session.scalars(query.order_by(Event.at, Event.unit_id, Event.number)).all()
