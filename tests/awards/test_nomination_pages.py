"""The pages of nominations: written by a chapter, confirmed by its head, checked by the ward, seen by nobody else."""

import datetime
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pypdf
import pytest
from PIL import Image
from sqlalchemy import select

from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.core.database import db
from khuyenhoc.recipients import evidence
from khuyenhoc.recipients.recipient_tables import FileOpening
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld, level
from tests.support.browser import Answer, Browser

AT = {"code": "HB26"}
FIRST = {"code": "HB26", "number": 1}
AFTER = datetime.datetime(2026, 9, 1, 8, tzinfo=datetime.UTC)


def _picture() -> tuple[BytesIO, str]:
    drawn = BytesIO()
    Image.new("RGB", (40, 40), "white").save(drawn, "JPEG")
    drawn.seek(0)
    return drawn, "so-ho-ngheo.jpg"


def _award() -> Award:
    db.session.expire_all()
    return db.session.scalars(select(Award).order_by(Award.number)).all()[-1]


@pytest.fixture
def chapter(world: AwardWorld, either_browser: Browser) -> Browser:
    """The chapter's browser, once with whole pages and once with htmx."""
    return either_browser.sign_in(world.nominator)


@pytest.fixture
def office(world: AwardWorld, browser: Browser) -> Browser:
    """The secretary's browser."""
    return browser.sign_in(world.secretary)


def _nominate(browser: Browser, programme: Programme, recipient_id: int, **more: Any) -> Answer:
    browser.get("nominate.new", code=programme.code, query={"nguoi": recipient_id})
    typed = {"level": str(programme.levels[0].id), "reason": "Nhà xa trường", **more}
    return browser.post(f"/hoc-bong/{programme.code}/de-nghi/moi?nguoi={recipient_id}", typed)


def test_from_the_chapter_to_the_ward(world: AwardWorld, chapter: Browser) -> None:
    programme = world.programme(quota=3, rules=[("poverty", "poor,near_poor")])
    pupil = world.pupil("Trần Ngọc Quý")

    chosen = chapter.get("nominate.new", **AT)
    assert "Trần Ngọc Quý" in chosen.text
    stored = _nominate(chapter, programme, pupil.id)
    assert (stored.h1, "Hộ nghèo, giấy có giá trị đến 31/12/2026." in stored.text) == ("Hồ sơ HB26-0001", True)

    chapter.get("confirm_list.to_confirm", **AT)
    sent = chapter.post(f"/hoc-bong/HB26/de-nghi/xac-nhan?don_vi={world.chapter.id}", {"chon": "1"})
    assert "Đã xác nhận và gửi 1 hồ sơ" in sent.text
    assert (_award().state, _award().rank) == ("submitted", 1)

    ward = Browser(chapter.app, htmx=chapter.htmx).sign_in(world.secretary)
    ward.get("nominations.show", **FIRST)
    checked = ward.post("checks.verify", {"note": "Đã đến thăm nhà"}, to=FIRST)
    assert "Đã thẩm tra xong" in checked.text
    assert _award().state == "verified"


def test_a_file_is_uploaded_with_the_nomination(world: AwardWorld, office: Browser) -> None:
    programme = world.programme(required=[("Giấy hộ nghèo", "poverty")])
    chapter = Browser(office.app).sign_in(world.nominator)

    stored = _nominate(chapter, programme, world.pupil().id, **{"file-1": _picture()})

    assert "so-ho-ngheo.jpg" in stored.text
    assert [row.answers for row in _award().evidence] == [1]


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
    assert (_award().reason, evidence.of(pupil)) == ("Nhà xa trường", [])


def test_the_same_press_twice_is_one_nomination(world: AwardWorld, browser: Browser) -> None:
    programme, pupil = world.programme(), world.pupil()
    browser.sign_in(world.nominator)
    _nominate(browser, programme, pupil.id)

    again = _nominate(browser, programme, pupil.id)

    assert again.h1 == "Hồ sơ HB26-0001"
    assert db.session.query(Award).count() == 1


def test_an_incomplete_draft_is_stored_and_told_what_it_lacks(world: AwardWorld, browser: Browser) -> None:
    programme = world.programme(rules=[("poverty", "poor")], required=[("Giấy hộ nghèo", "poverty")])
    browser.sign_in(world.nominator)

    stored = _nominate(browser, programme, world.pupil(circumstances=[]).id, reason="")
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

    browser.post(_confirm_address(world), {"chon": ["1", "2", "3"], **orders})

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

    page = browser.post(_confirm_address(world), {"chon": ["1", "2"], **orders}, expect=422)

    assert sentence in page.text
    assert page.field("thu-tu-1") == orders["thu-tu-1"]


