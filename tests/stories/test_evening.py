"""The evening of the fund-raising: the campaign is opened, twelve gifts come, one mistake is put right by two
people, the cash is counted, papers are printed, a giver looks, the month is closed, and everything agrees."""

from collections.abc import Callable
from datetime import datetime

from khuyenhoc.core.clock import VIETNAM
from khuyenhoc.core.database import db
from khuyenhoc.giving.donation_tables import Donation
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.proof.reconcile import report
from khuyenhoc.proof.verify import verify
from tests.giving.gift_world import Ward
from tests.stories.at_work import Officer

CAMPAIGN = "Xe đạp cho em"


def test_the_whole_evening(ward: Ward, someone: Callable[..., Officer], the_clock: Callable[[datetime], None]) -> None:
    ha, minh_hoa, vi_du = someone("thuquy"), someone("ketoan"), someone("chutich")
    _a_campaign_is_opened(minh_hoa, vi_du)
    _envelopes_arrive(ha)
    _a_mistake_is_put_right(ha, vi_du)
    _the_rest_comes_by_the_form(minh_hoa)
    _the_cash_is_counted(ha, vi_du)
    _papers_are_printed(ha)
    _a_giver_looks(ha, someone(size="phone"))
    _the_campaign_agrees(minh_hoa)

    the_clock(datetime(2026, 9, 1, 8, 30, tzinfo=VIETNAM))
    _the_month_is_closed(minh_hoa, someone())

    db.session.rollback()
    assert [answer.violations for answer in verify().answers if not answer.ok] == []
    assert report()["reconciled"]
    assert db.session.query(Donation).count() == 13


def _a_campaign_is_opened(minh_hoa: Officer, vi_du: Officer) -> None:
    minh_hoa.drafts_campaign("XE26", CAMPAIGN, "52tr")
    minh_hoa.presses("Đề nghị mở chiến dịch")
    minh_hoa.sees("đã đề nghị mở chiến dịch này, đang chờ duyệt")

    vi_du.approves(f"Mở chiến dịch {CAMPAIGN}")


def _envelopes_arrive(ha: Officer) -> None:
    ha.opens_desk(CAMPAIGN, "Đêm gây quỹ")

    ha.receives("PT-2026-0001", "minh hoa", "2tr", who="Bà Trần Thị Minh Họa")
    ha.receives("PT-2026-0002", "Bác Đỗ Văn Lúa Vàng", "500k")
    ha.receives("PT-2026-0003", "Heo đất lớp 5A", "1.234.000")
    ha.receives("PT-2026-0004", "Tập thể lớp 9B", "850 nghìn")
    ha.receives("PT-2026-0005", "Gia đình cụ Trần Văn Ví", "1tr5")
    ha.receives("PT-2026-0006", "không biết ai", "300.000", who="Không rõ người tặng")
    ha.receives("PT-2026-0007", "Em Lê Thị Mẫu Giáo", "500", meaning="500.000")
    ha.receives("NH-2026-0001", "may hong", "10 triệu", who="Công ty TNHH Mây Hồng", method="Chuyển khoản")
    ha.receives(
        "HV-2026-0001", "may hong", who="Công ty TNHH Mây Hồng", method="Hiện vật",
        goods=("Xe đạp 24 inch (chiếc)", "2"),
    )  # fmt: skip

    ha.sees("Đã ghi 9 khoản")


def _a_mistake_is_put_right(ha: Officer, vi_du: Officer) -> None:
    ha.page.get_by_role("link", name="Ghi nhầm PT-2026-0002, xin hủy").click()
    ha.follows("Hủy và ghi lại cho đúng")
    ha.answers("money-0-amount", "5tr")
    ha.answers("reason", "Gõ thiếu một số 0")
    ha.presses("Đề nghị hủy và ghi lại")
    ha.is_told("Người khác duyệt thì PT-2026-0002 mới hủy.")

    vi_du.approves("Hủy và ghi lại khoản ủng hộ PT-2026-0002")

    ha.page.reload()
    ha.sees("Phiếu đã hủy.")
    ha.follows("Xem phiếu ghi lại PT-2026-0008")
    ha.sees("5.000.000")


