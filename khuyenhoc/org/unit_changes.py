"""What happens to units: they open, take another name, move in the tree, close, and go on in others.

A change is dated and added after the last one; the past is never rewritten. Only on the very day of
the last change may it be corrected (a slip in the name), and the history keeps both.
"""

import re
from datetime import date, timedelta

from sqlalchemy import and_, or_, select

from khuyenhoc.core import names
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.history.chains import INSTALLATION
from khuyenhoc.history.events import record
from khuyenhoc.org import units
from khuyenhoc.org.units import LINEAGE, Unit, UnitLineage, UnitName, UnitParent

KINDS = {
    "province_association": _l("Hội cấp tỉnh, thành phố"),
    "district_association": _l("Hội cấp quận, huyện"),
    "ward_association": _l("Hội cấp phường, xã"),
    "chapter_neighbourhood": _l("Chi hội khu phố, thôn, ấp"),
    "chapter_school": _l("Chi hội trường học"),
    "chapter_agency": _l("Chi hội cơ quan"),
    "chapter_police": _l("Chi hội công an"),
    "chapter_military": _l("Chi hội quân sự"),
    "chapter_pagoda": _l("Chi hội cơ sở tôn giáo"),
    "chapter_enterprise": _l("Chi hội doanh nghiệp"),
    "clan_board": _l("Ban khuyến học dòng họ"),
}
"""Kind of unit → its name on screen."""

_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,10}[A-Z0-9]", re.ASCII)
_EARLIEST = date(1945, 9, 2)


def checked_code(typed: str) -> str:
    """A unit's code as it is stored, or RuleBroken when it is none."""
    code = names.clean(typed).upper()
    if not _CODE.fullmatch(code):
        raise RuleBroken(_("Mã đơn vị gồm 2 đến 12 chữ in không dấu, chữ số hoặc gạch nối."), field="code")
    return code


def open_unit(
    *, code: str, kind: str, name: str, starts: date, by: Person, parent: Unit | None = None, address: str = ""
) -> Unit:
    """A unit comes into being on a day, with a code that no other unit ever had."""
    code = checked_code(code)
    if units.find_unit(code) is not None:
        raise RuleBroken(_("Đã có đơn vị mang mã này."), field="code")
    if kind not in KINDS:
        raise RuleBroken(_("Xin chọn loại đơn vị."), field="kind")
    if starts < _EARLIEST:
        raise RuleBroken(_("Ngày thành lập xa quá, xin xem lại năm."), field="starts")
    name, address = _name(name), _address(address)
    unit = Unit(code=code, kind=kind, valid_from=starts, valid_to=None, address=address)
    db.session.add(unit)
    db.session.flush()
    db.session.add(UnitName(unit_id=unit.id, name=name, starts=starts))
    if parent is not None:
        _require_parent(unit, parent, starts)
        db.session.add(UnitParent(unit_id=unit.id, parent_id=parent.id, starts=starts))
    details = {"code": code, "name": name, "starts": starts.isoformat(), "parent": parent.code if parent else None}
    record("unit.opened", unit, by=by, unit_id=INSTALLATION, details=details)
    return unit


def rename(unit: Unit, name: str, *, on: date, by: Person, reason: str = "") -> None:
    """From that day the unit is called so; old papers and reports of earlier years keep the old name."""
    name = _name(name)
    last = units.names_of(unit)[-1]
    _require_after(unit, last.starts, on)
    if name == last.name:
        raise RuleBroken(_("Đơn vị đang mang đúng tên này."), field="name")
    former = last.name
    if on == last.starts:
        last.name = name
    else:
        last.ends = on - timedelta(days=1)
        db.session.flush()
        db.session.add(UnitName(unit_id=unit.id, name=name, starts=on))
    details = {"from": former, "to": name, "on": on.isoformat()}
    record("unit.renamed", unit, by=by, unit_id=INSTALLATION, reason=reason.strip(), details=details)


def move(unit: Unit, parent: Unit | None, *, on: date, by: Person, reason: str = "") -> None:
    """From that day the unit stands under another, or under none; nothing may stand under itself."""
    history = units.parents_of(unit)
    last = history[-1] if history else None
    _require_after(unit, _last_move(unit, last), on)
    present = last if last is not None and last.ends is None else None
    if (parent.id if parent else None) == (present.parent_id if present else None):
        raise RuleBroken(_("Đơn vị đang ở đúng chỗ này."), field="parent")
    if parent is not None:
        _require_parent(unit, parent, on)
    if present is not None and on == present.starts:
        db.session.delete(present)
    elif present is not None:
        present.ends = on - timedelta(days=1)
    db.session.flush()
    if parent is not None:
        db.session.add(UnitParent(unit_id=unit.id, parent_id=parent.id, starts=on))
    details = {"to": parent.code if parent else None, "on": on.isoformat()}
    record("unit.moved", unit, by=by, unit_id=INSTALLATION, reason=reason.strip(), details=details)


def set_address(unit: Unit, address: str, *, by: Person) -> None:
    """The unit's papers bear this address from now on; issued ones keep theirs."""
    address = _address(address)
    if address == unit.address:
        return
    former, unit.address = unit.address, address
    record("unit.address_set", unit, by=by, unit_id=INSTALLATION, details={"from": former, "to": address})


