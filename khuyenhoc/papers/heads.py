"""Who stands on a paper: the unit as it was called on the paper's day, and the officers who acted."""

import datetime

from sqlalchemy import select

from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org import grants
from khuyenhoc.org.grants import Grant
from khuyenhoc.org.units import name_on, parent_on, unit_by_id
from khuyenhoc.org.users import User
from khuyenhoc.papers.content import Heading

_PLACES = ("phường", "xã", "thị trấn", "đặc khu", "quận", "huyện", "thị xã", "thành phố", "tỉnh")


def heading(unit_id: int, day: datetime.date) -> Heading:
    """Who issues a paper of that day: unit and body above it as they were called then."""
    unit = unit_by_id(unit_id)
    name, above = name_on(unit, day), parent_on(unit, day)
    parent = name_on(above, day) if above is not None else ""
    return Heading(unit=name, address=unit.address or "", place=place(name), parent=parent)


def place(unit_name: str) -> str:
    """Where a unit signs: ``Bến Nắng`` for ``Hội Khuyến học phường Bến Nắng``."""
    for word in _PLACES:
        before, found, after = unit_name.rpartition(f"{word} ")
        if not found:
            before, found, after = unit_name.rpartition(f"{word.capitalize()} ")
        if found and after and before:
            return f"{word.capitalize()} {after}" if after.isdecimal() else after
    return unit_name


def recorder(document: Document) -> str:
    """Who recorded it, without honorific."""
    user = db.session.get(User, document.created_by)
    return user.full_name if user is not None else document.created_by_name


def bare_name(user_id: int | None, otherwise: str) -> str:
    """Somebody's name as it stands under a signature: without honorific."""
    user = db.session.get(User, user_id) if user_id is not None else None
    return user.full_name if user is not None else otherwise


def acted_as(role: str, document: Document, who: int | None = None) -> str:
    """The recorder's name (or that of ``who``), where they held this role then; else there is a line to sign on."""
    query = select(User.full_name).join(Grant, Grant.user_id == User.id)
    query = query.where(User.id == (document.created_by if who is None else who), Grant.role == role)
    return db.session.scalar(query.where(grants.live(clock.from_stamp(document.created_at).date())).limit(1)) or ""


def holder_of(role: str, unit_id: int, day: datetime.date) -> str:
    """The name of the one person who held a role on the unit that day; empty when nobody or several did."""
    query = select(User.full_name).join(Grant, Grant.user_id == User.id)
    query = query.where(Grant.role == role, Grant.unit_id == unit_id, grants.live(day), User.active.is_(True))
    found = db.session.scalars(query.distinct().limit(2)).all()
    return found[0] if len(found) == 1 else ""
