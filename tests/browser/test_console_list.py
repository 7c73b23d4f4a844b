import json

import pytest
from boards import alerts
from floods import flood
from msgspec.structs import replace
from playwright.sync_api import expect
from served import now

pytestmark = pytest.mark.browser

MANY = 2_000
VISIBLE = """list => [...list.querySelectorAll('.incident')].map(row => Number(row.dataset.id))"""
FOCUSED = "list => list.getRootNode().activeElement?.dataset.id ?? list.getRootNode().activeElement?.className ?? ''"
SMALL = """console => [...console.querySelectorAll('button, select, input')].filter(part => part.offsetParent)
  .map(part => [part.className, part.getBoundingClientRect()])
  .filter(([, box]) => box.width < 44 || box.height < 44).map(([name]) => name)"""


@pytest.fixture
def many(opened):
    return opened(flood(MANY, now()))


def focused(console):
    return console.locator(".list").evaluate(FOCUSED)


def ids(console):
    return console.locator(".list").evaluate(VISIBLE)


def test_two_thousand_alerts_are_a_few_rows_in_the_document(many):
    expect(many.locator(".count")).to_have_text("980 without an owner · 40 over, to be closed")
    assert len(ids(many)) < 40
    first = many.locator(".incident").first
    expect(first.locator(".what")).to_have_text("Alert number 1")
    expect(first).to_have_attribute("aria-setsize", str(MANY))
    expect(first).to_have_attribute("aria-posinset", "1")


def test_scrolled_list_shows_what_stands_there_in_the_same_rows(many):
    many.locator(".scroll").evaluate("scroll => { scroll.scrollTop = scroll.scrollHeight; }")

    expect(many.locator(".incident").last).to_have_attribute("aria-posinset", str(MANY))
    assert len(ids(many)) < 40
    places = many.locator(".list").evaluate("list => [...list.children].map(row => Number(row.ariaPosInSet))")
    assert places == sorted(places)


def test_a_drill_stands_below_what_is_real_however_grave_it_is(opened):
    real, played = flood(2, now())

    console = opened([replace(played, level=1, opened_at=1, drill=True), replace(real, level=3)])

    expect(console.locator(".incident")).to_have_count(2)
    assert ids(console) == [real.id, played.id]


def test_row_keeps_its_node_and_the_focus_when_graver_ones_come(site, opened):
    incidents = flood(20, now())
    console = opened(incidents)
    row = console.locator(".incident[data-id='3']")
    row.focus()
    row.evaluate("row => { row.dataset.mine = 'kept'; }")

    site.publish_incidents([replace(incidents[0], id=900, opened_at=1), *incidents])

    expect(console.locator(".incident[data-id='900']")).to_be_visible()
    expect(row).to_have_attribute("data-mine", "kept")
    assert focused(console) == "3"


def test_focus_goes_to_the_next_row_when_its_own_is_closed(site, opened, screen):
    incidents = flood(5, now())
    console = opened(incidents)
    screen.keyboard.press("j")
    expect(console.locator(".incident[data-id='1']")).to_be_focused()

    site.publish_incidents(incidents[1:])

    expect(console.locator(".incident[data-id='2']")).to_be_focused()


def test_keys_move_open_and_close(many, screen):
    for key in ("j", "j", "ArrowDown", "k"):
        screen.keyboard.press(key)
    assert focused(many) == "11"

    screen.keyboard.press("Enter")
    expect(many.locator(".details .what")).to_have_text("Alert number 11")
    screen.keyboard.press("Escape")
    expect(many.locator(".details")).to_be_hidden()
    assert focused(many) == "11"

    screen.keyboard.press("End")
    expect(many.locator(".incident").last).to_be_focused()


def test_no_key_acts_while_somebody_types(many, screen):
    screen.keyboard.press("/")
    screen.keyboard.type("jap?")

    expect(many.locator(".query")).to_have_value("jap?")
    expect(many.locator(".none")).to_have_text("No alert matches these filters.")
    expect(many).to_have_attribute("data-paused", "false")
    expect(many.locator(".help")).to_be_hidden()


def test_key_pauses_and_question_mark_names_every_key(many, screen):
    screen.keyboard.press("p")
    expect(many.locator(".pause")).to_have_text("Resume · 0 updates waiting")

    screen.keyboard.press("?")
    expect(many.locator(".help")).to_be_visible()
    assert many.locator(".help kbd").all_text_contents() == [
        *("j", "↓", "k", "↑", "Page ↓", "Page ↑", "Home", "End", "Enter", "a", "/", "p", "?")
    ]


