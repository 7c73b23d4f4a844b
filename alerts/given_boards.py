"""Boards made of given values: what a test of rules lays before them instead of what sources told.

In: the series of each queue, of the site and of each source, as a file has them; a config for goals. Out: one Board for each
instant, or every fault of the series.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, get_args

from alerts.figures import Window, figures
from alerts.given_values import Values, given_values
from alerts.sample import SITE
from pulse.config import Config, Fault
from pulse.kpi.board import Agents, Backlog, Board, Scope, SourceCondition, SourceHealth
from pulse.kpi.kpi import Unit, Value
from pulse.kpi.records import Channel

STARTS_AT = 1_767_571_200_000
"""2026-01-05 00:00 UTC, a Monday: every test begins here."""
WINDOWS: tuple[str, ...] = get_args(Window)
SOURCE_UNITS: Mapping[str, Unit] = {"silent_s": Unit.SECONDS, "completeness_ratio": Unit.RATIO}
"""What may be given of a source: how long ago it answered, and how much of what it ought to tell it told."""


@dataclass(frozen=True, slots=True)
class Given:
    """Series by their place in the test, such as ("series", "support", "last_30m", "offered")."""

    values: Mapping[tuple[str, ...], Values] = field(default_factory=dict)

    @property
    def length(self) -> int:
        """How many Boards there are: as many as the longest series has values."""
        return max((len(values) for values in self.values.values()), default=0)

    @property
    def scopes(self) -> tuple[str, ...]:
        """The queues, the site and the sources that have a series."""
        return tuple(dict.fromkeys(place[1] for place in self.values))

    def at(self, number: int, *place: str) -> dict[str, float | None]:
        """The values at a place on the Board of a number; a series of one value is the same on every Board."""
        depth = len(place)
        found = {key[depth]: values for key, values in self.values.items() if key[:depth] == place and len(key) == depth + 1}
        return {name: values[number] if len(values) > 1 else values[0] for name, values in found.items()}


def given(series: Mapping[str, Any], sources: Mapping[str, Any], where: str) -> tuple[Given, list[Fault]]:
    """The series of a test, with every fault in them."""
    values: dict[tuple[str, ...], Values] = {}
    faults: list[Fault] = []
    for place, written, units in chain(_queue_series(series), _source_series(sources)):
        try:
            values[place] = given_values(written, _unit(place[-1], units))
        except ValueError as error:
            faults.append(Fault(where=f"{where}.{'.'.join(place)}", message=str(error)))
    found = Given(values)
    return found, faults + [Fault(where=f"{where}.{'.'.join(place)}", message=message) for place, message in _uneven(found)]


def boards(given: Given, every_ms: int, config: Config) -> Iterator[Board]:
    """The Boards of the series, `every_ms` apart."""
    queues = [name for name in dict.fromkeys(place[1] for place in given.values if place[0] == "series") if name != SITE]
    sources = list(dict.fromkeys(place[1] for place in given.values if place[0] == "sources"))
    for number in range(given.length):
        at = STARTS_AT + number * every_ms
        yield Board(
            at=at,
            site_name=config.site.name,
            zone=config.site.zone,
            site=_site(given, number, config),
            queues={name: _queue(given, number, name, config) for name in queues},
            sources={name: _source(given.at(number, "sources", name), name, at, config) for name in sources},
        )


def _queue_series(series: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any, Mapping[str, Unit]]]:
    """Each series of the queues: what stands now beside the windows, which are tables of their own."""
    standing = {name: figure.unit for name, figure in figures().items() if figure.now is not None}
    of_window = {name: figure.unit for name, figure in figures().items() if figure.now is None}
    for queue, table in series.items():
        for name, written in table.items():
            if name in WINDOWS and isinstance(written, Mapping):
                yield from ((("series", queue, name, kpi), one, of_window) for kpi, one in written.items())
            else:
                yield ("series", queue, name), written, {**standing, **dict.fromkeys(WINDOWS, Unit.COUNTS_BY_NAME)}


def _source_series(sources: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any, Mapping[str, Unit]]]:
    for source, table in sources.items():
        yield from ((("sources", source, name), written, SOURCE_UNITS) for name, written in table.items())


def _unit(name: str, units: Mapping[str, Unit]) -> Unit:
    unit = units.get(name)
    if unit is None:
        raise ValueError(f"this key is not known here, expected one of {', '.join(units)}")
    if unit is Unit.COUNTS_BY_NAME:
        raise ValueError("got one value, expected a table of figures in this window")
    return unit


def _uneven(found: Given) -> Iterator[tuple[tuple[str, ...], str]]:
    for place, values in found.values.items():
        if len(values) not in (1, found.length):
            yield place, f"got {len(values)} values, expected {found.length} as the longest series has, or one for the whole test"


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


def _site(given: Given, number: int, config: Config) -> Scope:
    return Scope(title=config.site.name, goal_ratio=config.site_goal.goal_ratio, **_facts(given, number, SITE))


def _facts(given: Given, number: int, scope: str) -> dict[str, Any]:
    """What the series tell of a scope; what they do not tell is unknown."""
    standing = given.at(number, "series", scope)
    windows: dict[str, dict[str, Value]] = {window: {**given.at(number, "series", scope, window)} for window in WINDOWS}
    agents = {name.removeprefix("agents_"): value for name, value in standing.items() if name.startswith("agents_")}
    backlog = {name.removeprefix("backlog_"): value for name, value in standing.items() if name.startswith("backlog_")}
    if "oldest_s" in backlog:
        backlog["oldest_age_s"] = backlog.pop("oldest_s")
    return {
        "waiting": standing.get("waiting"),
        "oldest_wait_s": standing.get("oldest_wait_s"),
        "agents": Agents(**agents) if agents else None,  # type: ignore[arg-type]
        "backlog": Backlog(**backlog) if backlog else None,  # type: ignore[arg-type]
        **windows,
    }


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
