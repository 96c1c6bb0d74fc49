"""The history as a list: who did what to what, by the names that people read."""

import json
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, select

from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history.chains import INSTALLATION
from khuyenhoc.history.events import Event
from khuyenhoc.history.names import DEEDS
from khuyenhoc.org.administration import deeds_seen
from khuyenhoc.org.permissions import ROLES
from khuyenhoc.org.users import User
from khuyenhoc.papers.kinds import KINDS
from khuyenhoc.web.lists import Ranges

_NAMES = ("label", "name", "username", "code", "title")
"""Where a deed or its subject says what it is called."""

UNNAMED = frozenset({"recipients", "evidence"})
"""Tables of files whose names may be a child's: the deed is told, not whose file it was."""


def ranges(unit_ids: Collection[int], asked: dict[str, Any]) -> Ranges:
    """The deeds of these units, and what of the installation's own concerns them, as asked for: a range per chain."""
    query = _narrowed(asked)
    common = query.where(Event.unit_id == INSTALLATION, deeds_seen(frozenset(unit_ids)))
    return Ranges([*(query.where(Event.unit_id == unit_id) for unit_id in sorted(unit_ids)), common])


def _narrowed(asked: dict[str, Any]) -> Select[Event]:
    query: Select[Event] = select(Event)
    if "viec" in asked:
        query = query.where(Event.action == asked["viec"])
    if "ai" in asked:
        query = query.where(Event.actor_name.icontains(asked["ai"], autoescape=True))
    if "tu" in asked:
        query = query.where(Event.at >= _begins(asked["tu"]))
    if "den" in asked:
        query = query.where(Event.at < _begins(asked["den"] + timedelta(days=1)))
    return query


def kinds() -> list[tuple[str, str]]:
    """Every kind of deed by its name, in the order of the alphabet."""
    return sorted(((action, str(name)) for action, name in DEEDS.items()), key=lambda one: one[1].lower())


def subject_of(event: Event) -> str:
    """What the deed was done to: ``PT-2026-0013``, ``Phiếu chi PC-2026-0001``, ``Xe đạp đến trường 2026``."""
    details = json.loads(event.details) if event.details else {}
    row = _row(event)
    if event.subject_table == "payout_lines":
        return _("Danh sách %(list)s, dòng %(line)s", list=row.get("payout_id", ""), line=row.get("position", ""))
    if event.subject_table in UNNAMED:
        return ""
    name = next((str(said[key]) for said in (details, row) for key in _NAMES if said.get(key)), "")
    if event.subject_table == "issued_papers" and row.get("kind") in KINDS:
        return f"{KINDS[str(row['kind'])].NAME} {row['label']}".strip()
    if event.subject_table == "documents" and row:
        return f"{row['series']}-{row['year']}-{row['number']:04d}"
    if event.subject_table == "users":
        return _account(event, name, details)
    return name


def _account(event: Event, name: str, details: dict[str, Any]) -> str:
    """Whose account, and which role where: ``Bà Đoàn Ngọc Hạ: Thủ quỹ, U01``."""
    user = db.session.get(User, event.subject_id)
    whose = name or (user.signature if user is not None else "")
    role = str(ROLES.get(str(details.get("role", "")), ""))
    return f"{whose}: {role}, {details['unit']}" if role else whose


def _row(event: Event) -> dict[str, Any]:
    """The subject as it was written down; empty for what is not sealed."""
    rows = json.loads(event.content).get(event.subject_table, []) if event.content else []
    return dict(rows[0]) if rows else {}


def _begins(day: date) -> str:
    return clock.stamp(datetime.combine(day, time.min, clock.VIETNAM))
