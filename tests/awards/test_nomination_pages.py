"""The pages of nominations: written by a chapter, confirmed by its head, checked by the ward."""

import datetime
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.programme_tables import UnitQuota
from khuyenhoc.core.database import db, writing
from khuyenhoc.history.events import record
from khuyenhoc.recipients import evidence
from tests.awards.award_world import MILLION, AwardWorld, level
from tests.awards.nominating import AT, FIRST, confirm_address, latest, nominate
from tests.support.browser import Browser

AFTER = datetime.datetime(2026, 9, 1, 8, tzinfo=datetime.UTC)


def _picture() -> tuple[BytesIO, str]:
    drawn = BytesIO()
    Image.new("RGB", (40, 40), "white").save(drawn, "JPEG")
    drawn.seek(0)
    return drawn, "so-ho-ngheo.jpg"


def test_from_the_chapter_to_the_ward(world: AwardWorld, chapter: Browser) -> None:
    programme = world.programme(quota=3, rules=[("poverty", "poor,near_poor")])
    pupil = world.pupil("Trần Ngọc Quý")

    chosen = chapter.get("nominate.new", **AT)
    assert "Trần Ngọc Quý" in chosen.text
    stored = nominate(chapter, programme, pupil.id)
    assert (stored.h1, "Hộ nghèo, giấy có giá trị đến 31/12/2026." in stored.text) == ("Hồ sơ HB26-0001", True)

    chapter.get("confirm_list.to_confirm", **AT)
    sent = chapter.post(f"/hoc-bong/HB26/de-nghi/xac-nhan?don_vi={world.chapter.id}", {"chon": "1"})
    assert "Đã xác nhận và gửi 1 hồ sơ" in sent.text
    assert (latest().state, latest().rank) == ("submitted", 1)

    ward = Browser(chapter.app, htmx=chapter.htmx).sign_in(world.secretary)
    ward.get("nominations.show", **FIRST)
    checked = ward.post("checks.verify", {"note": "Đã đến thăm nhà"}, to=FIRST)
    assert "Đã thẩm tra xong" in checked.text
    assert latest().state == "verified"


def test_a_file_is_uploaded_with_the_nomination(world: AwardWorld, office: Browser) -> None:
    programme = world.programme(required=[("Giấy hộ nghèo", "poverty")])
    chapter = Browser(office.app).sign_in(world.nominator)

    stored = nominate(chapter, programme, world.pupil().id, **{"file-1": _picture()})

    assert "so-ho-ngheo.jpg" in stored.text
    assert [row.answers for row in latest().evidence] == [1]


def test_a_bad_file_costs_nothing_of_what_was_typed(world: AwardWorld, browser: Browser) -> None:
    programme = world.programme(required=[("Giấy hộ nghèo", "poverty")])
    browser.sign_in(world.nominator)
    pupil = world.pupil()
    typed = {"level": str(programme.levels[0].id), "reason": "Nhà xa trường", "file-1": (BytesIO(b"MZ"), "virus.exe")}
    browser.get("nominate.new", code="HB26", query={"nguoi": pupil.id})

    page = browser.post(f"/hoc-bong/HB26/de-nghi/moi?nguoi={pupil.id}", typed, expect=422)

    assert "đã lưu, nhưng có tệp chưa nhận được" in page.text
    assert "virus.exe" in page.text
    assert page.field("reason") == "Nhà xa trường"
    assert (latest().reason, evidence.of(pupil)) == ("Nhà xa trường", [])


def test_the_same_press_twice_is_one_nomination(world: AwardWorld, browser: Browser) -> None:
    programme, pupil = world.programme(), world.pupil()
    browser.sign_in(world.nominator)
    nominate(browser, programme, pupil.id)

    again = nominate(browser, programme, pupil.id)

    assert again.h1 == "Hồ sơ HB26-0001"
    assert db.session.query(Award).count() == 1


