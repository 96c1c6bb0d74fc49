"""What was done to people and units, told in sentences."""

import json
from datetime import date
from typing import Any

from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.core.values import dataclass
from khuyenhoc.history import events
from khuyenhoc.org.permissions import ROLES

SENTENCES: dict[str, Any] = {
    "user.created": _l("Mở tài khoản %(username)s"),
    "user.edited": _l("Sửa thông tin"),
    "user.linked_to_donor": _l("Gắn với nhà hảo tâm"),
    "user.password_changed": _l("Đổi mật khẩu"),
    "user.password_reset": _l("Cấp mật khẩu dùng một lần"),
    "user.unlocked": _l("Mở khóa đăng nhập"),
    "user.deactivated": _l("Ngừng tài khoản"),
    "user.reactivated": _l("Cho dùng lại tài khoản"),
    "session.ended": _l("Kết thúc một phiên đăng nhập"),
    "role.given": _l("Giao vai trò %(role)s ở %(unit)s từ ngày %(starts)s"),
    "role.taken_away": _l("Thôi giao vai trò %(role)s ở %(unit)s"),
    "unit.opened": _l("Thành lập ngày %(starts)s với tên %(name)s"),
    "unit.renamed": _l("Đổi tên từ ngày %(on)s: từ %(from)s thành %(to)s"),
    "unit.moved": _l("Trực thuộc %(to)s từ ngày %(on)s"),
    "unit.address_set": _l("Ghi địa chỉ %(to)s"),
    "unit.closed": _l("Đóng, ngày cuối cùng là %(on)s"),
    "unit.succeeded": _l("Kế tiếp từ ngày %(effective)s: %(kind)s, %(to)s"),
}

LINEAGE_NAMES = {"whole": _l("toàn bộ"), "part": _l("một phần"), "dissolved": _l("giải thể")}


@dataclass(frozen=True)
class Told:
    """One deed as it is shown: the sentence, who did it, when, from where, why."""

    sentence: str
    actor: str
    at: str
    origin: str
    reason: str


def of(table: str, subject_id: int) -> list[Told]:
    """Everything that was done to one person or unit, the latest first."""
    return [
        Told(_sentence(event.action, event.details), event.actor_name, event.at, event.origin, event.reason)
        for event in reversed(events.of(table, subject_id))
    ]


def _sentence(action: str, details: str) -> str:
    known = SENTENCES.get(action)
    if known is None:
        return action
    values = {name: _shown(name, value) for name, value in (json.loads(details) if details else {}).items()}
    return str(known) % values if "%(" in str(known) else str(known)


def _shown(name: str, value: Any) -> str:
    if value is None:
        return _("không đơn vị nào")
    if name == "role":
        return str(ROLES.get(value, value))
    if name == "kind":
        return str(LINEAGE_NAMES.get(value, value))
    if name in ("starts", "on", "effective", "ends"):
        day = date.fromisoformat(value)
        return f"{day.day}/{day.month}/{day.year}"
    return str(value)