def test_above_the_quota_the_list_is_refused_in_words(world: AwardWorld, browser: Browser) -> None:
    programme = world.programme(quota=1)
    world.award(programme)
    world.award(programme)
    browser.sign_in(world.nominator).get("confirm_list.to_confirm", **AT)

    page = browser.post(_confirm_address(world), {"chon": ["1", "2"], "thu-tu-1": "1", "thu-tu-2": "2"}, expect=422)

    assert "Chỉ tiêu 1, đã xác nhận 0, chỉ còn 1" in page.text


def test_a_list_that_changed_meanwhile_is_stale(world: AwardWorld, browser: Browser) -> None:
    world.award(world.programme())
    browser.sign_in(world.nominator).get("confirm_list.to_confirm", **AT)

    sent = {"chon": "1", "thu-tu-1": "1", "phien-1": "0" * 64}
    page = browser.post(_confirm_address(world), sent, expect=422)

    assert "Hồ sơ đã thay đổi" in page.text
    assert _award().state == "draft"


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
    chapter.post(_confirm_address(world), {"chon": "1", "thu-tu-1": "1"})

    assert (_award().state, _award().reason) == ("submitted", "Đã bổ sung")


def test_two_windows_do_not_write_over_one_another(world: AwardWorld, browser: Browser) -> None:
    world.award(world.programme())
    browser.sign_in(world.nominator).get("nominate.edit", **FIRST)
    Browser(browser.app).sign_in(world.nominator).post(
        "nominate.change", {"reason": "Một", "level": str(_award().level_id)}, to=FIRST
    )

    page = browser.post("nominate.change", {"reason": "Hai"}, to=FIRST, expect=422)

    assert "Người khác vừa sửa hồ sơ này" in page.text
    assert (page.field("reason"), _award().reason) == ("Hai", "Một")


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


@pytest.mark.parametrize("who", ["teacher", "stranger"])
def test_what_another_unit_nominated_is_not_there(world: AwardWorld, browser: Browser, who: str) -> None:
    world.award(world.programme(), "submitted")
    pupil = world.pupil()
    browser.sign_in(getattr(world, who))

    browser.get("nominations.show", **FIRST, expect=404)
    browser.get("nominations.application", **FIRST, expect=404)
    browser.get("nominate.edit", **FIRST, expect=404)
    browser.post("nominate.withdraw", {"reason": "x"}, to=FIRST, expect=404)
    browser.get("nominate.new", code="HB26", query={"nguoi": pupil.id}, expect=404)


def test_a_school_sees_its_own_only(world: AwardWorld, browser: Browser) -> None:
    programme = world.programme()
    world.award(programme, recipient=world.pupil("Trần Ngọc Quý"))
    world.award(programme, recipient=world.pupil("Lê Hoa Mai", unit=world.school_unit), nominated_by=world.teacher)

    page = browser.sign_in(world.teacher).get("nominations.index", **AT)

    assert ("Lê Hoa Mai" in page.text, "Trần Ngọc Quý" in page.text) == (True, False)
    assert browser.get("nominations.unit_list", code="HB26", query={"don_vi": world.chapter.id}, expect=404)


@pytest.mark.parametrize("who", ["nominator", "chair", "treasurer", "accountant"])
def test_only_the_ward_checks(world: AwardWorld, browser: Browser, who: str) -> None:
    world.award(world.programme(), "submitted")
    browser.sign_in(getattr(world, who))

    for endpoint, field in (("checks.verify", "note"), ("checks.send_back", "to_mend"), ("checks.refuse", "reason")):
        browser.post(endpoint, {field: "x"}, to=FIRST, expect=403)
    browser.post("checks.verify_many", {"chon": "1", "note": "x"}, to=AT, expect=403)
    assert _award().state == "submitted"


@pytest.mark.parametrize("who", ["secretary", "chair", "treasurer"])
def test_only_units_nominate(world: AwardWorld, browser: Browser, who: str) -> None:
    world.award(world.programme())
    browser.sign_in(getattr(world, who))

    browser.get("nominate.new", **AT, expect=403)
    browser.post("nominate.change", {"reason": "x"}, to=FIRST, expect=403)
    browser.post(_confirm_address(world), {"chon": "1"}, expect=403)


