"""``verify`` names what was done without an approval, by too few, by or for others than it says."""

import datetime
from collections.abc import Callable

import pytest
from sqlalchemy import text

from khuyenhoc.approvals import policies, requests
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.core.database import db, writing
from khuyenhoc.history.chains import INSTALLATION
from khuyenhoc.ledger import documents, period_approvals, periods
from khuyenhoc.org.users import COMMAND_LINE
from khuyenhoc.payouts.payout_tables import Payout
from khuyenhoc.proof.checks import approvals
from khuyenhoc.treasury import transfers
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld
from tests.conftest import EVENING
from tests.goods import stocked
from tests.payouts import paid
from tests.proof import asked_deeds
from tests.proof.asked_deeds import DONE, PAID, Do, Done
from tests.proof.test_verify import tampering
from tests.reports.given import Given, make_given
from tests.support import people
from tests.support.browser import Browser
from tests.support.world import DAY
from tests.support.worlds import Worlds

Clock = Callable[[datetime.datetime], None]
EVERY = pytest.mark.parametrize("do", DONE)
EVERY_PAID = pytest.mark.parametrize("do", PAID)
ABOUT = "SELECT id FROM approval_requests WHERE subject_kind = :s AND subject_id = :i"


@pytest.fixture
def given(worlds: Worlds) -> Given:
    """The ward with its chapter and school, its officers and its committee."""
    return worlds.begin_with(make_given)


@pytest.fixture
def world(given: Given) -> AwardWorld:
    """The same, for the verbs of the awards."""
    return given.world


def named() -> list[tuple[str, str, str, object]]:
    """What the check names: table, row, field, and what was found there; twice, where two parts do not go with it."""
    return [(one.table, one.row, one.field, one.found) for one in approvals.given()]


def about(done: Done) -> dict[str, object]:
    """Which requests are about what was done."""
    return {"s": done.subject, "i": done.subject_id}


def here(done: Done) -> tuple[str, str, str]:
    """What is named of a deed that nobody approved."""
    return done.table, str(done.row), done.field


@EVERY
def test_what_was_done_by_the_rules_holds(given: Given, do: Do) -> None:
    do(given)

    assert paid.holds()


@EVERY
def test_what_was_done_without_an_approved_request_is_named(given: Given, do: Do) -> None:
    done = do(given)
    with tampering() as stored:
        stands = db.session.scalar(text(f"SELECT {done.field} FROM {done.table} WHERE id = {done.row}"))
        asked = "UPDATE approval_requests SET state = 'withdrawn' WHERE subject_kind = :s AND subject_id = :i"
        assert stored(asked, **about(done))

        assert (*here(done), stands) in named()
        assert {one[:2] for one in named()} == {here(done)[:2]}


@EVERY
def test_an_approval_that_is_gone_says_no_or_was_of_something_else_is_none(given: Given, do: Do) -> None:
    done = do(given)
    for change in (
        "UPDATE approvals SET decision = 'returned', note = 'x'",
        "UPDATE approvals SET fingerprint = 'khác'",
        "UPDATE approvals SET request_id = -request_id",
        "DELETE FROM approvals",
    ):
        with tampering() as stored:
            assert stored(f"{change} WHERE request_id IN ({ABOUT})", **about(done))

            found = named()
            assert here(done) in [one[:3] for one in found], change
            rest = {(one[0], one[2], one[3]) for one in found if one[:2] != here(done)[:2]}
            assert rest == {("approval_requests", "state", 0)}, change


@EVERY
def test_whoever_asked_is_not_who_approved(given: Given, do: Do) -> None:
    done = do(given)
    with tampering() as stored:
        asker = "(SELECT r.asked_by FROM approval_requests r WHERE r.id = approvals.request_id)"
        assert stored(f"UPDATE approvals SET user_id = {asker} WHERE request_id IN ({ABOUT})", **about(done))

        assert ("approvals", "user_id") in [(one[0], one[2]) for one in named()]


@pytest.mark.parametrize(
    ("do", "prepared"),
    [
        (asked_deeds.to_be_paid, "prepared_by"),
        (asked_deeds.purchase, "asked_by"),
        (asked_deeds.write_off, "asked_by"),
        (asked_deeds.cost, "prepared_by"),
        (asked_deeds.decision, "drafted_by"),
        (asked_deeds.voided, "created_by"),
        (asked_deeds.difference, "counted_by"),
    ],
)
def test_whoever_prepared_it_is_not_who_approved(given: Given, do: Do, prepared: str) -> None:
    done, chair = do(given), given.world.chair.id
    with tampering() as stored:
        assert stored(f"UPDATE {done.table} SET {prepared} = :u WHERE id = :i", u=chair, i=done.row)

        assert set(named()) == {(done.table, str(done.row), prepared, chair)}