def test_key_acknowledges_the_alert_one_is_on(site, screen, opened):
    site.store_incident()
    console = opened(alerts(now()).incidents)

    screen.keyboard.press("j")
    screen.keyboard.press("a")

    expect(console.locator(".answer")).to_have_text("Acknowledged. You own this alert.")
    assert site.stored_incident().owner == "local desk"


def test_two_quick_acknowledgements_are_both_done(site, opened):
    site.store_incident()
    console = opened(alerts(now()).incidents)

    console.locator(".list").evaluate("list => { for (const id of [8, 7]) list.querySelector(`[data-id='${id}'] .acknowledge`).click(); }")

    expect(console.locator(".incident[data-id='8'] .refusal")).to_have_text("This alert is closed already.")
    expect(console.locator(".answer")).to_have_text("Acknowledged. You own this alert.")
    assert site.stored_incident().owner == "local desk"


def test_acknowledgement_is_shown_as_under_way_until_the_stream_tells_of_it(site, opened):
    site.store_incident()
    first, *others = alerts(now()).incidents
    console = opened([first, *others])
    row = console.locator(".incident[data-id='7']")

    row.locator(".acknowledge").click()
    expect(row.locator(".acknowledge")).to_have_text("Sending …")
    expect(console.locator(".answer")).to_have_text("Acknowledged. You own this alert.")
    site.publish_incidents([replace(first, owner="local desk", version=4), *others])

    expect(row.locator(".owner")).to_have_text("local desk")
    expect(row.locator(".acknowledge")).to_be_hidden()


def test_paused_list_shows_what_came_of_ones_own_act_and_nothing_else(site, opened):
    site.store_incident()
    first, second, third = alerts(now()).incidents
    console = opened([first, second, third])
    console.locator(".pause").click()
    console.locator(".incident[data-id='7'] .acknowledge").click()
    expect(console.locator(".answer")).to_have_text("Acknowledged. You own this alert.")

    site.publish_incidents([replace(first, owner="local desk", version=4), replace(second, owner="A. Li", version=2), third])

    expect(console.locator(".incident[data-id='7'] .owner")).to_have_text("local desk")
    expect(console.locator(".incident[data-id='8'] .owner")).to_have_text("")
    expect(console.locator(".pause")).to_have_text("Resume · 1 updates waiting")


def test_filters_narrow_each_other_and_are_counted(many):
    many.get_by_role("button", name="Mine").click()
    many.get_by_role("group", name="Level").get_by_role("button").nth(0).click()

    expect(many.locator(".shown")).to_have_text("100 of 2000 shown")
    many.get_by_role("group", name="Level").get_by_role("button").nth(0).click()
    expect(many.locator(".shown")).to_have_text("500 of 2000 shown")
    expect(many.get_by_role("button", name="Mine")).to_have_text("Mine 500")
    assert {number % 4 for number in ids(many)} == {3}


def test_filter_is_in_the_address_and_a_link_opens_it(many, screen, site):
    many.get_by_role("group", name="Level").get_by_role("button").nth(1).click()
    many.locator(".scope").select_option("billing")
    many.locator(".query").fill("number 1")
    screen.wait_for_url("**/console?level=2&scope=billing&q=number+1")
    shown = many.locator(".shown").text_content()

    screen.goto(screen.url)

    expect(screen.locator(".console .shown")).to_have_text(shown)
    expect(screen.locator(".console .query")).to_have_value("number 1")


def test_back_button_goes_back_to_the_filter_before(many, screen):
    many.get_by_role("button", name="Mine").click()
    many.get_by_role("button", name="Nobody").click()
    expect(many.locator(".shown")).to_have_text("1000 of 2000 shown")

    screen.go_back()

    expect(many.locator(".shown")).to_have_text("500 of 2000 shown")
    assert screen.url.endswith("/console?owner=mine")


def test_language_and_filter_stay_in_the_address_together(opened, screen):
    console = opened(flood(20, now()), "/console?lang=zh")
    console.get_by_role("button", name="我的").click()
    screen.wait_for_url("**/console?lang=zh&owner=mine")

    screen.get_by_test_id("stSidebar").get_by_text("en", exact=True).click()
    expect(screen.get_by_role("button", name="Mine")).to_have_attribute("aria-pressed", "true")
    screen.get_by_role("button", name="Nobody").click()
    screen.wait_for_url("**owner=nobody**")
    screen.get_by_test_id("stSidebar").get_by_text("zh", exact=True).click()

    expect(screen.get_by_role("button", name="无人负责")).to_have_attribute("aria-pressed", "true")
    assert "lang=zh" in screen.url