def close(unit: Unit, *, on: date, by: Person, reason: str) -> None:
    """That day is the unit's last. Whatever stands under it must have closed or moved by then."""
    if unit.valid_to is not None:
        raise RuleBroken(_("Đơn vị này đã đóng."))
    if not reason.strip():
        raise RuleBroken(_("Xin ghi lý do, ví dụ số nghị quyết."), field="reason")
    rows: list[UnitName | UnitParent] = [*units.names_of(unit), *units.parents_of(unit)]
    if on < max(row.starts for row in rows):
        raise RuleBroken(_("Ngày đóng phải từ ngày thay đổi gần nhất của đơn vị trở đi."), field="on")
    left = _still_below(unit, on)
    if left:
        raise RuleBroken(
            _("Còn đơn vị trực thuộc sau ngày này: %(units)s. Xin đóng hoặc chuyển các đơn vị ấy trước.", units=left),
            field="on",
        )
    unit.valid_to = on
    for row in rows:
        if row.ends is None:
            row.ends = on
    record("unit.closed", unit, by=by, unit_id=INSTALLATION, reason=reason.strip(), details={"on": on.isoformat()})


def succeed(
    predecessor: Unit, successor: Unit | None, *, kind: str, effective: date, by: Person, basis: str = ""
) -> UnitLineage:
    """Say what became of a unit: it went over wholly or in part to another, or was dissolved."""
    if kind not in LINEAGE:
        raise RuleBroken(_("Xin chọn: toàn bộ, một phần hay giải thể."), field="kind")
    if (kind == "dissolved") != (successor is None):
        raise RuleBroken(_("Đơn vị giải thể không có đơn vị kế tiếp; các cách khác thì phải có."), field="successor")
    if successor is predecessor:
        raise RuleBroken(_("Đơn vị không kế tiếp chính mình."), field="successor")
    if successor is not None and not units.is_open(successor, effective):
        raise RuleBroken(_("Đơn vị kế tiếp phải đang hoạt động vào ngày này."), field="successor")
    if effective <= predecessor.valid_from:
        raise RuleBroken(_("Ngày này phải sau ngày thành lập đơn vị cũ."), field="effective")
    _require_consistent(predecessor, successor, kind)
    row = UnitLineage(
        predecessor_id=predecessor.id,
        successor_id=successor.id if successor else None,
        kind=kind,
        effective=effective,
        basis=names.clean(basis)[:200],
    )
    db.session.add(row)
    details = {"to": successor.code if successor else None, "kind": kind, "effective": effective.isoformat()}
    record("unit.succeeded", predecessor, by=by, unit_id=INSTALLATION, reason=row.basis, details=details)
    return row


def _require_consistent(predecessor: Unit, successor: Unit | None, kind: str) -> None:
    known = [row for row in units.lineage_of(predecessor) if row.predecessor_id == predecessor.id]
    if any(row.successor_id == (successor.id if successor else None) for row in known):
        raise RuleBroken(_("Việc kế tiếp này đã ghi rồi."), field="successor")
    if known and (kind != "part" or any(row.kind != "part" for row in known)):
        raise RuleBroken(
            _("Đơn vị đã có nơi kế tiếp; chỉ khi chia thành nhiều phần mới có thêm nơi khác."), field="kind"
        )


def _last_move(unit: Unit, last: UnitParent | None) -> date:
    if last is None:
        return unit.valid_from
    return last.starts if last.ends is None else last.ends + timedelta(days=1)


def _require_after(unit: Unit, last: date, on: date) -> None:
    if not units.is_open(unit, on):
        raise RuleBroken(_("Đơn vị không hoạt động vào ngày này."), field="on")
    if on < last:
        raise RuleBroken(_("Đã có thay đổi sau ngày này; xin ghi theo thứ tự thời gian."), field="on")


def _require_parent(unit: Unit, parent: Unit, on: date) -> None:
    if not units.is_open(parent, on) or parent.valid_to is not None:
        raise RuleBroken(_("Đơn vị cấp trên không hoạt động từ ngày này."), field="parent")
    if unit.id == parent.id or unit.id in _above_from(parent, on):
        raise RuleBroken(_("Đơn vị không thể trực thuộc chính mình hoặc đơn vị cấp dưới của mình."), field="parent")


def _above_from(unit: Unit, day: date) -> frozenset[int]:
    """Everything that stands above the unit on that day or at any time after."""
    link = or_(UnitParent.ends.is_(None), UnitParent.ends >= day)
    above = select(UnitParent.parent_id).where(UnitParent.unit_id == unit.id, link).cte("above", recursive=True)
    further = select(UnitParent.parent_id).join(above, UnitParent.unit_id == above.c.parent_id).where(link)
    return frozenset(db.session.scalars(select(above.union(further).c.parent_id)))


def _still_below(unit: Unit, day: date) -> str:
    later = or_(UnitParent.ends.is_(None), UnitParent.ends > day)
    query = select(Unit.code).join(UnitParent, UnitParent.unit_id == Unit.id)
    codes = db.session.scalars(query.where(and_(UnitParent.parent_id == unit.id, later)).order_by(Unit.code)).all()
    return ", ".join(codes)


def _name(typed: str) -> str:
    name = names.clean(typed)
    if not name:
        raise RuleBroken(_("Xin ghi tên đơn vị."), field="name")
    if len(name) > 150:
        raise RuleBroken(_("Tên đơn vị dài nhất 150 ký tự."), field="name")
    return name


def _address(typed: str) -> str:
    address = names.clean(typed)
    if len(address) > 200:
        raise RuleBroken(_("Địa chỉ dài nhất 200 ký tự."), field="address")
    return address
