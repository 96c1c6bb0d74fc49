"""Every form, filled in well and pressed twice: it is taken, and its deed is done once.

Whoever presses twice, or has lost the connection and tries again, is led where the first press led.
"""

from collections.abc import Iterator
from itertools import islice

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from khuyenhoc.core.database import Base, db
from tests.hostile import payloads
from tests.hostile.payloads import good_answers
from tests.hostile.place import Place
from tests.hostile.test_forms import FORM, NOTED, TAKEN
from tests.support.discovery import FoundForm

PARTS = 4
NEEDS_MORE = {
    "campaigns.ask_to_close": "a campaign that still holds money",
    "evidence.store": "a file, which these forms do not send",
}
"""Forms that refuse the good answers all the same, and why."""

PRINTED = {"history", "paper_prints"}
"""What one more printing of a paper adds; each press is a printing of its own, and is noted as one."""

EACH_TIME = {
    "account.change_password": "kept, it would hold a digest of both passwords; refused, as the old one is gone",
    "people.create": "its answer is a page with a password shown once, never kept; refused, as the name is taken",
    "people.reset_password": "likewise: a new password each time, and the one before is void",
    "proof.prove": "proves the books anew",
    "proof.run_proof": "proves the books anew",
}
"""Forms of which the second press is not answered like the first, and why."""


@pytest.mark.shared
@pytest.mark.parametrize("part", range(PARTS))
def test_every_form_that_is_filled_in_well_is_taken_and_pressed_twice_it_is_done_once(place: Place, part: int) -> None:
    wrong = [fault for form in islice(place.forms(), part, None, PARTS) for fault in _pressed_twice(place, form)]

    assert wrong == [], "\n".join(wrong)


def _pressed_twice(place: Place, form: FoundForm) -> Iterator[str]:
    body = payloads.encoded([*good_answers(form).items(), ("csrf_token", place.token(form.reader))])
    first = _press(place, form, body)
    before = _rows()
    second = _press(place, form, body)
    after = _rows()
    place.put_back()
    where = f"{form.endpoint} {form.action} as {form.reader or 'nobody'}: {first.status_code}"
    if first.status_code not in TAKEN and form.endpoint not in NEEDS_MORE:
        yield f"{where}, the first press is not taken"
    more = {name for name in after if after[name] != before[name]}
    prints = form.action.partition("?")[0].endswith(".pdf")
    if second.status_code >= 500 or (more - (PRINTED if prints else set()) and form.endpoint not in EACH_TIME):
        yield f"{where}, the second press {second.status_code} adds to {sorted(more)}"
    same = (second.status_code, second.location) == (first.status_code, first.location)
    if not (same or prints or form.endpoint in EACH_TIME):
        yield f"{where} {first.location}, then {second.status_code} {second.location}"


def _press(place: Place, form: FoundForm, body: bytes) -> TestResponse:
    if form.endpoint == "account.enter":
        place.spread_out()
    return place.open(form.reader, form.action, method="POST", data=body, content_type=FORM)


def _rows() -> dict[str, int]:
    """How many rows each table has, but for those that note every visit."""
    names = sorted(set(Base.metadata.tables) - NOTED)
    asked = " UNION ALL ".join(f"SELECT '{name}' AS name, COUNT(*) AS n FROM {name}" for name in names)
    return {row.name: row.n for row in db.session.execute(text(asked))}
