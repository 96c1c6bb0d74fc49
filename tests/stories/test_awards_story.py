"""From a gift to a child's hands: a programme is set up, a chapter nominates, the ward checks, the committee scores
and meets, the chair signs, the list is published, paid and handed over, the giver reads what became of the gift, and
everything agrees."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO

from PIL import Image

from khuyenhoc.core.clock import VIETNAM
from khuyenhoc.core.database import db
from khuyenhoc.proof.reconcile import report
from khuyenhoc.proof.verify import verify
from tests.awards.award_world import AwardWorld
from tests.stories.at_award import AwardOfficer
from tests.support import html

SCHOLARSHIPS, BICYCLES = "Tiếp bước đến trường", "Xe đạp cho em ở xa"
LUA, KHOAI, BAP, SAN, KE = "Trần Thị Lúa", "Nguyễn Văn Khoai", "Lê Thị Bắp", "Đỗ Văn Sắn", "Phạm Thị Kê"
CHILDREN = (LUA, KHOAI, BAP, SAN, KE)
EVERYBODY = ("thuquy", "ketoan", "thuky", "chutich", "chihoi", "kiemtra")
COMMITTEE = ("hoidong1", "hoidong2", "hoidong3", "hoidong4")

Somebody = Callable[..., AwardOfficer]
Clock = Callable[[datetime], None]
People = dict[str, AwardOfficer]


def test_the_whole_story(awards: AwardWorld, somebody: Somebody, the_clock: Clock) -> None:
    _the_chapter_knows(awards)
    people = {who: somebody() for who in EVERYBODY} | {who: somebody("phone") for who in COMMITTEE}

    _sign_in(people, "thuquy", "ketoan", "thuky", "chihoi")
    private = _gifts_come(people["thuquy"], people["ketoan"])
    _programmes_are_set_up(people["thuky"], awards)
    _a_chapter_nominates(people["chihoi"])
    _the_ward_checks(people["thuky"], people["chihoi"])

    the_clock(datetime(2026, 8, 21, 17, 5, tzinfo=VIETNAM))
    _sign_in(people, "thuky", "chutich", *COMMITTEE)
    _the_committee_scores(people)
    _the_committee_meets(people)
    _decisions_are_signed(people["thuky"], people["chutich"])
    _somebody_objects(people["thuky"])

    the_clock(datetime(2026, 8, 26, 8, 10, tzinfo=VIETNAM))
    _sign_in(people, "ketoan", "chutich", "thuquy", "thuky")
    _lists_are_prepared(people["ketoan"], people["chutich"])
    _they_are_paid_and_handed_over(people["thuquy"], people["thuky"])

    the_clock(datetime(2026, 9, 5, 8, 30, tzinfo=VIETNAM))
    _sign_in(people, "thuquy", "thuky", "ketoan", "kiemtra")
    _who_was_absent_comes(people["thuquy"])
    _the_year_is_put_away(people["thuky"])
    _the_givers_look(somebody("phone"), private)
    _the_books_agree(people["ketoan"], people["kiemtra"])

    db.session.rollback()
    assert [answer.violations for answer in verify().answers if not answer.ok] == []
    assert report()["reconciled"]


def _the_chapter_knows(awards: AwardWorld) -> None:
    for name, class_name in ((KHOAI, "8A1"), (BAP, "7A2"), (SAN, "9A3"), (KE, "6A4")):
        awards.pupil(name, class_name=class_name)


def _sign_in(people: People, *names: str) -> None:
    for name in names:
        people[name].signs_in(name)


def _gifts_come(ha: AwardOfficer, minh_hoa: AwardOfficer) -> list[str]:
    """Gives the addresses of the givers' own pages."""
    ha.opens_desk("Học bổng Tiếp bước", "Sáng thứ bảy")
    ha.receives("PT-2026-0001", "minh hoa", "3tr", who="Bà Trần Thị Minh Họa")
    ha.presses("Đóng bàn tiếp nhận")
    minh_hoa.fills_in(
        "may hong", who="Công ty TNHH Mây Hồng", method="Hiện vật",
        fields={
            "goods-0-campaign": "Xe đạp đến trường", "goods-0-item": "Xe đạp 24 inch (chiếc)",
            "goods-0-quantity": "1", "goods-0-unit_value": "2.400.000",
        },
    )  # fmt: skip
    minh_hoa.confirms("HV-2026-0001")
    return [ha.opens_givers_page("PT-2026-0001"), minh_hoa.opens_givers_page("HV-2026-0001")]


