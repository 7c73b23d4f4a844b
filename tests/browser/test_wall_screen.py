import re

import pytest
from boards import board
from playwright.sync_api import expect
from served import now

from pulse.config import GIVEN_UP
from pulse.kpi.board import Scope

pytestmark = pytest.mark.browser

WATCH = """wall => { window.replaced = 0;
  new MutationObserver(seen => { window.replaced += seen.length; }).observe(wall.getRootNode(), {childList: true, subtree: true}); }"""
OVERFLOWS = """wall => [...wall.querySelectorAll('.tile')].filter(tile => tile.scrollHeight > tile.clientHeight + 1
  || tile.scrollWidth > tile.clientWidth + 1).map(tile => tile.className)"""


def open_wall(screen, site, address="/wall"):
    site.publish()
    site.publish_alerts()
    screen.goto(site.url + address)
    wall = screen.locator(".wall")
    expect(wall).to_have_attribute("data-fresh", "live")
    return wall


def test_new_boards_change_texts_and_replace_no_node(site, screen):
    wall = open_wall(screen, site)
    wall.evaluate(WATCH)

    for waiting in (41, 42, 43):
        site.publish(waiting=waiting)
        expect(wall.locator("[data-figure=waiting] .value")).to_have_text(str(waiting))

    assert screen.evaluate("window.replaced") == 0


def test_wall_fits_full_hd_and_4k_without_scrolling(site, screen):
    wall = open_wall(screen, site)
    for width, height in ((1920, 1080), (3840, 2160)):
        screen.set_viewport_size({"width": width, "height": height})

        assert wall.evaluate(OVERFLOWS) == []
        assert wall.bounding_box() == {"x": 0, "y": 0, "width": width, "height": height}
        assert screen.evaluate("document.documentElement.scrollHeight") == height


def test_status_is_said_in_words_beside_its_colour(site, screen):
    wall = open_wall(screen, site)

    worst = wall.locator(".pool .row[data-status=critical]")
    expect(worst.locator(".title")).to_have_text("Support")
    expect(worst.locator(".word")).to_have_text("Critical")
    expect(wall.locator(".verdict-word")).to_have_text("Act now")
    expect(wall.locator(".demo")).to_be_visible()


def test_watch_that_falls_silent_leaves_the_picture_hatched_and_its_age_shown(site, screen):
    wall = open_wall(screen, site)

    expect(wall).to_have_attribute("data-fresh", "stale", timeout=8_000)
    expect(wall.locator(".fresh-word")).to_have_text("Stale")
    expect(wall.locator("[data-figure=service_level] .value")).to_have_text("76.4 %")
    hatch = wall.locator(".hero").evaluate("tile => getComputedStyle(tile, '::after').backgroundImage")
    assert "repeating-linear-gradient" in hatch

    site.publish()
    expect(wall).to_have_attribute("data-fresh", "live")


def test_age_is_right_on_a_screen_whose_clock_is_an_hour_wrong(site, chromium):
    context = chromium.new_context()
    context.add_init_script("const real = Date.now; Date.now = () => real() + 3600000;")
    screen = context.new_page()
    try:
        open_wall(screen, site)
    finally:
        context.close()


def test_process_that_stays_down_is_said_on_the_wall(site, screen):
    site.publish()
    screen.goto(site.url + "/wall")
    expect(screen.locator(".wall")).to_have_attribute("data-fresh", "live")
    before = screen.locator(".down").is_hidden()

    (site.data / GIVEN_UP).write_text("collect")

    expect(screen.locator(".down")).to_have_text("Given up: collecting (collect). See the log.")
    (site.data / GIVEN_UP).unlink()
    expect(screen.locator(".down")).to_be_hidden()
    assert before


def test_old_picture_is_stale_from_the_first_second(site, screen):
    site.publish(board(now() - 600_000))

    screen.goto(f"{site.url}/wall")

    expect(screen.locator(".wall")).to_have_attribute("data-fresh", "stale")
    expect(screen.locator(".fresh-age")).to_have_text(re.compile(r"^10:\d\d$"))


def test_lost_server_is_offline_and_its_return_is_live_without_anybody_touching_the_wall(site, screen):
    wall = open_wall(screen, site)

    site.stop()
    expect(wall).to_have_attribute("data-fresh", "offline", timeout=10_000)
    expect(wall.locator(".fresh-word")).to_have_text("Offline")
    expect(wall.locator("[data-figure=waiting] .value")).not_to_be_empty()

    site.start()
    expect(screen.locator(".wall .fresh-word")).not_to_have_text("Offline", timeout=15_000)
    site.publish()
    expect(screen.locator(".wall")).to_have_attribute("data-fresh", "live", timeout=10_000)


def test_queue_with_markup_in_its_name_is_text(site, screen):
    wall = open_wall(screen, site)
    evil = "<script>window.hit = 1</script><img src=x onerror='window.hit = 1'>"

    site.publish(more={"evil": Scope(title=evil, channel="voice", waiting=1, target_s=20, goal_ratio=0.8, contact_time_left_s=-900)})

    expect(wall.locator(".pool .title", has_text="window.hit")).to_have_text(evil)
    assert screen.evaluate("window.hit") is None


def test_row_keeps_its_node_when_it_changes_its_place(site, screen):
    wall = open_wall(screen, site)
    row = wall.locator(".pool .row", has_text="Logistics")
    row.evaluate("row => { row.dataset.mine = 'kept'; }")

    worse = Scope(title="Logistics", channel="voice", waiting=9, target_s=20, goal_ratio=0.8, contact_time_left_s=-300, oldest_wait_s=320)
    site.publish(more={"logistics": worse})

    expect(row).to_have_attribute("data-status", "critical")
    expect(row).to_have_attribute("data-mine", "kept")
    assert row.evaluate("row => row.style.getPropertyValue('--place')") == "0"


def test_wall_speaks_chinese_when_its_address_says_so(site, screen):
    wall = open_wall(screen, site, "/wall?lang=zh")

    expect(wall.locator(".verdict-word")).to_have_text("立即处理")
    expect(wall.locator(".ticker .what").first).to_have_text("物流投诉激增")
    assert wall.evaluate(OVERFLOWS) == []


def test_nothing_supplied_is_a_dash_never_a_zero(site, screen):
    wall = open_wall(screen, site)

    claims = wall.locator(".pool .row", has_text="Mail claims")
    expect(claims.locator(".agents")).to_have_text("— / 4")
