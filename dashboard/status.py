"""The status words of the screens: what is normal, what needs a look, what needs hands now.

Pure: values and promises in, one word out. None is unknown and never counts as normal.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from pulse.kpi.board import Scope, SourceCondition, SourceHealth
from pulse.kpi.freshness import Sight, is_stale
from pulse.written import UNKNOWN

SERVICE_LEVEL_MARGIN_RATIO = 0.1
"""How far under its goal a service level is still a warning."""
LATE_TARGETS = 3
"""A queue whose oldest contact has waited this many targets is critical."""
_LEVELS_THAT_NEED_HANDS = (1, 2)


class Status(StrEnum):
    """One word for a value; screens add a shape to it."""

    UNKNOWN = "unknown"
    NORMAL = "normal"
    STALE = "stale"
    """A source is silent: what was normal may no longer be."""
    WARNING = "warning"
    CRITICAL = "critical"


SHAPES: Mapping[Status, str] = {
    Status.UNKNOWN: UNKNOWN,
    Status.NORMAL: "○",
    Status.STALE: "◌",
    Status.WARNING: "▲",
    Status.CRITICAL: "⬣",
}
"""What stands before the word on pages: no status is told by its colour alone."""
_RANK = {status: rank for rank, status in enumerate(Status)}


def rank(status: Status) -> int:
    """How bad a status is: the higher, the worse; unknown is 0."""
    return _RANK[status]


def worst(statuses: Iterable[Status]) -> Status:
    """The worst of them; unknown where there is none."""
    return max(statuses, key=rank, default=Status.UNKNOWN)


def service_level_status(ratio: float | None, goal_ratio: float | None) -> Status:
    """A service level against its goal: warning up to ten points below, critical under that."""
    if ratio is None or goal_ratio is None:
        return Status.UNKNOWN
    if ratio >= goal_ratio:
        return Status.NORMAL
    # Rounded, because 0.8 - 0.1 is a little more than 0.7.
    missing = round(goal_ratio - ratio, 9)
    return Status.WARNING if missing <= SERVICE_LEVEL_MARGIN_RATIO else Status.CRITICAL


def wait_status(scope: Scope) -> Status:
    """The oldest contact against its promise: warning once it is broken, critical after three targets."""
    if scope.waiting == 0:
        return Status.NORMAL
    if scope.contact_time_left_s is None or scope.target_s is None:
        return Status.UNKNOWN
    if scope.contact_time_left_s >= 0:
        return Status.NORMAL
    late = scope.contact_time_left_s < (1 - LATE_TARGETS) * scope.target_s
    return Status.CRITICAL if late else Status.WARNING


def queue_status(scope: Scope) -> Status:
    """The worse of a queue's service level in the last 30 minutes and its oldest wait."""
    return worst([half_hour_status(scope), wait_status(scope)])


def half_hour_status(scope: Scope, kpi: str = "service_level") -> Status:
    """A figure of the last 30 minutes against the goal; a warning at most once the last five are well again.

    What is behind cannot be mended any more: it needs a look, not hands.
    """
    status = service_level_status(ratio_of(scope, "last_30m", kpi), scope.goal_ratio)
    now = service_level_status(ratio_of(scope, "last_5m", kpi), scope.goal_ratio)
    return Status.WARNING if status is Status.CRITICAL and now is Status.NORMAL else status


def believed(status: Status, seen: Sight) -> Status:
    """What of a status can be believed: nothing is normal while a source is silent, nothing at all while every one is."""
    if seen is Sight.NONE or (seen is Sight.PARTIAL and status is Status.NORMAL):
        return Status.STALE
    return status


def incident_status(level: int, *, stands: bool = True) -> Status:
    """Levels I and II need hands, level III a look; one whose alert is over only waits to be closed."""
    if not stands:
        return Status.NORMAL
    return Status.CRITICAL if level in _LEVELS_THAT_NEED_HANDS else Status.WARNING


def source_status(health: SourceHealth, at: int) -> Status:
    """A source is critical when it is given up, a warning when it retries or is stale; a finished recording is normal."""
    if health.condition in (SourceCondition.CIRCUIT_OPEN, SourceCondition.STOPPED):
        return Status.CRITICAL
    if health.condition is SourceCondition.ENDED:
        return Status.NORMAL
    if health.condition is SourceCondition.STARTING or health.polled_at is None:
        return Status.UNKNOWN
    return Status.WARNING if is_stale(health, at) or health.condition is SourceCondition.RETRYING else Status.NORMAL


def ratio_of(scope: Scope, window: str, kpi: str) -> float | None:
    """A KPI's number in a window of a scope; None where it is unknown or no single number."""
    value = getattr(scope, window).get(kpi)
    return None if isinstance(value, dict) else value
