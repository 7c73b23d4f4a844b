"""Charts of the page of trends, answered out of the history of twelve queues in two years; nothing is kept between two answers."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from bench._contacts import QUEUES
from bench._figure import Figure, at_most
from bench._site import folder
from dashboard.theme import LIGHT
from pulse.clock import day_at
from pulse.kpi.interval import IntervalRow
from pulse.kpi.records import Channel
from pulse.kpi.snapshot import Edition
from pulse.kpi.tally import Tally
from pulse.text import Language
from sql.recorder import Recorder
from sql.rollup import RollUp
from sql.session import Database, open_database, sqlite_url

_ZONE = ZoneInfo("Europe/Berlin")
_LAST = date(2026, 11, 22)
_DAYS = 728
_QUARTERS = range(28, 88)
"""Those of a day in which contacts come: from seven to ten in the evening."""
_ROUNDS = 3
_GOAL_MS = 500


def figures() -> Iterator[Figure]:
    """Milliseconds of the server's processor until a chart is answered and drawn, its data read anew."""
    with folder() as root:
        config = root / "pulse.toml"
        config.write_text('[site]\nname = "site"\nzone = "Europe/Berlin"\n', encoding="utf-8")
        data = root / "var" / "pulse"
        data.mkdir(parents=True)
        with open_database(sqlite_url(data / "history.db")) as database:
            rows = _history(database)
        yield Figure(bench="trends", figure="minutes_recorded", value=rows, unit="rows")
        yield from _answers(config)


def _history(database: Database) -> int:
    recorder, random, rows = Recorder(database, "site"), Random(7), 0
    for number in range(_DAYS):
        midnight = day_at(_LAST - timedelta(days=_DAYS - 1 - number), _ZONE)
        day = [IntervalRow(midnight + quarter * 900_000, queue, Channel.VOICE, _tally(random)) for quarter in _QUARTERS for queue in QUEUES]
        recorder.commit(stream_id=f"{number}-0", at=midnight, state=b"", seen={}, rows=day)
        rows += len(day)
    RollUp(database, "site", _ZONE).catch_up(day_at(_LAST + timedelta(days=2), _ZONE))
    return rows


def _tally(random: Random) -> Tally:
    """A quarter of an hour of a queue."""
    offered = random.randint(1, 30)
    answered = offered * 9 // 10
    tally = Tally()
    for name, count in (
        ("offered", offered),
        ("answered", answered),
        ("answered_within_target", answered * 8 // 10),
        ("abandoned", offered - answered),
        ("abandoned_within_target", (offered - answered) // 3),
        ("short_abandoned", (offered - answered) // 4),
        ("complaints", offered // 20),
        ("handled", answered),
        ("handled_known", answered),
        ("talk_ms", answered * 190_000),
        ("hold_ms", answered * 9_000),
        ("acw_ms", answered * 41_000),
        ("wait_answered_known", answered),
        ("wait_answered_ms", answered * 17_000),
        ("agent_busy_ms", answered * 199_000),
        ("agent_ready_ms", 900_000),
        ("agent_acw_ms", answered * 41_000),
        ("agent_paused_ms", 300_000),
        ("csat_responses", answered // 4),
        ("csat_sum", answered),
        *((f"complaint_category={word}", 1) for word in ("speed", "attitude", "process")),
        *((f"complaint_line={word}", 1) for word in ("logistics", "billing", "product")),
    ):
        tally.add(name, count)
    for _ in range(8):
        tally.observe("wait_answered", random.randint(1_000, 200_000))
    tally.raise_peak("wait_left", random.randint(1_000, 200_000))
    return tally


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

    year = {"span": "1y", "last": _LAST}
    asked = {
        "site_by_day": Question(**year),
        "queues_by_day": Question(kpis=("service_level",), by=By.QUEUE, **year),
        "percentile_by_day": Question(kpis=("wait_p90_s",), by=By.QUEUE, **year),
        "queues_by_month": Question(kpis=("offered",), by=By.QUEUE, step=Edition.MONTHLY, **year),
    }
    for name, question in asked.items():
        yield _measured(name, partial(over_time, question))
    quarter = Question(kpis=("service_level",), span="13w", last=_LAST)
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
