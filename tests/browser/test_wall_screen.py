import re

import pytest
from boards import board
from playwright.sync_api import expect
from served import now
from walls import OVERFLOWS, open_wall

from dashboard.layout import shipped
from pulse.config import GIVEN_UP
from pulse.kpi.board import Scope

pytestmark = pytest.mark.browser

WATCH = """wall => { window.replaced = 0;
  new MutationObserver(seen => { window.replaced += seen.length; }).observe(wall.getRootNode(), {childList: true, subtree: true}); }"""
LAYOUT = """title = { en = "Mine" }
[tiles.a]
kind = "verdict"
[[pages]]
columns = [1]
rows = [1]
areas = ["a"]
"""
PLACE = "row => row.style.getPropertyValue('--place')"


def test_new_boards_change_texts_and_replace_no_node(site, screen):
    wall = open_wall(screen, site)
    wall.evaluate(WATCH)

    for waiting in (41, 42, 43):
        site.publish(waiting=waiting)
        expect(wall.locator("[data-figure=waiting] .value")).to_have_text(str(waiting))

    assert screen.evaluate("window.replaced") == 0


def test_pages_take_turns_and_an_alert_of_level_one_holds_the_page_with_the_alerts(site, lone_screen):
    lone_screen.clock.install()
    wall = open_wall(lone_screen, site, "/wall?layout=hall")
    shown = wall.locator(".page:not([hidden]) .tile").first
    expect(shown).to_have_attribute("data-tile", "verdict")

    lone_screen.clock.fast_forward(26_000)
    expect(shown).to_have_attribute("data-tile", "queues")
    site.publish_alerts(level=1)
    expect(shown).to_have_attribute("data-tile", "alerts")
    lone_screen.clock.fast_forward(60_000)

    expect(wall.locator(".pin")).to_have_text("Level I")
    expect(shown).to_have_attribute("data-tile", "alerts")


def test_set_up_dialog_refuses_a_layout_that_is_too_small_from_there(site, screen):
    wall = open_wall(screen, site)
    screen.keyboard.press("s")
    dialog = wall.locator(".setup")

    dialog.locator("[name=distance]").fill("5")

    readable = {choice.get_attribute("value"): choice.is_enabled() for choice in dialog.locator("[name=layout]").all()}
    assert readable == {"main": False, "room": False, "hall": True, "far": True}
    expect(dialog.locator(".setup-use")).to_be_disabled()
    dialog.locator("[value=hall]").check()
    dialog.locator(".setup-use").click()
    screen.wait_for_url(re.compile(r"layout=hall&screen=55&distance=5"))
    expect(screen.locator(".wall .page:not([hidden]) .tile").first).to_have_attribute("data-tile", "verdict")


def test_address_with_screen_and_distance_gets_the_layout_that_can_be_read_from_there(site, screen):
    wall = open_wall(screen, site, "/wall?screen=55&distance=8")

    expect(wall.locator(".tile:visible")).to_have_count(1)


def test_layout_that_is_not_there_is_said_on_the_wall_and_shown_when_it_comes(site, lone_screen):
    lone_screen.clock.install()
    wall = open_wall(lone_screen, site, "/wall?layout=lobby&night=banana")
    wrong = wall.locator(".wrong")
    expect(wrong).to_have_text("Address: layout=lobby, expected far | hall | main | room · night=banana, expected HH:MM-HH:MM")
    assert wall.evaluate(OVERFLOWS) == []

    with site.layout_saved("lobby", LAYOUT):
        assert any(shows(1, site, lone_screen) for _ in range(10))
    assert any(shows(len(shipped()["main"].tiles), site, lone_screen) for _ in range(10))


def shows(tiles, site, screen):
    """Whether the wall shows so many tiles after another minute of its own clock."""
    site.publish()
    screen.clock.fast_forward(60_000)
    try:
        expect(screen.locator(".wall .tile")).to_have_count(tiles, timeout=2_000)
    except AssertionError:
        return False
    return True


