"""Taking goods back in a real browser: the form, the list that waits, the approval, the list afterwards."""

from pathlib import Path

import pytest

from khuyenhoc.core.database import db
from khuyenhoc.payouts import lists
from tests.awards.award_world import AwardWorld
from tests.goods import stocked
from tests.payouts import paid, taken_back
from tests.support import checker, usable
from tests.support.chromium import Windows

pytestmark = pytest.mark.browser


def test_every_page_of_taking_back_can_be_used_by_everyone(world: AwardWorld, windows: Windows, tmp_path: Path) -> None:
    lot = stocked.given(world, 4)
    stocked.number(world, lot, "GT2400000001", "GT2400000002")
    decision = stocked.decided(world, 4)
    stocked.mean(world, decision, "GT2400000001", "GT2400000002")
    payout = stocked.listed(world, decision)
    for places in ([0, 1], [2], [3]):
        stocked.hand_over(world, payout, places)
    lines = lists.lines_of(payout)
    taken_back.taken_back(world, payout, lines[:1])
    request = taken_back.ask(world, payout, lines[2:3])
    db.session.rollback()
    pages = {
        "goods-back": (world.secretary, f"/chi-trao/{payout.id}/ghi/nhan-lai-hien-vat"),
        "goods-back-list": (world.treasurer, f"/chi-trao/{payout.id}"),
        "goods-back-approval": (world.chair, f"/phe-duyet/{request.id}"),
    }

    faults, texts = [], {}
    for name, (who, path) in pages.items():
        page = windows.open(who)
        faults += usable.faults_of(page, path, name)
        texts[path] = page.request.get(path).text()

    assert faults + checker.faults(texts, tmp_path) == []


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_one_who_was_ticked_by_mistake_waits_again(world: AwardWorld, windows: Windows, script: bool) -> None:
    payout, _document, lines = taken_back.handed_over(world, 3)
    db.session.rollback()
    page = windows.open(world.secretary, size="phone", script=script)
    page.goto(f"/chi-trao/{payout.id}")
    page.get_by_role("link", name="Nhận lại hiện vật").click()
    page.get_by_label(lines[1].name).check()
    page.get_by_label("Lý do").fill("Đánh dấu nhầm")
    page.get_by_role("button", name="Đề nghị nhận lại").click()
    page.wait_for_url(f"**/chi-trao/{payout.id}")

    page = windows.open(world.chair, script=script)
    page.goto("/phe-duyet")
    page.get_by_role("button", name="Duyệt nhận lại").click()
    page.wait_for_url("**/phe-duyet")

    db.session.rollback()
    db.session.expire_all()
    assert [line.outcome for line in lists.lines_of(payout)] == ["received", "waiting", "received"]
    assert paid.holds()