@pytest.mark.parametrize(
    ("do", "field"),
    [
        (asked_deeds.cash, "approved_by"),
        (asked_deeds.purchase, "approved_by"),
        (asked_deeds.decision, "signed_by"),
    ],
)
def test_whoever_it_names_as_approver_is_one_who_approved(given: Given, do: Do, field: str) -> None:
    done, other = do(given), given.world.vice_chair.id
    with tampering() as stored:
        assert stored(f"UPDATE {done.table} SET {field} = :u WHERE id = :i", u=other, i=done.row)

        assert named() == [(done.table, str(done.row), field, other)]


@pytest.mark.parametrize(
    "do",
    [
        asked_deeds.cash, asked_deeds.purchase, asked_deeds.cost, asked_deeds.refund, asked_deeds.voided,
        asked_deeds.difference, asked_deeds.moved,
    ],
)  # fmt: skip
def test_another_amount_than_was_done_was_not_approved(given: Given, do: Do) -> None:
    done = do(given)
    with tampering() as stored:
        asked = "UPDATE approval_requests SET amount = amount - 1 WHERE subject_kind = :s AND subject_id = :i"
        assert stored(asked, **about(done))

        assert [one[:3] for one in named()] == [(done.table, str(done.row), "amount")]


@pytest.mark.parametrize("key", ["to", "account"])
def test_money_moved_elsewhere_than_approved_is_named(given: Given, key: str) -> None:
    done = asked_deeds.moved(given)
    with tampering() as stored:
        payload = f'{{"to": 0, "account": 0, "{key}": 1}}'
        asked = "UPDATE approval_requests SET payload = :p WHERE subject_kind = :s AND subject_id = :i"
        assert stored(asked, p=payload, **about(done))

        assert [one[:3] for one in named()] == [("documents", str(done.row), "amount")]


def test_a_binding_by_another_consent_than_approved_is_named(given: Given) -> None:
    done = asked_deeds.bound(given)
    with tampering() as stored:
        assert stored("UPDATE earmarks SET consent = 'Bà Hoa đồng ý', basis = 'consent'")

        assert [one[:3] for one in named()] == [("earmarks", str(done.row), "purpose_id")]


def test_a_binding_that_nobody_let_end_is_named(given: Given) -> None:
    done = asked_deeds.bound(given)
    with tampering() as stored:
        assert stored("UPDATE earmarks SET ended_at = made_at")

        assert [one[:3] for one in named()] == [("earmarks", str(done.row), "ended_at")]


@pytest.mark.parametrize("state", ["closed", "reopened"])
def test_a_month_and_a_campaign_in_another_state_than_approved(given: Given, state: str) -> None:
    month = asked_deeds.month(given)
    table, row = ("campaigns", given.world.world.bicycles.id) if state == "closed" else ("periods", month.row)
    with tampering() as stored:
        assert stored(f"UPDATE {table} SET state = :state WHERE id = :i", state=state, i=row)

        assert named() == [(table, str(row), "state", state)]


def test_a_month_that_was_closed_once_more_than_approved_is_named(given: Given) -> None:
    done = asked_deeds.month(given)
    unit, index = given.world.unit.id, periods.month_index(asked_deeds.LAST_MONTH)
    with writing():
        request = period_approvals.ask_to_reopen(unit, index, by=given.world.accountant, reason="Sót một phiếu")
    asked_deeds.approve(given, request)
    assert paid.holds()
    with writing():
        periods.close(unit, index, by=given.world.accountant)

    assert named() == [("periods", str(done.row), "state", "closed")]


def test_one_of_two_approvals_that_the_rules_asked_for_is_too_few(given: Given, clock: Clock) -> None:
    before = asked_deeds.void_asked(given)
    asked_deeds.approve(given, before)
    clock(EVENING + datetime.timedelta(minutes=1))
    roles = ["chair", "vice_chair"]
    with writing():
        policies.add_policy(
            "document.void", unit_id=INSTALLATION, from_amount=50_000, roles=roles, approvals_needed=2,
            valid_from=DAY, reason="Hai người cho mọi khoản lớn", by=COMMAND_LINE,
        )  # fmt: skip
    clock(EVENING + datetime.timedelta(minutes=2))
    request = asked_deeds.void_asked(given)
    assert deciding.approve(request, given.world.chair) is Outcome.NEEDS_MORE
    assert deciding.approve(request, given.world.vice_chair) is Outcome.DONE
    assert paid.holds()
    with tampering() as stored:
        assert stored("DELETE FROM approvals WHERE request_id = :r AND position = 2", r=request.id)

        assert named() == [("approval_requests", str(request.id), "state", 1)]


