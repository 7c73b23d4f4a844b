import msgspec

from dashboard.trend import Series, Trends
from pulse.kpi.board import Board, Scope
from pulse.kpi.goal import QueueGoal
from pulse.kpi.tally import Tally

LEVEL, COMPLAINTS = Series("site", "service_level"), Series("site", "complaints")
VOICE, SALES = Series("channel:voice", "service_level"), Series("queue:sales", "service_level")


def following(*series):
    trends = Trends()
    trends.follow(series)
    return trends


def at(minute, level, complaints=0, queues=None):
    site = Scope(title="s", last_30m={"service_level": level, "complaints": complaints})
    return Board(at=minute * 60_000, site=site, queues=queues or {})


def test_nothing_taken_in_is_no_line():
    assert following(LEVEL).line(LEVEL) == []


def test_line_nobody_asked_for_is_not_kept():
    trends = following(LEVEL)
    trends.add(at(1, 0.8, 3))

    assert trends.line(COMPLAINTS) == []


def test_second_board_of_a_minute_replaces_the_first():
    trends = following(LEVEL, COMPLAINTS)
    trends.add(at(1, 0.8, 3))
    trends.add(at(1, 0.7, 4))

    assert (trends.line(LEVEL), trends.line(COMPLAINTS)) == ([0.7], [4])


def test_minute_without_a_board_is_a_gap():
    trends = following(LEVEL)
    trends.add(at(1, 0.8))
    trends.add(at(3, 0.6))

    assert trends.line(LEVEL) == [0.8, None, 0.6]


def test_only_the_last_hour_is_kept():
    trends = following(LEVEL)
    for minute in range(100):
        trends.add(at(minute, minute / 100))

    assert len(trends.line(LEVEL)) == 60
    assert trends.line(LEVEL)[-1] == 0.99


def counted(answered, complaints=0):
    tally = Tally()
    for name, count in {"answered": 10, "answered_within_target": answered, "complaints": complaints}.items():
        tally.add(name, count)
    return tally


def test_after_a_start_the_hour_is_filled_from_history_and_what_was_seen_stays():
    trends = following(LEVEL, COMPLAINTS)
    trends.add(at(100, 0.5, 7))

    trends.fill({minute: {"support": counted(8, 1)} for minute in range(10, 100)}, QueueGoal())

    assert trends.line(LEVEL) == [0.8] * 59 + [0.5]
    assert trends.line(COMPLAINTS) == [30] * 59 + [7]


def test_line_of_a_queue_or_a_channel_is_filled_from_its_own_contacts():
    queues = {"support": Scope(title="s", channel="voice"), "sales": Scope(title="s", channel="voice", last_30m={"service_level": 1.0})}
    trends = following(VOICE, SALES)
    trends.add(at(100, 0.5, queues=queues))

    trends.fill({minute: {"support": counted(8), "sales": counted(2), "mail": counted(0)} for minute in range(10, 100)}, QueueGoal())
    trends.add(msgspec.structs.replace(at(100, 0.5, queues=queues), channels={"voice": Scope(title="v", last_30m={"service_level": 0.6})}))

    assert trends.line(VOICE) == [0.5] * 59 + [0.6]
    assert trends.line(SALES) == [0.2] * 59 + [1.0]


def test_history_of_a_few_minutes_fills_only_minutes_that_can_look_back_half_an_hour():
    trends = following(LEVEL)
    trends.add(at(100, 0.5))

    trends.fill({minute: {"support": counted(8)} for minute in range(69, 100)}, QueueGoal())

    assert trends.line(LEVEL) == [0.8, 0.8, 0.5]


def test_line_whose_figure_nobody_tells_now_stays_empty():
    trends = following(LEVEL)
    trends.add(at(100, None))

    trends.fill({minute: {"support": counted(8)} for minute in range(10, 100)}, QueueGoal())

    assert set(trends.line(LEVEL)) == {None}


def test_board_from_the_past_is_left_out():
    trends = following(LEVEL)
    trends.add(at(2, 0.8))
    trends.add(at(1, 0.1))

    assert trends.line(LEVEL) == [0.8]
