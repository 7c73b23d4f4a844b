from dataclasses import dataclass
from pathlib import Path

import pytest
import streamlit.runtime.context as streamlit_context
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

import dashboard
from dashboard.nav import views
from dashboard.serving import serving
from pulse.access import COOKIE, Entry, wall_token
from pulse.clock import system_clock

MAIN = Path(dashboard.__file__).parent / "main.py"
KEY = b"0123456789abcdef"


@dataclass
class Client:
    remote_ip: str
    headers: tuple
    cookies: dict


@pytest.fixture
def site(tmp_path, monkeypatch):
    config = tmp_path / "pulse.toml"
    config.write_text('[site]\nname = "harbour"\nzone = "Asia/Shanghai"\n', encoding="utf-8")
    data = tmp_path / "var" / "pulse"
    data.mkdir(parents=True)
    (data / "site.key").write_bytes(KEY)
    monkeypatch.setenv("PULSE_CONFIG", str(config))
    serving.cache_clear()
    yield data
    serving.cache_clear()


@pytest.fixture
def visit(site, monkeypatch):
    def run(page="wall", *, remote_ip="127.0.0.1", host="127.0.0.1", cookies=None, language="en"):
        client = Client(remote_ip, (("host", host),), cookies or {})
        monkeypatch.setattr(streamlit_context, "_get_client_context", lambda: client)
        app = AppTest.from_file(str(MAIN), default_timeout=20)
        app.query_params["lang"] = language
        app.run()
        # AppTest.switch_page knows files only; these pages are functions, named by their address.
        app._page_hash = calc_hash(page)
        return app.run()

    return run


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("page", ["wall", "console", "day"])
def test_every_page_opens_on_an_empty_site_in_both_languages(visit, page, language):
    app = visit(page, language=language)

    assert not app.exception


def test_day_page_says_that_nothing_was_recorded(visit):
    app = visit("day")

    assert "Nothing has been recorded" in app.main.info[0].value


def test_desk_pages_say_that_this_is_local_mode(visit):
    assert "本机模式" in visit("console", language="zh").sidebar.info[0].value


def test_screen_with_a_token_has_the_wall_and_nothing_else(visit):
    token = wall_token(KEY, "wall", system_clock() + 60_000)

    app = visit(remote_ip="10.0.0.9", host="wall.example", cookies={COOKIE: token})

    assert not app.exception
    assert list(views(Entry.WALL)) == ["wall"]


def test_visitor_that_slipped_past_the_door_sees_no_page(visit):
    app = visit(remote_ip="10.0.0.9", host="wall.example")

    assert app.error[0].value == "403"
    assert views(Entry.NOTHING) == {}


def test_pages_stand_in_their_order():
    assert list(views(Entry.EVERYTHING)) == ["wall", "console", "day"]


def test_every_page_has_its_title_in_both_languages():
    assert all(view.PAGE.title.en and view.PAGE.title.zh for view in views(Entry.EVERYTHING).values())
