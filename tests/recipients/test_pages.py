"""The recipients' pages: list, file, form, consent, evidence; who sees what, and what each opening leaves."""

import io
from datetime import UTC, date, datetime

import openpyxl
import pypdf
import pytest
from sqlalchemy import select

from khuyenhoc.core.database import db, writing
from khuyenhoc.org import grants, unit_changes
from khuyenhoc.org.users import COMMAND_LINE
from khuyenhoc.recipients import consents, evidence, recipients, sight
from khuyenhoc.recipients.recipient_tables import Evidence, FileOpening, Recipient
from tests.recipients.recipient_world import MOTHER, again, agree, card, chapter, new_recipient, picture
from tests.support import html, people

NUMBER = "079313012345"


def typed(**more):
    """A new pupil as a teacher types her."""
    usual = {
        "kind": "pupil",
        "full_name": "Nguyễn Thị Thử Nghiệm",
        "birth_date": "20/5/2013",
        "gender": "female",
        "school": "Trường THCS Sao Khuê Mẫu",
        "class_name": "7A2",
        "level": "lower_secondary",
        "guardians-0-full_name": "Phạm Thị Mẫu Đơn",
        "guardians-0-relation": "mẹ",
        "guardians-0-phone": "0900 000 321",
        "circumstances-0-code": "poor",
        "circumstances-0-valid_to": "31/12/2026",
        "results-0-school_year": "2025-2026",
        "results-0-average": "8,25",
    }
    return {**usual, **more}


def stored() -> Recipient:
    db.session.rollback()
    return db.session.scalars(select(Recipient)).one()


def opened() -> list[tuple[str, str]]:
    db.session.rollback()
    return [(one.user_name, one.page) for one in db.session.scalars(select(FileOpening).order_by(FileOpening.id))]


@pytest.fixture
def teacher(app):
    """Cô Hồ Thị Nháp nominates for chapter C11 alone."""
    return people.person("chihoi", unit=chapter())


@pytest.fixture
def child(app):
    return new_recipient(identity=NUMBER)


def test_a_teacher_opens_a_file_and_comes_to_it(either_browser, teacher):
    either_browser.sign_in("chihoi").get("recipient_form.new")

    answer = either_browser.post("recipient_form.create", typed(identity=NUMBER))

    child = stored()
    assert (child.unit_id, child.identity_tail, child.results[0].average) == (chapter().id, "2345", 825)
    assert answer.path == f"/nguoi-nhan/{child.id}"
    assert "•••• •••• 2345" in answer.text
    assert NUMBER not in answer.body
    assert opened() == [("Cô Hồ Thị Nháp", "card")]


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"full_name": ""}, "full_name", "Xin ghi họ và tên."),
        ({"birth_date": "31/2/2013"}, "birth_date", "Không có ngày 31/2/2013 trong lịch."),
        ({"class_name": ""}, "class_name", "Xin ghi lớp đang học."),
        ({"identity": "123"}, "identity", "Số định danh có đúng 12 chữ số."),
        ({"results-0-average": "mười"}, "results-0-average", "Xin gõ một số như 8 hoặc 8,25."),
        ({"results-0-average": "11"}, "results-0-average", "Xin gõ số từ 0 đến 10."),
        ({"results-0-school_year": ""}, "results-0-school_year", "Xin điền ô này, hoặc xóa trống cả dòng."),
        ({"guardians-0-relation": ""}, "guardians-0-relation", "Ví dụ: mẹ, cha, bà ngoại."),
        ({"circumstances-0-code": "", "circumstances-0-note": "Mất mùa"}, "circumstances-0-code", ""),
        ({"bank_number": "123456789"}, "bank_name", "Tài khoản này ở ngân hàng nào?"),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(
    either_browser, teacher, wrong, field, sentence
):
    either_browser.sign_in("chihoi").get("recipient_form.new")

    answer = either_browser.post("recipient_form.create", typed(**wrong), expect=422)

    assert sentence in answer.error(field) != ""
    assert answer.field("school") == "Trường THCS Sao Khuê Mẫu"
    assert answer.field("guardians-0-phone") == "0900 000 321"
    assert db.session.scalars(select(Recipient)).all() == []


