"""What a bound gift may pay for: asked by one, approved by another; a new purpose by a recorded consent."""

import datetime
from io import BytesIO

import openpyxl
import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from khuyenhoc.approvals import registry, requests
from khuyenhoc.approvals.pairs import SamePerson
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.awards import consent_proofs, earmarking
from khuyenhoc.awards.earmarking import Consent
from khuyenhoc.awards.programme_tables import Level, Programme
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.history import events
from khuyenhoc.history.events import record
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.refusals import NotEnough
from khuyenhoc.proof.verify import verify
from khuyenhoc.recipients import evidence, files
from khuyenhoc.tracing import earmarks, eligible
from tests.awards import deciding
from tests.awards.award_world import MILLION, level
from tests.giving.returning import holds
from tests.reports.given import Given, make_given
from tests.support import people
from tests.support.browser import Browser
from tests.support.world import DAY, HA, make_world
from tests.support.worlds import Worlds

WORDS = {"who": "Bà Trần Thị Minh Họa", "on": DAY, "how": "thư tay", "proof": "hồ sơ nhà hảo tâm, tờ 12"}


def picture(color: str = "white") -> bytes:
    """A photograph of a letter, with a camera's notes in it."""
    target = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Máy ảnh bí mật"
    Image.new("RGB", (40, 30), color).save(target, "JPEG", exif=exif)
    return target.getvalue()


def letter(given: Given, gift: Document, **other: object) -> Consent:
    """Bà Hoa's letter, photographed and kept with her gift."""
    with writing():
        file = consent_proofs.store(gift, picture(), name="thư đồng ý.jpg", by=given.ward.accountant)
    return Consent(**{**WORDS, "file": file, **other})  # type: ignore[arg-type]


@pytest.fixture
def given(worlds: Worlds) -> Given:
    """The ward, which also gives scholarships."""
    return worlds.begin_with(make_given)


@pytest.fixture
def levels(given: Given) -> list[Level]:
    """Two levels that are paid from the scholarships."""
    return given.world.programme("HB", levels=[level("LOP6", MILLION), level("LOP9", MILLION)]).levels


@pytest.fixture
def gift(given: Given, levels: list[Level]) -> Document:
    """A million that bà Hoa gave for grade 9."""
    return given.gift(MILLION, restriction="Chỉ cho học sinh lớp 9")


def bind(given: Given, gift: Document, to: Level, consent: Consent | None = None, **more) -> Request:  # type: ignore[no-untyped-def]
    """The accountant asks."""
    values = {"reason": "Đúng lời nhà hảo tâm", "by": given.ward.accountant, **more}
    with writing():
        return earmarking.ask_to_bind(gift, to, consent=consent, **values)


def approve(request: Request, given: Given) -> Outcome:
    """The chair approves what stands there."""
    return deciding.approve(request, given.ward.chair)


def bound(gift: Document) -> list[int]:
    """The levels that the gift may pay for."""
    return [one.purpose_id for one in earmarks.of(gift)]


def test_by_the_givers_own_words_once_another_person_approves(
    given: Given, gift: Document, levels: list[Level]
) -> None:
    request = bind(given, gift, levels[1])
    assert bound(gift) == []
    assert bind(given, gift, levels[1]).id == request.id  # pressed twice

    approve(request, given)

    earmark = earmarks.of(gift)[0]
    assert (bound(gift), earmark.basis, earmark.consent) == ([levels[1].id], "restriction", "")
    assert given.ward.chair.signature in events.of("earmarks", earmark.id)[0].details
    assert eligible.groups(given.world.scholarships.id)[frozenset({levels[1].id})] == MILLION
    assert holds()


def test_another_purpose_needs_the_givers_recorded_consent(given: Given, gift: Document, levels: list[Level]) -> None:
    request = bind(given, gift, levels[0], letter(given, gift))
    facts = {fact.label: fact.value for fact in registry.get("earmark").describe(request).facts}
    assert facts["Nhà hảo tâm dành cho"] == "Chỉ cho học sinh lớp 9"
    assert facts["Căn cứ"] == (
        "Bà Trần Thị Minh Họa đồng ý ngày 15/8/2026, thư tay; minh chứng: hồ sơ nhà hảo tâm, tờ 12"
    )
    approve(request, given)

    assert (earmarks.of(gift)[0].basis, earmarks.of(gift)[0].consent) == ("consent", facts["Căn cứ"])
    assert holds()


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("who", {"who": " "}),
        ("how", {"how": ""}),
        ("proof", {"proof": "\u200b"}),
        ("proof", {"proof": "x" * 201}),
        ("file", {"file": None}),
        ("on", {"on": DAY + datetime.timedelta(days=1)}),
        ("on", {"on": DAY - datetime.timedelta(days=1)}),
    ],
)
def test_a_consent_says_who_when_how_and_where_its_proof_is(
    given: Given, gift: Document, levels: list[Level], field: str, wrong: dict
) -> None:  # type: ignore[type-arg]
    with pytest.raises(RuleBroken) as no:
        bind(given, gift, levels[0], letter(given, gift, **wrong))

    assert no.value.field == field
    assert earmarking.waiting_for(gift) is None


