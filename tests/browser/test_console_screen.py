import pytest
from boards import alerts
from msgspec.structs import replace
from playwright.sync_api import expect
from served import now

from alerts.frame import Signal

pytestmark = pytest.mark.browser


def open_console(screen, site, address="/console", **how):
    site.publish_alerts(**how)
    screen.goto(site.url + address)
    screen.locator(".console").wait_for()
    site.publish_alerts(**how)
    expect(screen.locator(".console")).to_have_attribute("data-fresh", "live")
    return screen.locator(".console")


def test_open_incidents_are_listed_with_their_reason_and_the_time_left(site, screen):
    console = open_console(screen, site)

    first = console.locator(".incident").first
    expect(first.locator(".what")).to_have_text("Complaints about logistics are rising")
    expect(first.locator(".parts")).to_contain_text("logistics: 71 % of the rise")
    expect(first.locator(".due")).to_contain_text(" left")
    expect(console.locator(".count")).to_have_text("2 without an owner")


def test_owner_appears_by_the_stream_and_the_button_goes(site, screen):
    console = open_console(screen, site)
    first = console.locator(".incident[data-id='7']")

    site.publish_alerts(owner="A. Li")

    expect(first.locator(".owner")).to_have_text("A. Li")
    expect(first.locator(".acknowledge")).to_be_hidden()


def test_paused_list_stands_still_and_counts_what_waits(site, screen):
    console = open_console(screen, site)
    first, *others = alerts(now()).incidents
    site.publish_incidents([first, *others])
    console.locator(".pause").click()

    site.publish_incidents([replace(first, owner="A. Li", version=4), *others])

    expect(console.locator(".pause")).to_have_text("Resume · 1 updates waiting")
    expect(console.locator(".incident[data-id='7'] .owner")).to_have_text("")
    console.locator(".pause").click()
    expect(console.locator(".incident[data-id='7'] .owner")).to_have_text("A. Li")


def test_headline_counts_what_is_over_apart_from_what_nobody_owns(site, screen):
    console = open_console(screen, site)
    expect(console.locator(".count")).to_have_text("2 without an owner")

    site.publish_alerts(signal=Signal.OK)

    expect(console.locator(".count")).to_have_text("1 without an owner · 1 over, to be closed")


def test_console_speaks_chinese(site, screen):
    console = open_console(screen, site, "/console?lang=zh")

    expect(console.locator(".acknowledge").first).to_have_text("确认")


def test_acknowledge_click_reaches_the_action_and_its_answer_the_screen(site, screen):
    site.store_incident()
    console = open_console(screen, site)

    console.locator(".incident[data-id='7'] .acknowledge").click()

    expect(console.locator(".answer")).to_have_text("Acknowledged. You own this alert.", timeout=10_000)
    assert site.stored_incident().owner == "local desk"


def test_alert_that_is_over_is_closed_with_its_cause(site, screen):
    site.store_incident(signal=Signal.OK)
    console = open_console(screen, site, signal=Signal.OK)
    details = console.locator(".details")

    console.locator(".incident[data-id='7'] .acknowledge").click()
    details.locator(".close").click()
    without_cause = site.stored_incident().work
    details.locator(".cause").select_option("process")
    details.locator(".close").click()

    expect(console.locator(".answer")).to_have_text("Closed with its cause.", timeout=10_000)
    assert (without_cause, site.stored_incident().work, site.stored_incident().cause) == ("open", "closed", "process")


def test_demo_says_so_beside_the_title(site, screen):
    open_console(screen, site)

    expect(screen.get_by_test_id("stHeading")).to_contain_text("DEMO")
