"""What a queue promises: the target, the share that must meet it, what counts as a short abandon."""

from dataclasses import dataclass
from enum import StrEnum

from pulse.kpi.hours import OpenHours


class ServiceLevelFormula(StrEnum):
    """The six published formulas of the service level; `service_level.py` defines each."""

    A = "a"
    B = "b"
    C = "c"
    D = "d"
    E = "e"
    F = "f"


@dataclass(frozen=True, slots=True)
class QueueGoal:
    """A queue's promise: `goal_ratio` of its contacts within `target_s`; both limits are inclusive."""

    target_s: float = 20.0
    goal_ratio: float = 0.8
    short_s: float = 5.0
    formula: ServiceLevelFormula = ServiceLevelFormula.D
    hours: OpenHours | None = None
    """The business hours on which replies and solutions are timed; None never closes."""
