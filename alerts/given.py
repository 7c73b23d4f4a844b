"""What a test lays before rules instead of what sources told: series of values, each at its place.

In: the tables of a test, as a file has them. Out: the values by place, or every fault in them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from alerts.figures import Window, figures
from alerts.given_values import Values, given_values
from pulse.config import Fault
from pulse.definitions import definitions
from pulse.durations import seconds
from pulse.kpi.kpi import Unit

WINDOWS: tuple[str, ...] = get_args(Window)
MOST_DAYS = 35
"""Of so many days ago a test may tell."""
NORMAL_WINDOWS_S: Mapping[str, float] = {"last_5m": 300.0, "last_30m": 1800.0}
"""The windows for which rules ask what is normal, with their length."""
_SOURCE = {"silent_s": Unit.SECONDS, "completeness_ratio": Unit.RATIO}
_JUDGED = {"within": Unit.COUNT, "all": Unit.COUNT}
_NORMAL = {"expected": Unit.SCORE, "dispersion": Unit.SCORE}
Place = tuple[str, ...]
_Series = tuple[Place, Any, Mapping[str, Unit]]
"""Where values stand, what is written there, and what may stand there in which unit."""


@dataclass(frozen=True, slots=True)
class Given:
    """Series by their place in the test, such as ("series", "support", "last_30m", "offered")."""

    values: Mapping[Place, Values] = field(default_factory=dict)

    @property
    def length(self) -> int:
        """How many Boards there are: as many as the longest series has values."""
        return max((len(values) for values in self.values.values()), default=0)

    def names(self, *place: str) -> tuple[str, ...]:
        """What is given directly below a place."""
        depth = len(place)
        return tuple(dict.fromkeys(key[depth] for key in self.values if key[:depth] == place and len(key) > depth))

    @property
    def scopes(self) -> tuple[str, ...]:
        """The queues, the site and the sources that are told of."""
        return tuple(dict.fromkeys(scope for part in self.names() for scope in self.names(part)))

    def at(self, number: int, *place: str) -> dict[str, float | None]:
        """The values at a place on the Board of a number; a series of one value is the same on every Board."""
        found = {name: self.values.get((*place, name)) for name in self.names(*place)}
        return {name: values[number] if len(values) > 1 else values[0] for name, values in found.items() if values}


def given(test: Mapping[str, Any], where: str) -> tuple[Given, list[Fault]]:
    """The series of a test, with every fault in them."""
    values: dict[Place, Values] = {}
    faults: list[Fault] = []
    for place, written, units in _all_series(test):
        try:
            values[place] = given_values(written, _unit(place[-1], units))
        except ValueError as error:
            faults.append(_fault(where, place, str(error)))
    found = Given(values)
    return found, [*faults, *_stretch_faults(found, where), *_uneven(found, where)]


def _all_series(test: Mapping[str, Any]) -> Iterator[_Series]:
    yield from _series_of_scopes(_tables(test, "series"))
    for source, table in _tables(test, "sources").items():
        yield from ((("sources", source, name), written, _SOURCE) for name, written in table.items())
    yield from _series_of_days(_tables(test, "days"))
    for scope, table in _tables(test, "judged").items():
        for stretch, counts in _only_tables(table).items():
            yield from ((("judged", scope, stretch, name), written, _JUDGED) for name, written in counts.items())
    for scope, table in _tables(test, "normal").items():
        for window, counts in _only_tables(table).items():
            for count, baseline in _only_tables(counts).items():
                yield from ((("normal", scope, window, count, name), written, _NORMAL) for name, written in baseline.items())


def _series_of_scopes(series: Mapping[str, Any]) -> Iterator[_Series]:
    """What stands now beside the windows, which are tables of their own."""
    standing = {name: figure.unit for name, figure in figures().items() if figure.now is not None}
    for scope, table in series.items():
        for name, written in table.items():
            if name in WINDOWS and isinstance(written, Mapping):
                yield from _series_of_window(("series", scope, name), written)
            else:
                yield ("series", scope, name), written, {**standing, **dict.fromkeys(WINDOWS, Unit.COUNTS_BY_NAME)}


def _series_of_window(place: Place, window: Mapping[str, Any]) -> Iterator[_Series]:
    kpis = {kpi.name: kpi.unit for kpi in definitions().values()}
    for name, written in window.items():
        if kpis.get(name) is Unit.COUNTS_BY_NAME and isinstance(written, Mapping):
            yield from (((*place, name, counted), one, {counted: Unit.COUNT}) for counted, one in written.items())
        else:
            yield (*place, name), written, kpis


def _series_of_days(days: Mapping[str, Any]) -> Iterator[_Series]:
    """What a KPI was on whole days, by how many days ago that is."""
    kpis = {kpi.name: kpi.unit for kpi in definitions().values() if kpi.unit is not Unit.COUNTS_BY_NAME}
    for scope, table in days.items():
        for name, by_days in table.items():
            if name in kpis and isinstance(by_days, Mapping):
                agos = {str(ago): kpis[name] for ago in range(1, MOST_DAYS + 1)}
                yield from ((("days", scope, name, ago), written, agos) for ago, written in by_days.items())
            else:
                yield ("days", scope, name), by_days, kpis


def _tables(test: Mapping[str, Any], key: str) -> Mapping[str, Mapping[str, Any]]:
    """The tables under a key that are some; what else stands there is a fault of the test's own."""
    return _only_tables(test[key]) if isinstance(test.get(key), Mapping) else {}


def _only_tables(table: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    return {name: one for name, one in table.items() if isinstance(one, Mapping)}


def _unit(name: str, units: Mapping[str, Unit]) -> Unit:
    unit = units.get(name)
    if unit is None:
        raise ValueError(f"this key is not known here, expected one of {', '.join(units)}")
    if unit is Unit.COUNTS_BY_NAME:
        raise ValueError("got one value, expected a table")
    return unit


def _stretch_faults(found: Given, where: str) -> Iterator[Fault]:
    for scope in found.names("judged"):
        for stretch in found.names("judged", scope):
            try:
                seconds(stretch)
            except ValueError as error:
                yield _fault(where, ("judged", scope), str(error))
    for scope in found.names("normal"):
        for window in found.names("normal", scope):
            if window not in NORMAL_WINDOWS_S:
                yield _fault(where, ("normal", scope), f'got "{window}", expected one of {", ".join(NORMAL_WINDOWS_S)}')


def _uneven(found: Given, where: str) -> Iterator[Fault]:
    for place, values in found.values.items():
        if len(values) not in (1, found.length):
            message = f"got {len(values)} values, expected {found.length} as the longest series has, or one for the whole test"
            yield _fault(where, place, message)


def _fault(where: str, place: Place, message: str) -> Fault:
    return Fault(where=f"{where}.{'.'.join(place)}", message=message)
