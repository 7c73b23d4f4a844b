"""What a person does to an alert in full: take it over, comment, escalate, and see what happened."""

import pytest
from boards import alerts
from playwright.sync_api import expect
from served import now

from alerts.actions import Asked, mitigate
from alerts.frame import Signal
from sql.session import open_database

pytestmark = pytest.mark.browser

DEEDS = ["acknowledge", "take", "mitigate", "escalate", "closing", "assigning", "commenting"]


@pytest.fixture
def details(site, opened):
    site.store_incident()
    console = opened(alerts(now()).incidents, "/console?alert=7")
    panel = console.locator(".details")
    expect(panel).to_be_visible()
    return panel


def offered(panel):
    return [deed for deed in DEEDS if panel.locator(f".{deed}").first.is_visible()]


def test_what_one_may_do_is_offered_and_nothing_else(details):
    assert offered(details) == ["acknowledge", "mitigate", "escalate", "assigning", "commenting"]


def test_comment_is_seen_in_what_happened_as_text(site, details, screen):
    evil = "<img src=x onerror='window.hit = 1'> carrier called"
    details.locator(".comment-text").fill(evil)
    details.locator(".comment").click()

    expect(screen.locator(".console .answer")).to_have_text("Your comment is in the log.")
    expect(details.locator(".log .remark").last).to_have_text(evil)
    assert screen.evaluate("window.hit") is None
    expect(details.locator(".acknowledge")).to_have_text("Acknowledge")


def test_escalating_asks_for_an_owner_anew(site, details, screen):
    details.locator(".escalate").click()

    expect(screen.locator(".console .answer")).to_have_text("Escalated by one level. Somebody must acknowledge it anew.")
    assert (site.stored_incident().level, site.stored_incident().owner) == (1, None)


def test_assigning_names_another_owner(site, details, screen):
    details.locator(".assign-to").fill("C. Zhao")
    details.locator(".assign").click()

    expect(screen.locator(".console .answer")).to_have_text("Assigned.")
    assert site.stored_incident().owner == "C. Zhao"
    expect(details.locator(".refusal")).to_have_text("")


def test_deed_that_is_refused_says_so_beside_the_alert(site, details):
    site.change_incident(version=9)

    details.locator(".escalate").click()

    expect(details.locator(".refusal")).to_have_text("Somebody was faster: look at the new state, then try again.")


def test_details_lead_to_the_page_of_the_incident(details, screen):
    title = details.locator(".what").inner_text()
    details.locator(".comment-text").fill("carrier called")
    details.locator(".comment").click()
    expect(screen.locator(".console .answer")).to_have_text("Your comment is in the log.")

    details.locator(".incident-page").click()

    expect(screen.locator("[data-testid=stHeading] h1")).to_contain_text(title)
    expect(screen.locator(".timeline li").first).to_be_visible()


def test_on_a_phone_what_may_be_done_to_an_incident_stands_on_the_first_screen(site, screen):
    site.store_incident()
    screen.set_viewport_size({"width": 390, "height": 844})
    screen.goto(f"{site.url}/incident?id=7")

    expect(screen.get_by_role("button", name="Acknowledge", exact=True)).to_be_in_viewport()


def test_page_of_an_incident_follows_what_others_do_and_loses_nothing_that_is_being_typed(site, screen):
    site.store_incident()
    screen.goto(f"{site.url}/incident?id=7")
    comment, draft = screen.get_by_label("Write a comment …"), screen.get_by_label("Summary", exact=True)
    draft.fill("We know of it")
    comment.press_sequentially("carrier")

    with open_database(site.database_url) as database:
        mitigate(database, Asked(7, site.stored_incident().version, "Grace Hopper", now()))
    site.change_incident(signal=Signal.OK.value)
    # A page that follows others waits for its next look, and for its turn among all that runs meanwhile.
    expect(screen.get_by_role("button", name="Close", exact=True)).to_be_visible(timeout=60_000)
    expect(screen.locator(".timeline")).to_contain_text("mitigated, says Grace Hopper")
    comment.press_sequentially(" called")
    site.change_incident(owner=None)

    expect(comment).to_have_value("carrier called")
    expect(draft).to_have_value("We know of it")
