import pytest
from alerts_made import board, ms, queue, source
from pydantic import ValidationError

from alerts.rules.threshold import Options, samples
from alerts.sample import Context, Reading, believed
from pulse.kpi.board import Agents, Backlog, Scope


def one(scope, **options):
    shown = board(support=scope)
    return samples(shown, Options(**options), Context())[0]


def readings(figure, values, **options):
    return [one(queue(last_30m={figure: value, "offered": 50}), figure=figure, **options).reading for value in values]


def test_figure_above_its_limit_breaches_and_at_the_limit_it_is_kept():
    assert readings("asa_s", [45.1, 45.0, None], raise_above="45s") == [Reading.BREACHING, Reading.CLEAR, Reading.NO_DATA]


def test_figure_below_its_limit_breaches():
    assert readings("csat_score", [3.9, 4.0], raise_below=4) == [Reading.BREACHING, Reading.CLEAR]


def test_between_raising_and_clearing_nothing_moves():
    found = readings("abandonment_ratio", [0.06, 0.05, 0.031, 0.03], raise_above="5%", clear_at="3%")

    assert found == [Reading.BREACHING, Reading.BETWEEN, Reading.BETWEEN, Reading.CLEAR]


@pytest.mark.parametrize(
    ("figure", "facts", "value"),
    [
        ("waiting", {"waiting": 12}, 12),
        ("oldest_wait_s", {"oldest_wait_s": 61.0}, 61.0),
        ("agents_available", {"agents": Agents(available=0)}, 0),
        ("agents_available", {}, None),
        ("backlog_open", {"backlog": Backlog(open=300)}, 300),
        ("backlog_oldest_s", {"backlog": Backlog(oldest_age_s=86_400.0)}, 86_400.0),
    ],
)
def test_what_stands_now_is_watched_like_a_kpi(figure, facts, value):
    limit = "1d" if figure.endswith("_s") else 1000

    found = one(Scope(title="Support", **facts), figure=figure, raise_above=limit)

    assert found.value == value
    assert found.reading is (Reading.NO_DATA if value is None else Reading.CLEAR)


def test_window_of_few_contacts_raises_nothing_and_one_of_an_unknown_number_is_not_judged():
    few, unknown = (queue(last_30m={"aht_s": 900.0, "offered": offered}) for offered in (19, None))

    assert one(few, figure="aht_s", raise_above="10m", min_contacts=20).reading is Reading.BETWEEN
    assert one(unknown, figure="aht_s", raise_above="10m", min_contacts=20).reading is Reading.NO_DATA


def test_figure_of_an_idle_queue_is_well_and_one_where_somebody_waits_is_unknown():
    idle, waiting = (queue(last_30m={"asa_s": None, "offered": 0}, waiting=count) for count in (0, 3))

    assert one(idle, figure="asa_s", raise_above="45s").reading is Reading.CLEAR
    assert one(waiting, figure="asa_s", raise_above="45s").reading is Reading.NO_DATA


def test_agents_nobody_tells_of_stay_unknown_at_an_idle_queue():
    idle = queue(last_30m={"offered": 0}, waiting=0)

    assert one(idle, figure="agents_available", raise_below=1).reading is Reading.NO_DATA


def test_whole_site_is_one_sample():
    shown = board(site=Scope(title="Site", today={"nps_score": 12.0}), support=queue())

    (found,) = samples(shown, Options(figure="nps_score", window="today", of="site", raise_below=30), Context())

    assert (found.scope, found.reading, found.title.en) == ("site", Reading.BREACHING, "NPS below limit")


def test_why_tells_figure_window_and_limit_in_both_languages():
    found = one(queue(last_5m={"asa_s": 75.0}), figure="asa_s", window="last_5m", raise_above="45s")

    assert found.why.en == "1:15 min in the last 5 min, alarm above 45 s"
    assert found.why.zh == "近 5 分钟 1 分 15 秒，高于 45 秒 告警"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"figure": "happiness", "raise_above": 1}, 'got "happiness", expected one of waiting'),
        ({"figure": "complaints_by_pair", "raise_above": 1}, 'got "complaints_by_pair"'),
        ({"figure": "asa_s"}, "expected either raise_above or raise_below"),
        ({"figure": "asa_s", "raise_above": "1m", "raise_below": "2m"}, "expected either"),
        ({"figure": "asa_s", "raise_above": "soon"}, "raise_above: "),
        ({"figure": "abandonment_ratio", "raise_above": 5}, 'got 5, expected a percentage such as "5%"'),
        ({"figure": "asa_s", "raise_above": "45s", "clear_at": "50s"}, "clear_at: got 50s, expected it on the good side of the limit 45s"),
    ],
)
def test_what_cannot_be_watched_is_refused_with_what_was_found(options, said):
    with pytest.raises(ValidationError) as refused:
        Options(**options)
    assert said in str(refused.value)


def test_a_silent_source_takes_the_all_clear_away_from_any_rule():
    scope = queue(last_30m={"asa_s": 1.0})
    shown = board(sources={"phone": source(ms(-60)), "chat": source(ms(0))}, support=scope)

    found = believed(samples(shown, Options(figure="asa_s", raise_above="45s"), Context())[0], shown, scope)

    assert found.reading is Reading.NO_DATA