def by(table: str, row: int, user_id: int) -> tuple[str, dict[str, int]]:
    """The statement that makes this person the one who paid."""
    if table == "purchases":
        place = "(SELECT document_id FROM purchases WHERE id = :i)"
        return f"UPDATE documents SET created_by = :u WHERE id = {place}", {"u": user_id, "i": row}
    return f"UPDATE {table} SET paid_by = :u WHERE id = :i", {"u": user_id, "i": row}


def payer(done: Done) -> tuple[str, str, str]:
    """What is named of a payer who had another part."""
    return done.table, str(done.row), "document_id" if done.table == "purchases" else "paid_by"


@EVERY_PAID
@pytest.mark.parametrize("office", ["accountant", "chair"])
def test_paid_by_whoever_prepared_or_approved_it_is_named(given: Given, do: Do, office: str) -> None:
    done, who = do(given), getattr(given.world, office).id
    with tampering() as stored:
        sql, values = by(done.table, done.row, who)
        assert stored(sql, **values)

        assert set(named()) == {(*payer(done), who)}


@EVERY_PAID
def test_whoever_the_row_says_has_prepared_it_is_asked_about_too(given: Given, do: Do) -> None:
    done, treasurer = do(given), given.world.treasurer.id
    prepared = "asked_by" if done.table == "purchases" else "prepared_by"
    with tampering() as stored:
        assert stored(f"UPDATE {done.table} SET {prepared} = :u WHERE id = :i", u=treasurer, i=done.row)

        assert named() == [(*payer(done), treasurer)]


@EVERY_PAID
def test_whoever_asked_once_has_prepared_it(given: Given, do: Do) -> None:
    done, treasurer = do(given), given.world.treasurer.id
    with tampering() as stored:
        asked = "UPDATE approval_requests SET asked_by = :u WHERE subject_kind = :s AND subject_id = :i"
        assert stored(asked, u=treasurer, **about(done))

        assert named() == [(*payer(done), treasurer)]


def test_the_page_of_the_proof_names_the_row(world: AwardWorld, browser: Browser) -> None:
    payout, _lines = paid.paid(world, 1)
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE payouts SET paid_by = prepared_by"))
    auditor = browser.sign_in(people.person("kiemtra"))
    auditor.get("proof.proof")

    shown = auditor.post("proof.run_proof")

    said = f"payouts {payout.id}, paid_by: Người chi cũng là người lập hoặc người duyệt. Đang là {world.accountant.id}."
    assert said in " ".join(shown.text.split())
    assert "None" not in shown.text


def test_what_still_waits_is_no_concern(given: Given, world: AwardWorld) -> None:
    payout = paid.prepare(world, paid.money(world, 1))
    world.money(5 * stocked.EACH, world.world.bicycles)
    stocked.ask(world)
    asked_deeds.void_asked(given)
    db.session.rollback()

    assert named() == []
    assert db.session.get_one(Payout, payout.id).state == "prepared"


def test_what_the_rules_did_without_asking_anybody_is_named(given: Given) -> None:
    ward, world = given.world.world, given.world
    gift = ward.gift(MILLION, campaign=ward.general)
    other = ward.gift(MILLION, campaign=ward.general, on=DAY - datetime.timedelta(days=31))
    with writing():
        moved = transfers.record(
            ward.general, world.scholarships, ward.cash, 1_000, on=DAY, reason="Bù", by=world.accountant,
            approved_by=world.chair, key="demo-1",
        )  # fmt: skip
        documents.void(gift, reason="Nhầm", by=world.treasurer, approved_by=world.chair)
        period = periods.close(ward.unit.id, periods.month_index(other.date), by=world.accountant)
    db.session.rollback()

    assert named() == [
        ("documents", str(gift.id), "state", "voided"),
        ("documents", str(moved.id), "idempotency_key", "demo-1"),
        ("periods", str(period.id), "state", "closed"),
    ]
    assert requests.about("document", gift.id) == []
