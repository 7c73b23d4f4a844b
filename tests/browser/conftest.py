import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "dashboard"))

from private_redis import PrivateRedis
from provider import CLIENT_SECRET, Provider
from served import Site

# Long enough for two cores that others use too; what is there sooner waits no longer.
expect.set_options(timeout=15_000)
FULL_HD = {"width": 1920, "height": 1080}
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"]

LOGIN = """
[login]
metadata_url = "{issuer}/.well-known/openid-configuration"
client_id = "pulseboard"
client_secret = "env:PULSE_TEST_SECRET"
redirect = "PAGES/oauth2callback"
claim = "realm.groups"
valid_for = "1h"
[login.roles]
cc-viewers = "viewer"
cc-supervisors = "supervisor"
cc-managers = "manager"
cc-executives = "executive"
cc-admins = "admin"
"""


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    server = PrivateRedis(tmp_path_factory.mktemp("redis"))
    server.start()
    served = Site(tmp_path_factory.mktemp("site"), server)
    served.start()
    yield served
    served.stop()
    server.stop()


@pytest.fixture(scope="session")
def provider():
    with Provider() as running:
        yield running


@pytest.fixture(scope="session")
def guarded(tmp_path_factory, site, provider):
    """A second serve process, where people log in; it shares the first one's Redis."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PULSE_TEST_SECRET", CLIENT_SECRET)
        served = Site(tmp_path_factory.mktemp("login"), site.redis, LOGIN.format(issuer=provider.issuer))
        served.start()
    served.publish()
    served.publish_alerts()
    yield served
    served.stop()


@pytest.fixture(scope="module")  # while the driver runs it holds the thread's event loop, which asyncio tests need
def chromium():
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def tab(chromium):
    """One tab for a module's tests: its process keeps Streamlit's scripts compiled, and the next page opens in a third of the time."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def screen(site, tab):
    """The tab as a visitor has it who never was here. Clocks, scripts and a network of its own need a `lone_screen`: they would stay."""
    tab.set_viewport_size(FULL_HD)
    tab.emulate_media(color_scheme="light", reduced_motion="no-preference")
    with without_faults(tab):
        yield tab
    tab.context.new_cdp_session(tab).send("Storage.clearDataForOrigin", {"origin": tab.url, "storageTypes": "local_storage"})
    tab.context.clear_cookies()
    tab.unroute_all()
    # A few letters of the same origin: with about:blank the process would forget its scripts.
    tab.goto(f"{site.url}/_stcore/health")


@pytest.fixture
def lone_screen(chromium):
    """A tab of a browser that nobody else uses."""
    page = chromium.new_page(viewport=FULL_HD)
    with without_faults(page):
        yield page
    page.close()


@contextmanager
def without_faults(page):
    """Fails where a script of the page did; of a test that fails pytest shows what became of the page's connections."""
    faults = []
    heard = {
        "pageerror": lambda fault: faults.append(str(fault)),
        "requestfailed": lambda request: _tell(f"{request.method} {request.url}: {request.failure}"),
        "response": lambda response: _tell(f"{response.url}: {response.status}") if response.status >= 400 else None,
        "websocket": lambda socket: socket.on("close", lambda _: _tell(f"closed {socket.url}")),
    }
    for event, hear in heard.items():
        page.on(event, hear)
    yield
    for event, hear in heard.items():
        page.remove_listener(event, hear)
    assert faults == []


def _tell(what):
    print(f"{datetime.now(UTC):%H:%M:%S.%f} {what}")


@pytest.fixture
def opened(site, screen):
    def open_on(incidents, address="/console"):
        site.publish_incidents(incidents)
        screen.goto(site.url + address)
        console = screen.locator(".console")
        console.wait_for()
        site.publish_incidents(incidents)
        expect(console).to_have_attribute("data-fresh", "live")
        expect(console).to_have_attribute("aria-busy", "false")
        return console

    return open_on