def test_neither_whoever_asked_nor_another_role_nor_another_unit_approves(
    given: Given, gift: Document, levels: list[Level]
) -> None:
    other = make_world("U06")
    stranger = people.person("xa.ketoan", role="accountant", unit=other.unit)
    for who in (given.ward.treasurer, given.ward.secretary, given.ward.chair, stranger):
        with pytest.raises(NotAllowed):
            bind(given, gift, levels[1], by=who)
    people.grant(given.ward.accountant, "chair", given.ward.world.unit)
    request = bind(given, gift, levels[1])

    with pytest.raises(SamePerson):
        deciding.approve(request, given.ward.accountant)
    for who in (given.ward.treasurer, people.person("xa.chutich", role="chair", unit=other.unit)):
        with pytest.raises(NotAllowed):
            deciding.approve(request, who)
    assert bound(gift) == []


def test_a_free_gift_a_void_one_a_foreign_level_and_one_bound_already_are_refused(
    given: Given, gift: Document, levels: list[Level]
) -> None:
    with pytest.raises(RuleBroken, match="không có mục đích riêng"):
        bind(given, given.gift(MILLION), levels[0])
    elsewhere = deciding.bicycles(given.world).levels[0]
    with pytest.raises(RuleBroken, match="không dùng tiền của chiến dịch") as no:
        bind(given, gift, elsewhere)
    assert no.value.field == "level"
    approve(bind(given, gift, levels[1]), given)
    with pytest.raises(RuleBroken, match="rồi"):
        bind(given, gift, levels[1])
    with pytest.raises(RuleBroken, match="đang chờ duyệt"):
        bind(given, gift, levels[0], letter(given, gift))
        bind(given, gift, levels[0], letter(given, gift), reason="Lý do khác")
    void = given.gift(MILLION, restriction="Chỉ cho lớp 6")
    given.ward.approve(given.ward.ask_void(void))
    with pytest.raises(RuleBroken, match="đã hủy"):
        bind(given, db.session.get_one(Document, void.id), levels[0])


def test_a_level_changed_after_it_was_shown_is_read_again_and_a_void_gift_is_not_bound(
    given: Given, gift: Document, levels: list[Level]
) -> None:
    request = bind(given, gift, levels[1])
    shown = requests.fingerprint(request)
    with writing():
        levels[1].label = "Lớp 8"
        record("programme.changed", db.session.get_one(Programme, levels[1].programme_id), by=HA, unit_id=gift.unit_id)
    assert deciding.approve(request, given.ward.chair, shown=shown) is Outcome.CHANGED

    given.ward.approve(given.ward.ask_void(gift))
    with pytest.raises(RuleBroken, match="đã hủy"):
        approve(request, given)


def test_a_binding_ends_by_two_people_unless_an_award_stands_on_it(
    given: Given, gift: Document, levels: list[Level]
) -> None:
    approve(bind(given, gift, levels[1]), given)
    programme = db.session.get_one(Programme, levels[1].programme_id)
    given.world.awards(programme, 1, "recommended", level=levels[1])
    deciding.decided(given.world, programme)
    with writing():
        request = earmarking.ask_to_end(earmarks.of(gift)[0], reason="Gắn nhầm", by=given.ward.accountant)
    with pytest.raises(NotEnough, match="thiếu 1.000.000"):
        approve(request, given)
    assert bound(gift) == [levels[1].id]

    given.gift(MILLION)
    approve(request, given)

    assert bound(gift) == []
    assert [one.purpose_id for one in earmarks.ended(gift)] == [levels[1].id]
    assert holds()


