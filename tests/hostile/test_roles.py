"""Every route, for every role: own unit, another unit, nobody; whole pages and parts; reading and doing.

Addresses come from the pages themselves: whoever adds a route that no page links to adds it to
``business.leave_unfinished`` or ``rooms.leave_awards`` (what must be there for it to show), or here to ``UNLINKED``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlsplit

import pytest
from werkzeug.test import TestResponse

from khuyenhoc.org.permissions import FOR_ANYONE_SIGNED_IN, PERMISSIONS
from tests.hostile.business import foreign
from tests.hostile.place import Place
from tests.support import people

HTMX = {"HX-Request": "true", "Sec-Fetch-Site": "same-origin"}
UNLINKED = {
    "static": "the pages' own files",
    "web.healthz": "asked by machines",
}
"""Routes that no page leads to, and why."""

ONE_PERSONS_OWN = {
    "account.end_session": "whose session it is",
    "approvals.withdraw": "who asked",
    "approvals.decide": "whom the policy names, and who has not asked",
    "reports.open_mine": "whose gift it is",
    "people.end_session": "whose session it is",
    "member_ties.end": "whose tie it is",
}
"""Routes that ask for more than a role on the unit: another holder of the role may get 403 or 404 as well."""

MORE_THAN_A_ROLE = {
    "nominations.application": "only who decides reads why",
    "nominations.show": "a draft does not lie before a member",
    "nominations.unit_list": "what was confirmed and not taken up does not lie before a member",
    "recipients.show": "a member opens a file only with an award that lies before them",
    "evidence.show": "as recipients.show",
    "programmes.close": "who also holds the meetings",
    "programmes.start_review": "who also holds the meetings",
    "payout_deeds.form": "each deed has its own right",
    "payout_deeds.record": "each deed has its own right",
}
"""Routes whose permission is not enough for every role that holds it, and what else is asked; the rest is let in."""

NEEDS_A_QUESTION = {"meetings.new": "for which programme"}
"""Routes that are nowhere without what stands behind the question mark."""

OF_NO_UNIT = {
    "funds.edit_item": "the catalogue of goods is the installation's",
    "funds.change_item": "the catalogue of goods is the installation's",
    "stock.item": "an item of that catalogue; only what lies in the reader's own units is shown",
    "stock.lots_as_excel": "as stock.item",
    "stock.movements": "as stock.item",
    "stock.movements_as_excel": "as stock.item",
    "stock.numbers": "as stock.item",
    "stock.numbers_as_excel": "as stock.item",
}
"""Routes with an object that belongs to no unit."""


WORDS_ONLY = {"movements.new", "movements.record", "books.account_pdf", "books.account_excel", "books.issue_account"}
"""Routes whose address has parts that are words of the site (``/ghi/chi-phi``) and name no object."""


@dataclass(frozen=True)
class Door:
    """One way in: an endpoint, how it is asked, a real address, and who may."""

    endpoint: str
    method: str
    path: str
    permission: str
    has_object: bool

    def opens_for(self, role: str) -> bool:
        """Whether the role holds the permission."""
        return self.permission in FOR_ANYONE_SIGNED_IN or role in PERMISSIONS[self.permission]

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.endpoint})"


def doors(place: Place) -> Iterator[Door]:
    """Every way in that asks for a permission."""
    posts = {form.endpoint: form.action for form in place.forms()}
    for rule in sorted(place.app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        permission = getattr(place.app.view_functions[rule.endpoint], "permission", None)
        for method in sorted((rule.methods or set()) & {"GET", "POST"} if permission else ()):
            page = place.found.address(rule.endpoint)
            path = posts.get(rule.endpoint) if method == "POST" else page and page[1]
            if path:
                has_object = bool(rule.arguments) and rule.endpoint not in WORDS_ONLY
                yield Door(rule.endpoint, method, path, str(permission), has_object)


TURNS = [0, pytest.param(1, marks=pytest.mark.slow)]
"""In the first turn each door is asked as a page or by htmx, by every role in turn; in the second the other way."""


def _by_htmx(door: Door, username: str, turn: int) -> bool:
    role = list(people.OFFICERS).index(username)
    return (len(door.endpoint) + role + turn) % 2 == 1


def test_every_route_was_found_on_a_page(place: Place) -> None:
    routes = {(rule.endpoint, m) for rule in place.app.url_map.iter_rules() for m in (rule.methods or set())}
    read = set(place.found.pages) | set(UNLINKED)
    done = {form.endpoint for form in place.forms()}
    missing = [f"GET {e}" for e, method in routes if method == "GET" and e not in read]
    missing += [f"POST {e}" for e, method in routes if method == "POST" and e not in done]

    assert not missing, f"leave something in tests/hostile/business.py, or say why in UNLINKED: {sorted(missing)}"
    assert place.found.broken == []


@pytest.mark.shared
@pytest.mark.parametrize("htmx", [False, True], ids=["page", "htmx"])
def test_nobody_is_sent_to_the_door(place: Place, htmx: bool) -> None:
    wrong = {}
    for door in doors(place):
        answer = _ask(place, "", door, htmx)
        target = answer.headers.get("HX-Redirect" if htmx else "Location", "")
        if answer.status_code != (204 if htmx else 303) or not target.startswith("/dang-nhap"):
            wrong[str(door)] = (answer.status_code, target)

    assert wrong == {}
    assert place.changed == set()


@pytest.mark.shared
@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("username", people.OFFICERS)
def test_without_the_right_the_answer_is_403(place: Place, username: str, turn: int) -> None:
    role = people.OFFICERS[username][2]
    closed = [door for door in doors(place) if not door.opens_for(role)]
    wrong = {}
    for door in closed:
        answer = _ask(place, username, door, _by_htmx(door, username, turn))
        if answer.status_code != 403 or not answer.get_data(as_text=True).strip():
            wrong[str(door)] = answer.status_code

    assert closed
    assert wrong == {}
    assert place.changed == set()


@pytest.mark.shared
@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("username", people.OFFICERS)
def test_what_belongs_to_another_unit_is_not_there(place: Place, username: str, turn: int) -> None:
    role = people.OFFICERS[username][2]
    wrong = {}
    for door in doors(place):
        if not door.has_object or not door.opens_for(role) or door.endpoint in OF_NO_UNIT:
            continue
        answer = _ask(place, foreign(username), door, _by_htmx(door, username, turn))
        if answer.status_code != 404:
            wrong[str(door)] = answer.status_code

    assert wrong == {}
    assert place.changed == set()


@pytest.mark.shared
@pytest.mark.parametrize("username", people.OFFICERS)
def test_another_units_officer_finds_only_the_own_things_on_lists(place: Place, username: str) -> None:
    role = people.OFFICERS[username][2]
    told = ("Nguyễn Thị Thử", "XD26", "QKH-BN", "U05-CASH")
    wrong = {}
    for door in doors(place):
        if door.has_object or door.method != "GET" or not door.opens_for(role) or door.endpoint in NEEDS_A_QUESTION:
            continue
        bare = replace(door, path=door.path.partition("?")[0])
        answer = _ask(place, foreign(username), bare, htmx=False)
        text = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        found = [word for word in told if word in text]
        if answer.status_code not in (200, 303, 422) or found:
            wrong[str(door)] = (answer.status_code, found)

    assert wrong == {}


@pytest.mark.shared
@pytest.mark.parametrize("htmx", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["page", "htmx"])
@pytest.mark.parametrize("username", people.OFFICERS)
def test_who_has_the_right_is_let_in(place: Place, username: str, htmx: bool) -> None:
    role = people.OFFICERS[username][2]
    wrong = {}
    for door in doors(place):
        if not door.opens_for(role) or door.endpoint in ONE_PERSONS_OWN | MORE_THAN_A_ROLE:
            continue
        if door.method == "GET" and not htmx and username in place.found.pages.get(door.endpoint, {}):
            continue  # who walked the site has been let in there
        answer = _ask(place, username, door, htmx)
        expected = {200, 204, 303} if door.method == "GET" else {200, 204, 303, 409, 422}
        if answer.status_code not in expected:
            wrong[str(door)] = (answer.status_code, answer.get_data(as_text=True)[-300:])
        place.put_back()

    assert wrong == {}, "\n".join(f"{door}: {status}" for door, (status, _text) in wrong.items())


@pytest.mark.shared
@pytest.mark.parametrize("htmx", [False, True], ids=["page", "htmx"])
def test_what_is_ones_own_is_nobody_elses(place: Place, htmx: bool) -> None:
    wrong = {}
    for door in doors(place):
        if door.endpoint not in ONE_PERSONS_OWN:
            continue
        for username in people.OFFICERS:
            answer = _ask(place, username, door, htmx)
            if answer.status_code not in {204, 303, 403, 404, 422}:
                wrong[f"{username} {door}"] = answer.status_code
            place.put_back()

    assert wrong == {}


def _ask(place: Place, who: str, door: Door, htmx: bool) -> TestResponse:
    headers = HTMX if htmx else {}
    ask = partial(place.open, who, door.path, method=door.method, headers=headers)
    return ask() if door.method == "GET" else ask(data={"csrf_token": place.token(who)})


def test_the_doors_are_many(place: Place) -> None:
    assert len(list(doors(place))) > 100
    assert {urlsplit(door.path).netloc for door in doors(place)} == {""}
