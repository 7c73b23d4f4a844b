"""What there is to count and to show: every KPI file's counts by event type, and every KPI."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from pulse.definitions import definitions
from pulse.kpi.goal import QueueGoal
from pulse.kpi.kpi import Counts, Kpi, Scene, Value
from pulse.kpi.records import ContactEvent, ContactEventType
from pulse.kpi.tally import Tally
from pulse.plugins import kinds, load


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All KPIs, and for each event type the functions that count it."""

    kpis: tuple[Kpi, ...]
    counts: dict[ContactEventType, tuple[Callable[[ContactEvent, QueueGoal, Tally], None], ...]]

    def values(self, scene: Scene) -> dict[str, Value]:
        """Every KPI's value in one scene, by name.

        Where no source tells the flow of contacts its figures are None; what nobody ever told besides is left out, and so is what
        only history can tell.
        """
        untold = scene.untold
        live = (kpi for kpi in self.kpis if kpi.after_days is None)
        shown = (kpi for kpi in live if kpi.told_by not in untold or kpi.told_by is ContactEventType.OFFERED)
        return {kpi.name: None if kpi.told_by in untold else kpi.value(scene) for kpi in shown}


@cache
def catalogue() -> Catalogue:
    """The KPIs of all files in pulse/kpi/."""
    modules = [load("pulse.kpi", kind) for kind in kinds("pulse.kpi")]
    tables: list[Counts] = [module.COUNTS for module in modules if hasattr(module, "COUNTS")]
    counts = {type_: tuple(table[type_] for table in tables if type_ in table) for type_ in ContactEventType}
    return Catalogue(kpis=tuple(definitions().values()), counts=counts)
