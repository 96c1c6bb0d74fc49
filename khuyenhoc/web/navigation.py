"""The ledger tabs: features register theirs, each reader sees those that one may use.

The web knows no users: whoever keeps them says who is reading, by ``read_by``.
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, current_app, g, request, url_for

from khuyenhoc.core.values import dataclass

MORE_FROM = 4
"""The phone's dock shows so many tabs; the rest stand behind “Thêm”."""

MOST_TABS = 9
"""So many tabs fit beside each other on a desk; where there are more, the last of them is “Thêm”."""


@dataclass(frozen=True)
class Reader:
    """Whoever is reading the page, as the letterhead shows them."""

    signature: str
    role: str
    unit_name: str
    may: Callable[[str], bool]
    """Whether this reader holds a permission on some unit."""
    subtitle: str = ""
    account_url: str = ""
    """Where the reader's own account is."""
    sign_out_url: str = ""
    """Where signing out is posted to."""


@dataclass(frozen=True)
class Tab:
    """One tab as the reader sees it: a link, its icon, how much work waits behind it."""

    endpoint: str
    label: Any
    icon: str
    waiting: int
    here: bool

    @property
    def url(self) -> str:
        """The address the tab leads to."""
        return url_for(self.endpoint)


@dataclass(frozen=True)
class _Entry:
    endpoint: str
    label: Any
    icon: str
    permission: str | None
    order: int
    count: Callable[[], int] | None
    family: str
    sooner: Mapping[str, int]

    def place(self, someone: Reader) -> int:
        """Where the tab stands among this reader's: nearer the front for whose daily work it is."""
        return min([self.order, *(order for permission, order in self.sooner.items() if someone.may(permission))])


_entries: dict[str, _Entry] = {}
_reader: list[Callable[[], Reader | None]] = []


def register(
    endpoint: str,
    label: Any,
    icon: str,
    permission: str | None,
    order: int,
    count: Callable[[], int] | None = None,
    sooner: Mapping[str, int] | None = None,
) -> None:
    """Offer a tab to every reader who holds ``permission`` (None: everyone signed in).

    ``label`` is lazy text, ``count`` the work waiting for this reader and nothing else. The tab is
    marked as present on every page of the endpoint's blueprint, unless another tab is nearer.
    ``sooner``: permission → an earlier place for whoever holds it.
    """
    family = endpoint.rpartition(".")[0]
    _entries[endpoint] = _Entry(endpoint, label, icon, permission, order, count, family, sooner or {})


def read_by(source: Callable[[], Reader | None]) -> None:
    """Name the function that says who is reading (None: nobody is signed in)."""
    _reader[:] = [source]


def reader() -> Reader | None:
    """Whoever reads the present page; asked once per request."""
    if "reader" not in g:
        g.reader = _reader[0]() if _reader else None
    someone: Reader | None = g.reader
    return someone


def tabs() -> list[Tab]:
    """The reader's tabs in their order; none for the public."""
    someone = reader()
    if someone is None:
        return []
    offered = [e for e in _entries.values() if e.endpoint in current_app.view_functions]
    mine = [e for e in offered if e.permission is None or someone.may(e.permission)]
    here = _present(mine)
    return [
        Tab(e.endpoint, e.label, e.icon, e.count() if e.count else 0, e.endpoint == here)
        for e in sorted(mine, key=lambda e: (e.place(someone), e.endpoint))
    ]


def _present(entries: list[_Entry]) -> str | None:
    """The one tab that the present page belongs to: its own, else the longest address it lies under."""
    if any(e.endpoint == request.endpoint for e in entries):
        return request.endpoint
    path = request.path
    under = [(len(url_for(e.endpoint)), e.endpoint) for e in entries if path.startswith(url_for(e.endpoint) + "/")]
    if under:
        return max(under)[1]
    family = [e.endpoint for e in entries if e.family and e.family == request.blueprint]
    return family[0] if family else None


def install(app: Flask) -> None:
    """Offer the tabs to the layout."""
    app.jinja_env.globals.update(tabs=tabs, reader=reader, DOCK=MORE_FROM, TABS=MOST_TABS)