def test_an_incomplete_draft_is_stored_and_told_what_it_lacks(world: AwardWorld, browser: Browser) -> None:
    programme = world.programme(rules=[("poverty", "poor")], required=[("Giấy hộ nghèo", "poverty")])
    browser.sign_in(world.nominator)

    stored = nominate(browser, programme, world.pupil(circumstances=[]).id, reason="")
    listed = browser.get("confirm_list.to_confirm", **AT)

    assert "Đã lưu hồ sơ" in stored.text
    assert "Thiếu giấy: Giấy hộ nghèo." in listed.text
    assert not listed.page.all("input", name="chon")


def test_the_order_of_the_list_is_the_order_of_need(world: AwardWorld, browser: Browser) -> None:
    programme = world.programme()
    for _ in range(3):
        world.award(programme)
    browser.sign_in(world.nominator).get("confirm_list.to_confirm", **AT)
    orders = {"thu-tu-1": "3", "thu-tu-2": "1", "thu-tu-3": "2"}

    browser.post(confirm_address(world), {"chon": ["1", "2", "3"], **orders})

    ranks = dict(iter(db.session.execute(select(Award.number, Award.rank))))
    assert ranks == {1: 3, 2: 1, 3: 2}


@pytest.mark.parametrize(
    ("orders", "sentence"),
    [
        ({"thu-tu-1": "1", "thu-tu-2": "1"}, "Thứ tự 1 ghi cho hai hồ sơ"),
        ({"thu-tu-1": "nhất", "thu-tu-2": "2"}, "Xin ghi thứ tự ưu tiên"),
    ],
)
def test_an_order_that_is_none_is_asked_again(
    world: AwardWorld, browser: Browser, orders: dict[str, str], sentence: str
) -> None:
    programme = world.programme()
    world.award(programme)
    world.award(programme)
    browser.sign_in(world.nominator).get("confirm_list.to_confirm", **AT)

    page = browser.post(confirm_address(world), {"chon": ["1", "2"], **orders}, expect=422)

    assert sentence in page.text
    assert page.field("thu-tu-1") == orders["thu-tu-1"]


def test_above_the_quota_the_list_is_refused_in_words(world: AwardWorld, browser: Browser) -> None:
    programme = world.programme(quota=1)
    world.award(programme)
    world.award(programme)
    browser.sign_in(world.nominator).get("confirm_list.to_confirm", **AT)

    page = browser.post(confirm_address(world), {"chon": ["1", "2"], "thu-tu-1": "1", "thu-tu-2": "2"}, expect=422)

    assert "Chỉ tiêu 1, đã xác nhận 0, chỉ còn 1" in page.text


def test_each_quota_says_of_which_level_it_is(world: AwardWorld, browser: Browser) -> None:
    programme = world.programme(levels=[level("A", MILLION), level("B", MILLION, place=2)])
    with writing():
        quotas = enumerate(programme.levels, start=2)
        programme.quotas = [UnitQuota(unit_id=world.chapter.id, level_id=one.id, quota=n) for n, one in quotas]
        record("programme.changed", programme, by=world.secretary, unit_id=world.unit.id)
    browser.sign_in(world.nominator)

    for page in (browser.get("nominations.index", **AT), browser.get("programmes.show", **AT)):
        assert ("(Mức A)" in page.text, "(Mức B)" in page.text) == (True, True)


def test_a_list_that_changed_meanwhile_is_stale(world: AwardWorld, browser: Browser) -> None:
    world.award(world.programme())
    browser.sign_in(world.nominator).get("confirm_list.to_confirm", **AT)

    sent = {"chon": "1", "thu-tu-1": "1", "phien-1": "0" * 64}
    page = browser.post(confirm_address(world), sent, expect=422)

    assert "Hồ sơ đã thay đổi" in page.text
    assert latest().state == "draft"


def test_after_the_deadline_the_page_says_so(
    world: AwardWorld, browser: Browser, clock: Callable[[datetime.datetime], None]
) -> None:
    programme, pupil = world.programme(), world.pupil()
    browser.sign_in(world.nominator)
    clock(AFTER)
    browser.sign_in(world.nominator)

    assert "không nhận đề nghị mới" in browser.get("nominate.new", **AT).text
    typed = {"level": str(programme.levels[0].id), "reason": "Muộn"}
    page = browser.post(f"/hoc-bong/HB26/de-nghi/moi?nguoi={pupil.id}", typed, expect=422)

    assert "Hạn nhận đề nghị đã hết ngày 30/8/2026" in page.text
    assert page.field("reason") == "Muộn"