def test_wall_behind_a_proxy_that_finds_no_server_keeps_its_picture(site, lone_screen):
    wall = open_wall(lone_screen, site)
    lone_screen.evaluate("window.before = true")
    lone_screen.route("**/*", lambda route: route.fulfill(status=404, body="404 page not found"))
    site.stop()
    with lone_screen.expect_response("**/api/snapshot**"):
        expect(wall).to_have_attribute("data-fresh", "offline")
    site.start()
    lone_screen.unroute_all()

    assert any(is_fresh(wall, site) for _ in range(10))
    assert lone_screen.evaluate("window.before") is True


def is_fresh(wall, site):
    """Whether the wall lives again within two seconds."""
    site.publish()
    try:
        expect(wall).to_have_attribute("data-fresh", "live", timeout=2_000)
    except AssertionError:
        return False
    return True


def test_wall_is_dimmed_and_quiet_in_the_hours_its_address_names(site, screen):
    wall = open_wall(screen, site, "/wall?night=00:00-23:59&sound=on")

    expect(wall).to_have_attribute("data-night", "on")
    expect(wall.locator(".sound-sign")).to_have_text("Sound quiet at night")


def test_alert_nobody_owns_sounds_and_a_key_silences_it(site, screen):
    wall = open_wall(screen, site, "/wall?sound=on")
    screen.keyboard.press("x")

    expect(wall.locator(".sound-sign")).to_have_text("Sound on · m")
    expect(wall).to_have_attribute("data-sounded", "1")
    screen.keyboard.press("m")
    expect(wall.locator(".sound-sign")).to_have_text("Sound off · m")


def test_wall_that_lost_its_network_for_an_hour_comes_back_alone(site, lone_screen):
    lone_screen.clock.install()
    wall = open_wall(lone_screen, site)
    lone_screen.context.set_offline(True)
    lone_screen.clock.fast_forward(3_600_000)
    expect(wall).to_have_attribute("data-fresh", re.compile("stale|offline"))

    lone_screen.context.set_offline(False)

    assert any(is_back(site, lone_screen) for _ in range(10))
    site.publish(waiting=77)
    expect(lone_screen.locator(".wall")).to_have_attribute("data-fresh", "live")


def is_back(site, screen):
    """Whether the wall shows the newest Board after another minute of its own clock."""
    site.publish(waiting=77)
    screen.clock.fast_forward(60_000)
    try:
        expect(screen.locator(".wall [data-figure=waiting] .value")).to_have_text("77", timeout=3_000)
    except AssertionError:
        return False
    return True


def test_new_build_makes_every_wall_load_anew_each_at_a_moment_of_its_own(site, lone_screen):
    site.publish()
    lone_screen.clock.install()
    lone_screen.add_init_script("Math.random = () => 0.5")
    lone_screen.route("**/api/stream**", lambda route: route.fulfill(body=site.stream_of_another_build(), content_type="text/event-stream"))
    lone_screen.goto(f"{site.url}/wall")
    expect(lone_screen.locator(".wall")).to_have_attribute("data-seq", re.compile(r"\d+"))
    lone_screen.evaluate("window.before = true")

    lone_screen.clock.fast_forward(9_000)
    still_there = lone_screen.evaluate("window.before")
    with lone_screen.expect_navigation():
        lone_screen.clock.fast_forward(2_000)

    assert still_there is True


def test_wall_reports_that_it_lives(site, screen):
    with screen.expect_response("**/api/screens") as answered:
        open_wall(screen, site, "/wall?layout=room")

    assert answered.value.status == 204
    beat = site.heartbeats()[0].beat
    assert (beat.layout, beat.width, beat.height, beat.fresh) == ("room", 1920, 1080, "live")


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
    hatch = wall.locator(".tile-hero").evaluate("tile => getComputedStyle(tile, '::after').backgroundImage")
    assert "repeating-linear-gradient" in hatch

    site.publish()
    expect(wall).to_have_attribute("data-fresh", "live")


