from dashboard.trend import Trend
from pulse.kpi.board import Board, Scope


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


def test_board_from_the_past_is_left_out():
    trend = Trend()
    trend.add(at(2, 0.8))
    trend.add(at(1, 0.1))

    assert trend.service_level == [0.8]
