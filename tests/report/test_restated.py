"""Restated since: what history tells otherwise than the frozen day, and nothing where it is equal."""

from datetime import date

from composing import DAY, History, calls
from made import tally

from dashboard.report.restated import restated


def test_nothing_is_restated_where_history_is_as_it_was():
    history = History().on(DAY, calls())

    assert restated(history.composed(made_at=1), history.composed(made_at=2)) == ()


def test_a_late_record_restates_each_figure_it_changes_in_each_scope():
    history = History().on(DAY, calls(abandoned=0))
    frozen = history.composed()

    history.on(DAY, calls(offered=11, answered=11, within=7))

    found = {(one.scope, one.kpi): (one.frozen, one.now) for one in restated(frozen, history.composed())}
    assert found == {
        ("site", "service_level"): (0.7, 7 / 11),
        ("site", "offered"): (10, 11),
        ("site", "answered"): (10, 11),
        ("channel:voice", "service_level"): (0.7, 7 / 11),
        ("channel:voice", "offered"): (10, 11),
    }


def test_a_figure_that_was_not_known_then_and_is_now_is_restated():
    history = History().on(DAY, calls())
    frozen = history.composed()

    history.on(DAY, calls(csat_responses=2, csat_centi=900))

    assert [(one.kpi, one.frozen, one.now) for one in restated(frozen, history.composed())] == [
        ("csat_score", None, 4.5),
        ("csat_responses", None, 2),
    ]


def test_what_is_known_only_days_later_restates_nothing():
    history = History().on(DAY, calls(repeat_known=10, repeat_contacts=2))
    frozen = history.composed()

    history.on(DAY, calls(repeat_known=10, repeat_contacts=3, fcr_known=10, fcr_solved=7))

    assert [(one.kpi, one.frozen, one.now) for one in restated(frozen, history.composed())] == [("repeat_ratio", 0.2, 0.3)]


def test_a_channel_that_came_in_late_is_named_and_another_day_changes_nothing():
    history = History().on(DAY, calls())
    frozen = history.composed()

    history.on(date(2026, 11, 19), calls(offered=99)).on(DAY, {"support": ("voice", calls()), "mail": ("email", tally(first_replies=1))})

    assert {(one.scope, one.titles["en"]) for one in restated(frozen, history.composed())} <= {("channel:email", "E-mail")}