def test_age_is_right_on_a_screen_whose_clock_is_an_hour_wrong(site, lone_screen):
    lone_screen.add_init_script("const real = Date.now; Date.now = () => real() + 3600000;")

    wall = open_wall(lone_screen, site)

    assert lone_screen.evaluate("Date.now()") - now() > 3_500_000
    expect(wall.locator(".fresh-age")).to_have_text(re.compile(r"^[0-3]\.\d s$"))


def test_process_that_stays_down_and_alerting_that_is_late_are_said_on_the_wall(site, screen):
    site.publish()
    screen.goto(site.url + "/wall")
    expect(screen.locator(".wall")).to_have_attribute("data-fresh", "live")
    before = screen.locator(".down").is_hidden()

    # What is late travels by the same event; the auditor itself would need half a minute to find it.
    (site.data / GIVEN_UP).write_text("collect late_steps:14:02")

    expect(screen.locator(".down")).to_have_text("Given up: collecting (collect). See the log. Alerts are escalated too late since 14:02.")
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
    expect(wall).to_have_attribute("data-fresh", "offline")
    expect(wall.locator(".fresh-word")).to_have_text("Offline")
    expect(wall.locator("[data-figure=waiting] .value")).not_to_be_empty()

    site.start()
    expect(screen.locator(".wall .fresh-word")).not_to_have_text("Offline")
    site.publish()
    expect(screen.locator(".wall")).to_have_attribute("data-fresh", "live")


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
    before = int(row.evaluate(PLACE))

    worse = Scope(title="Logistics", channel="voice", waiting=9, target_s=20, goal_ratio=0.8, contact_time_left_s=-300, oldest_wait_s=320)
    site.publish(more={"logistics": worse})

    expect(row).to_have_attribute("data-status", "critical")
    expect(row).to_have_attribute("data-mine", "kept")
    assert int(row.evaluate(PLACE)) < before


def test_wall_speaks_chinese_when_its_address_says_so(site, screen):
    wall = open_wall(screen, site, "/wall?lang=zh")

    expect(wall.locator(".verdict-word")).to_have_text("立即处理")
    expect(wall.locator(".ticker .what").first).to_have_text("物流投诉激增")
    assert wall.evaluate(OVERFLOWS) == []


def test_nothing_supplied_is_a_dash_never_a_zero(site, screen):
    wall = open_wall(screen, site)

    claims = wall.locator(".pool .row", has_text="Mail claims")
    expect(claims.locator(".agents")).to_have_text("— / 4")


def test_layout_is_written_again_and_again_and_what_another_saved_meanwhile_is_not_lost(site, screen, lone_screen):
    def write(page, title):
        page.get_by_role("textbox", name="Pages of tiles, as TOML").fill(LAYOUT.replace("Mine", title))
        page.get_by_role("button", name="Save").click()

    def open_layouts(page):
        page.goto(f"{site.url}/screens?lang=en")
        page.get_by_role("tab", name="Layouts").click()
        expect(page.get_by_role("textbox", name="Pages of tiles, as TOML")).to_be_visible()

    for page in (screen, lone_screen):
        open_layouts(page)

    write(screen, "First")
    expect(screen.get_by_text("Version 1, saved here.")).to_be_visible()
    write(screen, "Second")
    expect(screen.get_by_text("Version 2, saved here.")).to_be_visible()
    write(lone_screen, "Mine")

    expect(lone_screen.get_by_text("Somebody saved another version").first).to_be_visible()
    assert site.saved_layout("far") == (2, LAYOUT.replace("Mine", "Second"))
    screen.get_by_role("button", name="Back to the shipped one").click()
    expect(screen.get_by_text("As it comes with the product.")).to_be_visible()
