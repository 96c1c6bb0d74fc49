"""The pages of nominations: who sees which of them and why, the list, the papers, what leads to them."""

import datetime
import re
from collections.abc import Callable
from io import BytesIO

import openpyxl
import pypdf
import pytest
from sqlalchemy import select

from khuyenhoc.awards.award_tables import Award
from khuyenhoc.core.database import db, writing
from khuyenhoc.org import unit_changes
from khuyenhoc.org.users import COMMAND_LINE
from khuyenhoc.recipients.recipient_tables import FileOpening
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld, level
from tests.awards.nominating import AT, FIRST, confirm_address, latest, nominate
from tests.support.browser import Answer, Browser
from tests.support.world import DAY


@pytest.mark.parametrize(("kind", "status"), [("whole", 200), ("part", 404)])
def test_what_a_closed_unit_was_sent_back_is_seen_by_the_unit_that_it_went_over_to(
    world: AwardWorld, browser: Browser, kind: str, status: int
) -> None:
    """Wholly: of what went over in part nobody has written down whose pupils these are."""
    programme = world.programme()
    returned = world.award(programme, "returned")
    to = {"code": programme.code, "number": returned.number}
    teacher = browser.sign_in(world.teacher)
    with writing():
        unit_changes.succeed(
            world.chapter, world.school_unit, kind=kind, effective=DAY - datetime.timedelta(days=1), by=COMMAND_LINE
        )
    teacher.get("nominations.show", **to, expect=404)  # it is still open

    with writing():
        unit_changes.close(
            world.chapter, on=DAY - datetime.timedelta(days=1), by=COMMAND_LINE, reason="Nhập vào chi hội bên"
        )

    page = teacher.get("nominations.show", **to, expect=status)
    listed = teacher.get("nominations.index", code=programme.code).text
    seen = returned.recipient.full_name in page.text, returned.recipient.full_name in listed
    assert seen == ((True, True) if status == 200 else (False, False))
    teacher.get("nominate.edit", **to, expect=404)  # whoever checks may have it mended


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
    assert latest().state == "submitted"


@pytest.mark.parametrize("who", ["secretary", "chair", "treasurer"])
def test_only_units_nominate(world: AwardWorld, browser: Browser, who: str) -> None:
    world.award(world.programme())
    browser.sign_in(getattr(world, who))

    browser.get("nominate.new", **AT, expect=403)
    browser.post("nominate.change", {"reason": "x"}, to=FIRST, expect=403)
    browser.post(confirm_address(world), {"chon": "1"}, expect=403)


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

    nominate(browser, programme, pupil.id)

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


LACKING = "Chưa có đồng ý của người giám hộ để xử lý hồ sơ."


@pytest.mark.parametrize("given", [(), ("process",), ("committee",)])
def test_a_child_without_consent_is_told_and_not_refused(
    world: AwardWorld, office: Browser, given: tuple[str, ...]
) -> None:
    programme = world.programme()
    pupil = world.pupil(consents=given)
    world.award(programme, "submitted", recipient=pupil)
    world.award(programme, "submitted")
    card = f"/nguoi-nhan/{pupil.id}"

    one, other = (office.get("nominations.show", code="HB26", number=number) for number in (1, 2))
    assert (LACKING in one.text, one.offers(card), LACKING in other.text) == (True, True, False)
    many = office.get("nominations.index", **AT)
    assert (many.text.count(LACKING), many.offers(card)) == (1, True)
    chapter = Browser(office.app).sign_in(world.nominator).get("nominations.show", **FIRST)
    assert LACKING in chapter.text
    payer = Browser(office.app).sign_in(world.treasurer).get("nominations.show", **FIRST)
    assert LACKING not in payer.text

    office.post("checks.verify_many", {"chon": "1", "note": "Đã thăm nhà"}, to=AT)
    db.session.expire_all()
    assert db.session.scalars(select(Award.state).order_by(Award.number)).all() == ["verified", "submitted"]


@pytest.mark.parametrize(("state", "told"), [("handed_over", True), ("settled", False), ("rejected", False)])
def test_of_a_file_that_is_over_nobody_is_asked_for_a_consent(
    world: AwardWorld, office: Browser, state: str, told: bool
) -> None:
    """Consents are given for a school year: later the old file would say that nobody had ever agreed."""
    world.award(world.programme(), state, recipient=world.pupil(consents=()))

    page = office.get("nominations.show", **FIRST)

    assert (LACKING in page.text) is told
