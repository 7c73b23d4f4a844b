"""A trend as it is drawn: what only a browser sees of it."""

import pytest
from playwright.sync_api import expect
from served import now
from walls import until_there

from dashboard.written import on_date
from pulse.config import load_config

pytestmark = pytest.mark.browser


def test_the_axis_of_a_trend_names_its_days(site, screen):
    site.store_minutes()
    screen.goto(f"{site.url}/trends?kpi=offered")
    days = screen.locator("[data-testid=stVegaLiteChart] .role-axis-label")
    until_there(site, days.first)

    today = on_date(now(), load_config(site.config).zone)
    expect(days.get_by_text(today[5:], exact=True)).to_have_count(1)
