"""Opens a wall in a tab and waits until it lives."""

import re

from playwright.sync_api import expect


def open_wall(screen, site, address="/wall"):
    site.publish()
    site.publish_alerts()
    screen.goto(site.url + address)
    wall = screen.locator(".wall")
    expect(wall).to_have_attribute("data-seq", re.compile(r"\d"), timeout=15_000)
    site.publish()
    expect(wall).to_have_attribute("data-fresh", "live")
    return wall
