import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def open_console(screen, site, address="/console"):
    site.publish_alerts()
    screen.goto(site.url + address)
    expect(screen.locator(".console")).to_have_attribute("data-fresh", "live")
    return screen.locator(".console")


def test_open_incidents_are_listed_with_their_reason_and_the_time_left(site, screen):
    console = open_console(screen, site)

    first = console.locator(".incident").first
    expect(first.locator(".what")).to_have_text("Complaints about logistics are rising")
    expect(first.locator(".parts")).to_contain_text("logistics 71 %")
    expect(first.locator(".due")).to_contain_text("left to acknowledge")
    expect(console.locator(".count")).to_have_text("2 without an owner")


def test_owner_appears_by_the_stream_and_the_button_goes(site, screen):
    console = open_console(screen, site)
    first = console.locator(".incident[data-id='7']")

    site.publish_alerts(owner="A. Li")

    expect(first.locator(".owner")).to_have_text("owner A. Li")
    expect(first.locator("button")).to_be_hidden()


def test_paused_list_stands_still_and_counts_what_waits(site, screen):
    console = open_console(screen, site)
    console.locator(".pause").click()

    site.publish_alerts(owner="A. Li")

    expect(console.locator(".pause")).to_have_text("Resume · 1 updates waiting")
    expect(console.locator(".incident[data-id='7'] .owner")).to_have_text("")
    console.locator(".pause").click()
    expect(console.locator(".incident[data-id='7'] .owner")).to_have_text("owner A. Li")


def test_console_speaks_chinese(site, screen):
    console = open_console(screen, site, "/console?lang=zh")

    expect(console.locator(".acknowledge").first).to_have_text("确认")


def test_acknowledge_click_reaches_the_action_and_its_answer_the_screen(site, screen):
    pytest.importorskip("alerts.actions")
    site.store_incident()
    console = open_console(screen, site)

    console.locator(".incident[data-id='7'] button").click()

    expect(console.locator(".answer")).to_have_text("Acknowledged. You own this alert.", timeout=10_000)
    assert site.incident_owner() == "local desk"
