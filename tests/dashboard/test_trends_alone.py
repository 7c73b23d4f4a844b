"""One channel or queue looked at alone: what is offered, what its word in an address holds, and that waits never mix channels."""

import pytest
from made import tally
from visits import ZONE, charts, sheets

from dashboard.trends.alone import holds, needs_one, offered
from dashboard.trends.question import By, Chart, Question, channel_of
from pulse.clock import earlier_day_start, system_clock
from pulse.kpi.interval import IntervalRow
from pulse.kpi.records import Channel
from sql.recorder import Recorder
from sql.rollup import RollUp
from sql.session import open_database, sqlite_url


@pytest.fixture
def summed_up(site, recorded):
    """Yesterday's calls, and what else is told of it, as sums."""

    def sum_up(*rows):
        recorded(minutes_ago=1)
        now = system_clock()
        with open_database(sqlite_url(site / "history.db")) as database:
            Recorder(database, "harbour").commit(stream_id="2-0", at=now, state=b"", seen={}, rows=rows)
            RollUp(database, "harbour", ZONE).catch_up(now)

    return sum_up


@pytest.fixture
def of_two_channels(summed_up):
    """Yesterday with calls and mails, of which waits are known."""
    yesterday, counted = earlier_day_start(system_clock(), 1, ZONE), tally(offered=1, wait_answered_known=1, wait_answered_ms=9_000)
    counted.observe("wait_answered", 9_000)
    summed_up(IntervalRow(yesterday, "post", "email", counted), IntervalRow(yesterday, "support", "voice", counted))


def choices(app):
    return next(box for box in app.main.selectbox if box.label == "Channel or queue").options


def test_channels_are_offered_where_there_are_several_and_queues_always():
    assert offered({"support": "voice", "vip": "voice"}) == ("support", "vip")
    assert offered({"post": "email", "support": "voice"}) == ("channel:voice", "channel:email", "post", "support")
    assert offered({}) == ()


def test_a_word_holds_everything_a_channel_or_a_queue_even_one_that_is_called_like_a_channel():
    assert holds("", "chat", "voice")
    assert holds("chat", "chat", "voice")
    assert not holds("channel:chat", "chat", "voice")
    assert holds("channel:voice", "chat", "voice")
    assert [channel_of(only) for only in ("channel:chat", "chat", "channel:mars", "")] == [Channel.CHAT, None, None, None]


def test_waits_and_patterns_of_times_need_one_channel_and_counts_do_not():
    assert needs_one(Question(chart=Chart.WAITS))
    assert needs_one(Question(chart=Chart.WEEK, kpis=("asa_s",)))
    assert not needs_one(Question(chart=Chart.WEEK, kpis=("offered",)))
    assert not needs_one(Question(chart=Chart.TIME, kpis=("asa_s",), by=By.QUEUE))


def test_one_queue_is_compared_and_the_queues_of_a_channel_are_not():
    assert Question(by=By.QUEUE, only="post").is_compared
    assert not Question(by=By.QUEUE, only="channel:email").is_compared


@pytest.mark.parametrize("asked", [{"chart": "waits"}, {"chart": "week", "kpi": "asa_s"}])
def test_a_wait_is_looked_at_by_channel_and_the_address_and_the_heading_say_which(visit, of_two_channels, asked):
    app = visit("trends", **asked)

    assert choices(app) == ["Phone", "E-mail", "post", "support"]
    assert app.query_params["only"] == "channel:voice"
    assert app.main.subheader[0].value.endswith(" · Phone")
    assert len(charts(app)) == 1


def test_contacts_of_all_channels_have_a_common_pattern(visit, of_two_channels):
    app = visit("trends", chart="week", kpi="offered")

    assert choices(app) == ["All queues", "Phone", "E-mail", "post", "support"]
    assert "only" not in app.query_params


def test_by_queue_the_queues_of_one_channel_can_be_drawn(visit, of_two_channels):
    app = visit("trends", kpi="offered", by="queue", only="channel:email")

    assert not app.main.warning
    assert ("post" in sheets(app), "support" in sheets(app)) == (True, False)


def test_a_site_of_one_channel_looks_at_all_its_queues_together(visit, summed_up):
    summed_up()

    app = visit("trends", chart="waits")

    assert choices(app) == ["All queues", "support"]
    assert "only" not in app.query_params


def test_where_contacts_were_recorded_and_none_tells_a_figure_no_source_tells_it(visit, of_two_channels):
    def told(**asked):
        return visit("trends", kpi="complaints_per_thousand", by="business_line", **asked).main.info[0].value

    assert told() == "No source tells this."
    assert told(end="2020-01-01") == "Nothing was recorded in this span."
