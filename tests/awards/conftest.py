"""The association that gives scholarships."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event

from khuyenhoc.core.database import db
from tests.awards.award_world import AwardWorld, make_award_world
from tests.support.browser import Browser
from tests.support.worlds import Worlds


@pytest.fixture
def world(worlds: Worlds) -> AwardWorld:
    """Hội U01 with its chapter and school, its officers and its committee."""
    return worlds.begin_with(make_award_world)


@pytest.fixture
def chapter(world: AwardWorld, either_browser: Browser) -> Browser:
    """The chapter's browser, once with whole pages and once with htmx."""
    return either_browser.sign_in(world.nominator)


@pytest.fixture
def office(world: AwardWorld, browser: Browser) -> Browser:
    """The secretary's browser."""
    return browser.sign_in(world.secretary)


@pytest.fixture
def plans(app: Flask) -> Iterator[Callable[[], list[str]]]:
    """How SQLite answered every reading statement since it was last asked."""
    seen: list[str] = []

    def explain(connection: Connection, _cursor: object, statement: str, values: Any, *_more: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            lines = connection.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
            seen.extend(str(line[3]) for line in lines)

    def since() -> list[str]:
        found = list(seen)
        seen.clear()
        return found

    event.listen(db.engine, "before_cursor_execute", explain)
    yield since
    event.remove(db.engine, "before_cursor_execute", explain)