def test_a_child_without_guardian_is_refused_above_the_rows(browser, teacher):
    browser.sign_in("chihoi").get("recipient_form.new")
    alone = {name: "" for name in typed() if name.startswith("guardians")}

    answer = browser.post("recipient_form.create", typed(**alone), expect=422)

    assert "Trẻ em cần có người giám hộ trên thẻ." in answer.text


def test_more_rows_are_offered_without_saving(either_browser, teacher):
    either_browser.sign_in("chihoi").get("recipient_form.new")

    answer = either_browser.post("recipient_form.create", typed(more="guardians"))

    assert answer.field("guardians-1-full_name") == ""
    if not either_browser.htmx:  # a row being filled in is never sent again
        assert answer.field("guardians-0-full_name") == "Phạm Thị Mẫu Đơn"
    assert db.session.scalars(select(Recipient)).all() == []


def test_the_same_form_twice_opens_one_file(browser, teacher):
    browser.sign_in("chihoi").get("recipient_form.new")
    fields = typed(form_key="one-time-key")

    first = browser.post("recipient_form.create", fields)
    assert browser.post("recipient_form.create", fields).path == first.path

    browser.post("recipient_form.create", {**fields, "full_name": "Ai Khác", "anyway": "y"}, expect=409)
    assert stored().full_name == "Nguyễn Thị Thử Nghiệm"


def test_the_same_child_elsewhere_is_shown_first_but_not_by_name(browser, teacher):
    twin = new_recipient(chapter("C12"), full_name="Lê Bí Mật", birth_date=date(2012, 1, 1))
    browser.sign_in("chihoi").get("recipient_form.new")

    answer = browser.post("recipient_form.create", typed(), expect=422)

    assert "Một hồ sơ của Chi hội C12: trùng số điện thoại người giám hộ" in answer.text
    assert "Lê Bí Mật" not in answer.text
    assert not answer.offers(f"/nguoi-nhan/{twin.id}")
    browser.post("recipient_form.create", typed(anyway="y"))
    assert len(db.session.scalars(select(Recipient)).all()) == 2


def test_a_file_is_corrected_and_keeps_its_identity_number(either_browser, teacher, child):
    either_browser.sign_in("chihoi")
    page = either_browser.get("recipient_form.edit", recipient_id=child.id)
    assert page.field("identity") == ""
    assert page.field("results-0-average") == "8,25"

    either_browser.post("recipient_form.change", {"class_name": "8A2"}, to={"recipient_id": child.id})

    assert (stored().class_name, stored().identity_tail) == ("8A2", "2345")
    either_browser.get("recipient_form.edit", recipient_id=child.id)
    either_browser.post("recipient_form.change", {"without_identity": "y"}, to={"recipient_id": child.id})
    assert stored().identity_tail == ""
    either_browser.get("recipient_form.edit", recipient_id=child.id)
    refused = either_browser.post("recipient_form.change", {"school": ""}, to={"recipient_id": child.id}, expect=422)
    assert refused.error("school") == "Xin ghi trường đang học."


def test_the_list_is_narrowed_sorted_and_searched(browser, child):
    agree(new_recipient(full_name="Lê Văn An", circumstances=()), "process")
    browser.sign_in("thuky")

    assert next(row.text for row in browser.get("recipients.index").page.all("th", scope="row")).startswith("Lê Văn An")
    assert "Lê Văn An" not in browser.get("recipients.index", query={"q": "thu nghiem"}).text
    assert "Lê Văn An" not in browser.get("recipients.index", query={"hoan_canh": "poor"}).text
    assert "Thử Nghiệm" not in browser.get("recipients.index", query={"dong_y": "co"}).text
    assert "Không thấy ai như vậy" in browser.get("recipients.index", query={"q": "0321", "loai": "teacher"}).text
    assert browser.get("recipients.index", query={"xep": "moi", "truong": child.school_id}).status == 200


