"""Taking goods back by its pages: the list, the form, the approval, and what each shows to whom."""

import pytest
from flask import Flask

from khuyenhoc.core.database import db, writing
from khuyenhoc.payouts import lists, outcomes, taking_back
from tests.awards.award_world import AwardWorld
from tests.goods import stocked
from tests.payouts import paid, taken_back
from tests.payouts.test_pages import only, ticked
from tests.support import people
from tests.support.browser import Browser

FORM, RECORD = "payout_deeds.form", "payout_deeds.record"
SLUG = "nhan-lai-hien-vat"


def outcomes_of(payout_id: int) -> list[str]:
    """What the lines say now."""
    db.session.rollback()
    db.session.expire_all()
    return [line.outcome for line in lists.lines_of(lists.get_payout(payout_id))]


def test_a_bicycle_comes_back_by_its_pages(either_browser: Browser, world: AwardWorld) -> None:
    payout, _document, lines = taken_back.handed_over(world, 3, "GT24001")
    to, address = {"payout_id": payout.id, "slug": SLUG}, f"/chi-trao/{payout.id}/ghi/{SLUG}"
    secretary = either_browser.sign_in(world.secretary)
    assert secretary.get("payouts.show", payout_id=payout.id).offers(address)
    form = secretary.get(FORM, **to)
    assert [name for name in (line.name for line in lines) if name not in form.text] == []
    assert "Đã trao theo XK-2026-0001" in form.text

    told = secretary.post(RECORD, ticked(lines, 0, reason="Đánh dấu nhầm"), to=to)

    assert "Đã gửi đề nghị nhận lại hiện vật" in told.text
    assert outcomes_of(payout.id) == ["received"] * 3
    shown = secretary.get("payouts.show", payout_id=payout.id)
    assert ("Đang chờ duyệt đề nghị nhận lại hiện vật" in shown.text, shown.offers(address)) == (True, False)
    (request,) = taking_back.waiting(payout)
    chair = either_browser.sign_in(world.chair)
    page = chair.get(f"/phe-duyet/{request.id}")
    said = ["Nhận lại hiện vật: 1 suất đã trao theo XK-2026-0001", "XD26-0001", "số khung GT24001", "Đánh dấu nhầm"]
    assert [word for word in said if word not in page.text] == []
    assert lines[0].name not in page.text
    chair.post("approvals.decide", to={"request_id": request.id}, decision="approve")

    assert outcomes_of(payout.id) == ["waiting", "received", "received"]
    shown = chair.get("payouts.show", payout_id=payout.id)
    assert "Nhận lại hiện vật theo danh sách" in shown.text
    assert "XK-2026-0002" in shown.text
    secretary = either_browser.sign_in(world.secretary)
    secretary.get(FORM, payout_id=payout.id, slug="trao")
    again = ticked(lists.lines_of(payout)[:1], 0, witness="Cô Hồ Thị Nháp")
    assert "XK-2026-0003" in secretary.post(RECORD, again, to={"payout_id": payout.id, "slug": "trao"}).text
    assert paid.holds()


def test_a_request_that_is_returned_says_on_the_list_what_to_mend(either_browser: Browser, world: AwardWorld) -> None:
    payout, _document, lines = taken_back.handed_over(world, 2)
    request = taken_back.ask(world, payout, lines[:1])
    chair = either_browser.sign_in(world.chair)
    chair.get(f"/phe-duyet/{request.id}")
    chair.post("approvals.decide", to={"request_id": request.id}, decision="return", reason="Xin hỏi lại gia đình")

    shown = either_browser.sign_in(world.secretary).get("payouts.show", payout_id=payout.id)

    assert "trả lại: “Xin hỏi lại gia đình”" in shown.text
    assert shown.offers(f"/chi-trao/{payout.id}/ghi/{SLUG}")
    assert outcomes_of(payout.id) == ["received", "received"]


def test_what_was_typed_wrongly_is_shown_again_beside_its_field(either_browser: Browser, world: AwardWorld) -> None:
    payout, _document, lines = taken_back.handed_over(world, 2)
    to = {"payout_id": payout.id, "slug": SLUG}
    secretary = either_browser.sign_in(world.secretary)
    secretary.get(FORM, **to)

    without = secretary.post(RECORD, ticked(lines, 0), to=to, expect=422)
    nobody = secretary.post(RECORD, ticked(lines, reason="Nhầm người"), to=to, expect=422)

    assert "Xin ghi lý do." in without.text
    assert "checked" in str(without.page.one("main"))
    assert "chọn ít nhất một dòng" in nobody.text
    assert "Nhầm người" in nobody.text
    assert not taking_back.waiting(payout)