def test_a_returned_file_says_what_to_mend_and_comes_again(world: AwardWorld, office: Browser) -> None:
    world.award(world.programme(), "submitted")
    office.get("nominations.show", **FIRST)
    office.post("checks.send_back", {"to_mend": "Bổ sung sổ hộ nghèo"}, to=FIRST)
    chapter = Browser(office.app).sign_in(world.nominator)

    assert "Bổ sung sổ hộ nghèo" in chapter.get("nominate.edit", **FIRST).text
    chapter.post("nominate.change", {"reason": "Đã bổ sung"}, to=FIRST)
    chapter.get("confirm_list.to_confirm", **AT)
    chapter.post(confirm_address(world), {"chon": "1", "thu-tu-1": "1"})

    assert (latest().state, latest().reason) == ("submitted", "Đã bổ sung")


def test_two_windows_do_not_write_over_one_another(world: AwardWorld, browser: Browser) -> None:
    world.award(world.programme())
    browser.sign_in(world.nominator).get("nominate.edit", **FIRST)
    Browser(browser.app).sign_in(world.nominator).post(
        "nominate.change", {"reason": "Một", "level": str(latest().level_id)}, to=FIRST
    )

    page = browser.post("nominate.change", {"reason": "Hai"}, to=FIRST, expect=422)

    assert "Người khác vừa sửa hồ sơ này" in page.text
    assert (page.field("reason"), latest().reason) == ("Hai", "Một")


@pytest.mark.parametrize(
    ("endpoint", "field"), [("checks.verify", "note"), ("checks.send_back", "to_mend"), ("checks.refuse", "reason")]
)
def test_a_check_without_words_is_asked_for_them(world: AwardWorld, office: Browser, endpoint: str, field: str) -> None:
    world.award(world.programme(), "submitted")
    office.get("nominations.show", **FIRST)

    page = office.post(endpoint, {field: " "}, to=FIRST, expect=422)

    assert page.error(field)


def test_many_are_checked_at_once(world: AwardWorld, office: Browser) -> None:
    world.awards(world.programme(), 3, "submitted")
    office.get("nominations.index", **AT)

    page = office.post("checks.verify_many", {"chon": ["1", "3"], "note": "Đã xem giấy", **_versions(office)}, to=AT)

    assert "Đã thẩm tra xong 2 hồ sơ." in page.text
    states = dict(iter(db.session.execute(select(Award.number, Award.state))))
    assert states == {1: "verified", 2: "submitted", 3: "verified"}


def test_of_many_one_stale_stops_all(world: AwardWorld, office: Browser) -> None:
    world.awards(world.programme(), 2, "submitted")
    office.get("nominations.index", **AT)
    sent = {**_versions(office), "phien-2": "0" * 64}

    page = office.post("checks.verify_many", {"chon": ["1", "2"], "note": "Đã xem", **sent}, to=AT, expect=422)

    assert "HB26-0002: Hồ sơ đã thay đổi" in page.text
    assert set(db.session.scalars(select(Award.state))) == {"submitted"}


def test_of_many_the_own_nominee_stops_all(world: AwardWorld, office: Browser) -> None:
    programme = world.programme()
    world.award(programme, "submitted")
    world.award(programme, "submitted", nominated_by=world.secretary)
    office.get("nominations.index", **AT)

    page = office.post(
        "checks.verify_many", {"chon": ["1", "2"], "note": "Đã xem", **_versions(office)}, to=AT, expect=403
    )

    assert "nên không xác minh được" in page.text
    assert set(db.session.scalars(select(Award.state))) == {"submitted"}


def _versions(browser: Browser) -> dict[str, str]:
    assert browser.here is not None
    return {name: browser.here.field(name) for name in ("phien-1", "phien-2") if name in browser.here.body}
