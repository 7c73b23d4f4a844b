"""A wall that somebody moves back in time: unmistakable, silent, and shut to screens without a person."""

import re
from datetime import UTC, datetime

import pytest
from boards import board
from made import tally
from playwright.sync_api import expect
from served import now
from walls import open_wall

from pulse.i18n import words
from pulse.kpi.board import board_json
from pulse.kpi.interval import IntervalRow
from pulse.text import Language
from sql.recorder import Recorder
from sql.session import open_database

pytestmark = pytest.mark.browser
MINUTE, DAY = 60_000, 86_400_000


def address(site, minute):
    return f"{site.url}/wall?at={datetime.fromtimestamp(minute / 1000, UTC):%Y-%m-%dT%H:%MZ}"


def test_wall_goes_back_by_keys_and_slider_and_says_that_it_is_past(site, screen):
    # The slider has the minutes of one day of the site: around yesterday's noon they are of one, whenever this runs.
    minute = now() // DAY * DAY - DAY // 2
    with open_database(site.database_url) as database:
        for ago, waiting in ((0, 71), (1, 72), (11, 73)):
            at = minute - ago * MINUTE
            Recorder(database, "harbour").record_board(at, board_json(board(at, waiting=waiting)))
    wall = open_wall(screen, site)
    screen.keyboard.press("t")
    expect(wall).to_have_attribute("data-fresh", "past")
    screen.goto(address(site, minute + 5 * MINUTE))
    expect(wall.locator(".past-slider")).to_have_value(str(minute + 5 * MINUTE))
    asked = []
    screen.on("request", lambda request: asked.append(request.url.split("?")[0].removeprefix(site.url)))

    waiting, slider = wall.locator("[data-figure=waiting] .value"), wall.locator(".past-slider")
    slider.evaluate("(slider, at) => { slider.value = at; slider.dispatchEvent(new Event('input')); }", minute)
    expect(waiting).to_have_text("71")
    screen.keyboard.press("ArrowLeft")
    expect(waiting).to_have_text("72")
    screen.keyboard.press("Shift+ArrowLeft")
    expect(waiting).to_have_text("73")

    expect(wall.locator(".past-how")).to_have_text("as screens showed it")
    assert set(asked) == {"/api/past"}
    assert "at=" in screen.url
    screen.keyboard.press("n")
    expect(screen.locator(".wall")).not_to_have_attribute("data-fresh", "past")
    assert "at=" not in screen.url


def test_of_a_minute_that_cannot_be_shown_the_nearest_is_and_what_was_found_stands_beside_it(site, screen):
    minute = now() // MINUTE * MINUTE - 30 * MINUTE
    with open_database(site.database_url) as database:
        row = IntervalRow(minute, "support", "voice", tally(offered=1))
        Recorder(database, "harbour").commit(stream_id="1-0", at=minute, state=b"", seen={}, rows=[row])
        Recorder(database, "harbour").record_board(minute, board_json(board(minute, waiting=71)))

    screen.goto(f"{site.url}/wall?at=2001-01-01T00:00Z")

    expect(screen.locator("[data-figure=waiting] .value")).to_have_text(re.compile(r"7\d"))
    expect(screen.locator(".past-how")).to_contain_text('got "2001-01-01T00:00Z", which is before history begins')
    screen.locator(".past-step").last.click()
    expect(screen.locator(".past-how")).not_to_contain_text("2001")
    assert "at=2001" not in screen.url


def test_nothing_that_moves_a_past_wall_lies_over_its_words_on_a_small_desk(site, screen):
    minute = now() // MINUTE * MINUTE - 30 * MINUTE
    with open_database(site.database_url) as database:
        Recorder(database, "harbour").record_board(minute, board_json(board(minute)))
    screen.set_viewport_size({"width": 1280, "height": 720})
    screen.goto(f"{address(site, minute)}&lang=zh")
    bar = screen.locator(".past")
    expect(bar.locator(".past-slider")).to_have_value(str(minute))

    # The longest of its words, whatever is known of this minute.
    bar.locator(".past-how").evaluate("(how, told) => { how.textContent = told; }", words(Language.ZH)["wall.past_rebuilt"])

    assert bar.locator(".past-moves").evaluate("moves => moves.scrollWidth <= moves.clientWidth")
    assert bar.evaluate("bar => bar.scrollWidth <= bar.clientWidth")