def test_who_pays_reads_whom_but_not_why(world: AwardWorld, browser: Browser) -> None:
    world.award(world.programme(), "submitted", reason="Cha mất sớm")

    page = browser.sign_in(world.treasurer).get("nominations.show", **FIRST)
    file = browser.get("nominations.as_excel", **AT).response.data

    assert ("Nguyễn Thị Thử" in page.text, "Cha mất sớm" in page.text, "Hộ nghèo" in page.text) == (True, False, False)
    assert "Cha mất sớm" not in _texts(file)
    browser.get("nominations.application", **FIRST, expect=404)


def test_every_opening_is_written_down(world: AwardWorld, office: Browser) -> None:
    world.award(world.programme(), "submitted")

    office.get("nominations.show", **FIRST)
    office.get("nominations.as_excel", **AT)

    opened = db.session.scalars(select(FileOpening).order_by(FileOpening.id)).all()
    assert [(one.page, one.user_name) for one in opened] == [
        ("award", world.secretary.signature),
        ("export", world.secretary.signature),
    ]


def test_the_list_is_found_narrowed_and_sorted(world: AwardWorld, office: Browser) -> None:
    programme = world.programme(levels=[level("A", MILLION), level("B", MILLION, place=2)])
    world.award(programme, "submitted", recipient=world.pupil("Trần Ngọc Quý"), rank=2)
    world.award(programme, "verified", recipient=world.pupil("Lê Hoa Mai"), level=programme.levels[1], rank=1)

    assert _names(office.get("nominations.index", query={"q": "tran quy"}, **AT)) == ["Trần Ngọc Quý"]
    assert _names(office.get("nominations.index", query={"q": "HB26-0002"}, **AT)) == ["Lê Hoa Mai"]
    assert _names(office.get("nominations.index", query={"trang_thai": "verified"}, **AT)) == ["Lê Hoa Mai"]
    assert _names(office.get("nominations.index", query={"muc": programme.levels[0].id}, **AT)) == ["Trần Ngọc Quý"]
    assert _names(office.get("nominations.index", query={"xep": "uu-tien"}, **AT)) == ["Lê Hoa Mai", "Trần Ngọc Quý"]
    assert _names(office.get("nominations.index", query={"xep": "ten"}, **AT)) == ["Lê Hoa Mai", "Trần Ngọc Quý"]
    assert "HB26-0002" in _texts(office.get("nominations.as_excel", query={"q": "mai"}, **AT).response.data)


@pytest.mark.parametrize("state", ["in_review", "decided"])
def test_a_members_page_links_to_the_card_only_while_the_file_lies_before_them(
    world: AwardWorld, browser: Browser, state: str
) -> None:
    world.money(9 * MILLION)
    programme = world.programme()
    award = world.award(programme, "in_review" if state == "in_review" else "recommended")
    if state == "decided":
        deciding.decided(world, programme)

    page = browser.sign_in(world.members[1]).get("nominations.show", **FIRST)

    assert page.offers(f"/nguoi-nhan/{award.recipient_id}") is (state == "in_review")
    browser.get("recipients.show", recipient_id=award.recipient_id, expect=200 if state == "in_review" else 404)


def test_a_list_that_nobody_has_confirmed_is_not_offered_for_printing(world: AwardWorld, browser: Browser) -> None:
    programme = world.programme()
    world.award(programme, recipient=world.pupil("Trần Ngọc Quý"))
    chapter = browser.sign_in(world.nominator)
    assert not chapter.get("nominations.index", **AT).offers("/hoc-bong/HB26/de-nghi/danh-sach.pdf")

    world.award(programme, "submitted", recipient=world.pupil("Lê Hoa Mai"))
    assert chapter.get("nominations.index", **AT).offers("/hoc-bong/HB26/de-nghi/danh-sach.pdf")


def test_the_papers_say_what_the_page_says(world: AwardWorld, office: Browser) -> None:
    programme = world.programme(quota=2, rules=[("results", "3")])
    world.award(programme, "submitted", recipient=world.pupil("Trần Ngọc Quý", phone="+84900000777"), rank=1)

    application = _pdf(office.get("nominations.application", **FIRST))
    the_list = _pdf(office.get("nominations.unit_list", code="HB26", query={"don_vi": world.chapter.id}))

    assert "PHIẾU ĐỀ NGHỊ XÉT CẤP" in application
    assert "Trần Ngọc Quý" in application
    assert "Năm học 2025–2026: Tốt." in application
    assert re.search(r"1\. Người được đề nghị.*2\. Hoàn cảnh.*3\. .*4\. ", application, re.S)
    assert "0900 000 777" in application
    assert "DANH SÁCH ĐỀ NGHỊ" in the_list
    assert "Một triệu đồng" in the_list


