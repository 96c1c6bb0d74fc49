"""The demonstration's units: a district with its wards and chapters, and what the merger of 2025 made of them."""

from typing import Any

from khuyenhoc.core.context import Person
from khuyenhoc.demo.world import day
from khuyenhoc.org import unit_changes
from khuyenhoc.org.units import Unit

Rows = list[dict[str, Any]]


def found(rows: Rows, *, by: Person) -> dict[str, Unit]:
    """Every unit on the day it began, with its first name and its first parent."""
    units: dict[str, Unit] = {}
    for row in sorted(rows, key=lambda row: (row["valid_from"], row["id"])):
        units[row["id"]] = unit_changes.open_unit(
            code=row["id"],
            kind=row["kind"],
            name=row["names"][0]["name"],
            starts=day(row["valid_from"]),
            parent=units[row["parents"][0]["unit"]] if row["parents"] else None,
            address=row.get("address") or "",
            by=by,
        )
    return units


def reform(rows: Rows, lineage: Rows, units: dict[str, Unit], *, by: Person) -> None:
    """What happened later: new names, new parents, closings, and what became of whom."""
    reason = "Sắp xếp đơn vị hành chính hai cấp từ ngày 1/7/2025"
    for row in rows:
        unit = units[row["id"]]
        for name in row["names"][1:]:
            unit_changes.rename(unit, name["name"], on=day(name["from"]), by=by, reason=reason)
        for parent in row["parents"][1:]:
            unit_changes.move(unit, units[parent["unit"]], on=day(parent["from"]), by=by, reason=reason)
    closing = [row for row in rows if row["valid_to"]]
    for row in sorted(closing, key=lambda row: len(row["parents"]), reverse=True):
        unit_changes.close(units[row["id"]], on=day(row["valid_to"]), by=by, reason=reason)
    for row in lineage:
        successor = units[row["successor"]] if row["successor"] else None
        predecessor, effective = units[row["predecessor"]], day(row["effective"])
        unit_changes.succeed(predecessor, successor, kind=row["kind"], effective=effective, by=by, basis=reason)