def test_page_that_runs_again_does_not_build_the_list_again(many, screen):
    many.evaluate("console => { console.dataset.mine = 'kept'; }")
    many.locator(".scroll").evaluate("scroll => { scroll.scrollTop = 20000; }")

    screen.get_by_test_id("stSidebar").get_by_role("textbox").fill("A. Li")
    screen.get_by_test_id("stSidebar").get_by_role("textbox").press("Enter")

    many.get_by_role("button", name="Mine").get_by_text("500").wait_for()
    expect(many).to_have_attribute("data-mine", "kept")
    assert many.locator(".scroll").evaluate("scroll => scroll.scrollTop") == 20000


def test_new_grave_alert_is_told_to_who_listens_and_a_light_one_is_not(site, opened):
    incidents = flood(5, now())
    console = opened(incidents)
    light = replace(incidents[-1], id=901, level=3, title={"en": "Light"})

    site.publish_incidents([*incidents, light])
    expect(console.locator(".incident[data-id='901']")).to_be_visible()
    before = console.locator(".told").text_content()
    site.publish_incidents([replace(light, id=902, level=1, title={"en": "Phone down"}), *incidents, light])

    expect(console.locator(".told")).to_have_text("New alert of level I: Phone down")
    assert before == ""


def test_server_that_started_anew_is_loaded_anew(site, opened):
    console = opened(flood(5, now()))

    site.stop()
    expect(console).to_have_attribute("data-fresh", "offline")
    site.start()
    site.publish_incidents(flood(9, now()))

    expect(console.locator(".incident")).to_have_count(9)


def test_markup_from_outside_is_text_and_only_web_addresses_are_links(site, opened):
    evil = "<img src=x onerror='window.hit = 1'>"
    first = replace(alerts(now()).incidents[0], title={"en": evil}, why={"en": evil}, owner=evil, runbook="javascript:window.hit = 1")
    console = opened([first, replace(first, id=8, runbook="https://wiki.example/late")])

    console.locator(".incident[data-id='7']").click()
    expect(console.locator(".details .what")).to_have_text(evil)
    expect(console.locator(".details .runbook")).to_be_hidden()
    console.locator(".incident[data-id='8']").click()

    expect(console.locator(".details .runbook")).to_have_attribute("href", "https://wiki.example/late")
    expect(console.locator(".details .runbook")).to_have_attribute("rel", "noopener noreferrer")
    assert console.page.evaluate("window.hit") is None


def test_empty_list_is_good_news_only_while_it_is_fresh(opened):
    console = opened([])

    expect(console.locator(".none")).to_have_text("No open alerts.")
    expect(console).to_have_attribute("data-fresh", "stale", timeout=8_000)
    expect(console.locator(".none")).to_contain_text("what is open now is not known")


def test_phone_has_big_buttons_folded_filters_and_nothing_to_scroll_sideways(screen, opened):
    screen.set_viewport_size({"width": 390, "height": 844})
    console = opened(flood(MANY, now()))

    expect(console.locator(".facets")).to_be_hidden()
    assert console.evaluate(SMALL) == []
    console.locator(".fold").click()
    expect(console.locator(".facets")).to_be_visible()
    assert console.evaluate(SMALL) == []
    assert screen.evaluate("document.documentElement.scrollWidth") == 390
    assert console.locator(".scroll").evaluate("scroll => scroll.scrollWidth - scroll.clientWidth") == 0
    console.locator(".incident").first.locator(".what").click()
    expect(console.locator(".details")).to_be_visible()
    assert console.evaluate(SMALL) == []


def test_pages_of_the_snapshot_are_of_one_version(site, opened, screen):
    opened(flood(MANY, now()))
    first = json.loads(screen.request.get(f"{site.url}/api/alerts?limit=300").text())
    version, after = first["page"]["version"], first["page"]["next"]
    site.publish_incidents(flood(10, now()))

    second = screen.request.get(f"{site.url}/api/alerts?limit=300&version={version}&after={after}").json()

    assert (second["page"]["total"], len(second["page"]["rows"])) == (MANY, 300)
    assert screen.request.get(f"{site.url}/api/alerts?version=99999").status == 410
    assert screen.request.get(f"{site.url}/api/alerts?after=x").status == 400
