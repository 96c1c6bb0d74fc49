"""Items: the kinds of goods that are given, bought and handed over. One catalogue for the installation."""

import re
from collections.abc import Sequence

from sqlalchemy import BigInteger, CheckConstraint, String, select
from sqlalchemy.orm import Mapped, mapped_column

from khuyenhoc.core.context import Person
from khuyenhoc.core.database import Base, BigInt, db
from khuyenhoc.core.dong import LARGEST, Dong, figures
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.core.names import clean
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.history.chains import INSTALLATION
from khuyenhoc.history.events import record
from khuyenhoc.history.seal import sealed

SPENDING_KINDS = {
    "scholarship": _l("Chi học bổng"),
    "bicycle": _l("Trao xe đạp"),
    "gift": _l("Trao phần quà"),
    "member_care": _l("Chăm lo hội viên"),
    "reward": _l("Chi khen thưởng"),
}
"""What goods and campaigns are for: the kind of spending → its name on screen."""

CODE = re.compile(r"[a-z0-9_]{2,24}", re.ASCII)


@sealed
class Item(Base):
    """One kind of goods. ``unit_value`` is what one piece usually counts for in đồng; each posting keeps its own."""

    __tablename__ = "items"
    __table_args__ = (
        CheckConstraint("unit_value >= 0", name="unit_value"),
        CheckConstraint(
            "spending_kind IN ('scholarship', 'bicycle', 'gift', 'member_care', 'reward')", name="spending_kind"
        ),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    code: Mapped[str] = mapped_column(String(24), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    unit_of_measure: Mapped[str] = mapped_column(String(20))
    unit_value: Mapped[int] = mapped_column(BigInteger)
    spending_kind: Mapped[str] = mapped_column(String(24))

    @property
    def called(self) -> str:
        """How a sentence names it after a number: ``chiếc xe đạp 24 inch``."""
        return _called(self.unit_of_measure, self.name)

    def many(self, quantity: int) -> str:
        """So many of it: ``8 chiếc xe đạp 24 inch``."""
        return so_many(quantity, self.unit_of_measure, self.name)


def in_a_sentence(name: str) -> str:
    """How an item is called amid a sentence: ``xe đạp 24 inch``; a name in capitals stays."""
    return name[0].lower() + name[1:] if name[1:2].islower() else name


def so_many(quantity: int, unit_of_measure: str, name: str) -> str:
    """So many of an item: ``8 chiếc xe đạp 24 inch``, ``2 túi quà 50.000 đồng`` (a name that begins with the unit)."""
    return f"{figures(quantity)} {_called(unit_of_measure, name)}"


def _called(unit_of_measure: str, name: str) -> str:
    called = in_a_sentence(name)
    return called if called.split()[:1] == [unit_of_measure] else f"{unit_of_measure} {called}"


def add_item(code: str, name: str, unit_of_measure: str, unit_value: Dong, spending_kind: str, *, by: Person) -> Item:
    """Put a kind of goods into the catalogue."""
    item = Item(code=code.strip().lower(), **_checked(name, unit_of_measure, unit_value, spending_kind))
    if not CODE.fullmatch(item.code):
        raise RuleBroken(_("Mã hiện vật gồm 2–24 chữ thường không dấu, số và dấu gạch dưới."), field="code")
    if find_item(item.code):
        raise RuleBroken(_("Mã hiện vật %(code)s đã có.", code=item.code), field="code")
    db.session.add(item)
    record("item.added", item, by=by, unit_id=INSTALLATION)
    return item


def change_item(
    item: Item, name: str, unit_of_measure: str, unit_value: Dong, spending_kind: str, *, by: Person
) -> None:
    """Change how an item is named and valued from now on; what was posted keeps its own value."""
    for column, value in _checked(name, unit_of_measure, unit_value, spending_kind).items():
        setattr(item, column, value)
    record("item.changed", item, by=by, unit_id=INSTALLATION)


def _checked(name: str, unit_of_measure: str, unit_value: Dong, spending_kind: str) -> dict[str, str | int]:
    name, unit_of_measure = clean(name), clean(unit_of_measure)
    if not 1 <= len(name) <= 120:
        raise RuleBroken(_("Xin ghi tên hiện vật, tối đa 120 chữ."), field="name")
    if not 1 <= len(unit_of_measure) <= 20:
        raise RuleBroken(_("Xin ghi đơn vị tính, ví dụ: chiếc, phần, bộ."), field="unit_of_measure")
    if not 0 <= unit_value <= LARGEST:
        raise RuleBroken(_("Giá trị một đơn vị phải là số đồng không âm."), field="unit_value")
    if spending_kind not in SPENDING_KINDS:
        raise RuleBroken(_("Xin chọn hiện vật này dùng vào việc gì."), field="spending_kind")
    return {
        "name": name,
        "unit_of_measure": unit_of_measure,
        "unit_value": unit_value,
        "spending_kind": spending_kind,
    }


def find_item(code: str) -> Item | None:
    """The item of this code, or nothing."""
    return db.session.scalar(select(Item).where(Item.code == code))


def get_item(code: str) -> Item:
    """The item of this code; NotFound when there is none."""
    item = find_item(code)
    if item is None:
        raise NotFound(_("Không có loại hiện vật này."))
    return item


def item_by_id(item_id: int) -> Item:
    """The item of this id; NotFound when there is none."""
    item = db.session.get(Item, item_id)
    if item is None:
        raise NotFound(_("Không có loại hiện vật này."))
    return item


def all_items() -> Sequence[Item]:
    """The whole catalogue, by name."""
    return db.session.scalars(select(Item).order_by(Item.name, Item.id)).all()
