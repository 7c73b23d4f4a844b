"""Opens a wall in a tab and waits until it lives."""

import re
from contextlib import suppress

from playwright.sync_api import expect

PATIENCE_S = 20
OVERFLOWS = """wall => [...wall.querySelectorAll('.tile, .stage, header')].filter(box => box.offsetParent
  && (box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1)).map(box => box.className)"""


def open_wall(screen, site, address="/wall"):
    site.publish()
    site.publish_alerts()
    screen.goto(site.url + address)
    wall = screen.locator(".wall")
    expect(wall).to_have_attribute("data-seq", re.compile(r"\d"))
    site.publish()
    expect(wall).to_have_attribute("data-fresh", "live")
    return wall


def until_there(site, drawn):
    """Tells the site anew until a page shows it: what was told before the page came up may be old once it is there."""
    for _ in range(PATIENCE_S):
        site.publish()
        site.publish_alerts()
        with suppress(AssertionError):
            expect(drawn).to_be_visible(timeout=1000)
            return
    expect(drawn).to_be_visible()
