"""What one scope counted in one stretch, and the values that can be formed of it.

In: a tally, the last Board of the stretch, the promise of that time. Out: values in the KPI's unit, None where nobody tells them; and of
how many contacts, answers or sessions a value is made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

from pulse.definitions import definitions
from pulse.kpi.board import Scope
from pulse.kpi.goal import QueueGoal
from pulse.kpi.kpi import Kpi, Scene, Unit
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


class _Made(NamedTuple):
    """The KPIs that are made of one kind of event, and those of them that count it."""

    all: Sequence[Kpi]
    counts: Sequence[Kpi]


@cache
def _by_kind() -> Mapping[ContactEventType, _Made]:
    found = {kind: [kpi for kpi in definitions().values() if kpi.told_by is kind] for kind in ContactEventType}
    return {kind: _Made(kpis, [kpi for kpi in kpis if kpi.unit is Unit.COUNT]) for kind, kpis in found.items()}


@dataclass(frozen=True)
class Counted:
    """What a scope counted, by the promise that held then; `last` is the scope on the stretch's last Board, None where none was kept."""

    tally: Tally
    goal: QueueGoal
    last: Scope | None = None
    kinds: frozenset[ContactEventType] | None = None
    """The kinds of events that some source tells, where more than this stretch says so; None: as far as this one shows."""

    @cached_property
    def told(self) -> frozenset[ContactEventType]:
        """The kinds of events that some source tells: they were counted, or the Board has a value for them, be it zero."""
        return frozenset(filter(self.tells, _by_kind())) if self.kinds is None else self.kinds

    def tells(self, kind: ContactEventType) -> bool:
        """Whether some source tells a kind of event: who asks for one alone need not know of all."""
        if self.kinds is not None:
            return kind in self.kinds
        scene, made = Scene(self.tally), _by_kind()[kind]
        if any(kpi.value(scene) for kpi in made.counts):
            return True
        return self.last is not None and any(self.last.today.get(kpi.name) is not None for kpi in made.all)

    def value(self, name: str) -> Number:
        """A figure; None where it cannot be formed, and where it is nothing though no source tells what it is made of."""
        kpi = definitions()[name]
        value = kpi.value(Scene(self.tally, self.goal))
        if isinstance(value, dict):
            return None
        if value:
            return value
        return value if self._is_told(name) and (name not in _PART_OF or self.value(_PART_OF[name]) is not None) else None

    def made_of(self, name: str) -> int | None:
        """How many contacts, answers or sessions a figure is made of; None where that says nothing or is not known."""
        return self.told_value(name)[1]

    def at_hand(self, name: str) -> int | None:
        """The same, and 0 of a ratio or score that was told at other times and that nothing came to be formed of."""
        value, count = self.told_value(name)
        # That of no contact something is known does not say that there was none.
        is_whole = not any(part.endswith("_known") for part in _MADE_OF.get(name, ()))
        is_idle = value is None and is_whole and self._is_told(name) and self._size(name) == 0
        return 0 if is_idle else count

    def told_value(self, name: str) -> tuple[Number, int | None]:
        """A figure, and of how many contacts, answers or sessions it is made."""
        value = self.value(name)
        return value, None if value is None else self._size(name)

    def _is_told(self, name: str) -> bool:
        return definitions()[name].told_by in self.told

    def _size(self, name: str) -> int | None:
        if name == "service_level":
            found = judged(self.tally, self.goal.formula)
            return None if found is None else found.all
        return sum(map(self.tally.count, _MADE_OF[name])) if name in _MADE_OF else None