def _programmes_are_set_up(thu: AwardOfficer, awards: AwardWorld) -> None:
    members = [user.signature for user in awards.members]
    calendar = {"school_year": "2026–2027", "opens": "1/8/2026", "deadline": "20/8/2026"}
    rubric = {
        "criteria-0-name": "Hoàn cảnh", "criteria-0-weight": "60", "criteria-0-most": "10",
        "criteria-1-name": "Học tập", "criteria-1-weight": "40", "criteria-1-most": "10",
        "presider": members[0], "secretary": awards.secretary.signature,
    }  # fmt: skip
    thu.sets_up(
        {
            "name": SCHOLARSHIPS, "code": "HB26", "kind": "Học bổng", "publication_days": "2",
            "levels-0-code": "THCS", "levels-0-label": "Học sinh THCS", "levels-0-amount": "1tr", "levels-0-quota": "3",
            "funding-0-campaign": "Học bổng Tiếp bước (HB-U01)", "rule_poverty": "có",
            "required-0-name": "Giấy hộ nghèo", "required-0-kind": "Giấy hộ nghèo, cận nghèo",
            **calendar, **rubric,
        },
        members[1:],
    )  # fmt: skip
    thu.sets_up(
        {
            "name": BICYCLES, "code": "XE26", "kind": "Xe đạp", "publication_days": "2",
            "levels-0-code": "XE", "levels-0-label": "Một xe đạp", "levels-0-amount": "2.400.000",
            "items-0-level": "XE", "items-0-item": "Xe đạp 24 inch", "items-0-quantity": "1",
            "funding-0-campaign": "Xe đạp đến trường (XD-U01)", **calendar, **rubric,
        },
        members[1:4],
    )  # fmt: skip


def _a_chapter_nominates(nhap: AwardOfficer) -> None:
    nhap.makes_card(
        LUA,
        {
            "birth_date": "3/5/2014", "school": "THCS Hoa Mai", "class_name": "7A1", "level": "THCS",
            "guardians-0-full_name": "Trần Văn Ruộng", "guardians-0-relation": "cha",
            "guardians-0-phone": "0900 111 222", "circumstances-0-code": "Hộ nghèo",
            "circumstances-0-valid_from": "1/1/2026", "circumstances-0-valid_to": "31/12/2026",
        },
    )  # fmt: skip
    nhap.takes_up(SCHOLARSHIPS)
    nhap.nominates(LUA, "Nhà có bốn chị em, cha làm thuê, em vẫn học giỏi.", "HB26-0001", paper=_photograph())
    for code, name in (("HB26-0002", KHOAI), ("HB26-0003", BAP), ("HB26-0004", SAN)):
        nhap.opens("/hoc-bong/HB26/de-nghi/moi")
        nhap.nominates(name, "Hộ nghèo, ham học.", code, paper=_photograph())
    nhap.confirms_list(SCHOLARSHIPS, 4)
    nhap.takes_up(BICYCLES)
    nhap.nominates(KE, "Nhà cách trường tám cây số, đi bộ.", "XE26-0001")
    nhap.confirms_list(BICYCLES, 1)
    nhap.is_free()


def _photograph() -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (60, 80), "white").save(drawn, "JPEG")
    return drawn.getvalue()


