"""Does every sealed row stand as the history last wrote it down?"""

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from khuyenhoc.core.text import gettext as _
from khuyenhoc.history.seal import PARTS, ROOTS, read_sql
from khuyenhoc.proof.rows import Beside, Row, every, key, key_columns, stream, table
from khuyenhoc.proof.violations import Violation


def unchanged() -> Iterator[Violation]:
    """Every row of every sealed table, compared column by column with the latest event about it."""
    for root in sorted(ROOTS):
        yield from _root(root)


def _root(root: str) -> Iterator[Violation]:
    told = _told(root)
    parts = {part.table.name: _beside(part.table.name, part.column) for part in PARTS[root]}
    ahead = next(told, None)
    for row in every(root):
        while ahead is not None and ahead[0] < row["id"]:
            yield _gone(root, ahead[0])
            ahead = next(told, None)
        found = {root: [row], **{name: rows.take(row["id"]) for name, rows in parts.items()}}
        if ahead is None or ahead[0] != row["id"]:
            yield Violation(root, key(root, row), "id", None, row["id"], _("Dòng này không có trong nhật ký."))
            continue
        yield from _differences(ahead[1], found)
        ahead = next(told, None)
    while ahead is not None:
        yield _gone(root, ahead[0])
        ahead = next(told, None)
    for part in PARTS[root]:
        for orphan in parts[part.table.name].left():
            text = _("Dòng này không thuộc chứng từ nào.")
            yield Violation(part.table.name, key(part.table.name, orphan), part.column, None, orphan[part.column], text)


def _beside(name: str, column: str) -> Beside:
    order = ", ".join(dict.fromkeys([column, *key_columns(name)]))
    return Beside(stream(f"{read_sql(table(name))} ORDER BY {order}"), column)


def _gone(root: str, root_id: int) -> Violation:
    return Violation(root, str(root_id), "id", root_id, None, _("Nhật ký có mà dòng này không còn."))


def _told(root: str) -> Iterator[tuple[int, str]]:
    """The latest content of each subject, in the order of its id."""
    sql = (
        "SELECT subject_id, unit_id, number, at, content FROM history WHERE subject_table = :root AND content <> ''"
        " ORDER BY subject_id, at, unit_id, number"
    )
    for subject, rows in groupby(stream(sql, root=root), key=lambda row: row["subject_id"]):
        last: Row = {}
        for row in rows:
            last = row
        yield subject, str(last["content"])


def _differences(told: str, found: dict[str, list[Row]]) -> Iterator[Violation]:
    should = _parsed(told)
    owners = {part.table.name: part.column for parts in PARTS.values() for part in parts}
    for name, rows in found.items():
        expected = {key(name, row): row for row in should.get(name, [])}
        for row in rows:
            here = key(name, row)
            wanted = expected.pop(here, None)
            if wanted is None:
                field = owners.get(name, key_columns(name)[-1])
                yield Violation(name, here, field, None, row[field], _("Dòng này không có trong nhật ký."))
                continue
            for column, value in row.items():
                if value != wanted.get(column):
                    text = _("Cột này khác với lần ghi sau cùng trong nhật ký.")
                    yield Violation(name, here, column, wanted.get(column), value, text)
        for here in expected:
            yield Violation(name, here, key_columns(name)[-1], here, None, _("Nhật ký có mà dòng này không còn."))


def _parsed(told: str) -> dict[str, list[dict[str, Any]]]:
    try:
        content = json.loads(told)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
