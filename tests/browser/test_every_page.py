"""Every page, found by clicking every link: valid, accessible, on a desk and on a phone."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask

from tests.support import checker, people
from tests.support.browser import Browser
from tests.support.chromium import Windows, hangs_over
from tests.support.crawler import walk

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
READERS = ["", *people.OFFICERS]


def test_every_page_is_valid(demonstration: Flask, tmp_path: Path) -> None:
    pages = {}
    for username in READERS:
        browser = Browser(demonstration)
        if username:
            browser.sign_in(username)
        pages |= {f"{username}: {found.path}": found.answer.body for found in walk(browser)}

    assert pages
    assert checker.faults(pages, tmp_path) == []


@pytest.mark.parametrize("username", READERS)
def test_every_page_can_be_used_by_everyone(
    demonstration: Flask, demonstration_windows: Windows, username: str
) -> None:
    browser = Browser(demonstration)
    if username:
        browser.sign_in(username)
    paths = [found.path for found in walk(browser, per_endpoint=1)]
    faults = []
    for size in ("desk", "phone", "small phone"):
        page = demonstration_windows.open(username or None, size=size)
        for path in paths:
            page.goto(path)
            if (over := hangs_over(page)) > 0:
                faults.append(f"{path} hangs over by {over} px on a {size}")
            if size != "small phone":
                found = Axe().run(page, options=RULES).response["violations"]
                faults += [f"{path} on a {size}: {fault['id']} – {fault['nodes'][0]['html'][:200]}" for fault in found]

    assert faults == []