def _the_rest_comes_by_the_form(minh_hoa: Officer) -> None:
    minh_hoa.fills_in(
        "Dòng họ Nguyễn Giả Thiết", method="Chuyển khoản", more_rows=1,
        fields={
            "bank_reference": "FT26227000001",
            "money-0-campaign": CAMPAIGN, "money-0-amount": "20tr",
            "money-1-campaign": "Quỹ chung", "money-1-amount": "5tr",
        },
    )  # fmt: skip
    minh_hoa.confirms("NH-2026-0002")
    minh_hoa.fills_in(
        "may hong", who="Công ty TNHH Mây Hồng", method="Hiện vật",
        fields={
            "goods-0-campaign": CAMPAIGN, "goods-0-item": "Xe đạp 24 inch (chiếc)",
            "goods-0-quantity": "3", "goods-0-unit_value": "2.400.000", "restriction": "Cho các em ở bãi ngang",
        },
    )  # fmt: skip
    minh_hoa.confirms("HV-2026-0002")
    minh_hoa.fills_in(
        "minh hoa", who="Bà Trần Thị Minh Họa", method="Tiền mặt",
        fields={"date": "14/8/2026", "money-0-campaign": CAMPAIGN, "money-0-amount": "200k"},
    )  # fmt: skip
    minh_hoa.is_told("Đã ghi PT-2026-0009.")


def _the_cash_is_counted(ha: Officer, vi_du: Officer) -> None:
    ha.opens("/ban-tiep-nhan")
    ha.presses("Đóng bàn tiếp nhận")
    ha.is_told("Đã đóng bàn “Đêm gây quỹ”.")

    ha.counts({500_000: 22, 200_000: 2, 100_000: 1, 50_000: 1, 20_000: 2, 10_000: 1, 2_000: 2}, why="Khách để lại 20k")
    ha.sees("Thừa 20.000")
    vi_du.approves("20.000")

    ha.page.reload()
    ha.sees("Đã ghi sổ")
    ha.prints("In bảng kiểm kê")


def _papers_are_printed(ha: Officer) -> None:
    for number in ("PT-2026-0008", "NH-2026-0002", "HV-2026-0001"):
        ha.opens(f"/khoan-ung-ho?q={number}")
        ha.follows(number)
        ha.prints("^In phiếu")
        ha.prints("Thư cảm ơn")
        ha.prints("Tấm lòng vàng")
    ha.opens("/so-sach/quy-tien-mat?thang=2026-08")
    ha.takes_home("In xem, chưa khóa sổ")


def _a_giver_looks(ha: Officer, minh_hoa_at_home: Officer) -> None:
    ha.opens("/khoan-ung-ho?q=PT-2026-0001")
    ha.follows("PT-2026-0001")
    ha.presses("Mở trang tri ân")
    private = ha.page.get_by_label("Đường dẫn riêng, chỉ gửi nhà hảo tâm").input_value()
    shared = ha.page.get_by_label("Đường dẫn để chia sẻ").input_value()

    giver = minh_hoa_at_home
    giver.opens(private[private.index("/tri-an/") :])
    giver.sees("2.000.000")
    giver.takes_home("Phiếu thu")
    giver.page.get_by_label("Tên viết tắt").check()
    giver.presses("Lưu cách nêu tên")
    giver.is_told("Đã lưu cách nêu tên")

    giver.opens(shared[shared.index("/chia-se/") :])
    giver.sees("T.T.M.H.")
    giver.opens("/minh-bach/XE26")
    giver.sees("T.T.M.H.")
    assert "Minh Họa" not in giver.page.content()


def _the_campaign_agrees(minh_hoa: Officer) -> None:
    minh_hoa.opens("/chien-dich/XE26")
    minh_hoa.presses("Tính lại từng dòng ngay")
    minh_hoa.sees("Khớp đến từng đồng")


def _the_month_is_closed(minh_hoa: Officer, gia_dinh: Officer) -> None:
    minh_hoa.signs_in("ketoan")
    minh_hoa.opens("/so-sach/khoa-so")
    minh_hoa.presses("Đề nghị khóa sổ tháng 8/2026")
    minh_hoa.is_told("Đã gửi đề nghị khóa sổ tháng 8/2026.")

    gia_dinh.signs_in("phochutich")
    gia_dinh.approves("Khóa sổ tháng 8/2026")

    minh_hoa.page.reload()
    minh_hoa.sees("Đã khóa")
    minh_hoa.opens("/so-sach/quy-tien-mat?thang=2026-08")
    minh_hoa.prints("In sổ")


def test_pressed_twice_and_loaded_anew_is_recorded_once(ward: Ward, someone: Callable[..., Officer]) -> None:
    ha = someone("thuquy")
    ha.opens_desk("Xe đạp đến trường", "Đêm gây quỹ")

    ha.receives("PT-2026-0001", "minh hoa", "2tr", who="Bà Trần Thị Minh Họa", presses=2)
    ha.page.reload()

    ha.sees("Đã ghi 1 khoản")
    db.session.rollback()
    assert db.session.query(Document).count() == 1
