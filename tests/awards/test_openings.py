"""Whoever takes a pupil's name away on paper or in Excel leaves a note in that pupil's file: from every room."""

import io
from typing import Any

import openpyxl
from flask import Flask
from sqlalchemy import func, select

from khuyenhoc.core.database import db
from khuyenhoc.recipients.recipient_tables import FileOpening
from tests.awards import committee_world as committee
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld
from tests.papers.reading import read, text_of
from tests.payouts import paid
from tests.support.browser import Browser

NAME = "Nguyễn Thị Hồng Nhạn"
ROOMS = ("/hoc-bong", "/hop-xet", "/quyet-dinh", "/chi-trao", "/nguoi-nhan", "/hien-vat", "/so-sach")
NAMING = {
    "nominations.as_excel",
    "nominations.unit_list",
    "nominations.application",
    "results.as_excel",
    "minutes.paper",
    "decisions.annex_as_excel",
    "decisions.paper",
    "payouts.lines_as_excel",
    "payout_papers.list_paper",
    "payout_papers.bank_excel",
    "recipients.as_excel",
    "consent_papers.print_form",
}
"""What names somebody, or speaks of somebody by a code that only the circle can read."""

LISTS = ("decisions.annex_as_excel", "payouts.lines_as_excel", "payout_papers.bank_excel")
"""Excel files that go the way of the paper which they repeat."""


def test_every_paper_and_every_export_that_names_a_pupil_notes_it(app: Flask, world: AwardWorld) -> None:
    values = one_of_everything(world)
    found = set()
    for rule in app.url_map.iter_rules():
        path = rule.rule
        if "GET" not in (rule.methods or ()) or not path.startswith(ROOMS) or not path.endswith((".pdf", ".xlsx")):
            continue
        if not rule.arguments <= values.keys():
            continue
        before = notes()
        reader = Browser(app).sign_in(world.secretary)
        with reader.client.session_transaction() as kept:
            kept["language"] = "en"
        query = {"don_vi": world.chapter.id} if rule.endpoint == "nominations.unit_list" else None
        answer = reader.client.get(reader.address(rule.endpoint, **{n: values[n] for n in rule.arguments}),
                                   query_string=query)  # fmt: skip
        if answer.status_code != 200:
            continue
        if NAME in words(answer.data) or rule.endpoint in NAMING:
            assert notes() > before, rule.endpoint
            assert rule.endpoint not in LISTS or "STT" in words(answer.data), "papers and their twins are Vietnamese"
            found.add(rule.endpoint)

    assert found >= NAMING


def test_the_annex_notes_only_whom_it_shows(browser: Browser, world: AwardWorld) -> None:
    world.money(5 * MILLION)
    first, second = world.awards(world.programme(), 2, "recommended")
    decision = deciding.published(world, first.programme)
    chair = browser.sign_in(world.chair)

    chair.get(f"/quyet-dinh/{decision.id}/danh-sach.xlsx?q=HB26-0001")
    assert [one.recipient_id for one in noted()] == [first.recipient_id]
    chair.get("decisions.paper", decision_id=decision.id)

    assert [one.recipient_id for one in noted()[1:]] == [first.recipient_id, second.recipient_id]
    assert {(one.page, one.user_name) for one in noted()} == {("annex", world.chair.signature)}
    assert "Xem danh sách kèm quyết định" in browser.get(f"/nguoi-nhan/{first.recipient_id}").text


def test_the_form_of_a_nomination_notes_whom_it_shows_fresh_and_refused(world: AwardWorld, browser: Browser) -> None:
    (award,) = world.awards(world.programme(), 1, "draft")
    at = {"code": "HB26", "number": award.number}
    chapter = browser.sign_in(world.nominator)

    shown = []
    for open_it in (
        lambda: chapter.get("nominate.edit", **at),
        lambda: chapter.post("nominate.change", {"level": ""}, to=at, expect=422),
        lambda: chapter.get("nominate.new", code="HB26", query={"nguoi": world.pupil(NAME).id}),
        lambda: chapter.post(f"/hoc-bong/HB26/de-nghi/moi?nguoi={world.pupil(NAME).id}", {"level": ""}, expect=422),
    ):
        before = notes()
        open_it()
        shown.append(notes() - before)

    assert shown == [1, 1, 1, 1]
    assert {one.page for one in noted()} == {"award"}
    assert noted()[0].recipient_id == noted()[1].recipient_id == award.recipient_id


def one_of_everything(world: AwardWorld) -> dict[str, Any]:
    """A pupil all the way to a paid bank list; gives what the addresses of its papers ask for."""
    world.money(5 * MILLION)
    pupil = world.pupil(NAME, bank_name="Ngân hàng Mẫu", bank_number="111222", bank_holder=NAME)
    programme = world.programme(state="reviewing", publication_days=0)
    award = world.award(programme, "in_review", recipient=pupil)
    committee.score_all(world, [award], 9)
    meeting = committee.met(world, programme)
    committee.all_vote(world, meeting)
    committee.close(world, meeting)
    decision = deciding.published(world, programme)
    payout = paid.approve(world, paid.prepare(world, decision, "bank"))
    return {
        "code": "HB26",
        "number": award.number,
        "meeting_id": meeting.id,
        "decision_id": decision.id,
        "payout_id": payout.id,
        "recipient_id": pupil.id,
    }


def words(data: bytes) -> str:
    """The text of a paper or of a workbook."""
    if data.startswith(b"%PDF"):
        return " ".join(text_of(read(data)).split())
    sheets = openpyxl.load_workbook(io.BytesIO(data)).worksheets
    return " ".join(str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row)


def notes() -> int:
    return db.session.scalar(select(func.count()).select_from(FileOpening)) or 0


def noted() -> list[FileOpening]:
    return list(db.session.scalars(select(FileOpening).order_by(FileOpening.id)))
