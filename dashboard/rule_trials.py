"""A rule tried on recorded Boards, small enough to be kept and drawn.

In: what somebody asks. Out: a `Tried`, shared for some minutes between all who ask the same; raises ConfigError with every fault.
"""

from dataclasses import dataclass
from threading import Lock

import streamlit as st
from pydantic import ValidationError

from alerts.backtest import Stood
from alerts.fired import Said
from alerts.past import Stretch
from alerts.replayed import unit_of
from alerts.tried import Suggestion, tried, tried_rule, written_changes
from dashboard.data import database
from dashboard.serving import serving
from dashboard.trial_line import Line, line_of
from pulse.config import ConfigError, faults_of
from pulse.kpi.kpi import Unit
from sql.history import History

TTL_S = 600
_MOST_KEPT = 8
_STEP_MS = 5 * 60_000
_DAY_MS = 86_400_000
MOST_LISTED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be tried; `end` is epoch ms, `per_day` None where no limit is looked for."""

    name: str
    keys: str
    """Lines of key = value, as somebody wrote them."""
    days: int
    per_day: float | None
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of it; first_at and last_at (epoch ms) are None where no Board was kept."""

    asked: Asked
    first_at: int | None
    last_at: int | None
    boards: int
    unit: Unit
    """Of values and limits."""
    total: int
    alerts: tuple[Stood, ...]
    """The newest first, at most 100 of them."""
    said: Said
    suggestion: Suggestion | None
    lines: dict[str, Line]
    """By scope, the one with most alerts first."""


def end_at(now: int) -> int:
    """The end of the stretch (epoch ms): whoever asks within the same five minutes is told the same."""
    return now - now % _STEP_MS


def changed_lines(keys: str) -> list[str]:
    """The lines that change something: neither empty nor a comment."""
    return [line.strip() for line in keys.splitlines() if line.strip() and not line.strip().startswith("#")]


@st.cache_data(ttl=TTL_S, max_entries=_MOST_KEPT, show_spinner=False)
def tried_on_history(asked: Asked) -> Tried:
    """Runs the rule over the days asked for; one at a time, so that pages and walls of others keep most of the machine."""
    served = serving()
    rule = tried_rule(served.config, asked.name, written_changes(changed_lines(asked.keys), f"rules.{asked.name}"))
    stretch = Stretch(asked.end - asked.days * _DAY_MS, asked.end)
    with _turn():
        try:
            trial = tried(served.config, History(database(served.database_url)), rule, stretch, asked.per_day)
        except ValidationError as error:
            raise ConfigError(faults_of(error, f"rules.{asked.name}")) from error
    run = trial.run
    by_scope = {scope: [alert for alert in run.alerts if alert.scope == scope] for scope in run.series}
    order = sorted(by_scope, key=lambda scope: (-len(by_scope[scope]), scope))
    return Tried(
        asked=asked,
        first_at=run.first_at,
        last_at=run.last_at,
        boards=run.boards,
        unit=unit_of(rule),
        total=len(run.alerts),
        alerts=run.alerts[: -MOST_LISTED - 1 : -1],
        said=trial.said,
        suggestion=trial.suggestion,
        lines={scope: line_of(run.series[scope], by_scope[scope]) for scope in order},
    )


@st.cache_resource(show_spinner=False)
def _turn() -> Lock:
    return Lock()
