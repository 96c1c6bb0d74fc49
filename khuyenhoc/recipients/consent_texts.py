"""The words that are agreed to, purpose by purpose. A version is never changed: other words are another version."""

from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _

CURRENT = "2026-01"
"""Since the law on the protection of personal data (91/2025/QH15) is in force, 1/1/2026."""

TITLES = {
    "process": "Lưu và xét hồ sơ.",
    "committee": "Đưa ra hội đồng xét.",
    "publish_name": "Nêu tên khi công bố.",
    "publish_photo": "Đăng ảnh.",
    "share_with_donor": "Cho nhà hảo tâm biết tên viết tắt và cấp học.",
}
"""Purpose → what the form calls it."""

TEXTS: dict[str, dict[str, str]] = {
    "2026-01": {
        "process": "Hội ghi, giữ và dùng thông tin trong hồ sơ này để xét và trao học bổng, quà, phương tiện học tập.",
        "committee": "Các ủy viên hội đồng xét được đọc hồ sơ này và giấy tờ kèm theo, khi hồ sơ được đưa ra xét.",
        "publish_name": "Hội được nêu họ tên, trường, lớp và mức được nhận khi công bố danh sách tại trường, khu phố.",
        "publish_photo": "Hội được đăng ảnh chụp khi trao trên trang tin của Hội.",
        "share_with_donor": "Nhà hảo tâm đã góp vào suất này được biết tên viết tắt và cấp học, không biết gì khác.",
    },
    "2022-01": {
        "process": "Hội được lưu và xét hồ sơ này.",
        "committee": "Hội đồng xét được đọc hồ sơ này.",
        "publish_name": "Hội được nêu họ tên, trường, lớp khi công bố danh sách.",
        "publish_photo": "Hội được đăng ảnh chụp khi trao.",
        "share_with_donor": "Nhà hảo tâm được biết tên viết tắt và cấp học.",
    },
}
"""Version → purpose → the text. Papers are Vietnamese in every language, and so is what is signed."""


def text(version: str, purpose: str) -> str:
    """The words of one purpose in one version."""
    return known(version)[purpose]


def known(version: str) -> dict[str, str]:
    """All texts of a version; RuleBroken when there is none of this name."""
    if version not in TEXTS:
        raise RuleBroken(_("Không có bản phiếu đồng ý này."), field="version")
    return TEXTS[version]
