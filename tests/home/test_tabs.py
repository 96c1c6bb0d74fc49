"""The tabs of each role: what it does every day stands first; the first four are the phone's dock."""

import re

import pytest

from tests.giving.gift_world import make_ward
from tests.support.browser import Browser

FIRST = {
    "thuquy": ["Hôm nay", "Bàn tiếp nhận", "Khoản ủng hộ", "Chi và trao quà", "Sổ sách"],
    "ketoan": ["Hôm nay", "Bàn tiếp nhận", "Khoản ủng hộ", "Sổ sách", "Chi và trao quà"],
    "thuky": ["Hôm nay", "Học bổng", "Họp xét", "Quyết định", "Phê duyệt"],
    "chutich": ["Hôm nay", "Phê duyệt", "Quyết định", "Họp xét", "Khoản ủng hộ"],
    "hoidong1": ["Hôm nay", "Hồ sơ của tôi", "Họp xét", "Học bổng"],
    "chihoi": ["Hôm nay", "Học bổng", "Người nhận"],
    "kiemtra": ["Hôm nay", "Kiểm chứng sổ", "Sổ sách"],
    "nhahaotam": ["Khoản ủng hộ của tôi"],
}


@pytest.mark.parametrize("who", FIRST)
def test_daily_work_stands_first(browser: Browser, who: str) -> None:
    make_ward()

    tabs = re.search(r'<nav class="ledger-tabs.*?</nav>', browser.sign_in(who).get("home.today").body, re.DOTALL)

    assert tabs is not None
    names = re.findall(r"<a [^>]*>([^<]*)", tabs.group(0))
    assert [name.strip() for name in names][: len(FIRST[who])] == FIRST[who]
