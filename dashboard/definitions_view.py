"""The ledger of KPI definitions: what each figure means, from what it is made, since when, and what this site wants of it.

In: the KPIs of pulse/kpi/ and the config. Out: rows in one language, cut down to what somebody searches for in either.
"""

from collections.abc import Mapping
from dataclasses import astuple, dataclass

from pulse.config import Config
from pulse.definitions import definitions
from pulse.kpi.kpi import Kpi
from pulse.kpi.service_level import WRITTEN
from pulse.text import Language
from pulse.written import UNKNOWN, written


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One KPI as people read it; the fields are the columns, in their order."""

    title: str
    name: str
    formula: str
    exclusions: str
    unit: str
    better: str
    target: str
    version: int
    since: str
    owner: str
    source: str


def definition_rows(config: Config, search: str, language: Language, said: Mapping[str, str]) -> list[Definition]:
    """The KPIs whose texts hold every word of the search, in English or Chinese; all of them for an empty one."""
    wanted = search.lower().split()
    found = (kpi for kpi in definitions().values() if all(word in _text(kpi) for word in wanted))
    return [_row(kpi, config, language, said) for kpi in found]


def cells(row: Definition) -> tuple[str | int, ...]:
    """The columns of a row."""
    return astuple(row)


def _text(kpi: Kpi) -> str:
    texts = (kpi.title, kpi.formula, kpi.exclusions, kpi.source)
    return " ".join((kpi.name, *(text.en for text in texts), *(text.zh for text in texts))).lower()


def _row(kpi: Kpi, config: Config, language: Language, said: Mapping[str, str]) -> Definition:
    goal = config.site_goal
    is_chosen = kpi.name == "service_level"
    target = goal.goal_ratio if is_chosen else config.targets.of(kpi.name)
    formula = kpi.formula.in_(language)
    return Definition(
        title=kpi.title.in_(language),
        name=kpi.name,
        formula=f"{formula} · {goal.formula.upper()}: {WRITTEN[goal.formula].in_(language)}" if is_chosen else formula,
        exclusions=kpi.exclusions.in_(language),
        unit=said[f"settings.unit_{kpi.unit}"],
        better=said[f"settings.better_{kpi.better}"],
        target=UNKNOWN if target is None else written(target, kpi.unit),
        version=kpi.version,
        since=kpi.since.isoformat(),
        owner=config.definitions[kpi.name].owner if kpi.name in config.definitions else UNKNOWN,
        source=kpi.source.in_(language),
    )
