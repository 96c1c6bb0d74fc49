"""The same form under the same key has the same answer, whatever it has changed; with other content it is refused."""

import threading
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from khuyenhoc.awards.committee_tables import Meeting
from khuyenhoc.core.database import db
from khuyenhoc.history.events import Event
from tests.awards import committee_world as committee
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld
from tests.recipients.recipient_world import picture
from tests.support.browser import Browser

KEY = "sent-again-01"


def press(browser: Browser, path: str, **fields: Any) -> TestResponse:
    """Send this form once more, as a browser does that was not answered."""
    sent = {"form_key": KEY, "csrf_token": browser._token(), **fields}
    return browser.client.post(path, data=sent, headers={"Referer": "http://localhost/"})


def told(action: str) -> int:
    """How often the history tells of such a deed."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Event).where(Event.action == action)) or 0


def twice(browser: Browser, path: str, action: str, **fields: str) -> None:
    """Both presses lead to one place, and the deed was done once."""
    first, second = (press(browser, path, **fields) for _time in range(2))

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert told(action) == 1


@pytest.fixture
def secretary(app: Flask, world: AwardWorld) -> Browser:
    """The secretary at the keyboard."""
    return Browser(app).sign_in(world.secretary)


def test_a_meeting_is_called_once(secretary: Browser, world: AwardWorld) -> None:
    world.awards(world.programme(state="reviewing"), 2)

    twice(secretary, "/hop-xet/lap?chuong_trinh=HB26", "meeting.planned", held_on="15/8/2026", place="Hội trường")

    assert db.session.scalar(select(func.count()).select_from(Meeting)) == 1


def test_a_meeting_ends_once(secretary: Browser, world: AwardWorld) -> None:
    awards = world.awards(world.programme(state="reviewing"), 2)
    committee.score_all(world, awards, 7, 9)
    meeting = committee.met(world, awards[0].programme, 2 * MILLION)
    committee.all_vote(world, meeting)

    twice(secretary, f"/hop-xet/{meeting.id}/ket-thuc", "meeting.closed", ended_at="10:15", summary="Nhất trí")


def test_a_decision_is_published_once(secretary: Browser, world: AwardWorld) -> None:
    world.money(5 * MILLION)
    programme = world.programme()
    world.award(programme, "recommended")
    decision = deciding.decided(world, programme)

    twice(secretary, f"/quyet-dinh/{decision.id}/cong-bo", "decision.published", on="15/8/2026")


def test_the_same_key_with_other_content_is_refused(secretary: Browser, world: AwardWorld) -> None:
    world.awards(world.programme(state="reviewing"), 2)
    path = "/hop-xet/lap?chuong_trinh=HB26"
    press(secretary, path, held_on="15/8/2026", place="Hội trường")

    other = press(secretary, path, held_on="15/8/2026", place="Nhà văn hóa")

    assert other.status_code == 409
    assert "nội dung khác" in other.text


def test_another_file_under_the_same_words_is_other_content(app: Flask, world: AwardWorld) -> None:
    nominator = Browser(app).sign_in(world.nominator)
    award = world.award(world.programme(state="open"), "draft")
    path = f"/hoc-bong/{award.programme.code}/de-nghi/{award.number}/sua"
    shown = nominator.get(path).field("shown")
    words = {"level": str(award.level_id), "reason": "Nhà xa trường", "shown": shown}
    one, other = picture(4), picture(5)

    def send(content: bytes) -> TestResponse:
        return press(nominator, path, **words, **{"file-0": (BytesIO(content), "giay.jpg")})

    first, again = send(one), send(one)

    assert (first.status_code, again.status_code) == (303, 303)
    assert first.location == again.location
    assert send(other).status_code == 409


def test_a_refused_form_can_be_mended_under_its_key(secretary: Browser, world: AwardWorld) -> None:
    awards = world.awards(world.programme(state="reviewing"), 2)
    committee.score_all(world, awards, 7, 9)
    meeting = committee.met(world, awards[0].programme, 2 * MILLION)
    path = f"/hop-xet/{meeting.id}/ket-thuc"

    assert press(secretary, path, ended_at="10:15").status_code == 422
    committee.all_vote(world, meeting)

    assert press(secretary, path, ended_at="10:20").status_code == 303


def test_another_person_with_the_same_key_is_not_answered_for_the_first(
    app: Flask, secretary: Browser, world: AwardWorld
) -> None:
    world.awards(world.programme(state="reviewing"), 2)
    path, fields = "/hop-xet/lap?chuong_trinh=HB26", {"held_on": "15/8/2026", "place": "Hội trường"}
    press(secretary, path, **fields)

    assert press(Browser(app).sign_in(world.chair), path, **fields).status_code in (403, 422)


def test_two_presses_at_one_instant_have_one_answer(app: Flask, world: AwardWorld) -> None:
    world.awards(world.programme(state="reviewing"), 2)
    hands = [Browser(app).sign_in(world.secretary) for _hand in range(3)]
    answers: list[TestResponse] = []
    at_once = threading.Barrier(len(hands))

    def hand(browser: Browser) -> None:
        browser._token()
        at_once.wait(30)
        path = "/hop-xet/lap?chuong_trinh=HB26"
        answers.append(press(browser, path, held_on="15/8/2026", place="Hội trường"))

    threads = [threading.Thread(target=hand, args=(browser,)) for browser in hands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [answer.status_code for answer in answers] == [303] * 3
    assert len({answer.location for answer in answers}) == 1
    assert told("meeting.planned") == 1
