"""Boards made of given values, and what rules may ask besides them.

In: the series of a test, a config for goals and titles. Out: one Board for each instant; what no series tells is unknown.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from alerts.given import NORMAL_WINDOWS_S, WINDOWS, Given
from alerts.sample import SITE, Baseline
from pulse.config import Config
from pulse.durations import seconds
from pulse.kpi.board import Agents, Backlog, Board, Scope, SourceCondition, SourceHealth
from pulse.kpi.kpi import Value
from pulse.kpi.records import Channel
from pulse.kpi.service_level import Judged
from pulse.text import Text

STARTS_AT = 1_767_571_200_000
"""2026-01-05 00:00 UTC, a Monday: every test begins here."""
_BASIS = Text("given by the test", "由测试给定")


def boards(given: Given, every_ms: int, config: Config) -> Iterator[Board]:
    """The Boards of the series, `every_ms` apart."""
    scopes = dict.fromkeys(scope for part in ("series", "judged", "normal", "days") for scope in given.names(part))
    for number in range(given.length):
        at = STARTS_AT + number * every_ms
        yield Board(
            at=at,
            site_name=config.site.name,
            zone=config.site.zone,
            site=Scope(title=config.site.name, goal_ratio=config.site_goal.goal_ratio, **_facts(given, number, SITE)),
            queues={name: _queue(given, number, name, config) for name in scopes if name != SITE},
            sources={name: _source(given.at(number, "sources", name), name, at, config) for name in given.names("sources")},
        )


def judged_at(given: Given, number: int, scope: str, stretch_s: float) -> Judged | None:
    """What a stretch up to the Board of a number judged; None where no series tells it."""
    stretch = next((name for name in given.names("judged", scope) if seconds(name) == stretch_s), "")
    told = given.at(number, "judged", scope, stretch)
    within, judged = told.get("within"), told.get("all")
    return None if within is None or judged is None else Judged(int(within), int(judged))


def normal_at(given: Given, number: int, scope: str, count: str, window_s: float) -> Baseline | None:
    """What is normal for a count at the Board of a number; None where no series tells it."""
    window = next((name for name, length_s in NORMAL_WINDOWS_S.items() if length_s == window_s), "")
    told = given.at(number, "normal", scope, window, count)
    expected, dispersion = told.get("expected"), told.get("dispersion", 1.0)
    return None if expected is None or dispersion is None else Baseline(expected, dispersion, _BASIS)


def days_at(given: Given, number: int, what: tuple[str, str], count: int) -> tuple[float | None, ...]:
    """The values of (scope, name of the KPI) on the last days before the Board of a number, oldest first."""
    told = given.at(number, "days", *what)
    return tuple(told.get(str(days)) for days in range(count, 0, -1))


def _queue(given: Given, number: int, name: str, config: Config) -> Scope:
    known = config.queues.get(name)
    channel = known.channel if known else Channel.VOICE
    goal = config.queue_goal(name, channel)
    title = known.title.text if known and known.title else None
    standing = given.at(number, "series", name)
    oldest_s = standing.get("oldest_wait_s")
    return Scope(
        title=title.in_(config.site.language) if title else name,
        titles=title.by_language() if title else {},
        channel=channel.value,
        target_s=goal.target_s,
        goal_ratio=goal.goal_ratio,
        contact_time_left_s=None if oldest_s is None or not standing.get("waiting") else goal.target_s - oldest_s,
        **_facts(given, number, name),
    )


def _facts(given: Given, number: int, scope: str) -> dict[str, Any]:
    """What the series tell of a scope."""
    standing = given.at(number, "series", scope)
    agents = {name.removeprefix("agents_"): value for name, value in standing.items() if name.startswith("agents_")}
    backlog = {name.removeprefix("backlog_"): value for name, value in standing.items() if name.startswith("backlog_")}
    if "oldest_s" in backlog:
        backlog["oldest_age_s"] = backlog.pop("oldest_s")
    return {
        "waiting": standing.get("waiting"),
        "oldest_wait_s": standing.get("oldest_wait_s"),
        "agents": Agents(**agents) if agents else None,  # type: ignore[arg-type]
        "backlog": Backlog(**backlog) if backlog else None,  # type: ignore[arg-type]
        **{window: _window(given, number, scope, window) for window in WINDOWS},
    }


def _window(given: Given, number: int, scope: str, window: str) -> dict[str, Value]:
    by_name = {kpi: given.at(number, "series", scope, window, kpi) for kpi in given.names("series", scope, window)}
    counts = {kpi: _counts(found) for kpi, found in by_name.items() if found}
    return {**given.at(number, "series", scope, window), **counts}


def _counts(told: dict[str, float | None]) -> dict[str, int] | None:
    """Counts by name, without those that are zero; None where one is unknown."""
    known = {name: int(count) for name, count in told.items() if count is not None}
    return {name: count for name, count in known.items() if count} if len(known) == len(told) else None


def _source(told: Mapping[str, float | None], name: str, at: int, config: Config) -> SourceHealth:
    known, silent_s = config.sources.get(name), told.get("silent_s", 0.0)
    return SourceHealth(
        source=name,
        kind=known.kind if known else "given",
        condition=SourceCondition.OK,
        every_s=known.every if known else 1.0,
        stale_after_s=known.stale_after_s if known else None,
        polled_at=None if silent_s is None else at - round(silent_s * 1000),
        completeness_ratio=told.get("completeness_ratio"),
    )
