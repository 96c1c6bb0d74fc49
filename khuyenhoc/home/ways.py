"""Where somebody for whom nothing waits may go: the tabs of their daily work, each with a sentence."""

from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.web.navigation import Tab, tabs

MOST = 6
"""So many stand on the first page, the daily ones first; the others are in the tabs."""

SAID = {
    "desk.index": _l("Một buổi nhiều phong bì: mỗi người một dòng, ra phiếu ngay."),
    "giving.gifts": _l("Mọi phiếu đã ghi: tìm, lọc, xem giấy tờ."),
    "donors.index": _l("Thẻ của từng người ủng hộ và cách nêu tên."),
    "campaigns.index": _l("Mỗi chiến dịch nhận bao nhiêu, còn bao nhiêu, sổ có khớp không."),
    "funds.index": _l("Các quỹ, và các loại hiện vật hay nhận."),
    "treasury.index": _l("Sổ quỹ, sổ ngân hàng, nhật ký, kiểm quỹ và khóa sổ."),
    "approvals.index": _l("Việc đang chờ duyệt, đã duyệt và đã trả lại."),
    "payouts.index": _l("Danh sách chi tiền và trao quà theo quyết định."),
    "stock.index": _l("Hiện vật đang có, đã nhận, đã trao."),
    "programmes.index": _l("Các đợt xét, hạn nộp và hồ sơ đề nghị."),
    "recipients.index": _l("Thẻ của các em và những người được xét."),
    "scoring.index": _l("Hồ sơ được giao cho quý vị chấm điểm."),
    "meetings.index": _l("Các buổi họp xét: danh sách, biểu quyết, biên bản."),
    "results.index": _l("Kết quả các đợt đã xét."),
    "decisions.index": _l("Quyết định đã ký và danh sách kèm theo."),
    "proof.proof": _l("Tính lại mọi con số từ đầu, xem ai đã làm gì."),
    "annual.index": _l("Số liệu cả năm, mỗi số mở ra chứng từ của nó."),
    "people.people": _l("Ai được đăng nhập, giữ vai trò gì, từ ngày nào."),
    "units.tree": _l("Các Hội, chi hội: tên, ngày lập, trực thuộc nơi nào."),
    "policies.index": _l("Việc nào cần ai duyệt, từ số tiền nào."),
}
"""Endpoint of a tab → what one finds there."""


def ways() -> list[tuple[Tab, str]]:
    """The reader's tabs beside the present one, and what is found behind each."""
    return [(tab, str(SAID.get(tab.endpoint, ""))) for tab in tabs() if not tab.here][:MOST]
