import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "dashboard"))

from private_redis import PrivateRedis
from provider import CLIENT_SECRET, Provider
from served import Site

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


@pytest.fixture
def screen(chromium):
    page = chromium.new_page(viewport={"width": 1920, "height": 1080})
    faults = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    yield page
    page.close()
    assert faults == []


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
