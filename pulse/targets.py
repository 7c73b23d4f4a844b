"""[targets] of pulse.toml: what a KPI should reach, for the site and, put over that, for single channels.

In: KPI names with values as people write them. Out: values in the KPI's own unit, or every fault in words.
The target of the service level is not among them: it is the goal that a queue or channel promises.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import inf, isfinite
from typing import Any

from pulse.definitions import definitions
from pulse.kpi.kpi import Better, Unit
from pulse.kpi.records import Channel
from pulse.written import read

_SERVICE_LEVEL = "service_level"
Values = Mapping[str, float]
"""By KPI name: ratios 0..1, seconds, counts or scores."""


class WrongTargets(ValueError):
    """Everything that is wrong with the table: where in it, and what."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{where}: {message}" for where, message in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Targets:
    """What KPIs should reach."""

    site: Values = field(default_factory=dict)
    channels: Mapping[Channel, Values] = field(default_factory=dict)

    def of(self, kpi: str, channel: Channel | None = None) -> float | None:
        """The target of a KPI, in its unit; a channel that has none of its own takes the site's. None where there is none."""
        own = self.channels.get(channel, {}) if channel else {}
        return own.get(kpi, self.site.get(kpi))


def read_targets(written: object) -> Targets:
    """The targets of the table as it stands in the file; raises WrongTargets with all its faults."""
    if isinstance(written, Targets):
        return written
    if not isinstance(written, Mapping):
        raise WrongTargets([("", f"got {written!r:.60}, expected a table of KPI names and values")])
    faults: list[tuple[str, str]] = []
    channels = {key: table for key, table in written.items() if isinstance(table, Mapping)}
    site = _values({key: value for key, value in written.items() if key not in channels}, "", faults)
    known = {Channel(name): _values(table, f"{name}.", faults) for name, table in channels.items() if name in set(Channel)}
    faults += [(name, f"is no channel, expected one of {', '.join(Channel)}") for name in channels if name not in set(Channel)]
    if faults:
        raise WrongTargets(faults)
    return Targets(site, known)


def allowed_names() -> Iterator[str]:
    """The KPIs of which one can say what they should reach."""
    for name, kpi in definitions().items():
        if kpi.better is not Better.NEITHER and kpi.unit is not Unit.COUNTS_BY_NAME and _SERVICE_LEVEL not in name:
            yield name


def possible(name: str, value: float) -> float:
    """A target of a KPI in its unit (0..1 for ratios, seconds for times); raises ValueError where no figure could ever reach it."""
    least, most, allowed = _RANGES[definitions()[name].unit]
    if not (isfinite(value) and least <= value <= most):
        raise ValueError(f"got {value:g}, expected {allowed}")
    return value


def _values(written: Mapping[str, Any], where: str, faults: list[tuple[str, str]]) -> dict[str, float]:
    found = {}
    for name, value in written.items():
        try:
            found[name] = _value(name, value)
        except ValueError as error:
            faults.append((f"{where}{name}", str(error)))
    return found


def _value(name: str, written: object) -> float:
    if _SERVICE_LEVEL in name:
        raise ValueError("a service level is judged by its goal, expected goal_percent in [channels] or [queues]")
    allowed = tuple(allowed_names())
    if name not in allowed:
        raise ValueError(f"is no KPI that can have a target, expected one of {', '.join(allowed)}")
    return possible(name, read(written, definitions()[name].unit))


_RANGES: Mapping[Unit, tuple[float, float, str]] = {
    Unit.RATIO: (0, 1, "a share of 0 to 1"),
    Unit.SECONDS: (0, inf, "seconds, 0 or more"),
    Unit.COUNT: (0, inf, "a count, 0 or more"),
    Unit.SCORE: (-100, 100, "a score of -100 to 100"),
}