def test_of_several_handovers_the_form_shows_one_at_a_time(browser: Browser, world: AwardWorld) -> None:
    stocked.given(world, 3)
    payout = stocked.listed(world, stocked.decided(world, 3))
    first, second = stocked.hand_over(world, payout, [0]), stocked.hand_over(world, payout, [1, 2])
    lines = lists.lines_of(payout)
    to = {"payout_id": payout.id, "slug": SLUG}
    secretary = browser.sign_in(world.secretary)

    latest = secretary.get(FORM, **to)
    assert (first.label in latest.text, second.label in latest.text) == (True, True)
    assert [line.name in latest.text for line in lines] == [False, True, True]
    other = secretary.get(FORM, **to, chung_tu=first.id)
    assert [line.name in other.text for line in lines] == [True, False, False]
    assert [line.name in secretary.get(FORM, **to, chung_tu="x").text for line in lines] == [False, True, True]
    mixed = secretary.post(RECORD, ticked(lines, 0, 1, reason="Nhầm"), to=to, expect=422)
    assert "của một chứng từ; đã chọn XK-2026-0001, XK-2026-0002" in mixed.text


def test_the_same_form_again_gives_the_same_answer_also_when_it_was_approved(
    browser: Browser, world: AwardWorld
) -> None:
    payout, _document, lines = taken_back.handed_over(world, 2)
    to = {"payout_id": payout.id, "slug": SLUG}
    secretary = browser.sign_in(world.secretary)
    secretary.get(FORM, **to)
    sent = ticked(lines, 0, reason="Nhầm", form_key="mot-bieu-mau-1")
    first = secretary.post(RECORD, sent, to=to, expect=303)
    (request,) = taking_back.waiting(payout)
    assert secretary.post(RECORD, sent, to=to, expect=303).response.location == first.response.location
    taken_back.approve(world, request)

    again = secretary.post(RECORD, sent, to=to, expect=303)

    assert again.response.location == first.response.location
    assert not taking_back.waiting(only())
    other = ticked(lines, 1, reason="Nhầm", form_key="mot-bieu-mau-1")
    secretary.post(RECORD, other, to=to, expect=409)
    assert outcomes_of(payout.id) == ["waiting", "received"]


def test_the_page_is_refused_to_whoever_may_not_and_elsewhere_it_is_not_there(app: Flask, world: AwardWorld) -> None:
    payout, _document, lines = taken_back.handed_over(world, 2)
    to = {"payout_id": payout.id, "slug": SLUG}

    for who in (world.accountant, world.chair, people.person("kiemtra"), world.nominator, world.members[0]):
        browser = Browser(app).sign_in(who)
        browser.get(FORM, **to, expect=403)
        browser.post(RECORD, ticked(lines, 0, reason="Nhầm"), to=to, expect=403)
    assert not Browser(app).sign_in(world.chair).get("payouts.show", payout_id=payout.id).offers(f"/ghi/{SLUG}")
    far = Browser(app).sign_in(people.person("xa.thuky", role="secretary", unit=people.association("U02")))
    far.post(RECORD, ticked(lines, 0, reason="Nhầm"), to=to, expect=404)
    Browser(app).post(RECORD, ticked(lines, 0, reason="Nhầm"), to=to, expect=303)
    assert not taking_back.waiting(payout)
    assert outcomes_of(payout.id) == ["received", "received"]


@pytest.mark.parametrize("method", ["cash", "settled"])
def test_a_list_of_money_or_a_settled_one_does_not_offer_it(browser: Browser, world: AwardWorld, method: str) -> None:
    if method == "cash":
        payout, lines = paid.paid(world, 1)
        paid.receive(world, payout, lines)
    else:
        payout, _document, lines = taken_back.handed_over(world, 1)
        with writing():
            outcomes.settle(payout, by=world.accountant)
    treasurer = browser.sign_in(world.treasurer)

    assert not treasurer.get("payouts.show", payout_id=payout.id).offers(f"/chi-trao/{payout.id}/ghi/{SLUG}")
    if method == "cash":
        treasurer.get(FORM, payout_id=payout.id, slug=SLUG, expect=404)
    else:
        sent = ticked(lines, 0, reason="Nhầm")
        said = treasurer.post(RECORD, sent, to={"payout_id": payout.id, "slug": SLUG}, expect=422)
        assert "đã quyết toán" in said.text
