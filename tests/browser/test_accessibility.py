"""What axe finds on every page, in both languages and themes; what a person who zooms, sees no motion or hears the page gets."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from walls import until_there

from dashboard.nav import all_views

pytestmark = pytest.mark.browser

PAGES = sorted(all_views())
DRAWN = {"wall": ".wall[data-seq]", "console": ".console[data-fresh=live]"}
HEADING = "[data-testid=stMainBlockContainer] [data-testid=stHeading]"
FULL_HD_ZOOMED = {"width": 960, "height": 540}
SCROLLS_SIDEWAYS = """() => new Promise(done => {
  let frames = 60;
  const look = () => {
    if (document.documentElement.scrollWidth <= innerWidth) done(false);
    else if (--frames) requestAnimationFrame(look);
    else done(true);
  };
  requestAnimationFrame(look);
})"""
"""Charts take some frames until they have found their new size."""
GRAVE = {"serious", "critical"}
AT_REST = """() => Promise.allSettled(document.getAnimations()
  .filter(one => one.effect.getComputedTiming().endTime !== Infinity).map(one => one.finished))"""
MOVES = """page => [...page.querySelectorAll('*')].filter(one => {
  const look = getComputedStyle(one);
  return look.animationName !== 'none' || look.transitionDuration.split(', ').some(time => parseFloat(time) > 0);
}).map(one => one.className)"""


def open_page(screen, site, page, language="en"):
    site.publish()
    site.publish_alerts()
    screen.goto(f"{site.url}/{page}?lang={language}")
    until_there(site, screen.locator(DRAWN.get(page, HEADING)).first)
    # What is being drawn anew is pale, and what changes its colours has other ones on the way.
    expect(screen.locator("[data-testid=stApp]")).to_have_attribute("data-test-script-state", "notRunning")
    screen.evaluate(AT_REST)


def graves(screen):
    found = Axe().run(screen).response["violations"]
    return [(one["id"], node["html"][:200], node["failureSummary"]) for one in found if one["impact"] in GRAVE for node in one["nodes"]]


@pytest.mark.parametrize(("theme", "language"), [("dark", "en"), ("light", "zh")])
@pytest.mark.parametrize("page", PAGES)
def test_no_page_has_a_grave_fault_of_accessibility_nor_scrolls_sideways_at_twice_its_size(site, screen, page, theme, language):
    screen.emulate_media(color_scheme=theme)
    open_page(screen, site, page, language)

    assert graves(screen) == []
    screen.set_viewport_size(FULL_HD_ZOOMED)
    assert page == "wall" or not screen.evaluate(SCROLLS_SIDEWAYS)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_figures_that_are_chosen_can_be_read_in_either_theme(site, screen, theme):
    screen.emulate_media(color_scheme=theme)
    open_page(screen, site, "trends")
    # They are drawn by a script that is fetched when it is first needed.
    expect(screen.locator("[data-testid=stMultiSelect] [data-tag]")).to_have_count(2)

    assert graves(screen) == []


def test_nothing_moves_for_those_who_asked_for_that(site, screen):
    screen.emulate_media(reduced_motion="reduce")
    open_page(screen, site, "wall")

    assert screen.locator(".wall").evaluate(MOVES) == []


def test_every_tile_has_a_name_for_those_who_hear_the_page(site, screen):
    open_page(screen, site, "wall", "zh")

    names = [tile.get_attribute("aria-label") for tile in screen.locator(".tile").all()]
    assert all(names)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("page", "language", "title"), [("console", "en", "Alert console · harbour"), ("wall", "zh", "大屏 · harbour")])
def test_tab_says_which_page_of_which_site_it_is(site, screen, page, language, title):
    open_page(screen, site, page, language)

    expect(screen).to_have_title(title)


def test_set_up_dialog_is_reached_and_left_by_keyboard_and_gives_the_focus_back(site, screen):
    open_page(screen, site, "wall")
    screen.keyboard.press("Tab")
    screen.locator(".wall .setup-open").focus()

    screen.keyboard.press("Enter")
    expect(screen.locator(".wall .setup")).to_be_visible()
    screen.keyboard.press("Escape")

    expect(screen.locator(".wall .setup")).to_be_hidden()
    expect(screen.locator(".wall .setup-open")).to_be_focused()
    expect(screen).to_have_url(re.compile(r"/wall\?lang=en$"))
