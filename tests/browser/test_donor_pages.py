"""What became of a gift, in a real browser: valid, accessible, nothing hangs over, in both languages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import expect

from khuyenhoc.core.database import db, writing
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org import users
from khuyenhoc.payouts.payout_tables import Payout
from tests.conftest import EVENING
from tests.reports.given import AGREED, MILLION, Given, make_given
from tests.support import checker, people, usable
from tests.support.browser import Browser
from tests.support.chromium import Windows


@pytest.fixture
def given(app: Flask) -> Iterator[Given]:
    """Gifts that became scholarships, shared ones, bicycles bought and given, costs, and what lies unused."""
    with time_machine.travel(EVENING, tick=True):
        made = make_given()
        world = made.world
        made.gift(8_250_000)
        made.gift(600_000, donor=made.ward.company)
        made.gift(10 * MILLION, world.world.bicycles)
        made.bicycles(3)
        made.awards(people=[world.pupil("Quách Ưng Xuyến", consents=AGREED), *world.pupils(6)])
        made.paid(1)
        made.buy_bicycles(2)
        made.bicycles_handed_over(2, people=[world.pupil("Khúc Thị Xa", consents=AGREED)])
        made.ward.world.pay(150_000, campaign=world.scholarships)
        donor = people.person("nhahaotam")
        with writing():
            users.link_donor(donor, made.ward.hoa.id, by=people.person("admin"))
        yield made


def pages(given: Given) -> dict[str, list[str]]:
    """Who → what they look at; an empty name: nobody signed in."""
    gifts = db.session.query(Document).filter_by(kind="gift").order_by(Document.id).all()
    links = [given.link(gift) for gift in gifts]
    payout = db.session.query(Payout).order_by(Payout.id).first()
    cost = db.session.query(Document).filter_by(kind="running_cost").one()
    assert payout is not None
    award = payout.lines[0].award
    return {
        "": [
            *(f"/tri-an/{link.private}" for link in links),
            *(f"/chia-se/{link.shared}" for link in links[:3]),
            "/minh-bach/HB-U01",
            "/minh-bach/XD-U01",
        ],
        "nhahaotam": ["/khoan-ung-ho-cua-toi"],
        "ketoan": [
            f"/khoan-ung-ho/{gifts[0].id}",
            f"/khoan-ung-ho/{gifts[2].id}",
            f"/chi-trao/{payout.id}",
            f"/so-sach/chung-tu/{cost.id}",
            f"/hoc-bong/{award.programme.code}/de-nghi/{award.number}",
        ],
    }


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_is_valid(given: Given, app: Flask, tmp_path: Path, language: str) -> None:
    texts = {}
    for who, paths in pages(given).items():
        browser = Browser(app)
        if who:
            browser.sign_in(who)
        browser.get(paths[0])
        browser.post("web.choose_language", language=language, back="/minh-bach", expect=303)
        texts |= {f"{who}: {path}": browser.get(path).body for path in paths}

    faults = checker.faults(texts, tmp_path)
    assert faults == [], "\n".join(faults)


def test_every_page_can_be_used_by_everyone(given: Given, windows: Windows) -> None:
    faults = []
    for who, paths in pages(given).items():
        window = windows.open(who or None)
        faults += [fault for path in paths for fault in usable.faults_of(window, path)]

    assert faults == []


@pytest.mark.parametrize("script", [True, False])
def test_a_donor_reads_the_way_of_the_gift_in_the_language_of_choice(
    given: Given, windows: Windows, script: bool
) -> None:
    link = given.link(db.session.query(Document).filter_by(kind="gift").order_by(Document.id).first())
    window = windows.open(size="phone", script=script)

    window.goto(f"/tri-an/{link.private}")
    expect(window.locator("h1")).to_contain_text("món quà đã thành")
    expect(window.locator("main")).to_contain_text("Q.Ư.X., THCS")
    window.get_by_role("button", name="English").click()

    expect(window.locator("h1")).to_contain_text("your gift has become")
    expect(window.locator("main")).to_contain_text("Total, exactly the gift")
    expect(window.locator("main")).not_to_contain_text("suất")
