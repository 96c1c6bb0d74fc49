"""Are the database's own guards in place, on, and the very ones that the migrations laid down?"""

import re
from collections.abc import Iterator

from khuyenhoc.core.database import is_sqlite
from khuyenhoc.core.text import gettext as _
from khuyenhoc.ledger.guards import GUARDS
from khuyenhoc.proof.rows import stream
from khuyenhoc.proof.violations import Violation

_CREATED = re.compile(r"CREATE (?:OR REPLACE )?(?:CONSTRAINT )?(TRIGGER|VIEW|FUNCTION) (\w+)")
_DROPPED = re.compile(r"DROP (TRIGGER|VIEW|FUNCTION) (?:IF EXISTS )?(\w+)")
_TRIGGER = re.compile(r" ON (\w+) .*EXECUTE FUNCTION (\w+)")
_BODY = re.compile(r"\$\$(.*)\$\$")
_STORED = {
    "sqlite": {
        "TRIGGER": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
        "VIEW": "SELECT name, sql FROM sqlite_master WHERE type = 'view'",
    },
    "postgresql": {
        "TRIGGER": (
            "SELECT t.tgname AS name, c.relname || ' ' || p.proname AS sql FROM pg_trigger t"
            " JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')"
        ),
        "VIEW": "SELECT viewname AS name, '' AS sql FROM pg_views WHERE schemaname = current_schema()",
        "FUNCTION": (
            "SELECT proname AS name, prosrc AS sql FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
        ),
    },
}
"""Engine and kind of thing → what stands in the database: its name, and what is compared of its words."""


def expected(engine: str) -> dict[tuple[str, str], str]:
    """Kind and name → the words of every trigger, view and function that ``migrations/guards`` leaves on an engine."""
    found: dict[tuple[str, str], str] = {}
    for step in sorted(GUARDS.glob(f"*_{engine}.sql")):
        for statement in step.read_text(encoding="utf-8").split("\n--;\n"):
            dropped, created = _DROPPED.match(_bare(statement)), _CREATED.match(_bare(statement))
            if dropped:
                found.pop((dropped[1], dropped[2]), None)
            if created:
                found[created[1], created[2]] = _compared(engine, created[1], _bare(statement))
    return found


def _compared(engine: str, kind: str, words: str) -> str:
    """SQLite keeps every word; PostgreSQL a function's body, a trigger's table and function, and no view as written."""
    if engine == "sqlite":
        return words
    if kind == "FUNCTION":
        body = _BODY.search(words)
        return body[1].strip() if body else ""
    trigger = _TRIGGER.search(words) if kind == "TRIGGER" else None
    return f"{trigger[1]} {trigger[2]}" if trigger else ""


def _bare(statement: str) -> str:
    """Without the comments before it, and with every run of blanks as one."""
    lines = [line for line in statement.splitlines() if not line.startswith("--")]
    return " ".join(" ".join(lines).split())


def standing() -> Iterator[Violation]:
    """Every guard stands in the database with the words it was laid down with, and is on."""
    engine = "sqlite" if is_sqlite() else "postgresql"
    stored = {
        (kind, row["name"]): _bare(str(row["sql"])) for kind, sql in _STORED[engine].items() for row in stream(sql)
    }
    for (kind, name), words in sorted(expected(engine).items()):
        table = f"{kind.lower()}s"
        found = stored.get((kind, name))
        if found is None:
            yield Violation(table, name, "name", name, None, _("Thiếu chốt canh giữ của cơ sở dữ liệu."))
        elif found != words:
            yield Violation(table, name, "sql", words, found, _("Chốt canh giữ của cơ sở dữ liệu đã bị đổi."))