def test_the_pages_from_the_gift_to_the_approval(
    either_browser: Browser, given: Given, gift: Document, levels: list[Level]
) -> None:
    accountant = either_browser.sign_in(given.ward.accountant)
    shown = accountant.get("giving.gift", document_id=gift.id)
    assert "Chưa gắn với mức nào: 1.000.000" in shown.text
    assert shown.offers(f"/khoan-ung-ho/{gift.id}/muc-dich")
    form = accountant.get("earmarks.show", document_id=gift.id)
    assert "Chỉ cho học sinh lớp 9" in form.text
    to = {"document_id": gift.id}
    fields = {"level": levels[0].id, "basis": "consent", "who": "Bà Họa", "reason": "Lớp 9 đã đủ suất"}
    half = accountant.post("earmarks.bind", {**fields, "how": "thư tay", "proof": "tờ 12"}, to=to, expect=422)
    assert half.error("on") == "Ngày nào?"
    assert half.field("who") == "Bà Họa"
    more = {"on": "15/8/2026", "how": "thư tay", "proof": ""}
    assert accountant.post("earmarks.bind", {**fields, **more}, to=to, expect=422).error("proof")
    no_file = accountant.post("earmarks.bind", {**fields, **more, "proof": "tờ 12"}, to=to, expect=422)
    assert "ảnh hoặc bản PDF" in no_file.error("file")
    asked = accountant.post("earmarks.bind", {**fields, **more, "proof": "tờ 12", "file": sent()}, to=to)
    assert "đang chờ người khác duyệt" in asked.text
    assert not asked.page.all("form", action=f"/khoan-ung-ho/{gift.id}/muc-dich")

    chair = either_browser.sign_in(given.ward.chair)
    request = earmarking.waiting_for(gift)
    assert request is not None
    chair.get("approvals.one", request_id=request.id)
    chair.post("approvals.decide", to={"request_id": request.id}, decision="approve")
    assert "minh chứng: tờ 12" in chair.get("earmarks.show", document_id=gift.id).text

    accountant = either_browser.sign_in(given.ward.accountant)
    earmark = earmarks.of(gift)[0]
    accountant.get("earmarks.ending", document_id=gift.id, earmark_id=earmark.id)
    to = {"document_id": gift.id, "earmark_id": earmark.id}
    assert accountant.post("earmarks.end", to=to, reason=" ", expect=422).errors
    assert "đang chờ người khác duyệt" in accountant.post("earmarks.end", to=to, reason="Gắn nhầm").text


def sent(content: bytes = b"", name: str = "thu.jpg") -> tuple[BytesIO, str]:
    """A file as a browser sends it."""
    return BytesIO(content or picture()), name


def test_the_proof_is_cleaned_kept_and_bound_to_the_approval(given: Given, gift: Document, levels: list[Level]) -> None:
    consent = letter(given, gift)
    assert consent.file is not None
    kept = consent_proofs.content(consent.file)
    assert ("bí mật".encode() in kept, Image.open(BytesIO(kept)).size) == (False, (40, 30))
    assert len(Image.open(BytesIO(kept)).getexif()) == 0
    assert letter(given, gift).file is consent.file  # the same file is kept once
    request = bind(given, gift, levels[0], consent)
    facts = {fact.label: fact for fact in registry.get("earmark").describe(request).facts}
    assert facts["Tệp minh chứng"].url.endswith(f"/muc-dich/minh-chung/{consent.file.id}")

    approve(request, given)

    assert earmarks.of(gift)[0].proof_id == consent.file.id
    with pytest.raises(NotFound):
        bind(given, given.gift(MILLION, restriction="Chỉ cho lớp 6"), levels[0], consent)
    with pytest.raises(RuleBroken, match="Không đọc được"), writing():
        consent_proofs.store(gift, b"<script>", by=given.ward.accountant)
    with pytest.raises(DBAPIError), writing():
        db.session.execute(text("UPDATE consent_proofs SET name = 'x'"))
    assert holds()
    place = files.place(consent.file.digest)
    place.write_bytes(kept + b"x")
    named = [one for answer in verify().answers if answer.check.name == "evidence_files" for one in answer.violations]
    assert [(one.table, one.row, one.field) for one in named] == [("consent_proofs", str(consent.file.id), "digest")]


def test_a_proof_that_a_card_holds_too_stays_when_the_card_lets_it_go(given: Given, gift: Document) -> None:
    file = letter(given, gift).file
    assert file is not None

    evidence.sweep(file.digest)

    assert consent_proofs.content(file)


