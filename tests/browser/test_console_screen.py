import pytest
from boards import alerts
from msgspec.structs import replace
from playwright.sync_api import expect
from served import now

from alerts.frame import Muted, Signal, Work

pytestmark = pytest.mark.browser

WATCHED = """
Object.defineProperty(document, 'hidden', { get: () => window.isAway === true });
window.notified = [];
window.Notification = class extends Notification {
  constructor(title, more) {
    super(title, more);
    document.documentElement.dataset.notified = window.notified.push([title, more.body]);
  }
};
"""
AWAY = "() => { window.isAway = true; document.dispatchEvent(new Event('visibilitychange')); }"
HELLO = ["通知已开启", "有无人负责的 I、II 级告警时，会这样提示。"]


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

    expect(console.locator(".answer")).to_have_text("Acknowledged. You own this alert.")
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

    expect(console.locator(".answer")).to_have_text("Closed with its cause.")
    assert (without_cause, site.stored_incident().work, site.stored_incident().cause) == ("open", "closed", "process")


def test_demo_says_so_beside_the_title(site, screen):
    open_console(screen, site)

    expect(screen.get_by_test_id("stHeading")).to_contain_text("DEMO")


def grave(number, level=1, **facts):
    return replace(alerts(now()).incidents[0], id=number, level=level, **{"why": {"en": "<b>26</b>", "zh": "<b>26</b>"}, **facts})


def open_grave(screen, site, *incidents, language="en"):
    site.publish_incidents(incidents)
    screen.goto(f"{site.url}/console?lang={language}")
    console = screen.locator(".console")
    expect(console).to_have_attribute("aria-busy", "false")
    return console


def test_who_asks_is_notified_once_of_each_grave_alert_nobody_owns_in_a_tab_behind_others_too(site, lone_screen):
    lone_screen.context.grant_permissions(["notifications"], origin=site.url)
    lone_screen.add_init_script(WATCHED)
    lone_screen.clock.install()
    seen, new, last = grave(7), grave(70), grave(71, 2)
    others = [grave(72, 3), grave(73, drill=True), grave(74, owner="A. Li", work=Work.ACKNOWLEDGED)]
    quiet = grave(75, muted=Muted("silence", "1", None, {"en": "silenced", "zh": "静默"}))
    console = open_grave(lone_screen, site, seen, language="zh")
    console.locator(".bell").click()
    expect(console.locator(".bell")).to_have_attribute("aria-pressed", "true")

    lone_screen.evaluate(AWAY)
    lone_screen.clock.fast_forward(11_000)
    site.publish_incidents([seen, new, *others, quiet])
    expect(lone_screen.locator("html")).to_have_attribute("data-notified", "2")
    site.publish_incidents([seen, replace(new, version=9), *others, quiet])
    site.publish_incidents([seen, replace(new, version=9), *others, quiet, last])
    expect(lone_screen.locator("html")).to_have_attribute("data-notified", "3")

    assert lone_screen.evaluate("window.notified") == [HELLO, ["I · 物流投诉激增", "<b>26</b>"], ["II · 物流投诉激增", "<b>26</b>"]]
    lone_screen.reload()
    expect(console.locator(".bell")).to_have_text("通知已开启")
    expect(console).to_have_attribute("aria-busy", "false")
    assert lone_screen.evaluate("window.notified") == []


def test_who_asks_hears_a_tone_for_what_is_new_and_reads_that_the_browser_refuses_notifications(site, screen):
    screen.context.clear_permissions()
    console = open_grave(screen, site, grave(7, 2))

    console.locator(".bell").click()
    console.locator(".horn").click()
    expect(console).to_have_attribute("data-sounded", "1")
    site.publish_incidents([grave(7, 2), grave(70, 2), grave(71, 3)])

    expect(console).to_have_attribute("data-sounded", "2")
    expect(console.locator(".horn")).to_have_text("Sound on")
    expect(console.locator(".bell")).to_have_text("Notifications blocked by the browser")
    expect(console.locator(".bell")).to_have_attribute("aria-pressed", "false")
