"""The pages of a decision: drafted, signed through the inbox, hung out, complained about, taken back; and who may."""

from io import BytesIO

import openpyxl
import pytest
from flask import Flask

from khuyenhoc.awards import complaints, decision_approvals, decisions
from khuyenhoc.awards.decision_tables import Complaint, Decision
from khuyenhoc.core.database import db, writing
from khuyenhoc.ledger import balances
from khuyenhoc.org.users import User
from khuyenhoc.papers.issued import IssuedPaper
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld
from tests.papers.reading import read, text_of
from tests.support import html, people
from tests.support.browser import Browser


def only() -> Decision:
    """The newest decision, read anew."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.query(Decision).order_by(Decision.id.desc()).first()  # type: ignore[return-value]


def office(world: AwardWorld) -> tuple[User, ...]:
    return (world.secretary, world.accountant, world.treasurer, world.chair, world.vice_chair, people.person("kiemtra"))


def outsiders(world: AwardWorld) -> tuple[User, ...]:
    return (world.nominator, world.members[0], people.person("baocao"))


def test_a_whole_decision_by_its_pages(either_browser: Browser, world: AwardWorld) -> None:
    world.money(5 * MILLION)
    programme = world.programme()
    first, second, _third = world.awards(programme, 3, "recommended")
    secretary = either_browser.sign_in(world.secretary)
    assert secretary.get("decisions.index").offers("/quyet-dinh/lap/HB26")

    secretary.get("drafting.new", code="HB26")
    secretary.post("drafting.create", {"awards": [first.id, second.id]}, to={"code": "HB26"})
    drafted = secretary.get("decisions.show", decision_id=only().id)
    assert "Dự thảo" in drafted.h1
    assert "3.000.000" in drafted.text  # what remains of the five
    asked = secretary.post("decisions.ask", {"note": "Trao ngày 5/9"}, to={"decision_id": only().id})
    assert "2 suất" in asked.text

    chair = Browser(either_browser.app, htmx=either_browser.htmx).sign_in(world.chair)
    request = decision_approvals.waiting_for(only())
    assert request is not None
    chair.get("approvals.one", request_id=request.id)
    chair.post("approvals.decide", {"decision": "approve"}, to={"request_id": request.id})

    decision = only()
    assert (decision.state, decision.count) == ("decided", 2)
    assert balances.available(world.scholarships.id) == 3 * MILLION
    shown = secretary.get("decisions.show", decision_id=decision.id)
    assert "01/QĐ-HKH" in shown.h1
    assert "2.000.000" in shown.text
    secretary.post("decisions.publish", {"on": "14/8/2026"}, to={"decision_id": decision.id}, expect=422)
    hung = secretary.post("decisions.publish", {"on": "15/8/2026"}, to={"decision_id": decision.id})
    assert "21/8/2026" in hung.text
    assert first.recipient.full_name not in hung.text


def test_the_office_reads_and_outsiders_do_not(app: Flask, world: AwardWorld) -> None:
    world.money(5 * MILLION)
    programme = world.programme()
    world.award(programme, "recommended")
    decision = deciding.published(world, programme)
    paths = [
        "",
        "/quyet-dinh.xlsx",
        f"/{decision.id}",
        f"/{decision.id}/danh-sach.xlsx",
        f"/{decision.id}/quyet-dinh.pdf",
    ]

    for path in paths:
        for who in office(world):
            Browser(app).sign_in(who).get(f"/quyet-dinh{path}")
        for who in outsiders(world):
            Browser(app).sign_in(who).get(f"/quyet-dinh{path}", expect=403)
        Browser(app).get(f"/quyet-dinh{path}", expect=303)
    stranger = people.person("thuky2", role="secretary", unit=people.association("U02"))
    for path in paths[2:]:
        Browser(app).sign_in(stranger).get(f"/quyet-dinh{path}", expect=404)


DEEDS = {
    "drafting.create": "code",
    "drafting.change": "decision_id",
    "drafting.take_back": "decision_id",
    "decisions.ask": "decision_id",
    "decisions.drop": "decision_id",
    "decisions.publish": "decision_id",
    "decisions.finish": "decision_id",
    "decisions.print_paper": "decision_id",
    "publication.print_notice": "decision_id",
    "publication.record": "decision_id",
    "publication.answer": "complaint_id",
}


@pytest.mark.alternating
@pytest.mark.parametrize("deed", DEEDS)
def test_every_deed_is_refused_to_whoever_may_not_and_elsewhere_it_is_not_there(
    app: Flask, world: AwardWorld, deed: str
) -> None:
    world.money(5 * MILLION)
    programme = world.programme()
    award = world.award(programme, "recommended")
    decision = deciding.published(world, programme)
    complaint = complained(world, decision)
    values = {"code": "HB26", "decision_id": decision.id, "complaint_id": complaint.id}
    to = {DEEDS[deed]: values[DEEDS[deed]]}
    auditor = people.person("kiemtra")
    far = {
        role: people.person(f"xa.{role}", role=role, unit=people.association("U02")) for role in ("secretary", "chair")
    }

    for who in (auditor, world.nominator, world.members[0]):
        Browser(app).sign_in(who).post(deed, to=to, expect=403)
    Browser(app).sign_in(far["chair" if deed == "publication.answer" else "secretary"]).post(deed, to=to, expect=404)
    Browser(app).post(deed, to=to, expect=303)
    db.session.rollback()
    assert (award.state, decision.state, complaint.state) == ("published", "published", "open")


def complained(world: AwardWorld, decision: Decision) -> Complaint:
    assert decision.published_from is not None
    with writing():
        return complaints.record(
            decisions.awards_of(decision)[0],
            who="Bà Láng Giềng",
            grounds="Không còn khó khăn",
            received_on=decision.published_from,
            answer_by=decision.published_from,
            by=world.secretary,
            key="complaint-1",
        )


def test_what_remains_is_worked_out_anew_without_saving(either_browser: Browser, world: AwardWorld) -> None:
    world.money(1_500_000)
    programme = world.programme()
    first, _second = world.awards(programme, 2, "recommended")
    secretary = either_browser.sign_in(world.secretary)
    page = secretary.get("drafting.new", code="HB26")
    assert "thiếu 500.000" in page.text

    worked_out = secretary.post("drafting.create", {"awards": [first.id], "xem": "1"}, to={"code": "HB26"})

    assert "thiếu" not in worked_out.text
    assert "500.000" in worked_out.text
    assert db.session.query(Decision).count() == 0


def test_a_refused_draft_keeps_what_was_typed(either_browser: Browser, world: AwardWorld) -> None:
    programme = world.programme()
    world.award(programme, "recommended")
    secretary = either_browser.sign_in(world.secretary)
    secretary.get("drafting.new", code="HB26")

    answer = secretary.post("drafting.create", {"awards": [], "basis": ""}, to={"code": "HB26"}, expect=422)
    assert answer.error("basis")
    assert any("ít nhất một suất" in line for line in answer.errors)
    answer = secretary.post(
        "drafting.create", {"awards": ["999", "x"], "basis": "Riêng"}, to={"code": "HB26"}, expect=422
    )
    assert answer.field("basis").strip() == "Riêng"


def test_a_draft_that_cannot_be_borne_is_not_put_forward(either_browser: Browser, world: AwardWorld) -> None:
    programme = world.programme()
    world.award(programme, "recommended")
    decision = deciding.draft(world, programme)
    secretary = either_browser.sign_in(world.secretary)
    page = secretary.get("decisions.show", decision_id=decision.id)
    assert "thiếu 1.000.000" in page.text

    answer = secretary.post("decisions.ask", {"note": "Xin ký"}, to={"decision_id": decision.id}, expect=422)

    assert "thiếu 1.000.000" in answer.text
    assert answer.field("note").strip() == "Xin ký"


def test_the_same_form_twice_makes_one_draft(browser: Browser, world: AwardWorld) -> None:
    programme = world.programme()
    award = world.award(programme, "recommended")
    secretary = browser.sign_in(world.secretary)
    secretary.get("drafting.new", code="HB26")
    fields = {"awards": [award.id], "basis": "Điều lệ", "form_key": "draft-key-01"}

    first = secretary.post("drafting.create", fields, to={"code": "HB26"})
    again = secretary.post("drafting.create", fields, to={"code": "HB26"})

    assert first.path == again.path
    assert db.session.query(Decision).count() == 1
    secretary.post("drafting.create", {**fields, "basis": "Khác"}, to={"code": "HB26"}, expect=409)


def test_a_draft_is_changed_by_the_same_page(either_browser: Browser, world: AwardWorld) -> None:
    programme = world.programme()
    first, second = world.awards(programme, 2, "recommended")
    decision = deciding.draft(world, programme, [first])
    secretary = either_browser.sign_in(world.secretary)
    page = secretary.get("drafting.edit", decision_id=decision.id)
    assert page.field("basis").strip().startswith("Điều lệ")

    secretary.post("drafting.change", {"awards": [second.id]}, to={"decision_id": decision.id})

    db.session.rollback()
    assert [line.award_id for line in only().lines] == [second.id]


def test_a_withdrawal_by_its_page(either_browser: Browser, world: AwardWorld) -> None:
    world.money(5 * MILLION)
    programme = world.programme()
    first, _second = world.awards(programme, 2, "recommended")
    decision = deciding.decided(world, programme)
    secretary = either_browser.sign_in(world.secretary)
    page = secretary.get("drafting.withdrawal", decision_id=decision.id)
    assert page.field("awards") == ""

    secretary.post(
        "drafting.take_back", {"awards": [first.id], "reason": "Đã chuyển trường"}, to={"decision_id": decision.id}
    )

    drafted = secretary.get("decisions.show", decision_id=only().id)
    assert "thu hồi" in drafted.h1
    assert "Đã chuyển trường" in drafted.text
    deciding.sign(world, only())
    assert balances.available(world.scholarships.id) == 4 * MILLION


def test_the_list_filters_sorts_and_goes_to_excel(browser: Browser, world: AwardWorld) -> None:
    world.money(9 * MILLION)
    one, other = world.programme("HB26"), world.programme("HB27", name="Học bổng khuyến tài")
    world.awards(one, 2, "recommended")
    world.award(other, "recommended")
    deciding.decided(world, one)
    waiting = deciding.draft(world, other)
    deciding.ask(world, waiting)
    secretary = browser.sign_in(world.secretary)

    assert "QĐ-2026-0001" in secretary.get("decisions.index", query={"q": "01/QĐ-HKH"}).text
    found = secretary.get("decisions.index", query={"trang_thai": "waiting"})
    assert "Chờ ký" in found.text
    assert "QĐ-2026-0001" not in found.text
    assert "khuyến tài" in secretary.get("decisions.index", query={"q": "khuyến tài"}).text
    for sort in ("moi", "-moi", "gia-tri", "-gia-tri"):
        secretary.get("decisions.index", query={"xep": sort})
    secretary.get("decisions.index", query={"xep": "ten"}, expect=400)
    assert "Không có quyết định nào" in secretary.get("decisions.index", query={"q": "²³/zz"}).text
    book = openpyxl.load_workbook(BytesIO(secretary.get("decisions.index_as_excel").response.data))
    assert 2 * MILLION in [cell.value for row in book.active.iter_rows() for cell in row]  # type: ignore[union-attr]


def test_the_annex_is_searched_by_code_and_by_name(either_browser: Browser, world: AwardWorld) -> None:
    programme = world.programme()
    for name in ("Trần Thị Hạnh", "Lê Văn Phúc"):
        world.award(programme, "recommended", recipient=world.pupil(name))
    decision = deciding.draft(world, programme)
    secretary = either_browser.sign_in(world.secretary)

    by_name = secretary.get("decisions.show", decision_id=decision.id, query={"q": "tran thi hanh"}).text
    assert "Trần Thị Hạnh" in by_name
    assert "Lê Văn Phúc" not in by_name
    assert "Lê Văn Phúc" in secretary.get("decisions.show", decision_id=decision.id, query={"q": "HB26-0002"}).text
    assert "Không có suất nào" in secretary.get("decisions.show", decision_id=decision.id, query={"q": "%_²"}).text
    book = openpyxl.load_workbook(
        BytesIO(secretary.get("decisions.annex_as_excel", decision_id=decision.id, query={"q": "hanh"}).response.data)
    )
    told = [str(cell.value) for row in book.active.iter_rows() for cell in row]  # type: ignore[union-attr]
    assert "Trần Thị Hạnh" in told
    assert "Lê Văn Phúc" not in told


def test_a_chapter_sees_only_what_it_nominated_and_no_other_chapter_sees_anything(
    app: Flask, world: AwardWorld
) -> None:
    world.money(9 * MILLION)
    programme = world.programme()
    mine = world.award(programme, "recommended")
    theirs = world.award(programme, "recommended", unit=world.school_unit, nominated_by=world.teacher)
    decision = deciding.published(world, programme)
    path = f"/quyet-dinh/{decision.id}/cong-bo"

    page = Browser(app).sign_in(world.nominator).get(path)

    assert f"HB26-{mine.number:04d}" in page.text
    assert f"HB26-{theirs.number:04d}" not in page.text
    part = Browser(app).sign_in(world.nominator).get(f"/quyet-dinh/{decision.id}/thong-bao.pdf").response.data
    assert f"HB26-{theirs.number:04d}" not in text_of(read(part))
    Browser(app).sign_in(world.stranger).get(path, expect=404)
    Browser(app).sign_in("nhahaotam").get(path, expect=403)
    Browser(app).get(path, expect=303)


def test_no_name_leaves_by_the_published_page_or_the_notice_without_consent(app: Flask, world: AwardWorld) -> None:
    world.money(9 * MILLION)
    programme = world.programme()
    world.award(programme, "recommended", recipient=world.pupil("Nguyễn Thị Kín", class_name="7A9"))
    world.award(programme, "recommended", recipient=world.pupil("Trần Văn Mở", consents=("publish_name",)))
    decision = deciding.published(world, programme)
    secretary = Browser(app).sign_in(world.secretary)

    page = secretary.get("publication.show", decision_id=decision.id)
    printed = secretary.post("publication.print_notice", to={"decision_id": decision.id})

    for text in (page.text, text_of(read(printed.response.data))):
        assert "Trần Văn Mở" in text
        assert "Nguyễn Thị Kín" not in text
        assert "N.T.K." not in text
        assert html.found(["7A9"], text) == []
        assert "Hoa Mai" not in text


def test_whoever_holds_the_paper_learns_no_name_by_its_code(browser: Browser, world: AwardWorld) -> None:
    world.money(9 * MILLION)
    programme = world.programme()
    world.award(programme, "recommended", recipient=world.pupil("Nguyễn Thị Kín"))
    deciding.decided(world, programme)
    db.session.rollback()
    paper = db.session.query(IssuedPaper).filter_by(kind="award_decision").one()

    page = browser.get(f"/kiem-chung/{paper.code}")

    assert "QĐ-2026-0001" in page.text
    assert "1.000.000" in page.text
    assert "Kín" not in page.text


def test_a_complaint_is_recorded_by_code_and_answered_by_the_chair(either_browser: Browser, world: AwardWorld) -> None:
    world.money(9 * MILLION)
    programme = world.programme()
    world.award(programme, "recommended")
    decision = deciding.published(world, programme)
    secretary = either_browser.sign_in(world.secretary)
    secretary.get("publication.complaint", decision_id=decision.id)
    fields = {"code": "HB26-0009", "who": "Bà Láng Giềng", "grounds": "Nhà không nghèo"}
    wrong = secretary.post("publication.record", fields, to={"decision_id": decision.id}, expect=422)
    assert wrong.error("code") == "Quyết định này không có hồ sơ HB26-0009."
    secretary.post("publication.record", {**fields, "code": "hb26-0001"}, to={"decision_id": decision.id})

    complaint = db.session.query(Complaint).one()
    assert not secretary.get("publication.one", complaint_id=complaint.id).offers(f"/quyet-dinh/y-kien/{complaint.id}")
    chair = Browser(either_browser.app, htmx=either_browser.htmx).sign_in(world.chair)
    chair.get("publication.one", complaint_id=complaint.id)
    refused = chair.post("publication.answer", {"verdict": "upheld"}, to={"complaint_id": complaint.id}, expect=422)
    assert refused.error("words")
    chair.post("publication.answer", {"verdict": "upheld", "words": "Đã xác minh"}, to={"complaint_id": complaint.id})

    page = secretary.get("publication.one", complaint_id=complaint.id)
    assert page.offers(f"/quyet-dinh/{decision.id}/thu-hoi")


def test_the_first_printing_is_the_original_the_second_a_copy(browser: Browser, world: AwardWorld) -> None:
    world.money(9 * MILLION)
    programme = world.programme()
    world.award(programme, "recommended")
    decision = deciding.decided(world, programme)
    secretary = browser.sign_in(world.secretary)

    first = text_of(read(secretary.post("decisions.print_paper", to={"decision_id": decision.id}).response.data))
    second = text_of(read(secretary.post("decisions.print_paper", to={"decision_id": decision.id}).response.data))

    assert "BẢN SAO" not in first
    assert "BẢN SAO" in second
    for said in ("01/QĐ-HKH", "Căn cứ Điều lệ Hội Khuyến học", "Một triệu đồng", "HB26-0001"):
        assert said in first


def test_what_is_not_there_is_not_found(browser: Browser, world: AwardWorld) -> None:
    programme = world.programme()
    world.award(programme, "recommended")
    draft = deciding.draft(world, programme)
    secretary = browser.sign_in(world.secretary)

    for path in (
        "/999",
        f"/{draft.id}/quyet-dinh.pdf",
        f"/{draft.id}/cong-bo",
        f"/{draft.id}/thong-bao.pdf",
        f"/{draft.id}/thu-hoi",
        f"/{draft.id}/y-kien",
        "/y-kien/999",
        "/lap/KHONG",
    ):
        secretary.get(f"/quyet-dinh{path}", expect=404)


def test_the_first_page_says_what_waits(app: Flask, world: AwardWorld) -> None:
    world.money(9 * MILLION)
    programme = world.programme()
    world.awards(programme, 2, "recommended")
    secretary, chair = Browser(app).sign_in(world.secretary), Browser(app).sign_in(world.chair)
    assert "Suất chờ quyết định" in secretary.get("home.today").text

    decision = deciding.decided(world, programme)
    assert "Quyết định chờ công bố" in secretary.get("home.today").text
    secretary.get("decisions.show", decision_id=decision.id)
    secretary.post("decisions.publish", {"on": "15/8/2026"}, to={"decision_id": decision.id})
    complained(world, only())

    assert "Ý kiến chờ trả lời" in chair.get("home.today").text
    assert "Quyết định chờ công bố" not in secretary.get("home.today").text