def test_an_empty_list_says_what_to_do(browser, teacher):
    page = browser.sign_in("chihoi").get("recipients.index")

    assert "Chưa có hồ sơ nào" in page.text
    assert page.offers("/nguoi-nhan/moi")


def test_a_teacher_sees_only_the_own_chapter(browser, teacher, child):
    other = new_recipient(chapter("C12"), full_name="Lê Bí Mật")
    with writing():
        file = evidence.store(other, picture(), kind="other", by=COMMAND_LINE)
    browser.sign_in("chihoi")

    assert "Lê Bí Mật" not in browser.get("recipients.index").text
    to = {"recipient_id": other.id}
    for endpoint in ("recipients.show", "recipient_form.edit", "consents.ask", "consents.ask_back"):
        browser.get(endpoint, expect=404, **to)
    browser.get("consent_papers.print_form", expect=404, **to)
    browser.get("evidence.show", evidence_id=file.id, expect=404)
    for endpoint in ("recipient_form.change", "consents.give", "consents.withdraw", "evidence.store"):
        browser.post(endpoint, typed(), to=to, expect=404)
    browser.post("evidence.remove", {"reason": "x"}, to={"evidence_id": file.id}, expect=404)
    assert opened() == [("Cô Hồ Thị Nháp", "files_shown")]  # the own child, on the list


@pytest.mark.parametrize("officer", ["admin", "baocao", "nhahaotam"])
def test_who_has_nothing_to_do_with_children_sees_none(browser, child, officer):
    browser.sign_in(officer)

    for path in ("/nguoi-nhan", "/nguoi-nhan/danh-sach.xlsx", f"/nguoi-nhan/{child.id}", "/nguoi-nhan/moi"):
        browser.get(path, expect=403)


@pytest.mark.parametrize("officer", ["thuquy", "ketoan", "chutich", "phochutich", "kiemtra"])
def test_who_may_only_read_has_no_buttons_and_is_refused(browser, child, officer):
    browser.sign_in(officer)

    page = browser.get("recipients.show", recipient_id=child.id)

    assert not page.offers(f"/nguoi-nhan/{child.id}/sua")
    assert not page.offers(f"/nguoi-nhan/{child.id}/dong-y")
    assert not page.offers(f"/nguoi-nhan/{child.id}/minh-chung")
    for endpoint in ("recipient_form.change", "consents.give", "consents.withdraw", "evidence.store"):
        browser.post(endpoint, typed(), to={"recipient_id": child.id}, expect=403)
    browser.post("recipient_form.lay_aside", {"reason": "x"}, to={"recipient_id": child.id}, expect=403)
    browser.get("recipient_form.new", expect=403)


@pytest.mark.parametrize("officer", ["thuquy", "ketoan"])
def test_who_pays_learns_whom_and_not_why(browser, child, officer):
    with writing():
        file = evidence.store(child, picture(), kind="poverty", by=COMMAND_LINE)
    page = browser.sign_in(officer).get("recipients.show", recipient_id=child.id)

    assert "Trường THCS Sao Khuê Mẫu" in page.text
    assert "Phạm Thị Mẫu Đơn" in page.text
    assert html.found(("Hộ nghèo", "Giải ba văn", "2345", "Minh chứng"), page.text) == []
    browser.get("evidence.show", evidence_id=file.id, expect=403)
    sheet = excel(browser.get("recipients.as_excel"))
    assert "Hoàn cảnh" not in sheet[0]
    assert "Hộ nghèo" not in str(sheet)


def excel(answer) -> list[list[object]]:
    book = openpyxl.load_workbook(io.BytesIO(answer.response.data))
    rows = [list(row) for row in book.active.iter_rows(values_only=True)]
    return rows[2:]