def _the_ward_checks(thu: AwardOfficer, nhap: AwardOfficer) -> None:
    thu.takes_up(f"chờ thẩm tra: {SCHOLARSHIPS}")
    thu.returns("HB26-0003", "Ảnh giấy hộ nghèo mờ, xin chụp lại.")

    nhap.takes_up("trả lại để bổ sung")
    nhap.opens_file("HB26-0003")
    nhap.sees("Ảnh giấy hộ nghèo mờ, xin chụp lại.")
    nhap.follows("Sửa hồ sơ")
    nhap.brings(_photograph())
    nhap.presses("Lưu hồ sơ")
    nhap.follows("Sang danh sách xác nhận")
    nhap.presses("Xác nhận và gửi danh sách")
    nhap.is_told("Đã xác nhận và gửi 1 hồ sơ.")

    thu.checks(SCHOLARSHIPS, 4, "Đã đến thăm nhà, đã xem giấy bản chính.")
    thu.checks(BICYCLES, 1, "Đã đo đường: 8 cây số.")


def _the_committee_scores(people: People) -> None:
    people["thuky"].hands_to_committee(SCHOLARSHIPS, 4)
    people["thuky"].hands_to_committee(BICYCLES, 1)

    people["hoidong3"].teaches("THCS Hoa Mai", "9A3")
    for who in COMMITTEE:
        member = people[who]
        member.takes_up("Hồ sơ chờ chấm")
        member.follows("Chấm hồ sơ")
        member.marks("HB26-0001", "10", "9")
        if who == "hoidong2":
            member.keeps_out("HB26-0002", "Em là cháu ruột của tôi")
        else:
            member.marks("HB26-0002", "9", "9")
        member.marks("HB26-0003", "8", "8")
        if who != "hoidong3":
            member.marks("HB26-0004", "8", "8")
        if who != "hoidong4":
            member.takes_up("Hồ sơ chờ chấm")
            member.follows(BICYCLES)
            member.follows("Chấm hồ sơ")
            member.marks("XE26-0001", "9", "8")
            member.is_free()


def _the_committee_meets(people: People) -> None:
    thu, uoc = people["thuky"], people["hoidong1"]
    thu.calls_meeting(SCHOLARSHIPS, "Văn phòng Hội")
    thu.begins({"Bà Vũ Thị Hoidong5": "Đi công tác"}, "4/5 ủy viên có mặt")
    thu.sees("Bằng điểm ngay vạch")
    thu.tries({"Ngân sách": "2tr"}, "Vạch cắt ở đây: 2 suất")
    thu.tries({"Ngân sách": "", "Số suất Học sinh THCS": "4"}, "Vạch cắt ở đây: 4 suất")

    uoc.takes_up(f"Biểu quyết: {SCHOLARSHIPS}")
    uoc.prefers(BAP, f"HB26-0004 {SAN}", "Nhà em Bắp vừa bị cháy.")

    for who in ("hoidong1", "hoidong2", "hoidong3"):
        people[who].votes(SCHOLARSHIPS, "Tán thành")
    people["hoidong4"].votes(SCHOLARSHIPS, "Không tán thành", "Em Sắn cũng cần.")
    minutes = thu.ends(SCHOLARSHIPS, "Hội đồng xét bốn hồ sơ.")
    assert len(minutes) > 10_000

    thu.calls_meeting(BICYCLES, "Văn phòng Hội")
    thu.begins({"Bà Vũ Thị Hoidong4": "Bận"}, "3/4 ủy viên có mặt")
    for who in ("hoidong1", "hoidong2", "hoidong3"):
        people[who].votes(BICYCLES, "Tán thành")
    thu.ends(BICYCLES, "Hội đồng xét một hồ sơ.")


def _decisions_are_signed(thu: AwardOfficer, vi_du: AwardOfficer) -> None:
    thu.drafts_decision(SCHOLARSHIPS, "3.000.000")
    thu.drafts_decision(BICYCLES, "2.400.000")
    vi_du.signs(SCHOLARSHIPS)
    vi_du.signs(BICYCLES)
    thu.publishes("01/QĐ-HKH")
    thu.publishes("02/QĐ-HKH")


