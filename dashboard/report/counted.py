"""What one scope counted in one stretch, and the values that can be formed of it.

In: a tally, the last Board of the stretch, the promise of that time. Out: values in the KPI's unit, None where nobody tells them; and of
how many contacts, answers or sessions a value is made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from pulse.definitions import definitions
from pulse.kpi.board import Scope
from pulse.kpi.goal import QueueGoal
from pulse.kpi.kpi import Scene, Unit
from pulse.kpi.records import ContactEventType
from pulse.kpi.service_level import judged
from pulse.kpi.snapshot import Number
from pulse.kpi.tally import Tally

_MADE_OF: Mapping[str, tuple[str, ...]] = {
    "abandonment_ratio": ("offered",),
    "complaints_per_thousand": ("offered",),
    "self_service_ratio": ("bot_sessions",),
    "fcr_ratio": ("fcr_known",),
    "repeat_ratio": ("repeat_known",),
    "csat_score": ("csat_responses",),
    "nps_score": ("nps_promoters", "nps_passives", "nps_detractors"),
    "asa_s": ("wait_answered_known",),
    "wait_p90_s": ("wait_answered_known",),
    "aht_s": ("handled_known",),
    "frt_s": ("first_replies_known",),
    "resolution_s": ("resolved_known",),
}
"""The counts under the line of a ratio or mean."""
_PART_OF: Mapping[str, str] = dict.fromkeys(("nps_promoters", "nps_passives", "nps_detractors"), "nps_score")
"""Nothing is told of a part where its whole is not known: a site may ask for one scale only."""


@dataclass(frozen=True)
class Counted:
    """What a scope counted, by the promise that held then; `last` is the scope on the stretch's last Board, None where none was kept."""

    tally: Tally
    goal: QueueGoal
    last: Scope | None = None

    @cached_property
    def told(self) -> frozenset[ContactEventType]:
        """The kinds of events that some source tells: they were counted, or the Board has a value for them, be it zero."""
        scene, today = Scene(self.tally), self.last.today if self.last else {}
        return frozenset(
            kpi.told_by
            for kpi in definitions().values()
            if today.get(kpi.name) is not None or (kpi.unit is Unit.COUNT and kpi.value(scene))
        )

    def value(self, name: str) -> Number:
        """A figure; None where it cannot be formed, and where it is nothing though no source tells what it is made of."""
        kpi = definitions()[name]
        value = kpi.value(Scene(self.tally, self.goal))
        if isinstance(value, dict):
            return None
        is_told = kpi.told_by in self.told and (name not in _PART_OF or self.value(_PART_OF[name]) is not None)
        return value if value or is_told else None

    def made_of(self, name: str) -> int | None:
        """How many contacts, answers or sessions a figure is made of; None where that says nothing or is not known."""
        if name == "service_level":
            found = judged(self.tally, self.goal.formula)
            return None if found is None or self.value(name) is None else found.all
        if name not in _MADE_OF or self.value(name) is None:
            return None
        return sum(map(self.tally.count, _MADE_OF[name]))
