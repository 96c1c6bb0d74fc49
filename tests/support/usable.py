"""Whether everyone can use a page: no violation of WCAG 2.2 AA by axe on a desk and a phone, and nothing hangs over."""

import os
from functools import cache

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.support.chromium import WIDTHS, hangs_over

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # whatever passes is not gathered
}
LOOK = """rules => axe.run(rules).then(
  all => all.violations.map(one => `${one.id} – ${one.nodes[0].html.slice(0, 200)}`)
)"""
PICTURES = os.environ.get("KHUYENHOC_TEST_PICTURES")
"""A folder for pictures of the pages, for whoever wants to look at them."""


def faults_of(page: Page, path: str, name: str = "") -> list[str]:
    """What is wrong with the page of an address, opened once and looked at in every width, on the smallest without axe.

    ``name``: of its pictures, where somebody wants them.
    """
    answer = page.goto(path)
    faults = [f"{path} answers {answer.status}"] if answer is None or answer.status != 200 else []
    page.evaluate(_axe())
    for size, (width, height) in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        if size != "small phone":
            faults += [f"{path} ({size}): {fault}" for fault in violations(page)]
        faults += [f"{path} ({size}) hangs over by {hangs_over(page)} px"] if hangs_over(page) > 0 else []
        if PICTURES and name:
            page.screenshot(path=f"{PICTURES}/{name}-{size.replace(' ', '-')}.png", full_page=True)
    return faults


def violations(page: Page) -> list[str]:
    """What axe, which the page has already read, finds: each rule with the first element at fault."""
    found: list[str] = page.evaluate(LOOK, RULES)
    return found


@cache
def _axe() -> str:
    script: str = Axe().axe_script
    return script
