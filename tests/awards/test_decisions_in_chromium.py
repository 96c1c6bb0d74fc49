"""The pages of a decision in a real browser: valid, accessible, on desk and phone, with its script and without."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from khuyenhoc.awards import complaints
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.core import clock
from khuyenhoc.core.database import db, writing
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld, level
from tests.support import checker, usable
from tests.support.chromium import Windows

pytestmark = pytest.mark.browser


def furnished(world: AwardWorld) -> dict[str, str]:
    """A published decision with a complaint, a draft with bicycles, money that does not reach; name → path."""
    world.money(6 * MILLION)
    levels = [level("THCS", 900_000), level("THPT", 1_200_000, place=2)]
    programme = world.programme(levels=levels)
    awards = world.awards(programme, 3, "recommended", level=programme.levels[0])
    world.award(programme, "recommended", level=programme.levels[1])
    decision = deciding.published(world, programme)
    world.world.bicycles_given(1)
    world.world.gift(3 * MILLION)
    bicycles = deciding.bicycles(world)
    world.awards(bicycles, 3, "recommended")
    draft = deciding.draft(world, bicycles)
    world.awards(programme, 4, "recommended")
    with writing():
        complaint = complaints.record(
            awards[0], who="Bà Láng Giềng", grounds="Nhà khá giả", received_on=clock.today(), answer_by=clock.today(),
            by=world.secretary, key="complaint-1",
        )  # fmt: skip
    db.session.rollback()
    return {
        "list": "/quyet-dinh",
        "decision": f"/quyet-dinh/{decision.id}",
        "draft": f"/quyet-dinh/{draft.id}",
        "drafting": "/quyet-dinh/lap/HB26",
        "withdrawal": f"/quyet-dinh/{decision.id}/thu-hoi",
        "published": f"/quyet-dinh/{decision.id}/cong-bo",
        "complaint-form": f"/quyet-dinh/{decision.id}/y-kien",
        "complaint": f"/quyet-dinh/y-kien/{complaint.id}",
    }


def test_every_page_of_a_decision_can_be_used_by_everyone(world: AwardWorld, windows: Windows, tmp_path: Path) -> None:
    paths = furnished(world)
    page = windows.open(world.secretary)
    faults, texts = [], {}
    for name, path in paths.items():
        faults += usable.faults_of(page, path, name)
        texts[path] = page.request.get(path).text()

    assert faults + checker.faults(texts, tmp_path) == []


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_what_remains_follows_the_ticks(world: AwardWorld, windows: Windows, script: bool) -> None:
    world.money(1_500_000)
    programme = world.programme()
    world.awards(programme, 2, "recommended")
    db.session.rollback()
    page = windows.open(world.secretary, script=script)
    page.goto("/quyet-dinh/lap/HB26")
    expect(page.locator("#nguon")).to_contain_text("thiếu")

    page.locator("input[name=awards]").first.uncheck()
    page.get_by_role("button", name="Tính lại theo các suất đã chọn").click()
    expect(page.locator("#nguon")).not_to_contain_text("thiếu")
    expect(page.locator("#nguon")).to_contain_text("500.000")
    expect(page.locator("input[name=awards]:checked")).to_have_count(1)
    page.get_by_role("button", name="Lưu dự thảo").click()

    page.wait_for_url("**/quyet-dinh/*")
    db.session.rollback()
    assert db.session.query(Decision).one().count == 1
