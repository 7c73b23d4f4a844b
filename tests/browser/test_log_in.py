"""People log in for real: Chromium, Streamlit's own log-in, a provider with a real key."""

import httpx
import pytest
from playwright.sync_api import expect
from provider import PEOPLE

from pulse.roles import PERMISSIONS, Permission, Role

pytestmark = pytest.mark.browser

NEEDS = {
    "/wall": Permission.SEE_WALL,
    "/console": Permission.SEE_CONSOLE,
    "/day": Permission.SEE_DAY,
    "/roles": Permission.SEE_ROLES,
    "/api/snapshot": Permission.SEE_WALL,
    "/metrics": Permission.SEE_HEALTH,
}


def log_in(screen, guarded, name, page="/roles"):
    screen.goto(guarded.url + page)
    screen.get_by_role("link", name="Log in").click()
    screen.get_by_role("link", name=name, exact=True).click()


@pytest.mark.parametrize("role", Role)
def test_person_logs_in_and_reaches_what_the_role_allows(screen, guarded, role):
    log_in(screen, guarded, role.value)

    expect(screen.get_by_test_id("stSidebar")).to_contain_text(f"{role.value.title()} ({role.value})")
    reached = {path for path in NEEDS if screen.request.get(guarded.url + path, max_redirects=0).status == 200}
    assert reached == {path for path, needs in NEEDS.items() if needs in PERMISSIONS[role]}


def test_person_whom_no_group_gives_a_role_is_told_so(screen, guarded):
    log_in(screen, guarded, "guest")

    expect(screen.get_by_text("You are Guest. Your roles (none)")).to_be_visible()
    expect(screen.get_by_text("您是 Guest")).to_be_visible()
    screen.get_by_role("link", name="Log out").click()
    expect(screen.get_by_role("link", name="Log in")).to_be_visible()


def test_stranger_gets_neither_page_nor_stream_nor_websocket(guarded):
    upgrade = {"connection": "upgrade", "upgrade": "websocket", "sec-websocket-key": "x" * 22 + "==", "sec-websocket-version": "13"}

    assert httpx.get(f"{guarded.url}/console").status_code == 401
    assert httpx.get(f"{guarded.url}/api/alerts/stream").status_code == 401
    assert httpx.get(f"{guarded.url}/_stcore/stream", headers=upgrade).status_code == 403
    assert httpx.get(f"{guarded.url}/_stcore/health").status_code == 200


def test_who_acknowledges_is_logged_with_name_and_role(screen, guarded):
    guarded.store_incident()
    log_in(screen, guarded, "manager", "/console?lang=en")

    screen.locator(".incident[data-id='7'] .acknowledge").click(timeout=15_000)

    expect(screen.locator(".answer")).to_have_text("Acknowledged. You own this alert.")
    assert guarded.stored_incident().owner == "Manager (manager)"


def test_log_out_ends_what_was_allowed(screen, guarded):
    log_in(screen, guarded, "supervisor")

    screen.get_by_role("button", name="Log out").click(timeout=15_000)

    expect(screen.get_by_role("link", name="Log in")).to_be_visible()
    assert screen.request.get(f"{guarded.url}/api/snapshot").status == 401


def test_log_in_older_than_the_site_believes_opens_nothing(screen, guarded, provider):
    provider.age_s = 3600
    try:
        log_in(screen, guarded, "admin")
        expect(screen.get_by_role("link", name="Log in")).to_be_visible()
    finally:
        provider.age_s = 0
    assert screen.request.get(f"{guarded.url}/api/snapshot").status == 401


def test_provider_had_nothing_to_refuse_and_everybody_was_tried(provider):
    assert provider.refused == []
    assert {role.value for role in Role} < set(PEOPLE)
