"""A site in a folder of its own, and visits to its pages by Streamlit's AppTest; what is stored decides the state a page is in."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import altair as alt
import msgspec
import pytest
import streamlit as st
import streamlit.runtime.context as streamlit_context
from boards import board
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

import dashboard
from dashboard.fleet import Beat, Screen
from dashboard.serving import serving
from pulse.clock import day_start, earlier_day_start, system_clock
from pulse.kpi.board import encode_board
from pulse.kpi.interval import IntervalRow
from pulse.kpi.tally import Tally
from pulse.live.keys import Keys
from pulse.live.last_answer import LastAnswer
from pulse.wall_token import WallToken, signed
from sql import wall_tokens
from sql.models import SCHEMA_VERSION, SchemaVersion
from sql.recorder import Recorder
from sql.session import open_database, sqlite_url

MAIN = Path(dashboard.__file__).parent / "main.py"
KEY = b"0123456789abcdef"
ZONE = ZoneInfo("Asia/Shanghai")
TALLY = Tally.from_map({"counts": {"offered": 20, "answered": 10, "answered_within_target": 9, "abandoned": 2}, "peaks": {}})


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
    forget_other_sites()
    yield data
    forget_other_sites()


def forget_other_sites():
    st.cache_data.clear()
    st.cache_resource.clear()
    serving.cache_clear()


def counted_today(site, minutes_ago=None):
    """Puts a few contacts into the books: of today's first minute, or of some minutes ago; nobody counts any more."""
    now = system_clock()
    at = day_start(now, ZONE) if minutes_ago is None else now // 60_000 * 60_000 - minutes_ago * 60_000
    with open_database(sqlite_url(site / "history.db")) as database:
        row = IntervalRow(at, "support", "voice", TALLY)
        Recorder(database, "harbour").commit(stream_id="1-0", at=now, state=b"", seen={}, rows=[row])


@pytest.fixture
def recorded(site):
    """A site with yesterday and today in its books, counted until a number of minutes ago."""

    def record(minutes_ago):
        now = system_clock()
        rows = [IntervalRow(at, "support", "voice", TALLY) for at in (day_start(now, ZONE), earlier_day_start(now, 1, ZONE))]
        with open_database(sqlite_url(site / "history.db")) as database:
            recorder = Recorder(database, "harbour")
            recorder.commit(stream_id="1-0", at=now, state=b"", seen={}, rows=rows)
            recorder.record_board(now // 60_000 * 60_000 - minutes_ago * 60_000, b"{}")

    return record


@pytest.fixture
def token(site):
    def issue(layouts=()):
        until = system_clock() + 60_000
        wanted = wall_tokens.Wanted(id="lobby", label="Lobby", layouts=layouts, sees_names=False, expires_at=until)
        with open_database(serving().database_url) as opened:
            wall_tokens.issue(opened, "harbour", wanted, "Ada", 0)
        return signed(KEY, WallToken(id="lobby", expires_at=until, layouts=layouts))

    return issue


@pytest.fixture
def visit(site, monkeypatch):
    def run(page="wall", *, remote_ip="127.0.0.1", host="127.0.0.1", cookies=None, language="en", **query):
        client = Client(remote_ip, (("host", host),), cookies or {})
        monkeypatch.setattr(streamlit_context, "_get_client_context", lambda: client)
        # Streamlit looks through every installed package for components, at each run: that is four fifths of a test's time.
        monkeypatch.setattr(manifest_scanner, "scan_component_manifests", list)
        app = AppTest.from_file(str(MAIN), default_timeout=20)
        app.query_params["lang"] = language
        for name, value in query.items():
            if value is not None:
                app.query_params[name] = value
        # AppTest.switch_page knows files only; these pages are functions, named by their address.
        app._page_hash = calc_hash(page)
        return app.run()

    return run


@pytest.fixture
def told(site, private_redis, monkeypatch):
    """A site whose Board of some seconds ago is in its own Redis, with the last answer of its phone."""
    monkeypatch.setenv("REDIS_URL", private_redis.url)
    serving.cache_clear()

    def tell(seconds_ago):
        at, keys = system_clock() - seconds_ago * 1000, Keys("harbour")
        answer = LastAnswer(at=at, rows=('{"queue":"support"}',), records=('{"record":"ContactEvent"}',))
        with private_redis.client() as client:
            client.set(keys.board, encode_board(board(at)))
            client.hset(keys.answers, "phone", msgspec.json.encode(answer))

    return tell


@pytest.fixture
def reported(told, private_redis):
    """The same site, and two walls: one reported a second ago, the other ten minutes ago."""

    def report():
        now = system_clock()
        with private_redis.client() as client:
            for name, ago_s in (("00000000000a", 1), ("00000000000b", 600)):
                heard_at = now - ago_s * 1000
                seen = Beat(
                    screen=name,
                    layout="main",
                    language="en",
                    fresh="live",
                    build="b",
                    width=1920,
                    height=1080,
                    ratio=1.0,
                    page_age_s=60,
                    seq=5,
                    at=heard_at,
                )
                client.hset(Keys("harbour").screens, name, msgspec.json.encode(Screen(beat=seen, heard_at=heard_at)))

    return report


@pytest.fixture
def redis_away(site, monkeypatch):
    monkeypatch.setenv("REDIS_URL", f"unix://{site}/nobody.sock")
    serving.cache_clear()


@pytest.fixture
def history_away(site):
    """A folder stands where the database should be: no program can open it."""
    (site / "history.db").mkdir()


@pytest.fixture
def history_nowhere(site):
    """The folder of the database cannot even be made."""
    config = site.parents[1] / "pulse.toml"
    config.write_text('database_url = "sqlite:////proc/nowhere/history.db"\n' + config.read_text(encoding="utf-8"), encoding="utf-8")


@pytest.fixture
def newer_history(site):
    with open_database(sqlite_url(site / "history.db")) as database, database.write() as session:
        session.get(SchemaVersion, 1).version = SCHEMA_VERSION + 1


def sheets(app):
    """The HTML of a page."""
    return " ".join(sheet.proto.body for sheet in app.main.get("html"))


def charts(app):
    """The charts of a page, each checked against what Vega-Lite takes."""
    specs = [json.loads(chart.proto.spec) for chart in app.main.get("vega_lite_chart")]
    for spec in specs:
        alt.Chart.from_dict(spec)
    return specs


def cells(app, title):
    """What stands under a title in the tables of a page."""
    return re.findall(rf'<td(?: class="[^"]*")? data-label="{title}">(.*?)</td>', sheets(app))


def heads(app):
    """What names the rows of the tables of a page."""
    return re.findall(r'<th scope="row">(.*?)</th>', sheets(app))
