"""Charts of the page of trends, answered out of the history of twelve queues in two years; nothing is kept between two answers."""

import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from bench._figure import Figure, at_most
from bench._past import LAST, remembering_site
from dashboard.theme import LIGHT
from pulse.kpi.snapshot import Edition
from pulse.text import Language

_ROUNDS = 3
_GOAL_MS = 500


def figures() -> Iterator[Figure]:
    """Milliseconds of the server's processor until a chart is answered and drawn, its data read anew."""
    with remembering_site() as (config, rows):
        yield Figure(bench="trends", figure="minutes_recorded", value=rows, unit="rows")
        yield from _answers(config)


def _answers(config: Path) -> Iterator[Figure]:
    os.environ["PULSE_CONFIG"] = str(config)
    # What is served is read from the environment, so it is imported only now.
    from dashboard.trend_data import answered_until, trend_lines, waits, week_pattern  # noqa: PLC0415
    from dashboard.trend_over_time import drawn_figure  # noqa: PLC0415
    from dashboard.trends.question import By, Question  # noqa: PLC0415

    def over_time(question: Question) -> None:
        until = answered_until(question)
        trend_lines(question, until)
        for kpi in question.kpis:
            drawn_figure(kpi, question, until, Language.EN, tuple(LIGHT.items()), [])

    year = {"span": "1y", "last": LAST}
    asked = {
        "site_by_day": Question(**year),
        "queues_by_day": Question(kpis=("service_level",), by=By.QUEUE, **year),
        "percentile_by_day": Question(kpis=("wait_p90_s",), by=By.QUEUE, **year),
        "queues_by_month": Question(kpis=("offered",), by=By.QUEUE, step=Edition.MONTHLY, **year),
    }
    for name, question in asked.items():
        yield _measured(name, partial(over_time, question))
    quarter = Question(kpis=("service_level",), span="13w", last=LAST)
    yield _measured("pattern_of_the_week_in_13_weeks", lambda: week_pattern(quarter, answered_until(quarter)))
    yield _measured("waits", lambda: waits(Question(**year), answered_until(Question(**year))))


def _measured(name: str, answer: Callable[[], object]) -> Figure:
    import streamlit as st  # noqa: PLC0415

    spent = []
    for _ in range(_ROUNDS):
        st.cache_data.clear()
        began_ns = time.process_time_ns()
        answer()
        spent.append((time.process_time_ns() - began_ns) / 1e6)
    value = min(spent)
    goal, ok = at_most(_GOAL_MS, value)
    return Figure(bench="trends", figure=name, value=value, unit="ms", goal=goal, ok=ok)
