"""A list on screen that tells more of a pupil than name and school is an opening of each file that it shows."""

import datetime
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from khuyenhoc.core.database import db
from khuyenhoc.recipients import openings
from khuyenhoc.recipients.recipient_tables import FileOpening, Recipient
from tests.awards import committee_world as committee
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld
from tests.conftest import EVENING
from tests.payouts import paid
from tests.support import people
from tests.support.browser import Browser

LISTS = {
    "/nguoi-nhan": "files_shown",
    "/hoc-bong/HB26/de-nghi": "nominations_shown",
    "/hoc-bong/ket-qua?chuong_trinh=HB26": "results_shown",
    "/quyet-dinh/1": "annex_shown",
    "/chi-trao/lap/1": "list_shown",
    "/chi-trao/1": "list_shown",
    "/chi-trao/1/ghi/nguoi-nhan": "list_shown",
}


def noted(page: str) -> list[int]:
    """Whose files say that they were shown on this list, in order."""
    db.session.rollback()
    query = select(FileOpening.recipient_id).where(FileOpening.page == page).order_by(FileOpening.id)
    return list(db.session.scalars(query))


def on_the_way(world: AwardWorld, path: str) -> list[int]:
    """Two pupils as far as the list that is asked for shows them; their files."""
    world.money(5 * MILLION)
    programme = world.programme(state="reviewing", publication_days=0)
    awards = world.awards(programme, 2, "in_review")
    committee.score_all(world, awards, 9, 8)
    meeting = committee.met(world, programme)
    committee.all_vote(world, meeting)
    committee.close(world, meeting)
    decision = deciding.published(world, programme)
    if path.startswith("/chi-trao/1"):
        paid.pay(world, paid.approve(world, paid.prepare(world, decision)))
    return sorted(award.recipient_id for award in awards)


def reader(world: AwardWorld, app: Flask) -> Browser:
    """Somebody who reads all of these lists."""
    someone = people.person("docdanhsach", role="secretary", unit=world.unit)
    people.grant(someone, "accountant", world.unit)
    return Browser(app).sign_in(someone)


@pytest.mark.parametrize("path", LISTS)
def test_each_list_notes_whom_it_shows(app: Flask, world: AwardWorld, path: str) -> None:
    files, browser = on_the_way(world, path), reader(world, app)

    assert browser.client.get(path).status_code == 200

    assert sorted(noted(LISTS[path])) == files
    chair = Browser(app).sign_in(world.chair)
    assert str(openings.PAGES[LISTS[path]]) in chair.get(f"/nguoi-nhan/{files[0]}").text


def test_once_a_day_for_each_reader_and_as_often_as_it_is_another_day_or_reader(
    app: Flask, world: AwardWorld, clock: Callable[[datetime.datetime], None]
) -> None:
    files = on_the_way(world, "/nguoi-nhan")
    first, second = reader(world, app), Browser(app).sign_in(world.secretary)
    for query in ("", "?sap=-moi", "", "?q=Nguyen"):
        first.client.get(f"/nguoi-nhan{query}")
    assert len(noted("files_shown")) == len(files)

    second.client.get("/nguoi-nhan")
    assert len(noted("files_shown")) == 2 * len(files)
    clock(EVENING + datetime.timedelta(hours=3, minutes=30))  # past midnight
    first.client.get("/nguoi-nhan")
    assert len(noted("files_shown")) == 3 * len(files)


def test_only_whom_the_list_shows(app: Flask, world: AwardWorld) -> None:
    files, browser = on_the_way(world, "/chi-trao/1"), reader(world, app)

    name = db.session.get_one(Recipient, files[1]).full_name
    browser.client.get("/chi-trao/1", query_string={"q": name})

    assert noted("list_shown") == files[1:]
    browser.client.get("/chi-trao/1")
    assert sorted(noted("list_shown")) == files


def test_a_list_that_cannot_be_noted_is_not_shown(
    app: Flask, world: AwardWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_the_way(world, "/nguoi-nhan")

    def full(*_given: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(openings, "log_many", full)
    answer = reader(world, app).client.get("/nguoi-nhan")

    assert answer.status_code == 507
    assert "Nguyễn Thị Thử" not in answer.text
