import re

import pytest
from playwright.sync_api import expect
from walls import until_there

pytestmark = pytest.mark.browser

LISTEN = """window.violations = [];
document.addEventListener('securitypolicyviolation', (event) => {
  window.violations.push(`${event.effectiveDirective} ${event.blockedURI}`);
  document.documentElement.dataset.violations = window.violations.length;
});"""
INJECT = """() => {
  const inline = document.createElement('script');
  inline.textContent = 'window.hit = 1';
  const handler = document.createElement('div');
  handler.innerHTML = '<img src="/nothing.png" onerror="window.hit = 1">';
  const foreign = document.createElement('script');
  foreign.src = 'https://foreign.example/x.js';
  document.body.append(inline, handler, foreign);
}"""
READY = {
    "wall": ".wall[data-fresh=live]",
    "console": ".console[data-fresh=live]",
    "day": "[data-testid=stVegaLiteChart] svg",
    "roles": "[data-testid=stDataFrame] canvas",
    "settings": "[data-testid=stDataFrame] canvas",
    "screens": "[role=tabpanel] :is([data-testid=stAlert], [data-testid=stDataFrame] canvas)",
}


@pytest.fixture(scope="module")
def listening(chromium):
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    page.add_init_script(LISTEN)
    yield page
    page.close()


@pytest.fixture
def watched(site, listening):
    site.store_minutes()
    site.publish()
    site.publish_alerts()
    return listening


@pytest.mark.parametrize("page", READY)
def test_page_works_under_the_policy_without_breaking_it(site, watched, page):
    watched.goto(f"{site.url}/{page}")

    until_there(site, watched.locator(READY[page]).first)
    assert watched.evaluate("window.violations") == []


def test_script_put_into_a_page_from_outside_does_not_run(site, watched):
    watched.goto(f"{site.url}/console")
    until_there(site, watched.locator(READY["console"]))

    watched.evaluate(INJECT)

    expect(watched.locator("html")).to_have_attribute("data-violations", re.compile(r"^([3-9]|\d\d+)$"))
    assert watched.evaluate("window.hit") is None
    assert {violation.partition(" ")[0] for violation in watched.evaluate("window.violations")} == {
        "script-src-elem",
        "script-src-attr",
    }
