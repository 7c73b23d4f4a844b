"""The address of the console: it names the alert one is at, and the back button of a phone closes it."""

import re

import pytest
from floods import flood
from playwright.sync_api import expect
from served import now

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def few(opened):
    return lambda address="/console": opened(flood(5, now()), address)


def test_back_on_a_phone_closes_the_alert_and_stays_on_the_console(few, screen):
    screen.set_viewport_size(PHONE)
    console = few()
    console.locator(".incident").first.click()
    expect(console.locator(".details")).to_be_visible()
    expect(screen).to_have_url(re.compile(r"[?&]alert=1\b"))

    screen.go_back()

    expect(console.locator(".details")).to_be_hidden()
    expect(screen).to_have_url(re.compile(r"/console(?!.*alert)"))
    expect(console).to_have_attribute("data-fresh", "live")


def test_closed_alert_leaves_no_step_behind_that_back_would_open_again(few, screen):
    console = few()
    console.locator(".incident").first.click()
    console.locator(".details .back").click()
    expect(console.locator(".details")).to_be_hidden()

    expect(screen).to_have_url(re.compile(r"/console(?!.*alert)"))
    assert screen.evaluate("history.state?.pulse ?? null") is None


def test_back_closes_the_second_alert_as_it_closed_the_first(few, screen):
    console = few()
    for number in (1, 2):
        console.locator(f".incident[data-id='{number}']").click()
        expect(console.locator(".details .what")).to_have_text(f"Alert number {number}")
        screen.go_back()
        expect(console.locator(".details")).to_be_hidden()

    expect(screen).to_have_url(re.compile(r"/console(?!.*alert)"))
    expect(console).to_have_attribute("data-fresh", "live")


def test_details_stay_at_the_alert_one_chose_when_others_close_it(site, few, screen):
    console = few()
    console.locator(".incident[data-id='1']").click()
    expect(console.locator(".details .acknowledge")).to_be_visible()

    site.publish_incidents(flood(5, now())[3:])

    expect(console.locator(".details .refusal")).to_have_text("This alert is closed already.")
    expect(console.locator(".details .what")).to_have_text("Alert number 1")
    expect(console.locator(".details .acknowledge")).to_be_hidden()
    expect(screen).to_have_url(re.compile(r"[?&]alert=1\b"))


def test_link_to_an_alert_opens_it_whatever_is_filtered_away(few):
    console = few("/console?alert=3&q=nothing")

    expect(console.locator(".details .what")).to_have_text("Alert number 3")
    console.locator(".details .back").click()
    expect(console.locator(".details")).to_be_hidden()


def test_link_to_an_alert_that_is_closed_says_so(few, screen):
    console = few("/console?alert=777")

    expect(console.locator(".answer")).to_have_text("This alert is closed already.")
    expect(screen).to_have_url(re.compile(r"/console(?!.*alert)"))


def test_address_follows_the_alert_one_steps_to(few, screen):
    console = few()
    screen.keyboard.press("j")
    screen.keyboard.press("Enter")
    screen.keyboard.press("j")

    expect(console.locator(".details .what")).to_have_text("Alert number 2")
    expect(screen).to_have_url(re.compile(r"[?&]alert=2\b"))
    screen.go_back()
    expect(console.locator(".details")).to_be_hidden()
