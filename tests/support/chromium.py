"""A real browser: Debian's Chromium, driven by Playwright, before a site served on this machine."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import make_server

from khuyenhoc.org import access
from khuyenhoc.org.users import User
from tests.support import people

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""The first that is installed is taken. The shell is the same Chromium without a desktop, in half of the time."""
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--force-color-profile=srgb"]
PATIENCE = 60_000
"""Milliseconds: the machine may be busy, and nobody waits who need not."""
WIDTHS = {"desk": (1280, 900), "phone": (390, 844), "small phone": (320, 640)}


def find() -> str:
    """The path of the browser. Skips the test where none is installed (and fails it where CI=true)."""
    path = os.environ.get("KHUYENHOC_TEST_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("no Chromium here; on Debian: apt-get install chromium-headless-shell")
    return path


@contextmanager
def launched() -> Iterator[Browser]:
    """The browser, started once for all tests."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The site on a port of this machine, with as many threads as it is asked for; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.log = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Windows:
    """Opens browser windows on the served site, and keeps what went wrong in them."""

    browser: Browser
    address: str
    opened: list[BrowserContext] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def open(self, who: str | User | None = None, *, size: str = "desk", script: bool = True) -> Page:
        """A window of its own, signed in as this person; ``script=False`` switches JavaScript off."""
        width, height = WIDTHS[size]
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": height},
            java_script_enabled=script,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        self.opened.append(context)
        if who is not None:
            user = people.person(who) if isinstance(who, str) else who
            context.add_cookies([{"name": access.COOKIE, "value": people.session_of(user), "url": self.address}])
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("console", self._heard)
        return page

    def _heard(self, message: Any) -> None:
        refused = "Content Security Policy" in message.text
        if refused or (message.type == "error" and "Failed to load resource" not in message.text):
            self.faults.append(message.text)

    def close(self) -> None:
        """Close every window."""
        for context in self.opened:
            context.close()


def hangs_over(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width
