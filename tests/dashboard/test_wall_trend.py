from dashboard.trend import Trend
from pulse.kpi.board import Board, Scope
from pulse.kpi.goal import QueueGoal
from pulse.kpi.tally import Tally


def at(minute, level, complaints=0):
    return Board(at=minute * 60_000, site=Scope(title="s", last_30m={"service_level": level, "complaints": complaints}))


def test_nothing_taken_in_is_no_line():
    assert Trend().service_level == []


def test_second_board_of_a_minute_replaces_the_first():
    trend = Trend()
    trend.add(at(1, 0.8, 3))
    trend.add(at(1, 0.7, 4))

    assert (trend.service_level, trend.complaints) == ([0.7], [4])


def test_minute_without_a_board_is_a_gap():
    trend = Trend()
    trend.add(at(1, 0.8))
    trend.add(at(3, 0.6))

    assert trend.service_level == [0.8, None, 0.6]


def test_only_the_last_hour_is_kept():
    trend = Trend()
    for minute in range(100):
        trend.add(at(minute, minute / 100))

    assert len(trend.service_level) == 60
    assert trend.service_level[-1] == 0.99


def counted(answered, complaints=0):
    tally = Tally()
    for name, count in {"answered": 10, "answered_within_target": answered, "complaints": complaints}.items():
        tally.add(name, count)
    return tally


def test_after_a_start_the_hour_is_filled_from_history_and_what_was_seen_stays():
    trend = Trend()
    trend.add(at(100, 0.5, 7))

    trend.fill({minute: counted(8, 1) for minute in range(10, 100)}, QueueGoal())

    assert trend.service_level == [0.8] * 59 + [0.5]
    assert trend.complaints == [30] * 59 + [7]


def test_history_of_a_few_minutes_fills_only_minutes_that_can_look_back_half_an_hour():
    trend = Trend()
    trend.add(at(100, 0.5))

    trend.fill({minute: counted(8) for minute in range(69, 100)}, QueueGoal())

    assert trend.service_level == [0.8, 0.8, 0.5]


def test_board_from_the_past_is_left_out():
    trend = Trend()
    trend.add(at(2, 0.8))
    trend.add(at(1, 0.1))

    assert trend.service_level == [0.8]
