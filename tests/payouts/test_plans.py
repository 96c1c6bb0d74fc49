"""Pages and deeds of a list ask the database no more questions for thirty names than for three."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from khuyenhoc.core.database import db, writing
from khuyenhoc.org.users import User
from khuyenhoc.payouts import lists, outcomes, paying
from khuyenhoc.payouts.payout_tables import Payout
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld
from tests.payouts import paid
from tests.support.browser import Browser

FEW, MANY = 3, 30


def approved(world: AwardWorld, code: str, n: int) -> Payout:
    """A cash list over so many awards of a programme of their own."""
    programme = world.programme(code, publication_days=0)
    world.awards(programme, n, "recommended")
    return paid.approve(world, paid.prepare(world, deciding.published(world, programme)))


def test_pages_ask_as_much_for_many_names_as_for_few(
    browser: Browser, world: AwardWorld, counted: Callable[[], int]
) -> None:
    world.money(2 * MANY * MILLION)
    asked: dict[str, list[int]] = {}
    for code, n in (("HB26", FEW), ("HB27", MANY)):
        payout = approved(world, code, n)
        paid.pay(world, payout)
        lines = lists.lines_of(payout)
        receipt = paid.MOTHER._replace(witness_id=world.chair.id, witness_name="")
        paid.receive(world, payout, lines[: n // 2], receipt)
        paid.stay_away(world, payout, lines[n // 2 : n // 2 + 1])
        reader = browser.sign_in(world.secretary)
        at = f"/chi-trao/{payout.id}"
        deeds = [f"{at}/ghi/{slug}" for slug in ("nguoi-nhan", "vang-mat")]
        for path in (at, f"{at}/danh-sach.xlsx", f"{at}/danh-sach.pdf", *deeds):
            counted()
            assert reader.client.get(path).status_code == 200
            asked.setdefault(path.removeprefix(at), []).append(counted())

    assert {path: counts for path, counts in asked.items() if counts[1] > counts[0] + 2} == {}


def test_preparing_asks_as_much_for_many_names_as_for_few(
    browser: Browser, world: AwardWorld, counted: Callable[[], int]
) -> None:
    world.money(2 * MANY * MILLION)
    asked = []
    for code, n in (("HB26", FEW), ("HB27", MANY)):
        programme = world.programme(code, publication_days=0)
        world.awards(programme, n, "recommended")
        decision = deciding.published(world, programme)
        reader = browser.sign_in(world.accountant)
        counted()
        assert reader.client.get(f"/chi-trao/lap/{decision.id}").status_code == 200
        asked.append(counted())

    assert asked[1] <= asked[0] + 2


def test_deeds_ask_as_much_for_many_names_as_for_few(app: Flask, world: AwardWorld, counted: Callable[[], int]) -> None:
    world.money(2 * MANY * MILLION)
    asked: dict[str, list[int]] = {}
    for code, n in (("HB26", FEW), ("HB27", MANY)):
        payout_id = approved(world, code, n).id
        db.session.rollback()
        for name, deed in DEEDS.items():
            with app.app_context():  # with a session of its own, as a request has
                payout = lists.get_payout(payout_id)
                counted()
                deed(payout)
                asked.setdefault(name, []).append(counted())

    assert {name: counts for name, counts in asked.items() if counts[1] > counts[0] + 5} == {}


def _user(name: str) -> User:
    return db.session.scalars(select(User).where(User.username == name)).one()


def _pay(payout: Payout) -> None:
    with writing():
        paying.pay(payout, by=_user("thuquy"))


def _receive(payout: Payout) -> None:
    with writing():
        outcomes.receive(payout, {line.id: paid.MOTHER for line in lists.lines_of(payout)}, by=_user("thuky"))


def _settle(payout: Payout) -> None:
    with writing():
        outcomes.settle(payout, by=_user("ketoan"))


DEEDS = {"pay": _pay, "receive": _receive, "settle": _settle}
