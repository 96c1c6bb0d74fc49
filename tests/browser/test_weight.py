"""What a first visit weighs on the line: a phone in the village has it in a few seconds."""

from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page

from tests.support.chromium import Windows

REST, FONTS = 60_000, 100_000
"""Bytes on the line beside the fonts, and of the fonts."""

FIRST_VISITS = [
    ("/dang-nhap", None),
    ("/minh-bach/XD", None),
    ("/minh-bach/XD/bang-vang", None),
    ("/kiem-chung/", None),
    ("/", "thuquy"),
    ("/khoan-ung-ho", "thuquy"),
    ("/ban-tiep-nhan", "thuquy"),
    ("/chien-dich/XD", "ketoan"),
]


class Scales:
    """Weighs everything that a window loads, as it came over the line."""

    def __init__(self, page: Page) -> None:
        self.kinds: dict[str, str] = {}
        self.weights: dict[str, int] = {}
        self.line: CDPSession = page.context.new_cdp_session(page)
        self.line.send("Network.enable")
        self.line.on("Network.responseReceived", self._began)
        self.line.on("Network.loadingFinished", self._ended)

    def _began(self, event: Any) -> None:
        self.kinds[event["requestId"]] = event["type"]

    def _ended(self, event: Any) -> None:
        self.weights[event["requestId"]] = event["encodedDataLength"]

    def sum(self, *, fonts: bool) -> int:
        """All bytes of the fonts, or of everything else."""
        return sum(weight for name, weight in self.weights.items() if (self.kinds.get(name) == "Font") == fonts)


@pytest.mark.parametrize(("path", "who"), FIRST_VISITS)
def test_a_first_visit_is_light(demonstration_windows: Windows, path: str, who: str | None) -> None:
    page = demonstration_windows.open(who, size="phone")
    scales = Scales(page)

    page.goto(path, wait_until="networkidle")

    assert len(scales.weights) > 5
    assert 0 < scales.sum(fonts=True) <= FONTS
    assert scales.sum(fonts=False) <= REST


def test_no_page_asks_for_what_its_policy_refuses(demonstration_windows: Windows) -> None:
    for path, who in FIRST_VISITS:
        demonstration_windows.open(who).goto(path, wait_until="networkidle")

    assert demonstration_windows.faults == []
