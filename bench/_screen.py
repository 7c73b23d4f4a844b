"""A wall in Chromium."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, sync_playwright

_FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update")
_START_MS = 30_000


@contextmanager
def wall(address: str) -> Iterator[Locator]:
    """The wall of a site, drawn and live."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=list(_FLAGS))
        try:
            page = browser.new_page(viewport={"width": 1920, "height": 1080})
            page.goto(f"{address}/wall")
            found = page.locator(".wall[data-fresh=live]")
            found.wait_for(timeout=_START_MS)
            yield page.locator(".wall")
        finally:
            browser.close()