def test_what_waits_stands_on_the_first_page(world: AwardWorld, browser: Browser) -> None:
    programme = world.programme()
    world.award(programme)
    world.award(programme, "submitted")

    assert "Hồ sơ nháp chưa gửi: Học bổng Tiếp bước đến trường" in browser.sign_in(world.nominator).get("/").text
    assert "Hồ sơ chờ thẩm tra: Học bổng Tiếp bước đến trường" in browser.sign_in(world.secretary).get("/").text


def test_whoever_may_be_the_same_is_warned_of(world: AwardWorld, browser: Browser) -> None:
    programme = world.programme()
    born = datetime.date(2014, 3, 3)
    twin = world.pupil("Trần Ngọc Quý", unit=world.school_unit, birth_date=born)
    world.award(programme, "submitted", recipient=twin, nominated_by=world.teacher)
    world.award(programme, recipient=world.pupil("Trần Ngọc Quý", birth_date=born))

    page = browser.sign_in(world.nominator).get("nominations.show", code="HB26", number=2)

    assert "Có thể trùng với một thẻ khác" in page.text
    assert "HB26-0001" in page.text


def _confirm_address(world: AwardWorld) -> str:
    return f"/hoc-bong/HB26/de-nghi/xac-nhan?don_vi={world.chapter.id}"


def _versions(browser: Browser) -> dict[str, str]:
    assert browser.here is not None
    return {name: browser.here.field(name) for name in ("phien-1", "phien-2") if name in browser.here.body}


def _names(page: Answer) -> list[str]:
    return [node.all("a")[0].text for node in page.page.all("th", scope="row") if node.all("a")]


def _texts(file: bytes) -> str:
    rows = openpyxl.load_workbook(BytesIO(file)).active.iter_rows()
    return "\n".join(str(cell.value) for row in rows for cell in row if cell.value)


def _pdf(answer: Answer) -> str:
    assert answer.response.mimetype == "application/pdf"
    reader = pypdf.PdfReader(BytesIO(answer.response.data))
    return " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


@pytest.mark.sqlite
@pytest.mark.parametrize("order", ["so", "uu-tien", "ten"])
@pytest.mark.parametrize("who", ["secretary", "nominator"])
def test_the_list_reads_one_programme_by_an_index(
    world: AwardWorld, browser: Browser, plans: Callable[[], list[str]], order: str, who: str
) -> None:
    world.awards(world.programme(), 60, "submitted")
    world.awards(world.programme("XD26"), 60, "submitted")
    browser.sign_in(getattr(world, who))
    plans()

    browser.get("nominations.index", query={"xep": order}, **AT)

    found = [line for line in plans() if " awards" in line]
    assert found
    assert [line for line in found if line.startswith("SCAN awards")] == []


def test_the_card_leads_to_the_open_programmes_and_tells_of_its_nominations(
    world: AwardWorld, browser: Browser
) -> None:
    programme, pupil = world.programme(), world.pupil()
    browser.sign_in(world.nominator)
    card = browser.get("recipients.show", recipient_id=pupil.id)
    assert "Giới thiệu vào: Học bổng Tiếp bước đến trường" in card.text

    _nominate(browser, programme, pupil.id)

    card = browser.get("recipients.show", recipient_id=pupil.id)
    assert "Giới thiệu vào" not in card.text
    assert "HB26-0001" in card.text


def test_a_member_sees_what_is_before_the_committee_and_no_draft(world: AwardWorld, browser: Browser) -> None:
    programme = world.programme(state="reviewing")
    world.award(programme, recipient=world.pupil("Trần Ngọc Quý"))
    world.award(programme, "in_review", recipient=world.pupil("Lê Hoa Mai"))

    page = browser.sign_in(world.members[1]).get("nominations.index", **AT)

    assert ("Lê Hoa Mai" in page.text, "Trần Ngọc Quý" in page.text) == (True, False)
    browser.get("nominations.show", **FIRST, expect=404)
    assert "Hộ nghèo" in browser.get("nominations.show", code="HB26", number=2).text


@pytest.mark.parametrize("number", ["123456789x", "9" * 30, str(2**63), "1" * 5000])
def test_boxes_that_name_no_nomination_are_passed_over(browser: Browser, world: AwardWorld, number: str) -> None:
    programme = world.programme()
    world.award(programme, "draft")
    world.award(programme, "submitted")
    to = {"code": programme.code}

    checked = browser.sign_in(world.secretary).post("checks.verify_many", chon=number, note="Đã xem", to=to, expect=422)
    confirmed = browser.sign_in(world.nominator).post("confirm_list.confirm", chon=number, to=to, expect=422)

    assert "ít nhất một" in checked.text
    assert "ít nhất một" in confirmed.text
