"""What people see on a page whose server is gone: AppTest has no connection to lose. That every page has the words, it can tell."""

import pytest
from playwright.sync_api import expect

from pulse.i18n import words
from pulse.text import Language

pytestmark = pytest.mark.browser

DAY, SETTINGS = "table.figures", "[data-testid=stDataFrame] canvas"
WRITTEN = """dialog => [...dialog.querySelectorAll('h2, h2 + div')].map(part => JSON.parse(getComputedStyle(part, '::after').content))"""


def assert_says_that_it_is_lost(page, language):
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert dialog.evaluate(WRITTEN) == [words(language)["page.lost"], words(language)["page.lost_why"]]
    assert "Streamlit" not in dialog.inner_text()


def test_page_whose_server_is_gone_says_so_in_its_language_keeps_its_picture_and_comes_back_alone(site, screen, lone_screen):
    site.store_minutes()
    site.publish()
    screen.goto(f"{site.url}/day?lang=zh")
    lone_screen.goto(f"{site.url}/settings?lang=en")
    expect(screen.locator(DAY).first).to_be_visible()
    expect(lone_screen.locator(SETTINGS).first).to_be_visible()

    site.stop()

    assert_says_that_it_is_lost(screen, Language.ZH)
    assert_says_that_it_is_lost(lone_screen, Language.EN)
    expect(screen.locator(DAY).first).to_be_visible()
    expect(lone_screen.locator(SETTINGS).first).to_be_visible()
    site.start()
    for page in (screen, lone_screen):
        expect(page.get_by_role("dialog")).to_be_hidden(timeout=30_000)
    expect(screen.locator(DAY).first).to_be_visible()
