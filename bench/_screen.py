"""Pages in Chromium, and what they cost its main thread."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import CDPSession, Locator, Page, sync_playwright

FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update")
_START_MS = 30_000


def chromium() -> str | None:
    """The browser's program; None where there is none."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


@contextmanager
def page() -> Iterator[Page]:
    """An empty page of full HD."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        try:
            yield browser.new_page(viewport={"width": 1920, "height": 1080})
        finally:
            browser.close()


@contextmanager
def wall(address: str) -> Iterator[Locator]:
    """The wall of a site that runs, drawn and live."""
    with page() as opened:
        yield live(opened, address, "wall", nothing)


def live(opened: Page, address: str, name: str, beat: Callable[[], object]) -> Locator:
    """The component of that name on its page, once it is live; `beat` is called when it listens, to make it so."""
    opened.goto(f"{address}/{name}")
    opened.locator(f".{name}").wait_for(timeout=_START_MS)
    beat()
    opened.locator(f".{name}[data-fresh=live]").wait_for(timeout=_START_MS)
    return opened.locator(f".{name}")


def nothing() -> None:
    """The beat of a site that has its own."""


class Costs:
    """What the page's main thread and memory have been used for."""

    def __init__(self, opened: Page) -> None:
        self._session: CDPSession = opened.context.new_cdp_session(opened)
        # In the thread's own time: what other processes take from it does not count.
        self._session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def main_thread_ms(self) -> float:
        """All tasks of the main thread since the page was opened."""
        told = self._session.send("Performance.getMetrics")["metrics"]
        return float(next(metric["value"] for metric in told if metric["name"] == "TaskDuration")) * 1000

    def heap_mb(self) -> float:
        """JavaScript objects that are in use: what is garbage is collected first."""
        self._session.send("HeapProfiler.collectGarbage")
        return float(self._session.send("Runtime.getHeapUsage")["usedSize"]) / 1e6

    def nodes(self) -> int:
        """DOM nodes of the page, those included that only JavaScript still holds."""
        return int(self._session.send("Memory.getDOMCounters")["nodes"])