def _somebody_objects(thu: AwardOfficer) -> None:
    thu.opens("/quyet-dinh")
    thu.follows("01/QĐ-HKH")
    thu.hears_complaint("HB26-0002", "Ông Láng Giềng", "Nhà ấy mới mua xe máy.")


def _lists_are_prepared(minh_hoa: AwardOfficer, vi_du: AwardOfficer) -> None:
    minh_hoa.sees_it_wait(f"01/QĐ-HKH, {SCHOLARSHIPS}", KHOAI, others=2)
    vi_du.answers_complaint("Không đúng, hồ sơ tiếp tục", "Xe máy mượn của người chú để đi làm.")
    minh_hoa.prepares_list(f"01/QĐ-HKH, {SCHOLARSHIPS}", 3)
    minh_hoa.prepares_list(f"02/QĐ-HKH, {BICYCLES}", 1)
    vi_du.signs("Chi theo danh sách 3 suất")
    vi_du.signs("Chi theo danh sách 1 suất")


def _they_are_paid_and_handed_over(ha: AwardOfficer, thu: AwardOfficer) -> None:
    """The secretary notes who did not come, the treasurer that the money is back in the box."""
    seen = {"witness": "Cô Hồ Thị Nháp"}
    ha.pays(SCHOLARSHIPS, "3.000.000")
    ha.writes_down("Ghi người nhận", [LUA, KHOAI], seen, "Ghi người nhận", "Đã ghi 2 người nhận.")
    thu.takes_up("Chờ ghi người nhận")
    thu.writes_down("Ghi vắng mặt", [BAP], {"second_date": "5/9/2026"}, "Ghi vắng mặt", "Đã ghi vắng mặt.")
    ha.takes_up("Tiền của người vắng chờ nhận lại vào két")
    ha.writes_down("Nhận lại tiền của người vắng", [], {}, "Ghi giữ hộ", "tiền giữ hộ theo chứng từ TG-")
    ha.takes_up("Hiện vật chờ trao")
    ha.writes_down("Trao hiện vật", [KE], seen, "Ghi đã trao", "Đã ghi trao hiện vật, chứng từ XK-2026-0001")


def _who_was_absent_comes(ha: AwardOfficer) -> None:
    ha.takes_up("Tiền giữ hộ chờ chi lần hai")
    mother = {"lines-0-received_by": "Lê Thị Mẹ", "lines-0-relation": "mẹ", "witness": "Cô Hồ Thị Nháp"}
    ha.writes_down("Chi lần hai", [BAP], mother, "Chi lần hai", "Đã chi lần hai, chứng từ TG-2026-0002")
    ha.settles(2)


def _the_year_is_put_away(thu: AwardOfficer) -> None:
    for programme in (SCHOLARSHIPS, BICYCLES):
        thu.takes_up(f"Kết thúc chương trình: {programme}")
        thu.page.locator("summary").filter(has_text="Kết thúc chương trình").click()
        thu.presses("Kết thúc chương trình")
        thu.is_told("Chương trình đã kết thúc.")


def _the_givers_look(giver: AwardOfficer, private: list[str]) -> None:
    for address, became in zip(private, ("3 suất học bổng", "1 xe đạp"), strict=True):
        giver.opens(address)
        giver.sees(became)
        _no_child_is_named(giver)
    giver.opens("/minh-bach/HB-U01")
    _no_child_is_named(giver)


def _no_child_is_named(giver: AwardOfficer) -> None:
    page = giver.page.content()
    told = [*CHILDREN, "L.T.B.", "T.T.L.", "Hoa Mai", "7A1", "8A1", "HB26-0001"]
    assert html.found(told, page) == []


def _the_books_agree(minh_hoa: AwardOfficer, kiem: AwardOfficer) -> None:
    for code in ("HB-U01", "XD-U01"):
        minh_hoa.opens(f"/chien-dich/{code}")
        minh_hoa.presses("Tính lại từng dòng ngay")
        minh_hoa.sees("Khớp đến từng đồng")
    kiem.opens("/so-sach/kiem-chung")
    kiem.presses("Kiểm chứng")
    kiem.sees("Mọi điều đều đúng")
