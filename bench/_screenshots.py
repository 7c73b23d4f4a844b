"""`python -m bench._screenshots [FOLDER]`: every page of the running demo in both languages, as a picture; `make screenshots`.

In: a site of its own from examples/demo.toml. Out: PNG files named <page or layout>-<language>[-<size or theme>].png.
"""

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench._screen import FLAGS, chromium
from bench._site import ROOT, folder, up
from dashboard.layout import shipped
from dashboard.nav import all_views

LANGUAGES = ("en", "zh")
FULL_HD = (1920, 1080)
WALL_SIZES = ((3840, 2160), (1080, 1920), (2560, 1080))
PHONE = (390, 844)
_STORY_MS = 150_000
"""By then the demo's carrier is late: the first alert stands."""
_FIRST = 1
"""The id of the story's first incident."""
_SETTLED_MS = 1_500
"""Charts are drawn and rows have found their places."""
_DRAWN = {"wall": ".wall[data-fresh=live]", "console": ".console[data-fresh=live]"}
_HEADING = "[data-testid=stMainBlockContainer] [data-testid=stHeading]"


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture."""

    name: str
    address: str
    size: tuple[int, int] = FULL_HD
    theme: str = "dark"


def shots() -> Iterator[Shot]:
    """Everything that is taken."""
    for language in LANGUAGES:
        for page in sorted(all_views().keys() - {"wall"}):
            yield Shot(f"{page}-{language}", f"/{page}?lang={language}")
            yield Shot(f"{page}-{language}-light", f"/{page}?lang={language}", theme="light")
            yield Shot(f"{page}-{language}-phone", f"/{page}?lang={language}", PHONE)
        for layout in shipped().values():
            for number in range(1, len(layout.layout.pages) + 1):
                yield Shot(f"wall-{layout.name}-{number}-{language}", f"/wall?layout={layout.name}&page={number}&lang={language}")
        for width, height in WALL_SIZES:
            yield Shot(f"wall-main-1-{language}-{width}x{height}", f"/wall?lang={language}", (width, height))
        yield Shot(f"incident-first-{language}-light", f"/incident?id={_FIRST}&lang={language}", theme="light")
        yield Shot(f"incident-first-{language}-phone", f"/incident?id={_FIRST}&lang={language}", PHONE)


def main(target: Path) -> None:
    """Takes all of them once the demo's story has begun."""
    target.mkdir(parents=True, exist_ok=True)
    with folder() as root, sync_playwright() as driver:
        config = root / "demo.toml"
        shutil.copy(ROOT / "examples" / "demo.toml", config)
        browser = driver.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        with up(config) as (_, address, _):
            _wait_for_the_story(browser, address)
            for shot in shots():
                _take(browser, address, shot, target)
        browser.close()


def _wait_for_the_story(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/wall")
    page.locator(".tile-alerts .row[data-status=critical]:not([hidden])").first.wait_for(timeout=_STORY_MS)
    page.close()


def _take(browser: Browser, address: str, shot: Shot, target: Path) -> None:
    width, height = shot.size
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme="light" if shot.theme == "light" else "dark")
    page = context.new_page()
    page.goto(address + shot.address)
    name = shot.address.strip("/").partition("?")[0]
    page.locator(_DRAWN.get(name, _HEADING)).first.wait_for(timeout=30_000)
    page.locator("[data-testid=stSkeleton]").first.wait_for(state="hidden", timeout=30_000)
    page.wait_for_timeout(_SETTLED_MS)
    page.screenshot(path=target / f"{shot.name}.png")
    context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "screenshots")
