"""The site under attack: the demonstration year with unfinished business, put back whenever it has changed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from khuyenhoc.core.database import db
from khuyenhoc.proof import anchors
from khuyenhoc.proof.verify import verify
from khuyenhoc.recipients import files
from tests.support import people, site
from tests.support.browser import Browser
from tests.support.discovery import Found, FoundForm
from tests.support.engines import Databases

WRITES = re.compile(r"\s*(INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+\"?(\w+)", re.IGNORECASE)


class Watch:
    """Which tables were written and committed since it was last asked."""

    def __init__(self) -> None:
        self.committed: set[str] = set()

    def install(self, app: Flask) -> None:
        """Listen to every connection of the app's engine."""
        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", self._note)
            event.listen(db.engine, "commit", self._commit)
            event.listen(db.engine, "rollback", self._roll_back)

    def _note(self, connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if found := WRITES.match(statement):
            connection.info.setdefault("hostile", set()).add(found[2].lower())

    def _commit(self, connection: Any) -> None:
        self.committed |= connection.info.pop("hostile", set())

    def _roll_back(self, connection: Any) -> None:
        connection.info.pop("hostile", None)

    def take(self) -> set[str]:
        """The tables, and begin anew."""
        taken, self.committed = self.committed, set()
        return taken


@dataclass
class Place:
    """The site, what was found on it, and its database as it was at first."""

    app: Flask
    databases: Databases
    url: str
    found: Found
    watch: Watch = field(default_factory=Watch)
    wrote: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    _visits: int = 0
    _browsers: dict[str, Browser] = field(default_factory=dict)
    _cookies: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)

    @property
    def _anchors(self) -> Path:
        return Path(self.app.config["SETTINGS"].instance) / anchors.FILE

    def keep(self) -> None:
        """What stands in the database now is what it is put back to."""
        for name in ["", *people.OFFICERS]:
            self.browser(name)
        site.leave_database(self.app)
        self.databases.lay_aside("hostile", self.url)
        self._kept_anchors = self._anchors.read_bytes()
        self._kept_files = {name: files.read(name) for name in files.every()}
        self.watch.install(self.app)

    def put_back(self) -> None:
        """Undo whatever was written; nothing happens when nothing was."""
        if self.changed:
            db.session.remove()
            site.leave_database(self.app)
            assert self.databases.put_back("hostile", self.url)
            self._anchors.write_bytes(self._kept_anchors)
            for name in self._kept_files.keys() - files.every():
                files.put(self._kept_files[name])
        self.changed = set()
        self.watch.take()

    def browser(self, who: str) -> Browser:
        """The browser of this person (empty: nobody), signed in once."""
        if who not in self._browsers:
            browser = Browser(self.app)
            self._browsers[who] = browser.sign_in(who) if who else browser
            self._tokens[who] = browser._token()
            self._cookies[who] = [(one.key, one.value) for one in browser.client._cookies.values()]
        return self._browsers[who]

    def enrol(self, names: list[str]) -> None:
        """Let these people sign in before the database is kept."""
        for name in names:
            self.browser(name)

    def token(self, who: str) -> str:
        """The token that this person's pages bear."""
        self.browser(who)
        return self._tokens[who]

    def open(self, who: str, path: str, *, method: str = "GET", **more: Any) -> TestResponse:
        """Ask as this person, with the cookies of the beginning. ``wrote`` says what was committed."""
        self.watch.take()
        client = self.browser(who).client
        client._cookies.clear()
        for key, value in self._cookies[who]:
            client.set_cookie(key, value, domain="localhost")
        answer: TestResponse = client.open(path, method=method, **more)
        answer.get_data()
        answer.close()
        self.wrote = self.watch.take()
        self.changed |= self.wrote
        return answer

    def spread_out(self) -> None:
        """The next request comes from another address, so that the door is not closed to all."""
        self._visits += 1
        address = f"198.18.{self._visits // 250}.{self._visits % 250 + 1}"
        self.browser("").client.environ_base["REMOTE_ADDR"] = address

    def violations(self) -> list[str]:
        """What ``verify`` finds; nothing, however hostile the visitor was."""
        report = verify()
        return [f"{answer.check.name}: {one.message}" for answer in report.answers for one in answer.violations]

    def forms(self) -> Iterator[FoundForm]:
        """One form of every kind that changes something, in a fixed order."""
        found = self.found.posts()
        for variant in sorted(found):
            yield found[variant]