def test_a_file_sent_once_is_kept_while_the_rest_is_mended_and_opened_by_few(
    either_browser: Browser, given: Given, gift: Document, levels: list[Level]
) -> None:
    to, accountant = {"document_id": gift.id}, either_browser.sign_in(given.ward.accountant)
    accountant.get("earmarks.show", **to)
    fields = {"level": levels[0].id, "basis": "consent", "who": "Bà Họa", "on": "15/8/2026", "how": "thư tay"}
    wrong = accountant.post("earmarks.bind", {**fields, "file": sent(b"khong phai anh")}, to=to, expect=422)
    assert "Không đọc được" in wrong.error("file")
    half = accountant.post("earmarks.bind", {**fields, "reason": "Đủ suất", "file": sent()}, to=to, expect=422)
    assert "Đã giữ tệp thu.jpg" in half.text
    proof_id = half.field("kept")
    more = {"proof": "tờ 12", "reason": "Đủ suất", "kept": proof_id}
    assert "đang chờ người khác duyệt" in accountant.post("earmarks.bind", {**fields, **more}, to=to).text

    place = {"document_id": gift.id, "proof_id": int(proof_id)}
    for who in (given.ward.accountant, given.ward.chair):
        answer = either_browser.sign_in(who).client.get(f"/khoan-ung-ho/{gift.id}/muc-dich/minh-chung/{proof_id}")
        assert (answer.status_code, answer.content_type) == (200, "image/jpeg")
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    treasurer = either_browser.sign_in(given.ward.treasurer)
    treasurer.get("earmarks.proof", **place, expect=403)
    request = earmarking.waiting_for(gift)
    assert request is not None
    assert not treasurer.get("approvals.one", request_id=request.id).offers("/minh-chung/")
    other = given.gift(MILLION, restriction="Chỉ cho lớp 6")
    either_browser.sign_in(given.ward.chair).get(
        "earmarks.proof", document_id=other.id, proof_id=int(proof_id), expect=404
    )


def test_other_roles_read_and_other_units_find_nothing(app: Flask, given: Given, gift: Document) -> None:
    to = {"document_id": gift.id}
    for who in (given.ward.treasurer, given.ward.chair, given.ward.secretary):
        browser = Browser(app).sign_in(who)
        page = browser.get("earmarks.show", **to)
        assert not page.page.all("form", action=f"/khoan-ung-ho/{gift.id}/muc-dich")
        browser.post("earmarks.bind", to=to, expect=403)
    stranger = people.person("xa.ketoan", role="accountant", unit=make_world("U06").unit)
    browser = Browser(app).sign_in(stranger)
    browser.get("earmarks.show", **to, expect=404)
    browser.post("earmarks.bind", to=to, expect=404)
    own = Browser(app).sign_in(given.ward.accountant)
    own.get("earmarks.show", document_id=given.gift(1_000).id, expect=404)
    own.get("earmarks.ending", document_id=gift.id, earmark_id=999, expect=404)


def test_the_list_tells_which_gifts_may_pay_for_nothing_yet(
    app: Flask, given: Given, gift: Document, levels: list[Level]
) -> None:
    other = given.gift(2 * MILLION, restriction="Chỉ cho lớp 6")
    given.gift(MILLION)
    approve(bind(given, gift, levels[1]), given)
    browser = Browser(app).sign_in(given.ward.accountant)

    every = browser.get("bound_gifts.index")
    assert every.offers(f"/khoan-ung-ho/{gift.id}/muc-dich")
    assert every.offers(f"/khoan-ung-ho/{other.id}/muc-dich")
    assert "PT-2026-0003" not in every.text
    without = browser.get("bound_gifts.index", gan="chua")
    assert (gift.label in without.text, other.label in without.text) == (False, True)
    assert gift.label in browser.get("bound_gifts.index", gan="roi").text
    elsewhere = browser.get("bound_gifts.index", chien_dich=given.ward.world.bicycles.id)
    assert "Không có khoản nào như vậy" in elsewhere.text
    file = browser.client.get("/khoan-ung-ho/muc-dich-rieng/danh-sach.xlsx?gan=roi")
    rows = list(openpyxl.load_workbook(BytesIO(file.data)).active.values)  # type: ignore[union-attr]
    assert [(row[0], row[-1]) for row in rows[3:]] == [(gift.label, MILLION)]
    stranger = people.person("xa.ketoan", role="accountant", unit=make_world("U06").unit)
    assert gift.label not in Browser(app).sign_in(stranger).get("bound_gifts.index").text