def test_the_excel_holds_what_is_shown_and_notes_each_file_that_was_taken(browser, child):
    new_recipient(full_name="Lê Văn An", class_name="9A9")

    sheet = excel(browser.sign_in("thuky").get("recipients.as_excel", query={"q": "thử nghiệm"}))

    assert len(sheet) == 2
    row = dict(zip(sheet[0], sheet[1], strict=True))
    assert (row["Họ và tên"], row["Hoàn cảnh"]) == ("Nguyễn Thị Thử Nghiệm", "Hộ nghèo")
    assert row["Số định danh"] == "•••• •••• 2345"
    assert opened() == [("Chị Phan Thu Mẫu", "export")]


def test_heads_and_auditor_see_who_opened_a_file(browser, child):
    browser.sign_in("thuky").get("recipients.show", recipient_id=child.id)

    assert "Ai đã mở hồ sơ này" not in browser.sign_in("thuky").get("recipients.show", recipient_id=child.id).text
    for officer in ("chutich", "phochutich", "kiemtra"):
        page = browser.sign_in(officer).get("recipients.show", recipient_id=child.id)
        assert "Chị Phan Thu Mẫu" in page.page.one(id="ai-mo").text or "Chị Phan Thu Mẫu" in page.text


def test_a_file_that_cannot_be_noted_is_not_shown(browser, child, monkeypatch):
    browser.sign_in("chutich")

    def no_room(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("khuyenhoc.recipients.openings.log_many", no_room)

    assert "Thử Nghiệm" not in browser.get("recipients.show", recipient_id=child.id, expect=507).text


def test_a_member_opens_a_file_only_with_an_award_before_them(browser, child, monkeypatch):
    monkeypatch.setattr(sight, "_before_members", [])
    other = new_recipient(full_name="Lê Văn An")
    member = people.person("hoidong1")
    browser.sign_in(member)

    browser.get("recipients.index", expect=403)
    browser.get("recipients.show", recipient_id=child.id, expect=404)
    sight.members_see(lambda user, recipient: (user, recipient) == (member.id, child.id))

    assert "Hộ nghèo" in browser.get("recipients.show", recipient_id=child.id).text
    browser.get("recipients.show", recipient_id=other.id, expect=404)
    browser.get("recipients.as_excel", expect=403)


def test_a_treasurer_who_sits_on_the_committee_reads_whys_only_of_what_lies_before(browser, child, monkeypatch):
    monkeypatch.setattr(sight, "_before_members", [])
    treasurer = people.person("thuquy")
    with writing():
        grants.give(treasurer, "committee_member", people.association(), by=COMMAND_LINE, starts=people.FOUNDED)
    browser.sign_in(treasurer)

    assert "Hộ nghèo" not in browser.get("recipients.show", recipient_id=child.id).text
    sight.members_see(lambda _user, recipient: recipient == child.id)
    assert "Hộ nghèo" in browser.get("recipients.show", recipient_id=child.id).text
    assert "Hộ nghèo" not in str(excel(browser.get("recipients.as_excel")))


def test_consent_is_asked_with_nothing_ticked_and_given_box_by_box(either_browser, teacher, child):
    either_browser.sign_in("chihoi")
    page = either_browser.get("consents.ask", recipient_id=child.id)
    assert [page.field(one) for one in ("for_process", "for_committee", "for_share_with_donor", "child_agreed")] == [
        ""
    ] * 4
    answers = {"given_by": MOTHER.full_name, "channel": "paper", "child_agreed": "y"}

    refused = either_browser.post("consents.give", answers, to={"recipient_id": child.id}, expect=422)
    assert "Đồng ý cho việc gì?" in refused.text
    refused = either_browser.post(
        "consents.give",
        {**answers, "for_process": "y", "child_agreed": None},
        to={"recipient_id": child.id},
        expect=422,
    )
    assert refused.error("child_agreed") == "Từ đủ 7 tuổi, chính em cũng phải đồng ý."
    either_browser.post(
        "consents.give", {**answers, "for_process": "y", "for_committee": "y"}, to={"recipient_id": child.id}
    )

    assert consents.covers(stored(), "committee")
    assert not consents.covers(stored(), "share_with_donor")
    assert stored().consents[0].recorded_by_name == "Cô Hồ Thị Nháp"


def test_consent_is_withdrawn_at_once(either_browser, teacher, child):
    agree(child, "process", "share_with_donor")
    either_browser.sign_in("chihoi").get("consents.ask_back", recipient_id=child.id)

    refused = either_browser.post(
        "consents.withdraw", {"for_share_with_donor": "y"}, to={"recipient_id": child.id}, expect=422
    )
    assert refused.error("because") == "Ai rút, bằng cách nào?"
    answers = {"for_share_with_donor": "y", "because": "Mẹ nhắn tin 15/8"}
    either_browser.post("consents.withdraw", answers, to={"recipient_id": child.id})

    assert not consents.covers(stored(), "share_with_donor")
    assert consents.covers(stored(), "process")


def test_a_yes_that_no_longer_holds_says_since_when(browser, teacher, child, clock):
    agree(child, "process", "committee")
    with writing():
        consents.withdraw(child, "committee", because="Mẹ nhắn tin", by=teacher)
    page = browser.sign_in("chihoi").get("recipients.show", recipient_id=child.id)
    assert "Đã rút 15/8/2026" in page.text
    assert page.text.count("Chưa đồng ý") == 3

    clock(datetime(2027, 8, 15, 9, 0, tzinfo=UTC))
    assert "Hết hạn 31/5/2027" in browser.sign_in("chihoi").get("recipients.show", recipient_id=child.id).text


def test_a_grown_student_agrees_in_the_own_name(browser, teacher, app):
    student = new_recipient(
        kind="student", full_name="Trần Lớn Khôn", birth_date=date(2006, 1, 1), guardians=(), class_name="", level=None
    )
    browser.sign_in("chihoi").get("consents.ask", recipient_id=student.id)

    answers = {"for_process": "y", "self_given_by": "Trần Lớn Khôn", "channel": "message"}
    browser.post("consents.give", answers, to={"recipient_id": student.id})

    assert consents.covers(stored(), "process")


def test_the_consent_form_prints_on_one_page_and_is_noted(browser, teacher, child):
    answer = browser.sign_in("chihoi").get("consent_papers.print_form", recipient_id=child.id)

    reader = pypdf.PdfReader(io.BytesIO(answer.response.data))
    said = " ".join(reader.pages[0].extract_text().split())
    assert len(reader.pages) == 1
    for words in ("PHIẾU ĐỒNG Ý", "Nguyễn Thị Thử Nghiệm", "Phạm Thị Mẫu Đơn (mẹ)", "2026–2027", "31/05/2027"):
        assert words in said
    assert "Nguyễn" not in answer.response.headers["Content-Disposition"]
    assert opened() == [("Cô Hồ Thị Nháp", "consent_paper")]


def test_a_picture_is_sent_and_opened_by_those_who_decide(browser, teacher, child):
    browser.sign_in("chihoi").get("recipients.show", recipient_id=child.id)
    sent = {"kind": "poverty", "file": (io.BytesIO(picture()), "../../Hộ nghèo.png")}

    browser.post("evidence.store", sent, to={"recipient_id": child.id})

    file = db.session.scalars(select(Evidence)).one()
    page = browser.get("evidence.show", evidence_id=file.id)
    assert page.response.mimetype == "image/jpeg"
    assert page.response.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert page.response.headers["Cache-Control"] == "no-store"
    assert "nghèo" not in page.response.headers["Content-Disposition"]
    assert opened()[-1] == ("Cô Hồ Thị Nháp", "evidence")


@pytest.mark.parametrize(
    ("kind", "content", "field"),
    [("", picture(), "kind"), ("poverty", b"", "file"), ("poverty", b"<script>alert(1)</script>", "file")],
)
def test_what_is_no_evidence_is_refused_beside_its_field(browser, teacher, child, kind, content, field):
    browser.sign_in("chihoi").get("recipients.show", recipient_id=child.id)
    sent = {"kind": kind, "file": (io.BytesIO(content), "tep.png")}

    answer = browser.post("evidence.store", sent, to={"recipient_id": child.id}, expect=422)

    assert answer.error(field)
    assert db.session.scalars(select(Evidence)).all() == []


def test_evidence_is_taken_off_with_a_reason(browser, teacher, child):
    with writing():
        file = evidence.store(child, picture(), kind="poverty", by=COMMAND_LINE)
    browser.sign_in("chihoi").get("evidence.ask_to_remove", evidence_id=file.id)

    assert browser.post("evidence.remove", {"reason": ""}, to={"evidence_id": file.id}, expect=422).error("reason")
    browser.post("evidence.remove", {"reason": "Chụp nhầm"}, to={"evidence_id": file.id})

    browser.get("evidence.show", evidence_id=file.id, expect=404)


def test_a_file_is_laid_aside_and_taken_up_again(browser, teacher, child):
    browser.sign_in("chihoi").get("recipients.show", recipient_id=child.id)

    assert browser.post("recipient_form.lay_aside", {"reason": ""}, to={"recipient_id": child.id}, expect=422)
    browser.post("recipient_form.lay_aside", {"reason": "Em chuyển đi"}, to={"recipient_id": child.id})
    assert stored().state == "closed"
    browser.post("recipient_form.lay_aside", {"reason": "Em về lại"}, to={"recipient_id": child.id})
    assert stored().state == "active"


def test_a_closed_unit_takes_no_new_files_but_keeps_its_own(browser, app):
    unit, child = chapter(), new_recipient()
    people.person("chihoi", unit=unit)
    with writing():
        unit_changes.close(unit, on=date(2026, 8, 14), by=COMMAND_LINE, reason="Nhập vào chi hội khác")
    browser.sign_in("chihoi")

    browser.get("recipient_form.new", expect=422)
    assert "Lập hồ sơ mới" not in browser.get("recipients.index").text
    assert browser.get("recipients.show", recipient_id=child.id).status == 200


@pytest.mark.parametrize(
    "query", ["?q=%00", "?q=" + "x" * 3000, "?sau=abc", "?xep=nope", "?loai=king", "?truong=x", "?don_vi=９", "?q=%F0"]
)
def test_whatever_stands_in_the_address_is_never_our_mistake(signed_in, app, query):
    assert signed_in("thuky").get("/nguoi-nhan" + query).status_code in (200, 400)


@pytest.mark.parametrize("name", ["guardians-²-full_name", "guardians-99999-full_name", "results-0-evidence_id"])
def test_whatever_stands_in_the_form_is_never_our_mistake(browser, teacher, name):
    browser.sign_in("chihoi").get("recipient_form.new")

    answer = browser.client.post("/nguoi-nhan/moi", data={name: "\x00", "csrf_token": browser._token()})

    assert answer.status_code == 422


def test_pages_turn_and_the_whole_list_goes_to_excel(browser, app):
    with writing():
        cards = [card(full_name=f"Nguyễn Thị Số {n}", guardians=(MOTHER,)) for n in range(120)]
        recipients.create_many(cards, unit=chapter(), by=COMMAND_LINE)
    browser.sign_in("thuky")

    first = browser.get("recipients.index")
    following = next(link for link in first.page.all("a", rel="next")).get("href")

    assert len(first.page.all("th", scope="row")) == 50
    assert len(browser.get(following).page.all("th", scope="row")) == 50
    assert len(excel(browser.get("recipients.as_excel"))) == 121


def test_a_withdrawn_word_is_still_told_in_the_files_story(browser, child):
    agree(child, "process")
    kept = again(child)
    with writing():
        consents.withdraw(kept, "process", because="Mẹ nhắn tin", by=COMMAND_LINE)

    page = browser.sign_in("chutich").get("recipients.show", recipient_id=child.id)

    assert "Rút sự đồng ý" in page.text
    assert "Mẹ nhắn tin" in page.text
