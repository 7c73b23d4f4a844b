"""Every KPI there is, found in the files of pulse/kpi/."""

from functools import cache

from pulse.kpi.kpi import Kpi, Unit
from pulse.plugins import kinds, load

_PACKAGE = "pulse.kpi"


@cache
def definitions() -> dict[str, Kpi]:
    """Every KPI by name, in the order of the files."""
    modules = (load(_PACKAGE, kind) for kind in kinds(_PACKAGE))
    return {kpi.name: kpi for module in modules for kpi in getattr(module, "KPIS", ())}


def figures() -> tuple[Kpi, ...]:
    """Those that are one number and that history can tell, in the order of the files."""
    return tuple(kpi for kpi in definitions().values() if kpi.unit is not Unit.COUNTS_BY_NAME and kpi.in_history)
